//! 标题 and whether it agrees with 文种 (条例 第九条（七）).

use super::{Finds, Found, Sheet, replace, scan, set};
use crate::{
    agency::{AgencyKind, name},
    kind::{DocumentFormat, DocumentType},
};

pub(super) fn find(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    if document.title.trim().is_empty() {
        return;
    }
    let chars: Vec<char> = document.title.chars().collect();
    end(&chars, found);
    twice(&chars, found);
    if let Some(kind) = document.document_type {
        type_word(&chars, kind, found);
    }
    issuer(sheet, &chars, found);
    other_issuer(sheet, &chars, found);
}

/// Characters of the title up to where its words end: without punctuation, space and a bracketed
/// addition such as （试行）.
fn words_end(title: &[char]) -> usize {
    let mut end = title.len();
    loop {
        let trimmed = title[..end]
            .iter()
            .rposition(|c| !(c.is_whitespace() || is_end_mark(*c)))
            .map_or(0, |last| last + 1);
        let opened = title[..trimmed].iter().rposition(|c| *c == '（');
        match opened.filter(|_| trimmed > 0 && title[trimmed - 1] == '）') {
            Some(open) if open > 0 => end = open,
            _ => return trimmed,
        }
    }
}

const fn is_end_mark(c: char) -> bool {
    matches!(c, '。' | '，' | '；' | '：' | '、' | '.' | ',' | ';' | ':')
}

fn end(title: &[char], found: &mut Finds) {
    let last = title
        .iter()
        .rposition(|c| !c.is_whitespace())
        .unwrap_or_default();
    if is_end_mark(title[last]) {
        found.push(
            Found::at("title.end", "title")
                .on(title, last, last + 1)
                .fix(0, vec![replace("title", last, last + 1, "")]),
        );
    }
}

/// …的通知的通知
fn twice(title: &[char], found: &mut Finds) {
    let end = words_end(title);
    let word: Vec<char> = "的通知".chars().collect();
    if title[..end].ends_with(&[word.as_slice(), word.as_slice()].concat()) {
        let start = end - 2 * word.len();
        found.push(
            Found::at("title.twice", "title")
                .on(title, start, end)
                .with("plain", "的通知")
                .fix(0, vec![replace("title", start, end, "的通知")]),
        );
    }
}

/// The words a title of this type may end with.
const fn endings(kind: DocumentType) -> &'static [&'static str] {
    match kind {
        DocumentType::Order => &["命令", "令"],
        DocumentType::Letter => &["函"],
        DocumentType::Resolution
        | DocumentType::Decision
        | DocumentType::Communique
        | DocumentType::Announcement
        | DocumentType::PublicNotice
        | DocumentType::Opinion
        | DocumentType::Notice
        | DocumentType::Circular
        | DocumentType::Report
        | DocumentType::RequestForInstructions
        | DocumentType::OfficialReply
        | DocumentType::Proposal
        | DocumentType::Minutes => &[],
    }
}

fn type_word(title: &[char], kind: DocumentType, found: &mut Finds) {
    let end = words_end(title);
    let words: String = title[..end].iter().filter(|c| !c.is_whitespace()).collect();
    let own = kind.name();
    if words.ends_with("请示报告") {
        let start = end - 4;
        let is_report = kind == DocumentType::Report;
        let plain = if is_report { "报告" } else { "请示" };
        let mut finding = Found::at("title.mixed_type", "title").on(title, start, end);
        finding = finding.with("type", plain);
        if title[start..end].iter().all(|c| !c.is_whitespace()) {
            finding = finding.fix(0, vec![replace("title", start, end, plain)]);
        }
        found.push(finding);
        return;
    }
    if words.ends_with(own) || endings(kind).iter().any(|word| words.ends_with(word)) {
        return;
    }
    let other = DocumentType::ALL.into_iter().find(|other| {
        words.ends_with(other.name()) || endings(*other).iter().any(|word| words.ends_with(word))
    });
    // A single 令 or 函 may end other words; only the whole names are taken for another type.
    let certain = other.filter(|other| words.ends_with(other.name()) || words.ends_with("的函"));
    if let Some(other) = certain {
        let name = other.name();
        let start = end - name.chars().count();
        let finding = Found::at("title.type", "title")
            .on(title, start, end)
            .with("type", own);
        found.push(
            finding
                .fix(0, vec![set("document_type", other)])
                .fix(1, vec![replace("title", start, end, own)]),
        );
    } else {
        let ending = format!("的{own}");
        let addition = missing_end(&words, &ending);
        found.push(
            Found::at("title.type_missing", "title")
                .with("type", own)
                .fix(0, vec![replace("title", end, end, addition)]),
        );
    }
}

