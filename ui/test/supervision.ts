// Invented items that one invented county supervises.
import type {
  SupervisionLight,
  SupervisionList,
  SupervisionPage,
  SupervisionRow,
  SupervisionSetUp,
  SupervisionUnit,
  SupervisionView,
} from '@/api/generated/types';
import { person, visit } from '@test/tasks';

const TITLES = [
  '关于做好汛前水库除险加固工作的督办事项',
  '关于县政府第12次常务会议议定财政资金盘活事项',
  '关于群众反映集中供热问题的批示件',
];
const LIGHTS: readonly SupervisionLight[] = ['overdue', 'soon', 'on_time', 'ready', 'closed'];
const LEFT: Partial<Record<SupervisionLight, number>> = { overdue: -2, soon: 1, on_time: 12 };

function unit(part: Partial<SupervisionUnit> = {}): SupervisionUnit {
  return {
    unit_id: 'unit-1',
    name: '国资股',
    leads: true,
    due_on: '2026-11-19',
    asked_until: '',
    left: -2,
    light: 'overdue',
    was_late: false,
    state: 'handling',
    waits_for: '单于明',
    visit: 'units_group:0/handle',
    stage: 'interim',
    words: '已完成清查，正在汇总。',
    reported_by: '单于明',
    reported_at: '2026-11-18T02:00:00.000Z',
    reports: 1,
    ...part,
  };
}

/** Item number `index` of a long ledger. */
function row(index: number, part: Partial<SupervisionRow> = {}): SupervisionRow {
  const light = LIGHTS[index % LIGHTS.length] ?? 'on_time';
  const left = LEFT[light] ?? 0;
  const isOver = light === 'closed' || light === 'ready';
  return {
    id: `item-${index}`,
    number: `督〔2026〕${index + 1}号`,
    kind: 'instruction',
    title: TITLES[index % TITLES.length] ?? '',
    units: [
      unit({ light: isOver ? 'ready' : light, left, state: isOver ? 'accepted' : 'handling' }),
      unit({
        unit_id: 'unit-2',
        name: '农业农村股',
        leads: false,
        light: 'ready',
        state: 'accepted',
        waits_for: '',
        visit: '',
        words: '',
        stage: '',
        reported_at: '',
        left: 0,
      }),
    ],
    due_on: isOver ? '' : '2026-11-19',
    left,
    light,
    set_up_by: '廖慧敏',
    set_up_on: '2026-11-02',
    closed_on: light === 'closed' ? '2026-11-20' : '',
    ...part,
  };
}

/** A ledger of `many`, as `supervision_list` answers. */
export const listOf =
  (many: number) =>
  (args: SupervisionList): SupervisionPage => ({
    total: many,
    rows: Array.from({ length: Math.max(0, Math.min(args.limit, many - args.offset)) }, (_, at) =>
      row(args.offset + at),
    ),
  });

export const counts = { running: 9, soon: 2, overdue: 1, ready: 1, closed: 30 };

export const view = (index = 0, part: Partial<SupervisionView> = {}): SupervisionView => ({
  row: row(index),
  basis: '收〔2026〕41号《关于做好汛前检查工作的通知》批示',
  copy: '请国资股牵头，月底前报结果。',
  requirement: '每周反馈一次。',
  telephone: '',
  result: '',
  source_id: 'came-0',
  trace: {
    instance_id: 'instance-item',
    process: '督查督办',
    process_id: 'supervision',
    version: 1,
    status: 'running',
    begun_at: '2026-11-02T01:00:00.000Z',
    visits: [
      visit('units_group:0/handle', '承办反馈', [person('单于明', '股长', { up: true })], {
        state: 'open',
        closed_at: '',
      }),
    ],
    ahead: ['销号'],
    items: [],
    rounds: [],
  },
  close_task: '',
  supervises: true,
  ...part,
});

export const proposed: SupervisionSetUp = {
  kind: 'instruction',
  source_id: 'came-0',
  title: TITLES[0] ?? '',
  basis: '收〔2026〕41号《关于做好汛前检查工作的通知》批示',
  copy: '顾清和：请国资股牵头，月底前报结果。',
  requirement: '',
  telephone: '',
  lead: { unit_id: 'unit-1', due_on: '2026-12-31' },
  support: [],
};

export const figures = {
  agency: '青河县财政局',
  from: '2026-01-01',
  through: '2026-11-21',
  total: 12,
  closed: 9,
  on_time: 8,
  running: 3,
  overdue: 1,
  rate: 750,
  on_time_rate: 667,
  units: [],
  rows: [],
};
