// Invented people, agencies and documents of one invented county, long enough to be honest.
import type {
  AgencyRow,
  DocumentType,
  DraftRow,
  Hit,
  Me,
  PersonRow,
  PhraseRow,
  Preview,
  PrintPreview,
  PrinterRow,
  SessionStatus,
  Settings,
  SyncStatus,
  TemplateRow,
  Urgency,
} from '@/api/generated/types';

export const sessionStatus: SessionStatus = {
  state: 'open',
  profile: '',
  agency: '青河县财政局',
  person: '林知遥',
  keyring: true,
  open_by_keyring: false,
  wait_seconds: 0,
  version: '0.1.0',
  demo: false,
  trouble: '',
};

export const me: Me = {
  person_id: 'person-1',
  person: '林知遥',
  post: '科员',
  department: '办公室',
  agency_id: 'agency-1',
  agency: '青河县财政局',
  short_name: '县财政局',
  authority_code: '青财',
  permissions: ['member', 'draft', 'keep_vocabulary'],
  home: 'primary',
  demo: false,
};

export const settings: Settings = {
  theme: 'light',
  size: 'standard',
  lock_after_minutes: 15,
  ceiling: 'none',
  imprint_on_even_page: true,
  layout_profile: 'gbt9704',
  preedit: true,
  undo_seconds: 8,
  quiet_from: '',
  quiet_until: '',
  searches: [],
};

export const alone: SyncStatus = {
  joined: false,
  server: '',
  online: false,
  waiting: 0,
  last_at: '',
  trouble: '',
  needs_code: false,
  leases: [],
};
export const offline: SyncStatus = {
  joined: true,
  server: 'http://10.20.0.8:8640',
  online: false,
  waiting: 3,
  last_at: '2026-11-20T09:12:00Z',
  trouble: '连接不上服务器 10.20.0.8:8640。',
  needs_code: false,
  leases: [],
};

export const enrolmentLost: SyncStatus = {
  ...offline,
  trouble: '本机的登记已失效（从备份恢复后须重新登记）。',
  needs_code: true,
};

const TITLES: readonly (readonly [string, DocumentType | null, Urgency | null, string])[] = [
  ['关于开展2026年度全县行政事业单位国有资产清查工作的通知', 'notice', null, '各乡镇人民政府，县直各部门'],
  [
    '关于追加2026年防汛抗旱应急度汛工程专项资金的请示',
    'request_for_instructions',
    'extra_urgent',
    '青河县人民政府',
  ],
  ['关于商请提供农业水价综合改革项目绩效评价基础资料的函', 'letter', null, '青河县水利局'],
  ['关于2026年上半年全县预算执行情况的报告', 'report', null, '青河县人民政府'],
  [
    '关于印发《青河县县级财政专项资金管理办法》的通知',
    'notice',
    null,
    '各乡镇人民政府，县直各部门，各有关单位',
  ],
  ['青河县财政局2026年第11次局长办公会议纪要', 'minutes', null, ''],
  [
    '关于进一步规范机关差旅费报销和公务用车费用结算有关事项的通知',
    'notice',
    'urgent',
    '局机关各股室，局属各单位',
  ],
  ['关于同意清泉镇中心小学教学楼维修改造项目调整预算的批复', 'official_reply', null, '清泉镇人民政府'],
  ['关于表彰2025年度财政工作先进集体和先进个人的决定', 'decision', null, '各乡镇财政所，局机关各股室'],
  ['', 'notice', null, ''],
  ['在全县财政工作会议上的讲话（初稿）', null, null, ''],
  ['关于2025年度惠农补贴资金“一卡通”发放问题整改情况的通报', 'circular', null, '各乡镇人民政府'],
];
const AUTHORS = ['林知遥', '顾清和', '苏望舒', '陆时雨', '沈砚之'];

/** Draft number `index` of a long list. */
export function draftRow(index: number): DraftRow {
  const [title, type, urgency, recipients] = TITLES[index % TITLES.length] ?? ['', null, null, ''];
  const round = Math.floor(index / TITLES.length);
  const minutesAgo = index < 3 ? index * 47 : index * index * 11;
  return {
    id: `draft-${index}`,
    title: title && round > 0 ? `${title}（第${round + 1}稿）` : title,
    document_type: type,
    format:
      type === null ? 'paper' : type === 'letter' ? 'letter' : type === 'minutes' ? 'minutes' : 'document',
    state: index % 12 === 3 ? 'submitted' : 'drafting',
    urgency,
    number: index % 12 === 7 ? '青财批〔2026〕18号' : '',
    main_recipients: recipients,
    author: AUTHORS[index % AUTHORS.length] ?? '',
    changed_at: new Date(Date.parse('2026-11-21T01:40:00Z') - minutesAgo * 60_000).toISOString(),
    sync: index % 12 === 3 ? 'waiting' : index % 12 === 11 ? 'refused' : 'settled',
    note: index % 12 === 11 ? '服务器未接受：文号 18 号已被另一件通报使用，请改号后重新送审。' : '',
    from_other: false,
    submit_note: index % 12 === 3 ? '第二段的数据请财务科再核一次。' : '',
  };
}

