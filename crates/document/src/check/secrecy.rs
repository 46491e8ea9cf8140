//! 份号, 密级和保密期限, 紧急程度, 公开属性 (条例 第九条（一）to（三）, 第三十一条).

use super::{Finds, Found, Sheet, scan, set};
use crate::{
    elements::{Classification, ClassificationLevel, Disclosure, Urgency},
    kind::DocumentFormat,
    marking,
};

pub(super) fn find(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    if let Some(classification) = &document.classification {
        ceiling(sheet, classification.level, "classification", found);
        if document.copy_number.is_none() {
            found.push(Found::at("secrecy.copy_number", "copy_number"));
        }
        term(classification, found);
        if document.disclosure == Some(Disclosure::Open) {
            let edits = vec![set("disclosure", serde_json::Value::Null)];
            found.push(Found::at("secrecy.open", "disclosure").fix(0, edits));
        }
    }
    for (level, place) in marking::typed_marks(document) {
        ceiling(sheet, level, &place, found);
    }
    handling_mark(sheet, found);
    urgency(sheet, found);
}

fn ceiling(sheet: &Sheet<'_>, level: ClassificationLevel, place: &str, found: &mut Finds) {
    let ceiling = sheet.context.ceiling;
    // An example bears 样张, and is told all the same.
    if ceiling.is_some_and(|ceiling| level <= ceiling) {
        return;
    }
    found.push(
        Found::at("secrecy.ceiling", place)
            .with("level", level.name())
            .with(
                "ceiling",
                ceiling.map_or("非涉密", ClassificationLevel::name),
            ),
    );
}

fn term(classification: &Classification, found: &mut Finds) {
    let term = classification.term.trim();
    if term.is_empty() {
        found.push(Found::at("secrecy.term_missing", "classification"));
        return;
    }
    let chars: Vec<char> = term.chars().collect();
    let unit_at = chars.iter().position(|c| matches!(c, '年' | '个' | '月'));
    let Some(unit_at) = unit_at else { return };
    let unit: String = chars[unit_at..].iter().collect();
    if !matches!(unit.as_str(), "年" | "个月" | "月") {
        return;
    }
    let number = scan::part(&chars, 0, unit_at);
    if let Some(value) = small_numeral(&chars[..unit_at]) {
        let plain = format!("{value}{unit}");
        found.push(
            Found::at("secrecy.term_digits", "classification")
                .with("term", term)
                .with("plain", plain.as_str())
                .fix(0, vec![set("classification/term", plain)]),
        );
    }
    let most = match classification.level {
        ClassificationLevel::Confidential => 10,
        ClassificationLevel::Secret => 20,
        ClassificationLevel::TopSecret => 30,
    };
    if unit == "年" && number.parse::<u32>().is_ok_and(|years| years > most) {
        found.push(
            Found::at("secrecy.term_long", "classification")
                .with("level", classification.level.name())
                .with("most", most.to_string())
                .with("term", term),
        );
    }
}

/// A Chinese numeral from 1 to 99.
fn small_numeral(text: &[char]) -> Option<u32> {
    match text.iter().position(|c| *c == '十') {
        None => match text {
            [one] => scan::chinese_digit(*one),
            _ => None,
        },
        Some(ten) => {
            let tens = match &text[..ten] {
                [] => 1,
                [one] => scan::chinese_digit(*one)?,
                _ => return None,
            };
            let ones = match &text[ten + 1..] {
                [] => 0,
                [one] => scan::chinese_digit(*one)?,
                _ => return None,
            };
            Some(tens * 10 + ones)
        }
    }
}

fn handling_mark(sheet: &Sheet<'_>, found: &mut Finds) {
    let mark = sheet.document.handling_mark.trim();
    let word = mark.split('★').next().unwrap_or_default().trim();
    if matches!(word, "秘密" | "机密" | "绝密") {
        found.push(Found::at("secrecy.handling_mark", "handling_mark").with("mark", mark));
    }
}

fn urgency(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    let telegram = document.format == DocumentFormat::Telegram;
    match document.urgency {
        None if telegram => found.push(Found::at("urgency.telegram_missing", "urgency")),
        Some(word @ (Urgency::MostImmediate | Urgency::Ordinary)) if !telegram => {
            let (plain, value) = if word == Urgency::MostImmediate {
                ("特急", Some(Urgency::ExtraUrgent))
            } else {
                ("不标注", None)
            };
            found.push(
                Found::at("urgency.telegram_word", "urgency")
                    .with("word", word.name())
                    .with("plain", plain)
                    .fix(0, vec![set("urgency", value)]),
            );
        }
        None | Some(_) => {}
    }
}
