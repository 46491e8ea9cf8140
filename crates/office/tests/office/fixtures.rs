//! Files made by other programs, and what is recognised in them.

use andu_office::{
    DocxText, Limits, NoticeKind, RecogniseContext, docx, markdown, recognise, text,
};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!(
        "{}/tests/fixtures/{name}",
        env!("CARGO_MANIFEST_DIR")
    ))
    .expect("a fixture")
}

fn snapshot(name: &str, text: &DocxText) {
    let context = RecogniseContext {
        vocabulary: vec!["望溪县水务局".to_owned()],
    };
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!(name, recognise(text, &context));
    });
}

#[test]
fn a_notice_written_in_word_is_recognised() {
    let text = docx::read(&fixture("word-notice.docx"), &Limits::default()).expect("reads");
    snapshot("word-notice", &text);
}

#[test]
fn a_request_with_tracked_changes_and_automatic_numbers_is_recognised() {
    let text = docx::read(&fixture("upward-tracked.docx"), &Limits::default()).expect("reads");
    snapshot("upward-tracked", &text);
}

#[test]
fn a_plain_text_is_recognised() {
    let text = text::read(&fixture("plain.txt"), &Limits::default()).expect("reads");
    snapshot("plain", &text);
}

#[test]
fn a_markdown_paper_is_recognised() {
    let text = markdown::read(&fixture("paper.md"), &Limits::default()).expect("reads");
    snapshot("paper", &text);
}

#[test]
fn macros_are_left_out_and_said() {
    let text = docx::read(&fixture("macros.docm"), &Limits::default()).expect("reads");
    assert!(
        text.notices
            .iter()
            .any(|notice| notice.kind == NoticeKind::Macro),
        "{:?}",
        text.notices
    );
}
