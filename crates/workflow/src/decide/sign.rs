//! The sign-off: a member decides, and the votes are counted.

use std::collections::BTreeMap;

use andu_base::PersonId;

use super::{Work, reason_given, within};
use crate::{
    Command, Decide, Decision, Event, Key, Member, MemberNo, MemberState, Refusal, ScopeNo,
    Verdict, Visit, VisitName, VisitNo, VisitState,
    definition::{Access, Kind, Opinion, Order, Passing, Step, Value},
};

impl Work<'_> {
    /// A member decides.
    pub(super) fn sign(&mut self, command: &Command, decide: &Decide) -> Result<(), Refusal> {
        let (no, visit) = self.open_visit(&decide.visit)?;
        let (_, step) = self.step_of(no)?;
        let step = step.clone();
        if step.online && self.context.offline {
            return Err(Refusal::Online);
        }
        let (member, for_whom) = self.seat_of(command.by, &visit, decide)?;
        self.check_decision(&visit, &step, decide, member)?;
        let seated = visit.members[member].person;
        let paper = decide.on_paper.as_ref();
        let hand = paper.map_or(command.by, |paper| paper.person);
        if let Some(other) = self.separated(&visit.name.node, &[hand, seated]) {
            return Err(Refusal::Separate {
                one: visit.name.node.clone(),
                other,
            });
        }
        if visit.members[member].counts() {
            self.enter_fields((&step, visit.scope), decide, command.by)?;
            self.choose(&decide.chosen);
        }
        let decision = Decision {
            verdict: decide.verdict,
            words: decide.words.clone(),
            by: hand,
            for_whom,
            content: self.state.content,
            at: self.now(),
            made_at: command.made_at,
            recorded: paper.map(|paper| paper.recorded.clone()),
            handwriting: decide.handwriting,
            withheld: false,
        };
        self.emit(Event::Acted {
            visit: no,
            member,
            decision,
        });
        self.count(no)
    }

    /// The seat on which somebody decides: the own one, that of somebody absent, or of whoever decided on paper.
    fn seat_of(
        &self,
        by: PersonId,
        visit: &Visit,
        decide: &Decide,
    ) -> Result<(MemberNo, Option<PersonId>), Refusal> {
        let Some(paper) = &decide.on_paper else {
            return self.acting(by, visit);
        };
        if !self.context.powers.record || paper.recorded.by != by {
            return Err(Refusal::NotAllowed { what: None });
        }
        if paper.recorded.written_on > self.today() {
            return Err(Refusal::DatedBack);
        }
        self.acting(paper.person, visit)
    }

    /// The seat on which somebody is to act now, and for whom as a substitute.
    pub(super) fn acting(
        &self,
        by: PersonId,
        visit: &Visit,
    ) -> Result<(MemberNo, Option<PersonId>), Refusal> {
        let seats = || visit.members.iter().enumerate().rev();
        let own = seats().find(|(no, member)| member.person == by && visit.is_up(*no));
        if let Some((no, _)) = own {
            return Ok((no, None));
        }
        let stands_in = |no: &MemberNo| {
            let person = visit.members[*no].person;
            self.context
                .roster
                .stands_in(by, person)
                .then_some((*no, Some(person)))
        };
        let up: Vec<_> = visit.up().collect();
        let mut absent = up.iter().filter_map(stands_in).peekable();
        if let Some((_, Some(for_whom))) = absent.peek().copied() {
            let voice = visit.has_voice(by);
            let mut free = absent.filter(|(no, _)| !voice || !visit.members[*no].counts());
            return free.next().ok_or(Refusal::OneVoice { for_whom });
        }
        let stands = |member: &Member| self.context.roster.stands_in(by, member.person);
        let own = seats().find(|(_, member)| member.person == by);
        let open = || seats().find(|(_, member)| !member.is_done() && stands(member));
        let Some((no, member)) = own.or_else(open) else {
            return Err(Refusal::NotAsked);
        };
        if let (MemberState::Asked, Some(holder)) = (&member.state, visit.holder_before(no)) {
            let person = visit.members[holder].person;
            return Err(Refusal::HeldBy { person });
        }
        match &member.state {
            MemberState::Acted(_) => Err(Refusal::ActedBefore),
            MemberState::TakenOut | MemberState::HandedOver | MemberState::NotNeeded => {
                Err(Refusal::NotAsked)
            }
            MemberState::Asked | MemberState::Holds => {
                let before = up.first().map(|no| visit.members[*no].person);
                before.map_or(Err(Refusal::NotAsked), |before| {
                    Err(Refusal::NotYet { before })
                })
            }
        }
    }

    fn check_decision(
        &self,
        visit: &Visit,
        step: &Step,
        decide: &Decide,
        member: MemberNo,
    ) -> Result<(), Refusal> {
        if self.state.content.is_some() && decide.content != self.state.content {
            return Err(Refusal::ContentChanged {
                now: self.state.content,
            });
        }
        if step.sign_off.order == Order::Claim
            && visit.members[member].counts()
            && step.sign_off.passing != Passing::Any
            && visit.members[member].state != MemberState::Holds
        {
            return Err(Refusal::ClaimFirst);
        }
        let refuses = decide.verdict == Verdict::Refuse;
        let advises = !visit.members[member].counts();
        let needed = match step.opinion {
            Opinion::Optional => advises,
            Opinion::ForRefusal => advises || refuses,
            Opinion::Required => true,
        };
        let written = decide.on_paper.is_some() || decide.handwriting.is_some();
        if needed && !written && reason_given(&decide.words).is_err() {
            within(&decide.words)?;
            return Err(Refusal::OpinionNeeded);
        }
        within(&decide.words)
    }

    /// What is entered in a step: only what may be, all that must be.
    fn enter_fields(
        &mut self,
        (step, scope): (&Step, ScopeNo),
        decide: &Decide,
        by: PersonId,
    ) -> Result<(), Refusal> {
        for (item, value) in &decide.items {
            let access = step.fields.get(item);
            if !matches!(access, Some(Access::Write | Access::Require)) {
                return Err(Refusal::ItemRefused { item: item.clone() });
            }
            // An empty text takes out what need not be there.
            if !is_empty(value) || access == Some(&Access::Require) {
                self.check_item(item, value)?;
            }
        }
        for (item, access) in &step.fields {
            let now = decide.items.get(item).map(|value| !is_empty(value));
            let there = now.unwrap_or_else(|| self.state.value(item, scope).is_some());
            if *access == Access::Require && !there && decide.verdict.agrees() {
                return Err(Refusal::ItemNeeded { item: item.clone() });
            }
        }
        let mut entered: BTreeMap<Option<ScopeNo>, BTreeMap<Key, Option<Value>>> = BTreeMap::new();
        for (item, value) in &decide.items {
            let whose = entered.entry(self.owner_of(item, scope)).or_default();
            let value = Some(value.clone()).filter(|value| !is_empty(value));
            whose.insert(item.clone(), value);
        }
        for (scope, items) in entered {
            let by = Some(by);
            self.emit(Event::Entered { items, by, scope });
        }
        Ok(())
    }

    /// The scope of several that has an item for itself, from the nearest; `None`: it is everybody's.
    fn owner_of(&self, item: &Key, from: ScopeNo) -> Option<ScopeNo> {
        let mut at = Some(from);
        while let Some(no) = at {
            let scope = &self.state.scopes[no];
            let group = scope.group.as_ref().and_then(|id| self.net.node_at(id));
            let kind = group.map(|group| &self.net.node(group).kind);
            if matches!(kind, Some(Kind::Group { each: Some(each) }) if each.own.contains(item)) {
                return Some(no);
            }
            at = scope.parent.map(|(above, _)| above);
        }
        None
    }

    pub(super) fn choose(&mut self, chosen: &BTreeMap<Key, Vec<PersonId>>) {
        for (node, people) in chosen {
            self.emit(Event::Chose {
                node: node.clone(),
                people: people.clone(),
            });
        }
    }

    /// Counts the votes and closes the visit once it is decided.
    pub(super) fn count(&mut self, no: VisitNo) -> Result<(), Refusal> {
        let (_, step) = self.step_of(no)?;
        let visit = &self.state.visits[no];
        let open = visit
            .members
            .iter()
            .any(|member| member.counts() && !member.is_done());
        let waits = step.sign_off.hears_all && open;
        match tally(visit, step.sign_off.passing) {
            Some(state) if !waits => self.close(no, state),
            _ => Ok(()),
        }
    }

    /// A member opens a visit for the first time.
    pub(super) fn see(&mut self, by: PersonId, name: &VisitName) -> Result<(), Refusal> {
        let visit = self.state.visit(name).ok_or(Refusal::NoVisit)?;
        let members = &self.state.visits[visit].members;
        let sees = |person: PersonId| person == by || self.context.roster.stands_in(by, person);
        let unseen: Vec<_> = (0..members.len())
            .filter(|no| members[*no].seen_at.is_none() && sees(members[*no].person))
            .collect();
        let at = self.now();
        for member in unseen {
            self.emit(Event::Seen { visit, member, at });
        }
        Ok(())
    }
}

