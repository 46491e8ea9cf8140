// Locks the desk when nobody has touched it for as long as the settings say.
import { onBeforeUnmount, onMounted } from 'vue';
import { useSettings } from '@/session/settings';
import { lock } from '@/session/session';

const LOOK_EVERY_MS = 5_000;
const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;

export function useIdleLock(): void {
  const { settings } = useSettings();
  let touched = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  let locking = false;

  const touch = () => {
    touched = Date.now();
  };

  async function look(): Promise<void> {
    const minutes = settings.value?.lock_after_minutes ?? 0;
    if (minutes <= 0 || locking || Date.now() - touched < minutes * 60_000) return;
    locking = true;
    try {
      await lock();
    } catch {
      // Whatever keeps it open now is asked again at the next look.
    } finally {
      locking = false;
    }
  }

  onMounted(() => {
    for (const sign of SIGNS) window.addEventListener(sign, touch, { passive: true, capture: true });
    timer = setInterval(() => void look(), LOOK_EVERY_MS);
  });
  onBeforeUnmount(() => {
    for (const sign of SIGNS) window.removeEventListener(sign, touch, { capture: true });
    clearInterval(timer);
  });
}
