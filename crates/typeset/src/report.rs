//! Reports on pages: headings, paragraphs, tables whose head stands again on every page, figures parted over pages.
//! Plain pages of A4, not the grid of official documents.

mod figure;
mod table;

use andu_document::report::{Area, Figure, Paper, Parted, Report, ReportBlock, Section};

use crate::{
    draw::{Draw, DrawList},
    error::TypesetError,
    font::FontCategory,
    sheet::{Context, MOST_PAGES},
    table::MM_PER_PT,
    text::{Set, Style},
};

/// What is set of text: category, size in pt, from one line to the next in mm.
#[derive(Debug, Clone, Copy)]
struct Kind {
    category: FontCategory,
    pt: f64,
    pitch: f64,
    /// The first line begins two characters in.
    indented: bool,
    set: Set,
}

const fn kind(category: FontCategory, pt: f64, pitch: f64) -> Kind {
    Kind {
        category,
        pt,
        pitch,
        indented: false,
        set: Set::Left,
    }
}

const TITLE: Kind = Kind {
    set: Set::Center,
    ..kind(FontCategory::Biaosong, 22.0, 12.0)
};
const UNDER: Kind = Kind {
    set: Set::Center,
    ..kind(FontCategory::Kai, 12.0, 7.0)
};
const SECTION: Kind = kind(FontCategory::Hei, 16.0, 9.0);
const HEADING: Kind = kind(FontCategory::Kai, 14.0, 8.5);
const PARAGRAPH: Kind = Kind {
    indented: true,
    set: Set::Justify,
    ..kind(FontCategory::Fangsong, 12.0, 7.0)
};
const CAPTION: Kind = Kind {
    set: Set::Center,
    ..kind(FontCategory::Fangsong, 10.5, 5.6)
};
const NUMBER: Kind = Kind {
    set: Set::Center,
    ..kind(FontCategory::Song, 12.0, 6.0)
};

/// Before a section that does not begin a page.
const BEFORE: f64 = 6.0;

/// Over and under a table or figure.
const AROUND: f64 = 2.5;

/// What a table needs at least to begin on a page.
const TABLE_BEGINS: f64 = 40.0;

fn mm(hundredths: i32) -> f64 {
    f64::from(hundredths) / 100.0
}

/// The pages of a report.
pub(crate) fn pages(cx: &Context<'_>, report: &Report) -> Result<Vec<DrawList>, TypesetError> {
    let turned = report.sections.first().is_some_and(|first| first.turned);
    let mut press = Press::new(cx, turned);
    press.text(&report.title, TITLE)?;
    for line in &report.under {
        press.text(line, UNDER)?;
    }
    for section in &report.sections {
        press.section(section)?;
    }
    press.number();
    Ok(press.pages)
}

/// Each tile of a figure as a page of its size.
pub(crate) fn tiles(cx: &Context<'_>, parted: &Parted) -> Vec<DrawList> {
    let tile = |tile: &Figure| {
        let scale = f64::from(parted.scale) / 1_000.0;
        let mut page = DrawList {
            width: mm(tile.width) * scale,
            height: mm(tile.height) * scale,
            ..DrawList::default()
        };
        figure::draw(cx, tile, (0.0, 0.0), scale, &mut page.items);
        page
    };
    parted.tiles.iter().map(tile).collect()
}

/// Pages being filled.
struct Press<'a, 'b> {
    cx: &'a Context<'b>,
    pages: Vec<DrawList>,
    turned: bool,
    /// How far down the page is filled.
    y: f64,
}

impl<'a, 'b> Press<'a, 'b> {
    fn new(cx: &'a Context<'b>, turned: bool) -> Self {
        let mut press = Self {
            cx,
            pages: Vec::new(),
            turned,
            y: 0.0,
        };
        press.page();
        press
    }

    fn core(&self) -> Area {
        Paper::of(self.turned).core
    }

    fn left(&self) -> f64 {
        mm(self.core().x)
    }

    fn width(&self) -> f64 {
        mm(self.core().w)
    }

    fn top(&self) -> f64 {
        mm(self.core().y)
    }

    fn bottom(&self) -> f64 {
        mm(self.core().y + self.core().h)
    }

    fn is_fresh(&self) -> bool {
        self.y <= self.top()
    }

    fn page(&mut self) {
        let paper = Paper::of(self.turned);
        self.pages.push(DrawList {
            width: mm(paper.width),
            height: mm(paper.height),
            ..DrawList::default()
        });
        self.y = self.top();
    }

    fn new_page(&mut self) -> Result<(), TypesetError> {
        if self.pages.len() >= MOST_PAGES {
            return Err(TypesetError::TooManyPages { limit: MOST_PAGES });
        }
        self.page();
        Ok(())
    }

    fn items(&mut self) -> &mut Vec<Draw> {
        let page = self.pages.last_mut();
        &mut page.expect("BUG: there is a page from the start").items
    }

