// 发文办理 as it is shipped, with its drawings as the program lays them out; and what a check may find.
import type { DrawingView, ProcessFinding, ProcessRow, ProcessView } from '@/api/generated/types';
import drawings from './outgoingDrawings.json';

const files = import.meta.glob<string>('../../assets/process/*.json', {
  eager: true,
  query: '?raw',
  import: 'default',
});
const file = (name: string): string => files[`../../assets/process/${name}.json`] ?? '';

/** The shipped definitions, as their files say. */
export const shipped = { outgoing: file('outgoing'), incoming: file('incoming') };

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
