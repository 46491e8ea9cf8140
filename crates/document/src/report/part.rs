//! How a figure comes onto sheets: made smaller as long as its words can be read, and parted beyond that where no box
//! and no words are cut.

use super::{Area, Figure, Form, Mark, Paper};

/// Words are never smaller than this: 7 point.
const LEAST: i32 = 247;

/// What a section's heading and a line under it take of the first sheet, with the caption.
const TAKEN: i32 = 3_200;

/// What the caption takes of every sheet.
const CAPTION: i32 = 1_300;

/// A figure on sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parted {
    /// How large it is drawn, in thousandths.
    pub scale: i32,
    /// Its tiles, row by row, each from its own corner and not yet made smaller; one: it is whole.
    pub tiles: Vec<Figure>,
}

impl Figure {
    /// The size of its smallest words.
    fn least(&self) -> i32 {
        let sizes = self.marks.iter().filter_map(|mark| match mark {
            Mark::Words { size, .. } => Some(*size),
            Mark::Box { .. } | Mark::Line { .. } => None,
        });
        sizes.min().unwrap_or(LEAST).max(1)
    }

    /// Parts it for the sheets of a section.
    #[must_use]
    pub fn parted(&self, turned: bool) -> Parted {
        let core = Paper::of(turned).core;
        let (wide, high) = (core.w, core.h - TAKEN);
        let least = (LEAST * 1_000 / self.least()).min(1_000);
        let fit = |room: i32, size: i32| per_mille(room, size).min(1_000);
        let whole = fit(wide, self.width).min(fit(high, self.height));
        let scale = if whole >= least {
            whole
        } else {
            fit(wide, self.width).max(least)
        };
        let room = |length: i32| {
            i32::try_from(i64::from(length) * 1_000 / i64::from(scale)).unwrap_or(i32::MAX)
        };
        let (wide, first, next) = (room(wide), room(high), room(core.h - CAPTION));
        let mut tiles = Vec::new();
        for (top, bottom) in self.rows(first, next - self.head) {
            let row = self.cut(Area {
                x: 0,
                y: top,
                w: self.width,
                h: bottom - top,
            });
            for (left, right) in row.columns(wide) {
                let head = if top > 0 { self.head } else { 0 };
                let mut figure = row.cut(Area {
                    x: left,
                    y: 0,
                    w: right - left,
                    h: row.height,
                });
                if head > 0 {
                    let band = self.cut(Area {
                        x: left,
                        y: 0,
                        w: right - left,
                        h: head,
                    });
                    figure.under(band);
                }
                tiles.push(figure);
            }
        }
        Parted { scale, tiles }
    }

    /// The caption of one tile of several, from 1.
    #[must_use]
    pub fn caption_of(&self, no: usize, of: usize) -> String {
        match (self.caption.as_str(), of) {
            ("", _) => String::new(),
            (caption, 0 | 1) => caption.to_owned(),
            (caption, of) => format!("{caption}（{no}／{of}）"),
        }
    }

    /// Whether it is better seen on turned sheets: on fewer of them, or larger.
    #[must_use]
    pub fn is_better_turned(&self) -> bool {
        let (upright, turned) = (self.parted(false), self.parted(true));
        let (many, few) = (upright.tiles.len(), turned.tiles.len());
        few < many || few == many && turned.scale > upright.scale * 5 / 4
    }

    /// From where to where its rows go: how high the first may be, and each later one.
    fn rows(&self, first: i32, next: i32) -> Vec<(i32, i32)> {
        let spans = self.marks.iter().filter_map(upright);
        spans_of(self.height, first, next, spans.collect())
    }

    fn columns(&self, wide: i32) -> Vec<(i32, i32)> {
        let spans = self.marks.iter().filter_map(level);
        spans_of(self.width, wide, wide, spans.collect())
    }

    /// What lies in an area, from its corner.
    fn cut(&self, area: Area) -> Figure {
        let marks = self.marks.iter().flat_map(|mark| cut(mark, area)).collect();
        Figure {
            width: area.w,
            height: area.h,
            head: 0,
            marks,
            caption: self.caption.clone(),
        }
    }

    /// Puts a band over everything.
    fn under(&mut self, band: Figure) {
        let down = band.height;
        for mark in &mut self.marks {
            shift(mark, 0, down);
        }
        self.marks.splice(0..0, band.marks);
        self.height += down;
    }
}

