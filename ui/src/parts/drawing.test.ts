// A drawing of a process: its lines, the way about in it, and a document's place on it.
import { describe, expect, it } from 'vitest';
import type { DrawingView } from '@/api/generated/types';
import { arrowOf, endsOf, middleOf, neighbourOf } from '@/parts/drawingGeometry';
import DraftTrace from '@/parts/DraftTrace.vue';
import { marksOf, takenOf } from '@/parts/instanceMarks';
import ProcessDrawing from '@/parts/ProcessDrawing.vue';
import { readDefinition } from '@/parts/processDefinition';
import { expectAccessible } from '@test/axe';
import { useDesk } from '@test/desk';
import { byId, click, isShown, press, settle, show } from '@test/mount';
import * as studio from '@test/studio';
import * as tasks from '@test/tasks';

const definition = readDefinition(studio.shipped.outgoing);
const link = (points: number[], arrow = true) => ({
  id: points.join(),
  role: 'flow',
  points,
  label: [],
  label_at: [],
  dashed: false,
  arrow,
});
const shape = (id: string, x: number, y: number, kind = 'step') => ({
  id,
  kind,
  x,
  y,
  w: 1000,
  h: 1000,
  head: 0,
  lines: [id],
  under: [],
  many: false,
});
const small: DrawingView = {
  width: 6000,
  height: 6000,
  head: 0,
  shapes: [shape('a', 0, 0), shape('b', 0, 2000), shape('c', 3000, 2000), shape('d', 0, 5000)],
  links: [
    link([500, 1000, 500, 2000]),
    link([1000, 500, 3500, 500, 3500, 2000]),
    link([3000, 2500, 2000, 2500, 2000, 500], false),
  ],
};

describe('the lines of a drawing', () => {
  it('are found to join what the flows of the process join', () => {
    const ends = endsOf(studio.flow);
    const found = studio.flow.links.flatMap((one, at) =>
      one.role === 'flow' ? [{ id: one.id, ...ends[at] }] : [],
    );
    const wanted = definition.flows.map(({ id, from, to }) => ({ id, from, to }));
    const byName = (one: { id: string }, two: { id: string }) => one.id.localeCompare(two.id);
    expect(found.sort(byName)).toEqual(wanted.sort(byName));
  });

  it('end where the longer line ends along which they run on', () => {
    expect(endsOf(small)[2]).toEqual({ from: 'c', to: 'c' });
  });

  it('have their head at their end and their middle half-way', () => {
    expect(arrowOf(link([0, 0, 0, 1000]))).toBe('M0 1000L-95 770L95 770z');
    expect(middleOf(link([0, 0, 1000, 0, 1000, 3000]))).toEqual({ x: 1000, y: 1000 });
  });
});

describe('the arrows', () => {
  it('go along lines, and else to what lies nearest', () => {
    const ends = endsOf(small);
    expect(neighbourOf(small, ends, 'a', 'down')).toBe('b');
    expect(neighbourOf(small, ends, 'a', 'right')).toBe('c');
    expect(neighbourOf(small, ends, 'b', 'down'), 'no line leads there').toBe('d');
    expect(neighbourOf(small, ends, 'd', 'down')).toBeUndefined();
  });

  it('come into a group and out of it again', () => {
    const ends = endsOf(studio.flow);
    expect(neighbourOf(studio.flow, ends, 'whether_countersign', 'down')).toBe('countersign_group');
    expect(neighbourOf(studio.flow, ends, 'countersign_group', 'down')).toBe('countersign_start');
    expect(neighbourOf(studio.flow, ends, 'countersign_end', 'down')).toBe('whether_normative');
  });

  it('move the focus, Enter chooses, and the signs for size are obeyed', async () => {
    await show(ProcessDrawing, { props: { drawing: studio.flow, label: '发文办理流程图' } });
    const first = document.querySelector<SVGElement>('[data-box="start"]');
    expect(first?.getAttribute('tabindex'), 'Tab comes to one box').toBe('0');
    expect(document.querySelectorAll('[data-box][tabindex="0"]')).toHaveLength(1);
    first?.focus();
    await press('ArrowDown');
    expect(document.activeElement?.getAttribute('data-box')).toBe('draft');
    await press('Enter');
    expect(document.activeElement?.getAttribute('aria-pressed')).toBe('true');
    await press('+');
    expect(byId('drawing-fit').textContent).toContain('120%');
    await press('0');
    expect(byId('drawing-fit').textContent).toContain('100%');
    await expectAccessible();
  });
});

describe('where a document is', () => {
  it('is told by the last visit of each step, an open one first', () => {
    expect(marksOf(tasks.trace)).toEqual({
      draft: 'passed',
      head_review: 'passed',
      office_review: 'passed',
      sign: 'open',
    });
  });

  it('shows the way that was gone: past the steps that were left out, not beyond where it is', () => {
    const [first, ...more] = tasks.trace.visits;
    if (!first) throw new Error('the sample has visits');
    const skipped = { ...first, visit: '1/leader_review', node: 'leader_review', state: 'skipped' };
    const taken = takenOf(definition, { ...tasks.trace, visits: [first, skipped, ...more] });
    for (const gone of [
      'start-draft',
      'whether_countersign-whether_normative',
      'whether_normative-office_review',
      'who_signs-sign',
    ])
      expect(taken, gone).toContain(gone);
    for (const not of ['whether_countersign-countersign_group', 'who_signs-sign_principal', 'sign-signed'])
      expect(taken, not).not.toContain(not);
  });

  it('goes through a group that was come to', () => {
    const visit = tasks.trace.visits[0];
    if (!visit) throw new Error('the sample has a visit');
    const inGroup = {
      ...tasks.trace,
      visits: [
        ...tasks.trace.visits.slice(0, 3),
        { ...visit, visit: '1/countersign', node: 'countersign', state: 'open' },
      ],
    };
    const taken = takenOf(definition, inGroup);
    expect(taken).toContain('whether_countersign-countersign_group');
    expect(taken).toContain('countersign_start-countersign');
    expect(taken).not.toContain('countersign_group-whether_normative');
  });

  it('is one click from the trace, in the version it runs by', async () => {
    const desk = useDesk({ process_trace: () => ({ ...tasks.trace, version: 3 }) });
    await show(DraftTrace, { props: { draftId: 'draft-3' } });
    expect(desk.argsOf('process_view'), 'nothing is drawn before it is asked for').toEqual([]);
    await click('trace-drawing');
    expect(desk.argsOf('process_view')).toEqual([{ process: 'outgoing', version: 3, definition: '' }]);
    expect(document.querySelector('[data-box="sign"]')?.getAttribute('data-mark')).toBe('open');
    expect(byId('instance-side').textContent).toContain('顾清和');
    expect(document.querySelector('[data-box="sign"]')?.getAttribute('aria-label')).toContain('正在办理');
    await expectAccessible();
    document
      .querySelector('[data-box="head_review"]')
      ?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    await settle();
    expect(byId('instance-side').textContent).toContain('拟同意。');
    await click('instance-now');
    expect(isShown('instance-now')).toBe(false);
    expect(byId('instance-side').textContent).toContain('顾清和');
  });
});
