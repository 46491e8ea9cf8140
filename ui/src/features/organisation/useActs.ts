// Acts on the organisation: done at once, or kept here until the server has decided.
import { ref } from 'vue';
import type { CommandName, Commands } from '@/api/generated/commands';
import type { OrganisationDone } from '@/api/generated/types';
import { call } from '@/api/transport';
import { toast } from '@/parts/notify';
import { t } from '@/text';

type Act = {
  [N in CommandName]: Commands[N]['answer'] extends OrganisationDone ? N : never;
}[CommandName];

export function useActs() {
  const busy = ref(false);
  const failed = ref<unknown>();

  /** Does it and says how it stands; a refusal stays beside the form. Answers whether it went through. */
  async function act<N extends Act>(name: N, args: Commands[N]['args']): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    failed.value = undefined;
    try {
      const answer: unknown = await call(name, args);
      const waits = typeof answer === 'object' && answer !== null && 'waiting' in answer && answer.waiting;
      toast(t(waits ? 'ui.organisation.waiting' : 'ui.organisation.done'), waits ? 'plain' : 'done');
      return true;
    } catch (thrown) {
      failed.value = thrown;
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { act, busy, failed };
}
