//! Use cases of documents that come from elsewhere (收文): entered, registered under a number of the primary's,
//! and then on their way through 来文办理.

mod put;
mod register;
mod scan;
mod show;

pub use put::{Detach, Discard, Put, detach, discard, put};
pub use register::{FileOf, Register, register};
pub(crate) use scan::recorded_on;
pub use scan::{scan_id, scan_of};
pub(crate) use show::{follow, receive, show_files, show_to, take_out};

use andu_document::{Classification, ClassificationLevel, Issuer, OfficialDocument};
use andu_store::{DraftRecord, IncomingRecord, IncomingState};
use serde::de::DeserializeOwned;

use crate::{Call, Refusal};

/// 来文办理
pub const INCOMING: &str = "incoming";

/// How a document comes.
pub const DELIVERIES: [&str; 7] = [
    "exchange", "network", "post", "fax", "hand", "disc", "other",
];

fn parse<D: DeserializeOwned>(word: &str) -> Option<D> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

/// What the register says of it, as the elements of a document.
fn document(record: &IncomingRecord, recipient: &str) -> OfficialDocument {
    let level = ClassificationLevel::of_word(&record.classification);
    OfficialDocument {
        title: record.title.clone(),
        document_type: parse(&record.document_type),
        classification: level.map(|level| Classification {
            level,
            term: record.classification_term.clone(),
        }),
        urgency: parse(&record.urgency),
        issuers: vec![Issuer {
            name: record.from_agency.clone(),
            ..Issuer::default()
        }],
        issue_number: record.from_number.parse().ok(),
        date_of_issue: record.issued_on.parse().ok(),
        main_recipients: vec![recipient.to_owned()],
        note: record.note.clone(),
        ..OfficialDocument::default()
    }
}

/// One that the actor enters and has not registered yet, with its draft.
fn own_open(call: &Call<'_, '_>, id: &str) -> Result<(DraftRecord, IncomingRecord), Refusal> {
    let not_there = || Refusal::because("incoming.not_there");
    let draft = call.tx.reader().draft_if_there(id)?.ok_or_else(not_there)?;
    let record = call.tx.reader().incoming(id)?.ok_or_else(not_there)?;
    if draft.author_id != call.actor.id.as_text() {
        return Err(Refusal::because("incoming.others"));
    }
    if record.state != IncomingState::Open {
        return Err(Refusal::because("incoming.registered"));
    }
    Ok((draft, record))
}
