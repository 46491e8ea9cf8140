//! Printing: printers, jobs and preprinted paper. The system's print service does the work (CUPS, spoken to over
//! IPP; Windows' own); this room orders the pages and says what became of a job. Nothing is printed without the
//! service: then there is still the PDF.

#[cfg(all(test, unix))]
mod cupsd;
mod hold_up;
mod range;
mod sheets;
mod spool;
#[cfg(not(windows))]
mod spooler;
#[cfg(test)]
mod tests;
#[cfg(windows)]
mod winspool;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use andu_api::{
    ApiError, ErrorCode,
    caller::Caller as _,
    draft,
    print::{PrintJob, PrintStart, PrinterOffset, PrinterRow, SeriesPeriod},
    text,
};
use andu_document::OfficialDocument;
use andu_typeset::{Options, PdfOptions, Preprinted, Typeset, Typesetter, paper_form::PaperKind};

pub use self::sheets::{SESSION, Sheets, close, picture, show};
use self::spool::{Order, Printer, ServiceError};
#[cfg(not(windows))]
use self::spooler::Service;
#[cfg(windows)]
use self::winspool::Service;
use crate::{open::OpenDesk, paper_form, preview, setting, transfer, writing};

/// The longest shift of preprinted paper, in tenths of a millimetre.
const MOST_OFFSET: i32 = 300;
/// Copies of one job.
const MOST_COPIES: u32 = 999;
/// Jobs that are remembered.
const MOST_JOBS: usize = 200;
/// Where CUPS answers.
const CUPS: &str = "http://localhost:631";

/// Jobs that were started here while the desk is open.
pub struct Jobs(Mutex<Started>);

struct Started {
    #[cfg_attr(windows, expect(dead_code, reason = "Windows has one service"))]
    service: String,
    jobs: Vec<StartedJob>,
}

#[derive(Clone)]
struct StartedJob {
    shown: PrintJob,
    /// Whom to ask about it; empty once it is over.
    printer_uri: String,
}

impl Default for Jobs {
    fn default() -> Self {
        Self(Mutex::new(Started {
            service: CUPS.into(),
            jobs: Vec::new(),
        }))
    }
}

impl Jobs {
    /// Asks another print service than the one of this machine.
    pub fn ask(&self, service: &str) {
        service.clone_into(&mut self.started().service);
    }

    fn started(&self) -> MutexGuard<'_, Started> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, job: StartedJob) {
        let mut started = self.started();
        if started.jobs.len() >= MOST_JOBS {
            started.jobs.remove(0);
        }
        started.jobs.push(job);
    }
}

/// The print service of this machine.
#[cfg(not(windows))]
fn print_service(desk: &OpenDesk) -> Result<Service, ApiError> {
    let address = desk.jobs.started().service.clone();
    Service::at(&address).map_err(|error| service_error(&error))
}

/// The print service of this machine.
#[cfg(windows)]
fn print_service(desk: &OpenDesk) -> Result<Service, ApiError> {
    Ok(Service::new(desk.place.pdfium.clone()))
}

impl StartedJob {
    /// Whether nothing more will become of it.
    fn is_over(&self) -> bool {
        self.printer_uri.is_empty()
    }
}

/// What the service said, as the sentence of `key`.
fn refused(error: &ServiceError, key: &str) -> ApiError {
    let status = |status: String| [("status".to_owned(), status)].into();
    let cause = match error {
        ServiceError::Unavailable => {
            return text::error_with(ErrorCode::NotNow, "print.unavailable", &[]);
        }
        #[cfg(not(windows))]
        ServiceError::Http(number) => {
            text::sentence("print.cause.http", &status(number.to_string()))
        }
        ServiceError::Refused {
            status: number,
            said,
        } if said.is_empty() => {
            text::sentence("print.cause.refused", &status(format!("{number:#06x}")))
        }
        ServiceError::Refused { said, .. } => said.clone(),
        ServiceError::NotFound => text::sentence("print.cause.not_found", &BTreeMap::new()),
        #[cfg(not(windows))]
        ServiceError::Nonsense => text::sentence("print.cause.nonsense", &BTreeMap::new()),
        #[cfg(windows)]
        ServiceError::NotDrawn => text::sentence("print.cause.not_drawn", &BTreeMap::new()),
    };
    text::error_with(ErrorCode::NotNow, key, &[("cause", cause)])
}

/// The service did not answer as it should.
fn service_error(error: &ServiceError) -> ApiError {
    refused(error, "print.service")
}

fn offset_name(printer: &str) -> String {
    format!("printer_offset:{printer}")
}

