//! Draws the pages of a PDF with libpdfium, which the caller has on disk. The library is loaded once
//! a process, on first use, and used by one thread at a time.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use pdfium_render::prelude::{PdfRenderConfig, Pdfium, PdfiumError};

/// Pixels a picture of a page may have.
const MOST_PIXELS: f64 = 200_000_000.0;

static LIBRARY: Mutex<Option<Pdfium>> = Mutex::new(None);

/// Why pages of a PDF are not drawn.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The library is not there or not usable.
    #[error("pdfium cannot be loaded from {path:?}: {reason}")]
    Library {
        /// Where it was looked for.
        path: PathBuf,
        /// The loader's words.
        reason: String,
    },
    /// The bytes are no PDF pdfium reads, or need a password.
    #[error("not a readable pdf: {reason}")]
    Document {
        /// The library's words.
        reason: String,
    },
    /// There is no such page.
    #[error("page {page} of {pages} does not exist")]
    NoSuchPage {
        /// The page asked for, from 0.
        page: usize,
        /// How many there are.
        pages: usize,
    },
    /// The picture would be too large, or the resolution is no number from 1 up.
    #[error("cannot draw a page at {dpi} dots an inch")]
    Resolution {
        /// The resolution asked for.
        dpi: f64,
    },
    /// A page could not be drawn or written.
    #[error("page {page} cannot be drawn: {reason}")]
    Page {
        /// From 0.
        page: usize,
        /// The library's words.
        reason: String,
    },
}

/// Pages of a PDF to be drawn one by one.
#[derive(Debug, Clone, Copy)]
pub struct Preview<'a> {
    bytes: &'a [u8],
    library: &'a Path,
}

/// The dots of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Dots in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Row by row from the top, without gaps: red, green, blue, and 255.
    pub rgba: Vec<u8>,
}

impl<'a> Preview<'a> {
    /// A preview of the PDF in `bytes`, drawn by the pdfium library at `library`. Does nothing yet.
    pub const fn new(bytes: &'a [u8], library: &'a Path) -> Self {
        Self { bytes, library }
    }

    /// How many pages the PDF has.
    ///
    /// # Errors
    /// `Library`, `Document`.
    pub fn page_count(&self) -> Result<usize, PdfError> {
        with(self.library, |pdfium| {
            Ok(open(pdfium, self.bytes)?.pages().len().max(0) as usize)
        })
    }

    /// Width and height of its pages in points, of the first `most`.
    ///
    /// # Errors
    /// `Library`, `Document`; `Page` for one whose size cannot be read.
    pub fn page_sizes(&self, most: usize) -> Result<Vec<(f64, f64)>, PdfError> {
        with(self.library, |pdfium| {
            let document = open(pdfium, self.bytes)?;
            let pages = document.pages();
            let count = (pages.len().max(0) as usize).min(most);
            let size = |page: usize| {
                let sheet = pages.page_size(page as _);
                let sheet = sheet.map_err(|error| PdfError::Page {
                    page,
                    reason: error.to_string(),
                })?;
                Ok((
                    f64::from(sheet.width().value),
                    f64::from(sheet.height().value),
                ))
            };
            (0..count).map(size).collect()
        })
    }

    /// A page (from 0) at `dpi` dots an inch, white where the PDF has nothing.
    ///
    /// # Errors
    /// Any of [`PdfError`].
    pub fn pixels(&self, page: usize, dpi: f64) -> Result<Pixels, PdfError> {
        with(self.library, |pdfium| {
            let document = open(pdfium, self.bytes)?;
            draw(&document, page, dpi)
        })
    }

    /// The same as PNG.
    ///
    /// # Errors
    /// Any of [`PdfError`].
    pub fn png(&self, page: usize, dpi: f64) -> Result<Vec<u8>, PdfError> {
        let pixels = self.pixels(page, dpi)?;
        packed(&pixels).map_err(|error| PdfError::Page {
            page,
            reason: error.to_string(),
        })
    }
}

