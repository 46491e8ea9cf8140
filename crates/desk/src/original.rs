//! Originals of imports: what was asked about them and how it is answered, the file as it came, its words.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Mutex, PoisonError},
};

use andu_api::{
    ApiError, Caller as _,
    draft::{DraftRef, OriginalQuestion, TextUpdate},
    original::{OriginalAnswer, OriginalCommit, OriginalRef, OriginalText, OriginalWrite},
    session::Written,
    text,
};
use andu_document::OfficialDocument;
use andu_office::{
    DocxText, Limits,
    recognise::Question,
    source::{Paragraph, SourceBlock},
};

use crate::{carry, file, open::OpenDesk, transfer, writing};

/// Lines and characters of an original that are shown at most.
const MOST_LINES: usize = 4_000;
const MOST_CHARACTERS: usize = 200_000;

/// Questions of imports by draft, as long as the desk is open.
#[derive(Default)]
pub struct Questions(Mutex<HashMap<String, Vec<Question>>>);

impl Questions {
    /// Remembers what was asked about a new draft.
    pub fn remember(&self, draft_id: &str, questions: &[Question]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(draft_id.to_owned(), questions.to_vec());
    }

    fn of(&self, draft_id: &str) -> Option<Vec<Question>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(draft_id).cloned()
    }
}

/// The questions as the page gets them, each with a key of its own.
pub fn rows(questions: &[Question]) -> Vec<OriginalQuestion> {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    keyed(questions)
        .map(|(key, question)| {
            let options: Vec<String> = question.options[question.choices()].to_vec();
            let taken = question.options.first().cloned().unwrap_or_default();
            let fields = [("text", question.text.clone()), ("taken", taken)];
            let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
            OriginalQuestion {
                key,
                place: question.place.clone(),
                text: question.text.clone(),
                sentence: text::sentence(
                    &format!("office.ask.{}", transfer::word(&question.ask)),
                    &fields,
                ),
                options,
                held: question.held().map(number),
            }
        })
        .collect()
}

/// Two names under one body are asked about at the same place: the key counts them.
fn keyed(questions: &[Question]) -> impl Iterator<Item = (String, &Question)> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    questions.iter().map(move |question| {
        let key = format!(
            "import:{}:{}",
            transfer::word(&question.ask),
            question.place
        );
        let count = seen.entry(key.clone()).or_default();
        *count += 1;
        (format!("{key}:{count}"), question)
    })
}

/// What an import was not sure about and nobody has settled since.
///
/// # Errors
/// Where the draft is not there.
pub fn questions(desk: &OpenDesk, args: &DraftRef) -> Result<Vec<OriginalQuestion>, ApiError> {
    let all = all_questions(desk, &args.id)?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let document = writing::current_document(desk, &args.id)?;
    let kept = desk.store.read(|reader| reader.kept_findings(&args.id))?;
    let open = |row: &OriginalQuestion, question: &Question| {
        question.stands(&document) && !kept.iter().any(|kept| kept.finding_key == row.key)
    };
    let rows = rows(&all).into_iter().zip(&all);
    Ok(rows
        .filter(|(row, question)| open(row, question))
        .map(|(row, _)| row)
        .collect())
}

/// The questions of this import, or those that reading the original once more gives: the same file is asked
/// about in the same way. What another program would have to convert is not converted again for this.
fn all_questions(desk: &OpenDesk, draft_id: &str) -> Result<Vec<Question>, ApiError> {
    if let Some(questions) = desk.questions.of(draft_id) {
        return Ok(questions);
    }
    let files = desk.store.read(|reader| reader.draft_files(draft_id))?;
    let mut questions = Vec::new();
    // One that was imported elsewhere is not fetched for this: it was asked about there.
    if let Some(first) = files.first().filter(|first| first.is_here) {
        let (name, bytes) = desk
            .store
            .read(|reader| reader.draft_file(draft_id, &first.id))?;
        if let Some(Ok(found)) = transfer::read_here(Path::new(&name), &bytes, &Limits::default()) {
            questions = transfer::recognised(desk, &found)?.questions;
        }
    }
    desk.questions.remember(draft_id, &questions);
    Ok(questions)
}

