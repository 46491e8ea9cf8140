//! What stands on a paper form of a document that is in a process: what the register says, what was entered,
//! and each opinion in its place.

use std::{collections::BTreeMap, path::Path};

use andu_api::{
    ApiError, Caller as _, ErrorCode,
    incoming::{self, IncomingView},
    print::FormWrite,
    process::{self, ProcessTrace, TracePerson, TraceVisit},
    session::Written,
    supervision::{self, SupervisionRef, SupervisionView},
    text,
};
use andu_base::{ContentHash, Date};
use andu_document::{Block, ClassificationLevel, HandwrittenOpinion, OfficialDocument, Urgency};
use andu_typeset::{
    PdfOptions, Typeset,
    paper_form::{FormContent, FormKind, FormOpinion, PaperKind, PaperTemplate, paper_form},
};

use super::{form_error, own, slip, within_ceiling};
use crate::{file, marked_copy, open::OpenDesk, preview, writing};

/// A form of a document, set on its pages as the agency has it; of no document, blank.
///
/// # Errors
/// `form.unknown`; `form.not_in_process` where the document is in no process that this desk sees; the form's own.
pub(crate) fn pages(desk: &OpenDesk, draft_id: &str, name: &str) -> Result<Typeset, ApiError> {
    if name == marked_copy::MARKED_COPY {
        return marked_copy::pages(desk, draft_id);
    }
    let unknown = || text::error("form.unknown");
    let kind = PaperKind::of_name(name).ok_or_else(unknown)?;
    let template = desk.look().read(|view| view.form_in_use(kind))?;
    let (kind, template) = match template {
        blank if draft_id.is_empty() => return own::blank(desk, &blank),
        PaperTemplate::Form(template) => (template.form, template),
        PaperTemplate::Register(_) => return Err(unknown()),
    };
    let placed = template.placed_areas();
    let placed: Vec<&str> = placed.iter().map(AsRef::as_ref).collect();
    let content = content(desk, draft_id, kind, &placed)?;
    let ceiling = desk.look().read(|view| view.ceiling())?;
    within_ceiling(content.marked(), ceiling)?;
    paper_form(&desk.previews.shelf(), &template, &content).map_err(|error| form_error(&error))
}

/// Writes a form as PDF.
///
/// # Errors
/// As [`pages`]; `desk.file_token`, `desk.file_write`.
pub fn write(desk: &OpenDesk, args: &FormWrite) -> Result<Written, ApiError> {
    let path = desk.files.take(&args.token)?;
    let pages = pages(desk, &args.draft_id, &args.form)?;
    file::write(&path, &pdf(desk, &pages)?)
}

pub(super) fn pdf(desk: &OpenDesk, pages: &Typeset) -> Result<Vec<u8>, ApiError> {
    let options = PdfOptions {
        changed_on: Some(desk.today()),
        ..PdfOptions::default()
    };
    let pdf = pages.pdf(&options);
    Ok(pdf.map_err(|error| preview::typeset_error(&error))?.bytes)
}

pub(super) fn agency(desk: &OpenDesk) -> Result<String, ApiError> {
    let id = desk.person.agency_id.as_text();
    Ok(desk.look().read(|view| view.agency(&id))?.name)
}

pub(super) fn open(desk: &OpenDesk, id: &str) -> Result<IncomingView, ApiError> {
    incoming::open(desk, incoming::IncomingRef { id: id.to_owned() })
}

