//! What happens to an instance: events. Each is the result of a decision already taken; applying them in
//! their order is all it takes to have the instance again.

use std::collections::BTreeMap;

use andu_base::{ContentHash, Date, PersonId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Decision, Key, Member, MemberNo, Place, Refusal, ScopeNo, Status, TimerDoes, TokenNo,
    VisitName, VisitNo, VisitState,
    definition::{StopReason, Value},
};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// It began.
    Begun {
        /// The definition.
        definition: Key,
        /// Its version.
        version: u32,
        /// By whom.
        by: PersonId,
        /// When.
        at: Timestamp,
        /// The words it is about.
        content: Option<ContentHash>,
        /// What was entered with it.
        items: BTreeMap<Key, Value>,
    },
    /// A node took tokens and put others, which get the next numbers.
    Fired {
        /// The node.
        node: Key,
        /// When.
        at: Timestamp,
        /// What it took.
        takes: Vec<TokenNo>,
        /// Because of this token, which it left where it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<TokenNo>,
        /// What it put.
        puts: Vec<(Place, ScopeNo)>,
    },
    /// A group was begun. It gets the next number; the firing that puts its tokens follows.
    ScopeOpened {
        /// The group.
        group: Key,
        /// The scope around it.
        parent: ScopeNo,
        /// The group's token there.
        token: TokenNo,
        /// Which of several.
        index: u32,
        /// What it is for, of several, and the item by which that is asked for inside.
        item: Option<(Key, Value)>,
    },
    /// People are asked. It gets the next number.
    VisitOpened {
        /// How it is called.
        name: VisitName,
        /// The scope.
        scope: ScopeNo,
        /// Its token.
        token: TokenNo,
        /// When.
        at: Timestamp,
        /// Until when it should be done.
        due_at: Option<Timestamp>,
        /// Who.
        members: Vec<Member>,
        /// After it, straight back there.
        back_to: Option<VisitNo>,
    },
    /// A member saw it.
    Seen {
        /// The visit.
        visit: VisitNo,
        /// The member.
        member: MemberNo,
        /// When.
        at: Timestamp,
    },
    /// A member acted.
    Acted {
        /// The visit.
        visit: VisitNo,
        /// The member.
        member: MemberNo,
        /// What was decided.
        decision: Decision,
    },
    /// A member's act was taken back before anybody saw what followed (收回).
    TakenBack {
        /// The visit.
        visit: VisitNo,
        /// The member.
        member: MemberNo,
    },
    /// A member took it; the others give way.
    Claimed {
        /// The visit.
        visit: VisitNo,
        /// The member.
        member: MemberNo,
    },
    /// A member gave it back.
    Released {
        /// The visit.
        visit: VisitNo,
        /// The member.
        member: MemberNo,
    },
    /// Somebody is asked as well. The member gets the next number.
    MemberAdded {
        /// The visit.
        visit: VisitNo,
        /// Who, how, and after whom.
        member: Member,
        /// Those who wait for the new one.
        before: Vec<MemberNo>,
    },
    /// Somebody is no longer asked.
    MemberTakenOut {
        /// The visit.
        visit: VisitNo,
        /// The member.
        member: MemberNo,
        /// By whom.
        by: PersonId,
    },
    /// Somebody else is asked instead. The new member gets the next number; whoever waited for the old one
    /// waits for the new one.
    MemberReplaced {
        /// The visit.
        visit: VisitNo,
        /// The old member.
        member: MemberNo,
        /// The new one.
        by: Member,
    },
    /// It is no longer open.
    VisitClosed {
        /// The visit.
        visit: VisitNo,
        /// How it ended.
        state: VisitState,
        /// When.
        at: Timestamp,
        /// The words that are decided about for good.
        binds: Option<ContentHash>,
    },
    /// What was entered.
    Entered {
        /// The items; `None` takes one out.
        items: BTreeMap<Key, Option<Value>>,
        /// By whom; `None`: by the process.
        by: Option<PersonId>,
        /// For one of several alone; `None`: for all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scope: Option<ScopeNo>,
    },
    /// Whom a step has chosen for later ones.
    Chose {
        /// The later step.
        node: Key,
        /// Who.
        people: Vec<PersonId>,
    },
    /// The words changed.
    Revised {
        /// Their hash.
        content: ContentHash,
        /// By whom.
        by: PersonId,
    },
    /// Everything that a visit's end has caused is void, and the visit's token is there again.
    Rewound {
        /// The visit to which it went back.
        to: VisitNo,
        /// By whom.
        by: PersonId,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// It went back without making anything else void, and will come straight back.
    SentBack {
        /// From this visit.
        from: VisitNo,
        /// To the step of that visit.
        to: VisitNo,
        /// By whom; `None`: by the rule that what changes after 签发 is seen by the signer again.
        by: Option<PersonId>,
        /// Why.
        reason: String,
    },
    /// Somebody who may has moved it elsewhere (调度). The firing that follows takes what is left behind.
    Moved {
        /// From this visit.
        from: VisitNo,
        /// To the step.
        to: Key,
        /// By whom.
        by: PersonId,
        /// With whose consent; the same where a refusal sent it back to a step that a move had passed over.
        approved_by: PersonId,
        /// Why.
        reason: String,
    },
    /// It went over to another version of its process: by these names from now on.
    Migrated {
        /// From this version.
        from: u32,
        /// To this one.
        to: u32,
        /// Old names of nodes with the new ones; the others keep theirs.
        nodes: BTreeMap<Key, Key>,
        /// Old names of flows with the new ones.
        flows: BTreeMap<Key, Key>,
        /// By whom.
        by: PersonId,
        /// When.
        at: Timestamp,
    },
    /// A process is to be begun.
    ChildCalled {
        /// The node.
        node: Key,
        /// Its token.
        token: TokenNo,
        /// The process.
        process: Key,
        /// Which of several.
        index: u32,
        /// What it is for, of several, and the item by which that is asked for.
        item: Option<(Key, Value)>,
        /// It waits for its turn.
        waits: bool,
    },
    /// A process that waited for its turn is to be begun.
    ChildBegun {
        /// Which.
        child: usize,
    },
    /// A process that was called has ended.
    ChildEnded {
        /// Which.
        child: usize,
        /// How.
        status: Status,
    },
    /// Something is to happen at a time. It gets the next number.
    TimerSet {
        /// As long as this token is there.
        token: TokenNo,
        /// When.
        due_at: Timestamp,
        /// What.
        does: TimerDoes,
    },
    /// Its time came.
    TimerFired {
        /// Which.
        timer: usize,
    },
    /// Its time came and it could not happen: it stays due. Told once for each reason.
    TimerHeld {
        /// Which.
        timer: usize,
        /// Why.
        why: Refusal,
    },
    /// Those who have not acted are reminded.
    Reminded {
        /// The visit.
        visit: VisitNo,
        /// By whom; `None`: by the clock.
        by: Option<PersonId>,
        /// With a word.
        note: String,
        /// When.
        at: Timestamp,
    },
    /// Others are told that it takes too long.
    Told {
        /// The visit.
        visit: VisitNo,
        /// Who.
        people: Vec<PersonId>,
    },
    /// Why somebody who may has set it right, or had it go over to another version (调度).
    Explained {
        /// Who.
        by: PersonId,
        /// In words.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// The program is to do something by itself.
    Did {
        /// The node.
        node: Key,
        /// What.
        act: String,
    },
    /// Something is said to the outside.
    Said {
        /// The node.
        node: Key,
        /// What.
        trigger: crate::definition::Trigger,
    },
    /// Given round to be read. It gets the next number.
    Circulated {
        /// By whom.
        by: PersonId,
        /// To whom.
        to: Vec<PersonId>,
        /// Why.
        note: String,
        /// When.
        at: Timestamp,
        /// Because this visit takes too long.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late: Option<VisitNo>,
    },
    /// Read.
    Read {
        /// The round.
        circulation: usize,
        /// By whom.
        by: PersonId,
        /// A word about it.
        note: String,
        /// When.
        at: Timestamp,
    },
    /// Taken back from somebody who has not read it, or that somebody reminded.
    ReaderChanged {
        /// The round.
        circulation: usize,
        /// Who.
        person: PersonId,
        /// Taken back; else reminded.
        withdrawn: bool,
        /// When.
        at: Timestamp,
    },
    /// The legal clock started.
    ClockStarted {
        /// On which day.
        on: Date,
    },
    /// It stands still.
    ClockStopped {
        /// Why.
        reason: StopReason,
        /// The written notice.
        notice: String,
        /// From which day.
        on: Date,
        /// By whom.
        by: PersonId,
    },
    /// It goes on.
    ClockResumed {
        /// From which day.
        on: Date,
        /// By whom.
        by: PersonId,
    },
    /// It runs longer.
    ClockExtended {
        /// By so many working days.
        working_days: u32,
        /// With whose approval.
        by: PersonId,
        /// Why.
        reason: String,
        /// On which day.
        on: Date,
    },
    /// It is over.
    Ended {
        /// How.
        status: Status,
        /// By whom; `None`: by itself.
        by: Option<PersonId>,
        /// Why; may be empty.
        reason: String,
        /// On which day.
        on: Date,
    },
}
