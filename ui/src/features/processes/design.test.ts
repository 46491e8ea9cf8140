import { describe, expect, it } from 'vitest';
import ProcessesScreen from '@/features/processes/ProcessesScreen.vue';
import { asked } from '@/parts/ask';
import { readDefinition } from '@/parts/processDefinition';
import { expectAccessible } from '@test/axe';
import { useDesk, type Desk } from '@test/desk';
import { byId, click, isShown, press, settle, show, type } from '@test/mount';
import * as samples from '@test/samples';
import * as studio from '@test/studio';

/** Longer than the checks wait. */
const CHECKED_MS = 600;
const design = async (answers: Desk['answers'] = {}) => {
  const desk = useDesk({ session_me: () => ({ ...samples.me, home: 'replica' }), ...answers });
  const { router } = await show(ProcessesScreen, { at: '/processes/outgoing/design' });
  return { desk, router };
};
const node = (id: string) => document.querySelector<HTMLElement>(`[data-node="${id}"]`);
const choose = async (id: string) => {
  node(id)?.click();
  await settle();
};
const insertOn = async (flow: string) => {
  document.querySelector<HTMLElement>(`[data-flow="${flow}"]`)?.click();
  await settle();
};
/** The definition as the checks were last asked about it. */
const checked = async (desk: Desk) => {
  await settle(CHECKED_MS);
  const args = desk.argsOf('process_view').at(-1);
  if (typeof args !== 'object' || args === null || !('definition' in args))
    throw new Error('nothing was checked');
  return readDefinition(String(args.definition));
};
const pick = async (testid: string, value: string) => {
  const field = byId(testid);
  if (!(field instanceof HTMLSelectElement)) throw new Error(`${testid} is no choice`);
  field.value = value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await settle();
};

describe('a process that is changed', () => {
  it('stands there from top to bottom, what the law demands locked', async () => {
    await design();
    const order = [...document.querySelectorAll<HTMLElement>('[data-node]')].map((one) => one.dataset.node);
    expect(order.slice(0, 4)).toEqual(['start', 'draft', 'head_review', 'whether_countersign']);
    expect(order).toHaveLength(25);
    expect(node('recheck')?.textContent).toContain('法定环节');
    expect(byId('design-steps').textContent).toContain('有会签部门');
    await choose('recheck');
    expect(byId('design-law').textContent).toContain('第二十五条');
    expect(isShown('design-remove')).toBe(false);
    expect(isShown('design-title')).toBe(false);
    await expectAccessible();
  });

  it('takes a step in between, with whom it is for and what may be done; the checks see it', async () => {
    const { desk } = await design();
    await insertOn('draft-head_review');
    expect(node('own_step')?.getAttribute('aria-pressed')).toBe('true');
    await type('design-title', '分管负责人核稿');
    await pick('design-rule', 'role');
    await pick('design-which', 'leader');
    await pick('design-passing', 'any');
    const days = byId('design-days');
    if (days instanceof HTMLInputElement) days.value = '3';
    days.dispatchEvent(new Event('change'));
    document.querySelector<HTMLInputElement>('[data-may="transfer"]')?.click();
    await expectAccessible();
    const added = (await checked(desk)).nodes.find((one) => one.id === 'own_step');
    expect(added).toEqual({
      id: 'own_step',
      title: '分管负责人核稿',
      kind: {
        type: 'step',
        act: '同意',
        sign_off: { seats: [{ who: { role: 'leader' } }], passing: 'any' },
        opinion: 'for_refusal',
        may: ['return', 'transfer'],
        limit: { within: { working_days: 3 } },
      },
    });
  });

  it('offers no place where the law says when one comes there', async () => {
    await design();
    expect(document.querySelector('[data-flow="who_signs-sign_principal"]')).toBeNull();
    expect(document.querySelector('[data-flow="who_signs-sign"]')).not.toBeNull();
  });

  it('goes back and forth, a title as a whole', async () => {
    await design();
    expect(byId('design-define').hasAttribute('disabled'), 'nothing is changed yet').toBe(true);
    await choose('seal');
    await type('design-title', '盖');
    await type('design-title', '盖章');
    await click('design-down');
    expect(node('seal')?.textContent).toContain('盖章');
    await press('z', { ctrlKey: true }, document.body);
    await press('z', { ctrlKey: true }, document.body);
    expect(node('seal')?.textContent).toContain('用印');
    expect(byId('design-undo').hasAttribute('disabled')).toBe(true);
    await click('design-redo');
    expect(node('seal')?.textContent).toContain('盖章');
  });

  it('loses a step that nobody speaks of, and keeps one that somebody does', async () => {
    const { desk } = await design();
    await choose('seal');
    await click('design-remove');
    expect(node('seal')).toBeNull();
    expect((await checked(desk)).flows.find((flow) => flow.id === 'proof-seal')?.to).toBe('release');
  });

  it('lets a step be done in some case only, and two at the same time', async () => {
    const { desk } = await design();
    await insertOn('draft-head_review');
    const choices = [...byId('design-case').querySelectorAll('option')];
    const important = choices.find((one) => one.textContent?.includes('重要公文'));
    await pick('design-case', important?.value ?? '');
    expect(node('own_case')?.textContent).toContain('不同情况');
    await click('design-beside');
    expect(node('own_step-2')).not.toBeNull();
    expect(byId('design-steps').textContent).toContain('第 2 路');
    const ids = (await checked(desk)).nodes.map((one) => one.id);
    for (const id of ['own_case', 'own_merge', 'own_fork', 'own_join']) expect(ids).toContain(id);
    await expectAccessible();
  });

  it('is mended as a finding offers', async () => {
    const mended = studio.shipped.outgoing.replace('"title": "用印"', '"title": "加盖印章"');
    const { desk } = await design({ process_fix: () => ({ definition: mended }) });
    await click('finding-fix');
    expect(desk.argsOf('process_fix')).toEqual([
      { definition: studio.shipped.outgoing, fix: studio.findings[1]?.fix },
    ]);
    expect(node('seal')?.textContent).toContain('加盖印章');
  });
});