fn per_mille(room: i32, size: i32) -> i32 {
    i32::try_from(i64::from(room) * 1_000 / i64::from(size.max(1))).unwrap_or(i32::MAX)
}

/// How far down what may not be cut reaches.
fn upright(mark: &Mark) -> Option<(i32, i32)> {
    match mark {
        Mark::Box {
            area, frame: false, ..
        } => Some((area.y, area.y + area.h)),
        Mark::Words { y, size, .. } => Some((*y, y + size)),
        Mark::Box { .. } | Mark::Line { .. } => None,
    }
}

/// How far to the right what may not be cut reaches.
fn level(mark: &Mark) -> Option<(i32, i32)> {
    match mark {
        Mark::Box {
            area, frame: false, ..
        } => Some((area.x, area.x + area.w)),
        Mark::Words {
            x, width, centred, ..
        } => {
            let left = if *centred { x - width / 2 } else { *x };
            Some((left, left + width))
        }
        Mark::Box { .. } | Mark::Line { .. } => None,
    }
}

/// Parts a length into pieces, the first of at most `first`, the others of at most `next`, between the spans; through
/// one where there is no other way.
fn spans_of(length: i32, first: i32, next: i32, mut spans: Vec<(i32, i32)>) -> Vec<(i32, i32)> {
    spans.sort_unstable();
    // The gaps between what may not be cut: where one ends and all before it have ended.
    let mut gaps = Vec::new();
    let mut end = 0;
    for (from, to) in spans {
        if from > end {
            gaps.push((end, from));
        }
        end = end.max(to);
    }
    let mut pieces = Vec::new();
    let mut from = 0;
    loop {
        let room = if from > 0 { next } else { first }.max(first / 2).max(1);
        if length - from <= room {
            break;
        }
        let mut in_reach = gaps
            .iter()
            .filter(|gap| gap.0 > from + room / 4 && gap.0 < from + room);
        let cut = in_reach.next_back().map_or(from + room, |gap| {
            // Near the upper edge of the gap: the words of a line stand with the box they lead to.
            (gap.0 + (gap.1 - gap.0).min(360) / 2).min(from + room)
        });
        pieces.push((from, cut));
        from = cut;
    }
    pieces.push((from, length));
    pieces
}

/// What of a mark lies in an area, from the area's corner.
fn cut(mark: &Mark, area: Area) -> Vec<Mark> {
    let (right, bottom) = (area.x + area.w, area.y + area.h);
    let mut found = match mark {
        Mark::Words { x, y, size, .. } => {
            let (across, down) = (*x, y + size / 2);
            let inside = (area.x..right).contains(&across) && (area.y..bottom).contains(&down);
            if inside {
                vec![mark.clone()]
            } else {
                Vec::new()
            }
        }
        Mark::Box {
            area: own,
            form,
            pen,
            ..
        } => {
            let inside = own.x >= area.x
                && own.y >= area.y
                && own.x + own.w <= right
                && own.y + own.h <= bottom;
            let apart = own.x >= right
                || own.y >= bottom
                || own.x + own.w <= area.x
                || own.y + own.h <= area.y;
            match (inside, apart, form) {
                (true, _, _) => vec![mark.clone()],
                (_, true, _) => Vec::new(),
                (_, _, Form::Bar | Form::Square | Form::Rounded | Form::Diamond | Form::Circle) => {
                    let (x, y) = (own.x + own.w, own.y + own.h);
                    let corners = [
                        (own.x, own.y),
                        (x, own.y),
                        (x, y),
                        (own.x, y),
                        (own.x, own.y),
                    ];
                    cut_line(&corners, false, *pen, area)
                }
            }
        }
        Mark::Line { points, arrow, pen } => cut_line(points, *arrow, *pen, area),
    };
    for one in &mut found {
        shift(one, -area.x, -area.y);
    }
    found
}

