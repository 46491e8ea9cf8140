import { describe, expect, it } from 'vitest';
import { readDefinition, type Definition } from '@/parts/processDefinition';
import * as studio from '@test/studio';
import {
  changeStep,
  freshId,
  givePart,
  insertNode,
  insertObstacle,
  movePlace,
  moveStep,
  newStep,
  removeObstacle,
  removeStep,
  renameNode,
  writeDefinition,
} from './edit';
import { outlineOf, type Line } from './outline';

const outgoing = readDefinition(studio.shipped.outgoing);
const incoming = readDefinition(studio.shipped.incoming);
const locked = new Set(studio.locked.map((one) => one.node));

/** An outline as text: ways in brackets, groups in braces. */
function told(line: Line): string {
  return line.entries
    .map(({ entry }) => {
      if (entry.kind === 'jump') return `>${entry.node.id}`;
      if (entry.kind === 'group') return `${entry.node.id}{${told(entry.line)}}`;
      if (entry.kind === 'node') return entry.node.id;
      return `${entry.node.id}[${entry.ways.map((way) => told(way.line)).join(' | ')}]`;
    })
    .join(' ');
}
const flow = (definition: Definition, id: string) => definition.flows.find((one) => one.id === id);
const between = (definition: Definition, from: string, to: string) =>
  definition.flows.find((one) => one.from === from && one.to === to);
const put = (definition: Definition, flows: string[]) =>
  insertNode(definition, flows, newStep(definition, '分管负责人核稿', '同意'));

describe('a definition read from top to bottom', () => {
  it('has cases side by side, groups in a frame, and what follows them once', () => {
    expect(told(outlineOf(outgoing))).toBe(
      'start draft head_review whether_countersign[countersign_group{countersign_start countersign countersign_end} | ] ' +
        'whether_normative[legal_review | ] office_review leader_review who_signs[sign_principal | sign] ' +
        'whether_joint[joint_sign | ] recheck register number proof seal release archive end',
    );
  });

  it('has ways that end by themselves, and ways at once', () => {
    expect(told(outlineOf(incoming))).toBe(
      'start register first_review which_lane[send_back end_sent_back | distribute read read_done | ' +
        'propose instruct assign split[take | whether_support[support_group{support_start support support_end} | ]] ' +
        'result reply close] archive end',
    );
  });

  it('names what it comes back to, and shows what nothing leads to', () => {
    const node = (id: string, type: 'start' | 'auto' | 'end' | 'choose') => ({ id, kind: { type } });
    const loop: Definition = {
      format: 'andu.process/1',
      id: 'loop',
      version: 1,
      title: '',
      nodes: [
        node('s', 'start'),
        node('a', 'auto'),
        node('c', 'choose'),
        node('e', 'end'),
        node('lost', 'auto'),
      ],
      flows: [
        { id: 's-a', from: 's', to: 'a' },
        { id: 'a-c', from: 'a', to: 'c' },
        { id: 'c-a', from: 'c', to: 'a' },
        { id: 'c-e', from: 'c', to: 'e' },
      ],
    };
    expect(told(outlineOf(loop))).toBe('s a c[>a | ] e lost');
  });
});

describe('a definition that is not changed', () => {
  it.each(['outgoing', 'incoming'] as const)('is written as it was read: %s', (name) => {
    expect(writeDefinition(readDefinition(studio.shipped[name]))).toBe(studio.shipped[name]);
  });

  it('is itself again when what was changed is changed back', () => {
    const opinion = changeStep(outgoing, 'seal', {
      opinion: 'required',
      may: [],
      limit: { within: { working_days: 2 } },
    });
    expect(writeDefinition(opinion)).not.toBe(studio.shipped.outgoing);
    const back = changeStep(opinion, 'seal', { opinion: 'optional', may: ['return'], limit: undefined });
    expect(JSON.parse(writeDefinition(back))).toEqual(outgoing);
    const added = put(outgoing, ['draft-head_review']);
    expect(JSON.parse(writeDefinition(removeStep(added, 'own_step')))).toEqual(outgoing);
  });
});

