//! What the page of an exported file does not say, or not without doubt: 成文日期 of a 纪要, where one of the main
//! recipients ends and the next begins. The export reads itself back and records each element that would come
//! back otherwise, with a mark of what was read instead. On import an element is restored as long as the file
//! still reads the same there; where somebody changed it elsewhere, the page holds and a person is asked.
//! No text of a body is recorded, so that nothing deleted in Word stays hidden in the file; nor is what is for the
//! agency alone and stands on no page, so that it does not leave the house with the file.

use std::collections::BTreeMap;

use andu_document::{Attachment, Block, OfficialDocument, Run, SealStyle, body::HeadingNumbers};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    recognise::{Ask, Confidence, How, Question, Recognised, same_look, squeeze},
    xml::Element,
};

/// Name space of the part that carries the record.
pub(crate) const SPACE: &str = "urn:andu:elements:1";
/// Elements that are the agency's own and on no page (公开属性 with its reason, 内部标识, who would
/// sign): the record says that there
/// was one, not what it says.
const STAYS_HERE: [&str; 3] = ["disclosure", "handling_mark", "signer"];
/// Entries of one record; more are not looked at.
const ENTRIES: usize = 2_000;
/// Characters of one text of an element.
const TEXT_CHARS: usize = 2_000;
/// Columns of a table.
const MAX_COLUMNS: u32 = 63;
/// Width of 版心 in tenths of a millimetre (GB/T 9704-2012, 5.2.1).
const MAX_IMAGE_WIDTH: u32 = 1_560;
/// Characters that a number before a block takes at most.
const NUMBER_CHARS: usize = 16;

/// What the program that wrote a file knew of its elements.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Record {
    /// Elements that the page alone does not give back.
    pub(crate) elements: Vec<Recorded>,
    /// Marks of the questions that the unchanged file would raise: the document itself answers them.
    pub(crate) settled: Vec<String>,
}

/// One element that the page alone does not give back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Recorded {
    /// Its place, such as `date_of_issue` or `attachments/0/body`.
    pub(crate) place: String,
    /// Mark of what the page reads as.
    pub(crate) seen: String,
    /// JSON of the element, or the shape of a body; empty where it could not be recorded.
    pub(crate) value: String,
}

/// A block of a body without its text, which the page holds.
#[derive(Debug, Serialize, Deserialize)]
struct Shape {
    /// Characters of the page before it that are no part of it: the number of a heading.
    skip: usize,
    /// Lengths of its texts, in characters and reading order.
    lengths: Vec<usize>,
    block: Block,
}

/// What must be recorded so that `document` comes back from a file that reads as `read_back`.
pub(crate) fn record(document: &OfficialDocument, read_back: &Recognised) -> Record {
    let mut document = joined(document);
    // Who signs is printed beside a 签名章 alone.
    let signer = document.seal != SealStyle::SignatureSeal && has_signer(&document);
    if signer {
        for issuer in &mut document.issuers {
            issuer.post.clear();
            issuer.person.clear();
        }
    }
    let (ours, theirs) = (elements(&document), elements(&read_back.document));
    let mut recorded = Vec::new();
    if signer {
        recorded.push(Recorded {
            place: "signer".to_owned(),
            seen: mark(&Value::Null.to_string()),
            value: String::new(),
        });
    }
    for (place, value) in &ours {
        let seen = theirs.get(place).unwrap_or(&Value::Null);
        if seen != value {
            recorded.push(Recorded {
                place: place.clone(),
                seen: mark(&seen.to_string()),
                value: if STAYS_HERE.contains(&place.as_str()) {
                    String::new()
                } else {
                    value.to_string()
                },
            });
        }
    }
    for place in theirs.keys().filter(|place| !ours.contains_key(*place)) {
        recorded.push(Recorded {
            place: place.clone(),
            seen: mark(&theirs[place].to_string()),
            value: String::new(),
        });
    }
    for (place, blocks) in bodies(&document) {
        let Some(read) = body_at(&read_back.document, &place) else {
            continue;
        };
        if read != blocks {
            recorded.push(Recorded {
                seen: mark(&json(read)),
                value: shapes(blocks, read).map_or_else(String::new, |shapes| json(&shapes)),
                place,
            });
        }
    }
    Record {
        elements: recorded,
        settled: read_back.questions.iter().map(question_mark).collect(),
    }
}

