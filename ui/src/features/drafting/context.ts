// What all parts of the drafting screen share: one opened draft and what is known of it.
import { inject, provide, type InjectionKey } from 'vue';
import { useElements, type ElementModel } from './elements/useElements';
import { useFindings, type FindingsState } from './findings/useFindings';
import { usePreview, type PreviewState } from './page/usePreview';
import type { DraftSession } from './session/draftSession';
import { useSuggestions, type Suggestions } from './suggest/useSuggestions';
import { useTogether, type Together } from './together/useTogether';
import { usePlaceFocus, type PlaceFocus } from './usePlaceFocus';

export interface Drafting {
  readonly session: DraftSession;
  readonly model: ElementModel;
  readonly preview: PreviewState;
  readonly findings: FindingsState;
  readonly place: PlaceFocus;
  readonly together: Together;
  readonly suggest: Suggestions;
  /** Asks for 送审: the editor keeps Ctrl+Enter to itself and hands it on. */
  askSubmit(): void;
}

const KEY: InjectionKey<Drafting> = Symbol('drafting');

/** Gathers the parts around an opened draft and offers them to the components below. */
export function provideDrafting(session: DraftSession, askSubmit: () => void): Drafting {
  const model = useElements(session.doc);
  const preview = usePreview(session.id);
  const drafting: Drafting = {
    session,
    model,
    preview,
    findings: useFindings(session, preview),
    place: usePlaceFocus(model),
    together: useTogether(session),
    suggest: useSuggestions(session),
    askSubmit,
  };
  provide(KEY, drafting);
  return drafting;
}

export function useDrafting(): Drafting {
  const drafting = inject(KEY);
  if (!drafting) throw new Error('no drafting screen around this component');
  return drafting;
}
