//! What a check says: a code with the places it is about and what a sentence about it needs.

use serde::{Deserialize, Serialize};

use super::Fix;
use crate::{Key, definition::Value};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It may not be put into force.
    Error,
    /// It will run, but hardly as it is meant.
    Warning,
    /// It could be simpler, or was not looked at to the end.
    Hint,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Finding {
    /// What.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The nodes and flows (or items, forms, parts) it is about, the first one above all; a path in its order.
    pub places: Vec<Key>,
    /// Other names that the sentence tells: what is missing, what is read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// How it comes about, from the beginning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trace: Vec<TraceStep>,
    /// Values with which it comes about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub example: Vec<Entry>,
    /// How many there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// How many there may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u64>,
    /// What would mend it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

/// One node's turn in a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct TraceStep {
    /// The node.
    pub node: Key,
    /// The flows whose token it takes, or breaks off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub takes: Vec<Key>,
    /// The flows on which it puts one; none while it has only begun.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub puts: Vec<Key>,
}

/// A value in an example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Entry {
    /// The item, or `step.outcome`.
    pub item: Key,
    /// Its value; `None`: not entered.
    pub value: Option<Value>,
}

impl Finding {
    /// A finding about places.
    pub(super) fn new<'a>(code: Code, places: impl IntoIterator<Item = &'a Key>) -> Self {
        Self {
            code,
            severity: code.severity(),
            places: places.into_iter().cloned().collect(),
            names: Vec::new(),
            trace: Vec::new(),
            example: Vec::new(),
            number: None,
            most: None,
            fix: None,
        }
    }

    pub(super) fn naming<N: ToString>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.names = names.into_iter().map(|name| name.to_string()).collect();
        self
    }

    pub(super) fn counting(mut self, number: usize, most: usize) -> Self {
        self.number = Some(number as u64);
        self.most = Some(most as u64);
        self
    }

    pub(super) fn fixed_by(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into();
        self
    }

    /// Whether the definition may not be put into force with it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $severity:ident,)*) => {
        /// What can be found.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// How bad it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    /// Two nodes, flows, items, forms or parts have one name.
    Twice = Error,
    /// A flow, a node or a boundary names a node (`names`) that is not there.
    MissingNode = Error,
    /// A flow goes over the border of a group.
    CrossesGroup = Error,
    /// A node lies in what is no group around it.
    Nesting = Error,
    /// A boundary is at a node where nothing can be broken off.
    BoundaryHost = Error,
    /// Nothing begins the process.
    NoStart = Error,
    /// Nothing is drawn as the beginning: what nothing comes to, begins (`places`).
    ImplicitStart = Warning,
    /// The process can be begun in several ways (`places`).
    SeveralStarts = Hint,
    /// The process, or a group (`places`), has no end.
    NoEnd = Error,
    /// A group has nothing in it.
    EmptyGroup = Hint,
    /// No way leads here.
    Unreachable = Error,
    /// From here no way leads to an end.
    NoWayToEnd = Error,
    /// A flow comes to a beginning.
    StartWithIns = Error,
    /// A flow leaves an end.
    EndWithOuts = Error,
    /// A flow comes to a boundary.
    BoundaryWithIns = Error,
    /// Nothing follows here, but it is no end.
    Dangling = Warning,
    /// A gateway with one way in and one way out.
    NeedlessGateway = Hint,
    /// A flow of a choice is never asked, because one before it (second of `places`) has no condition.
    ChoiceWithoutCondition = Error,
    /// Whether a choice always finds a way could not be shown, and there is none to take otherwise.
    ChoiceWithoutOtherwise = Warning,
    /// A node that takes every way whose condition holds, has no conditions.
    InclusiveWithoutCondition = Warning,
    /// Several flows of a node are the one to take otherwise.
    OtherwiseTwice = Error,
    /// A flow has a condition that is never asked, because its node takes every way, or it is the one to take
    /// otherwise.
    GuardUnused = Warning,
    /// A node of another program that cannot be run.
    ForeignKind = Error,
    /// A condition of another program that cannot be asked.
    ForeignGuard = Error,
    /// A rule for people of another program (`names`).
    ForeignWho = Error,
    /// A way out of a node that waits for the first event, leads to what is no event.
    AwaitWithoutWait = Error,
    /// More ways are waited for (`number`) than come in (`most`), or none.
    NeedOutOfRange = Error,
    /// A name (`names`) that stands for nothing.
    NameMissing = Error,
    /// A name (`names`) that stands for something of another kind.
    NameOfWrongKind = Error,
    /// It goes back to a step that cannot have been done before.
    BackNotBefore = Error,
    /// Whoever did a step is to decide, but that step cannot have been done before.
    DoneByNotBefore = Error,
    /// A condition reads an item (`names`) that only later steps enter.
    ItemNotWritten = Warning,
    /// An error is said that no group around it expects: the process ends there.
    ErrorUncaught = Warning,
    /// A flow can be taken again before what follows was done.
    Unsafe = Error,
    /// The process can get stuck: these wait for what never comes.
    Deadlock = Error,
    /// The process can go round for ever without an end in reach.
    Livelock = Error,
    /// An end is reached more than once.
    EndsTwice = Warning,
    /// These never happen.
    Dead = Error,
    /// Not all states were looked at (`most`).
    SpaceTooLarge = Hint,
    /// With these values no way is taken.
    GuardGap = Error,
    /// With these values, some not entered, no way is taken.
    GuardGapBlank = Warning,
    /// With these values several flows of a choice would do; the first is taken.
    GuardOverlap = Warning,
    /// A condition that never holds.
    GuardNever = Error,
    /// Where this condition holds, a flow before it is taken.
    GuardShadowed = Error,
    /// Not all combinations of values (`number`) were looked at (`most`).
    GuardsTooMany = Hint,
    /// Nobody decides in a step.
    NoSeats = Error,
    /// Steps that must not be done by one person, are always done by one.
    SeparationImpossible = Error,
    /// A separation of fewer than two.
    SeparationIdle = Hint,
    /// A share outside of 1 to 100 of a hundred.
    PercentOutOfRange = Error,
    /// More people must agree (`number`) than there are (`most`), or none.
    CountOutOfRange = Error,
    /// More weight is needed (`number`) than there is (`most`), or none.
    WeightOutOfRange = Error,
    /// A vote without weight.
    WeightlessSeat = Error,
    /// A refusal of one counts for all, but nothing follows from a refusal.
    VetoWithoutConsequence = Hint,
    /// Whoever takes it decides alone, so that no number of votes can be reached.
    ClaimWithVotes = Warning,
    /// The longest way (`places`) takes more working days (`number`) than the law allows (`most`).
    PathOverLimit = Warning,
    /// The longest way (`places`) takes more working days (`number`) than promised (`most`).
    PathOverPromise = Warning,
    /// More working days are promised (`number`) than the law allows (`most`).
    PromisedOverLimit = Error,
    /// It may be extended, but nobody approves that.
    ExtensionWithoutApprover = Error,
    /// Somebody approves extensions, but there are none.
    ExtensionIdle = Hint,
    /// A limit that names no law.
    LimitWithoutLaw = Warning,
    /// A limit of nothing.
    LimitZero = Error,
    /// A step that the law demands counts as passed when its time is over.
    PassAgainstLaw = Error,
}
