// A draft with real-length text as its Yjs document, and a desk that keeps it: it takes updates, checks, fixes.
import * as Y from 'yjs';
import type {
  FindingRow,
  ImportReport,
  OpenDraft,
  Proof,
  TypeChoice,
  VersionRow,
} from '@/api/generated/types';
import { writeElements } from '@/features/drafting/elements/fields';
import { addAttachment, writeTitle } from '@/features/drafting/elements/bodies';
import { fromBase64, toBase64 } from '@/features/drafting/session/base64';
import { declareRoots } from '@/features/drafting/session/roots';
import { deliver } from '@/api/transport';
import type { Desk } from '@test/desk';
import * as samples from '@test/samples';

type Line = { kind: 'p' | 'c'; text: string } | { kind: 'h'; level: number; text: string; runIn?: string };

const TEXT: readonly Line[] = [
  {
    kind: 'p',
    text: '为全面摸清全县行政事业单位国有资产家底，健全资产管理制度，提高资产使用效益，根据《行政事业性国有资产管理条例》和省、市有关部署，经县人民政府同意，决定在全县开展国有资产清查工作。现将有关事项通知如下：',
  },
  { kind: 'h', level: 1, text: '总体要求' },
  {
    kind: 'p',
    text: '坚持全面清查、突出重点、依法依规、注重实效，做到账账相符、账实相符，不重不漏。各乡镇、各部门要在12月底前完成自查，于2027年1月15日前将清查报告和附表报送县财政局。',
  },
  { kind: 'h', level: 1, text: '清查范围和基准日' },
  {
    kind: 'h',
    level: 2,
    text: '清查范围。',
    runIn:
      '全县各级行政单位、事业单位占有使用的各类国有资产，包括流动资产、固定资产、在建工程、无形资产、公共基础设施和政府储备物资。',
  },
  { kind: 'h', level: 2, text: '清查基准日。', runIn: '以2026年12月31日为清查基准日。' },
  { kind: 'h', level: 1, text: '工作步骤' },
  { kind: 'h', level: 2, text: '准备动员（2026年11月）' },
  {
    kind: 'h',
    level: 3,
    text: '成立工作专班。',
    runIn: '由县财政局牵头，县审计局、县机关事务服务中心配合。',
  },
  { kind: 'h', level: 3, text: '开展业务培训。', runIn: '对各单位资产管理员集中培训两次。' },
  { kind: 'h', level: 2, text: '单位自查（2026年12月）' },
  {
    kind: 'p',
    text: '各单位对照资产卡片逐项盘点，做好记录，对盘盈、盘亏和毁损的资产查明原因，提出处理意见，形成自查报告。涉及房屋、土地的，要同时核对权属证书。',
  },
  { kind: 'h', level: 1, text: '工作要求' },
  {
    kind: 'p',
    text: '各单位主要负责人是资产清查第一责任人，要加强组织领导，落实专人负责。对弄虚作假、瞒报漏报的，依规依纪严肃处理。',
  },
];

function element(line: Line): Y.XmlElement {
  const name = line.kind === 'h' ? 'heading' : line.kind === 'c' ? 'centered' : 'paragraph';
  const made = new Y.XmlElement(name);
  if (line.kind === 'h') {
    made.setAttribute('level', line.level as unknown as string);
    made.setAttribute('unnumbered', false as unknown as string);
  }
  const text = new Y.XmlText();
  text.insert(0, line.text);
  if (line.kind === 'h' && line.runIn) text.insert(line.text.length, line.runIn, { runIn: {} });
  made.insert(0, [text]);
  return made;
}

function table(): Y.XmlElement {
  const rows = [
    ['资产类别', '数量', '账面原值（万元）'],
    ['房屋及构筑物', '1286', '384512.60'],
    ['通用设备', '32908', '51277.35'],
  ];
  const made = new Y.XmlElement('table');
  made.setAttribute('caption', '全县行政事业单位资产情况表');
  made.setAttribute('landscape', false as unknown as string);
  made.setAttribute('headerRows', 1 as unknown as string);
  const cell = (words: string, tag: string): Y.XmlElement => {
    const one = new Y.XmlElement(tag);
    one.setAttribute('colspan', 1 as unknown as string);
    one.setAttribute('rowspan', 1 as unknown as string);
    one.insert(0, [element({ kind: 'p', text: words })]);
    return one;
  };
  const lines = rows.map((cells, index) => {
    const row = new Y.XmlElement('tableRow');
    row.insert(
      0,
      cells.map((words) => cell(words, index === 0 ? 'tableHeader' : 'tableCell')),
    );
    return row;
  });
  made.insert(0, lines);
  return made;
}

