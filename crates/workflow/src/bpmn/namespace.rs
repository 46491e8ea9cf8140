//! The namespaces that are known, the usual prefixes of them, and names as XML allows them.

/// BPMN 2.0.
pub(super) const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
/// What is drawn.
pub(super) const BPMNDI: &str = "http://www.omg.org/spec/BPMN/20100524/DI";
/// Boxes.
pub(super) const DC: &str = "http://www.omg.org/spec/DD/20100524/DC";
/// Bends.
pub(super) const DI: &str = "http://www.omg.org/spec/DD/20100524/DI";
/// Types of expressions.
pub(super) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// `xml:lang` and the like.
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// Flowable.
pub(super) const FLOWABLE: &str = "http://flowable.org/bpmn";
/// Activiti.
pub(super) const ACTIVITI: &str = "http://activiti.org/bpmn";
/// Camunda 7.
pub(super) const CAMUNDA: &str = "http://camunda.org/schema/1.0/bpmn";
/// Camunda 8.
pub(super) const ZEEBE: &str = "http://camunda.org/schema/zeebe/1.0";

/// Whose attributes for people are understood.
pub(super) const VENDORS: [&str; 3] = [FLOWABLE, ACTIVITI, CAMUNDA];

/// The usual prefix of a namespace.
pub(super) fn usual(namespace: &str) -> Option<&'static str> {
    Some(match namespace {
        BPMN => "bpmn",
        BPMNDI => "bpmndi",
        DC => "dc",
        DI => "di",
        XSI => "xsi",
        FLOWABLE => "flowable",
        ACTIVITI => "activiti",
        CAMUNDA => "camunda",
        ZEEBE => "zeebe",
        super::NAMESPACE => "andu",
        _ => return None,
    })
}

/// Whether a text may be an id in XML: a letter or `_`, then letters, digits, `.`, `-`, `_`.
pub(super) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(begins) && characters.all(goes_on)
}

/// A text made into an id; what may not stand in one becomes `_`.
pub(super) fn to_name(text: &str) -> String {
    let body: String = text
        .chars()
        .map(|one| if goes_on(one) { one } else { '_' })
        .collect();
    if body.chars().next().is_some_and(begins) {
        body
    } else {
        format!("_{body}")
    }
}

fn begins(character: char) -> bool {
    matches!(character, 'A'..='Z' | 'a'..='z' | '_'
        | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
        | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}'
        | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

/// Whether a character may stand inside a name.
pub(super) fn goes_on(character: char) -> bool {
    begins(character)
        || matches!(character, '0'..='9' | '-' | '.' | '\u{b7}'
            | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// Whether XML 1.0 allows a character.
pub(super) fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}'
        | '\u{10000}'..='\u{10ffff}')
}
