import { describe, expect, it } from 'vitest';
import { clockTime, fullTime, longDay, nearTime, today } from '@/format/time';

const NOW = new Date('2026-11-21T06:00:00Z');

describe('times', () => {
  it.each([
    ['2026-11-21T01:40:00Z', '今天 09:40'],
    ['2026-11-20T16:00:00Z', '今天 00:00'],
    ['2026-11-20T15:59:00Z', '昨天 23:59'],
    ['2026-03-05T02:00:00Z', '3月5日'],
    ['2025-12-31T15:00:00Z', '2025年12月31日'],
    ['2025-12-31T16:00:00Z', '1月1日'],
    ['', ''],
    ['not a time', ''],
  ])('near times are relative, far ones absolute, in Shanghai: %s', (instant, words) => {
    expect(nearTime(instant, NOW)).toBe(words);
  });

  it('shows instants in full and by the clock', () => {
    expect(fullTime('2026-03-05T01:04:09Z')).toBe('2026年3月5日 09:04');
    expect(clockTime('2026-03-05T01:04:09Z')).toBe('09:04:09');
  });

  it('knows the day in Shanghai when it is still yesterday elsewhere', () => {
    expect(today(new Date('2026-11-20T17:00:00Z'))).toBe('2026-11-21');
    expect(longDay('2026-03-05')).toBe('2026年3月5日');
  });
});
