//! Every error and every kind of notice has its sentence, with the fields it names.

use std::collections::BTreeMap;

use andu_office::{
    NoticeKind, OfficeError,
    recognise::{Ask, ChangeKind, How},
};

fn catalogue() -> BTreeMap<String, String> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/text/zh-CN/office.json"
    );
    serde_json::from_str(&std::fs::read_to_string(path).expect("the catalogue")).expect("flat JSON")
}

#[test]
fn each_error_has_a_sentence_that_uses_its_fields_only() {
    let part = || "word/document.xml".to_owned();
    let errors = [
        OfficeError::EmptyFile,
        OfficeError::FileTooLarge {
            size_mb: 200,
            limit_mb: 64,
        },
        OfficeError::OldFormat,
        OfficeError::Encrypted,
        OfficeError::NotPackage,
        OfficeError::Truncated,
        OfficeError::NoTextDocument {
            kind: "xlsx".to_owned(),
        },
        OfficeError::DamagedPart { part: part() },
        OfficeError::UnpacksTooLarge { limit_mb: 256 },
        OfficeError::UnpacksTooFar {
            part: part(),
            limit: 400,
        },
        OfficeError::TooManyEntries { count: 9, limit: 4 },
        OfficeError::TooDeep {
            part: part(),
            limit: 200,
        },
        OfficeError::TooMuchWork { limit: 3 },
        OfficeError::EntitiesDeclared { part: part() },
        OfficeError::UnknownEncoding,
        OfficeError::BinaryNotText,
        OfficeError::NoText,
        OfficeError::NoHeaderRow,
        OfficeError::DoubleColumn {
            column: "全称".to_owned(),
        },
        OfficeError::MissingColumn {
            column: "全称".to_owned(),
        },
        OfficeError::SheetTooLarge {
            limit: 1,
            columns: 2,
        },
        OfficeError::CellTooLong {
            row: 1,
            column: 2,
            limit: 3,
        },
        OfficeError::ConverterMissing,
        OfficeError::ConverterFailed,
        OfficeError::ConverterTimedOut { seconds: 60 },
        OfficeError::UnusableImage {
            place: "body/3".to_owned(),
        },
        OfficeError::Io(std::io::Error::other("disk")),
    ];
    let catalogue = catalogue();
    for error in errors {
        let key = format!("office.{}", error.code());
        let mut sentence = catalogue
            .get(&key)
            .unwrap_or_else(|| panic!("{key} is missing"))
            .clone();
        for (field, value) in error.fields() {
            sentence = sentence.replace(&format!("{{{field}}}"), &value);
        }
        assert!(
            !sentence.contains('{'),
            "{key} names a field that the error has not: {sentence}"
        );
        assert!(sentence.ends_with('。'), "{key} is a sentence: {sentence}");
    }
}

#[test]
fn notices_changes_and_questions_have_their_words() {
    use Ask as A;
    use ChangeKind as C;
    use NoticeKind as N;
    let catalogue = catalogue();
    let code = |value: serde_json::Value| value.as_str().expect("a code").to_owned();
    let mut keys = Vec::new();
    for kind in [
        N::HeaderFooter,
        N::Footnote,
        N::Comment,
        N::InsertionAccepted,
        N::DeletionDropped,
        N::HiddenText,
        N::TextBox,
        N::Macro,
        N::ImageUnsupported,
        N::ImageLost,
        N::ImageLinked,
        N::Formula,
        N::EmbeddedObject,
        N::SymbolLost,
        N::NestedTable,
        N::DecodedGb18030,
        N::DecodedUtf16,
        N::ControlCharacter,
        N::ListMark,
        N::TabTable,
        N::TabSpace,
        N::HeadingByNumber,
        N::HeadingTooDeep,
        N::HeadingTooLong,
    ] {
        keys.push(format!("office.notice.{}", code(serde_json::json!(kind))));
    }
    for kind in [
        C::NumberTaken,
        C::NumberForm,
        C::NumberKept,
        C::IssueNumberForm,
        C::DateForm,
        C::SpacesTaken,
        C::LayoutTable,
        C::PrintRunTaken,
        C::BlankPageNoteTaken,
        C::SubjectTermsTaken,
        C::AttachmentNote,
    ] {
        keys.push(format!("office.change.{}", code(serde_json::json!(kind))));
    }
    for ask in [
        A::IsTitle,
        A::AreMainRecipients,
        A::DocumentType,
        A::HeadingNumber,
        A::AttachmentMissing,
        A::AttachmentUnnamed,
        A::AttachmentName,
        A::IssueNumber,
        A::DateOfIssue,
        A::IsSignature,
        A::IsIssuedText,
        A::DateUnreadable,
        A::LeftOut,
        A::NotRestored,
        A::StayedHere,
    ] {
        keys.push(format!("office.ask.{}", code(serde_json::json!(ask))));
    }
    for how in [
        How::Form,
        How::Position,
        How::Look,
        How::Vocabulary,
        How::Derived,
        How::Recorded,
    ] {
        keys.push(format!("office.how.{}", code(serde_json::json!(how))));
    }
    let missing: Vec<_> = keys
        .iter()
        .filter(|key| !catalogue.contains_key(*key))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
