//! Images of a Word file: which bytes are which kind, and how large they are.

/// What an image file says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ImageInfo {
    /// `image/png`, `image/jpeg` or `image/webp`.
    pub(crate) media_type: &'static str,
    /// Pixels across.
    pub(crate) width: u32,
    /// Pixels down.
    pub(crate) height: u32,
}

/// Reads kind and size from the first bytes; `None` for other kinds and for damaged ones.
pub(crate) fn image_info(bytes: &[u8]) -> Option<ImageInfo> {
    let (media_type, width, height) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let at = |i: usize| Some(u32::from_be_bytes(bytes.get(i..i + 4)?.try_into().ok()?));
        ("image/png", at(16)?, at(20)?)
    } else if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        let (width, height) = jpeg_size(bytes)?;
        ("image/jpeg", width, height)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12)? == b"WEBP" {
        let (width, height) = webp_size(bytes)?;
        ("image/webp", width, height)
    } else {
        return None;
    };
    let sane = 1..=30_000;
    (sane.contains(&width) && sane.contains(&height)).then_some(ImageInfo {
        media_type,
        width,
        height,
    })
}

/// Walks the segments to the start of a frame (ITU T.81, B.2.2).
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        while *bytes.get(at)? != 0xFF {
            at += 1;
        }
        while *bytes.get(at)? == 0xFF {
            at += 1;
        }
        let marker = bytes[at];
        at += 1;
        if matches!(marker, 0x01 | 0xD0..=0xD8) {
            continue;
        }
        let short = |i: usize| {
            Some(u32::from(u16::from_be_bytes([
                *bytes.get(i)?,
                *bytes.get(i + 1)?,
            ])))
        };
        if matches!(marker, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF) {
            return Some((short(at + 5)?, short(at + 3)?));
        }
        if matches!(marker, 0xD9 | 0xDA) {
            return None;
        }
        at += (short(at)? as usize).max(2);
    }
}

fn webp_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let byte = |i: usize| bytes.get(i).copied().map(u32::from);
    let short = |i: usize| Some(byte(i)? | byte(i + 1)? << 8);
    Some(match bytes.get(12..16)? {
        b"VP8 " => (short(26)? & 0x3FFF, short(28)? & 0x3FFF),
        b"VP8L" => {
            let bits = short(21)? | short(23)? << 16;
            ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        }
        b"VP8X" => (
            (short(24)? | byte(26)? << 16) + 1,
            (short(27)? | byte(29)? << 16) + 1,
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_images_are_no_images() {
        assert_eq!(image_info(b"\x89PNG\r\n\x1a\n"), None);
        assert_eq!(image_info(&[0xFF, 0xD8, 0xFF, 0xE0, 0, 0]), None);
        assert_eq!(image_info(b"RIFF\0\0\0\0WEBPVP8X"), None);
    }
}
