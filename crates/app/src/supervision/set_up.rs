//! 立项: what is to be done, by whom, until when. The departments see the copy of a 批示 and never the paper itself.

use std::collections::{BTreeMap, BTreeSet};

use andu_base::Date;
use andu_document::{
    Block, Classification, ClassificationLevel, DocumentFormat, Facts, OfficialDocument, Run,
    Serves,
};
use andu_org::Named;
use andu_store::{DraftState, IncomingRecord, IncomingState, SupervisionRecord, SupervisionState};
use andu_sync::Reason;
use andu_workflow::{Key, definition::Value as Item};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{KINDS, UnitStanding, UnitState};
use crate::{
    Call, Place, Refusal, ceiling,
    draft::{begun, describe, put_find_entry},
    number,
    process::{self, SUPERVISION, substance},
};

/// What is to be supervised.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// Id, made at the desk.
    pub id: String,
    /// One of [`KINDS`].
    pub kind: String,
    /// The document that came, whose 批示 it is; empty: none.
    pub source_id: String,
    /// 督办事项
    pub title: String,
    /// 立项依据
    pub basis: String,
    /// 批示抄清, or what was decided to be done.
    pub copy: String,
    /// 督办要求
    pub requirement: String,
    /// 联系电话
    pub telephone: String,
    /// 牵头部门
    pub lead: UnitLimit,
    /// 配合部门
    pub support: Vec<UnitLimit>,
}

/// A department and until when it reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitLimit {
    /// The department.
    pub unit_id: String,
    /// The last day.
    pub due_on: Date,
}

const LONGEST_TITLE: usize = 200;
const LONGEST_LINE: usize = 200;
const LONGEST_COPY: usize = 5_000;
const MOST_UNITS: usize = 50;

/// Sets up something to be supervised: it has a number, and each department its part with its day.
///
/// # Errors
/// `supervision.empty` and `supervision.too_long` with the field, `supervision.kind`, `supervision.past_day`,
/// `supervision.unit_twice`, `supervision.too_many_units`, `supervision.no_source`, `supervision.set_up_before`;
/// `supervision.not_enabled` where the agency does not go by 督查督办 yet; `draft.above_ceiling`; the reasons of the
/// engine.
pub fn set_up(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: SetUp = serde_json::from_value(args)?;
    call.about(&args.id);
    if call.place == Place::Alone {
        return Err(Refusal::because("process.not_alone"));
    }
    let agency_id = call.actor.agency_id.as_text();
    let enabled = call.tx.reader().process_enabled(&agency_id, SUPERVISION)?;
    if enabled.is_none() {
        return Err(Refusal::because("supervision.not_enabled"));
    }
    if call.tx.draft_exists(&args.id)? {
        return Err(Refusal::because("supervision.set_up_before"));
    }
    check(&args, call.today())?;
    let source = source(call, &args, &agency_id)?;
    let document = document(&args, source.as_ref());
    ceiling::hold(&document, ceiling::of(call.tx.reader())?).map_err(Refusal::Rejected)?;
    let frozen = andu_draft::freeze(&document);
    let mut draft = begun(
        call,
        (&args.id, &args.id),
        DraftState::Supervision,
        &call.command.claimed_at,
    );
    describe(&mut draft, &document);
    draft.frozen_hash = frozen.hash.to_string();
    call.tx
        .frozen_text_put(&draft.frozen_hash, &frozen.canonical_json)?;
    call.tx.draft_put(&draft)?;
    put_find_entry(call.tx, &draft, "", &document)?;
    let subject = (number::DRAFT, draft.id.as_str());
    let facts = Facts::default();
    let given = number::give(call, &agency_id, Serves::Supervision, subject, &facts)?;
    let record = entered(call, &args, given.text)?;
    call.tx.supervision_put(&record)?;
    let beginning = process::Beginning {
        process: SUPERVISION,
        content: substance(&document),
        items: items(&args)?,
        done: done(&args)?,
    };
    process::begin(call, &draft, beginning)?;
    Ok(json!({ "id": draft.id, "number": record.number }))
}

/// Whether what is to be set up can be right, as far as it says so itself.
///
/// # Errors
/// As [`set_up`], as far as nothing else has to be asked.
pub fn check(args: &SetUp, today: Date) -> Result<(), Refusal> {
    let refuse = |key: &'static str, field: &str| {
        let named = format!("cause.supervision.{field}");
        Err(Refusal::Rejected(Reason::new(key).with("field", named)))
    };
    if !KINDS.contains(&args.kind.as_str()) {
        return Err(Refusal::because("supervision.kind"));
    }
    for (field, text) in [("title", &args.title), ("copy", &args.copy)] {
        if text.trim().is_empty() {
            return refuse("supervision.empty", field);
        }
    }
    let lines = [
        ("title", &args.title, LONGEST_TITLE, false),
        ("basis", &args.basis, LONGEST_LINE, false),
        ("copy", &args.copy, LONGEST_COPY, true),
        ("requirement", &args.requirement, LONGEST_COPY, true),
        ("telephone", &args.telephone, LONGEST_LINE, false),
    ];
    for (field, text, limit, many) in lines {
        let control = |c: char| c.is_control() && !(c == '\n' && many);
        if text.chars().count() > limit || text.chars().any(control) {
            return refuse("supervision.too_long", field);
        }
    }
    if args.support.len() >= MOST_UNITS {
        return Err(Refusal::because("supervision.too_many_units"));
    }
    let mut seen = BTreeSet::new();
    for unit in units(args) {
        if !seen.insert(&unit.unit_id) {
            return Err(Refusal::because("supervision.unit_twice"));
        }
        if unit.due_on < today {
            return Err(Refusal::because("supervision.past_day"));
        }
    }
    Ok(())
}

