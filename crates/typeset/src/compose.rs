//! Composes a document from its parts in the order of the paper, and tries again where the standard
//! demands it: page one must show body text (7.3.2), a signature must not stand alone (7.3.5.5).

use std::collections::BTreeMap;

use andu_document::OfficialDocument;
use andu_document::body::Block;
use andu_document::kind::DocumentFormat;
use serde::{Deserialize, Serialize};

use crate::{
    LayoutTable,
    error::TypesetError,
    sheet::{Context, Flow, Plan},
};

/// Characters of a document that are still typeset.
pub(crate) const MOST_CHARACTERS: usize = 3_000_000;

/// What the typesetter did that the drafter did not ask for, or could not do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum Note {
    /// 主送机关 stand in 版记, or page one would show no body text (7.3.2).
    RecipientsMovedToImprint,
    /// Page one shows no body text all the same.
    FirstPageWithoutBody,
    /// The title leaves the body no room on page one; what else happens to make room follows from that.
    TitleTooLong {
        /// Its lines.
        lines: usize,
    },
    /// A page has another number of lines so that the signature does not stand alone (7.3.5.5).
    LinesAdjusted {
        /// The page, from 0.
        page: usize,
        /// Its lines instead of 22.
        lines: usize,
    },
    /// The signature stands on a page without any text, and no other number of lines helped.
    SignatureAlone {
        /// The page, from 0.
        page: usize,
    },
    /// A blank page stands before 版记 so that it comes to an even page.
    BlankPageBeforeImprint {
        /// The page, from 0.
        page: usize,
    },
    /// 版记 takes more than one page.
    ImprintOverPages {
        /// How many.
        pages: usize,
    },
    /// 发文机关标志 of many agencies is smaller than body text.
    LetterheadSmall {
        /// Its size in points, rounded.
        points: u32,
    },
    /// Something reaches out of 版心.
    OutsideCore {
        /// The page, from 0.
        page: usize,
        /// Where in the document.
        place: String,
    },
    /// An image could not be read; its alternative text stands for it.
    ImageUnreadable {
        /// Where it stands.
        place: String,
    },
}

/// Sets the document, as often as it takes to obey the standard.
///
/// # Errors
/// See [`TypesetError`].
pub(crate) fn compose<'a>(
    cx: &'a Context<'a>,
    document: &OfficialDocument,
    plan: &'a mut Plan,
) -> Result<Composed, TypesetError> {
    check_size(document)?;
    let mut notes = Vec::new();
    let first = attempt(cx, document, plan)?;
    let mut done = first;
    if done.first_page_lines == 0 && document.issuers.len() > 1 {
        for share in [0.8, 0.65, 0.5, 0.4, 0.3] {
            plan.letterhead_share = share;
            done = attempt(cx, document, plan)?;
            if done.first_page_lines > 0 {
                break;
            }
        }
    }
    let body_wanted = has_body(&document.body) && document.format != DocumentFormat::Paper;
    if body_wanted && done.first_page_lines == 0 {
        let lines = |place: &str| lines_at(&done.boxes, place, cx.pitch);
        let (title, recipients) = (lines("title"), lines("main_recipients"));
        if title >= LONG_TITLE && title > recipients {
            notes.push(Note::TitleTooLong { lines: title });
        }
        match with_body_on_page_one(cx, document, plan)? {
            Some(better) => {
                done = better;
                if plan.recipients_in_imprint {
                    notes.push(Note::RecipientsMovedToImprint);
                }
            }
            None => notes.push(Note::FirstPageWithoutBody),
        }
    }
    if let Some(page) = done.lonely_signature {
        match with_company(cx, document, plan, page)? {
            Some((better, note)) => {
                done = better;
                notes.push(note);
            }
            None => notes.push(Note::SignatureAlone { page }),
        }
    }
    if document.counts_pages() {
        // The field has its room whatever it says: nothing moves.
        plan.pages = u32::try_from(done.lists.len() - done.legend_pages).ok();
        let again = attempt(cx, document, plan)?;
        done.lists = again.lists;
        done.boxes = again.boxes;
    }
    done.notes.splice(0..0, notes);
    let outside = outside_core(cx.table, document, &done.boxes);
    done.notes.extend(outside);
    Ok(done)
}

/// Lines from which a title is longer than any office writes one.
const LONG_TITLE: usize = 5;

/// Lines that stand at a place, over all pages.
fn lines_at(boxes: &[crate::ElementBox], place: &str, pitch: f64) -> usize {
    let mut pages: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for found in boxes.iter().filter(|found| found.place == place) {
        let (top, bottom) = (found.y_mm, found.y_mm + found.h_mm);
        let seen = pages.entry(found.page).or_insert((top, bottom));
        *seen = (seen.0.min(top), seen.1.max(bottom));
    }
    let of_page = |(top, bottom): &(f64, f64)| {
        // The last line is lower than the pitch by the gap under it.
        (1..100)
            .find(|lines| f64::from(*lines) * pitch >= bottom - top - 0.1)
            .map_or(100, |lines: u16| usize::from(lines))
    };
    pages.values().map(of_page).sum()
}

/// Places that are looked at for what reaches out of 版心, at most.
const MOST_OUTSIDE: usize = 5;

