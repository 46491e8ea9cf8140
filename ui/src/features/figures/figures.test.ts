// 办理统计: one's own, those of others for who may see them, and the way from a figure to its list.
import { describe, expect, it } from 'vitest';
import type { FigureRow } from '@/api/generated/types';
import FiguresScreen from '@/features/figures/FiguresScreen.vue';
import { lastMonths, tookWords } from '@/features/figures/words';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk, type Desk } from '@test/desk';
import { byId, click, isShown, press, screenText, show } from '@test/mount';

const row = (part: Partial<FigureRow> = {}): FigureRow => ({
  department: '办公室',
  name: '林知遥',
  done: 18,
  minutes: 190,
  late: 2,
  waiting: [7, 5, 3, 1],
  waiting_late: 1,
  ...part,
});
const rows = [row(), row({ department: '财政股', name: '苏望舒', done: 4, minutes: null, late: 0 })];
let desk: Desk;
const begin = () => {
  desk = useDesk({
    task_figures: ({ reach, month }) => ({
      month: month || '2026-11',
      reaches: ['own', 'department', 'agency'],
      rows: reach === 'own' ? [row()] : rows,
      all: row({ department: '', name: '', ...(reach === 'own' ? {} : { done: 22 }) }),
    }),
  });
};

describe('办理统计', () => {
  it('shows one’s own month, and each figure leads to what it counts', async () => {
    begin();
    await show(FiguresScreen, { at: '/figures' });
    expect(desk.argsOf('task_figures')[0]).toMatchObject({ reach: 'own' });
    expect(byId('figures-row').textContent?.replace(/\s+/g, ' ')).toContain('18');
    expect(screenText()).toContain('3小时');
    expect(byId('figures-age-2').getAttribute('href')).toContain('/inbox?lain=4');
    expect(byId('figures-waiting-late').getAttribute('href')).toContain('/inbox?late=true');
    expect(isShown('figures-all')).toBe(false);
    await expectAccessible();
  });

  it('shows those of others by office and person, by keys too', async () => {
    begin();
    await show(FiguresScreen, { at: '/figures' });
    await press('3', {}, document.body);
    expect(desk.argsOf('task_figures').at(-1)).toMatchObject({ reach: 'agency' });
    expect(document.querySelectorAll('[data-testid="figures-row"]')).toHaveLength(2);
    expect(screenText()).toContain('财政股苏望舒4—');
    expect(byId('figures-all').textContent).toContain('22');
    await expectAccessible();
    await press('[', {}, document.body);
    expect(desk.argsOf('task_figures').at(-1)).not.toEqual(desk.argsOf('task_figures').at(-2));
  });

  it('offers no more than one may see, and says what failed', async () => {
    desk = useDesk({
      task_figures: () => {
        throw refusal({ sentence: '连接不上服务器。' });
      },
    });
    await show(FiguresScreen, { at: '/figures' });
    expect(screenText()).toContain('连接不上服务器');
    expect(isShown('figures-department')).toBe(false);
    await click('figures-own');
  });
});

describe('its words', () => {
  it('go back over the turn of a year', () => {
    expect(lastMonths('2026-02-28', 3)).toEqual(['2026-02', '2026-01', '2025-12']);
  });
  it('say times as a person does', () => {
    expect([null, 40, 190, 24 * 60 + 90].map(tookWords)).toEqual(['—', '40 分钟', '3 小时', '1 天 2 小时']);
  });
});
