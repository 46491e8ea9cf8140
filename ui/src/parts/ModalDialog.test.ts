import { afterEach, describe, expect, it } from 'vitest';
import { defineComponent, h, ref, type VNode } from 'vue';
import ModalDialog from '@/parts/ModalDialog.vue';
import { expectAccessible } from '@test/axe';
import { useDesk } from '@test/desk';
import { byId, press, settle, show } from '@test/mount';

/** The page as the program mounts it: dialogs are drawn beside it. */
function page(): HTMLElement {
  const app = document.createElement('div');
  app.id = 'app';
  app.innerHTML = '<main><button data-testid="behind">后面</button></main>';
  document.body.append(app);
  return app;
}

afterEach(() => document.getElementById('app')?.remove());

async function openWith(body: () => VNode[], actions: () => VNode[]): Promise<void> {
  useDesk();
  await show(
    defineComponent(() => () => h(ModalDialog, { open: true, title: '办理' }, { default: body, actions })),
  );
}
const button = (testid: string, name = 'button') =>
  h('button', { type: 'button', class: name, 'data-testid': testid }, testid);

describe('where the keyboard goes when a dialog opens', () => {
  it('goes to the first field, not to what closes the dialog', async () => {
    await openWith(
      () => [h('a', { href: '#' }, '依据'), h('textarea', { 'data-testid': 'note', 'aria-label': '意见' })],
      () => [button('no'), button('yes', 'button primary')],
    );
    expect(document.activeElement).toBe(byId('note'));
  });

  it('goes to the main button where nothing is to be filled in', async () => {
    await openWith(
      () => [h('p', '办理后不能修改。')],
      () => [button('no'), button('yes', 'button primary')],
    );
    expect(document.activeElement).toBe(byId('yes'));
  });

  it('goes to the way back where the main button destroys something', async () => {
    await openWith(
      () => [h('p', '删除后不能恢复。')],
      () => [button('no'), button('yes', 'button danger')],
    );
    expect(document.activeElement).toBe(byId('no'));
  });

  it('goes to a field that comes later, unless the person has gone on', async () => {
    const there = ref(false);
    const field = () => (there.value ? [h('input', { 'data-testid': 'late', 'aria-label': '打印机' })] : []);
    await openWith(field, () => [button('no'), button('yes', 'button primary')]);
    expect(document.activeElement).toBe(byId('yes'));
    there.value = true;
    await settle();
    expect(document.activeElement).toBe(byId('late'));
    there.value = false;
    await settle();
    byId('no').focus();
    there.value = true;
    await settle();
    expect(document.activeElement).toBe(byId('no'));
  });
});

describe('the page behind a dialog', () => {
  it('is inert as long as it is open, and has the focus back when it is closed', async () => {
    useDesk();
    const app = page();
    const open = ref(false);
    const Screen = defineComponent(
      () => () =>
        h(
          ModalDialog,
          { open: open.value, title: '确认', 'onUpdate:open': (value: boolean) => (open.value = value) },
          () => h('button', { type: 'button' }, '办理'),
        ),
    );
    byId('behind').focus();
    await show(Screen);
    expect(app.inert, 'before it is opened').toBeFalsy();
    open.value = true;
    await settle();
    expect(app.inert, 'while it is open').toBe(true);
    await expectAccessible();
    await press('Escape');
    await settle();
    expect(open.value).toBe(false);
    expect(app.inert, 'after it is closed').toBe(false);
    expect(document.activeElement).toBe(byId('behind'));
  });
});
