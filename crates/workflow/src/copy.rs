//! What stays with its readers: the words of an original (批示原件) are not shown to those who only carry them out;
//! they read the copy (批示抄清).

use std::sync::Arc;

use andu_base::{ContentHash, PersonId};

use crate::{
    Asked, Decision, Instance, Member, MemberState, Net, Visit, VisitState,
    definition::{Kind, Step},
};

impl Instance {
    /// The instance as somebody sees it who takes part only in steps that read a copy: words, handwriting and scans of
    /// originals are left out, and marked so. `None` for everybody else: they see all of it.
    #[must_use]
    pub fn copy_for(&self, net: &Net, person: PersonId) -> Option<Self> {
        if !self.visits.iter().any(|v| is_original(net, v)) || self.reads_originals(net, person) {
            return None;
        }
        let mut copy = self.clone();
        let originals = copy.visits.iter_mut().filter(|v| is_original(net, v));
        for visit in originals {
            Arc::make_mut(visit).members.iter_mut().for_each(withhold);
        }
        Some(copy)
    }

    /// Files and handwriting that belong to originals, by their hashes.
    pub fn originals<'a>(&'a self, net: &'a Net) -> impl Iterator<Item = ContentHash> + 'a {
        let visits = self.visits.iter().filter(|visit| is_original(net, visit));
        let decisions = visits.flat_map(|visit| visit.members.iter().filter_map(Member::decision));
        decisions.flat_map(|decision| {
            let scan = decision
                .recorded
                .as_ref()
                .and_then(|recorded| recorded.scan);
            [decision.handwriting, scan].into_iter().flatten()
        })
    }

    /// Whether an original that counts says something.
    #[must_use]
    pub fn has_original(&self, net: &Net) -> bool {
        let counts =
            |visit: &&Arc<Visit>| matches!(visit.state, VisitState::Passed | VisitState::Refused);
        let visits = self.visits.iter().filter(counts);
        let mut decisions = visits
            .filter(|visit| is_original(net, visit))
            .flat_map(|visit| visit.members.iter().filter_map(Member::decision));
        decisions.any(says)
    }

    /// Who began it, was given it to read, or was asked in any step that reads no copy.
    fn reads_originals(&self, net: &Net, person: PersonId) -> bool {
        let given = self
            .circulations
            .iter()
            .filter(|round| round.late.is_none());
        let mut readers = given.flat_map(|round| &round.readers);
        let takes_part = |visit: &&Arc<Visit>| {
            visit.members.iter().any(|member| {
                let acted = member.decision().is_some_and(|decision| {
                    let recorded = decision.recorded.as_ref().map(|recorded| recorded.by);
                    decision.by == person || recorded == Some(person)
                });
                member.person == person || acted
            })
        };
        let mut visits = self.visits.iter().filter(takes_part);
        self.author == person
            || readers.any(|reader| reader.person == person)
            || visits.any(|visit| step(net, visit).is_none_or(|step| step.copy.is_none()))
    }
}

fn step<'a>(net: &'a Net, visit: &Visit) -> Option<&'a Step> {
    match &net.node(net.node_at(&visit.name.node)?).kind {
        Kind::Step(step) => Some(step),
        _ => None,
    }
}

fn is_original(net: &Net, visit: &Visit) -> bool {
    step(net, visit).is_some_and(|step| step.original)
}

fn says(decision: &Decision) -> bool {
    let scanned = || {
        let recorded = decision.recorded.as_ref();
        recorded.is_some_and(|recorded| recorded.scan.is_some())
    };
    !decision.words.trim().is_empty()
        || decision.handwriting.is_some()
        || decision.withheld
        || scanned()
}

fn withhold(member: &mut Member) {
    match &mut member.asked {
        Asked::Step => {}
        Asked::Added { note, .. }
        | Asked::Instead { note, .. }
        | Asked::Advice { note, .. }
        | Asked::Consulted { note, .. } => note.clear(),
    }
    let MemberState::Acted(decision) = &mut member.state else {
        return;
    };
    decision.withheld = says(decision);
    decision.words.clear();
    decision.handwriting = None;
    if let Some(recorded) = &mut decision.recorded {
        recorded.scan = None;
    }
}
