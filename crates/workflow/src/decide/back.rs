//! Back to an earlier step, and taking back one's own act.

use andu_base::PersonId;

use super::{Work, reason_given};
use crate::{
    Event, Member, MemberState, Refusal, Then, VisitName, VisitNo, VisitState,
    definition::{Kind, May},
};

impl Work<'_> {
    /// 退回: with every step after it again, or straight back afterwards.
    pub(super) fn send_back(
        &mut self,
        by: PersonId,
        (name, to): (&VisitName, &VisitName),
        then: Then,
        reason: &str,
    ) -> Result<(), Refusal> {
        let (from, _, _) = self.allowed(by, name, May::Return)?;
        reason_given(reason)?;
        let target = self.state.visit(to).ok_or(Refusal::NoVisit)?;
        if !self.is_before(target, from) {
            return Err(Refusal::NotBefore);
        }
        match then {
            Then::Again => self.go_back(from, target, by, reason),
            Then::Straight => {
                let at = self.now();
                self.emit(Event::VisitClosed {
                    visit: from,
                    state: VisitState::Returned,
                    at,
                    binds: None,
                });
                self.emit(Event::SentBack {
                    from,
                    to: target,
                    by: Some(by),
                    reason: reason.to_owned(),
                });
                self.detour(from, target)
            }
        }
    }

    /// 收回: one's own act, before anybody saw what followed and before the program did anything of it.
    pub(super) fn take_back(&mut self, by: PersonId, name: &VisitName) -> Result<(), Refusal> {
        let no = self.state.visit(name).ok_or(Refusal::NoVisit)?;
        let visit = self.state.visits[no].clone();
        let acted = |member: &Member| member.decision().is_some_and(|decision| decision.by == by);
        let member = visit
            .members
            .iter()
            .rposition(acted)
            .ok_or(Refusal::NotAsked)?;
        if visit.is_open() {
            let waits = visit
                .members
                .iter()
                .filter(|other| other.after.contains(&member));
            if let Some(seen) = waits.into_iter().find(|other| other.seen_at.is_some()) {
                return Err(Refusal::SeenBy {
                    person: seen.person,
                });
            }
            self.emit(Event::TakenBack { visit: no, member });
            return Ok(());
        }
        if !matches!(visit.state, VisitState::Passed | VisitState::Refused) {
            return Err(Refusal::Closed {
                state: visit.state,
                by: None,
            });
        }
        self.nobody_saw(no)?;
        self.emit(Event::Rewound {
            to: no,
            by,
            reason: String::new(),
            at: self.now(),
        });
        let mut members = visit.members.clone();
        members[member].state = MemberState::Asked;
        for other in &mut members {
            if other.state == MemberState::NotNeeded {
                other.state = MemberState::Asked;
            }
        }
        self.open_again(no, (visit.token, visit.scope), members, visit.back_to)?;
        Ok(())
    }

    /// Nobody has seen what the end of a visit has caused, and nothing was done of it.
    fn nobody_saw(&self, visit: VisitNo) -> Result<(), Refusal> {
        for firing in self.state.caused_by(visit) {
            let node = &self.state.firings[firing].node;
            let kind = self.net.node_at(node).map(|at| &self.net.node(at).kind);
            let done = matches!(
                kind,
                None | Some(Kind::Auto { .. } | Kind::Throw { .. } | Kind::Call { .. })
            );
            if done {
                return Err(Refusal::NotBefore);
            }
            for later in &self.state.visits {
                let caused = self.state.tokens[later.token].from == firing;
                let touched = |member: &&Member| {
                    member.seen_at.is_some()
                        || !matches!(member.state, MemberState::Asked | MemberState::NotNeeded)
                };
                if let (true, Some(member)) = (caused, later.members.iter().find(touched)) {
                    return Err(Refusal::SeenBy {
                        person: member.person,
                    });
                }
            }
        }
        Ok(())
    }
}