/** The draft that tests and the harness open. `empty`: a new one. */
export function draftDoc(empty = false): Y.Doc {
  const doc = new Y.Doc();
  declareRoots(doc);
  if (empty) {
    writeElements(doc, { document_type: 'notice' });
    return doc;
  }
  writeTitle(doc, '青河县人民政府关于开展全县行政事业单位\n国有资产清查工作的通知');
  writeElements(doc, {
    document_type: 'notice',
    issuers: [{ name: '青河县人民政府' }],
    issue_number: { authority_code: '青政发', year: 2026, serial: 18 },
    main_recipients: ['各乡镇人民政府', '县政府各部门、各直属机构'],
    date_of_issue: '2026-11-21',
    copy_recipients: ['县委办公室', '县人大常委会办公室', '县政协办公室'],
    imprint: { name: '青河县人民政府办公室', date: '2026-11-22' },
    disclosure: { kind: 'open' },
  });
  const body = doc.getXmlFragment('body');
  const blocks = TEXT.map(element);
  blocks.splice(3, 0, table());
  body.insert(0, blocks);
  const id = addAttachment(doc, 'document', '青河县行政事业单位国有资产清查实施方案');
  doc
    .getXmlFragment(`attachment:${id}`)
    .insert(0, [element({ kind: 'p', text: '为做好全县国有资产清查，制定本方案。' })]);
  return doc;
}

const ARTICLE =
  '第十九条　公文起草应当做到：……（四）内容简洁，主题突出，观点鲜明，结构严谨，表述准确，文字精练。';

const findings: readonly FindingRow[] = [
  {
    key: 'imprint-order',
    rule: 'copy.order',
    strength: '实务',
    place: 'copy_recipients',
    range: null,
    message: '抄送机关中人大常委会办公室、政协办公室宜另起一行。',
    clause: '党政机关公文格式 7.4.2',
    source: 'GB/T 9704—2012',
    article: '如有抄送机关，一般用4号仿宋体字，在印发机关和印发日期之上一行、左右各空一字编排。',
    fixes: ['另起一行'],
    kept_reason: '',
  },
  {
    key: 'relative-date',
    rule: 'text.relative_date',
    strength: '规定',
    place: 'body/2',
    range: [48, 53],
    message: '“12月底前”没有写明年份，请写全年月日。',
    clause: '条例 第十九条（四）',
    source: '《党政机关公文处理工作条例》（中办发〔2012〕14号）',
    article: ARTICLE,
    fixes: ['改为“2026年12月31日前”'],
    kept_reason: '',
  },
  {
    key: 'serial-gap',
    rule: 'number.form',
    strength: '原则上',
    place: 'issue_number',
    range: null,
    message: '发文字号由手工录入，尚未与发文登记簿核对。',
    clause: '党政机关公文格式 7.2.5',
    source: 'GB/T 9704—2012',
    article: '发文字号由发文机关代字、年份、发文顺序号组成。',
    fixes: [],
    kept_reason: '登记簿尚未启用',
  },
];

const versions: readonly VersionRow[] = [
  { id: 'v1', name: '', kind: 'automatic', by: '王晓燕', at: '2026-11-20T01:12:00Z', characters: 912 },
  { id: 'v2', name: '第二稿', kind: 'named', by: '王晓燕', at: '2026-11-20T08:40:00Z', characters: 1043 },
  { id: 'v3', name: '送股长阅', kind: 'named', by: '王晓燕', at: '2026-11-21T02:05:00Z', characters: 1120 },
];

const proof: Proof = {
  clean: false,
  lines: [
    [
      'letterhead_top',
      '7.2.4',
      '规定',
      '发文机关标志上边缘至版心上边缘',
      0,
      35,
      35.02,
      'pass',
      [28, 72, 156, 16],
    ],
    ['red_line', '7.2.7', '规定', '红色分隔线在发文字号之下', 0, 4, 4.61, 'fail', [28, 116.6, 156, 0.5]],
    ['red_line_width', '7.2.7', '规定', '红色分隔线与版心等宽', 0, 156, 156.0, 'pass', [28, 116.6, 156, 0.5]],
    ['imprint_last', '7.4.1', '规定', '版记末条分隔线与版心下边缘重合', 1, 262, null, 'fail', null],
  ].map(([id, clause, strength, what, page, expected_mm, measured_mm, verdict, rect_mm]) => ({
    id,
    clause,
    strength,
    what,
    page,
    expected_mm,
    measured_mm,
    tolerance_mm: 0.5,
    unit: 'mm',
    expected: expected_mm,
    measured: measured_mm,
    tolerance: 0.5,
    verdict,
    rect_mm,
  })) as Proof['lines'],
};

