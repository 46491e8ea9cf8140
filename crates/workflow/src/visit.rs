//! People asked in a step: who, how each came to be asked, and what each decided.

use std::{collections::BTreeSet, fmt, str::FromStr};

use andu_base::{ContentHash, Date, PersonId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Key, MemberNo, ScopeNo, TokenNo, VisitNo};

/// How a visit is called from outside: the step, in which of several groups, the how manieth time. Two desks
/// that know different other branches call it the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitName {
    /// The step.
    pub node: Key,
    /// Which of several in each group around it, from the outermost.
    pub path: Vec<u32>,
    /// From 1.
    pub round: u32,
}

/// People asked in a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// How it is called.
    pub name: VisitName,
    /// The scope.
    pub scope: ScopeNo,
    /// Its token.
    pub token: TokenNo,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Until when it should be done.
    pub due_at: Option<Timestamp>,
    /// Who is asked.
    pub members: Vec<Member>,
    /// How it stands.
    pub state: VisitState,
    /// When it was no longer open.
    pub closed_at: Option<Timestamp>,
    /// After it, straight back to whoever sent it here.
    pub back_to: Option<VisitNo>,
    /// When it was last urged, and how often.
    pub urged: Option<(Timestamp, u32)>,
}

/// How a visit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitState {
    /// Somebody is asked.
    Open,
    /// Passed.
    Passed,
    /// Refused.
    Refused,
    /// Passed without anybody: by a rule of the step.
    Skipped,
    /// It went back to an earlier step from here.
    Returned,
    /// An event, a dispatch or an end has broken it off.
    BrokenOff,
    /// Made void by a return to an earlier step.
    Void,
}

/// Somebody asked in a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// The weight of the vote.
    pub weight: u32,
    /// A refusal refuses for all.
    pub veto: bool,
    /// How somebody came to be asked.
    pub asked: Asked,
    /// Whoever has to act before.
    pub after: BTreeSet<MemberNo>,
    /// How it stands.
    pub state: MemberState,
    /// When it was first opened by the person or a substitute.
    pub seen_at: Option<Timestamp>,
}

/// How somebody came to be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// By the step itself.
    Step,
    /// Added by another member, with a word.
    Added {
        /// By whom.
        by: PersonId,
        /// Why.
        note: String,
    },
    /// Instead of another member (移交).
    Instead {
        /// Of whom.
        of: MemberNo,
        /// By whom.
        by: PersonId,
        /// Why.
        note: String,
    },
    /// For an opinion before it comes back (请…提意见): it does not count.
    Advice {
        /// Of whom.
        of: MemberNo,
        /// What is asked.
        note: String,
    },
    /// For an opinion while it stays (征求意见): it neither counts nor holds anything up.
    Consulted {
        /// By whom.
        of: MemberNo,
        /// What is asked.
        note: String,
    },
}

/// How a member stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberState {
    /// To act, once those before have acted.
    Asked,
    /// Took it; the others give way.
    Holds,
    /// Has acted.
    Acted(Box<Decision>),
    /// No longer asked (取消会签).
    TakenOut,
    /// Somebody else is asked instead.
    HandedOver,
    /// It was decided without.
    NotNeeded,
}

/// What somebody decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// How.
    pub verdict: Verdict,
    /// In words; may be empty.
    pub words: String,
    /// Who acted.
    pub by: PersonId,
    /// For whom, as a substitute (代).
    pub for_whom: Option<PersonId>,
    /// On which words.
    pub content: Option<ContentHash>,
    /// When the primary had it.
    pub at: Timestamp,
    /// When the desk says it was made; the time that is shown.
    pub made_at: Timestamp,
    /// Who entered it for the one who decided on paper (代录), with the day written there.
    pub recorded: Option<Recorded>,
    /// A picture of the writing hand: hash of the file.
    pub handwriting: Option<ContentHash>,
    /// What was said is not shown here: it stays with its readers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
}

/// A decision on paper that somebody entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Who entered it.
    pub by: PersonId,
    /// The day as written on the paper.
    pub written_on: Date,
    /// The scan: hash of the file.
    pub scan: Option<ContentHash>,
}

/// A verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Agrees, in words or without.
    Agree,
    /// A circle around the name (圈阅): agrees (条例第二十二条).
    Circle,
    /// Does not agree.
    Refuse,
    /// Neither.
    Abstain,
}

