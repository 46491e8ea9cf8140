//! Why a paper form is not set.

use andu_document::HandwritingError;

use crate::TypesetError;

/// Why a template or what goes on it is not taken. Rows, cells and entries count from 1.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    /// More JSON than is read.
    #[error("{bytes} bytes; at most {limit} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// No JSON of this shape; names that stand twice are none either.
    #[error("not as it must be at line {line}, column {column}: {reason}")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What the reader of JSON says.
        reason: String,
    },
    /// A name that this form does not know.
    #[error("`{form}` has no `{name}` (at `{place}`)\nhint: it knows {}", known.join(", "))]
    UnknownName {
        /// The form or register.
        form: &'static str,
        /// Where it stands.
        place: String,
        /// The name.
        name: String,
        /// The names that are known there.
        known: Vec<&'static str>,
    },
    /// A name that stands at two places of a template: which of them would hold the text?
    #[error("`{name}` stands twice in the template")]
    Twice {
        /// The name.
        name: String,
    },
    /// What goes on another form.
    #[error("this is for `{found}`, not for `{wanted}`")]
    OtherForm {
        /// The template's form.
        wanted: &'static str,
        /// The content's.
        found: &'static str,
    },
    /// A number or a count outside its range.
    #[error("{found} at `{place}` is outside {least} to {most}")]
    Range {
        /// Where.
        place: String,
        /// What stands there.
        found: usize,
        /// The least.
        least: usize,
        /// The greatest.
        most: usize,
    },
    /// A row whose cells, with those that reach down from above, are more or fewer than its columns.
    #[error("row {row} fills {filled} of {columns} columns")]
    RowNotFilled {
        /// Which row.
        row: usize,
        /// How many columns it fills.
        filled: usize,
        /// How many there are.
        columns: usize,
    },
    /// A cell that reaches below the last row, or out of a row that repeats.
    #[error("a cell of row {row} reaches too far down")]
    ReachesOut {
        /// Which row.
        row: usize,
    },
    /// An entry's part in a row that repeats for no area, or a row that repeats without any.
    #[error("row {row} repeats for nobody, or shows entries without repeating")]
    Repeat {
        /// Which row.
        row: usize,
    },
    /// A printed text that is larger than its cell.
    #[error("the text `{text}` does not fit its cell in row {row}")]
    TextTooLong {
        /// Which row; 0: above or below the rows.
        row: usize,
        /// The beginning of the text.
        text: String,
    },
    /// A blank form that is no single page.
    #[error("the rows are {rows_mm} mm high; the page has room for {room_mm}")]
    TooTall {
        /// Height of all rows.
        rows_mm: usize,
        /// Height there is.
        room_mm: usize,
    },
    /// A text that is longer than is set.
    #[error("the text at `{place}` has {chars} characters; at most {limit} are set")]
    TooLong {
        /// Where.
        place: String,
        /// Its length.
        chars: usize,
        /// The limit.
        limit: usize,
    },
    /// A character that cannot be printed.
    #[error("control character U+{code:04X} in `{place}`")]
    ControlCharacter {
        /// Where.
        place: String,
        /// Its code point.
        code: u32,
    },
    /// An opinion that says nothing: no words, no strokes, no circle.
    #[error("the opinion at `{place}` says nothing")]
    SaysNothing {
        /// Where.
        place: String,
    },
    /// Strokes that are none.
    #[error("no handwriting at `{place}`")]
    Handwriting {
        /// Where.
        place: String,
        /// Why.
        #[source]
        cause: HandwritingError,
    },
    /// It could not be set on pages.
    #[error("the form could not be set on pages")]
    Typeset(#[from] TypesetError),
}

impl FormError {
    /// Key of the sentence in the catalogue; `None`: it is the typesetter's.
    pub const fn key(&self) -> Option<&'static str> {
        Some(match self {
            Self::TooLarge { .. } => "form.too_large",
            Self::Syntax { .. } => "form.syntax",
            Self::UnknownName { .. } => "form.unknown_name",
            Self::Twice { .. } => "form.twice",
            Self::OtherForm { .. } => "form.other_form",
            Self::Range { .. } => "form.range",
            Self::RowNotFilled { .. } => "form.row_not_filled",
            Self::ReachesOut { .. } => "form.reaches_out",
            Self::Repeat { .. } => "form.repeat",
            Self::TextTooLong { row: 0, .. } => "form.line_too_long",
            Self::TextTooLong { .. } => "form.text_too_long",
            Self::TooTall { .. } => "form.too_tall",
            Self::TooLong { .. } => "form.too_long",
            Self::ControlCharacter { .. } => "form.control_character",
            Self::SaysNothing { .. } => "form.says_nothing",
            Self::Handwriting { cause, .. } => cause.key(),
            Self::Typeset(_) => return None,
        })
    }

    /// Fields of the sentence, by name; `reason` is the English of the reader of JSON.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { bytes, limit } => named([("bytes", bytes), ("limit", limit)]),
            Self::Syntax {
                line,
                column,
                reason,
            } => named([("line", line), ("column", column), ("reason", reason)]),
            Self::UnknownName {
                form,
                place,
                name,
                known,
            } => {
                let known = known.join("、");
                named([
                    ("form", form),
                    ("place", place),
                    ("name", name),
                    ("known", &known),
                ])
            }
            Self::Twice { name } => named([("name", name)]),
            Self::OtherForm { wanted, found } => named([("wanted", wanted), ("found", found)]),
            Self::Range {
                place,
                found,
                least,
                most,
            } => named([
                ("place", place),
                ("found", found),
                ("least", least),
                ("most", most),
            ]),
            Self::RowNotFilled {
                row,
                filled,
                columns,
            } => named([("row", row), ("filled", filled), ("columns", columns)]),
            Self::ReachesOut { row } | Self::Repeat { row } => named([("row", row)]),
            Self::TextTooLong { row, text } => named([("row", row), ("text", text)]),
            Self::TooTall { rows_mm, room_mm } => named([("rows", rows_mm), ("room", room_mm)]),
            Self::TooLong {
                place,
                chars,
                limit,
            } => named([("place", place), ("chars", chars), ("limit", limit)]),
            Self::ControlCharacter { place, code } => {
                let code = format!("U+{code:04X}");
                named([("place", place), ("code", &code)])
            }
            Self::SaysNothing { place } => named([("place", place)]),
            Self::Handwriting { cause, .. } => cause.fields(),
            Self::Typeset(_) => Vec::new(),
        }
    }
}

fn named<const N: usize>(
    fields: [(&'static str, &dyn std::fmt::Display); N],
) -> Vec<(&'static str, String)> {
    let fields = fields.into_iter();
    fields
        .map(|(name, value)| (name, value.to_string()))
        .collect()
}
