//! An old register and the scans beside it: what a sheet is understood as, and entering it step by step where
//! registers are kept. The window and the command do it by the same functions.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use andu_api::{
    ApiError, ErrorCode, find_row,
    register::{
        RegisterDone, RegisterHead, RegisterImport, RegisterImported, RegisterKnown, RegisterLook,
        RegisterProblem, RegisterUnderstood,
    },
    text,
};
use andu_base::ContentHash;
use andu_office::{
    Limits,
    register::{self, Certainty, Doubt, RegisterColumn, RegisterMatch},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{file, open::OpenDesk, transfer::sheet_error};

/// Bytes of scans that go in one step.
const STEP_BYTES: u64 = 24 << 20;
/// Documents that go in one step.
const STEP_DOCUMENTS: usize = 50;
/// Bytes of one scan.
const SCAN_BYTES: u64 = 24 << 20;
/// Files that are looked at.
const MOST_FILES: usize = 100_000;
/// Documents that are asked for at once.
const STEP_ASKED: usize = 10_000;

/// Calls a command where registers are kept.
pub type Call<'a> = &'a dyn Fn(&str, Value) -> Result<Value, ApiError>;

/// A register as it was read, with what was found for each line.
pub struct OldRegister {
    /// Its columns.
    pub columns: Vec<RegisterColumn>,
    /// Its lines.
    pub matches: Vec<RegisterMatch>,
    /// Scans that belong to no line.
    pub left: Vec<String>,
    files: BTreeMap<String, PathBuf>,
    hash: String,
}

/// How far entering went.
pub struct Entered {
    /// Documents that were entered.
    pub documents: u32,
    /// What kept the rest from being entered.
    pub trouble: Option<ApiError>,
}

impl OldRegister {
    /// Reads a register, and finds the scans of its lines in a folder.
    ///
    /// # Errors
    /// `desk.file_read`, `desk.file_too_large`; what is wrong with the sheet.
    pub fn read(path: &Path, originals: Option<&Path>) -> Result<Self, ApiError> {
        let limits = Limits::default();
        let bytes = file::read(path, limits.file_bytes)?;
        let sheet = register::read(&bytes, &limits).map_err(|error| sheet_error(&error))?;
        let files = match originals {
            Some(folder) => files_in(folder)?,
            None => BTreeMap::new(),
        };
        let names: Vec<String> = files.keys().cloned().collect();
        let (matches, left) = register::matched(sheet.lines, &names);
        Ok(Self {
            columns: sheet.columns,
            matches,
            left,
            files,
            hash: ContentHash::of(&bytes).to_string(),
        })
    }

    /// How many lines are so sure.
    pub fn count(&self, certainty: Certainty) -> usize {
        let lines = self.matches.iter();
        lines.filter(|one| one.certainty == certainty).count()
    }

    /// Finds out which documents are in the registers already; those are for a person to look at.
    ///
    /// # Errors
    /// Those of asking.
    pub fn compare(&mut self, call: Call<'_>) -> Result<(), ApiError> {
        let sure = self.matches.iter_mut();
        let mut sure: Vec<_> = sure
            .filter(|one| one.certainty != Certainty::Doubtful)
            .collect();
        for step in sure.chunks_mut(STEP_ASKED) {
            let documents: Vec<Value> = step
                .iter()
                .map(|one| json!({ "sender": one.line.sender, "number": written(one) }))
                .collect();
            let answer = call("register_known", json!({ "documents": documents }))?;
            for at in read::<RegisterKnown>(answer)?.known {
                if let Some(one) = step.get_mut(at as usize) {
                    one.doubt(Doubt::Known);
                }
            }
        }
        Ok(())
    }

    /// Enters what is not doubtful, step by step under one import: what went in before a trouble is taken back by
    /// the same id.
    pub fn enter(&self, call: Call<'_>, import: &str) -> Entered {
        let mut steps = Steps {
            call,
            import,
            documents: Vec::new(),
            held: 0,
            entered: 0,
        };
        let sure = self.matches.iter();
        let mut sure = sure.filter(|one| one.certainty != Certainty::Doubtful);
        let all = sure.try_for_each(|one| steps.take(one, &self.files));
        let all = all.and_then(|()| steps.send());
        Entered {
            documents: steps.entered,
            trouble: all.err(),
        }
    }
}

fn written(one: &RegisterMatch) -> String {
    let number = one.number.as_ref();
    number.map_or_else(String::new, ToString::to_string)
}

/// Documents on their way, a step at a time.
struct Steps<'a> {
    call: Call<'a>,
    import: &'a str,
    documents: Vec<Value>,
    held: u64,
    entered: u32,
}

