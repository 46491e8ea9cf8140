//! 请示, 报告 and 批复 (条例 第十五条（四）).

use super::{Finds, Found, Sheet, scan};
use crate::{body::Block, kind::DocumentType};

/// What asks for a decision. 报告 and 通报 may not say it; 请示 ends with one of these.
const ASKING: [&str; 13] = [
    "请批示",
    "请审批",
    "请批复",
    "请指示",
    "请批准",
    "请予批准",
    "请予审批",
    "请予批复",
    "请予批示",
    "请审定",
    "请予审定",
    "请审核批准",
    "请予支持批准",
];
const SEVERAL: [&str; 6] = [
    "等事项",
    "等若干事项",
    "若干事项",
    "几个问题",
    "若干问题",
    "两个事项",
];

pub(super) fn find(sheet: &Sheet<'_>, found: &mut Finds) {
    match sheet.document.document_type {
        Some(DocumentType::RequestForInstructions) => request(sheet, found),
        Some(kind @ DocumentType::Report) => asking_in(sheet, kind, found),
        Some(DocumentType::OfficialReply) => reply(sheet, found),
        _ => {}
    }
}

fn asking_in(sheet: &Sheet<'_>, kind: DocumentType, found: &mut Finds) {
    for text in sheet
        .own_texts()
        .filter(|text| text.place.starts_with("body/"))
    {
        let chars: Vec<char> = text.text.chars().collect();
        let words = ASKING.iter().chain(&["妥否", "当否"]);
        let hit = words.flat_map(|word| {
            scan::all(&chars, word)
                .into_iter()
                .map(|at| (at, at + word.chars().count()))
        });
        if let Some((start, end)) = hit.min() {
            found.push(
                Found::at("request.in_report", text.place.as_str())
                    .on(&chars, start, end)
                    .with("type", kind.name()),
            );
        }
    }
}

fn request(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    let title: Vec<char> = document.title.chars().collect();
    for word in SEVERAL {
        if let Some(start) = scan::all(&title, word).first() {
            let end = start + word.chars().count();
            found.push(Found::at("request.several_matters", "title").on(&title, *start, end));
            break;
        }
    }
    let asks = |block: &Block| {
        let text: Vec<char> = block.text().chars().collect();
        ASKING.iter().any(|word| !scan::all(&text, word).is_empty())
    };
    if !document.body.is_empty() && !document.body.iter().any(asks) {
        let last = document.body.len() - 1;
        found.push(Found::at("request.ending", format!("body/{last}")));
    }
    let has_number = {
        let digits = document.note.chars().filter(char::is_ascii_digit).count();
        digits >= 5
    };
    let names_someone = ["联系人", "联 系 人", "联系电话"]
        .iter()
        .any(|w| document.note.contains(w));
    if !(has_number && names_someone) {
        found.push(Found::at("request.contact", "note"));
    }
}

fn reply(sheet: &Sheet<'_>, found: &mut Finds) {
    let mut beginning = sheet
        .document
        .body
        .iter()
        .take(2)
        .map(Block::text)
        .collect::<String>();
    if beginning.is_empty() {
        return;
    }
    beginning.retain(|c| !c.is_whitespace());
    let quotes = ["收悉", "来文", "请示", "来函", "报来"]
        .iter()
        .any(|w| beginning.contains(w));
    if !quotes {
        found.push(Found::at("request.reply_quotes", "body/0"));
    }
}
