// Which place of the document is being edited, and requests to go to another.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { ElementModel } from './elements/useElements';
import { placeOf, spotOf, type PlaceLists, type Spot } from './places';
import type { BodyRoot } from './session/roots';

/** A wish to go to a place; each is a new object, so that the same wish twice is two. */
interface PlaceRequest {
  spot: Spot;
  /** Characters of the place's text to select. */
  range: readonly [number, number] | null;
}

export interface PlaceFocus {
  /** The place that is edited now; empty for none. */
  readonly current: Ref<string>;
  /** The body that the editor shows. */
  readonly root: Ref<BodyRoot>;
  readonly request: ShallowRef<PlaceRequest | undefined>;
  lists(): PlaceLists;
  go(place: string, range?: readonly [number, number] | null): void;
  atField(field: string): void;
  atBlock(root: BodyRoot, block: number): void;
}

export function usePlaceFocus(model: ElementModel): PlaceFocus {
  const current = ref('');
  const root = ref<BodyRoot>('body');
  const request = shallowRef<PlaceRequest>();
  const lists = (): PlaceLists => ({
    attachments: model.attachments.value,
    issuedAttachments: model.issuedAttachments.value,
  });
  return {
    current,
    root,
    request,
    lists,
    go(place, range = null) {
      const spot = spotOf(place, lists());
      if (spot.kind === 'block') root.value = spot.root;
      current.value = place;
      request.value = { spot, range };
    },
    atField(field) {
      current.value = field;
    },
    atBlock(of, block) {
      current.value = placeOf(of, block, lists()) ?? '';
    },
  };
}
