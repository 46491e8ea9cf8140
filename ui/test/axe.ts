// No serious and no critical finding. Colours are measured in a real browser, not here.
import axe from 'axe-core';
import { expect } from 'vitest';

export async function expectAccessible(part: Element = document.body): Promise<void> {
  const result = await axe.run(part, {
    resultTypes: ['violations'],
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  const grave = result.violations.filter(
    (found) => found.impact === 'serious' || found.impact === 'critical',
  );
  const said = grave.map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(' | ')}`);
  expect(said, 'axe found serious or critical faults').toEqual([]);
}
