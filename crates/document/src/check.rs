//! Checks a document against the rules of `assets/rules`: the table says which clause, how binding
//! and in which words; the modules here only decide whether a rule is broken, and where.
//!
//! Only what is certain is said. The rules of earlier regulations (seals three in a row, dates in
//! Chinese numerals, 主题词 and the like) are not asserted.

use std::{collections::HashMap, sync::LazyLock};

use andu_base::Date;
use serde::{Deserialize, Serialize};

use crate::{
    agency::{AgencyPlace, Relation, Vocabulary},
    edit::{Edit, Fix},
    elements::{ClassificationLevel, OfficialDocument},
    finding::{Finding, Strength},
    kind::Direction,
    law,
    place::{self, PlacedText},
};

mod absent;
mod attachment;
mod body;
mod date;
mod issuing;
mod number;
mod numeral;
mod punctuation;
mod recipients;
mod request;
mod scan;
mod secrecy;
mod title;

pub use absent::{Stage, absent, takes_imprint};

/// What the check knows besides the document.
#[derive(Debug, Clone, Copy)]
pub struct CheckContext<'a> {
    /// The agency that issues; one without a name is unknown.
    pub issuer: &'a AgencyPlace,
    /// Agencies and general names.
    pub vocabulary: &'a Vocabulary,
    /// Today in Asia/Shanghai.
    pub today: Date,
    /// The highest 密级 this desk may handle; `None`: no state secrets at all.
    pub ceiling: Option<ClassificationLevel>,
    /// Facts of the pages, where it has been typeset.
    pub pages: Option<PageFacts>,
    /// Whether elements that come last must be there already.
    pub stage: Stage,
}

/// What the pages show that no text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageFacts {
    /// Whether page one shows 正文.
    pub body_on_first: bool,
    /// The page, from 0, that holds 署名 and 成文日期 without any text; `None` where there is none.
    pub signature_alone: Option<usize>,
}

/// All findings, in the order of the paper; of one rule at most `MOST_OF_ONE`.
pub fn check(document: &OfficialDocument, context: &CheckContext<'_>) -> Vec<Finding> {
    let sheet = Sheet {
        document,
        context,
        texts: place::texts(document),
    };
    let mut found = Finds::default();
    absent::find(&sheet, &mut found);
    issuing::find(&sheet, &mut found);
    recipients::find(&sheet, &mut found);
    number::find(&sheet, &mut found);
    title::find(&sheet, &mut found);
    body::find(&sheet, &mut found);
    request::find(&sheet, &mut found);
    attachment::find(&sheet, &mut found);
    secrecy::find(&sheet, &mut found);
    date::find(&sheet, &mut found);
    punctuation::find(&sheet, &mut found);
    numeral::find(&sheet, &mut found);
    let mut found = without_doubles(found.list);
    found.sort_by_cached_key(Found::order);
    let mut seen: HashMap<String, usize> = HashMap::new();
    found
        .into_iter()
        .map(|found| found.finish(&mut seen))
        .collect()
}

/// Rules that say more of a mark than that it is half-width, and mend it otherwise: 〔2026〕 for (2026), no stop at all.
const SAY_MORE: [&str; 5] = [
    "number.quoted",
    "title.end",
    "attachment.title_end",
    "attachment.title_number",
    "body.typed_number",
];

/// Leaves out what is said of half-width marks where another rule speaks of the same characters.
fn without_doubles(found: Vec<Found>) -> Vec<Found> {
    let said: Vec<(String, usize, usize)> = found
        .iter()
        .filter(|one| SAY_MORE.contains(&one.rule))
        .filter_map(|one| {
            one.range
                .map(|(start, end)| (one.place.clone(), start, end))
        })
        .collect();
    let is_said = |one: &Found| {
        let (start, end) = one.range.unwrap_or_default();
        said.iter()
            .any(|(place, from, to)| *place == one.place && *from <= start && end <= *to)
    };
    let mut found = found;
    found.retain(|one| one.rule != "punctuation.half_width" || !is_said(one));
    found
}

