//! The live page: one worker sets what was edited last on pages and tells the window; pictures of pages
//! are drawn when they are asked for.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::PathBuf,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use andu_api::{
    ApiError, DeskEvent, ErrorCode,
    draft::DraftRef,
    preview::{PageBox, PageShape, Preview, Proof, ProofLine},
    text,
};
use andu_document::OfficialDocument;
use andu_typeset::{
    FontReport, FontShelf, LayoutTable, Note, Options, Profile, ProofReport, Typeset, Typesetter,
    title_breaks,
};

use crate::{
    event::Events,
    open::{AtWork, OpenDesk},
    place::DeskPlace,
    setting, writing,
};

/// Pages of every text that is shown.
pub struct Previews {
    shared: Arc<Shared>,
    fonts: Vec<PathBuf>,
    shelf: OnceLock<Arc<FontShelf>>,
    typesetters: Mutex<HashMap<Choice, Arc<Typesetter>>>,
}

/// What makes pages differ besides the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Choice {
    /// 版记 on an even page.
    pub even: bool,
    /// GB/T 33476.2 instead of GB/T 9704.
    pub electronic: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    woken: Condvar,
    revision: AtomicU32,
    events: Events,
}

#[derive(Default)]
struct State {
    due: HashSet<String>,
    pages: HashMap<String, Arc<Typeset>>,
    closed: bool,
    running: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Previews {
    /// No pages yet; fonts are read when the first page is asked for.
    pub fn new(place: &DeskPlace, events: Events) -> Self {
        Self {
            shared: Arc::new(Shared {
                events,
                ..Shared::default()
            }),
            fonts: place.font_folders(),
            shelf: OnceLock::new(),
            typesetters: Mutex::default(),
        }
    }

    /// A typesetter for this choice; kept, because it remembers the paragraphs it broke.
    pub fn typesetter(&self, choice: Choice) -> Arc<Typesetter> {
        let shelf = self
            .shelf
            .get_or_init(|| Arc::new(FontShelf::open(&self.fonts)));
        let mut typesetters = self
            .typesetters
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let made = typesetters
            .entry(choice)
            .or_insert_with(|| Arc::new(Typesetter::new(Arc::clone(shelf), options(choice))));
        Arc::clone(made)
    }

    /// The fonts.
    pub fn shelf(&self) -> Arc<FontShelf> {
        Arc::clone(
            self.shelf
                .get_or_init(|| Arc::new(FontShelf::open(&self.fonts))),
        )
    }

    /// A text changed: its pages are due.
    pub fn changed(&self, _desk: &OpenDesk, id: &str) {
        self.shared.state().due.insert(id.to_owned());
        self.shared.woken.notify_one();
    }

    /// Starts the worker. It ends when the desk is gone.
    pub fn start(&self, desk: &Arc<AtWork>) {
        let (shared, desk) = (Arc::clone(&self.shared), Arc::downgrade(desk));
        {
            let mut state = shared.state();
            if std::mem::replace(&mut state.running, true) {
                return;
            }
        }
        let spawned = thread::Builder::new()
            .name("preview".into())
            .spawn(move || work(&shared, &desk));
        if let Err(error) = spawned {
            tracing::error!(%error, "no thread for the preview");
        }
    }

    /// Forgets the pages of a text that was closed.
    pub fn close(&self, id: &str) {
        let mut state = self.shared.state();
        state.due.remove(id);
        state.pages.remove(id);
    }

    /// Ends the worker.
    pub fn stop(&self) {
        self.shared.state().closed = true;
        self.shared.woken.notify_all();
    }

    fn keep(&self, session: &str, pages: Arc<Typeset>) -> u32 {
        let mut state = self.shared.state();
        if state.pages.len() > 24 {
            // Pages of lists one has scrolled past; they are made again when looked at.
            state.pages.clear();
        }
        state.pages.insert(session.to_owned(), pages);
        self.shared.revision.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The pages a session shows now.
    pub fn pages(&self, session: &str) -> Option<Arc<Typeset>> {
        self.shared.state().pages.get(session).cloned()
    }
}

/// How pages are set by this choice.
pub(crate) fn options(choice: Choice) -> Options {
    let standard = Options::default();
    let table = if choice.electronic {
        standard.table.with_profile(Profile::Electronic)
    } else {
        standard.table
    };
    Options {
        table,
        imprint_on_even_page: choice.even,
        preprinted: None,
    }
}

fn work(shared: &Shared, desk: &Weak<AtWork>) {
    let mut rounds = 0_u32;
    loop {
        let id = {
            let mut state = shared.state();
            loop {
                if state.closed {
                    return;
                }
                let next = state.due.iter().next().cloned();
                if let Some(id) = next {
                    state.due.remove(&id);
                    break id;
                }
                state = shared
                    .woken
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
        };
        let Some(desk) = desk.upgrade() else { return };
        if let Ok(preview) = make(&desk, &id) {
            shared.events.send(DeskEvent::Preview { preview });
        }
        rounds += 1;
        if rounds.is_multiple_of(32) {
            desk.previews.typesetter(setting::choice(&desk)).evict();
        }
    }
}

/// Sets a draft on pages now.
///
/// # Errors
/// Where the draft is not there or cannot be read.
pub fn make(desk: &OpenDesk, id: &str) -> Result<Preview, ApiError> {
    let document = writing::current_document(desk, id)?;
    Ok(show(desk, id, &document))
}

/// Sets a document on pages and keeps them under `session`.
pub fn show(desk: &OpenDesk, session: &str, document: &OfficialDocument) -> Preview {
    let typesetter = desk.previews.typesetter(setting::choice(desk));
    match typesetter.typeset(document) {
        Ok(pages) => {
            let pages = Arc::new(pages);
            let revision = desk.previews.keep(session, Arc::clone(&pages));
            describe(session, revision, document, &pages)
        }
        Err(error) => {
            tracing::warn!(%error, "no pages");
            let trouble = typeset_error(&error).sentence;
            Preview {
                session: session.to_owned(),
                revision: 0,
                pages: Vec::new(),
                boxes: Vec::new(),
                missing: missing(document),
                notes: Vec::new(),
                fonts: Vec::new(),
                title_breaks: Vec::new(),
                trouble,
            }
        }
    }
}

/// An error of the typesetter as the page gets it.
pub fn typeset_error(error: &andu_typeset::TypesetError) -> ApiError {
    use andu_typeset::TypesetError as E;
    let cause = match error {
        E::TooLong { limit } => format!("文字超过 {limit} 字"),
        E::TableTooLarge { limit, .. } => format!("有表格超过 {limit} 个单元格"),
        E::TooManyPages { limit } => format!("超过 {limit} 页"),
        E::NoFonts { .. } => "没有找到中文字体，请安装字体后再试".into(),
        E::FontGone { name } => format!("字体“{name}”读不出来了，请检查字体文件后再试"),
        E::NoSuchPage { page, pages } => format!("没有第 {} 页，共 {pages} 页", page + 1),
        E::Resolution { dpi } => format!("图片分辨率 {dpi} 不能用，请用 72 至 600 之间的数"),
        E::Pdf { .. } => "PDF 没有写成，可能有一种字体或图片不能放进 PDF".into(),
        E::Png(_) => "图片没有写成".into(),
        E::Table { .. } => "版式数值表有误，请重新安装".into(),
        E::Internal { .. } => "程序出了错，文稿没有变；请把这份文稿交给管理员".into(),
    };
    text::error_with(ErrorCode::Invalid, "typeset.failed", &[("cause", cause)])
}

/// What the window is told of pages.
pub fn describe(
    session: &str,
    revision: u32,
    document: &OfficialDocument,
    pages: &Typeset,
) -> Preview {
    let shape = |page: usize| {
        let (width_mm, height_mm) = pages.page_size(page).unwrap_or((210.0, 297.0));
        let hash = format!("{:016x}", pages.page_hash(page).unwrap_or_default());
        PageShape {
            width_mm,
            height_mm,
            hash,
        }
    };
    let boxes = pages.boxes().iter().map(|found| PageBox {
        page: u32::try_from(found.page).unwrap_or(u32::MAX),
        place: found.place.clone(),
        x_mm: found.x_mm,
        y_mm: found.y_mm,
        width_mm: found.w_mm,
        height_mm: found.h_mm,
    });
    Preview {
        session: session.to_owned(),
        revision,
        pages: (0..pages.page_count()).map(shape).collect(),
        boxes: boxes.collect(),
        missing: missing(document),
        notes: note_sentences(pages.notes()),
        fonts: font_sentences(pages.fonts()),
        title_breaks: title_breaks(&document.title_in_line()),
        trouble: String::new(),
    }
}

/// What was done otherwise than asked for, as sentences.
pub fn note_sentences(notes: &[Note]) -> Vec<String> {
    notes.iter().map(note_sentence).collect()
}

/// Elements that a finished document of this type and format has, and this one lacks.
fn missing(document: &OfficialDocument) -> Vec<String> {
    let lacks = andu_document::absent(document);
    lacks.into_iter().map(|finding| finding.place).collect()
}

fn note_sentence(note: &Note) -> String {
    match note {
        Note::RecipientsMovedToImprint => "首页排不下正文，主送机关已移至版记（7.3.2）。".into(),
        Note::TitleTooLong { lines } => {
            format!("标题有 {lines} 行，首页没有给正文留下地方。请压缩标题（7.3.1、7.3.3）。")
        }
        Note::FirstPageWithoutBody => "首页没有显示正文，请压缩版头或标题（7.3.3）。".into(),
        Note::LinesAdjusted { page, lines } => {
            format!(
                "为避免署名单独成页，第 {} 页排 {lines} 行（7.3.5.5）。",
                page + 1
            )
        }
        Note::SignatureAlone { page } => {
            format!("署名单独排在第 {} 页，请增减正文（7.3.5.5）。", page + 1)
        }
        Note::BlankPageBeforeImprint { page } => {
            format!("为使版记排在双数页，第 {} 页留白。", page + 1)
        }
        Note::ImprintOverPages { pages } => {
            format!("版记排了 {pages} 面。主送、抄送机关请用规范化简称或同类型机关统称（7.3.2）。")
        }
        Note::LetterheadSmall { points } => format!(
            "联合行文机关过多，发文机关标志只有 {points} 磅，比正文还小。可以单独用主办机关名称（《条例》第九条）。"
        ),
        Note::OutsideCore { page, place } => format!(
            "第 {} 页的{}超出版心，印出来不完整。请缩短（5.2.2）。",
            page + 1,
            andu_api::place::words(place)
        ),
        Note::ImageUnreadable { .. } => "有一幅图片读不出来，已用替代文字代替。".into(),
    }
}

/// Fonts that stand in for others, as sentences.
pub fn font_sentences(fonts: &[FontReport]) -> Vec<String> {
    let mut sentences = Vec::new();
    for font in fonts {
        if font.substitute {
            sentences.push(format!("{}用“{}”代替", font.category.name(), font.used));
        }
        let found = font.fallbacks.iter().filter(|one| one.used.is_some());
        let rare: String = found.map(|one| one.character).take(20).collect();
        if !rare.is_empty() {
            sentences.push(format!(
                "“{rare}”不在{}中，取自其他字体",
                font.category.name()
            ));
        }
    }
    let missing: BTreeSet<char> = fonts.iter().flat_map(FontReport::missing).collect();
    if !missing.is_empty() {
        let codes = missing.iter().take(20);
        let codes: Vec<String> = codes
            .map(|one| format!("“{one}”（U+{:04X}）", u32::from(*one)))
            .collect();
        sentences.push(format!(
            "本机没有一种字体有{}，印出来是空框。请安装带有此字的字体，或者改用正式编码的汉字",
            codes.join("、")
        ));
    }
    sentences
}

/// The pages of a draft: those that are shown, or new ones.
///
/// # Errors
/// Where the draft is not there.
pub fn get(desk: &OpenDesk, args: &DraftRef) -> Result<Preview, ApiError> {
    make(desk, &args.id)
}

/// Dots an inch of a picture at `scale`, which is bounded to 0.1 … 4.
pub(crate) fn dpi(scale: f64) -> f64 {
    96.0 * scale.clamp(0.1, 4.0)
}

/// A picture of a page as PNG, `scale` times 96 dots an inch, bounded to 0.1 … 4.
///
/// # Errors
/// Where there are no such pages.
pub fn picture(
    desk: &OpenDesk,
    session: &str,
    page: usize,
    scale: f64,
) -> Result<Vec<u8>, ApiError> {
    let pages = desk
        .previews
        .pages(session)
        .ok_or_else(|| text::error("desk.no_text"))?;
    pages
        .png(page, dpi(scale))
        .map_err(|error| typeset_error(&error))
}

/// The proof of a draft's pages (版式体检): the ink is measured against the layout table.
///
/// # Errors
/// `typeset.failed`, or where the draft is not there.
pub fn proof(desk: &OpenDesk, args: &DraftRef) -> Result<Proof, ApiError> {
    let document = writing::current_document(desk, &args.id)?;
    let typesetter = desk.previews.typesetter(setting::choice(desk));
    let pages = typesetter
        .typeset(&document)
        .map_err(|error| typeset_error(&error))?;
    measure(&pages, &document, &typesetter.options().table)
}

/// Measures the ink of pages against a layout table; of a draft, whose page shows what is still missing.
fn measure(
    pages: &Typeset,
    document: &OfficialDocument,
    table: &LayoutTable,
) -> Result<Proof, ApiError> {
    let report = andu_typeset::proof(pages, document, table);
    Ok(told(report.map_err(|error| typeset_error(&error))?))
}

/// Measures the ink of a finished document's pages; what such a document must have and has not is told as well.
///
/// # Errors
/// `typeset.failed` where a page cannot be drawn.
pub fn measure_finished(
    pages: &Typeset,
    document: &OfficialDocument,
    table: &LayoutTable,
) -> Result<Proof, ApiError> {
    let report = andu_typeset::proof(pages, document, table);
    let report = report.map_err(|error| typeset_error(&error))?;
    Ok(told(report.with_absent(document)))
}

fn told(report: ProofReport) -> Proof {
    Proof {
        clean: report.is_clean(),
        lines: report.items.into_iter().map(proof_line).collect(),
    }
}

fn proof_line(item: andu_typeset::ProofItem) -> ProofLine {
    let verdict = match item.verdict {
        andu_typeset::Verdict::Pass => "pass",
        andu_typeset::Verdict::Fail => "fail",
        andu_typeset::Verdict::Practice => "practice",
    };
    ProofLine {
        id: item.id,
        clause: item.clause,
        strength: crate::transfer::word(&item.strength),
        what: item.what,
        page: u32::try_from(item.page).unwrap_or(u32::MAX),
        expected_mm: item.expected_mm,
        measured_mm: item.measured_mm,
        tolerance_mm: item.tolerance_mm,
        unit: item.unit,
        expected: item.expected,
        measured: item.measured,
        tolerance: item.tolerance,
        verdict: verdict.to_owned(),
        rect_mm: Some(item.rect_mm),
    }
}