    /// A new page where so much does not fit on this one.
    fn need(&mut self, height: f64) -> Result<(), TypesetError> {
        if self.y + height > self.bottom() + 0.01 && !self.is_fresh() {
            self.new_page()?;
        }
        Ok(())
    }

    fn section(&mut self, section: &Section) -> Result<(), TypesetError> {
        if section.turned != self.turned {
            self.turned = section.turned;
            self.new_page()?;
        } else if !self.is_fresh() {
            self.y += BEFORE;
        }
        self.need(SECTION.pitch + self.begins(&section.blocks))?;
        self.text(&section.title, SECTION)?;
        for (at, block) in section.blocks.iter().enumerate() {
            match block {
                ReportBlock::Heading(text) => {
                    self.need(self.begins(&section.blocks[at..]))?;
                    self.text(text, HEADING)?;
                }
                ReportBlock::Paragraph(text) => self.text(text, PARAGRAPH)?,
                ReportBlock::Table(table) => table::set(self, table)?,
                ReportBlock::Figure(figure) => self.figure(figure)?,
            }
        }
        Ok(())
    }

    /// What has to stand on one page when these begin: words before a table or figure stand with it.
    fn begins(&self, blocks: &[ReportBlock]) -> f64 {
        let mut height = 0.0;
        for block in blocks {
            match block {
                ReportBlock::Heading(_) => height += HEADING.pitch,
                ReportBlock::Paragraph(text) => height += self.height(text, PARAGRAPH),
                ReportBlock::Table(_) => return height + TABLE_BEGINS,
                ReportBlock::Figure(figure) => {
                    let parted = figure.parted(self.turned);
                    let tile = parted.tiles.first().map_or(0, |tile| tile.height);
                    let tile = mm(tile) * f64::from(parted.scale) / 1_000.0;
                    return height + tile + 2.0 * AROUND + CAPTION.pitch;
                }
            }
        }
        height.min(TABLE_BEGINS)
    }

    fn style(text: Kind) -> Style {
        Style::new(text.category, text.pt * MM_PER_PT, 1.0)
    }

    fn height(&self, text: &str, kind: Kind) -> f64 {
        let shaped = self.cx.shape(text, Self::style(kind));
        let lines = shaped.lines(self.width() - Self::indent(kind), self.width());
        lines.len() as f64 * kind.pitch
    }

    fn indent(kind: Kind) -> f64 {
        if kind.indented {
            2.0 * kind.pt * MM_PER_PT
        } else {
            0.0
        }
    }

    /// A paragraph over the width of the page.
    fn text(&mut self, text: &str, kind: Kind) -> Result<(), TypesetError> {
        let style = Self::style(kind);
        let shaped = self.cx.shape(text, style);
        if shaped.is_empty() {
            return Ok(());
        }
        let lines = shaped.lines(self.width() - Self::indent(kind), self.width());
        for (no, line) in lines.iter().enumerate() {
            self.need(kind.pitch)?;
            let indent = if no == 0 { Self::indent(kind) } else { 0.0 };
            let (x, measure) = (self.left() + indent, self.width() - indent);
            let (top, shelf) = (self.y + (kind.pitch - style.size) / 2.0, self.cx.shelf);
            let items = self.items();
            shaped.draw(line, x, top, style.size, measure, kind.set, shelf, items);
            self.y += kind.pitch;
        }
        Ok(())
    }

    fn figure(&mut self, figure: &Figure) -> Result<(), TypesetError> {
        let parted = figure.parted(self.turned);
        let scale = f64::from(parted.scale) / 1_000.0;
        for (no, tile) in parted.tiles.iter().enumerate() {
            let (wide, high) = (mm(tile.width) * scale, mm(tile.height) * scale);
            let caption = if figure.caption.is_empty() {
                0.0
            } else {
                CAPTION.pitch
            };
            self.need(high + 2.0 * AROUND + caption)?;
            self.y += AROUND;
            let at = (self.left() + (self.width() - wide) / 2.0, self.y);
            let cx = self.cx;
            figure::draw(cx, tile, at, scale, self.items());
            self.y += high + AROUND;
            let caption = figure.caption_of(no + 1, parted.tiles.len());
            self.text(&caption, CAPTION)?;
        }
        Ok(())
    }

    /// Numbers on all pages, as under official documents.
    fn number(&mut self) {
        let style = Self::style(NUMBER);
        for (no, page) in self.pages.iter_mut().enumerate() {
            let shaped = self.cx.shape(&format!("— {} —", no + 1), style);
            let lines = shaped.lines(f64::INFINITY, f64::INFINITY);
            let (top, size, set) = (page.height - 20.0, style.size, NUMBER.set);
            let (width, shelf) = (page.width, self.cx.shelf);
            shaped.draw(
                &lines[0],
                0.0,
                top,
                size,
                width,
                set,
                shelf,
                &mut page.items,
            );
        }
    }
}
