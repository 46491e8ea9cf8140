import { describe, expect, it } from 'vitest';
import { hasText, t } from '@/text';

const sources = import.meta.glob<string>('@/**/*.{ts,vue}', {
  eager: true,
  query: '?raw',
  import: 'default',
});
const used = Object.entries(sources)
  .filter(([path]) => !path.endsWith('.test.ts'))
  .flatMap(([path, source]) =>
    [...source.matchAll(/['"`](ui\.[a-z_]+(?:\.[a-z_]+)*)['"`]/g)].map(
      (found) => [path, found[1] ?? ''] as const,
    ),
  );

describe('the catalogue', () => {
  it('has every text the screens name', () => {
    const missing = used.filter(([, key]) => !hasText(key)).map(([path, key]) => `${path}: ${key}`);
    expect(missing).toEqual([]);
  });

  it('fills places by name and leaves unknown ones visible', () => {
    expect(t('ui.lock.wait', { seconds: 7 })).toContain('7 秒');
    expect(t('ui.lock.wait')).toContain('{seconds}');
  });

  it('keeps Chinese out of the sources', () => {
    const marks = /\/\/.*$|\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->/gm;
    // Words that are data: parts of dates, systems of agencies, the comma of a page range.
    const allowed = [
      'format/time.ts',
      'format/day.ts',
      'format/agencyCode.ts',
      'AgencyEntries.vue',
      'features/drafting',
      'pageRange.ts',
      'PrintDialog.vue',
    ];
    const spoken = Object.entries(sources)
      .filter(([path]) => !path.endsWith('.test.ts') && !allowed.some((name) => path.includes(name)))
      .filter(([, source]) => /[\u4e00-\u9fff]/.test(source.replace(marks, '')))
      .map(([path]) => path);
    expect(spoken).toEqual([]);
  });
});
