//! Loops over several: multi-instance characteristics of groups and calls.

use super::{
    count, expression,
    namespace::{VENDORS, ZEEBE},
    tree::Element,
};
use crate::{
    Key,
    definition::{Each, Passing},
};

/// The loop of an element, whether it is understood or not.
pub(super) fn found(element: &Element) -> Option<&Element> {
    element.elements().find(|one| is_loop(one))
}

/// Whether an element is a loop.
pub(super) fn is_loop(element: &Element) -> bool {
    element.is("multiInstanceLoopCharacteristics") || element.is("standardLoopCharacteristics")
}

/// What a loop is over, and for each the item that it finds its own in.
pub(super) struct Over {
    pub of: Key,
    pub item: Option<Key>,
}

/// What a loop is over, if an item says so.
pub(super) fn over(element: &Element) -> Option<Over> {
    if !element.is("multiInstanceLoopCharacteristics") {
        return None;
    }
    let vendor = |names: [&str; 1]| {
        let mut spaces = VENDORS.iter();
        spaces
            .find_map(|space| element.attribute_in(space, names[0]))
            .map(str::to_owned)
    };
    let child = |name| element.child(name).map(Element::text);
    let zeebe = element.child("extensionElements").and_then(|extensions| {
        extensions
            .elements()
            .find(|one| one.is_in(ZEEBE) && one.name == "loopCharacteristics")
    });
    let zeebe = |name: &str| zeebe.and_then(|one| one.attribute(name)).map(str::to_owned);
    let of = vendor(["collection"])
        .or_else(|| child("loopDataInputRef"))
        .or_else(|| zeebe("inputCollection"))
        .or_else(|| child("loopCardinality").filter(|text| expression::is_marked(text)))?;
    let item = vendor(["elementVariable"])
        .or_else(|| {
            element
                .child("inputDataItem")?
                .attribute("name")
                .map(str::to_owned)
        })
        .or_else(|| zeebe("inputElement"));
    let item = item.and_then(|item| Key::new(item.trim()).ok());
    Some(Over {
        of: expression::variable(&of)?,
        item,
    })
}

/// When a loop is done; `None` where it is not understood.
pub(super) fn done(element: &Element) -> Option<Passing> {
    match element.child("completionCondition") {
        None => Some(Passing::All),
        Some(condition) if condition.text().trim().is_empty() => Some(Passing::All),
        Some(condition) => count::passing(&condition.text()),
    }
}

/// Whether a loop is done one after another.
pub(super) fn in_turn(element: &Element) -> bool {
    element
        .attribute("isSequential")
        .is_some_and(|value| matches!(value.trim(), "true" | "1"))
}

/// The loop; `None` where it is not understood.
pub(super) fn read(element: &Element) -> Option<Each> {
    let behavior = element.attribute("behavior").unwrap_or("All");
    let Over { of, item } = over(element).filter(|_| behavior == "All")?;
    Some(Each {
        of,
        item,
        own: Vec::new(),
        in_turn: in_turn(element),
        done: done(element)?,
    })
}

/// The loop in BPMN.
pub(super) fn write(each: &Each) -> Element {
    let mut element = Element::bpmn("multiInstanceLoopCharacteristics");
    if each.in_turn {
        element.set("isSequential", "true");
    }
    element.push(Element::bpmn("loopDataInputRef").holding(&each.of));
    if let Some(item) = &each.item {
        element.push(Element::bpmn("inputDataItem").with("name", item));
    }
    if let Some(text) = count::write(each.done) {
        element.push(Element::bpmn("completionCondition").formal().holding(&text));
    }
    element
}
