//! 主送机关 and 抄送机关 (条例 第九条（八）（十六）, 第十四条 to 第十六条).

use std::collections::HashSet;

use super::{Finds, Found, Sheet, set};
use crate::{
    agency::{AgencyKind, Relation, System, name, plain},
    edit::Edit,
    kind::DocumentType,
};

/// Words that only the title of a person ends with, never an agency's name.
const PERSONS: [&str; 16] = [
    "书记",
    "省长",
    "市长",
    "县长",
    "区长",
    "镇长",
    "乡长",
    "局长",
    "厅长",
    "部长",
    "处长",
    "科长",
    "主席",
    "秘书长",
    "总理",
    "同志",
];

/// Entries of a list up to which findings offer to rewrite it.
const LONG_LIST: usize = 1_000;

pub(super) fn find(sheet: &Sheet<'_>, found: &mut Finds) {
    upward(sheet, found);
    lower_government(sheet, found);
    for (list, label) in [
        ("main_recipients", "主送机关"),
        ("copy_recipients", "抄送机关"),
    ] {
        own_and_twice(sheet, list, label, found);
        punctuation(sheet, list, found);
    }
    main_and_copy(sheet, found);
    covered(sheet, found);
    copy_order(sheet, found);
}

fn list<'a>(sheet: &Sheet<'a>, name: &str) -> &'a [String] {
    if name == "main_recipients" {
        &sheet.document.main_recipients
    } else {
        &sheet.document.copy_recipients
    }
}

/// The list without one entry; a line break before it moves on to the next.
fn without(list: &[String], index: usize) -> Vec<String> {
    let mut rest = list.to_vec();
    let gone = rest.remove(index);
    let moves_on = gone.starts_with('\n') && index > 0;
    if let Some(next) = rest
        .get_mut(index)
        .filter(|next| moves_on && !next.starts_with('\n'))
    {
        next.insert(0, '\n');
    }
    rest
}

/// Takes one entry off a list; none for lists so long that no office writes them.
fn removal(field: &str, names: &[String], index: usize) -> Option<Vec<Edit>> {
    (names.len() <= LONG_LIST).then(|| vec![set(field, without(names, index))])
}

fn upward(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    if !sheet.is_upward() {
        return;
    }
    if let [first, others @ ..] = document.main_recipients.as_slice()
        && !others.is_empty()
    {
        let copies: Vec<&String> = others
            .iter()
            .chain(&document.copy_recipients)
            .enumerate()
            .filter(|(n, name)| {
                *n < others.len() || !others.iter().any(|other| plain(other) == plain(name))
            })
            .map(|(_, name)| name)
            .collect();
        let edits = vec![
            set("main_recipients", [first]),
            set("copy_recipients", copies),
        ];
        found.push(
            Found::at("recipients.upward_single", "main_recipients")
                .with("count", document.main_recipients.len().to_string())
                .with("first", first.as_str())
                .fix(0, edits),
        );
    }
    for (index, name) in document.main_recipients.iter().enumerate() {
        if PERSONS.iter().any(|word| plain(name).ends_with(word)) {
            let place = format!("main_recipients/{index}");
            found.push(Found::at("recipients.person", place).with("name", plain(name)));
        }
    }
    for (index, name) in document.copy_recipients.iter().enumerate() {
        if let Some(rule) = lower(sheet, name).filter(|rule| found.wants(rule)) {
            let rest = without(&document.copy_recipients, index);
            found.push(
                Found::at(rule, format!("copy_recipients/{index}"))
                    .with("name", plain(name))
                    .fix(0, vec![set("copy_recipients", rest)]),
            );
        }
    }
    skips_level(sheet, found);
}

