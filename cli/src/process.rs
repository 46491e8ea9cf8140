//! Verbs on processes: check a definition, bring BPMN in and out, play it, describe it.

mod describe;
mod keep;

pub use describe::ending;

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use andu_api::{
    ApiError, ErrorCode,
    process::{
        file::{Held, LARGEST_FILE, as_bpmn, held, told},
        finding::{fix_sentence, sentence, title},
    },
    text,
};
use andu_desk::file;
use andu_workflow::{
    Net, Plays, bpmn,
    check::{Bounds, Finding, Report, Severity, check},
    definition::Definition,
    newest_process, shipped, simulate,
};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::{argument::Fonts, outcome::Done, output, year};

/// 流程定义：检查、导入、导出、演练
#[derive(Args)]
pub struct Process {
    #[command(subcommand)]
    pub verb: ProcessVerb,
}

#[derive(Subcommand)]
pub enum ProcessVerb {
    /// 列出随本软件提供的流程
    List,
    /// 检查流程：结构、能否办结、条件有无缺漏、人员、时限；每个问题附经过的环节
    Check(Definitions),
    /// 读入 BPMN 2.0 或本软件的流程文件，说明对应了什么、保留了什么、未保留什么
    Import(Import),
    /// 把流程写成 BPMN 2.0 或本软件的流程文件
    Export(Export),
    /// 写成流程手册：分工组成树、岗位职责表、协作流程图、步骤说明、表单关系图、数据项目录
    Describe(Describe),
    /// 用虚拟人员反复演练流程，看能否办结、哪些环节从未到达
    Simulate(Simulate),
    /// 列出停滞的办件和可行的补救办法；补救须说明理由，记入办理记录
    Doctor(keep::Doctor),
    /// 试把在办的公文迁移到流程的另一版本，逐件说明结果；加 --apply 后迁移
    Migrate(keep::Migrate),
}

#[derive(Args)]
pub struct Definitions {
    /// 流程文件（.json 或 .bpmn），或随本软件提供的流程名称（如 outgoing）
    pub file: PathBuf,
}

#[derive(Args)]
pub struct Import {
    /// 流程文件（.bpmn 或 .json）
    pub file: PathBuf,
    /// 把读入的流程写成本软件的流程文件；一个文件中有几个流程时，写成同名的几个文件
    #[arg(long, value_name = "OUT")]
    pub out: Option<PathBuf>,
}

#[derive(Args)]
pub struct Export {
    /// 流程文件，或随本软件提供的流程名称
    pub file: PathBuf,
    /// 写到哪里；以 .json 结尾时写成本软件的流程文件，否则写成 BPMN 2.0
    #[arg(long, value_name = "OUT")]
    pub out: PathBuf,
}

#[derive(Args)]
pub struct Describe {
    /// 流程文件（.json 或 .bpmn），或随本软件提供的流程名称
    pub file: PathBuf,
    /// 写到哪里：.pdf 或 .docx；一个文件中有几个流程时，写成同名的几个文件
    #[arg(long, value_name = "OUT")]
    pub out: PathBuf,
    #[command(flatten)]
    pub fonts: Fonts,
}

#[derive(Args)]
pub struct Simulate {
    /// 流程文件，或随本软件提供的流程名称
    #[arg(required_unless_present = "county")]
    pub file: Option<PathBuf>,
    /// 在这个空文件夹里建一个演示县，按模拟的日期逐日办理收文和发文
    #[arg(long, value_name = "DIR", conflicts_with = "file")]
    pub county: Option<PathBuf>,
    /// 模拟从哪一天开始，如 2026-01-05；不写则为今天
    #[arg(long, value_name = "DAY", requires = "county")]
    pub from: Option<andu_base::Date>,
    /// 模拟多少天
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3_660))]
    pub days: u32,
    /// 演示县前几个机关参加
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10))]
    pub agencies: u32,
    /// 演练多少次
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub runs: u32,
    /// 每百次办理中有多少次不同意
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub refusals: u32,
    /// 换一个数，演练就换一遍经过；同一个数总是同样的经过
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// Does what was typed.
pub fn run(process: &Process) -> Result<Done, ApiError> {
    match &process.verb {
        ProcessVerb::List => Ok(list()),
        ProcessVerb::Check(args) => check_all(&args.file),
        ProcessVerb::Import(args) => import(args),
        ProcessVerb::Export(args) => export(args),
        ProcessVerb::Describe(args) => describe::describe(args),
        ProcessVerb::Simulate(args) => play(args),
        ProcessVerb::Doctor(args) => keep::doctor(args),
        ProcessVerb::Migrate(args) => keep::migrate(args),
    }
}

