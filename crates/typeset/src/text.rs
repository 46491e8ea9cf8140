//! Text on the grid: characters become atoms of known width, atoms become lines (避头尾, GB/T 15834),
//! lines become runs of glyphs whose right edge is where it must be. Full-width characters and
//! punctuation each take one cell; half-width ones their own width.

use std::{
    hash::{Hash, Hasher},
    ops::Range,
};

use andu_document::body::{Change, Run};
use unicode_segmentation::UnicodeSegmentation;

use crate::{
    draw::{Draw, Ink, RunGlyph, TextRun},
    font::{FontCategory, FontShelf, Glyph},
};

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    pub category: FontCategory,
    /// Height of the em box in mm.
    pub size: f64,
    /// Width of a cell over the em: 0.987 in the body, where 28 characters fill 156 mm; 1 elsewhere.
    pub cell: f64,
    pub bold: bool,
    pub underline: bool,
    /// 1: superscript, -1: subscript.
    pub script: i8,
    pub change: Option<Change>,
    /// Whose change it is: by number in the legend.
    pub by: Option<u8>,
    pub ink: Ink,
}

impl Style {
    pub const fn new(category: FontCategory, size: f64, cell: f64) -> Self {
        Self {
            category,
            size,
            cell,
            bold: false,
            underline: false,
            script: 0,
            change: None,
            by: None,
            ink: Ink::Black,
        }
    }

    pub const fn red(self) -> Self {
        Self {
            ink: Ink::Red,
            ..self
        }
    }

    pub const fn of(self, category: FontCategory) -> Self {
        Self { category, ..self }
    }

    /// This style with what a run changes in it.
    pub fn with_run(self, run: &Run) -> Self {
        let script = i8::from(run.superscript) - i8::from(run.subscript);
        let ink = match (run.change, run.by) {
            (Some(_), Some(by)) => Ink::Person(by),
            (Some(Change::Inserted), None) => Ink::Inserted,
            (Some(Change::Deleted), None) => Ink::Deleted,
            (None, _) => self.ink,
        };
        Self {
            bold: run.bold || self.bold,
            underline: run.underline,
            script,
            change: run.change,
            by: run.by.filter(|_| run.change.is_some()),
            ink,
            ..self
        }
    }

    fn drawn_size(&self) -> f64 {
        if self.script == 0 {
            self.size
        } else {
            self.size * 0.62
        }
    }

    pub fn hash_into(&self, state: &mut impl Hasher) {
        (
            self.category,
            self.bold,
            self.underline,
            self.script,
            self.ink,
        )
            .hash(state);
        (self.change.map(|change| change as u8), self.by).hash(state);
        self.size.to_bits().hash(state);
        self.cell.to_bits().hash(state);
    }
}

/// What an atom is to the line breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A cell of the grid.
    Full,
    /// Part of a word or number.
    Half,
    Space,
    /// The drafter's line break.
    Break,
}

/// A character with what hangs on it.
#[derive(Debug, Clone, Copy)]
struct Atom {
    start: u32,
    end: u32,
    first: char,
    glyph: Option<Glyph>,
    width: f64,
    /// From the left of the cell to the glyph's origin.
    shift: f64,
    class: Class,
    style: u16,
}

/// Text with its atoms.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shaped {
    text: String,
    styles: Vec<Style>,
    atoms: Vec<Atom>,
}

/// One line: which atoms, how wide they are, and whether the paragraph (or a set break) ends there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    atoms: Range<usize>,
    pub width: f64,
    pub last: bool,
}

/// Where a line stands between its edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Set {
    /// Stretched to both edges unless it is the last.
    Justify,
    Left,
    Center,
    Right,
    /// Stretched to both edges in any case (names of a joint letterhead).
    Spread,
}

/// Size of the number of a person, in the size of the line.
const NUMBER: f64 = 0.45;
/// A line may be looser by this many cells before a long word is parted.
const LOOSEST: f64 = 3.0;

/// Not at the start of a line (GB/T 15834-2011, 5.1).
fn no_start(c: char) -> bool {
    "，。、；：？！）〕】》〉」』〗”’·％‰℃,.;:?!)]}%…—～/".contains(c) && !matches!(c, '…' | '—')
}

/// Not at the end of a line.
fn no_end(c: char) -> bool {
    "（〔【《〈「『〖“‘([{￥$/".contains(c)
}

