// Where a document is in the drawing of its process: how each step stands, and the ways that were gone.
import type { ProcessTrace, TraceVisit } from '@/api/generated/types';
import { nearTime } from '@/format/time';
import type { BoxMark } from '@/parts/drawing';
import type { Definition } from '@/parts/processDefinition';
import { verdictOf } from '@/parts/trace';
import { t } from '@/text';

const MARKS: Record<string, BoxMark> = {
  open: 'open',
  passed: 'passed',
  refused: 'undone',
  skipped: 'skipped',
  returned: 'undone',
  broken_off: 'undone',
  void: 'undone',
};
/** Of several visits of one step this tells how the step stands: open ones first, then the last. */
function markOf(visits: readonly TraceVisit[]): BoxMark | undefined {
  const told = visits.find((visit) => visit.state === 'open') ?? visits.at(-1);
  return told && MARKS[told.state];
}

export function visitsByNode(trace: ProcessTrace): Map<string, TraceVisit[]> {
  const found = new Map<string, TraceVisit[]>();
  for (const visit of trace.visits) found.set(visit.node, [...(found.get(visit.node) ?? []), visit]);
  return found;
}

/** How the steps stand, by their names. */
export function marksOf(trace: ProcessTrace): Record<string, BoxMark> {
  const marks = [...visitsByNode(trace)].map(([node, visits]) => [node, markOf(visits)] as const);
  return Object.fromEntries(marks.flatMap(([node, mark]) => (mark ? [[node, mark]] : [])));
}

/** Who and when, in one line. */
export function noteOf(visit: TraceVisit): string {
  const people = visit.people
    .filter((person) => visit.state === 'open' || person.at)
    .map((person) =>
      [person.name, verdictOf(visit, person), person.at ? nearTime(person.at) : ''].filter(Boolean).join(' '),
    );
  const since = visit.state === 'open' ? t('ui.trace.since', { at: nearTime(visit.opened_at) }) : '';
  return [t(`ui.trace.state.${visit.state}`), since, ...people].filter(Boolean).join('，');
}

/** The lines that were gone along: from a step that was done, through what nobody does, to a step that was come to. */
export function takenOf(definition: Definition, trace: ProcessTrace): Set<string> {
  const kinds = new Map(definition.nodes.map((node) => [node.id, node.kind.type]));
  const inside = new Map(definition.nodes.map((node) => [node.id, node.inside]));
  const came = new Set(
    trace.visits.filter((visit) => MARKS[visit.state] !== 'undone').map(({ node }) => node),
  );
  // A part of the process was come to with what lies in it.
  for (const node of [...came])
    for (let frame = inside.get(node); frame; frame = inside.get(frame)) came.add(frame);
  const left = new Set([...came].filter((node) => !isOpen(trace, inside, node)));
  for (const node of definition.nodes)
    if (node.kind.type === 'start' && (!node.inside || came.has(node.inside))) left.add(node.id);

  const outs = (node: string) => definition.flows.filter((flow) => flow.from === node);
  const isStep = (node: string) => ['step', 'group', 'call'].includes(kinds.get(node) ?? '');
  const isOver = trace.status === 'done';
  const taken = new Set<string>();
  const leads = (node: string, seen: ReadonlySet<string>): boolean => {
    if (came.has(node)) return true;
    if (kinds.get(node) === 'end') return isOver || inside.get(node) !== undefined;
    if (isStep(node) || seen.has(node)) return false;
    const more = new Set([...seen, node]);
    return outs(node).some((flow) => leads(flow.to, more));
  };
  const go = (node: string, seen: ReadonlySet<string>): void => {
    const ways = outs(node).filter((flow) => leads(flow.to, new Set(seen)));
    // Of several ways only one was chosen: the one that leads straight to what was come to.
    const straight = ways.filter((flow) => came.has(flow.to));
    const chooses = kinds.get(node) === 'choose' && straight.length > 0;
    for (const flow of chooses ? straight : ways) {
      taken.add(flow.id);
      if (!isStep(flow.to) && !seen.has(flow.to)) go(flow.to, new Set([...seen, flow.to]));
    }
  };
  for (const node of left) go(node, new Set([node]));
  return taken;
}

/** Whether it is being done now, or something in it is. */
function isOpen(trace: ProcessTrace, inside: ReadonlyMap<string, string | undefined>, node: string): boolean {
  return trace.visits.some((visit) => {
    if (visit.state !== 'open') return false;
    for (let at: string | undefined = visit.node; at; at = inside.get(at)) if (at === node) return true;
    return false;
  });
}