const importReport: ImportReport = {
  draft: samples.draftRow(0),
  found: [
    {
      place: 'title',
      text: '关于开展国有资产清查工作的通知',
      confidence: 'certain',
      how: '居中、小标宋、以“通知”结尾。',
    },
    {
      place: 'main_recipients',
      text: '各乡镇人民政府',
      confidence: 'likely',
      how: '标题之下顶格，以冒号结尾。',
    },
  ],
  questions: [
    {
      key: 'import:is_title:title:1',
      place: 'title',
      text: '国有资产清查工作',
      sentence: '“国有资产清查工作”是标题吗？',
      options: ['是标题', '是正文'],
      held: 0,
    },
  ],
  changes: ['去掉了 3 处手动空格缩进。', '把自动编号换成了层次序数。'],
};

export const typeChoice: TypeChoice = {
  purposes: [
    { id: 'ask', label: '请求指示、批准' },
    { id: 'report', label: '汇报工作、反映情况' },
  ],
  proposals: [
    {
      document_type: 'request_for_instructions',
      format: 'document',
      direction: 'upward',
      clause: '条例 第八条（十一）',
      article: '请示。适用于向上级机关请求指示、批准。',
      allowed: true,
      why_not: '',
    },
    {
      document_type: 'order',
      format: 'order',
      direction: 'downward',
      clause: '条例 第八条（三）',
      article:
        '命令（令）。适用于公布行政法规和规章、宣布施行重大强制性措施、批准授予和晋升衔级、嘉奖有关单位和人员。',
      allowed: false,
      why_not: '本机关是县级政府部门，依法不能发布命令（令）。',
    },
  ],
};

export interface DraftDesk {
  doc: Y.Doc;
  /** What check_run answers. */
  findings: FindingRow[];
}

/** Lets `desk` keep a draft. Updates are applied to its own document; `saved` follows each. */
export function keepDraft(desk: Desk, doc: Y.Doc = draftDoc(), part: Partial<OpenDraft> = {}): DraftDesk {
  const row = { ...samples.draftRow(0), id: 'draft-0' };
  const kept: DraftDesk = { doc, findings: findings.map((finding) => ({ ...finding })) };
  const now = () => new Date().toISOString();
  Object.assign(desk.answers, {
    draft_open: () => ({
      row,
      lineage: 'lineage-1',
      client_id: 4_211,
      state: toBase64(Y.encodeStateAsUpdate(doc)),
      read_only: false,
      originals: [],
      review: null,
      ...part,
    }),
    draft_update: (args: { update: string }) => {
      Y.applyUpdate(doc, fromBase64(args.update));
      setTimeout(() => deliver({ kind: 'saved', draft_id: row.id, at: now() }), 5);
      return null;
    },
    draft_flush: () => ({ at: now() }),
    draft_close: () => null,
    draft_submit: () => ({ kind: 'applied' }),
    check_run: () => kept.findings,
    check_keep: (args: { key: string; reason: string }) => {
      kept.findings = kept.findings.map((one) =>
        one.key === args.key ? { ...one, kept_reason: args.reason } : one,
      );
      return null;
    },
    check_fix: (args: { key: string }) => {
      const before = Y.encodeStateVector(doc);
      if (args.key === 'relative-date') {
        const block: unknown = doc.getXmlFragment('body').get(2);
        const text: unknown = block instanceof Y.XmlElement ? block.get(0) : undefined;
        if (text instanceof Y.XmlText) {
          text.delete(48, 5);
          text.insert(48, '2026年12月31日前');
        }
      }
      kept.findings = kept.findings.filter((one) => one.key !== args.key);
      return { update: toBase64(Y.encodeStateAsUpdate(doc, before)) };
    },
    preview_proof: () => proof,
    version_list: () => [...versions],
    version_save: (args: { name: string }) => ({ ...versions[2], id: 'v4', name: args.name }),
    version_compare: () => ({
      preview: {
        ...samples.preview('draft-0', 2),
        // 第2段 goes over to the second page.
        boxes: [
          { page: 0, place: 'title', x_mm: 28, y_mm: 80, width_mm: 156, height_mm: 20 },
          { page: 0, place: 'body/0', x_mm: 28, y_mm: 110, width_mm: 156, height_mm: 20 },
          { page: 0, place: 'body/1', x_mm: 28, y_mm: 240, width_mm: 156, height_mm: 20 },
          { page: 1, place: 'body/1', x_mm: 28, y_mm: 37, width_mm: 156, height_mm: 10 },
        ],
      },
      inserted: 128,
      deleted: 37,
      elements: [{ place: 'title', old: '关于开展资产清查的通知', new: '关于开展国有资产清查工作的通知' }],
      places: ['title', 'body/1'],
    }),
    version_restore: () => ({ update: toBase64(Y.encodeStateAsUpdate(new Y.Doc())) }),
    type_propose: () => typeChoice,
    draft_create: () => row,
    draft_import: () => importReport,
    draft_export: () => ({ name: '通知.pdf', bytes: 183_220 }),
    amount_capitals: () => ({ text: '人民币壹仟贰佰叁拾肆元伍角整' }),
  });
  return kept;
}
