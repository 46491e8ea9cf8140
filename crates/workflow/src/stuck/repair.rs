//! What may help an instance that does not go on, tried on copies of it.

use std::collections::BTreeMap;

use andu_base::{PersonId, WorkCalendar};
use jiff::Timestamp;

use super::{FAR, SECOND, Why};
use crate::{
    Act, Asked, Command, Context, Instance, Key, Powers, Refusal, Roster, Visit, VisitName,
    check::{Halt, Outlook},
    decide,
    definition::{Empty, Kind, Trigger, Who},
    net::{Net, NodeAt},
};

/// Repairs of one kind that are offered.
const MOST: usize = 3;

/// Tries acts on copies.
pub(super) struct Tried<'a> {
    net: &'a Net,
    instance: &'a Instance,
    context: Context<'a>,
    roster: &'a Roster,
}

/// Whoever dispatches: nobody of the process.
const DISPATCHER: PersonId = PersonId(uuid::Uuid::max());

impl<'a> Tried<'a> {
    pub(super) fn new(
        net: &'a Net,
        instance: &'a Instance,
        (roster, calendar): (&'a Roster, &'a WorkCalendar),
        now: Timestamp,
    ) -> Self {
        let powers = Powers {
            dispatch: true,
            cancel: true,
            supervise: true,
            record: false,
        };
        let context = Context {
            now,
            roster,
            calendar,
            powers,
            offline: false,
        };
        Self {
            net,
            instance,
            context,
            roster,
        }
    }

    /// Whether somebody works, or somebody who works stands in and has no voice of the own.
    pub(super) fn can_act(&self, visit: &Visit, person: PersonId) -> bool {
        let mut deputies = self.roster.substitutes.iter();
        self.roster.works(person)
            || deputies.any(|(absent, deputy)| {
                *absent == person && self.roster.works(*deputy) && !visit.has_voice(*deputy)
            })
    }

    /// The instance after an act; `None` where it is refused.
    fn after(&self, act: &Act) -> Result<Instance, Refusal> {
        let command = Command {
            by: DISPATCHER,
            made_at: self.context.now,
            act: act.clone(),
        };
        let decided = decide(self.net, self.instance, &command, &self.context)?;
        Ok(decided.instance)
    }

    fn ends(&self, instance: &Instance) -> bool {
        let ends = Outlook::of(self.net, FAR).ends(instance);
        !matches!(
            ends,
            Err(Halt::Nowhere { .. } | Halt::Waits { .. } | Halt::Round { .. })
        )
    }

    /// What helps: it can be done, and afterwards the reason is gone.
    pub(super) fn repairs(&self, why: &Why) -> Vec<Act> {
        match why {
            Why::Nobody { visit, left } | Why::Left { visit, left } => self.replace(visit, left),
            Why::Halts { .. } => self.lead_out(),
            Why::Overdue { visit, .. } => {
                let note = String::new();
                let visit = visit.clone();
                let urge = Act::Urge { visit, note };
                self.after(&urge).map(|_| urge).into_iter().collect()
            }
            Why::Awaits { trigger, .. } => {
                let (trigger, items) = (trigger.clone(), BTreeMap::new());
                let come = Act::Deliver { trigger, items };
                let goes_on = self.after(&come).is_ok_and(|after| self.ends(&after));
                goes_on.then_some(come).into_iter().collect()
            }
            Why::Held { .. } => self.move_on(|_| true),
            Why::LimitOver { .. } => Vec::new(),
        }
    }

    /// Others are asked instead of those who left, or they are no longer asked.
    fn replace(&self, name: &VisitName, left: &[PersonId]) -> Vec<Act> {
        let mut repairs = Vec::new();
        let visit = self.instance.visit(name);
        let Some(visit) = visit.map(|no| &self.instance.visits[no]) else {
            return repairs;
        };
        for gone in left {
            let (visit, from, note) = (name.clone(), *gone, String::new());
            if visit_holds(self.instance, name, *gone) {
                let visit = visit.clone();
                let release = Act::Release { visit };
                repairs.extend(self.relieved(release, name, *gone));
            }
            let to = self.candidates(name).into_iter();
            let hand_over = to.map(|to| Act::Transfer {
                visit: visit.clone(),
                from,
                to,
                note: note.clone(),
            });
            let helps = hand_over.filter_map(|act| self.relieved(act, name, *gone));
            repairs.extend(helps.take(MOST));
            let take_out = Act::TakeOut {
                visit,
                person: from,
            };
            repairs.extend(self.relieved(take_out, name, *gone));
        }
        if repairs.is_empty() && !visit.members.is_empty() {
            repairs.extend(self.move_on(|from| from == name));
        }
        repairs
    }

