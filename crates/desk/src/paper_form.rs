//! Paper forms at a desk: what is wrong with one in words, and the ceiling that holds for them as for documents.

mod book;
mod fill;
mod own;
mod slip;

use andu_api::{ApiError, ErrorCode, draft, form, text};
use andu_app::form::reason;
use andu_document::{Classification, ClassificationLevel, OfficialDocument};
use andu_typeset::paper_form::FormError;

use crate::preview;

pub(crate) use book::Book;
pub use book::{write_series, write_year};
pub(crate) use fill::pages;
pub use fill::write;
pub use own::{look, read, write_text};

/// An error of a form as people are told.
pub fn form_error(error: &FormError) -> ApiError {
    if let FormError::Typeset(error) = error {
        let failed = preview::typeset_error(error);
        let cause = failed.fields.get("cause").cloned().unwrap_or_default();
        return text::error_with(ErrorCode::Invalid, "form.failed", &[("cause", cause)]);
    }
    form::refused(&reason(error))
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
