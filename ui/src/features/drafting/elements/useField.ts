// One element as a value to read and to write.
import { computed, type WritableComputedRef } from 'vue';
import { useDrafting } from '@/features/drafting/context';
import type { ElementName, Elements } from './fields';

/** The element `name`; writing the default leaves it out of the draft. */
export function useField<N extends ElementName>(name: N): WritableComputedRef<Elements[N]> {
  const { model } = useDrafting();
  return computed({
    get: () => model.values.value[name],
    set: (value) => model.set(name, value),
  });
}

export const useReadOnly = () => useDrafting().session.locked;
