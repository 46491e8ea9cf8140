//! Ink of a drawn page: which pixels are black or red, where bands and rules of ink lie. Lengths in mm.

use crate::{ElementBox, typeset::Pixels};

/// Which ink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tint {
    Black,
    Red,
}

/// The ink of a page.
pub(super) struct InkPage {
    width: usize,
    height: usize,
    /// Millimetres a pixel.
    step: f64,
    black: Coverage,
    red: Coverage,
    black_rules: Vec<Rule>,
    red_rules: Vec<Rule>,
}

/// Ink of one tint, 0 to 255 a pixel, row by row.
struct Coverage {
    width: usize,
    pixels: Vec<u8>,
    /// For each row the first pixel that counts as ink, and one after the last; equal without ink.
    inked: Vec<(usize, usize)>,
}

/// Coverage from which a pixel counts as ink.
const INKED: u8 = 111;

impl Coverage {
    fn new(width: usize, pixels: Vec<u8>) -> Self {
        let blank = vec![0; width];
        let rows = pixels.chunks_exact(width.max(1));
        let inked = rows.map(|row| {
            if row == blank {
                return (0, 0);
            }
            let first = row.iter().position(|v| *v >= INKED);
            let last = row.iter().rposition(|v| *v >= INKED);
            first.zip(last).map_or((0, 0), |(a, b)| (a, b + 1))
        });
        Self {
            width,
            inked: inked.collect(),
            pixels,
        }
    }

    fn row(&self, y: usize) -> &[u8] {
        &self.pixels[y * self.width..(y + 1) * self.width]
    }

    /// The first pixel of ink of row `y` between two columns, and one after the last.
    fn inked_between(&self, y: usize, x0: usize, x1: usize) -> Option<(usize, usize)> {
        let (first, end) = self.inked[y];
        let (from, to) = (first.max(x0), end.min(x1));
        if from >= to {
            return None;
        }
        if (from, to) == (first, end) {
            return Some((first, end));
        }
        let row = &self.row(y)[from..to];
        let first = row.iter().position(|v| *v >= INKED)?;
        let last = row.iter().rposition(|v| *v >= INKED)?;
        Some((from + first, from + last + 1))
    }

    /// The longest run of ink of row `y` of at least `least` pixels.
    fn longest_run(&self, y: usize, least: usize) -> Option<(usize, usize)> {
        let (first, end) = self.inked[y];
        let row = self.row(y);
        let mut best: Option<(usize, usize)> = None;
        let mut x = first;
        // A run of that length covers one of the columns looked at.
        while x < end {
            if row[x] < INKED {
                x += least.max(1);
                continue;
            }
            let before = row[first..x].iter().rev();
            let left = x - before.take_while(|v| **v >= INKED).count();
            let after = row[x..end].iter();
            let right = x + after.take_while(|v| **v >= INKED).count();
            if right - left >= least && best.is_none_or(|(l, r)| right - left > r - l) {
                best = Some((left, right));
            }
            x = right.max(x + least.max(1));
        }
        best
    }

    /// Turned by 90° clockwise.
    fn turned(&self) -> Self {
        let height = self.inked.len();
        let mut pixels = vec![0; self.pixels.len()];
        let blank = vec![0; self.width];
        for y in 0..height {
            let row = self.row(y);
            if row == blank {
                continue;
            }
            for (x, value) in row.iter().enumerate().filter(|(_, value)| **value > 0) {
                pixels[x * height + height - 1 - y] = *value;
            }
        }
        Self::new(height, pixels)
    }
}

/// Lines that cover themselves by less of their ink than this have no advance to tell: body text has
/// 0.12 to 0.6 of it, lines full of figures 0.05.
const LEAST_LIKENESS: f64 = 0.1;

/// Shorter runs of ink are no rules.
const SHORTEST_RULE: f64 = 15.0;

/// A rectangle of ink: left, top, right, bottom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extent {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Extent {
    pub fn rect(&self) -> [f64; 4] {
        [self.left, self.top, self.width(), self.height()]
    }

    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub fn middle(&self) -> f64 {
        f64::midpoint(self.top, self.bottom)
    }

    pub fn centre(&self) -> f64 {
        f64::midpoint(self.left, self.right)
    }
}

impl From<&ElementBox> for Extent {
    fn from(found: &ElementBox) -> Self {
        Self {
            left: found.x_mm,
            top: found.y_mm,
            right: found.x_mm + found.w_mm,
            bottom: found.y_mm + found.h_mm,
        }
    }
}

/// A long horizontal rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rule {
    pub extent: Extent,
    /// From the sum of coverage, so finer than a pixel.
    pub thickness: f64,
}

