//! A desk that worked alone joins a server: enrols, brings what its store holds, waits for the decision,
//! and turns into a replica. Each step may be cut off at any moment and is taken up where it was: what is
//! brought is known by its content, the turn is one transaction, and a backup is made before it.

use std::path::PathBuf;

use andu_api::{
    ApiError, DeskEvent, Tag,
    joining::{JoinBegin, JoinConfirm, JoinStage, JoinState, JoiningLook, JoiningReview, chosen},
    text,
};
use andu_app::{
    joining::{self, Manifest, Origin, Standing, Turn},
    setup::Enrolled,
};
use andu_base::{CommandId, DeviceId};
use andu_sync::{Command, Outcome, PushAnswer, PushRequest};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Desk, clock,
    enrolling::{self, Reached, hex, verify_key},
    link::Link,
    open::OpenDesk,
    session,
    sync::{EnrolAnswer, EnrolRequest},
};

/// Where the store notes how far joining has come.
const NOTE: &str = "joining";
/// The store as it was before it joined, beside it.
const BACKUP: &str = "before-joining.andubackup";
/// How often what was written meanwhile is brought before the person is asked again.
const ROUNDS: usize = 3;

/// How far joining has come; the token is in the vault.
#[derive(Clone, Serialize, Deserialize)]
struct Underway {
    server: String,
    device: DeviceId,
    /// Numbers of commands that were used up.
    tries: u64,
    enrolled: Option<Enrolled>,
}

fn underway(open: &OpenDesk) -> Result<Option<Underway>, ApiError> {
    enrolling::noted(open, NOTE)
}

fn backup_path(open: &OpenDesk) -> PathBuf {
    open.place.folder.join(BACKUP)
}

/// How far this desk has come, without asking anybody.
///
/// # Errors
/// The store's own.
pub fn state(open: &OpenDesk) -> Result<JoinState, ApiError> {
    let underway = underway(open)?;
    let stage = match (&underway, open.is_replica()) {
        (_, true) => JoinStage::Joined,
        (Some(_), false) => JoinStage::Begun,
        (None, false) => JoinStage::Alone,
    };
    let is_there = backup_path(open).exists();
    Ok(JoinState {
        stage,
        server: underway
            .as_ref()
            .map_or_else(|| open.home.server.clone(), |known| known.server.clone()),
        enrolled_as: underway
            .and_then(|known| known.enrolled)
            .map_or_else(String::new, |known| {
                format!("{} {}", known.agency.name, known.person.name)
            }),
        review: None,
        backup: if is_there {
            BACKUP.into()
        } else {
            String::new()
        },
    })
}

/// Begins, or goes on: enrols where that has not been done, brings everything, and says where it stands.
///
/// # Errors
/// `joining.joined`, `setup.enrolment_refused`, those of the link and of the server.
pub fn begin(desk: &Desk, open: &OpenDesk, args: &JoinBegin) -> Result<JoinState, ApiError> {
    if open.is_replica() {
        return Err(text::error("joining.joined"));
    }
    let known = underway(open)?;
    let (mut joining, link) = match known {
        Some(known) if args.code.trim().is_empty() => {
            let link = link(desk, &known)?;
            (known, link)
        }
        known => {
            let reached = enrolling::reach(&args.address, &args.code)?;
            let mut joining = match known.filter(|known| known.server == reached.server) {
                Some(known) => known,
                None => set_out(desk, open, &reached)?,
            };
            let link = link(desk, &joining)?;
            enrol(desk, open, &mut joining, &link, reached.code)?;
            (joining, link)
        }
    };
    if joining.enrolled.is_none() {
        return Err(text::error("joining.code_needed"));
    }
    advance(desk, open, &mut joining, &link)
}

/// Notes where to, and keeps the token that the server is going to know this desk by.
fn set_out(desk: &Desk, open: &OpenDesk, reached: &Reached) -> Result<Underway, ApiError> {
    enrolling::keep_fresh(desk, &reached.server, reached.pin)?;
    let joining = Underway {
        server: reached.server.clone(),
        device: DeviceId(Uuid::now_v7()),
        tries: 0,
        enrolled: None,
    };
    enrolling::note(open, NOTE, &joining)?;
    Ok(joining)
}

