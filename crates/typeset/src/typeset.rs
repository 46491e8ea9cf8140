//! The typesetter and what it makes: pages that can be drawn, written as PDF and pointed at.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock},
};

use andu_base::Date;
use andu_document::{
    Block, OfficialDocument, PageFacts,
    report::{Parted, Report},
};
use typst_layout::Page;
use typst_render::RenderOptions;

use crate::{
    ElementBox, FontReport, FontShelf, Note,
    compose::compose,
    draw::DrawList,
    error::TypesetError,
    font::Fonts,
    pdf::{self, About, PdfFonts},
    report,
    sheet::{Context, Paragraphs, Plan},
    table::LayoutTable,
};

/// Pixels a picture of a page may have.
const MOST_PIXELS: f64 = 200_000_000.0;

/// What may be chosen about the pages.
#[derive(Debug, Clone)]
pub struct Options {
    /// The layout numbers.
    pub table: LayoutTable,
    /// 版记 comes to an even page (practice, on by default): a blank page stands before it if need be.
    pub imprint_on_even_page: bool,
    /// 套打 on paper whose red head is printed already.
    pub preprinted: Option<Preprinted>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            table: LayoutTable::standard(),
            imprint_on_even_page: true,
            preprinted: None,
        }
    }
}

/// 套打: red parts are left out and everything is moved to suit the printer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Preprinted {
    /// To the right, in mm.
    pub offset_x_mm: f64,
    /// Down, in mm.
    pub offset_y_mm: f64,
}

/// What a PDF says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PdfOptions {
    /// Title; `None`: the document's.
    pub title: Option<String>,
    /// Author; `None`: the issuing authorities.
    pub author: Option<String>,
    /// When the text last changed. PDF/A wants a date, and this is the file's where the document has
    /// neither 成文日期 nor 印发日期; without any of them an ordinary PDF is written.
    pub changed_on: Option<Date>,
    /// Pages to write, from 0, both inclusive; `None`: all.
    pub pages: Option<(usize, usize)>,
}

/// A written PDF.
#[derive(Debug, Clone)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Whether it is PDF/A-2b; `false` where something in it cannot be (a picture, a rare font) or it
    /// has no date at all, and an ordinary PDF 1.7 was written instead.
    pub archival: bool,
}

/// A drawn page: RGBA, 8 bits a channel, row by row, opaque.
#[derive(Debug, Clone)]
pub struct Pixels {
    /// Pixels a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

/// Makes pages of documents. Keep one for a session: it remembers the paragraphs it broke, so that an
/// edit costs the paragraph it touches.
#[derive(Debug)]
pub struct Typesetter {
    shelf: Arc<FontShelf>,
    options: Options,
    paragraphs: Paragraphs,
}

impl Typesetter {
    /// A typesetter with these fonts. Cheap; fonts are read at the first document.
    pub fn new(shelf: Arc<FontShelf>, options: Options) -> Self {
        Self {
            shelf,
            options,
            paragraphs: Paragraphs::default(),
        }
    }

    /// What was chosen.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Sets a document on pages; at least one.
    ///
    /// # Errors
    /// `TooLong`, `TooManyPages`, `TableTooLarge` for documents out of all measure, `NoFonts` where
    /// there is none, `Internal` for a mistake of ours.
    pub fn typeset(&self, document: &OfficialDocument) -> Result<Typeset, TypesetError> {
        guarded(|| self.set(document, &[]))
    }

    /// Sets a marked copy (花脸稿): the document with runs that carry `change` and `by`, and behind it, on a page
    /// of its own without a number, the legend that says who is who. A clean copy (清稿) is set by [`Self::typeset`].
    ///
    /// # Errors
    /// As [`Self::typeset`].
    pub fn typeset_marked(
        &self,
        document: &OfficialDocument,
        legend: &[Block],
    ) -> Result<Typeset, TypesetError> {
        guarded(|| self.set(document, legend))
    }

    /// Sets a report on pages; at least one.
    ///
    /// # Errors
    /// As [`Self::typeset`].
    pub fn report(&self, report: &Report) -> Result<Typeset, TypesetError> {
        guarded(|| {
            let cx = self.context(&[])?;
            let pages = report::pages(&cx, report)?;
            Ok(self.of_pages(&cx, pages, &report.title))
        })
    }

    /// A figure as it is parted for a report, each tile a page of its size, for programs that want pictures.
    ///
    /// # Errors
    /// `NoFonts`, `Internal`.
    pub fn figure(&self, parted: &Parted) -> Result<Typeset, TypesetError> {
        guarded(|| {
            let cx = self.context(&[])?;
            let pages = report::tiles(&cx, parted);
            Ok(self.of_pages(&cx, pages, ""))
        })
    }

