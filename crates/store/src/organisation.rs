//! Agencies, departments, people and their devices.

use andu_base::{DeviceId, PersonId};
use andu_org::{Agency, Department, Person};
use rusqlite::{OptionalExtension, Row, params};

use crate::{Reader, Result, StoreError, Tx};

/// A desk's device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRecord {
    /// Id.
    pub id: DeviceId,
    /// Who uses it.
    pub person_id: PersonId,
    /// Ed25519 public key, 64 hexadecimal characters.
    pub verify_key: String,
    /// Hash of its token; empty for the desk's own device.
    pub token_hash: String,
    /// The last of its commands that was decided.
    pub last_seq: u64,
    /// Instant in UTC.
    pub enrolled_at: String,
}

pub(crate) fn parse<T: std::str::FromStr>(
    row: &Row<'_>,
    at: usize,
    column: &'static str,
) -> Result<T> {
    row.get::<_, String>(at)?
        .parse()
        .map_err(|_| StoreError::Column { column })
}

fn person(row: &Row<'_>) -> Result<Person> {
    Ok(Person {
        id: parse(row, 0, "person.id")?,
        agency_id: parse(row, 1, "person.agency_id")?,
        department_id: parse(row, 2, "person.department_id")?,
        name: row.get(3)?,
        post: row.get(4)?,
        grants: std::collections::BTreeSet::new(),
    })
}

fn device(row: &Row<'_>) -> Result<DeviceRecord> {
    Ok(DeviceRecord {
        id: parse(row, 0, "device.id")?,
        person_id: parse(row, 1, "device.person_id")?,
        verify_key: row.get(2)?,
        token_hash: row.get(3)?,
        last_seq: u64::try_from(row.get::<_, i64>(4)?).map_err(|_| StoreError::Column {
            column: "device.last_seq",
        })?,
        enrolled_at: row.get(5)?,
    })
}

const DEVICE: &str =
    "select id, person_id, verify_key, token_hash, last_seq, enrolled_at from device";

impl Reader<'_> {
    /// The agency of this id.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn agency(self, id: &str) -> Result<Agency> {
        let found = self
            .0
            .prepare_cached(
                "select id, name, short_name, authority_code from agency where id = ?1",
            )?
            .query_row([id], |row| {
                Ok(parse(row, 0, "agency.id").map(|id| (id, row.get(1), row.get(2), row.get(3))))
            })
            .optional()?
            .ok_or_else(|| StoreError::NotFound {
                entity: "agency",
                id: id.to_owned(),
            })?;
        let (id, name, short_name, authority_code) = found?;
        Ok(Agency {
            id,
            name: name?,
            short_name: short_name?,
            authority_code: authority_code?,
        })
    }

    /// Every agency of this store, by name.
    ///
    /// # Errors
    /// The engine's own.
    pub fn all_agencies(self) -> Result<Vec<Agency>> {
        let mut statement = self.0.prepare_cached(
            "select id, name, short_name, authority_code from agency order by name, id",
        )?;
        let mut rows = statement.query([])?;
        let mut agencies = Vec::new();
        while let Some(row) = rows.next()? {
            agencies.push(Agency {
                id: parse(row, 0, "agency.id")?,
                name: row.get(1)?,
                short_name: row.get(2)?,
                authority_code: row.get(3)?,
            });
        }
        Ok(agencies)
    }

    /// The department of this id.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn department(self, id: &str) -> Result<Department> {
        let mut statement = self
            .0
            .prepare_cached("select id, agency_id, name from department where id = ?1")?;
        let mut rows = statement.query([id])?;
        let row = rows.next()?.ok_or_else(|| StoreError::NotFound {
            entity: "department",
            id: id.to_owned(),
        })?;
        Ok(Department {
            id: parse(row, 0, "department.id")?,
            agency_id: parse(row, 1, "department.agency_id")?,
            name: row.get(2)?,
        })
    }

    /// The person of this id, as entered: without a date nobody holds a grant, so `grants` is empty. What
    /// holds on a day stands in [`Self::held_grants`].
    ///
    /// # Errors
    /// `NotFound`.
    pub fn person(self, id: PersonId) -> Result<Person> {
        let mut statement = self.0.prepare_cached(
            "select id, agency_id, department_id, name, post from person where id = ?1",
        )?;
        let mut rows = statement.query([id.as_text()])?;
        let row = rows.next()?.ok_or_else(|| StoreError::NotFound {
            entity: "person",
            id: id.as_text(),
        })?;
        person(row)
    }

    /// All people, by name, as entered; `grants` is empty.
    ///
    /// # Errors
    /// The engine's own.
    pub fn people(self) -> Result<Vec<Person>> {
        let mut statement = self.0.prepare_cached(
            "select id, agency_id, department_id, name, post from person order by name, id",
        )?;
        let mut rows = statement.query([])?;
        let mut people = Vec::new();
        while let Some(row) = rows.next()? {
            people.push(person(row)?);
        }
        Ok(people)
    }

    /// The device of this id, if it is enrolled.
    ///
    /// # Errors
    /// The engine's own.
    pub fn device(self, id: DeviceId) -> Result<Option<DeviceRecord>> {
        let mut statement = self.0.prepare_cached(&format!("{DEVICE} where id = ?1"))?;
        let mut rows = statement.query([id.as_text()])?;
        rows.next()?.map(device).transpose()
    }

    /// Whose a one-time secret is that was made after `made_after` and not used yet.
    ///
    /// # Errors
    /// The engine's own.
    pub fn enrolment(self, code_hash: &str, made_after: &str) -> Result<Option<PersonId>> {
        let person: Option<String> = self
            .0
            .prepare_cached(
                "select person_id from enrolment
                 where code_hash = ?1 and used_at is null and made_at > ?2",
            )?
            .query_row([code_hash, made_after], |row| row.get(0))
            .optional()?;
        person
            .map(|id| {
                id.parse().map_err(|_| StoreError::Column {
                    column: "enrolment.person_id",
                })
            })
            .transpose()
    }

    /// The device with this token.
    ///
    /// # Errors
    /// The engine's own.
    pub fn device_by_token(self, token_hash: &str) -> Result<Option<DeviceRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "{DEVICE} where token_hash = ?1 and token_hash <> ''"
        ))?;
        let mut rows = statement.query([token_hash])?;
        rows.next()?.map(device).transpose()
    }
}

