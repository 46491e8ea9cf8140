//! What is done about a task, as the engine is asked for it.

use andu_base::{ContentHash, PersonId};
use andu_document::HandwrittenOpinion;
use andu_workflow::{self as workflow, AddPlace, Then, Verdict, VisitName, definition::Value};

use super::{TaskDoes, TaskPlace, TaskVerdict};
use crate::{ApiError, text};

/// The act, and what was written by hand with it.
pub(super) fn does(
    does: TaskDoes,
    (visit, own): (VisitName, PersonId),
    content: Option<ContentHash>,
) -> Result<(workflow::Act, Option<HandwrittenOpinion>), ApiError> {
    let mut written = None;
    let person = |id: &str| id.parse().map_err(|_| text::error("process.no_person"));
    let people = |ids: Vec<String>| {
        ids.iter()
            .map(|id| person(id))
            .collect::<Result<Vec<PersonId>, _>>()
    };
    let key = |name: &str| workflow::Key::new(name).map_err(|_| text::error("process.not_there"));
    let act = match does {
        TaskDoes::See => workflow::Act::See { visit },
        TaskDoes::Read { .. } => return Err(text::error("process.no_visit")),
        TaskDoes::Decide {
            verdict,
            words,
            items,
            chosen,
            handwriting,
        } => {
            written = handwriting.map(|hand| hand.bound(content)).transpose()?;
            let item = |(name, value): (String, serde_json::Value)| {
                let value: Result<Value, _> = serde_json::from_value(value);
                Ok::<_, ApiError>((
                    key(&name)?,
                    value.map_err(|error| text::bad_arguments(&error))?,
                ))
            };
            let choice =
                |(node, ids): (String, Vec<String>)| Ok::<_, ApiError>((key(&node)?, people(ids)?));
            workflow::Act::Decide(Box::new(workflow::Decide {
                visit,
                verdict: match verdict {
                    TaskVerdict::Agree => Verdict::Agree,
                    TaskVerdict::Circle => Verdict::Circle,
                    TaskVerdict::Refuse => Verdict::Refuse,
                    TaskVerdict::Abstain => Verdict::Abstain,
                },
                words,
                content,
                items: items.into_iter().map(item).collect::<Result<_, _>>()?,
                chosen: chosen.into_iter().map(choice).collect::<Result<_, _>>()?,
                on_paper: None,
                handwriting: written.as_ref().map(HandwrittenOpinion::hash),
            }))
        }
        TaskDoes::Return {
            to,
            straight,
            reason,
        } => workflow::Act::Return {
            visit,
            to: to.parse().map_err(|_| text::error("process.no_visit"))?,
            then: if straight {
                Then::Straight
            } else {
                Then::Again
            },
            reason,
        },
        TaskDoes::TakeBack => workflow::Act::TakeBack { visit },
        TaskDoes::Add {
            people: whom,
            place,
            note,
        } => workflow::Act::Add {
            visit,
            people: people(whom)?,
            place: match place {
                TaskPlace::Before => AddPlace::Before,
                TaskPlace::After => AddPlace::After,
                TaskPlace::Beside => AddPlace::Beside,
            },
            note,
        },
        TaskDoes::TakeOut { person_id } => workflow::Act::TakeOut {
            visit,
            person: person(&person_id)?,
        },
        TaskDoes::Transfer { to, note } => workflow::Act::Transfer {
            visit,
            from: own,
            to: person(&to)?,
            note,
        },
        TaskDoes::Delegate { to, note } => workflow::Act::Delegate {
            visit,
            to: person(&to)?,
            note,
        },
        TaskDoes::Consult { to, note } => workflow::Act::Consult {
            visit,
            to: person(&to)?,
            note,
        },
        TaskDoes::Claim => workflow::Act::Claim { visit },
        TaskDoes::Release => workflow::Act::Release { visit },
    };
    Ok((act, written))
}
