// What is said of the steps of a process, from the words of the wire.
import type { TracePerson, TraceVisit } from '@/api/generated/types';
import { hasText, t } from '@/text';

/** The step's name in the process, of a visit's such as `1/head_review`. */
export const nodeOf = (visit: string): string => visit.slice(visit.lastIndexOf('/') + 1);

type Mark = 'normal' | 'overdue' | 'settled' | 'refused';

/** How a visit stands, as a shape. */
export function markOf(visit: TraceVisit, now: Date = new Date()): Mark {
  if (visit.state === 'passed') return 'settled';
  if (visit.state === 'refused') return 'refused';
  const isLate = visit.due_at !== '' && Date.parse(visit.due_at) < now.getTime();
  return visit.state === 'open' && isLate ? 'overdue' : 'normal';
}

/** How a visit stands, in words; empty where the decisions in it say so. */
export const stateOf = (visit: TraceVisit): string =>
  visit.state === 'passed' || visit.state === 'refused' ? '' : t(`ui.trace.state.${visit.state}`);

/** What somebody decided: in a step with a word of its own, by that word. */
export function verdictOf(visit: TraceVisit, person: TracePerson): string {
  if (person.asked === 'advice' || person.asked === 'consulted')
    return person.at ? t('ui.trace.asked.answered') : '';
  if (!person.verdict) return '';
  const own = `ui.trace.did.${nodeOf(visit.visit)}`;
  return person.verdict === 'agree' && hasText(own) ? t(own) : t(`ui.trace.verdict.${person.verdict}`);
}
