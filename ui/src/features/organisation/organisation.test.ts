import { describe, expect, it, vi } from 'vitest';
import type { LeaseClosed, RoleRow, SyncStatus } from '@/api/generated/types';
import AccessScreen from '@/features/organisation/AccessScreen.vue';
import ContactsScreen from '@/features/organisation/ContactsScreen.vue';
import OrganisationScreen from '@/features/organisation/OrganisationScreen.vue';
import RolesScreen from '@/features/organisation/RolesScreen.vue';
import { dayBefore } from '@/features/organisation/period';
import { today } from '@/format/time';
import { asked } from '@/parts/ask';
import { toasts } from '@/parts/notify';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';
import * as organisation from '@test/organisation';
import * as samples from '@test/samples';

const keeper = () => ({ ...samples.me, permissions: ['keep_organisation'] });
const submit = async (form: string) => {
  byId(form).dispatchEvent(new Event('submit', { cancelable: true }));
  await settle();
};
const choose = async (testid: string, value: string) => {
  const field = byId(testid) as HTMLSelectElement;
  field.value = value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await settle();
};
const broken = () => {
  throw refusal({ code: 'bug', sentence: '读取时出错。', reference: 'T-9' });
};

describe('contacts', () => {
  it('lists people, and the chosen one with posts then and now', async () => {
    useDesk();
    await show(ContactsScreen, { at: '/contacts' });
    expect(screenText()).toContain(`${organisation.contacts.length}人`);
    expect(screenText()).toContain('秘书科副科长');
    await expectAccessible();
  });

  it('looks up by what is typed, and the arrows choose while typing', async () => {
    const desk = useDesk();
    await show(ContactsScreen, { at: '/contacts' });
    await type('contacts-text', 'hyt');
    await settle(300);
    expect(desk.argsOf('contact_list').at(-1)).toEqual({
      text: 'hyt',
      department_id: null,
      limit: 5000,
      handles: false,
    });
    byId('contacts-text').focus();
    await press('ArrowDown');
    expect(desk.argsOf('person_card').at(-1)).toEqual({ id: organisation.contacts[1]?.person_id, on: null });
  });

  it('keeps to one department', async () => {
    const desk = useDesk();
    await show(ContactsScreen, { at: '/contacts' });
    const unit = [...document.querySelectorAll<HTMLElement>('.unit')].find((one) =>
      one.textContent?.includes('办公室'),
    );
    unit?.click();
    await settle();
    expect(desk.argsOf('contact_list').at(-1)).toMatchObject({ department_id: 'unit-办公室' });
    expect(unit?.getAttribute('aria-pressed')).toBe('true');
  });

  it('prints what is shown and nothing else', async () => {
    useDesk({ contact_list: () => organisation.contacts.slice(0, 2) });
    const print = vi.spyOn(window, 'print').mockImplementation(() => undefined);
    await show(ContactsScreen, { at: '/contacts' });
    await click('contacts-print');
    expect(print).toHaveBeenCalledOnce();
    const lines = byId('printed').querySelectorAll('tbody tr');
    expect([...lines].map((line) => line.children[1]?.textContent)).toEqual(['顾清和', '苏望舒']);
    print.mockRestore();
  });

  it('says when nobody is there, when nobody fits, and when it could not be read', async () => {
    useDesk({ contact_list: () => [] });
    const { wrapper } = await show(ContactsScreen, { at: '/contacts' });
    expect(screenText()).toContain('通讯录里还没有人员');
    await type('contacts-text', 'zz');
    await settle(300);
    expect(screenText()).toContain('没有符合的人员');
    await expectAccessible();
    wrapper.unmount();
    const { queryClient } = await import('@/api/query');
    queryClient.clear();
    useDesk({ contact_list: broken });
    await show(ContactsScreen, { at: '/contacts' });
    expect(screenText()).toContain('读取时出错');
  });
});

