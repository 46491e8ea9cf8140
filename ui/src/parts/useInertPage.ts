// The page behind a dialog can neither be reached nor read: it is inert while a dialog is open. (Hiding it
// from readers alone leaves its buttons in the order of the Tab key.)
import { onBeforeUnmount } from 'vue';

const open = new Set<symbol>();

function settle(): void {
  const page = document.getElementById('app');
  if (page) page.inert = open.size > 0;
}

export interface InertPage {
  /** Once the dialog knows where the focus was. */
  begin(): void;
  /** Before the focus is given back. */
  end(): void;
}

export function useInertPage(): InertPage {
  const own = Symbol('dialog');
  let gone = false;
  const end = () => {
    open.delete(own);
    settle();
  };
  onBeforeUnmount(() => {
    gone = true;
    end();
  });
  return {
    begin: () => {
      if (gone) return;
      open.add(own);
      settle();
    },
    end,
  };
}
