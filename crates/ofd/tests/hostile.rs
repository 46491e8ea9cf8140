//! Whatever somebody sends: reading it ends, and says what it read or why not.

use andu_ofd::{About, Limits, Ofd, write};
use andu_page::display::{Display, Face, Glyph, Item, Matrix, Sheet, TextItem};
use proptest::prelude::*;

/// A file of one page that says something.
fn file(text: &str) -> Vec<u8> {
    let mut at = 0;
    let glyphs = text.chars().map(|sign| {
        let start = at;
        at += sign.len_utf8();
        Glyph {
            id: 1,
            advance: 5.0,
            shift: 0.0,
            range: (start, at),
        }
    });
    let run = TextItem {
        font: 0,
        size: 5.0,
        at: Matrix::moved(20.0, 30.0),
        glyphs: glyphs.collect(),
        text: text.to_owned(),
        fill: [0, 0, 0],
        stroke: 0.0,
    };
    let display = Display {
        pages: vec![Sheet {
            width: 210.0,
            height: 297.0,
            items: vec![Item::Text(run)],
        }],
        fonts: vec![Face {
            name: "仿宋".to_owned(),
            data: b"OTTO".as_slice().into(),
        }],
    };
    write(&display, &About::default()).expect("a file")
}

fn read(bytes: &[u8]) -> Option<Vec<String>> {
    let limits = Limits {
        file_bytes: 1 << 20,
        bytes: 4 << 20,
        elements: 10_000,
        ..Limits::default()
    };
    let mut opened = Ofd::open(bytes, limits).ok()?;
    let mut lines = Vec::new();
    for page in 0..opened.page_count().min(10) {
        lines.extend(opened.text(page).ok()?.lines);
    }
    Some(lines)
}

proptest! {
    #[test]
    fn what_is_written_is_read(text in "[一-龥a-zA-Z0-9&<>\"'，。 ]{1,40}") {
        let read = read(&file(&text)).expect("a file");
        let bare = text.trim();
        let said = read.concat();
        prop_assert_eq!(said, bare);
    }

    #[test]
    fn a_changed_byte_takes_nothing_down(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = file("关于做好防汛工作的通知");
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = read(&bytes);
    }

    #[test]
    fn any_bytes_take_nothing_down(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read(&bytes);
        let _ = read(&[b"PK\x03\x04".as_slice(), &bytes, b"PK\x05\x06", &[0; 18]].concat());
    }
}
