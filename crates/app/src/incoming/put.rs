//! Entering what the register is to say of a document that came; and taking it out again before it is
//! registered.

use andu_base::Date;
use andu_document::{ClassificationLevel, DocumentType, Urgency};
use andu_store::{DraftState, IncomingRecord, IncomingState};
use andu_sync::{Operation, Reason, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{DELIVERIES, document, own_open, parse, show};
use crate::{
    Call, Place, Refusal, ceiling,
    draft::{begun, describe, put_find_entry},
    organisation::day_of,
};

/// What the register is to say.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Put {
    /// Id, made at the desk.
    pub id: String,
    /// 标题
    pub title: String,
    /// 文种, as its word; empty: none of the fifteen.
    pub document_type: String,
    /// 来文机关
    pub from_agency: String,
    /// 来文字号 as it stands there; empty: it has none.
    pub from_number: String,
    /// 成文日期; `None`: unknown.
    pub issued_on: Option<Date>,
    /// 收到日期
    pub received_on: Date,
    /// How it came: one of [`DELIVERIES`].
    pub delivery: String,
    /// 密级, as its word; empty: none.
    pub classification: String,
    /// 保密期限
    pub classification_term: String,
    /// 紧急程度, as its word; empty: none.
    pub urgency: String,
    /// 份数, from 1.
    pub copies: u32,
    /// 页数; 0: not counted.
    pub pages: u32,
    /// 份号 as they stand there.
    pub copy_numbers: String,
    /// 备注
    pub note: String,
}

/// One that is not to be registered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discard {
    /// Id.
    pub id: String,
}

const LONGEST_TITLE: usize = 500;
const LONGEST_LINE: usize = 200;
const LONGEST_NOTE: usize = 2_000;
const MOST_COPIES: u32 = 100_000;

/// Keeps what was entered of a document that is not registered yet.
///
/// # Errors
/// `incoming.empty` and `incoming.too_long` with the field, `incoming.unknown_word` for a word that is none,
/// `incoming.future` for a day to come, `incoming.registered`, `incoming.others`, `draft.above_ceiling`;
/// `process.not_alone` at a desk that has no server.
pub fn put(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Put = serde_json::from_value(args)?;
    call.about(&args.id);
    if call.place == Place::Alone {
        return Err(Refusal::because("process.not_alone"));
    }
    let claimed = call.command.claimed_at.clone();
    check(&args, day_of(&claimed).max(call.today()))?;
    let (mut draft, known) = match call.tx.draft_exists(&args.id)? {
        true => own_open(call, &args.id).map(|(draft, record)| (draft, Some(record)))?,
        false => (
            begun(call, (&args.id, &args.id), DraftState::Incoming, &claimed),
            None,
        ),
    };
    let record = entered(call, args, known);
    let agency = call.tx.reader().agency(&draft.agency_id)?;
    let document = document(&record, &agency.name);
    ceiling::hold(&document, ceiling::of(call.tx.reader())?).map_err(Refusal::Rejected)?;
    describe(&mut draft, &document);
    draft.changed_at.clone_from(&claimed);
    call.tx.draft_put(&draft)?;
    call.tx.incoming_put(&record)?;
    put_find_entry(call.tx, &draft, "", &document)?;
    show::show(call, &draft, &record)?;
    Ok(json!({ "id": record.id }))
}

fn entered(call: &Call<'_, '_>, args: Put, known: Option<IncomingRecord>) -> IncomingRecord {
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    IncomingRecord {
        id: args.id,
        agency_id: call.actor.agency_id.as_text(),
        number: String::new(),
        title: args.title.trim().to_owned(),
        document_type: args.document_type,
        from_agency: args.from_agency.trim().to_owned(),
        from_number: args.from_number.trim().to_owned(),
        issued_on: day(args.issued_on),
        received_on: args.received_on.to_string(),
        delivery: args.delivery,
        classification: args.classification,
        classification_term: args.classification_term.trim().to_owned(),
        urgency: args.urgency,
        copies: args.copies,
        pages: args.pages,
        copy_numbers: args.copy_numbers.trim().to_owned(),
        note: args.note.trim().to_owned(),
        files: String::new(),
        content_hash: String::new(),
        state: IncomingState::Open,
        now_at: String::new(),
        now_since: String::new(),
        given_back: String::new(),
        due_at: String::new(),
        registered_by: known.map_or_else(|| call.actor.id.as_text(), |known| known.registered_by),
        registered_name: call.actor.name.clone(),
        registered_at: String::new(),
        changed_at: call.command.claimed_at.clone(),
    }
}

