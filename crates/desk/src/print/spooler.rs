//! CUPS over IPP (RFC 8010, RFC 8011): which printers there are, one job out, and how it stands. Bytes go
//! over HTTP; every question is answered within its time or not at all.

use std::{
    io::{Cursor, Read},
    time::Duration,
};

use ipp::{
    attribute::{IppAttribute, IppAttributeGroup},
    model::{DelimiterTag, IppVersion, Operation},
    parser::{IppParseError, IppParser},
    request::IppRequestResponse,
    value::IppValue,
};
use reqwest::blocking::Client;

use super::spool::{JobSeen, Order, Printer, ServiceError};

/// How long a question may take.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// How long a document may take to be accepted.
const ACCEPTS_WITHIN: Duration = Duration::from_secs(30);
/// The largest answer, in bytes: hundreds of printers.
const LARGEST_ANSWER: u64 = 4 << 20;
/// `printer-type` of CUPS: the default printer.
const TYPE_DEFAULT: i32 = 0x0002_0000;
/// IPP: client-error-not-found.
const NOT_FOUND: u16 = 0x0406;
/// Who prints, for the queue: the person's name is not spread.
const USER: &str = "andu";

impl From<IppParseError> for ServiceError {
    fn from(_: IppParseError) -> Self {
        Self::Nonsense
    }
}

/// A print service.
pub(super) struct Service {
    client: Client,
    address: String,
}

impl Service {
    /// The service at an address such as `http://localhost:631`.
    ///
    /// # Errors
    /// `Unavailable` where no connection can be made at all.
    pub fn at(address: &str) -> Result<Self, ServiceError> {
        let client = crate::link::client(None)
            .connect_timeout(ANSWERS_WITHIN)
            .build()
            .map_err(|_| ServiceError::Unavailable)?;
        Ok(Self {
            client,
            address: address.trim_end_matches('/').to_owned(),
        })
    }

    /// All printers (CUPS-Get-Printers).
    ///
    /// # Errors
    /// By situation; without any printer the answer is empty.
    pub fn printers(&self) -> Result<Vec<Printer>, ServiceError> {
        let mut request = request(Operation::CupsGetPrinters)?;
        let wanted = [
            "printer-name",
            "printer-info",
            "printer-type",
            "printer-state",
            "printer-state-reasons",
            "printer-is-accepting-jobs",
            "printer-uri-supported",
            "sides-supported",
        ];
        let wanted: Result<Vec<IppValue>, _> =
            wanted.map(IppValue::new_keyword).into_iter().collect();
        put(
            &mut request,
            DelimiterTag::OperationAttributes,
            ("requested-attributes", IppValue::Array(wanted?)),
        )?;
        let answer = match self.ask("/", &request, &[], ANSWERS_WITHIN) {
            // CUPS without any printer says so in this way.
            Err(ServiceError::NotFound) => return Ok(Vec::new()),
            answer => answer?,
        };
        let groups = answer
            .attributes()
            .groups_of(DelimiterTag::PrinterAttributes);
        Ok(groups.filter_map(printer).collect())
    }

    /// Prints a PDF and answers with the number of the job (Print-Job).
    ///
    /// # Errors
    /// By situation; then nothing is printed, unless the time ran out while the service thought.
    pub fn print(&self, printer: &Printer, order: &Order, pdf: &[u8]) -> Result<i32, ServiceError> {
        let mut request = request(Operation::PrintJob)?;
        let operation = [
            ("printer-uri", IppValue::new_uri(printer.uri.clone())?),
            (
                "requesting-user-name",
                IppValue::new_name_without_language(USER)?,
            ),
            (
                "job-name",
                IppValue::new_name_without_language(order.name.clone())?,
            ),
            (
                "document-format",
                IppValue::new_mime_media_type("application/pdf")?,
            ),
        ];
        for attribute in operation {
            put(&mut request, DelimiterTag::OperationAttributes, attribute)?;
        }
        let sides = if order.duplex {
            "two-sided-long-edge"
        } else {
            "one-sided"
        };
        let copies = i32::try_from(order.copies).unwrap_or(1);
        let mut job = vec![
            ("copies", IppValue::Integer(copies)),
            ("sides", IppValue::new_keyword(sides)?),
            ("media", IppValue::new_keyword("iso_a4_210x297mm")?),
            // The page is printed as it is: a scaled page is no longer the standard's.
            ("print-scaling", IppValue::new_keyword("none")?),
        ];
        if !order.ranges.is_empty() {
            let bound = |page: u32| i32::try_from(page).unwrap_or(i32::MAX);
            let ranges = order.ranges.iter();
            let ranges = ranges.map(|&(first, last)| IppValue::RangeOfInteger {
                min: bound(first),
                max: bound(last),
            });
            job.push(("page-ranges", IppValue::Array(ranges.collect())));
        }
        for attribute in job {
            put(&mut request, DelimiterTag::JobAttributes, attribute)?;
        }
        let answer = self.ask(path_of(&printer.uri), &request, pdf, ACCEPTS_WITHIN)?;
        let groups = answer.attributes().groups_of(DelimiterTag::JobAttributes);
        let id = groups.filter_map(|group| number(group, "job-id")).next();
        id.ok_or(ServiceError::Nonsense)
    }

