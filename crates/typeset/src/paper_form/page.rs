//! A page of a form being drawn, and all pages as the typesetter's own result.

use std::sync::Arc;

use super::place::{INNER, OUTER};
use crate::{
    ElementBox, FontCategory, FontShelf, Typeset,
    draw::{Draw, DrawList, Ink},
    error::TypesetError,
    sheet::{Context, MOST_PAGES},
    table::MM_PER_PT,
    text::{Set, Style},
    typeset::Made,
};

/// One page.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub items: Vec<Draw>,
    pub boxes: Vec<ElementBox>,
    number: usize,
}

impl Page {
    /// Says that something stands in a box: x, y, width, height in mm.
    pub fn mark(&mut self, place: &str, (x_mm, y_mm, w_mm, h_mm): (f64, f64, f64, f64)) {
        self.boxes.push(ElementBox {
            page: self.number,
            place: place.to_owned(),
            x_mm,
            y_mm,
            w_mm,
            h_mm,
        });
    }

    /// A rule between cells; it lies over both its ends.
    pub fn rule(&mut self, (x, y): (f64, f64), (w, h): (f64, f64), ink: Ink) {
        let half = INNER / 2.0;
        let rule = Draw::Fill(x - half, y - half, w + INNER, h + INNER, ink);
        self.items.push(rule);
    }

    /// The rule around everything: x, y, width, height of its middle.
    pub fn frame(&mut self, (x, y, w, h): (f64, f64, f64, f64), ink: Ink) {
        let half = OUTER / 2.0;
        for (x, y, w, h) in [
            (x - half, y - half, w + OUTER, OUTER),
            (x - half, y + h - half, w + OUTER, OUTER),
            (x - half, y - half, OUTER, h + OUTER),
            (x + w - half, y - half, OUTER, h + OUTER),
        ] {
            self.items.push(Draw::Fill(x, y, w, h, ink));
        }
    }

    /// One line of text at a place, as small as it must be to fit `width`; answers its width.
    pub fn line(
        &mut self,
        cx: &Context<'_>,
        (text, style): (&str, Style),
        (x, top, width): (f64, f64, f64),
        set: Set,
    ) -> f64 {
        let text = text.replace('\n', " ");
        let whole = cx.shape(&text, style).width();
        let style = match whole > width {
            true => Style {
                size: style.size * (width / whole) * 0.999,
                ..style
            },
            false => style,
        };
        let shaped = cx.shape(&text, style);
        if shaped.is_empty() {
            return 0.0;
        }
        let lines = shaped.lines(f64::INFINITY, f64::INFINITY);
        let out = &mut self.items;
        let (from, to) = shaped.draw(&lines[0], x, top, style.size, width, set, cx.shelf, out);
        to - from
    }
}

/// A style of `pt` points.
pub(super) fn style(category: FontCategory, pt: f64, ink: Ink) -> Style {
    Style {
        ink,
        ..Style::new(category, pt * MM_PER_PT, 1.0)
    }
}

/// Pages of one size.
#[derive(Debug)]
pub(super) struct Pages {
    pub all: Vec<Page>,
    pub width: f64,
    pub height: f64,
}

impl Pages {
    pub fn new((width, height): (f64, f64)) -> Self {
        let all = Vec::new();
        Self { all, width, height }
    }

    /// Begins a page.
    ///
    /// # Errors
    /// `TooManyPages`
    pub fn begin(&mut self) -> Result<&mut Page, TypesetError> {
        if self.all.len() >= MOST_PAGES {
            return Err(TypesetError::TooManyPages { limit: MOST_PAGES });
        }
        let number = self.all.len();
        self.all.push(Page {
            number,
            ..Page::default()
        });
        Ok(self.all.last_mut().expect("BUG: a page was begun"))
    }

    /// 第 n 页 共 m 页, on each page, `bottom` mm over the edge of the paper.
    pub fn number(&mut self, cx: &Context<'_>, bottom: f64) {
        let (count, width, top) = (self.all.len(), self.width, self.height - bottom);
        let style = style(FontCategory::Song, 10.5, Ink::Black);
        for (i, page) in self.all.iter_mut().enumerate() {
            let said = format!("第 {} 页　共 {count} 页", i + 1);
            page.line(cx, (&said, style), (0.0, top, width), Set::Center);
            page.mark("page_number", (0.0, top, width, style.size));
        }
    }

    /// What the typesetter hands out.
    pub fn made(
        self,
        cx: &Context<'_>,
        shelf: &Arc<FontShelf>,
        title: String,
        author: String,
    ) -> Typeset {
        let (width, height) = (self.width, self.height);
        let mut boxes = Vec::new();
        let lists = self.all.into_iter().map(|page| {
            boxes.extend(page.boxes);
            DrawList {
                items: page.items,
                width,
                height,
                ..DrawList::default()
            }
        });
        let lists = lists.collect();
        Typeset::of_lists(Made {
            shelf: Arc::clone(shelf),
            lists,
            boxes,
            fonts: shelf.report(&cx.used.borrow()),
            title,
            author,
        })
    }
}