/// Where preprinted paper lies in a printer: to the right and down, in tenths of a millimetre.
fn offset(desk: &OpenDesk, printer: &str) -> Result<(i32, i32), ApiError> {
    let stored = desk
        .store
        .read(|reader| reader.setting(&offset_name(printer)))?;
    let stored = stored.unwrap_or_default();
    let (x, y) = stored.split_once(' ').unwrap_or_default();
    Ok((x.parse().unwrap_or(0), y.parse().unwrap_or(0)))
}

/// Printers of the system.
///
/// # Errors
/// `print.unavailable` without a print service, `print.service` if it cannot be understood.
pub fn printers(desk: &OpenDesk) -> Result<Vec<PrinterRow>, ApiError> {
    let service = print_service(desk)?;
    let printers = service.printers().map_err(|error| service_error(&error))?;
    printers
        .into_iter()
        .map(|printer| {
            let (x, y) = offset(desk, &printer.name)?;
            Ok(PrinterRow {
                trouble: hold_up::of_printer(&printer),
                name: printer.name,
                label: printer.label,
                default: printer.is_default,
                duplex: printer.has_duplex,
                offset_x_tenth_mm: x,
                offset_y_tenth_mm: y,
            })
        })
        .collect()
}

/// Keeps where preprinted paper lies in a printer.
///
/// # Errors
/// The store's own.
pub fn set_offset(desk: &OpenDesk, args: &PrinterOffset) -> Result<(), ApiError> {
    let bound = |offset: i32| offset.clamp(-MOST_OFFSET, MOST_OFFSET);
    let value = format!("{} {}", bound(args.x_tenth_mm), bound(args.y_tenth_mm));
    desk.store
        .write(|tx| tx.setting_put(&offset_name(&args.printer), &value))?;
    Ok(())
}

/// Sets a document on pages; for preprinted paper without its red parts, moved as the printer needs.
fn pages(
    desk: &OpenDesk,
    document: &OfficialDocument,
    preprinted: Option<Preprinted>,
) -> Result<Typeset, ApiError> {
    if preprinted.is_none() {
        return transfer::typeset(desk, document);
    }
    let options = Options {
        preprinted,
        ..preview::options(setting::choice(desk))
    };
    Typesetter::new(desk.previews.shelf(), options)
        .typeset(document)
        .map_err(|error| preview::typeset_error(&error))
}

/// A draft as it goes to a printer.
struct Ready {
    document: OfficialDocument,
    pages: Typeset,
    /// Of the pages, from 1, both ends inclusive; none: all.
    ranges: Vec<(u32, u32)>,
    pdf: Vec<u8>,
}

/// Which pages go to a printer, and how.
struct Wanted<'a> {
    draft_id: &'a str,
    printer: &'a str,
    range: &'a str,
    preprinted: bool,
    form: Option<&'a str>,
    series: Option<&'a SeriesPeriod>,
}

impl Wanted<'_> {
    /// What is no page of a draft: a paper form, or a register.
    const fn is_paper(&self) -> bool {
        self.form.is_some() || self.series.is_some()
    }

    /// What stands in the list of jobs for paper that is of no draft.
    fn title(&self) -> String {
        let form = self.form.and_then(PaperKind::of_name);
        let label = form.map_or("", PaperKind::label);
        let code = self.series.map_or("", |series| series.code.as_str());
        [label, code].concat()
    }
}

/// Makes what goes to a printer.
///
/// # Errors
/// `draft.above_ceiling`, `print.range`, `typeset.failed`; where the draft is not there.
fn make_ready(desk: &OpenDesk, wanted: &Wanted<'_>) -> Result<Ready, ApiError> {
    let document = match wanted.draft_id {
        "" if wanted.is_paper() => OfficialDocument {
            title: wanted.title(),
            ..OfficialDocument::default()
        },
        id => writing::current_document(desk, id)?,
    };
    draft::hold_ceiling(desk, &document)?;
    let preprinted = if wanted.preprinted {
        let (x, y) = offset(desk, wanted.printer)?;
        Some(Preprinted {
            offset_x_mm: f64::from(x) / 10.0,
            offset_y_mm: f64::from(y) / 10.0,
        })
    } else {
        None
    };
    let pages = match (wanted.series, wanted.form) {
        (Some(series), _) => paper_form::Book::of_series(desk, series)?.pages(desk)?,
        (None, Some(form)) => paper_form::pages(desk, wanted.draft_id, form)?,
        (None, None) => pages(desk, &document, preprinted)?,
    };
    let page_count = u32::try_from(pages.page_count()).unwrap_or(u32::MAX);
    let ranges = range::parse(wanted.range, page_count).ok_or_else(|| {
        let text: String = wanted.range.chars().take(40).collect();
        let fields = [("text", text), ("pages", page_count.to_string())];
        text::error_with(ErrorCode::Invalid, "print.range", &fields)
    })?;
    let pdf = pages
        .pdf(&PdfOptions {
            changed_on: wanted.is_paper().then(|| desk.today()),
            ..PdfOptions::default()
        })
        .map_err(|error| preview::typeset_error(&error))?
        .bytes;
    Ok(Ready {
        document,
        pages,
        ranges,
        pdf,
    })
}

