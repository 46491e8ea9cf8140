//! Paper forms at a desk: what is wrong with one in words, and the ceiling that holds for them as for documents.

mod fill;
mod slip;

use andu_api::{ApiError, ErrorCode, draft, json_words, text};
use andu_document::{Classification, ClassificationLevel, OfficialDocument};
use andu_typeset::paper_form::FormError;

use crate::preview;

pub(crate) use fill::pages;
pub use fill::{write, write_register};

/// An error of a form as people are told.
pub fn form_error(error: &FormError) -> ApiError {
    let Some(key) = error.key() else {
        let FormError::Typeset(error) = error else {
            return text::error("form.failed");
        };
        let failed = preview::typeset_error(error);
        let cause = failed.fields.get("cause").cloned().unwrap_or_default();
        return text::error_with(ErrorCode::Invalid, "form.failed", &[("cause", cause)]);
    };
    let mut fields = error.fields();
    for (name, value) in &mut fields {
        match *name {
            "reason" => *value = json_words::words(value),
            "place" => *value = place(value),
            _ => {}
        }
    }
    text::error_with(ErrorCode::Invalid, key, &fields)
}

/// Nothing above the deployment's ceiling is set on paper; `marked` is what the content says of itself.
///
/// # Errors
/// `draft.above_ceiling`.
pub fn within_ceiling(
    marked: Option<ClassificationLevel>,
    ceiling: Option<ClassificationLevel>,
) -> Result<(), ApiError> {
    let Some(level) = marked else {
        return Ok(());
    };
    let document = OfficialDocument {
        classification: Some(Classification {
            level,
            term: String::new(),
        }),
        ..OfficialDocument::default()
    };
    draft::within_ceiling(&document, ceiling)
}

/// `rows/3/cells/2` as 第3行第2格.
fn place(path: &str) -> String {
    let said = |key: &str, number: &str| {
        text::sentence(key, &[("number".to_owned(), number.to_owned())].into())
    };
    let mut words = String::new();
    let mut before = "";
    for part in path.split('/') {
        let counted = part.bytes().all(|b| b.is_ascii_digit());
        let key = match (before, part) {
            ("rows", _) if counted => "form.place.row",
            ("cells", _) if counted => "form.place.cell",
            ("columns", _) if counted => "form.place.column",
            (_, _) if counted => "form.place.entry",
            (_, "rows" | "cells" | "columns") => "",
            (_, "fields") => "form.place.field",
            (_, "opinions") => "form.place.opinion",
            (_, "head") => "form.place.head",
            (_, "foot") => "form.place.foot",
            (_, "margins_mm") => "form.place.margins",
            ("", "title") => "form.place.title",
            ("", "agency") => "form.place.agency",
            _ => {
                words.push_str(&format!("“{part}”"));
                before = part;
                continue;
            }
        };
        if !key.is_empty() {
            words.push_str(&said(key, part));
        }
        before = part;
    }
    match words.is_empty() {
        true => path.to_owned(),
        false => words,
    }
}

#[cfg(test)]
mod tests {
    use andu_typeset::paper_form::{FormContent, FormKind, FormTemplate};

    use super::*;

    fn told(json: &str) -> String {
        form_error(&FormContent::parse(json).expect_err(json)).sentence
    }

    #[test]
    fn errors_name_places_as_people_do() {
        let unknown = told(r#"{"form":"return_slip","fields":{"drafter":"x"}}"#);
        assert!(
            unknown.contains("“退文单”没有“drafter”") && unknown.contains("栏目“drafter”"),
            "{unknown}"
        );
        let nothing = told(r#"{"form":"return_slip","opinions":{"approve":[{}]}}"#);
        assert!(nothing.contains("意见栏“approve”第1条"), "{nothing}");
        let json = FormTemplate::standard(FormKind::ReturnSlip).to_json();
        let low = json.replacen("\"height_mm\": 16", "\"height_mm\": 2", 1);
        let low = form_error(&FormTemplate::parse(&low).expect_err("too low")).sentence;
        assert!(low.contains("第2行“height_mm”写的是 2"), "{low}");
    }

    #[test]
    fn every_error_is_told_without_english_sentences() {
        for json in [
            "[]",
            r#"{"form":"gate_pass"}"#,
            r#"{"form":"return_slip","fields":{"title":"a","title":"b"}}"#,
            r#"{"form":"return_slip","opinions":{"approve":[{"handwriting":{"format":"andu.handwriting/1","width":100,"height":100,"strokes":[[[101,0,0]]]}}]}}"#,
            r#"{"form":"return_slip","opinions":{"approve":[{"handwriting":{"width":1}}]}}"#,
        ] {
            let said = told(json);
            assert!(
                !said.contains("程序没有") && !said.contains(" at "),
                "{said}"
            );
        }
    }

    #[test]
    fn the_ceiling_holds_for_forms() {
        let secret = Some(ClassificationLevel::Secret);
        assert!(within_ceiling(None, None).is_ok());
        assert!(within_ceiling(secret, secret).is_ok());
        let refused = within_ceiling(secret, None).expect_err("above");
        assert_eq!(refused.key, "draft.above_ceiling");
    }
}
