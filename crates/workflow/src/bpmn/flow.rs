//! What follows what, read: sequence flows with their conditions, and links.

use std::collections::BTreeMap;

use super::{
    How, Remark,
    event::{self, Event, Said},
    expression,
    identity::Ids,
    reading::{Reading, ours},
    report::short,
    roots::Roots,
    tree::Element,
};
use crate::{
    Key,
    definition::{Flow, Guard},
};

/// A flow, or the element again where it leads from nowhere or to nowhere.
pub(super) fn read(
    element: Element,
    id: Key,
    otherwise: bool,
    nodes: &Ids,
    report: &mut Vec<Remark>,
) -> Result<Flow, Element> {
    let end = |name| nodes.resolve(element.attribute(name)?);
    let (Some(from), Some(to)) = (end("sourceRef"), end("targetRef")) else {
        let mut element = element;
        element.set("id", &id);
        return Err(element);
    };
    for (name, end) in [("sourceRef", &from), ("targetRef", &to)] {
        if nodes.find(element.attribute(name).unwrap_or("")).is_none() {
            report.push(Remark {
                place: id.to_string(),
                name: name.to_owned(),
                how: How::Mapped,
                code: "names_nothing",
                detail: short(end),
            });
        }
    }
    let mut reading = Reading::new(element, &id);
    reading.element.take("sourceRef");
    reading.element.take("targetRef");
    let title = reading.element.take("name").unwrap_or_default();
    let when = condition(&mut reading);
    let foreign = reading.finish(report);
    Ok(Flow {
        id,
        from,
        to,
        title,
        when,
        otherwise,
        foreign,
    })
}

fn condition(reading: &mut Reading) -> Option<Guard> {
    let found = reading.element.child("conditionExpression")?;
    let text = found.text();
    let guard = guard(found)?;
    let same = write_condition(&guard).says(found);
    let (how, code) = if guard.is_foreign() {
        (How::Kept, "condition_not_understood")
    } else {
        (How::Mapped, "condition")
    };
    if same {
        reading
            .element
            .take_elements(|one| one.is("conditionExpression"));
    }
    if !same || guard.is_foreign() {
        reading.note_bpmn("conditionExpression", how, code, &text);
    }
    Some(guard)
}

/// What a condition says; `None` where nothing stands in it.
pub(super) fn guard(condition: &Element) -> Option<Guard> {
    let text = condition.text();
    if text.trim().is_empty() {
        return None;
    }
    Some(expression::parse(&text).unwrap_or(Guard::Foreign(text)))
}

/// The condition in BPMN.
pub(super) fn write_condition(guard: &Guard) -> Element {
    Element::bpmn("conditionExpression")
        .formal()
        .holding(&expression::write(guard))
}

/// Link events of one level, by their names.
#[derive(Default)]
pub(super) struct Links {
    thrown: Vec<(Option<usize>, String, Key)>,
    caught: BTreeMap<(Option<usize>, String), Key>,
}

impl Links {
    /// Looks at a node before it is read.
    pub(super) fn see(
        &mut self,
        element: &Element,
        (inside, key): (Option<usize>, &Key),
        roots: &Roots,
    ) {
        let Said::One(Event::Link(name)) = event::said(element, roots) else {
            return;
        };
        match &*element.name {
            "intermediateThrowEvent" => self.thrown.push((inside, name, key.clone())),
            "intermediateCatchEvent" => {
                self.caught
                    .entry((inside, name))
                    .or_insert_with(|| key.clone());
            }
            _ => {}
        }
    }

    /// The flows that links stand for.
    pub(super) fn flows(self, ids: &mut Ids) -> Vec<Flow> {
        let caught = self.caught;
        let each = self.thrown.into_iter().filter_map(|(level, name, from)| {
            let to = caught.get(&(level, name.clone()))?.clone();
            let id = ids.fresh(&format!("link_{from}"));
            Some(Flow {
                id,
                from,
                to,
                title: String::new(),
                when: None,
                otherwise: false,
                foreign: vec![ours("link", &name)],
            })
        });
        each.collect()
    }
}