/// Prints a draft.
///
/// # Errors
/// `print.copies`, `print.range`, `typeset.failed`; `print.no_printer`, `print.unavailable` and
/// `print.failed` by situation.
pub fn start(desk: &OpenDesk, args: &PrintStart) -> Result<PrintJob, ApiError> {
    if !(1..=MOST_COPIES).contains(&args.copies) {
        let fields = [("most", MOST_COPIES.to_string())];
        return Err(text::error_with(
            ErrorCode::Invalid,
            "print.copies",
            &fields,
        ));
    }
    let ready = make_ready(
        desk,
        &Wanted {
            draft_id: &args.draft_id,
            printer: &args.printer,
            range: &args.range,
            preprinted: args.preprinted,
            form: args.form.as_deref(),
            series: args.series.as_ref(),
        },
    )?;
    let service = print_service(desk)?;
    let printer = find(&service, &args.printer)?;
    let order = Order {
        // Names of jobs are seen by everybody who sees the queue: the title is not in them.
        name: format!("andu-{}", &desk.new_id()[24..]),
        copies: args.copies,
        duplex: args.duplex && printer.has_duplex,
        ranges: ready.ranges,
    };
    let id = service
        .print(&printer, &order, &ready.pdf)
        .map_err(|error| refused(&error, "print.failed"))?;
    let shown = PrintJob {
        id: i64::from(id),
        trouble: hold_up::of_printer(&printer),
        printer: printer.name,
        title: ready.document.title_in_line(),
        state: "waiting".into(),
    };
    desk.jobs.remember(StartedJob {
        shown: shown.clone(),
        printer_uri: printer.uri,
    });
    Ok(shown)
}

fn find(service: &Service, name: &str) -> Result<Printer, ApiError> {
    let printers = service.printers().map_err(|error| service_error(&error))?;
    let found = printers.into_iter().find(|printer| printer.name == name);
    found.ok_or_else(|| {
        let fields = [("printer", name.to_owned())];
        text::error_with(ErrorCode::NotFound, "print.no_printer", &fields)
    })
}

/// Jobs that were started here, newest first, as they stand now.
///
/// # Errors
/// `print.unavailable` if the service is gone while jobs are on their way, `print.service` if it
/// cannot be understood.
pub fn jobs(desk: &OpenDesk) -> Result<Vec<PrintJob>, ApiError> {
    let mut jobs = desk.jobs.started().jobs.clone();
    if jobs.iter().any(|job| !job.is_over()) {
        let service = print_service(desk)?;
        let printers = service.printers().map_err(|error| service_error(&error))?;
        for job in jobs.iter_mut().filter(|job| !job.is_over()) {
            let printer = printers
                .iter()
                .find(|known| known.name == job.shown.printer);
            look(&service, job, printer)?;
        }
        let mut started = desk.jobs.started();
        for kept in &mut started.jobs {
            let seen = jobs.iter().find(|job| job.shown.id == kept.shown.id);
            if let Some(seen) = seen {
                kept.clone_from(seen);
            }
        }
    }
    Ok(jobs.into_iter().rev().map(|job| job.shown).collect())
}

/// Looks how a job stands.
fn look(
    service: &Service,
    job: &mut StartedJob,
    printer: Option<&Printer>,
) -> Result<(), ApiError> {
    let id = i32::try_from(job.shown.id).unwrap_or(0);
    let stands = match service.job(&job.printer_uri, id) {
        Ok(seen) => hold_up::of_job(&seen, printer),
        Err(ServiceError::NotFound) => hold_up::gone(),
        Err(error) => return Err(service_error(&error)),
    };
    stands.state.clone_into(&mut job.shown.state);
    job.shown.trouble = stands.trouble;
    if stands.is_over {
        // Nothing more is asked about it.
        job.printer_uri.clear();
    }
    Ok(())
}
