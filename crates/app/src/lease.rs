//! Leases. At a server: giving them with a pull, the register with its audit, and how long they last. At a
//! desk: pages of leased scopes, which go into files of their own and nowhere else.

use andu_base::{AgencyId, Date, DeviceId};
use andu_org::{LeaseTerm, Person};
use andu_store::{AuditEntry, LeaseRow, Reader, Store, Tx};
use andu_sync::{
    LEASE_DAYS, LEASE_DAYS_AT_MOST, Lease, PullAnswer, PullRequest, Reason, Scope, ScopePage,
    lease_until,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Call, Refusal,
    organisation::{self, Entry},
    record::on_servers_rows,
    row,
};

/// How long leases of an agency last from a day on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaseTermSet {
    /// The agency.
    pub agency_id: AgencyId,
    /// Days, 1 to 30.
    pub days: u32,
    /// The first day.
    pub from_on: Date,
}

/// Unix milliseconds of an instant as stores write it; 0 for what cannot be read.
pub fn instant_ms(now: &str) -> i64 {
    now.parse::<Timestamp>()
        .map_or(0, Timestamp::as_millisecond)
}

/// Days that a lease lasts which somebody of an agency is given on a day.
///
/// # Errors
/// The store's own.
pub fn days(reader: Reader<'_>, agency: AgencyId, day: Date) -> Result<u32, Refusal> {
    let set = reader.lease_days(agency, day)?;
    Ok(set.unwrap_or(LEASE_DAYS).clamp(1, LEASE_DAYS_AT_MOST))
}

/// The leases that go with a pull: one for each leased scope that is granted.
pub(crate) fn give(
    reader: Reader<'_>,
    person: &Person,
    granted: &[Scope],
    now: &str,
) -> Result<Vec<Lease>, Refusal> {
    let days = days(reader, person.agency_id, organisation::day_of(now))?;
    let until_ms = lease_until(instant_ms(now), days);
    let leased = granted.iter().filter(|scope| scope.is_leased());
    Ok(leased
        .map(|scope| Lease {
            scope: scope.clone(),
            until_ms,
        })
        .collect())
}

/// Enters into the server's register what an answer is about to say, before it is sent. What goes on for the
/// same time is not written again.
///
/// # Errors
/// The store's own.
pub fn note(
    store: &Store,
    (person, device): (&Person, DeviceId),
    (request, answer): (&PullRequest, &PullAnswer),
    now: &str,
) -> Result<(), Refusal> {
    if !request.leases {
        return Ok(());
    }
    let running = store.read(|reader| reader.leases_of(device))?;
    let known = |lease: &Lease| {
        let mut running = running.iter();
        running.any(|row| row.scope == lease.scope && row.until_ms == lease.until_ms)
    };
    if running.len() == answer.leases.len() && answer.leases.iter().all(known) {
        return Ok(());
    }
    store.write(|tx| {
        let running = tx.reader().leases_of(device)?;
        let now_ms = instant_ms(now);
        for row in &running {
            if row.until_ms <= now_ms {
                end(tx, row, "ran_out", now)?;
            } else if !answer.leases.iter().any(|lease| lease.scope == row.scope) {
                end(tx, row, "grant", now)?;
            }
        }
        for lease in &answer.leases {
            let mut goes_on = running.iter();
            let goes_on = goes_on.find(|row| row.scope == lease.scope && row.until_ms > now_ms);
            let given_at = goes_on.map_or(now, |row| row.given_at.as_str()).to_owned();
            let row = LeaseRow {
                device,
                scope: lease.scope.clone(),
                person_id: person.id.as_text(),
                given_at,
                until_ms: lease.until_ms,
            };
            tx.lease_put(&row)?;
            if goes_on.is_none() {
                audit(tx, &row, ("lease_give", &until(row.until_ms)), now)?;
            }
        }
        Ok(())
    })
}

/// Ends in the register every lease of a device whose use was ended.
pub(crate) fn end_device(tx: &mut Tx<'_>, device: DeviceId, now: &str) -> Result<(), Refusal> {
    for row in tx.reader().leases_of(device)? {
        end(tx, &row, "device", now)?;
    }
    Ok(())
}

/// Ends in the register the leases whose time is over. Answers with how many.
///
/// # Errors
/// The store's own.
pub fn sweep(store: &Store, now: &str) -> Result<usize, Refusal> {
    let now_ms = instant_ms(now);
    if store.read(|reader| reader.leases_over(now_ms))?.is_empty() {
        return Ok(0);
    }
    store.write(|tx| {
        let over = tx.reader().leases_over(now_ms)?;
        for row in &over {
            end(tx, row, "ran_out", now)?;
        }
        Ok(over.len())
    })
}

fn end(tx: &mut Tx<'_>, row: &LeaseRow, reason: &str, now: &str) -> Result<(), Refusal> {
    tx.lease_end(row.device, &row.scope, (now, reason))?;
    audit(tx, row, ("lease_end", reason), now)
}

fn audit(
    tx: &mut Tx<'_>,
    row: &LeaseRow,
    (action, detail): (&str, &str),
    now: &str,
) -> Result<(), Refusal> {
    Ok(tx.audit_append(&AuditEntry {
        at: now.to_owned(),
        actor_id: row.person_id.clone(),
        device_id: row.device.as_text(),
        action: action.into(),
        subject_id: row.scope.0.clone(),
        detail: detail.to_owned(),
    })?)
}

fn until(until_ms: i64) -> String {
    let instant = Timestamp::from_millisecond(until_ms);
    instant.map_or_else(|_| String::new(), |instant| format!("{instant:.3}"))
}

/// Sets how long leases of an agency last. It is never dated back.
///
/// # Errors
/// `lease.days`, `organisation.not_backwards`, `organisation.other_agency`.
pub fn set_term(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: LeaseTermSet = serde_json::from_value(args)?;
    call.about(&args.agency_id.as_text());
    organisation::governed(call, args.agency_id)?;
    if !(1..=LEASE_DAYS_AT_MOST).contains(&args.days) {
        return Err(Refusal::Rejected(
            Reason::new("lease.days").with("most", LEASE_DAYS_AT_MOST),
        ));
    }
    if args.from_on < call.today() {
        return Err(Refusal::because("organisation.not_backwards"));
    }
    let term = LeaseTerm {
        agency_id: args.agency_id,
        from_on: args.from_on,
        days: args.days,
    };
    call.pen().put(args.agency_id, &Entry::LeaseTerm(term))?;
    Ok(json!({ "id": args.agency_id }))
}

/// Puts a page of a leased scope into its file, if it continues what is held there. Says whether anything
/// changed; without an open file nothing of it is kept.
pub(crate) fn put_page(
    tx: &mut Tx<'_>,
    request: &PullRequest,
    page: &ScopePage,
) -> Result<bool, Refusal> {
    let places = tx.reader().leased_places()?;
    let Some(place) = places.get(&page.scope) else {
        return Ok(false);
    };
    let asked = request.cursors.get(&page.scope).copied().unwrap_or(0);
    if place.seq != asked || place.mark.as_ref() != request.snapshots.get(&page.scope) {
        return Ok(false);
    }
    Ok(tx.leased_page_put(page)?)
}

/// Takes out of a desk's own file what an older version put there of scopes that are leased now.
///
/// # Errors
/// The store's own.
pub fn evict(store: &Store, own_id: &str) -> Result<(), Refusal> {
    for scope in store.read(|reader| reader.scopes_held())? {
        if scope.is_leased() {
            store.write(|tx| on_servers_rows(tx, |tx| row::revoke(tx, &scope, own_id)))?;
        }
    }
    Ok(())
}
