//! From JSON to PDF, whole process, against LibreOffice converting our own .docx of the same document;
//! and the engine alone from an edit to the pixels of the changed page.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Instant,
};

use andu_document::{Block, OfficialDocument};
use andu_typeset::{FontShelf, Options, Typeset, Typesetter};

use crate::report::{Goal, Measured};

const RUNS: usize = 7;
const EDITS: usize = 40;
/// What a preview of ordinary size is drawn at.
const SCREEN_DPI: f64 = 96.0;

/// Whole processes in turns, then edits of 10 and of 100 pages.
pub fn run() -> Result<Vec<Measured>, String> {
    let folders = env::var_os("ANDU_FONTS").ok_or("`ANDU_FONTS` is not set: use ./dev bench")?;
    let mut folders: Vec<PathBuf> = env::split_paths(&folders).collect();
    folders.push("/usr/share/fonts".into());
    let setter = Typesetter::new(Arc::new(FontShelf::open(&folders)), Options::default());
    let ten = document(&setter, 10)?;
    let hundred = document(&setter, 100)?;
    Ok(vec![
        whole_process(&ten)?,
        edit_to_pixels(&setter, ten, "edit to new page, 10 pages", 16.0)?,
        edit_to_pixels(&setter, hundred, "edit to new page, 100 pages", 30.0)?,
    ])
}

/// A notice with so many pages of text.
fn document(setter: &Typesetter, pages: usize) -> Result<OfficialDocument, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/examples/notice.json");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut document: OfficialDocument =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let paragraphs: Vec<Block> = document
        .body
        .iter()
        .filter(|block| matches!(block, Block::Paragraph { .. }))
        .cloned()
        .collect();
    if paragraphs.is_empty() {
        return Err("the example has no paragraph".to_owned());
    }
    while count(&set(setter, &document)?) < pages {
        let more = if pages > 50 { 20 } else { 1 };
        document
            .body
            .extend(paragraphs.iter().cycle().take(more).cloned());
    }
    Ok(document)
}

fn set(setter: &Typesetter, document: &OfficialDocument) -> Result<Typeset, String> {
    setter.typeset(document).map_err(|error| error.to_string())
}

fn count(typeset: &Typeset) -> usize {
    typeset.page_count()
}

fn whole_process(document: &OfficialDocument) -> Result<Measured, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let at = |name: &str| folder.path().join(name);
    let json = serde_json::to_vec(document).map_err(|error| error.to_string())?;
    let options = andu_office::docx::WriteOptions::default();
    let docx = andu_office::docx::write(document, &options).map_err(|error| error.to_string())?;
    fs::write(at("page.json"), json)
        .and_then(|()| fs::write(at("theirs.docx"), docx))
        .map_err(|error| error.to_string())?;
    let andu = env::current_exe()
        .map_err(|error| error.to_string())?
        .with_file_name("andu");
    let mut ours = Command::new(andu);
    ours.arg("typeset")
        .arg(at("page.json"))
        .arg("--pdf")
        .arg(at("ours.pdf"));
    let mut theirs = Command::new("soffice");
    theirs
        .arg(format!(
            "-env:UserInstallation=file://{}",
            at("profile").display()
        ))
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder.path())
        .arg(at("theirs.docx"));
    let (mut our_runs, mut peer_runs) = (Vec::new(), Vec::new());
    for round in 0..=RUNS {
        let our_time = timed(&mut ours, &at("ours.pdf"))?;
        let peer_time = timed(&mut theirs, &at("theirs.pdf"))?;
        // The first round fills caches and makes LibreOffice's profile.
        if round > 0 {
            our_runs.push(our_time);
            peer_runs.push(peer_time);
        }
    }
    Ok(Measured {
        name: "JSON to PDF, whole process, 10 pages".to_owned(),
        unit: "ms",
        quantile: 0.5,
        ours: our_runs,
        peer: peer_runs,
        peer_name: "LibreOffice",
        goal: Goal::TimesFaster(25.0),
    })
}

/// Milliseconds of a whole process that must leave a PDF.
fn timed(command: &mut Command, pdf: &Path) -> Result<f64, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    if pdf.exists() {
        fs::remove_file(pdf).map_err(|error| error.to_string())?;
    }
    let begin = Instant::now();
    let status = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| format!("`{name}` did not start: {error}"))?;
    let time = begin.elapsed().as_secs_f64() * 1000.0;
    if !status.success() || !fs::read(pdf).is_ok_and(|bytes| bytes.starts_with(b"%PDF")) {
        return Err(format!("`{name}` made no PDF ({status})"));
    }
    Ok(time)
}

/// One more character in the middle of the body, each time: set anew, and the changed page drawn.
fn edit_to_pixels(
    setter: &Typesetter,
    mut document: OfficialDocument,
    name: &str,
    budget: f64,
) -> Result<Measured, String> {
    let middle = document.body.len() / 2;
    let mut before = set(setter, &document)?;
    let mut runs = Vec::new();
    for edit in 0..=EDITS {
        let runs_of_text = document.body[middle..]
            .iter_mut()
            .find_map(|block| match block {
                Block::Paragraph { runs, .. } => runs.first_mut(),
                _ => None,
            });
        runs_of_text
            .ok_or("no paragraph to edit")?
            .text
            .insert(0, '国');
        let begin = Instant::now();
        let after = set(setter, &document)?;
        let changed = (0..count(&after))
            .find(|page| after.page_hash(*page) != before.page_hash(*page))
            .ok_or("the edit changed no page")?;
        after
            .pixels(changed, SCREEN_DPI)
            .map_err(|error| error.to_string())?;
        let time = begin.elapsed().as_secs_f64() * 1000.0;
        setter.evict();
        if edit > 0 {
            runs.push(time);
        }
        before = after;
    }
    Ok(Measured {
        name: name.to_owned(),
        unit: "ms",
        quantile: 0.95,
        ours: runs,
        peer: Vec::new(),
        peer_name: "",
        goal: Goal::Budget(budget),
    })
}
