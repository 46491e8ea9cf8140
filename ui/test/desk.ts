// A desk that answers from samples. Tests and the harness change single answers; every call is remembered.
import type { CommandName, Commands } from '@/api/generated/commands';
import type { ApiError, DraftRow } from '@/api/generated/types';
import { setTransport } from '@/api/transport';
import * as joining from '@test/joining';
import * as organisation from '@test/organisation';
import * as samples from '@test/samples';
import * as studio from '@test/studio';

type Answers = {
  [N in CommandName]?: (args: Commands[N]['args']) => Commands[N]['answer'] | Promise<Commands[N]['answer']>;
};

export const refusal = (part: Partial<ApiError> = {}): ApiError => ({
  code: 'invalid',
  key: 'test.refused',
  fields: {},
  sentence: '密码不正确，请检查大小写后重试。',
  reference: '',
  ...part,
});

export interface Desk {
  /** Every call in order. */
  calls: { name: CommandName; args: unknown }[];
  answers: Answers;
  argsOf: (name: CommandName) => unknown[];
}

/** Drafts of a list of `many`, as `draft_list` answers. */
export const pageOf =
  (many: number, make: (index: number) => DraftRow = samples.draftRow) =>
  (args: Commands['draft_list']['args']) => ({
    total: many,
    rows: Array.from({ length: Math.max(0, Math.min(args.limit, many - args.offset)) }, (_, at) =>
      make(args.offset + at),
    ),
  });

