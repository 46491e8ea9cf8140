//! Every example document comes back from its own .docx with the same elements.

use andu_document::{
    Attachment, Block, DocumentFormat, OfficialDocument, SealStyle, body::HeadingNumbers,
};
use andu_office::{Limits, RecogniseContext, docx, recognise};

pub(crate) fn all() -> Vec<(String, OfficialDocument)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/examples");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the examples are there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let json = std::fs::read_to_string(&path).expect("an example reads");
        let document = serde_json::from_str(&json).expect("an example is a document");
        all.push((
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned(),
            document,
        ));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The text of a body with the numbers of its headings, as a reader sees it.
pub(crate) fn body_text(blocks: &[Block]) -> Vec<String> {
    let mut numbers = HeadingNumbers::default();
    let mut texts = Vec::new();
    for block in blocks {
        let text = match block {
            Block::Heading {
                level,
                unnumbered: false,
                ..
            } => numbers.next(*level) + &block.text(),
            block => block.text(),
        };
        if !squeeze(&text).is_empty() {
            texts.push(squeeze(&text));
        }
    }
    texts
}

fn attachments(place: &str, all: &[Attachment]) -> Vec<(String, String)> {
    let mut elements = Vec::new();
    for (at, one) in all.iter().enumerate() {
        elements.push((format!("{place}/{at}/title"), squeeze(&one.title)));
        elements.push((
            format!("{place}/{at}/form"),
            format!("{} {}", one.separate, one.landscape),
        ));
        elements.push((
            format!("{place}/{at}/body"),
            body_text(&one.body).join("\n"),
        ));
    }
    elements
}

/// The elements as place and text, in the order of the paper.
fn elements(document: &OfficialDocument) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut add = |place: &str, text: String| all.push((place.to_owned(), text));
    let (names, suffix) = document.letterhead();
    let telegram_or = |text: String| {
        if document.format == DocumentFormat::Paper {
            String::new()
        } else {
            text
        }
    };
    add("letterhead", telegram_or(names.join(" ") + suffix));
    add(
        "format",
        format!("{:?} {:?}", document.format, document.direction),
    );
    add(
        "marks",
        format!(
            "{:?} {:?} {:?}",
            document.copy_number, document.classification, document.urgency
        ),
    );
    add(
        "issue_number",
        format!(
            "{:?}",
            document.issue_number.as_ref().map(ToString::to_string)
        ),
    );
    add("signatories", format!("{:?}", document.signatories));
    add("title", document.title.clone());
    add(
        "main_recipients",
        document.main_recipients.join("、").replace('，', "、"),
    );
    add("body", body_text(&document.body).join("\n"));
    add("note", squeeze(&document.note));
    add("attendance", format!("{:?}", document.attendance));
    add("telegram", format!("{:?}", document.telegram));
    add("copy_recipients", document.copy_recipients.join("，"));
    if document.format != DocumentFormat::Letter {
        add("imprint", format!("{:?}", document.imprint));
    }
    if document.seal != SealStyle::None {
        add(
            "date_of_issue",
            format!("{:?} {:?}", document.date_of_issue, document.seal),
        );
        let signed = document.issuers.iter();
        add(
            "signature",
            signed
                .map(|i| format!("{}{}{}", i.signature_name(), i.post, i.person))
                .collect(),
        );
    }
    all.extend(attachments("attachments", &document.attachments));
    if let Some(issued) = &document.issued_text {
        all.push(("issued_text/title".to_owned(), squeeze(&issued.title)));
        all.push(("issued_text/subtitle".to_owned(), squeeze(&issued.subtitle)));
        all.push((
            "issued_text/body".to_owned(),
            body_text(&issued.body).join("\n"),
        ));
        all.extend(attachments("issued_text/attachments", &issued.attachments));
    }
    all
}

#[test]
fn each_example_reads_back_by_its_look_with_the_same_elements() {
    let examples = all();
    assert!(
        examples.len() > 10,
        "the examples are there: {}",
        examples.len()
    );
    let mut wrong = Vec::new();
    for (name, document) in examples {
        let bytes = docx::write(&document, &docx::WriteOptions::default()).expect("writes");
        let mut text = docx::read(&bytes, &Limits::default()).expect("reads");
        text.record = None;
        let found = recognise(&text, &RecogniseContext::default());
        let (ours, theirs) = (elements(&document), elements(&found.document));
        for (place, text) in &ours {
            let got = theirs.iter().find(|(other, _)| other == place);
            if got.map(|(_, text)| text) != Some(text) {
                wrong.push(format!("{name} {place}\n  wrote {text}\n  read  {got:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let (_, document) = all().swap_remove(0);
    let options = docx::WriteOptions::default();
    assert_eq!(
        docx::write(&document, &options).ok(),
        docx::write(&document, &options).ok()
    );
}