impl Tx<'_> {
    /// Puts an agency.
    ///
    /// # Errors
    /// The engine's own.
    pub fn agency_put(&mut self, agency: &Agency) -> Result<()> {
        self.0.execute(
            "insert into agency (id, name, short_name, authority_code) values (?1, ?2, ?3, ?4)
             on conflict (id) do update set name = excluded.name, short_name = excluded.short_name,
                 authority_code = excluded.authority_code",
            params![
                agency.id.as_text(),
                agency.name,
                agency.short_name,
                agency.authority_code
            ],
        )?;
        Ok(())
    }

    /// Puts a department.
    ///
    /// # Errors
    /// The engine's own.
    pub fn department_put(&mut self, department: &Department) -> Result<()> {
        self.0.execute(
            "insert into department (id, agency_id, name) values (?1, ?2, ?3)
             on conflict (id) do update set name = excluded.name",
            params![
                department.id.as_text(),
                department.agency_id.as_text(),
                department.name
            ],
        )?;
        Ok(())
    }

    /// Puts a person as entered; what the person may do is not written here.
    ///
    /// # Errors
    /// The engine's own.
    pub fn person_put(&mut self, person: &Person) -> Result<()> {
        self.0.execute(
            "insert into person (id, agency_id, department_id, name, post)
             values (?1, ?2, ?3, ?4, ?5)
             on conflict (id) do update set department_id = excluded.department_id,
                 name = excluded.name, post = excluded.post",
            params![
                person.id.as_text(),
                person.agency_id.as_text(),
                person.department_id.as_text(),
                person.name,
                person.post
            ],
        )?;
        Ok(())
    }

    /// Puts a device.
    ///
    /// # Errors
    /// The engine's own.
    pub fn device_put(&mut self, device: &DeviceRecord) -> Result<()> {
        self.0.execute(
            "insert into device (id, person_id, verify_key, token_hash, last_seq, enrolled_at)
             values (?1, ?2, ?3, ?4, ?5, ?6)
             on conflict (id) do update set verify_key = excluded.verify_key,
                 token_hash = excluded.token_hash",
            params![
                device.id.as_text(),
                device.person_id.as_text(),
                device.verify_key,
                device.token_hash,
                device.last_seq.cast_signed(),
                device.enrolled_at
            ],
        )?;
        Ok(())
    }

    /// Counts a device's command as decided.
    ///
    /// # Errors
    /// The engine's own.
    pub fn device_count(&mut self, id: DeviceId, seq: u64) -> Result<()> {
        self.0
            .prepare_cached("update device set last_seq = ?2 where id = ?1 and last_seq < ?2")?
            .execute(params![id.as_text(), seq.cast_signed()])?;
        Ok(())
    }

    /// Keeps the hash of a one-time secret with which a desk of this person may enrol.
    ///
    /// # Errors
    /// The engine's own.
    pub fn enrolment_put(&mut self, code_hash: &str, person_id: PersonId, at: &str) -> Result<()> {
        self.0.execute(
            "insert into enrolment (code_hash, person_id, made_at, used_at) values (?1, ?2, ?3, null)",
            params![code_hash, person_id.as_text(), at],
        )?;
        Ok(())
    }

    /// Uses a one-time secret up: whose it is, or `None` if there is none made after `made_after`, or it was
    /// used before.
    ///
    /// # Errors
    /// The engine's own.
    pub fn enrolment_use(
        &mut self,
        code_hash: &str,
        at: &str,
        made_after: &str,
    ) -> Result<Option<PersonId>> {
        let person: Option<String> = self
            .0
            .query_row(
                "update enrolment set used_at = ?2
                 where code_hash = ?1 and used_at is null and made_at > ?3 returning person_id",
                params![code_hash, at, made_after],
                |row| row.get(0),
            )
            .optional()?;
        person
            .map(|id| {
                id.parse().map_err(|_| StoreError::Column {
                    column: "enrolment.person_id",
                })
            })
            .transpose()
    }
}
