// The one way from the page to the desk: through Tauri in the window, over HTTP in a browser.
// It carries calls and events; what is cached and shown is decided elsewhere.
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { IN_BROWSER, STALE, type CommandName, type Commands } from '@/api/generated/commands';
import type { ApiError, DeskEvent, ErrorCode, Tag } from '@/api/generated/types';

/** Carries one call and answers with its JSON, or throws an `ApiError`. */
export type Transport = (name: CommandName, args: unknown) => Promise<unknown>;

/** A refused call. Its sentence is for the person; its code is for the program. */
export class CallError extends Error implements ApiError {
  readonly code: ErrorCode;
  readonly key: string;
  readonly fields: Record<string, string>;
  readonly sentence: string;
  readonly reference: string;

  constructor(error: ApiError) {
    super(error.sentence);
    this.name = 'CallError';
    this.code = error.code;
    this.key = error.key;
    this.fields = error.fields;
    this.sentence = error.sentence;
    this.reference = error.reference;
  }
}

export const inTauri = (): boolean => '__TAURI_INTERNALS__' in window;

function isApiError(value: unknown): value is ApiError {
  return typeof value === 'object' && value !== null && 'code' in value && 'sentence' in value;
}

/** Whatever was thrown, as an error with a sentence. */
export function asCallError(thrown: unknown): CallError {
  if (thrown instanceof CallError) return thrown;
  if (isApiError(thrown)) return new CallError(thrown);
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new CallError({
    code: 'bug',
    key: 'ui.unreachable',
    fields: { detail },
    sentence: '',
    reference: '',
  });
}

async function overTauri(name: CommandName, args: unknown): Promise<unknown> {
  return invoke('call', { name, args });
}

async function overHttp(name: CommandName, args: unknown): Promise<unknown> {
  const response = await fetch(`/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    credentials: 'same-origin',
    body: JSON.stringify(args),
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw body ?? new Error(`HTTP ${response.status}`);
  return body;
}

let transport: Transport | undefined;
let playsBrowser = false;

/** Puts another transport in place, which plays a desk or a server: tests and `dev.html`. */
export function setTransport(other: Transport | undefined, plays: 'desk' | 'server' = 'desk'): void {
  transport = other;
  playsBrowser = plays === 'server';
}

/** Whether the page is in a browser, where a server answers and some things only a desk can do. */
export const inBrowser = (): boolean => (transport ? playsBrowser : !inTauri());

/** Whether the command can be called here at all. */
export const canCall = (name: CommandName): boolean => !inBrowser() || IN_BROWSER.has(name);

const staleListeners = new Set<(tags: readonly string[]) => void>();
const eventListeners = new Set<(event: DeskEvent) => void>();
let listening = false;

/** Calls `listener` with the tags that a call or the desk made stale; answers with the way to stop. */
export function onStale(listener: (tags: readonly string[]) => void): () => void {
  staleListeners.add(listener);
  return () => staleListeners.delete(listener);
}

function makeStale(tags: readonly string[]): void {
  if (tags.length === 0) return;
  for (const listener of staleListeners) listener(tags);
}

/** Calls a command of the table. Throws `CallError`. */
export async function call<N extends CommandName>(
  name: N,
  args: Commands[N]['args'],
): Promise<Commands[N]['answer']> {
  const carry = transport ?? (inTauri() ? overTauri : overHttp);
  try {
    const answer = await carry(name, args);
    makeStale(STALE[name]);
    // The table is generated from the same rows that made this answer.
    return answer as Commands[N]['answer'];
  } catch (thrown) {
    const error = asCallError(thrown);
    const locked: Tag[] = ['session'];
    if (error.code === 'locked' && name !== 'session_status') makeStale(locked);
    throw error;
  }
}

/** Hands an event of the desk to everyone who listens. The Tauri listener and the harness use it. */
export function deliver(event: DeskEvent): void {
  if (event.kind === 'stale') makeStale(event.tags);
  if (event.kind === 'locked') makeStale(['session']);
  for (const listener of eventListeners) listener(event);
}

async function listenToTauri(): Promise<void> {
  if (listening || !inTauri()) return;
  listening = true;
  await listen<DeskEvent>('andu://desk', (message) => deliver(message.payload));
}

/** Calls `handler` with each event of the desk; answers with the way to stop. */
export function onDeskEvent(handler: (event: DeskEvent) => void): () => void {
  eventListeners.add(handler);
  void listenToTauri();
  return () => eventListeners.delete(handler);
}

/** A browser hears no desk: what others change is asked for this often, in milliseconds. */
const ASK_EVERY_MS = 20_000;
/** Nobody is taken to be there who has not moved for so long: asking on would keep the session open for ever. */
const AWAY_MS = 300_000;

function askAgainAndAgain(): void {
  let movedAt = Date.now();
  const moved = (): void => {
    movedAt = Date.now();
  };
  for (const kind of ['keydown', 'pointerdown', 'pointermove', 'wheel'])
    window.addEventListener(kind, moved, { passive: true });
  const ask = (): void => {
    if (document.visibilityState === 'visible' && Date.now() - movedAt < AWAY_MS)
      makeStale(['drafts', 'tasks', 'organisation']);
  };
  document.addEventListener('visibilitychange', ask);
  window.setInterval(ask, ASK_EVERY_MS);
}

/** Begins to listen even if nobody asked for events: stale tags travel the same way. */
export function startListening(): void {
  if (inTauri()) void listenToTauri();
  else askAgainAndAgain();
}
