// The suggestions of a body in the order of the text: who, when, and what.
import type { Node as ProseNode } from '@tiptap/pm/model';
import { attributeTrace, kindToBe, markTrace, splitOf, type Trace } from './trace';

/** What a suggestion does besides words that come and go. */
export type SuggestedAct =
  | { kind: 'split' | 'line' | 'join' | 'block_inserted' | 'block_deleted'; block: string }
  | { kind: 'becomes'; to: string };

export interface Suggestion extends Trace {
  /** Words that come. */
  inserted: string;
  /** Words that go. */
  deleted: string;
  acts: SuggestedAct[];
  /** Where it begins and ends in the document. */
  from: number;
  to: number;
}

/** No more words of one suggestion are told than these. */
const MOST_WORDS = 120;

class Collection {
  readonly found = new Map<string, Suggestion>();

  /** The suggestion of a trace, with this range in it. */
  at(trace: Trace, from: number, to: number): Suggestion {
    const known = this.found.get(trace.id);
    if (known) {
      known.to = Math.max(known.to, to);
      return known;
    }
    const { id, author, name, at } = trace;
    const made = { id, author, name, at, inserted: '', deleted: '', acts: [], from, to };
    this.found.set(id, made);
    return made;
  }

  act(trace: Trace | undefined, from: number, to: number, act: SuggestedAct): void {
    if (!trace) return;
    const { acts } = this.at(trace, from, to);
    const isKnown = acts.some((one) => JSON.stringify(one) === JSON.stringify(act));
    if (!isKnown) acts.push(act);
  }

  inline(node: ProseNode, pos: number): void {
    const [inserted, deleted] = [markTrace(node, 'inserted'), markTrace(node, 'deleted')];
    const end = pos + node.nodeSize;
    const words = node.isText ? (node.text ?? '') : '\n';
    const split = splitOf(node);
    // What one has written and taken back oneself is nothing to decide.
    if (inserted && deleted && inserted.author === deleted.author) {
      this.at(inserted, pos, end);
      this.at(deleted, pos, end);
      return;
    }
    if (inserted && split === undefined) {
      const one = this.at(inserted, pos, end);
      one.inserted = (one.inserted + words).slice(0, MOST_WORDS);
    } else if (inserted && split !== undefined) {
      this.act(inserted, pos, end, { kind: split === 'line' ? 'line' : 'split', block: 'paragraph' });
    }
    if (deleted) {
      const one = this.at(deleted, pos, end);
      one.deleted = (one.deleted + words).slice(0, MOST_WORDS);
    }
  }

  block(node: ProseNode, pos: number): void {
    const end = pos + node.nodeSize;
    const block = node.isTextblock ? 'paragraph' : node.type.name;
    this.act(attributeTrace(node, 'inserted'), pos, end, { kind: 'block_inserted', block });
    this.act(attributeTrace(node, 'deleted'), pos, end, { kind: 'block_deleted', block });
    this.act(attributeTrace(node, 'joined'), pos, pos + 1, { kind: 'join', block });
    this.act(attributeTrace(node, 'becomes'), pos, end, { kind: 'becomes', to: kindToBe(node) });
  }
}

/** The suggestions of a body, in order. */
export function suggestionsIn(doc: ProseNode): Suggestion[] {
  const collection = new Collection();
  doc.descendants((node, pos) => {
    if (node.isInline) collection.inline(node, pos);
    else collection.block(node, pos);
  });
  return [...collection.found.values()].sort((one, other) => one.from - other.from);
}
