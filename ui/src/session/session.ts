// The session as the page sees it: whether the store is open, who sits here, and the recovery code that is to be shown once.
import { computed, ref, watch } from 'vue';
import { queryClient, useCall } from '@/api/query';
import type { CommandName } from '@/api/generated/commands';
import { call } from '@/api/transport';

/** The code on the screen; the desk stays behind it until the person confirms. */
export const recoveryCode = ref('');
/** True while a code is being made: the desk may be open already, but the code comes first. */
const expectingCode = ref(false);

let begin: () => void;
/** Fulfilled when somebody begins to open the desk: what it consists of may be loaded. */
export const opening = new Promise<void>((resolve) => {
  begin = resolve;
});

/** The first key of a password was pressed, or the desk is open. */
export function beginOpening(): void {
  begin();
}

export function useSessionStatus() {
  return useCall('session_status', {});
}

/** The person at the desk; asked for only while the desk is open. */
export function useMe() {
  return useCall('session_me', {});
}

/** Runs a command that answers with a recovery code, and shows the code before anything else. */
export async function showingCode(command: () => Promise<{ code: string }>): Promise<void> {
  expectingCode.value = true;
  try {
    recoveryCode.value = (await command()).code;
  } finally {
    expectingCode.value = false;
  }
}

/** Locks the desk. What was fetched is forgotten with it. */
export async function lock(): Promise<void> {
  await call('session_lock', {});
}

const KEPT: CommandName = 'session_status';
const forgetful = new Set<() => void>();

/** What is kept beside the answers, such as what was typed, is forgotten when the desk is locked: not before, whatever arrives. */
export function onLocked(forget: () => void): void {
  forgetful.add(forget);
}

/** The desk is locked: nothing of it is kept. */
export function forgetAll(): void {
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== KEPT });
  for (const forget of forgetful) forget();
}

/** Which screen stands before everything. Forgets answers when the desk is locked. */
export function useGate() {
  const status = useSessionStatus();
  const gate = computed(() => {
    if (recoveryCode.value) return 'code';
    const now = status.data.value;
    if (status.error.value && !now) return 'unreachable';
    if (!now) return 'waiting';
    if (now.trouble) return 'trouble';
    if (expectingCode.value && now.state === 'open') return 'waiting';
    return now.state;
  });
  watch(gate, (now, before) => {
    if (now === 'open') beginOpening();
    if (before === 'open' && now !== 'open') forgetAll();
  });
  if (gate.value === 'open') beginOpening();
  return { status, gate };
}
