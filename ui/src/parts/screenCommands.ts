// What the screen that is open adds to the palette (Ctrl+K).
import { onBeforeUnmount, onMounted, shallowReactive } from 'vue';

export interface PaletteCommand {
  id: string;
  label: string;
  /** Words it is found by: pinyin and initials, small letters. */
  words: string;
  act: () => void;
}

const lists = shallowReactive(new Map<symbol, () => readonly PaletteCommand[]>());

/** The commands of every screen that is mounted now. */
export const screenCommands = (): PaletteCommand[] => [...lists.values()].flatMap((list) => list());

/** Offers these commands while the component is mounted. */
export function useScreenCommands(list: () => readonly PaletteCommand[]): void {
  const id = Symbol('screen');
  onMounted(() => lists.set(id, list));
  onBeforeUnmount(() => lists.delete(id));
}
