//! Findings: what breaks the 条例 or the standards, with the article and a fix.

use andu_base::Date;
use andu_document::{
    AgencyKind, AgencyPlace, CheckContext, ClassificationLevel, Finding, PageFacts, Relation,
    Stage, System, Vocabulary, VocabularyEntry,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::{do_now, serve},
    draft::{DraftRef, TextUpdate},
    row::{Permission as P, Row, Tag as T, Write as W, row},
};

/// A finding in a draft.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FindingRow {
    /// Stays the same while the cause does.
    pub key: String,
    /// Id of the rule.
    pub rule: String,
    /// 规定 / 原则上 / 推荐 / 实务
    pub strength: String,
    /// Place in the document.
    pub place: String,
    /// Characters of that place's text, start and end.
    pub range: Option<(u32, u32)>,
    /// The sentence.
    pub message: String,
    /// Such as 条例 第十五条.
    pub clause: String,
    /// Where the rule comes from.
    pub source: String,
    /// The article's text.
    pub article: String,
    /// Names of its fixes.
    pub fixes: Vec<String>,
    /// The reason for keeping it; empty if it is not kept.
    pub kept_reason: String,
}

/// Keeps what a finding is about.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CheckKeep {
    /// Id of the draft.
    pub draft_id: String,
    /// Key of the finding.
    pub key: String,
    /// Why; empty takes the keeping back.
    pub reason: String,
}

/// Applies a fix.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CheckFix {
    /// Id of the draft.
    pub draft_id: String,
    /// Key of the finding.
    pub key: String,
    /// Which of its fixes, from 0.
    pub fix: u32,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<DraftRef, Vec<FindingRow>>("check_run", P::Member, W::None, &[]),
    row::<CheckKeep, ()>("check_keep", P::Draft, W::Record, &[T::Findings])
        .served(|c, a| serve(c, a, keep))
        .handled(andu_app::draft::keep),
    row::<CheckFix, TextUpdate>("check_fix", P::Draft, W::Desk, &[T::Findings]),
];

fn keep(caller: &dyn Caller, args: CheckKeep) -> Result<(), ApiError> {
    let args = andu_app::draft::Keep {
        id: args.draft_id,
        key: args.key,
        reason: args.reason,
    };
    do_now(caller, "check_keep", &args)
}

/// Agencies the checks look at, at most.
const MOST_AGENCIES: u32 = 5_000;

/// What the checks know besides the draft: the caller's agency, and the agencies it knows.
pub struct Surroundings {
    /// The caller's agency.
    pub issuer: AgencyPlace,
    /// The agencies it knows.
    pub vocabulary: Vocabulary,
}

impl Surroundings {
    /// These, with what else the checks ask for.
    pub fn context(
        &self,
        today: Date,
        ceiling: Option<ClassificationLevel>,
        pages: Option<PageFacts>,
    ) -> CheckContext<'_> {
        CheckContext {
            issuer: &self.issuer,
            vocabulary: &self.vocabulary,
            today,
            ceiling,
            pages,
            // What comes after 签发 is shown as missing on the page; here it would be noise.
            stage: Stage::Drafting,
        }
    }
}

/// What the checks know at this store.
///
/// # Errors
/// The store's own.
pub fn surroundings(caller: &dyn Caller) -> Result<Surroundings, ApiError> {
    let own = caller.actor().agency_id.as_text();
    let (agency, known) = caller.look().read(|view| -> andu_store::Result<_> {
        Ok((view.agency(&own)?, view.agencies("", MOST_AGENCIES)?))
    })?;
    let place = |name: &str, short_name: &str, code: &str| AgencyPlace {
        name: name.to_owned(),
        short_name: short_name.to_owned(),
        authority_code: code.to_owned(),
        system: System::of_name(name).unwrap_or_default(),
        kind: AgencyKind::of_name(name).unwrap_or_default(),
        ..AgencyPlace::default()
    };
    let relation = |word: &str| match word {
        "own" => Some(Relation::Own),
        "superior" => Some(Relation::Superior),
        "peer" => Some(Relation::Peer),
        "subordinate" => Some(Relation::Subordinate),
        "unrelated" => Some(Relation::Unrelated),
        _ => None,
    };
    let issuer = place(&agency.name, &agency.short_name, &agency.authority_code);
    let entries = known.into_iter().map(|row| VocabularyEntry {
        place: place(&row.name, &row.short_name, &row.authority_code),
        relation: relation(&row.relation),
        members: row.members,
    });
    let vocabulary = Vocabulary {
        entries: entries.collect(),
    };
    Ok(Surroundings { issuer, vocabulary })
}

/// A finding as the page shows it; `reason` says why the one of a key is kept, and is empty where it is not.
pub fn finding_row(finding: Finding, reason: impl Fn(&str) -> String) -> FindingRow {
    let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    FindingRow {
        kept_reason: reason(&finding.key),
        key: finding.key,
        rule: finding.rule,
        strength: finding.strength.name().to_owned(),
        place: finding.place,
        range: finding
            .range
            .map(|(start, end)| (position(start), position(end))),
        message: finding.message,
        clause: finding.citation.clause,
        source: finding.citation.source,
        article: finding.citation.text,
        fixes: finding.fixes.into_iter().map(|fix| fix.label).collect(),
    }
}
