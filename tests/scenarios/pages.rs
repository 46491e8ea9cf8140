//! What lies in the files of a desk, as somebody finds it who has its keys and looks at every page: also those
//! that the engine does not use any more, and those in the log of writes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use aes::{
    Aes256,
    cipher::{BlockCipherDecrypt, KeyInit},
};

/// SQLCipher 4: pages of 4,096 bytes, of which the last 80 are the initial vector and the check value.
const PAGE: usize = 4_096;
const RESERVED: usize = 80;
/// The first page begins with the salt, in clear.
const SALT: usize = 16;
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The files below a folder in which any of `wanted` stands: as it is, or in a page that one of the keys (64
/// hexadecimal digits) opens.
pub fn holding(folder: &Path, keys: &[String], wanted: &[&[u8]]) -> Vec<PathBuf> {
    let contains = |bytes: &[u8]| wanted.iter().any(|wanted| contains(bytes, wanted));
    let holds = |path: &PathBuf| {
        let bytes = fs::read(path).expect("a file");
        contains(&bytes)
            || keys.iter().any(|key| {
                let key = bytes_of(key);
                pages(&bytes).any(|page| contains(&opened(page, &key)))
            })
    };
    files(folder).into_iter().filter(holds).collect()
}

/// The bytes of a key in hexadecimal digits.
pub fn bytes_of(key: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(&key[2 * at..2 * at + 2], 16).expect("a key");
    (0..32).map(byte).collect()
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    let first = wanted.first().copied();
    bytes
        .windows(wanted.len())
        .any(|part| part.first().copied() == first && part == wanted)
}

/// The pages of a file, as both kinds of files have them: those of a store, and those of a log. The first
/// page of a store begins after its salt, in the log too.
fn pages(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_log = bytes.starts_with(&[0x37, 0x7f, 0x06]);
    let (header, step) = match is_log {
        true => (LOG_HEADER + FRAME_HEADER, FRAME_HEADER + PAGE),
        false => (0, PAGE),
    };
    let all = (0..).map(move |n| header + n * step);
    let all = all.take_while(|at| at + PAGE <= bytes.len());
    all.map(move |at| {
        let number = match is_log {
            true => bytes[at - FRAME_HEADER..at - FRAME_HEADER + 4] == [0, 0, 0, 1],
            false => at == 0,
        };
        let begin = if number { at + SALT } else { at };
        &bytes[begin..at + PAGE]
    })
}

/// A page in clear (AES-256 in CBC mode).
fn opened(page: &[u8], key: &[u8]) -> Vec<u8> {
    let (sealed, reserved) = page.split_at(page.len() - RESERVED);
    let cipher = Aes256::new_from_slice(key).expect("32 bytes");
    let mut before = &reserved[..16];
    let mut clear = Vec::with_capacity(sealed.len());
    for part in sealed.chunks_exact(16) {
        let mut block = <[u8; 16]>::try_from(part).expect("16 bytes").into();
        cipher.decrypt_block(&mut block);
        clear.extend(block.iter().zip(before).map(|(byte, mask)| byte ^ mask));
        before = part;
    }
    clear
}
