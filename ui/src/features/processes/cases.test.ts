import { describe, expect, it } from 'vitest';
import { readDefinition, type Definition } from '@/parts/processDefinition';
import * as studio from '@test/studio';
import { caseOf, giveCase, insertBeside, removeWhole } from './cases';
import { insertNode, newStep } from './edit';

const outgoing = readDefinition(studio.shipped.outgoing);
const withStep = insertNode(outgoing, ['draft-head_review'], newStep(outgoing, '分管负责人核稿', '同意'));
const when = { compare: { item: 'important', is: 'equal', value: true } };
const inCase = giveCase(withStep, 'own_step', {
  when,
  title: '重要公文',
  question: '是否重要',
  otherwise: '其他',
});
const beside = insertBeside(withStep, 'own_step', newStep(withStep, '法制机构核稿', '同意'), {
  fork: '同时',
  join: '齐',
});
const ways = (definition: Definition, from: string) =>
  definition.flows.filter((flow) => flow.from === from).map((flow) => flow.to);

describe('a step that is done in some case', () => {
  it('stands on one of two ways that come together behind it', () => {
    expect(ways(inCase, 'draft')).toEqual(['own_case']);
    expect(ways(inCase, 'own_case')).toEqual(['own_step', 'own_merge']);
    expect(ways(inCase, 'own_step')).toEqual(['own_merge']);
    expect(ways(inCase, 'own_merge')).toEqual(['head_review']);
    expect(caseOf(inCase, 'own_step')?.when).toEqual(when);
    expect(inCase.flows.filter((flow) => flow.from === 'own_case' && flow.otherwise)).toHaveLength(1);
  });

  it('changes its case without another pair of gateways', () => {
    const entered = { entered: 'range' };
    const next = giveCase(inCase, 'own_step', {
      when: entered,
      title: '有分送范围',
      question: '',
      otherwise: '',
    });
    expect(caseOf(next, 'own_step')).toMatchObject({ when: entered, title: '有分送范围' });
    expect(next.nodes).toHaveLength(inCase.nodes.length);
  });

  it('is always done again when the case is taken back', () => {
    expect(giveCase(inCase, 'own_step', undefined)).toEqual(withStep);
  });

  it('leaves nothing behind when it is taken out', () => {
    expect(removeWhole(inCase, 'own_step')).toEqual(outgoing);
  });
});

describe('steps at the same time', () => {
  it('begin together and wait for each other', () => {
    expect(ways(beside, 'own_fork')).toEqual(['own_step', 'own_step-2']);
    expect(ways(beside, 'own_step')).toEqual(['own_join']);
    expect(ways(beside, 'own_step-2')).toEqual(['own_join']);
    expect(ways(beside, 'own_join')).toEqual(['head_review']);
  });

  it('may be three, between the same gateways', () => {
    const three = insertBeside(beside, 'own_step', newStep(beside, '第三人', '同意'), { fork: '', join: '' });
    expect(ways(three, 'own_fork')).toHaveLength(3);
    expect(three.nodes).toHaveLength(beside.nodes.length + 1);
  });

  it('need no gateways when one alone is left', () => {
    expect(removeWhole(beside, 'own_step-2')).toEqual(withStep);
    expect(ways(removeWhole(beside, 'own_step'), 'draft')).toEqual(['own_step-2']);
    expect(removeWhole(removeWhole(beside, 'own_step'), 'own_step-2')).toEqual(outgoing);
  });
});
