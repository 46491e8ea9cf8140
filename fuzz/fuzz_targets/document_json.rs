//! Any bytes as the JSON of a document: what is accepted reads back the same and can be exported.

#![no_main]

use andu_document::OfficialDocument;
use andu_office::docx;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = serde_json::from_slice::<OfficialDocument>(bytes) else { return };
    let json = serde_json::to_vec(&document).expect("a document is JSON");
    let again: OfficialDocument = serde_json::from_slice(&json).expect("its JSON reads back");
    assert_eq!(document, again);
    let _ = docx::write(&document, &docx::WriteOptions::default());
});
