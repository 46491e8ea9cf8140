// What the page keeps of answers, and when it fetches them again.
import { QueryClient, keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import type { CommandName, Commands } from '@/api/generated/commands';
import type { Tag } from '@/api/generated/types';
import { call, onStale } from '@/api/transport';

/** Which answers a tag concerns. */
const CONCERNS: Record<Tag, readonly CommandName[]> = {
  session: ['session_status', 'session_me'],
  drafts: [
    'draft_list',
    'draft_counts',
    'task_counts',
    'process_trace',
    'revision_list',
    'preview_get',
    'find_text',
    'find_quick',
    'sync_status',
  ],
  tasks: [
    'task_list',
    'task_counts',
    'task_open',
    'task_next',
    'task_figures',
    'process_trace',
    'process_handwriting',
    'revision_list',
    'process_status',
    'process_list',
    'process_view',
    'incoming_counts',
    'incoming_open',
    'supervision_counts',
    'supervision_open',
    'supervision_figures',
  ],
  supervision: ['supervision_counts', 'supervision_open', 'supervision_figures'],
  incoming: ['incoming_counts', 'incoming_open', 'find_text', 'find_quick'],
  issued: ['issued_list', 'issued_open', 'issue_sheet_open'],
  co_draft: ['co_drafter_list', 'draft_authorship', 'late_view'],
  versions: ['version_list', 'version_compare'],
  findings: ['check_run'],
  vocabulary: ['agency_list', 'person_list', 'phrase_list', 'template_list', 'find_quick', 'type_propose'],
  numbers: ['number_series_list', 'copy_list', 'copy_find', 'register_imports'],
  forms: ['form_list', 'form_look', 'form_text'],
  organisation: [
    'organisation_tree',
    'person_card',
    'contact_list',
    'role_list',
    'access_review',
    'act_refusals',
    'session_me',
  ],
  settings: ['setting_get'],
  printing: ['printer_list', 'print_jobs'],
  sync: [
    'sync_status',
    'sync_items',
    'join_state',
    'joining_list',
    'bundle_list',
    'draft_list',
    'draft_counts',
    'task_counts',
    'task_open',
    'process_trace',
    'process_handwriting',
    'revision_list',
    'process_status',
    'incoming_counts',
    'incoming_open',
    'issued_list',
    'issued_open',
    'issue_sheet_open',
    'supervision_counts',
    'supervision_open',
    'supervision_figures',
    'double_edit_list',
    'co_drafter_list',
    'number_series_list',
    'copy_list',
    'copy_find',
  ],
};

/** Keystrokes make drafts stale many times a second; lists follow at this pace, in milliseconds. */
const PACE_MS = 250;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: Infinity, refetchOnWindowFocus: false, networkMode: 'always' },
  },
});

const pending = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

function isTag(tag: string): tag is Tag {
  return tag in CONCERNS;
}

function invalidate(): void {
  timer = undefined;
  const names = new Set<unknown>([...pending].filter(isTag).flatMap((tag) => CONCERNS[tag]));
  pending.clear();
  void queryClient.invalidateQueries({ predicate: (query) => names.has(query.queryKey[0]) });
}

/** Connects stale tags with the cache. Answers with the way to disconnect. */
export function followStale(): () => void {
  return onStale((tags) => {
    for (const tag of tags) pending.add(tag);
    // The session decides what is on the screen at all: it never waits.
    if (pending.has('session')) {
      clearTimeout(timer);
      invalidate();
    } else {
      timer ??= setTimeout(invalidate, PACE_MS);
    }
  });
}

/** The answer of a reading command, fetched again when it goes stale or its arguments change. */
export function useCall<N extends CommandName>(
  name: N,
  args: MaybeRefOrGetter<Commands[N]['args']>,
  options: { enabled?: MaybeRefOrGetter<boolean>; keepPrevious?: boolean; refetchEveryMs?: number } = {},
) {
  return useQuery({
    queryKey: computed(() => [name, toValue(args)] as const),
    queryFn: () => call(name, toValue(args)),
    enabled: computed(() => toValue(options.enabled ?? true)),
    placeholderData: options.keepPrevious ? keepPreviousData : undefined,
    refetchInterval: options.refetchEveryMs ?? false,
  });
}
