//! Edits as findings propose them: replacing an element, or some characters of a text.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    elements::OfficialDocument,
    place::{self, Piece},
};

/// One change of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Edit {
    /// Puts `value` where `place` is.
    SetElement {
        /// Path of an element, such as `urgency`, `main_recipients` or `issuers/0/post`.
        place: String,
        /// Its new value, as serde writes it; `null` where an element may be missing.
        value: serde_json::Value,
    },
    /// Replaces the characters from `start` to before `end` of the text at `place`.
    ReplaceText {
        /// Path of a text, such as `title` or `body/3`.
        place: String,
        /// First character, counted from 0 in Unicode characters.
        start: usize,
        /// Character after the last.
        end: usize,
        /// The new text; may be empty.
        text: String,
    },
}

/// An offer to mend what a finding says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Fix {
    /// What it does, for a button.
    pub label: String,
    /// Changes, to be applied in this order and all together.
    pub edits: Vec<Edit>,
}

/// Why an edit does not fit the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// There is no such place.
    #[error("no place `{place}` in this document")]
    NoPlace {
        /// The path.
        place: String,
    },
    /// The characters lie outside the text, or across cells of a table.
    #[error("no characters {start} to {end} at `{place}`")]
    NoRange {
        /// The path.
        place: String,
        /// First character.
        start: usize,
        /// Character after the last.
        end: usize,
    },
    /// The value does not fit the element.
    #[error("the value does not fit `{place}`: {reason}")]
    Value {
        /// The path.
        place: String,
        /// What serde says.
        reason: String,
    },
}

/// Applies all edits in order, or none.
///
/// # Errors
/// The first edit that does not fit; the document is then unchanged.
pub fn apply_edits(document: &mut OfficialDocument, edits: &[Edit]) -> Result<(), EditError> {
    let mut edited = document.clone();
    for edit in edits {
        match edit {
            Edit::SetElement { place, value } => set_element(&mut edited, place, value)?,
            Edit::ReplaceText {
                place,
                start,
                end,
                text,
            } => {
                replace_text(&mut edited, place, *start, *end, text)?;
            }
        }
    }
    *document = edited;
    Ok(())
}

fn set_element(
    document: &mut OfficialDocument,
    place: &str,
    value: &serde_json::Value,
) -> Result<(), EditError> {
    let no_place = || EditError::NoPlace {
        place: place.to_owned(),
    };
    let wrong = |error: serde_json::Error| EditError::Value {
        place: place.to_owned(),
        reason: error.to_string(),
    };
    let mut whole = serde_json::to_value(&*document).map_err(wrong)?;
    let (parent, key) = place.rsplit_once('/').unwrap_or(("", place));
    let pointer = if parent.is_empty() {
        String::new()
    } else {
        format!("/{parent}")
    };
    match whole.pointer_mut(&pointer).ok_or_else(no_place)? {
        serde_json::Value::Object(object) => {
            object.insert(key.to_owned(), value.clone());
        }
        serde_json::Value::Array(array) => {
            let at: usize = key.parse().map_err(|_| no_place())?;
            *array.get_mut(at).ok_or_else(no_place)? = value.clone();
        }
        _ => return Err(no_place()),
    }
    *document = serde_json::from_value(whole).map_err(wrong)?;
    Ok(())
}

fn replace_text(
    document: &mut OfficialDocument,
    place: &str,
    start: usize,
    end: usize,
    text: &str,
) -> Result<(), EditError> {
    let no_range = || EditError::NoRange {
        place: place.to_owned(),
        start,
        end,
    };
    let pieces = place::pieces(document, place).ok_or_else(|| EditError::NoPlace {
        place: place.to_owned(),
    })?;
    if start > end {
        return Err(no_range());
    }
    let mut at = 0;
    let mut to_insert = Some(text);
    for piece in pieces {
        let Piece::Text(string) = piece else {
            if start <= at && at < end {
                return Err(no_range());
            }
            at += 1;
            continue;
        };
        let length = string.chars().count();
        let (from, to) = (
            start.clamp(at, at + length) - at,
            end.clamp(at, at + length) - at,
        );
        let touches = start <= at + length && end >= at && start >= at;
        if from < to || (touches && to_insert.is_some()) {
            let insert = to_insert.take().unwrap_or_default();
            let (first, last) = (byte_of(string, from), byte_of(string, to));
            string.replace_range(first..last, insert);
        }
        at += length;
    }
    if end > at || to_insert.is_some() {
        Err(no_range())
    } else {
        Ok(())
    }
}

fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices()
        .nth(character)
        .map_or(text.len(), |(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::body::{Block, Cell, Row, Run, Table};

    fn paragraph(runs: &[&str]) -> OfficialDocument {
        let runs = runs.iter().map(|text| Run::plain(*text)).collect();
        OfficialDocument {
            body: vec![Block::Paragraph { runs, align: None }],
            ..OfficialDocument::default()
        }
    }

    fn replace(place: &str, start: usize, end: usize, text: &str) -> Edit {
        Edit::ReplaceText {
            place: place.into(),
            start,
            end,
            text: text.into(),
        }
    }

    #[test]
    fn a_replacement_reaches_over_runs_and_keeps_their_number() {
        let mut document = paragraph(&["各镇", "、乡人", "民政府"]);
        apply_edits(&mut document, &[replace("body/0", 1, 6, "乡镇")]).expect("it fits");
        assert_eq!(document.body[0].text(), "各乡镇政府");
        let Block::Paragraph { runs, .. } = &document.body[0] else {
            panic!("a paragraph")
        };
        assert_eq!(runs.len(), 3);
    }

    #[test]
    fn text_may_be_added_at_the_end_and_to_an_empty_title() {
        let mut document = paragraph(&["如下"]);
        let edits = [
            replace("body/0", 2, 2, "："),
            replace("title", 0, 0, "通知"),
        ];
        apply_edits(&mut document, &edits).expect("both fit");
        assert_eq!(
            (document.body[0].text().as_str(), document.title.as_str()),
            ("如下：", "通知")
        );
    }

    #[test]
    fn a_replacement_never_joins_cells() {
        let cell = |text: &str| Cell {
            runs: vec![Run::plain(text)],
            ..Cell::default()
        };
        let mut document = OfficialDocument::default();
        let row = Row {
            cells: vec![cell("甲"), cell("乙,丙")],
        };
        document.body = vec![Block::Table(Table {
            rows: vec![row],
            ..Table::default()
        })];
        let before = document.clone();
        assert!(apply_edits(&mut document, &[replace("body/0", 0, 3, "")]).is_err());
        assert_eq!(document, before);
        apply_edits(&mut document, &[replace("body/0", 3, 4, "，")]).expect("inside one cell");
        assert_eq!(document.body[0].text(), "甲\n乙，丙");
    }

    #[test]
    fn nothing_changes_when_a_later_edit_fails() {
        let mut document = paragraph(&["正文"]);
        let before = document.clone();
        let wrong = Edit::SetElement {
            place: "urgency".into(),
            value: json!("very"),
        };
        let error = apply_edits(&mut document, &[replace("title", 0, 0, "题"), wrong]);
        assert!(matches!(error, Err(EditError::Value { .. })), "{error:?}");
        assert_eq!(document, before);
        let nowhere = Edit::SetElement {
            place: "body/9".into(),
            value: json!(null),
        };
        assert!(matches!(
            apply_edits(&mut document, &[nowhere]),
            Err(EditError::NoPlace { .. })
        ));
    }

    #[test]
    fn an_element_is_set_by_its_path() {
        let mut document = paragraph(&["正文"]);
        let edits = [Edit::SetElement {
            place: "urgency".into(),
            value: json!("urgent"),
        }];
        apply_edits(&mut document, &edits).expect("it fits");
        assert_eq!(document.urgency, Some(crate::Urgency::Urgent));
    }

    proptest! {
        #[test]
        fn a_replacement_is_what_it_is_on_one_string(
            runs in prop::collection::vec("[国a，]{0,4}", 1..4),
            a in 0_usize..14, b in 0_usize..14, text in "[新b]{0,3}",
        ) {
            let whole: Vec<char> = runs.concat().chars().collect();
            let refs: Vec<&str> = runs.iter().map(String::as_str).collect();
            let mut document = paragraph(&refs);
            let (start, end) = (a.min(b), a.max(b));
            let done = apply_edits(&mut document, &[replace("body/0", start, end, &text)]);
            if end > whole.len() {
                prop_assert!(done.is_err());
            } else {
                prop_assert!(done.is_ok());
                let expected: String = whole[..start].iter().copied().chain(text.chars())
                    .chain(whole[end..].iter().copied()).collect();
                prop_assert_eq!(document.body[0].text(), expected);
            }
        }
    }
}
