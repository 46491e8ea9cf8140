// 页面批注: what others wrote on the pages of a document, as far as it stands; and what the one who decides writes there.
import { computed, inject, provide, type ComputedRef, type InjectionKey, type Ref } from 'vue';
import type { HandSheet, ProcessTrace, WrittenHand } from '@/api/generated/types';
import { useCall } from '@/api/query';
import type { Box, InkStroke } from '@/parts/ink';

/** What one writes on a page oneself, before it is handed over. */
interface OwnNote extends Box {
  /** The file, where the document came as files; empty: the document itself. */
  file: string;
  /** From 1. */
  page: number;
  /** Hash of the page that was written on; empty for a page of a file, which is bound when it is registered. */
  hash: string;
  strokes: InkStroke[];
}
/** By place. */
export type OwnNotes = Map<string, OwnNote>;
export const placeOf = (file: string, page: number): string => `${file}/${page}`;

export interface NoteDesk {
  /** Whether the pages are written on now. */
  writing: Readonly<Ref<boolean>>;
  notes: Readonly<Ref<OwnNotes>>;
}
const KEY: InjectionKey<NoteDesk> = Symbol('page notes');
/** The pages beneath may be written on. */
export const provideNotes = (desk: NoteDesk): void => provide(KEY, desk);
export const useNoteDesk = (): NoteDesk | undefined => inject(KEY, undefined);

/** Takes out what was written on pages that say something else by now; answers with those pages. */
export function takeOutStale(notes: OwnNotes, pages: readonly { hash: string }[]): number[] {
  const stale = [...notes].filter(([, note]) => note.hash !== '' && pages[note.page - 1]?.hash !== note.hash);
  for (const [place] of stale) notes.delete(place);
  return stale.map(([, note]) => note.page);
}

/** What was written by hand on the way of a document. */
export function useWritten(trace: () => ProcessTrace | null | undefined): ComputedRef<WrittenHand[]> {
  const hasAny = computed(
    () => trace()?.visits.some((visit) => visit.people.some((person) => person.handwriting)) ?? false,
  );
  const { data } = useCall('process_handwriting', () => ({ instance_id: trace()?.instance_id ?? '' }), {
    enabled: hasAny,
  });
  return computed(() => (hasAny.value ? (data.value ?? []) : []));
}

export interface PageMark {
  hash: string;
  person: string;
  step: string;
  sheet: HandSheet;
}
/** What stands on a page. */
export const marksOn = (written: readonly WrittenHand[], file: string, page: number): PageMark[] =>
  written
    .filter((one) => one.stands)
    .flatMap(({ hash, person, step, notes }) =>
      notes
        .filter((note) => note.file === file && note.page === page)
        .map(({ sheet }) => ({ hash, person, step, sheet })),
    );
