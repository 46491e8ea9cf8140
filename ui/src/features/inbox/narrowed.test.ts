// Narrowing the list, keeping a search under a name, applying, renaming and removing it; how long each has lain.
import { describe, expect, it } from 'vitest';
import type { Settings } from '@/api/generated/types';
import TaskInboxScreen from '@/features/inbox/TaskInboxScreen.vue';
import { expectAccessible } from '@test/axe';
import { useDesk, type Desk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';
import * as samples from '@test/samples';
import * as tasks from '@test/tasks';

const DAY_MS = 86_400_000;
let desk: Desk;
let settings: Settings;
const begin = (part: Partial<Settings> = {}, many = 3) => {
  settings = { ...samples.settings, ...part };
  desk = useDesk({
    setting_get: () => settings,
    setting_put: (args) => (settings = args),
    task_list: tasks.tasksOf(many, (at) =>
      tasks.taskRow(at, { opened_at: new Date(Date.now() - at * DAY_MS).toISOString() }),
    ),
    task_open: tasks.taskView(),
  });
};
const asked = () => desk.argsOf('task_list').at(-1);
async function choose(testid: string, value: string): Promise<void> {
  const field = byId(testid) as HTMLSelectElement;
  field.value = value;
  field.dispatchEvent(new Event('change'));
  await settle();
}
const LATE = { name: '超期的收文', text: '', process: 'incoming', late: true, lain_days: 4 };

describe('narrowing', () => {
  it('begins with a key, asks the desk, and is left with Escape', async () => {
    begin();
    await show(TaskInboxScreen, { at: '/inbox' });
    expect(isShown('task-filters')).toBe(false);
    await press('f', {}, byId('task-list'));
    expect(document.activeElement).toBe(byId('filter-process'));
    await choose('filter-process', 'incoming');
    await choose('filter-lain', '4');
    await click('filter-late');
    expect(asked()).toMatchObject({ state: 'todo', process: 'incoming', lain_days: 4, late: true });
    await expectAccessible();
    await press('Escape', {}, byId('filter-process'));
    expect(isShown('filter-process')).toBe(false);
    expect(document.activeElement).toBe(byId('task-list'));
  });

  it('is asked for by an address, and given up where there is none', async () => {
    begin({}, 0);
    await show(TaskInboxScreen, { at: '/inbox?lain=8&late=true' });
    expect(asked()).toMatchObject({ lain_days: 8, late: true });
    expect(screenText()).toContain('没有符合筛选条件的');
    await click('task-search-clear');
    expect(asked()).not.toHaveProperty('late');
  });

  it('says at each row how long it has lain, from the second day on', async () => {
    begin();
    await show(TaskInboxScreen, { at: '/inbox' });
    const lain = [...document.querySelectorAll('[data-testid="row-lain"]')].map((one) => one.textContent);
    expect(lain).toEqual(['停留 1 天', '停留 2 天']);
  });
});

describe('searches that are kept', () => {
  it('are named, applied, renamed and removed', async () => {
    begin();
    await show(TaskInboxScreen, { at: '/inbox' });
    await press('f', {}, byId('task-list'));
    await choose('filter-process', 'incoming');
    await choose('filter-lain', '4');
    await click('filter-late');
    await click('search-keep');
    await click('search-name-act');
    expect(screenText()).toContain('请填写名称');
    await type('search-name-text', LATE.name);
    await expectAccessible();
    await click('search-name-act');
    expect(settings.searches).toEqual([LATE]);
    expect(byId('search-apply').getAttribute('aria-pressed')).toBe('true');
    await click('search-all');
    expect(asked()).not.toHaveProperty('process');
    await click('search-apply');
    expect(asked()).toMatchObject({ process: 'incoming', late: true, lain_days: 4 });
    await click('search-rename');
    await type('search-name-text', '超期收文');
    await click('search-name-act');
    expect(settings.searches.map((one) => one.name)).toEqual(['超期收文']);
    await click('search-remove');
    expect(settings.searches).toEqual([]);
    expect(isShown('search-apply')).toBe(false);
  });

  it('do not share a name', async () => {
    begin({ searches: [LATE] });
    await show(TaskInboxScreen, { at: '/inbox?lain=8' });
    await click('search-keep');
    await type('search-name-text', LATE.name);
    await click('search-name-act');
    expect(screenText()).toContain('已有名为“超期的收文”的常用筛选');
    expect(settings.searches).toEqual([LATE]);
  });
});
