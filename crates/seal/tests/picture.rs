//! Drawn seals, measured on their ink.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, io::Cursor};

use andu_seal::{
    SealError,
    picture::{DrawnSeal, RoundSeal, SealCentre, diameters, draw_signature_seal, import_picture},
};
use ttf_parser::Face;

/// Of Debian's fonts-noto-cjk, which the product needs to be built at all.
const FONT: &str = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc";

fn with_face(test: impl FnOnce(&Face<'_>)) {
    let bytes = fs::read(FONT).expect(FONT);
    test(&Face::parse(&bytes, 2).unwrap());
}

fn seal<'a>(name: &'a str, line: &'a str, diameter_mm: f32) -> RoundSeal<'a> {
    RoundSeal {
        name,
        line,
        diameter_mm,
        centre: SealCentre::Star,
    }
}

/// How much ink each pixel has, row by row, and how many there are in a row.
fn ink(drawn: &DrawnSeal, dpi: u32) -> (Vec<u8>, usize) {
    let picture = drawn.to_picture(dpi).unwrap();
    let mut reader = png::Decoder::new(Cursor::new(picture.bytes))
        .read_info()
        .unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    let alpha = bytes.chunks(4).map(|pixel| pixel[3]).collect();
    (alpha, usize::try_from(info.width).unwrap())
}

#[test]
fn a_seal_is_as_wide_as_its_rule_says() {
    with_face(|face| {
        for kind in diameters() {
            #[expect(clippy::cast_precision_loss, reason = "at most 60")]
            let across = kind.diameter_mm as f32;
            let drawn = seal("望溪县人民政府办公室", "", across).draw(face).unwrap();
            let (alpha, width) = ink(&drawn, 600);
            let inked: Vec<usize> = (0..alpha.len()).filter(|at| alpha[*at] > 128).collect();
            let columns = inked.iter().map(|at| at % width);
            let (left, right) = (columns.clone().min().unwrap(), columns.max().unwrap());
            #[expect(clippy::cast_precision_loss, reason = "some hundred pixels")]
            let measured = (right - left + 1) as f32 * 25.4 / 600.0;
            assert!(
                (measured - across).abs() < 0.1,
                "{}: {measured} mm",
                kind.name
            );
        }
    });
}

#[test]
fn characters_never_touch_one_another_or_the_ring() {
    let long = "望溪县防汛抗旱指挥部办公室水旱灾害防御物资储备管理中心和仓库";
    with_face(|face| {
        for count in [1, 2, 4, 7, 10, 13, 17, 22, 26, 30] {
            let name: String = long.chars().take(count).collect();
            for line in ["", "合同专用章", "行政审批业务专用"] {
                let drawn = seal(&name, line, 42.0).draw(face).unwrap();
                // Ring, star, the name, 测试, the line.
                assert_eq!(drawn.shapes.len(), 2 + count + 2 + line.chars().count());
                let mut covered: Vec<u8> = Vec::new();
                for (nth, shape) in drawn.shapes.iter().enumerate() {
                    let alone = DrawnSeal {
                        shapes: vec![shape.clone()],
                        ..drawn
                    };
                    let (alpha, _) = ink(&alone, 150);
                    covered.resize(alpha.len(), 0);
                    for (all, one) in covered.iter_mut().zip(alpha) {
                        assert!(
                            *all < 128 || one < 128,
                            "{name} {line}: shape {nth} lies on another"
                        );
                        *all = (*all).max(one);
                    }
                }
            }
        }
    });
}

#[test]
fn nothing_is_drawn_without_the_word_for_a_test() {
    with_face(|face| {
        for centre in [SealCentre::Star, SealCentre::Emblem] {
            let round = RoundSeal {
                centre,
                ..seal("望溪县人民政府", "", 45.0)
            };
            let drawn = round.draw(face).unwrap();
            let word = drawn.shapes.len() - 2;
            let without = DrawnSeal {
                shapes: drawn.shapes[..word].to_vec(),
                ..drawn
            };
            let (with, width) = ink(&drawn, 150);
            let (less, _) = ink(&without, 150);
            let rows: Vec<usize> = (0..with.len())
                .filter(|at| with[*at] != less[*at])
                .map(|at| at / width)
                .collect();
            // At least three millimetres high.
            let high = rows.iter().max().unwrap() - rows.iter().min().unwrap();
            assert!(high * 254 / 1500 >= 3, "{centre:?}: {high} rows");
        }
        let drawn = draw_signature_seal("韩立群", face).unwrap();
        assert_eq!(drawn.shapes.len(), 3 + 2);
    });
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    with_face(|face| {
        let long = "长".repeat(31);
        for (round, field) in [
            (seal("", "", 42.0), "name"),
            (seal(" ", "", 42.0), "name"),
            (seal(&long, "", 42.0), "name"),
            (seal("望溪 县", "", 42.0), "name"),
            (seal("望溪县", "九个字的一行太长了", 42.0), "line"),
            (seal("望溪县", "", 10.0), "diameter_mm"),
            (seal("望溪县", "", f32::NAN), "diameter_mm"),
            (seal("望溪县\u{E123}", "", 42.0), "font"),
        ] {
            let drawn = round.draw(face);
            assert!(
                matches!(drawn, Err(SealError::BadField { field: found, .. }) if found == field),
                "{field}: {drawn:?}"
            );
        }
        let drawn = seal("望溪县", "", 42.0).draw(face).unwrap();
        assert!(drawn.to_picture(10).is_err() && drawn.to_picture(5000).is_err());
        let svg = drawn.to_svg();
        assert!(svg.starts_with("<svg") && svg.matches("<path").count() == drawn.shapes.len());
    });
}

#[test]
fn a_real_seals_file_is_kept_as_it_is_or_refused() {
    with_face(|face| {
        let drawn = seal("望溪县", "", 42.0).draw(face).unwrap();
        let bytes = drawn.to_picture(150).unwrap().bytes;
        let picture = import_picture(&bytes, 42, 42).unwrap();
        assert_eq!(
            (picture.bytes.as_slice(), picture.width_mm),
            (&bytes[..], 42)
        );
        let cut = &bytes[..bytes.len() / 2];
        for (wrong, side) in [
            (&b"no picture"[..], 42),
            (&b""[..], 42),
            (cut, 42),
            (&bytes, 0),
            (&bytes, 1000),
        ] {
            assert!(matches!(
                import_picture(wrong, side, side),
                Err(SealError::BadField {
                    field: "picture",
                    ..
                })
            ));
        }
        let huge = vec![0; 5 * 1024 * 1024];
        assert!(matches!(
            import_picture(&huge, 42, 42),
            Err(SealError::TooLong { .. })
        ));
        // A header that promises more than is there, and more than is allowed.
        let mut promised = bytes.clone();
        promised[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        assert!(import_picture(&promised, 42, 42).is_err());
    });
}
