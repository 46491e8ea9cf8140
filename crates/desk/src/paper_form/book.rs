//! Registers as they are printed and written as sheets: what came in a year, and the numbers of a series in a
//! period with what each of them stands for.

use std::{collections::BTreeMap, path::Path};

use andu_api::{
    ApiError, Caller as _, ErrorCode,
    incoming::{self, IncomingView},
    print::{RegisterWrite, SeriesBookWrite, SeriesPeriod},
    process::{ProcessTrace, trace_of_document},
    session::Written,
    text,
};
use andu_app::number::{EntrySeen, LineSeen, SeriesSeen};
use andu_document::{OfficialDocument, Reset, Serves};
use andu_store::{LedgerFilter, NumberState};
use andu_typeset::{
    Typeset,
    paper_form::{
        PaperKind, PaperTemplate, RegisterContent, RegisterEntry, RegisterKind, register_book,
    },
};

use super::{
    fill::{agency, classified, of_document, of_incoming, of_items, of_steps, open, pdf},
    form_error, within_ceiling,
};
use crate::{file, open::OpenDesk, sheet};

/// Lines that are read at once.
const PAGE: u32 = 500;
/// Lines of a register that is written.
const MOST_LINES: u32 = 20_000;

/// What is written of a document, by the names of the columns.
type Line = BTreeMap<&'static str, String>;

/// A register and its lines.
pub(crate) struct Book {
    kind: RegisterKind,
    period: String,
    lines: Vec<Line>,
}

impl Book {
    /// The numbers of a series in a period, the first one first.
    ///
    /// # Errors
    /// `number.not_there`, `form.register.too_long`.
    pub(crate) fn of_series(desk: &OpenDesk, of: &SeriesPeriod) -> Result<Self, ApiError> {
        let all = desk.look().read(|view| view.number_series())?;
        let found = all.into_iter().find(|one| one.series.code() == of.code);
        let series = found.ok_or_else(|| text::error("number.not_there"))?;
        let kind = match series.series.serves {
            Serves::Incoming => RegisterKind::IncomingRegister,
            _ => RegisterKind::OutgoingRegister,
        };
        let mut lines = Vec::new();
        for seen in ledger(desk, of)? {
            lines.push(match kind {
                RegisterKind::IncomingRegister => came(desk, &seen)?,
                RegisterKind::OutgoingRegister => went_out(desk, &seen)?,
            });
        }
        Ok(Self::numbered(kind, period(&series, of.period), lines))
    }

    /// What came in a year.
    fn of_year(year: &str, views: &[IncomingView]) -> Self {
        let lines = views.iter().map(of_view).collect();
        let period = say("form.register.year", &[("year", year)]);
        Self::numbered(RegisterKind::IncomingRegister, period, lines)
    }

    /// Lines are counted, and hold what the register has columns for.
    fn numbered(kind: RegisterKind, period: String, mut lines: Vec<Line>) -> Self {
        for (at, line) in lines.iter_mut().enumerate() {
            line.insert("serial", (at + 1).to_string());
            let columns = kind.fields();
            line.retain(|name, value| {
                !value.is_empty() && columns.iter().any(|column| column.name == *name)
            });
        }
        Self {
            kind,
            period,
            lines,
        }
    }

    /// On pages, as the agency has its registers.
    ///
    /// # Errors
    /// `draft.above_ceiling`; the form's own.
    pub(crate) fn pages(&self, desk: &OpenDesk) -> Result<Typeset, ApiError> {
        let kind = PaperKind::Register(self.kind);
        let PaperTemplate::Register(template) = desk.look().read(|view| view.form_in_use(kind))?
        else {
            return Err(text::error("form.unknown"));
        };
        let mut content = RegisterContent::blank(self.kind);
        content.agency = agency(desk)?;
        content.period.clone_from(&self.period);
        let entry = |line: &Line| {
            let fields = line.iter();
            let fields = fields.map(|(name, value)| ((*name).to_owned(), value.clone()));
            RegisterEntry(fields.collect())
        };
        content.rows = self.lines.iter().map(entry).collect();
        let ceiling = desk.look().read(|view| view.ceiling())?;
        within_ceiling(content.marked(), ceiling)?;
        let pages = register_book(&desk.previews.shelf(), &template, &content);
        pages.map_err(|error| form_error(&error))
    }