fn link(desk: &Desk, joining: &Underway) -> Result<Link, ApiError> {
    let kept = enrolling::kept(desk, &joining.server)?;
    let credential = kept.ok_or_else(|| text::error("joining.code_needed"))?;
    Link::new(&joining.server, &credential)
}

fn enrol(
    desk: &Desk,
    open: &OpenDesk,
    joining: &mut Underway,
    link: &Link,
    code: String,
) -> Result<(), ApiError> {
    if joining.enrolled.is_some() {
        return Ok(());
    }
    let request = EnrolRequest {
        code,
        device: joining.device,
        verify_key: verify_key(open),
        token: link.token().to_owned(),
        before: None,
    };
    let answer: Result<EnrolAnswer, ApiError> = link.post("/sync/enrol", &request);
    match answer {
        Ok(answer) => {
            joining.enrolled = Some(answer.enrolled);
            enrolling::note(open, NOTE, joining)
        }
        Err(error) => {
            if error.key == "setup.enrolment_refused" {
                enrolling::forget(desk, open, (NOTE, &joining.server))?;
            }
            Err(error)
        }
    }
}

fn origin(open: &OpenDesk) -> Origin {
    Origin {
        device: open.home.device,
        person: open.home.person,
    }
}

/// Brings what the server has not got, and does what its standing asks for.
fn advance(
    desk: &Desk,
    open: &OpenDesk,
    joining: &mut Underway,
    link: &Link,
) -> Result<JoinState, ApiError> {
    for _ in 0..ROUNDS {
        open.writings.flush_all(open);
        let (manifest, standing) = bring(open, joining.device, link)?;
        let id = manifest.id(joining.device);
        let (stage, review) = match standing {
            Standing::Arriving { .. } => return Err(text::error("joining.cut_off")),
            Standing::Whole { may_decide: true } => (JoinStage::Review, true),
            Standing::Whole { may_decide: false } => (JoinStage::Waiting, true),
            Standing::Refused { .. } => (JoinStage::Refused, true),
            Standing::Applied { brought } => {
                if turn(desk, open, joining, (&manifest, &brought))? {
                    let joined = desk.open_desk().ok_or_else(|| text::error("desk.locked"))?;
                    return state(&joined);
                }
                continue;
            }
        };
        let look = JoiningLook {
            id,
            choices: Vec::new(),
        };
        let mut state = state(open)?;
        state.stage = stage;
        if review {
            state.review = Some(link.post("/sync/join/review", &look)?);
        }
        return Ok(state);
    }
    Err(text::error("joining.still_writing"))
}

/// Offers what the store holds now, and sends the parts that are missing.
fn bring(open: &OpenDesk, device: DeviceId, link: &Link) -> Result<(Manifest, Standing), ApiError> {
    open.store.read(|reader| -> Result<_, ApiError> {
        let manifest = joining::content(reader, origin(open))?;
        let bytes = serde_json::to_vec(&manifest).expect("BUG: a manifest is plain data");
        let signature = open.key.sign(joining::SIGNED_FOR, &bytes);
        let offer = json!({ "manifest": manifest, "signature": hex(&signature.0) });
        let mut standing: Standing = link.post("/sync/join/offer", &offer)?;
        let id = manifest.id(device);
        let total = u32::try_from(manifest.parts.len()).unwrap_or(u32::MAX);
        if let Standing::Arriving { missing } = standing.clone() {
            let mut send = |part: u32, bytes: &[u8]| -> Result<(), ApiError> {
                if missing.binary_search(&part).is_ok() {
                    standing = link.put(&format!("/sync/join/{id}/{part}"), bytes)?;
                    open.events.send(DeskEvent::Progress {
                        label: "join".into(),
                        done: part + 1,
                        total,
                    });
                }
                Ok(())
            };
            joining::each_part(reader, origin(open), &mut send)?;
        }
        Ok((manifest, standing))
    })
}

