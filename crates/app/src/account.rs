//! Signing in at a server by a browser: a login name and a password that the person chose with a one-time
//! invitation, short sessions, and delays that grow with each failed attempt. Tokens and passwords are
//! stored as hashes only; a wrong name and a wrong password look and last the same.

use andu_base::{ContentHash, Date, PersonId};
use andu_crypto::{KdfParams, Salt, Secret32, derive, random_bytes, subkey};
use andu_org::Person;
use andu_store::{AccountRecord, AuditEntry, SessionRecord, SignInDelay, Store, StoreError, Tx};
use andu_sync::Reason;
use jiff::{SignedDuration, Timestamp};

use crate::{Refusal, organisation};

/// A session that is not used ends after this.
pub const IDLE_ENDS: SignedDuration = SignedDuration::from_mins(30);
/// A session ends after this however much it is used: a working day.
pub const SESSION_ENDS: SignedDuration = SignedDuration::from_hours(12);
/// An invitation is good for so long.
pub const INVITATION_ENDS: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How exact the last use of a session is noted.
const SEEN_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Failed attempts are forgotten after this.
const DELAY_FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);
/// Attempts of one account that may fail before it has to wait.
const FREE_OF_ACCOUNT: u32 = 4;
/// Attempts from one address that may fail before it has to wait: a whole office may stand behind one.
const FREE_OF_ADDRESS: u32 = 20;
/// The first delay; each further one is twice as long, up to the longest.
const FIRST_DELAY_SECONDS: i64 = 5;
const LONGEST_DELAY_SECONDS: i64 = 900;
const LEAST_CHARACTERS: usize = 8;
const MOST_CHARACTERS: usize = 256;

/// What keeps the server's passwords from being guessed by whoever has its store alone. It lies beside it.
pub struct Pepper(Secret32);

impl Pepper {
    /// The pepper with these bytes.
    pub const fn new(secret: Secret32) -> Self {
        Self(secret)
    }

    fn of_passwords(&self) -> Secret32 {
        subkey(&self.0, "andu server 2026 password pepper", b"")
    }

    /// How a subject of delays is named: neither names nor addresses are stored.
    fn subject(&self, kind: &str, text: &str) -> String {
        let key = subkey(
            &self.0,
            "andu server 2026 sign-in subject",
            format!("{kind}:{text}").as_bytes(),
        );
        ContentHash::of(key.expose()).to_string()
    }
}

/// A name and a password as they were typed, and where from.
pub struct Attempt<'a> {
    /// The login name.
    pub login: &'a str,
    /// The password.
    pub password: &'a str,
    /// Address of the machine.
    pub address: &'a str,
    /// Token that the session is to have if it begins.
    pub token: &'a str,
    /// Names the session in the audit log.
    pub session_id: &'a str,
    /// The moment.
    pub now: Timestamp,
}

/// Somebody signed in by a browser.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub person: Person,
    /// Names the session in the audit log.
    pub session_id: String,
}

