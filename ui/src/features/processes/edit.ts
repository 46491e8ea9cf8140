// Changes to a definition: each takes one and gives another, and touches nothing it is not about.
import type { Definition, Flow, ProcessNode, Step, Who } from '@/parts/processDefinition';
import { placeBeside } from './outline';

/** As the desk writes it; what was read and not changed is the same text again. */
export const writeDefinition = (definition: Definition): string =>
  `${JSON.stringify(definition, undefined, 2)}\n`;

/** A name that no node and no flow has: `base`, else `base-2` and so on. */
export function freshId(definition: Definition, base: string): string {
  const taken = new Set([...definition.nodes, ...definition.flows].map((one) => one.id));
  if (!taken.has(base)) return base;
  let at = 2;
  while (taken.has(`${base}-${at}`)) at += 1;
  return `${base}-${at}`;
}

const WAITING = ['parallel', 'inclusive', 'gather'];

/** Why nothing may be put on these flows; empty: something may. */
export function insertObstacle(
  definition: Definition,
  locked: ReadonlySet<string>,
  flows: readonly string[],
): '' | 'nowhere' | 'law' | 'join' {
  const on = definition.flows.filter((flow) => flows.includes(flow.id));
  const targets = new Set(on.map((flow) => flow.to));
  const to = definition.nodes.find((node) => targets.has(node.id));
  if (!to || targets.size !== 1 || on.length !== flows.length) return 'nowhere';
  // The law says when one comes to it: the condition leads straight there.
  if (locked.has(to.id) && on.some((flow) => flow.when !== undefined)) return 'law';
  return on.length > 1 && WAITING.includes(to.kind.type) ? 'join' : '';
}

/** Where lines of flows that changed were drawn is forgotten: they are laid out afresh. */
function undrawn(definition: Definition, flows: ReadonlySet<string>): Definition {
  if (!definition.drawing?.lines) return definition;
  const lines = Object.fromEntries(
    Object.entries(definition.drawing.lines).filter(([flow]) => !flows.has(flow)),
  );
  return { ...definition, drawing: { ...definition.drawing, lines } };
}

/** Puts a node on flows that come to one place: they come to it, and it leads on to that place. */
export function insertNode(definition: Definition, flows: readonly string[], node: ProcessNode): Definition {
  const first = definition.flows.find((flow) => flow.id === flows[0]);
  const before = definition.nodes.findIndex((one) => one.id === first?.to);
  const next = definition.nodes[before];
  if (!first || !next) return definition;
  const on: Flow = { id: freshId(definition, `${node.id}-${next.id}`), from: node.id, to: next.id };
  const changed = definition.flows.map((flow) => (flows.includes(flow.id) ? { ...flow, to: node.id } : flow));
  const last = changed.findLastIndex((flow) => flows.includes(flow.id));
  const placed: ProcessNode = next.inside === undefined ? node : { ...node, inside: next.inside };
  return undrawn(
    {
      ...definition,
      nodes: definition.nodes.toSpliced(before, 0, placed),
      flows: changed.toSpliced(last + 1, 0, on),
    },
    new Set(flows),
  );
}

/** A step as it is put in at first: one decides, who is to be chosen. */
export function newStep(definition: Definition, title: string, act: string): ProcessNode {
  return {
    id: freshId(definition, 'own_step'),
    title,
    kind: {
      type: 'step',
      act,
      sign_off: { seats: [{ who: 'head' }] },
      opinion: 'for_refusal',
      may: ['return'],
    },
  };
}

const names = (who: Who, step: string): boolean =>
  typeof who === 'object' && 'done_by' in who && who.done_by === step;

/** The nodes that speak of a step: what is refused there comes back to it, or whoever did it decides. */
export function referrers(definition: Definition, id: string): ProcessNode[] {
  return definition.nodes.filter((node) => {
    if (node.kind.type === 'boundary') return node.kind.at === id;
    if (node.kind.type !== 'step') return false;
    const { refused, sign_off: signs, only_while: only } = node.kind;
    const back = typeof refused === 'object' && refused.back === id;
    const handed = typeof signs.empty === 'object' ? signs.empty.hand_to : [];
    const people = [...signs.seats.map((seat) => seat.who), ...handed];
    return node.id !== id && (back || only === id || people.some((who) => names(who, id)));
  });
}

/** Why a node may not be taken out; empty: it may. */
export function removeObstacle(
  definition: Definition,
  locked: ReadonlySet<string>,
  id: string,
): '' | 'law' | 'referred' | 'ways' {
  const node = definition.nodes.find((one) => one.id === id);
  if (locked.has(id)) return 'law';
  const out = definition.flows.filter((flow) => flow.from === id);
  const isPlain = node?.kind.type === 'step' && out.length === 1 && out[0]?.when === undefined;
  if (!isPlain || out[0]?.to === id) return 'ways';
  const begins = definition.limit?.from === id;
  return begins || referrers(definition, id).length > 0 ? 'referred' : '';
}

