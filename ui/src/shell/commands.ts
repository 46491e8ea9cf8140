// What the palette can do: go somewhere, or act, first on what the open screen shows. Each command carries its pinyin in the catalogue.
import type { Router } from 'vue-router';
import { call, canCall, inBrowser } from '@/api/transport';
import { choosingType, manualOpen, shortcutsOpen } from '@/parts/compose';
import { showError, toast } from '@/parts/notify';
import { screenCommands, type PaletteCommand } from '@/parts/screenCommands';
import { lock } from '@/session/session';
import { administrationOf } from '@/shell/administration';
import type { Settings } from '@/api/generated/types';
import { t } from '@/text';

async function syncNow(): Promise<void> {
  try {
    const now = await call('sync_now', {});
    toast(now.trouble || t('ui.sync.done'), now.trouble ? 'trouble' : 'done');
  } catch (thrown) {
    showError(thrown);
  }
}

export function makeCommands(
  router: Router,
  change: (part: Partial<Settings>) => Promise<void>,
  joined: boolean,
  permissions: readonly string[],
  /** Documents come step by step: what was done has a list. */
  hasTasks = false,
): PaletteCommand[] {
  const command = (id: string, act: () => void): PaletteCommand => ({
    id,
    label: t(`ui.command.${id}`),
    words: t(`ui.command.${id}.words`),
    act,
  });
  const go = (id: string, name: string, params: Record<string, string> = {}) =>
    command(id, () => void router.push({ name, params }));
  return [
    ...screenCommands(),
    ...(permissions.includes('draft') ? [command('new', () => (choosingType.value = true))] : []),
    go('inbox', 'inbox'),
    ...(hasTasks ? [go('to_read', 'to_read'), go('done', 'done'), go('figures', 'figures')] : []),
    ...(joined || inBrowser() ? [go('incoming', 'incoming'), go('supervision', 'supervision')] : []),
    ...((joined || inBrowser()) && permissions.includes('keep_vocabulary')
      ? [go('enter_incoming', 'incoming-document', { id: 'new' })]
      : []),
    go('drafts', 'drafts'),
    go('submitted', 'submitted'),
    go('closed', 'closed'),
    go('discarded', 'discarded'),
    go('find', 'find'),
    go('issued', 'issued'),
    go('contacts', 'contacts'),
    ...administrationOf(permissions).map(({ name }) => go(name, name)),
    ...(joined && canCall('bundle_list') ? [go('discs', 'discs')] : []),
    ...(permissions.includes('keep_vocabulary') ? [go('copies', 'copies'), go('joining', 'joining')] : []),
    go('processes', 'processes'),
    go('forms', 'forms'),
    go('agencies', 'vocabulary', { kind: 'agencies' }),
    go('people', 'vocabulary', { kind: 'people' }),
    go('phrases', 'vocabulary', { kind: 'phrases' }),
    go('templates', 'vocabulary', { kind: 'templates' }),
    go('settings', 'settings'),
    ...(canCall('backup_create') ? [go('backup', 'settings', { section: 'safety' })] : []),
    go('password', 'settings', { section: 'safety' }),
    ...(canCall('printer_list') ? [go('printers', 'settings', { section: 'printing' })] : []),
    ...(joined ? [command('sync', () => void syncNow())] : []),
    command('lock', () => void lock().catch(showError)),
    command('light', () => void change({ theme: 'light' })),
    command('dark', () => void change({ theme: 'dark' })),
    command('contrast', () => void change({ theme: 'contrast' })),
    command('standard', () => void change({ size: 'standard' })),
    command('large', () => void change({ size: 'large' })),
    command('elder', () => void change({ size: 'elder' })),
    command('keys', () => (shortcutsOpen.value = true)),
    command('manual', () => (manualOpen.value = true)),
  ];
}

/** Commands that fit what was typed, by their words or their pinyin; all of them for nothing. */
export function matching(commands: readonly PaletteCommand[], text: string): PaletteCommand[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [...commands];
  return commands.filter(
    (command) =>
      command.label.toLowerCase().includes(wanted) ||
      command.words.split(' ').some((word) => word.startsWith(wanted.replaceAll(' ', ''))),
  );
}
