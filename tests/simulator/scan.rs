//! Looking into files as a thief does: every page of the file, free ones too, and every page image in the
//! write-ahead log.

use std::{collections::BTreeSet, path::Path};

use crate::fault;

/// What every planted word begins with.
pub const MARK: &str = "zq";
/// How long such a word is.
const LENGTH: usize = 12;

/// The word that stands in a title, and is known to nobody who may not see it.
pub fn word(number: u64) -> String {
    let letters: Vec<u8> = (0..LENGTH - MARK.len())
        .scan(number, |rest, _| {
            let letter = b'a' + u8::try_from(*rest % 16).expect("small");
            *rest /= 16;
            Some(letter)
        })
        .collect();
    format!("{MARK}{}", String::from_utf8(letters).expect("ASCII"))
}

/// Every page of the file, then every page image in its log.
pub fn pages(path: &Path) -> Vec<Vec<u8>> {
    let [file, log] = fault::parts(path);
    let bytes = std::fs::read(file).expect("a file");
    let size = match u16::from_be_bytes([bytes[16], bytes[17]]) {
        1 => 65_536,
        size => usize::from(size),
    };
    let mut pages: Vec<Vec<u8>> = bytes.chunks(size).map(<[u8]>::to_vec).collect();
    let log = std::fs::read(log).unwrap_or_default();
    // A header of 32 bytes; before each page image 24 bytes whose salts and sums are chance.
    if log.len() > 32 {
        for frame in log[32..].chunks(size + 24) {
            if frame.len() == size + 24 {
                pages.push(frame[24..].to_vec());
            }
        }
    }
    pages
}

/// The planted words that stand anywhere in the file or its log.
pub fn words(path: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for page in pages(path) {
        collect(&page, &mut found);
    }
    found
}

/// The planted words in some bytes.
pub fn collect(bytes: &[u8], found: &mut BTreeSet<String>) {
    let mark = MARK.as_bytes();
    let mut at = 0;
    while at + LENGTH <= bytes.len() {
        if bytes[at] == mark[0] && bytes[at..].starts_with(mark) {
            let word = &bytes[at..at + LENGTH];
            if word.iter().all(u8::is_ascii_lowercase) {
                found.insert(String::from_utf8_lossy(word).into_owned());
            }
        }
        at += 1;
    }
}
