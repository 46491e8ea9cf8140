//! Accounts, sessions of browsers, delays after failed attempts, and devices whose use was ended.

use andu_base::{DeviceId, PersonId};
use rusqlite::{OptionalExtension, Row, params};

use crate::{Reader, Result, StoreError, Tx};

/// How somebody signs in by a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRecord {
    /// Whose it is.
    pub person_id: PersonId,
    /// The login name as it is compared.
    pub login: String,
    /// The login name as it was chosen.
    pub login_shown: String,
    /// Parameters of Argon2id, as JSON.
    pub parameters: String,
    /// Salt, hexadecimal.
    pub salt: String,
    /// What Argon2id made of the password, hexadecimal.
    pub password_hash: String,
    /// Instant in UTC.
    pub set_at: String,
}

/// A browser's session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Hash of its token.
    pub token_hash: String,
    /// Names it in the audit log.
    pub id: String,
    /// Whose it is.
    pub person_id: PersonId,
    /// Instant in UTC.
    pub began_at: String,
    /// Instant in UTC of the last request that was noted.
    pub seen_at: String,
}

/// Failed attempts of one account or from one address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignInDelay {
    /// How many followed each other.
    pub failures: u32,
    /// Instant in UTC of the last.
    pub last_at: String,
    /// Instant in UTC before which nothing is tried; may be empty.
    pub wait_until: String,
}

/// An enrolled device as the administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Id.
    pub id: DeviceId,
    /// Who uses it.
    pub person_id: PersonId,
    /// Instant in UTC.
    pub enrolled_at: String,
    /// The last of its commands that was decided.
    pub last_seq: u64,
    /// Instant in UTC and reason; `None` while it is in use.
    pub revoked: Option<(String, String)>,
}

fn person_id(row: &Row<'_>, at: usize, column: &'static str) -> Result<PersonId> {
    row.get::<_, String>(at)?
        .parse()
        .map_err(|_| StoreError::Column { column })
}

fn account(row: &Row<'_>) -> Result<AccountRecord> {
    Ok(AccountRecord {
        person_id: person_id(row, 0, "account.person_id")?,
        login: row.get(1)?,
        login_shown: row.get(2)?,
        parameters: row.get(3)?,
        salt: row.get(4)?,
        password_hash: row.get(5)?,
        set_at: row.get(6)?,
    })
}

fn device_row(row: &Row<'_>) -> Result<DeviceRow> {
    let id: String = row.get(0)?;
    let at: Option<String> = row.get(4)?;
    let reason: Option<String> = row.get(5)?;
    Ok(DeviceRow {
        id: id.parse().map_err(|_| StoreError::Column {
            column: "device.id",
        })?,
        person_id: person_id(row, 1, "device.person_id")?,
        enrolled_at: row.get(2)?,
        last_seq: row.get::<_, i64>(3)?.unsigned_abs(),
        revoked: at.zip(reason),
    })
}

const ACCOUNT: &str =
    "select person_id, login, login_shown, parameters, salt, password_hash, set_at
     from account";

