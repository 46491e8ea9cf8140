//! What has happened in one running process: tokens, who was asked, what each said. Nothing in it is taken
//! away: what was made void stays, marked so.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use andu_base::{ContentHash, Date, PersonId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Key, Member, Refusal, Visit, VisitName, VisitState,
    definition::{StopReason, Trigger, Value},
};

/// The place of a token in [`Instance::tokens`].
pub type TokenNo = usize;
/// The place of a firing in [`Instance::firings`].
pub type FiringNo = usize;
/// The place of a visit in [`Instance::visits`].
pub type VisitNo = usize;
/// The place of a scope in [`Instance::scopes`]; 0 is the process itself.
pub type ScopeNo = usize;
/// The place of a member in [`Visit::members`].
pub type MemberNo = usize;

/// A running process, or one that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// The definition it follows.
    pub definition: Key,
    /// Its version.
    pub version: u32,
    /// How it stands.
    pub status: Status,
    /// Who began it.
    pub author: PersonId,
    /// When.
    pub begun_at: Timestamp,
    /// Hash of the words it is about, if it is about any.
    pub content: Option<ContentHash>,
    /// What was entered.
    pub items: BTreeMap<Key, Value>,
    /// Whom the steps before have chosen, by step.
    pub chosen: BTreeMap<Key, Vec<PersonId>>,
    /// The process and the groups that were begun in it.
    pub scopes: Vec<Scope>,
    /// Every token that there ever was.
    pub tokens: Vec<Token>,
    /// Those of them that can still be taken, in their order.
    pub live: Vec<TokenNo>,
    /// Every firing of a node.
    pub firings: Vec<Firing>,
    /// Every time that people were asked.
    #[serde(serialize_with = "shared::write", deserialize_with = "shared::read")]
    pub visits: Vec<Arc<Visit>>,
    /// Processes that were called.
    pub children: Vec<Child>,
    /// What is to happen at a time.
    pub timers: Vec<Timer>,
    /// What was moved elsewhere by hand (调度): the firings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<FiringNo>,
    /// Words that somebody has decided about for good: the visit and the words.
    pub bound: Vec<(VisitNo, ContentHash)>,
    /// The legal clock.
    pub clock: Clock,
    /// Who was given it to read.
    pub circulations: Vec<Circulation>,
    /// How many events it is made of.
    pub seq: u64,
}

/// Stands for a person where nobody but the time did something.
pub const CLOCK: PersonId = PersonId(uuid::Uuid::nil());

/// How an instance stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Somebody or something is waited for.
    Running,
    /// Every way has come to its end.
    Done,
    /// An end, or a refusal, has stopped it.
    Stopped,
    /// Its author took it back (撤件).
    Withdrawn,
    /// It was made void by those who may (作废).
    Void,
}

/// The process, or a group that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The group; `None`: the process.
    pub group: Option<Key>,
    /// The scope around it, and the token of the group in it.
    pub parent: Option<(ScopeNo, TokenNo)>,
    /// Which of several it is, from 0.
    pub index: u32,
    /// What it is done for, of several, and the item by which that is asked for inside.
    pub item: Option<(Key, Value)>,
    /// What was entered inside for it alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub own: BTreeMap<Key, Value>,
}

/// Where a token is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// On a flow.
    Flow(Key),
    /// Inside a node that waits.
    Inside(Key),
    /// At an end.
    Ended(Key),
}

/// A token. Where it came from and who took it tell what caused what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Where it is or was.
    pub place: Place,
    /// In which scope.
    pub scope: ScopeNo,
    /// The firing that put it there.
    pub from: FiringNo,
    /// The firing that took it.
    pub taken: Option<FiringNo>,
    /// Made void with the firing that put it.
    pub void: bool,
}

/// A firing of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firing {
    /// The node.
    pub node: Key,
    /// When.
    pub at: Timestamp,
    /// Because of this token, which it left where it is.
    pub because: Option<TokenNo>,
    /// Made void.
    pub void: bool,
}

/// A process that was called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// The node that called it.
    pub node: Key,
    /// Its token.
    pub token: TokenNo,
    /// The process.
    pub process: Key,
    /// Which of several, from 0.
    pub index: u32,
    /// What it is for, of several, and the item by which that is asked for.
    pub item: Option<(Key, Value)>,
    /// How it ended; `None` while it runs or waits for its turn.
    pub ended: Option<Status>,
    /// Whether it was begun.
    pub begun: bool,
}