/// Runs `work` with the library, loading it if it was not.
fn with<T>(path: &Path, work: impl FnOnce(&Pdfium) -> Result<T, PdfError>) -> Result<T, PdfError> {
    let mut library = LIBRARY.lock().unwrap_or_else(PoisonError::into_inner);
    if library.is_none() {
        let failed = |error: PdfiumError| PdfError::Library {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        *library = Some(Pdfium::new(Pdfium::bind_to_library(path).map_err(failed)?));
    }
    work(library.as_ref().expect("BUG: it was loaded above"))
}

fn open<'a>(
    pdfium: &'a Pdfium,
    bytes: &'a [u8],
) -> Result<pdfium_render::prelude::PdfDocument<'a>, PdfError> {
    pdfium
        .load_pdf_from_byte_slice(bytes, None)
        .map_err(|error| PdfError::Document {
            reason: error.to_string(),
        })
}

fn draw(
    document: &pdfium_render::prelude::PdfDocument<'_>,
    page: usize,
    dpi: f64,
) -> Result<Pixels, PdfError> {
    let pages = document.pages().len().max(0) as usize;
    if page >= pages {
        return Err(PdfError::NoSuchPage { page, pages });
    }
    let failed = |error: PdfiumError| PdfError::Page {
        page,
        reason: error.to_string(),
    };
    let sheet = document.pages().get(page as _).map_err(failed)?;
    let (width, height) = (
        f64::from(sheet.width().value),
        f64::from(sheet.height().value),
    );
    let scale = dpi / 72.0;
    let fits = width * scale * height * scale <= MOST_PIXELS;
    if !dpi.is_finite() || dpi < 1.0 || !fits || width * scale < 1.0 || height * scale < 1.0 {
        return Err(PdfError::Resolution { dpi });
    }
    let config = PdfRenderConfig::new().set_target_width((width * scale).round() as _);
    let bitmap = sheet.render_with_config(&config).map_err(failed)?;
    Ok(Pixels {
        width: bitmap.width() as u32,
        height: bitmap.height() as u32,
        rgba: bitmap.as_rgba_bytes(),
    })
}

fn packed(pixels: &Pixels) -> Result<Vec<u8>, png::EncodingError> {
    let rgb: Vec<u8> = pixels
        .rgba
        .chunks_exact(4)
        .flat_map(|p| [p[0], p[1], p[2]])
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width, pixels.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rgb)?;
    writer.finish()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A4, empty.
    const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
        2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n\
        trailer<</Root 1 0 R>>\n%%EOF\n";

    /// One test: the library is loaded once a process, and a failed load must come first.
    #[test]
    fn pages_are_drawn_and_what_is_wrong_is_named() {
        let nowhere = Path::new("/nowhere/libpdfium.so");
        let failed = Preview::new(PDF, nowhere).page_count();
        assert!(matches!(failed, Err(PdfError::Library { path: named, .. }) if named == nowhere));

        let library = std::env::var_os("ANDU_PDFIUM").map(PathBuf::from);
        let Some(library) = library.filter(|path| path.is_file()) else {
            eprintln!("SKIPPED: ANDU_PDFIUM names no libpdfium (./dev fetches it)");
            return;
        };
        let preview = Preview::new(PDF, &library);
        assert_eq!(preview.page_count().expect("counted"), 1);
        let pixels = preview.pixels(0, 144.0).expect("drawn");
        assert_eq!((pixels.width, pixels.height), (1190, 1684));
        assert_eq!(pixels.rgba.len(), 1190 * 1684 * 4);
        assert!(pixels.rgba.iter().all(|part| *part == u8::MAX), "white");
        let png = preview.png(0, 72.0).expect("drawn");
        assert!(png.starts_with(b"\x89PNG"));
        let beyond = preview.png(1, 72.0);
        assert!(matches!(
            beyond,
            Err(PdfError::NoSuchPage { page: 1, pages: 1 })
        ));
        for dpi in [f64::NAN, 0.0, 1e9] {
            assert!(
                matches!(preview.png(0, dpi), Err(PdfError::Resolution { .. })),
                "{dpi}"
            );
        }
        let broken = Preview::new(b"no pdf", &library).page_count();
        assert!(matches!(broken, Err(PdfError::Document { .. })));
    }
}