    /// As rows of a sheet, by the names of the columns that an old register is read by; the first are those names.
    fn rows(&self) -> Vec<Vec<String>> {
        let columns = self.kind.fields();
        let heads = columns
            .iter()
            .map(|column| column.label.to_owned())
            .collect();
        let row = |line: &Line| {
            let cell = |name: &str| line.get(name).cloned().unwrap_or_default();
            columns.iter().map(|column| cell(column.name)).collect()
        };
        std::iter::once(heads)
            .chain(self.lines.iter().map(row))
            .collect()
    }

    fn write(&self, desk: &OpenDesk, path: &Path) -> Result<Written, ApiError> {
        match sheet::is_sheet(path) {
            true => file::write(path, &sheet::of_rows(&self.rows())?),
            false => file::write(path, &pdf(desk, &self.pages(desk)?)?),
        }
    }
}

/// Writes the register of a year, as PDF or, by the ending of the file, as a sheet.
///
/// # Errors
/// `desk.file_token`, `desk.file_write`; the form's own.
pub fn write_year(desk: &OpenDesk, args: &RegisterWrite) -> Result<Written, ApiError> {
    let path = desk.files.take(&args.token)?;
    let mut views = Vec::new();
    let mut offset = 0;
    loop {
        let list = incoming::IncomingList {
            state: None,
            year: args.year.clone(),
            text: String::new(),
            late: false,
            offset,
            limit: PAGE,
        };
        let page = incoming::list(desk, list)?;
        within(page.total)?;
        let is_last = page.rows.len() < PAGE as usize;
        for row in page.rows.iter().filter(|row| !row.number.is_empty()) {
            views.push(open(desk, &row.id)?);
        }
        if is_last {
            break;
        }
        offset += PAGE;
    }
    views.reverse();
    if sheet::is_sheet(&path) {
        return file::write(&path, &sheet::of_rows(&incoming::sheet(&views))?);
    }
    Book::of_year(&args.year, &views).write(desk, &path)
}

/// Writes the register of a series in a period, as PDF or, by the ending of the file, as a sheet.
///
/// # Errors
/// `desk.file_token`, `desk.file_write`; `number.not_there`; the form's own.
pub fn write_series(desk: &OpenDesk, args: &SeriesBookWrite) -> Result<Written, ApiError> {
    let path = desk.files.take(&args.token)?;
    Book::of_series(desk, &args.series)?.write(desk, &path)
}

/// Nothing is left out without a word.
fn within(lines: u32) -> Result<(), ApiError> {
    if lines <= MOST_LINES {
        return Ok(());
    }
    let fields = [
        ("lines", lines.to_string()),
        ("limit", MOST_LINES.to_string()),
    ];
    let key = "form.register.too_long";
    Err(text::error_with(ErrorCode::Invalid, key, &fields))
}

/// Every line of a ledger, the first serial first.
fn ledger(desk: &OpenDesk, of: &SeriesPeriod) -> Result<Vec<LineSeen>, ApiError> {
    let mut lines = Vec::new();
    loop {
        let filter = LedgerFilter {
            offset: u32::try_from(lines.len()).unwrap_or(u32::MAX),
            limit: PAGE,
            ..LedgerFilter::default()
        };
        let code = (of.code.as_str(), of.period);
        let page = desk.look().read(|view| view.number_ledger(code, &filter))?;
        within(page.total)?;
        let is_last = page.lines.len() < PAGE as usize;
        lines.extend(page.lines);
        if is_last {
            lines.reverse();
            return Ok(lines);
        }
    }
}

fn say(key: &str, fields: &[(&str, &str)]) -> String {
    let fields = fields.iter();
    let fields = fields.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    text::sentence(key, &fields.collect())
}

fn period(series: &SeriesSeen, period: i16) -> String {
    let year = period.to_string();
    let key = match series.series.reset {
        _ if period == 0 => return String::new(),
        Reset::Term => "ui.numbers.period_term",
        Reset::Yearly | Reset::Never => "form.register.year",
    };
    say(key, &[("year", &year)])
}

