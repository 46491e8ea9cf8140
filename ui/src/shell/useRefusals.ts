// What the server refused is said where one is working, not only in the panel.
import { onBeforeUnmount, onMounted } from 'vue';
import { onDeskEvent } from '@/api/transport';
import { toast } from '@/parts/notify';
import { t } from '@/text';

export function useRefusals(): void {
  let stop: (() => void) | undefined;
  onMounted(() => {
    stop = onDeskEvent((event) => {
      if (event.kind !== 'refused') return;
      const act = t(`ui.act.${event.act}`);
      const { title, sentence: reason } = event;
      const said = title
        ? t('ui.sync.refused_about', { title, act, reason })
        : t('ui.sync.refused_now', { act, reason });
      toast(said, 'trouble');
    });
  });
  onBeforeUnmount(() => stop?.());
}