describe('organisation', () => {
  it('shows departments, posts and people, and changes nothing for those who may not', async () => {
    const units = organisation.tree.departments.filter((unit) => unit.name === '国库股');
    useDesk({ organisation_tree: () => ({ ...organisation.tree, departments: units }) });
    await show(OrganisationScreen, { at: '/organisation' });
    expect(screenText()).toContain('股长空缺');
    expect(isShown('department-add')).toBe(false);
    expect(isShown('post-add')).toBe(false);
    await expectAccessible();
  });

  it('enters a department and a post', async () => {
    const desk = useDesk({ session_me: keeper });
    await show(OrganisationScreen, { at: '/organisation' });
    await click('department-add');
    await type('department-name', '会计股');
    await expectAccessible();
    await submit('department-form');
    expect(desk.argsOf('department_enter')).toMatchObject([
      { id: '', agency_id: 'agency-1', parent_id: null, name: '会计股', from_on: today() },
    ]);
    await click('post-add');
    await type('post-name', '调研员');
    await submit('post-form');
    expect(desk.argsOf('post_enter')).toMatchObject([{ department_id: 'unit-局领导', name: '调研员' }]);
  });

  it('enters a person at a post with the keys alone', async () => {
    const desk = useDesk({ session_me: keeper });
    await show(OrganisationScreen, { at: '/organisation' });
    byId('organisation-list').focus();
    await press('ArrowDown');
    await click('member-add');
    await type('member-name', '石静涵');
    await submit('member-form');
    expect(desk.argsOf('member_enter')).toMatchObject([
      { name: '石静涵', post_id: 'post-局领导-局长', from_on: today() },
    ]);
  });

  it('asks before somebody leaves, and names what goes with it', async () => {
    const desk = useDesk({ session_me: keeper });
    await show(OrganisationScreen, { at: '/organisation' });
    byId('organisation-list').focus();
    await press('ArrowDown');
    await press('ArrowDown');
    const leave = [...byId('member-panel').querySelectorAll('button')].find(
      (one) => one.textContent?.trim() === '离任',
    );
    leave?.click();
    await settle();
    await submit('end-form');
    expect(asked.value?.consequence).toContain('办公室 主任');
    asked.value?.answer(true);
    await settle();
    expect(desk.argsOf('appointment_end')).toEqual([
      { agency_id: 'agency-1', id: 'held-何雨桐', last_on: today() },
    ]);
  });

  it('keeps what was typed when it is refused, and says what waits for the server', async () => {
    const desk = useDesk({
      session_me: keeper,
      department_enter: () => {
        throw refusal({ sentence: '已有名为“会计股”的一条。' });
      },
    });
    await show(OrganisationScreen, { at: '/organisation' });
    await click('department-add');
    await type('department-name', '会计股');
    await submit('department-form');
    expect(screenText()).toContain('已有名为“会计股”的一条');
    expect((byId('department-name') as HTMLInputElement).value).toBe('会计股');
    desk.answers.department_enter = () => ({ id: '', waiting: true });
    await submit('department-form');
    expect(toasts.at(-1)?.text).toContain('待服务器决定');
  });

  it('shows what the server did not do until it has been seen', async () => {
    const refused = [
      { command: 'department_enter', at: '2026-11-21T01:00:00Z', sentence: '已有名为“秘书科”的一条。' },
    ];
    const desk = useDesk({ session_me: keeper, act_refusals: () => refused });
    await show(OrganisationScreen, { at: '/organisation' });
    expect(byId('refused-acts').textContent).toContain('秘书科');
    await expectAccessible();
    desk.answers.act_refusals = () => [];
    await click('refused-seen');
    expect(isShown('refused-acts')).toBe(false);
  });

  it('says when there is nothing yet, and when it could not be read', async () => {
    useDesk({ organisation_tree: () => ({ ...organisation.tree, departments: [] }) });
    const { wrapper } = await show(OrganisationScreen, { at: '/organisation' });
    expect(screenText()).toContain('还没有部门');
    wrapper.unmount();
    const { queryClient } = await import('@/api/query');
    queryClient.clear();
    useDesk({ organisation_tree: broken });
    await show(OrganisationScreen, { at: '/organisation' });
    expect(screenText()).toContain('读取时出错');
  });
});

