//! `andu process` as people run it.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

fn andu(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_andu"));
    command.current_dir(folder).arg("process").args(args);
    command.output().expect("the command runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json(folder: &Path, args: &[&str]) -> Value {
    let output = andu(folder, &[args, &["--json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{args:?}: {output:?}"))
}

/// A choice whose ways are joined by a gateway that waits for both.
const STUCK: &str = include_str!("../../tests/fixtures/stuck.bpmn");

#[test]
fn a_deadlock_is_shown_with_the_way_that_leads_to_it() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("stuck.bpmn"), STUCK).expect("a file");
    let output = andu(folder.path(), &["check", "stuck.bpmn"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = out(&output);
    assert!(said.contains("流程可能停在“汇合”"), "{said}");
    assert!(said.contains("天数 → 科长审批"), "{said}");
    assert!(
        said.contains("可改：“汇合”改为任一路到达即继续。"),
        "{said}"
    );
    let told = json(folder.path(), &["check", "stuck.bpmn"]);
    let findings = told["processes"][0]["findings"]
        .as_array()
        .expect("findings");
    let deadlock = findings
        .iter()
        .find(|found| found["finding"]["code"] == "deadlock");
    let trace = &deadlock.expect("the deadlock")["finding"]["trace"];
    assert!(
        trace.as_array().is_some_and(|steps| steps.len() >= 3),
        "{trace}"
    );
}

#[test]
fn what_is_shipped_is_clean_and_goes_out_and_comes_back_equal() {
    let folder = TempDir::new().expect("a folder");
    let list = json(folder.path(), &["list"]);
    let all = list["processes"].as_array().expect("processes");
    assert!(!all.is_empty());
    for process in all {
        let id = process["id"].as_str().expect("an id");
        let checked = andu(folder.path(), &["check", id]);
        assert_eq!(checked.status.code(), Some(0), "{}", out(&checked));
        for args in [
            ["export", id, "--out", "first.json"],
            ["export", id, "--out", "one.bpmn"],
            ["import", "one.bpmn", "--out", "back.json"],
        ] {
            let done = andu(folder.path(), &args);
            assert_eq!(done.status.code(), Some(0), "{args:?}: {done:?}");
        }
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
        assert_eq!(read("back.json"), read("first.json"));
        let played = andu(folder.path(), &["simulate", id, "--runs", "40"]);
        assert_eq!(played.status.code(), Some(0), "{}", out(&played));
        assert!(
            out(&played).contains("演练 40 次，办结 40"),
            "{}",
            out(&played)
        );
    }
}

#[test]
fn what_is_no_process_is_refused_in_words_and_nothing_is_written() {
    let folder = TempDir::new().expect("a folder");
    let bomb = "<!DOCTYPE a [<!ENTITY b \"c\">]><definitions/>";
    for (name, text) in [
        ("a.json", "{}"),
        ("b.bpmn", "你好"),
        ("c.bpmn", bomb),
        ("d.bpmn", ""),
    ] {
        fs::write(folder.path().join(name), text).expect("a file");
        let refused = andu(folder.path(), &["import", name, "--out", "out.json"]);
        assert_eq!(refused.status.code(), Some(2), "{name}: {refused:?}");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains(name) && said.contains("流程"), "{said}");
    }
    assert!(!folder.path().join("out.json").exists());
    let over = andu(folder.path(), &["export", "outgoing", "--out", "x.bpmn"]);
    assert!(over.status.success());
    let same = andu(folder.path(), &["export", "x.bpmn", "--out", "x.bpmn"]);
    assert_eq!(same.status.code(), Some(2), "never over what it reads");
}

/// A shipped process with one step more between 校对 and 用印.
fn with_one_step_more() -> String {
    let net = andu_workflow::newest_process("outgoing").expect("it is shipped");
    let mut process = serde_json::to_value(&net.definition).expect("json");
    let nodes = process["nodes"].as_array_mut().expect("nodes");
    let mut step = nodes
        .iter()
        .find(|node| node["id"] == "proof")
        .expect("a step")
        .clone();
    step["id"] = "second_proof".into();
    step["title"] = "二校".into();
    nodes.push(step);
    let flows = process["flows"].as_array_mut().expect("flows");
    let flow = flows
        .iter_mut()
        .find(|flow| flow["id"] == "proof-seal")
        .expect("a flow");
    let mut next = flow.clone();
    flow["to"] = "second_proof".into();
    next["id"] = "second_proof-seal".into();
    next["from"] = "second_proof".into();
    flows.push(next);
    process.to_string()
}

#[test]
fn the_book_changes_when_the_process_changes() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("more.json"), with_one_step_more()).expect("a file");
    let before = json(folder.path(), &["describe", "outgoing", "--out", "a.pdf"]);
    let after = json(folder.path(), &["describe", "more.json", "--out", "b.pdf"]);
    let (before, after) = (&before["processes"][0], &after["processes"][0]);
    assert_ne!(before["hash"], after["hash"]);
    let count = |of: &Value, path: &str| {
        of.pointer(path)
            .and_then(Value::as_array)
            .map_or(0, Vec::len)
    };
    for (path, more) in [
        ("/drawings/flow/shapes", 1),
        ("/drawings/lanes/shapes", 1),
        ("/drawings/lanes/links", 1),
        ("/drawings/tree/shapes", 1),
        ("/report/sections/3/blocks/0/table/rows", 1),
        ("/report/sections/1/blocks/0/table/rows", 1),
    ] {
        assert!(count(before, path) > 0, "{path}");
        assert_eq!(count(after, path), count(before, path) + more, "{path}");
    }
    let rows = after
        .pointer("/report/sections/3/blocks/0/table/rows")
        .expect("rows");
    assert!(rows.to_string().contains("二校"), "{rows}");
    for name in ["a.pdf", "b.pdf"] {
        let bytes = fs::read(folder.path().join(name)).expect("a file");
        assert!(bytes.starts_with(b"%PDF"), "{name}");
    }
}

#[test]
fn a_process_of_another_program_is_described_in_word_and_other_endings_are_refused() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("leave.bpmn"), STUCK).expect("a file");
    let done = andu(
        folder.path(),
        &["describe", "leave.bpmn", "--out", "leave.docx"],
    );
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert!(out(&done).contains("请假审批流程手册"), "{}", out(&done));
    let bytes = fs::read(folder.path().join("leave.docx")).expect("a file");
    assert!(bytes.starts_with(b"PK"));
    let refused = andu(
        folder.path(),
        &["describe", "leave.bpmn", "--out", "leave.txt"],
    );
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        said.contains(".docx") && !folder.path().join("leave.txt").exists(),
        "{said}"
    );
    let over = andu(folder.path(), &["export", "outgoing", "--out", "x.pdf"]);
    assert!(over.status.success());
    let same = andu(folder.path(), &["describe", "x.pdf", "--out", "x.pdf"]);
    assert_eq!(same.status.code(), Some(2), "never over what it reads");
}

#[test]
fn every_finding_and_every_fix_has_its_sentence() {
    let missing = |key: &str| andu_api::text::sentence(key, &Default::default()).contains(key);
    for code in andu_workflow::check::Code::ALL {
        let word = serde_json::to_value(code).expect("a word");
        let key = format!("process_check.{}", word.as_str().expect("a word"));
        assert!(!missing(&key), "{key}");
    }
    assert!(
        missing("process_check.none"),
        "one that is not there is seen"
    );
}
