// The one place that turns instants and days into words. Near times are relative, far ones absolute;
// every clock shows Asia/Shanghai whatever the system says.
const ZONE = 'Asia/Shanghai';
const DAY_MS = 86_400_000;

const parts = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  hour12: false,
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

interface Wall {
  year: number;
  month: number;
  day: number;
  clock: string;
  second: string;
}

function wall(at: Date): Wall | undefined {
  if (Number.isNaN(at.getTime())) return undefined;
  const found = Object.fromEntries(parts.formatToParts(at).map((part) => [part.type, part.value]));
  const hour = found.hour === '24' ? '00' : (found.hour ?? '');
  return {
    year: Number(found.year),
    month: Number(found.month),
    day: Number(found.day),
    clock: `${hour}:${found.minute ?? ''}`,
    second: found.second ?? '',
  };
}

const dayNumber = (at: Wall): number => Math.round(Date.UTC(at.year, at.month - 1, at.day) / DAY_MS);

/** `今天 09:40`, `昨天 17:05`, `3月5日`, `2025年12月31日`. Empty for an empty or unreadable instant. */
export function nearTime(instant: string, now: Date = new Date()): string {
  const at = wall(new Date(instant));
  const today = wall(now);
  if (!instant || !at || !today) return '';
  const days = dayNumber(today) - dayNumber(at);
  if (days === 0) return `今天 ${at.clock}`;
  if (days === 1) return `昨天 ${at.clock}`;
  return at.year === today.year ? `${at.month}月${at.day}日` : `${at.year}年${at.month}月${at.day}日`;
}

/** Calendar days from today to the day of an instant; negative when it is past, nothing when it cannot be read. */
function daysUntil(instant: string, now: Date = new Date()): number | undefined {
  const at = wall(new Date(instant));
  const today = wall(now);
  return instant && at && today ? dayNumber(at) - dayNumber(today) : undefined;
}

/** `2026年3月5日 09:40`, for titles and tooltips. */
export function fullTime(instant: string): string {
  const at = wall(new Date(instant));
  return instant && at ? `${at.year}年${at.month}月${at.day}日 ${at.clock}` : '';
}

/** A moment before a limit is over: a limit of days is over with the first moment of the next day. */
const within = (limit: string): Date => new Date(Date.parse(limit) - 1);

/** Calendar days from today to the last day of a limit; negative when it is over. */
export function daysLeft(limit: string, now: Date = new Date()): number | undefined {
  const last = within(limit);
  return Number.isNaN(last.getTime()) ? undefined : daysUntil(last.toISOString(), now);
}

/** Calendar days from the day of an instant to today; nothing when it cannot be read. */
export function daysSince(instant: string, now: Date = new Date()): number | undefined {
  const days = daysUntil(instant, now);
  return days === undefined ? undefined : -days;
}

/** The last day of a limit, `3月5日`; with the clock where it ends within a day. */
export function lastDay(limit: string, now: Date = new Date()): string {
  const at = wall(new Date(limit));
  const last = wall(within(limit));
  const today = wall(now);
  if (!limit || !at || !last || !today) return '';
  const day = `${last.month}月${last.day}日`;
  const dated = last.year === today.year ? day : `${last.year}年${day}`;
  return at.clock === '00:00' ? dated : `${dated} ${at.clock}`;
}

/** `09:40:12`, for what was just saved. */
export function clockTime(instant: string): string {
  const at = wall(new Date(instant));
  return instant && at ? `${at.clock}:${at.second}` : '';
}

/** A day such as `2026-03-05` as `2026年3月5日`. */
export function longDay(day: string): string {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return found ? `${Number(found[1])}年${Number(found[2])}月${Number(found[3])}日` : day;
}

/** The day it is in Asia/Shanghai, as `2026-03-05`. */
export function today(now: Date = new Date()): string {
  const at = wall(now);
  if (!at) return '';
  return `${at.year}-${String(at.month).padStart(2, '0')}-${String(at.day).padStart(2, '0')}`;
}
