//! Pulls: what a server answers, and what a replica does with it. Each page is one transaction with its
//! cursor, so that it is applied once and whole, whenever the machine stops.

use andu_base::DeviceId;
use andu_org::Person;
use andu_store::{DeviceHeads, Reader, Store, Tx};
use andu_sync::{PullAnswer, PullRequest, Scope, ScopePage, StillAnswer, StillRequest, Told};

use crate::{Refusal, epoch, lease, organisation, record::on_servers_rows, row};

/// Applied commands that a replica keeps, in case its server is restored from a copy.
const KEPT_COMMANDS: u32 = 2_000;

/// Changes that a server tells without being asked.
const TOLD_AT_MOST: u32 = 200;

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
    let granted = granted(reader, person, request.leases, now)?;
    let mut answer = told(reader, (person, device), granted, now)?;
    if request.epoch.is_empty() || request.epoch == answer.epoch {
        let pages = answer.granted.iter();
        let pages: Result<_, _> = pages
            .map(|scope| reader.scope_page(scope, request))
            .collect();
        answer.pages = pages?;
    }
    Ok(answer)
}

/// All scopes that a person may see now; the leased ones only where they can be held.
fn granted(
    reader: Reader<'_>,
    person: &Person,
    leases: bool,
    now: &str,
) -> Result<Vec<Scope>, Refusal> {
    let mut granted = organisation::granted(reader, person.id, organisation::day_of(now))?;
    if !leases {
        granted.retain(|scope| !scope.is_leased());
    }
    Ok(granted)
}

/// An answer without its pages.
fn told(
    reader: Reader<'_>,
    (person, device): (&Person, DeviceId),
    granted: Vec<Scope>,
    now: &str,
) -> Result<PullAnswer, Refusal> {
    Ok(PullAnswer {
        epoch: epoch::current(reader)?,
        leases: lease::give(reader, person, &granted, now)?,
        granted,
        pages: Vec::new(),
        counted: reader.device(device)?.map_or(0, |device| device.last_seq),
        now_ms: lease::instant_ms(now),
    })
}

/// Answers at the server whoever asks only whether there is something new.
///
/// # Errors
/// The store's own.
pub fn answer_still(
    store: &Store,
    (person, device): (&Person, DeviceId),
    request: &StillRequest,
    now: &str,
) -> Result<StillAnswer, Refusal> {
    let who = (person, device);
    let found = store.read(|reader| -> Result<_, Refusal> {
        let (heads, seen_at) = reader.device_heads(device)?;
        let cursors = heads.iter().map(|(scope, (at, _))| (scope.clone(), *at));
        let pull = PullRequest {
            epoch: request.epoch.clone(),
            cursors: cursors.collect(),
            limit: request.limit,
            leases: request.leases,
            ..PullRequest::default()
        };
        if pull.known() != Some(request.known) {
            return Ok(None);
        }
        let granted = granted(reader, person, request.leases, now)?;
        let is_still =
            epoch::current(reader)? == request.epoch && is_still(reader, &heads, &granted)?;
        let answer = match is_still {
            true => told(reader, who, granted, now)?,
            false => answer_pull(reader, who, &pull, now)?,
        };
        Ok(Some((pull, seen_at, is_still, answer)))
    })?;
    let Some((pull, seen_at, is_still, answer)) = found else {
        return Ok(StillAnswer::Tell);
    };
    if !is_same_day(&seen_at, now) {
        note_all_cursors(store, &[(device, pull.clone())], now)?;
    }
    // What a desk is told it may hold is in the register before it is told.
    lease::note(store, who, (&pull, &answer), now)?;
    Ok(match is_still {
        true => StillAnswer::Still {
            now_ms: answer.now_ms,
            leases: answer.leases,
        },
        false => StillAnswer::News { answer },
    })
}