/// What is to happen at a time, as long as its token is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// The token.
    pub token: TokenNo,
    /// When.
    pub due_at: Timestamp,
    /// What.
    pub does: TimerDoes,
    /// It has happened.
    pub fired: bool,
    /// Its time came, and this is why it could not happen; it stays due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Refusal>,
}

/// What a timer does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerDoes {
    /// The event of this node comes: a wait, a way of an await, or a boundary.
    Node(Key),
    /// Of the rules for a step's time that is over, this one; how often it has been done before.
    Overdue(usize, u32),
}

/// The legal clock of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Clock {
    /// The day from which one counts.
    pub started_on: Option<Date>,
    /// When it stood still; at most the last one is open.
    pub stops: Vec<Stop>,
    /// The one extension.
    pub extension: Option<Extension>,
    /// The day on which it was decided.
    pub ended_on: Option<Date>,
}

/// A time that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Why.
    pub reason: StopReason,
    /// The written notice: its number or the hash of its file.
    pub notice: String,
    /// The day on which it began.
    pub from: Date,
    /// The day on which it ended.
    pub until: Option<Date>,
    /// Who stopped it.
    pub by: PersonId,
}

/// An extension of the limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Working days.
    pub working_days: u32,
    /// Who approved it.
    pub by: PersonId,
    /// Why.
    pub reason: String,
    /// On which day.
    pub on: Date,
}

/// A round of reading (传阅, 知会).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circulation {
    /// Who gave it round.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// Why these people.
    pub note: String,
    /// To whom.
    pub readers: Vec<Reader>,
    /// The visit that takes too long, where they are told of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<VisitNo>,
}

/// Somebody given it to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    /// Who.
    pub person: PersonId,
    /// When it was read (已阅).
    pub read_at: Option<Timestamp>,
    /// A word about it.
    pub note: String,
    /// Taken back before it was read.
    pub withdrawn: bool,
    /// When the reader was last reminded.
    pub reminded_at: Option<Timestamp>,
}

/// Visits are shared between an instance and what is tried on a copy of it; they are written as they are.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::Visit;

    pub(super) fn write<S: Serializer>(
        visits: &[Arc<Visit>],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(visits.iter().map(|visit| &**visit))
    }

    pub(super) fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Arc<Visit>>, D::Error> {
        let visits = Vec::<Visit>::deserialize(deserializer)?;
        Ok(visits.into_iter().map(Arc::new).collect())
    }
}

