// What a double edit is about, in the words of the screens where it was made.
import type { DoubleEditRow, DoubleEditStep } from '@/api/generated/types';
import { t } from '@/text';

const KINDS: Readonly<Record<string, string>> = {
  vocabulary_agency: 'ui.double_edit.kind.agency',
  vocabulary_person: 'ui.double_edit.kind.person',
  vocabulary_phrase: 'ui.double_edit.kind.phrase',
  template: 'ui.double_edit.kind.template',
  telephone: 'ui.double_edit.kind.telephone',
  contact: 'ui.double_edit.kind.contact',
};

const FIELDS: Readonly<Record<string, string>> = {
  '': 'ui.double_edit.field.whole',
  name: 'ui.double_edit.field.name',
  short_name: 'ui.agency.short_name',
  authority_code: 'ui.agency.code',
  relation: 'ui.agency.relation',
  system: 'ui.agency.system',
  members: 'ui.agency.members',
  post: 'ui.person.post',
  department: 'ui.person.department',
  telephone: 'ui.person.telephone',
  usage_group: 'ui.phrase.group',
  phrase: 'ui.phrase.text',
  number: 'ui.organisation.number',
  kind: 'ui.organisation.telephone_kind',
  grade: 'ui.organisation.grade',
  room: 'ui.contact.room',
  note: 'ui.contact.note',
};

const STEPS: Readonly<Record<string, string>> = {
  stood: 'ui.double_edit.step.stood',
  wanted: 'ui.double_edit.step.wanted',
  kept: 'ui.double_edit.step.kept',
  adopted: 'ui.double_edit.step.adopted',
  overtaken: 'ui.double_edit.step.overtaken',
};

export const kindLabel = (edit: DoubleEditRow): string => t(KINDS[edit.entity] ?? 'ui.double_edit.title');
export const fieldLabel = (edit: DoubleEditRow): string =>
  t(FIELDS[edit.field] ?? 'ui.double_edit.field.other');
export const stepLabel = (step: DoubleEditStep): string =>
  t(STEPS[step.step] ?? 'ui.double_edit.step.stood', { name: step.by || t('ui.double_edit.somebody') });
