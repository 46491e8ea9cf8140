// What the author says of a draft beyond its text: kept at every change, and what follows of it by law.
import { computed, reactive, ref, watch } from 'vue';
import type {
  IntakeFields,
  IssueSheetView,
  IssuedRow,
  SheetChange,
  SheetFields,
} from '@/api/generated/types';
import { useCall } from '@/api/query';
import { call } from '@/api/transport';
import { useDoing } from '@/parts/useDoing';

const EMPTY: SheetFields = {
  normative: null,
  competition: null,
  publicity: '',
  publicity_reason: '',
  valid_until: '',
  changes: [],
  intake: null,
};
const NO_INTAKE: IntakeFields = {
  unit: '',
  contact: '',
  telephone: '',
  letter_number: '',
  received_on: '',
  incoming_id: '',
  materials: {},
};

/** Documents of the clearing that one draft can take over. */
const MOST = 200;

export function useIssueSheet(draftId: string) {
  const { data: view, error, refetch } = useCall('issue_sheet_open', { id: draftId });
  const { busy, failed, attempt } = useDoing();
  const sheet = reactive<SheetFields>({ ...EMPTY, changes: [] });
  const saved = ref('');
  const take = (from: IssueSheetView): void => {
    Object.assign(sheet, {
      ...from.sheet,
      changes: from.sheet.changes.map((one) => ({ ...one })),
      intake: from.sheet.intake && { ...from.sheet.intake, materials: { ...from.sheet.intake.materials } },
    });
    saved.value = JSON.stringify(from.sheet);
  };
  // What is being typed is not overwritten by what was kept before.
  let isRead = false;
  watch(
    view,
    (now) => {
      if (!now || (isRead && now.may_edit)) return;
      isRead = true;
      take(now);
    },
    { immediate: true },
  );

  /** Lines without a number are not said yet. */
  const complete = (): SheetFields => ({
    ...sheet,
    changes: sheet.changes.filter((one) => one.number.trim() !== ''),
  });
  const save = () =>
    attempt(async () => {
      const now = complete();
      const text = JSON.stringify(now);
      if (text === saved.value) return;
      await call('issue_sheet_put', { id: draftId, sheet: now });
      saved.value = text;
    });

  const add = (more: Partial<SheetChange> = {}): void => {
    sheet.changes.push({ number: '', title: '', does: 'repeal', ...more });
  };
  const remove = (at: number): Promise<boolean> => {
    sheet.changes.splice(at, 1);
    return save();
  };
  /** Whether another unit wrote it for this office. */
  const writtenElsewhere = computed({
    get: () => sheet.intake !== null,
    set: (is: boolean) => (sheet.intake = is ? { ...NO_INTAKE, materials: {} } : null),
  });
  /** What a clearing has proposed, as what this document does. */
  const takeProposals = async (): Promise<void> => {
    const list = { status: null, year: '', document_type: null, text: '', ending_within: null };
    const page = await call('issued_list', { ...list, unpublished: false, offset: 0, limit: 500 });
    const isThere = (row: IssuedRow) => sheet.changes.some((one) => one.number === row.number);
    for (const row of page.rows) {
      const does = (['amend', 'repeal', 'lapse'] as const).find((one) => one === row.conclusion);
      if (does && !isThere(row) && sheet.changes.length < MOST) {
        add({ number: row.number, title: row.title, does });
      }
    }
    await save();
  };
  const applying = computed(() => view.value?.gates.filter((gate) => gate.applies) ?? []);

  return {
    view,
    error,
    refetch,
    sheet,
    busy,
    failed,
    save,
    add,
    remove,
    takeProposals,
    applying,
    writtenElsewhere,
  };
}