impl Instance {
    /// Whether something can still happen.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.status == Status::Running
    }

    /// When something is to happen next: the earliest of the times that can still come; `None` where nothing
    /// waits for one. What has come and could not happen is not among them.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        let set = self.times().filter(|timer| timer.held.is_none());
        set.map(|timer| timer.due_at).min()
    }

    /// Whether the time of something has come that could not happen.
    #[must_use]
    pub fn holds_back(&self) -> bool {
        self.times().any(|timer| timer.held.is_some())
    }

    fn times(&self) -> impl Iterator<Item = &Timer> {
        let live = |timer: &&Timer| !timer.fired && self.live.contains(&timer.token);
        self.timers
            .iter()
            .filter(|_| self.is_running())
            .filter(live)
    }

    /// A visit by its name.
    #[must_use]
    pub fn visit(&self, name: &VisitName) -> Option<VisitNo> {
        self.visits.iter().rposition(|visit| visit.name == *name)
    }

    /// Whether something in a scope was moved elsewhere by hand, and that still counts.
    #[must_use]
    pub fn is_moved(&self, scope: ScopeNo) -> bool {
        self.moved.iter().any(|firing| {
            let mut put = self.tokens.iter().filter(|token| token.from == *firing);
            !self.firings[*firing].void && put.any(|token| token.scope == scope)
        })
    }

    /// The visits that are open.
    pub fn open_visits(&self) -> impl Iterator<Item = (VisitNo, &Visit)> {
        let visits = self.visits.iter().enumerate();
        visits
            .filter(|(_, visit)| visit.state == VisitState::Open)
            .map(|(no, visit)| (no, &**visit))
    }

    /// The nodes in which it waits for somebody or something, each once.
    #[must_use]
    pub fn waits_in(&self) -> Vec<Key> {
        let mut nodes = Vec::new();
        for no in &self.live {
            if let Place::Inside(node) = &self.tokens[*no].place
                && !nodes.contains(node)
            {
                nodes.push(node.clone());
            }
        }
        nodes
    }

    /// What an item is, as a scope sees it: what the groups around it are done for goes before what was
    /// entered.
    #[must_use]
    pub fn value(&self, item: &Key, mut scope: ScopeNo) -> Option<&Value> {
        loop {
            let here = &self.scopes[scope];
            if let Some(own) = here.own.get(item) {
                return Some(own);
            }
            match (&here.item, here.parent) {
                (Some((name, value)), _) if name == item => return Some(value),
                (_, Some((above, _))) => scope = above,
                (_, None) => return self.items.get(item),
            }
        }
    }

    /// The ids that an item holds, as a scope sees it.
    #[must_use]
    pub fn ids_of(&self, item: &Key, scope: ScopeNo) -> Vec<&str> {
        match self.value(item, scope) {
            Some(Value::Text(one)) => vec![one],
            Some(Value::List(several)) => several.iter().map(String::as_str).collect(),
            Some(Value::YesNo(_) | Value::Number(_)) | None => Vec::new(),
        }
    }

    /// Who has decided in the last visit of a step that counts, in their order.
    #[must_use]
    pub fn done_by(&self, node: &str) -> Vec<PersonId> {
        let counts = |visit: &&Arc<Visit>| {
            let done = matches!(visit.state, VisitState::Passed | VisitState::Refused);
            *visit.name.node == *node && done
        };
        let visit = self.visits.iter().rev().find(counts);
        let members = visit.into_iter().flat_map(|visit| &visit.members);
        members
            .filter(|member| member.counts() && member.decision().is_some())
            .map(|member| member.person)
            .collect()
    }

    /// Everybody who has decided in a step in any visit that still counts: in person, and for whom.
    #[must_use]
    pub fn hands_in(&self, node: &str) -> BTreeSet<PersonId> {
        let visits = self.visits.iter();
        let visits =
            visits.filter(|visit| *visit.name.node == *node && visit.state != VisitState::Void);
        let decisions = visits.flat_map(|visit| visit.members.iter().filter_map(Member::decision));
        decisions
            .flat_map(|decision| [Some(decision.by), decision.for_whom])
            .flatten()
            .collect()
    }

    /// The node from which a token that is inside one goes on: of a step from which it goes straight back, the
    /// one that it came from. `None` for a token that is not inside a node.
    #[must_use]
    pub fn goes_on_from(&self, token: TokenNo) -> Option<&Key> {
        let Place::Inside(inside) = &self.tokens[token].place else {
            return None;
        };
        let mut open = self.open_visits();
        let mut visit = open
            .find(|(_, visit)| visit.token == token)
            .map(|(no, _)| no);
        let mut from = inside;
        while let Some(back_to) = visit.and_then(|no| self.visits[no].back_to) {
            from = &self.visits[back_to].name.node;
            visit = Some(back_to);
        }
        Some(from)
    }

    /// Whether a scope, or one around it, is `outer`.
    #[must_use]
    pub fn lies_in(&self, mut scope: ScopeNo, outer: ScopeNo) -> bool {
        loop {
            if scope == outer {
                return true;
            }
            match self.scopes[scope].parent {
                Some((above, _)) => scope = above,
                None => return false,
            }
        }
    }

    /// Which of several in each group around a scope, from the outermost.
    #[must_use]
    pub fn path(&self, mut scope: ScopeNo) -> Vec<u32> {
        let mut path = Vec::new();
        while let Some((above, _)) = self.scopes[scope].parent {
            path.push(self.scopes[scope].index);
            scope = above;
        }
        path.reverse();
        path
    }
}

impl Trigger {
    /// Whether it is an event of this name that comes from outside, or out of the process itself.
    #[must_use]
    pub fn is_called(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Message(a), Self::Message(b)) | (Self::Signal(a), Self::Signal(b)) => a == b,
            // Without a name: whichever comes.
            (Self::Error(a), Self::Error(b)) | (Self::Escalation(a), Self::Escalation(b)) => {
                a.is_empty() || a == b
            }
            _ => false,
        }
    }
}