function standard(): Answers {
  return {
    session_status: () => samples.sessionStatus,
    session_me: () => samples.me,
    session_setup: () => ({ code: 'K7MQ2-9XTRA-4HWPD-B6NZC-J3VYE-8FSGN-T5KWQ-2RXHM' }),
    session_unlock: () => samples.me,
    session_lock: () => null,
    session_recover: () => ({ code: 'P4RWT-6KJHN-2MXCV-D9BQZ-A7SGE-3NYF8-M8TXP-5VHKC' }),
    session_keyring: () => null,
    session_recovery_code: () => ({ code: 'P4RWT-6KJHN-2MXCV-D9BQZ-A7SGE-3NYF8-M8TXP-5VHKC' }),
    session_change_password: () => null,
    session_unlock_by_keyring: () => samples.me,
    sync_join: () => ({ code: 'P4RWT-6KJHN-2MXCV-D9BQZ-A7SGE-3NYF8-M8TXP-5VHKC' }),
    backup_create: () => ({ name: '案牍备份-20261121.andu', bytes: 4_812_300 }),
    backup_restore: () => ({ kept: '' }),
    diagnostics_create: () => ({ name: '案牍诊断包.zip', bytes: 48_123 }),
    file_choose: (args) => ({ token: 'token-1', name: args.suggested_name || '青河县机关名录.xlsx' }),
    revision_list: () => null,
    setting_get: () => samples.settings,
    setting_put: (args) => args,
    sync_status: () => samples.alone,
    draft_counts: () => ({
      drafting: 38,
      submitted: 6,
      discarded: 4,
      received: 12,
      received_urgent: 1,
      waiting: 0,
      closed: 0,
    }),
    draft_list: pageOf(48),
    task_counts: () => ({ todo: 0, urgent: 0, done: 0, to_read: 0 }),
    incoming_counts: () => ({ open: 0, handling: 0, late: 0, closed: 0, sent_back: 0 }),
    supervision_counts: () => ({ running: 0, soon: 0, overdue: 0, ready: 0, closed: 0 }),
    process_status: () => ({ enabled_at: null }),
    process_trace: () => null,
    process_list: () => studio.rows,
    process_view: (args) => studio.viewOf(args.definition),
    process_fix: (args) => ({ definition: args.definition }),
    process_define: () => ({ kind: 'applied' }),
    process_stuck: () => studio.calm,
    process_repair: () => ({ kind: 'applied' }),
    process_versions: () => studio.versions,
    process_running: () => studio.running,
    process_rehearse: () => studio.rehearsed,
    process_migrate: () => ({ kind: 'applied' }),
    co_drafter_list: () => ({
      author: '何雨桐',
      is_author: true,
      has_server: false,
      people: [],
      late: [],
      unsent: 0,
    }),
    co_drafter_choose: () => [],
    live_cursor: () => ({ turn: 0, people: [] }),
    draft_discard: () => null,
    draft_recover: () => null,
    draft_copy: () => samples.draftRow(0),
    draft_withdraw: () => ({ kind: 'applied' }),
    draft_number: () => ({ kind: 'applied' }),
    task_next: () => ({ steps: [], waits: [], ends: false }),
    sync_items: () => [],
    join_state: () => joining.alone,
    join_begin: () => joining.reviewing,
    join_confirm: () => ({ ...joining.reviewing, stage: 'joined', review: null }),
    join_abandon: () => joining.alone,
    joining_list: () => joining.offers,
    joining_review: () => joining.review,
    joining_decide: () => null,
    process_handwriting: () => [],
    preview_get: (args) => samples.preview(args.id),
    find_text: () => ({ total: 4, hits: samples.hits }),
    find_quick: () => [
      { kind: 'draft', id: 'draft-2', label: samples.draftRow(2).title, detail: '函 · 拟稿中' },
      { kind: 'agency', id: 'agency-4', label: '青河县水利局', detail: '平级机关 · 县水利局' },
      { kind: 'person', id: 'person-6', label: '单于明', detail: '农业农村股 股长' },
    ],
    agency_list: () => samples.agencies,
    agency_put: (args) => args.entry,
    agency_remove: () => null,
    person_list: () => samples.people,
    person_put: (args) => args.entry,
    person_remove: () => null,
    phrase_list: () => samples.phrases,
    phrase_put: (args) => args.entry,
    phrase_remove: () => null,
    template_list: () => samples.templates,
    organisation_tree: () => organisation.tree,
    person_card: () => organisation.personCard,
    contact_list: (args) =>
      organisation.contacts.filter((one) => !args.department_id || one.department_id === args.department_id),
    role_list: () => organisation.roleBoard,
    access_review: () => organisation.accessReview,
    act_refusals: () => [],
    double_edit_list: () => [],
    double_edit_settle: () => ({ kind: 'applied' }),
    contact_settle: () => ({ kind: 'applied' }),
    contact_put: (args) => ({ id: args.person_id, waiting: false }),
    act_refusals_seen: () => null,
    department_enter: () => ({ id: 'unit-new', waiting: false }),
    organisation_rename: (args) => ({ id: args.id, waiting: false }),
    department_end: (args) => ({ id: args.id, waiting: false }),
    post_enter: () => ({ id: 'post-new', waiting: false }),
    post_end: (args) => ({ id: args.id, waiting: false }),
    member_enter: () => ({ id: 'person-new', waiting: false }),
    appointment_make: () => ({ id: 'held-new', waiting: false }),
    appointment_end: (args) => ({ id: args.id, waiting: false }),
    telephone_put: () => ({ id: 'tel-new', waiting: false }),
    telephone_remove: (args) => ({ id: args.id, waiting: false }),
    role_give: () => ({ id: 'post-1', waiting: false }),
    role_take: () => ({ id: 'post-1', waiting: false }),
    substitute_name: () => ({ id: 'sub-new', waiting: false }),
    substitute_end: (args) => ({ id: args.id, waiting: false }),
    template_remove: () => null,
    vocabulary_read: (args) => ({
      added: 12,
      changed: 3,
      unchanged: 41,
      problems: args.dry_run
        ? ['第 9 行：缺少全称。', '第 27 行：“与本机关关系”写的是“兄弟”，只能是上级、平级、下级、不相隶属。']
        : [],
      token: 'token-2',
    }),
    vocabulary_write: () => ({ name: '机关.xlsx', bytes: 12_345 }),
    printer_list: () => samples.printers,
    printer_offset: () => null,
    print_start: (args) => ({
      id: 31,
      printer: args.printer,
      title: samples.draftRow(0).title,
      state: 'waiting',
      trouble: '',
    }),
    print_preview: (args) => samples.printPreview(args.range === '2-3' ? [2, 3] : [1, 2, 3]),
    print_preview_close: () => null,
    print_jobs: () => [
      { id: 30, printer: 'office-2f', title: samples.draftRow(2).title, state: 'printing', trouble: '' },
      { id: 29, printer: 'redhead', title: samples.draftRow(1).title, state: 'stopped', trouble: '缺纸' },
      { id: 28, printer: 'office-2f', title: samples.draftRow(3).title, state: 'done', trouble: '' },
    ],
  };
}

/** Puts the desk in place of the real one; or a server, as a browser has it. */
export function useDesk(answers: Answers = {}, plays: 'desk' | 'server' = 'desk'): Desk {
  const desk: Desk = {
    calls: [],
    answers: { ...standard(), ...answers },
    argsOf: (name) => desk.calls.filter((call) => call.name === name).map((call) => call.args),
  };
  setTransport(async (name, args) => {
    desk.calls.push({ name, args });
    const answer = desk.answers[name] as ((args: unknown) => unknown) | undefined;
    if (!answer) throw refusal({ code: 'bug', sentence: `no answer for ${name}`, reference: 'T-1' });
    return answer(args);
  }, plays);
  return desk;
}
