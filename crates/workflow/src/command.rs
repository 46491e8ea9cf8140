//! What somebody asks of an instance.

use std::collections::BTreeMap;

use andu_base::{ContentHash, PersonId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Key, Recorded, Status, Verdict, VisitName,
    definition::{StopReason, Trigger, Value},
};

/// Begins an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// By whom.
    pub by: PersonId,
    /// Where, of several beginnings; `None`: at the one that somebody begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Key>,
    /// The words it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentHash>,
    /// What is entered with it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub items: BTreeMap<Key, Value>,
    /// Whom the author chooses for later steps.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub chosen: BTreeMap<Key, Vec<PersonId>>,
}

/// Asks something of a running instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Who asks.
    pub by: PersonId,
    /// When, by the desk's clock; never after the primary's.
    pub made_at: Timestamp,
    /// What.
    pub act: Act,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "act", deny_unknown_fields)]
pub enum Act {
    /// Opens a visit for the first time.
    See {
        /// The visit.
        visit: VisitName,
    },
    /// Decides.
    Decide(Box<Decide>),
    /// Takes one's own act back before anybody saw what followed (收回).
    TakeBack {
        /// The visit.
        visit: VisitName,
    },
    /// Takes what anybody of several may do.
    Claim {
        /// The visit.
        visit: VisitName,
    },
    /// Gives it back.
    Release {
        /// The visit.
        visit: VisitName,
    },
    /// Asks somebody as well (加签).
    Add {
        /// The visit.
        visit: VisitName,
        /// Whom.
        people: Vec<PersonId>,
        /// In relation to oneself.
        place: AddPlace,
        /// With a word.
        #[serde(default)]
        note: String,
    },
    /// Somebody is no longer asked (减签).
    TakeOut {
        /// The visit.
        visit: VisitName,
        /// Whom.
        person: PersonId,
    },
    /// Somebody else decides instead (移交).
    Transfer {
        /// The visit.
        visit: VisitName,
        /// Instead of whom; oneself, or by an administrator somebody who left.
        from: PersonId,
        /// Who.
        to: PersonId,
        /// Why.
        #[serde(default)]
        note: String,
    },
    /// Asks for an opinion and waits for it (请…提意见).
    Delegate {
        /// The visit.
        visit: VisitName,
        /// Whom.
        to: PersonId,
        /// What is asked.
        #[serde(default)]
        note: String,
    },
    /// Asks for an opinion without waiting (征求意见).
    Consult {
        /// The visit.
        visit: VisitName,
        /// Whom.
        to: PersonId,
        /// What is asked.
        #[serde(default)]
        note: String,
    },
    /// Back to an earlier step (退回).
    Return {
        /// From this visit.
        visit: VisitName,
        /// To this one.
        to: VisitName,
        /// How it goes on afterwards.
        then: Then,
        /// Why; never empty.
        reason: String,
    },
    /// Changes the words.
    Revise {
        /// In this visit.
        visit: VisitName,
        /// The hash of the new words.
        content: ContentHash,
        /// The hash of the words that were changed.
        from: ContentHash,
    },
    /// Accepts or rejects what was suggested.
    Settle {
        /// In this visit; `None`: as its author.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        visit: Option<VisitName>,
        /// The hash of the words as they are then.
        content: ContentHash,
        /// The hash of the words as they were.
        from: ContentHash,
    },
    /// Its author takes it back (撤件).
    Withdraw {
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// Somebody who may makes it void (作废).
    Cancel {
        /// Why; never empty.
        reason: String,
    },
    /// Somebody who may moves it elsewhere, with the consent of a second (调度).
    Move {
        /// From this visit.
        visit: VisitName,
        /// To this step.
        to: Key,
        /// The second.
        approved_by: PersonId,
        /// Why; never empty.
        reason: String,
    },
    /// Urges those who have not acted (催办).
    Urge {
        /// The visit.
        visit: VisitName,
        /// With a word.
        #[serde(default)]
        note: String,
    },
    /// Gives it round to be read (传阅).
    Circulate {
        /// To whom.
        to: Vec<PersonId>,
        /// Why.
        #[serde(default)]
        note: String,
    },
    /// Has read it (已阅).
    Read {
        /// The round, from 0.
        circulation: usize,
        /// A word about it.
        #[serde(default)]
        note: String,
    },
    /// Takes it back from somebody who has not read it.
    WithdrawReading {
        /// The round.
        circulation: usize,
        /// From whom.
        person: PersonId,
    },
    /// Reminds somebody who has not read it.
    RemindReading {
        /// The round.
        circulation: usize,
        /// Whom.
        person: PersonId,
    },
    /// Stops the legal clock.
    StopClock {
        /// Why.
        reason: StopReason,
        /// The written notice; never empty.
        notice: String,
    },
    /// Lets it go on.
    ResumeClock,
    /// Extends the limit, with the approval of whoever asks.
    ExtendClock {
        /// Working days.
        working_days: u32,
        /// Why; never empty.
        reason: String,
    },
    /// A message or signal came.
    Deliver {
        /// Which.
        trigger: Trigger,
        /// What came with it.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        items: BTreeMap<Key, Value>,
    },
    /// A process that was called has ended.
    ChildEnded {
        /// Which, by its place.
        child: usize,
        /// How.
        status: Status,
    },
    /// Time has passed.
    Tick,
}

impl Act {
    /// The visit it is about, if it is about one.
    #[must_use]
    pub fn visit(&self) -> Option<&VisitName> {
        match self {
            Self::See { visit }
            | Self::TakeBack { visit }
            | Self::Claim { visit }
            | Self::Release { visit }
            | Self::Add { visit, .. }
            | Self::TakeOut { visit, .. }
            | Self::Transfer { visit, .. }
            | Self::Delegate { visit, .. }
            | Self::Consult { visit, .. }
            | Self::Return { visit, .. }
            | Self::Revise { visit, .. }
            | Self::Move { visit, .. }
            | Self::Urge { visit, .. } => Some(visit),
            Self::Decide(decide) => Some(&decide.visit),
            Self::Settle { visit, .. } => visit.as_ref(),
            Self::Withdraw { .. }
            | Self::Cancel { .. }
            | Self::Circulate { .. }
            | Self::Read { .. }
            | Self::WithdrawReading { .. }
            | Self::RemindReading { .. }
            | Self::StopClock { .. }
            | Self::ResumeClock
            | Self::ExtendClock { .. }
            | Self::Deliver { .. }
            | Self::ChildEnded { .. }
            | Self::Tick => None,
        }
    }
}

/// A decision as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// The visit.
    pub visit: VisitName,
    /// How.
    pub verdict: Verdict,
    /// In words.
    #[serde(default)]
    pub words: String,
    /// On which words it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentHash>,
    /// What is entered.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub items: BTreeMap<Key, Value>,
    /// Who is chosen for later steps.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub chosen: BTreeMap<Key, Vec<PersonId>>,
    /// For somebody who decided on paper: who, and how it is written there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_paper: Option<OnPaper>,
    /// A picture of the writing hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handwriting: Option<ContentHash>,
}

/// A decision on paper that somebody else enters (代录).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnPaper {
    /// Who decided.
    pub person: PersonId,
    /// The rest of the record.
    pub recorded: Recorded,
}

/// Where an added member stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddPlace {
    /// Before oneself (先送…审).
    Before,
    /// After oneself (再送…审).
    After,
    /// As well as oneself.
    Beside,
}

/// How it goes on after a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Every step after it again (重走).
    Again,
    /// Straight back to whoever returned it (直达).
    Straight,
}
