//! `andu process doctor` and `andu process migrate`: what does not go on and what helps, and the way over to
//! another version, told instance by instance before anything is done.

use std::{collections::BTreeMap, fmt::Write as _};

use andu_api::{
    ApiError, ErrorCode,
    process::{ProcessVersionRow, RehearsedRow, RunningRow, StuckList, StuckRepair},
    text,
};
use clap::Args;
use serde_json::{Value, json};

use crate::{
    calling::{Place, read},
    outcome::Done,
};

/// Instances that go over with one command.
const AT_ONCE: usize = 500;

#[derive(Args)]
pub struct Doctor {
    /// 只看或补救这一件（办件编号）
    #[arg(long, value_name = "ID")]
    pub instance: Option<String>,
    /// 采取所列的第几种补救办法；须同时给出 --instance 和 --reason
    #[arg(long, value_name = "N", requires_all = ["instance", "reason"])]
    pub repair: Option<usize>,
    /// 补救的理由
    #[arg(long, value_name = "REASON", default_value = "")]
    pub reason: String,
    /// 调度须经一位机关负责人同意：写明其姓名
    #[arg(long, value_name = "NAME", default_value = "")]
    pub second: String,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Args)]
pub struct Migrate {
    /// 流程名称，如 outgoing
    #[arg(value_name = "NAME")]
    pub process: String,
    /// 迁移到第几版；缺省为最新一版
    #[arg(long, value_name = "N")]
    pub to: Option<u32>,
    /// 只迁移这一件（办件编号），可以写几次；缺省为按其他版本办理的全部
    #[arg(long, value_name = "ID")]
    pub instance: Vec<String>,
    /// 原版本的环节在新版本中对应哪一个，可以写几次；不写的按同名对应
    #[arg(long, value_name = "OLD=NEW")]
    pub map: Vec<String>,
    /// 试迁移之后即迁移；不能迁移的仍按原版本办理
    #[arg(long, requires = "reason")]
    pub apply: bool,
    /// 迁移的理由
    #[arg(long, value_name = "REASON", default_value = "")]
    pub reason: String,
    #[command(flatten)]
    pub place: Place,
}

type Calls<'a> = &'a dyn Fn(&str, Value) -> Result<Value, ApiError>;

/// Lists what does not go on, or repairs one.
pub fn doctor(args: &Doctor) -> Result<Done, ApiError> {
    let call = args.place.caller()?;
    let mut list: StuckList = read(call("process_stuck", json!({}))?)?;
    if let Some(only) = &args.instance {
        list.rows.retain(|row| row.instance.id == *only);
    }
    if let Some(nth) = args.repair {
        return repair(args, &list, nth, &*call);
    }
    let mut said = String::new();
    for row in &list.rows {
        let _ = writeln!(said, "{}", line(&row.instance));
        let mut nth = 0;
        for found in &row.found {
            let _ = writeln!(said, "  ◆ {}", found.sentence);
            for repair in &found.repairs {
                nth += 1;
                let _ = writeln!(said, "      {nth}. {}", told(repair));
            }
        }
    }
    let _ = write!(
        said,
        "查看在办 {} 件，停滞 {} 件。",
        list.looked,
        list.rows.len()
    );
    if !list.is_all {
        let _ = write!(said, "在办件数过多，其余未查看。");
    }
    let mut done = Done::clean(json!(list), said);
    done.clean = list.rows.is_empty();
    Ok(done)
}

fn told(repair: &StuckRepair) -> String {
    let second = match repair.needs_second {
        true => "（须经机关负责人同意）",
        false => "",
    };
    format!("{}{second}", repair.sentence)
}

fn line(instance: &RunningRow) -> String {
    let steps = instance.steps.join("、");
    format!(
        "{}  {}（{} 第 {} 版，{}）停在：{steps}",
        instance.id, instance.title, instance.process_title, instance.version, instance.author
    )
}

