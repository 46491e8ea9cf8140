// Acts on numbers: done at once, or kept here until the server has decided.
import type { CommandName, Commands } from '@/api/generated/commands';
import type { NumberDone } from '@/api/generated/types';
import { call } from '@/api/transport';
import { toast } from '@/parts/notify';
import { useDoing } from '@/parts/useDoing';
import { t } from '@/text';

type Act = { [N in CommandName]: Commands[N]['answer'] extends NumberDone ? N : never }[CommandName];

/** Numbers that are named in full when they were done something with. */
const NAMED = 3;

export function useNumberActs() {
  const { busy, failed, attempt } = useDoing();

  /** Does it and says which numbers it was; a refusal stays beside the form. Answers whether it went through. */
  const act = <N extends Act>(name: N, args: Commands[N]['args']): Promise<boolean> =>
    attempt(async () => {
      const done: NumberDone = await call(name, args);
      const named = done.numbers.length <= NAMED ? done.numbers.join('、') : '';
      const said = [t('ui.numbers.done'), named].filter(Boolean).join('：');
      toast(done.waiting ? t('ui.numbers.not_done') : said, done.waiting ? 'plain' : 'done');
    });

  return { act, busy, failed };
}
