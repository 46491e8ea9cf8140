//! An XML file as a tree of elements that keep their prefixes, so that what is not understood can be written
//! again word for word.

use std::sync::Arc;

use super::namespace::{BPMN, XSI};

/// The prefixes that are declared where an element stands. Cheap to copy.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope(Option<Arc<Binding>>);

#[derive(Debug)]
struct Binding {
    prefix: String,
    namespace: Arc<str>,
    above: Scope,
    count: usize,
}

impl Scope {
    /// The namespace that a prefix stands for; the empty prefix stands for the default one.
    pub(super) fn namespace(&self, prefix: &str) -> Option<&Arc<str>> {
        let mut at = self.0.as_ref();
        while let Some(binding) = at {
            if binding.prefix == prefix {
                return Some(&binding.namespace);
            }
            at = binding.above.0.as_ref();
        }
        None
    }

    /// A prefix, not the empty one, that stands for a namespace here.
    pub(super) fn prefix(&self, namespace: &str) -> Option<&str> {
        let mut at = self.0.as_ref();
        while let Some(binding) = at {
            let shadowed = self.namespace(&binding.prefix).map(|found| &**found) != Some(namespace);
            if !binding.prefix.is_empty() && &*binding.namespace == namespace && !shadowed {
                return Some(&binding.prefix);
            }
            at = binding.above.0.as_ref();
        }
        None
    }

    /// The scope with one more declaration.
    #[must_use]
    pub(super) fn with(&self, prefix: &str, namespace: &str) -> Self {
        Self(Some(Arc::new(Binding {
            prefix: prefix.to_owned(),
            namespace: namespace.into(),
            above: self.clone(),
            count: self.count() + 1,
        })))
    }

    /// How many declarations there are, with those that others hide.
    pub(super) fn count(&self) -> usize {
        self.0.as_ref().map_or(0, |binding| binding.count)
    }

    /// The declarations, the innermost first.
    pub(super) fn bindings(&self) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        let mut at = self.0.as_ref();
        while let Some(binding) = at {
            found.push((&*binding.prefix, &*binding.namespace));
            at = binding.above.0.as_ref();
        }
        found
    }
}

/// An attribute; declarations of namespaces are none.
#[derive(Debug, Clone)]
pub(super) struct Attribute {
    pub prefix: String,
    pub namespace: Arc<str>,
    pub name: String,
    pub value: String,
}

/// What stands in an element.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Element(Element),
    Text(String),
}

/// An element.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub prefix: String,
    pub namespace: Arc<str>,
    pub name: String,
    pub attributes: Vec<Attribute>,
    pub children: Vec<Content>,
    pub scope: Scope,
}

