import { defineComponent, h, ref } from 'vue';
import { describe, expect, it, vi } from 'vitest';
import VirtualRows from '@/parts/VirtualRows.vue';
import { expectAccessible } from '@test/axe';
import { byId, press, settle, show } from '@test/mount';

const ROW_PX = 44;

function list(total: number, onOpen: (index: number) => void = () => {}) {
  return defineComponent({
    setup() {
      const selected = ref(0);
      return () =>
        h(
          VirtualRows,
          {
            total,
            label: 'list',
            testid: 'rows',
            selected: selected.value,
            'onUpdate:selected': (index: number) => (selected.value = index),
            onOpen,
          },
          { default: ({ index }: { index: number }) => h('span', { role: 'gridcell' }, `row ${index}`) },
        );
    },
  });
}

const rowsShown = () => [...document.querySelectorAll('[role="row"]')].map((row) => row.textContent);

describe('a long list', () => {
  it('draws a handful of a hundred thousand rows and says how many there are', async () => {
    await show(list(100_000));
    expect(rowsShown().length).toBeLessThan(40);
    expect(byId('rows').getAttribute('aria-rowcount')).toBe('100000');
    await expectAccessible();
  });

  it('shows the rows of the place it is scrolled to, each of them once', async () => {
    await show(list(100_000));
    const box = byId('rows');
    box.scrollTop = 77_777 * ROW_PX;
    box.dispatchEvent(new Event('scroll'));
    await settle();
    const shown = rowsShown();
    expect(shown).toContain('row 77777');
    expect(new Set(shown).size, 'no row is drawn twice').toBe(shown.length);
  });

  it('re-uses its elements while scrolling', async () => {
    await show(list(100_000));
    const before = new Set(document.querySelectorAll('[role="row"]'));
    const box = byId('rows');
    box.scrollTop = 500 * ROW_PX;
    box.dispatchEvent(new Event('scroll'));
    await settle();
    const fresh = [...document.querySelectorAll('[role="row"]')].filter((row) => !before.has(row));
    expect(fresh).toEqual([]);
  });

  it('moves by arrows, pages, Home and End, and opens with Enter', async () => {
    const opened = vi.fn();
    await show(list(1_000, opened));
    byId('rows').focus();
    await press('ArrowDown');
    await press('ArrowDown');
    await press('ArrowUp');
    await press('Enter');
    expect(opened).toHaveBeenLastCalledWith(1);
    await press('End');
    await press('Enter');
    expect(opened).toHaveBeenLastCalledWith(999);
    await press('Home');
    await press('ArrowUp');
    await press('Enter');
    expect(opened, 'nothing lies above the first row').toHaveBeenLastCalledWith(0);
  });

  it('leaves Enter to the input method while it composes', async () => {
    const opened = vi.fn();
    await show(list(10, opened));
    byId('rows').focus();
    await press('Enter', { isComposing: true });
    expect(opened).not.toHaveBeenCalled();
  });
});
