//! Any bytes as an OFD package: opening it and reading the text of its first pages ends.

#![no_main]

use andu_ofd::{Limits, Ofd};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        file_bytes: 4 << 20,
        bytes: 16 << 20,
        elements: 100_000,
        ..Limits::default()
    };
    if let Ok(mut opened) = Ofd::open(bytes, limits) {
        for page in 0..opened.page_count().min(20) {
            let _ = opened.text(page);
        }
    }
});
