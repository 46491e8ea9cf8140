//! Pictures as cameras and scanners make them stand in the PDF as they stand on the screen: turned JPEGs, samples
//! of 16 bits, transparent parts, colour profiles.

use std::{path::Path, process::Command};

use andu_document::{Block, Image, OfficialDocument};
use andu_typeset::{PdfOptions, Typeset};
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::fixtures::typeset;

/// 64 by 32: red, green over blue, yellow.
const QUARTERS: &[u8] = include_bytes!("pictures/quarters.jpg");
const PROFILE: &[u8] = include_bytes!("pictures/srgb.icc");
const COLOURS: [(char, [u8; 3]); 4] = [
    ('R', [255, 0, 0]),
    ('G', [0, 160, 0]),
    ('B', [0, 0, 255]),
    ('Y', [230, 200, 0]),
];
/// Dots an inch.
const DPI: f64 = 72.0;

/// A page with nothing but this picture.
fn page(media_type: &str, bytes: &[u8]) -> Typeset {
    typeset(&OfficialDocument {
        format: andu_document::DocumentFormat::Paper,
        seal: andu_document::SealStyle::None,
        body: vec![Block::Image(Image {
            media_type: media_type.into(),
            data: STANDARD.encode(bytes),
            width_tenth_mm: 800,
            alt: String::new(),
        })],
        ..OfficialDocument::default()
    })
}

/// After the start of the picture, a segment with this mark.
fn with_segment(mark: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).expect("a short segment");
    let mut jpeg = QUARTERS[..2].to_vec();
    jpeg.extend([0xFF, mark]);
    jpeg.extend(length.to_be_bytes());
    jpeg.extend(content);
    jpeg.extend(&QUARTERS[2..]);
    jpeg
}

/// EXIF that says nothing but how the picture is turned (tag 274).
fn turned(how: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([how, 0, 0, 0, 0, 0, 0, 0]);
    with_segment(0xE1, &exif)
}

fn png(
    color: png::ColorType,
    depth: png::BitDepth,
    profile: bool,
    pixel: &dyn Fn([u8; 3], char) -> Vec<u8>,
) -> Vec<u8> {
    let mut info = png::Info::with_size(64, 32);
    info.color_type = color;
    info.bit_depth = depth;
    info.icc_profile = profile.then(|| PROFILE.into());
    let mut bytes = Vec::new();
    let encoder = png::Encoder::with_info(&mut bytes, info).expect("an encoder");
    let mut writer = encoder.write_header().expect("a header");
    let mut data = Vec::new();
    for y in 0..32 {
        for x in 0..64 {
            let (name, colour) = COLOURS[2 * (y / 16) + x / 32];
            data.extend(pixel(colour, name));
        }
    }
    writer.write_image_data(&data).expect("pixels");
    writer.finish().expect("an end");
    bytes
}

/// The quarters of the picture on a drawn page, from the left, the upper ones first; ` ` for paper.
fn quarters(drawn: &[u8]) -> String {
    let decoder = png::Decoder::new(std::io::Cursor::new(drawn));
    let mut reader = decoder.read_info().expect("a PNG");
    let mut data = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut data).expect("pixels");
    let (wide, samples) = (info.width as usize, info.color_type.samples());
    let at = |x: usize, y: usize| {
        let start = (y * wide + x) * samples;
        [data[start], data[start + 1], data[start + 2]]
    };
    let is_coloured = |pixel: [u8; 3]| {
        let (most, least) = (pixel.iter().max(), pixel.iter().min());
        most.zip(least)
            .is_some_and(|(most, least)| most - least > 60)
    };
    let all = (0..info.height as usize).flat_map(|y| (0..wide).map(move |x| (x, y)));
    let coloured: Vec<_> = all.filter(|(x, y)| is_coloured(at(*x, *y))).collect();
    let span = |all: &mut dyn Iterator<Item = usize>| {
        let all: Vec<usize> = all.collect();
        (
            *all.iter().min().expect("a picture"),
            *all.iter().max().expect("a picture"),
        )
    };
    let (left, right) = span(&mut coloured.iter().map(|at| at.0));
    let (top, bottom) = span(&mut coloured.iter().map(|at| at.1));
    let part = |from: usize, to: usize, quarters: usize| from + (to - from) * quarters / 4;
    let mut named = String::new();
    for y in [1, 3] {
        for x in [1, 3] {
            let seen = at(part(left, right, x), part(top, bottom, y));
            let near = |colour: &[u8; 3]| seen.iter().zip(colour).all(|(a, b)| a.abs_diff(*b) < 60);
            let found = COLOURS.iter().find(|(_, colour)| near(colour));
            named.push(found.map_or(' ', |(name, _)| *name));
        }
    }
    named
}

