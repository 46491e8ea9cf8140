//! Comparing what a replica holds of a scope with what the server holds: digests first, then the parts that
//! differ, then the rows. Each side computes from its own rows; nobody's digest is taken over.

use andu_org::Person;
use andu_store::{PROJECTIONS, Reader, Store};
use andu_sync::{
    Change, CompareAnswer, CompareRequest, Compared, Operation, RANGES_AT_MOST, ROWS_AT_ONCE,
    RangeDigest, RowHasher, RowKey, Scope, split,
};

use crate::{Refusal, epoch, organisation, record::on_servers_rows, row};

/// Questions after which a comparison is given up.
pub const ROUNDS_AT_MOST: usize = 24;

/// How a comparison goes on.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Ask this next.
    Ask(CompareRequest),
    /// Both sides hold the same.
    Same,
    /// What was answered is about another epoch, or a scope that may not be seen.
    Void,
}

/// Answers a comparison at the server.
///
/// # Errors
/// The store's own.
pub fn answer_compare(
    reader: Reader<'_>,
    person: &Person,
    request: &CompareRequest,
    now: &str,
) -> Result<CompareAnswer, Refusal> {
    let epoch = epoch::current(reader)?;
    let head = reader.scope_head(&request.scope)?.seq;
    let today = organisation::day_of(now);
    // What is held for a time only comes with a lease, and with nothing else.
    let may_see = !request.scope.is_leased()
        && organisation::granted(reader, person.id, today)?.contains(&request.scope);
    if epoch != request.epoch || !may_see {
        return Ok(CompareAnswer {
            epoch,
            head: 0,
            ranges: Vec::new(),
        });
    }
    let hasher = RowHasher::new(&epoch, &request.scope);
    let known = |(key, _): &(RowKey, Change)| request.entities.contains(&key.entity);
    let rows: Vec<(RowKey, Change)> = reader
        .scope_rows_logged(&request.scope)?
        .into_iter()
        .filter(known)
        .collect();
    let hashes: Vec<(RowKey, u128)> = rows
        .iter()
        .map(|(key, change)| {
            let hash = hasher.hash(&key.entity, &key.row_id, &change.row);
            (key.clone(), hash)
        })
        .collect();
    let ranges = request.ranges.iter().take(RANGES_AT_MOST);
    let ranges = ranges.map(|range| compare_range(range, &rows, &hashes));
    Ok(CompareAnswer {
        epoch,
        head,
        ranges: ranges.collect(),
    })
}

fn compare_range(
    range: &RangeDigest,
    rows: &[(RowKey, Change)],
    hashes: &[(RowKey, u128)],
) -> Compared {
    let first = hashes.partition_point(|(key, _)| range.from.as_ref().is_some_and(|f| key < f));
    let end = hashes.partition_point(|(key, _)| range.to.as_ref().is_none_or(|to| key < to));
    let within = first..end.max(first);
    let own = hashes[within.clone()].iter().map(|(_, hash)| *hash);
    if own.collect::<andu_sync::Digest>() == range.digest {
        return Compared::Same;
    }
    if within.len() <= ROWS_AT_ONCE {
        let rows = rows[within].iter().map(|(_, change)| change.clone());
        return Compared::Rows {
            rows: rows.collect(),
        };
    }
    Compared::Split {
        parts: split(range, &hashes[within]),
    }
}

/// The comparison a replica owes: of a scope it holds rows of without knowing how far they go.
///
/// # Errors
/// The store's own.
pub fn due(reader: Reader<'_>) -> Result<Option<CompareRequest>, Refusal> {
    let cursors = reader.cursors()?;
    let scopes = reader.scopes_held()?;
    // Nearest first: a row that several scopes show stands as the nearest has it.
    let scope = scopes
        .iter()
        .filter(|scope| !cursors.contains_key(scope))
        .min_by_key(|scope| scope.nearness());
    scope.map(|scope| whole(reader, scope)).transpose()
}

/// Gives a comparison up that came to no end: the scope is pulled from its beginning.
///
/// # Errors
/// The store's own.
pub fn give_up(store: &Store, scope: &Scope) -> Result<(), Refusal> {
    store.write(|tx| tx.cursor_put(scope, 0).map_err(Refusal::from))
}