/// Makes the backup and the turn, and opens the desk again as the replica it is now. Says whether it is one.
fn turn(
    desk: &Desk,
    open: &OpenDesk,
    joining: &Underway,
    (manifest, brought): (&Manifest, &joining::Brought),
) -> Result<bool, ApiError> {
    let enrolled = joining.enrolled.as_ref();
    let enrolled = enrolled.ok_or_else(|| text::error("joining.code_needed"))?;
    session::write_backup(desk, open, &backup_path(open))?;
    let turned = joining::turn(
        &open.store,
        &Turn {
            origin: origin(open),
            manifest,
            brought,
            enrolled,
            device: joining.device,
            verify_key: &verify_key(open),
            server: &joining.server,
            counted: joining.tries,
            now: &clock::now(),
        },
    )?;
    if turned {
        session::reopen(desk)?;
        desk.events.stale(&[
            Tag::Session,
            Tag::Sync,
            Tag::Drafts,
            Tag::Tasks,
            Tag::Organisation,
            Tag::Numbers,
            Tag::Forms,
            Tag::Vocabulary,
        ]);
    }
    Ok(turned)
}

/// What taking it over with these choices would do.
///
/// # Errors
/// The server's own.
pub fn review(desk: &Desk, open: &OpenDesk, look: &JoiningLook) -> Result<JoiningReview, ApiError> {
    let joining = underway(open)?.ok_or_else(|| text::error("joining.not_there"))?;
    link(desk, &joining)?.post("/sync/join/review", look)
}

/// Confirms, where the person may: a signed command like any other, decided at the server.
///
/// # Errors
/// `joining.not_there`; the server's own.
pub fn confirm(desk: &Desk, open: &OpenDesk, args: &JoinConfirm) -> Result<JoinState, ApiError> {
    let mut joining = underway(open)?.ok_or_else(|| text::error("joining.not_there"))?;
    let enrolled = joining.enrolled.clone();
    let enrolled = enrolled.ok_or_else(|| text::error("joining.code_needed"))?;
    let link = link(desk, &joining)?;
    open.writings.flush_all(open);
    let (manifest, standing) = bring(open, joining.device, &link)?;
    if matches!(standing, Standing::Whole { .. }) {
        let decision = joining::Decide {
            id: manifest.id(joining.device),
            accept: true,
            reason: String::new(),
            choices: chosen(&args.choices)?,
        };
        // A number is used once, whatever becomes of the answer.
        joining.tries += 1;
        enrolling::note(open, NOTE, &joining)?;
        let command = Command {
            device_seq: joining.tries,
            ..Command::new(
                CommandId(Uuid::now_v7()),
                (joining.device, enrolled.person.id),
                "joining_decide",
                serde_json::to_value(decision).expect("BUG: a decision is plain data"),
                &clock::now(),
            )
        };
        let request = PushRequest {
            commands: vec![command.signed(&open.key)],
            ..PushRequest::default()
        };
        let answer: PushAnswer = link.post("/sync/push", &request)?;
        match answer.outcomes.into_iter().next() {
            Some((_, Outcome::Applied { .. } | Outcome::Merged { .. })) => {}
            Some((
                _,
                Outcome::Rejected { reason }
                | Outcome::Superseded { reason }
                | Outcome::Conflict { reason, .. },
            )) => return Err(text::refused(&reason)),
            Some((_, Outcome::Deferred { .. })) | None => {
                return Err(text::error("command.deferred"));
            }
        }
    }
    advance(desk, open, &mut joining, &link)
}

/// Gives joining up; the desk goes on by itself, and what it brought is never taken over.
///
/// # Errors
/// `joining.joined` once it is too late.
pub fn abandon(desk: &Desk, open: &OpenDesk) -> Result<JoinState, ApiError> {
    if open.is_replica() {
        return Err(text::error("joining.joined"));
    }
    if let Some(joining) = underway(open)? {
        enrolling::forget(desk, open, (NOTE, &joining.server))?;
    }
    state(open)
}
