// A step that is done only in some case, and a step that is done at the same time as another: the gateways around them
// come and go with them.
import type { Definition, Flow, Guard, ProcessNode } from '@/parts/processDefinition';
import { bridged, freshId, insertNode, removeStep } from './edit';

/** Gateways that were put in here; others stay where they are. */
const OWN = /^own_(case|merge|fork|join)(-\d+)?$/;

const outsOf = (definition: Definition, id: string): Flow[] =>
  definition.flows.filter((flow) => flow.from === id);
const insOf = (definition: Definition, id: string): Flow[] =>
  definition.flows.filter((flow) => flow.to === id);
const isOwn = (id: string | undefined): id is string => id !== undefined && OWN.test(id);

/** Puts one gateway before a step and one behind it. */
function wrapped(definition: Definition, id: string, before: ProcessNode, behind: ProcessNode): Definition {
  const came = insOf(definition, id).map((flow) => flow.id);
  const left = outsOf(definition, id).map((flow) => flow.id);
  return insertNode(insertNode(definition, came, before), left, behind);
}

/** A gateway with one way out is none: what came to it comes to where it led. */
function without(definition: Definition, gateway: string): Definition {
  if (!isOwn(gateway) || outsOf(definition, gateway).length !== 1) return definition;
  const next = bridged(definition, gateway);
  return { ...next, nodes: next.nodes.filter((node) => node.id !== gateway) };
}

function open(definition: Definition, from: string, to: string, drop: (flow: Flow) => boolean): Definition {
  const dropped = outsOf(definition, from).find((flow) => flow.to === to && drop(flow));
  const flows = definition.flows.filter((flow) => flow !== dropped);
  const next = without({ ...definition, flows }, from);
  return insOf(next, to).length === 1 ? without(next, to) : next;
}

/** The flow by whose condition one comes to a step; nothing where it is always done. */
export function caseOf(definition: Definition, id: string): Flow | undefined {
  const ins = insOf(definition, id);
  return ins.length === 1 && isOwn(ins[0]?.from) && ins[0]?.when ? ins[0] : undefined;
}

/** Lets a step be done only where a condition holds; without one: always. */
export function giveCase(
  definition: Definition,
  id: string,
  given: { when: Guard; title: string; question: string; otherwise: string } | undefined,
): Definition {
  const own = caseOf(definition, id);
  if (own && given) {
    const { when, title } = given;
    return {
      ...definition,
      flows: definition.flows.map((flow) => (flow.id === own.id ? { ...flow, title, when } : flow)),
    };
  }
  if (own) {
    const merge = outsOf(definition, id)[0]?.to ?? '';
    const plain: Flow = { id: own.id, from: own.from, to: own.to };
    const flows = definition.flows.map((flow) => (flow.id === own.id ? plain : flow));
    return open({ ...definition, flows }, own.from, merge, (flow) => flow.otherwise === true);
  }
  if (!given) return definition;
  const choose = {
    id: freshId(definition, 'own_case'),
    title: given.question,
    kind: { type: 'choose' },
  } as const;
  const merge = {
    id: freshId(definition, 'own_merge'),
    title: given.otherwise,
    kind: { type: 'choose' },
  } as const;
  const next = wrapped(definition, id, choose, merge);
  const past: Flow = {
    id: freshId(next, `${choose.id}-${merge.id}`),
    from: choose.id,
    to: merge.id,
    title: given.otherwise,
    otherwise: true,
  };
  const at = next.flows.findIndex((flow) => flow.from === choose.id);
  const flows = next.flows.map((flow, index) =>
    index === at ? { ...flow, title: given.title, when: given.when } : flow,
  );
  return { ...next, flows: flows.toSpliced(at + 1, 0, past) };
}

/** Puts a step beside another one: both are done at the same time, and it goes on when both are. */
export function insertBeside(
  definition: Definition,
  id: string,
  node: ProcessNode,
  titles: { fork: string; join: string },
): Definition {
  const own = insOf(definition, id)[0]?.from;
  const joins = outsOf(definition, id)[0]?.to;
  const there = own?.startsWith('own_fork') && isOwn(joins);
  const fork = {
    id: freshId(definition, 'own_fork'),
    title: titles.fork,
    kind: { type: 'parallel' },
  } as const;
  const join = {
    id: freshId(definition, 'own_join'),
    title: titles.join,
    kind: { type: 'parallel' },
  } as const;
  const next = there ? definition : wrapped(definition, id, fork, join);
  const [from, to] = there ? [own ?? '', joins ?? ''] : [fork.id, join.id];
  const beside = next.nodes.findIndex((one) => one.id === id);
  const inside = next.nodes[beside]?.inside;
  const into: Flow = { id: freshId(next, `${from}-${node.id}`), from, to: node.id };
  const on: Flow = { id: freshId(next, `${node.id}-${to}`), from: node.id, to };
  return {
    ...next,
    nodes: next.nodes.toSpliced(beside + 1, 0, inside === undefined ? node : { ...node, inside }),
    flows: [...next.flows, into, on],
  };
}

/** Takes a step out, with the gateways that stood there for it alone. */
export function removeWhole(definition: Definition, id: string): Definition {
  const free = giveCase(definition, id, undefined);
  const from = insOf(free, id)[0]?.from ?? '';
  const to = outsOf(free, id)[0]?.to ?? '';
  const next = removeStep(free, id);
  return isOwn(from) && isOwn(to) ? open(next, from, to, () => true) : next;
}
