//! Who does a step, from the attributes of other programs: assignees, candidates, several instances.

use super::{
    How, each, expression,
    namespace::{BPMN, VENDORS, ZEEBE},
    reading::Reading,
    span,
    tree::Element,
};
use crate::definition::{Order, Passing, Seat, SignOff, Step, StepLimit, Who};

/// Names of variables that mean whoever began it.
const AUTHORS: [&str; 8] = [
    "initiator",
    "starter",
    "applyUserId",
    "applyUser",
    "startUserId",
    "startUser",
    "applicant",
    "creator",
];

/// The step of an element, as far as it is understood.
pub(super) fn step(reading: &mut Reading) -> Step {
    let mut step = Step::default();
    if let Some(found) = assigned(reading) {
        step.sign_off = found;
    }
    several(reading, &mut step.sign_off);
    if let Some((space, text)) = vendor(&reading.element, "dueDate") {
        match span::parse(&text) {
            Some(within) => {
                step.limit = Some(StepLimit {
                    within,
                    overdue: Vec::new(),
                });
                reading.note((space, "dueDate"), How::Mapped, "due", &text);
            }
            None => reading.note((space, "dueDate"), How::Kept, "due_not_understood", &text),
        }
    }
    step
}

/// An attribute of one of the programs that are understood.
fn vendor(element: &Element, name: &str) -> Option<(&'static str, String)> {
    let mut spaces = VENDORS.into_iter();
    let found = spaces.find_map(|space| Some((space, element.attribute_in(space, name)?)));
    found
        .map(|(space, text)| (space, text.to_owned()))
        .filter(|(_, text)| !text.trim().is_empty())
}

/// The people that a text means.
fn who(text: &str) -> Who {
    let variable = expression::variable(text).filter(|_| expression::is_marked(text));
    match variable {
        Some(name) if AUTHORS.contains(&name.as_str()) => Who::Author,
        Some(name) => Who::Item(name),
        None => Who::Foreign(text.to_owned()),
    }
}

fn seats(text: &str) -> Vec<Seat> {
    let each = text.split(',').map(str::trim).filter(|one| !one.is_empty());
    each.map(|one| Seat {
        who: who(one),
        weight: 1,
        veto: false,
    })
    .collect()
}

/// Whoever may take it first.
fn claimed(seats: Vec<Seat>) -> SignOff {
    SignOff {
        seats,
        order: Order::Claim,
        passing: Passing::Any,
        ..SignOff::default()
    }
}

fn assigned(reading: &mut Reading) -> Option<SignOff> {
    let mut candidates = Vec::new();
    for name in ["assignee", "candidateUsers", "candidateGroups"] {
        let Some((space, text)) = vendor(&reading.element, name) else {
            continue;
        };
        let found = seats(&text);
        reading.note((space, name), How::Mapped, "people", &text);
        if name == "assignee" {
            let rest = ["candidateUsers", "candidateGroups"];
            for name in rest {
                if let Some((space, text)) = vendor(&reading.element, name) {
                    reading.note((space, name), How::Kept, "people_besides", &text);
                }
            }
            return Some(SignOff {
                seats: found,
                ..SignOff::default()
            });
        }
        candidates.extend(found);
    }
    if !candidates.is_empty() {
        return Some(claimed(candidates));
    }
    zeebe(reading).or_else(|| owners(reading))
}

/// `zeebe:assignmentDefinition`.
fn zeebe(reading: &mut Reading) -> Option<SignOff> {
    let extensions = reading.element.child("extensionElements")?;
    let ours = |one: &&Element| one.is_in(ZEEBE) && one.name == "assignmentDefinition";
    let found = extensions.elements().find(ours)?;
    let said = |name| found.attribute(name).map(str::to_owned).unwrap_or_default();
    let assignee = seats(&said("assignee"));
    let mut candidates = seats(&said("candidateUsers"));
    candidates.extend(seats(&said("candidateGroups")));
    let detail = [
        said("assignee"),
        said("candidateUsers"),
        said("candidateGroups"),
    ]
    .join(" ");
    let name = (ZEEBE, "assignmentDefinition");
    if assignee.is_empty() && candidates.is_empty() {
        return None;
    }
    reading.note(name, How::Mapped, "people", &detail);
    Some(if assignee.is_empty() {
        claimed(candidates)
    } else {
        SignOff {
            seats: assignee,
            ..SignOff::default()
        }
    })
}

/// `potentialOwner` and its like, which BPMN itself has.
fn owners(reading: &mut Reading) -> Option<SignOff> {
    let names = ["potentialOwner", "humanPerformer", "performer"];
    let mut found = Vec::new();
    for owner in reading.element.elements() {
        let Some(name) = names.into_iter().find(|name| owner.is(name)) else {
            continue;
        };
        let expression = owner.child("resourceAssignmentExpression").and_then(|one| {
            let mut inside = one.elements().filter(|one| one.is_in(BPMN));
            inside.next().map(Element::text)
        });
        let reference = owner.child("resourceRef").map(Element::text);
        let named = owner.attribute("name").map(str::to_owned);
        let text = expression.or(named).or(reference).unwrap_or_default();
        found.push((name, text.trim().to_owned()));
    }
    let mut all = Vec::new();
    for (name, text) in found {
        if !text.is_empty() {
            reading.note((BPMN, name), How::Mapped, "people", &text);
            all.extend(seats(&text));
        }
    }
    (!all.is_empty()).then(|| claimed(all))
}

/// Several instances of a step: its seats, their order, and when it has passed.
fn several(reading: &mut Reading, sign_off: &mut SignOff) {
    let Some(found) = each::found(&reading.element) else {
        return;
    };
    let name = found.name.clone();
    let (over, done, in_turn) = (each::over(found), each::done(found), each::in_turn(found));
    let (Some(over), Some(done)) = (over, done) else {
        reading.note((BPMN, &name), How::Kept, "loop_not_understood", "");
        return;
    };
    let detail = format!("{} {done:?}", over.of);
    sign_off.seats = vec![Seat {
        who: Who::Item(over.of),
        weight: 1,
        veto: false,
    }];
    sign_off.order = if in_turn {
        Order::InTurn
    } else {
        Order::Beside
    };
    sign_off.passing = done;
    reading.note((BPMN, &name), How::Mapped, "several", &detail);
}