/// Makes the draft say what an answer says, as an edit.
///
/// # Errors
/// `draft.fix_gone` where the draft no longer says what was asked about; as `writing::Writing::change`.
pub fn answer(desk: &OpenDesk, args: &OriginalAnswer) -> Result<TextUpdate, ApiError> {
    let gone = || text::error("draft.fix_gone");
    let all = all_questions(desk, &args.draft_id)?;
    let (_, question) = keyed(&all)
        .find(|(key, _)| *key == args.key)
        .ok_or_else(gone)?;
    let writing = desk.writings.get(&args.draft_id)?;
    let update = writing.change(|text| {
        let mut document: OfficialDocument = text
            .to_document()
            .map_err(andu_app::Refusal::from)?
            .document;
        if !question.answer(&mut document, args.option as usize) {
            return Err(gone());
        }
        Ok(text
            .replace_with(&document)
            .map_err(andu_app::Refusal::from)?)
    })?;
    desk.previews.changed(desk, &args.draft_id);
    Ok(update)
}

/// Says that an original whose chunks were sent belongs to its draft.
///
/// # Errors
/// As a command is queued or refused.
pub fn commit(desk: &OpenDesk, args: &OriginalCommit) -> Result<(), ApiError> {
    // Whoever keeps the registers puts files beside what came, and drafts nothing.
    let came = desk.store.read(|reader| reader.incoming(&args.id))?;
    let kind = match came {
        Some(_) => "incoming_commit",
        None => "original_commit",
    };
    let args = serde_json::to_value(args).map_err(|error| text::bad_arguments(&error))?;
    desk.act(kind, args)?;
    Ok(())
}

/// Writes an original as it came, to where the person chose.
///
/// # Errors
/// `desk.file_token`, `desk.file_write`; where there is no such file.
pub fn write(desk: &OpenDesk, args: &OriginalWrite) -> Result<Written, ApiError> {
    let path = desk.files.take(&args.token)?;
    let (_, bytes) = carry::bytes(desk, &args.draft_id, &args.file_id)?;
    file::write(&path, &bytes)
}

/// The words of an original.
///
/// # Errors
/// `desk.original_unread` for a file that only another program reads; where there is no such file.
pub fn words(desk: &OpenDesk, args: &OriginalRef) -> Result<OriginalText, ApiError> {
    let (name, bytes) = carry::bytes(desk, &args.draft_id, &args.file_id)?;
    let unread = || text::error("desk.original_unread");
    // The elements as JSON are words too.
    let path = Path::new(&name).with_extension(match Path::new(&name).extension() {
        Some(ending) if ending.eq_ignore_ascii_case("json") => "txt".as_ref(),
        Some(ending) => ending,
        None => "docx".as_ref(),
    });
    let found = transfer::read_here(&path, &bytes, &Limits::default());
    let found = found.ok_or_else(unread)?;
    Ok(shown(
        &found.map_err(|error| transfer::office_error(&error))?,
    ))
}