/// Ids and strengths of all rules, for settings and documentation.
pub fn rules() -> Vec<(&'static str, Strength)> {
    let mut rules: Vec<_> = RULES
        .values()
        .map(|rule| (rule.id.as_str(), rule.strength))
        .collect();
    rules.sort_unstable();
    rules
}

#[derive(Deserialize)]
struct RuleTable {
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    id: String,
    strength: Strength,
    cite: String,
    message: String,
    #[serde(default)]
    fixes: Vec<String>,
}

static RULES: LazyLock<HashMap<String, Rule>> = LazyLock::new(|| {
    let tables = [
        include_str!("../../../assets/rules/recipients.toml"),
        include_str!("../../../assets/rules/issuing.toml"),
        include_str!("../../../assets/rules/number.toml"),
        include_str!("../../../assets/rules/title.toml"),
        include_str!("../../../assets/rules/body.toml"),
        include_str!("../../../assets/rules/secrecy.toml"),
        include_str!("../../../assets/rules/date.toml"),
        include_str!("../../../assets/rules/wording.toml"),
    ];
    let parse = |text: &&str| -> RuleTable {
        toml::from_str(text).expect("BUG: a table of rules does not parse")
    };
    tables
        .iter()
        .flat_map(|text| parse(text).rule)
        .map(|rule| (rule.id.clone(), rule))
        .collect()
});

/// The document with what every rule asks of it.
struct Sheet<'a> {
    document: &'a OfficialDocument,
    context: &'a CheckContext<'a>,
    texts: Vec<PlacedText>,
}

impl Sheet<'_> {
    fn is_upward(&self) -> bool {
        self.document.direction == Direction::Upward
    }

    fn relation(&self, name: &str) -> Option<Relation> {
        if self.context.issuer.name.is_empty() {
            return None;
        }
        self.context.vocabulary.relation(self.context.issuer, name)
    }

    /// Texts this agency wrote: without a 被印发件 that is only passed on (转发, 批转).
    fn own_texts(&self) -> impl Iterator<Item = &PlacedText> {
        let passed_on = ["转发", "批转"]
            .iter()
            .any(|word| self.document.title.contains(word));
        let is_own =
            move |text: &&PlacedText| !(passed_on && text.place.starts_with("issued_text"));
        self.texts.iter().filter(is_own)
    }
}

/// Findings of one rule that are still told: nobody reads more, and a hostile text has millions.
pub const MOST_OF_ONE: usize = 200;

/// What has been found so far.
#[derive(Default)]
struct Finds {
    list: Vec<Found>,
    counts: HashMap<&'static str, usize>,
}

impl Finds {
    /// Whether another finding of this rule would still be told; asked where a fix is long.
    fn wants(&self, rule: &str) -> bool {
        self.counts
            .get(rule)
            .is_none_or(|count| *count < MOST_OF_ONE)
    }

    fn push(&mut self, found: Found) {
        let count = self.counts.entry(found.rule).or_default();
        *count += 1;
        if *count <= MOST_OF_ONE {
            self.list.push(found);
        }
    }
}

