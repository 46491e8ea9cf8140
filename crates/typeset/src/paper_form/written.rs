//! What is written in each cell: fields, boxes with their ticks, opinions with names, dates and strokes.

use andu_base::chinese_date;

use super::{
    content::{FormContent, FormOpinion},
    page::style,
    place::{PAD_X, PAD_Y, Placed, is_stacked, printed_size},
    stack::{Paragraph, Signed, Stack},
    template::{EntryPart, Holds},
};
use crate::{
    FontCategory,
    draw::Ink,
    sheet::Context,
    table::MM_PER_PT,
    text::{Set, Shaped, Style},
};

/// No smaller than this, in pt.
const SMALLEST: f64 = 9.0;

/// Makes what is written, in a size.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    pub cx: &'a Context<'a>,
    pub content: &'a FormContent,
    /// The colour of what is printed.
    pub ink: Ink,
    /// Size of what is written, in pt.
    pub pt: f64,
}

impl<'a> Writer<'a> {
    fn hand(&self, pt: f64) -> Style {
        style(FontCategory::Kai, pt, Ink::Black)
    }

    fn field(&self, name: &str) -> &'a str {
        self.content.fields.get(name).map_or("", |text| text.trim())
    }

    /// The opinions of an area.
    pub fn area(&self, name: &str) -> &'a [FormOpinion] {
        self.content.opinions.get(name).map_or(&[], Vec::as_slice)
    }

    /// What is written in a cell `width` mm wide and `height` mm high when it does not grow.
    pub fn cell(&self, placed: &Placed<'a>, width: f64, height: f64) -> Stack<'a> {
        let cell = placed.cell;
        let set = if cell.centred { Set::Center } else { Set::Left };
        match &cell.holds {
            Holds::Nothing => Stack::default(),
            Holds::Field(name) => {
                let text = self.field(name);
                self.fitted(&cell.label, text, (width, height), set)
            }
            Holds::Choices { field, of } => {
                let (width_of_cell, high) = (width + 2.0 * PAD_X, height + 2.0 * PAD_Y);
                let size = printed_size(cell, width_of_cell, high);
                let pt = size.map_or(SMALLEST, |size| size / MM_PER_PT).min(self.pt);
                let mut shaped = self.label(&cell.label, pt);
                for (text, ticked) in choices(of, self.field(field)) {
                    let ink = if ticked { Ink::Black } else { self.ink };
                    let printed = style(FontCategory::Fangsong, pt, ink);
                    shaped.push(&text, printed, self.cx.shelf);
                }
                self.note(&shaped);
                let mut stack = Stack::default();
                stack.paragraph(shaped, width, plain(pt, set));
                stack
            }
            Holds::Opinions(area) => self.opinions(area, width),
            Holds::Entry(part) => self.entry(*part, placed, (width, height)),
        }
    }

    /// A label before what is written, or nothing.
    fn label(&self, label: &str, pt: f64) -> Shaped {
        let printed = style(FontCategory::Fangsong, pt, self.ink);
        Shaped::plain(label, printed, self.cx.shelf)
    }

    /// Says which characters are used, for the report on fonts.
    fn note(&self, shaped: &Shaped) {
        let mut used = self.cx.used.borrow_mut();
        for (category, character) in shaped.characters() {
            used.entry(category).or_default().insert(character);
        }
    }

    /// Text with its label, smaller where it then needs no more height than there is.
    fn fitted(&self, label: &str, text: &str, (width, height): (f64, f64), set: Set) -> Stack<'a> {
        let of = |pt: f64| {
            let mut shaped = self.label(label, pt);
            shaped.push(text, self.hand(pt), self.cx.shelf);
            self.note(&shaped);
            let mut stack = Stack::default();
            stack.paragraph(shaped, width, plain(pt, set));
            stack
        };
        let least = if set == Set::Center { SMALLEST } else { 10.5 };
        let sizes = [self.pt, 12.0, 10.5, SMALLEST].into_iter();
        let smaller = sizes.filter(|pt| (least..=self.pt).contains(pt));
        let fits = |stack: &Stack<'_>| stack.height() <= height + 0.5;
        let found = smaller.map(of).find(fits);
        found.unwrap_or_else(|| of(self.pt))
    }

    /// All opinions of an area.
    pub fn opinions(&self, area: &str, width: f64) -> Stack<'a> {
        let mut stack = Stack::default();
        for (i, opinion) in self.area(area).iter().enumerate() {
            stack.append(self.opinion(opinion, width, &format!("opinions/{area}/{i}")));
        }
        stack
    }

    /// An opinion: strokes, words, then the name and the date at the right.
    pub fn opinion(&self, opinion: &'a FormOpinion, width: f64, place: &str) -> Stack<'a> {
        let mut stack = Stack::default();
        if let Some(hand) = &opinion.handwriting {
            stack.strokes(hand, width, &format!("{place}/handwriting"));
        }
        self.words(&mut stack, &opinion.words, &opinion.department, width);
        let date = opinion.date.map(chinese_date).unwrap_or_default();
        let rest = match tail_of(opinion).as_str() {
            "" if opinion.person.trim().is_empty() => date,
            "" => format!("　{date}"),
            tail => format!("{tail}　{date}"),
        };
        self.sign(&mut stack, opinion, rest.trim_end(), width, Set::Right);
        stack
    }

    /// Paragraphs, the first after whose opinion it is.
    fn words(&self, stack: &mut Stack<'a>, words: &str, department: &str, width: f64) {
        let (hand, department) = (self.hand(self.pt), department.trim());
        let shape = Paragraph {
            size: hand.size,
            indent: 2.0 * hand.size,
            set: Set::Justify,
        };
        let words = words.trim();
        let said = match (department, words) {
            ("", words) => words.to_owned(),
            (department, "") => department.to_owned(),
            (department, words) => format!("{department}：{words}"),
        };
        for paragraph in said.split('\n').filter(|text| !text.trim().is_empty()) {
            let shaped = self.cx.shape(paragraph.trim(), hand);
            stack.paragraph(shaped, width, shape);
        }
    }

    /// The name with what follows it; on several lines where it is too long for one.
    fn sign(&self, stack: &mut Stack<'a>, opinion: &FormOpinion, rest: &str, width: f64, set: Set) {
        let person = opinion.person.trim();
        let hand = self.hand(self.pt);
        let signed = Signed {
            name: self.cx.shape(person, hand),
            rest: self.cx.shape(rest, hand),
            size: hand.size,
            ring: opinion.circled && !person.is_empty(),
            set,
        };
        let needed = signed.width() + if signed.ring { hand.size } else { 0.0 };
        if signed.name.is_empty() && signed.rest.is_empty() {
            return;
        }
        if needed <= width && !person.contains('\n') {
            stack.signed(signed);
            return;
        }
        // Who, then when: a date is not parted.
        let (tail, date) = rest.rsplit_once('　').unwrap_or((rest, ""));
        let circled = if opinion.circled { "（圈阅）" } else { "" };
        let name = self.cx.shape(&format!("{person}{circled}{tail}"), hand);
        stack.paragraph(name, width, plain(self.pt, set));
        stack.paragraph(self.cx.shape(date, hand), width, plain(self.pt, set));
    }

    /// A part of the opinion that a repeated row is for.
    fn entry(&self, part: EntryPart, placed: &Placed<'a>, size: (f64, f64)) -> Stack<'a> {
        let mut stack = Stack::default();
        let Some((area, number)) = placed.entry else {
            return stack;
        };
        if part == EntryPart::Number {
            return self.fitted("", &(number + 1).to_string(), size, Set::Center);
        }
        let Some(opinion) = self.area(area).get(number) else {
            return stack;
        };
        match part {
            EntryPart::Number => stack,
            EntryPart::Department => self.fitted("", opinion.department.trim(), size, Set::Center),
            EntryPart::Words => {
                if let Some(hand) = &opinion.handwriting {
                    let place = format!("opinions/{area}/{number}/handwriting");
                    stack.strokes(hand, size.0, &place);
                }
                stack.append(self.fitted("", opinion.words.trim(), size, Set::Left));
                stack
            }
            EntryPart::Person => {
                let tail = tail_of(opinion);
                if opinion.circled && tail.is_empty() {
                    self.sign(&mut stack, opinion, "", size.0, Set::Center);
                    return stack;
                }
                let circled = if opinion.circled { "（圈阅）" } else { "" };
                let text = format!("{}{circled}{tail}", opinion.person.trim());
                self.fitted("", &text, size, Set::Center)
            }
            EntryPart::Date => {
                let date = opinion.date.map(chinese_date).unwrap_or_default();
                self.one_line(&date, size.0)
            }
        }
    }

    /// A short text on one line, as small as it must be.
    fn one_line(&self, text: &str, width: f64) -> Stack<'a> {
        let mut stack = Stack::default();
        let whole = self.cx.shape(text, self.hand(self.pt));
        let pt = (self.pt * (width / whole.width().max(1e-6)).min(1.0)).max(SMALLEST);
        let shaped = self.cx.shape(text, self.hand(pt));
        stack.paragraph(shaped, width, plain(pt, Set::Center));
        stack
    }

    /// A text on its own, as it goes on a 续页.
    pub fn text(&self, text: &str, width: f64) -> Stack<'a> {
        let mut stack = Stack::default();
        let shaped = self.cx.shape(text.trim(), self.hand(self.pt));
        stack.paragraph(shaped, width, plain(self.pt, Set::Left));
        stack
    }
}

