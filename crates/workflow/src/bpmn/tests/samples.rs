use std::{collections::BTreeMap, path::PathBuf};

use super::*;
use crate::definition::{Foreign, Kind};

/// The sample files of a folder; none where they are not at hand.
fn samples(folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let shared =
        ["../../../shared", "../../../../shared"].map(|up| root.join(up).join("samples/bpmn"));
    let Some(shared) = shared.into_iter().find(|shared| shared.is_dir()) else {
        println!("the BPMN samples are not at hand: skipped");
        return Vec::new();
    };
    let mut open = vec![shared.join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder is read") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|one| one == "bpmn") {
                let bytes = std::fs::read(&path).expect("the file is read");
                found.push((path, bytes));
            }
        }
    }
    found.sort();
    println!("{folder}: {} files", found.len());
    found
}

fn all_come_back(folder: &str) {
    for (path, bytes) in samples(folder) {
        println!("{}", path.display());
        let imported = round_trip(&bytes);
        assert!(
            !imported.definitions.is_empty(),
            "{} has a process",
            path.display()
        );
        let bare = export(&imported.definitions, None).expect("it is written without its frame");
        let read = import(bare.as_bytes()).expect("it is read");
        assert_eq!(
            imported.definitions,
            read.definitions,
            "{} without its frame",
            path.display()
        );
    }
}

#[test]
fn files_of_the_interchange_group_come_back() {
    all_come_back("miwg");
}

#[test]
fn files_of_betsy_come_back() {
    all_come_back("betsy");
}

#[test]
fn files_of_the_analyzer_come_back() {
    all_come_back("analyzer");
}

/// How often an element begins in a text, whatever its prefix.
fn count(xml: &str, name: &str) -> usize {
    let ends = [' ', '>', '/', '\n', '\r', '\t'];
    let begun = xml.match_indices('<').filter(|(at, _)| {
        let tag = xml[at + 1..].split(ends).next().unwrap_or("");
        tag.rsplit(':').next() == Some(name)
    });
    begun.count()
}

fn kinds(definitions: &[Definition]) -> BTreeMap<&'static str, usize> {
    let mut found = BTreeMap::new();
    for node in definitions.iter().flat_map(|one| &one.nodes) {
        let kind = match node.kind {
            Kind::Start { .. } => "start",
            Kind::End { .. } => "end",
            Kind::Step(_) => "step",
            Kind::Auto { .. } => "auto",
            Kind::Choose => "choose",
            Kind::Parallel => "parallel",
            Kind::Inclusive => "inclusive",
            Kind::Gather { .. } => "gather",
            Kind::Await => "await",
            Kind::Wait { .. } => "wait",
            Kind::Throw { .. } => "throw",
            Kind::Group { .. } => "group",
            Kind::Call { .. } => "call",
            Kind::Boundary { .. } => "boundary",
            Kind::Foreign { .. } => "foreign",
        };
        *found.entry(kind).or_default() += 1;
    }
    found
}

#[test]
fn kinds_of_nodes_are_as_many_as_their_elements() {
    for (path, bytes) in samples("miwg") {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or("");
        if !name.starts_with('A') && !name.starts_with("C.1") && !name.starts_with("C.7") {
            continue;
        }
        let xml = String::from_utf8(bytes.clone()).expect("a text");
        let imported = import(&bytes).expect("it is read");
        let found = kinds(&imported.definitions);
        let of = |kind: &str| found.get(kind).copied().unwrap_or(0);
        // What is kept as foreign is an element all the same.
        let elements = |names: &[&str]| {
            let all = names.iter().map(|name| count(&xml, name)).sum::<usize>();
            let nodes = imported.definitions.iter().flat_map(|one| &one.nodes);
            let kept = nodes.filter(|node| {
                matches!(&node.kind, Kind::Foreign { element } if names.contains(&element.as_str()))
            });
            all - kept.count()
        };
        println!("{name}: {found:?}");
        assert!(of("foreign") <= 1, "{name}: next to nothing is beyond us");
        assert_eq!(of("start"), elements(&["startEvent"]), "{name}: starts");
        assert_eq!(of("end"), elements(&["endEvent"]), "{name}: ends");
        assert_eq!(
            of("step"),
            elements(&["task", "userTask", "manualTask"]),
            "{name}: steps"
        );
        let autos = ["serviceTask", "scriptTask", "sendTask", "businessRuleTask"];
        assert_eq!(of("auto"), elements(&autos), "{name}: autos");
        assert_eq!(of("group"), elements(&["subProcess"]), "{name}: groups");
        assert_eq!(
            of("parallel"),
            elements(&["parallelGateway"]),
            "{name}: parallels"
        );
        assert_eq!(
            of("boundary"),
            elements(&["boundaryEvent"]),
            "{name}: boundaries"
        );
        let flows = imported
            .definitions
            .iter()
            .map(|one| one.flows.len())
            .sum::<usize>();
        let links = imported.definitions.iter().flat_map(|one| &one.flows);
        let links = links.filter(|flow| flow.id.starts_with("link_")).count();
        assert_eq!(flows - links, count(&xml, "sequenceFlow"), "{name}: flows");
        let drawn = imported
            .definitions
            .iter()
            .map(|one| one.drawing.shapes.len())
            .sum::<usize>();
        let nodes = imported
            .definitions
            .iter()
            .map(|one| one.nodes.len())
            .sum::<usize>();
        assert_eq!(drawn, nodes, "{name}: every node is drawn");
    }
}

/// What is kept in a definition, with the id of where it stood.
fn kept(definition: &Definition) -> Vec<(&str, &Foreign)> {
    let nodes = definition
        .nodes
        .iter()
        .map(|node| (&node.id, &node.foreign));
    let flows = definition
        .flows
        .iter()
        .map(|flow| (&flow.id, &flow.foreign));
    let all = nodes
        .chain(flows)
        .chain([(&definition.id, &definition.foreign)]);
    let each = all.flat_map(|(id, foreign)| foreign.iter().map(|one| (id.as_str(), one)));
    each.filter(|(_, one)| one.namespace != crate::bpmn::NAMESPACE)
        .collect()
}

#[test]
fn report_names_each_foreign_thing_once() {
    for (path, bytes) in samples("miwg") {
        let imported = import(&bytes).expect("it is read");
        for (id, foreign) in imported.definitions.iter().flat_map(kept) {
            let name = crate::bpmn::reading::named(&foreign.namespace, &foreign.name);
            let here = |place: &str, other: &str| place == id && other == name;
            let said = imported
                .report
                .iter()
                .filter(|one| here(&one.place, &one.name))
                .count();
            let all = imported.definitions.iter().flat_map(kept);
            let there = all.filter(|(place, one)| {
                let other = crate::bpmn::reading::named(&one.namespace, &one.name);
                here(place, &other)
            });
            let there = there.count();
            assert_eq!(said, there, "{}: {name} of {id}", path.display());
        }
        let lost = imported.report.iter().filter(|one| one.how == How::Dropped);
        let lost: Vec<_> = lost.filter(|one| one.code != "comments_dropped").collect();
        assert!(lost.is_empty(), "{}: {lost:?}", path.display());
    }
}
