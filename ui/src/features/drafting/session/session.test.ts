// Edits on their way to the desk: batched, in order, never lost.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { writeTitle, readTitle } from '@/features/drafting/elements/bodies';
import { deliver } from '@/api/transport';
import { useDesk, refusal, type Desk } from '@test/desk';
import { draftDoc, keepDraft } from '@test/draftSample';
import { fromBase64, toBase64 } from './base64';
import { openDraftSession } from './draftSession';
import { createOutbox } from './outbox';
import { DESK, FIX } from './roots';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('the outbox', () => {
  it('sends what came together as one, and the next only when the first has arrived', async () => {
    const doc = new Y.Doc();
    const sent: Uint8Array[] = [];
    const outbox = createOutbox(
      async (update) => {
        sent.push(update);
        await wait(5);
      },
      { busy: () => undefined, failed: () => undefined },
    );
    doc.on('update', (update: Uint8Array) => outbox.push(update));
    writeTitle(doc, '关于');
    writeTitle(doc, '关于防汛');
    await outbox.settle();
    writeTitle(doc, '关于防汛的通知');
    await outbox.settle();
    expect(sent).toHaveLength(2);
    const copy = new Y.Doc();
    sent.forEach((update) => Y.applyUpdate(copy, update));
    expect(readTitle(copy)).toBe('关于防汛的通知');
  });

  it('keeps what the desk refused and sends it again in order', async () => {
    vi.useFakeTimers();
    const doc = new Y.Doc();
    const copy = new Y.Doc();
    let refusals = 2;
    const failed = vi.fn();
    const outbox = createOutbox(
      async (update) => {
        if (refusals-- > 0) throw new Error('disk full');
        Y.applyUpdate(copy, update);
      },
      { busy: () => undefined, failed },
    );
    doc.on('update', (update: Uint8Array) => outbox.push(update));
    writeTitle(doc, '一稿');
    await vi.advanceTimersByTimeAsync(100);
    writeTitle(doc, '二稿');
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    expect(failed).toHaveBeenCalledTimes(2);
    expect(readTitle(copy)).toBe('二稿');
    expect(outbox.isEmpty()).toBe(true);
  });
});

describe('a session', () => {
  let desk: Desk;
  beforeEach(() => {
    desk = useDesk();
  });

  it('writes under the client id it was given and never sends back what the desk made', async () => {
    const kept = keepDraft(desk, draftDoc());
    const session = await openDraftSession('draft-0');
    expect(session.doc.clientID).toBe(4_211);
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(kept.doc));
    writeTitle(other, '恢复的标题');
    session.apply({ update: toBase64(Y.encodeStateAsUpdate(other)) }, DESK);
    await session.settle();
    expect(readTitle(session.doc)).toBe('恢复的标题');
    expect(desk.argsOf('draft_update')).toEqual([]);
    writeTitle(session.doc, '自己的标题');
    await session.settle();
    expect(desk.argsOf('draft_update')).toHaveLength(1);
    expect(desk.argsOf('draft_update')[0]).toMatchObject({ id: 'draft-0', lineage: 'lineage-1' });
    await session.close();
    expect(desk.argsOf('draft_close')).toHaveLength(1);
  });

  it('undoes edits of the form and fixes of the desk, each as a step', async () => {
    const kept = keepDraft(desk, draftDoc());
    const session = await openDraftSession('draft-0');
    const title = readTitle(session.doc);
    writeTitle(session.doc, '新标题');
    await session.settle();
    session.undoManager.stopCapturing();
    const before = Y.encodeStateVector(kept.doc);
    writeTitle(kept.doc, '改好的标题');
    session.apply({ update: toBase64(Y.encodeStateAsUpdate(kept.doc, before)) }, FIX);
    expect(readTitle(session.doc)).toBe('改好的标题');
    session.undo();
    expect(readTitle(session.doc)).toBe('新标题');
    session.undo();
    expect(readTitle(session.doc)).toBe(title);
    await session.close();
  });

  it('says 正在保存, 已保存, and what is wrong, and tries again', async () => {
    keepDraft(desk, draftDoc());
    const session = await openDraftSession('draft-0');
    writeTitle(session.doc, '标题');
    expect(session.save.value.kind).toBe('saving');
    await session.settle();
    await wait(20);
    expect(session.save.value.kind).toBe('saved');
    deliver({ kind: 'not_saved', draft_id: 'other', sentence: '别的文稿' });
    expect(session.save.value.kind).toBe('saved');
    deliver({ kind: 'not_saved', draft_id: 'draft-0', sentence: '磁盘已满，请腾出空间。' });
    expect(session.save.value).toEqual({ kind: 'not_saved', sentence: '磁盘已满，请腾出空间。' });
    session.retry();
    await wait(20);
    expect(session.save.value.kind).toBe('saved');
    await session.close();
  });

  it('says 已保存 when the desk saved before its answer to the last edit arrived', async () => {
    keepDraft(desk, draftDoc());
    desk.answers.draft_update = () => null;
    const session = await openDraftSession('draft-0');
    writeTitle(session.doc, '标题');
    deliver({ kind: 'saved', draft_id: 'draft-0', at: '2026-11-21T01:02:03Z' });
    expect(session.save.value.kind).toBe('saving');
    await session.settle();
    await wait(20);
    expect(session.save.value.kind).toBe('saved');
    await session.close();
  });

  it('says 已保存 when the next edit was under way while the desk wrote and said so', async () => {
    keepDraft(desk, draftDoc());
    desk.answers.draft_update = () => wait(40).then(() => null);
    let flushes = 0;
    const session = await openDraftSession('draft-0');
    desk.answers.draft_flush = () => {
      flushes += 1;
      if (flushes === 1) writeTitle(session.doc, '标题二');
      return { at: '2026-11-21T01:02:04Z' };
    };
    writeTitle(session.doc, '标题');
    deliver({ kind: 'saved', draft_id: 'draft-0', at: '2026-11-21T01:02:03Z' });
    await session.settle();
    await wait(250);
    expect(session.save.value).toEqual({ kind: 'saved', at: '2026-11-21T01:02:04Z' });
    expect(flushes).toBe(2);
    await session.close();
  });

  it('of a submitted draft sends nothing', async () => {
    keepDraft(desk, draftDoc(), { read_only: true });
    const session = await openDraftSession('draft-0');
    writeTitle(session.doc, '改不了');
    await session.flush();
    expect(session.undo()).toBe(false);
    expect(desk.argsOf('draft_update')).toEqual([]);
    await session.close();
  });

  it('that cannot be opened says why', async () => {
    desk.answers.draft_open = () => {
      throw refusal({ sentence: '没有这份文稿。' });
    };
    await expect(openDraftSession('nothing')).rejects.toMatchObject({ sentence: '没有这份文稿。' });
  });
});

it('Base64 survives any bytes', () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
});