impl InkPage {
    pub fn new(pixels: &Pixels, dpi: f64) -> Self {
        const BLOCK: usize = 64;
        let (width, height) = (pixels.width as usize, pixels.height as usize);
        let (mut black, mut red) = (vec![0; width * height], vec![0; width * height]);
        // Paper is white for the most part.
        let white = [255; BLOCK * 4];
        for (i, block) in pixels.rgba.chunks(BLOCK * 4).enumerate() {
            if block == &white[..block.len()] {
                continue;
            }
            for (pixel, at) in block.chunks_exact(4).zip(i * BLOCK..) {
                let (r, g, b) = (pixel[0], pixel[1], pixel[2]);
                black[at] = 255 - r.max(g).max(b);
                red[at] = r.saturating_sub(g.max(b));
            }
        }
        let (black, red) = (Coverage::new(width, black), Coverage::new(width, red));
        Self::of(black, red, height, 25.4 / dpi)
    }

    /// The page turned by 90° clockwise, so that what runs up it runs from left to right.
    pub fn turned(&self) -> Self {
        Self::of(
            self.black.turned(),
            self.red.turned(),
            self.width,
            self.step,
        )
    }

    fn of(black: Coverage, red: Coverage, height: usize, step: f64) -> Self {
        let mut page = Self {
            width: black.width,
            height,
            step,
            black,
            red,
            black_rules: Vec::new(),
            red_rules: Vec::new(),
        };
        page.black_rules = page.find_rules(Tint::Black);
        page.red_rules = page.find_rules(Tint::Red);
        page
    }

    fn tint(&self, tint: Tint) -> &Coverage {
        match tint {
            Tint::Black => &self.black,
            Tint::Red => &self.red,
        }
    }

    fn column(&self, x: f64) -> usize {
        ((x / self.step).round().max(0.0) as usize).min(self.width)
    }

    fn row(&self, y: f64) -> usize {
        ((y / self.step).round().max(0.0) as usize).min(self.height)
    }

    /// The extent of ink in a region; `None` where there is none.
    pub fn extent(&self, tint: Tint, within: Extent) -> Option<Extent> {
        let (x0, x1) = (self.column(within.left), self.column(within.right));
        let (y0, y1) = (self.row(within.top), self.row(within.bottom));
        let ink = self.tint(tint);
        let mut found: Option<(usize, usize, usize, usize)> = None;
        for y in y0..y1 {
            let Some((first, end)) = ink.inked_between(y, x0, x1) else {
                continue;
            };
            let (a, b, top, _) = found.unwrap_or((usize::MAX, 0, y, y));
            found = Some((a.min(first), b.max(end), top, y + 1));
        }
        found.map(|(left, right, top, bottom)| Extent {
            left: left as f64 * self.step,
            top: top as f64 * self.step,
            right: right as f64 * self.step,
            bottom: bottom as f64 * self.step,
        })
    }

    /// Bands of rows that hold ink, top to bottom, with a blank of at least 0.6 mm between them.
    pub fn bands(&self, tint: Tint, within: Extent) -> Vec<Extent> {
        let (x0, x1) = (self.column(within.left), self.column(within.right));
        let (y0, y1) = (self.row(within.top), self.row(within.bottom));
        let ink = self.tint(tint);
        let blank = (0.6 / self.step) as usize;
        let mut bands: Vec<(usize, usize)> = Vec::new();
        for y in y0..y1 {
            if ink.inked_between(y, x0, x1).is_none() {
                continue;
            }
            match bands.last_mut() {
                Some((_, end)) if y <= *end + blank => *end = y + 1,
                _ => bands.push((y, y + 1)),
            }
        }
        let mm = |pixel: usize| pixel as f64 * self.step;
        bands
            .into_iter()
            .filter_map(|(top, bottom)| {
                let rows = Extent {
                    top: mm(top),
                    bottom: mm(bottom),
                    ..within
                };
                self.extent(tint, rows)
            })
            .collect()
    }

    /// Horizontal rules of at least `shortest` mm, top to bottom.
    pub fn rules(&self, tint: Tint, shortest: f64) -> Vec<Rule> {
        let known = match tint {
            Tint::Black => &self.black_rules,
            Tint::Red => &self.red_rules,
        };
        known
            .iter()
            .copied()
            .filter(|rule| rule.extent.width() >= shortest)
            .collect()
    }

    fn find_rules(&self, tint: Tint) -> Vec<Rule> {
        let ink = self.tint(tint);
        let least = (SHORTEST_RULE / self.step) as usize;
        let mut rules: Vec<(usize, usize, usize, usize)> = Vec::new();
        for y in 0..self.height {
            let Some((left, right)) = ink.longest_run(y, least) else {
                continue;
            };
            match rules.last_mut() {
                Some((l, r, _, bottom)) if *bottom == y => {
                    (*l, *r, *bottom) = ((*l).min(left), (*r).max(right), y + 1);
                }
                _ => rules.push((left, right, y, y + 1)),
            }
        }
        let mm = |pixel: usize| pixel as f64 * self.step;
        let made = rules.into_iter().map(|(left, right, top, bottom)| {
            let middle = left.midpoint(right);
            let coverage: f64 = (top.saturating_sub(2)..(bottom + 2).min(self.height))
                .map(|y| f64::from(ink.row(y)[middle]) / 255.0)
                .sum();
            Rule {
                extent: Extent {
                    left: mm(left),
                    top: mm(top),
                    right: mm(right),
                    bottom: mm(bottom),
                },
                thickness: coverage * self.step,
            }
        });
        made.collect()
    }

