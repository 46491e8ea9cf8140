//! Makes a Word file of a document, with the layout numbers of GB/T 9704-2012 as Word and WPS
//! measure them (margins of GB/T 33476.2, Annex A). Why the XML is written here and not by a
//! library: docs/decisions/0007-docx.md.

mod body;
mod end;
mod head;
mod layout;
mod markup;
mod package;
mod placed;

use andu_document::{DocumentFormat, OfficialDocument};

use crate::{
    error::OfficeError,
    limits::Limits,
    recognise::{RecogniseContext, by_look},
    record::{self, Record},
};
use body::{BodyKind, BodyWriter};
use markup::Markup;

/// Names of the fonts a .docx asks for; the file carries no fonts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fonts {
    /// 标题 and 发文机关标志
    pub title: String,
    /// 正文
    pub body: String,
    /// 楷体: second headings, names of 签发人.
    pub kai: String,
    /// 黑体: first headings, 密级, 附件.
    pub hei: String,
    /// 宋体: page numbers.
    pub song: String,
}

impl Default for Fonts {
    /// The fonts agencies have installed.
    fn default() -> Self {
        Self {
            title: "方正小标宋简体".to_owned(),
            body: "仿宋_GB2312".to_owned(),
            kai: "楷体_GB2312".to_owned(),
            hei: "黑体".to_owned(),
            song: "宋体".to_owned(),
        }
    }
}

/// How a .docx is made.
#[derive(Debug, Clone, Default)]
pub struct WriteOptions {
    /// Fonts to ask for.
    pub fonts: Fonts,
    /// Breaks a title of 2号 into as many lines as it takes, by meaning; `None` leaves that to Word.
    pub break_title: Option<fn(&str) -> Vec<String>>,
    /// 页数 of a 明传电报 whose document does not say: those of its typeset pages.
    pub pages: Option<u32>,
}

impl WriteOptions {
    /// A title as it is printed: in the drafter's lines, else in as many as it takes.
    fn title(&self, title: &str) -> String {
        let title = title.trim();
        match self.break_title {
            Some(break_title) if !title.contains('\n') => break_title(title).join("\n"),
            _ => title.to_owned(),
        }
    }
}

/// Makes a .docx. The same document and options give the same bytes.
///
/// The file is read back before it is given out, and records what its pages alone would not give back.
///
/// # Errors
/// `UnusableImage` where an image of the document is not Base64 of the kind it says.
pub fn write(document: &OfficialDocument, options: &WriteOptions) -> Result<Vec<u8>, OfficeError> {
    let pages = pages(document, options)?;
    let bare = pages.assemble(document, options, None)?;
    // A document too large to be read back has no record; its import is asked about like any other file's.
    let Ok(text) = super::read(&bare, &Limits::default()) else {
        return Ok(bare);
    };
    let read_back = by_look(&text, &RecogniseContext::default());
    let record = record::record(document, &read_back);
    pages.assemble(document, options, Some(&record))
}

/// The text of the file, and the properties of its last section.
struct Pages {
    out: Markup,
    last: String,
}

impl Pages {
    fn assemble(
        &self,
        document: &OfficialDocument,
        options: &WriteOptions,
        record: Option<&Record>,
    ) -> Result<Vec<u8>, OfficeError> {
        package::assemble(document, options, &self.out, &self.last, record)
    }
}

fn pages(document: &OfficialDocument, options: &WriteOptions) -> Result<Pages, OfficeError> {
    let mut out = Markup::default();
    let first = Sections {
        first_page_differs: document.format == DocumentFormat::Letter,
    };
    let mut writer = BodyWriter::new(&mut out, first, options);

    head::write(document, options, writer.out);
    head::write_title(document, options, writer.out);
    writer.write("body", &document.body, BodyKind::Main)?;
    end::write_attendance(document, writer.out);
    end::write_attachment_note(&document.attachments, writer.out);
    end::write_signature(document, writer.out);
    for (index, attachment) in document.attachments.iter().enumerate() {
        let place = format!("attachments/{index}/body");
        let mark = end::attachment_mark(document, index);
        writer.write_attachment(&place, &mark, attachment)?;
    }
    if let Some(issued) = &document.issued_text {
        writer.write_issued(issued)?;
    }
    writer.portrait();
    end::write_imprint(document, writer.out);
    let last = writer.finish();
    Ok(Pages { out, last })
}

/// What the sections of a document share.
#[derive(Debug, Clone, Copy)]
struct Sections {
    first_page_differs: bool,
}