/// Takes one cell even where a font has it narrower.
fn is_full(c: char) -> bool {
    matches!(c,
        '“' | '”' | '‘' | '’' | '—' | '…' | '·' | '×' | '★' | '☆' | '○' | '●' | '△' | '▲' | '□' | '■'
        | '※' | '→' | '←' | '↑' | '↓'
        | '\u{2460}'..='\u{24FF}'
        | '\u{2E80}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7AF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE4F}'
        | '\u{FF01}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// Characters that are not printed and not carried: controls, direction marks, byte order marks.
fn is_dropped(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}'..='\u{2069}'
            | '\u{202A}'..='\u{202E}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The text as it is printed: tabs and odd spaces are spaces, controls are gone.
pub(crate) fn printable(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars()
        .filter_map(|c| match c {
            '\t' | '\u{A0}' => Some(' '),
            '\r' | '\u{2028}' | '\u{2029}' | '\u{B}' | '\u{C}' | '\u{85}' => Some('\n'),
            c if is_dropped(c) => None,
            c => Some(c),
        })
        .collect()
}

impl Shaped {
    pub fn plain(text: &str, style: Style, shelf: &FontShelf) -> Self {
        let mut shaped = Self::default();
        shaped.push(text, style, shelf);
        shaped
    }

    /// Adds text in `style`.
    pub fn push(&mut self, text: &str, style: Style, shelf: &FontShelf) {
        let clean = printable(text);
        if clean.is_empty() || self.styles.len() >= usize::from(u16::MAX) {
            return;
        }
        let number = self.styles.len() as u16;
        self.styles.push(style);
        let base = self.text.len();
        self.text.push_str(&clean);
        for (at, cluster) in clean.grapheme_indices(true) {
            let Some(first) = cluster.chars().next() else {
                continue;
            };
            self.atoms
                .push(atom(base + at, cluster.len(), first, style, number, shelf));
        }
    }

    pub fn runs(&mut self, runs: &[Run], style: Style, shelf: &FontShelf) {
        for run in runs {
            self.push(&run.text, style.with_run(run), shelf);
        }
    }

    /// The text from the beginning of a line of it on, to be broken anew.
    pub fn beginning_at(&self, line: &Line) -> Self {
        Self {
            text: self.text.clone(),
            styles: self.styles.clone(),
            atoms: self.atoms[line.atoms.start..].to_vec(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.atoms.is_empty()
    }

    /// Width of all atoms on one line.
    pub fn width(&self) -> f64 {
        self.atoms.iter().map(|atom| atom.width).sum()
    }

    /// Characters used, for the font report.
    pub fn characters(&self) -> impl Iterator<Item = (FontCategory, char)> + '_ {
        let drawn = self
            .atoms
            .iter()
            .filter(|atom| matches!(atom.class, Class::Full | Class::Half));
        drawn.map(|atom| (self.styles[usize::from(atom.style)].category, atom.first))
    }

    /// Breaks into lines, the first `first` mm wide, the others `rest`. Always at least one line.
    pub fn lines(&self, first: f64, rest: f64) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut start = 0;
        loop {
            let measure = if lines.is_empty() { first } else { rest };
            let (end, next, last) = self.line_from(start, measure);
            lines.push(Line {
                atoms: start..end,
                width: self.width_of(start..end),
                last,
            });
            start = next;
            if start >= self.atoms.len() {
                break;
            }
        }
        if let Some(line) = lines.last_mut() {
            line.last = true;
        }
        lines
    }

    fn width_of(&self, range: Range<usize>) -> f64 {
        self.atoms[range].iter().map(|atom| atom.width).sum()
    }

    /// (end of the atoms drawn, start of the next line, whether a set break or the text ended it)
    fn line_from(&self, start: usize, measure: f64) -> (usize, usize, bool) {
        let mut width = 0.0;
        let mut at = start;
        while let Some(atom) = self.atoms.get(at) {
            if atom.class == Class::Break {
                return (at, at + 1, true);
            }
            if width + atom.width > measure + 0.02 && atom.class != Class::Space && at > start {
                let end = self.break_before(start, at);
                let mut next = end;
                while self
                    .atoms
                    .get(next)
                    .is_some_and(|atom| atom.class == Class::Space)
                {
                    next += 1;
                }
                return (self.without_spaces(start, end), next, false);
            }
            width += atom.width;
            at += 1;
        }
        (at, at, true)
    }

    fn without_spaces(&self, start: usize, mut end: usize) -> usize {
        while end > start + 1 && self.atoms[end - 1].class == Class::Space {
            end -= 1;
        }
        end
    }

    /// The nearest place at or before `at` where a line may end; `at` itself if there is none near.
    fn break_before(&self, start: usize, at: usize) -> usize {
        let lowest = start.max(at.saturating_sub(60));
        let found = (lowest + 1..=at).rev().find(|&k| self.may_break(k));
        let left_over = |k: usize| self.width_of(k..at);
        match found {
            Some(k) if left_over(k) <= LOOSEST * self.cell_near(at) => k,
            _ => (found.unwrap_or(lowest) + 1..=at)
                .rev()
                .find(|&k| self.may_part(k))
                .or(found)
                .unwrap_or(at),
        }
    }

    fn cell_near(&self, at: usize) -> f64 {
        let style = self
            .atoms
            .get(at)
            .map(|atom| self.styles[usize::from(atom.style)]);
        style.map_or(5.6, |style| style.size * style.cell)
    }

    /// Inside a long word or number: after a hyphen, a slash and the like.
    fn may_part(&self, k: usize) -> bool {
        let (Some(before), Some(after)) = (self.atoms.get(k.wrapping_sub(1)), self.atoms.get(k))
        else {
            return false;
        };
        "-/_.@&=?".contains(before.first) && after.first.is_alphanumeric()
    }

    fn may_break(&self, k: usize) -> bool {
        let (Some(before), Some(after)) = (self.atoms.get(k.wrapping_sub(1)), self.atoms.get(k))
        else {
            return true;
        };
        let (b, a) = (before.first, after.first);
        !(no_start(a)
            || no_end(b)
            || joined(b, a)
            || after.class == Class::Space
            || (before.class == Class::Half && after.class == Class::Half && !ideographic_half(a)))
    }

    /// Draws a line whose em boxes (of `size` mm) begin at `top`, between `x` and `x + measure`.
    /// Answers the box of what was drawn: left and right edge.
    #[expect(clippy::too_many_arguments, reason = "a place, a size and how to set")]
    pub fn draw(
        &self,
        line: &Line,
        x: f64,
        top: f64,
        size: f64,
        measure: f64,
        set: Set,
        shelf: &FontShelf,
        out: &mut Vec<Draw>,
    ) -> (f64, f64) {
        let atoms = &self.atoms[line.atoms.clone()];
        let spare = measure - line.width;
        let gaps = (1..atoms.len())
            .filter(|&i| stretches(&atoms[i - 1], &atoms[i]))
            .count();
        let stretch = match set {
            Set::Justify if !line.last && spare < measure * 0.35 => true,
            Set::Spread => true,
            _ => false,
        };
        let extra = if stretch && gaps > 0 {
            (spare / gaps as f64).max(-0.4)
        } else {
            0.0
        };
        let left = match set {
            Set::Center => x + spare / 2.0,
            Set::Right => x + spare,
            Set::Justify | Set::Left | Set::Spread => x,
        };
        let mut pen = left;
        let mut row = Row {
            shaped: self,
            shelf,
            top,
            size,
            run: None,
            out,
        };
        for (i, atom) in atoms.iter().enumerate() {
            let stretched = i + 1 < atoms.len() && stretches(atom, &atoms[i + 1]);
            let advance = atom.width + if stretched { extra } else { 0.0 };
            row.atom(atom, pen, advance);
            pen += advance;
            if let Some(style) = self.ends_stretch(line.atoms.start + i) {
                row.flush();
                row.number(style, pen);
            }
        }
        row.flush();
        (left, pen)
    }

    /// The style of a stretch of one person's change that ends with this atom.
    fn ends_stretch(&self, at: usize) -> Option<Style> {
        let style = |at: usize| {
            let atom = self.atoms.get(at)?;
            Some(self.styles[usize::from(atom.style)])
        };
        let now = style(at).filter(|style| style.by.is_some())?;
        let next = style(at + 1).map(|style| (style.by, style.change));
        (next != Some((now.by, now.change))).then_some(now)
    }
}

fn atom(
    start: usize,
    length: usize,
    first: char,
    style: Style,
    number: u16,
    shelf: &FontShelf,
) -> Atom {
    let size = style.drawn_size();
    let cell = size * style.cell;
    let mut made = Atom {
        start: start as u32,
        end: (start + length) as u32,
        first,
        glyph: None,
        width: 0.0,
        shift: 0.0,
        class: Class::Full,
        style: number,
    };
    if first == '\n' {
        made.class = Class::Break;
        return made;
    }
    made.glyph = shelf
        .glyph(style.category, first)
        .or_else(|| shelf.glyph(style.category, '□'));
    let Some(glyph) = made.glyph else {
        made.width = cell;
        return made;
    };
    let natural = glyph.advance * size;
    if first == ' ' {
        made.class = Class::Space;
        made.width = natural * style.cell;
    } else if is_full(first) && glyph.advance < 1.1 {
        made.width = cell;
        made.shift = match first {
            '“' | '‘' if glyph.advance < 0.9 => cell - natural,
            '”' | '’' if glyph.advance < 0.9 => 0.0,
            _ => (cell - natural) / 2.0,
        };
    } else {
        made.class = if is_full(first) {
            Class::Full
        } else {
            Class::Half
        };
        made.width = natural * style.cell;
    }
    made
}

/// Half-width characters between which a line may break all the same (emoji and the like).
fn ideographic_half(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}')
}

/// —— and …… are one sign each.
fn joined(before: char, after: char) -> bool {
    before == after && matches!(after, '—' | '…')
}

fn stretches(before: &Atom, after: &Atom) -> bool {
    let word = before.class == Class::Half && after.class == Class::Half;
    !word && !joined(before.first, after.first)
}

/// A line being drawn: glyphs of one style and face gather into one run.
struct Row<'a> {
    shaped: &'a Shaped,
    shelf: &'a FontShelf,
    top: f64,
    size: f64,
    run: Option<(u16, TextRun, f64)>,
    out: &'a mut Vec<Draw>,
}

