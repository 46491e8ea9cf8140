//! Windows' own print service (GDI and winspool): which printers there are, one job out, and how it stands. Pages
//! are drawn by pdfium at the printer's dots and handed over in bands, at their true size. Written from its
//! documentation and untested: there was no such machine.
#![expect(unsafe_code, reason = "Windows' print service is a C interface")]

use std::{
    path::PathBuf,
    ptr::{null, null_mut},
    slice,
};

use andu_page::{Pixels, Preview};
use windows_sys::{
    Win32::{
        Graphics::{
            Gdi::{
                BITMAPINFO, BITMAPINFOHEADER, CreateDCW, DEVMODEW, DIB_RGB_COLORS, DM_COLLATE,
                DM_COPIES, DM_DUPLEX, DM_IN_BUFFER, DM_ORIENTATION, DM_OUT_BUFFER, DM_PAPERSIZE,
                DM_SCALE, DMCOLLATE_TRUE, DMDUP_SIMPLEX, DMDUP_VERTICAL, DMORIENT_PORTRAIT,
                DMPAPER_A4, DeleteDC, GetDeviceCaps, HDC, LOGPIXELSX, LOGPIXELSY, PHYSICALOFFSETX,
                PHYSICALOFFSETY, SRCCOPY, StretchDIBits,
            },
            Printing::{
                ClosePrinter, DocumentPropertiesW, EnumPrintersW, GetDefaultPrinterW, GetJobW,
                JOB_INFO_1W, JOB_STATUS_BLOCKED_DEVQ, JOB_STATUS_COMPLETE, JOB_STATUS_DELETED,
                JOB_STATUS_DELETING, JOB_STATUS_ERROR, JOB_STATUS_OFFLINE, JOB_STATUS_PAPEROUT,
                JOB_STATUS_PAUSED, JOB_STATUS_PRINTED, JOB_STATUS_PRINTING,
                JOB_STATUS_USER_INTERVENTION, OpenPrinterW, PRINTER_ATTRIBUTE_WORK_OFFLINE,
                PRINTER_ENUM_CONNECTIONS, PRINTER_ENUM_LOCAL, PRINTER_HANDLE, PRINTER_INFO_2W,
                PRINTER_STATUS_DOOR_OPEN, PRINTER_STATUS_NO_TONER, PRINTER_STATUS_NOT_AVAILABLE,
                PRINTER_STATUS_OFFLINE, PRINTER_STATUS_OUTPUT_BIN_FULL, PRINTER_STATUS_PAPER_JAM,
                PRINTER_STATUS_PAPER_OUT, PRINTER_STATUS_PAUSED, PRINTER_STATUS_PENDING_DELETION,
                PRINTER_STATUS_PRINTING, PRINTER_STATUS_SERVER_OFFLINE,
            },
        },
        Storage::Xps::{
            AbortDoc, DC_COPIES, DC_DUPLEX, DOCINFOW, DeviceCapabilitiesW, EndDoc, EndPage,
            StartDocW, StartPage,
        },
    },
    core::BOOL,
};

use super::spool::{JobSeen, Order, Printer, ServiceError};

/// More dots an inch show nothing more on paper, and cost memory with their square.
const MOST_DPI: i32 = 600;
/// Rows of dots that are handed over at once.
const BAND: usize = 256;
/// What a driver answers where it did as asked.
const DONE: i32 = 1;

/// What a printer says of itself, and IPP's word for it.
const REASONS: [(u32, &str); 9] = [
    (PRINTER_STATUS_PAPER_OUT, "media-empty"),
    (PRINTER_STATUS_PAPER_JAM, "media-jam"),
    (PRINTER_STATUS_NO_TONER, "toner-empty"),
    (PRINTER_STATUS_DOOR_OPEN, "door-open"),
    (PRINTER_STATUS_OFFLINE, "offline"),
    (PRINTER_STATUS_SERVER_OFFLINE, "offline"),
    (PRINTER_STATUS_NOT_AVAILABLE, "offline"),
    (PRINTER_STATUS_OUTPUT_BIN_FULL, "output-area-full"),
    (PRINTER_STATUS_PAUSED, "paused"),
];