fn shown(found: &DocxText) -> OriginalText {
    let line = |paragraph: &Paragraph| {
        let runs = paragraph.runs.iter().map(|run| run.text.as_str());
        std::iter::once(paragraph.number.as_str())
            .chain(runs)
            .collect::<String>()
    };
    let mut lines = Vec::new();
    for block in &found.blocks {
        match block {
            SourceBlock::Paragraph(paragraph) => lines.push(line(paragraph)),
            SourceBlock::Table(table) => lines.extend(table.rows.iter().map(|row| {
                let cell = |cell: &andu_office::source::SourceCell| {
                    let words: Vec<String> = cell.paragraphs.iter().map(line).collect();
                    words.join(" ")
                };
                let cells: Vec<String> = row.iter().map(cell).collect();
                cells.join("\t")
            })),
            SourceBlock::Image(_) | SourceBlock::PageBreak | SourceBlock::Section { .. } => {}
        }
    }
    let mut left = MOST_CHARACTERS;
    let fitting = lines.iter().take(MOST_LINES).take_while(|line| {
        let length = line.chars().count();
        let fits = length <= left;
        left = left.saturating_sub(length);
        fits
    });
    let fitting = fitting.count();
    let is_whole = fitting == lines.len();
    lines.truncate(fitting);
    OriginalText { lines, is_whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::{fs, sync::Arc};

    use serde_json::{Value, json};
    use tempfile::TempDir;

    use crate::{Desk, place::DeskPlace};

    const FILE: &str =
        "工作情况\n各位同仁：\n现将情况汇报如下。\n一、进展\n好。\n三、下步打算\n抓紧办理。\n";

    struct Imported {
        _folder: TempDir,
        desk: Arc<Desk>,
        draft: String,
        original: String,
        out: std::path::PathBuf,
    }

    impl Imported {
        /// A desk that has imported `text` as a file of this name, and has its draft open.
        fn of(name: &str, text: &str) -> Self {
            let folder = TempDir::new().expect("a temporary folder");
            let place = DeskPlace {
                folder: folder.path().join("desk"),
                profile: String::new(),
                fonts: Vec::new(),
                pdfium: None,
                keyring: false,
            };
            let desk = Desk::new(place, false).expect("a closed desk");
            let setup = json!({
                "agency": "望溪县水务局", "short_name": "", "authority_code": "望水", "department": "办公室",
                "person": "何雨桐", "post": "科员", "password": "correct horse", "demo": false,
            });
            desk.call("session_setup", setup).expect("first run");
            let path = folder.path().join(name);
            fs::write(&path, text).expect("a file to import");
            let token = desk.files.choose(&path).token;
            let report = desk.call("draft_import", json!({ "token": token }));
            let report = report.expect("an import");
            let draft = report["draft"]["id"].as_str().expect("an id").to_owned();
            let open = desk.call("draft_open", json!({ "id": draft }));
            let open = open.expect("an open draft");
            assert_eq!(open["originals"][0]["name"], json!(name));
            let original = open["originals"][0]["id"]
                .as_str()
                .expect("an id")
                .to_owned();
            let out = folder.path().join("out");
            Self {
                _folder: folder,
                desk,
                draft,
                original,
                out,
            }
        }

        fn questions(&self) -> Vec<Value> {
            let asked = self
                .desk
                .call("original_questions", json!({ "id": self.draft }));
            asked
                .expect("questions")
                .as_array()
                .cloned()
                .unwrap_or_default()
        }

        fn keys(&self) -> Vec<String> {
            let questions = self.questions();
            let keys = questions
                .iter()
                .map(|one| one["key"].as_str().unwrap_or_default());
            keys.map(str::to_owned).collect()
        }

        fn answer(&self, key: &str, option: u32) -> Result<Value, ApiError> {
            let args = json!({ "draft_id": self.draft, "key": key, "option": option });
            self.desk.call("original_answer", args)
        }

        /// What the draft says now, as the desk exports it.
        fn document(&self) -> Value {
            let token = self.desk.files.choose(&self.out).token;
            let args = json!({ "id": self.draft, "kind": "json", "token": token });
            self.desk.call("draft_export", args).expect("an export");
            serde_json::from_slice(&fs::read(&self.out).expect("a file")).expect("JSON")
        }
    }

    #[test]
    fn an_answer_is_an_edit_and_its_question_is_gone() {
        let imported = Imported::of("情况.txt", FILE);
        let keys = imported.keys();
        assert_eq!(
            keys,
            [
                "import:is_title:title:1",
                "import:are_main_recipients:main_recipients:1",
                "import:heading_number:body/3:1"
            ],
        );
        assert_eq!(imported.document()["title"], json!("工作情况"));
        let update = imported.answer(&keys[0], 1).expect("an edit");
        assert!(
            update["update"]
                .as_str()
                .is_some_and(|update| !update.is_empty())
        );
        let document = imported.document();
        assert_eq!(
            document
                .get("title")
                .and_then(Value::as_str)
                .unwrap_or_default(),
            ""
        );
        assert_eq!(
            document["body"][0]["runs"][0]["text"],
            json!("工作情况"),
            "{document}"
        );
        assert_eq!(imported.keys(), keys[1..]);
        let again = imported
            .answer(&keys[0], 1)
            .expect_err("an answer is given once");
        assert_eq!(again.key, "draft.fix_gone");
        let unknown = imported
            .answer("import:is_title:nowhere:1", 0)
            .expect_err("no such question");
        assert_eq!(unknown.key, "draft.fix_gone");
    }

    #[test]
    fn what_is_settled_as_it_stands_is_not_asked_again_after_the_desk_was_locked() {
        let imported = Imported::of("情况.txt", FILE);
        let keys = imported.keys();
        let kept = json!({ "draft_id": imported.draft, "key": keys[1], "reason": "导入时已核对" });
        imported.desk.call("check_keep", kept).expect("kept");
        let left = [keys[0].clone(), keys[2].clone()];
        assert_eq!(imported.keys(), left);
        let desk = &imported.desk;
        desk.call("session_lock", json!({})).expect("locked");
        desk.call("session_unlock", json!({ "password": "correct horse" }))
            .expect("unlocked");
        desk.call("draft_open", json!({ "id": imported.draft }))
            .expect("opened");
        assert_eq!(
            imported.keys(),
            left,
            "the original is asked about once more"
        );
    }

    #[test]
    fn an_original_is_read_and_comes_out_as_it_went_in() {
        let imported = Imported::of("情况.txt", FILE);
        let (draft, file) = (&imported.draft, &imported.original);
        let asked = json!({ "draft_id": draft, "file_id": file });
        let words = imported
            .desk
            .call("original_text", asked)
            .expect("its words");
        assert_eq!(words["is_whole"], json!(true));
        assert_eq!(words["lines"][0], json!("工作情况"));
        let token = imported.desk.files.choose(&imported.out).token;
        let args = json!({ "draft_id": draft, "file_id": file, "token": token });
        imported
            .desk
            .call("original_write", args.clone())
            .expect("written");
        assert_eq!(fs::read_to_string(&imported.out).expect("a file"), FILE);
        let twice = imported
            .desk
            .call("original_write", args)
            .expect_err("a token is used once");
        assert_eq!(twice.key, "desk.file_token");
        let elsewhere = json!({ "draft_id": "another", "file_id": file });
        assert!(
            imported.desk.call("original_text", elsewhere).is_err(),
            "a file belongs to its draft"
        );
    }

    #[test]
    fn a_long_original_is_cut_off_and_says_so() {
        let many = |count: usize, text: &str| DocxText {
            blocks: (0..count)
                .map(|_| SourceBlock::Paragraph(Paragraph::plain(text.to_owned())))
                .collect(),
            notices: Vec::new(),
            record: None,
        };
        let short = shown(&many(3, "水利"));
        assert_eq!(
            (short.lines, short.is_whole),
            (vec!["水利".to_owned(); 3], true)
        );
        let long = shown(&many(MOST_LINES + 1, "水利"));
        assert_eq!((long.lines.len(), long.is_whole), (MOST_LINES, false));
        let wide = shown(&many(3, &"水".repeat(MOST_CHARACTERS / 2)));
        assert_eq!((wide.lines.len(), wide.is_whole), (2, false));
    }
}