fn list() -> Done {
    let mut said = String::new();
    let mut all = Vec::new();
    for net in shipped() {
        let definition = &net.definition;
        let (id, title) = (&definition.id, &definition.title);
        let _ = writeln!(
            said,
            "{id}  {title}（第 {} 版）  {}",
            definition.version, definition.note
        );
        all.push(json!({ "id": id, "title": title, "version": definition.version, "note": definition.note }));
    }
    Done::clean(json!({ "processes": all }), said.trim_end().to_owned())
}

fn wrong(key: &str, path: &Path, fields: &[(&str, String)]) -> ApiError {
    let mut all = vec![("name", file::shown(path))];
    all.extend(fields.iter().map(|(name, value)| (*name, value.clone())));
    text::error_with(ErrorCode::Invalid, key, &all)
}

/// A shipped process by its name, or a file.
fn read(path: &Path) -> Result<Held, ApiError> {
    let name = path.to_str().unwrap_or_default();
    if let (Some(net), false) = (newest_process(name), path.exists()) {
        return Ok(Held {
            definitions: vec![net.definition.clone()],
            ..Held::default()
        });
    }
    if !path.exists() && path.extension().is_none() {
        let known = shipped().iter().map(|net| net.definition.id.to_string());
        let known: BTreeSet<String> = known.collect();
        let known: Vec<String> = known.into_iter().collect();
        return Err(wrong(
            "process.no_such",
            path,
            &[("known", known.join("、"))],
        ));
    }
    held(&file::shown(path), &file::read(path, LARGEST_FILE as u64)?)
}

fn check_all(path: &Path) -> Result<Done, ApiError> {
    let read = read(path)?;
    let mut said = String::new();
    let mut all = Vec::new();
    let mut clean = true;
    for definition in &read.definitions {
        let report = check(definition, Bounds::default());
        let errors = report
            .findings
            .iter()
            .filter(|found| found.is_error())
            .count();
        clean &= errors == 0;
        let _ = writeln!(said, "{}", summary(definition, &report, errors));
        let mut told = Vec::new();
        for found in &report.findings {
            let sentence = sentence(definition, found);
            let _ = writeln!(said, "  {} {sentence}", mark(found.severity));
            if let Some(way) = way(definition, found) {
                let _ = writeln!(said, "      经过：{way}");
            }
            let fix = found
                .fix
                .as_ref()
                .and_then(|fix| fix_sentence(definition, fix));
            if let Some(fix) = &fix {
                let _ = writeln!(said, "      可改：{fix}");
            }
            told.push(json!({ "sentence": sentence, "fix_sentence": fix, "finding": found }));
        }
        all.push(json!({
            "id": definition.id, "title": definition.title, "findings": told,
            "states": report.states, "complete": report.complete,
        }));
    }
    let mut done = Done::clean(json!({ "processes": all }), said.trim_end().to_owned());
    done.clean = clean;
    Ok(done)
}

fn summary(definition: &Definition, report: &Report, errors: usize) -> String {
    let title = match definition.title.as_str() {
        "" => definition.id.to_string(),
        title => title.to_owned(),
    };
    match (errors, report.findings.len()) {
        (0, 0) => format!("{title}：未发现问题"),
        (0, all) => format!("{title}：可以运行，有 {all} 条提示"),
        (errors, all) => format!("{title}：有 {errors} 个错误，共 {all} 条"),
    }
}

const fn mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "◆ 错误",
        Severity::Warning => "◐ 提醒",
        Severity::Hint => "○ 提示",
    }
}

/// The steps that a trace passes, by their titles.
fn way(definition: &Definition, found: &Finding) -> Option<String> {
    let steps: Vec<String> = found
        .trace
        .iter()
        .map(|step| title(definition, &step.node))
        .collect();
    (!steps.is_empty()).then(|| steps.join(" → "))
}

