//! 花脸稿: what was changed in a document while it was reviewed, set on pages. Where suggestions are open it shows
//! whose each is, by number and by two lines or one through the words, which is legible without colours; where all
//! are decided it shows what differs from what was submitted.

use andu_api::{ApiError, Caller as _, draft, text};
use andu_app::process;
use andu_document::{Block, OfficialDocument, Run};
use andu_draft::{Traced, Tracer, compare};
use andu_store::RevisionRecord;
use andu_typeset::Typeset;

use crate::{clock, open::OpenDesk, preview, revision, setting, writing};

/// Its name among the paper forms of a document.
pub const MARKED_COPY: &str = "marked_copy";

/// The marked copy of a document that is or was reviewed.
///
/// # Errors
/// `draft.above_ceiling`; `revision.no_changes` where nothing was changed.
pub(crate) fn pages(desk: &OpenDesk, draft_id: &str) -> Result<Typeset, ApiError> {
    let (document, legend) = marked(desk, draft_id)?;
    draft::hold_ceiling(desk, &document)?;
    typeset(desk, &document, &legend)
}

fn typeset(
    desk: &OpenDesk,
    document: &OfficialDocument,
    legend: &[Block],
) -> Result<Typeset, ApiError> {
    let typesetter = desk.previews.typesetter(setting::choice(desk));
    let pages = typesetter.typeset_marked(document, legend);
    pages.map_err(|error| preview::typeset_error(&error))
}

fn marked(desk: &OpenDesk, draft_id: &str) -> Result<(OfficialDocument, Vec<Block>), ApiError> {
    desk.writings.flush(desk, draft_id)?;
    let record = desk.look().read(|view| view.draft(draft_id))?;
    // Who may change the text has it here; others have what it said at each time.
    if let Some(text) = revision::shown(desk, &record)? {
        let traced = text.traced().map_err(andu_app::Refusal::from)?;
        if !traced.people.is_empty() {
            let legend = legend_of(&traced);
            return Ok((traced.document, legend));
        }
    }
    let entries = desk.store.read(|reader| reader.revisions(draft_id))?;
    let first = entries
        .first()
        .ok_or_else(|| text::error("revision.no_changes"))?;
    let before = desk
        .store
        .read(|reader| reader.frozen_text(&first.before_hash))?;
    let before: OfficialDocument =
        serde_json::from_slice(&before).map_err(|_| text::error("draft.text_unreadable"))?;
    let now = writing::current_document(desk, draft_id)?;
    Ok((compare(&before, &now).marked, told(&entries)))
}

/// The marked copy of a document that differs from an earlier one.
pub fn compared(
    before: &OfficialDocument,
    now: &OfficialDocument,
) -> (OfficialDocument, Vec<Block>) {
    let legend = vec![heading(), line("revision.legend.compared", &[])];
    (compare(before, now).marked, legend)
}

fn heading() -> Block {
    Block::Centered {
        runs: vec![Run::plain(said("revision.legend.title", &[]))],
    }
}

fn said(key: &str, fields: &[(&str, String)]) -> String {
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    text::sentence(key, &fields.collect())
}

fn line(key: &str, fields: &[(&str, String)]) -> Block {
    Block::paragraph(said(key, fields))
}

/// The day of an instant in words; empty where it is none.
fn day(instant: &str) -> String {
    let day = clock::day_of(instant);
    day.map_or_else(String::new, |day| {
        let (year, month, day) = (day.year(), day.month(), day.day());
        format!("{year}年{month}月{day}日")
    })
}

/// Who is who, and what is suggested of paragraphs and blocks as wholes.
fn legend_of(traced: &Traced) -> Vec<Block> {
    let mut legend = vec![heading(), line("revision.legend.marks", &[])];
    legend.extend(traced.people.iter().map(person));
    for one in &traced.blocks {
        let name = traced.people.iter().find(|person| person.number == one.by);
        let place = andu_api::place::words(&one.place);
        legend.push(line(
            "revision.legend.block",
            &[
                ("place", place),
                ("what", andu_api::revision::besides(&one.act)),
                (
                    "name",
                    name.map_or_else(String::new, |name| name.name.clone()),
                ),
            ],
        ));
    }
    legend
}

fn person(one: &Tracer) -> Block {
    line(
        "revision.legend.person",
        &[
            ("number", one.number.to_string()),
            ("name", one.name.clone()),
            ("inserted", one.inserted_chars.to_string()),
            ("deleted", one.deleted_chars.to_string()),
            ("day", day(&one.first_at)),
        ],
    )
}

/// Who changed what, in which step.
fn told(entries: &[RevisionRecord]) -> Vec<Block> {
    let mut legend = vec![heading(), line("revision.legend.compared", &[])];
    for entry in entries {
        let changes: Vec<process::RevisionChange> =
            serde_json::from_str(&entry.changes).unwrap_or_default();
        legend.push(line(
            "revision.legend.entry",
            &[
                ("day", day(&entry.at)),
                ("name", entry.person_name.clone()),
                ("step", entry.step.clone()),
                ("count", changes.len().to_string()),
            ],
        ));
    }
    legend
}
