//! Why a file of another program is not read, in the user's words.

use andu_workflow::bpmn::{
    BpmnError, DEEPEST, LARGEST, LONGEST_ATTRIBUTE, LONGEST_TEXT, MOST_ELEMENTS,
};

use crate::text;

use super::file;

/// Why something is no BPMN 2.0.
pub(super) fn cause(error: &BpmnError) -> String {
    let said = |what: &str, fields: &[(&str, String)]| {
        let fields = fields.iter();
        let fields = fields.map(|(name, value)| ((*name).to_owned(), value.clone()));
        text::sentence(&format!("process.bpmn.{what}"), &fields.collect())
    };
    let line = |line: &usize| ("line", line.to_string());
    match error {
        BpmnError::TooLarge(_) => said("too_large", &[("most_mb", (LARGEST >> 20).to_string())]),
        BpmnError::Encoding(encoding) => said("encoding", &[("encoding", encoding.clone())]),
        BpmnError::Bytes(at) => said("bytes", &[("at", at.to_string())]),
        BpmnError::Character { character, line: l } => said(
            "character",
            &[("character", format!("U+{character:04X}")), line(l)],
        ),
        BpmnError::Xml { line: l, .. } => said("xml", &[line(l)]),
        BpmnError::DocumentType { line: l } => said("document_type", &[line(l)]),
        BpmnError::Entity { name, line: l } => said("entity", &[("name", name.clone()), line(l)]),
        BpmnError::Prefix { prefix, line: l } => {
            said("prefix", &[("prefix", prefix.clone()), line(l)])
        }
        BpmnError::TooDeep { line: l } => {
            said("too_deep", &[("most", DEEPEST.to_string()), line(l)])
        }
        BpmnError::TooMany { line: l } => {
            said("too_many", &[("most", MOST_ELEMENTS.to_string()), line(l)])
        }
        BpmnError::TooLong { line: l } => {
            let most = (LONGEST_TEXT >> 10, LONGEST_ATTRIBUTE >> 10);
            let fields = [
                ("text_kb", most.0.to_string()),
                ("value_kb", most.1.to_string()),
                line(l),
            ];
            said("too_long", &fields)
        }
        BpmnError::NotBpmn { name, .. } => said("not_bpmn", &[("name", name.clone())]),
        BpmnError::Definition { process, source } => {
            let fields = [("process", process.clone()), ("what", file::cause(source))];
            said("definition", &fields)
        }
    }
}

#[cfg(test)]
mod tests {
    use andu_workflow::bpmn;

    use super::*;

    #[test]
    fn what_is_no_bpmn_is_said_in_chinese_and_with_its_line() {
        let deep = format!(
            "{}{}",
            "<a>".repeat(DEEPEST + 2),
            "</a>".repeat(DEEPEST + 2)
        );
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bb\">]>\n<a>&b;</a>";
        let cases = [
            ("<a>\n<b></a>", "第 2 行"),
            (bomb, "第 1 行"),
            ("<a>&b;</a>", "&b;"),
            ("<x:a/>", "x:"),
            ("<html/>", "<html>"),
            (deep.as_str(), "层"),
            ("<?xml version=\"1.0\" encoding=\"Big5\"?><a/>", "big5"),
        ];
        for (file, wanted) in cases {
            let refused = bpmn::import(file.as_bytes()).expect_err("it is none");
            let said = cause(&refused);
            assert!(said.contains(wanted), "{refused:?}: {said}");
            assert!(!said.contains("没有为此情形"), "{said}");
        }
    }
}
