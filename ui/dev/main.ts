// The harness: every screen with answers from samples, chosen by the address.
// dev.html?state=open|new|locked|wait|trouble|code&theme=…&size=…&rows=100000&offline=1&demo=1&empty=1&error=1&grants=keep_organisation&process=head|sign|hand|off&came=1&intake=1#/drafts
import { setPageSource } from '@/api/pages';
import type { SessionState } from '@/api/generated/types';
import { recoveryCode } from '@/session/session';
import { pageOf, refusal, useDesk } from '@test/desk';
import * as organisation from '@test/organisation';
import * as samples from '@test/samples';
import * as came from '@test/incoming';
import * as forms from '@test/forms';
import * as issued from '@test/issued';
import * as numbers from '@test/numbers';
import * as register from '@test/register';
import * as supervision from '@test/supervision';
import { handTrace, written } from '@test/ink';
import * as tasks from '@test/tasks';
import { draftDoc, keepDraft } from '@test/draftSample';
import { followPages, laidPage } from './drafting';
import { paper } from './paper';

const asked = new URLSearchParams(location.search);
const flag = (name: string) => asked.has(name);
const wanted = asked.get('state') ?? 'open';
const states: Record<string, SessionState> = {
  open: 'open',
  new: 'new',
  locked: 'locked',
  wait: 'locked',
  code: 'new',
};

const status = {
  ...samples.sessionStatus,
  state: states[wanted] ?? 'open',
  agency: wanted === 'new' ? '' : samples.sessionStatus.agency,
  person: wanted === 'new' ? '' : samples.sessionStatus.person,
  wait_seconds: wanted === 'wait' ? 28 : 0,
  open_by_keyring: flag('keyring'),
  trouble:
    wanted === 'trouble'
      ? '公文库由较新的版本（0.3.0）写成，本版本（0.1.0）打不开。请安装 0.3.0 或更新的版本。'
      : '',
};
let settings = {
  ...samples.settings,
  theme: asked.get('theme') ?? 'light',
  size: asked.get('size') ?? 'standard',
};
localStorage.setItem('andu.theme', settings.theme);
localStorage.setItem('andu.size', settings.size);

const many = flag('empty') ? 0 : Number(asked.get('rows') ?? 48);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const process = asked.get('process');
const desk = useDesk({
  ...(process && process !== 'off'
    ? {
        task_list: tasks.tasksOf(many),
        task_counts: () => ({ todo: many, urgent: many && 1, done: many, to_read: many }),
        task_open: (args: { id: string }) => ({
          ...tasks.taskView(process === 'sign' ? tasks.signForm : tasks.form)(args),
          trace: process === 'hand' ? handTrace : tasks.trace,
        }),
        process_handwriting: () => [written()],
        process_act: () => ({ kind: 'applied' }) as const,
        process_urge: () => ({ kind: 'applied' }) as const,
        process_trace: () => (process === 'hand' ? handTrace : tasks.trace),
        process_status: () => ({ enabled_at: '2026-11-01T00:00:00Z' }),
      }
    : {}),
  ...(flag('came')
    ? {
        task_list: tasks.tasksOf(many, (at) =>
          tasks.taskRow(at, {
            process: 'incoming',
            ...(location.hash.includes('to-read') ? { step: '', act: '' } : {}),
          }),
        ),
        task_counts: () => ({ todo: many, urgent: 0, done: many, to_read: many }),
        task_open: ({ id }: { id: string }) => ({
          ...tasks.taskView(location.hash.includes('to-read') ? null : tasks.form, { process: 'incoming' })({
            id,
          }),
          trace: came.trace,
        }),
        process_status: () => ({ enabled_at: flag('off') ? null : '2026-11-01T00:00:00Z' }),
        process_act: () => ({ kind: 'applied' }) as const,
        incoming_list: came.listOf(many),
        incoming_counts: () => came.counts,
        incoming_open: ({ id }: { id: string }) =>
          id === 'came-2'
            ? came.opened({ same: [came.row(0)] })
            : came.view(Number(id.replace(/\D/g, '')) || 0),
        incoming_put: ({ id }: { id: string | null }) => ({ id: id ?? 'came-2' }),
        issued_list: issued.listOf(many),
        issued_open: ({ id }: { id: string }) => issued.view(Number(id.replace(/\D/g, '')) || 0),
        supervision_list: supervision.listOf(many),
        supervision_counts: () => supervision.counts,
        supervision_open: ({ id }: { id: string }) => supervision.view(Number(id.replace(/\D/g, '')) || 0),
        supervision_figures: () => supervision.figures,
        incoming_look: () => ({
          kind: 'pages' as const,
          token: 'draft-1',
          pages: Array.from({ length: 4 }, () => ({ width_mm: 210, height_mm: 297 })),
        }),
      }
    : {}),
  number_series_list: () => [numbers.series(), numbers.shipped],
  number_ledger: numbers.ledgerOf(many),
  form_list: () => forms.all,
  form_look: () => forms.picture,
  form_read: (args) => ({ form: args.form, template: '{}' }),
  register_look: () => register.understood,
  register_import: () => register.imported,
  register_imports: () => register.imports,
  issue_sheet_open: () => (flag('intake') ? issued.intakeSheet() : issued.sheet()),
  session_status: () => status,
  session_unlock: async () => {
    await wait(300);
    throw refusal({ sentence: '密码不正确。请检查大小写和输入法后重试。' });
  },
  session_lock: () => {
    status.state = 'locked';
    return null;
  },
  setting_get: () => settings,
  setting_put: (args) => (settings = args),
  sync_status: () => (flag('offline') ? samples.offline : samples.alone),
  draft_list: (args) => {
    if (flag('error'))
      throw refusal({
        code: 'bug',
        sentence: '读取文稿列表时出错，公文没有受影响。',
        reference: '20261121-0940-7F3A',
      });
    return pageOf(many)(args);
  },
  ...(flag('empty')
    ? {
        find_text: () => ({ total: 0, hits: [] }),
        agency_list: () => [],
        person_list: () => [],
        phrase_list: () => [],
        template_list: () => [],
        print_jobs: () => [],
        contact_list: () => [],
        organisation_tree: () => ({ ...organisation.tree, departments: [] }),
        access_review: () => ({ on: '2026-11-21', lease_days: 7, rows: [] }),
      }
    : {}),
  session_me: () => ({
    ...samples.me,
    home: process === 'off' || flag('came') ? ('replica' as const) : samples.me.home,
    permissions: (asked.get('grants') ?? 'draft keep_vocabulary').split(' '),
  }),
});

const draft = draftDoc(flag('fresh'));
keepDraft(desk, draft, { read_only: flag('readonly') });
const pagesOf = followPages(draft, 'draft-0');
const otherPages = desk.answers.preview_get;
desk.answers.preview_get = (args) =>
  args.id === 'draft-0' && location.hash.includes('/draft/') ? pagesOf() : (otherPages?.(args) ?? pagesOf());

setPageSource((session, hash, page) => {
  const laid = laidPage(hash);
  if (laid) return laid;
  const row = samples.draftRow(Number(session.replace('draft-', '')) || 0);
  return paper(row.title, row.main_recipients, page);
});
if (wanted === 'code') recoveryCode.value = 'K7MQ2-9XTRA-4HWPD-B6NZC-J3VYE-8FSGN-T5KWQ-2RXHM';

void import('@/main');
