// Invented tasks of one invented county, on the way through 发文办理.
import type {
  ProcessTrace,
  TaskForm,
  TaskList,
  TaskPage,
  TaskRow,
  TaskView,
  TracePerson,
  TraceVisit,
} from '@/api/generated/types';
import { draftRow } from '@test/samples';

const DAY_MS = 86_400_000;
const STEPS = [
  ['处室核稿', '审核通过', '林知遥'],
  ['会签', '会签同意', '何雨桐'],
  ['签发', '签发', '苏望舒'],
] as const;

/** Task number `index` of a long list. */
export function taskRow(index: number, part: Partial<TaskRow> = {}): TaskRow {
  const draft = draftRow(index);
  const [step, act, from] = STEPS[index % STEPS.length] ?? STEPS[0];
  return {
    id: `task-${index}`,
    instance_id: `instance-${index}`,
    draft_id: draft.id,
    title: draft.title,
    document_type: draft.document_type,
    urgency: draft.urgency,
    number: '',
    author: draft.author,
    step,
    act,
    from,
    note: index % 4 === 0 ? '请于本周内核定，第二段的数据已与国库股核对。' : '',
    state: 'todo',
    verdict: null,
    opened_at: draft.changed_at,
    due_at: index % 5 === 2 ? new Date(Date.now() + DAY_MS).toISOString() : '',
    urged_at: '',
    urged_times: 0,
    urged_by: '',
    urged_note: '',
    claim: null,
    seen: index % 3 === 1,
    done_at: '',
    process: 'outgoing',
    sync: 'settled',
    refusal: '',
    ...part,
  };
}

/** Tasks of a list of `many`, as `task_list` answers. */
export const tasksOf =
  (many: number, make: (index: number) => TaskRow = taskRow) =>
  (args: TaskList): TaskPage => ({
    total: many,
    rows: Array.from({ length: Math.max(0, Math.min(args.limit, many - args.offset)) }, (_, at) => ({
      ...make(args.offset + at),
      state: args.state,
    })),
  });

export const person = (name: string, post: string, part: Partial<TracePerson> = {}): TracePerson => ({
  person_id: `person-${name}`,
  name,
  post,
  department: '办公室',
  asked: 'step',
  up: false,
  seen: true,
  verdict: null,
  words: '',
  at: '',
  by: '',
  recorded_by: '',
  written_on: '',
  withheld: false,
  scanned: false,
  handwriting: '',
  gone: false,
  older: false,
  ...part,
});
export const visit = (
  name: string,
  step: string,
  people: TracePerson[],
  part: Partial<TraceVisit> = {},
): TraceVisit => ({
  visit: name,
  node: name.slice(name.indexOf('/') + 1),
  step,
  round: 1,
  state: 'passed',
  opened_at: '2026-11-20T01:00:00.000Z',
  closed_at: '2026-11-20T03:00:00.000Z',
  due_at: '',
  people,
  ...part,
});
const at = '2026-11-20T03:00:00.000Z';

export const trace: ProcessTrace = {
  instance_id: 'instance-0',
  process: '发文办理',
  process_id: 'outgoing',
  version: 1,
  status: 'running',
  begun_at: '2026-11-20T01:00:00.000Z',
  visits: [
    visit('1/draft', '拟稿', [person('林知遥', '科员', { verdict: 'agree', at })]),
    visit(
      '1/head_review',
      '处室核稿',
      [person('何雨桐', '主任', { verdict: 'agree', words: '拟同意。', at })],
      {
        state: 'void',
      },
    ),
    visit('2/head_review', '处室核稿', [person('何雨桐', '主任', { verdict: 'circle', at, by: '周景行' })], {
      round: 2,
    }),
    visit('1/office_review', '办公室审核', [
      person('秦牧野', '科员', {
        verdict: 'agree',
        words: '数据已核。',
        at,
        recorded_by: '周景行',
        written_on: '2026-11-19',
      }),
    ]),
    visit('1/sign', '签发', [person('顾清和', '局长', { up: true, seen: false })], {
      state: 'open',
      closed_at: '',
    }),
  ],
  ahead: ['复核', '登记', '用印'],
  items: [],
  rounds: [],
};

export const form: TaskForm = {
  visit: '1/head_review',
  act: '审核通过',
  words: 'for_refusal',
  advises: false,
  fields: [],
  may: ['add_before', 'transfer', 'consult', 'return'],
  returns: [
    { visit: '1/office_review', step: '办公室审核', people: '秦牧野', voids: ['办公室审核 秦牧野'] },
    {
      visit: '1/draft',
      step: '拟稿',
      people: '林知遥',
      voids: ['处室核稿 何雨桐', '办公室审核 秦牧野'],
    },
  ],
  choose: [],
  binds: false,
  batch: false,
  online: false,
  claim: null,
};

/** A form of 签发, with what must be entered there. */
export const signForm: TaskForm = {
  ...form,
  visit: '1/sign',
  act: '签发',
  binds: true,
  fields: [
    {
      name: 'publicity',
      title: '公开属性',
      note: '由签发人决定',
      kind: 'choice',
      options: [
        { code: 'open', title: '主动公开' },
        { code: 'closed', title: '不予公开' },
      ],
      required: true,
      offered: false,
      value: null,
    },
  ],
};

/** A task as `task_open` answers, with this form. */
export const taskView =
  (own: TaskForm | null = form, part: Partial<TaskRow> = {}) =>
  ({ id }: { id: string }): TaskView => ({
    row: taskRow(Number(id.replace('task-', '')), part),
    trace,
    copy: '',
    form: own,
  });
