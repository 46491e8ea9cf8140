// An invented agency as of a day: departments, posts, people, telephones, roles.
import type {
  AccessReview,
  ContactRow,
  OrganisationTree,
  PersonCard,
  RoleBoard,
  TelephoneRow,
  TreeDepartment,
} from '@/api/generated/types';

const PEOPLE: readonly [department: string, post: string, ...names: string[]][] = [
  ['局领导', '局长', '顾清和'],
  ['局领导', '副局长', '苏望舒', '陈知白'],
  ['办公室', '主任', '何雨桐'],
  ['办公室', '科员', '林知遥', '周景行', '秦牧野'],
  ['预算股', '股长', '陆时雨'],
  ['预算股', '科员', '沈砚之'],
  ['国库股', '股长'],
  ['农业农村股', '股长', '单于明'],
  ['政府采购监督管理与国有资产运营评价股', '股长', '欧阳静姝'],
];

function departments(): TreeDepartment[] {
  const found: TreeDepartment[] = [];
  for (const [name, post, ...names] of PEOPLE) {
    let unit = found.at(-1);
    if (unit?.name !== name) {
      const below = name === '国库股';
      unit = {
        id: `unit-${name}`,
        parent_id: below ? 'unit-预算股' : null,
        depth: below ? 1 : 0,
        name,
        from_on: null,
        through_on: null,
        posts: [],
      };
      found.push(unit);
    }
    unit.posts.push({
      id: `post-${name}-${post}`,
      name: post,
      from_on: null,
      through_on: null,
      holders: names.map((person) => ({
        appointment_id: `held-${person}`,
        person_id: `person-${person}`,
        name: person,
        is_main: true,
        from_on: '2024-03-01',
        through_on: null,
      })),
    });
  }
  return found;
}

export const tree: OrganisationTree = {
  agency_id: 'agency-1',
  agency: '青河县财政局',
  on: '2026-11-21',
  departments: departments(),
};

const telephone = (at: number): TelephoneRow[] => [
  { id: `tel-${at}`, kind: 'office', number: `0796-5550${100 + at}`, grade: 'agency' },
  ...(at % 3 === 0
    ? [{ id: `mob-${at}`, kind: 'mobile', number: `1390000${1000 + at}`, grade: 'department' } as const]
    : []),
];

export const contacts: ContactRow[] = tree.departments
  .flatMap((unit) => unit.posts.flatMap((post) => post.holders.map((held) => ({ unit, post, held }))))
  .map(({ unit, post, held }, at) => ({
    person_id: held.person_id,
    name: held.name,
    department_id: unit.id,
    department: unit.name,
    post: post.name,
    telephones: telephone(at),
    room: '',
    note: '',
  }));

export const personCard: PersonCard = {
  id: 'person-何雨桐',
  agency_id: 'agency-1',
  name: '何雨桐',
  appointments: [
    {
      id: 'held-何雨桐',
      post_id: 'post-办公室-主任',
      department: '办公室',
      post: '主任',
      is_main: true,
      from_on: '2024-03-01',
      through_on: null,
      current: true,
    },
    {
      id: 'held-2',
      post_id: 'post-2',
      department: '机关党委',
      post: '组织委员',
      is_main: false,
      from_on: '2025-01-01',
      through_on: null,
      current: true,
    },
    {
      id: 'held-3',
      post_id: 'post-3',
      department: '秘书科',
      post: '副科长',
      is_main: true,
      from_on: null,
      through_on: '2024-02-29',
      current: false,
    },
  ],
  names: [
    { name: '何雨桐', from_on: '2023-05-01' },
    { name: '何雨彤', from_on: null },
  ],
  telephones: telephone(3),
  room: '312',
  note: '',
};

export const roleBoard: RoleBoard = {
  agency_id: 'agency-1',
  lease_days: 7,
  roles: [
    { role: 'drafter', title: '经办人员', grants: ['draft'], allows: ['拟稿'], trusted: false },
    {
      role: 'department_reader',
      title: '部门阅文',
      grants: ['read_department'],
      allows: ['阅读送交本部门的文稿'],
      trusted: false,
    },
    {
      role: 'security_auditor',
      title: '安全审计员',
      grants: ['review_access'],
      allows: ['核查访问权限'],
      trusted: true,
    },
  ],
  given: [
    {
      role: 'department_reader',
      title: '部门阅文',
      holder_kind: 'post',
      holder_id: 'post-办公室-主任',
      post: '办公室主任',
      people: ['何雨桐'],
      from_on: '1949-10-01',
      through_on: null,
    },
    {
      role: 'drafter',
      title: '经办人员',
      holder_kind: 'appointment',
      holder_id: 'held-林知遥',
      post: '办公室科员',
      people: ['林知遥'],
      from_on: '2025-06-01',
      through_on: '2026-12-31',
    },
  ],
  substitutions: [
    {
      id: 'sub-1',
      principal: '何雨桐',
      deputy: '林知遥',
      allows: ['阅读送交本部门的文稿'],
      from_on: '2026-11-20',
      through_on: '2026-11-28',
    },
  ],
};

export const accessReview: AccessReview = {
  on: '2026-11-21',
  lease_days: 7,
  rows: [
    {
      person_id: 'person-何雨桐',
      person: '何雨桐',
      titles: '办公室主任',
      grant: 'read_department',
      allows: '阅读送交本部门的文稿',
      department_id: 'unit-办公室',
      department: '办公室',
      from_on: '2024-03-01',
      through_on: null,
      why: ['任办公室主任（自 2024-03-01 起）', '该岗位为“部门阅文”（起始日期未记）'],
    },
    {
      person_id: 'person-林知遥',
      person: '林知遥',
      titles: '办公室科员',
      grant: 'read_department',
      allows: '阅读送交本部门的文稿',
      department_id: 'unit-办公室',
      department: '办公室',
      from_on: '2026-11-20',
      through_on: '2026-11-28',
      why: [
        '代理何雨桐（2026-11-20 至 2026-11-28）',
        '任办公室主任（自 2024-03-01 起）',
        '该岗位为“部门阅文”（起始日期未记）',
      ],
    },
  ],
};