/// How a visit stands by the votes that count; `None` while it is open.
///
/// Passed only when nobody who could still refuse for all is to be heard; refused as soon as it cannot pass.
/// Whoever abstains is counted among all, and with neither side.
#[must_use]
pub fn tally(visit: &Visit, passing: Passing) -> Option<VisitState> {
    let members = visit.members.iter().filter(|member| {
        member.counts()
            && !matches!(
                member.state,
                MemberState::TakenOut | MemberState::HandedOver | MemberState::NotNeeded
            )
    });
    let mut votes = Votes::default();
    for member in members {
        let weight = match passing {
            Passing::Weight(_) => u64::from(member.weight),
            Passing::All | Passing::Any | Passing::Percent(_) | Passing::Count(_) => 1,
        };
        votes.all += weight;
        match member.decision().map(|decision| decision.verdict) {
            Some(verdict) if verdict.agrees() => votes.agree += weight,
            Some(Verdict::Refuse) => {
                votes.refuse += weight;
                votes.vetoed |= member.veto;
            }
            Some(_) => {}
            None => {
                votes.open += weight;
                votes.veto_open |= member.veto;
            }
        }
    }
    votes.outcome(passing)
}

#[derive(Default)]
struct Votes {
    all: u64,
    agree: u64,
    refuse: u64,
    open: u64,
    vetoed: bool,
    veto_open: bool,
}

