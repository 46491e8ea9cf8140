// The binding formats every word of a changed line anew, also where nothing of its looks changes. In a Yjs text that
// moves the ends of looks, and whoever writes there at the same moment loses his, or gives it to others' words. Here only
// what really changes is formatted.
import * as Y from 'yjs';

type Looks = Record<string, unknown>;
interface Stretch {
  retain?: number;
  insert?: unknown;
  delete?: number;
  attributes?: Looks;
}

const isSame = (one: unknown, other: unknown): boolean =>
  one === other || JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** The looks of a text, one entry for each stretch of the same. */
const looksOf = (text: Y.XmlText): { length: number; looks: Looks }[] =>
  (text.toDelta() as { insert: unknown; attributes?: Looks }[]).map(({ insert, attributes }) => ({
    length: typeof insert === 'string' ? insert.length : 1,
    looks: attributes ?? {},
  }));

/** A delta that only formats, cut to where it changes something. */
function sparing(text: Y.XmlText, delta: readonly Stretch[]): Stretch[] {
  const present = looksOf(text);
  const made: Stretch[] = [];
  let index = 0;
  let used = 0;
  for (const { retain = 0, attributes = {} } of delta) {
    let left = retain;
    while (left > 0) {
      const now = present[index];
      if (!now) return made;
      const length = Math.min(left, now.length - used);
      const changed = Object.entries(attributes).filter(([name, value]) => !isSame(now.looks[name], value));
      made.push(
        changed.length > 0 ? { retain: length, attributes: Object.fromEntries(changed) } : { retain: length },
      );
      left -= length;
      used += length;
      if (used === now.length) {
        index += 1;
        used = 0;
      }
    }
  }
  return made;
}

let isSet = false;

/** Makes every text format sparingly. */
export function formatSparingly(): void {
  if (isSet) return;
  isSet = true;
  const apply = Y.XmlText.prototype.applyDelta;
  Y.XmlText.prototype.applyDelta = function applyDelta(this: Y.XmlText, delta: Stretch[], ...rest): void {
    const onlyFormats = this.doc !== null && delta.every((stretch) => typeof stretch.retain === 'number');
    apply.call(this, onlyFormats ? sparing(this, delta) : delta, ...rest);
  };
}
