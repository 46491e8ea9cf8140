// Which field of the form a missing element belongs to.

/** Missing elements that another field makes. */
const MADE_BY: Record<string, string> = { letterhead: 'issuers', signature: 'issuers' };

/** Given on the way of a document (编号、签发), where it goes by 发文办理: nobody who drafts fills them in. */
export const GIVEN_LATER: readonly string[] = ['issue_number', 'date_of_issue', 'imprint'];

export const isMissing = (field: string, missing: readonly string[]): boolean =>
  missing.some((place) => {
    const first = place.split('/')[0] ?? place;
    return place === field || (MADE_BY[first] ?? first) === field;
  });
