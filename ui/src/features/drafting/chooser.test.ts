// 新拟文稿 over a desk of samples.
import { VueQueryPlugin } from '@tanstack/vue-query';
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { queryClient } from '@/api/query';
import { i18n } from '@/text';
import { useDesk, type Desk } from '@test/desk';
import { keepDraft, typeChoice } from '@test/draftSample';
import TypeChooser from './TypeChooser.vue';

let desk: Desk;
let screen: VueWrapper;

const find = (selector: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`nothing at ${selector}`);
  return found;
};

beforeEach(() => {
  desk = useDesk();
});
afterEach(async () => {
  screen.unmount();
  await flushPromises();
});

describe('the type chooser', () => {
  async function choose(): Promise<VueWrapper> {
    keepDraft(desk);
    const chooser = mount(TypeChooser, {
      attachTo: document.body,
      props: { open: true },
      global: { plugins: [i18n, [VueQueryPlugin, { queryClient }]] },
    });
    await flushPromises();
    screen = chooser;
    return chooser;
  }
  const click = async (words: string): Promise<void> => {
    [...document.querySelectorAll<HTMLButtonElement>('[role="dialog"] button')]
      .find((one) => one.textContent?.trim() === words)
      ?.click();
    await flushPromises();
  };

  it('asks three questions, cites the article, and explains what this agency may not issue', async () => {
    const chooser = await choose();
    await click('其他机关');
    await click('上级机关');
    expect(desk.argsOf('type_propose')).toContainEqual({ recipient: 'superior', purpose: '' });
    await click('请求指示、批准');
    expect(desk.argsOf('type_propose')).toContainEqual({ recipient: 'superior', purpose: 'ask' });
    expect(document.body.textContent).toContain('条例 第八条（十一）');
    expect(document.body.textContent).toContain(typeChoice.proposals[1]?.why_not);
    expect(document.querySelector('[data-testid="propose-order"]')).toBeNull();
    find('[data-testid="propose-request_for_instructions"]').click();
    await flushPromises();
    expect(desk.argsOf('draft_create')).toEqual([
      {
        document_type: 'request_for_instructions',
        format: 'document',
        direction: 'upward',
        template_id: null,
      },
    ]);
    expect(chooser.emitted('created')).toEqual([['draft-0']]);
  });

  it('has the keyboard at its first answer, and asks on only for what was not answered', async () => {
    desk.answers.type_propose = () => ({ purposes: [], proposals: [] });
    await choose();
    desk.answers.type_propose = () => ({ purposes: [], proposals: [] });
    expect(document.activeElement).toBe(find('[data-testid="audience-agency"]'));
    expect(find('[data-testid="type-asks"]').textContent).toContain('写给谁');
    await click('其他机关');
    expect(find('[data-testid="type-asks"]').textContent).toContain('什么机关');
    await click('本机关内设机构');
    expect(document.querySelector('[data-testid="type-asks"]')).toBeNull();
    expect(document.querySelector('[data-testid="relation-superior"]')).toBeNull();
    expect(desk.argsOf('type_propose')).toContainEqual({ recipient: 'internal', purpose: '' });
  });

  it('shows nothing that was proposed for others while it looks up what fits', async () => {
    await choose();
    let answer = (): void => undefined;
    desk.answers.type_propose = async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      return typeChoice;
    };
    await click('其他机关');
    await click('下级机关');
    expect(document.querySelector('[data-testid^="propose-"]')).toBeNull();
    answer();
    await flushPromises();
    expect(document.querySelector('[data-testid^="propose-"]')).not.toBeNull();
  });

  it('lists all fifteen, and imports a file with a report of what was recognised', async () => {
    const chooser = await choose();
    await click('直接选择');
    expect(document.querySelectorAll('[data-testid^="type-"]')).toHaveLength(15);
    // What this agency may not issue is marked, says why to who comes to it, and drafts nothing.
    const order = find('[data-testid="type-order"]');
    expect(order.textContent).toContain('本机关不能制发');
    expect(order.getAttribute('aria-disabled')).toBe('true');
    order.focus();
    expect(document.activeElement).toBe(order);
    const why = document.getElementById(order.getAttribute('aria-describedby') ?? '');
    expect(why?.textContent).toBe(typeChoice.proposals[1]?.why_not);
    order.click();
    await flushPromises();
    expect(desk.argsOf('draft_create')).toEqual([]);
    expect(find('[data-testid="type-notice"]').textContent).not.toContain('不能制发');
    find('[data-testid="way-import"]').click();
    await flushPromises();
    expect(desk.argsOf('draft_import')).toEqual([{ token: 'token-1' }]);
    expect(find('[data-testid="import-report"]').textContent).toContain('是标题吗');
    find('[data-testid="import-open"]').click();
    expect(chooser.emitted('created')).toHaveLength(1);
  });
});
