// A file of processes that was opened to be looked at, and a definition of it that is taken into the designer.
import { shallowRef } from 'vue';
import type { ProcessFileHeld } from '@/api/generated/types';
import type { Definition } from '@/parts/processDefinition';

/** The file that is looked at. */
export const held = shallowRef<ProcessFileHeld | null>(null);

let beginning: Definition | null = null;

/** The designer of the process begins with this. */
export function beginWith(definition: Definition): void {
  beginning = definition;
}

/** What the designer of a process begins with, once; `null`: with what there is. */
export function takeBeginning(process: string): Definition | null {
  const taken = beginning?.id === process ? beginning : null;
  beginning = null;
  return taken;
}
