//! One node of a process, read.

use super::{
    How, Remark, count, each,
    event::{self, Event, Said},
    expression,
    identity::Ids,
    namespace::ZEEBE,
    people,
    reading::{Reading, mark},
    roots::Roots,
    tree::Element,
};
use crate::{
    Key,
    definition::{Ending, Kind, Node, Rest, Trigger},
};

/// What nodes refer to.
pub(super) struct Known<'a> {
    pub nodes: &'a Ids,
    pub processes: &'a Ids,
    pub roots: &'a Roots,
}

/// What an element is, and whether it was another element than the usual one of its kind.
struct Found {
    kind: Kind,
    unusual: bool,
}

impl From<Kind> for Found {
    fn from(kind: Kind) -> Self {
        Self {
            kind,
            unusual: false,
        }
    }
}

/// A node from its element.
pub(super) fn read(
    element: Element,
    id: Key,
    inside: Option<Key>,
    known: &Known<'_>,
    report: &mut Vec<Remark>,
) -> Node {
    let name = element.name.clone();
    let mut reading = Reading::new(element, &id);
    let title = reading.element.take("name").unwrap_or_default();
    reading
        .element
        .take_elements(|one| one.is("incoming") || one.is("outgoing"));
    let found = kind(&name, &mut reading, known);
    let (kind, unusual) = match found {
        Some(Found { kind, unusual }) => (kind, unusual),
        None => {
            let detail = reason(&reading.element);
            reading.note_bpmn(&name, How::Kept, "not_run", &detail);
            (
                Kind::Foreign {
                    element: name.clone(),
                },
                false,
            )
        }
    };
    let mut foreign = reading.finish(report);
    if unusual {
        foreign.insert(0, mark(&name));
    }
    Node {
        id,
        title,
        inside,
        part: None,
        law: None,
        kind,
        foreign,
    }
}

