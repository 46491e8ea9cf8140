// What is typed into the register of a document that came, saved as one types; one save at a time.
import { onBeforeUnmount, reactive, ref, watch } from 'vue';
import type { ClassificationLevel, DocumentType, IncomingEntry, Urgency } from '@/api/generated/types';
import { asCallError, call } from '@/api/transport';
import { today } from '@/format/time';
import { DELIVERIES } from '@/parts/labels';
import { sentenceOf } from '@/parts/notify';
import { t } from '@/text';

/** The fields as they are typed; choices by their words, empty for none. */
export interface TypedEntry {
  received_on: string;
  delivery: string;
  from_agency: string;
  from_number: string;
  issued_on: string;
  title: string;
  document_type: DocumentType | '';
  urgency: Urgency | '';
  classification: ClassificationLevel | '';
  classification_term: string;
  copies: string;
  pages: string;
  copy_numbers: string;
  note: string;
}
type Field = keyof TypedEntry;
export type SaveState = 'incomplete' | 'saving' | 'saved' | 'not_saved';

/** So long after the last key it is saved, in milliseconds. */
const REST_MS = 500;
const MOST = 100_000;

const blank = (): TypedEntry => ({
  received_on: today(),
  delivery: DELIVERIES[0],
  from_agency: '',
  from_number: '',
  issued_on: '',
  title: '',
  document_type: '',
  urgency: '',
  classification: '',
  classification_term: '',
  copies: '1',
  pages: '0',
  copy_numbers: '',
  note: '',
});

const typedOf = (entry: IncomingEntry): TypedEntry => ({
  ...entry,
  document_type: entry.document_type ?? '',
  urgency: entry.urgency ?? '',
  classification: entry.classification ?? '',
  copies: String(entry.copies),
  pages: String(entry.pages),
});

const sentOf = (typed: TypedEntry): IncomingEntry => ({
  ...typed,
  document_type: typed.document_type || null,
  urgency: typed.urgency || null,
  classification: typed.classification || null,
  classification_term: typed.classification ? typed.classification_term : '',
  copies: Number(typed.copies),
  pages: Number(typed.pages || '0'),
});

const isCount = (text: string, from: number): boolean =>
  /^\d{1,6}$/.test(text) && Number(text) >= from && Number(text) <= MOST;

const NEEDED: readonly Field[] = ['title', 'from_agency', 'received_on'];

export function useEntry(start: { id: string; entry?: IncomingEntry }, made: (id: string) => void) {
  const typed = reactive<TypedEntry>(start.entry ? typedOf(start.entry) : blank());
  const problems = reactive<Partial<Record<Field, string>>>({});
  const id = ref(start.id);
  const state = ref<SaveState>(start.id ? 'saved' : 'incomplete');
  /** Why it could not be saved, where that is no field's. */
  const failed = ref<unknown>();
  /** Rises with every change; what was saved last. */
  let version = 0;
  let saved = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underway: Promise<void> | undefined;

  const missing = (): Field[] => NEEDED.filter((field) => !typed[field].trim());
  /** What a person can see to be wrong before it is sent. */
  function check(): boolean {
    const late = t('incoming.future');
    problems.copies = isCount(typed.copies, 1) ? '' : t('ui.incoming.copies_range');
    problems.pages = isCount(typed.pages || '0', 0) ? '' : t('ui.incoming.pages_range');
    problems.received_on = typed.received_on > today() ? late : '';
    problems.issued_on = typed.issued_on > today() ? late : '';
    return !Object.values(problems).some(Boolean);
  }
  /** Says at each field what is still needed. */
  function require(): boolean {
    for (const field of missing()) {
      const name = t(`ui.incoming.field.${field}`);
      problems[field] = t('incoming.empty', { field: name });
    }
    return missing().length === 0;
  }

  /** A refusal stands at the field that it names. */
  function take(thrown: unknown): void {
    const error = asCallError(thrown);
    const named = error.fields.field?.replace('cause.incoming.', '') ?? '';
    state.value = 'not_saved';
    if (named in typed) problems[named as Field] = sentenceOf(error);
    else failed.value = thrown;
  }

  async function save(): Promise<void> {
    const sent = version;
    state.value = 'saving';
    try {
      const answer = await call('incoming_put', { id: id.value || null, entry: sentOf(typed) });
      saved = sent;
      failed.value = undefined;
      if (!id.value) {
        id.value = answer.id;
        made(answer.id);
      }
      if (saved === version) state.value = 'saved';
    } catch (thrown) {
      take(thrown);
    }
  }

  /** Saves what is not saved yet; whether all of it is at the desk then. */
  async function flush(): Promise<boolean> {
    clearTimeout(timer);
    await underway;
    if (version === saved && id.value) return true;
    if (!check() || missing().length > 0) return false;
    underway = save();
    await underway;
    underway = undefined;
    return version === saved && !!id.value;
  }

  watch(typed, () => {
    version += 1;
    for (const field of NEEDED) if (typed[field].trim()) problems[field] = '';
    const isRight = check();
    state.value = missing().length > 0 ? 'incomplete' : isRight ? 'saving' : 'not_saved';
    clearTimeout(timer);
    if (state.value === 'saving') timer = setTimeout(() => void flush(), REST_MS);
  });
  onBeforeUnmount(() => void flush());

  /** Nothing more is saved of one that was taken out. */
  function forget(): void {
    clearTimeout(timer);
    saved = version;
  }

  return { typed, problems, id, state, failed, flush, require, forget };
}