/// 代签 and 代录, as they stand after a name.
fn tail_of(opinion: &FormOpinion) -> String {
    let mut tail = String::new();
    let (behalf, record) = (opinion.on_behalf_of.trim(), opinion.recorded_by.trim());
    if !behalf.is_empty() {
        tail = format!("（代{behalf}）");
    }
    if !record.is_empty() {
        tail.push_str(&format!("（{record}代录）"));
    }
    tail
}

/// 14 pt and the like, without indent.
fn plain(pt: f64, set: Set) -> Paragraph {
    Paragraph {
        size: pt * MM_PER_PT,
        indent: 0.0,
        set,
    }
}

/// The boxes of a field with the ticks its text asks for, then what is none of them; and whether each is ticked.
fn choices(of: &[String], text: &str) -> Vec<(String, bool)> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let known = |line: &str| of.iter().any(|choice| choice.trim() == line);
    let others = lines
        .iter()
        .filter(|line| !known(line) && !line.is_empty())
        .map(|line| ((*line).to_owned(), true));
    let boxes = of
        .iter()
        .map(|choice| (choice.clone(), lines.contains(&choice.trim())));
    let all: Vec<_> = boxes.chain(others).collect();
    let last = all.len().saturating_sub(1);
    let gap = if is_stacked(of) { "\n" } else { "　" };
    let shown = all.into_iter().enumerate().map(|(i, (choice, ticked))| {
        let (mark, after) = (
            if ticked { '☑' } else { '□' },
            match i < last {
                true => gap,
                false => "",
            },
        );
        (format!("{mark}{choice}{after}"), ticked)
    });
    shown.collect()
}
