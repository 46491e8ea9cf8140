import { afterEach, describe, expect, it } from 'vitest';
import { defineComponent, h, ref } from 'vue';
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
