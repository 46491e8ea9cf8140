//! The models of `timKraeuter/rust_bpmn_analyzer` (89a334e) with the answers that its own tests expect.
//! The files are not part of this repository; where they are not there, nothing is compared.

use std::path::PathBuf;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::*;

const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/samples/bpmn/analyzer"
);

/// Nodes and flows of the first process of a file; just enough for these models.
pub(super) fn read(name: &str) -> Option<Definition> {
    let path: PathBuf = [FOLDER, &format!("{name}.bpmn")].iter().collect();
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("not there, not compared: {}", path.display());
        return None;
    };
    let mut reader = Reader::from_str(&text);
    let mut drawn = empty();
    let mut processes = 0;
    loop {
        match reader.read_event().expect("XML") {
            Event::Start(tag) | Event::Empty(tag) => take(&mut drawn, &mut processes, &tag),
            Event::Eof => break,
            _ => {}
        }
    }
    decide(&mut drawn);
    Some(drawn)
}

fn take(drawn: &mut Definition, processes: &mut u32, tag: &BytesStart<'_>) {
    let tag_name = tag.local_name().as_ref().to_owned();
    let attribute = |name: &str| {
        let found = tag.try_get_attribute(name).expect("attributes");
        found.map(|value| value.value.into_owned())
    };
    let word = match tag_name.as_str() {
        "process" => {
            *processes += 1;
            return;
        }
        "sequenceFlow" if *processes == 1 => {
            let of = |name: &str| attribute(name).expect("an end");
            let mut one = flow(&of("sourceRef"), &of("targetRef"), None, false);
            one.id = key(&of("id"));
            drawn.flows.push(one);
            return;
        }
        "terminateEventDefinition" => {
            if let Some(last) = drawn.nodes.last_mut() {
                last.kind = kind("stop");
            }
            return;
        }
        "startEvent" => "start",
        "endEvent" => "end",
        "task" | "serviceTask" | "userTask" | "sendTask" | "receiveTask" => "step",
        "exclusiveGateway" => "choose",
        "parallelGateway" => "all",
        "intermediateThrowEvent" => "auto",
        "intermediateCatchEvent" => "wait",
        _ => return,
    };
    if *processes == 1 {
        let id = attribute("id").expect("an id");
        drawn.nodes.push(node(&id, word));
    }
}

/// Unsafe, no option to complete, no proper completion, dead activities.
fn verdicts(report: &Report) -> [bool; 4] {
    let has = |codes: &[Code]| codes.iter().any(|code| report.of(*code).next().is_some());
    [
        has(&[Code::Unsafe]),
        has(&[Code::Deadlock, Code::Livelock]),
        has(&[Code::EndsTwice]),
        has(&[Code::Dead, Code::Unreachable]),
    ]
}

#[test]
fn the_answers_are_those_of_the_analyzer() {
    let p = "core_tests_resources_unit_properties_";
    let table: [(&str, &str, [u8; 4]); 18] = [
        ("core_tests_resources_integration_", "p2", [0, 0, 0, 0]),
        ("core_tests_resources_integration_", "p10", [0, 1, 0, 1]),
        (
            "core_tests_resources_integration_",
            "p6_stuck",
            [0, 1, 0, 1],
        ),
        (
            "core_tests_resources_integration_",
            "livelock",
            [1, 1, 9, 0],
        ),
        ("cli_benchmark_input_", "p10x01", [0, 0, 0, 0]),
        ("cli_benchmark_input_", "p15x01", [0, 0, 0, 0]),
        ("cli_benchmark_input_", "p17x01", [0, 0, 0, 0]),
        ("cli_tests_resources_", "p6_stuck", [0, 1, 0, 1]),
        (p, "safeness_unsafe", [1, 0, 9, 0]),
        (
            p,
            "option_to_complete_no-option-to-complete-1",
            [0, 1, 0, 9],
        ),
        (
            p,
            "option_to_complete_no-option-to-complete-2",
            [0, 1, 0, 9],
        ),
        (p, "proper_completion_no-proper-completion-1", [0, 0, 1, 0]),
        (p, "proper_completion_no-proper-completion-2", [0, 0, 1, 0]),
        (
            p,
            "proper_completion_no-proper-completion-3-unsafe",
            [1, 0, 1, 0],
        ),
        (p, "proper_completion_proper-completion-1", [0, 0, 0, 0]),
        (p, "proper_completion_proper-completion-2", [0, 0, 0, 0]),
        (p, "no_dead_activities_dead-activities", [9, 9, 9, 1]),
        (p, "no_dead_activities_no-dead-activities", [0, 0, 0, 0]),
    ];
    for (folder, file, expected) in table {
        let Some(drawn) = read(&format!("{folder}{file}")) else {
            continue;
        };
        let report = look(&drawn);
        let found = verdicts(&report);
        for (at, expected) in expected.iter().enumerate() {
            // 9: the analyzer's tests do not ask this of the file.
            let fits = *expected == 9 || (*expected == 1) == found[at];
            assert!(
                fits,
                "{file}, {at}: {found:?} instead of {expected}: {report:#?}"
            );
        }
    }
}

#[test]
fn the_large_parallel_models_take_few_states() {
    for file in ["cli_benchmark_input_p15x01", "cli_benchmark_input_p17x01"] {
        let Some(drawn) = read(file) else { continue };
        let report = look(&drawn);
        assert!(
            report.complete && report.states < 30,
            "{file}: {}",
            report.states
        );
    }
}
