// What a desk that worked alone brings along when it joins.
import type { JoiningReview, JoiningRow, JoinState } from '@/api/generated/types';

export const review: JoiningReview = {
  id: 'offer-1',
  person: '何雨桐',
  state: 'whole',
  agency: '青河县水务局',
  drafts: [
    { what: 'closed', count: 12 },
    { what: 'drafting', count: 3 },
  ],
  counts: [
    { what: 'draft_version', count: 41 },
    { what: 'draft_file', count: 5 },
    { what: 'draft_update', count: 380 },
  ],
  known: 2,
  numbers: ['青水〔2026〕1号', '青水〔2026〕2号'],
  taken: [{ number: '青水〔2026〕3号', title: '关于节水的通知', holder: '关于供水的通知' }],
  matched: [
    {
      kind: 'department',
      old: 'old-unit',
      name: '办公室',
      new: 'unit-1',
      fixed: false,
      candidates: [
        { id: 'unit-1', name: '秘书股' },
        { id: 'unit-2', name: '综合股' },
      ],
    },
    {
      kind: 'person',
      old: 'old-person',
      name: '何雨桐',
      new: 'person-1',
      fixed: true,
      candidates: [{ id: 'person-1', name: '何雨桐' }],
    },
  ],
  refused: '',
};

export const alone: JoinState = { stage: 'alone', server: '', enrolled_as: '', review: null, backup: '' };

export const reviewing: JoinState = {
  stage: 'review',
  server: 'https://andu.qinghe.gov.cn:8640',
  enrolled_as: '青河县人民政府办公室 何雨桐',
  review,
  backup: '',
};

export const offers: JoiningRow[] = [
  {
    id: 'offer-1',
    person: '何雨桐',
    bytes: 4_812_300,
    state: 'whole',
    offered_at: '2026-11-21T02:00:00.000Z',
    decided_at: '',
  },
];