impl Votes {
    fn outcome(&self, passing: Passing) -> Option<VisitState> {
        if self.vetoed {
            return Some(VisitState::Refused);
        }
        let needed = match passing {
            Passing::All => {
                if self.refuse > 0 {
                    return Some(VisitState::Refused);
                }
                let agreed = self.open == 0 && self.agree > 0;
                let none = self.open == 0 && self.agree == 0;
                return match (agreed, none) {
                    (true, _) => Some(VisitState::Passed),
                    (_, true) => Some(VisitState::Refused),
                    _ => None,
                };
            }
            Passing::Any => {
                let decided = self.agree > 0 && !self.veto_open;
                let refused = self.refuse > 0 || (self.open == 0 && self.agree == 0);
                return match (decided, refused) {
                    (true, _) => Some(VisitState::Passed),
                    (_, true) if self.agree == 0 => Some(VisitState::Refused),
                    _ => None,
                };
            }
            Passing::Percent(percent) => (self.all * u64::from(percent)).div_ceil(100).max(1),
            Passing::Count(count) => u64::from(count).max(1),
            Passing::Weight(weight) => u64::from(weight).max(1),
        };
        if self.agree >= needed && !self.veto_open {
            Some(VisitState::Passed)
        } else if self.agree + self.open < needed {
            Some(VisitState::Refused)
        } else {
            None
        }
    }
}

fn is_empty(value: &crate::definition::Value) -> bool {
    matches!(value, crate::definition::Value::Text(text) if text.is_empty())
}
