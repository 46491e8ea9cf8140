//! What a file holds before anybody knows what its lines mean: paragraphs with their look, tables,
//! images and breaks. Readers of docx, text and Markdown make it; the recogniser reads it.

use andu_document::{Image, body::Align};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::record::Record;

/// A file's content in reading order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct DocxText {
    /// Content in reading order.
    pub blocks: Vec<SourceBlock>,
    /// What was left out or changed while reading.
    pub notices: Vec<Notice>,
    /// What the file says of its elements besides what its pages show; only files of ours have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
}

/// One piece of a file's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceBlock {
    /// A paragraph, possibly empty.
    Paragraph(Paragraph),
    /// A table.
    Table(SourceTable),
    /// An image.
    Image(Image),
    /// A new page begins.
    PageBreak,
    /// A section begins: a new page, turned or not.
    Section {
        /// The pages of the section are turned.
        landscape: bool,
    },
}

/// A paragraph with its look.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Paragraph {
    /// Id of the style; empty for the default one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub style_id: String,
    /// Name of the style, as the file gives it; empty for the default one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub style: String,
    /// Outline level from 1 to 9; `None` for body text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outline_level: Option<u8>,
    /// The visible number made by automatic numbering, such as （一）; empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// Text in runs of one look; line breaks are `\n`, tabs `\t`.
    pub runs: Vec<SourceRun>,
    /// Alignment; `None` is flush left or justified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub align: Option<Align>,
    /// Indent of the first line in twentieths of a point; negative hangs out.
    #[serde(skip_serializing_if = "is_zero")]
    pub first_line_indent: i32,
    /// Indent from the right in twentieths of a point.
    #[serde(skip_serializing_if = "is_zero")]
    pub right_indent: i32,
    /// Stands in a text box or frame.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub boxed: bool,
}

/// A run of text of one look.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SourceRun {
    /// The text.
    pub text: String,
    /// 加粗
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bold: bool,
    /// 下划线
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub underline: bool,
    /// 上标
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub superscript: bool,
    /// 下标
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub subscript: bool,
    /// Font of Chinese characters; empty when the file names none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub font: String,
    /// Size in half points; `None` when the file names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
    /// Colour as six hexadecimal digits; empty for automatic.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub color: String,
}

/// A table as read: cells hold paragraphs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SourceTable {
    /// Rows from the top.
    pub rows: Vec<Vec<SourceCell>>,
    /// Rows that repeat on each page.
    pub header_rows: usize,
    /// Widths of the grid columns in twentieths of a point; may be empty.
    pub widths: Vec<u32>,
    /// No rule is drawn: the table is there for layout only.
    pub borderless: bool,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SourceCell {
    /// Its paragraphs.
    pub paragraphs: Vec<Paragraph>,
    /// Columns covered, from 1.
    pub colspan: u32,
    /// Rows covered, from 1.
    pub rowspan: u32,
}

/// Something in the file that the result does not show, or shows otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Notice {
    /// What.
    pub kind: NoticeKind,
    /// How often.
    pub count: u32,
}

/// Kinds of notices; the sentence is `office.notice.<kind>` in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A header or footer, left out.
    HeaderFooter,
    /// Footnotes or endnotes, left out.
    Footnote,
    /// Comments in the margin, left out.
    Comment,
    /// Insertions of tracked changes, taken as text.
    InsertionAccepted,
    /// Deletions of tracked changes, left out.
    DeletionDropped,
    /// Hidden text, left out.
    HiddenText,
    /// Text of text boxes, put where the box is anchored.
    TextBox,
    /// Macros, left out.
    Macro,
    /// Images of a kind that cannot be used (EMF, WMF, …), left out.
    ImageUnsupported,
    /// Images that are missing, damaged or too large, left out.
    ImageLost,
    /// Images that are linked and not carried by the file, left out.
    ImageLinked,
    /// Formulas, taken as plain text.
    Formula,
    /// Embedded objects and charts, left out.
    EmbeddedObject,
    /// Characters of symbol fonts without a known meaning, left out.
    SymbolLost,
    /// Tables within tables, taken as text.
    NestedTable,
    /// The text was in GB18030 rather than UTF-8.
    DecodedGb18030,
    /// The text was in UTF-16.
    DecodedUtf16,
    /// Control characters, left out.
    ControlCharacter,
    /// Marks of lists without numbers (- of Markdown), left out.
    ListMark,
    /// Lines divided by tabs that became a table.
    TabTable,
    /// Lines divided by tabs that stay lines: the tabs are spaces now.
    TabSpace,
    /// Headings whose level follows their number, not the count of #.
    HeadingByNumber,
    /// Headings deeper than the four levels there are, taken as the fourth.
    HeadingTooDeep,
    /// Headings too long to be one, taken as paragraphs.
    HeadingTooLong,
}

impl DocxText {
    /// Counts one more notice of a kind.
    pub(crate) fn note(&mut self, kind: NoticeKind, count: u32) {
        if count == 0 {
            return;
        }
        match self.notices.iter_mut().find(|notice| notice.kind == kind) {
            Some(notice) => notice.count = notice.count.saturating_add(count),
            None => self.notices.push(Notice { kind, count }),
        }
    }
}

impl Paragraph {
    /// A paragraph of plain text without a look.
    pub fn plain(text: impl Into<String>) -> Self {
        let run = SourceRun {
            text: text.into(),
            ..SourceRun::default()
        };
        Self {
            runs: vec![run],
            ..Self::default()
        }
    }

    /// The text without the number.
    pub fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape serde asks for"
)]
const fn is_zero(n: &i32) -> bool {
    *n == 0
}

/// Takes out what no document holds: control characters but line break and tab, and marks of zero
/// width. Line separators become `\n`. Returns how many control characters went.
pub(crate) fn clean(text: &str) -> (String, u32) {
    let mut lost = 0;
    let mut cleaned = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => cleaned.push(c),
            '\r' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' => {}
            '\u{2028}' | '\u{2029}' | '\u{B}' | '\u{C}' => cleaned.push('\n'),
            '\u{A0}' => cleaned.push(' '),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => lost += 1,
            c => cleaned.push(c),
        }
    }
    (cleaned, lost)
}
