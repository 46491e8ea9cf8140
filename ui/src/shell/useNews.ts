// What is new in 待办 and 待阅 is told where one is working; in quiet hours it is kept, and told together afterwards.
import { onBeforeUnmount, watch } from 'vue';
import { clockTime } from '@/format/time';
import { toast } from '@/parts/notify';
import { useTaskInbox } from '@/parts/useTaskInbox';
import { useSettings } from '@/session/settings';
import { t } from '@/text';

/** Between two looks whether quiet hours are over, in milliseconds. */
const LOOK_MS = 30_000;

/** Whether a time of day, `22:30`, lies within quiet hours; they may go over midnight. Without any: never. */
export function isQuiet(now: string, from: string, until: string): boolean {
  if (!from || !until || from === until) return false;
  return from < until ? now >= from && now < until : now >= from || now < until;
}

export function useNews(): void {
  const { settings } = useSettings();
  const { counts } = useTaskInbox();
  /** Come and not told. */
  const kept = { todo: 0, to_read: 0 };

  function tell(): void {
    const now = clockTime(new Date().toISOString()).slice(0, 5);
    if (isQuiet(now, settings.value?.quiet_from ?? '', settings.value?.quiet_until ?? '')) return;
    for (const list of ['todo', 'to_read'] as const) {
      if (kept[list] > 0) toast(t(`ui.news.${list}`, { count: kept[list] }));
      kept[list] = 0;
    }
  }
  watch(counts, (now, before) => {
    // What is there when the desk opens is not new; what was done makes nothing new.
    if (!now || !before) return;
    for (const list of ['todo', 'to_read'] as const) {
      const come = now[list] - before[list];
      // What went unseen meanwhile is told no more.
      kept[list] = come > 0 ? kept[list] + come : Math.min(kept[list], now[list]);
    }
    tell();
  });
  // Quiet hours that are given up are over.
  watch(() => [settings.value?.quiet_from, settings.value?.quiet_until], tell);
  const timer = setInterval(tell, LOOK_MS);
  onBeforeUnmount(() => clearInterval(timer));
}
