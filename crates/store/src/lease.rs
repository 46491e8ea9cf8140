//! At a server: the register of leases, and how long an agency's leases last.

use andu_base::{AgencyId, Date, DeviceId};
use andu_org::LeaseTerm;
use andu_sync::Scope;
use rusqlite::{Row, params};

use crate::{Reader, Result, Tx, organisation::parse};

/// A lease in the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseRow {
    /// The desk.
    pub device: DeviceId,
    /// What it may hold.
    pub scope: Scope,
    /// Id of whose desk it is.
    pub person_id: String,
    /// When it was given first, an instant in UTC.
    pub given_at: String,
    /// Until when, Unix milliseconds of the server's clock.
    pub until_ms: i64,
}

fn row(row: &Row<'_>) -> Result<LeaseRow> {
    Ok(LeaseRow {
        device: parse(row, 0, "lease.device_id")?,
        scope: Scope(row.get(1)?),
        person_id: row.get(2)?,
        given_at: row.get(3)?,
        until_ms: row.get(4)?,
    })
}

const RUNNING: &str = "select device_id, scope, person_id, given_at, until_ms from lease
     where ended_at = '' and device_id = ?1 order by scope";
const OVER: &str = "select device_id, scope, person_id, given_at, until_ms from lease
     where ended_at = '' and until_ms <= ?1 order by device_id, scope";

impl Reader<'_> {
    fn lease_rows(self, sql: &str, values: impl rusqlite::Params) -> Result<Vec<LeaseRow>> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        let mut leases = Vec::new();
        while let Some(found) = rows.next()? {
            leases.push(row(found)?);
        }
        Ok(leases)
    }

    /// Leases of a desk that have not ended.
    ///
    /// # Errors
    /// The engine's own.
    pub fn leases_of(self, device: DeviceId) -> Result<Vec<LeaseRow>> {
        self.lease_rows(RUNNING, [device.as_text()])
    }

    /// Leases whose time was over at `now_ms` and that nobody ended.
    ///
    /// # Errors
    /// The engine's own.
    pub fn leases_over(self, now_ms: i64) -> Result<Vec<LeaseRow>> {
        self.lease_rows(OVER, [now_ms])
    }

    /// What was set about how long leases of an agency last, the oldest first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn lease_terms(self, agency: AgencyId) -> Result<Vec<LeaseTerm>> {
        let mut statement = self.0.prepare_cached(
            "select agency_id, from_on, days from lease_term where agency_id = ?1 order by from_on",
        )?;
        let mut rows = statement.query([agency.as_text()])?;
        let mut terms = Vec::new();
        while let Some(row) = rows.next()? {
            terms.push(LeaseTerm {
                agency_id: parse(row, 0, "lease_term.agency_id")?,
                from_on: parse(row, 1, "lease_term.from_on")?,
                days: row.get(2)?,
            });
        }
        Ok(terms)
    }

    /// How many days a lease of an agency lasts that is given on a day; `None` where nothing was set.
    ///
    /// # Errors
    /// The engine's own.
    pub fn lease_days(self, agency: AgencyId, day: Date) -> Result<Option<u32>> {
        let mut terms = self.lease_terms(agency)?.into_iter();
        let last = terms.rfind(|term| term.from_on <= day);
        Ok(last.map(|term| term.days))
    }
}

impl Tx<'_> {
    /// Enters that a desk may hold a scope: anew, or for longer.
    ///
    /// # Errors
    /// The engine's own.
    pub fn lease_put(&mut self, lease: &LeaseRow) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into lease (device_id, scope, person_id, given_at, until_ms, ended_at, reason)
                 values (?1, ?2, ?3, ?4, ?5, '', '')
                 on conflict (device_id, scope) do update set person_id = excluded.person_id,
                     given_at = excluded.given_at, until_ms = excluded.until_ms, ended_at = '', reason = ''",
            )?
            .execute(params![
                lease.device.as_text(),
                lease.scope.0,
                lease.person_id,
                lease.given_at,
                lease.until_ms
            ])?;
        Ok(())
    }

    /// Enters that a desk may not hold a scope any more.
    ///
    /// # Errors
    /// The engine's own.
    pub fn lease_end(
        &mut self,
        device: DeviceId,
        scope: &Scope,
        (ended_at, reason): (&str, &str),
    ) -> Result<()> {
        self.0
            .prepare_cached(
                "update lease set ended_at = ?3, reason = ?4 where device_id = ?1 and scope = ?2",
            )?
            .execute(params![device.as_text(), scope.0, ended_at, reason])?;
        Ok(())
    }

    /// Puts how long leases of an agency last from a day on.
    ///
    /// # Errors
    /// The engine's own.
    pub fn lease_term_put(&mut self, term: &LeaseTerm) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into lease_term (id, agency_id, from_on, days) values (?1, ?2, ?3, ?4)
                 on conflict (id) do update set days = excluded.days",
            )?
            .execute(params![
                term.key(),
                term.agency_id.as_text(),
                term.from_on.to_string(),
                term.days
            ])?;
        Ok(())
    }
}