    /// An act after which a visit no longer waits for somebody, and goes on or has others who can act.
    fn relieved(&self, act: Act, name: &VisitName, gone: PersonId) -> Option<Act> {
        let after = self.after(&act).ok()?;
        let visit = &after.visits[after.visit(name)?];
        let waits = visit.up().any(|no| visit.members[no].person == gone);
        let mut up = visit.up().map(|no| visit.members[no].person);
        let somebody = !visit.is_open() || up.any(|person| self.can_act(visit, person));
        (!waits && somebody && self.ends(&after)).then_some(act)
    }

    /// Who may do a step: by its rules, by those for where nobody is found, then the heads of the author.
    fn candidates(&self, name: &VisitName) -> Vec<PersonId> {
        let step = self
            .net
            .node_at(&name.node)
            .map(|at| &self.net.node(at).kind);
        let Some(Kind::Step(step)) = step else {
            return Vec::new();
        };
        let scope = self
            .instance
            .visit(name)
            .map(|no| self.instance.visits[no].scope);
        let mut rules: Vec<&Who> = step.sign_off.seats.iter().map(|seat| &seat.who).collect();
        if let Empty::HandTo(others) = &step.sign_off.empty {
            rules.extend(others);
        }
        rules.extend([&Who::Head, &Who::Above(1)]);
        let chosen = self.instance.chosen.get(&name.node);
        let chosen = chosen.map_or(&[][..], Vec::as_slice);
        let mut found = Vec::new();
        for who in rules {
            let instance = (self.instance, scope.unwrap_or(0));
            for person in self.roster.find(who, instance, chosen) {
                if !found.contains(&person) {
                    found.push(person);
                }
            }
        }
        found
    }

    /// A move after which it comes to its end; else it is made void.
    fn lead_out(&self) -> Vec<Act> {
        let moves = self.move_on(|_| true);
        if !moves.is_empty() {
            return moves;
        }
        let reason = "-".to_owned();
        let cancel = Act::Cancel { reason };
        self.after(&cancel).map(|_| cancel).into_iter().collect()
    }

    /// Moves of some visits to other steps, the nearest first, after which somebody can act and it ends.
    fn move_on(&self, of: impl Fn(&VisitName) -> bool) -> Vec<Act> {
        let mut repairs = Vec::new();
        for (_, visit) in self
            .instance
            .open_visits()
            .filter(|(_, visit)| of(&visit.name))
        {
            for to in self.steps_behind(&visit.name.node) {
                let act = Act::Move {
                    visit: visit.name.clone(),
                    to,
                    approved_by: SECOND,
                    reason: "-".to_owned(),
                };
                let goes_on = self.after(&act).is_ok_and(|after| {
                    let mut open = after.open_visits();
                    let acts = |(_, visit): (usize, &Visit)| {
                        let mut up = visit.up().map(|no| visit.members[no].person);
                        up.any(|person| self.can_act(visit, person))
                    };
                    open.all(acts) && self.ends(&after)
                });
                if goes_on {
                    repairs.push(act);
                }
                if repairs.len() == MOST {
                    return repairs;
                }
            }
        }
        repairs
    }

    /// Steps that follow, then all others of the same group.
    fn steps_behind(&self, node: &Key) -> Vec<Key> {
        let Some(first) = self.net.node_at(node) else {
            return Vec::new();
        };
        let is_step = |at: &NodeAt| {
            let same = self.net.wiring(*at).group == self.net.wiring(first).group;
            *at != first && same && matches!(self.net.node(*at).kind, Kind::Step(_))
        };
        let mut order = vec![first];
        let mut next = 0;
        while let Some(at) = order.get(next).copied() {
            next += 1;
            for out in &self.net.wiring(at).outs {
                let target = self.net.target(*out);
                if !order.contains(&target) {
                    order.push(target);
                }
            }
        }
        order.extend(
            (0..self.net.len())
                .filter(|at| !order.contains(at))
                .collect::<Vec<_>>(),
        );
        let steps = order.into_iter().filter(is_step);
        steps.map(|at| self.net.node(at).id.clone()).collect()
    }
}

/// Whether somebody has taken a visit.
fn visit_holds(instance: &Instance, name: &VisitName, person: PersonId) -> bool {
    let visit = instance.visit(name).map(|no| &instance.visits[no]);
    visit.is_some_and(|visit| {
        visit.members.iter().any(|member| {
            member.person == person
                && member.state == crate::MemberState::Holds
                && !matches!(member.asked, Asked::Consulted { .. })
        })
    })
}

/// Messages and signals that are waited for in a node.
pub(super) fn waits_for(net: &Net, at: NodeAt) -> Vec<Trigger> {
    let outs = net.wiring(at).outs.iter().map(|out| net.target(*out));
    let ways = outs.filter(|_| matches!(net.node(at).kind, Kind::Await));
    std::iter::once(at)
        .chain(ways)
        .filter_map(|node| match &net.node(node).kind {
            Kind::Wait {
                on: on @ (Trigger::Message(_) | Trigger::Signal(_)),
            } => Some(on.clone()),
            _ => None,
        })
        .collect()
}