/// What is left to write of `ending` where a title already ends with the beginning of it.
fn missing_end<'a>(title: &str, ending: &'a str) -> &'a str {
    let starts = ending.char_indices().map(|(at, _)| at).rev();
    let written = starts.filter(|at| title.ends_with(&ending[..*at])).max();
    &ending[written.unwrap_or(0)..]
}

/// Certain only where the title begins with 关于: then no name stands before it.
fn issuer(sheet: &Sheet<'_>, title: &[char], found: &mut Finds) {
    let document = sheet.document;
    let papers = matches!(
        document.format,
        DocumentFormat::Paper | DocumentFormat::Telegram
    );
    let Some(issuer) = document.issuers.first() else {
        return;
    };
    if papers || document.document_type.is_none() || !title.starts_with(&['关', '于']) {
        return;
    }
    let names: Vec<&str> = document
        .issuers
        .iter()
        .map(|issuer| issuer.name.as_str())
        .collect();
    let name = if names.len() > 1 {
        names.join(" ")
    } else {
        issuer.name.clone()
    };
    found.push(
        Found::at("title.issuer", "title")
            .with("name", name.as_str())
            .fix(0, vec![replace("title", 0, 0, name)]),
    );
}

/// Joint issue by more agencies than this is not compared with a title, which then names only the first.
const MANY: usize = 20;

/// An agency that the title names as the one that issues, and which does not. Certain where all that stands before
/// 关于 (or 转发, 批转, 印发) is names of agencies, and one of them can be none of 发文机关, in full or in short.
fn other_issuer(sheet: &Sheet<'_>, title: &[char], found: &mut Finds) {
    let document = sheet.document;
    let issuers: Vec<&str> = document
        .issuers
        .iter()
        .flat_map(|issuer| [issuer.name.as_str(), issuer.signature.as_str()])
        .filter(|name| !name.trim().is_empty())
        .collect();
    let verbs = ["关于", "转发", "批转", "印发"];
    let head = (0..title.len()).find(|at| verbs.iter().any(|verb| scan::stands(title, *at, verb)));
    let (Some(head), 1..=MANY) = (head, issuers.len()) else {
        return;
    };
    if document.format == DocumentFormat::Paper {
        return;
    }
    let named = names_in(title, head);
    let squeezed: String = named.iter().map(|(_, _, name)| name.as_str()).collect();
    if squeezed == issuers.concat() || named.len() > MANY {
        return;
    }
    let vocabulary = sheet.context.vocabulary;
    let is_agency = |name: &str| {
        let own_words = name.starts_with(['我', '本', '该', '各']);
        let known = vocabulary
            .find(name)
            .is_some_and(|entry| entry.members.is_empty());
        known || (!own_words && name.chars().count() >= 4 && AgencyKind::of_name(name).is_some())
    };
    if !named.iter().all(|(_, _, name)| is_agency(name)) {
        return;
    }
    let full = |name: &str| vocabulary.find(name).map(|entry| entry.place.name.as_str());
    let is_issuer = |named: &str| {
        issuers.iter().any(|issuer| {
            let both = (full(named), full(issuer));
            matches!(both, (Some(a), Some(b)) if a == b)
                || name::may_be_same(named, issuer)
                || full(named).is_some_and(|full| name::may_be_same(full, issuer))
        })
    };
    let other = named.iter().find(|(_, _, name)| !is_issuer(name));
    let Some((start, end, _)) = other else { return };
    let issuer = issuers[0];
    let mut finding = Found::at("title.other_issuer", "title")
        .on(title, *start, *end)
        .with(
            "issuer",
            document
                .issuers
                .iter()
                .map(|i| i.name.as_str())
                .collect::<Vec<_>>()
                .join("、"),
        );
    if named.len() == 1 && document.issuers.len() == 1 {
        finding = finding.fix(0, vec![replace("title", *start, *end, issuer)]);
    }
    found.push(finding);
}

/// The names before `head`, with where they stand: divided by space, line break or 、; what follows 等 (等部门) is none.
fn names_in(title: &[char], head: usize) -> Vec<(usize, usize, String)> {
    let mut names = Vec::new();
    let mut start = 0;
    for at in 0..=head {
        if at < head && !title[at].is_whitespace() && title[at] != '、' {
            continue;
        }
        if start < at {
            let rest = title[start..at].iter().position(|c| *c == '等');
            let end = rest.map_or(at, |others| start + others);
            if start < end {
                names.push((start, end, scan::part(title, start, end)));
            }
        }
        start = at + 1;
    }
    names
}
