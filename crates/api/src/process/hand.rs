//! What is written by hand with a decision, on its way in and out: strokes in a box and on pages.

use std::collections::BTreeMap;

use andu_base::ContentHash;
use andu_document::{
    Handwriting, HandwritingError, HandwrittenOpinion, PageNote, handwriting::Point,
};
use andu_workflow::{Decision, Visit, VisitState};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::read::Read;
use crate::{ApiError, Caller, ErrorCode, text};

/// What somebody writes by hand with a decision (手写意见).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TaskHand {
    /// In the box for the opinion; `None`: nothing.
    pub opinion: Option<HandSheet>,
    /// On pages (页面批注).
    pub notes: Vec<HandNote>,
}

/// Strokes in a box. Lengths are hundredths of a millimetre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct HandSheet {
    /// Of the box.
    pub width: u32,
    /// Of the box.
    pub height: u32,
    /// Each a list of points: from the left, from the top, and how hard the pen pressed, 0 to 1000.
    pub strokes: Vec<Vec<(u32, u32, u16)>>,
}

/// Strokes on a page; the box is the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct HandNote {
    /// Id of the file, where the document came as files; empty: the document itself.
    pub file: String,
    /// From 1.
    pub page: u32,
    /// The strokes.
    pub sheet: HandSheet,
}

/// What was written by hand in an instance.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessHandwriting {
    /// The instance.
    pub instance_id: String,
}

/// What somebody wrote by hand.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WrittenHand {
    /// Its hash, as the trace names it.
    pub hash: String,
    /// Whose hand.
    pub person: String,
    /// The step in which it was decided.
    pub step: String,
    /// When: an instant in UTC.
    pub at: String,
    /// Whether the decision stands, and the words are still those that it is about.
    pub stands: bool,
    /// In the box for the opinion; `None`: nothing.
    pub opinion: Option<HandSheet>,
    /// On pages.
    pub notes: Vec<HandNote>,
}

impl HandSheet {
    fn of(hand: &Handwriting) -> Self {
        let point = |point: &Point| (point.x, point.y, point.pressure);
        let strokes = hand.strokes().iter();
        Self {
            width: hand.width(),
            height: hand.height(),
            strokes: strokes
                .map(|stroke| stroke.iter().map(point).collect())
                .collect(),
        }
    }

    fn read(self) -> Result<Handwriting, HandwritingError> {
        let point = |(x, y, pressure)| Point { x, y, pressure };
        let strokes = self.strokes.into_iter();
        Handwriting::new(
            self.width,
            self.height,
            strokes
                .map(|stroke| stroke.into_iter().map(point).collect())
                .collect(),
        )
    }
}

impl HandNote {
    fn of(note: &PageNote) -> Self {
        Self {
            file: note.file.clone(),
            page: note.page,
            sheet: HandSheet::of(&note.handwriting),
        }
    }
}

impl TaskHand {
    /// Binds it to the words that are decided about.
    pub(super) fn bound(
        self,
        content: Option<ContentHash>,
    ) -> Result<HandwrittenOpinion, ApiError> {
        let content = content.ok_or_else(|| text::error("handwriting.other_content"))?;
        let note = |note: HandNote| {
            Ok(PageNote {
                file: note.file,
                page: note.page,
                handwriting: note.sheet.read()?,
            })
        };
        let notes: Result<Vec<_>, HandwritingError> = self.notes.into_iter().map(note).collect();
        let opinion = self.opinion.map(HandSheet::read).transpose();
        let made = opinion.and_then(|opinion| HandwrittenOpinion::new(content, opinion, notes?));
        made.map_err(|error| text::error_with(ErrorCode::Invalid, error.key(), &error.fields()))
    }
}

/// What was written by hand in an instance that the caller takes part in, by its hash.
///
/// # Errors
/// The store's own.
pub fn handwritings(
    caller: &dyn Caller,
    instance_id: &str,
) -> Result<BTreeMap<ContentHash, HandwrittenOpinion>, ApiError> {
    let kept = caller.look().read(|view| view.handwritings(instance_id))?;
    let read = kept.iter().filter_map(|record| {
        let opinion = HandwrittenOpinion::parse(&record.opinion).ok()?;
        Some((opinion.hash(), opinion))
    });
    Ok(read.collect())
}

pub(super) fn written(
    caller: &dyn Caller,
    args: ProcessHandwriting,
) -> Result<Vec<WrittenHand>, ApiError> {
    let record = caller
        .look()
        .read(|view| view.instance(&args.instance_id))?;
    let read = Read::of(caller, record)?;
    let kept = handwritings(caller, &args.instance_id)?;
    let decisions = read.instance.visits.iter().flat_map(|visit| {
        let decisions = visit.members.iter().filter_map(|member| member.decision());
        decisions.map(move |decision| (visit.as_ref(), decision))
    });
    let hand = |(visit, decision): (&Visit, &Decision)| {
        let opinion = kept.get(&decision.handwriting?)?;
        let undone = matches!(visit.state, VisitState::Void | VisitState::Returned);
        Some(WrittenHand {
            hash: opinion.hash().to_string(),
            person: read.name(decision.by),
            step: read.title(&visit.name.node),
            at: super::read::written(decision.made_at),
            stands: !undone && Some(opinion.content()) == read.instance.content,
            opinion: opinion.opinion().map(HandSheet::of),
            notes: opinion.notes().iter().map(HandNote::of).collect(),
        })
    };
    Ok(decisions.filter_map(hand).collect())
}