/// A broken rule, before words are made of it.
struct Found {
    rule: &'static str,
    place: String,
    range: Option<(usize, usize)>,
    near: String,
    fields: Vec<(&'static str, String)>,
    fixes: Vec<(usize, Vec<Edit>)>,
}

impl Found {
    fn at(rule: &'static str, place: impl Into<String>) -> Self {
        Self {
            rule,
            place: place.into(),
            range: None,
            near: String::new(),
            fields: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// Characters `start` to `end` of the text; they and a few around them make the key.
    fn on(mut self, text: &[char], start: usize, end: usize) -> Self {
        self.range = Some((start, end));
        let from = start.saturating_sub(6);
        let to = (end + 6).min(text.len());
        self.near = text[from..to].iter().collect();
        let found: String = text[start..end].iter().collect();
        self.with("found", found)
    }

    /// Makes the key of `text` instead of the fields, where these change while the cause stays.
    fn keyed(mut self, text: &str) -> Self {
        text.clone_into(&mut self.near);
        self
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// Offers the fix whose label has this index in the table of rules.
    fn fix(mut self, label: usize, edits: Vec<Edit>) -> Self {
        self.fixes.push((label, edits));
        self
    }

    /// As `fix`, where there are edits.
    fn fix_if(self, label: usize, edits: Option<Vec<Edit>>) -> Self {
        match edits {
            Some(edits) => self.fix(label, edits),
            None => self,
        }
    }

    fn order(&self) -> (usize, String, usize) {
        let first = self.place.split('/').next().unwrap_or_default();
        let rank = ORDER
            .iter()
            .position(|name| *name == first)
            .unwrap_or(ORDER.len());
        // Indexes are padded, so that body/10 comes after body/9.
        let padded: String = self
            .place
            .split('/')
            .map(|part| format!("{part:0>6}/"))
            .collect();
        (rank, padded, self.range.map_or(0, |(start, _)| start))
    }

    fn finish(self, seen: &mut HashMap<String, usize>) -> Finding {
        let rule = RULES
            .get(self.rule)
            .expect("BUG: a rule is missing from assets/rules");
        let fill = |template: &str| {
            let put = |text: String, (name, value): &(&str, String)| {
                text.replace(&format!("{{{name}}}"), value)
            };
            self.fields.iter().fold(template.to_owned(), put)
        };
        let citation =
            law::citation(&fill(&rule.cite)).expect("BUG: a rule cites what is not there");
        let near = if self.near.is_empty() {
            self.fields
                .iter()
                .map(|(_, value)| value.as_str())
                .collect::<Vec<_>>()
                .join(",")
        } else {
            self.near.clone()
        };
        let near: String = near.chars().take(60).collect();
        let mut key = format!("{}|{}|{near}", self.rule, part_of(&self.place));
        let count = seen.entry(key.clone()).or_default();
        *count += 1;
        if *count > 1 {
            key = format!("{key}|{count}");
        }
        let label = |index: usize| fill(rule.fixes.get(index).expect("BUG: a fix has no label"));
        let labels: Vec<String> = self.fixes.iter().map(|(index, _)| label(*index)).collect();
        let (message, edits) = (fill(&rule.message), self.fixes.into_iter());
        let fixes = edits
            .zip(labels)
            .map(|((_, edits), label)| Fix { label, edits });
        Finding {
            rule: rule.id.clone(),
            key,
            strength: rule.strength,
            range: self.range,
            message,
            citation,
            fixes: fixes.collect(),
            place: self.place,
        }
    }
}

/// The order of elements on paper.
const ORDER: [&str; 22] = [
    "format",
    "document_type",
    "direction",
    "copy_number",
    "classification",
    "handling_mark",
    "disclosure",
    "urgency",
    "issuers",
    "issue_number",
    "signatories",
    "title",
    "main_recipients",
    "body",
    "attachments",
    "seal",
    "date_of_issue",
    "note",
    "attendance",
    "issued_text",
    "copy_recipients",
    "imprint",
];

/// The place without the numbers of blocks and entries, which change when others come before them.
fn part_of(place: &str) -> String {
    let parts = place
        .split('/')
        .filter(|part| part.parse::<usize>().is_err());
    parts.collect::<Vec<_>>().join("/")
}

/// Sets an element to a value.
fn set(place: impl Into<String>, value: impl Serialize) -> Edit {
    let value = serde_json::to_value(value).expect("BUG: elements serialize");
    Edit::SetElement {
        place: place.into(),
        value,
    }
}

/// Replaces characters.
fn replace(place: &str, start: usize, end: usize, text: impl Into<String>) -> Edit {
    Edit::ReplaceText {
        place: place.to_owned(),
        start,
        end,
        text: text.into(),
    }
}

#[cfg(test)]
mod tests;
