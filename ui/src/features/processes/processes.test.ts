import { describe, expect, it, vi } from 'vitest';
import { queryClient } from '@/api/query';
import ProcessesScreen from '@/features/processes/ProcessesScreen.vue';
import { expectAccessible } from '@test/axe';
import { useDesk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show } from '@test/mount';
import * as samples from '@test/samples';
import * as studio from '@test/studio';
import { tokensAfter } from './tracePlay';

const box = (name: string): SVGElement => {
  const found = document.querySelector<SVGElement>(`[data-box="${name}"]`);
  if (!found) throw new Error(`no box ${name} is drawn`);
  return found;
};
const chooseBox = async (name: string) => {
  box(name).dispatchEvent(new MouseEvent('click', { bubbles: true }));
  await settle();
};
const tokens = () => document.querySelectorAll('[data-testid="drawing-token"]').length;

describe('the list of processes', () => {
  it('says which version documents go by, whose it is, and since when', async () => {
    useDesk();
    await show(ProcessesScreen, { at: '/processes' });
    expect(document.querySelectorAll('[data-testid="process-row"]')).toHaveLength(2);
    expect(screenText()).toContain('第2版本机关调整162026年11月1日起');
    expect(screenText()).toContain('随软件提供14尚未启用');
    await expectAccessible();
  });

  it('opens one of them', async () => {
    useDesk();
    const { router } = await show(ProcessesScreen, { at: '/processes' });
    document.querySelector<HTMLElement>('[data-process="incoming"]')?.click();
    await vi.waitFor(() => expect(router.currentRoute.value.params.process).toBe('incoming'));
  });
});

describe('one process', () => {
  it.each(['flow', 'lanes', 'tree', 'duties', 'forms', 'items', 'findings'])(
    'is shown as %s',
    async (part) => {
      useDesk();
      await show(ProcessesScreen, { at: `/processes/outgoing/${part}` });
      expect(screenText()).toContain('发文办理');
      await expectAccessible();
    },
  );

  it('tells of a box who does it, how, and what demands it', async () => {
    useDesk();
    await show(ProcessesScreen, { at: '/processes/outgoing/flow' });
    await chooseBox('office_review');
    const facts = byId('node-facts').textContent ?? '';
    expect(facts).toContain('办公室核稿人');
    expect(facts).toContain('任一人办理');
    expect(facts).toContain('不同意时必须写意见');
    expect(facts).toContain('退回“拟稿”');
    expect(facts).toContain('第二十条');
    expect(box('office_review').getAttribute('aria-pressed')).toBe('true');
  });

  it('lists duties with their steps, and items with where they are entered and asked for', async () => {
    useDesk();
    await show(ProcessesScreen, { at: '/processes/outgoing/duties' });
    expect(byId('duty-table').textContent).toContain('登记编号、校对、用印');
    await press('6', {}, document.body);
    await vi.waitFor(() => expect(isShown('item-table')).toBe(true));
    const upward = [...document.querySelectorAll('tbody tr')].find((row) =>
      row.textContent?.startsWith('上行文'),
    );
    expect(upward?.textContent).toContain('是或否');
    expect(upward?.textContent).toContain('拟稿');
    expect(upward?.textContent).toContain('由谁签发');
  });

  it('may be changed by those who keep the vocabulary of an agency with a server', async () => {
    const desk = useDesk();
    await show(ProcessesScreen, { at: '/processes/outgoing/flow' });
    expect(isShown('process-change'), 'a desk alone goes by no process').toBe(false);
    document.body.replaceChildren();
    queryClient.clear();
    desk.answers.session_me = () => ({ ...samples.me, home: 'replica' });
    await show(ProcessesScreen, { at: '/processes/outgoing/flow' });
    expect(isShown('process-change')).toBe(true);
  });

  it('is only looked at by others', async () => {
    useDesk({ session_me: () => ({ ...samples.me, home: 'replica', permissions: ['member', 'draft'] }) });
    await show(ProcessesScreen, { at: '/processes/outgoing/flow' });
    expect(isShown('process-change')).toBe(false);
  });
});

describe('what the checks found', () => {
  it('says the gravest first, and shows where it is', async () => {
    useDesk();
    await show(ProcessesScreen, { at: '/processes/outgoing/findings' });
    const said = [...document.querySelectorAll('[data-testid="finding"]')].map((one) =>
      one.textContent?.trim(),
    );
    expect(said).toEqual([studio.findings[1]?.sentence, studio.findings[0]?.sentence]);
    await click('finding');
    expect(box('whether_countersign').dataset.mark).toBe('problem');
    expect(document.querySelector('.link.wrong')?.getAttribute('data-link')).toBe(
      'whether_countersign-whether_normative',
    );
    expect(isShown('finding-fix'), 'nothing is mended here').toBe(false);
    await expectAccessible();
  });

  it('plays how it comes about, turn by turn, by the keys', async () => {
    useDesk();
    await show(ProcessesScreen, { at: '/processes/outgoing/findings' });
    await click('finding');
    expect(byId('play-words').textContent).toContain('共 3 步');
    expect(tokens()).toBe(0);
    await press('ArrowRight', {}, document.body);
    await press('ArrowRight', {}, document.body);
    expect(byId('play-words').textContent).toContain('第 2 步，共 3 步：拟稿');
    expect(box('draft').dataset.mark).toBe('turn');
    expect(tokens()).toBe(1);
    await press('ArrowLeft', {}, document.body);
    expect(byId('play-words').textContent).toContain('开始');
    await press(' ', {}, document.body);
    expect(byId('play-toggle').textContent).toContain('暂停');
    await press(' ', {}, document.body);
    expect(byId('play-toggle').textContent).toContain('播放');
  });

  it('says so where nothing is found', async () => {
    useDesk({ process_view: () => studio.viewOf('', { findings: [] }) });
    await show(ProcessesScreen, { at: '/processes/outgoing/findings' });
    expect(screenText()).toContain('没有发现问题');
  });
});

describe('tokens', () => {
  const trace = [
    { node: 'start', takes: [], puts: ['a'] },
    { node: 'fork', takes: ['a'], puts: ['b', 'c'] },
    { node: 'join', takes: ['b', 'c'], puts: ['d'] },
  ];

  it('go on as they are where they are taken and put, and are no more than were put', () => {
    expect(tokensAfter(trace, 0)).toEqual([]);
    expect(tokensAfter(trace, 1)).toEqual([{ id: 0, at: 'a' }]);
    expect(tokensAfter(trace, 2)).toEqual([
      { id: 0, at: 'b' },
      { id: 1, at: 'c' },
    ]);
    expect(tokensAfter(trace, 3)).toEqual([{ id: 0, at: 'd' }]);
  });
});