impl Row<'_> {
    fn atom(&mut self, atom: &Atom, pen: f64, advance: f64) {
        let Some(glyph) = atom.glyph else {
            self.flush();
            let inset = self.size * 0.1;
            let side = self.size - 2.0 * inset;
            self.out.push(Draw::Outline(
                pen + inset,
                self.top + inset,
                side,
                side,
                0.2,
                Ink::Black,
            ));
            return;
        };
        let same = self.run.as_ref().is_some_and(|(style, run, _)| {
            *style == atom.style && run.face == glyph.face && run.text.len() < 30_000
        });
        if !same {
            self.flush();
            self.run = Some((atom.style, self.begin(atom, glyph, pen), pen));
        }
        let Some((_, run, end)) = &mut self.run else {
            return;
        };
        let start = run.text.len();
        run.text
            .push_str(&self.shaped.text[atom.start as usize..atom.end as usize]);
        run.glyphs.push(RunGlyph {
            id: glyph.id,
            advance,
            shift: atom.shift,
            start: start as u16,
            end: run.text.len() as u16,
        });
        *end = pen + advance;
    }

    fn begin(&self, atom: &Atom, glyph: Glyph, pen: f64) -> TextRun {
        let style = self.shaped.styles[usize::from(atom.style)];
        let main = self
            .shelf
            .primary(style.category)
            .map_or(glyph.face, |(face, _)| face);
        let baseline = self.shelf.face(main).baseline;
        let drawn = style.drawn_size();
        let raised = match style.script {
            1 => -0.22 * style.size,
            -1 => 0.22 * style.size,
            _ => 0.0,
        };
        TextRun {
            x: pen,
            baseline: self.top + self.size / 2.0 + (baseline - 0.5) * drawn + raised,
            size: drawn,
            face: glyph.face,
            text: String::new(),
            glyphs: Vec::new(),
            ink: style.ink,
            bold: style.bold,
        }
    }

    /// The number of the person whose change ends at `x`, small and over the line: it takes no room.
    fn number(&mut self, style: Style, x: f64) {
        let Some(by) = style.by else { return };
        let size = self.size * NUMBER;
        let small = Style {
            ink: style.ink,
            ..Style::new(style.category, size, 1.0)
        };
        let shaped = Shaped::plain(&by.to_string(), small, self.shelf);
        let width = shaped.width();
        for line in shaped.lines(width, width) {
            let (left, top) = (x - width, self.top - size);
            shaped.draw(
                &line,
                left,
                top,
                size,
                width,
                Set::Left,
                self.shelf,
                self.out,
            );
        }
    }

    fn flush(&mut self) {
        let Some((style, run, end)) = self.run.take() else {
            return;
        };
        let style = self.shaped.styles[usize::from(style)];
        let (x, width, ink) = (run.x, end - run.x, run.ink);
        let (top, size) = (self.top, self.size);
        self.out.push(Draw::Text(run));
        if style.underline {
            self.out
                .push(Draw::Fill(x, top + size * 1.06, width, 0.2, ink));
        }
        match style.change {
            // Two lines, because one is 下划线.
            Some(Change::Inserted) if style.by.is_some() => {
                for low in [1.06, 1.15] {
                    let line = Draw::Fill(x, top + size * low, width, 0.2, ink);
                    self.out.push(line);
                }
            }
            Some(Change::Inserted) => {
                self.out
                    .push(Draw::Outline(x, top - 0.3, width, size + 0.6, 0.15, ink));
            }
            Some(Change::Deleted) => {
                self.out
                    .push(Draw::Fill(x, top + size * 0.5 - 0.15, width, 0.3, ink));
            }
            None => {}
        }
    }
}
