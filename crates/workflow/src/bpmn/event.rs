//! What an event is about: its event definition.

use super::{expression, namespace::BPMN, roots::Roots, span, tree::Element};
use crate::definition::Trigger;

/// What an event definition says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    Trigger(Trigger),
    /// All is over.
    Stop,
    /// Goes on at, or comes from, the link of this name.
    Link(String),
}

/// What the event definitions of an element say.
pub(super) enum Said {
    Nothing,
    One(Event),
    /// Several, or one that is not understood.
    Unknown,
}

/// Whether an element is an event definition.
pub(super) fn is_definition(element: &Element) -> bool {
    element.is_in(BPMN)
        && (element.name.ends_with("EventDefinition") || element.name == "eventDefinitionRef")
}

/// What the event definitions of an element say.
pub(super) fn said(element: &Element, roots: &Roots) -> Said {
    let mut definitions = element.elements().filter(|one| is_definition(one));
    match (definitions.next(), definitions.next()) {
        (None, _) => Said::Nothing,
        (Some(one), None) => read(one, roots).map_or(Said::Unknown, Said::One),
        (Some(_), Some(_)) => Said::Unknown,
    }
}

/// What an event definition says.
pub(super) fn read(definition: &Element, roots: &Roots) -> Option<Event> {
    let label = |kind, name: &str| roots.label(kind, definition.attribute(name));
    Some(match &*definition.name {
        "messageEventDefinition" => {
            Event::Trigger(Trigger::Message(label("message", "messageRef")))
        }
        "signalEventDefinition" => Event::Trigger(Trigger::Signal(label("signal", "signalRef"))),
        "errorEventDefinition" => Event::Trigger(Trigger::Error(label("error", "errorRef"))),
        "escalationEventDefinition" => {
            Event::Trigger(Trigger::Escalation(label("escalation", "escalationRef")))
        }
        "terminateEventDefinition" => Event::Stop,
        "linkEventDefinition" => Event::Link(definition.attribute("name")?.to_owned()),
        "timerEventDefinition" => Event::Trigger(timer(definition)?),
        _ => return None,
    })
}

fn timer(definition: &Element) -> Option<Trigger> {
    let said = |name| definition.child(name).map(Element::text);
    match (said("timeDuration"), said("timeDate"), said("timeCycle")) {
        (Some(duration), None, None) => span::parse(&duration).map(Trigger::After),
        (None, Some(date), None) if expression::is_marked(&date) => {
            expression::variable(&date).map(Trigger::On)
        }
        _ => None,
    }
}

/// The event definition that says so.
pub(super) fn write(event: &Event, roots: &Roots) -> Element {
    let about = |kind: &'static str, label: &str| {
        let element = Element::bpmn(&format!("{kind}EventDefinition"));
        let id = roots.id(kind, label);
        if label.is_empty() {
            element
        } else {
            element.with(&format!("{kind}Ref"), &id)
        }
    };
    let timer = |name, text: &str| {
        let time = Element::bpmn(name).formal().holding(text);
        Element::bpmn("timerEventDefinition").around(time)
    };
    match event {
        Event::Stop => Element::bpmn("terminateEventDefinition"),
        Event::Link(name) => Element::bpmn("linkEventDefinition").with("name", name),
        Event::Trigger(Trigger::Message(label)) => about("message", label),
        Event::Trigger(Trigger::Signal(label)) => about("signal", label),
        Event::Trigger(Trigger::Error(label)) => about("error", label),
        Event::Trigger(Trigger::Escalation(label)) => about("escalation", label),
        Event::Trigger(Trigger::After(span)) => timer("timeDuration", &span::write(*span)),
        Event::Trigger(Trigger::On(item)) => timer("timeDate", &format!("${{{item}}}")),
    }
}

/// The kind and label of what has to stand outside of the process for a trigger.
pub(super) fn root(trigger: &Trigger) -> Option<(&'static str, &str)> {
    match trigger {
        Trigger::Message(label) => Some(("message", label)),
        Trigger::Signal(label) => Some(("signal", label)),
        Trigger::Error(label) => Some(("error", label)),
        Trigger::Escalation(label) => Some(("escalation", label)),
        Trigger::After(_) | Trigger::On(_) => None,
    }
}