/// The pieces of a line of level and upright pieces that lie in an area.
fn cut_line(points: &[(i32, i32)], arrow: bool, pen: super::Pen, area: Area) -> Vec<Mark> {
    let (right, bottom) = (area.x + area.w, area.y + area.h);
    let mut pieces: Vec<Vec<(i32, i32)>> = Vec::new();
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let inside = |x: i32, y: i32| (x.clamp(area.x, right), y.clamp(area.y, bottom));
        let (from, to) = (inside(a.0, a.1), inside(b.0, b.1));
        // Of a piece that lies beside the area both ends are moved onto its edge, away from the piece.
        let beside = if a.0 == b.0 {
            from.0 != a.0
        } else {
            from.1 != a.1
        };
        if beside || from == to {
            continue;
        }
        match pieces.last_mut() {
            Some(piece) if piece.last() == Some(&from) && from == a => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
    }
    let end = points.last();
    let line = |points: Vec<(i32, i32)>| {
        let arrow = arrow && points.last() == end;
        Mark::Line { points, arrow, pen }
    };
    pieces.into_iter().map(line).collect()
}

fn shift(mark: &mut Mark, x: i32, y: i32) {
    match mark {
        Mark::Box { area, .. } => {
            area.x += x;
            area.y += y;
        }
        Mark::Line { points, .. } => {
            for point in points {
                point.0 += x;
                point.1 += y;
            }
        }
        Mark::Words {
            x: across, y: down, ..
        } => {
            *across += x;
            *down += y;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Pen, *};

    fn boxed(y: i32) -> [Mark; 2] {
        let area = Area {
            x: 1_000,
            y,
            w: 4_000,
            h: 1_000,
        };
        let words = Mark::Words {
            x: 3_000,
            y: y + 300,
            width: 1_400,
            size: 350,
            centred: true,
            text: "拟稿".into(),
        };
        [
            Mark::Box {
                area,
                form: Form::Square,
                pen: Pen::Thin,
                frame: false,
            },
            words,
        ]
    }

    /// So many boxes one under the other in a frame, with a line from the first to the last.
    fn tall(count: i32) -> Figure {
        let height = count * 2_000 + 1_000;
        let whole = Area {
            x: 0,
            y: 0,
            w: 6_000,
            h: height,
        };
        let frame = Mark::Box {
            area: whole,
            form: Form::Square,
            pen: Pen::Thin,
            frame: true,
        };
        let points = vec![(5_500, 1_000), (5_500, height - 1_000)];
        let line = Mark::Line {
            points,
            arrow: true,
            pen: Pen::Dashed,
        };
        let boxes = (0..count).flat_map(|no| boxed(1_000 + no * 2_000));
        let marks = [frame, line].into_iter().chain(boxes).collect();
        Figure {
            width: 6_000,
            height,
            head: 500,
            marks,
            caption: String::new(),
        }
    }

    #[test]
    fn what_fits_stays_whole_and_as_large_as_it_is() {
        let parted = tall(5).parted(false);
        assert_eq!((parted.scale, parted.tiles.len()), (1_000, 1));
        assert_eq!(parted.tiles[0].marks, tall(5).marks);
    }

    #[test]
    fn what_is_too_high_to_be_read_whole_is_parted_between_boxes() {
        let figure = tall(40);
        let parted = figure.parted(false);
        assert!(parted.tiles.len() > 2, "{} tiles", parted.tiles.len());
        let core = Paper::UPRIGHT.core;
        let (mut words, mut boxes, mut arrows) = (0, 0, 0);
        for tile in &parted.tiles {
            assert!(
                tile.height * parted.scale / 1_000 <= core.h,
                "a tile fits its sheet"
            );
            for mark in &tile.marks {
                match mark {
                    Mark::Words { y, size, .. } => {
                        assert!(*y >= 0 && y + size <= tile.height, "words are whole");
                        words += 1;
                    }
                    Mark::Box { .. } => boxes += 1,
                    Mark::Line { arrow, points, .. } => {
                        arrows += i32::from(*arrow);
                        let inside = |y: i32| (0..=tile.height).contains(&y);
                        assert!(points.iter().all(|point| inside(point.1)), "{points:?}");
                    }
                }
            }
        }
        assert_eq!(
            (words, boxes, arrows),
            (40, 40, 1),
            "each box is on one tile, whole"
        );
    }

    #[test]
    fn words_do_not_get_smaller_than_seven_points() {
        let mut wide = tall(3);
        wide.width = 60_000;
        for turned in [false, true] {
            let parted = wide.parted(turned);
            assert!(350 * parted.scale / 1_000 >= LEAST - 1, "{}", parted.scale);
            assert!(parted.tiles.len() > 1, "it is parted");
        }
        assert!(wide.is_better_turned() && !tall(3).is_better_turned());
    }
}