/// What a job says of itself, and IPP's number for it (RFC 8011, 5.3.7); the first that holds.
const STATES: [(u32, i32); 5] = [
    (JOB_STATUS_DELETED | JOB_STATUS_DELETING, 7),
    (JOB_STATUS_PRINTED | JOB_STATUS_COMPLETE, 9),
    (
        JOB_STATUS_ERROR
            | JOB_STATUS_OFFLINE
            | JOB_STATUS_PAPEROUT
            | JOB_STATUS_BLOCKED_DEVQ
            | JOB_STATUS_USER_INTERVENTION,
        6,
    ),
    (JOB_STATUS_PAUSED, 4),
    (JOB_STATUS_PRINTING, 5),
];
/// A job that waits for its turn.
const PENDING: i32 = 3;
/// A job that is on paper.
const COMPLETED: i32 = 9;

/// The print service of this machine.
pub(super) struct Service {
    library: Option<PathBuf>,
}

impl Service {
    /// The service, which draws with the pdfium at `library`.
    pub const fn new(library: Option<PathBuf>) -> Self {
        Self { library }
    }

    /// All printers of this machine, and those it is connected to.
    ///
    /// # Errors
    /// `Unavailable` where the service does not answer.
    pub fn printers(&self) -> Result<Vec<Printer>, ServiceError> {
        let default = default_printer();
        let mut count = 0;
        let found = filled(|place, bytes, needed| {
            let kinds = PRINTER_ENUM_LOCAL | PRINTER_ENUM_CONNECTIONS;
            // SAFETY: `place` has `bytes` bytes, or is null where that is 0.
            unsafe { EnumPrintersW(kinds, null(), 2, place, bytes, needed, &raw mut count) }
        });
        let found = found.ok_or(ServiceError::Unavailable)?;
        // SAFETY: at level 2 the service writes `count` of these, aligned as pointers are, at the beginning.
        let rows = unsafe {
            slice::from_raw_parts(found.as_ptr().cast::<PRINTER_INFO_2W>(), count as usize)
        };
        Ok(rows.iter().map(|row| printer(row, &default)).collect())
    }

    /// Prints a PDF and answers with the number of the job.
    ///
    /// # Errors
    /// By situation; a job that was begun is taken back.
    pub fn print(&self, printer: &Printer, order: &Order, pdf: &[u8]) -> Result<i32, ServiceError> {
        let library = self.library.as_deref().ok_or(ServiceError::NotDrawn)?;
        let document = Preview::new(pdf, library);
        let count = document.page_count().map_err(not_drawn)?;
        let pages: Vec<usize> = match order.ranges.is_empty() {
            true => (0..count).collect(),
            false => {
                let numbers = order.ranges.iter().flat_map(|(first, last)| *first..=*last);
                numbers.map(|number| number as usize - 1).collect()
            }
        };
        let name = wide(&printer.name);
        // SAFETY: the name ends with a zero; nothing is written for this question.
        let most =
            unsafe { DeviceCapabilitiesW(name.as_ptr(), null(), DC_COPIES, null_mut(), null()) };
        let wanted = i32::try_from(order.copies).unwrap_or(1);
        // A driver that cannot make copies is given the pages again.
        let (by_driver, by_hand) = if most >= wanted {
            (wanted, 1)
        } else {
            (1, wanted)
        };
        let settings = Settings::of(&name, by_driver, order.duplex)?;
        let context = Context::open(&name, &settings)?;
        let title = wide(&order.name);
        let about = DOCINFOW {
            cbSize: size_of::<DOCINFOW>() as i32,
            lpszDocName: title.as_ptr(),
            ..DOCINFOW::default()
        };
        // SAFETY: `about` and the title it names live until the call is over.
        let id = unsafe { StartDocW(context.0, &raw const about) };
        if id <= 0 {
            return Err(last_error());
        }
        let passes = std::iter::repeat_n(&pages, by_hand.unsigned_abs() as usize);
        for page in passes.flatten() {
            if let Err(error) = context.page(&document, *page) {
                // SAFETY: a document was begun on this context and has not ended.
                unsafe { AbortDoc(context.0) };
                return Err(error);
            }
        }
        // SAFETY: as above.
        if unsafe { EndDoc(context.0) } <= 0 {
            return Err(last_error());
        }
        Ok(id)
    }