/// A person is named for a 签名章.
pub(crate) fn has_signer(document: &OfficialDocument) -> bool {
    let mut issuers = document.issuers.iter();
    issuers.any(|issuer| !issuer.post.is_empty() || !issuer.person.is_empty())
}

/// Gives a file's elements back as they were written, where the file still reads as it did then.
pub(crate) fn restore(record: &Record, result: &mut Recognised) {
    result
        .questions
        .retain(|question| !record.settled.contains(&question_mark(question)));
    let read = elements(&result.document);
    let mut bodies = take_bodies(&mut result.document);
    let mut bare = serde_json::to_value(&result.document).unwrap_or_default();
    for entry in record.elements.iter().take(ENTRIES) {
        let restored = match bodies.iter_mut().find(|(place, _)| *place == entry.place) {
            Some((_, blocks)) => {
                let is_same = mark(&json(blocks)) == entry.seen;
                let made = is_same.then(|| reshaped(&entry.value, blocks)).flatten();
                made.map(|made| *blocks = made).is_some()
            }
            None => restore_element(entry, &read, &mut bare),
        };
        let label = label(&entry.place);
        if restored {
            let shown = if entry.place.ends_with("body") {
                label.to_owned()
            } else {
                shown(&entry.value)
            };
            result.found(&entry.place, &shown, Confidence::Certain, How::Recorded);
        } else if STAYS_HERE.contains(&entry.place.as_str()) {
            let held = vec!["另行填写".to_owned()];
            result.ask(&entry.place, Ask::StayedHere, label, held);
        } else {
            let held = vec!["以文件现在的内容为准".to_owned()];
            result.ask(&entry.place, Ask::NotRestored, label, held);
        }
    }
    if let Ok(document) = serde_json::from_value(bare) {
        result.document = document;
    }
    for (place, blocks) in bodies {
        if let Some(body) = body_at_mut(&mut result.document, &place) {
            *body = blocks;
        }
    }
}

/// Puts one recorded element into the document's JSON; `false` where the page was changed since, says otherwise,
/// or the value is none of this element.
fn restore_element(entry: &Recorded, read: &BTreeMap<String, Value>, bare: &mut Value) -> bool {
    let seen = read.get(&entry.place).unwrap_or(&Value::Null);
    let Ok(value) = serde_json::from_str::<Value>(&entry.value) else {
        return false;
    };
    if mark(&seen.to_string()) != entry.seen
        || !is_clean(&value)
        || !agrees(&entry.place, seen, &value)
    {
        return false;
    }
    let mut made = bare.clone();
    let (parent, key) = match entry.place.rsplit_once('/') {
        Some((parent, key)) => (made.pointer_mut(&format!("/{parent}")), key),
        None => (Some(&mut made), entry.place.as_str()),
    };
    let Some(slot) = parent.and_then(|parent| parent.get_mut(key)) else {
        return false;
    };
    *slot = value;
    let is_document = serde_json::from_value::<OfficialDocument>(made.clone()).is_ok();
    if is_document {
        *bare = made;
    }
    is_document
}

/// What the page says is not contradicted: every word read there stands in the recorded value. How the
/// elements are divided, and what the page does not show, is the record's to say.
fn agrees(place: &str, seen: &Value, value: &Value) -> bool {
    const NOT_WORDS: [&str; 6] = [
        "format",
        "document_type",
        "direction",
        "seal",
        "letterhead_suffix",
        "issuers",
    ];
    let words = |value: &Value| {
        let mut all = Vec::new();
        texts(value, &mut all);
        let bare = |text: &String| {
            let text = squeeze(text);
            text.chars()
                .filter(|c| !"、，".contains(*c))
                .collect::<String>()
        };
        all.iter().map(bare).collect::<Vec<_>>()
    };
    let recorded = words(value).concat();
    NOT_WORDS.contains(&place)
        || words(seen)
            .iter()
            .all(|word| recorded.contains(word.as_str()))
}

