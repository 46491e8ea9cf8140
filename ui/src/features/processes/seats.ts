// The rules by which the people of a step are found, as one chooses among them.
import type { OrganisationTree } from '@/api/generated/types';
import type { Definition, Who } from '@/parts/processDefinition';
import { t } from '@/text';
import { ROLES } from './words';

export const RULES = [
  'role',
  'head',
  'author',
  'person',
  'chosen',
  'done_by',
  'above',
  'head_of',
  'own_role',
  'unit',
  'post',
  'item',
] as const;
export type Rule = (typeof RULES)[number];

export const ruleOf = (who: Who): Rule | 'foreign' => {
  if (typeof who === 'string') return who;
  return RULES.find((rule) => rule in who) ?? 'foreign';
};

/** What may be chosen for a rule; nothing for those that stand by themselves. */
export function choicesOf(
  rule: Rule,
  definition: Definition,
  step: string,
  tree: OrganisationTree | undefined,
): { value: string; label: string }[] {
  const items = (kinds: readonly string[]) =>
    (definition.items ?? [])
      .filter((item) => kinds.includes(item.kind.type))
      .map((item) => ({ value: item.name, label: item.title }));
  switch (rule) {
    case 'role':
    case 'own_role':
      return ROLES.map((role) => ({ value: role, label: t(`ui.studio.role.${role}`) }));
    case 'done_by':
      return definition.nodes
        .filter((node) => node.kind.type === 'step' && node.id !== step)
        .map((node) => ({ value: node.id, label: node.title || node.id }));
    case 'above':
      return [1, 2, 3].map((levels) => ({
        value: String(levels),
        label: t('ui.studio.who.above_levels', { levels }),
      }));
    case 'head_of':
      return items(['unit', 'units']);
    case 'item':
      return items(['people']);
    case 'unit':
      return (tree?.departments ?? []).map((unit) => ({ value: unit.id, label: unit.name }));
    case 'post':
      return (tree?.departments ?? []).flatMap((unit) =>
        unit.posts.map((post) => ({ value: post.id, label: `${unit.name} ${post.name}` })),
      );
    case 'head':
    case 'author':
    case 'chosen':
    case 'person':
      return [];
  }
}

/** A rule with what was chosen for it. */
export function whoOf(rule: Rule, value: string): Who {
  switch (rule) {
    case 'head':
    case 'author':
    case 'chosen':
      return rule;
    case 'above':
      return { above: Number(value) };
    case 'role':
      return { role: value };
    case 'own_role':
      return { own_role: value };
    case 'done_by':
      return { done_by: value };
    case 'head_of':
      return { head_of: value };
    case 'item':
      return { item: value };
    case 'unit':
      return { unit: value };
    case 'post':
      return { post: value };
    case 'person':
      return { person: value };
  }
}

/** What was chosen for a rule. */
export const valueOf = (who: Who): string => (typeof who === 'string' ? '' : String(Object.values(who)[0]));