describe('putting a step in', () => {
  it('puts it between, and what was there stays', () => {
    const next = put(outgoing, ['draft-head_review']);
    expect(flow(next, 'draft-head_review')).toMatchObject({ from: 'draft', to: 'own_step' });
    expect(between(next, 'own_step', 'head_review')).toBeDefined();
    expect(next.nodes).toHaveLength(outgoing.nodes.length + 1);
    expect(next.nodes.findIndex((node) => node.id === 'own_step')).toBe(
      outgoing.nodes.findIndex((node) => node.id === 'head_review'),
    );
    expect(outgoing.flows.find((one) => one.id === 'draft-head_review')?.to, 'the old one is as it was').toBe(
      'head_review',
    );
  });

  it('keeps the condition with the way it is put on, and lies in the group it is put in', () => {
    const next = put(outgoing, ['whether_countersign-countersign_group']);
    expect(flow(next, 'whether_countersign-countersign_group')).toMatchObject({
      to: 'own_step',
      when: { entered: 'countersign_units' },
    });
    const inGroup = put(outgoing, ['countersign-countersign_end']);
    expect(inGroup.nodes.find((node) => node.id === 'own_step')?.inside).toBe('countersign_group');
  });

  it('takes every flow where cases come together', () => {
    const flows = ['legal_review-office_review', 'whether_normative-office_review'];
    const next = put(outgoing, flows);
    expect(flows.map((id) => flow(next, id)?.to)).toEqual(['own_step', 'own_step']);
    expect(told(outlineOf(next))).toContain('whether_normative[legal_review | ] own_step office_review');
  });

  it('gives each a name of its own', () => {
    const two = put(put(outgoing, ['draft-head_review']), ['draft-head_review']);
    const ids = [...two.nodes, ...two.flows].map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(freshId(two, 'own_step')).toBe('own_step-3');
  });

  it('is refused on the condition of the law, where ways wait for each other, and nowhere', () => {
    expect(insertObstacle(outgoing, locked, ['who_signs-sign_principal'])).toBe('law');
    expect(insertObstacle(outgoing, locked, ['who_signs-sign'])).toBe('');
    expect(insertObstacle(incoming, new Set(), ['take-join', 'support_done-join'])).toBe('join');
    expect(insertObstacle(incoming, new Set(), ['take-join'])).toBe('');
    expect(insertObstacle(outgoing, locked, [])).toBe('nowhere');
    expect(insertObstacle(outgoing, locked, ['draft-head_review', 'seal-release'])).toBe('nowhere');
  });
});

describe('taking a step out', () => {
  it('joins what came to it with where it led, and nobody speaks of it any more', () => {
    const next = removeStep(outgoing, 'seal');
    expect(flow(next, 'proof-seal')).toMatchObject({ from: 'proof', to: 'release' });
    expect(next.nodes.some((node) => node.id === 'seal')).toBe(false);
    expect(JSON.stringify(next)).not.toContain('"seal"');
  });

  it('is refused for what the law demands, what others speak of, and what is no plain step', () => {
    expect(removeObstacle(outgoing, locked, 'recheck')).toBe('law');
    expect(removeObstacle(incoming, new Set(), 'take')).toBe('referred');
    expect(removeObstacle(outgoing, locked, 'whether_joint')).toBe('ways');
    expect(removeObstacle(outgoing, locked, 'seal')).toBe('');
  });
});

describe('moving a step', () => {
  it('goes past its neighbour and back again', () => {
    const flows = movePlace(outgoing, locked, 'seal', 'down');
    expect(flows).toEqual(['release-archive']);
    const down = moveStep(outgoing, 'seal', flows);
    expect(told(outlineOf(down))).toContain('proof release seal archive end');
    const up = moveStep(down, 'seal', movePlace(down, locked, 'seal', 'up'));
    expect(told(outlineOf(up))).toBe(told(outlineOf(outgoing)));
  });

  it('goes past cases as a whole', () => {
    const up = moveStep(outgoing, 'leader_review', movePlace(outgoing, locked, 'leader_review', 'up'));
    expect(told(outlineOf(up))).toContain('leader_review office_review who_signs');
    const down = moveStep(outgoing, 'head_review', movePlace(outgoing, locked, 'head_review', 'down'));
    expect(told(outlineOf(down))).toContain('countersign_end} | ] head_review whether_normative[');
  });

  it('is refused at the ends and for what the law demands', () => {
    expect(movePlace(outgoing, locked, 'recheck', 'up')).toEqual([]);
    const last = put(outgoing, ['archive-end']);
    expect(movePlace(last, locked, 'own_step', 'down')).toEqual([]);
    const first = put(outgoing, ['start-draft']);
    expect(movePlace(first, locked, 'own_step', 'up')).toEqual([]);
  });
});

describe('what a step is', () => {
  it('is called and belongs as is said, with its duty', () => {
    const next = givePart(renameNode(outgoing, 'seal', '盖章'), 'seal', 'office_reviewer');
    const node = next.nodes.find((one) => one.id === 'seal');
    expect(node).toMatchObject({ title: '盖章', part: 'office_reviewer' });
    const duties = (part: string) =>
      next.parts?.find((one) => one.id === part)?.duties?.map((duty) => duty.steps);
    expect(duties('office_reviewer')).toEqual([['office_review', 'seal'], ['recheck']]);
    expect(duties('records_keeper')).toEqual([
      ['register', 'proof'],
      ['release', 'archive'],
    ]);
    expect(givePart(outgoing, 'seal', '').nodes.find((one) => one.id === 'seal')).not.toHaveProperty('part');
  });
});