/// Whether a desk holds all that its person may see: every scope it named at its head and granted still, and
/// nothing in the others that are granted.
fn is_still(reader: Reader<'_>, heads: &DeviceHeads, granted: &[Scope]) -> Result<bool, Refusal> {
    let mut known = 0;
    for scope in granted {
        match heads.get(scope) {
            Some((cursor, head)) if cursor == head => known += 1,
            Some(_) => return Ok(false),
            None if reader.scope_head(scope)?.seq > 0 => return Ok(false),
            None => {}
        }
    }
    Ok(known == heads.len())
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
    if have_cursors_moved(store, device, request, now)? {
        note_all_cursors(store, &[(device, request.clone())], now)?;
    }
    Ok(())
}

/// Whether a desk is elsewhere than the server has noted.
///
/// # Errors
/// The store's own.
pub fn have_cursors_moved(
    store: &Store,
    device: DeviceId,
    request: &PullRequest,
    now: &str,
) -> Result<bool, Refusal> {
    let (known, seen_at) = store.read(|reader| reader.device_cursors(device))?;
    let is_noted = known == request.cursors && is_same_day(&seen_at, now);
    Ok(!request.epoch.is_empty() && !is_noted)
}

/// The day is enough to tell a desk that works from one that is away.
fn is_same_day(seen_at: &str, now: &str) -> bool {
    seen_at.get(..10) == now.get(..10)
}

