// 修订 of one opened draft: whether what is typed is a suggestion, what is suggested in the body that is shown, and the
// decisions. Whether somebody may decide is not known here.
import type { Editor } from '@tiptap/core';
import { computed, ref, shallowRef, watch } from 'vue';
import type { RevisionChoice } from '@/api/generated/types';
import { call } from '@/api/transport';
import type { DraftSession } from '@/features/drafting/session/draftSession';
import { DESK } from '@/features/drafting/session/roots';
import { showError, toast } from '@/parts/notify';
import { isWaiting } from '@/parts/outcome';
import { useMe } from '@/session/session';
import { t } from '@/text';
import type { Suggestion } from './list';
import { countOpen } from './open';
import type { Choice } from './settle';
import {
  goToSuggestion,
  setSuggesting,
  settleSuggestions,
  showCurrent,
  suggestionsOf,
  type Suggester,
} from './suggesting';

function wanted(choice: Choice): RevisionChoice {
  if (choice === 'all') return { kind: 'all' };
  if ('id' in choice) return { kind: 'one', suggestion: choice.id };
  return { kind: 'author', person_id: choice.author };
}

export function useSuggestions(session: DraftSession) {
  const { data: me } = useMe();
  /** Where it is reviewed nothing is written but suggestions. */
  const isReview = session.review !== null;
  const isOn = ref(session.review?.revises ?? false);
  const list = shallowRef<readonly Suggestion[]>([]);
  const current = ref('');
  const editor = shallowRef<Editor>();

  function suggester(): Suggester | undefined {
    const person = me.value;
    if (!person) return undefined;
    return {
      author: person.person_id,
      name: person.person,
      now: () => new Date().toISOString(),
      newId: () => crypto.randomUUID(),
    };
  }
  function refresh(): void {
    if (!editor.value) return;
    list.value = suggestionsOf(editor.value);
    if (current.value && !list.value.some((one) => one.id === current.value)) current.value = '';
  }
  /** The editor of the body that is shown; `undefined` when it goes. */
  function attach(made: Editor | undefined): void {
    editor.value = made;
    current.value = '';
    list.value = [];
    if (!made) return;
    setSuggesting(made, isOn.value);
    refresh();
  }
  function turn(): void {
    if (isReview) return;
    isOn.value = !isOn.value && suggester() !== undefined && !session.readOnly.value;
    if (editor.value) setSuggesting(editor.value, isOn.value);
  }
  function go(id: string): void {
    const one = list.value.find((found) => found.id === id);
    if (!one || !editor.value) return;
    current.value = id;
    goToSuggestion(editor.value, one);
  }
  function step(by: 1 | -1): void {
    const many = list.value.length;
    if (many === 0) return;
    const at = list.value.findIndex((one) => one.id === current.value);
    const next = at < 0 ? (by > 0 ? 0 : many - 1) : (at + by + many) % many;
    go(list.value[next]?.id ?? '');
  }
  /** Accepts or rejects; the next suggestion is looked at then. */
  function decide(choice: Choice, take: boolean): void {
    if (!editor.value || !mayDecide) return;
    if (isReview) {
      void settle(choice, take);
      return;
    }
    const at = list.value.findIndex((one) => one.id === current.value);
    session.undoManager.stopCapturing();
    settleSuggestions(editor.value, choice, take);
    session.undoManager.stopCapturing();
    refresh();
    const next = list.value[Math.min(Math.max(at, 0), list.value.length - 1)];
    if (next && typeof choice === 'object' && 'id' in choice) go(next.id);
    else showCurrent(editor.value, '');
  }
  const mayDecide = session.review?.settles ?? !session.readOnly.value;
  /** In a review the primary decides; the desk says what becomes of the text here. */
  async function settle(choice: Choice, take: boolean): Promise<void> {
    try {
      await session.flush();
      const { outcome, update } = await call('revision_settle', {
        id: session.id,
        choice: wanted(choice),
        accept: take,
      });
      const act = t(take ? 'ui.revision.accepted' : 'ui.revision.rejected');
      toast(isWaiting(outcome) ? t('drafting.outcome.waiting', { act }) : act, 'plain');
      if (update) session.apply(update, DESK);
      refresh();
    } catch (thrown) {
      showError(thrown);
    }
  }
  function decideCurrent(take: boolean): void {
    if (current.value) decide({ id: current.value }, take);
  }
  /** A text that is not decided is not sent for review: says so, and answers whether it is so. */
  function refusesSubmit(): boolean {
    const count = countOpen(session.doc);
    if (count > 0) toast(t('drafting.suggest.undecided', { count }), 'trouble');
    return count > 0;
  }
  if (!isReview)
    watch(session.readOnly, (readOnly) => {
      if (readOnly && isOn.value) turn();
    });
  const isShown = computed(() => isOn.value || list.value.length > 0);
  return {
    isOn,
    isReview,
    isShown,
    mayDecide,
    list,
    current,
    suggester,
    attach,
    refresh,
    turn,
    go,
    step,
    decide,
    decideCurrent,
    refusesSubmit,
  };
}

export type Suggestions = ReturnType<typeof useSuggestions>;