/// What stands instead of a document: why a number is nobody's, or what it is kept for.
fn remark(seen: &LineSeen) -> Option<String> {
    let said = |kind: &str, note: &str| match note {
        "" => say(&format!("ui.numbers.kind.{kind}"), &[]),
        note => format!("{}：{note}", say(&format!("ui.numbers.kind.{kind}"), &[])),
    };
    match seen {
        LineSeen::Gap(..) => Some(said("gap", "")),
        LineSeen::Entry(seen) => match seen.entry.state {
            NumberState::Used => None,
            NumberState::Reserved if seen.is_lapsed => Some(said("lapsed", &seen.entry.note)),
            NumberState::Reserved => Some(said("reserved", &seen.entry.note)),
            NumberState::Void => Some(said("void", &seen.entry.note)),
            NumberState::Missing => Some(said("gap", &seen.entry.note)),
        },
    }
}

fn number(seen: &LineSeen) -> String {
    match seen {
        LineSeen::Gap(first, last) if first == last => first.to_string(),
        LineSeen::Gap(first, last) => format!("{first}—{last}"),
        LineSeen::Entry(seen) => seen.entry.number.clone(),
    }
}

/// The document of a number; `None` where it is nobody's.
fn document_of(seen: &LineSeen) -> Option<&EntrySeen> {
    match seen {
        LineSeen::Entry(seen) if seen.entry.state == NumberState::Used => Some(seen),
        LineSeen::Entry(_) | LineSeen::Gap(..) => None,
    }
}

/// A line of the register of what came.
fn came(desk: &OpenDesk, seen: &LineSeen) -> Result<Line, ApiError> {
    let mut line = match document_of(seen) {
        // What is not seen here keeps its number.
        Some(entry) => open(desk, &entry.entry.subject_id)
            .map(|view| of_view(&view))
            .unwrap_or_default(),
        None => Line::new(),
    };
    line.insert("register_number", number(seen));
    if let Some(remark) = remark(seen) {
        line.insert("remarks", remark);
    }
    Ok(line)
}

fn of_view(view: &IncomingView) -> Line {
    let mut line = Line::new();
    line.insert("result", view.row.now_at.clone());
    learn(&mut line, of_incoming(view));
    if let Some(trace) = &view.trace {
        learn(&mut line, of_items(trace));
        let steps = of_steps(trace);
        let closed = steps.iter().find(|(name, _)| *name == "closed_on");
        if let Some((_, day)) = closed {
            line.insert("result", say("form.register.closed", &[("day", day)]));
        }
        learn(&mut line, steps);
    }
    line
}

/// What is known goes over what was known; what is empty says nothing.
fn learn(line: &mut Line, known: impl IntoIterator<Item = (&'static str, String)>) {
    line.extend(known.into_iter().filter(|(_, value)| !value.is_empty()));
}

/// A line of the register of what went out.
fn went_out(desk: &OpenDesk, seen: &LineSeen) -> Result<Line, ApiError> {
    let mut line = Line::new();
    if let Some(entry) = document_of(seen) {
        let id = &entry.entry.subject_id;
        let document = desk.look().read(|view| view.document(id)).ok();
        let trace = trace_of_document(desk, id).ok().flatten();
        if let Some(document) = document {
            learn(&mut line, of_document(&document, trace.as_ref()));
            learn(&mut line, trace.iter().flat_map(of_items));
            learn(&mut line, trace.iter().flat_map(of_steps));
            let marked = document.classification.as_ref();
            let marked = marked.map(|one| classified(one.level, &one.term));
            line.insert("classification", marked.unwrap_or_default());
            line.insert("signatory", signatory(&document, trace.as_ref()));
        } else {
            line.insert("title", entry.title.clone());
        }
    }
    line.insert("issue_number", number(seen));
    if let Some(remark) = remark(seen) {
        line.insert("remarks", remark);
    }
    Ok(line)
}

/// Who signed it: as the process knows, or as the document says.
fn signatory(document: &OfficialDocument, trace: Option<&ProcessTrace>) -> String {
    let visits = trace.iter().flat_map(|trace| &trace.visits);
    let signed = visits.filter(|visit| {
        matches!(&*visit.node, "sign" | "sign_principal") && visit.state == "passed"
    });
    let people = signed.flat_map(|visit| &visit.people);
    let people = people.filter(|person| !person.at.is_empty());
    let mut names: Vec<String> = people.map(|person| person.name.clone()).collect();
    if names.is_empty() {
        let said = document.signatories.iter();
        names = said.map(|person| person.name.clone()).collect();
    }
    names.dedup();
    names.join("、")
}
