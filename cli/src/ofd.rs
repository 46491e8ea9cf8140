//! Verbs on OFD files, of any program: what a file says of itself, and the text on its pages.

use std::{fmt::Write as _, path::PathBuf};

use andu_api::{ApiError, ErrorCode, text};
use andu_desk::file;
use andu_ofd::{Limits, Oddity, Ofd as Opened, ReadError};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::outcome::Done;

/// A file is never longer, in bytes.
const LARGEST: u64 = 1 << 30;

/// OFD 文件：查看文件信息，提取文字
#[derive(Args)]
pub struct Ofd {
    #[command(subcommand)]
    pub verb: OfdVerb,
}

#[derive(Subcommand)]
pub enum OfdVerb {
    /// 标题、作者、页数和页面大小，有没有签章和附件，哪些地方不合标准的写法
    Info {
        /// OFD 文件
        file: PathBuf,
    },
    /// 逐页提取文字
    Text {
        /// OFD 文件
        file: PathBuf,
    },
}

/// Does what was typed.
pub fn run(args: &Ofd) -> Result<Done, ApiError> {
    match &args.verb {
        OfdVerb::Info { file } => info(&file::read(file, LARGEST)?),
        OfdVerb::Text { file } => words(&file::read(file, LARGEST)?),
    }
}

/// Why a file cannot be read, in words.
fn unreadable(error: &ReadError) -> ApiError {
    let (key, name) = match error {
        ReadError::NoPackage => ("ofd.no_package", ""),
        ReadError::NoOfd => ("ofd.no_ofd", ""),
        ReadError::Encrypted => ("ofd.encrypted", ""),
        ReadError::Broken(name) => ("ofd.broken", name.as_str()),
        ReadError::TooMuch => ("ofd.too_much", ""),
        ReadError::NoPage => ("ofd.no_page", ""),
    };
    text::error_with(ErrorCode::Invalid, key, &[("name", name.to_owned())])
}

/// What is odd, in words.
fn odd(oddity: &Oddity) -> String {
    let (key, name, other) = match oddity {
        Oddity::Twice(name) => ("ofd.odd.twice", name, ""),
        Oddity::BadName(name) => ("ofd.odd.bad_name", name, ""),
        Oddity::OtherCase(name, other) => ("ofd.odd.other_case", name, other.as_str()),
        Oddity::Missing(name) => ("ofd.odd.missing", name, ""),
        Oddity::Broken(name) => ("ofd.odd.broken", name, ""),
    };
    let fields = [("name", name.clone()), ("other", other.to_owned())];
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    text::sentence(key, &fields.into_iter().collect())
}

fn info(bytes: &[u8]) -> Result<Done, ApiError> {
    let mut opened = open(bytes)?;
    let mut sizes = Vec::new();
    for page in 0..opened.page_count() {
        sizes.push(opened.text(page).ok().map(|page| page.size));
    }
    let documents: Vec<Value> = opened
        .descriptions()
        .map(|info| {
            json!({
                "id": info.id, "title": info.title, "author": info.author,
                "created_on": info.created_on, "creator": info.creator,
                "creator_version": info.creator_version,
                "custom": info.custom.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            })
        })
        .collect();
    let oddities: Vec<String> = opened.oddities().iter().map(odd).collect();
    let mut said = String::new();
    for info in opened.descriptions() {
        let lines = [
            ("标题", &info.title),
            ("作者", &info.author),
            ("日期", &info.created_on),
            ("编制软件", &info.creator),
            ("文件标识", &info.id),
        ];
        for (name, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
            let _ = writeln!(said, "{name}：{value}");
        }
    }
    let pages = opened.page_count();
    let _ = write!(said, "页数：{pages}");
    if let Some(Some((width, height))) = sizes.first() {
        let _ = write!(said, "，第一页 {width}×{height} 毫米");
    }
    let _ = write!(said, "\n附件：{}", opened.attachment_count());
    let signed = if opened.is_signed() { "有" } else { "无" };
    let _ = write!(said, "\n签章：{signed}");
    for line in &oddities {
        let _ = write!(said, "\n{line}");
    }
    let json = json!({
        "version": opened.version, "documents": documents, "pages": pages,
        "sizes": sizes, "attachments": opened.attachment_count(), "signed": opened.is_signed(),
        "oddities": oddities,
    });
    Ok(Done::clean(json, said))
}

fn open(bytes: &[u8]) -> Result<Opened<'_>, ApiError> {
    Opened::open(bytes, Limits::default()).map_err(|error| unreadable(&error))
}

fn words(bytes: &[u8]) -> Result<Done, ApiError> {
    let mut opened = open(bytes)?;
    let mut pages = Vec::new();
    for page in 0..opened.page_count() {
        let read = opened.text(page).map_err(|error| unreadable(&error))?;
        pages.push(read.lines);
    }
    let said: Vec<String> = pages.iter().map(|lines| lines.join("\n")).collect();
    Ok(Done::clean(json!({ "pages": pages }), said.join("\n\n")))
}
