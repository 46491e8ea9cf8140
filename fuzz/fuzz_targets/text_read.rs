//! Any bytes as a text and as Markdown: read, recognised, written as a .docx.

#![no_main]

use andu_office::{Limits, RecogniseContext, docx, markdown, recognise, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let read = [text::read(bytes, &limits), markdown::read(bytes, &limits)];
    for text in read.iter().flatten() {
        let found = recognise(text, &RecogniseContext::default());
        docx::write(&found.document, &docx::WriteOptions::default())
            .expect("a text has no images that could fail");
    }
});