export const preview = (session: string, pages = 3): Preview => ({
  session,
  revision: 1,
  pages: Array.from({ length: pages }, (_, page) => ({
    width_mm: 210,
    height_mm: 297,
    hash: `${session}-${page}`,
  })),
  boxes: [],
  missing: [],
  notes: [],
  fonts: [],
  title_breaks: [],
  trouble: '',
});

export const hits: Hit[] = [2, 1, 0, 6].map((index) => ({
  draft_id: `draft-${index}`,
  status: index === 0 ? 'repealed' : null,
  version_id: index === 0 ? 'version-3' : null,
  title: draftRow(index).title,
  number: index === 1 ? '青财请〔2026〕7号' : '',
  document_type: draftRow(index).document_type,
  changed_at: draftRow(index).changed_at,
  snippet: [
    { text: '……根据县政府常务会议精神，请贵单位于11月30日前提供', marked: false },
    { text: '水利', marked: true },
    {
      text: '工程维修养护资金的到位、支出和结余情况，并附绩效自评表。涉及农村饮水安全的，由县',
      marked: false,
    },
    { text: '水利', marked: true },
    { text: '局一并汇总……', marked: false },
  ],
}));

const agency = (part: Partial<AgencyRow> & { name: string }): AgencyRow => ({
  id: `agency-${part.name}`,
  short_name: '',
  authority_code: '',
  relation: 'peer',
  system: '政府',
  members: [],
  ...part,
});

export const agencies: AgencyRow[] = [
  agency({ name: '青河县财政局', short_name: '县财政局', authority_code: '青财', relation: 'own' }),
  agency({ name: '青河县人民政府', short_name: '县政府', authority_code: '青政', relation: 'superior' }),
  agency({ name: '临川市财政局', short_name: '市财政局', authority_code: '临财', relation: 'superior' }),
  agency({ name: '青河县水利局', short_name: '县水利局', authority_code: '青水' }),
  agency({ name: '青河县农业农村局', short_name: '县农业农村局', authority_code: '青农' }),
  agency({ name: '青河县人民法院', short_name: '县法院', relation: 'unrelated', system: '法院' }),
  agency({ name: '清泉镇人民政府', short_name: '清泉镇政府', relation: 'unrelated' }),
  agency({ name: '青河县会计核算中心', short_name: '县会计核算中心', relation: 'subordinate' }),
  agency({
    name: '各乡镇人民政府',
    relation: 'unrelated',
    members: ['清泉镇人民政府', '白石镇人民政府', '柳溪乡人民政府', '大岭乡人民政府', '云岩乡人民政府'],
  }),
];

export const people: PersonRow[] = [
  ['林知遥', '科员', '办公室', '0796-5550102'],
  ['顾清和', '局长', '局领导', '0796-5550101'],
  ['苏望舒', '副局长', '局领导', '0796-5550103'],
  ['陆时雨', '股长', '预算股', '0796-5550121'],
  ['沈砚之', '副股长', '国库股', '0796-5550131'],
  ['单于明', '股长', '农业农村股', '0796-5550141'],
].map(([name = '', post = '', department = '', telephone = '']) => ({
  id: `person-${name}`,
  name,
  post,
  department,
  telephone,
}));

export const phrases: PhraseRow[] = [
  ['结尾语', '妥否，请批示。'],
  ['结尾语', '特此通知。'],
  ['结尾语', '以上报告，请审阅。'],
  ['结尾语', '请予支持为盼，并请函复。'],
  ['开头语', '根据《中华人民共和国预算法》及其实施条例有关规定，结合我县实际，现就有关事项通知如下：'],
  ['执行语', '本办法自印发之日起施行，由青河县财政局负责解释。'],
].map(([group = '', text = ''], index) => ({ id: `phrase-${index}`, group, text }));

export const templates: TemplateRow[] = [
  {
    id: 'template-1',
    name: '通知（部署工作）',
    document_type: 'notice',
    format: 'document',
    direction: 'downward',
    shipped: true,
  },
  {
    id: 'template-2',
    name: '请示（追加资金）',
    document_type: 'request_for_instructions',
    format: 'document',
    direction: 'upward',
    shipped: false,
  },
  {
    id: 'template-3',
    name: '函（商请提供资料）',
    document_type: 'letter',
    format: 'letter',
    direction: 'level',
    shipped: true,
  },
  {
    id: 'template-4',
    name: '局长办公会议纪要',
    document_type: 'minutes',
    format: 'minutes',
    direction: 'downward',
    shipped: false,
  },
];

/** What comes out of the printer: these pages of the draft. */
export const printPreview = (numbers: readonly number[]): PrintPreview => ({
  token: `job-${numbers.join('-')}`,
  pages: numbers.map((number) => ({ number, width_mm: 210, height_mm: 297 })),
  trouble: '',
});

export const printers: PrinterRow[] = [
  {
    name: 'office-2f',
    label: '二楼文印室 激光打印机',
    default: true,
    duplex: true,
    trouble: '',
    offset_x_tenth_mm: 0,
    offset_y_tenth_mm: 0,
  },
  {
    name: 'redhead',
    label: '红头套打 针式打印机',
    default: false,
    duplex: false,
    trouble: '缺纸',
    offset_x_tenth_mm: 12,
    offset_y_tenth_mm: -5,
  },
];
