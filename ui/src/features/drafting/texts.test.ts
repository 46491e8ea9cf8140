// Every key this feature asks for stands in the catalogue, and the catalogue holds nothing nobody asks for.
import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { hasText } from '@/text';
import catalogue from '@text/drafting.json';

const HOME = 'src/features/drafting';
const sources = readdirSync(HOME, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(vue|ts)$/.test(name) && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(`${HOME}/${name}`, 'utf8'));
const asked = sources.flatMap((source) =>
  [...source.matchAll(/(['"`])((?:drafting|ui)\.[^'"`]*)\1/g)].map((found) => found[2] ?? ''),
);
const whole = asked.filter((key) => /^[\w.]+$/.test(key));
const stems = sources
  .flatMap((source) => [...source.matchAll(/`(drafting\.[^`$]*)\$\{/g)].map((found) => found[1] ?? ''))
  .filter((stem) => stem !== 'drafting.');

it('every key asked for is in the catalogue', () => {
  expect(whole.filter((key) => !hasText(key))).toEqual([]);
});

it('every key of the catalogue is asked for', () => {
  const known = new Set(whole);
  const unused = Object.keys(catalogue).filter(
    (key) => !known.has(key) && !stems.some((stem) => key.startsWith(stem)),
  );
  expect(unused).toEqual([]);
});
