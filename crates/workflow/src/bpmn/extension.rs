//! The extension element of ours that carries what BPMN cannot say, as a difference in JSON.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{How, NAMESPACE, Remark, namespace::BPMN, patch, tree::Element};

/// Its name.
const NAME: &str = "more";

/// What stood in it.
pub(super) struct More {
    /// The element that it was written for.
    meant: String,
    value: Option<Value>,
}

/// Takes it out of an element, and the element around it if nothing else is there.
pub(super) fn take(element: &mut Element) -> Option<More> {
    let extensions = element
        .elements_mut()
        .find(|one| one.is("extensionElements"))?;
    let ours = |one: &Element| one.is_in(NAMESPACE) && one.name == NAME;
    let taken = extensions.take_elements(ours).pop();
    if extensions.is_empty() {
        element.take_elements(|one| one.is("extensionElements") && one.is_empty());
    }
    let taken = taken?;
    let meant = taken.attribute("for").unwrap_or("").to_owned();
    Some(More {
        meant,
        value: serde_json::from_str(&taken.text()).ok(),
    })
}

/// Puts one into an element.
pub(super) fn put(element: &mut Element, value: &Value) {
    let meant = element.name.clone();
    let ours = Element::new("andu", NAMESPACE, NAME)
        .with("for", &meant)
        .holding(&patch::to_text(value));
    if let Some(extensions) = element
        .elements_mut()
        .find(|one| one.is("extensionElements"))
    {
        extensions.push(ours);
    } else {
        let prefix = element.prefix.clone();
        element.push(Element::new(&prefix, BPMN, "extensionElements").around(ours));
        super::order::sort(element);
    }
}

impl More {
    /// What it says, if it was written for such an element; another program may have made it another one.
    pub(super) fn value(&self, element: &str) -> Option<&Value> {
        self.value.as_ref().filter(|_| self.meant == element)
    }

    /// What of it still holds for such an element: not what kind of node it is, where that was changed.
    pub(super) fn apply<T: Serialize + DeserializeOwned>(
        &self,
        to: &mut T,
        element: &str,
        place: &str,
        report: &mut Vec<Remark>,
    ) {
        let mut patch = self.value.clone();
        if let Some(Value::Object(patch)) = &mut patch
            && self.meant != element
            && (patch.remove("kind").is_some() | patch.remove("foreign").is_some())
        {
            report.push(remark(place, "extension_outdated", &self.meant));
        }
        let changed = patch.and_then(|patch| put_on(to, &patch));
        match changed {
            Some(changed) => *to = changed,
            None => report.push(remark(place, "extension_unreadable", "")),
        }
    }
}

/// A value with a difference put on; `None` where that gives none.
pub(super) fn put_on<T: Serialize + DeserializeOwned>(value: &T, patch: &Value) -> Option<T> {
    let mut json = serde_json::to_value(value).ok()?;
    patch::put_on(&mut json, patch);
    serde_json::from_value(json).ok()
}

/// The remark that ours was not taken over.
pub(super) fn remark(place: &str, code: &'static str, detail: &str) -> Remark {
    Remark {
        place: place.to_owned(),
        name: format!("andu:{NAME}"),
        how: How::Dropped,
        code,
        detail: detail.to_owned(),
    }
}