fn content(
    desk: &OpenDesk,
    draft_id: &str,
    kind: FormKind,
    placed: &[&str],
) -> Result<FormContent, ApiError> {
    let mut content = FormContent::blank(kind);
    content.agency = agency(desk)?;
    if kind == FormKind::ReturnSlip
        && let Some(known) = slip::of_intake(desk, draft_id)?
    {
        put(&mut content, known);
        return Ok(content);
    }
    let trace = process::trace_of_document(desk, draft_id)?;
    let trace =
        trace.ok_or_else(|| text::error_with(ErrorCode::NotNow, "form.not_in_process", &[]))?;
    let known = match trace.process_id.as_str() {
        "incoming" => of_incoming(&open(desk, draft_id)?),
        "supervision" => {
            let view = supervised(desk, draft_id)?;
            // The paper with the 批示 stays with its readers: the notice carries the copy.
            if !view.copy.is_empty() {
                let copy = FormOpinion {
                    words: view.copy.clone(),
                    ..FormOpinion::default()
                };
                content.opinions.insert("instruct".to_owned(), vec![copy]);
            }
            of_supervised(&view)
        }
        "memo" => of_memo(desk, draft_id, &trace)?,
        _ => of_document(&writing::current_document(desk, draft_id)?, Some(&trace)),
    };
    let steps = of_steps(&trace);
    put(
        &mut content,
        of_items(&trace).into_iter().chain(known).chain(steps),
    );
    let areas: Vec<&str> = kind.areas().iter().map(|area| area.name).collect();
    let hands = process::handwritings(desk, &trace.instance_id)?;
    for visit in &trace.visits {
        let found = areas_of(&visit.node)
            .iter()
            .find(|area| areas.contains(*area));
        if let (Some(area), false) = (found, visit.state == "void" || visit.state == "returned") {
            let mut said = opinions(visit, &hands);
            if visit.node == "reply" {
                answered(&mut said, &trace);
            }
            // A step that the sheet has no cell for is on it only with words of its own.
            if !placed.contains(area) {
                said.retain(|one| !one.words.is_empty() || one.handwriting.is_some());
            }
            if !said.is_empty() {
                content
                    .opinions
                    .entry((*area).to_owned())
                    .or_default()
                    .extend(said);
            }
        }
    }
    if areas.contains(&"circulate") {
        let read = circulated(&trace);
        if !read.is_empty() {
            content
                .opinions
                .entry("circulate".to_owned())
                .or_default()
                .extend(read);
        }
    }
    Ok(content)
}

/// What the form has a place for, the later over the earlier.
fn put(content: &mut FormContent, known: impl IntoIterator<Item = (&'static str, String)>) {
    let fields = content.form.fields();
    for (name, value) in known {
        if fields.iter().any(|field| field.name == name) && !value.is_empty() {
            content.fields.insert(name.to_owned(), value);
        }
    }
}

/// The areas in which an opinion of a step may stand, the fittest first.
fn areas_of(node: &str) -> &'static [&'static str] {
    match node {
        "first_review" => &["initial_review", "review"],
        "propose" => &["propose"],
        "instruct" => &["instruct", "approve"],
        "read" => &["circulate"],
        "take" | "support" | "result" | "reply" => &["handle"],
        "close" => &["close", "handle"],
        "instruct_principal" => &["instruct"],
        "handle" => &["handle"],
        "extend" => &["approve"],
        "sign" | "sign_principal" => &["issue", "approve"],
        "countersign" | "joint_sign" => &["countersign"],
        "head_review" => &["department_review"],
        "legal_review" => &["legal_review"],
        "office_review" | "leader_review" | "review" => &["review"],
        "recheck" => &["recheck"],
        _ => &[],
    }
}

/// What was written by hand, by its hash.
type Hands = BTreeMap<ContentHash, HandwrittenOpinion>;

fn opinions(visit: &TraceVisit, hands: &Hands) -> Vec<FormOpinion> {
    let said = visit.people.iter().filter(|person| !person.at.is_empty());
    said.map(|person| opinion(person, hands)).collect()
}

/// How it was answered, or why it need not be: what was entered at that step stands where its words would.
fn answered(said: &mut [FormOpinion], trace: &ProcessTrace) {
    let entered = ["reply", "reply_note"].map(|name| item(trace, name));
    let entered: Vec<String> = entered
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    for one in said {
        let words = entered
            .iter()
            .chain((!one.words.is_empty()).then_some(&one.words));
        one.words = words.cloned().collect::<Vec<_>>().join("：");
    }
}

/// What was entered in the process under a name; empty where it was not.
fn item(trace: &ProcessTrace, name: &str) -> String {
    let found = trace.items.iter().find(|item| item.name == name);
    found.map_or_else(String::new, |item| item.value.clone())
}

