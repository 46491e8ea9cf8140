//! Ink of a drawn page: which pixels are black or red, where bands and rules of ink lie. Lengths in mm.

use crate::typeset::Pixels;

/// Which ink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tint {
    Black,
    Red,
}

/// The ink of a page as coverage, 0 to 255 a pixel.
pub(super) struct InkPage {
    width: usize,
    height: usize,
    /// Millimetres a pixel.
    step: f64,
    black: Vec<u8>,
    red: Vec<u8>,
    black_rules: Vec<Rule>,
    red_rules: Vec<Rule>,
}

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
        let mut black = Vec::with_capacity(pixels.rgba.len() / 4);
        let mut red = Vec::with_capacity(pixels.rgba.len() / 4);
        for pixel in pixels.rgba.chunks_exact(4) {
            let (r, g, b) = (pixel[0], pixel[1], pixel[2]);
            let lightest = r.max(g).max(b);
            black.push(255 - lightest);
            red.push(r.saturating_sub(g.max(b)));
        }
        let (width, height) = (pixels.width as usize, pixels.height as usize);
        let mut page = Self {
            width,
            height,
            step: 25.4 / dpi,
            black,
            red,
            black_rules: Vec::new(),
            red_rules: Vec::new(),
        };
        page.black_rules = page.find_rules(Tint::Black);
        page.red_rules = page.find_rules(Tint::Red);
        page
    }

    fn tint(&self, tint: Tint) -> &[u8] {
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
            let row = &ink[y * self.width + x0..y * self.width + x1.max(x0)];
            let Some(first) = row.iter().position(|v| *v > 110) else {
                continue;
            };
            let last = row.iter().rposition(|v| *v > 110).unwrap_or(first);
            let (a, b, top, _) = found.unwrap_or((usize::MAX, 0, y, y));
            found = Some((a.min(x0 + first), b.max(x0 + last + 1), top, y + 1));
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
            let inked = ink[y * self.width + x0..y * self.width + x1.max(x0)]
                .iter()
                .any(|v| *v > 110);
            if !inked {
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
            let row = &ink[y * self.width..(y + 1) * self.width];
            let Some((left, right)) = longest_run(row) else {
                continue;
            };
            if right - left < least {
                continue;
            }
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
                .map(|y| f64::from(ink[y * self.width + middle]) / 255.0)
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
    /// characters under which the ink best covers itself; near `about` mm. `None` without ink.
    pub fn advance(&self, within: Extent, about: f64) -> Option<f64> {
        let (x0, x1) = (self.column(within.left), self.column(within.right));
        let (y0, y1) = (self.row(within.top), self.row(within.bottom));
        let mut profile = vec![0.0_f64; x1.saturating_sub(x0)];
        for y in y0..y1 {
            let row = &self.black[y * self.width + x0..y * self.width + x1.max(x0)];
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
        Some(best as f64 * self.step / 10.0)
    }
}

fn longest_run(row: &[u8]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    let mut start = None;
    for (x, value) in row.iter().chain([&0]).enumerate() {
        match (*value > 110, start) {
            (true, None) => start = Some(x),
            (false, Some(from)) => {
                if best.is_none_or(|(l, r)| x - from > r - l) {
                    best = Some((from, x));
                }
                start = None;
            }
            _ => {}
        }
    }
    best
}
