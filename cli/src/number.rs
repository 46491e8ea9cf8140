//! `andu number`: series, the ledger of one, and whether numbers are missing or stand twice.

use std::{fmt::Write as _, path::PathBuf};

use andu_api::{
    ApiError, ErrorCode,
    number::{LedgerKind, LedgerPage, LedgerRow, NumberCheck, SeriesRow},
    text,
};
use andu_server::Server;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::{argument::Profile, named::Named, outcome::Done, store::open};

/// Lines that are fetched at once.
const PAGE: u32 = 500;

#[derive(Args)]
pub struct Number {
    #[command(subcommand)]
    pub verb: NumberVerb,
}

#[derive(Subcommand)]
pub enum NumberVerb {
    /// 列出编号序列：样式、下一号、本期各类号的个数
    List(Place),
    /// 一个序列一期的登记，从大号到小号
    Ledger(Ledger),
    /// 检查全部编号：有没有未说明的缺号，有没有重号
    Check(Place),
}

#[derive(Args)]
pub struct Place {
    /// 查看服务器的数据文件夹（由业务管理员办理）；缺省查看本机
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    #[command(flatten)]
    pub named: Named,
    #[command(flatten)]
    pub profile: Profile,
}

#[derive(Args)]
pub struct Ledger {
    /// 代字，或者 andu number list 列出的样式
    pub code: String,
    /// 哪一期：年份，或者一届的第一年；缺省为现在的一期
    #[arg(long)]
    pub period: Option<i16>,
    #[command(flatten)]
    pub place: Place,
}

/// Does what was typed.
pub fn run(args: &Number) -> Result<Done, ApiError> {
    match &args.verb {
        NumberVerb::List(place) => list(&*caller(place)?),
        NumberVerb::Ledger(args) => ledger(args, &*caller(&args.place)?),
        NumberVerb::Check(place) => check(&*caller(place)?),
    }
}

/// Calls a command in the name of somebody.
pub type Call = Box<dyn Fn(&str, Value) -> Result<Value, ApiError>>;

/// Who is called at a place: the server in somebody's name, or this desk.
pub fn caller(place: &Place) -> Result<Call, ApiError> {
    if let Some(data) = &place.data {
        let server = Server::open_existing(data)?;
        let by = place.named.vouch(&server)?;
        return Ok(Box::new(move |name, args| {
            server.call_vouched(&by, name, args)
        }));
    }
    let desk = open(&place.profile)?;
    Ok(Box::new(move |name, args| desk.call(name, args)))
}

/// An answer by its shape.
pub fn read<T: serde::de::DeserializeOwned>(answer: Value) -> Result<T, ApiError> {
    serde_json::from_value(answer).map_err(|error| text::bad_arguments(&error))
}

fn word(key: &str) -> String {
    text::sentence(key, &[].into())
}

fn list(call: &dyn Fn(&str, Value) -> Result<Value, ApiError>) -> Result<Done, ApiError> {
    let answer = call("number_series_list", json!({}))?;
    let series: Vec<SeriesRow> = read(answer.clone())?;
    let mut said = String::new();
    for one in series {
        let serves = word(&format!("ui.numbers.serves.{}", one.serves.name()));
        let title = match (one.title.as_str(), one.is_own, one.is_open) {
            ("", _, true) => word("ui.numbers.shipped"),
            ("", _, false) => word("ui.numbers.undeclared"),
            (title, ..) => title.to_owned(),
        };
        let next = match one.next.as_str() {
            "" => word("ui.numbers.none_open"),
            next => format!("下一号 {next}"),
        };
        let tally = one.tally;
        let _ = writeln!(
            said,
            "{}  {serves}  {title}  {next}  {}：已用 {}，预留 {}，已失效 {}，作废 {}，缺号 {}（已说明 {}）",
            one.code,
            one.period,
            tally.used,
            tally.reserved,
            tally.lapsed,
            tally.void,
            tally.gaps + tally.missing,
            tally.missing
        );
    }
    Ok(Done::clean(
        json!({ "series": answer }),
        said.trim_end().to_owned(),
    ))
}

fn ledger(
    args: &Ledger,
    call: &dyn Fn(&str, Value) -> Result<Value, ApiError>,
) -> Result<Done, ApiError> {
    let series: Vec<SeriesRow> = read(call("number_series_list", json!({}))?)?;
    let known = series.iter().find(|one| one.code == args.code);
    let known = known.ok_or_else(|| {
        let fields = [("code", args.code.clone())];
        text::error_with(ErrorCode::NotFound, "command.number_code", &fields)
    })?;
    let period = args.period.unwrap_or(known.period);
    let mut rows: Vec<LedgerRow> = Vec::new();
    loop {
        let offset = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let query = json!({
            "code": args.code, "period": period, "kind": null, "text": "", "offset": offset,
            "limit": PAGE,
        });
        let page: LedgerPage = read(call("number_ledger", query)?)?;
        let is_last = page.rows.is_empty() || offset.saturating_add(PAGE) >= page.total;
        rows.extend(page.rows);
        if is_last {
            break;
        }
    }
    let mut said = String::new();
    for row in &rows {
        let _ = writeln!(said, "{}", shown(row));
    }
    let _ = write!(said, "共 {} 行", rows.len());
    Ok(Done::clean(
        json!({ "code": args.code, "period": period, "rows": rows }),
        said,
    ))
}

fn shown(row: &LedgerRow) -> String {
    let kind = match row.kind {
        LedgerKind::Used => "used",
        LedgerKind::Reserved => "reserved",
        LedgerKind::Lapsed => "lapsed",
        LedgerKind::Void => "void",
        LedgerKind::Missing => "missing",
        LedgerKind::Gap => "gap",
    };
    let kind = word(&format!("ui.numbers.kind.{kind}"));
    let number = match (row.first, row.last) {
        _ if !row.number.is_empty() => row.number.clone(),
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}—{last}"),
    };
    let said = [number, kind, row.title.clone(), row.note.clone()];
    let said: Vec<String> = said.into_iter().filter(|part| !part.is_empty()).collect();
    said.join("  ")
}

fn check(call: &dyn Fn(&str, Value) -> Result<Value, ApiError>) -> Result<Done, ApiError> {
    let answer = call("number_check", json!({}))?;
    let checked: NumberCheck = read(answer.clone())?;
    let mut said = String::new();
    for gap in &checked.gaps {
        let (code, period, first, last) = (&gap.code, gap.period, gap.first, gap.last);
        let run = if first == last {
            first.to_string()
        } else {
            format!("{first}—{last}")
        };
        let _ = writeln!(said, "缺号未说明  {code}  {period}  {run}");
    }
    for double in &checked.doubles {
        let _ = writeln!(said, "重号  {double}");
    }
    let clean = checked.gaps.is_empty() && checked.doubles.is_empty();
    let _ = write!(
        said,
        "共 {} 个号，预留已失效 {} 个，{}",
        checked.numbers,
        checked.lapsed,
        if clean {
            "没有未说明的缺号，没有重号"
        } else {
            "有缺号或重号，请业务管理员在“编号”中说明"
        }
    );
    Ok(Done {
        json: answer,
        text: said,
        clean,
        aside: String::new(),
    })
}