fn opinion(person: &TracePerson, hands: &Hands) -> FormOpinion {
    let hand = person.handwriting.parse().ok();
    let hand = hand.and_then(|hash: ContentHash| hands.get(&hash));
    let written = match person.written_on.is_empty() {
        true => day_of(&person.at),
        false => person.written_on.parse().ok(),
    };
    FormOpinion {
        department: person.department.clone(),
        words: match person.withheld {
            true => text::sentence("form.see_copy", &BTreeMap::new()),
            false => person.words.clone(),
        },
        person: match person.by.is_empty() {
            true => person.name.clone(),
            false => person.by.clone(),
        },
        date: written,
        handwriting: hand.and_then(HandwrittenOpinion::opinion).cloned(),
        circled: person.verdict == Some(process::TaskVerdict::Circle),
        recorded_by: person.recorded_by.clone(),
        on_behalf_of: match person.by.is_empty() {
            true => String::new(),
            false => person.name.clone(),
        },
    }
}

fn circulated(trace: &ProcessTrace) -> Vec<FormOpinion> {
    let readers = trace.rounds.iter().flat_map(|round| &round.readers);
    let readers = readers.filter(|reader| !reader.read_at.is_empty());
    readers
        .map(|reader| FormOpinion {
            department: reader.department.clone(),
            words: reader.note.clone(),
            person: reader.name.clone(),
            date: day_of(&reader.read_at),
            circled: reader.note.is_empty(),
            ..FormOpinion::default()
        })
        .collect()
}

/// The day in Asia/Shanghai of an instant in UTC.
fn day_of(instant: &str) -> Option<Date> {
    let instant: jiff::Timestamp = instant.parse().ok()?;
    Some(jiff::tz::Offset::constant(8).to_datetime(instant).date())
}

/// 2026年3月5日; what is no day stays as it is.
pub(super) fn said(day: &str) -> String {
    match day.parse::<Date>() {
        Ok(day) => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Err(_) => day.to_owned(),
    }
}

pub(super) fn urgency(urgency: Option<Urgency>) -> String {
    urgency.map_or_else(String::new, |urgency| urgency.name().to_owned())
}

/// 机密★5年
pub(super) fn classified(level: ClassificationLevel, term: &str) -> String {
    match term {
        "" => level.name().to_owned(),
        term => format!("{}★{term}", level.name()),
    }
}

fn counted(number: u32) -> String {
    match number {
        0 => String::new(),
        number => number.to_string(),
    }
}

/// The name of a file as people call it.
fn without_ending(name: &str) -> &str {
    let stem = Path::new(name).file_stem();
    stem.and_then(|stem| stem.to_str()).unwrap_or(name)
}

pub(super) fn of_incoming(view: &IncomingView) -> Vec<(&'static str, String)> {
    let entry = &view.entry;
    let classification = entry.classification.map_or_else(String::new, |level| {
        classified(level, &entry.classification_term)
    });
    vec![
        ("title", entry.title.clone()),
        ("sender", entry.from_agency.clone()),
        ("sender_number", entry.from_number.clone()),
        ("document_date", said(&entry.issued_on)),
        ("register_number", view.row.number.clone()),
        ("received_on", said(&entry.received_on)),
        ("copies", counted(entry.copies)),
        ("pages", counted(entry.pages)),
        ("classification", classification),
        ("urgency", urgency(entry.urgency)),
        ("remarks", entry.note.clone()),
        (
            "attachments",
            view.files
                .iter()
                .map(|file| without_ending(&file.name))
                .collect::<Vec<_>>()
                .join("、"),
        ),
    ]
}

pub(super) fn of_document(
    document: &OfficialDocument,
    trace: Option<&ProcessTrace>,
) -> Vec<(&'static str, String)> {
    let drafter = trace.and_then(|trace| trace.visits.first()?.people.first());
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| said(&day.to_string()));
    let kind = document.document_type.as_ref();
    let number = document.issue_number.as_ref();
    let item = |name: &str| trace.map_or_else(String::new, |trace| item(trace, name));
    let imprint = document.imprint.as_ref();
    vec![
        ("title", document.title_in_line()),
        (
            "issue_number",
            number.map_or_else(String::new, ToString::to_string),
        ),
        (
            "document_type",
            kind.map_or_else(String::new, |kind| kind.name().to_owned()),
        ),
        ("main_recipients", document.main_recipients.join("，")),
        ("copy_recipients", document.copy_recipients.join("，")),
        ("date_of_issue", day(document.date_of_issue)),
        ("printed_on", day(imprint.and_then(|imprint| imprint.date))),
        ("urgency", urgency(document.urgency)),
        (
            "drafting_department",
            drafter.map_or_else(String::new, |one| one.department.clone()),
        ),
        (
            "drafter",
            drafter.map_or_else(String::new, |one| one.name.clone()),
        ),
        // What another unit wrote has its name there, and whoever answers for it in that unit.
        ("drafting_department", item("drafting_unit")),
        ("drafter", item("drafting_contact")),
        ("telephone", item("drafting_telephone")),
        (
            "drafted_on",
            day(trace.and_then(|trace| day_of(&trace.begun_at))),
        ),
        (
            "attachments",
            document
                .attachments
                .iter()
                .map(|one| one.title.as_str())
                .collect::<Vec<_>>()
                .join("；"),
        ),
    ]
}

