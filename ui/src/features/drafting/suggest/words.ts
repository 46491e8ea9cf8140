// What a suggestion does, in words.
import { t } from '@/text';
import type { Suggestion, SuggestedAct } from './list';

const quoted = (words: string): string => words.replaceAll('\n', '↵');

const BLOCKS = ['paragraph', 'table', 'image', 'pageBreak'];

function kindName(kind: string): string {
  const level = /^(heading|plain)([1-4])$/.exec(kind);
  if (level) return t('drafting.level.name', { level: Number(level[2]) });
  if (kind === 'centered') return t('drafting.centered');
  return kind === 'paragraph' ? t('drafting.level.0.name') : t(`drafting.align.${kind}`);
}

function actName(act: SuggestedAct): string {
  if (act.kind === 'becomes') return t('drafting.suggest.becomes', { kind: kindName(act.to) });
  const block = BLOCKS.includes(act.block) ? act.block : 'paragraph';
  if (act.kind === 'block_inserted') return t(`drafting.suggest.come.${block}`);
  if (act.kind === 'block_deleted') return t(`drafting.suggest.go.${block}`);
  return t(`drafting.suggest.${act.kind}`);
}

/** “将‘……’改为‘……’”; several things one after another. */
export function describe({ inserted, deleted, acts }: Suggestion): string {
  const words = { inserted: quoted(inserted), deleted: quoted(deleted) };
  const said =
    inserted && deleted
      ? [t('drafting.suggest.changed', words)]
      : inserted
        ? [t('drafting.suggest.inserted', words)]
        : deleted
          ? [t('drafting.suggest.deleted', words)]
          : [];
  const all = [...said, ...acts.map(actName)];
  return all.length > 0 ? all.join(t('drafting.suggest.then')) : t('drafting.suggest.taken_back');
}
