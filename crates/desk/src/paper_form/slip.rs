//! 退文单 of a 代拟稿 that was given back to the unit that wrote it: what is missing and why, in its places.

use andu_api::{
    ApiError, Caller as _,
    intake::{IntakeView, why},
    text,
};
use andu_app::issued::{Intake, Returned};
use andu_document::OfficialDocument;

use super::fill::{classified, said, urgency};
use crate::{open::OpenDesk, writing};

/// The grounds for giving a document back, as the form names them (条例 24 三).
const NOT_CONSULTED: &str = "涉及其他地区或者部门职权的事项未协商、会签";
const NOT_AS_DRAFTED: &str = "不符合公文起草的其他要求";
/// What has to come where others are concerned.
const CONSULTED: [&str; 2] = ["consulted", "settled"];

/// What stands on the slip of a draft; `None` for what was not given back so.
///
/// # Errors
/// Where the draft cannot be read.
pub(super) fn of_intake(
    desk: &OpenDesk,
    draft_id: &str,
) -> Result<Option<Vec<(&'static str, String)>>, ApiError> {
    let sheet = desk.look().read(|view| view.issue_sheet(draft_id))?;
    let view = andu_api::intake::view(desk, &sheet)?;
    let (Some(intake), Some(view)) = (sheet.intake, view) else {
        return Ok(None);
    };
    let Some(last) = intake.returns.last() else {
        return Ok(None);
    };
    let document = writing::current_document(desk, draft_id)?;
    Ok(Some(fields(&document, &intake, (&view, last))))
}

fn fields(
    document: &OfficialDocument,
    intake: &Intake,
    (view, last): (&IntakeView, &Returned),
) -> Vec<(&'static str, String)> {
    let classification = document.classification.as_ref();
    vec![
        ("title", document.title_in_line()),
        ("sender", intake.unit.clone()),
        ("sender_number", intake.letter_number.clone()),
        ("register_number", view.incoming_number.clone()),
        ("received_on", said(&intake.received_on)),
        ("returned_on", said(&last.on)),
        (
            "classification",
            classification.map_or_else(String::new, |one| classified(one.level, &one.term)),
        ),
        ("urgency", urgency(document.urgency)),
        ("grounds", grounds(last)),
        ("reason", why(last)),
        (
            "suggestion",
            text::sentence("intake.suggestion", &Default::default()),
        ),
        ("handler", last.by.clone()),
    ]
}

/// One line for each.
fn grounds(last: &Returned) -> String {
    let concerns = |id: &str| CONSULTED.contains(&id);
    let consulted = last.lacks.iter().any(|lack| concerns(&lack.id));
    let others = last.lacks.iter().any(|lack| !concerns(&lack.id)) || !last.reason.is_empty();
    let lines = [(consulted, NOT_CONSULTED), (others, NOT_AS_DRAFTED)];
    let lines = lines.iter().filter(|(is, _)| *is).map(|(_, line)| *line);
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use andu_app::issued::Lack;
    use andu_typeset::paper_form::{FormKind, FormTemplate};

    use super::*;

    fn returned(lacks: &[&str], reason: &str) -> Returned {
        let lack = |id: &&str| Lack {
            id: (*id).to_owned(),
            title: String::new(),
            reason: String::new(),
        };
        Returned {
            on: String::new(),
            by: String::new(),
            lacks: lacks.iter().map(lack).collect(),
            reason: reason.to_owned(),
        }
    }

    #[test]
    fn the_grounds_are_those_that_the_form_has_boxes_for() {
        let form = FormTemplate::standard(FormKind::ReturnSlip).to_json();
        for ground in [NOT_CONSULTED, NOT_AS_DRAFTED] {
            assert!(form.contains(&format!("\"{ground}\"")), "{ground}");
        }
        assert_eq!(grounds(&returned(&["consulted"], "")), NOT_CONSULTED);
        assert_eq!(grounds(&returned(&["letter"], "")), NOT_AS_DRAFTED);
        let both = grounds(&returned(&["settled"], "文种不当"));
        assert_eq!(both, format!("{NOT_CONSULTED}\n{NOT_AS_DRAFTED}"));
    }
}
