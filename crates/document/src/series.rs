//! Number series (编号序列): how a number is made, from when it counts anew, which documents it is for. Which
//! numbers are taken is the ledger's; who gives one is a use case's.

mod pattern;

use andu_base::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{DocumentFormat, DocumentType, OfficialDocument};

pub use pattern::{Part, Pattern, PatternError};

/// What numbers of a series are for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Serves {
    /// 发文字号
    Issue,
    /// 令号
    Order,
    /// 纪要期号
    Minutes,
    /// 发电号
    Telegram,
    /// 签报号
    Memorandum,
    /// 收文号
    Incoming,
    /// 规范性文件登记号
    Normative,
    /// 督办编号
    Supervision,
}

impl Serves {
    /// Every purpose.
    pub const ALL: [Self; 8] = [
        Self::Issue,
        Self::Order,
        Self::Minutes,
        Self::Telegram,
        Self::Memorandum,
        Self::Incoming,
        Self::Normative,
        Self::Supervision,
    ];

    /// Its word in tables and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Order => "order",
            Self::Minutes => "minutes",
            Self::Telegram => "telegram",
            Self::Memorandum => "memorandum",
            Self::Incoming => "incoming",
            Self::Normative => "normative",
            Self::Supervision => "supervision",
        }
    }

    /// What offices call such a number.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Issue => "发文字号",
            Self::Order => "令号",
            Self::Minutes => "纪要期号",
            Self::Telegram => "发电号",
            Self::Memorandum => "签报号",
            Self::Incoming => "收文号",
            Self::Normative => "规范性文件登记号",
            Self::Supervision => "督办编号",
        }
    }

    /// The purpose of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == word)
    }

    /// Which number the head of an outgoing document carries, by how it is laid out.
    pub fn of_document(document: &OfficialDocument) -> Self {
        match document.format {
            DocumentFormat::Order => Self::Order,
            DocumentFormat::Minutes => Self::Minutes,
            DocumentFormat::Telegram => Self::Telegram,
            DocumentFormat::Document | DocumentFormat::Letter | DocumentFormat::Paper => {
                Self::Issue
            }
        }
    }
}

/// From when on a series counts anew.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Reset {
    /// Every year.
    Yearly,
    /// With every 届; the keeper says when one begins.
    Term,
    /// Never.
    Never,
}

impl Reset {
    /// Every rule.
    pub const ALL: [Self; 3] = [Self::Yearly, Self::Term, Self::Never];

    /// Its word in tables and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yearly => "yearly",
            Self::Term => "term",
            Self::Never => "never",
        }
    }

    /// The rule of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == word)
    }
}

/// Who has to have signed a document that a series numbers.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum SignedBy {
    /// 机关负责人
    Leader,
    /// 机关主要负责人
    Principal,
}

impl SignedBy {
    /// Its word in tables and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::Principal => "principal",
        }
    }

    /// The rank of this word.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Leader, Self::Principal]
            .into_iter()
            .find(|one| one.name() == word)
    }
}

/// What of a document decides which series numbers it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// 文种
    pub document_type: Option<DocumentType>,
    /// How it is laid out.
    pub format: Option<DocumentFormat>,
    /// 发文机关标志 as it is printed; empty where it has none.
    pub letterhead: String,
    /// Who signed it, where that is known.
    pub signed_by: Option<SignedBy>,
}

impl Facts {
    /// Those of a document, signed by somebody of this rank.
    pub fn of(document: &OfficialDocument, signed_by: Option<SignedBy>) -> Self {
        let (names, suffix) = document.letterhead();
        Self {
            document_type: document.document_type,
            format: Some(document.format),
            letterhead: format!("{}{suffix}", names.join("")),
            signed_by,
        }
    }
}

/// The days, documents and numbers of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its id.
    pub id: String,
    /// What the keeper calls it.
    pub title: String,
    /// What its numbers are for.
    pub serves: Serves,
    /// How a number reads.
    pub pattern: Pattern,
    /// From when on it counts anew.
    pub reset: Reset,
    /// First year of the 届 that runs; 0 where it does not count by 届.
    pub term_from: i16,
    /// First serial of [`Self::opening_period`]: an agency that changes over from paper goes on with its count.
    pub opening: u32,
    /// The period that begins with [`Self::opening`]; every other one begins with 1.
    pub opening_period: i16,
    /// The types of document it is for; empty: any.
    pub types: Vec<DocumentType>,
    /// The formats it is for; empty: any.
    pub formats: Vec<DocumentFormat>,
    /// The 发文机关标志 it is for; empty: any.
    pub letterhead: String,
    /// Who has to have signed; `None`: whoever did.
    pub signed_by: Option<SignedBy>,
    /// The first day on which it gives numbers.
    pub from_on: Date,
    /// The first day on which it gives none any more.
    pub closed_on: Option<Date>,
}

/// Why no one series can be named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeriesError {
    /// Two are for the same documents.
    #[error("`{0}` and `{1}` are for the same documents")]
    Ambiguous(String, String),
    /// 发文字号 and 发电号 have the form 代字〔year〕serial号 (GB/T 9704-2012, 7.2.5).
    #[error("a number at the head of a document has the form 代字〔2026〕18号")]
    NotStandard,
    /// Numbers of one year would read as those of another.
    #[error("a series that counts anew every year prints the year")]
    NoYear,
    /// The first year of the 届 is missing.
    #[error("a series that counts by 届 names its first year")]
    NoTerm,
    /// A count begins with 1 or more, and ends long before [`LARGEST_SERIAL`].
    #[error("the opening number is out of range")]
    Opening,
    /// Closed before it began.
    #[error("a series is closed after it began")]
    Closed,
}

