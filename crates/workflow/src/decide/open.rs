//! Asking people: who sits in a step, and what of them who may not, or did already.

use std::collections::BTreeSet;

use andu_base::PersonId;

use super::Work;
use crate::{
    Asked, Event, Key, Member, MemberState, Place, Refusal, ScopeNo, TokenNo, VisitName, VisitNo,
    VisitState,
    definition::{Empty, Order, Passing, Repeated, Seat, SignOff, Step, Who},
    net::NodeAt,
};

/// Who is asked in a step.
pub(super) enum Seated {
    /// These.
    People(Vec<Member>),
    /// Nobody: it counts as passed.
    Nobody,
}

impl Work<'_> {
    /// A token has come to a step: people are asked, unless others hold it up.
    pub(super) fn reach_step(
        &mut self,
        node: NodeAt,
        step: &Step,
        (token, because): (Option<TokenNo>, Option<TokenNo>),
        scope: ScopeNo,
    ) -> Result<(), Refusal> {
        if token.is_some() && self.is_held_up(step) {
            return Ok(());
        }
        let name = self.net.node(node).id.clone();
        let inside = vec![(Place::Inside(name), scope)];
        let inside = self.fire(node, token.into_iter().collect(), because, inside);
        match self.seat(node, step, scope)? {
            Seated::People(members) => {
                self.open(node, (inside, scope), members, None)?;
            }
            Seated::Nobody => {
                let visit = self.open(node, (inside, scope), Vec::new(), None)?;
                self.close(visit, VisitState::Skipped)?;
            }
        }
        Ok(())
    }

    /// Whether another step with the same word is being done, or the one it goes with is not.
    fn is_held_up(&self, step: &Step) -> bool {
        let open = |name: &Key| {
            self.state
                .open_visits()
                .any(|(_, visit)| visit.name.node == *name)
        };
        let nodes = &self.net.definition.nodes;
        let alone = step.alone.as_ref().is_some_and(|word| {
            nodes.iter().any(|node| {
                let same = matches!(&node.kind, crate::definition::Kind::Step(other)
                    if other.alone.as_ref() == Some(word));
                same && open(&node.id)
            })
        });
        alone || step.only_while.as_ref().is_some_and(|other| !open(other))
    }

    /// Opens a visit for members, with what its time asks for.
    pub(super) fn open(
        &mut self,
        node: NodeAt,
        (token, scope): (TokenNo, ScopeNo),
        members: Vec<Member>,
        back_to: Option<VisitNo>,
    ) -> Result<VisitNo, Refusal> {
        let path = self.state.path(scope);
        self.open_in(path, node, (token, scope), members, back_to)
    }

    /// Opens a visit that goes by the same name as an earlier one, in whatever scope its token is.
    pub(super) fn open_again(
        &mut self,
        earlier: VisitNo,
        (token, scope): (TokenNo, ScopeNo),
        members: Vec<Member>,
        back_to: Option<VisitNo>,
    ) -> Result<VisitNo, Refusal> {
        let (node, _) = self.step_of(earlier)?;
        let path = self.state.visits[earlier].name.path.clone();
        self.open_in(path, node, (token, scope), members, back_to)
    }

    fn open_in(
        &mut self,
        path: Vec<u32>,
        node: NodeAt,
        (token, scope): (TokenNo, ScopeNo),
        members: Vec<Member>,
        back_to: Option<VisitNo>,
    ) -> Result<VisitNo, Refusal> {
        self.copied(node, scope)?;
        let name = self.name_visit(&self.net.node(node).id, path);
        let due_at = self.step_due(node, scope)?;
        let visit = self.state.visits.len();
        self.emit(Event::VisitOpened {
            name,
            scope,
            token,
            at: self.now(),
            due_at,
            members,
            back_to,
        });
        self.set_boundaries(node, token)?;
        self.set_overdue(node, token, due_at)?;
        Ok(visit)
    }

    /// Whoever reads a copy is not asked before there is one of what was said.
    fn copied(&self, node: NodeAt, scope: ScopeNo) -> Result<(), Refusal> {
        let crate::definition::Kind::Step(step) = &self.net.node(node).kind else {
            return Ok(());
        };
        let Some(item) = &step.copy else {
            return Ok(());
        };
        if self.state.value(item, scope).is_none() && self.state.has_original(self.net) {
            return Err(Refusal::ItemNeeded { item: item.clone() });
        }
        Ok(())
    }

    fn name_visit(&self, node: &Key, path: Vec<u32>) -> VisitName {
        let visits = self.state.visits.iter();
        let before = visits.filter(|visit| visit.name.node == *node && visit.name.path == path);
        let rounds = before.map(|visit| visit.name.round).max().unwrap_or(0);
        VisitName {
            node: node.clone(),
            path,
            round: rounds + 1,
        }
    }

    /// Who sits in a step.
    pub(super) fn seat(
        &self,
        node: NodeAt,
        step: &Step,
        scope: ScopeNo,
    ) -> Result<Seated, Refusal> {
        let name = &self.net.node(node).id;
        let sign_off = &step.sign_off;
        let mut people: Vec<(PersonId, &Seat)> = Vec::new();
        for seat in &sign_off.seats {
            if let Who::Foreign(_) = seat.who {
                return Err(Refusal::Foreign { node: name.clone() });
            }
            for person in self.find(&seat.who, (name, scope)) {
                if !people.iter().any(|(other, _)| *other == person) {
                    people.push((person, seat));
                }
            }
        }
        let may = |person: PersonId| self.separated(name, &[person]).is_none();
        people.retain(|(person, _)| may(*person));
        let found = !people.is_empty();
        let mut people = self.without_repeated(people, sign_off.repeated);
        people.retain(|(person, _)| may(*person));
        if people.is_empty() && found && sign_off.repeated == Repeated::Skip {
            // Whoever would be asked has agreed already.
            return Ok(Seated::Nobody);
        }
        let instead = Seat {
            who: Who::Author,
            weight: 1,
            veto: false,
        };
        if people.is_empty() {
            match &sign_off.empty {
                Empty::Refuse => return Err(Refusal::Nobody { node: name.clone() }),
                Empty::Skip => return Ok(Seated::Nobody),
                Empty::HandTo(others) => {
                    for person in others.iter().flat_map(|who| self.find(who, (name, scope))) {
                        let twice = people.iter().any(|(other, _)| *other == person);
                        if !twice && may(person) {
                            people.push((person, &instead));
                        }
                    }
                    if people.is_empty() {
                        return Err(Refusal::Nobody { node: name.clone() });
                    }
                }
            }
        }
        Ok(Seated::People(members_of(&people, sign_off)))
    }

    fn find(&self, who: &Who, (node, scope): (&Key, ScopeNo)) -> Vec<PersonId> {
        let chosen = self.state.chosen.get(node);
        let chosen = chosen.map_or(&[][..], Vec::as_slice);
        self.context.roster.find(who, (&self.state, scope), chosen)
    }

    /// What becomes of those who began it or have just decided.
    fn without_repeated<'s>(
        &self,
        people: Vec<(PersonId, &'s Seat)>,
        repeated: Repeated,
    ) -> Vec<(PersonId, &'s Seat)> {
        if repeated == Repeated::Ask {
            return people;
        }
        let mut before = BTreeSet::from([self.state.author]);
        let done = |visit: &&std::sync::Arc<crate::Visit>| visit.state == VisitState::Passed;
        if let Some(last) = self.state.visits.iter().rev().find(done) {
            let decisions = last.members.iter().filter_map(Member::decision);
            before.extend(decisions.map(|decision| decision.by));
        }
        let mut kept: Vec<(PersonId, &Seat)> = Vec::new();
        for (person, seat) in people {
            let those = if !before.contains(&person) {
                vec![person]
            } else if repeated == Repeated::HandUp {
                let above = self.context.roster.above(person);
                above.into_iter().next().unwrap_or_default()
            } else {
                Vec::new()
            };
            for person in those {
                if !kept.iter().any(|(other, _)| *other == person) {
                    kept.push((person, seat));
                }
            }
        }
        kept
    }

    /// The step, done by one of these before, that one person may not do together with this one; the inner
    /// `None` stands for having begun the process.
    pub(super) fn separated(&self, node: &Key, people: &[PersonId]) -> Option<Option<Key>> {
        let rules = self.net.definition.separations.iter();
        for rule in rules.filter(|rule| rule.steps.contains(node)) {
            if rule.author && people.contains(&self.state.author) {
                return Some(None);
            }
            for other in rule.steps.iter().filter(|other| *other != node) {
                let hands = self.state.hands_in(other);
                if people.iter().any(|person| hands.contains(person)) {
                    return Some(Some(other.clone()));
                }
            }
        }
        None
    }

    /// The same people as in an earlier visit, as far as they still work and may; else those of the rules.
    /// Where the first decision counted, whoever made it; else also those whom it was decided without.
    pub(super) fn seat_again(&self, node: NodeAt, earlier: VisitNo) -> Result<Seated, Refusal> {
        let crate::definition::Kind::Step(step) = &self.net.node(node).kind else {
            return Err(Refusal::NotBefore);
        };
        let members = &self.state.visits[earlier].members;
        let one_for_all = step.sign_off.passing == Passing::Any
            && members
                .iter()
                .any(|member| member.counts() && member.decision().is_some());
        let counted = members.iter().filter(|member| {
            let gone = match member.state {
                MemberState::TakenOut | MemberState::HandedOver => true,
                MemberState::NotNeeded => one_for_all,
                MemberState::Asked | MemberState::Holds | MemberState::Acted(_) => false,
            };
            let may = self
                .separated(&self.net.node(node).id, &[member.person])
                .is_none();
            member.counts() && !gone && may && self.context.roster.works(member.person)
        });
        let seats: Vec<(PersonId, Seat)> = counted
            .map(|member| {
                let seat = Seat {
                    who: Who::Person(member.person),
                    weight: member.weight,
                    veto: member.veto,
                };
                (member.person, seat)
            })
            .collect();
        if seats.is_empty() {
            return self.seat(node, step, self.state.visits[earlier].scope);
        }
        let people: Vec<_> = seats.iter().map(|(person, seat)| (*person, seat)).collect();
        Ok(Seated::People(members_of(&people, &step.sign_off)))
    }
}

/// One after another each waits for the one before; else all are asked at once.
fn members_of(people: &[(PersonId, &Seat)], sign_off: &SignOff) -> Vec<Member> {
    let people = people.iter().enumerate();
    let member = |(no, (person, seat)): (usize, &(PersonId, &Seat))| Member {
        person: *person,
        weight: seat.weight,
        veto: seat.veto,
        asked: Asked::Step,
        after: match sign_off.order {
            Order::InTurn => no.checked_sub(1).into_iter().collect(),
            Order::Beside | Order::Claim => BTreeSet::new(),
        },
        state: MemberState::Asked,
        seen_at: None,
    };
    people.map(member).collect()
}
