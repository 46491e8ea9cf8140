import { defineComponent, h } from 'vue';
import { describe, expect, it, vi } from 'vitest';
import { activeGroups, useShortcuts } from '@/keys';
import { press, show } from '@test/mount';

const screen = (act: () => void) =>
  defineComponent({
    setup() {
      useShortcuts('ui.keys.list', [
        { keys: 'j', label: 'ui.keys.next', act },
        { keys: '$mod+k', label: 'ui.keys.palette', whileTyping: true, act },
      ]);
      return () => h('input', { 'aria-label': 'field' });
    },
  });

describe('shortcuts', () => {
  it('act outside fields, and with Ctrl inside them too', async () => {
    const act = vi.fn();
    await show(screen(act));
    await press('j');
    expect(act, 'j on the screen').toHaveBeenCalledTimes(1);
    document.querySelector('input')?.focus();
    await press('j');
    expect(act, 'j in a field is a letter').toHaveBeenCalledTimes(1);
    await press('k', { ctrlKey: true });
    expect(act, 'Ctrl+K in a field').toHaveBeenCalledTimes(2);
  });

  it('leave every key to an input method that is composing', async () => {
    const act = vi.fn();
    await show(screen(act));
    await press('j', { isComposing: true });
    await press('j', { keyCode: 229 });
    expect(act).not.toHaveBeenCalled();
  });

  it('are listed while their screen is there and no longer', async () => {
    const { wrapper } = await show(screen(() => {}));
    expect([...activeGroups.values()].some((group) => group.title === 'ui.keys.list')).toBe(true);
    wrapper.unmount();
    expect(activeGroups.size).toBe(0);
  });
});