impl Steps<'_> {
    fn take(
        &mut self,
        one: &RegisterMatch,
        files: &BTreeMap<String, PathBuf>,
    ) -> Result<(), ApiError> {
        let mut scans = Vec::new();
        let mut bytes = 0;
        for name in &one.files {
            if let Some(path) = files.get(name) {
                let read = file::read(path, SCAN_BYTES)?;
                bytes += read.len() as u64;
                scans.push(json!({ "name": name, "bytes": STANDARD.encode(read) }));
            }
        }
        if self.held + bytes > STEP_BYTES || self.documents.len() >= STEP_DOCUMENTS {
            self.send()?;
        }
        self.held += bytes;
        self.documents.push(json!({
            "title": one.line.title, "number": written(one),
            "date": one.date.map_or_else(String::new, |date| date.to_string()),
            "recipients": one.line.recipients, "sender": one.line.sender, "note": one.line.note,
            "files": scans,
        }));
        Ok(())
    }

    fn send(&mut self) -> Result<(), ApiError> {
        self.held = 0;
        let documents = std::mem::take(&mut self.documents);
        if documents.is_empty() {
            return Ok(());
        }
        let args = json!({ "import_id": self.import, "documents": documents });
        let done: RegisterDone = read((self.call)("register_enter", args)?)?;
        self.entered += done.entered;
        Ok(())
    }
}