    /// How a job stands. Windows forgets a job that is on paper.
    ///
    /// # Errors
    /// `NotFound` if the printer is gone.
    pub fn job(&self, printer_uri: &str, id: i32) -> Result<JobSeen, ServiceError> {
        let printer = Handle::open(&wide(printer_uri)).ok_or(ServiceError::NotFound)?;
        let known = filled(|place, bytes, needed| {
            // SAFETY: the handle is open; `place` has `bytes` bytes, or is null where that is 0.
            unsafe { GetJobW(printer.0, id.unsigned_abs(), 1, place, bytes, needed) }
        });
        let Some(known) =
            known.filter(|known| size_of_val(known.as_slice()) >= size_of::<JOB_INFO_1W>())
        else {
            return Ok(JobSeen { state: COMPLETED });
        };
        // SAFETY: at level 1 the service writes one of these, aligned as pointers are, at the beginning.
        let status = unsafe { (*known.as_ptr().cast::<JOB_INFO_1W>()).Status };
        let state = STATES.iter().find(|(bits, _)| status & bits != 0);
        Ok(JobSeen {
            state: state.map_or(PENDING, |(_, state)| *state),
        })
    }
}

fn printer(row: &PRINTER_INFO_2W, default: &str) -> Printer {
    let [name, port, comment] = [row.pPrinterName, row.pPortName, row.pComment].map(text);
    let mut reasons: Vec<String> = REASONS
        .iter()
        .filter(|(bit, _)| row.Status & bit != 0)
        .map(|(_, reason)| (*reason).to_owned())
        .collect();
    if row.Attributes & PRINTER_ATTRIBUTE_WORK_OFFLINE != 0 {
        reasons.push("offline".into());
    }
    let [wide_name, wide_port] = [&name, &port].map(|text| wide(text));
    // SAFETY: both names end with a zero; nothing is written for this question.
    let duplex = unsafe {
        DeviceCapabilitiesW(
            wide_name.as_ptr(),
            wide_port.as_ptr(),
            DC_DUPLEX,
            null_mut(),
            null(),
        )
    };
    Printer {
        uri: name.clone(),
        label: if comment.trim().is_empty() {
            name.clone()
        } else {
            comment
        },
        state: match row.Status {
            status if status & PRINTER_STATUS_PAUSED != 0 => 5,
            status if status & PRINTER_STATUS_PRINTING != 0 => 4,
            _ => 3,
        },
        reasons,
        is_default: name == default,
        is_accepting: row.Status & PRINTER_STATUS_PENDING_DELETION == 0,
        has_duplex: duplex == 1,
        name,
    }
}

/// The name of the printer used by default; empty where there is none.
fn default_printer() -> String {
    let mut length = 0;
    // SAFETY: nothing is written but the length.
    unsafe { GetDefaultPrinterW(null_mut(), &raw mut length) };
    let mut name = vec![0_u16; length as usize + 1];
    // SAFETY: `name` has at least `length` characters.
    let found = unsafe { GetDefaultPrinterW(name.as_mut_ptr(), &raw mut length) };
    if found == 0 {
        String::new()
    } else {
        text(name.as_mut_ptr())
    }
}

/// What a question of two steps answers: how many bytes it takes, then the bytes. `None` where it fails.
fn filled(mut ask: impl FnMut(*mut u8, u32, *mut u32) -> BOOL) -> Option<Vec<u64>> {
    let mut needed = 0;
    if ask(null_mut(), 0, &raw mut needed) != 0 {
        return Some(Vec::new());
    }
    // Between two steps there may be more to say.
    for _ in 0..3 {
        let mut place = vec![0_u64; (needed as usize).div_ceil(8)];
        let bytes = u32::try_from(place.len() * 8).ok()?;
        if bytes == 0 {
            return None;
        }
        if ask(place.as_mut_ptr().cast(), bytes, &raw mut needed) != 0 {
            return Some(place);
        }
    }
    None
}

