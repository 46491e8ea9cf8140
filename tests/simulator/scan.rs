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
    let mut pages = Vec::new();
    each_page(path, |page| pages.push(page.to_vec()));
    pages
}

fn each_page(path: &Path, mut look: impl FnMut(&[u8])) {
    let [file, log] = fault::parts(path);
    let bytes = std::fs::read(file).expect("a file");
    let size = match u16::from_be_bytes([bytes[16], bytes[17]]) {
        1 => 65_536,
        size => usize::from(size),
    };
    bytes.chunks(size).for_each(&mut look);
    let log = std::fs::read(log).unwrap_or_default();
    // A header of 32 bytes; before each page image 24 bytes whose salts and sums are chance.
    if log.len() > 32 {
        for frame in log[32..].chunks(size + 24) {
            if frame.len() == size + 24 {
                look(&frame[24..]);
            }
        }
    }
}

/// The planted words that stand anywhere in the file or its log.
pub fn words(path: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    each_page(path, |page| collect(page, &mut found));
    found
}

/// The planted words in some bytes.
pub fn collect(bytes: &[u8], found: &mut BTreeSet<String>) {
    let mark = MARK.as_bytes();
    let mut at = 0;
    while at + LENGTH <= bytes.len() {
        if !begins_within(&bytes[at..at + 8], mark[0]) {
            at += 8;
            continue;
        }
        if bytes[at] == mark[0] && bytes[at..].starts_with(mark) {
            let word = &bytes[at..at + LENGTH];
            if word.iter().all(u8::is_ascii_lowercase) {
                found.insert(String::from_utf8_lossy(word).into_owned());
            }
        }
        at += 1;
    }
}

/// Whether `byte` is among these eight: a file is long, and most of it is nothing.
fn begins_within(eight: &[u8], byte: u8) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_le_bytes(eight.try_into().expect("eight bytes"));
    let differ = word ^ ONES.wrapping_mul(u64::from(byte));
    differ.wrapping_sub(ONES) & !differ & (ONES << 7) != 0
}
