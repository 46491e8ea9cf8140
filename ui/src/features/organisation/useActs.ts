// Acts on the organisation: done at once, or kept here until the server has decided.
import type { CommandName, Commands } from '@/api/generated/commands';
import type { OrganisationDone } from '@/api/generated/types';
import { call } from '@/api/transport';
import { toast } from '@/parts/notify';
import { useDoing } from '@/parts/useDoing';
import { t } from '@/text';

type Act = {
  [N in CommandName]: Commands[N]['answer'] extends OrganisationDone ? N : never;
}[CommandName];

export function useActs() {
  const { busy, failed, attempt } = useDoing();

  /** Does it and says how it stands; a refusal stays beside the form. Answers whether it went through. */
  const act = <N extends Act>(name: N, args: Commands[N]['args']): Promise<boolean> =>
    attempt(async () => {
      const answer: unknown = await call(name, args);
      const waits = typeof answer === 'object' && answer !== null && 'waiting' in answer && answer.waiting;
      toast(t(waits ? 'ui.organisation.waiting' : 'ui.organisation.done'), waits ? 'plain' : 'done');
    });

  return { act, busy, failed };
}