/// As Windows takes text: UTF-16 and a zero.
fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// Text that Windows gives; nothing where there is none.
fn text(at: *mut u16) -> String {
    if at.is_null() {
        return String::new();
    }
    // SAFETY: what Windows gives ends with a zero.
    let length = (0..)
        .take_while(|place| unsafe { *at.add(*place) } != 0)
        .count();
    // SAFETY: so many characters were read above.
    String::from_utf16_lossy(unsafe { slice::from_raw_parts(at, length) })
}

fn last_error() -> ServiceError {
    let number = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    ServiceError::Refused {
        status: u16::try_from(number).unwrap_or(u16::MAX),
        said: String::new(),
    }
}

fn not_drawn(error: andu_page::PdfError) -> ServiceError {
    tracing::warn!(%error, "not drawn for the printer");
    ServiceError::NotDrawn
}

/// An open printer.
struct Handle(PRINTER_HANDLE);

impl Handle {
    fn open(name: &[u16]) -> Option<Self> {
        let mut handle = PRINTER_HANDLE::default();
        // SAFETY: the name ends with a zero.
        let opened = unsafe { OpenPrinterW(name.as_ptr(), &raw mut handle, null()) };
        (opened != 0).then_some(Self(handle))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: it was opened and is closed once.
        unsafe { ClosePrinter(self.0) };
    }
}

/// How a driver prints a job: a DEVMODE with what the driver adds to it.
struct Settings(Vec<u64>);

impl Settings {
    /// A4 upright at its true size, with copies and sides.
    fn of(name: &[u16], copies: i32, duplex: bool) -> Result<Self, ServiceError> {
        let printer = Handle::open(name).ok_or(ServiceError::NotFound)?;
        // SAFETY: the handle is open; asked in this way the driver only says how many bytes it takes.
        let bytes = unsafe {
            DocumentPropertiesW(null_mut(), printer.0, name.as_ptr(), null_mut(), null(), 0)
        };
        let bytes = usize::try_from(bytes).unwrap_or(0);
        if bytes < size_of::<DEVMODEW>() {
            return Err(last_error());
        }
        let mut place = vec![0_u64; bytes.div_ceil(8)];
        let mode = place.as_mut_ptr().cast::<DEVMODEW>();
        // SAFETY: `place` has the bytes the driver asked for.
        let read = unsafe {
            DocumentPropertiesW(
                null_mut(),
                printer.0,
                name.as_ptr(),
                mode,
                null(),
                DM_OUT_BUFFER,
            )
        };
        if read != DONE {
            return Err(last_error());
        }
        // SAFETY: the driver has written a whole DEVMODE there, and nobody else reads it now.
        let wanted = unsafe { &mut *mode };
        // SAFETY: of a printer, the first of the two readings is the one that holds.
        let paper = unsafe { &mut wanted.Anonymous1.Anonymous1 };
        paper.dmOrientation = DMORIENT_PORTRAIT as i16;
        paper.dmPaperSize = DMPAPER_A4 as i16;
        // The page is printed as it is: a scaled page is no longer the standard's.
        paper.dmScale = 100;
        paper.dmCopies = i16::try_from(copies).unwrap_or(1);
        wanted.dmDuplex = if duplex {
            DMDUP_VERTICAL
        } else {
            DMDUP_SIMPLEX
        };
        wanted.dmCollate = DMCOLLATE_TRUE;
        wanted.dmFields |=
            DM_ORIENTATION | DM_PAPERSIZE | DM_SCALE | DM_COPIES | DM_DUPLEX | DM_COLLATE;
        let both = DM_IN_BUFFER | DM_OUT_BUFFER;
        // SAFETY: as above; the driver takes what it can and writes what it took.
        let taken =
            unsafe { DocumentPropertiesW(null_mut(), printer.0, name.as_ptr(), mode, mode, both) };
        if taken != DONE {
            return Err(last_error());
        }
        Ok(Self(place))
    }
}

/// What is drawn on.
struct Context(HDC);

