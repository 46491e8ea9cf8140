//! `andu issued`: the documents that were issued and how each stands, as lines or as a sheet.

use std::{fmt::Write as _, path::PathBuf};

use andu_api::{
    ApiError,
    issued::{IssuedPage, IssuedRow, IssuedStatus, sheet_rows},
    text,
};
use andu_desk::{file, sheet};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use crate::{calling::Place, outcome::Done};

/// Lines that are fetched at once.
const PAGE: u32 = 500;

#[derive(Args)]
pub struct Issued {
    #[command(subcommand)]
    pub verb: IssuedVerb,
}

#[derive(Subcommand)]
pub enum IssuedVerb {
    /// 列出已印发的文件及其效力状态，可写成 .xlsx 作清理目录
    List(List),
}

#[derive(Args)]
pub struct List {
    /// 只列这种状态的：effective 有效、amended 已修改、lapsed 失效、repealed 废止、revoked 撤销
    #[arg(long)]
    pub status: Option<Status>,
    /// 只列这一年成文的
    #[arg(long)]
    pub year: Option<i16>,
    /// 只列多少天内到期的
    #[arg(long, value_name = "DAYS")]
    pub ending: Option<u16>,
    /// 只列应当主动公开而没有公开的
    #[arg(long)]
    pub unpublished: bool,
    /// 写成表格文件（.xlsx）
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Status {
    Effective,
    Amended,
    Lapsed,
    Repealed,
    Revoked,
}

impl Status {
    const fn wire(self) -> IssuedStatus {
        match self {
            Self::Effective => IssuedStatus::Effective,
            Self::Amended => IssuedStatus::Amended,
            Self::Lapsed => IssuedStatus::Lapsed,
            Self::Repealed => IssuedStatus::Repealed,
            Self::Revoked => IssuedStatus::Revoked,
        }
    }
}

/// Does what was typed.
pub fn run(args: &Issued) -> Result<Done, ApiError> {
    match &args.verb {
        IssuedVerb::List(args) => list(args),
    }
}

fn list(args: &List) -> Result<Done, ApiError> {
    let call = args.place.caller()?;
    let mut rows: Vec<IssuedRow> = Vec::new();
    loop {
        let page = call(
            "issued_list",
            json!({
                "status": args.status.map(Status::wire),
                "year": args.year.map_or_else(String::new, |year| year.to_string()),
                "document_type": null, "text": "", "ending_within": args.ending,
                "unpublished": args.unpublished, "offset": rows.len(), "limit": PAGE,
            }),
        )?;
        let page: IssuedPage =
            serde_json::from_value(page).map_err(|error| text::bad_arguments(&error))?;
        let is_last = page.rows.is_empty() || rows.len() + page.rows.len() >= page.total as usize;
        rows.extend(page.rows);
        if is_last {
            break;
        }
    }
    let table = sheet_rows(rows.clone());
    if let Some(path) = &args.out {
        file::write(path, &sheet::of_rows(&table)?)?;
    }
    let mut said = String::new();
    for line in table.iter().skip(1) {
        let parts: Vec<&str> = line.iter().map(String::as_str).collect();
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let _ = writeln!(said, "{}", parts.join("  "));
    }
    let _ = write!(said, "共 {} 件", rows.len());
    Ok(Done::clean(json!({ "documents": rows }), said))
}
