// Invented documents that came to one invented county, and one of them on its way through 来文办理.
import type {
  IncomingFile,
  IncomingList,
  IncomingPage,
  IncomingRow,
  IncomingState,
  IncomingView,
  ProcessTrace,
} from '@/api/generated/types';
import { person, visit } from '@test/tasks';

const DAY_MS = 86_400_000;
const CAME: readonly (readonly [string, string, string])[] = [
  ['关于做好2026年度国有资产管理情况专项报告工作的通知', '云岭市财政局', '云财资〔2026〕41号'],
  ['关于报送惠农补贴资金发放情况的通知', '青河县人民政府办公室', '青政办函〔2026〕77号'],
  ['关于商请共享不动产登记信息的函', '青河县自然资源局', '青自然资函〔2026〕19号'],
  ['关于召开全市财政工作视频会议的通知', '云岭市财政局', ''],
];
const STATES: readonly IncomingState[] = ['handling', 'handling', 'open', 'closed'];

/** Document number `index` of a long register. */
export function row(index: number, part: Partial<IncomingRow> = {}): IncomingRow {
  const [title, from_agency, from_number] = CAME[index % CAME.length] ?? ['', '', ''];
  const state = STATES[index % STATES.length] ?? 'handling';
  return {
    id: `came-${index}`,
    number: state === 'open' ? '' : `收〔2026〕${1_000 + index}号`,
    title: index < CAME.length ? title : `${title}（${index}）`,
    from_agency,
    from_number,
    received_on: '2026-11-19',
    urgency: index % 4 === 1 ? 'extra_urgent' : null,
    classification: index % 4 === 2 ? 'confidential' : null,
    state,
    now_at: state === 'handling' ? '批示：顾清和' : '',
    now_since: state === 'handling' ? new Date(Date.now() - 3 * 86_400_000).toISOString() : '',
    due_at: index % 4 === 1 ? new Date(Date.now() - 3 * DAY_MS).toISOString() : '',
    given_back: '',
    registrar: '林知遥',
    sync: 'settled',
    refusal: '',
    ...part,
  };
}

/** A register of `many`, as `incoming_list` answers. */
export const listOf =
  (many: number, make: (index: number) => IncomingRow = row) =>
  (args: IncomingList): IncomingPage => ({
    total: many,
    rows: Array.from({ length: Math.max(0, Math.min(args.limit, many - args.offset)) }, (_, at) =>
      make(args.offset + at),
    ),
  });

export const counts = { open: 2, handling: 5, late: 1, closed: 40, sent_back: 3 };

const files: IncomingFile[] = [
  { id: 'file-1', name: '云财资〔2026〕41号.pdf', bytes: 482_133, is_here: true },
  { id: 'file-2', name: '附件：报表格式.docx', bytes: 21_004, is_here: false },
];

export const trace: ProcessTrace = {
  instance_id: 'instance-came',
  process: '来文办理',
  status: 'running',
  begun_at: '2026-11-19T01:00:00.000Z',
  visits: [
    visit('1/propose', '拟办', [
      person('林知遥', '科员', { verdict: 'agree', words: '呈领导阅示。', at: '2026-11-19T02:00:00.000Z' }),
    ]),
    visit('1/instruct', '批示', [person('顾清和', '局长', { up: true, seen: false })], {
      state: 'open',
      closed_at: '',
      due_at: '2026-11-29T16:00:00.000Z',
    }),
  ],
  process_id: 'incoming',
  version: 1,
  ahead: ['分办', '承办'],
  items: [
    { name: 'lane', title: '办理类别', value: '批办件' },
    { name: 'lead_unit', title: '牵头部门', value: '国资股' },
  ],
  rounds: [
    {
      round: 0,
      by: '林知遥',
      by_id: 'me',
      note: '请提前了解。',
      at: '2026-11-19T03:00:00.000Z',
      readers: [
        {
          person_id: 'person-6',
          name: '单于明',
          department: '农业农村股',
          read_at: '2026-11-19T04:00:00.000Z',
          note: '知悉。',
          withdrawn: false,
        },
        {
          person_id: 'person-7',
          name: '陆时雨',
          department: '国库股',
          read_at: '',
          note: '',
          withdrawn: false,
        },
      ],
    },
  ],
};

/** One of them, registered and on its way. */
export function view(
  index = 0,
  part: Partial<IncomingView> = {},
  of: Partial<IncomingRow> = {},
): IncomingView {
  const line = row(index, of);
  return {
    row: line,
    entry: {
      title: line.title,
      document_type: 'notice',
      from_agency: line.from_agency,
      from_number: line.from_number,
      issued_on: '2026-11-16',
      received_on: line.received_on,
      delivery: 'exchange',
      classification: line.classification,
      classification_term: '',
      urgency: line.urgency,
      copies: 1,
      pages: 6,
      copy_numbers: '',
      note: '',
    },
    files,
    trace,
    same: [],
    may_edit: false,
    keeps: true,
    ...part,
  };
}

/** One that is being entered. */
export const opened = (part: Partial<IncomingView> = {}, of: Partial<IncomingRow> = {}): IncomingView =>
  view(2, { may_edit: true, trace: null, ...part }, of);
