// Invented documents that one invented county has issued.
import type {
  IssuedRow,
  IssuedView,
  IssueSheetView,
  IntakeFields,
  IntakeView,
  MaterialRow,
} from '@/api/generated/types';

const ROWS: readonly Partial<IssuedRow>[] = [
  { status: 'effective', publish_due: '2026-11-25', publish_light: 'yellow' },
  { status: 'repealed', conclusion: '' },
  { status: 'effective', normative: true, registration: 'QHGF—2026—1', conclusion: 'repeal' },
  { status: 'lapsed', valid_until: '2026-06-30' },
];

export function row(index: number, part: Partial<IssuedRow> = {}): IssuedRow {
  return {
    id: `issued-${index}`,
    number: `青政办发〔2026〕${index + 1}号`,
    title: `青河县人民政府办公室关于进一步加强小型水库安全运行管理工作的通知（${index}）`,
    document_type: 'notice',
    issued_on: '2026-03-05',
    status: 'effective',
    publicity: 'open',
    normative: false,
    registration: '',
    valid_until: '',
    publish_due: '',
    publish_light: null,
    conclusion: '',
    conclusion_note: '',
    ...ROWS[index % ROWS.length],
    ...part,
  };
}

export const listOf =
  (total: number) =>
  ({ offset, limit }: { offset: number; limit: number }) => ({
    total,
    rows: Array.from({ length: Math.min(limit, total - offset) }, (_, at) => row(offset + at)),
  });

export const view = (index: number, part: Partial<IssuedView> = {}): IssuedView => ({
  row: row(index),
  publicity_reason: '',
  published_on: '',
  published_where: '',
  filed_on: '',
  filed_with: '',
  history:
    index === 1
      ? [
          {
            id: 'issued-9',
            number: '青政办发〔2026〕10号',
            title: '关于废止部分文件的通知',
            does: 'repeal',
            on: '2026-10-08',
          },
        ]
      : [],
  concluded_by: '',
  concluded_at: '',
  may_conclude: row(index).status === 'effective',
  has_text: true,
  ...part,
});

export const sheet = (part: Partial<IssueSheetView> = {}): IssueSheetView => ({
  sheet: {
    normative: null,
    competition: null,
    publicity: '',
    publicity_reason: '',
    valid_until: '',
    changes: [],
    intake: null,
  },
  intake: null,
  gates: [
    {
      id: 'legal_review',
      title: '合法性审核',
      of: '行政规范性文件',
      law: '《国务院办公厅关于加强行政规范性文件制定和监督管理工作的通知》（国办发〔2018〕37号）',
      quoted: true,
      note: '条款序号未核对原文。',
      applies: false,
    },
    {
      id: 'publicity',
      title: '公开属性',
      of: '所有公文',
      law: '《〈关于全面推进政务公开工作的意见〉实施细则》（国办发〔2016〕80号）',
      quoted: true,
      note: '拟不公开的，须依法依规说明理由。',
      applies: true,
    },
  ],
  checked_on: '2026-11-23',
  left_out: [{ title: '有效期的长短', note: '由各地规定。' }],
  may_edit: true,
  ...part,
});

const material = (id: string, title: string, may_be_left_out: boolean): MaterialRow => ({
  id,
  title,
  of: '所有代拟稿',
  law: '《党政机关公文处理工作条例》（中办发〔2012〕14号）第十九条第六项',
  practice: false,
  note: '不涉及的，写明理由。',
  may_be_left_out,
});

/** A draft that another unit wrote, of which nothing was looked at yet. */
export const intakeFields = (part: Partial<IntakeFields> = {}): IntakeFields => ({
  unit: '青河县水务局',
  contact: '顾清和',
  telephone: '0000-1234567',
  letter_number: '青水〔2026〕8号',
  received_on: '2026-11-20',
  incoming_id: 'came-0',
  materials: {},
  ...part,
});

export const intakeView = (part: Partial<IntakeView> = {}): IntakeView => ({
  materials: [
    material('letter', '报送函（请示）', false),
    material('consulted', '征求意见情况', true),
    { ...material('interpretation', '政策解读材料', true), law: '通行做法（参照）', practice: true },
  ],
  checked_on: '2026-11-23',
  lacking: ['报送函（请示）', '征求意见情况', '政策解读材料'],
  returns: [],
  incoming_number: '收〔2026〕1000号',
  ...part,
});

/** The sheet of such a draft; one paper is there, one is not, and it was given back once. */
export const intakeSheet = (): IssueSheetView =>
  sheet({
    sheet: {
      ...sheet().sheet,
      normative: false,
      competition: false,
      intake: intakeFields({
        materials: {
          letter: { stands: 'has', reason: '' },
          consulted: { stands: 'missing', reason: '没有征求县财政局、县发展和改革局的意见' },
          interpretation: { stands: 'not_needed', reason: '不公开' },
        },
      }),
    },
    intake: intakeView({
      lacking: ['征求意见情况'],
      returns: [
        {
          on: '2026-11-21',
          by: '林知遥',
          lacks: ['征求意见情况（没有征求县财政局、县发展和改革局的意见）'],
          reason: '请按规定重新报送',
        },
      ],
    }),
  });
