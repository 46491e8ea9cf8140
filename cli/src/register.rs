//! `andu register`: an old register and the scans beside it, looked at first, then entered, and taken back.

use std::{fmt::Write as _, path::PathBuf};

use andu_api::{ApiError, text};
use andu_desk::register::{OldRegister, doubt_words};
use andu_office::register::Certainty;
use clap::Args;
use serde_json::json;
use uuid::Uuid;

use crate::{calling::Place, outcome::Done};

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
    let mut old = OldRegister::read(path, args.originals.as_deref())?;
    let caller = args.enter.then(|| args.place.caller()).transpose()?;
    if let Some(call) = &caller {
        old.compare(call)?;
    }
    let mut answer = json!({
        "matched": old.count(Certainty::Matched),
        "unmatched": old.count(Certainty::Unmatched),
        "doubtful": old.count(Certainty::Doubtful),
        "columns": old.columns,
        "lines": old.matches,
        "files_left": old.left,
    });
    let mut said = shown(&old);
    let doubtful = old.count(Certainty::Doubtful);
    let mut clean = doubtful == 0;
    if let Some(call) = &caller {
        let import = Uuid::now_v7().hyphenated().to_string();
        let entered = old.enter(call, &import);
        if let (0, Some(trouble)) = (entered.documents, &entered.trouble) {
            return Err(trouble.clone());
        }
        answer["import_id"] = json!(import);
        answer["entered"] = json!(entered.documents);
        let _ = write!(
            said,
            "已录入 {} 件。撤销：andu register --undo {import}{}",
            entered.documents,
            again(args)
        );
        if doubtful > 0 {
            let _ = write!(said, "\n{doubtful} 件存疑，没有录入。");
        }
        if let Some(trouble) = entered.trouble {
            answer["trouble"] = json!(trouble);
            let _ = write!(said, "\n其余的没有录入：{}", trouble.sentence);
            clean = false;
        }
    }
    Ok(Done {
        json: answer,
        text: said.trim_end().to_owned(),
        clean,
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

fn shown(old: &OldRegister) -> String {
    let mut said = String::new();
    for one in &old.matches {
        let word = match one.certainty {
            Certainty::Matched => "已对应",
            Certainty::Unmatched => "无原件",
            Certainty::Doubtful => "存疑",
        };
        let why = doubt_words(one);
        let line = &one.line;
        let (number, title, files) = (&line.number, &line.title, one.files.join("、"));
        let _ = writeln!(
            said,
            "{}  {word}  {number}  {title}  {files}  {why}",
            line.line
        );
    }
    for file in &old.left {
        let _ = writeln!(said, "没有对应的文件  {file}");
    }
    said
}
