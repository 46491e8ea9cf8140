//! Who is asked changes while a step is being done: added, taken out, replaced, asked for an opinion, taken
//! and given back.

use std::{collections::BTreeSet, sync::Arc};

use andu_base::PersonId;

use super::{Work, within};
use crate::{
    AddPlace, Asked, Event, Member, MemberNo, MemberState, Refusal, Visit, VisitName, VisitNo,
    definition::{May, Order},
};

impl Work<'_> {
    /// The visit and the seat of somebody who is to act and may do this there.
    pub(super) fn allowed(
        &self,
        by: PersonId,
        name: &VisitName,
        what: May,
    ) -> Result<(VisitNo, Arc<Visit>, MemberNo), Refusal> {
        let (no, visit) = self.open_visit(name)?;
        let (member, _) = self.acting(by, &visit)?;
        let (_, step) = self.step_of(no)?;
        if step.may.contains(&what) && visit.members[member].counts() {
            Ok((no, visit, member))
        } else {
            Err(Refusal::NotAllowed { what: Some(what) })
        }
    }

    /// Somebody who works here, is not asked yet and has not decided: nobody votes twice.
    fn newcomer(&self, visit: &Visit, person: PersonId) -> Result<(), Refusal> {
        if !self.context.roster.works(person) {
            return Err(Refusal::Unknown { person });
        }
        if is_asked(visit, person) {
            return Err(Refusal::AskedAlready { person });
        }
        Ok(())
    }

    /// 先送…审、再送…审、加送会签
    pub(super) fn add(
        &mut self,
        by: PersonId,
        name: &VisitName,
        (people, place): (&[PersonId], AddPlace),
        note: &str,
    ) -> Result<(), Refusal> {
        within(note)?;
        let what = match place {
            AddPlace::Before => May::AddBefore,
            AddPlace::After => May::AddAfter,
            AddPlace::Beside => May::AddBeside,
        };
        let (no, visit, own) = self.allowed(by, name, what)?;
        let members = visit.members.iter().enumerate();
        let waiting = members.filter(|(_, member)| member.after.contains(&own));
        let waiting: Vec<MemberNo> = waiting.map(|(no, _)| no).collect();
        let (after, before) = match place {
            AddPlace::Before => (visit.members[own].after.clone(), vec![own]),
            AddPlace::After => (BTreeSet::from([own]), waiting),
            AddPlace::Beside => (visit.members[own].after.clone(), waiting),
        };
        for person in people {
            self.newcomer(&self.state.visits[no], *person)?;
            let member = Member {
                person: *person,
                weight: 1,
                veto: false,
                asked: Asked::Added {
                    by,
                    note: note.to_owned(),
                },
                after: after.clone(),
                state: MemberState::Asked,
                seen_at: None,
            };
            self.emit(Event::MemberAdded {
                visit: no,
                member,
                before: before.clone(),
            });
        }
        Ok(())
    }

    /// 取消会签
    pub(super) fn take_out(
        &mut self,
        by: PersonId,
        name: &VisitName,
        person: PersonId,
    ) -> Result<(), Refusal> {
        let (no, visit) = self.open_visit(name)?;
        let found = visit
            .members
            .iter()
            .position(|member| member.person == person && !member.is_done());
        let member = found.ok_or(Refusal::NotAsked)?;
        let asked_by_own = match &visit.members[member].asked {
            Asked::Added { by: adder, .. } | Asked::Instead { by: adder, .. } => *adder == by,
            Asked::Advice { of, .. } | Asked::Consulted { of, .. } => {
                visit.members[*of].person == by
            }
            Asked::Step => false,
        };
        if !asked_by_own && !self.context.powers.dispatch {
            self.allowed(by, name, May::TakeOut)?;
        }
        let left = visit.members.iter().enumerate().any(|(other, left)| {
            let gone = matches!(left.state, MemberState::TakenOut | MemberState::HandedOver);
            other != member && left.counts() && !gone
        });
        if visit.members[member].counts() && !left {
            return Err(Refusal::Nobody {
                node: visit.name.node.clone(),
            });
        }
        self.emit(Event::MemberTakenOut {
            visit: no,
            member,
            by,
        });
        self.count(no)
    }

    /// 移交
    pub(super) fn transfer(
        &mut self,
        by: PersonId,
        name: &VisitName,
        (from, to): (PersonId, PersonId),
        note: &str,
    ) -> Result<(), Refusal> {
        within(note)?;
        let (no, visit, old) = if from == by {
            self.allowed(by, name, May::Transfer)?
        } else if self.context.powers.dispatch {
            let (no, visit) = self.open_visit(name)?;
            let held = |member: &Member| member.person == from && !member.is_done();
            let old = visit
                .members
                .iter()
                .position(held)
                .ok_or(Refusal::NotAsked)?;
            (no, visit, old)
        } else {
            return Err(Refusal::NotAllowed { what: None });
        };
        self.newcomer(&visit, to)?;
        if let Some(other) = self.separated(&visit.name.node, &[to]) {
            return Err(Refusal::Separate {
                one: visit.name.node.clone(),
                other,
            });
        }
        let replaced = &visit.members[old];
        let new = Member {
            person: to,
            asked: match &replaced.asked {
                Asked::Step | Asked::Added { .. } | Asked::Instead { .. } => Asked::Instead {
                    of: old,
                    by,
                    note: note.to_owned(),
                },
                advice @ (Asked::Advice { .. } | Asked::Consulted { .. }) => advice.clone(),
            },
            state: MemberState::Asked,
            seen_at: None,
            ..replaced.clone()
        };
        self.emit(Event::MemberReplaced {
            visit: no,
            member: old,
            by: new,
        });
        Ok(())
    }

    /// 请…提意见: it comes back.
    pub(super) fn delegate(
        &mut self,
        by: PersonId,
        name: &VisitName,
        to: PersonId,
        note: &str,
    ) -> Result<(), Refusal> {
        let (no, visit, own) = self.allowed(by, name, May::Delegate)?;
        let asked = Asked::Advice {
            of: own,
            note: note.to_owned(),
        };
        self.ask(no, &visit, (to, asked), vec![own], note)
    }

    /// 征求意见: it stays.
    pub(super) fn consult(
        &mut self,
        by: PersonId,
        name: &VisitName,
        to: PersonId,
        note: &str,
    ) -> Result<(), Refusal> {
        let (no, visit, own) = self.allowed(by, name, May::Consult)?;
        let asked = Asked::Consulted {
            of: own,
            note: note.to_owned(),
        };
        self.ask(no, &visit, (to, asked), Vec::new(), note)
    }

    fn ask(
        &mut self,
        no: VisitNo,
        visit: &Visit,
        (person, asked): (PersonId, Asked),
        before: Vec<MemberNo>,
        note: &str,
    ) -> Result<(), Refusal> {
        within(note)?;
        self.newcomer(visit, person)?;
        let member = Member {
            person,
            weight: 1,
            veto: false,
            asked,
            after: BTreeSet::new(),
            state: MemberState::Asked,
            seen_at: None,
        };
        self.emit(Event::MemberAdded {
            visit: no,
            member,
            before,
        });
        Ok(())
    }

    /// 领取
    pub(super) fn claim(&mut self, by: PersonId, name: &VisitName) -> Result<(), Refusal> {
        let (no, visit) = self.open_visit(name)?;
        let (_, step) = self.step_of(no)?;
        if step.sign_off.order != Order::Claim {
            return Err(Refusal::NotAllowed { what: None });
        }
        let (member, _) = self.acting(by, &visit)?;
        if visit.members[member].state == MemberState::Asked {
            self.emit(Event::Claimed { visit: no, member });
        }
        Ok(())
    }

    /// 退领: by whoever has taken it, a substitute of theirs, or a dispatcher.
    pub(super) fn release(&mut self, by: PersonId, name: &VisitName) -> Result<(), Refusal> {
        let (no, visit) = self.open_visit(name)?;
        let holds = |member: &Member| member.state == MemberState::Holds;
        let member = visit.members.iter().position(holds);
        let member = member.ok_or(Refusal::NotAsked)?;
        let person = visit.members[member].person;
        let own = person == by || self.context.roster.stands_in(by, person);
        if !own && !self.context.powers.dispatch {
            return Err(match is_asked(&visit, by) {
                true => Refusal::HeldBy { person },
                false => Refusal::NotAsked,
            });
        }
        self.emit(Event::Released { visit: no, member });
        Ok(())
    }

    /// Changes the words.
    pub(super) fn revise(
        &mut self,
        by: PersonId,
        name: &VisitName,
        (from, content): (andu_base::ContentHash, andu_base::ContentHash),
    ) -> Result<(), Refusal> {
        self.allowed(by, name, May::Revise)?;
        self.reword(by, (from, content))
    }

    /// Accepts or rejects what was suggested: whoever began it, or in a step that may.
    pub(super) fn settle(
        &mut self,
        by: PersonId,
        name: Option<&VisitName>,
        words: (andu_base::ContentHash, andu_base::ContentHash),
    ) -> Result<(), Refusal> {
        match name {
            Some(name) => {
                self.allowed(by, name, May::Settle)?;
            }
            None if by == self.state.author => {}
            None => {
                return Err(Refusal::NotAllowed {
                    what: Some(May::Settle),
                });
            }
        }
        self.reword(by, words)
    }

    fn reword(
        &mut self,
        by: PersonId,
        (from, content): (andu_base::ContentHash, andu_base::ContentHash),
    ) -> Result<(), Refusal> {
        if self.state.content != Some(from) {
            return Err(Refusal::ContentChanged {
                now: self.state.content,
            });
        }
        if content != from {
            self.emit(Event::Revised { content, by });
        }
        Ok(())
    }
}

/// Whether somebody is to act in a visit, or has decided in it, in person or for another.
pub(super) fn is_asked(visit: &Visit, person: PersonId) -> bool {
    let mut members = visit.members.iter();
    members.any(|member| member.person == person && !member.is_done()) || visit.has_voice(person)
}