/// What of an element may be why it is not run: its events, its loop, its flags.
fn reason(element: &Element) -> String {
    let telling = |one: &&Element| event::is_definition(one) || each::is_loop(one);
    let children = element
        .elements()
        .filter(telling)
        .map(|one| one.name.clone());
    let flags = ["isForCompensation", "triggeredByEvent"].into_iter();
    let flags = flags.filter(|name| matches!(element.attribute(name), Some("true" | "1")));
    children
        .chain(flags.map(str::to_owned))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether a sub-process is one that we can run: neither begun by an event nor by compensation, and its loop
/// understood.
pub(super) fn is_group(element: &Element) -> bool {
    let says = |name| matches!(element.attribute(name), Some("true" | "1"));
    element.is("subProcess")
        && !says("triggeredByEvent")
        && !says("isForCompensation")
        && each::found(element).is_none_or(|found| each::read(found).is_some())
}

fn kind(name: &str, reading: &mut Reading, known: &Known<'_>) -> Option<Found> {
    if matches!(
        reading.element.attribute("isForCompensation"),
        Some("true" | "1")
    ) {
        return None;
    }
    let looped = each::found(&reading.element).is_some();
    match name {
        "startEvent"
        | "endEvent"
        | "intermediateCatchEvent"
        | "intermediateThrowEvent"
        | "boundaryEvent" => happening(name, reading, known),
        "userTask" | "manualTask" | "task" => {
            let kind = Kind::Step(Box::new(people::step(reading)));
            Some(Found {
                kind,
                unusual: name != "userTask",
            })
        }
        "serviceTask" | "scriptTask" | "businessRuleTask" | "sendTask" if !looped => {
            let kind = Kind::Auto { act: String::new() };
            Some(Found {
                kind,
                unusual: name != "serviceTask",
            })
        }
        "receiveTask" if !looped => Some(receive(reading, known)),
        "exclusiveGateway" => Some(Kind::Choose.into()),
        "parallelGateway" => Some(Kind::Parallel.into()),
        "inclusiveGateway" => Some(Kind::Inclusive.into()),
        "eventBasedGateway" => Some(Kind::Await.into()),
        "complexGateway" => gather(reading),
        "subProcess" if is_group(&reading.element) => {
            let each = each::found(&reading.element).and_then(each::read);
            take_loop(reading);
            Some(Kind::Group { each }.into())
        }
        "callActivity" => call(reading, known),
        _ => None,
    }
}

/// Takes the loop out if we would write it just so.
fn take_loop(reading: &mut Reading) {
    let Some(found) = each::found(&reading.element) else {
        return;
    };
    let name = found.name.clone();
    let Some(read) = each::read(found) else {
        return;
    };
    if each::write(&read).says(found) {
        reading.element.take_elements(each::is_loop);
    } else {
        reading.note_bpmn(&name, How::Mapped, "several", &read.of);
    }
}

fn receive(reading: &mut Reading, known: &Known<'_>) -> Found {
    let reference = reading.element.attribute("messageRef").map(str::to_owned);
    let label = known.roots.label("message", reference.as_deref());
    if let Some(reference) = reference {
        if known.roots.id("message", &label) == reference {
            reading.element.take("messageRef");
        } else {
            reading.note_bpmn("messageRef", How::Mapped, "message", &label);
        }
    }
    Found {
        kind: Kind::Wait {
            on: Trigger::Message(label),
        },
        unusual: true,
    }
}

fn gather(reading: &mut Reading) -> Option<Found> {
    let condition = reading.element.child("activationCondition")?;
    let need = count::ways(&condition.text())?;
    if activation(need).says(condition) {
        reading
            .element
            .take_elements(|one| one.is("activationCondition"));
    } else {
        reading.note_bpmn(
            "activationCondition",
            How::Mapped,
            "gather",
            &need.to_string(),
        );
    }
    Some(
        Kind::Gather {
            need,
            rest: Rest::Ignore,
        }
        .into(),
    )
}

/// The condition that so many ways have come.
pub(super) fn activation(need: u32) -> Element {
    let text = format!("activationCount >= {need}");
    Element::bpmn("activationCondition").formal().holding(&text)
}

fn call(reading: &mut Reading, known: &Known<'_>) -> Option<Found> {
    let each = match each::found(&reading.element) {
        Some(found) => Some(each::read(found)?),
        None => None,
    };
    let element = reading
        .element
        .attribute("calledElement")
        .map(str::to_owned);
    let zeebe = reading
        .element
        .child("extensionElements")
        .and_then(|extensions| {
            let mut all = extensions.elements();
            let found = all.find(|one| one.is_in(ZEEBE) && one.name == "calledElement")?;
            found.attribute("processId").map(str::to_owned)
        });
    let named = |text: &String| !text.trim().is_empty() && !expression::is_marked(text);
    let reference = element
        .clone()
        .filter(named)
        .or_else(|| zeebe.clone().filter(named))?;
    let process = known.processes.resolve(&reference)?;
    if element.as_ref() == Some(&reference) {
        reading.element.take("calledElement");
    }
    if let Some(zeebe) = zeebe {
        reading.note((ZEEBE, "calledElement"), How::Mapped, "called", &zeebe);
    }
    take_loop(reading);
    Some(
        Kind::Call {
            process,
            each,
            apart: false,
        }
        .into(),
    )
}

/// What an event is.
fn happening(name: &str, reading: &mut Reading, known: &Known<'_>) -> Option<Found> {
    let said = event::said(&reading.element, known.roots);
    let event = match said {
        Said::Nothing => None,
        Said::One(event) => Some(event),
        Said::Unknown => return None,
    };
    let kind = match (name, &event) {
        ("startEvent", None) => Kind::Start { on: None },
        ("startEvent", Some(Event::Trigger(on))) => Kind::Start {
            on: Some(on.clone()),
        },
        ("endEvent", None) => Kind::End {
            ending: Ending::Done,
        },
        ("endEvent", Some(Event::Stop)) => Kind::End {
            ending: Ending::Stop,
        },
        ("endEvent", Some(Event::Trigger(trigger))) if is_said(trigger) => Kind::End {
            ending: Ending::Throw(trigger.clone()),
        },
        ("intermediateCatchEvent", Some(Event::Trigger(on))) => Kind::Wait { on: on.clone() },
        ("intermediateThrowEvent", Some(Event::Trigger(trigger))) if is_said(trigger) => {
            Kind::Throw {
                trigger: trigger.clone(),
            }
        }
        // Nothing happens in them: whatever comes goes on.
        ("intermediateCatchEvent", Some(Event::Link(_)))
        | ("intermediateThrowEvent", None | Some(Event::Link(_))) => {
            if let Some(Event::Link(link)) = &event {
                reading.note_bpmn("linkEventDefinition", How::Mapped, "link", link);
            }
            return Some(Found {
                kind: Kind::Choose,
                unusual: true,
            });
        }
        ("boundaryEvent", Some(Event::Trigger(on))) => boundary(reading, on, known)?,
        _ => return None,
    };
    if let Some(event) = event {
        take_event(reading, &event, known.roots);
    }
    Some(kind.into())
}

/// Whether something can be said, rather than only waited for.
fn is_said(trigger: &Trigger) -> bool {
    match trigger {
        Trigger::Message(_) | Trigger::Signal(_) | Trigger::Error(_) | Trigger::Escalation(_) => {
            true
        }
        Trigger::After(_) | Trigger::On(_) => false,
    }
}

fn boundary(reading: &mut Reading, on: &Trigger, known: &Known<'_>) -> Option<Kind> {
    let at = known
        .nodes
        .resolve(reading.element.attribute("attachedToRef")?)?;
    reading.element.take("attachedToRef");
    let cancels = reading.element.take("cancelActivity");
    let cancels = !matches!(cancels.as_deref(), Some("false" | "0"));
    Some(Kind::Boundary {
        at,
        on: on.clone(),
        cancels,
    })
}

/// Takes the event definition out if we would write it just so.
fn take_event(reading: &mut Reading, event: &Event, roots: &Roots) {
    let found = reading
        .element
        .elements()
        .find(|one| event::is_definition(one));
    let Some(found) = found else { return };
    let (name, detail) = (found.name.clone(), format!("{event:?}"));
    let same = event::write(event, roots).says(found);
    if same {
        reading.element.take_elements(event::is_definition);
    } else {
        reading.note_bpmn(&name, How::Mapped, "event", &detail);
    }
}
