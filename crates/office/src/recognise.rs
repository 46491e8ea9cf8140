//! Says what the lines of a file mean: which are 版头, 标题, 主送机关, headings, 附件, 署名, 版记. The
//! words of a document are never changed silently: what is set otherwise than it stood is listed in
//! `changes`, what is not certain is asked in `questions`.

mod answer;
mod end;
mod head;
mod headings;
mod line;
mod pages;
pub(crate) mod shape;

use andu_document::{Direction, DocumentFormat, DocumentType, OfficialDocument};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    record,
    source::{DocxText, Notice, NoticeKind},
};
pub(crate) use headings::same_look;
use line::Lines;
pub(crate) use shape::squeeze;

/// What is known at the desk and helps to recognise.
#[derive(Debug, Clone, Default)]
pub struct RecogniseContext {
    /// Names of agencies in the vocabulary: 全称, 规范化简称, 统称.
    pub vocabulary: Vec<String>,
}

/// How sure the program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Its form leaves no other reading.
    Certain,
    /// Its form or place speaks for it.
    Likely,
    /// A guess; a question is asked where it matters.
    Unsure,
}

/// By what an element was recognised; the sentence is `office.how.<how>` in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// By its form, such as 〔2026〕18号.
    Form,
    /// By its place among other elements.
    Position,
    /// By font, size, colour or alignment.
    Look,
    /// By a name of the vocabulary.
    Vocabulary,
    /// Worked out from another element.
    Derived,
    /// By what the file itself records of its elements.
    Recorded,
}

/// One element that was recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Found {
    /// Its place in the document, such as `issue_number` or `attachments/0/title`.
    pub place: String,
    /// Its text in the file, at most 200 characters.
    pub text: String,
    /// How sure.
    pub confidence: Confidence,
    /// By what.
    pub how: How,
}

/// What a person is asked; the sentence is `office.ask.<ask>` in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Is this the title?
    IsTitle,
    /// Are these the main recipients?
    AreMainRecipients,
    /// Which type of document is it?
    DocumentType,
    /// The number of a heading is out of order: keep it as text, or number by order?
    HeadingNumber,
    /// An attachment is named in 附件说明 but has no page of its own.
    AttachmentMissing,
    /// A page marked 附件 is not named in 附件说明.
    AttachmentUnnamed,
    /// The two names of an attachment differ; the first option is the one taken.
    AttachmentName,
    /// The issue number is written against the rules; the first option is the one taken.
    IssueNumber,
    /// The date is written against the rules; the first option is the one taken.
    DateOfIssue,
    /// Is this the name under the body (署名)?
    IsSignature,
    /// Is the text after the date the one that this notice issues (被印发件)?
    IsIssuedText,
    /// The date is none, or is not filled in; the first option leaves it out.
    DateUnreadable,
    /// A line belongs to no element and was left out; the other option puts it into the body.
    LeftOut,
    /// The file was exported here and changed elsewhere, so that an element cannot be given back as it was.
    NotRestored,
    /// The file was exported here, and the element stayed here: no page shows it.
    StayedHere,
}

/// Something a person should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Question {
    /// Its place in the document.
    pub place: String,
    /// What is asked.
    pub ask: Ask,
    /// The text in the file, at most 200 characters.
    pub text: String,
    /// Answers; the first is what the result holds now.
    pub options: Vec<String>,
}

/// What was set otherwise than it stood; the sentence is `office.change.<kind>` in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// A heading's number was taken off and is made by the program.
    NumberTaken,
    /// A number of another form, such as 1、 or (一), becomes the form of the standard.
    NumberForm,
    /// A heading's number is out of order and stays as text.
    NumberKept,
    /// Brackets, padding or 第 of the issue number were put right.
    IssueNumberForm,
    /// A date in Chinese numerals or with zeros was put right.
    DateForm,
    /// Spaces used to set text in place were taken out.
    SpacesTaken,
    /// A table used for layout was dissolved.
    LayoutTable,
    /// 共印30份 and the like was left out.
    PrintRunTaken,
    /// 此页无正文 was left out (GB/T 9704-2012, 7.3.5.5).
    BlankPageNoteTaken,
    /// 主题词 was left out: the standard has had none since 2012.
    SubjectTermsTaken,
    /// The list of 附件 is made from the attachments' titles.
    AttachmentNote,
}

/// One kind of change and how often it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Change {
    /// What.
    pub kind: ChangeKind,
    /// How often.
    pub count: u32,
    /// The first one: as it stood, at most 60 characters.
    pub before: String,
    /// The first one: as it is now; empty where it is gone.
    pub after: String,
}

/// What was made of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Recognised {
    /// The document.
    pub document: OfficialDocument,
    /// Elements in the order they were met.
    pub found: Vec<Found>,
    /// What a person should look at.
    pub questions: Vec<Question>,
    /// What was set otherwise than it stood.
    pub changes: Vec<Change>,
    /// What reading the file left out.
    pub notices: Vec<Notice>,
}

/// Makes a document of a file's content. Never fails: what is not recognised becomes body text.
///
/// A file exported here is read without the vocabulary, as the export read it, and gets back what its record says.
pub fn recognise(text: &DocxText, context: &RecogniseContext) -> Recognised {
    let Some(record) = &text.record else {
        return by_look(text, context);
    };
    let mut result = by_look(text, &RecogniseContext::default());
    if result.document.imprint.is_some() || !result.document.copy_recipients.is_empty() {
        forget_own_box(&mut result.notices);
    }
    record::restore(record, &mut result);
    result
}