fn import(args: &Import) -> Result<Done, ApiError> {
    let read = read(&args.file)?;
    let mut said = String::new();
    for definition in &read.definitions {
        let steps = definition.nodes.len();
        let _ = writeln!(
            said,
            "{}  {}：{steps} 个环节，{} 条连线",
            definition.id,
            definition.title,
            definition.flows.len()
        );
    }
    for line in told(&read.report) {
        let times = if line.times > 1 {
            format!("（{} 处）", line.times)
        } else {
            String::new()
        };
        let _ = writeln!(said, "  {}{times}", line.sentence);
    }
    let written = match &args.out {
        Some(out) => write_all(&args.file, out, &read.definitions)?,
        None => Vec::new(),
    };
    for path in &written {
        let _ = writeln!(said, "已写出 {path}");
    }
    let remarks: Vec<_> = read.report.iter().map(remark_json).collect();
    let json = json!({ "processes": read.definitions, "report": remarks, "written": written });
    Ok(Done::clean(json, said.trim_end().to_owned()))
}

fn remark_json(remark: &bpmn::Remark) -> serde_json::Value {
    json!({
        "place": remark.place, "name": remark.name, "how": remark.how, "code": remark.code, "detail": remark.detail,
    })
}

/// One path for each; of several, the second and later have their number before the ending.
fn paths(out: &Path, definitions: &[Definition]) -> Vec<PathBuf> {
    (1..=definitions.len())
        .map(|no| {
            let stem = out.file_stem().unwrap_or_default().to_string_lossy();
            let ending = out
                .extension()
                .map_or_else(|| "json".into(), |ending| ending.to_string_lossy());
            match no {
                1 => out.to_owned(),
                no => out.with_file_name(format!("{stem}-{no}.{ending}")),
            }
        })
        .collect()
}

/// One file for each.
fn write_all(
    input: &Path,
    out: &Path,
    definitions: &[Definition],
) -> Result<Vec<String>, ApiError> {
    let paths = paths(out, definitions);
    let outputs: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    output::keep_apart(&[input], &outputs)?;
    for (path, definition) in paths.iter().zip(definitions) {
        file::write(path, definition.to_json().as_bytes())?;
    }
    Ok(paths.iter().map(|path| file::shown(path)).collect())
}

fn export(args: &Export) -> Result<Done, ApiError> {
    let read = read(&args.file)?;
    output::keep_apart(&[&args.file], &[&args.out])?;
    let as_json = args.out.extension().is_some_and(|ending| ending == "json");
    let written = if as_json {
        write_all(&args.file, &args.out, &read.definitions)?
    } else {
        let name = file::shown(&args.file);
        let xml = as_bpmn(&name, &read.definitions, read.frame.as_ref())?;
        file::write(&args.out, xml.as_bytes())?;
        vec![file::shown(&args.out)]
    };
    let said = format!("已写出 {}", written.join("、"));
    Ok(Done::clean(json!({ "written": written }), said))
}

fn play(args: &Simulate) -> Result<Done, ApiError> {
    if let Some(folder) = &args.county {
        return year::play(folder, args);
    }
    let file = args.file.as_deref().unwrap_or(Path::new(""));
    let read = read(file)?;
    let calendar = andu_base::WorkCalendar::known();
    let mut said = String::new();
    let (mut all, mut clean) = (Vec::new(), true);
    for definition in &read.definitions {
        let net = Net::compile(definition);
        let net = net.map_err(|error| {
            wrong(
                "process.not_compiled",
                file,
                &[("cause", error.to_string())],
            )
        })?;
        let plays = Plays {
            runs: args.runs,
            seed: args.seed,
            refusals: args.refusals,
        };
        let played = simulate(&net, plays, calendar);
        clean &= played.stuck.is_empty() && played.unfinished == 0;
        let _ = writeln!(
            said,
            "{}：演练 {} 次，办结 {}，终止 {}，一年内未办结 {}，办理 {} 次",
            definition.title,
            played.runs,
            played.done,
            played.stopped,
            played.unfinished,
            played.decisions
        );
        for (reason, times) in &played.stuck {
            let _ = writeln!(said, "  ◆ {times} 次无法继续：{reason}");
        }
        for (step, times) in &played.steps {
            let _ = writeln!(said, "  {}：{times} 次", title(definition, step));
        }
        for step in &played.never {
            let _ = writeln!(said, "  ◐ 从未到达：{}", title(definition, step));
        }
        all.push(json!({ "id": definition.id, "played": played }));
    }
    let mut done = Done::clean(json!({ "processes": all }), said.trim_end().to_owned());
    done.clean = clean;
    Ok(done)
}
