// 发文办理 as it is shipped, with its drawings as the program lays them out; and what a check may find.
import type {
  DrawingView,
  ProcessFinding,
  ProcessRow,
  ProcessVersionRow,
  ProcessView,
  RehearsedRow,
  RunningRow,
  StuckList,
} from '@/api/generated/types';
import drawings from './outgoingDrawings.json';

const files = import.meta.glob<string>('../../assets/process/*.json', {
  eager: true,
  query: '?raw',
  import: 'default',
});
const file = (name: string): string => files[`../../assets/process/${name}.json`] ?? '';

/** Shipped definitions, as their files say: of 发文办理 the version that the drawings are of. */
export const shipped = { outgoing: file('outgoing-1'), incoming: file('incoming') };

export const rows: ProcessRow[] = [
  {
    process: 'outgoing',
    title: '发文办理',
    note: '依据《党政机关公文处理工作条例》第五章、第六章',
    version: 2,
    own: true,
    steps: 16,
    enabled_at: '2026-11-01T00:00:00.000Z',
  },
  {
    process: 'incoming',
    title: '来文办理',
    note: '依据《党政机关公文处理工作条例》第二十四条',
    version: 1,
    own: false,
    steps: 14,
    enabled_at: '',
  },
];

export const flow: DrawingView = drawings.flow;

export const findings: ProcessFinding[] = [
  {
    severity: 'hint',
    sentence: '“编号”没有写明由哪个岗位负责。',
    places: ['number'],
    trace: [],
    fix_sentence: '',
    fix: '',
  },
  {
    severity: 'error',
    sentence: '“是否会签”之后，“会签部门”未填写时无路可走。',
    places: ['whether_countersign', 'whether_countersign-whether_normative'],
    trace: [
      { node: 'start', takes: [], puts: ['start-draft'] },
      { node: 'draft', takes: ['start-draft'], puts: ['draft-head_review'] },
      { node: 'head_review', takes: ['draft-head_review'], puts: ['head_review-whether_countersign'] },
    ],
    fix_sentence: '增加“其他情况”，到“是否规范性文件”',
    fix: '{"fix":"add_otherwise","node":"whether_countersign"}',
  },
];

export const locked = [
  { node: 'draft', law: '《党政机关公文处理工作条例》第十九条' },
  { node: 'countersign_group', law: '《党政机关公文处理工作条例》第十九条第六项' },
  { node: 'legal_review', law: '国办发〔2018〕37号' },
  { node: 'office_review', law: '《党政机关公文处理工作条例》第二十条' },
  { node: 'sign', law: '《党政机关公文处理工作条例》第二十二条' },
  { node: 'sign_principal', law: '《党政机关公文处理工作条例》第二十二条' },
  { node: 'joint_sign', law: '《党政机关公文处理工作条例》第二十二条' },
  { node: 'recheck', law: '《党政机关公文处理工作条例》第二十五条第一项' },
  { node: 'register', law: '《党政机关公文处理工作条例》第二十五条第二项' },
  { node: 'number', law: '《党政机关公文处理工作条例》第二十五条第二项' },
  { node: 'proof', law: '《党政机关公文处理工作条例》第二十五条第三项' },
  { node: 'release', law: '《党政机关公文处理工作条例》第二十五条第四项' },
  { node: 'archive', law: '《党政机关公文处理工作条例》第二十七条' },
];

/** What the desk answers of a process; of a definition that is being written: with that one. */
export const viewOf = (definition: string, part: Partial<ProcessView> = {}): ProcessView => ({
  process: 'outgoing',
  title: '发文办理',
  version: 1,
  definition: definition || shipped.outgoing,
  locked,
  ...drawings,
  findings,
  complete: true,
  ...part,
});

export const running: RunningRow[] = [1, 2].map((n) => ({
  id: `instance-${n}`,
  title: `关于做好2026年第${n}次汛期安全检查的通知`,
  process: 'outgoing',
  process_title: '发文办理',
  version: n,
  author: '何雨桐',
  steps: ['处室核稿'],
  begun_at: '2026-11-02T01:00:00.000Z',
  changed_at: '2026-11-03T01:00:00.000Z',
}));

export const versions: ProcessVersionRow[] = [
  { version: 2, own: true, note: '增加二次核稿', by: '范诗涵', at: '2026-11-01T00:00:00.000Z' },
  { version: 1, own: false, note: '', by: '', at: '' },
];

const [first, second] = running;
if (!first || !second) throw new Error('two of them run');

export const rehearsed: RehearsedRow[] = [
  { instance: first, fits: true, then: ['二次核稿'], obstacles: [] },
  {
    instance: second,
    fits: false,
    then: [],
    obstacles: ['正在办理的“合法性审核”在新版本中没有对应的环节，请在迁移对照中指定。'],
  },
];

export const calm: StuckList = { rows: [], looked: 14, is_all: true, seconds: [] };

export const stuck: StuckList = {
  rows: [
    {
      instance: first,
      found: [
        {
          sentence: '“处室核稿”没有人能办：余婉清已不在岗，也没有代理人。',
          repairs: [
            {
              sentence: '“处室核稿”改由何宏伟办理（原为余婉清）',
              act: '{"transfer":{}}',
              needs_second: false,
              is_allowed: true,
            },
            {
              sentence: '从“处室核稿”调度到“办公室审核”',
              act: '{"move":{}}',
              needs_second: true,
              is_allowed: true,
            },
            {
              sentence: '作废这一件（由机关主要负责人办理）',
              act: '{"cancel":{}}',
              needs_second: false,
              is_allowed: false,
            },
          ],
        },
      ],
    },
  ],
  looked: 14,
  is_all: true,
  seconds: [{ person_id: 'person-3', name: '董少华' }],
};
