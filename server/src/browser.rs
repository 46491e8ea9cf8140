//! What a browser asks: signing in, the person, the look of the page, and every command that the table
//! answers itself. What only a desk can do is said to be so.

use andu_api::{
    ApiError, EnrolmentCode, Row, Write,
    account::{AccountBegin, AccountChangePassword, AccountSignIn},
    check::CheckFix,
    draft::{DraftRef, DraftUpdate, Saved},
    find_row, in_browser,
    row::Permission,
    session::{Home, Me, Nothing, SessionState, SessionStatus},
    setting::{Settings, SyncStatus},
    text,
};
use andu_app::account::{self, Attempt, SignedIn};
use andu_org::Person;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Server,
    listen::Peer,
    people::secret,
    state::{Proof, Visitor, instant, now},
};

/// A request for a command, and what came with it.
pub(crate) struct Asked {
    pub server: Server,
    pub peer: Peer,
    /// A device's token; empty if there is none.
    pub bearer: String,
    /// A session's token; empty if there is none.
    pub cookie: String,
}

/// What becomes of the browser's cookie.
pub(crate) enum Cookie {
    /// It stays as it is.
    Stays,
    /// A session began.
    Begins(String),
    /// The session ended.
    Ends,
}

/// Whether a command is one of those that stretch a password, of which few are done at a time.
pub(crate) fn is_slow(name: &str) -> bool {
    find_row(name).is_some_and(|row| row.write == Write::Server)
}

/// Answers a command.
pub(crate) fn answer(asked: &Asked, name: &str, args: Value) -> Result<(Value, Cookie), ApiError> {
    match name {
        "session_status" => return stay(done(args, |_: Nothing| asked.status())),
        "account_sign_in" => return asked.sign_in(&read(args)?),
        "account_begin" => return asked.begin(&read(args)?),
        "account_sign_out" | "session_lock" => {
            read::<Nothing>(args)?;
            account::sign_out(&asked.server.store, &asked.cookie, instant())?;
            return Ok((Value::Null, Cookie::Ends));
        }
        _ => {}
    }
    let visitor = asked.visitor()?;
    let row = find_row(name).ok_or_else(|| text::error("command.unknown"))?;
    if !row.in_browser() {
        return Err(text::error("command.desk_only"));
    }
    match name {
        "account_change_password" => stay(done(args, |a: AccountChangePassword| {
            asked.change_password(&visitor, &a)
        })),
        "session_me" => stay(done(args, |_: Nothing| me(&asked.server, &visitor.person))),
        "setting_get" => stay(done(args, |_: Nothing| settings(&visitor))),
        "setting_put" => stay(done(args, |a: Settings| put_settings(&visitor, a))),
        "sync_status" => stay(done(args, |_: Nothing| Ok(NOT_JOINED))),
        _ => stay(match drafting(name) {
            Some(work) => allowed(&visitor, row).and_then(|()| work(&visitor, args)),
            None => served(&visitor, row, args),
        }),
    }
}

/// What answers a command for a visitor.
type Work = fn(&Visitor, Value) -> Result<Value, ApiError>;

/// Commands of a text that is being written: a desk keeps it in memory, here each edit is decided at once.
fn drafting(name: &str) -> Option<Work> {
    Some(match name {
        "draft_open" => |v, args| done(args, |a: DraftRef| in_browser::open(v, &a, client_id()?)),
        "draft_update" => |v, args| done(args, |a: DraftUpdate| in_browser::update(v, &a)),
        // What was answered is stored: there is nothing left to write or to forget.
        "draft_flush" => |_, args| done(args, |_: DraftRef| Ok(Saved { at: now() })),
        "draft_close" => |_, args| done(args, |_: DraftRef| Ok(())),
        "check_run" => |v, args| done(args, |a: DraftRef| in_browser::run_checks(v, &a)),
        "check_fix" => |v, args| done(args, |a: CheckFix| in_browser::fix(v, &a, client_id()?)),
        _ => return None,
    })
}

fn allowed(visitor: &Visitor, row: &Row) -> Result<(), ApiError> {
    match row.permission.grant() {
        Some(grant) if !visitor.person.may(grant) => Err(text::error("command.forbidden")),
        _ => Ok(()),
    }
}

/// The id that a page writes under; never the same one twice.
fn client_id() -> Result<u64, ApiError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| text::error("store.engine"))?;
    Ok(in_browser::client_id(u64::from_le_bytes(bytes)))
}

/// Calls a command that the table answers itself.
pub(crate) fn served(visitor: &Visitor, row: &Row, args: Value) -> Result<Value, ApiError> {
    let serve = row.serve.filter(|_| row.permission != Permission::Anyone);
    let serve = serve.ok_or_else(|| text::error("command.desk_only"))?;
    allowed(visitor, row)?;
    if !SEARCHES.contains(&row.name) {
        return serve(visitor, args);
    }
    let asks = visitor.clone();
    let answer = visitor.server.examiner.in_time(move || serve(&asks, args));
    answer.unwrap_or_else(|| Err(text::error("process.too_slow")))
}

/// What searches a definition that anybody may have written.
const SEARCHES: [&str; 2] = ["process_view", "process_fix"];

fn stay(answer: Result<Value, ApiError>) -> Result<(Value, Cookie), ApiError> {
    Ok((answer?, Cookie::Stays))
}

fn read<A: DeserializeOwned>(args: Value) -> Result<A, ApiError> {
    serde_json::from_value(args).map_err(|error| text::bad_arguments(&error))
}

fn done<A: DeserializeOwned, R: Serialize>(
    args: Value,
    work: impl FnOnce(A) -> Result<R, ApiError>,
) -> Result<Value, ApiError> {
    Ok(serde_json::to_value(work(read(args)?)?).expect("BUG: answers are plain data"))
}

