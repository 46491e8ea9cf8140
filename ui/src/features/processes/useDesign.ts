// A definition that is being changed: what it is now, what it was, and what the checks say of it.
import {
  computed,
  inject,
  provide,
  ref,
  shallowRef,
  watch,
  type ComputedRef,
  type InjectionKey,
  type Ref,
} from 'vue';
import type { ProcessView } from '@/api/generated/types';
import { useCall } from '@/api/query';
import { readDefinition, type Definition } from '@/parts/processDefinition';
import { writeDefinition } from './edit';
import { takeBeginning } from './held';

/** After the last change the checks wait so long, in milliseconds. */
const PAUSE_MS = 400;

export interface Design {
  definition: ComputedRef<Definition>;
  /** Nodes that the law demands, with the clause. */
  locked: ComputedRef<ReadonlyMap<string, string>>;
  lockedIds: ComputedRef<ReadonlySet<string>>;
  /** The node that is looked at; empty: none. */
  chosen: Ref<string>;
  /** Takes a change. Changes of one kind in a row, such as letters of a title, are undone together. */
  take: (next: Definition, kind?: string) => void;
}
const DESIGN: InjectionKey<Design> = Symbol('design');

export function useDesign(): Design {
  const design = inject(DESIGN);
  if (!design) throw new Error('no definition is being changed here');
  return design;
}

export function provideDesign(shown: ProcessView) {
  const base = readDefinition(shown.definition);
  const brought = takeBeginning(base.id);
  const past = shallowRef<readonly Definition[]>(brought ? [base] : []);
  const present = shallowRef(brought ?? base);
  const future = shallowRef<readonly Definition[]>([]);
  const chosen = ref('');
  let last = '';

  function take(next: Definition, kind = ''): void {
    if (next === present.value) return;
    if (!kind || kind !== last) past.value = [...past.value, present.value];
    last = kind;
    future.value = [];
    present.value = next;
  }
  function undo(): void {
    const was = past.value.at(-1);
    if (!was) return;
    future.value = [present.value, ...future.value];
    past.value = past.value.slice(0, -1);
    present.value = was;
    last = '';
  }
  function redo(): void {
    const [next, ...rest] = future.value;
    if (!next) return;
    past.value = [...past.value, present.value];
    future.value = rest;
    present.value = next;
    last = '';
  }

  const json = computed(() => writeDefinition(present.value));
  const asked = ref(json.value);
  watch(json, (now, _, onCleanup) => {
    const timer = setTimeout(() => (asked.value = now), PAUSE_MS);
    onCleanup(() => clearTimeout(timer));
  });
  const { data: view, error } = useCall(
    'process_view',
    computed(() => ({ process: '', version: 0, definition: asked.value })),
    { keepPrevious: true },
  );

  const locked = computed(() => new Map(shown.locked.map((one) => [one.node, one.law])));
  const design: Design = {
    definition: computed(() => present.value),
    locked,
    lockedIds: computed(() => new Set(locked.value.keys())),
    chosen,
    take,
  };
  provide(DESIGN, design);
  return {
    ...design,
    json,
    view,
    error,
    undo,
    redo,
    canUndo: computed(() => past.value.length > 0),
    canRedo: computed(() => future.value.length > 0),
    isChanged: computed(() => json.value !== writeDefinition(base)),
    /** What the checks say is about what stands there now. */
    isChecked: computed(() => asked.value === json.value && view.value?.definition !== undefined),
  };
}
