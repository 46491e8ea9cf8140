//! `andu supervision`: what is supervised, and the 督查通报 of a period.

use std::{fmt::Write as _, path::PathBuf, sync::Arc};

use andu_api::{
    ApiError,
    supervision::{SupervisionFigures, SupervisionPage, circular},
};
use andu_desk::{clock, file};
use andu_typeset::{Options, Typesetter};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::{
    argument::Fonts,
    calling::{Call, Place, read},
    document::shelf,
    outcome::Done,
    process::ending,
};

/// Lines that are fetched at once.
const PAGE: u32 = 500;

#[derive(Args)]
pub struct Supervision {
    #[command(subcommand)]
    pub verb: SupervisionVerb,
}

#[derive(Subcommand)]
pub enum SupervisionVerb {
    /// 列出督办事项：编号、状态、时限、承办部门
    List(Place),
    /// 写出一段时间的督查通报（.pdf 或 .docx），并列出办结率
    Circular(Circular),
}

#[derive(Args)]
pub struct Circular {
    /// 立项日期从哪一天起
    #[arg(long, value_name = "DAY")]
    pub from: String,
    /// 到哪一天止
    #[arg(long, value_name = "DAY")]
    pub through: String,
    /// 写到哪个文件，以 .pdf 或 .docx 结尾
    #[arg(long, value_name = "OUT")]
    pub out: PathBuf,
    #[command(flatten)]
    pub fonts: Fonts,
    #[command(flatten)]
    pub place: Place,
}

/// Does what was typed.
pub fn run(args: &Supervision) -> Result<Done, ApiError> {
    match &args.verb {
        SupervisionVerb::List(place) => list(&place.caller()?),
        SupervisionVerb::Circular(args) => write(args, &args.place.caller()?),
    }
}

fn list(call: &Call) -> Result<Done, ApiError> {
    let mut rows = Vec::new();
    loop {
        let offset = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let query = json!({
            "light": null, "kind": null, "text": "", "offset": offset, "limit": PAGE,
        });
        let page: SupervisionPage = read(call("supervision_list", query)?)?;
        let is_last = page.rows.is_empty() || offset.saturating_add(PAGE) >= page.total;
        rows.extend(page.rows);
        if is_last {
            break;
        }
    }
    let mut said = String::new();
    for row in &rows {
        let units = row.units.iter();
        let units: Vec<String> = units
            .map(|unit| format!("{} {}", unit.name, unit.due_on))
            .collect();
        let light = row.light.label();
        let _ = writeln!(
            said,
            "{}  {light}  {}  {}",
            row.number,
            row.title,
            units.join("、")
        );
    }
    Ok(Done::clean(
        json!({ "supervision": rows }),
        said.trim_end().to_owned(),
    ))
}

fn write(args: &Circular, call: &Call) -> Result<Done, ApiError> {
    let ending = ending(&args.out)?;
    let period = json!({ "from": args.from, "through": args.through });
    let figures: SupervisionFigures = read(call("supervision_figures", period)?)?;
    let today = clock::today();
    let said = circular(&figures, today);
    let typesetter = Typesetter::new(Arc::clone(&shelf(&args.fonts)), Options::default());
    let (bytes, pages) = ending.bytes(&typesetter, &said, Some(today))?;
    file::write(&args.out, &bytes)?;
    let shown = file::shown(&args.out);
    let count = pages.page_count();
    let (total, closed) = (figures.total, figures.closed);
    let text = format!(
        "{}：立项 {total} 项，已销号 {closed} 项；共 {count} 页，已写出 {shown}",
        said.title
    );
    let json = json!({ "figures": figures, "pages": count, "written": shown });
    Ok(Done::clean(json, text))
}
