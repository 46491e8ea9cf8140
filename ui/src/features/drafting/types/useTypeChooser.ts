// Three questions that lead to a type of document, and the ways around them: the list, a template, a file.
import { computed, ref, shallowRef, watchEffect } from 'vue';
import { useCall } from '@/api/query';
import type {
  Direction,
  DocumentFormat,
  DocumentType,
  DraftCreate,
  ImportReport,
  TypeProposal,
} from '@/api/generated/types';
import { call } from '@/api/transport';
import { sentenceOf } from '@/parts/notify';

/** First question: who reads it. Agencies are asked for their relation. */
export type Audience = 'agency' | 'internal' | 'public' | 'congress';
export type AgencyRelation = 'superior' | 'peer' | 'subordinate' | 'unrelated';

export const AUDIENCES: readonly Audience[] = ['agency', 'internal', 'public', 'congress'];
export const AGENCY_RELATIONS: readonly AgencyRelation[] = ['superior', 'peer', 'subordinate', 'unrelated'];

const FORMATS: Partial<Record<DocumentType, DocumentFormat>> = {
  order: 'order',
  letter: 'letter',
  minutes: 'minutes',
};
const DIRECTIONS: Partial<Record<DocumentType, Direction>> = {
  report: 'upward',
  request_for_instructions: 'upward',
  letter: 'level',
  proposal: 'level',
};

/** How a type is drafted when it is chosen straight from the list. */
export const ordinary = (type: DocumentType): DraftCreate => ({
  document_type: type,
  format: FORMATS[type] ?? 'document',
  direction: DIRECTIONS[type] ?? 'downward',
  template_id: null,
});

/** Papers without 文种: they are issued under a notice or the like. */
export const PAPERS = ['plan', 'summary', 'speech', 'bulletin', 'explanation', 'memo'] as const;

export function useTypeChooser(created: (id: string) => void) {
  const audience = ref<Audience>();
  const relation = ref<AgencyRelation>();
  const purpose = ref('');
  const isBusy = ref(false);
  const trouble = ref('');
  const report = shallowRef<ImportReport>();

  const recipient = computed(() =>
    audience.value === 'agency' ? (relation.value ?? '') : (audience.value ?? ''),
  );
  const { data: choice, isPlaceholderData: isKept } = useCall(
    'type_propose',
    () => ({ recipient: recipient.value, purpose: purpose.value }),
    { keepPrevious: true },
  );
  // What is kept while a purpose is looked up is never shown for another recipient.
  const answeredFor = ref('');
  watchEffect(() => {
    if (!isKept.value) answeredFor.value = recipient.value;
  });
  const answer = computed(() =>
    recipient.value && answeredFor.value === recipient.value ? choice.value : undefined,
  );
  const { data: every } = useCall('type_propose', { recipient: '', purpose: '' });
  const purposes = computed(() => answer.value?.purposes ?? []);
  const proposals = computed<readonly TypeProposal[]>(() => answer.value?.proposals ?? []);
  const refusals = computed(
    () =>
      new Map(
        (every.value?.proposals ?? [])
          .filter((one) => !one.allowed)
          .map((one) => [one.document_type, one.why_not]),
      ),
  );

  async function during(act: () => Promise<void>): Promise<void> {
    if (isBusy.value) return;
    isBusy.value = true;
    trouble.value = '';
    try {
      await act();
    } catch (error) {
      trouble.value = sentenceOf(error);
    } finally {
      isBusy.value = false;
    }
  }

  return {
    audience,
    relation,
    purpose,
    purposes,
    proposals,
    recipient,
    refusals,
    isBusy,
    trouble,
    report,
    askAudience(to: Audience): void {
      audience.value = to;
      relation.value = undefined;
      purpose.value = '';
    },
    /** Asked again it is taken back. */
    askPurpose(id: string): void {
      purpose.value = purpose.value === id ? '' : id;
    },
    askRelation(to: AgencyRelation): void {
      relation.value = to;
      purpose.value = '';
    },
    create: (draft: DraftCreate) => during(async () => created((await call('draft_create', draft)).id)),
    importFile: () =>
      during(async () => {
        const file = await call('file_choose', { purpose: 'import_draft', suggested_name: '' });
        if (file) report.value = await call('draft_import', { token: file.token });
      }),
  };
}

export type Chooser = ReturnType<typeof useTypeChooser>;