fn supervised(desk: &OpenDesk, id: &str) -> Result<SupervisionView, ApiError> {
    supervision::open(desk, SupervisionRef { id: id.to_owned() })
}

fn of_supervised(view: &SupervisionView) -> Vec<(&'static str, String)> {
    let row = &view.row;
    let named = |leads: bool| {
        let units = row.units.iter().filter(|unit| unit.leads == leads);
        units
            .map(|unit| format!("{}（{}前）", unit.name, said(&unit.due_on)))
            .collect::<Vec<_>>()
            .join("、")
    };
    let reported = row.units.iter().filter(|unit| !unit.words.is_empty());
    let progress: Vec<String> = reported
        .map(|unit| format!("{}：{}", unit.name, unit.words))
        .collect();
    let last = row.units.iter().map(|unit| unit.due_on.as_str()).max();
    vec![
        ("title", row.title.clone()),
        ("supervision_number", row.number.clone()),
        ("notified_on", said(&row.set_up_on)),
        ("source", view.basis.clone()),
        ("handling_office", named(true)),
        ("assisting_offices", named(false)),
        ("due_on", said(last.unwrap_or_default())),
        ("requirement", view.requirement.clone()),
        ("progress", progress.join("；")),
        ("contact", row.set_up_by.clone()),
        ("telephone", view.telephone.clone()),
    ]
}

fn of_memo(
    desk: &OpenDesk,
    draft_id: &str,
    trace: &ProcessTrace,
) -> Result<Vec<(&'static str, String)>, ApiError> {
    let document = writing::current_document(desk, draft_id)?;
    let record = desk.look().read(|view| view.instance_of(draft_id))?;
    let lines: Vec<String> = document.body.iter().map(Block::text).collect();
    let mut known = of_document(&document, Some(trace));
    known.push(("matter", lines.join("\n")));
    known.push((
        "register_number",
        record.map(|record| record.issue_number).unwrap_or_default(),
    ));
    Ok(known)
}

/// What a step leaves in a field by being done: who did it, and when.
pub(super) fn of_steps(trace: &ProcessTrace) -> Vec<(&'static str, String)> {
    let done = |node: &str| {
        let visits = trace.visits.iter().rev();
        let mut visits = visits.filter(|visit| visit.node == node && visit.state == "passed");
        let people = visits.next()?.people.iter();
        let mut people = people.filter(|person| person.verdict.is_some());
        let person = people.next_back()?;
        let name = match person.by.is_empty() {
            true => &person.name,
            false => &person.by,
        };
        Some((said(&day_of(&person.at)?.to_string()), name.clone()))
    };
    let mut known = Vec::new();
    if let Some((_, name)) = done("proof") {
        known.push(("proofreader", name));
    }
    if let Some((day, name)) = done("seal") {
        known.push(("seal", format!("{name} {day}")));
    }
    if let Some((day, _)) = done("close") {
        known.push(("closed_on", day));
    }
    if let Some((day, name)) = done("archive") {
        known.push(("archive_number", format!("{name} {day}归档")));
    }
    known
}

/// What was entered in the process, by the names of the forms' fields.
pub(super) fn of_items(trace: &ProcessTrace) -> Vec<(&'static str, String)> {
    let field = |name: &str| match name {
        "lane" => Some("handling"),
        "lead_unit" => Some("handling_office"),
        "support_units" => Some("assisting_offices"),
        "due_on" => Some("due_on"),
        "back_reason" => Some("reason"),
        "instruction_copy" => Some("requirement"),
        "publicity" => Some("disclosure"),
        "copies" => Some("copies"),
        _ => None,
    };
    let items = trace.items.iter();
    items
        .filter_map(|item| Some((field(&item.name)?, item.value.clone())))
        .collect()
}