/// 牵头 first.
fn units(args: &SetUp) -> impl Iterator<Item = &UnitLimit> {
    std::iter::once(&args.lead).chain(&args.support)
}

/// The document whose 批示 it is: one that was registered in the agency.
fn source(
    call: &Call<'_, '_>,
    args: &SetUp,
    agency_id: &str,
) -> Result<Option<IncomingRecord>, Refusal> {
    if args.source_id.is_empty() {
        return Ok(None);
    }
    let found = call.tx.reader().incoming(&args.source_id)?;
    let found =
        found.filter(|record| record.agency_id == agency_id && record.state != IncomingState::Open);
    match found {
        Some(record) => Ok(Some(record)),
        None => Err(Refusal::because("supervision.no_source")),
    }
}

/// What the departments read: the copy, and what is asked of them. It is as secret as what it is copied from.
fn document(args: &SetUp, source: Option<&IncomingRecord>) -> OfficialDocument {
    let texts = [&args.copy, &args.requirement];
    let lines = texts.into_iter().flat_map(|text| text.lines());
    let body = lines
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| Block::Paragraph {
            runs: vec![Run::plain(line)],
            align: None,
        });
    let level = source.and_then(|record| ClassificationLevel::of_word(&record.classification));
    OfficialDocument {
        title: args.title.trim().to_owned(),
        format: DocumentFormat::Paper,
        body: body.collect(),
        classification: level.map(|level| Classification {
            level,
            term: source.map_or_else(String::new, |record| record.classification_term.clone()),
        }),
        ..OfficialDocument::default()
    }
}

fn entered(
    call: &Call<'_, '_>,
    args: &SetUp,
    number: String,
) -> Result<SupervisionRecord, Refusal> {
    let all = call.tx.reader().organisation(call.actor.agency_id)?;
    let today = call.today();
    let standing = |(at, unit): (usize, &UnitLimit)| UnitStanding {
        unit_id: unit.unit_id.clone(),
        name: all
            .name_on(Named::Department, &unit.unit_id, today)
            .to_owned(),
        leads: at == 0,
        due_on: unit.due_on.to_string(),
        asked_until: String::new(),
        state: UnitState::Handling,
        waits_for: String::new(),
        visit: String::new(),
        stage: String::new(),
        words: String::new(),
        reported_by: String::new(),
        reported_at: String::new(),
        reports: 0,
        accepted_on: String::new(),
    };
    let standings: Vec<UnitStanding> = units(args).enumerate().map(standing).collect();
    Ok(SupervisionRecord {
        id: args.id.clone(),
        agency_id: call.actor.agency_id.as_text(),
        number,
        kind: args.kind.clone(),
        title: args.title.trim().to_owned(),
        source_id: args.source_id.clone(),
        basis: args.basis.trim().to_owned(),
        copy: args.copy.trim().to_owned(),
        requirement: args.requirement.trim().to_owned(),
        telephone: args.telephone.trim().to_owned(),
        units: serde_json::to_string(&standings)?,
        state: SupervisionState::Running,
        due_on: String::new(),
        late_units: 0,
        set_up_by: call.actor.id.as_text(),
        set_up_name: call.actor.name.clone(),
        set_up_on: today.to_string(),
        closed_on: String::new(),
        result: String::new(),
        changed_at: call.now.to_owned(),
    })
}

fn key(name: &str) -> Result<Key, Refusal> {
    Key::new(name).map_err(|_| Refusal::because("command.arguments"))
}

fn items(args: &SetUp) -> Result<BTreeMap<Key, Item>, Refusal> {
    let ids = |all: &mut dyn Iterator<Item = &UnitLimit>| {
        Item::List(all.map(|unit| unit.unit_id.clone()).collect())
    };
    let mut items = BTreeMap::from([
        (key("kind")?, Item::Text(args.kind.clone())),
        (key("lead_unit")?, ids(&mut std::iter::once(&args.lead))),
        (key("units")?, ids(&mut units(args))),
        (key("due_on")?, Item::Text(args.lead.due_on.to_string())),
    ]);
    if !args.support.is_empty() {
        items.insert(key("support_units")?, ids(&mut args.support.iter()));
    }
    Ok(items)
}

/// 立项, and for each department 下达 with its day.
fn done(args: &SetUp) -> Result<Vec<BTreeMap<Key, Item>>, Refusal> {
    let mut done = vec![BTreeMap::new()];
    for unit in units(args) {
        let day = Item::Text(unit.due_on.to_string());
        done.push(BTreeMap::from([(key("due_on")?, day)]));
    }
    Ok(done)
}
