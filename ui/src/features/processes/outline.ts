// A definition as one reads it from top to bottom: steps one under the other, different cases and ways at once side by
// side, what is done for each of several in a frame. Any graph can be read so; what comes twice is named the second time.
import type { Definition, Flow, ProcessNode } from '@/parts/processDefinition';

export interface Way {
  flow: Flow;
  line: Line;
}
type Entry =
  | { kind: 'node'; node: ProcessNode }
  | { kind: 'group'; node: ProcessNode; line: Line }
  | { kind: 'ways'; node: ProcessNode; ways: Way[]; join: ProcessNode | undefined }
  /** It goes on at a place that stands elsewhere. */
  | { kind: 'jump'; node: ProcessNode };
export interface Line {
  /** Each with the flows by which one comes to it: there something can be put before it. */
  entries: { entry: Entry; before: string[] }[];
  /** The flows that leave at the bottom, to where the ways come together. */
  after: string[];
  /** Where that is. */
  end: string | undefined;
}

const GATEWAYS = ['choose', 'parallel', 'inclusive', 'gather'];

class Reader {
  private readonly nodes: Map<string, ProcessNode>;
  private readonly outs = new Map<string, Flow[]>();
  private readonly order = new Map<string, number>();
  private readonly seen = new Set<string>();

  constructor(private readonly definition: Definition) {
    this.nodes = new Map(definition.nodes.map((node) => [node.id, node]));
    for (const flow of definition.flows)
      if (this.nodes.has(flow.to)) this.outs.set(flow.from, [...(this.outs.get(flow.from) ?? []), flow]);
    this.sort();
  }

  /** The line of one level: of the whole, or of what lies in a group. */
  level(inside: string | undefined): Line {
    const here = this.definition.nodes.filter((node) => node.inside === inside);
    const begins = here.filter((node) => node.kind.type === 'start');
    const line: Line = { entries: [], after: [], end: undefined };
    // What no way leads to stands at the end: it can be seen, and the checks say what is wrong.
    for (const node of [...begins, ...here])
      if (!this.seen.has(node.id)) line.entries.push(...this.line(node.id, [], new Set()).entries);
    return line;
  }

  private line(first: string, into: string[], stops: ReadonlySet<string>): Line {
    const entries: Line['entries'] = [];
    const strays: { flow: string; end: string }[] = [];
    let at: string | undefined = first;
    let before = into;
    while (at !== undefined && !stops.has(at)) {
      const node = this.nodes.get(at);
      if (!node) break;
      if (this.seen.has(at)) {
        entries.push({ entry: { kind: 'jump', node }, before });
        return { entries, after: [], end: undefined };
      }
      this.seen.add(at);
      const outs: Flow[] = this.outs.get(at) ?? [];
      if (outs.length <= 1) {
        const entry: Entry =
          node.kind.type === 'group'
            ? { kind: 'group', node, line: this.level(node.id) }
            : { kind: 'node', node };
        entries.push({ entry, before });
        before = outs.map((flow) => flow.id);
        at = outs[0]?.to;
        continue;
      }
      const meets = this.meets(outs);
      const ends = meets === undefined ? stops : new Set([...stops, meets]);
      const ways = outs.map((flow) => ({ flow, line: this.line(flow.to, [flow.id], ends) }));
      const left = ways.flatMap(({ line }) => line.after.map((flow) => ({ flow, end: line.end ?? '' })));
      strays.push(...left.filter((one) => one.end !== meets));
      const [join, on] = meets === undefined ? [undefined, undefined] : this.folded(meets, stops);
      entries.push({ entry: { kind: 'ways', node, ways, join }, before });
      before = on ? [on.id] : left.flatMap((one) => (one.end === meets ? [one.flow] : []));
      at = on ? on.to : meets;
    }
    const more = strays.filter((one) => one.end === at || at === undefined);
    return {
      entries,
      after: [...(at === undefined ? [] : before), ...more.map((one) => one.flow)],
      end: at ?? more[0]?.end,
    };
  }

  /** A gateway that only brings the ways together belongs to them. */
  private folded(id: string, stops: ReadonlySet<string>): [ProcessNode | undefined, Flow | undefined] {
    const node = this.nodes.get(id);
    const outs = this.outs.get(id) ?? [];
    const folds = node && GATEWAYS.includes(node.kind.type) && outs.length === 1 && !stops.has(id);
    if (!folds || this.seen.has(id)) return [undefined, undefined];
    this.seen.add(id);
    return [node, outs[0]];
  }

  /** Where most of the ways come together first. */
  private meets(outs: readonly Flow[]): string | undefined {
    const count = new Map<string, number>();
    for (const flow of outs)
      for (const node of this.reached(flow.to)) count.set(node, (count.get(node) ?? 0) + 1);
    const most = Math.max(...count.values());
    if (most < 2) return undefined;
    const best = [...count].filter(([, many]) => many === most).map(([node]) => node);
    return best.sort((one, two) => this.place(one) - this.place(two))[0];
  }

  private place(node: string): number {
    return this.order.get(node) ?? Number.MAX_SAFE_INTEGER;
  }

  /** What one comes to from a node, itself among it, without going back. */
  private reached(from: string): Set<string> {
    const found = new Set<string>();
    const open = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (found.has(at)) continue;
      found.add(at);
      for (const flow of this.outs.get(at) ?? [])
        if (this.place(flow.to) > this.place(at)) open.push(flow.to);
    }
    return found;
  }

  /** Numbers the nodes so that each stands before what follows it, but for ways back. */
  private sort(): void {
    const done: string[] = [];
    const seen = new Set<string>();
    const visit = (first: string) => {
      const open: { node: string; next: number }[] = [{ node: first, next: 0 }];
      seen.add(first);
      for (let top = open.at(-1); top; top = open.at(-1)) {
        const to = this.outs.get(top.node)?.[top.next++]?.to;
        if (to === undefined) done.push(open.pop()?.node ?? '');
        else if (!seen.has(to)) {
          seen.add(to);
          open.push({ node: to, next: 0 });
        }
      }
    };
    for (const node of this.definition.nodes)
      if (node.kind.type === 'start' && !seen.has(node.id)) visit(node.id);
    for (const node of this.definition.nodes) if (!seen.has(node.id)) visit(node.id);
    for (const [at, node] of done.reverse().entries()) this.order.set(node, at);
  }
}

export const outlineOf = (definition: Definition): Line => new Reader(definition).level(undefined);

/** Every line of an outline: itself, and those in groups and ways. */
function linesIn(line: Line): Line[] {
  const inner = line.entries.flatMap(({ entry }) => {
    if (entry.kind === 'group') return linesIn(entry.line);
    return entry.kind === 'ways' ? entry.ways.flatMap((way) => linesIn(way.line)) : [];
  });
  return [line, ...inner];
}

/** The flows by which a node would come one place higher or lower in its line; nothing where there is none. */
export function placeBeside(definition: Definition, node: string, way: 'up' | 'down'): string[] {
  for (const line of linesIn(outlineOf(definition))) {
    const at = line.entries.findIndex(({ entry }) => entry.kind === 'node' && entry.node.id === node);
    if (at < 0) continue;
    if (way === 'up') return line.entries[at - 1]?.before ?? [];
    if (!line.entries[at + 1] || line.entries[at + 1]?.entry.kind === 'jump') return [];
    return line.entries[at + 2]?.before ?? line.after;
  }
  return [];
}