impl Element {
    /// An element without anything.
    pub(super) fn new(prefix: &str, namespace: &str, name: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
            namespace: namespace.into(),
            name: name.to_owned(),
            attributes: Vec::new(),
            children: Vec::new(),
            scope: Scope::default(),
        }
    }

    /// A new element of BPMN.
    pub(super) fn bpmn(name: &str) -> Self {
        Self::new("bpmn", BPMN, name)
    }

    /// With an attribute that has no namespace.
    #[must_use]
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// With a text.
    #[must_use]
    pub(super) fn holding(mut self, text: &str) -> Self {
        self.children.push(Content::Text(text.to_owned()));
        self
    }

    /// With an element in it.
    #[must_use]
    pub(super) fn around(mut self, child: Self) -> Self {
        self.push(child);
        self
    }

    /// With the type that says that its text is an expression.
    #[must_use]
    pub(super) fn formal(self) -> Self {
        let value = format!("{}:tFormalExpression", self.prefix);
        let value = value.trim_start_matches(':').to_owned();
        self.with_in("xsi", XSI, "type", &value)
    }

    /// With an attribute of a namespace.
    #[must_use]
    pub(super) fn with_in(
        mut self,
        prefix: &str,
        namespace: &str,
        name: &str,
        value: &str,
    ) -> Self {
        self.attributes.push(Attribute {
            prefix: prefix.to_owned(),
            namespace: namespace.into(),
            name: name.to_owned(),
            value: value.to_owned(),
        });
        self
    }

    /// Sets an attribute that has no namespace.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        if let Some(found) = self.attributes.iter_mut().find(|one| one.is("", name)) {
            value.clone_into(&mut found.value);
        } else {
            self.attributes.push(Attribute {
                prefix: String::new(),
                namespace: "".into(),
                name: name.to_owned(),
                value: value.to_owned(),
            });
        }
    }

    /// Puts an element last.
    pub(super) fn push(&mut self, child: Self) {
        self.children.push(Content::Element(child));
    }

    /// Whether it is this element of BPMN.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name && self.is_in(BPMN)
    }

    /// Whether it is of this namespace.
    pub(super) fn is_in(&self, namespace: &str) -> bool {
        &*self.namespace == namespace
    }

    /// An attribute that has no namespace.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attribute_in("", name)
    }

    /// An attribute of a namespace.
    pub(super) fn attribute_in(&self, namespace: &str, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|one| one.is(namespace, name))?;
        Some(&found.value)
    }

    /// Takes out an attribute that has no namespace.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        self.take_in("", name)
    }

    /// Takes out an attribute of a namespace.
    pub(super) fn take_in(&mut self, namespace: &str, name: &str) -> Option<String> {
        let mut attributes = self.attributes.iter();
        let at = attributes.position(|one| one.is(namespace, name))?;
        Some(self.attributes.remove(at).value)
    }

    /// The elements in it.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        })
    }

    /// The elements in it, to change them.
    pub(super) fn elements_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        self.children.iter_mut().filter_map(|child| match child {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        })
    }

    /// The first such element of BPMN in it.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.elements().find(|child| child.is(name))
    }

    /// Takes out the elements that are asked for, in their order; the others stay.
    pub(super) fn take_elements(&mut self, mut wanted: impl FnMut(&Self) -> bool) -> Vec<Self> {
        let mut taken = Vec::new();
        let children = std::mem::take(&mut self.children);
        for child in children {
            match child {
                Content::Element(element) if wanted(&element) => taken.push(element),
                Content::Element(_) | Content::Text(_) => self.children.push(child),
            }
        }
        taken
    }

    /// The text in it, without that of elements in it.
    pub(super) fn text(&self) -> String {
        let texts = self.children.iter().filter_map(|child| match child {
            Content::Text(text) => Some(text.as_str()),
            Content::Element(_) => None,
        });
        texts.collect()
    }

    /// Whether nothing stands in it.
    pub(super) fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.children.is_empty()
    }

    /// Whether both say the same, whatever their prefixes and the order of their attributes.
    pub(super) fn says(&self, other: &Self) -> bool {
        let same_attributes = self.attributes.len() == other.attributes.len()
            && self.attributes.iter().all(|one| {
                let value = other.attribute_in(&one.namespace, &one.name);
                value.is_some_and(|value| one.says(value))
            });
        self.namespace == other.namespace
            && self.name == other.name
            && same_attributes
            && self.text() == other.text()
            && self.elements().count() == other.elements().count()
            && self
                .elements()
                .zip(other.elements())
                .all(|(one, two)| one.says(two))
    }

    /// Calls for it and for every element in it, the outer ones first.
    pub(super) fn visit(&self, each: &mut impl FnMut(&Self)) {
        each(self);
        for child in self.elements() {
            child.visit(each);
        }
    }

    /// Gives new elements of BPMN another prefix; those that were read keep theirs.
    pub(super) fn rename(&mut self, prefix: &str) {
        if self.scope.count() > 0 {
            return;
        }
        if self.is_in(BPMN) {
            prefix.clone_into(&mut self.prefix);
        }
        for attribute in &mut self.attributes {
            if attribute.is(XSI, "type") && &*attribute.value == "bpmn:tFormalExpression" {
                attribute.value = format!("{prefix}:tFormalExpression");
                attribute.value = attribute.value.trim_start_matches(':').to_owned();
            }
        }
        for child in self.elements_mut() {
            child.rename(prefix);
        }
    }
}

impl Attribute {
    fn is(&self, namespace: &str, name: &str) -> bool {
        self.name == name && &*self.namespace == namespace
    }

    fn says(&self, value: &str) -> bool {
        let local = |text: &str| text.rsplit(':').next().map(str::to_owned);
        self.value == value || self.is(XSI, "type") && local(&self.value) == local(value)
    }
}
