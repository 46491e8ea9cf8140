//! 重新登记: a desk that the server does not take any more (it was put back from a backup, its use was ended,
//! the server was made anew) is enrolled again by a new code, as another device. What it holds stays, and what
//! waits is sent. Each step may be cut off and is taken up by the same code: which device and token it is
//! going to be is noted before anything is sent, and the turn is one transaction.

use andu_api::{
    ApiError, Tag,
    setting::{EnrolmentRenew, SyncStatus},
    text,
};
use andu_app::renew::{self, Before, Renewed};
use andu_base::DeviceId;
use andu_crypto::random_bytes;
use andu_sync::{Command, PushAnswer, PushRequest};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Desk, clock,
    enrolling::{self, Reached, hex, verify_key},
    link::{Credential, Link},
    open::OpenDesk,
    session,
    sync::{self, EnrolAnswer, EnrolRequest},
};

/// Where the store notes how far it has come.
const NOTE: &str = "renewal";

/// What was set out with; the token is in the vault.
#[derive(Clone, Serialize, Deserialize)]
struct Underway {
    server: String,
    device: DeviceId,
}

/// Enrols a desk again that its server does not take any more.
///
/// # Errors
/// `desk.not_joined`; `enrolment.in_force` where there is no need to; `enrolment.other_person`,
/// `setup.enrolment_refused`, those of the code and of the link. The desk is then what it was.
pub fn renew(desk: &Desk, open: &OpenDesk, args: &EnrolmentRenew) -> Result<SyncStatus, ApiError> {
    if !open.is_replica() {
        return Err(text::error("desk.not_joined"));
    }
    let reached = enrolling::reach(&args.address, &args.code)?;
    let known = enrolling::kept(desk, &open.home.server)?.unwrap_or_default();
    let is_same = reached.server == open.home.server && known.pin == reached.pin;
    let underway: Option<Underway> = enrolling::noted(open, NOTE)?;
    if is_same && underway.is_none() {
        refuse_in_force(&reached.server, &known)?;
    }
    open.writings.flush_all(open);
    let (underway, credential) = set_out(desk, open, underway, &reached)?;
    let link = Link::new(&underway.server, &credential)?;
    let request = EnrolRequest {
        code: reached.code,
        device: underway.device,
        verify_key: verify_key(open),
        token: credential.token,
        before: Some(Before {
            device: open.home.device,
            person: open.home.person,
        }),
    };
    let answer: Result<EnrolAnswer, ApiError> = link.post("/sync/enrol", &request);
    let answer = answer.and_then(|answer| match answer.enrolled.person.id {
        person if person == open.home.person => Ok(()),
        _ => Err(text::error("enrolment.other_person")),
    });
    if let Err(error) = answer {
        if matches!(
            &*error.key,
            "setup.enrolment_refused" | "enrolment.other_person"
        ) {
            enrolling::forget(desk, open, (NOTE, &underway.server))?;
        }
        return Err(error);
    }
    turn(open, &underway)?;
    if underway.server != open.home.server {
        enrolling::drop_kept(desk, &open.home.server)?;
    }
    session::reopen(desk)?;
    desk.events.stale(&[
        Tag::Session,
        Tag::Sync,
        Tag::Drafts,
        Tag::Tasks,
        Tag::Organisation,
        Tag::Numbers,
        Tag::Forms,
    ]);
    let open = desk.open_desk().ok_or_else(|| text::error("desk.locked"))?;
    sync::status(&open)
}

/// Asks the server whether it takes this desk as it is; then a code would be used up for nothing, and the
/// desk's text would be another device's.
fn refuse_in_force(server: &str, known: &Credential) -> Result<(), ApiError> {
    if known.token.is_empty() {
        return Ok(());
    }
    let asked: Result<PushAnswer, ApiError> =
        Link::new(server, known)?.post("/sync/push", &PushRequest::default());
    match asked {
        Ok(_) => Err(text::error("enrolment.in_force")),
        Err(error) if sync::is_refused(&error) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Notes which device and token it is going to be, or takes up what was noted for the same server.
fn set_out(
    desk: &Desk,
    open: &OpenDesk,
    noted: Option<Underway>,
    reached: &Reached,
) -> Result<(Underway, Credential), ApiError> {
    let (server, pin) = (&reached.server, reached.pin);
    if let Some(noted) = noted.filter(|noted| noted.server == *server) {
        let credential = enrolling::kept(desk, server)?.unwrap_or_default();
        if !credential.token.is_empty() && credential.pin == pin {
            return Ok((noted, credential));
        }
    }
    let credential = enrolling::keep_fresh(desk, server, pin)?;
    let underway = Underway {
        server: server.clone(),
        device: DeviceId(Uuid::now_v7()),
    };
    enrolling::note(open, NOTE, &underway)?;
    Ok((underway, credential))
}

/// The desk is the new device from here on.
fn turn(open: &OpenDesk, underway: &Underway) -> Result<(), ApiError> {
    let fresh: [u8; 16] = random_bytes().map_err(|_| text::error("store.engine"))?;
    let renewed = Renewed {
        device: underway.device,
        person: open.home.person,
        verify_key: &verify_key(open),
        server: &underway.server,
        fresh: &hex(&fresh),
        now: &clock::now(),
    };
    let mut sign = |command: Command| command.signed(&open.key);
    renew::renewed(&open.store, &renewed, &mut sign)?;
    Ok(open.store.write(|tx| tx.meta_put(NOTE, ""))?)
}
