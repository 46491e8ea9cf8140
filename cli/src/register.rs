//! `andu register`: an old register and the scans beside it, looked at first, then entered, and taken back.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use andu_api::{ApiError, ErrorCode, text};
use andu_desk::{file, transfer::sheet_error};
use andu_office::{
    Limits,
    register::{self, Certainty, RegisterMatch},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{calling::Place, outcome::Done};

/// Bytes of scans that go in one step.
const STEP_BYTES: u64 = 24 << 20;
/// Documents that go in one step.
const STEP_DOCUMENTS: usize = 50;
/// Bytes of one scan.
const SCAN_BYTES: u64 = 24 << 20;
/// Files that are looked at.
const MOST_FILES: usize = 100_000;

#[derive(Args)]
pub struct Register {
    /// 登记簿（.xlsx）；第一行是列名，至少要有“文号”和“标题”
    pub file: Option<PathBuf>,
    /// 原件（PDF、OFD）所在文件夹，按文件名中的文号对应
    #[arg(long, value_name = "DIR")]
    pub originals: Option<PathBuf>,
    /// 核对后录入；存疑的不录入。不给出时只核对，不改变任何数据
    #[arg(long)]
    pub enter: bool,
    /// 撤销一次录入（给出录入时显示的编号）
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "enter"])]
    pub undo: Option<String>,
    #[command(flatten)]
    pub place: Place,
}

/// Does what was typed.
pub fn run(args: &Register) -> Result<Done, ApiError> {
    if let Some(import) = &args.undo {
        let call = args.place.caller()?;
        let done = call("register_undo", json!({ "import_id": import }))?;
        let said = format!(
            "已撤销 {} 件，{} 件已有后续办理，保留",
            done["gone"], done["kept"]
        );
        return Ok(Done::clean(done, said));
    }
    let path = args
        .file
        .as_ref()
        .ok_or_else(|| text::error("register.file_needed"))?;
    let limits = Limits::default();
    let bytes = file::read(path, limits.file_bytes)?;
    let lines = register::read(&bytes, &limits).map_err(|error| sheet_error(&error))?;
    let files = match &args.originals {
        Some(folder) => files_in(folder)?,
        None => BTreeMap::new(),
    };
    let names: Vec<String> = files.keys().cloned().collect();
    let (matches, left) = register::matched(lines, &names);
    let count = |certainty| {
        matches
            .iter()
            .filter(|one| one.certainty == certainty)
            .count()
    };
    let mut answer = json!({
        "matched": count(Certainty::Matched),
        "unmatched": count(Certainty::Unmatched),
        "doubtful": count(Certainty::Doubtful),
        "lines": matches,
        "files_left": left,
    });
    let mut said = shown(&matches, &left);
    let doubtful = count(Certainty::Doubtful);
    if args.enter {
        let import = Uuid::now_v7().hyphenated().to_string();
        let entered = enter(&*args.place.caller()?, &import, &matches, &files)?;
        answer["import_id"] = json!(import);
        answer["entered"] = json!(entered);
        let _ = write!(
            said,
            "已录入 {entered} 件。撤销：andu register --undo {import}{}",
            again(args)
        );
        if doubtful > 0 {
            let _ = write!(said, "\n{doubtful} 件存疑，没有录入。");
        }
    }
    Ok(Done {
        json: answer,
        text: said.trim_end().to_owned(),
        clean: doubtful == 0,
        aside: String::new(),
    })
}

/// What has to be typed again so that the same server is meant.
fn again(args: &Register) -> String {
    match &args.place.data {
        Some(data) => format!(
            " --data {} --as {}",
            data.display(),
            args.place.named.who.trim()
        ),
        None => String::new(),
    }
}

/// PDF and OFD files by name.
fn files_in(folder: &Path) -> Result<BTreeMap<String, PathBuf>, ApiError> {
    let unreadable = |error: std::io::Error| {
        let fields = [
            ("name", folder.display().to_string()),
            ("cause", file::said(&error)),
        ];
        text::error_with(ErrorCode::NotFound, "desk.file_read", &fields)
    };
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder)
        .map_err(unreadable)?
        .take(MOST_FILES)
    {
        let path = entry.map_err(unreadable)?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        let is_scan = ending.is_some_and(|ending| {
            ending.eq_ignore_ascii_case("pdf") || ending.eq_ignore_ascii_case("ofd")
        });
        if let (true, Some(name)) = (is_scan, path.file_name().and_then(|name| name.to_str())) {
            files.insert(name.to_owned(), path.clone());
        }
    }
    Ok(files)
}

fn shown(matches: &[RegisterMatch], left: &[String]) -> String {
    let mut said = String::new();
    for one in matches {
        let word = match one.certainty {
            Certainty::Matched => "已对应",
            Certainty::Unmatched => "无原件",
            Certainty::Doubtful => "存疑",
        };
        let why = one.why.map_or_else(String::new, |why| {
            let key = serde_json::to_value(why).unwrap_or_default();
            let key = format!("register.doubt.{}", key.as_str().unwrap_or_default());
            text::sentence(&key, &BTreeMap::new())
        });
        let line = &one.line;
        let (number, title, files) = (&line.number, &line.title, one.files.join("、"));
        let _ = writeln!(
            said,
            "{}  {word}  {number}  {title}  {files}  {why}",
            line.line
        );
    }
    for file in left {
        let _ = writeln!(said, "没有对应的文件  {file}");
    }
    said
}

/// Enters what is not doubtful, step by step under one import; what an interrupted run entered is undone by
/// the same id.
fn enter(
    call: &dyn Fn(&str, Value) -> Result<Value, ApiError>,
    import: &str,
    matches: &[RegisterMatch],
    files: &BTreeMap<String, PathBuf>,
) -> Result<u64, ApiError> {
    let mut entered = 0;
    let (mut documents, mut held) = (Vec::new(), 0_u64);
    let mut send = |documents: &mut Vec<Value>| -> Result<(), ApiError> {
        if !documents.is_empty() {
            let args = json!({ "import_id": import, "documents": std::mem::take(documents) });
            entered += call("register_enter", args)?["entered"]
                .as_u64()
                .unwrap_or(0);
        }
        Ok(())
    };
    for one in matches {
        let (Some(number), true) = (&one.number, one.certainty != Certainty::Doubtful) else {
            continue;
        };
        let mut scans = Vec::new();
        let mut bytes = 0;
        for name in &one.files {
            if let Some(path) = files.get(name) {
                let read = file::read(path, SCAN_BYTES)?;
                bytes += read.len() as u64;
                scans.push(json!({ "name": name, "bytes": STANDARD.encode(read) }));
            }
        }
        if held + bytes > STEP_BYTES || documents.len() >= STEP_DOCUMENTS {
            send(&mut documents)?;
            held = 0;
        }
        held += bytes;
        documents.push(json!({
            "title": one.line.title, "number": number.to_string(),
            "date": one.date.map_or_else(String::new, |date| date.to_string()),
            "recipients": one.line.recipients, "sender": one.line.sender, "note": one.line.note,
            "files": scans,
        }));
    }
    send(&mut documents)?;
    Ok(entered)
}