/// What was set where 版心 is no more. The seals' rooms are the proof's matter; rules and page numbers have
/// places of their own.
fn outside_core(
    table: &LayoutTable,
    document: &OfficialDocument,
    boxes: &[crate::ElementBox],
) -> Vec<Note> {
    let (side, high) = (1.0, 3.0);
    let letter = document.format == DocumentFormat::Letter;
    let beyond = |found: &&crate::ElementBox| {
        let (mut top, mut bottom) = (table.value("core.top"), table.bottom());
        if letter && found.page == 0 {
            top = table.mm("letter.top");
            bottom = table.value("page.height") - table.mm("letter.bottom");
        }
        found.x_mm < table.value("core.left") - side
            || found.x_mm + found.w_mm > table.right() + side
            || found.y_mm < top - high
            || found.y_mm + found.h_mm > bottom + high
    };
    let loose = |found: &&crate::ElementBox| {
        !matches!(found.place.as_str(), "seal" | "red_line" | "page_number")
    };
    let found = boxes.iter().filter(loose).filter(beyond);
    let mut notes: Vec<Note> = Vec::new();
    for found in found {
        let note = Note::OutsideCore {
            page: found.page,
            place: found.place.clone(),
        };
        if !notes.contains(&note) {
            notes.push(note);
        }
        if notes.len() == MOST_OUTSIDE {
            break;
        }
    }
    notes
}

/// The pages of an attempt and what must be known to judge it.
pub(crate) struct Composed {
    pub lists: Vec<crate::draw::DrawList>,
    pub boxes: Vec<crate::ElementBox>,
    pub notes: Vec<Note>,
    pub lines: Vec<usize>,
    first_page_lines: usize,
    lonely_signature: Option<usize>,
    legend_pages: usize,
}

/// Tries to bring body text to page one: 主送机关 go to 版记 (7.3.2), or a heading may end the page.
fn with_body_on_page_one<'a>(
    cx: &'a Context<'a>,
    document: &OfficialDocument,
    plan: &mut Plan,
) -> Result<Option<Composed>, TypesetError> {
    let movable = !document.main_recipients.is_empty() && !document.main_recipients_in_imprint;
    for (moved, ends) in [(true, false), (false, true), (true, true)] {
        if moved && !movable {
            continue;
        }
        let mut tried = plan.clone();
        tried.recipients_in_imprint = moved;
        tried.heading_may_end_page_one = ends;
        let made = attempt(cx, document, &tried)?;
        if made.first_page_lines > 0 {
            *plan = tried;
            return Ok(Some(made));
        }
    }
    Ok(None)
}

/// Tries other numbers of lines on the page before a lonely signature, the least change first.
fn with_company<'a>(
    cx: &'a Context<'a>,
    document: &OfficialDocument,
    plan: &mut Plan,
    page: usize,
) -> Result<Option<(Composed, Note)>, TypesetError> {
    let Some(before) = page.checked_sub(1) else {
        return Ok(None);
    };
    let usual = cx.table.lines();
    for lines in [
        usual - 1,
        usual + 1,
        usual - 2,
        usual + 2,
        usual - 3,
        usual + 3,
        usual - 4,
        usual - 5,
        usual - 6,
    ] {
        let mut tried = plan.clone();
        tried.lines.insert(before, lines);
        let made = attempt(cx, document, &tried)?;
        if made.lonely_signature.is_none() {
            *plan = tried;
            return Ok(Some((
                made,
                Note::LinesAdjusted {
                    page: before,
                    lines,
                },
            )));
        }
    }
    Ok(None)
}

fn attempt<'a>(
    cx: &'a Context<'a>,
    document: &OfficialDocument,
    plan: &Plan,
) -> Result<Composed, TypesetError> {
    let mut flow = Flow::new(cx, plan, document.format == DocumentFormat::Letter);
    flow.head(document)?;
    flow.recipients(document)?;
    flow.blocks(&document.body, "body")?;
    flow.in_body = false;
    flow.end_of_body(document)?;
    if let Some(issued) = &document.issued_text {
        flow.issued_text(document, issued)?;
    }
    flow.attachments(document, &document.attachments, "attachments")?;
    flow.imprint(document)?;
    flow.page_numbers(document.format);
    if document.specimen {
        flow.specimen();
    }
    let pages = flow.sheets.len();
    if !cx.legend.is_empty() {
        flow.new_sheet(false)?;
        flow.blocks(cx.legend, "legend")?;
    }
    let legend_pages = flow.sheets.len() - pages;
    let first_page_lines = flow.sheets.first().map_or(0, |sheet| sheet.body_lines);
    let lonely_signature = flow.lonely_signature;
    let lines = flow.sheets.iter().map(|sheet| sheet.slots).collect();
    let (lists, boxes, notes) = flow.into_lists();
    Ok(Composed {
        lists,
        boxes,
        notes,
        lines,
        first_page_lines,
        lonely_signature,
        legend_pages,
    })
}

fn has_body(blocks: &[Block]) -> bool {
    blocks
        .iter()
        .any(|block| !matches!(block, Block::PageBreak))
}

/// # Errors
/// `TooLong`
fn check_size(document: &OfficialDocument) -> Result<(), TypesetError> {
    let of = |blocks: &[Block]| {
        blocks
            .iter()
            .map(|block| block.text().len() / 2 + 1)
            .sum::<usize>()
    };
    let mut size = document.title.len() + of(&document.body);
    size += document
        .attachments
        .iter()
        .map(|a| of(&a.body) + a.title.len())
        .sum::<usize>();
    if let Some(issued) = &document.issued_text {
        size += of(&issued.body) + issued.title.len();
        size += issued
            .attachments
            .iter()
            .map(|a| of(&a.body) + a.title.len())
            .sum::<usize>();
    }
    size += document
        .main_recipients
        .iter()
        .map(String::len)
        .sum::<usize>();
    size += document
        .copy_recipients
        .iter()
        .map(String::len)
        .sum::<usize>();
    if size > MOST_CHARACTERS {
        return Err(TypesetError::TooLong {
            limit: MOST_CHARACTERS,
        });
    }
    Ok(())
}
