// What is done with a form: another template is looked at and put, the shipped one restored, templates written.
import { ref } from 'vue';
import type { FormDone, FormRow } from '@/api/generated/types';
import { call } from '@/api/transport';
import { ask } from '@/parts/ask';
import { showError, toast } from '@/parts/notify';
import { useDoing } from '@/parts/useDoing';
import { useWriting } from '@/parts/useWriting';
import { t } from '@/text';

export function useFormActs() {
  /** The template that is looked at; empty: none. */
  const template = ref('');
  const { busy, failed, attempt } = useDoing();
  const { busy: writingText, write: intoText } = useWriting('write_form');
  const { busy: writingPage, write: intoPage } = useWriting();

  const tell = (row: FormRow, done: FormDone, key: string) =>
    toast(t(done.waiting ? 'ui.forms.waits' : key, { form: row.label }), done.waiting ? 'plain' : 'done');
  async function shown(work: () => Promise<void>): Promise<void> {
    if (!(await attempt(work)) && failed.value) showError(failed.value);
  }
  function giveUp(): void {
    template.value = '';
    failed.value = undefined;
  }

  const choose = (row: FormRow) =>
    shown(async () => {
      const file = await call('file_choose', { purpose: 'read_form', suggested_name: '' });
      if (!file) return;
      template.value = (await call('form_read', { form: row.form, token: file.token })).template;
    });
  const again = (row: FormRow, version: number) =>
    shown(async () => {
      template.value = (await call('form_text', { form: row.form, version })).template;
    });
  const put = (row: FormRow, note: string) =>
    attempt(async () => {
      const done = await call('form_put', { form: row.form, template: template.value, note });
      tell(row, done, 'ui.forms.done');
      giveUp();
    });
  const back = async (row: FormRow) => {
    const consequence = t('ui.forms.back_asks', { form: row.label });
    const act = t('ui.forms.back');
    if (!(await ask({ title: row.label, consequence, act }))) return;
    await shown(async () => {
      tell(row, await call('form_restore', { form: row.form, note: '' }), 'ui.forms.back_done');
    });
  };
  const write = (row: FormRow) =>
    intoPage(`${row.label}.pdf`, (token) => call('form_write', { draft_id: '', form: row.form, token }));
  const writeText = (row: FormRow, version: number | null) =>
    intoText(`${t('ui.forms.text_name', { form: row.label })}.json`, (token) =>
      call('form_text_write', { form: row.form, version, token }),
    );

  return {
    template,
    busy,
    failed,
    writingText,
    writingPage,
    choose,
    again,
    put,
    back,
    write,
    writeText,
    giveUp,
  };
}