impl Visit {
    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == VisitState::Open
    }

    /// Whether a member is to act now: asked, nobody before is still to act, and nobody else has taken it
    /// but one who waits for this member.
    #[must_use]
    pub fn is_up(&self, no: MemberNo) -> bool {
        let member = &self.members[no];
        let before = || member.after.iter().all(|no| self.members[*no].is_done());
        match member.state {
            MemberState::Holds => self.is_open() && before(),
            MemberState::Asked => {
                self.is_open() && before() && !(member.counts() && self.is_taken_from(no))
            }
            MemberState::Acted(_)
            | MemberState::TakenOut
            | MemberState::HandedOver
            | MemberState::NotNeeded => false,
        }
    }

    /// Whether another holds it who does not wait for this member.
    fn is_taken_from(&self, no: MemberNo) -> bool {
        self.holder_before(no).is_some()
    }

    /// The one who has taken it (领取), so that a member gives way.
    #[must_use]
    pub fn holder_before(&self, no: MemberNo) -> Option<MemberNo> {
        let holds = |at: &MemberNo| self.members[*at].state == MemberState::Holds;
        let mut holders = (0..self.members.len()).filter(|at| *at != no && holds(at));
        holders.find(|holder| {
            let holder = *holder;
            let mut waits_for = self.members[holder].after.clone();
            let mut open: Vec<MemberNo> = waits_for.iter().copied().collect();
            while let Some(before) = open.pop() {
                let further = self.members[before].after.iter();
                open.extend(further.filter(|further| waits_for.insert(**further)));
            }
            !waits_for.contains(&no)
        })
    }

    /// Whether somebody has a voice here: an own seat whose vote counts, or one that was voted on for somebody
    /// absent. Such a person votes for nobody else.
    #[must_use]
    pub fn has_voice(&self, person: PersonId) -> bool {
        let mut members = self.members.iter().filter(|member| member.counts());
        members.any(|member| match &member.state {
            MemberState::Acted(decision) => member.person == person || decision.by == person,
            MemberState::Asked | MemberState::Holds => member.person == person,
            MemberState::TakenOut | MemberState::HandedOver | MemberState::NotNeeded => false,
        })
    }

    /// The members who are to act now.
    pub fn up(&self) -> impl Iterator<Item = MemberNo> + '_ {
        (0..self.members.len()).filter(|no| self.is_up(*no))
    }
}

impl Member {
    /// What was decided, once it is.
    #[must_use]
    pub fn decision(&self) -> Option<&Decision> {
        match &self.state {
            MemberState::Acted(decision) => Some(decision),
            MemberState::Asked
            | MemberState::Holds
            | MemberState::TakenOut
            | MemberState::HandedOver
            | MemberState::NotNeeded => None,
        }
    }

    /// Whether nothing is waited for any more.
    #[must_use]
    pub fn is_done(&self) -> bool {
        !matches!(self.state, MemberState::Asked | MemberState::Holds)
    }

    /// Whether the vote counts.
    #[must_use]
    pub fn counts(&self) -> bool {
        matches!(
            self.asked,
            Asked::Step | Asked::Added { .. } | Asked::Instead { .. }
        )
    }
}

impl Verdict {
    /// Whether it is consent.
    #[must_use]
    pub fn agrees(self) -> bool {
        matches!(self, Self::Agree | Self::Circle)
    }
}

/// A text that is no name of a visit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a visit: {0:?}")]
pub struct VisitNameError(pub String);

impl fmt::Display for VisitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.round)?;
        for index in &self.path {
            write!(f, ".{index}")?;
        }
        write!(f, "/{}", self.node)
    }
}

impl FromStr for VisitName {
    type Err = VisitNameError;
    fn from_str(text: &str) -> Result<Self, VisitNameError> {
        let read = || {
            let (numbers, node) = text.split_once('/')?;
            let mut numbers = numbers.split('.').map(str::parse);
            let round = numbers.next()?.ok()?;
            let path = numbers.collect::<Result<_, _>>().ok()?;
            let node = Key::new(node).ok()?;
            Some(Self { node, path, round })
        };
        read().ok_or_else(|| VisitNameError(text.chars().take(40).collect()))
    }
}

impl Serialize for VisitName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for VisitName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