describe('roles', () => {
  it('shows roles and substitutes', async () => {
    useDesk();
    await show(RolesScreen, { at: '/roles' });
    expect(screenText()).toContain('部门阅文办公室主任');
    expect(screenText()).toContain('林知遥代理何雨桐');
    await expectAccessible();
  });

  it('gives a role to a post and says what it allows', async () => {
    const desk = useDesk();
    await show(RolesScreen, { at: '/roles' });
    await click('role-add');
    await choose('role-role', 'security_auditor');
    expect(byId('role-form').textContent).toContain('不得兼任');
    await expectAccessible();
    await choose('role-holder', 'post-国库股-股长');
    await submit('role-form');
    expect(desk.argsOf('role_give')).toEqual([
      {
        agency_id: 'agency-1',
        role: 'security_auditor',
        holder: { holder_kind: 'post', holder_id: 'post-国库股-股长' },
        from_on: today(),
        through_on: null,
      },
    ]);
  });

  it('takes a role as of today, after asking', async () => {
    const desk = useDesk();
    await show(RolesScreen, { at: '/roles' });
    await click('role-take');
    expect(asked.value?.consequence).toContain('何雨桐');
    asked.value?.answer(true);
    await settle();
    expect(desk.argsOf('role_take')).toMatchObject([
      { role: 'department_reader', from_on: '1949-10-01', last_on: dayBefore(today()) },
    ]);
  });

  it('names nobody a substitute without grants and a last day', async () => {
    useDesk();
    await show(RolesScreen, { at: '/roles' });
    await click('substitute-add');
    const button = byId('substitute-form').querySelector<HTMLButtonElement>('button[type="submit"]');
    expect(button?.disabled).toBe(true);
    await expectAccessible();
  });

  it('hands over nothing of 三员, to none of them and from none of them', async () => {
    const auditor: RoleRow = {
      role: 'security_auditor',
      title: '安全审计员',
      holder_kind: 'appointment',
      holder_id: 'held-林知遥',
      post: '办公室科员',
      people: ['林知遥'],
      from_on: '2025-06-01',
      through_on: null,
    };
    const given = [...organisation.roleBoard.given, auditor];
    useDesk({ role_list: () => ({ ...organisation.roleBoard, given }) });
    await show(RolesScreen, { at: '/roles' });
    await click('substitute-add');
    expect(isShown('hand-draft')).toBe(true);
    expect(isShown('hand-review_access')).toBe(false);
    for (const who of ['substitute-principal', 'substitute-deputy']) {
      expect(byId(who).textContent).toContain('何雨桐');
      expect(byId(who).textContent, 'the auditor is offered').not.toContain('林知遥');
    }
  });
});

describe('what is held for a time', () => {
  const lease = (until: string | null, closed: LeaseClosed | null): SyncStatus => ({
    ...samples.offline,
    leases: [{ kind: 'restricted_telephones', until, closed }],
  });

  it('says in the contacts until when it is held', async () => {
    useDesk({ sync_status: () => lease('2026-11-28T02:00:00.000Z', null) });
    await show(ContactsScreen, { at: '/contacts' });
    expect(byId('lease-held').textContent).toContain('2026年11月28日 10:00');
    await expectAccessible();
  });

  it.each([
    ['ran_out', '已到期'],
    ['clock_put_back', '时钟被调回'],
    ['device_ended', '使用资格已收回'],
    ['damaged', '无法打开'],
  ] as const)('says why it is closed: %s', async (why, words) => {
    useDesk({ sync_status: () => lease(null, why) });
    await show(ContactsScreen, { at: '/contacts' });
    expect(byId('lease-closed').textContent).toContain(words);
    if (why !== 'device_ended') expect(byId('lease-closed').textContent).toContain('联网后自动恢复');
    await expectAccessible();
  });

  it('says nothing to whoever holds nothing', async () => {
    useDesk();
    await show(ContactsScreen, { at: '/contacts' });
    expect(document.querySelector('[data-testid^="lease-"]')).toBeNull();
  });

  it('is set in days by who gives roles, and shown in the review', async () => {
    const desk = useDesk({ lease_term_set: () => ({ id: 'agency-1', waiting: false }) });
    await show(RolesScreen, { at: '/roles' });
    expect(screenText()).toContain('最多保留7天');
    await click('lease-set');
    await choose('lease-days', '3');
    await expectAccessible();
    await submit('lease-form');
    expect(desk.argsOf('lease_term_set')).toMatchObject([{ agency_id: 'agency-1', days: 3 }]);
    await show(AccessScreen, { at: '/access' });
    expect(screenText()).toContain('最多保留7天');
  });
});

describe('access review', () => {
  it('shows who may what with every step of the reason', async () => {
    useDesk();
    await show(AccessScreen, { at: '/access' });
    expect(screenText()).toContain('代理何雨桐');
    await expectAccessible();
  });

  it('asks about one department', async () => {
    const desk = useDesk();
    await show(AccessScreen, { at: '/access' });
    await choose('access-department', 'unit-办公室');
    expect(desk.argsOf('access_review').at(-1)).toMatchObject({
      department_id: 'unit-办公室',
      person_id: null,
    });
    expect(screenText()).toContain('作者始终能看自己的文稿');
  });

  it('says when nobody may', async () => {
    useDesk({ access_review: () => ({ on: '2026-11-21', lease_days: 7, rows: [] }) });
    await show(AccessScreen, { at: '/access' });
    expect(screenText()).toContain('没有人有这项权限');
    await expectAccessible();
  });

  it('knows the day before across months and years', () => {
    expect(['2026-03-01', '2024-03-01', '2026-01-01'].map(dayBefore)).toEqual([
      '2026-02-28',
      '2024-02-29',
      '2025-12-31',
    ]);
  });
});
