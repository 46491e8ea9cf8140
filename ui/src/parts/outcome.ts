// What became of something sent: done, waiting for the server, or refused.
import type { CommandOutcome } from '@/api/generated/types';
import { CallError } from '@/api/transport';

/** What the server refused, as anything else that fails. */
const refused = (sentence: string) =>
  new CallError({ code: 'invalid', key: '', fields: {}, sentence, reference: '' });

/** Whether it waits for the server; throws what was refused, so that it is said where it was asked for. */
export function isWaiting(outcome: CommandOutcome): boolean {
  if (outcome.kind === 'rejected') throw refused(outcome.reason);
  return outcome.kind === 'waiting';
}
