//! The engine's refusals as reasons with a sentence each.

use andu_base::{Date, PersonId};
use andu_org::{Named, Role};
use andu_store::Reader;
use andu_sync::Reason;
use andu_workflow::{
    Key, Net, Refusal as No, VisitState, check::Halt, clock::day_of, definition::Who,
};

use crate::Refusal;

/// A sentence, and what it gives as its cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The sentence; with a cause, it lacks the field `cause`.
    pub reason: Reason,
    /// The cause, a sentence itself.
    pub cause: Option<Reason>,
}

impl Said {
    pub(super) fn plain(reason: Reason) -> Self {
        Self {
            reason,
            cause: None,
        }
    }
}

/// What is needed to name people and steps.
pub(super) struct Namer<'a> {
    pub reader: Reader<'a>,
    pub net: &'a Net,
    pub day: Date,
}

impl Namer<'_> {
    pub(super) fn person(&self, id: PersonId) -> String {
        let name = self.reader.name_on(Named::Person, &id.as_text(), self.day);
        name.ok().flatten().unwrap_or_default()
    }

    pub(super) fn step(&self, name: &str) -> String {
        let node = self.net.node_at(name).map(|at| self.net.node(at));
        let title = node
            .map(|node| node.title.clone())
            .filter(|title| !title.is_empty());
        title.unwrap_or_else(|| name.to_owned())
    }

    /// A node, or a flow, as people call it.
    fn place(&self, name: &str) -> String {
        let mut flows = self.net.definition.flows.iter();
        match flows.find(|flow| *flow.id == *name) {
            Some(flow) => format!("{}→{}", self.step(&flow.from), self.step(&flow.to)),
            None => self.step(name),
        }
    }

    /// Why an instance may never come to its end.
    pub(super) fn halt(&self, halt: &Halt) -> Reason {
        let all = |places: &[Key]| {
            let all = places
                .iter()
                .map(|place| format!("“{}”", self.place(place)));
            all.collect::<Vec<_>>().join("、")
        };
        match halt {
            Halt::Nowhere { place } => {
                Reason::new("process_halt.nowhere").with("place", self.place(place))
            }
            Halt::Waits { places } => Reason::new("process_halt.waits").with("all", all(places)),
            Halt::Round { places } => Reason::new("process_halt.round").with("all", all(places)),
            Halt::Crowded { places } => {
                Reason::new("process_halt.crowded").with("all", all(places))
            }
            Halt::TooLarge { states } => {
                Reason::new("process_halt.too_large").with("states", states)
            }
        }
    }

    /// The reason behind a refusal of the engine.
    pub(super) fn cause(&self, no: &No) -> Option<Reason> {
        match self.refusal(no) {
            Refusal::Rejected(reason) => Some(reason),
            Refusal::Store(_) => None,
        }
    }

    fn item(&self, name: &str) -> String {
        let mut items = self.net.definition.items.iter();
        let found = items.find(|item| *item.name == *name);
        found.map_or_else(|| name.to_owned(), |item| item.title.clone())
    }

    /// The roles that a step asks for, by their titles.
    fn roles(&self, name: &str) -> String {
        let node = self.net.node_at(name).map(|at| self.net.node(at));
        let Some(andu_workflow::definition::Kind::Step(step)) = node.map(|node| &node.kind) else {
            return String::new();
        };
        let roles = step
            .sign_off
            .seats
            .iter()
            .filter_map(|seat| match &seat.who {
                Who::Role(role) | Who::OwnRole(role) => role.parse::<Role>().ok().map(Role::title),
                Who::Head | Who::HeadOf(_) => Some(Role::DepartmentHead.title()),
                _ => None,
            });
        roles.collect::<Vec<_>>().join("、")
    }

    /// The reason for the person.
    pub(super) fn refusal(&self, no: &No) -> Refusal {
        Refusal::Rejected(match no {
            No::Over { .. } => Reason::new("process.over"),
            No::NoVisit => Reason::new("process.no_visit"),
            No::Closed { by: Some(by), .. } => {
                Reason::new("process.done_by").with("person", self.person(*by))
            }
            No::Closed { state, by: None } => Reason::new(match state {
                VisitState::Void | VisitState::Returned => "process.taken_away",
                VisitState::Open
                | VisitState::Passed
                | VisitState::Refused
                | VisitState::Skipped
                | VisitState::BrokenOff => "process.closed",
            }),
            No::NotAsked => Reason::new("process.not_asked"),
            No::ActedBefore => Reason::new("process.acted_before"),
            No::HeldBy { person } => {
                Reason::new("process.held_by").with("person", self.person(*person))
            }
            No::ClaimFirst => Reason::new("process.claim_first"),
            No::OneVoice { for_whom } => {
                Reason::new("process.one_voice").with("person", self.person(*for_whom))
            }
            No::NotYet { before } => {
                Reason::new("process.not_yet").with("person", self.person(*before))
            }
            No::ContentChanged { .. } => Reason::new("process.content_changed"),
            No::OpinionNeeded => Reason::new("process.opinion_needed"),
            No::ReasonNeeded => Reason::new("process.reason_needed"),
            No::TooLong { limit } => Reason::new("process.too_long").with("limit", limit),
            No::ItemNeeded { item } => {
                Reason::new("process.item_needed").with("item", self.item(item))
            }
            No::ItemRefused { item } => {
                Reason::new("process.item_refused").with("item", self.item(item))
            }
            No::Incomplete { node } => {
                Reason::new("process.incomplete").with("step", self.step(node))
            }
            No::NotAllowed { .. } => Reason::new("process.not_allowed"),
            No::NotBefore => Reason::new("process.not_before"),
            No::SeenBy { person } => {
                Reason::new("process.seen_by").with("person", self.person(*person))
            }
            No::Nobody { node } => Reason::new("process.nobody")
                .with("step", self.step(node))
                .with("roles", self.roles(node)),
            No::Separate { one, other } => Reason::new("process.separate")
                .with("one", self.step(one))
                .with(
                    "other",
                    other
                        .as_ref()
                        .map_or_else(|| "拟稿".to_owned(), |other| self.step(other)),
                ),
            No::Unknown { person } => {
                Reason::new("process.unknown_person").with("person", self.person(*person))
            }
            No::AskedAlready { person } => {
                Reason::new("process.asked_already").with("person", self.person(*person))
            }
            No::NoWay { node } | No::Foreign { node } | No::Endless { node } => {
                Reason::new("process.broken").with("step", self.step(node))
            }
            No::TooSoon { again_at } => {
                Reason::new("process.too_soon").with("day", day_of(*again_at))
            }
            No::NotThere => Reason::new("process.not_there"),
            No::Clock => Reason::new("process.clock"),
            No::Calendar { year } => Reason::new("process.calendar").with("year", year),
            No::DatedBack => Reason::new("process.dated_back"),
            No::Online => Reason::new("process.online"),
        })
    }
}