    /// From one character to the next along the lines in `within`, found as the shift by ten
    /// characters under which the ink best covers itself; near `about` mm. `None` without ink, or
    /// where it covers itself too badly to tell, as lines full of figures do.
    pub fn advance(&self, within: Extent, about: f64) -> Option<f64> {
        let (x0, x1) = (self.column(within.left), self.column(within.right));
        let (y0, y1) = (self.row(within.top), self.row(within.bottom));
        let mut profile = vec![0.0_f64; x1.saturating_sub(x0)];
        for y in y0..y1 {
            let row = &self.black.row(y)[x0..x1.max(x0)];
            for (sum, value) in profile.iter_mut().zip(row) {
                *sum += f64::from(*value);
            }
        }
        let mean = profile.iter().sum::<f64>() / profile.len().max(1) as f64;
        if mean < 1.0 {
            return None;
        }
        for value in &mut profile {
            *value -= mean;
        }
        let likeness = |lag: usize| -> f64 {
            let pairs = profile.len().saturating_sub(lag).max(1) as f64;
            profile
                .iter()
                .zip(profile.iter().skip(lag))
                .map(|(a, b)| a * b)
                .sum::<f64>()
                / pairs
        };
        let range = self.column(about * 9.56)..=self.column(about * 10.44);
        let best = range.max_by(|a, b| likeness(*a).total_cmp(&likeness(*b)))?;
        let certain = likeness(best) >= LEAST_LIKENESS * likeness(0);
        certain.then_some(best as f64 * self.step / 10.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A white page of 100 by 200 dots at 254 dots an inch (0.1 mm each) with black rectangles:
    /// left, top, right, bottom in dots.
    fn page(width: u32, height: u32, black: &[(u32, u32, u32, u32)]) -> InkPage {
        let mut rgba = vec![255; (width * height * 4) as usize];
        for &(left, top, right, bottom) in black {
            for y in top..bottom {
                for x in left..right {
                    let at = ((y * width + x) * 4) as usize;
                    rgba[at..at + 3].fill(0);
                }
            }
        }
        let pixels = Pixels {
            width,
            height,
            rgba,
        };
        InkPage::new(&pixels, 254.0)
    }

    fn all(width: f64, height: f64) -> Extent {
        Extent {
            left: 0.0,
            top: 0.0,
            right: width,
            bottom: height,
        }
    }

    #[test]
    fn rules_are_found_beside_other_ink_and_short_ones_are_none() {
        // A word, then a rule of 20 mm in the same row; below it one of 14 mm.
        let ink = page(
            400,
            100,
            &[(3, 10, 50, 14), (101, 12, 301, 14), (150, 60, 290, 62)],
        );
        let rules = ink.rules(Tint::Black, 15.0);
        assert_eq!(rules.len(), 1, "{rules:?}");
        let rect = rules[0].extent.rect();
        for (found, right) in rect.into_iter().zip([10.1, 1.2, 20.0, 0.2]) {
            assert!((found - right).abs() < 1e-9, "{rect:?}");
        }
    }

    #[test]
    fn ink_is_seen_only_inside_the_region() {
        let ink = page(300, 100, &[(10, 20, 20, 30), (200, 22, 240, 40)]);
        let whole = ink.extent(Tint::Black, all(30.0, 10.0)).expect("ink");
        assert_eq!(
            whole.rect().map(|v| (v * 10.0).round()),
            [10.0, 20.0, 230.0, 20.0]
        );
        let right = Extent {
            left: 15.0,
            ..all(30.0, 10.0)
        };
        let right = ink.extent(Tint::Black, right).expect("ink");
        assert_eq!(
            right.rect().map(|v| (v * 10.0).round()),
            [200.0, 22.0, 40.0, 18.0]
        );
        assert!(ink.extent(Tint::Red, all(30.0, 10.0)).is_none());
    }

    #[test]
    fn a_page_turned_runs_from_left_to_right() {
        // 4 mm from the left edge and 2 mm from the foot, 1 mm wide and 5 mm high.
        let ink = page(100, 200, &[(40, 130, 50, 180)]).turned();
        let found = ink.extent(Tint::Black, all(20.0, 10.0)).expect("ink");
        assert_eq!(
            found.rect().map(|v| (v * 10.0).round()),
            [20.0, 40.0, 50.0, 10.0]
        );
    }
}
