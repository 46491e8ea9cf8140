//! The type chooser: to whom and what for give the types to propose, best first, each with its item of
//! Article 8 and whether this agency may issue it. The table is `assets/rules/type-chooser.toml`.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    agency::{AgencyKind, AgencyPlace, Level, System},
    finding::Citation,
    kind::{Direction, DocumentFormat, DocumentType},
    law,
};

/// To whom a document goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// 上级机关
    Superior,
    /// 平级机关
    Peer,
    /// 下级机关
    Subordinate,
    /// 不相隶属机关
    Unrelated,
    /// 社会公众
    Public,
    /// 同级人大及其常委会
    Congress,
    /// 本机关内设机构
    Internal,
}

impl Recipient {
    /// All answers, in the order of the question.
    pub const ALL: [Self; 7] = [
        Self::Superior,
        Self::Subordinate,
        Self::Peer,
        Self::Unrelated,
        Self::Public,
        Self::Congress,
        Self::Internal,
    ];

    /// The direction of a document to them.
    pub const fn direction(self) -> Direction {
        match self {
            Self::Superior => Direction::Upward,
            Self::Subordinate | Self::Public | Self::Internal => Direction::Downward,
            Self::Peer | Self::Unrelated | Self::Congress => Direction::Level,
        }
    }
}

/// What has been answered so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct TypeQuestion {
    /// To whom, seen from this agency.
    pub recipient: Option<Recipient>,
    /// Id of a purpose; `None`: not answered.
    pub purpose: Option<String>,
}

/// A purpose to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Purpose {
    /// Such as `ask_approval`.
    pub id: String,
    /// Its words in Chinese.
    pub label: String,
}

/// A type that fits the answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TypeProposal {
    /// 文种
    pub document_type: DocumentType,
    /// How the page is laid out.
    pub format: DocumentFormat,
    /// 行文方向
    pub direction: Direction,
    /// Id of the purpose it is proposed for.
    pub purpose: String,
    /// Its item of Article 8.
    pub citation: Citation,
    /// Whether this agency may issue it.
    pub allowed: bool,
    /// Why not, in Chinese; empty if it may.
    pub why_not: String,
}

#[derive(Deserialize)]
struct Table {
    purpose: Vec<PurposeRow>,
    allow: Vec<AllowRow>,
}

#[derive(Deserialize)]
struct PurposeRow {
    id: String,
    label: String,
    recipients: Vec<Recipient>,
    propose: Vec<ProposeRow>,
}

#[derive(Deserialize)]
struct ProposeRow {
    #[serde(rename = "type")]
    document_type: DocumentType,
    format: DocumentFormat,
}

#[derive(Deserialize)]
struct AllowRow {
    #[serde(rename = "type")]
    document_type: DocumentType,
    #[serde(default)]
    systems: Vec<System>,
    #[serde(default)]
    kinds: Vec<AgencyKind>,
    #[serde(default)]
    levels: Vec<Level>,
    why: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../assets/rules/type-chooser.toml"))
        .expect("BUG: type-chooser.toml does not parse")
});

/// Purposes that fit the recipient; all of them while that is not answered.
pub fn purposes(recipient: Option<Recipient>) -> Vec<Purpose> {
    let fits = |row: &&PurposeRow| recipient.is_none_or(|who| row.recipients.contains(&who));
    let purpose = |row: &PurposeRow| Purpose {
        id: row.id.clone(),
        label: row.label.clone(),
    };
    TABLE.purpose.iter().filter(fits).map(purpose).collect()
}

/// Types that fit the answers so far: those this agency may issue first, each type and format once.
pub fn propose_types(question: &TypeQuestion, agency: &AgencyPlace) -> Vec<TypeProposal> {
    let mut proposals: Vec<TypeProposal> = Vec::new();
    for row in &TABLE.purpose {
        let asked = question.purpose.as_ref().is_none_or(|id| *id == row.id);
        let who = match question.recipient {
            Some(who) if row.recipients.contains(&who) => Some(who),
            Some(_) => None,
            None => row.recipients.first().copied(),
        };
        let Some(who) = who.filter(|_| asked) else {
            continue;
        };
        for entry in &row.propose {
            let same = |p: &TypeProposal| {
                p.document_type == entry.document_type && p.format == entry.format
            };
            if proposals.iter().any(same) {
                continue;
            }
            let why_not = why_not(entry.document_type, agency).unwrap_or_default();
            proposals.push(TypeProposal {
                document_type: entry.document_type,
                format: entry.format,
                direction: who.direction(),
                purpose: row.id.clone(),
                citation: citation(entry.document_type),
                allowed: why_not.is_empty(),
                why_not,
            });
        }
    }
    proposals.sort_by_key(|proposal| !proposal.allowed);
    proposals
}