fn check(args: &Put, today: Date) -> Result<(), Refusal> {
    let refuse = |key: &'static str, field: &str| {
        let named = format!("cause.incoming.{field}");
        Err(Refusal::Rejected(Reason::new(key).with("field", named)))
    };
    for (field, text) in [("title", &args.title), ("from_agency", &args.from_agency)] {
        if text.trim().is_empty() {
            return refuse("incoming.empty", field);
        }
    }
    let lines = [
        ("title", &args.title, LONGEST_TITLE),
        ("from_agency", &args.from_agency, LONGEST_LINE),
        ("from_number", &args.from_number, LONGEST_LINE),
        (
            "classification_term",
            &args.classification_term,
            LONGEST_LINE,
        ),
        ("copy_numbers", &args.copy_numbers, LONGEST_LINE),
        ("note", &args.note, LONGEST_NOTE),
    ];
    for (field, text, limit) in lines {
        let control = |c: char| c.is_control() && !(c == '\n' && field == "note");
        if text.chars().count() > limit || text.chars().any(control) {
            return refuse("incoming.too_long", field);
        }
    }
    let words = [
        (
            "document_type",
            &args.document_type,
            parse::<DocumentType>(&args.document_type).is_some(),
        ),
        (
            "classification",
            &args.classification,
            ClassificationLevel::of_word(&args.classification).is_some(),
        ),
        (
            "urgency",
            &args.urgency,
            parse::<Urgency>(&args.urgency).is_some(),
        ),
    ];
    for (field, word, known) in words {
        if !word.is_empty() && !known {
            return refuse("incoming.unknown_word", field);
        }
    }
    if !DELIVERIES.contains(&args.delivery.as_str()) {
        return refuse("incoming.unknown_word", "delivery");
    }
    if args.copies == 0 || args.copies > MOST_COPIES || args.pages > MOST_COPIES {
        return refuse("incoming.out_of_range", "copies");
    }
    if args.received_on > today || args.issued_on.is_some_and(|day| day > today) {
        return Err(Refusal::because("incoming.future"));
    }
    Ok(())
}

/// A file that does not belong to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detach {
    /// Id of the document.
    pub id: String,
    /// Id of the file.
    pub file_id: String,
}

/// Takes a file away that was put beside one that is not registered yet.
///
/// # Errors
/// `incoming.not_there`, `incoming.registered`, `incoming.others`.
pub fn detach(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Detach = serde_json::from_value(args)?;
    call.about(&args.id);
    let (draft, record) = own_open(call, &args.id)?;
    let file = call.tx.reader().draft_file_row(&args.file_id)?;
    if file.is_some_and(|file| file.draft_id == record.id) {
        let registers = Scope::register(call.actor.agency_id);
        for scope in [crate::draft::own_scope(&draft)?, registers] {
            let gone = Operation::Remove;
            call.project(&scope, "draft_file", &args.file_id, gone, &Value::Null)?;
        }
        call.tx.draft_file_erase(&args.file_id)?;
    }
    Ok(json!({ "id": record.id }))
}

/// Takes out what was entered and is not to be registered, with its files.
///
/// # Errors
/// `incoming.not_there`, `incoming.registered`, `incoming.others`.
pub fn discard(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Discard = serde_json::from_value(args)?;
    call.about(&args.id);
    let (draft, record) = own_open(call, &args.id)?;
    let files = call.tx.reader().draft_files(&draft.id)?;
    let registers = Scope::register(call.actor.agency_id);
    for scope in [crate::draft::own_scope(&draft)?, registers] {
        for file in &files {
            let gone = Operation::Remove;
            call.project(&scope, "draft_file", &file.id, gone, &Value::Null)?;
        }
        for entity in ["incoming", "draft"] {
            call.project(&scope, entity, &record.id, Operation::Remove, &Value::Null)?;
        }
    }
    call.tx.draft_erase(&record.id)?;
    Ok(json!({ "id": record.id }))
}