impl Asked {
    /// Who asks: a device by its token, or a browser by its session.
    pub(crate) fn visitor(&self) -> Result<Visitor, ApiError> {
        if !self.bearer.is_empty() || self.cookie.is_empty() {
            let person = self.server.person_of(&self.bearer)?;
            return Ok(Visitor {
                server: self.server.clone(),
                person,
                proof: Proof::Device,
            });
        }
        let signed_in = account::who(&self.server.store, &self.cookie, instant())?;
        let SignedIn { person, session_id } =
            signed_in.ok_or_else(|| text::error("account.not_signed_in"))?;
        Ok(Visitor {
            server: self.server.clone(),
            person,
            proof: Proof::Session(session_id),
        })
    }

    fn status(&self) -> Result<SessionStatus, ApiError> {
        let person = match self.visitor() {
            Ok(visitor) => Some(visitor.person),
            Err(error) if error.code == andu_api::ErrorCode::Locked => None,
            Err(error) => return Err(error),
        };
        let me = person.map(|person| me(&self.server, &person)).transpose()?;
        let state = match &me {
            Some(_) => SessionState::Open,
            None => SessionState::Locked,
        };
        let (agency, person) = me.map(|me| (me.agency, me.person)).unwrap_or_default();
        Ok(SessionStatus {
            state,
            profile: String::new(),
            agency,
            person,
            keyring: false,
            open_by_keyring: false,
            wait_seconds: 0,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            demo: self.server.is_demo()?,
            trouble: String::new(),
        })
    }

    fn attempt<T>(
        &self,
        (login, password): (&str, &str),
        token: &str,
        work: impl FnOnce(&Attempt<'_>) -> Result<T, andu_app::Refusal>,
    ) -> Result<T, ApiError> {
        let session_id = Uuid::now_v7().hyphenated().to_string();
        let address = self.peer.ip.to_string();
        let attempt = Attempt {
            login,
            password,
            address: &address,
            token,
            session_id: &session_id,
            now: instant(),
        };
        Ok(work(&attempt)?)
    }

    fn sign_in(&self, args: &AccountSignIn) -> Result<(Value, Cookie), ApiError> {
        let (token, server) = (secret()? + &secret()?, &self.server);
        let signed_in = self.attempt((&args.login, &args.password), &token, |attempt| {
            account::sign_in(&server.store, &server.pepper, attempt)
        })?;
        self.begun(&signed_in, token)
    }

    fn begin(&self, args: &AccountBegin) -> Result<(Value, Cookie), ApiError> {
        let (token, server) = (secret()? + &secret()?, &self.server);
        let code = match EnrolmentCode::is_meant(&args.code) {
            true => EnrolmentCode::parse(&args.code)?.secret_text(),
            false => args.code.trim().to_owned(),
        };
        let signed_in = self.attempt((&args.login, &args.password), &token, |attempt| {
            account::begin(&server.store, &server.pepper, &code, attempt)
        })?;
        self.begun(&signed_in, token)
    }

    /// The browser gets another token each time: one that was put into it beforehand is worth nothing.
    fn begun(&self, signed_in: &SignedIn, token: String) -> Result<(Value, Cookie), ApiError> {
        if !self.cookie.is_empty() {
            account::sign_out(&self.server.store, &self.cookie, instant())?;
        }
        let me = me(&self.server, &signed_in.person)?;
        let me = serde_json::to_value(me).expect("BUG: answers are plain data");
        Ok((me, Cookie::Begins(token)))
    }

    fn change_password(
        &self,
        visitor: &Visitor,
        args: &AccountChangePassword,
    ) -> Result<(), ApiError> {
        let (person, server) = (visitor.person.id, &self.server);
        self.attempt(("", &args.new), &self.cookie, |attempt| {
            account::change_password(&server.store, &server.pepper, person, &args.old, attempt)
        })
    }
}

/// The person as the page shows it.
fn me(server: &Server, person: &Person) -> Result<Me, ApiError> {
    let (agency, department) = server.store.read(|reader| -> andu_store::Result<_> {
        let agency = reader.agency(&person.agency_id.as_text())?;
        Ok((agency, reader.department(&person.department_id.as_text())?))
    })?;
    let grants = person.grants.iter();
    Ok(Me {
        person_id: person.id.as_text(),
        person: person.name.clone(),
        post: person.post.clone(),
        department: department.name,
        agency_id: agency.id.as_text(),
        agency: agency.name,
        short_name: agency.short_name,
        authority_code: agency.authority_code,
        permissions: grants.map(|grant| grant.name().to_owned()).collect(),
        home: Home::Primary,
        demo: server.is_demo()?,
    })
}

/// Settings of a browser follow the person.
fn setting_name(visitor: &Visitor) -> String {
    format!("person:{}", visitor.person.id.as_text())
}

fn settings(visitor: &Visitor) -> Result<Settings, ApiError> {
    let name = setting_name(visitor);
    let stored = visitor.server.store.read(|reader| reader.setting(&name))?;
    Ok(stored
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default())
}

fn put_settings(visitor: &Visitor, wanted: Settings) -> Result<Settings, ApiError> {
    let known = settings(visitor)?;
    let settings = wanted.checked(&known)?;
    let json = serde_json::to_string(&settings).map_err(|error| text::bad_arguments(&error))?;
    let name = setting_name(visitor);
    visitor
        .server
        .store
        .write(|tx| tx.setting_put(&name, &json))?;
    Ok(settings)
}

const NOT_JOINED: SyncStatus = SyncStatus {
    needs_code: false,
    joined: false,
    server: String::new(),
    online: true,
    waiting: 0,
    last_at: String::new(),
    trouble: String::new(),
    leases: Vec::new(),
};