describe('a new version', () => {
  const change = async () => {
    await choose('seal');
    await type('design-title', '盖章');
  };

  it('says what it means, asks why, and comes into force', async () => {
    const { desk, router } = await design();
    await change();
    await click('design-define');
    expect(document.querySelector('[role="dialog"]')?.textContent).toContain(
      '正在办理的公文仍按原来的版本办完',
    );
    expect(byId('define-errors').textContent).toContain('1 处');
    expect(byId('define-act').hasAttribute('disabled')).toBe(true);
    await expectAccessible();
    await type('define-note', '与印章管理办法的说法一致');
    await click('define-act');
    const [args] = desk.argsOf('process_define');
    expect(args).toMatchObject({ note: '与印章管理办法的说法一致' });
    expect(JSON.stringify(args)).toContain('盖章');
    expect(router.currentRoute.value.params.part).toBe('flow');
  });

  it('tells in words why it is refused, and nothing is lost', async () => {
    const reason = '“复核”是《党政机关公文处理工作条例》第二十五条规定的环节，不能删除。';
    const { router } = await design({ process_define: () => ({ kind: 'rejected', reason }) });
    await change();
    await click('design-define');
    await type('define-note', '试试');
    await click('define-act');
    expect(byId('define-refused').textContent).toContain(reason);
    expect(router.currentRoute.value.params.part).toBe('design');
  });

  it('is not left by a slip', async () => {
    const { router } = await design();
    await change();
    void router.push('/processes');
    await settle();
    expect(asked.value?.consequence).toContain('离开后不保留');
    asked.value?.answer(false);
    await settle();
    expect(router.currentRoute.value.params.part).toBe('design');
  });

  it('is not made by those who do not keep the vocabulary', async () => {
    await design({ session_me: () => ({ ...samples.me, home: 'replica', permissions: ['member'] }) });
    expect(isShown('design-steps')).toBe(false);
    expect(isShown('process-drawing')).toBe(true);
  });
});
