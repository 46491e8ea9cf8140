import { describe, expect, it, vi } from 'vitest';
import ProcessesScreen from '@/features/processes/ProcessesScreen.vue';
import { expectAccessible } from '@test/axe';
import { useDesk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show } from '@test/mount';
import * as samples from '@test/samples';
import * as studio from '@test/studio';
import { takeBeginning } from './held';

const remark = { how: 'kept', sentence: '原样保留：文件 的 signavio:label', times: 2 };
const file = (definitions: string[]) => ({
  file_choose: () => ({ token: 'f1', name: '流程.bpmn' }),
  process_file_read: () => ({ name: '流程.bpmn', definitions, remarks: [remark] }),
});

describe('a file of processes', () => {
  it('is opened by a key, checked, and says what became of what is not ours', async () => {
    useDesk(file([studio.shipped.outgoing]));
    await show(ProcessesScreen, { at: '/processes' });
    await press('o');
    await vi.waitFor(() => expect(isShown('process-held')).toBe(true));
    await settle();
    expect(screenText()).toContain('发文办理');
    expect(screenText()).toContain('signavio:label');
    expect(isShown('finding-list')).toBe(true);
    await expectAccessible();
    await click('process-held-close');
    expect(isShown('process-list')).toBe(true);
  });

  it('of a process that the agency goes by is taken into the designer as a change', async () => {
    const changed = studio.shipped.outgoing.replace('处室核稿', '处室核稿（改）');
    useDesk({ ...file([changed]), session_me: () => ({ ...samples.me, home: 'replica' as const }) });
    const { router } = await show(ProcessesScreen, { at: '/processes' });
    await press('o');
    await vi.waitFor(() => expect(isShown('process-held-change')).toBe(true));
    await click('process-held-change');
    await vi.waitFor(() => expect(router.currentRoute.value.params.part).toBe('design'));
    await vi.waitFor(() => expect(byId('design-steps').textContent).toContain('处室核稿（改）'));
    expect(takeBeginning('outgoing')).toBeNull();
  });

  it('is written as BPMN under the title of the process', async () => {
    const asked: unknown[] = [];
    useDesk({
      file_choose: (args: unknown) => {
        asked.push(args);
        return { token: 'w1', name: '发文办理.bpmn' };
      },
      process_file_write: (args: unknown) => {
        asked.push(args);
        return { name: '发文办理.bpmn', bytes: 8_412 };
      },
    });
    await show(ProcessesScreen, { at: '/processes/outgoing/flow' });
    await click('process-file-bpmn');
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(asked[0]).toEqual({ purpose: 'write_process', suggested_name: '发文办理.bpmn' });
    expect(asked[1]).toMatchObject({ kind: 'bpmn', token: 'w1' });
  });
});
