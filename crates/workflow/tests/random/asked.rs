//! The step of a plan: who is asked, and how.

use andu_workflow::definition::{
    Access, Empty, Order, Overdue, Passing, Refused, Seat, SignOff, Span, Step, StepLimit, Who,
};

use super::{
    blocks::{Sits, StepPlan},
    draw::{CHOICE, MANY},
};
use crate::play::{EVERYTHING, key, person};

impl StepPlan {
    /// One person who is always asked.
    pub fn plain(who: Sits) -> Self {
        Self {
            people: vec![(who, 1, false)],
            order: Order::Beside,
            passing: Passing::All,
            hears_all: false,
            repeated: andu_workflow::definition::Repeated::Ask,
            empty: 0,
            opinion: andu_workflow::definition::Opinion::Optional,
            refused: 0,
            binds: false,
            alone: false,
            limit: None,
            enters: false,
        }
    }

    /// Whether it passes once everybody agrees, however many there are.
    fn passes_surely(&self) -> bool {
        let overdue = self.limit.as_ref().map(|(_, overdue)| overdue.as_slice());
        let refuses = overdue.unwrap_or_default().contains(&Overdue::Refuse);
        !refuses && !matches!(self.passing, Passing::Count(_) | Passing::Weight(_))
    }

    fn seat(&(sits, weight, veto): &(Sits, u32, bool)) -> Seat {
        let who = match sits {
            Sits::Letter(letter) => Who::Person(person(letter)),
            Sits::Author => Who::Author,
            Sits::Head => Who::Head,
            Sits::HeadOfUnit => Who::HeadOf(key("unit")),
            Sits::Above => Who::Above(1),
            Sits::DoneByDraft => Who::DoneBy(key("draft")),
            Sits::Chosen => Who::Chosen,
        };
        Seat { who, weight, veto }
    }

    pub fn step(&self) -> Step {
        let deputies = || vec![Who::Person(person('x')), Who::HeadOf(key("unit"))];
        Step {
            sign_off: SignOff {
                seats: self.people.iter().map(Self::seat).collect(),
                order: self.order,
                passing: self.passing,
                hears_all: self.hears_all,
                empty: match self.empty {
                    0 => Empty::HandTo(vec![Who::Person(person('x')), Who::Person(person('y'))]),
                    1 => Empty::Skip,
                    _ => Empty::HandTo(deputies()),
                },
                repeated: self.repeated,
            },
            opinion: self.opinion,
            may: EVERYTHING.to_vec(),
            fields: self
                .enters
                .then(|| [CHOICE, MANY].map(|item| (key(item), Access::Write)))
                .into_iter()
                .flatten()
                .collect(),
            refused: match self.refused {
                1 if self.passes_surely() => Refused::Back(key("draft")),
                2 if self.passes_surely() => Refused::Stop,
                _ => Refused::GoOn,
            },
            binds: self.binds,
            limit: self.limit.clone().map(|(hours, overdue)| StepLimit {
                within: Span::Hours(hours),
                overdue,
            }),
            alone: self.alone.then(|| key("alone")),
            ..Step::default()
        }
    }
}