impl Reader<'_> {
    /// Whether anybody has chosen a password.
    ///
    /// # Errors
    /// The engine's own.
    pub fn has_accounts(self) -> Result<bool> {
        let mut statement = self.0.prepare_cached("select 1 from account limit 1")?;
        Ok(statement.exists([])?)
    }

    /// The account with this login name.
    ///
    /// # Errors
    /// The engine's own.
    pub fn account_by_login(self, login: &str) -> Result<Option<AccountRecord>> {
        let mut statement = self
            .0
            .prepare_cached(&format!("{ACCOUNT} where login = ?1"))?;
        let mut rows = statement.query([login])?;
        rows.next()?.map(account).transpose()
    }

    /// The account of a person.
    ///
    /// # Errors
    /// The engine's own.
    pub fn account_of(self, person: PersonId) -> Result<Option<AccountRecord>> {
        let mut statement = self
            .0
            .prepare_cached(&format!("{ACCOUNT} where person_id = ?1"))?;
        let mut rows = statement.query([person.as_text()])?;
        rows.next()?.map(account).transpose()
    }

    /// The session with this token.
    ///
    /// # Errors
    /// The engine's own.
    pub fn session(self, token_hash: &str) -> Result<Option<SessionRecord>> {
        let mut statement = self.0.prepare_cached(
            "select token_hash, id, person_id, began_at, seen_at from web_session
             where token_hash = ?1",
        )?;
        let mut rows = statement.query([token_hash])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        Ok(Some(SessionRecord {
            token_hash: row.get(0)?,
            id: row.get(1)?,
            person_id: person_id(row, 2, "web_session.person_id")?,
            began_at: row.get(3)?,
            seen_at: row.get(4)?,
        }))
    }

    /// Failed attempts of a subject; none at all where nothing is noted.
    ///
    /// # Errors
    /// The engine's own.
    pub fn sign_in_delay(self, subject: &str) -> Result<SignInDelay> {
        let found = self
            .0
            .prepare_cached(
                "select failures, last_at, wait_until from sign_in_delay where subject = ?1",
            )?
            .query_row([subject], |row| {
                Ok(SignInDelay {
                    failures: row.get(0)?,
                    last_at: row.get(1)?,
                    wait_until: row.get(2)?,
                })
            })
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    /// When and why a device's use was ended; `None` while it is in use.
    ///
    /// # Errors
    /// The engine's own.
    pub fn device_revocation(self, device: DeviceId) -> Result<Option<(String, String)>> {
        Ok(self
            .0
            .prepare_cached(
                "select revoked_at, reason from device_revocation where device_id = ?1",
            )?
            .query_row([device.as_text()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?)
    }

    /// Enrolled devices, the newest first; of one person where it is given.
    ///
    /// # Errors
    /// The engine's own.
    pub fn devices(self, person: Option<PersonId>) -> Result<Vec<DeviceRow>> {
        let mut statement = self.0.prepare_cached(
            "select device.id, device.person_id, device.enrolled_at, device.last_seq,
                    device_revocation.revoked_at, device_revocation.reason
             from device left join device_revocation on device_revocation.device_id = device.id
             where ?1 = '' or device.person_id = ?1
             order by device.enrolled_at desc, device.id desc",
        )?;
        let whose = person.map(|id| id.as_text()).unwrap_or_default();
        let mut rows = statement.query([whose])?;
        let mut devices = Vec::new();
        while let Some(row) = rows.next()? {
            devices.push(device_row(row)?);
        }
        Ok(devices)
    }
}

impl Tx<'_> {
    /// Puts an account, in place of the person's one before.
    ///
    /// # Errors
    /// The engine's own; the login name must not be somebody else's.
    pub fn account_put(&mut self, account: &AccountRecord) -> Result<()> {
        self.0.execute(
            "insert into account (person_id, login, login_shown, parameters, salt, password_hash, set_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             on conflict (person_id) do update set login = excluded.login,
                 login_shown = excluded.login_shown, parameters = excluded.parameters,
                 salt = excluded.salt, password_hash = excluded.password_hash,
                 set_at = excluded.set_at",
            params![
                account.person_id.as_text(),
                account.login,
                account.login_shown,
                account.parameters,
                account.salt,
                account.password_hash,
                account.set_at
            ],
        )?;
        Ok(())
    }

    /// Begins a session.
    ///
    /// # Errors
    /// The engine's own.
    pub fn session_put(&mut self, session: &SessionRecord) -> Result<()> {
        self.0.execute(
            "insert into web_session (token_hash, id, person_id, began_at, seen_at)
             values (?1, ?2, ?3, ?4, ?5)",
            params![
                session.token_hash,
                session.id,
                session.person_id.as_text(),
                session.began_at,
                session.seen_at
            ],
        )?;
        Ok(())
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// The engine's own.
    pub fn session_seen(&mut self, token_hash: &str, at: &str) -> Result<()> {
        self.0
            .prepare_cached("update web_session set seen_at = ?2 where token_hash = ?1")?
            .execute(params![token_hash, at])?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The engine's own.
    pub fn session_end(&mut self, token_hash: &str) -> Result<()> {
        self.0.execute(
            "delete from web_session where token_hash = ?1",
            [token_hash],
        )?;
        Ok(())
    }

    /// Ends a person's sessions, except the one with the token that is given.
    ///
    /// # Errors
    /// The engine's own.
    pub fn sessions_end(&mut self, person: PersonId, but_token_hash: &str) -> Result<()> {
        self.0.execute(
            "delete from web_session where person_id = ?1 and token_hash <> ?2",
            params![person.as_text(), but_token_hash],
        )?;
        Ok(())
    }

    /// Forgets sessions that began before an instant, and delays whose last attempt was before another.
    ///
    /// # Errors
    /// The engine's own.
    pub fn sign_in_sweep(&mut self, began_before: &str, tried_before: &str) -> Result<()> {
        self.0.execute(
            "delete from web_session where began_at < ?1",
            [began_before],
        )?;
        self.0.execute(
            "delete from sign_in_delay where last_at < ?1",
            [tried_before],
        )?;
        Ok(())
    }

    /// Notes failed attempts of a subject.
    ///
    /// # Errors
    /// The engine's own.
    pub fn sign_in_delay_put(&mut self, subject: &str, delay: &SignInDelay) -> Result<()> {
        self.0.execute(
            "insert into sign_in_delay (subject, failures, last_at, wait_until)
             values (?1, ?2, ?3, ?4)
             on conflict (subject) do update set failures = excluded.failures,
                 last_at = excluded.last_at, wait_until = excluded.wait_until",
            params![subject, delay.failures, delay.last_at, delay.wait_until],
        )?;
        Ok(())
    }

    /// Forgets failed attempts of a subject.
    ///
    /// # Errors
    /// The engine's own.
    pub fn sign_in_delay_clear(&mut self, subject: &str) -> Result<()> {
        self.0
            .execute("delete from sign_in_delay where subject = ?1", [subject])?;
        Ok(())
    }

    /// Ends the use of a device. Says whether it was in use until now.
    ///
    /// # Errors
    /// The engine's own.
    pub fn device_revoke(&mut self, device: DeviceId, at: &str, reason: &str) -> Result<bool> {
        let ended = self.0.execute(
            "insert into device_revocation (device_id, revoked_at, reason) values (?1, ?2, ?3)
             on conflict (device_id) do nothing",
            params![device.as_text(), at, reason],
        )?;
        Ok(ended > 0)
    }
}
