// Carries local edits to the desk: batched, one at a time, kept and tried again when the desk cannot take them.
import * as Y from 'yjs';
import { inBrowser } from '@/api/transport';

/** Edits of this many milliseconds travel together: to the desk in the same machine, and to a server. */
const BATCH_MS = { desk: 80, server: 600 } as const;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 30_000] as const;

export interface OutboxEvents {
  /** Nothing is under way any more / something is. */
  busy(isBusy: boolean): void;
  /** The desk refused; the edits are kept. */
  failed(error: unknown): void;
}

export interface Outbox {
  push(update: Uint8Array): void;
  /** Sends what waits, and answers when all of it has arrived. Throws what the desk said if it did not. */
  settle(): Promise<void>;
  /** Tries again at once. */
  retry(): void;
  readonly isEmpty: () => boolean;
  stop(): void;
}

/** An outbox that gives updates to `send`, in order, never two at once. */
export function createOutbox(send: (update: Uint8Array) => Promise<void>, events: OutboxEvents): Outbox {
  let waiting: Uint8Array[] = [];
  let underWay: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let stopped = false;

  function schedule(delay: number): void {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      void start().catch(() => undefined);
    }, delay);
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.length === 1 ? (waiting[0] as Uint8Array) : Y.mergeUpdates(waiting);
      waiting = [];
      try {
        await send(batch);
        failures = 0;
      } catch (error) {
        waiting.unshift(batch);
        events.failed(error);
        schedule(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 30_000);
        failures += 1;
        throw error;
      }
    }
    events.busy(false);
  }

  function start(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    underWay ??= run().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  return {
    push(update) {
      waiting.push(update);
      events.busy(true);
      if (timer === undefined && !underWay) schedule(inBrowser() ? BATCH_MS.server : BATCH_MS.desk);
    },
    async settle() {
      while (waiting.length > 0 || underWay) await start();
    },
    retry() {
      if (waiting.length > 0) void start().catch(() => undefined);
    },
    isEmpty: () => waiting.length === 0 && !underWay,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