    /// Pages that are no official document's.
    fn of_pages(&self, cx: &Context<'_>, pages: Vec<DrawList>, title: &str) -> Typeset {
        Typeset {
            shelf: Arc::clone(&self.shelf),
            drawn: pages.iter().map(|_| OnceLock::new()).collect(),
            lines: vec![0; pages.len()],
            pages,
            boxes: Vec::new(),
            notes: Vec::new(),
            fonts: self.shelf.report(&cx.used.borrow()),
            title: title.to_owned(),
            author: String::new(),
            date: None,
        }
    }

    fn context<'a>(&'a self, legend: &'a [Block]) -> Result<Context<'a>, TypesetError> {
        if self.shelf.primary(crate::FontCategory::Fangsong).is_none() {
            return Err(TypesetError::NoFonts {
                folders: self.shelf.folder_count(),
            });
        }
        self.paragraphs.begin();
        Ok(Context::new(
            &self.shelf,
            &self.options,
            &self.paragraphs,
            legend,
        ))
    }

    fn set(&self, document: &OfficialDocument, legend: &[Block]) -> Result<Typeset, TypesetError> {
        let cx = self.context(legend)?;
        let mut plan = Plan::default();
        let composed = compose(&cx, document, &mut plan)?;
        let fonts = self.shelf.report(&cx.used.borrow());
        let authors: Vec<&str> = document.issuers.iter().map(|i| i.name.as_str()).collect();
        Ok(Typeset {
            shelf: Arc::clone(&self.shelf),
            drawn: composed.lists.iter().map(|_| OnceLock::new()).collect(),
            pages: composed.lists,
            lines: composed.lines,
            boxes: composed.boxes,
            notes: composed.notes,
            fonts,
            title: document.title_in_line(),
            author: authors.join("、"),
            date: document
                .date_of_issue
                .or(document.imprint.as_ref().and_then(|i| i.date)),
        })
    }

    /// Forgets what the last few documents did not use, here and in the typst crates. Call it now and
    /// then (say, once a second of typing): memory then stays flat over a day.
    pub fn evict(&self) {
        self.paragraphs.forget(8);
        comemo::evict(8);
    }
}

/// A document on pages.
#[derive(Debug)]
pub struct Typeset {
    shelf: Arc<FontShelf>,
    pages: Vec<DrawList>,
    drawn: Vec<OnceLock<Page>>,
    lines: Vec<usize>,
    boxes: Vec<ElementBox>,
    notes: Vec<Note>,
    fonts: Vec<FontReport>,
    title: String,
    author: String,
    date: Option<Date>,
}

/// Pages made from no official document.
pub(crate) struct Made {
    pub shelf: Arc<FontShelf>,
    pub lists: Vec<DrawList>,
    pub boxes: Vec<ElementBox>,
    pub fonts: Vec<FontReport>,
    pub title: String,
    pub author: String,
}

impl Typeset {
    /// The result for pages that were made otherwise; they have no grid, no notes and no date.
    pub(crate) fn of_lists(made: Made) -> Self {
        Self {
            shelf: made.shelf,
            drawn: made.lists.iter().map(|_| OnceLock::new()).collect(),
            pages: made.lists,
            lines: Vec::new(),
            boxes: made.boxes,
            notes: Vec::new(),
            fonts: made.fonts,
            title: made.title,
            author: made.author,
            date: None,
        }
    }

    /// How many pages.
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Width and height of a page in mm; `None` where there is no such page.
    pub fn page_size(&self, page: usize) -> Option<(f64, f64)> {
        self.pages.get(page).map(|list| (list.width, list.height))
    }

    /// Where each element stands, page by page.
    pub fn boxes(&self) -> &[ElementBox] {
        &self.boxes
    }

    /// What was done otherwise than asked for.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// What the pages show that the checks ask for.
    pub fn facts(&self) -> PageFacts {
        let on_first = |found: &ElementBox| {
            found.page == 0 && (found.place.starts_with("body/") || found.place == "body")
        };
        let alone = self.notes.iter().find_map(|note| match note {
            Note::SignatureAlone { page } => Some(*page),
            _ => None,
        });
        PageFacts {
            body_on_first: self.boxes.iter().any(on_first),
            signature_alone: alone,
        }
    }

    /// What each category was set in.
    pub fn fonts(&self) -> &[FontReport] {
        &self.fonts
    }

    /// Lines the page's grid has; 22 but where [`Note::LinesAdjusted`] says otherwise or the page is
    /// turned.
    pub fn lines(&self, page: usize) -> Option<usize> {
        self.lines.get(page).copied()
    }