/// 版记 of our own files stands in a box: nobody need hear of that one.
fn forget_own_box(notices: &mut Vec<Notice>) {
    let is_box = |notice: &&mut Notice| notice.kind == NoticeKind::TextBox;
    if let Some(notice) = notices.iter_mut().find(is_box) {
        notice.count -= 1;
    }
    notices.retain(|notice| notice.count > 0);
}

/// What the pages say, whatever the file records besides.
pub(crate) fn by_look(text: &DocxText, context: &RecogniseContext) -> Recognised {
    let mut result = Recognised {
        notices: text.notices.clone(),
        ..Recognised::default()
    };
    let mut lines = Lines::new(text, &mut result);
    let imprint = end::take_imprint(&mut lines, &mut result);
    let head = head::take_head(&mut lines, &mut result);
    head::take_title(&mut lines, &head, &mut result);
    head::take_recipients(&mut lines, context, &mut result);
    let rest = pages::divide(&mut lines, &mut result);
    end::take_signature(rest.main, context, &mut result);
    pages::take_attachments(rest.pages, &mut result);
    finish(&mut result, &head, imprint);
    result
}

/// What follows from the elements together: type, format, direction.
fn finish(result: &mut Recognised, head: &head::Head, has_imprint: bool) {
    let document = &mut result.document;
    if document.document_type.is_none() {
        document.document_type = shape::type_of_title(&document.title);
    }
    let kind = document.document_type;
    let has_letterhead = !document.issuers.is_empty() && head.has_letterhead;
    let suffix = document.letterhead_suffix.clone().unwrap_or_default();
    document.format = if document.telegram.is_some() {
        DocumentFormat::Telegram
    } else if has_letterhead && suffix == "文件" {
        DocumentFormat::Document
    } else if has_letterhead && matches!(suffix.as_str(), "令" | "命令") {
        DocumentFormat::Order
    } else if (has_letterhead && suffix.ends_with("纪要")) || kind == Some(DocumentType::Minutes)
    {
        DocumentFormat::Minutes
    } else if kind == Some(DocumentType::Order) {
        DocumentFormat::Order
    } else if has_letterhead && (!suffix.is_empty() || head.centred_number) {
        DocumentFormat::Document
    } else if has_letterhead || kind == Some(DocumentType::Letter) {
        DocumentFormat::Letter
    } else if kind.is_none() && document.issue_number.is_none() && !has_imprint {
        DocumentFormat::Paper
    } else {
        DocumentFormat::Document
    };
    let default_suffix = match document.format {
        DocumentFormat::Document => "文件",
        DocumentFormat::Order => "令",
        DocumentFormat::Telegram => "明传电报",
        _ => "",
    };
    if !has_letterhead || suffix == default_suffix {
        document.letterhead_suffix = None;
    }
    if let Some(number) = document.issue_number.as_mut()
        && number.year == 0
        && let Some(date) = document.date_of_issue
    {
        number.year = date.year();
    }
    if document.format == DocumentFormat::Order && kind.is_none() {
        document.document_type = Some(DocumentType::Order);
    }
    if document.format == DocumentFormat::Minutes && kind.is_none() {
        document.document_type = Some(DocumentType::Minutes);
    }
    document.direction = match document.document_type {
        _ if !document.signatories.is_empty() => Direction::Upward,
        Some(DocumentType::Report | DocumentType::RequestForInstructions) => Direction::Upward,
        Some(DocumentType::Letter | DocumentType::Proposal) => Direction::Level,
        _ => Direction::Downward,
    };
    if document.document_type.is_none() && document.format != DocumentFormat::Paper {
        let options = DocumentType::ALL
            .iter()
            .map(|kind| kind.name().to_owned())
            .collect();
        let title = document.title.clone();
        result.ask("document_type", Ask::DocumentType, &title, options);
    }
}

impl Recognised {
    pub(crate) fn found(&mut self, place: &str, text: &str, confidence: Confidence, how: How) {
        self.found.push(Found {
            place: place.to_owned(),
            text: text.trim().chars().take(200).collect(),
            confidence,
            how,
        });
    }

    pub(crate) fn ask(&mut self, place: &str, ask: Ask, text: &str, options: Vec<String>) {
        self.questions.push(Question {
            place: place.to_owned(),
            ask,
            text: text.trim().chars().take(200).collect(),
            options,
        });
    }

    /// A line that belongs to no element: it is left out, and a person is asked.
    pub(crate) fn left_out(&mut self, place: &str, text: &str) {
        let options = vec!["不导入".to_owned(), "作为正文".to_owned()];
        self.ask(place, Ask::LeftOut, text, options);
    }

    pub(crate) fn noticed(&mut self, kind: NoticeKind) {
        match self.notices.iter_mut().find(|notice| notice.kind == kind) {
            Some(notice) => notice.count = notice.count.saturating_add(1),
            None => self.notices.push(Notice { kind, count: 1 }),
        }
    }

    pub(crate) fn changed(&mut self, kind: ChangeKind, before: &str, after: &str) {
        if let Some(change) = self.changes.iter_mut().find(|change| change.kind == kind) {
            change.count = change.count.saturating_add(1);
            return;
        }
        let short = |text: &str| text.chars().take(60).collect();
        self.changes.push(Change {
            kind,
            count: 1,
            before: short(before),
            after: short(after),
        });
    }
}