/// An instant as stores write it.
pub fn instant(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// The day of an instant, on which it is asked who may do what.
fn day(at: Timestamp) -> Date {
    organisation::day_of(&instant(at))
}

fn hash_of(token: &str) -> String {
    ContentHash::of(token.as_bytes()).to_string()
}

/// The login name as it is compared.
fn compared(login: &str) -> String {
    login.trim().to_lowercase()
}

fn check_login(login: &str) -> Result<String, Refusal> {
    let login = compared(login);
    let fits = (2..=32).contains(&login.chars().count())
        && login
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    fits.then_some(login)
        .ok_or_else(|| Refusal::because("account.login_shape"))
}

fn check_password(password: &str, login: &str) -> Result<(), Refusal> {
    let count = password.chars().count();
    if count < LEAST_CHARACTERS {
        let reason = Reason::new("account.password_short").with("minimum", LEAST_CHARACTERS);
        return Err(Refusal::Rejected(reason));
    }
    if count > MOST_CHARACTERS {
        let reason = Reason::new("account.password_long").with("maximum", MOST_CHARACTERS);
        return Err(Refusal::Rejected(reason));
    }
    let first = password.chars().next();
    if compared(password).contains(login) || password.chars().all(|c| Some(c) == first) {
        return Err(Refusal::because("account.password_weak"));
    }
    Ok(())
}

/// Seconds that have to pass after so many failures, of which `free` cost nothing.
fn delay_seconds(failures: u32, free: u32) -> i64 {
    match failures.saturating_sub(free) {
        0 => 0,
        beyond => FIRST_DELAY_SECONDS
            .saturating_mul(1 << (beyond - 1).min(16))
            .min(LONGEST_DELAY_SECONDS),
    }
}

/// Both subjects of an attempt with their free failures.
fn subjects(pepper: &Pepper, login: &str, address: &str) -> [(String, u32); 2] {
    [
        (pepper.subject("login", &compared(login)), FREE_OF_ACCOUNT),
        (pepper.subject("address", address), FREE_OF_ADDRESS),
    ]
}

/// Counts an attempt as failed before it is looked at, so that many at once are counted too.
fn count(store: &Store, subjects: &[(String, u32)], now: Timestamp) -> Result<(), Refusal> {
    let at = instant(now);
    store.write(|tx| {
        let mut wait = 0;
        for (subject, _) in subjects {
            let until = tx.reader().sign_in_delay(subject)?.wait_until;
            if let Ok(until) = until.parse::<Timestamp>() {
                // The clock may have been put back: nobody waits longer than the longest.
                let left = until.duration_since(now).as_secs() + 1;
                if until > now {
                    wait = wait.max(left.min(LONGEST_DELAY_SECONDS));
                }
            }
        }
        if wait > 0 {
            let reason = Reason::new("account.wait").with("seconds", wait);
            return Err(Refusal::Rejected(reason));
        }
        for (subject, free) in subjects {
            let known = tx.reader().sign_in_delay(subject)?;
            let forgotten = instant(now - DELAY_FORGOTTEN);
            let failures = if known.last_at < forgotten {
                0
            } else {
                known.failures
            } + 1;
            let wait = delay_seconds(failures, *free);
            let wait_until = match wait {
                0 => String::new(),
                _ => instant(now + SignedDuration::from_secs(wait)),
            };
            tx.sign_in_delay_put(
                subject,
                &SignInDelay {
                    failures,
                    last_at: at.clone(),
                    wait_until,
                },
            )?;
        }
        tx.sign_in_sweep(
            &instant(now - SESSION_ENDS),
            &instant(now - DELAY_FORGOTTEN),
        )?;
        Ok(())
    })
}

/// Takes back what was counted: the account's failures are over, the address's one less.
fn uncount(tx: &mut Tx<'_>, subjects: &[(String, u32); 2]) -> Result<(), Refusal> {
    let [(login, _), (address, free)] = subjects;
    tx.sign_in_delay_clear(login)?;
    let mut delay = tx.reader().sign_in_delay(address)?;
    delay.failures = delay.failures.saturating_sub(1);
    if delay_seconds(delay.failures, *free) == 0 {
        delay.wait_until.clear();
    }
    tx.sign_in_delay_put(address, &delay)?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn engine<E>(_: E) -> Refusal {
    Refusal::Store(StoreError::Column {
        column: "account.password_hash",
    })
}

fn stretched(
    pepper: &Pepper,
    password: &str,
    salt: &Salt,
    params: KdfParams,
) -> Result<String, Refusal> {
    let key = derive(
        password.as_bytes(),
        salt,
        Some(&pepper.of_passwords()),
        params,
    );
    Ok(hex(key.map_err(engine)?.expose()))
}

fn fresh(
    pepper: &Pepper,
    person_id: PersonId,
    (shown, login): (&str, String),
    password: &str,
    now: Timestamp,
) -> Result<AccountRecord, Refusal> {
    let (params, salt): (_, Salt) = (KdfParams::OFFICE, random_bytes().map_err(engine)?);
    Ok(AccountRecord {
        person_id,
        login,
        login_shown: shown.trim().to_owned(),
        parameters: serde_json::to_string(&params).expect("BUG: numbers are plain data"),
        salt: hex(&salt),
        password_hash: stretched(pepper, password, &salt, params)?,
        set_at: instant(now),
    })
}

/// Whether the password is the account's; without an account the same work is done in vain.
fn fits(pepper: &Pepper, account: Option<&AccountRecord>, password: &str) -> Result<bool, Refusal> {
    if password.chars().count() > MOST_CHARACTERS {
        return Ok(false);
    }
    let Some(account) = account else {
        stretched(pepper, password, &[0; 16], KdfParams::OFFICE)?;
        return Ok(false);
    };
    let params: KdfParams = serde_json::from_str(&account.parameters)?;
    let mut salt = Salt::default();
    for (at, byte) in salt.iter_mut().enumerate() {
        let digits = account.salt.get(at * 2..at * 2 + 2).unwrap_or("");
        *byte = u8::from_str_radix(digits, 16).map_err(engine)?;
    }
    let found = stretched(pepper, password, &salt, params)?;
    // Hashes of both are compared: how far they agree tells nothing about either.
    Ok(hash_of(&found) == hash_of(&account.password_hash))
}

fn note(
    tx: &mut Tx<'_>,
    action: &str,
    person: PersonId,
    session: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    tx.audit_append(&AuditEntry {
        at: instant(now),
        actor_id: person.as_text(),
        device_id: format!("session:{session}"),
        action: action.to_owned(),
        subject_id: person.as_text(),
        detail: String::new(),
    })?;
    Ok(())
}

fn begin_session(
    tx: &mut Tx<'_>,
    person_id: PersonId,
    attempt: &Attempt<'_>,
) -> Result<SignedIn, Refusal> {
    let at = instant(attempt.now);
    tx.session_put(&SessionRecord {
        token_hash: hash_of(attempt.token),
        id: attempt.session_id.to_owned(),
        person_id,
        began_at: at.clone(),
        seen_at: at,
    })?;
    Ok(SignedIn {
        person: organisation::actor(tx.reader(), person_id, day(attempt.now))?,
        session_id: attempt.session_id.to_owned(),
    })
}

/// Whom a one-time code is for; `None` for one that is not, or not any more, good for anything.
///
/// # Errors
/// The store's own.
pub fn invited(store: &Store, code: &str, now: Timestamp) -> Result<Option<PersonId>, Refusal> {
    let made_after = instant(now - INVITATION_ENDS);
    Ok(store.read(|reader| reader.enrolment(&hash_of(code), &made_after))?)
}

/// Chooses login name and password with a one-time invitation, and signs in. With a new invitation a person
/// who has forgotten the password begins anew; other sessions of that person end.
///
/// # Errors
/// `account.wait`, `account.code_used`, `account.login_shape`, `account.login_taken`,
/// `account.password_short`, `account.password_long`, `account.password_weak`.
pub fn begin(
    store: &Store,
    pepper: &Pepper,
    code: &str,
    attempt: &Attempt<'_>,
) -> Result<SignedIn, Refusal> {
    let (login, now) = (check_login(attempt.login)?, attempt.now);
    check_password(attempt.password, &login)?;
    let code_hash = hash_of(code);
    let subjects = subjects(pepper, &format!("invitation {code_hash}"), attempt.address);
    count(store, &subjects, now)?;
    let refused = || Refusal::because("account.code_used");
    let made_after = instant(now - INVITATION_ENDS);
    // Before the work of a new hash: whether there is such an invitation at all.
    let whose = store.read(|reader| reader.enrolment(&code_hash, &made_after))?;
    let record = fresh(
        pepper,
        whose.ok_or_else(refused)?,
        (attempt.login, login),
        attempt.password,
        now,
    )?;
    store.write(|tx| {
        let person_id = tx
            .enrolment_use(&code_hash, &instant(now), &made_after)?
            .ok_or_else(refused)?;
        let holder = tx.reader().account_by_login(&record.login)?;
        if holder.is_some_and(|holder| holder.person_id != person_id) {
            let reason = Reason::new("account.login_taken").with("login", &record.login_shown);
            return Err(Refusal::Rejected(reason));
        }
        tx.account_put(&record)?;
        tx.sessions_end(person_id, "")?;
        tx.sign_in_delay_clear(&pepper.subject("login", &record.login))?;
        uncount(tx, &subjects)?;
        note(tx, "account_begin", person_id, attempt.session_id, now)?;
        begin_session(tx, person_id, attempt)
    })
}

/// Gives people of a demo accounts with one password, each by the name as login name. They share one salt, so
/// that it is stretched once: who knows one of these passwords is meant to know them all.
///
/// # Errors
/// `account.login_shape`; the store's own.
pub(crate) fn enter_alike(
    tx: &mut Tx<'_>,
    pepper: &Pepper,
    people: &[(PersonId, &str)],
    password: &str,
    now: &str,
) -> Result<(), Refusal> {
    let now = now.parse::<Timestamp>();
    let now = now.map_err(|_| Refusal::because("demo.broken"))?;
    let Some((first, _)) = people.first() else {
        return Ok(());
    };
    let all = fresh(pepper, *first, ("", String::new()), password, now)?;
    for (person_id, name) in people {
        tx.account_put(&AccountRecord {
            person_id: *person_id,
            login: check_login(name)?,
            login_shown: (*name).to_owned(),
            ..all.clone()
        })?;
    }
    Ok(())
}

/// Signs in.
///
/// # Errors
/// `account.wait`, `account.refused`.
pub fn sign_in(store: &Store, pepper: &Pepper, attempt: &Attempt<'_>) -> Result<SignedIn, Refusal> {
    let subjects = subjects(pepper, attempt.login, attempt.address);
    count(store, &subjects, attempt.now)?;
    let login = compared(attempt.login);
    let account = store.read(|reader| reader.account_by_login(&login))?;
    let fits = fits(pepper, account.as_ref(), attempt.password)?;
    let Some(account) = account.filter(|_| fits) else {
        return Err(Refusal::because("account.refused"));
    };
    store.write(|tx| {
        uncount(tx, &subjects)?;
        note(
            tx,
            "account_sign_in",
            account.person_id,
            attempt.session_id,
            attempt.now,
        )?;
        begin_session(tx, account.person_id, attempt)
    })
}

/// Takes a person's password for what is done at the server itself; an attempt counts like one to sign in, and
/// what succeeded is in the audit log under `attempt.session_id`.
///
/// # Errors
/// `account.none_yet` before the person has chosen a password, `account.wait`, `account.wrong_password`.
pub fn vouch(
    store: &Store,
    pepper: &Pepper,
    person: PersonId,
    attempt: &Attempt<'_>,
) -> Result<(), Refusal> {
    let account = store.read(|reader| reader.account_of(person))?;
    let account = account.ok_or_else(|| Refusal::because("account.none_yet"))?;
    let subjects = subjects(pepper, &account.login, attempt.address);
    count(store, &subjects, attempt.now)?;
    if !fits(pepper, Some(&account), attempt.password)? {
        store.write(|tx| {
            let (session, now) = (attempt.session_id, attempt.now);
            note(tx, "refused account_vouch", person, session, now)
        })?;
        return Err(Refusal::because("account.wrong_password"));
    }
    store.write(|tx| {
        uncount(tx, &subjects)?;
        note(tx, "account_vouch", person, attempt.session_id, attempt.now)
    })
}

/// Whose session a token is; `None` for one that is unknown or over.
///
/// # Errors
/// The store's own.
pub fn who(store: &Store, token: &str, now: Timestamp) -> Result<Option<SignedIn>, Refusal> {
    let token_hash = hash_of(token);
    let found = store.read(|reader| -> Result<_, StoreError> {
        match reader.session(&token_hash)? {
            Some(session) => {
                let person = organisation::actor(reader, session.person_id, day(now))?;
                Ok(Some((person, session)))
            }
            None => Ok(None),
        }
    })?;
    let Some((person, session)) = found else {
        return Ok(None);
    };
    let over = session.began_at < instant(now - SESSION_ENDS)
        || session.seen_at < instant(now - IDLE_ENDS);
    if over {
        store.write(|tx| tx.session_end(&token_hash))?;
        return Ok(None);
    }
    if session.seen_at < instant(now - SEEN_EVERY) {
        store.write(|tx| tx.session_seen(&token_hash, &instant(now)))?;
    }
    Ok(Some(SignedIn {
        person,
        session_id: session.id,
    }))
}

/// Ends a session.
///
/// # Errors
/// The store's own.
pub fn sign_out(store: &Store, token: &str, now: Timestamp) -> Result<(), Refusal> {
    let token_hash = hash_of(token);
    store.write(|tx| {
        if let Some(session) = tx.reader().session(&token_hash)? {
            tx.session_end(&token_hash)?;
            note(tx, "account_sign_out", session.person_id, &session.id, now)?;
        }
        Ok(())
    })
}

/// Changes the password; other sessions of the person end.
///
/// # Errors
/// `account.refused` for a wrong old password, `account.wait`, and those of a chosen password.
pub fn change_password(
    store: &Store,
    pepper: &Pepper,
    person: PersonId,
    old: &str,
    attempt: &Attempt<'_>,
) -> Result<(), Refusal> {
    let account = store.read(|reader| reader.account_of(person))?;
    let account = account.ok_or_else(|| Refusal::because("account.refused"))?;
    check_password(attempt.password, &account.login)?;
    let subjects = subjects(pepper, &account.login, attempt.address);
    count(store, &subjects, attempt.now)?;
    if !fits(pepper, Some(&account), old)? {
        return Err(Refusal::because("account.refused"));
    }
    let names = (account.login_shown.as_str(), account.login.clone());
    let record = fresh(pepper, person, names, attempt.password, attempt.now)?;
    store.write(|tx| {
        tx.account_put(&record)?;
        tx.sessions_end(person, &hash_of(attempt.token))?;
        uncount(tx, &subjects)?;
        note(
            tx,
            "account_change_password",
            person,
            attempt.session_id,
            attempt.now,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_and_end_at_the_longest() {
        let waits: Vec<i64> = (0..20).map(|n| delay_seconds(n, FREE_OF_ACCOUNT)).collect();
        assert_eq!(waits[..7], [0, 0, 0, 0, 0, 5, 10]);
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
        assert_eq!(waits.last(), Some(&LONGEST_DELAY_SECONDS));
        assert_eq!(delay_seconds(u32::MAX, 0), LONGEST_DELAY_SECONDS);
    }

    #[test]
    fn login_names_are_words_of_any_script() {
        for good in ["何雨桐", "heyt", "He.Yutong-2", "沈亦舟_秘书科"] {
            assert!(check_login(good).is_ok(), "{good}");
        }
        for bad in ["", "何", "he yt", "<script>", &"长".repeat(33)] {
            assert!(check_login(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn passwords_that_anybody_would_try_first_are_refused() {
        let key = |password: &str| match check_password(password, "heyutong") {
            Err(Refusal::Rejected(reason)) => reason.key,
            other => format!("{other:?}"),
        };
        assert_eq!(key("short"), "account.password_short");
        assert_eq!(key("88888888"), "account.password_weak");
        assert_eq!(key("HeYutong2026"), "account.password_weak");
        assert_eq!(key(&"长".repeat(257)), "account.password_long");
        assert!(check_password("水库大坝安全鉴定", "heyutong").is_ok());
    }
}
