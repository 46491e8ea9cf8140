// Words for the values of wire types.
import type {
  ClassificationLevel,
  DocumentFormat,
  DocumentType,
  DraftState,
  Relation,
  Urgency,
} from '@/api/generated/types';
import { t } from '@/text';

export const DOCUMENT_TYPES: readonly DocumentType[] = [
  'resolution',
  'decision',
  'order',
  'communique',
  'announcement',
  'public_notice',
  'opinion',
  'notice',
  'circular',
  'report',
  'request_for_instructions',
  'official_reply',
  'proposal',
  'letter',
  'minutes',
];

export const RELATIONS: readonly Relation[] = ['own', 'superior', 'peer', 'subordinate', 'unrelated'];

export const URGENCIES: readonly Urgency[] = ['most_immediate', 'extra_urgent', 'urgent', 'ordinary'];
export const CLASSIFICATIONS: readonly ClassificationLevel[] = ['top_secret', 'secret', 'confidential'];
/** How a document comes (来文方式). */
export const DELIVERIES = ['exchange', 'network', 'post', 'fax', 'hand', 'disc', 'other'] as const;

export const typeLabel = (type: DocumentType): string => t(`ui.document_type.${type}`);
export const formatLabel = (format: DocumentFormat): string => t(`ui.document_format.${format}`);
export const stateLabel = (state: DraftState): string => t(`ui.draft_state.${state}`);
export const urgencyLabel = (urgency: Urgency): string => t(`ui.urgency.${urgency}`);
export const classificationLabel = (level: ClassificationLevel): string =>
  t(`drafting.classification.${level}`);
export const deliveryLabel = (delivery: string): string => t(`ui.delivery.${delivery}`);
export const relationLabel = (relation: Relation): string => t(`ui.relation.${relation}`);

/** 文种, or for papers and telegrams without one the format's name. */
export const kindLabel = (type: DocumentType | null, format: DocumentFormat): string =>
  type ? typeLabel(type) : formatLabel(format);

/** 特提 and 特急 may be shown in vermilion. */
export const isUrgent = (urgency: Urgency | null): boolean =>
  urgency === 'most_immediate' || urgency === 'extra_urgent';