    /// Whether the page's content runs up the page.
    pub(crate) fn is_turned(&self, page: usize) -> bool {
        self.pages.get(page).is_some_and(|list| list.turned > 0)
    }

    /// What the pages are made of.
    pub(crate) fn lists(&self) -> &[DrawList] {
        &self.pages
    }

    pub(crate) fn shelf(&self) -> &FontShelf {
        &self.shelf
    }

    /// A number that stays the same while the page looks the same; `None` where there is no such
    /// page. Not the same over versions of the program.
    pub fn page_hash(&self, page: usize) -> Option<u64> {
        self.pages.get(page).map(DrawList::hash)
    }

    /// What a raster is made of.
    fn page(&self, page: usize) -> Result<&Page, TypesetError> {
        let (Some(list), Some(drawn)) = (self.pages.get(page), self.drawn.get(page)) else {
            return Err(TypesetError::NoSuchPage {
                page,
                pages: self.pages.len(),
            });
        };
        if let Some(page) = drawn.get() {
            return Ok(page);
        }
        let fonts = Fonts::of(&self.shelf, list.faces())?;
        Ok(drawn.get_or_init(|| list.page(&fonts, page)))
    }

    /// Draws a page at `dpi` dots an inch.
    ///
    /// # Errors
    /// `NoSuchPage`; `Resolution` if the picture would be too large; `Internal`.
    pub fn pixels(&self, page: usize, dpi: f64) -> Result<Pixels, TypesetError> {
        let drawn = self.page(page)?;
        let (width, height) = (self.pages[page].width, self.pages[page].height);
        let count = width * height * (dpi / 25.4).powi(2);
        if !dpi.is_finite() || dpi < 1.0 || count > MOST_PIXELS {
            return Err(TypesetError::Resolution { dpi });
        }
        guarded(|| {
            let options = RenderOptions {
                pixel_per_pt: (dpi / 72.0).into(),
                ..Default::default()
            };
            let map = typst_render::render(drawn, &options);
            Ok(Pixels {
                width: map.width(),
                height: map.height(),
                rgba: map.take(),
            })
        })
    }

    /// A page as PNG at `dpi` dots an inch.
    ///
    /// # Errors
    /// As [`Self::pixels`]; `Png`.
    pub fn png(&self, page: usize, dpi: f64) -> Result<Vec<u8>, TypesetError> {
        let pixels = self.pixels(page, dpi)?;
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, pixels.width, pixels.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let rgb: Vec<u8> = pixels
            .rgba
            .chunks_exact(4)
            .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
            .collect();
        let mut writer = encoder.write_header().map_err(TypesetError::Png)?;
        writer.write_image_data(&rgb).map_err(TypesetError::Png)?;
        writer.finish().map_err(TypesetError::Png)?;
        Ok(bytes)
    }

    /// All pages, or some, as PDF/A-2b with subset fonts and text that copies as written; as plain
    /// PDF 1.7 where PDF/A cannot be.
    ///
    /// # Errors
    /// `NoSuchPage` for a range that is empty or out of the document; `Pdf`; `Internal`.
    pub fn pdf(&self, options: &PdfOptions) -> Result<Pdf, TypesetError> {
        let (first, last) = options.pages.unwrap_or((0, self.pages.len() - 1));
        let pages = self.pages.len();
        if first > last || last >= pages {
            return Err(TypesetError::NoSuchPage {
                page: last.max(first),
                pages,
            });
        }
        let chosen = &self.pages[first..=last];
        let about = About {
            title: options.title.as_deref().unwrap_or(&self.title),
            author: options.author.as_deref().unwrap_or(&self.author),
            date: self.date.or(options.changed_on),
        };
        guarded(|| {
            let fonts = PdfFonts::of(&self.shelf, chosen)?;
            let written = pdf::archival()
                .and_then(|archival| pdf::write(chosen, &fonts, &about, archival).ok());
            let archival = written.is_some();
            let bytes = match written {
                Some(bytes) => bytes,
                None => pdf::write(chosen, &fonts, &about, pdf::ordinary())?,
            };
            Ok(Pdf { bytes, archival })
        })
    }
}

/// Runs `work`; a panic in it becomes an error, so that no document takes the program down. Only a
/// fixed message is kept: one made at run time might quote the document.
pub(crate) fn guarded<T>(
    work: impl FnOnce() -> Result<T, TypesetError>,
) -> Result<T, TypesetError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|caught| {
        let reason = caught
            .downcast_ref::<&str>()
            .map_or_else(|| "panic".to_owned(), |text| (*text).to_owned());
        Err(TypesetError::Internal { reason })
    })
}
