//! Pulls: what a server answers, and what a replica does with it. Each page is one transaction with its
//! cursor, so that it is applied once and whole, whenever the machine stops.

use andu_base::DeviceId;
use andu_org::Person;
use andu_store::{Reader, Store};
use andu_sync::{PullAnswer, PullRequest, Scope, ScopePage};

use crate::{Refusal, epoch, lease, organisation, record::on_servers_rows, row};

/// Applied commands that a replica keeps, in case its server is restored from a copy.
const KEPT_COMMANDS: u32 = 2_000;

/// Answers a pull at the server.
///
/// # Errors
/// The store's own.
pub fn answer_pull(
    reader: Reader<'_>,
    (person, device): (&Person, DeviceId),
    request: &PullRequest,
    now: &str,
) -> Result<PullAnswer, Refusal> {
    let mut granted = organisation::granted(reader, person.id, organisation::day_of(now))?;
    if !request.leases {
        granted.retain(|scope| !scope.is_leased());
    }
    let epoch = epoch::current(reader)?;
    let leases = lease::give(reader, person, &granted, now)?;
    let counted = reader.device(device)?.map_or(0, |device| device.last_seq);
    let pages = if request.epoch.is_empty() || request.epoch == epoch {
        let pages: Result<Vec<ScopePage>, _> = granted
            .iter()
            .map(|scope| reader.scope_page(scope, request))
            .collect();
        pages?
    } else {
        Vec::new()
    };
    Ok(PullAnswer {
        epoch,
        granted,
        pages,
        counted,
        now_ms: lease::instant_ms(now),
        leases,
    })
}

/// Notes at the server how far a desk says it is; only what changed is written.
///
/// # Errors
/// The store's own.
pub fn note_cursors(
    store: &Store,
    device: DeviceId,
    request: &PullRequest,
    now: &str,
) -> Result<(), Refusal> {
    let (known, seen_at) = store.read(|reader| reader.device_cursors(device))?;
    // The day is enough to tell a desk that works from one that is away.
    let same_day = seen_at.get(..10) == now.get(..10);
    if request.epoch.is_empty() || (known == request.cursors && same_day) {
        return Ok(());
    }
    store.write(|tx| -> Result<(), Refusal> {
        if epoch::current(tx.reader())? == request.epoch {
            tx.device_cursors_put(device, &request.cursors, now)?;
        }
        Ok(())
    })
}

/// Takes out of every scope's log at the server what was overtaken and what no desk needs that was seen at
/// or after `live_since`; a log is never longer than `longest` changes for the sake of a desk that is
/// behind. Answers with how many entries went.
///
/// # Errors
/// The store's own.
pub fn compact(store: &Store, live_since: &str, longest: u64) -> Result<usize, Refusal> {
    let heads = store.read(|reader| reader.scope_heads())?;
    let mut gone = 0;
    for (scope, head) in heads {
        gone += store.write(|tx| -> Result<usize, Refusal> {
            let lowest = tx.reader().scope_floor(&scope, live_since)?;
            let floor = lowest.unwrap_or(head.seq).min(head.seq);
            let floor = floor.max(head.seq.saturating_sub(longest));
            if floor <= head.min_seq {
                return Ok(0);
            }
            Ok(tx.scope_compact(&scope, floor)?)
        })?;
    }
    Ok(gone)
}

/// What a replica asks for.
///
/// # Errors
/// The store's own.
pub fn ask(reader: Reader<'_>, limit: u32) -> Result<PullRequest, Refusal> {
    Ok(PullRequest {
        epoch: epoch::current(reader)?,
        cursors: reader.cursors()?,
        snapshots: reader.snapshots()?,
        limit,
        leases: false,
    })
}

/// The same for a replica that can hold leased scopes, of those whose files are open.
///
/// # Errors
/// The store's own.
pub fn ask_leased(reader: Reader<'_>, limit: u32) -> Result<PullRequest, Refusal> {
    let mut request = ask(reader, limit)?;
    request.leases = true;
    for (scope, place) in reader.leased_places()? {
        if let Some(mark) = place.mark {
            request.snapshots.insert(scope.clone(), mark);
        }
        request.cursors.insert(scope, place.seq);
    }
    Ok(request)
}

