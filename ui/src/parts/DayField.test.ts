import { describe, expect, it } from 'vitest';
import { defineComponent, h, ref } from 'vue';
import DayField from '@/parts/DayField.vue';
import { today } from '@/format/time';
import { expectAccessible } from '@test/axe';
import { useDesk } from '@test/desk';
import { byId, click, press, settle, show, type } from '@test/mount';

async function field(begin: string | null = null) {
  useDesk();
  const day = ref<string | null>(begin);
  const Screen = defineComponent(
    () => () =>
      h(DayField, {
        label: '修改日期起',
        testid: 'day',
        modelValue: day.value,
        'onUpdate:modelValue': (now: string | null) => (day.value = now),
      }),
  );
  await show(Screen);
  const input = byId('day') as HTMLInputElement;
  const write = async (text: string): Promise<void> => {
    input.focus();
    await type('day', text);
    await press('Enter');
  };
  return { day, input, write };
}
const inSheet = (): HTMLElement | null => document.querySelector('.day-sheet');

describe('a field for a day', () => {
  it.each(['2026-3-5', '20260305', '2026年3月5日'])(
    'takes %s on Enter and shows it in full',
    async (typed) => {
      const { day, input, write } = await field();
      await write(typed);
      expect(day.value).toBe('2026-03-05');
      expect(input.value).toBe('2026年3月5日');
    },
  );

  it('takes what was typed when the field is left, and nothing while it is being typed', async () => {
    const { day, input } = await field();
    await type('day', '2026-3-5');
    expect(day.value).toBeNull();
    input.dispatchEvent(new Event('change', { bubbles: true }));
    await settle();
    expect(day.value).toBe('2026-03-05');
  });

  it('says how to write a day and keeps what was typed; the day before does not pass for it', async () => {
    const { day, input, write } = await field('2026-03-05');
    await write('2026-2-30');
    expect(day.value).toBeNull();
    expect(input.value).toBe('2026-2-30');
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(document.querySelector('[role="alert"]')?.textContent).toContain('20260305');
    await expectAccessible();
    await write('');
    expect(day.value, 'an empty field is no day').toBeNull();
    expect(input.hasAttribute('aria-invalid')).toBe(false);
  });

  it('leaves Enter of the input method alone', async () => {
    const { day } = await field();
    byId('day').focus();
    await type('day', '2026-3-5');
    await press('Enter', { isComposing: true });
    expect(day.value).toBeNull();
  });

  it('opens a Chinese calendar by ↓; arrows go by day and month, Enter takes', async () => {
    const { day, input } = await field('2026-03-30');
    input.focus();
    await press('ArrowDown');
    expect(byId('calendar-month').textContent).toBe('2026年3月');
    const heads = [...document.querySelectorAll('.weekday')].map((head) => head.textContent);
    expect(heads).toEqual(['一', '二', '三', '四', '五', '六', '日']);
    await expectAccessible();
    await press('ArrowDown');
    expect(byId('calendar-month').textContent, 'a week on is the next month').toBe('2026年4月');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('2026年4月6日星期一');
    await press('PageUp');
    expect(document.activeElement?.getAttribute('data-value')).toBe('2026-03-06');
    await press('Enter');
    expect(day.value).toBe('2026-03-06');
    await settle();
    expect(inSheet()).toBeNull();
    expect(document.activeElement, 'the hand is back in the field').toBe(input);
  });

  it('offers today and to take the day away', async () => {
    const { day } = await field('2026-03-30');
    await click('day-open');
    await click('calendar-today');
    expect(day.value).toBe(today());
    await click('day-open');
    await click('calendar-none');
    expect(day.value).toBeNull();
  });
});
