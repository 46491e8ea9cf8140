// A range of pages as people write it: `1-3,5`. Empty means all.

/** Whether the desk will understand it: pages from 1, each range upwards, parts divided by commas. */
export function isPageRange(text: string): boolean {
  const range = text.trim();
  if (range === '') return true;
  return range.split(/[,，]/).every((part) => {
    const found = /^\s*([1-9]\d{0,4})(?:\s*-\s*([1-9]\d{0,4}))?\s*$/.exec(part);
    if (!found) return false;
    return found[2] === undefined || Number(found[2]) >= Number(found[1]);
  });
}