/// The rule that a copy to a lower agency breaks. What the vocabulary says goes before the name; that a department
/// copies to 下级党委、政府, which are not under it, is against practice only.
fn lower(sheet: &Sheet<'_>, name: &str) -> Option<&'static str> {
    let subordinate = Some("recipients.upward_copies_subordinate");
    match sheet.relation(name) {
        Some(Relation::Subordinate) => subordinate,
        Some(Relation::Superior | Relation::Peer | Relation::Own) => None,
        Some(Relation::Unrelated) | None if name::is_lower(sheet.context.issuer, name) => {
            subordinate
        }
        Some(Relation::Unrelated) | None => name::is_lower_government(sheet.context.issuer, name)
            .then_some("recipients.upward_copies_lower"),
    }
}

/// 越级: a superior that is not a direct one, while a direct superior between gets no copy. With dual
/// leadership a superior of one of the direct ones that is itself direct skips nobody.
fn skips_level(sheet: &Sheet<'_>, found: &mut Finds) {
    let (document, vocabulary) = (sheet.document, sheet.context.vocabulary);
    let issuer = sheet.context.issuer;
    for (index, name) in document.main_recipients.iter().enumerate() {
        if sheet.relation(name) != Some(Relation::Superior) {
            continue;
        }
        let full = vocabulary
            .find(name)
            .map_or(plain(name), |entry| entry.place.name.as_str());
        let direct: Vec<_> = issuer
            .superiors
            .iter()
            .map(|name| vocabulary.expand(name))
            .collect();
        if direct.iter().flatten().any(|superior| superior == full) {
            continue;
        }
        let between = direct.iter().flatten().find(|superior| {
            vocabulary
                .find(superior)
                .is_some_and(|entry| vocabulary.superiors(&entry.place).iter().any(|s| s == full))
        });
        let Some(skipped) = between else { continue };
        let named = |list: &[String]| {
            list.iter()
                .any(|name| vocabulary.expand(name).contains(skipped))
        };
        if named(&document.copy_recipients) || named(&document.main_recipients) {
            continue;
        }
        let mut copies = vec![skipped.clone()];
        copies.extend(document.copy_recipients.iter().cloned());
        found.push(
            Found::at("recipients.skips_level", format!("main_recipients/{index}"))
                .with("name", plain(name))
                .with("skipped", skipped.as_str())
                .fix(0, vec![set("copy_recipients", copies)]),
        );
    }
}

/// 第十六条（二）: a department writes no directive to lower 党委 and 政府, unless 政府 has agreed.
fn lower_government(sheet: &Sheet<'_>, found: &mut Finds) {
    use DocumentType as T;
    let document = sheet.document;
    let directive = matches!(
        document.document_type,
        Some(T::Notice | T::Decision | T::Order | T::Opinion)
    );
    let department = sheet.context.issuer.kind == AgencyKind::Department
        && !sheet.context.issuer.name.is_empty();
    let agreed = |text: &str| {
        text.contains("同意") && ["经", "授权", "报"].iter().any(|word| text.contains(word))
    };
    let has_agreement = document.body.iter().any(|block| agreed(&block.text()));
    if !directive || !department || sheet.is_upward() || has_agreement {
        return;
    }
    for (index, name) in document.main_recipients.iter().enumerate() {
        let name = plain(name);
        let government = ["人民政府", "党委"].iter().any(|word| name.ends_with(word));
        let lower = match sheet
            .context
            .vocabulary
            .find(name)
            .map(|entry| entry.place.level)
        {
            Some(Some(level)) => sheet.context.issuer.level.is_some_and(|own| level > own),
            _ => name.starts_with('各'),
        };
        let subordinate = || sheet.relation(name) == Some(Relation::Subordinate);
        if government && (lower || subordinate()) {
            let place = format!("main_recipients/{index}");
            found.push(Found::at("recipients.lower_government", place).with("name", name));
        }
    }
}

fn own_and_twice(sheet: &Sheet<'_>, field: &str, label: &str, found: &mut Finds) {
    let names = list(sheet, field);
    let full = |name: &str| full_name(sheet, name);
    let issuers: Vec<String> = sheet
        .document
        .issuers
        .iter()
        .map(|i| full(&i.name))
        .collect();
    let mut seen = HashSet::new();
    for (index, name) in names.iter().enumerate() {
        let place = format!("{field}/{index}");
        let this = full(name);
        let mut add = |rule| {
            if !found.wants(rule) {
                return;
            }
            found.push(
                Found::at(rule, place.as_str())
                    .with("name", plain(name))
                    .with("list", label)
                    .fix_if(0, removal(field, names, index)),
            );
        };
        // An entry may name several agencies; only whole entries are compared.
        if issuers.contains(&this) {
            add("recipients.own");
        }
        if !this.is_empty() && seen.contains(&this) {
            add("recipients.twice");
        }
        seen.insert(this);
    }
}

/// The full name where the vocabulary knows the agency, else the name as it stands.
fn full_name(sheet: &Sheet<'_>, name: &str) -> String {
    let entry = sheet.context.vocabulary.find(name);
    entry.map_or_else(|| plain(name).to_owned(), |entry| entry.place.name.clone())
}

fn main_and_copy(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    let full = |name: &String| full_name(sheet, name);
    let main: HashSet<String> = document.main_recipients.iter().map(full).collect();
    for (index, name) in document.copy_recipients.iter().enumerate() {
        let this = full(name);
        if main.contains(&this) && !this.is_empty() && found.wants("recipients.main_and_copy") {
            found.push(
                Found::at(
                    "recipients.main_and_copy",
                    format!("copy_recipients/{index}"),
                )
                .with("name", plain(name))
                .fix_if(
                    0,
                    removal("copy_recipients", &document.copy_recipients, index),
                ),
            );
        }
    }
}

fn covered(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    let vocabulary = sheet.context.vocabulary;
    let is_general = |name: &str| {
        vocabulary
            .find(name)
            .is_some_and(|entry| !entry.members.is_empty())
    };
    let fields = ["main_recipients", "copy_recipients"];
    let generals: Vec<(&String, Vec<String>)> = document
        .main_recipients
        .iter()
        .chain(&document.copy_recipients)
        .filter(|name| is_general(name))
        .map(|name| (name, vocabulary.expand(name)))
        .collect();
    for field in fields {
        let names = list(sheet, field);
        for (index, name) in names
            .iter()
            .enumerate()
            .filter(|(_, name)| !is_general(name))
        {
            let own = vocabulary.expand(name);
            let covering = generals
                .iter()
                .find(|(_, members)| own.iter().all(|agency| members.contains(agency)));
            let Some((general, _)) = covering else {
                continue;
            };
            found.push(
                Found::at("recipients.covered", format!("{field}/{index}"))
                    .with("name", plain(name))
                    .with("general", plain(general))
                    .fix_if(0, removal(field, names, index)),
            );
        }
    }
}

fn punctuation(sheet: &Sheet<'_>, field: &str, found: &mut Finds) {
    let names = list(sheet, field);
    for (index, name) in names.iter().enumerate() {
        let clean = plain(name).is_empty() || plain(name) == name.trim();
        if clean || !found.wants("recipients.punctuation") {
            continue;
        }
        if names.len() > LONG_LIST {
            return;
        }
        let mut mended = names.to_vec();
        let line = if name.starts_with('\n') { "\n" } else { "" };
        mended[index] = format!("{line}{}", plain(name));
        found.push(
            Found::at("recipients.punctuation", format!("{field}/{index}"))
                .with("name", name.trim())
                .fix(0, vec![set(field, mended)]),
        );
    }
}

fn copy_order(sheet: &Sheet<'_>, found: &mut Finds) {
    let copies = &sheet.document.copy_recipients;
    let rank = |name: &String| match sheet.relation(name) {
        Some(Relation::Superior) => Some(0),
        Some(Relation::Peer | Relation::Unrelated) => Some(1),
        Some(Relation::Subordinate) => Some(2),
        Some(Relation::Own) | None => None,
    };
    let ranks: Vec<Option<i32>> = copies.iter().map(rank).collect();
    let wrong = |index: &usize| {
        let own = ranks[*index]?;
        (0..*index).find(|before| ranks[*before].is_some_and(|r| r > own))
    };
    if let Some((index, before)) = (0..copies.len()).find_map(|i| wrong(&i).map(|b| (i, b))) {
        let mut finding = Found::at("recipients.copy_order", format!("copy_recipients/{index}"))
            .with("name", plain(&copies[index]))
            .with("before", plain(&copies[before]));
        if ranks.iter().all(Option::is_some) && !copies.iter().any(|name| name.contains('\n')) {
            let mut sorted: Vec<&String> = copies.iter().collect();
            sorted.sort_by_key(|name| rank(name));
            finding = finding.fix(0, vec![set("copy_recipients", sorted)]);
        }
        found.push(finding);
    }
    let systems: Vec<Option<System>> = copies.iter().map(|name| System::of_name(name)).collect();
    for index in 1..copies.len() {
        let (Some(own), Some(above)) = (systems[index], systems[index - 1]) else {
            continue;
        };
        let same_rank = ranks[index] == ranks[index - 1];
        if same_rank && own < above && !above.begins_line() && above != System::Other {
            found.push(
                Found::at(
                    "recipients.copy_system_order",
                    format!("copy_recipients/{index}"),
                )
                .with("name", plain(&copies[index]))
                .with("before", plain(&copies[index - 1])),
            );
        }
        let starts = own.begins_line() && !above.begins_line();
        if starts && !copies[index].starts_with('\n') {
            let mut broken = copies.clone();
            broken[index].insert(0, '\n');
            found.push(
                Found::at(
                    "recipients.copy_new_line",
                    format!("copy_recipients/{index}"),
                )
                .with("name", plain(&copies[index]))
                .fix(0, vec![set("copy_recipients", broken)]),
            );
        }
    }
}
