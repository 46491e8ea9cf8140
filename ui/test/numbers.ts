// Series and a ledger of an invented county's office.
import type { CopyRow, LedgerPage, LedgerQuery, LedgerRow, SeriesRow } from '@/api/generated/types';

const none = { used: 0, reserved: 0, lapsed: 0, void: 0, missing: 0, gaps: 0 };

export const series = (part: Partial<SeriesRow> = {}): SeriesRow => ({
  id: 'series-1',
  title: '局文件',
  serves: 'issue',
  pattern: '青财〔{年}〕{号}号',
  code: '青财',
  reset: 'yearly',
  term_from: 0,
  opening: 1,
  types: [],
  formats: [],
  letterhead: '',
  signed_by: null,
  from_on: '2026-01-01',
  closed_on: '',
  is_own: true,
  is_open: true,
  is_used: true,
  period: 2026,
  next: '青财〔2026〕46号',
  tally: { ...none, used: 40, reserved: 1, void: 1, gaps: 4 },
  periods: [2026, 2025],
  ...part,
});

export const shipped = series({
  id: 'shipped:incoming',
  title: '',
  serves: 'incoming',
  pattern: '收〔{年}〕{号}号',
  code: '收',
  from_on: '',
  is_own: false,
  is_used: false,
  next: '收〔2026〕1号',
  tally: none,
  periods: [2026],
});

const entry = (first: number, part: Partial<LedgerRow> = {}): LedgerRow => ({
  id: `agency-1/青财/2026/${first}`,
  kind: 'used',
  first,
  last: first,
  number: `青财〔2026〕${first}号`,
  subject_kind: 'draft',
  subject_id: `draft-${first}`,
  title: '关于开展汛前安全检查的通知',
  note: '',
  until_on: '',
  origin: 'given',
  entered_by: '林知遥',
  entered_at: '2026-03-05T02:00:00Z',
  ...part,
});

const free = { subject_kind: '', subject_id: '', title: '' };

const rows: readonly LedgerRow[] = [
  entry(45),
  entry(41, {
    id: '',
    kind: 'gap',
    last: 44,
    number: '',
    ...free,
    origin: '',
    entered_by: '',
    entered_at: '',
  }),
  entry(40, { kind: 'reserved', ...free, note: '年度工作要点', until_on: '2026-12-31' }),
  entry(39, { kind: 'void', ...free, note: '编错' }),
];

/** A ledger of so many lines, as `number_ledger` answers. */
export const ledgerOf =
  (many: number, make: (index: number) => LedgerRow = (index) => rows[index] ?? entry(39 - index)) =>
  (args: LedgerQuery): LedgerPage => ({
    total: many,
    rows: Array.from({ length: Math.max(0, Math.min(args.limit, many - args.offset)) }, (_, at) =>
      make(args.offset + at),
    ),
    tally: series().tally,
    opening: 1,
    last: 45,
  });

export const copy = (part: Partial<CopyRow> = {}): CopyRow => ({
  id: 'copy-1',
  draft_id: 'draft-45',
  number: '青财〔2026〕45号',
  title: '关于开展汛前安全检查的通知',
  copy_number: '000123',
  receiver: '县水利局',
  note: '',
  given_on: '2026-03-06',
  recalled_on: '',
  ...part,
});