fn texts(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::String(text) => all.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|one| texts(one, all)),
        Value::Object(map) => map.values().for_each(|one| texts(one, all)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Texts as a document may hold them: short, without control characters.
fn is_clean(value: &Value) -> bool {
    let mut all = Vec::new();
    texts(value, &mut all);
    let clean = |text: &String| {
        text.chars().count() <= TEXT_CHARS && !text.chars().any(|c| c.is_control() && c != '\n')
    };
    all.len() <= ENTRIES && all.iter().all(clean)
}

/// What a person is shown of a recorded value: its words.
fn shown(value: &str) -> String {
    let mut all = Vec::new();
    if let Ok(value) = serde_json::from_str(value) {
        texts(&value, &mut all);
    }
    all.join("　").replace('\n', "")
}

/// The elements but the bodies, each by its place.
fn elements(document: &OfficialDocument) -> BTreeMap<String, Value> {
    let mut bare = document.clone();
    take_bodies(&mut bare);
    let mut all = BTreeMap::new();
    let Ok(Value::Object(map)) = serde_json::to_value(&bare) else {
        return all;
    };
    for (name, value) in map {
        match (name.as_str(), value) {
            ("body", _) => {}
            ("attachments", value) => add_attachments("attachments", value, &mut all),
            ("issued_text", Value::Object(issued)) => {
                for (name, value) in issued {
                    let place = format!("issued_text/{name}");
                    match name.as_str() {
                        "body" => {}
                        "attachments" => add_attachments(&place, value, &mut all),
                        _ => drop(all.insert(place, value)),
                    }
                }
            }
            ("issued_text", _) => {}
            (_, value) => drop(all.insert(name, value)),
        }
    }
    all
}

fn add_attachments(place: &str, value: Value, all: &mut BTreeMap<String, Value>) {
    let Value::Array(list) = value else { return };
    for (at, attachment) in list.into_iter().enumerate() {
        let Value::Object(parts) = attachment else {
            continue;
        };
        for (name, value) in parts.into_iter().filter(|(name, _)| name != "body") {
            all.insert(format!("{place}/{at}/{name}"), value);
        }
    }
}

/// Every body with its place.
fn bodies(document: &OfficialDocument) -> Vec<(String, &Vec<Block>)> {
    let mut all = vec![("body".to_owned(), &document.body)];
    for (at, one) in document.attachments.iter().enumerate() {
        all.push((format!("attachments/{at}/body"), &one.body));
    }
    if let Some(issued) = &document.issued_text {
        all.push(("issued_text/body".to_owned(), &issued.body));
        for (at, one) in issued.attachments.iter().enumerate() {
            all.push((format!("issued_text/attachments/{at}/body"), &one.body));
        }
    }
    all
}

fn body_at<'a>(document: &'a OfficialDocument, place: &str) -> Option<&'a Vec<Block>> {
    let found = bodies(document).into_iter().find(|(at, _)| at == place);
    found.map(|(_, body)| body)
}

fn body_at_mut<'a>(document: &'a mut OfficialDocument, place: &str) -> Option<&'a mut Vec<Block>> {
    let steps: Vec<&str> = place.split('/').collect();
    let at = |list: &'a mut Vec<Attachment>, at: &str| {
        let one = list.get_mut(at.parse::<usize>().ok()?)?;
        Some(&mut one.body)
    };
    match steps.as_slice() {
        ["body"] => Some(&mut document.body),
        ["attachments", index, "body"] => at(&mut document.attachments, index),
        ["issued_text", "body"] => document.issued_text.as_mut().map(|issued| &mut issued.body),
        ["issued_text", "attachments", index, "body"] => {
            at(&mut document.issued_text.as_mut()?.attachments, index)
        }
        _ => None,
    }
}

/// Takes the bodies out, each with its place.
fn take_bodies(document: &mut OfficialDocument) -> Vec<(String, Vec<Block>)> {
    let places: Vec<String> = bodies(document)
        .into_iter()
        .map(|(place, _)| place)
        .collect();
    let mut taken = Vec::new();
    for place in places {
        let body = body_at_mut(document, &place).map(std::mem::take);
        taken.push((place, body.unwrap_or_default()));
    }
    taken
}

