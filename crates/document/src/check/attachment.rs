//! 附件 and 附件说明 (条例 第九条（十）（十五）; GB/T 9704-2012, 7.3.4).

use super::{Finds, Found, Sheet, replace, scan, set};
use crate::{
    body::Block,
    elements::{Attachment, IssuedText},
    kind::DocumentType,
};

pub(super) fn find(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    titles("attachments", &document.attachments, found);
    if let Some(issued) = &document.issued_text {
        titles("issued_text/attachments", &issued.attachments, found);
    }
    references(sheet, found);
    is_issued_text(sheet, found);
}

fn titles(place: &str, attachments: &[Attachment], found: &mut Finds) {
    for (index, attachment) in attachments.iter().enumerate() {
        let at = format!("{place}/{index}/title");
        let title: Vec<char> = attachment.title.chars().collect();
        if attachment.title.trim().is_empty() {
            let number = (index + 1).to_string();
            found.push(Found::at("attachment.title_missing", at).with("n", number));
            continue;
        }
        let last = title.len() - 1;
        if matches!(title[last], '。' | '，' | '；' | '、' | ';' | ',') {
            found.push(
                Found::at("attachment.title_end", at.as_str())
                    .on(&title, last, last + 1)
                    .fix(0, vec![replace(&at, last, last + 1, "")]),
            );
        }
        if let Some(end) = typed_number(&title) {
            found.push(
                Found::at("attachment.title_number", at.as_str())
                    .on(&title, 0, end)
                    .fix(0, vec![replace(&at, 0, end, "")]),
            );
        }
        let inner = title.iter().filter(|c| matches!(**c, '《' | '》')).count();
        if title[0] == '《' && title[last] == '》' && inner == 2 && last > 1 {
            let edits = vec![replace(&at, last, last + 1, ""), replace(&at, 0, 1, "")];
            found.push(Found::at("attachment.title_marks", at.as_str()).fix(0, edits));
        }
        let written =
            |block: &Block| matches!(block, Block::Image(_)) || !block.text().trim().is_empty();
        if !attachment.separate && !attachment.body.iter().any(written) {
            let name = attachment.title.as_str();
            found.push(Found::at("attachment.body_missing", at.as_str()).with("title", name));
        }
        if attachments[..index]
            .iter()
            .any(|before| before.title == attachment.title)
        {
            let name = attachment.title.as_str();
            found.push(Found::at("attachment.same_title", at).with("title", name));
        }
    }
}

/// Length of 附件1：, 附件： or 1. before a title.
fn typed_number(title: &[char]) -> Option<usize> {
    let word = if scan::stands(title, 0, "附件") {
        2
    } else {
        0
    };
    let digits = scan::digits(title, word);
    let mark = title.get(word + digits)?;
    let is_mark = matches!(mark, '：' | ':' | '.' | '．' | '、');
    let followed = title
        .get(word + digits + 1)
        .is_some_and(|c| !c.is_ascii_digit());
    (word + digits > 0 && is_mark && followed).then_some(word + digits + 1)
}

/// （见附件3） where there are but two. Texts of a 被印发件 speak of annexes of their own.
fn references(sheet: &Sheet<'_>, found: &mut Finds) {
    let count = sheet.document.attachments.len();
    if sheet.document.issued_text.is_some() {
        return;
    }
    for text in sheet
        .own_texts()
        .filter(|text| text.place.starts_with("body/"))
    {
        let chars: Vec<char> = text.text.chars().collect();
        for at in scan::all(&chars, "附件") {
            let digits = scan::digits(&chars, at + 2);
            let number: usize = scan::part(&chars, at + 2, at + 2 + digits)
                .parse()
                .unwrap_or_default();
            let seen = at > 0 && chars[at - 1] == '见';
            // An unnumbered 附件 counts only after 见: elsewhere it may be any file.
            let missing = if digits > 0 {
                number > count
            } else {
                seen && count == 0
            };
            if seen && missing && digits <= 3 {
                found.push(
                    Found::at("attachment.reference", text.place.as_str())
                        .on(&chars, at, at + 2 + digits)
                        .with("count", count.to_string()),
                );
            }
        }
    }
}

/// 印发《…》的通知 with that text as 附件.
fn is_issued_text(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    if document.document_type != Some(DocumentType::Notice) || document.issued_text.is_some() {
        return;
    }
    let title: String = document
        .title
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    for (index, attachment) in document.attachments.iter().enumerate() {
        let name = attachment.title.trim().trim_matches(['《', '》']);
        let issues = ["印发", "转发", "批转"]
            .iter()
            .any(|verb| !name.is_empty() && title.contains(&format!("{verb}《{name}》")));
        if !issues {
            continue;
        }
        let issued = IssuedText {
            title: name.to_owned(),
            body: attachment.body.clone(),
            ..IssuedText::default()
        };
        let mut rest = document.attachments.clone();
        rest.remove(index);
        let issued = IssuedText {
            attachments: rest,
            ..issued
        };
        let none: [&str; 0] = [];
        let edits = vec![set("issued_text", issued), set("attachments", none)];
        found.push(
            Found::at(
                "attachment.is_issued_text",
                format!("attachments/{index}/title"),
            )
            .with("title", name)
            .fix(0, edits),
        );
        return;
    }
}