/** The flows without a node: what came to it comes to where it led. */
export function bridged(definition: Definition, id: string): Definition {
  const out = definition.flows.find((flow) => flow.from === id);
  if (!out) return definition;
  const came = definition.flows.filter((flow) => flow.to === id).map((flow) => flow.id);
  const flows = definition.flows
    .filter((flow) => flow !== out)
    .map((flow) => (flow.to === id ? { ...flow, to: out.to } : flow));
  return undrawn({ ...definition, flows }, new Set([...came, out.id]));
}

/** Takes a step out; its duties and separations no longer name it. */
export function removeStep(definition: Definition, id: string): Definition {
  const { flows, drawing } = bridged(definition, id);
  const without = (steps: string[]) => (steps.includes(id) ? steps.filter((step) => step !== id) : steps);
  const next: Definition = { ...definition, flows, nodes: definition.nodes.filter((node) => node.id !== id) };
  if (drawing) {
    const shapes = Object.entries(drawing.shapes ?? {}).filter(([node]) => node !== id);
    next.drawing = drawing.shapes ? { ...drawing, shapes: Object.fromEntries(shapes) } : drawing;
  }
  if (definition.parts)
    next.parts = definition.parts.map((part) =>
      part.duties
        ? { ...part, duties: part.duties.map((duty) => ({ ...duty, steps: without(duty.steps) })) }
        : part,
    );
  if (definition.separations)
    next.separations = definition.separations
      .map((one) => ({ ...one, steps: without(one.steps) }))
      .filter((one) => one.steps.length > (one.author ? 0 : 1));
  return next;
}

/** Whether a step may go one place up or down, past a neighbour; empty flows: it may not. */
export function movePlace(
  definition: Definition,
  locked: ReadonlySet<string>,
  id: string,
  way: 'up' | 'down',
): string[] {
  const obstacle = removeObstacle(definition, locked, id);
  // What refers to it still finds it elsewhere.
  if (obstacle === 'law' || obstacle === 'ways') return [];
  const flows = placeBeside(definition, id, way);
  return flows.length > 0 && !insertObstacle(definition, locked, flows) ? flows : [];
}

/** Puts a step elsewhere: where it was, what came to it goes on. */
export function moveStep(definition: Definition, id: string, flows: readonly string[]): Definition {
  const node = definition.nodes.find((one) => one.id === id);
  if (!node) return definition;
  const free = { ...node };
  delete free.inside;
  const rest = bridged(definition, id);
  return insertNode({ ...rest, nodes: rest.nodes.filter((one) => one.id !== id) }, flows, free);
}

/** What is usual is not written. */
function plain(step: Step): Step {
  const next = { ...step, sign_off: { ...step.sign_off } };
  if (next.opinion === 'optional') delete next.opinion;
  if (next.may?.length === 0) delete next.may;
  if (!next.act) delete next.act;
  if (next.limit === undefined) delete next.limit;
  if (next.sign_off.passing === 'all') delete next.sign_off.passing;
  if (next.sign_off.order === 'beside') delete next.sign_off.order;
  if (next.sign_off.empty === 'refuse') delete next.sign_off.empty;
  return next;
}

/** Changes what a step is. */
export const changeStep = (
  definition: Definition,
  id: string,
  change: Partial<Omit<Step, 'type'>>,
): Definition => ({
  ...definition,
  nodes: definition.nodes.map((node) =>
    node.id === id && node.kind.type === 'step'
      ? { ...node, kind: plain({ ...node.kind, ...change }) }
      : node,
  ),
});

/** Changes what a node is called. */
export const renameNode = (definition: Definition, id: string, title: string): Definition => ({
  ...definition,
  nodes: definition.nodes.map((node) => (node.id === id ? { ...node, title } : node)),
});

/** Changes whose a node is (岗位); the part's first duty then names the step, and no other part's does. */
export function givePart(definition: Definition, id: string, part: string): Definition {
  const nodes = definition.nodes.map((node) => {
    if (node.id !== id) return node;
    const free = { ...node };
    delete free.part;
    return part ? { ...free, part } : free;
  });
  const parts = definition.parts?.map((one) => ({
    ...one,
    ...(one.duties && {
      duties: one.duties.map((duty, at) => {
        const others = duty.steps.filter((step) => step !== id);
        return { ...duty, steps: one.id === part && at === 0 ? [...others, id] : others };
      }),
    }),
  }));
  return parts ? { ...definition, nodes, parts } : { ...definition, nodes };
}