/// The texts of a block in reading order.
fn texts_of(block: &mut Block) -> Vec<&mut String> {
    match block {
        Block::Paragraph { runs, .. } | Block::Centered { runs } => {
            runs.iter_mut().map(|run| &mut run.text).collect()
        }
        Block::Heading { runs, run_in, .. } => runs
            .iter_mut()
            .chain(run_in)
            .map(|run| &mut run.text)
            .collect(),
        Block::Table(table) => {
            let cells = table.rows.iter_mut().flat_map(|row| &mut row.cells);
            let texts = cells
                .flat_map(|cell| &mut cell.runs)
                .map(|run| &mut run.text);
            std::iter::once(&mut table.caption).chain(texts).collect()
        }
        Block::Image(_) | Block::PageBreak => Vec::new(),
    }
}

/// All that a reader sees of a body, numbers of headings with it, and its images.
fn page_of(blocks: &[Block]) -> (Vec<char>, Vec<&andu_document::Image>) {
    let mut numbers = HeadingNumbers::default();
    let (mut text, mut images) = (Vec::new(), Vec::new());
    for block in blocks {
        if let Block::Heading {
            level,
            unnumbered: false,
            ..
        } = block
        {
            text.extend(numbers.next(*level).chars());
        }
        if let Block::Image(image) = block {
            images.push(image);
        }
        for one in texts_of(&mut block.clone()) {
            text.extend(one.chars());
        }
    }
    (text, images)
}

/// The shapes of `ours`, to be laid over what is read as `theirs`; `None` where the words are not the same.
fn shapes(ours: &[Block], theirs: &[Block]) -> Option<Vec<Shape>> {
    let (page, images) = page_of(theirs);
    let (mut at, mut images) = (0, images.into_iter());
    let mut all = Vec::new();
    for block in ours {
        let mut block = block.clone();
        if let Block::Image(image) = &mut block {
            let read = images.next()?;
            if (&read.data, &read.media_type) != (&image.data, &image.media_type) {
                return None;
            }
            image.data.clear();
        }
        let mut texts = texts_of(&mut block);
        let whole: Vec<char> = texts.iter().flat_map(|text| text.chars()).collect();
        let skip = (0..=NUMBER_CHARS).find(|skip| {
            page.get(at + skip..)
                .is_some_and(|rest| rest.starts_with(&whole))
        })?;
        let skip = if whole.is_empty() { 0 } else { skip };
        let lengths = texts.iter().map(|text| text.chars().count()).collect();
        texts.iter_mut().for_each(|text| text.clear());
        at += skip + whole.len();
        all.push(Shape {
            skip,
            lengths,
            block,
        });
    }
    (at == page.len() && images.next().is_none()).then_some(all)
}

/// The blocks that recorded shapes make of what was read.
fn reshaped(shapes: &str, read: &[Block]) -> Option<Vec<Block>> {
    let shapes: Vec<Shape> = serde_json::from_str(shapes).ok()?;
    let (page, images) = page_of(read);
    let (mut at, mut images) = (0usize, images.into_iter());
    let mut made = Vec::new();
    for Shape {
        skip,
        lengths,
        mut block,
    } in shapes
    {
        at = at.checked_add(skip)?;
        if let Block::Image(image) = &mut block {
            image.data.clone_from(&images.next()?.data);
        }
        let texts = texts_of(&mut block);
        if texts.len() != lengths.len() {
            return None;
        }
        for (text, length) in texts.into_iter().zip(lengths) {
            let end = at.checked_add(length)?;
            *text = page.get(at..end)?.iter().collect();
            at = end;
        }
        if !is_sound(&block) {
            return None;
        }
        made.push(block);
    }
    (at == page.len() && images.next().is_none()).then_some(made)
}

/// Its numbers are such as a document has: a file from outside may record anything.
fn is_sound(block: &Block) -> bool {
    match block {
        Block::Heading { level, .. } => (1..=4).contains(level),
        Block::Table(table) => {
            let rows = u32::try_from(table.rows.len()).unwrap_or(0);
            let mut cells = table.rows.iter().flat_map(|row| &row.cells);
            table.header_rows <= table.rows.len()
                && cells.all(|cell| {
                    (1..=MAX_COLUMNS).contains(&cell.colspan) && (1..=rows).contains(&cell.rowspan)
                })
        }
        Block::Image(image) => image.width_tenth_mm <= MAX_IMAGE_WIDTH,
        Block::Paragraph { .. } | Block::Centered { .. } | Block::PageBreak => true,
    }
}

