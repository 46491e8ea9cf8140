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

/// The files below a folder in which `wanted` stands: as it is, or in a page that one of the keys (64
/// hexadecimal digits) opens.
pub fn holding(folder: &Path, keys: &[String], wanted: &[u8]) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| {
        let bytes = fs::read(path).expect("a file");
        contains(&bytes, wanted)
            || keys.iter().any(|key| {
                let key: Vec<u8> = (0..32)
                    .map(|at| u8::from_str_radix(&key[2 * at..2 * at + 2], 16).expect("a key"))
                    .collect();
                pages(&bytes).any(|page| contains(&opened(page, &key), wanted))
            })
    };
    files(folder).into_iter().filter(holds).collect()
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|part| part == wanted)
}

/// The pages of a file, each as both kinds of files have them: a page of a store that begins here or after a
/// salt, and one of a log.
fn pages(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = |at: usize| at + PAGE <= bytes.len();
    let of_store = (0..).map(|n| n * PAGE).take_while(move |at| ends(*at));
    let of_log = (0..)
        .map(|n| LOG_HEADER + n * (FRAME_HEADER + PAGE) + FRAME_HEADER)
        .take_while(move |at| ends(*at));
    let of_both = of_store.chain(of_log);
    of_both.flat_map(|at| [&bytes[at..at + PAGE], &bytes[at + SALT..at + PAGE]])
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
