//! Pages on discs. A disc is written before it is known what its receiver will hold when it arrives:
//! pages follow each other on it, and what is held already is passed over.

use crate::change::{PullAnswer, PullRequest, ScopePage, SnapshotMark};

/// Where a replica would be after it applied `answer` to `request`: what it would ask next.
pub fn advance(request: &mut PullRequest, answer: &PullAnswer) {
    request.epoch.clone_from(&answer.epoch);
    request
        .cursors
        .retain(|scope, _| answer.granted.contains(scope));
    request
        .snapshots
        .retain(|scope, _| answer.granted.contains(scope));
    for page in &answer.pages {
        let scope = page.scope.clone();
        let Some(part) = &page.snapshot else {
            if let Some(last) = page.changes.last() {
                request.cursors.insert(scope, last.seq);
            }
            continue;
        };
        if let Some(after) = part.to.clone() {
            let mark = SnapshotMark { at: part.at, after };
            request.snapshots.insert(scope, mark);
        } else {
            request.snapshots.remove(&scope);
            request.cursors.insert(scope, part.at);
        }
    }
}

/// What of a page is news to a replica that holds `held`; `None` where nothing is, or where the page
/// does not continue it.
pub fn rebase(page: &ScopePage, held: &PullRequest) -> Option<ScopePage> {
    let cursor = held.cursors.get(&page.scope).copied().unwrap_or(0);
    let Some(part) = &page.snapshot else {
        let mut page = page.clone();
        page.changes.retain(|change| change.seq > cursor);
        return (!page.changes.is_empty() && page.follows(cursor)).then_some(page);
    };
    let mark = held.snapshots.get(&page.scope);
    let fits = match &part.after {
        None => cursor == 0 || part.at > cursor,
        Some(after) => mark.is_some_and(|mark| mark.at == part.at && mark.after == *after),
    };
    fits.then(|| page.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Change, Operation, RowKey, Scope, SnapshotPart};

    fn scope() -> Scope {
        Scope("person:a".into())
    }

    fn page(seqs: impl IntoIterator<Item = u64>) -> ScopePage {
        let change = |seq| Change {
            seq,
            entity: "draft".into(),
            row_id: seq.to_string(),
            operation: Operation::Put,
            row: serde_json::Value::Null,
        };
        ScopePage {
            scope: scope(),
            changes: seqs.into_iter().map(change).collect(),
            head: 99,
            snapshot: None,
        }
    }

    fn part(at: u64, after: Option<&str>, to: Option<&str>) -> ScopePage {
        let key = |row: &str| RowKey {
            place: 1,
            entity: "draft".into(),
            row_id: row.into(),
        };
        let snapshot = SnapshotPart {
            at,
            after: after.map(key),
            to: to.map(key),
        };
        ScopePage {
            snapshot: Some(snapshot),
            ..page([])
        }
    }

    fn at(cursor: u64) -> PullRequest {
        let cursors = if cursor == 0 {
            [].into()
        } else {
            [(scope(), cursor)].into()
        };
        PullRequest {
            cursors,
            ..PullRequest::default()
        }
    }

    fn answer(page: ScopePage) -> PullAnswer {
        PullAnswer {
            epoch: "e".into(),
            granted: vec![scope()],
            pages: vec![page],
            counted: 0,
            ..PullAnswer::default()
        }
    }

    #[test]
    fn what_is_held_is_passed_over_and_a_gap_is_left_alone() {
        let news = |cursor| rebase(&page(4..=9), &at(cursor)).map(|page| page.changes.len());
        assert_eq!(news(2), None, "a gap");
        assert_eq!(
            (news(3), news(6), news(9), news(20)),
            (Some(6), Some(3), None, None)
        );
    }

    #[test]
    fn an_older_snapshot_is_passed_over_and_its_parts_follow_each_other() {
        assert!(rebase(&part(7, None, Some("b")), &at(0)).is_some());
        assert!(rebase(&part(7, None, Some("b")), &at(5)).is_some());
        assert!(rebase(&part(7, None, Some("b")), &at(7)).is_none());
        let mut held = at(0);
        assert!(
            rebase(&part(7, Some("b"), None), &held).is_none(),
            "without its first part"
        );
        advance(&mut held, &answer(part(7, None, Some("b"))));
        assert!(rebase(&part(7, Some("b"), None), &held).is_some());
        assert!(rebase(&part(7, Some("c"), None), &held).is_none());
        advance(&mut held, &answer(part(7, Some("b"), None)));
        assert_eq!(held.cursors.get(&scope()), Some(&7));
        assert!(held.snapshots.is_empty());
    }

    #[test]
    fn a_scope_that_is_granted_no_more_is_forgotten() {
        let mut held = at(5);
        advance(&mut held, &PullAnswer::default());
        assert!(held.cursors.is_empty());
    }
}
