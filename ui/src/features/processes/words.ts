// A definition in the words of those who work by it.
import type { OrganisationTree } from '@/api/generated/types';
import {
  titleOf,
  type Definition,
  type Guard,
  type Item,
  type Passing,
  type ProcessNode,
  type Step,
  type Who,
} from '@/parts/processDefinition';
import { hasText, t } from '@/text';

/** Roles that have something to do in processes. */
export const ROLES = [
  'records_keeper',
  'office_reviewer',
  'supervisor',
  'legal_reviewer',
  'department_head',
  'leader',
  'principal',
  'duty_officer',
] as const;

const itemTitle = (definition: Definition, name: string): string =>
  definition.items?.find((item) => item.name === name)?.title ?? name;

const roleTitle = (role: string): string =>
  hasText(`ui.studio.role.${role}`) ? t(`ui.studio.role.${role}`) : role;

function unitTitle(tree: OrganisationTree | undefined, id: string): string {
  const unit = tree?.departments.find((one) => one.id === id);
  return unit?.name ?? t('ui.studio.who.unit');
}

function postTitle(tree: OrganisationTree | undefined, id: string): string {
  for (const unit of tree?.departments ?? []) {
    const post = unit.posts.find((one) => one.id === id);
    if (post) return `${unit.name} ${post.name}`;
  }
  return t('ui.studio.who.post');
}

function personName(tree: OrganisationTree | undefined, id: string): string {
  for (const unit of tree?.departments ?? [])
    for (const post of unit.posts)
      for (const held of post.holders) if (held.person_id === id) return held.name;
  return t('ui.studio.who.person');
}

/** Who decides, in words. */
export function whoText(definition: Definition, who: Who, tree?: OrganisationTree): string {
  if (typeof who === 'string') return t(`ui.studio.who.${who}`);
  if ('role' in who) return roleTitle(who.role);
  if ('own_role' in who) return t('ui.studio.who.own_role_of', { role: roleTitle(who.own_role) });
  if ('head_of' in who) return t('ui.studio.who.head_of_item', { item: itemTitle(definition, who.head_of) });
  if ('above' in who) return t('ui.studio.who.above_levels', { levels: who.above });
  if ('done_by' in who) return t('ui.studio.who.done_by_step', { step: titleOf(definition, who.done_by) });
  if ('item' in who) return t('ui.studio.who.item_people', { item: itemTitle(definition, who.item) });
  if ('person' in who) return personName(tree, who.person);
  if ('unit' in who) return t('ui.studio.who.unit_all', { unit: unitTitle(tree, who.unit) });
  if ('post' in who) return postTitle(tree, who.post);
  return who.foreign;
}

export function passingText(passing: Passing | undefined): string {
  if (passing === undefined || passing === 'all') return t('ui.studio.passing.all');
  if (passing === 'any') return t('ui.studio.passing.any');
  if ('count' in passing) return t('ui.studio.passing.count_of', { count: passing.count });
  if ('percent' in passing) return t('ui.studio.passing.percent_of', { percent: passing.percent });
  return t('ui.studio.passing.weight_of', { weight: passing.weight });
}

/** Everybody of a step, in one line. */
export const seatsText = (definition: Definition, step: Step, tree?: OrganisationTree): string =>
  step.sign_off.seats.map((seat) => whoText(definition, seat.who, tree)).join(t('ui.task.and'));

const SPANS = ['working_days', 'half_days', 'days', 'hours', 'seconds'] as const;
export function limitText(step: Step): string {
  const within = step.limit?.within;
  const span = within && SPANS.find((one) => within[one] !== undefined);
  return within && span ? t(`ui.studio.span.${span}`, { count: within[span] ?? 0 }) : '';
}

/** What there is to say of a node, line by line: a name and what it is. */
export function factsOf(
  definition: Definition,
  node: ProcessNode,
  law: string | undefined,
  tree?: OrganisationTree,
): [string, string][] {
  const facts: [string, string][] = [];
  const say = (key: string, value: string | undefined) => {
    if (value) facts.push([t(`ui.studio.fact.${key}`), value]);
  };
  say('kind', t(`ui.studio.type.${node.kind.type}`));
  say('part', definition.parts?.find((part) => part.id === node.part)?.title);
  if (node.kind.type === 'step') {
    const step = node.kind;
    say('who', seatsText(definition, step, tree));
    if (step.sign_off.seats.length > 1 || step.sign_off.passing)
      say('passing', passingText(step.sign_off.passing));
    say('act', step.act);
    say('opinion', t(`ui.studio.opinion.${step.opinion ?? 'optional'}`));
    say('may', (step.may ?? []).map((one) => t(`ui.studio.may.${one}`)).join(t('ui.task.and')));
    say('limit', limitText(step));
    if (step.due) say('due', itemTitle(definition, step.due));
    if (typeof step.refused === 'object')
      say('refused', t('ui.studio.back_to', { step: titleOf(definition, step.refused.back) }));
  }
  if (node.kind.type === 'group' && node.kind.each)
    say('each', t('ui.studio.each_of', { item: itemTitle(definition, node.kind.each.of) }));
  say('law', law ?? node.law);
  return facts;
}

/** What an item may be, in words. */
export function itemKindText(item: Item): string {
  const { type, options, least, most } = item.kind;
  const kind = t(`ui.studio.item.${type}`);
  if (options)
    return t('ui.studio.item.one_of', { options: options.map((one) => one.title).join(t('ui.task.and')) });
  if (least !== undefined && most !== undefined) return `${kind} ${least}–${most}`;
  return kind;
}

/** The steps in which an item is entered. */
export const enteredIn = (definition: Definition, name: string): string[] =>
  definition.nodes.flatMap((node) => {
    const access = node.kind.type === 'step' ? node.kind.fields?.[name] : undefined;
    if (access !== 'write' && access !== 'require') return [];
    return [
      access === 'require'
        ? t('ui.studio.required_in', { step: node.title ?? node.id })
        : (node.title ?? node.id),
    ];
  });

function guardItems(guard: Guard): string[] {
  if ('all' in guard) return guard.all.flatMap(guardItems);
  if ('any' in guard) return guard.any.flatMap(guardItems);
  if ('not' in guard) return guardItems(guard.not);
  if ('compare' in guard) return [guard.compare.item];
  return 'entered' in guard ? [guard.entered] : [];
}

/** The choices that ask for an item. */
export const askedIn = (definition: Definition, name: string): string[] => {
  const asking = definition.flows.filter((flow) => flow.when && guardItems(flow.when).includes(name));
  return [...new Set(asking.map((flow) => flow.from))].map((node) => titleOf(definition, node));
};