fn repair(args: &Doctor, list: &StuckList, nth: usize, call: Calls<'_>) -> Result<Done, ApiError> {
    let row = list.rows.first();
    let row = row.ok_or_else(|| text::error("process.repair_gone"))?;
    let mut repairs = row.found.iter().flat_map(|found| &found.repairs);
    let chosen = nth.checked_sub(1).and_then(|at| repairs.nth(at));
    let chosen = chosen.ok_or_else(|| text::error("process.repair_gone"))?;
    let mut seconds = list.seconds.iter();
    let second = seconds.find(|one| one.name == args.second || one.person_id == args.second);
    let order = json!({
        "id": row.instance.id, "act": chosen.act, "reason": args.reason,
        "second": second.map(|one| one.person_id.as_str()).unwrap_or_default(),
    });
    let said = format!("{}：{}", row.instance.title, chosen.sentence);
    ended(call("process_repair", order)?, &said)
}

/// How an act ended.
fn ended(answer: Value, said: &str) -> Result<Done, ApiError> {
    match answer["kind"].as_str() {
        Some("rejected") => {
            let mut error = text::error_with(ErrorCode::Invalid, "command.refused", &[]);
            error.sentence = answer["reason"].as_str().unwrap_or_default().to_owned();
            Err(error)
        }
        Some("waiting") => Ok(Done::clean(
            answer,
            format!("{said}\n已记下，联网后由服务器核定。"),
        )),
        _ => Ok(Done::clean(answer, format!("{said}\n已办理。"))),
    }
}

/// Rehearses, and does it where that is asked for.
pub fn migrate(args: &Migrate) -> Result<Done, ApiError> {
    let call = args.place.caller()?;
    let nodes = mapped(&args.map)?;
    let name = json!({ "process": args.process });
    let versions: Vec<ProcessVersionRow> = read(call("process_versions", name)?)?;
    let newest = versions.first().map(|one| one.version);
    let to = args.to.or(newest);
    let to = to.ok_or_else(|| text::error("process.not_there"))?;
    let ask = json!({
        "process": args.process, "version": to, "instances": args.instance, "nodes": nodes,
    });
    let rows: Vec<RehearsedRow> = read(call("process_rehearse", ask)?)?;
    let fit: Vec<&str> = rows
        .iter()
        .filter(|row| row.fits)
        .map(|row| row.instance.id.as_str())
        .collect();
    let mut said = String::new();
    for row in &rows {
        let _ = writeln!(said, "{}", line(&row.instance));
        if row.fits {
            let _ = writeln!(said, "  ○ 可以迁移，迁移后停在：{}", row.then.join("、"));
        }
        for obstacle in &row.obstacles {
            let _ = writeln!(said, "  ◆ {obstacle}");
        }
    }
    let _ = write!(
        said,
        "第 {to} 版：可以迁移 {} 件，不能迁移 {} 件。",
        fit.len(),
        rows.len() - fit.len()
    );
    if !args.apply || fit.is_empty() {
        let mut done = Done::clean(json!({ "version": to, "rows": rows }), said);
        done.clean = fit.len() == rows.len();
        return Ok(done);
    }
    let mut answers = Vec::new();
    for some in fit.chunks(AT_ONCE) {
        let order = json!({
            "process": args.process, "version": to, "instances": some, "nodes": nodes,
            "reason": args.reason,
        });
        let done = ended(call("process_migrate", order)?, &said)?;
        said = done.text;
        answers.push(done.json);
    }
    Ok(Done::clean(
        json!({ "version": to, "rows": rows, "outcomes": answers }),
        said,
    ))
}

fn mapped(pairs: &[String]) -> Result<BTreeMap<&str, &str>, ApiError> {
    let pair = |pair: &'_ String| -> Option<()> { pair.split_once('=').map(|_| ()) };
    if let Some(wrong) = pairs.iter().find(|one| pair(one).is_none()) {
        let fields = [("pair", wrong.clone())];
        return Err(text::error_with(
            ErrorCode::Invalid,
            "command.node_pair",
            &fields,
        ));
    }
    Ok(pairs.iter().filter_map(|one| one.split_once('=')).collect())
}