    /// How a job stands (Get-Job-Attributes).
    ///
    /// # Errors
    /// `NotFound` if the service has forgotten it; others by situation.
    pub fn job(&self, printer_uri: &str, id: i32) -> Result<JobSeen, ServiceError> {
        let mut request = request(Operation::GetJobAttributes)?;
        let operation = [
            ("printer-uri", IppValue::new_uri(printer_uri)?),
            ("job-id", IppValue::Integer(id)),
            (
                "requesting-user-name",
                IppValue::new_name_without_language(USER)?,
            ),
            ("requested-attributes", IppValue::new_keyword("job-state")?),
        ];
        for attribute in operation {
            put(&mut request, DelimiterTag::OperationAttributes, attribute)?;
        }
        let answer = self.ask(path_of(printer_uri), &request, &[], ANSWERS_WITHIN)?;
        let groups = answer.attributes().groups_of(DelimiterTag::JobAttributes);
        let state = groups.filter_map(|group| number(group, "job-state")).next();
        Ok(JobSeen {
            state: state.ok_or(ServiceError::Nonsense)?,
        })
    }

    fn ask(
        &self,
        path: &str,
        request: &IppRequestResponse,
        document: &[u8],
        within: Duration,
    ) -> Result<IppRequestResponse, ServiceError> {
        let mut body = request.to_bytes().to_vec();
        body.extend_from_slice(document);
        let answer = self
            .client
            .post(format!("{}{path}", self.address))
            .header("content-type", "application/ipp")
            .timeout(within)
            .body(body)
            .send()
            .map_err(|_| ServiceError::Unavailable)?;
        if !answer.status().is_success() {
            return Err(ServiceError::Http(answer.status().as_u16()));
        }
        let mut bytes = Vec::new();
        answer
            .take(LARGEST_ANSWER)
            .read_to_end(&mut bytes)
            .map_err(|_| ServiceError::Unavailable)?;
        let answer = IppParser::new(Cursor::new(bytes)).parse()?;
        let status = answer.header().operation_or_status.cast_unsigned();
        match status {
            // successful-ok, and ok with attributes that were ignored or conflict.
            0..=0x00ff => Ok(answer),
            NOT_FOUND => Err(ServiceError::NotFound),
            _ => Err(ServiceError::Refused {
                status,
                said: said(&answer),
            }),
        }
    }
}

/// What the service says about its refusal.
fn said(answer: &IppRequestResponse) -> String {
    let group = answer
        .attributes()
        .first_of(DelimiterTag::OperationAttributes);
    let message = group.map(|group| texts(group, "status-message"));
    message.unwrap_or_default().concat()
}

fn request(operation: Operation) -> Result<IppRequestResponse, ServiceError> {
    Ok(IppRequestResponse::new(
        IppVersion::v1_1(),
        operation,
        None,
    )?)
}

fn put(
    request: &mut IppRequestResponse,
    group: DelimiterTag,
    (name, value): (&str, IppValue),
) -> Result<(), ServiceError> {
    let attribute = IppAttribute::with_name(name, value)?;
    request.attributes_mut().add(group, attribute);
    Ok(())
}

/// What follows the host in an address.
fn path_of(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    rest.find('/').map_or("/", |at| &rest[at..])
}

fn printer(group: &IppAttributeGroup) -> Option<Printer> {
    let first = |name: &str| texts(group, name).into_iter().next();
    let name = first("printer-name")?;
    let label = first("printer-info").filter(|label| !label.trim().is_empty());
    let sides = texts(group, "sides-supported");
    Some(Printer {
        uri: first("printer-uri-supported")?,
        label: label.unwrap_or_else(|| name.clone()),
        name,
        state: number(group, "printer-state").unwrap_or(3),
        reasons: texts(group, "printer-state-reasons"),
        is_default: number(group, "printer-type").unwrap_or(0) & TYPE_DEFAULT != 0,
        is_accepting: flag(group, "printer-is-accepting-jobs").unwrap_or(true),
        has_duplex: sides.iter().any(|side| side == "two-sided-long-edge"),
    })
}

fn texts(group: &IppAttributeGroup, name: &str) -> Vec<String> {
    let Some(attribute) = group.get(name) else {
        return Vec::new();
    };
    let text = |value: &IppValue| match value {
        IppValue::Keyword(word) => Some(word.to_string()),
        IppValue::NameWithoutLanguage(name) | IppValue::NameWithLanguage { name, .. } => {
            Some(name.to_string())
        }
        IppValue::TextWithoutLanguage(text) | IppValue::TextWithLanguage { text, .. } => {
            Some(text.as_ref().to_owned())
        }
        IppValue::Uri(uri) => Some(uri.to_string()),
        _ => None,
    };
    attribute.value().into_iter().filter_map(text).collect()
}

fn number(group: &IppAttributeGroup, name: &str) -> Option<i32> {
    match group.get(name)?.value() {
        IppValue::Integer(number) | IppValue::Enum(number) => Some(*number),
        _ => None,
    }
}

fn flag(group: &IppAttributeGroup, name: &str) -> Option<bool> {
    match group.get(name)?.value() {
        IppValue::Boolean(flag) => Some(*flag),
        _ => None,
    }
}
