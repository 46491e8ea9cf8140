// What the desk writes reads here as it reads there: the same updates through Yjs, in whatever order.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { fromBase64 } from './base64';
import { declareRoots, fragmentOf, titleOf } from './roots';

interface Stream {
  title: string;
  body: string[];
  updates: string[];
}

const stream = JSON.parse(readFileSync('../crates/draft/tests/fixtures/yrs-stream.json', 'utf8')) as Stream;

function read(updates: readonly string[]): Y.Doc {
  const doc = new Y.Doc();
  declareRoots(doc);
  for (const update of updates) Y.applyUpdate(doc, fromBase64(update));
  return doc;
}

function lines(doc: Y.Doc): string[] {
  return fragmentOf(doc, 'body')
    .toArray()
    .map((block) => {
      const children = block instanceof Y.XmlElement ? block.toArray() : [];
      const texts = children.filter((child): child is Y.XmlText => child instanceof Y.XmlText);
      return texts
        .map((text) => (text.toDelta() as { insert: string }[]).map((part) => part.insert).join(''))
        .join('');
    });
}

describe('a text that was written at two desks', () => {
  it('says the same here, forwards and backwards', () => {
    expect(stream.updates.length).toBeGreaterThan(60);
    for (const updates of [stream.updates, [...stream.updates].reverse()]) {
      const doc = read(updates);
      expect(doc.store.pendingStructs).toBeNull();
      expect(titleOf(doc).toString()).toBe(stream.title);
      expect(lines(doc)).toEqual(stream.body);
    }
  });

  it('is the same text however it is put together', () => {
    const one = read(stream.updates);
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.mergeUpdates(stream.updates.map(fromBase64)));
    expect(Y.encodeStateVector(other)).toEqual(Y.encodeStateVector(one));
    expect(lines(other)).toEqual(lines(one));
  });
});