/// No serial is larger: nobody numbers so many, and a slip of the hand leaves no gap of millions.
pub const LARGEST_SERIAL: u32 = 999_999;

impl Series {
    /// Whether it can be counted by.
    ///
    /// # Errors
    /// All but `Ambiguous`.
    pub fn check(&self) -> Result<(), SeriesError> {
        use SeriesError as E;
        let heads = matches!(self.serves, Serves::Issue | Serves::Telegram);
        if heads && self.pattern.authority_code().is_none() {
            return Err(E::NotStandard);
        }
        // 第3号, 第3期: 令 and 纪要 carry their year elsewhere.
        let dated = matches!(self.serves, Serves::Order | Serves::Minutes);
        if self.reset == Reset::Yearly && !dated && !self.pattern.has_year() {
            return Err(E::NoYear);
        }
        if self.reset == Reset::Term && !(1949..=2999).contains(&self.term_from) {
            return Err(E::NoTerm);
        }
        if !(1..=LARGEST_SERIAL).contains(&self.opening) {
            return Err(E::Opening);
        }
        if self.closed_on.is_some_and(|closed| closed < self.from_on) {
            return Err(E::Closed);
        }
        Ok(())
    }

    /// What its numbers share within a period: no two series that are open have the same.
    pub fn code(&self) -> String {
        self.pattern.code()
    }

    /// The period that a day is in: the year, the first year of the 届, or 0.
    pub fn period(&self, day: Date) -> i16 {
        match self.reset {
            Reset::Yearly => day.year(),
            Reset::Term => self.term_from,
            Reset::Never => 0,
        }
    }

    /// The first serial of a period.
    pub fn opening_in(&self, period: i16) -> u32 {
        if period == self.opening_period {
            self.opening.max(1)
        } else {
            1
        }
    }

    /// The serial after `last`, 0 where none is taken; `None` when there is none any more.
    pub fn next(&self, period: i16, last: u32) -> Option<u32> {
        let next = last.checked_add(1)?.max(self.opening_in(period));
        (next <= LARGEST_SERIAL).then_some(next)
    }

    /// Whether it gives numbers on a day.
    pub fn is_open(&self, day: Date) -> bool {
        self.from_on <= day && self.closed_on.is_none_or(|closed| day < closed)
    }

    /// How closely it fits a document: the number of its conditions, all of which hold; `None` where one
    /// does not.
    pub fn fits(&self, facts: &Facts) -> Option<u8> {
        let holds = |stated: bool, holds: bool| match (stated, holds) {
            (false, _) => Some(0),
            (true, true) => Some(1),
            (true, false) => None,
        };
        let has_type = facts
            .document_type
            .is_some_and(|one| self.types.contains(&one));
        let has_format = facts.format.is_some_and(|one| self.formats.contains(&one));
        Some(
            holds(!self.types.is_empty(), has_type)?
                + holds(!self.formats.is_empty(), has_format)?
                + holds(
                    !self.letterhead.is_empty(),
                    self.letterhead == facts.letterhead,
                )?
                + holds(self.signed_by.is_some(), self.signed_by == facts.signed_by)?,
        )
    }

    /// The series that numbers go by where an agency has declared none: 机关代字 and 发, year by year.
    pub fn shipped_issue(authority_code: &str) -> Option<Self> {
        let code = authority_code.trim();
        let pattern = Pattern::standard(&format!("{code}发")).ok()?;
        (!code.is_empty()).then(|| Self::shipped(Serves::Issue, pattern))
    }

    /// The same of 收文号: 收〔2026〕1号.
    pub fn shipped_incoming() -> Self {
        let pattern = Pattern::standard("收").expect("BUG: a pattern of ours");
        Self::shipped(Serves::Incoming, pattern)
    }

    /// The same of 督办编号: 督〔2026〕1号.
    pub fn shipped_supervision() -> Self {
        let pattern = Pattern::standard("督").expect("BUG: a pattern of ours");
        Self::shipped(Serves::Supervision, pattern)
    }

    fn shipped(serves: Serves, pattern: Pattern) -> Self {
        Self {
            id: format!("{}{}", Self::SHIPPED, serves.name()),
            title: String::new(),
            serves,
            pattern,
            reset: Reset::Yearly,
            term_from: 0,
            opening: 1,
            opening_period: 0,
            types: Vec::new(),
            formats: Vec::new(),
            letterhead: String::new(),
            signed_by: None,
            from_on: Date::MIN,
            closed_on: None,
        }
    }

    /// Before the id of a series that came with the program.
    pub const SHIPPED: &str = "shipped:";
}

/// The series that numbers a document on a day: of those that are open and fit, the one that says most of it.
///
/// # Errors
/// `Ambiguous` where two say as much.
pub fn choose<'a>(
    all: impl IntoIterator<Item = &'a Series>,
    serves: Serves,
    facts: &Facts,
    day: Date,
) -> Result<Option<&'a Series>, SeriesError> {
    let mut best: Option<(u8, &Series)> = None;
    let mut rival: Option<&Series> = None;
    for one in all {
        if one.serves != serves || !one.is_open(day) {
            continue;
        }
        let Some(fit) = one.fits(facts) else { continue };
        match best {
            Some((known, _)) if known > fit => {}
            Some((known, _)) if known == fit => rival = Some(one),
            _ => (best, rival) = (Some((fit, one)), None),
        }
    }
    match (best, rival) {
        (Some((_, one)), Some(two)) => {
            Err(SeriesError::Ambiguous(one.title.clone(), two.title.clone()))
        }
        (best, _) => Ok(best.map(|(_, one)| one)),
    }
}

#[cfg(test)]
mod tests;