/// The comparison of a whole scope.
///
/// # Errors
/// The store's own.
pub fn whole(reader: Reader<'_>, scope: &Scope) -> Result<CompareRequest, Refusal> {
    let epoch = epoch::current(reader)?;
    let hashes = own_hashes(reader, &epoch, scope)?;
    Ok(CompareRequest {
        epoch,
        scope: scope.clone(),
        entities: PROJECTIONS.map(|known| known.entity.to_owned()).into(),
        ranges: vec![RangeDigest {
            from: None,
            to: None,
            digest: hashes.iter().map(|(_, hash)| *hash).collect(),
        }],
    })
}

fn own_hashes(
    reader: Reader<'_>,
    epoch: &str,
    scope: &Scope,
) -> Result<Vec<(RowKey, u128)>, Refusal> {
    let hasher = RowHasher::new(epoch, scope);
    let mut hashes = Vec::new();
    for key in reader.scope_rows(scope, false)? {
        if let Some(image) = reader.held_image(&key.entity, &key.row_id)? {
            let hash = hasher.hash(&key.entity, &key.row_id, &image);
            hashes.push((key, hash));
        }
    }
    Ok(hashes)
}

/// Takes the answer to a comparison: repairs the rows that came with it, in one transaction, and says what
/// to ask next. Where both sides hold the same, the replica knows how far it is.
///
/// # Errors
/// The store's own.
pub fn take(
    store: &Store,
    request: &CompareRequest,
    answer: &CompareAnswer,
    own_id: &str,
) -> Result<Progress, Refusal> {
    let scope = &request.scope;
    store.write(|tx| {
        let known = epoch::current(tx.reader())?;
        if request.epoch != known || answer.ranges.len() != request.ranges.len() {
            return Ok(Progress::Void);
        }
        if answer.epoch != known {
            epoch::adopt(tx, &answer.epoch)?;
            return Ok(Progress::Void);
        }
        let is_whole = request.ranges.len() == 1
            && request.ranges[0].from.is_none()
            && request.ranges[0].to.is_none();
        if is_whole && answer.ranges[0] == Compared::Same {
            if !tx.reader().cursors()?.contains_key(scope) {
                tx.cursor_put(scope, answer.head)?;
            }
            return Ok(Progress::Same);
        }
        on_servers_rows(tx, |tx| {
            for (range, compared) in request.ranges.iter().zip(&answer.ranges) {
                if let Compared::Rows { rows } = compared {
                    repair(tx, scope, range, rows, own_id)?;
                }
            }
            Ok(())
        })?;
        let hashes = own_hashes(tx.reader(), &known, scope)?;
        let parts = answer.ranges.iter().flat_map(|compared| match compared {
            Compared::Split { parts } => parts.as_slice(),
            Compared::Same | Compared::Rows { .. } => &[],
        });
        let differing: Vec<RangeDigest> = parts
            .filter_map(|part| {
                let own = hashes.iter().filter(|(key, _)| part.holds(key));
                let digest = own.map(|(_, hash)| *hash).collect();
                (digest != part.digest).then(|| RangeDigest {
                    digest,
                    ..part.clone()
                })
            })
            .take(RANGES_AT_MOST)
            .collect();
        if differing.is_empty() {
            return Ok(Progress::Ask(whole(tx.reader(), scope)?));
        }
        Ok(Progress::Ask(CompareRequest {
            ranges: differing,
            ..request.clone()
        }))
    })
}

/// Puts the server's rows in place of those of a range.
fn repair(
    tx: &mut andu_store::Tx<'_>,
    scope: &Scope,
    range: &RangeDigest,
    rows: &[Change],
    own_id: &str,
) -> Result<(), Refusal> {
    for key in tx.reader().scope_rows(scope, false)?.iter().rev() {
        let is_there = rows
            .iter()
            .any(|row| row.entity == key.entity && row.row_id == key.row_id);
        if range.holds(key) && !is_there {
            row::take_out(tx, scope, key, own_id)?;
        }
    }
    for change in rows.iter().filter(|row| row.operation == Operation::Put) {
        row::apply(tx, scope, change, own_id)?;
    }
    Ok(())
}
