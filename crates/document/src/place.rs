//! Places of a document as paths (`title`, `body/3`, `attachments/0/body/2`) and the text that stands
//! there. Ranges of findings and edits count characters of exactly this text.

use crate::{
    body::{Block, Run, Table},
    elements::{Attachment, OfficialDocument},
};

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedText {
    /// Path of the place.
    pub place: String,
    /// Its text; `\n` between cells and lines.
    pub text: String,
    /// What kind of place it is.
    pub role: Role,
}

/// What part of a document a text belongs to; checks of wording differ by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// 标题, and titles of attachments and of a 被印发件.
    Title,
    /// An ordinary paragraph.
    Paragraph,
    /// A heading with its run-in text.
    Heading,
    /// A table, all cells.
    Table,
    /// Any other element, such as 附注.
    Element,
}

/// All texts a reader finds in title, body, attachments, 被印发件 and 附注, in that order.
pub fn texts(document: &OfficialDocument) -> Vec<PlacedText> {
    let mut found = Vec::new();
    let mut add = |place: String, text: &str, role: Role| {
        if !text.trim().is_empty() {
            found.push(PlacedText {
                place,
                text: text.to_owned(),
                role,
            });
        }
    };
    add("title".into(), &document.title, Role::Title);
    body_texts("body", &document.body, &mut add);
    attachment_texts("attachments", &document.attachments, &mut add);
    if let Some(issued) = &document.issued_text {
        add("issued_text/title".into(), &issued.title, Role::Title);
        add(
            "issued_text/subtitle".into(),
            &issued.subtitle,
            Role::Element,
        );
        body_texts("issued_text/body", &issued.body, &mut add);
        attachment_texts("issued_text/attachments", &issued.attachments, &mut add);
    }
    add("note".into(), &document.note, Role::Element);
    found
}

fn body_texts(place: &str, body: &[Block], add: &mut impl FnMut(String, &str, Role)) {
    for (index, block) in body.iter().enumerate() {
        let role = match block {
            Block::Paragraph { .. } => Role::Paragraph,
            Block::Heading { .. } | Block::Centered { .. } => Role::Heading,
            Block::Table(_) => Role::Table,
            Block::Image(_) | Block::PageBreak => continue,
        };
        add(format!("{place}/{index}"), &block.text(), role);
    }
}

fn attachment_texts(
    place: &str,
    attachments: &[Attachment],
    add: &mut impl FnMut(String, &str, Role),
) {
    for (index, attachment) in attachments.iter().enumerate() {
        add(
            format!("{place}/{index}/title"),
            &attachment.title,
            Role::Title,
        );
        body_texts(&format!("{place}/{index}/body"), &attachment.body, add);
    }
}

/// A piece of a text that lies in several strings.
pub(crate) enum Piece<'a> {
    /// A string that may be edited.
    Text(&'a mut String),
    /// A line break that only exists between strings.
    Gap,
}

/// The strings a place's text is made of, in order; `None` if there is no such text.
pub(crate) fn pieces<'a>(
    document: &'a mut OfficialDocument,
    place: &str,
) -> Option<Vec<Piece<'a>>> {
    let path: Vec<&str> = place.split('/').collect();
    let one = |text: &'a mut String| Some(vec![Piece::Text(text)]);
    match path.as_slice() {
        ["title"] => one(&mut document.title),
        ["note"] => one(&mut document.note),
        ["handling_mark"] => one(&mut document.handling_mark),
        ["main_recipients", n] => one(document.main_recipients.get_mut(index(n)?)?),
        ["copy_recipients", n] => one(document.copy_recipients.get_mut(index(n)?)?),
        ["body", n] => block_pieces(document.body.get_mut(index(n)?)?),
        ["attachments", rest @ ..] => attachment_pieces(&mut document.attachments, rest),
        ["issued_text", rest @ ..] => {
            let issued = document.issued_text.as_mut()?;
            match rest {
                ["title"] => one(&mut issued.title),
                ["subtitle"] => one(&mut issued.subtitle),
                ["body", n] => block_pieces(issued.body.get_mut(index(n)?)?),
                ["attachments", rest @ ..] => attachment_pieces(&mut issued.attachments, rest),
                _ => None,
            }
        }
        _ => None,
    }
}

fn attachment_pieces<'a>(
    attachments: &'a mut [Attachment],
    path: &[&str],
) -> Option<Vec<Piece<'a>>> {
    match path {
        [n, "title"] => Some(vec![Piece::Text(
            &mut attachments.get_mut(index(n)?)?.title,
        )]),
        [n, "body", block] => block_pieces(
            attachments
                .get_mut(index(n)?)?
                .body
                .get_mut(index(block)?)?,
        ),
        _ => None,
    }
}

fn index(text: &str) -> Option<usize> {
    text.parse().ok()
}

fn block_pieces(block: &mut Block) -> Option<Vec<Piece<'_>>> {
    fn of(runs: &mut [Run]) -> impl Iterator<Item = Piece<'_>> {
        runs.iter_mut().map(|run| Piece::Text(&mut run.text))
    }
    match block {
        Block::Paragraph { runs, .. } | Block::Centered { runs } => Some(of(runs).collect()),
        Block::Heading { runs, run_in, .. } => Some(of(runs).chain(of(run_in)).collect()),
        Block::Table(Table { caption, rows, .. }) => {
            let mut pieces = Vec::new();
            if !caption.is_empty() {
                pieces.push(Piece::Text(caption));
                pieces.push(Piece::Gap);
            }
            for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
                pieces.extend(of(&mut cell.runs));
                pieces.push(Piece::Gap);
            }
            pieces.pop();
            Some(pieces)
        }
        Block::Image(image) => Some(vec![Piece::Text(&mut image.alt)]),
        Block::PageBreak => None,
    }
}
