// Deciding a task: what is still missing for it, the second question where it binds, and what goes out.
import { computed, reactive, ref } from 'vue';
import type { NobodyChosen, RevisionView, TaskDoes, TaskVerdict, TaskView } from '@/api/generated/types';
import { ask } from '@/parts/ask';
import { nodeOf } from '@/parts/trace';
import { useDoing } from '@/parts/useDoing';
import { asksAgain, consequenceOf, isCircled, isJudged, refusalWord } from '@/features/inbox/steps';
import { FAULTLESS, faultsOf, handOf, itemsOf, typedFor } from '@/features/inbox/typed';
import { useTaskActs } from '@/features/inbox/useTaskActs';
import { longDay } from '@/format/time';
import { t } from '@/text';

type Form = NonNullable<TaskView['form']>;

/** Under which name the problem of a choice of people stands among those of the fields. */
export const chosenFor = (step: string): string => `chosen:${step}`;

export function useDecision(
  task: () => { row: TaskView['row']; form: Form },
  then: {
    acted: () => void;
    faulty: () => void;
    isHeld: () => boolean;
    /** What was done to the text that is decided about. */
    text: () => RevisionView | null | undefined;
  },
) {
  const typed = typedFor(task().row.id);
  const { send } = useTaskActs();
  const { busy, failed, attempt } = useDoing();
  /** What is wrong with the words, and with fields by their names. */
  const wordsProblem = ref('');
  /** What has to be done to the text first. */
  const textProblem = ref('');
  const problems = reactive<Record<string, string>>({});
  const node = computed(() => nodeOf(task().form.visit));
  const may = computed(() => ({
    circle: !task().form.advises && task().form.words !== 'always' && isCircled(node.value),
    refuse: !task().form.advises && isJudged(node.value),
  }));
  /** What the primary button says. */
  const actWord = computed(() => (task().form.advises ? t('ui.task.advise') : task().form.act));
  const wordOf = (verdict: TaskVerdict): string => {
    if (verdict === 'circle') return t('ui.task.circle');
    return verdict === 'refuse' ? refusalWord(node.value) : actWord.value;
  };

  function needsWords(verdict: TaskVerdict): boolean {
    const { words, advises } = task().form;
    return advises || words === 'always' || (words === 'for_refusal' && verdict === 'refuse');
  }
  /** Later steps for which nobody is chosen, of those where that has this consequence. */
  const without = (nobody: NobodyChosen) =>
    task().form.choose.filter(
      (step) => step.nobody === nobody && !step.chosen && !typed.chosen[step.node]?.length,
    );
  const undecided = (verdict: TaskVerdict): number =>
    verdict === 'refuse' || task().form.advises ? 0 : (then.text()?.open ?? 0);
  /** Whether the text is as it must be: what is written is sent, and nothing is open where it binds. */
  function isTextReady(verdict: TaskVerdict): boolean {
    const count = task().form.binds ? undecided(verdict) : 0;
    textProblem.value = '';
    if (then.text()?.mode && then.text()?.unsent) textProblem.value = t('revision.unsent');
    else if (count > 0) textProblem.value = t('revision.undecided', { count });
    return !textProblem.value;
  }
  /** Says at each field what is missing. */
  function check(verdict: TaskVerdict): boolean {
    const { form } = task();
    const isNeeded = needsWords(verdict) && !typed.words.trim() && !handOf(typed);
    wordsProblem.value = isNeeded
      ? t(verdict === 'refuse' ? 'ui.task.words_refusal' : 'ui.task.words_needed')
      : '';
    const { missing, unread, early } = verdict === 'refuse' ? FAULTLESS : faultsOf(form, typed);
    for (const { name, title, from } of form.fields) {
      if (missing.includes(name)) problems[name] = t('ui.task.field_needed', { item: title });
      else if (early.includes(name))
        problems[name] = t('process.past_limit', { item: title, day: longDay(from ?? '') });
      else problems[name] = unread.includes(name) ? t('ui.task.field_number') : '';
    }
    const nobody = verdict === 'refuse' || form.advises ? [] : without('refused');
    for (const { node, step } of form.choose)
      problems[chosenFor(node)] = nobody.some((one) => one.node === node)
        ? t('ui.task.choose.needed', { step })
        : '';
    return !isNeeded && missing.length + unread.length + early.length + nobody.length === 0;
  }

  function decision(verdict: TaskVerdict): TaskDoes {
    const { form } = task();
    const chosen = Object.entries(typed.chosen).filter(([, people]) => people.length > 0);
    const handwriting = handOf(typed);
    return {
      kind: 'decide',
      verdict,
      words: verdict === 'circle' ? '' : typed.words.trim(),
      items: verdict === 'refuse' ? {} : itemsOf(form, typed),
      chosen: Object.fromEntries(chosen.map(([step, people]) => [step, people.map((one) => one.id)])),
      ...(handwriting && { handwriting }),
    };
  }

  const decide = (verdict: TaskVerdict) => {
    // A second question that is open is answered first.
    if (busy.value || then.isHeld()) return Promise.resolve();
    const isReady = isTextReady(verdict);
    if (!check(verdict) || !isReady) {
      then.faulty();
      return Promise.resolve();
    }
    return attempt(async () => {
      const { row, form } = task();
      const forward = verdict !== 'refuse' && !form.advises;
      const isBinding = forward && (form.binds || asksAgain(node.value));
      const fields = { title: row.title || t('ui.drafts.untitled'), act: form.act };
      const word = wordOf(verdict);
      const consequences = forward ? without('skips').map(({ step }) => t('ui.task.skips', { step })) : [];
      const count = undecided(verdict);
      if (count > 0) consequences.unshift(t('ui.task.undecided', { count }));
      if (isBinding) consequences.push(consequenceOf(node.value, fields));
      const isSure =
        consequences.length === 0 ||
        (await ask({ title: word, consequence: consequences.join(''), act: word }));
      if (!isSure) return;
      await send(row, decision(verdict), word, !isBinding);
      then.acted();
    });
  };
  /** Anything that is not a decision: sent back, passed on. */
  const does = (act: TaskDoes, done: string) =>
    attempt(async () => {
      await send(task().row, act, done, act.kind === 'return');
      then.acted();
    });

  return {
    typed,
    busy,
    failed,
    wordsProblem,
    textProblem,
    problems,
    node,
    may,
    actWord,
    refuseWord: computed(() => refusalWord(node.value)),
    does,
    act: () => decide(task().form.advises ? 'abstain' : 'agree'),
    circle: () => (may.value.circle ? decide('circle') : Promise.resolve()),
    refuse: () => decide('refuse'),
  };
}