/// Applies the answer to `request`: takes out what is no longer granted, puts in what was pulled, and takes
/// commands out of the outbox that the pull has passed. Pages that do not continue what is held are left
/// alone. Says whether anything changed.
///
/// # Errors
/// The store's own; the page it happened at leaves no trace.
pub fn apply(
    store: &Store,
    request: &PullRequest,
    answer: &PullAnswer,
    own_id: &str,
) -> Result<bool, Refusal> {
    let Some(mut changed) = enter(store, request, answer)? else {
        return Ok(false);
    };
    for scope in store.read(|reader| reader.scopes_held())? {
        if !answer.granted.contains(&scope) || scope.is_leased() {
            store.write(|tx| on_servers_rows(tx, |tx| row::revoke(tx, &scope, own_id)))?;
            changed = true;
        }
    }
    for page in &answer.pages {
        if page.scope.is_leased() {
            changed |= lease::put_page(store, request, page)?;
            continue;
        }
        changed |= store.write(|tx| -> Result<bool, Refusal> {
            let reader = tx.reader();
            let fits = request.cursors.get(&page.scope) == reader.cursors()?.get(&page.scope)
                && request.snapshots.get(&page.scope) == reader.snapshots()?.get(&page.scope);
            if fits {
                on_servers_rows(tx, |tx| apply_page(tx, page, own_id))
            } else {
                Ok(false)
            }
        })?;
    }
    let passing = passing(answer);
    let gone = store.write(|tx| -> Result<bool, Refusal> {
        let about = on_servers_rows(tx, |tx| Ok(tx.outbox_clear(&passing, KEPT_COMMANDS)?))?;
        for draft_id in &about {
            row::settle(tx, draft_id)?;
        }
        Ok(!about.is_empty())
    })?;
    Ok(changed || gone)
}

/// The same within one transaction, for an answer that is known to be of the epoch of `request`.
pub(crate) fn apply_in(
    tx: &mut andu_store::Tx<'_>,
    request: &PullRequest,
    answer: &PullAnswer,
    own_id: &str,
) -> Result<bool, Refusal> {
    if request.epoch != epoch::current(tx.reader())? || answer.epoch != request.epoch {
        return Ok(false);
    }
    tx.own_seq_at_least(answer.counted)?;
    let mut changed = false;
    for scope in tx.reader().scopes_held()? {
        if !answer.granted.contains(&scope) || scope.is_leased() {
            on_servers_rows(tx, |tx| row::revoke(tx, &scope, own_id))?;
            changed = true;
        }
    }
    for page in answer.pages.iter().filter(|page| !page.scope.is_leased()) {
        changed |= on_servers_rows(tx, |tx| apply_page(tx, page, own_id))?;
    }
    let passing = passing(answer);
    let about = on_servers_rows(tx, |tx| Ok(tx.outbox_clear(&passing, KEPT_COMMANDS)?))?;
    for draft_id in &about {
        row::settle(tx, draft_id)?;
    }
    Ok(changed || !about.is_empty())
}

/// The scopes whose pull a command waits for. Leased ones have cursors of their own: nothing that is done at a
/// desk shows there before.
fn passing(answer: &PullAnswer) -> Vec<Scope> {
    let granted = answer.granted.iter();
    granted
        .filter(|scope| !scope.is_leased())
        .cloned()
        .collect()
}

/// Looks whether an answer is of the epoch that is known, and takes another one on. `None`: it answers what
/// is no longer asked.
fn enter(
    store: &Store,
    request: &PullRequest,
    answer: &PullAnswer,
) -> Result<Option<bool>, Refusal> {
    let (known, own_seq) = store.read(|reader| -> andu_store::Result<_> {
        Ok((epoch::current(reader)?, reader.own_seq()?))
    })?;
    if request.epoch != known {
        return Ok(None);
    }
    let is_other = answer.epoch != known;
    if is_other || own_seq < answer.counted {
        store.write(|tx| -> Result<(), Refusal> {
            if is_other {
                epoch::adopt(tx, &answer.epoch)?;
            }
            Ok(tx.own_seq_at_least(answer.counted)?)
        })?;
    }
    Ok(Some(is_other))
}

fn apply_page(
    tx: &mut andu_store::Tx<'_>,
    page: &ScopePage,
    own_id: &str,
) -> Result<bool, Refusal> {
    let Some(part) = &page.snapshot else {
        if page.changes.is_empty() {
            return Ok(false);
        }
        for change in &page.changes {
            row::apply(tx, &page.scope, change, own_id)?;
        }
        tx.cursor_advance(page)?;
        return Ok(true);
    };
    if part.after.is_none() {
        tx.snapshot_begin(&page.scope)?;
    }
    for change in &page.changes {
        row::apply(tx, &page.scope, change, own_id)?;
    }
    if part.to.is_none() {
        for key in tx.reader().scope_rows(&page.scope, true)?.iter().rev() {
            row::take_out(tx, &page.scope, key, own_id)?;
        }
    }
    tx.snapshot_advance(&page.scope, part)?;
    Ok(true)
}