/// The item of Article 8 that says what a type is for.
pub fn citation(document_type: DocumentType) -> Citation {
    let item = 1 + DocumentType::ALL
        .iter()
        .position(|t| *t == document_type)
        .unwrap_or_default();
    law::citation(&format!("regulation-2012:8({item})")).expect("BUG: Article 8 has fifteen items")
}

/// Why this agency may not issue a type, in Chinese; `None` if it may, or if it is not named yet.
pub fn why_not(document_type: DocumentType, agency: &AgencyPlace) -> Option<String> {
    if agency.name.is_empty() {
        return None;
    }
    if agency.kind == AgencyKind::Internal {
        return Some("部门内设机构除办公厅（室）外不得对外正式行文。".into());
    }
    let row = TABLE
        .allow
        .iter()
        .find(|row| row.document_type == document_type)?;
    let fits = (row.systems.is_empty() || row.systems.contains(&agency.system))
        && (row.kinds.is_empty() || row.kinds.contains(&agency.kind))
        && (row.levels.is_empty() || agency.level.is_none_or(|level| row.levels.contains(&level)));
    // 国务院各部门 publish their rules by order, too.
    let ministry = document_type == DocumentType::Order
        && agency.level == Some(Level::Centre)
        && agency.kind == AgencyKind::Department;
    (!fits && !ministry).then(|| row.why.replace("{agency}", &agency.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agency::tests::county;

    fn place(name: &str) -> AgencyPlace {
        county()
            .find(name)
            .expect("the test knows it")
            .place
            .clone()
    }

    fn proposed(recipient: Recipient, purpose: &str, agency: &str) -> Vec<(DocumentType, bool)> {
        let question = TypeQuestion {
            recipient: Some(recipient),
            purpose: Some(purpose.to_owned()),
        };
        let proposals = propose_types(&question, &place(agency));
        proposals
            .iter()
            .map(|p| (p.document_type, p.allowed))
            .collect()
    }

    #[test]
    fn answers_lead_to_the_type_the_article_names() {
        use DocumentType as T;
        let county = "望溪县人民政府";
        let cases = [
            (
                Recipient::Superior,
                "ask_approval",
                T::RequestForInstructions,
            ),
            (Recipient::Superior, "report_work", T::Report),
            (Recipient::Subordinate, "require_action", T::Notice),
            (Recipient::Subordinate, "answer_request", T::OfficialReply),
            (Recipient::Unrelated, "consult", T::Letter),
            (Recipient::Public, "public_obey", T::PublicNotice),
            (Recipient::Public, "announce", T::Announcement),
            (Recipient::Congress, "submit_proposal", T::Proposal),
            (Recipient::Peer, "meeting_matters", T::Minutes),
            (Recipient::Internal, "arrange_within", T::Notice),
            (Recipient::Internal, "reward", T::Decision),
        ];
        for (recipient, purpose, expected) in cases {
            let first = proposed(recipient, purpose, county).first().copied();
            assert_eq!(first, Some((expected, true)), "{purpose}");
        }
    }

    #[test]
    fn every_type_can_be_reached_and_cites_its_own_item() {
        for document_type in DocumentType::ALL {
            let named = TABLE.purpose.iter().flat_map(|row| &row.propose);
            assert!(
                named
                    .into_iter()
                    .any(|entry| entry.document_type == document_type),
                "{document_type:?} is never proposed"
            );
            let text = citation(document_type).text;
            assert!(
                text.contains(document_type.name()),
                "{document_type:?}: {text}"
            );
        }
    }

    #[test]
    fn only_a_government_may_submit_a_proposal_or_issue_an_order() {
        let congress = proposed(Recipient::Congress, "submit_proposal", "望溪县水务局");
        assert_eq!(congress, [(DocumentType::Proposal, false)]);
        let reward = proposed(Recipient::Subordinate, "reward", "望溪县水务局");
        assert_eq!(
            reward,
            [
                (DocumentType::Decision, true),
                (DocumentType::Circular, true),
                (DocumentType::Order, false)
            ],
            "what may not be issued comes last"
        );
        let internal = AgencyPlace {
            name: "规划计划股".into(),
            kind: AgencyKind::Internal,
            ..AgencyPlace::default()
        };
        let any = propose_types(&TypeQuestion::default(), &internal);
        assert!(any.iter().all(|p| !p.allowed && !p.why_not.is_empty()));
    }

    #[test]
    fn purposes_are_those_that_fit_the_recipient() {
        let ids: Vec<_> = purposes(Some(Recipient::Congress))
            .into_iter()
            .map(|p| p.id)
            .collect();
        assert_eq!(ids, ["consult", "answer_letter", "submit_proposal"]);
        for recipient in Recipient::ALL {
            assert!(!purposes(Some(recipient)).is_empty(), "{recipient:?}");
        }
    }

    #[test]
    fn an_answer_that_fits_nothing_proposes_nothing() {
        assert!(proposed(Recipient::Superior, "consult", "望溪县人民政府").is_empty());
        assert!(proposed(Recipient::Superior, "no such purpose", "望溪县人民政府").is_empty());
    }
}
