// Which field of the form a missing element belongs to.

/** Missing elements that another field makes. */
const MADE_BY: Record<string, string> = { letterhead: 'issuers', signature: 'issuers' };

export const isMissing = (field: string, missing: readonly string[]): boolean =>
  missing.some((place) => {
    const first = place.split('/')[0] ?? place;
    return place === field || (MADE_BY[first] ?? first) === field;
  });
