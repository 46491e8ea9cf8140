// Keeping processes in order: what does not go on is repaired with a reason, versions, and the way over to a new one.
import { describe, expect, it } from 'vitest';
import { queryClient } from '@/api/query';
import ProcessesScreen from '@/features/processes/ProcessesScreen.vue';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk } from '@test/desk';
import { byId, click, isShown, screenText, settle, show, type } from '@test/mount';
import * as samples from '@test/samples';
import * as studio from '@test/studio';

const keeper = {
  session_me: () => ({ ...samples.me, home: 'replica' as const, permissions: ['keep_vocabulary' as const] }),
};
const repairs = () => [...document.querySelectorAll<HTMLButtonElement>('[data-testid="stuck-repair"]')];
const isDisabled = (testid: string) => (byId(testid) as HTMLButtonElement).disabled;
const open = (at: string, answers: Parameters<typeof useDesk>[0] = {}) => {
  queryClient.clear();
  const desk = useDesk({ ...keeper, ...answers });
  return show(ProcessesScreen, { at }).then(() => desk);
};

describe('what does not go on', () => {
  it('is for those who keep the processes', async () => {
    queryClient.clear();
    useDesk();
    await show(ProcessesScreen, { at: '/processes' });
    expect(isShown('stuck-list')).toBe(false);
  });

  it('says how many were looked at where nothing stands still', async () => {
    await open('/processes');
    expect(byId('stuck-list').textContent).toContain('查看了在办的 14 件，没有停滞的');
  });

  it('is repaired with a reason', async () => {
    const desk = await open('/processes', { process_stuck: () => studio.stuck });
    expect(screenText()).toContain('没有人能办');
    await expectAccessible();
    repairs()[0]?.click();
    await settle();
    expect(isDisabled('order-act')).toBe(true);
    await type('order-reason', '原核稿人已调离');
    await click('order-act');
    expect(desk.argsOf('process_repair')).toEqual([
      { id: 'instance-1', act: '{"transfer":{}}', reason: '原核稿人已调离', second: '' },
    ]);
    expect(isShown('order-act')).toBe(false);
  });

  it('is moved only with the consent of a second', async () => {
    await open('/processes', { process_stuck: () => studio.stuck });
    expect(repairs()[2]?.disabled).toBe(true);
    repairs()[1]?.click();
    await settle();
    await type('order-reason', '尽快办理');
    expect(isDisabled('order-act')).toBe(true);
    const field = byId('repair-second') as HTMLSelectElement;
    field.value = 'person-3';
    field.dispatchEvent(new Event('change'));
    await settle();
    expect(isDisabled('order-act')).toBe(false);
  });

  it('says in words what is refused', async () => {
    await open('/processes', {
      process_stuck: () => studio.stuck,
      process_repair: () => ({ kind: 'rejected', reason: '这一件的情况已经变化。' }),
    });
    repairs()[0]?.click();
    await settle();
    await type('order-reason', '原核稿人已调离');
    await click('order-act');
    expect(byId('order-refused').textContent).toContain('情况已经变化');
  });

  it('says where the server cannot be reached', async () => {
    await open('/processes', {
      process_stuck: () => {
        throw refusal({ sentence: '连接不上服务器。' });
      },
    });
    expect(byId('stuck-list').textContent).toContain('连接不上服务器');
  });
});

describe('the versions of a process', () => {
  it('say why each was made, and what runs by it', async () => {
    await open('/processes/outgoing/versions');
    expect(document.querySelectorAll('[data-testid="version-row"]')).toHaveLength(2);
    expect(screenText()).toContain('增加二次核稿');
    expect(document.querySelectorAll('[data-testid="running-row"]')).toHaveLength(2);
    await expectAccessible();
  });

  it('are shown to everybody without what runs', async () => {
    queryClient.clear();
    useDesk();
    await show(ProcessesScreen, { at: '/processes/outgoing/versions' });
    expect(screenText()).toContain('增加二次核稿');
    expect(isShown('running-row')).toBe(false);
    expect(isShown('migrate-open')).toBe(false);
  });

  it('take over what runs after it was tried, and only what fits', async () => {
    const desk = await open('/processes/outgoing/versions');
    await click('migrate-open');
    expect(document.querySelectorAll('[data-testid="rehearsed-row"]')).toHaveLength(2);
    expect(screenText()).toContain('不能迁移：正在办理的“合法性审核”');
    expect(desk.argsOf('process_migrate')).toEqual([]);
    await type('order-reason', '按新规定核稿');
    await click('order-act');
    expect(desk.argsOf('process_migrate')).toEqual([
      {
        process: 'outgoing',
        version: 2,
        instances: ['instance-1'],
        nodes: {},
        reason: '按新规定核稿',
      },
    ]);
  });
});