/// The document with neighbouring runs of one look joined: a page shows no seam between them.
pub(crate) fn joined(document: &OfficialDocument) -> OfficialDocument {
    let mut document = document.clone();
    let places: Vec<String> = bodies(&document)
        .into_iter()
        .map(|(place, _)| place)
        .collect();
    for place in places {
        for block in body_at_mut(&mut document, &place).into_iter().flatten() {
            match block {
                Block::Paragraph { runs, .. } | Block::Centered { runs } => join(runs),
                Block::Heading { runs, run_in, .. } => {
                    join(runs);
                    join(run_in);
                }
                Block::Table(table) => {
                    let cells = table.rows.iter_mut().flat_map(|row| &mut row.cells);
                    cells.for_each(|cell| join(&mut cell.runs));
                }
                Block::Image(_) | Block::PageBreak => {}
            }
        }
    }
    document
}

fn join(runs: &mut Vec<Run>) {
    let mut all: Vec<Run> = Vec::new();
    for mut run in std::mem::take(runs) {
        run.change = None;
        match all.last_mut() {
            _ if run.text.is_empty() => {}
            Some(last) if same_look(last, &run) => last.text.push_str(&run.text),
            _ => all.push(run),
        }
    }
    *runs = all;
}

/// The record in a part of the package, read within the budget of the file.
pub(crate) fn read(root: &Element) -> Option<Record> {
    if &*root.name != "elements" {
        return None;
    }
    let mut record = Record::default();
    for element in root.elements().take(2 * ENTRIES) {
        match &*element.name {
            "element" => record.elements.push(Recorded {
                place: element.attribute("place")?.chars().take(80).collect(),
                seen: element.attribute("seen")?.to_owned(),
                value: element.text(),
            }),
            "settled" => record.settled.push(element.text()),
            _ => {}
        }
    }
    Some(record)
}

/// The part of the package.
pub(crate) fn xml(record: &Record) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<elements xmlns=\"{SPACE}\">"
    );
    for Recorded { place, seen, value } in &record.elements {
        let value = quick_xml::escape::partial_escape(value.as_str());
        xml.push_str(&format!(
            "<element place=\"{place}\" seen=\"{seen}\">{value}</element>"
        ));
    }
    for settled in &record.settled {
        xml.push_str(&format!("<settled>{settled}</settled>"));
    }
    xml + "</elements>"
}

fn question_mark(question: &Question) -> String {
    mark(&json(question))
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Tells one text from another (FNV-1a, 64 bits). It protects from nothing but chance.
fn mark(text: &str) -> String {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

/// What a person calls the element at a place.
fn label(place: &str) -> &'static str {
    let first = place.split('/').next().unwrap_or_default();
    match (first, place.ends_with("body")) {
        ("attachments", true) => "附件正文",
        ("attachments", false) => "附件",
        ("issued_text", _) => "被印发件",
        ("format", _) => "公文格式",
        ("document_type", _) => "文种",
        ("direction", _) => "行文方向",
        ("copy_number", _) => "份号",
        ("classification", _) => "密级和保密期限",
        ("urgency", _) => "紧急程度",
        ("issuers", _) => "发文机关",
        ("letterhead_suffix", _) => "发文机关标志",
        ("issue_number", _) => "发文字号",
        ("signatories", _) => "签发人",
        ("title", _) => "标题",
        ("main_recipients" | "main_recipients_in_imprint", _) => "主送机关",
        ("seal", _) => "用印方式",
        ("date_of_issue", _) => "成文日期",
        ("note", _) => "附注",
        ("copy_recipients", _) => "抄送机关",
        ("imprint", _) => "印发机关和印发日期",
        ("disclosure", _) => "公开属性",
        ("handling_mark", _) => "内部标识",
        ("signer", _) => "签名人",
        ("attendance", _) => "出席人员",
        ("telegram", _) => "电报要素",
        ("specimen", _) => "样张",
        _ => "正文",
    }
}