fn read<T: DeserializeOwned>(answer: Value) -> Result<T, ApiError> {
    serde_json::from_value(answer).map_err(|error| text::bad_arguments(&error))
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

/// Why a line is doubtful, in words; empty where it is not.
pub fn doubt_words(one: &RegisterMatch) -> String {
    let word = one
        .why
        .map(|why| serde_json::to_value(why).unwrap_or_default());
    let word = word.as_ref().and_then(Value::as_str);
    word.map_or_else(String::new, |word| {
        text::sentence(&format!("register.doubt.{word}"), &BTreeMap::new())
    })
}

/// Calls where this desk's registers are kept: at the server, at once, or here where there is none.
///
/// # Errors
/// `register.offline` where the server is not there to ask.
fn at_home(desk: &OpenDesk, name: &str, args: Value) -> Result<Value, ApiError> {
    if !desk.is_replica() {
        let serve = find_row(name).and_then(|row| row.serve);
        let serve = serve.ok_or_else(|| text::error("command.unknown"))?;
        return serve(desk, args);
    }
    let offline = || text::error_with(ErrorCode::NotNow, "register.offline", &[]);
    let link = desk.link.get().ok_or_else(offline)?;
    link.post(&format!("/api/{name}"), &args)
        .map_err(|error| match error.key.as_str() {
            "desk.join_failed" => offline(),
            _ => error,
        })
}

fn taken(desk: &OpenDesk, token: &str) -> Result<Option<PathBuf>, ApiError> {
    match token {
        "" => Ok(None),
        token => desk.files.take(token).map(Some),
    }
}

/// Reads a chosen register and says what would be entered.
///
/// # Errors
/// `desk.file_token`; what is wrong with the sheet; `register.offline`.
pub fn look(desk: &OpenDesk, args: &RegisterLook) -> Result<RegisterUnderstood, ApiError> {
    let path = desk.files.take(&args.file)?;
    let originals = taken(desk, &args.originals)?;
    let mut old = OldRegister::read(&path, originals.as_deref())?;
    old.compare(&|name, args| at_home(desk, name, args))?;
    let again = |path: &Path| desk.files.choose(path).token;
    let (mut outgoing, mut incoming, mut with_files) = (0, 0, 0);
    let mut problems = Vec::new();
    for one in &old.matches {
        match (one.certainty, one.line.sender.is_empty()) {
            (Certainty::Doubtful, _) => problems.push(RegisterProblem {
                line: one.line.line,
                number: one.line.number.clone(),
                title: one.line.title.clone(),
                why: doubt_words(one),
            }),
            (_, true) => outgoing += 1,
            (_, false) => incoming += 1,
        }
        with_files += u32::from(one.certainty == Certainty::Matched);
    }
    let columns = old.columns.into_iter().map(|column| RegisterHead {
        head: column.head,
        field: column.field,
    });
    Ok(RegisterUnderstood {
        columns: columns.collect(),
        outgoing,
        incoming,
        with_files,
        problems,
        files_left: old.left,
        hash: old.hash,
        file: again(&path),
        originals: originals.map_or_else(String::new, |path| again(&path)),
    })
}

/// Enters what was looked at, without the lines that are doubtful.
///
/// # Errors
/// `register.changed` where the file is another one by now; as [`look`].
pub fn import(desk: &OpenDesk, args: &RegisterImport) -> Result<RegisterImported, ApiError> {
    let path = desk.files.take(&args.file)?;
    let originals = taken(desk, &args.originals)?;
    let mut old = OldRegister::read(&path, originals.as_deref())?;
    if old.hash != args.hash {
        return Err(text::error("register.changed"));
    }
    let call = |name: &str, args: Value| at_home(desk, name, args);
    old.compare(&call)?;
    let import_id = uuid::Uuid::now_v7().hyphenated().to_string();
    let entered = old.enter(&call, &import_id);
    desk.sync.wake();
    Ok(RegisterImported {
        import_id,
        entered: entered.documents,
        left_out: u32::try_from(old.count(Certainty::Doubtful)).unwrap_or(u32::MAX),
        trouble: entered
            .trouble
            .map(|error| error.sentence)
            .unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use andu_office::vocabulary::{self, Table};
    use tempfile::TempDir;

    use super::*;

    fn old(folder: &TempDir, lines: usize) -> OldRegister {
        let texts = |row: [String; 2]| row.to_vec();
        let table = Table {
            columns: texts(["文号".into(), "标题".into()]),
            rows: (1..=lines)
                .map(|n| texts([format!("望水〔2019〕{n}号"), format!("关于第{n}件事的通知")]))
                .collect(),
        };
        let path = folder.path().join("登记簿.xlsx");
        let bytes = vocabulary::write(&table, &Limits::default()).expect("a sheet");
        std::fs::write(&path, bytes).expect("a file");
        OldRegister::read(&path, None).expect("a register")
    }

    #[test]
    fn what_went_in_before_a_trouble_is_told() {
        let folder = TempDir::new().expect("a folder");
        let steps = Cell::new(0);
        let call = |name: &str, args: Value| {
            assert_eq!(
                (name, &args["import_id"]),
                ("register_enter", &json!("0192"))
            );
            steps.set(steps.get() + 1);
            let documents = args["documents"].as_array().expect("documents").len();
            match steps.get() {
                3 => Err(text::error("register.offline")),
                _ => Ok(json!({ "entered": documents, "gone": 0, "kept": 0, "waiting": false })),
            }
        };
        let entered = old(&folder, 120).enter(&call, "0192");
        assert_eq!(entered.documents, 100, "two steps of fifty");
        let trouble = entered.trouble.expect("the third failed");
        assert_eq!(trouble.key, "register.offline");
        assert_eq!(steps.get(), 3);
    }

    #[test]
    fn what_is_there_already_is_left_to_a_person() {
        let folder = TempDir::new().expect("a folder");
        let mut old = old(&folder, 3);
        let call = |name: &str, args: Value| {
            assert_eq!(name, "register_known");
            assert_eq!(args["documents"][1]["number"], "望水〔2019〕2号");
            Ok(json!({ "known": [1, 7] }))
        };
        old.compare(&call).expect("an answer");
        let doubtful: Vec<_> = old.matches.iter().map(|one| one.why).collect();
        assert_eq!(doubtful, [None, Some(Doubt::Known), None]);
        assert!(doubt_words(&old.matches[1]).contains("已在登记簿中"));
        assert_eq!(old.count(Certainty::Doubtful), 1);
    }
}