impl Context {
    fn open(name: &[u16], settings: &Settings) -> Result<Self, ServiceError> {
        let driver = wide("WINSPOOL");
        let mode = settings.0.as_ptr().cast::<DEVMODEW>();
        // SAFETY: both names end with a zero; the settings are the driver's own.
        let context = unsafe { CreateDCW(driver.as_ptr(), name.as_ptr(), null(), mode) };
        if context.is_null() {
            Err(last_error())
        } else {
            Ok(Self(context))
        }
    }

    fn of(&self, what: u32) -> i32 {
        // SAFETY: the context is open.
        unsafe { GetDeviceCaps(self.0, what.cast_signed()) }
    }

    /// Draws a page (from 0) on a sheet.
    fn page(&self, document: &Preview<'_>, page: usize) -> Result<(), ServiceError> {
        let dpi = [self.of(LOGPIXELSX), self.of(LOGPIXELSY)];
        if dpi.iter().any(|dots| *dots < 1) {
            return Err(last_error());
        }
        let drawn_at = dpi[0].min(MOST_DPI);
        let pixels = document
            .pixels(page, f64::from(drawn_at))
            .map_err(not_drawn)?;
        // SAFETY: a document was begun on this context.
        if unsafe { StartPage(self.0) } <= 0 {
            return Err(last_error());
        }
        self.bands(&pixels, drawn_at, dpi)?;
        // SAFETY: a page was begun on this context.
        if unsafe { EndPage(self.0) } <= 0 {
            return Err(last_error());
        }
        Ok(())
    }

    /// Hands dots over from the edge of the paper on; rows that are white are left out.
    fn bands(&self, pixels: &Pixels, drawn_at: i32, dpi: [i32; 2]) -> Result<(), ServiceError> {
        let (left, top) = (-self.of(PHYSICALOFFSETX), -self.of(PHYSICALOFFSETY));
        let at =
            |dots: usize, dpi: i32| (dots as i64 * i64::from(dpi) / i64::from(drawn_at)) as i32;
        let width = pixels.width as usize;
        let stride = (width * 3).next_multiple_of(4);
        let rows: Vec<&[u8]> = pixels.rgba.chunks_exact(width * 4).collect();
        for (number, band) in rows.chunks(BAND).enumerate() {
            if band
                .iter()
                .all(|row| row.iter().all(|part| *part == u8::MAX))
            {
                continue;
            }
            let mut bits = vec![0_u8; stride * band.len()];
            for (row, line) in band.iter().zip(bits.chunks_exact_mut(stride)) {
                for (dot, place) in row.chunks_exact(4).zip(line.chunks_exact_mut(3)) {
                    place.copy_from_slice(&[dot[2], dot[1], dot[0]]);
                }
            }
            let first = number * BAND;
            let (upper, lower) = (at(first, dpi[1]), at(first + band.len(), dpi[1]));
            let info = BITMAPINFO {
                bmiHeader: BITMAPINFOHEADER {
                    biSize: size_of::<BITMAPINFOHEADER>() as u32,
                    biWidth: width as i32,
                    // Below zero: the first row is the uppermost.
                    biHeight: -(band.len() as i32),
                    biPlanes: 1,
                    biBitCount: 24,
                    ..BITMAPINFOHEADER::default()
                },
                ..BITMAPINFO::default()
            };
            let (to_width, to_height) = (at(width, dpi[0]), lower - upper);
            let (from_width, from_height) = (width as i32, band.len() as i32);
            // SAFETY: `bits` has as many rows of dots as `info` says, each of a whole number of four bytes.
            let drawn = unsafe {
                StretchDIBits(
                    self.0,
                    left,
                    top + upper,
                    to_width,
                    to_height,
                    0,
                    0,
                    from_width,
                    from_height,
                    bits.as_ptr().cast(),
                    &raw const info,
                    DIB_RGB_COLORS,
                    SRCCOPY,
                )
            };
            if drawn <= 0 {
                return Err(last_error());
            }
        }
        Ok(())
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: it was made and is given back once.
        unsafe { DeleteDC(self.0) };
    }
}