/// The picture as the screen shows it, and as poppler draws the PDF; `None` without poppler.
fn both(pages: &Typeset) -> Option<(String, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let pdf = written(pages, folder.path());
    let out = folder.path().join("page");
    let drawn = Command::new("pdftoppm")
        .args(["-r", "72", "-png", "-singlefile"])
        .args([pdf.as_ref(), out.as_path()])
        .status();
    if drawn.is_err() {
        println!("skipped: poppler-utils (pdftoppm, pdfimages) are not installed");
        return None;
    }
    assert!(
        drawn.is_ok_and(|status| status.success()),
        "poppler draws it"
    );
    let printed = std::fs::read(out.with_extension("png")).expect("a picture of the page");
    let shown = pages.png(0, DPI).expect("drawn");
    Some((quarters(&shown), quarters(&printed)))
}

fn written(pages: &Typeset, folder: &Path) -> std::path::PathBuf {
    let pdf = pages.pdf(&PdfOptions::default()).expect("a PDF");
    let path = folder.join("document.pdf");
    std::fs::write(&path, pdf.bytes).expect("written");
    path
}

/// Bytes of the PDF.
fn size(pages: &Typeset) -> usize {
    pages
        .pdf(&PdfOptions::default())
        .expect("a PDF")
        .bytes
        .len()
}

/// Each picture in the PDF as poppler lists it: kind and bits, such as `image 8`.
fn listed(pages: &Typeset) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let pdf = written(pages, folder.path());
    let list = Command::new("pdfimages")
        .arg("-list")
        .arg(pdf)
        .output()
        .expect("poppler");
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    list.lines()
        .skip(2)
        .map(|line| {
            let columns: Vec<&str> = line.split_whitespace().collect();
            format!("{} {}", columns[2], columns[7])
        })
        .collect()
}

#[test]
fn a_jpeg_stands_upright_however_the_camera_was_held() {
    for (how, expected) in [
        (1, "RGBY"),
        (2, "GRYB"),
        (3, "YBGR"),
        (4, "BYRG"),
        (5, "RBGY"),
        (6, "BRYG"),
        (7, "YGBR"),
        (8, "GYRB"),
    ] {
        let pages = page("image/jpeg", &turned(how));
        let Some((shown, printed)) = both(&pages) else {
            return;
        };
        assert_eq!(
            (shown.as_str(), printed.as_str()),
            (expected, expected),
            "turned {how}"
        );
    }
}

#[test]
fn samples_of_sixteen_bits_are_printed_as_they_are_seen() {
    let deep = |colour: [u8; 3], _| colour.iter().flat_map(|part| [*part, 0x80]).collect();
    let of = |profile| {
        page(
            "image/png",
            &png(png::ColorType::Rgb, png::BitDepth::Sixteen, profile, &deep),
        )
    };
    let pages = of(true);
    let Some((shown, printed)) = both(&pages) else {
        return;
    };
    assert_eq!((shown.as_str(), printed.as_str()), ("RGBY", "RGBY"));
    assert_eq!(listed(&pages), ["image 8"]);
    // The profile holds for the samples of the file, not for those of 8 bits that were made of them.
    let more = size(&pages).abs_diff(size(&of(false)));
    assert!(more < 100, "a profile of {more} bytes");
}

#[test]
fn what_is_transparent_lets_the_paper_through() {
    let clear = |colour: [u8; 3], name| {
        let alpha = if name == 'Y' { 0 } else { 255 };
        [colour.as_slice(), &[alpha]].concat()
    };
    let pages = page(
        "image/png",
        &png(png::ColorType::Rgba, png::BitDepth::Eight, false, &clear),
    );
    let Some((shown, printed)) = both(&pages) else {
        return;
    };
    assert_eq!((shown.as_str(), printed.as_str()), ("RGB ", "RGB "));
    assert_eq!(
        listed(&pages).len(),
        2,
        "the picture and its mask: {:?}",
        listed(&pages)
    );
}

#[test]
fn a_colour_profile_goes_into_the_file() {
    let plain = |colour: [u8; 3], _| colour.to_vec();
    let quarters = |profile| png(png::ColorType::Rgb, png::BitDepth::Eight, profile, &plain);
    let segment = [b"ICC_PROFILE\0\x01\x01".as_slice(), PROFILE].concat();
    for (media_type, with_profile, without) in [
        ("image/png", quarters(true), quarters(false)),
        (
            "image/jpeg",
            with_segment(0xE2, &segment),
            QUARTERS.to_vec(),
        ),
    ] {
        let pages = page(media_type, &with_profile);
        let Some((shown, printed)) = both(&pages) else {
            return;
        };
        assert_eq!(
            (shown.as_str(), printed.as_str()),
            ("RGBY", "RGBY"),
            "{media_type}"
        );
        assert_eq!(listed(&pages), ["image 8"], "{media_type}");
        // A JPEG brings its segment along besides.
        let own = with_profile.len().saturating_sub(without.len());
        let own = if media_type == "image/jpeg" { own } else { 0 };
        let more = size(&pages).saturating_sub(size(&page(media_type, &without)) + own);
        assert!(
            more > 200,
            "{media_type}: the profile is not in the file, {more} bytes more"
        );
    }
}
