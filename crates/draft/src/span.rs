//! Text in spans of one look, and the normal form of runs: no empty run, neighbours of one look
//! joined, a line break with the look of the text before it (the editor keeps no look on breaks).
//! Two documents with the same normal form are the same document to a reader.

use andu_document::{
    Attachment, Block, Cell, OfficialDocument, Run,
    body::{Align, Change},
};

/// How a span looks, and on a heading whether it is the body text that runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub(crate) struct Look {
    pub bold: bool,
    pub underline: bool,
    pub superscript: bool,
    pub subscript: bool,
    pub run_in: bool,
}

/// Text of one look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub text: String,
    pub look: Look,
    pub change: Option<Change>,
    /// Whose change it is, where somebody is named.
    pub by: Option<u8>,
}

/// The part of a block that is one line of text, if it is such a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineKind {
    Paragraph(Option<Align>),
    Heading { level: u8, unnumbered: bool },
    Centered,
}

/// What changed, and whose change it is.
type Mark = (Option<Change>, Option<u8>);

/// The spans of runs, as they stand.
pub(crate) fn spans_of(runs: &[Run], run_in: bool) -> impl Iterator<Item = Span> {
    runs.iter().map(move |run| Span {
        text: run.text.clone(),
        look: Look {
            bold: run.bold,
            underline: run.underline,
            superscript: run.superscript,
            subscript: run.subscript,
            run_in,
        },
        change: run.change,
        by: run.by,
    })
}

/// Spans in normal form.
pub(crate) fn normal(spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
    let mut made: Vec<Span> = Vec::new();
    let mut push = |text: &str, look: Look, (change, by): Mark| match made.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.look == look && (last.change, last.by) == (change, by) => {
            last.text.push_str(text);
        }
        _ => made.push(Span {
            text: text.to_owned(),
            look,
            change,
            by,
        }),
    };
    let mut before: Option<Look> = None;
    // Breaks that come before any text wait for the look of that text.
    let mut waiting: Vec<Mark> = Vec::new();
    for span in spans {
        let mark = (span.change, span.by);
        for piece in span.text.split_inclusive('\n') {
            let (text, has_break) = match piece.strip_suffix('\n') {
                Some(text) => (text, true),
                None => (piece, false),
            };
            if !text.is_empty() {
                for mark in waiting.drain(..) {
                    push("\n", span.look, mark);
                }
                push(text, span.look, mark);
                before = Some(span.look);
            }
            if has_break {
                match before {
                    Some(look) => push("\n", look, mark),
                    None => waiting.push(mark),
                }
            }
        }
    }
    for mark in waiting {
        push("\n", Look::default(), mark);
    }
    made
}

/// Runs from spans, whatever their `run_in`.
pub(crate) fn runs_of(spans: impl IntoIterator<Item = Span>) -> Vec<Run> {
    spans
        .into_iter()
        .map(|span| Run {
            text: span.text,
            bold: span.look.bold,
            underline: span.look.underline,
            superscript: span.look.superscript,
            subscript: span.look.subscript,
            change: span.change,
            by: span.by,
        })
        .collect()
}

/// A block of one line of text, taken apart.
pub(crate) fn line_of(block: &Block) -> Option<(LineKind, Vec<Span>)> {
    Some(match block {
        Block::Paragraph { runs, align } => {
            (LineKind::Paragraph(*align), normal(spans_of(runs, false)))
        }
        Block::Heading {
            level,
            runs,
            unnumbered,
            run_in,
        } => (
            LineKind::Heading {
                level: *level,
                unnumbered: *unnumbered,
            },
            normal(spans_of(runs, false).chain(spans_of(run_in, true))),
        ),
        Block::Centered { runs } => (LineKind::Centered, normal(spans_of(runs, false))),
        Block::Table(_) | Block::Image(_) | Block::PageBreak => return None,
    })
}

/// A block put together again; text that runs in goes behind the text of the heading.
pub(crate) fn block_of(kind: LineKind, spans: Vec<Span>) -> Block {
    match kind {
        LineKind::Paragraph(align) => Block::Paragraph {
            runs: runs_of(spans),
            align,
        },
        LineKind::Centered => Block::Centered {
            runs: runs_of(spans),
        },
        LineKind::Heading { level, unnumbered } => {
            let (run_in, runs): (Vec<_>, Vec<_>) =
                spans.into_iter().partition(|span| span.look.run_in);
            Block::Heading {
                level,
                runs: runs_of(runs),
                unnumbered,
                run_in: runs_of(run_in),
            }
        }
    }
}

/// The spans of a cell.
pub(crate) fn cell_spans(cell: &Cell) -> Vec<Span> {
    normal(spans_of(&cell.runs, false))
}

/// A body that the editor shows as one empty paragraph is an empty body.
pub(crate) fn is_blank(body: &[Block]) -> bool {
    matches!(body, [Block::Paragraph { runs, align: None }] if runs.iter().all(|run| run.text.is_empty()))
}

fn normal_block(block: &Block) -> Block {
    if let Some((kind, spans)) = line_of(block) {
        return block_of(kind, spans);
    }
    let mut block = block.clone();
    if let Block::Table(table) = &mut block {
        for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
            cell.runs = runs_of(cell_spans(cell));
        }
    }
    block
}

pub(crate) fn normal_body(body: &[Block]) -> Vec<Block> {
    if is_blank(body) {
        Vec::new()
    } else {
        body.iter().map(normal_block).collect()
    }
}

fn normal_attachments(attachments: &[Attachment]) -> Vec<Attachment> {
    attachments
        .iter()
        .map(|attachment| Attachment {
            body: normal_body(&attachment.body),
            title: attachment.title.clone(),
            ..*attachment
        })
        .collect()
}

/// The normal form of a document: what [`crate::DraftText::to_document`] gives for it, and what
/// [`crate::freeze()`] hashes.
pub fn normal_form(document: &OfficialDocument) -> OfficialDocument {
    let mut normal = document.clone();
    normal.body = normal_body(&document.body);
    normal.attachments = normal_attachments(&document.attachments);
    if let Some(issued) = &mut normal.issued_text {
        issued.body = normal_body(&issued.body);
        issued.attachments = normal_attachments(&issued.attachments);
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bold(text: &str) -> Run {
        Run {
            bold: true,
            ..Run::plain(text)
        }
    }

    #[test]
    fn neighbours_of_one_look_are_joined_and_empty_runs_go() {
        let runs = [
            Run::plain("关于"),
            Run::plain(""),
            Run::plain("印发"),
            bold("条例"),
        ];
        let made = runs_of(normal(spans_of(&runs, false)));
        assert_eq!(made, [Run::plain("关于印发"), bold("条例")]);
    }

    #[test]
    fn a_break_looks_like_the_text_before_it_and_a_first_one_like_the_text_after() {
        let runs = [Run::plain("\n"), bold("甲"), Run::plain("\n乙")];
        let made = runs_of(normal(spans_of(&runs, false)));
        assert_eq!(made, [bold("\n甲\n"), Run::plain("乙")]);
    }
}