/// Notes how far several desks say they are, in one transaction.
///
/// # Errors
/// The store's own; then none of them is noted.
pub fn note_all_cursors(
    store: &Store,
    desks: &[(DeviceId, PullRequest)],
    now: &str,
) -> Result<(), Refusal> {
    store.write(|tx| -> Result<(), Refusal> {
        let epoch = epoch::current(tx.reader())?;
        for (device, request) in desks.iter().filter(|(_, request)| request.epoch == epoch) {
            tx.device_cursors_put(*device, &request.cursors, now)?;
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
    // Each part is a transaction of its own, whenever the machine stops. Where more is to come, nobody waits for
    // the disk: what a power cut takes back is pulled again.
    apply_parts(
        (request, answer),
        own_id,
        &mut |part| match answer.has_more() {
            true => store.write_soon(part),
            false => store.write(part),
        },
    )
}

/// The same within one transaction.
pub(crate) fn apply_in(
    tx: &mut Tx<'_>,
    request: &PullRequest,
    answer: &PullAnswer,
    own_id: &str,
) -> Result<bool, Refusal> {
    apply_parts((request, answer), own_id, &mut |part| part(tx))
}

/// A part of an answer. Says whether it changed anything.
type Part<'a> = &'a mut dyn FnMut(&mut Tx<'_>) -> Result<bool, Refusal>;

fn apply_parts(
    (request, answer): (&PullRequest, &PullAnswer),
    own_id: &str,
    write: &mut dyn FnMut(Part<'_>) -> Result<bool, Refusal>,
) -> Result<bool, Refusal> {
    let mut is_asked = false;
    let mut changed = write(&mut |tx| {
        is_asked = epoch::current(tx.reader())? == request.epoch;
        match is_asked {
            true => enter(tx, request, answer, own_id),
            false => Ok(false),
        }
    })?;
    if !is_asked {
        return Ok(false);
    }
    for page in &answer.pages {
        changed |= write(&mut |tx| {
            if page.scope.is_leased() {
                return lease::put_page(tx, request, page);
            }
            let reader = tx.reader();
            let fits = request.cursors.get(&page.scope) == reader.cursors()?.get(&page.scope)
                && request.snapshots.get(&page.scope) == reader.snapshots()?.get(&page.scope);
            match fits {
                true => on_servers_rows(tx, |tx| apply_page(tx, page, own_id)),
                false => Ok(false),
            }
        })?;
    }
    let passing = passing(answer);
    changed |= write(&mut |tx| clear(tx, &passing))?;
    Ok(changed)
}

/// Notes at a replica that `request` found nothing new. Says whether anything changed.
///
/// # Errors
/// The store's own.
pub fn apply_still(store: &Store, request: &PullRequest) -> Result<bool, Refusal> {
    if store.read(|reader| reader.outbox_size())? == 0 {
        return Ok(false);
    }
    let cursors = request.cursors.keys();
    let passing: Vec<Scope> = cursors
        .filter(|scope| !scope.is_leased())
        .cloned()
        .collect();
    store.write(|tx| clear(tx, &passing))
}

/// What a server tells without being asked of what followed `from` in a scope; `None` where that is to be
/// pulled: it is more than a few changes, older than the log, or leased.
///
/// # Errors
/// The store's own.
pub fn tell(reader: Reader<'_>, scope: &Scope, from: u64) -> Result<Option<Told>, Refusal> {
    if from == 0 || scope.is_leased() {
        return Ok(None);
    }
    let epoch = epoch::current(reader)?;
    let request = PullRequest {
        epoch: epoch.clone(),
        cursors: [(scope.clone(), from)].into(),
        limit: TOLD_AT_MOST,
        ..PullRequest::default()
    };
    let page = reader.scope_page(scope, &request)?;
    let is_whole = page.snapshot.is_none() && !page.changes.is_empty() && !page.has_more();
    Ok(is_whole.then_some(Told { epoch, page }))
}

/// How a replica took what it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is held now.
    Applied,
    /// It was held already.
    Known,
    /// It does not continue what is held: a pull is needed.
    Apart,
}

/// Applies what the server told without being asked, as the page of a pull is applied.
///
/// # Errors
/// The store's own; then it leaves no trace.
pub fn apply_told(store: &Store, told: &Told, own_id: &str) -> Result<Taken, Refusal> {
    store.write(|tx| {
        let (reader, scope) = (tx.reader(), &told.page.scope);
        let is_apart = scope.is_leased()
            || epoch::current(reader)? != told.epoch
            || reader.snapshots()?.contains_key(scope);
        // Of a scope that was not pulled yet nothing is told: it begins with a snapshot.
        let cursor = reader.cursors()?.get(scope).copied().unwrap_or(0);
        let page = told.page.after(cursor);
        if is_apart || cursor == 0 || !page.follows(cursor) {
            return Ok(Taken::Apart);
        }
        if page.changes.is_empty() {
            return Ok(Taken::Known);
        }
        // Commands stay in the outbox: which scopes are granted now, a pull says.
        on_servers_rows(tx, |tx| apply_page(tx, &page, own_id))?;
        Ok(Taken::Applied)
    })
}

/// Takes commands out of the outbox that the pull has passed. Says whether there were any.
fn clear(tx: &mut Tx<'_>, passing: &[Scope]) -> Result<bool, Refusal> {
    let passed = |tx: &mut Tx<'_>| Ok(tx.outbox_clear(passing, KEPT_COMMANDS)?);
    let about = on_servers_rows(tx, passed)?;
    for draft_id in &about {
        row::settle(tx, draft_id)?;
    }
    Ok(!about.is_empty())
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

/// Takes another epoch on where the server is of one, and takes out what is no longer granted.
fn enter(
    tx: &mut Tx<'_>,
    request: &PullRequest,
    answer: &PullAnswer,
    own_id: &str,
) -> Result<bool, Refusal> {
    let is_other = answer.epoch != request.epoch;
    if is_other {
        epoch::adopt(tx, &answer.epoch)?;
    }
    if tx.reader().own_seq()? < answer.counted {
        tx.own_seq_at_least(answer.counted)?;
    }
    let mut gone = tx.reader().scopes_held()?;
    gone.retain(|scope| !answer.granted.contains(scope) || scope.is_leased());
    if gone.is_empty() {
        return Ok(is_other);
    }
    on_servers_rows(tx, |tx| {
        gone.iter()
            .try_for_each(|scope| row::revoke(tx, scope, own_id))
    })?;
    Ok(true)
}

fn apply_page(tx: &mut Tx<'_>, page: &ScopePage, own_id: &str) -> Result<bool, Refusal> {
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
