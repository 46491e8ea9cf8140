//! In which order BPMN wants the children of an element, and which elements are nodes.

use super::tree::{Content, Element};

/// The elements that are nodes of a process.
pub(super) const NODES: [&str; 22] = [
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "scriptTask",
    "businessRuleTask",
    "sendTask",
    "receiveTask",
    "callActivity",
    "subProcess",
    "transaction",
    "adHocSubProcess",
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "eventBasedGateway",
    "complexGateway",
];

/// Where a child stands among the others.
pub(super) fn rank(name: &str, in_process: bool) -> u8 {
    match name {
        "documentation" => 0,
        "extensionElements" => 1,
        "auditing" => 2,
        "monitoring" => 3,
        "categoryValueRef" => 4,
        "incoming" => 5,
        "outgoing" => 6,
        "ioSpecification" | "supportedInterfaceRef" => 7,
        "ioBinding" => 8,
        "property" | "dataInput" | "dataOutput" => 9,
        "dataInputAssociation" if !in_process => 10,
        "dataOutputAssociation" if !in_process => 11,
        "inputSet" | "outputSet" => 12,
        "resourceRole" | "performer" | "humanPerformer" | "potentialOwner" if !in_process => 13,
        "multiInstanceLoopCharacteristics" | "standardLoopCharacteristics" => 14,
        "laneSet" | "partitionElement" => 15,
        "flowNodeRef" => 17,
        "childLaneSet" => 18,
        "association" | "group" | "textAnnotation" => 30,
        "resourceRole" | "performer" | "humanPerformer" | "potentialOwner" => 31,
        "correlationSubscription" => 32,
        "supports" => 33,
        "completionCondition" => 34,
        _ => 20,
    }
}

/// Puts the children of an element in order; those of one rank stay as they are.
pub(super) fn sort(element: &mut Element) {
    let in_process = element.is("process");
    element.children.sort_by_key(|child| match child {
        Content::Element(child) => rank(&child.name, in_process),
        Content::Text(_) => 0,
    });
}
