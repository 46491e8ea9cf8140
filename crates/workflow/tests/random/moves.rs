//! Random commands by random people: mostly such as somebody could give, often such as nobody could.

use std::collections::BTreeMap;

use andu_base::Date;
use andu_workflow::{
    Act, AddPlace, Member, OnPaper, Powers, Recorded, Refusal, Status, Then, Verdict, VisitName,
    definition::{Kind, StopReason, Trigger, Value},
};
use proptest::prelude::*;

use super::{
    blocks::plan,
    draw::MANY,
    table::{ALL, Table},
};
use crate::play::{key, letter, person, words};

/// What falls: which operation, and three choices in it.
pub type Dice = (u8, u8, u8, u8);

pub fn dice() -> impl Strategy<Value = Vec<Dice>> {
    prop::collection::vec(any::<Dice>(), 0..=25)
}

/// Anybody: those who sit in the steps, and others.
fn anybody(chance: u8) -> char {
    char::from(b'a' + chance % 14)
}

impl Table {
    fn some_visit(&self, chance: u8) -> Option<VisitName> {
        let open: Vec<_> = self
            .instance
            .open_visits()
            .map(|(_, visit)| visit)
            .collect();
        let all = &self.instance.visits;
        if chance % 8 != 7 && !open.is_empty() {
            return Some(open[usize::from(chance / 8) % open.len()].name.clone());
        }
        let any = all.get(usize::from(chance / 8) % all.len().max(1));
        any.map(|visit| visit.name.clone())
    }

    /// Whoever is to act in a visit, mostly.
    fn somebody(&self, visit: &VisitName, chance: u8) -> char {
        if chance % 16 == 15 {
            return anybody(chance / 16);
        }
        let member = self.member(visit, usize::from(chance));
        member.map_or('a', |member| letter(member.person))
    }

    /// One command; what it was answered.
    pub fn roll(&mut self, (what, a, b, c): Dice) -> Option<Result<(), Refusal>> {
        self.later(i64::from(c % 4));
        let visit = self.some_visit(a);
        let by = visit.as_ref().map_or('a', |visit| self.somebody(visit, b));
        let powers = if c >= 64 { ALL } else { Powers::default() };
        let act = match what % 32 {
            0..=13 => self.random_decision(visit?, by, (b, c)),
            14..=21 => self.among_members(what, visit?, by, (b, c))?,
            22..=25 => self.backwards(what, visit?, (b, c))?,
            _ => self.beside(what, visit, (a, b, c))?,
        };
        Some(self.give(by, act, powers))
    }

    fn random_decision(&mut self, visit: VisitName, by: char, (b, c): (u8, u8)) -> Act {
        let verdict = match c % 8 {
            0..=3 => Verdict::Agree,
            4 => Verdict::Circle,
            5 | 6 => Verdict::Refuse,
            _ => Verdict::Abstain,
        };
        let mut decide = self.decision(visit, verdict, i64::from(b % 4));
        if !decide.items.is_empty() && c % 3 == 0 {
            decide
                .items
                .insert(key(MANY), Value::Number(i64::from(b % 4)));
        }
        if c % 16 == 9 {
            let written_on: Date = "2026-03-01".parse().expect("a day");
            decide.on_paper = Some(OnPaper {
                person: person(anybody(b)),
                recorded: Recorded {
                    by: person(by),
                    written_on,
                    scan: None,
                },
            });
        }
        Act::Decide(Box::new(decide))
    }

    fn among_members(
        &mut self,
        what: u8,
        visit: VisitName,
        by: char,
        (b, c): (u8, u8),
    ) -> Option<Act> {
        let other = person(anybody(c));
        let note = String::new();
        Some(match what % 32 {
            14 => Act::Claim { visit },
            15 => Act::Release { visit },
            16 => Act::Add {
                visit,
                people: vec![other],
                place: match b % 3 {
                    0 => AddPlace::Before,
                    1 => AddPlace::After,
                    _ => AddPlace::Beside,
                },
                note,
            },
            17 => Act::TakeOut {
                person: self
                    .member(&visit, usize::from(c))
                    .map_or(other, |m| m.person),
                visit,
            },
            18 => {
                let of: &Member = self.member(&visit, usize::from(c))?;
                let from = if b % 2 == 0 { person(by) } else { of.person };
                Act::Transfer {
                    visit,
                    from,
                    to: other,
                    note,
                }
            }
            19 => Act::Delegate {
                visit,
                to: other,
                note,
            },
            20 => Act::Consult {
                visit,
                to: other,
                note,
            },
            _ => Act::See { visit },
        })
    }

    fn backwards(&mut self, what: u8, visit: VisitName, (b, c): (u8, u8)) -> Option<Act> {
        let some = |at: u8| {
            let all = &self.instance.visits;
            all[usize::from(at) % all.len()].name.clone()
        };
        Some(match what % 32 {
            22 => Act::TakeBack { visit: some(c) },
            23 if c % 4 != 0 => {
                let steps = self.net.definition.nodes.iter();
                let steps: Vec<_> = steps
                    .filter(|node| matches!(node.kind, Kind::Step(_)))
                    .collect();
                Act::Move {
                    visit,
                    // A definition may have no step at all.
                    to: steps.get(usize::from(b) % steps.len().max(1))?.id.clone(),
                    approved_by: person('y'),
                    reason: "填错".into(),
                }
            }
            what => Act::Return {
                visit,
                to: some(c),
                then: if what == 25 {
                    Then::Straight
                } else {
                    Then::Again
                },
                reason: "请补充".into(),
            },
        })
    }

    fn beside(
        &mut self,
        what: u8,
        visit: Option<VisitName>,
        (a, b, c): (u8, u8, u8),
    ) -> Option<Act> {
        let round = usize::from(a % 3);
        let reason = "重复".to_owned();
        Some(match (what % 32, c % 16) {
            (26, _) => {
                self.later(i64::from(b) / 2);
                Act::Tick
            }
            (27, _) => Act::Deliver {
                trigger: match b % 4 {
                    0 => Trigger::Message("a".into()),
                    1 | 2 => Trigger::Message("c".into()),
                    _ => Trigger::Signal("b".into()),
                },
                items: (b % 5 == 0)
                    .then(|| (key(MANY), Value::Number(i64::from(c % 5))))
                    .into_iter()
                    .collect::<BTreeMap<_, _>>(),
            },
            (28, _) => Act::ChildEnded {
                child: usize::from(b % 4),
                status: if c % 3 == 0 {
                    Status::Stopped
                } else {
                    Status::Done
                },
            },
            (29, _) => Act::Revise {
                visit: visit?,
                from: self.instance.content?,
                content: words(&(c % 3).to_string()),
            },
            (30, 0) => Act::Withdraw { reason },
            (30, 1) => Act::Cancel { reason },
            (30, 2..=5) => Act::Urge {
                visit: visit?,
                note: String::new(),
            },
            (30, 6..=8) => Act::StopClock {
                reason: StopReason::Hearing,
                notice: "听证通知".into(),
            },
            (30, 9..=11) => Act::ResumeClock,
            (30, _) => Act::ExtendClock {
                working_days: 5,
                reason,
            },
            (31, 0..=5) => Act::Circulate {
                to: vec![person(anybody(a)), person(anybody(b))],
                note: String::new(),
            },
            (31, 6..=9) => Act::Read {
                circulation: round,
                note: String::new(),
            },
            (31, 10..=12) => Act::WithdrawReading {
                circulation: round,
                person: person(anybody(b)),
            },
            _ => Act::RemindReading {
                circulation: round,
                person: person(anybody(b)),
            },
        })
    }
}

pub fn cases(usual: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    let cases = if asked.cases == 256 {
        usual
    } else {
        asked.cases
    };
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..asked
    }
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn whatever_is_asked_of_whatever_process_the_laws_hold(plan in plan(), dice in dice()) {
        if let Some(mut table) = Table::begin(&plan) {
            for dice in dice {
                table.roll(dice);
            }
            table.agree_to_the_end();
        }
    }

    #[test]
    fn a_process_that_was_moved_about_by_hand_still_ends(
        plan in plan(),
        moves in prop::collection::vec(any::<(u8, u8, u8, u8)>(), 1..=12),
    ) {
        if let Some(mut table) = Table::begin(&plan) {
            for (what, a, b, c) in moves {
                // Every second one a move, the others whatever somebody could do.
                table.roll(if what % 2 == 0 { (23, a, b, c | 65) } else { (what, a, b, c) });
            }
            table.agree_to_the_end();
        }
    }

    #[test]
    fn a_sound_process_whose_people_agree_always_ends(plan in plan()) {
        if let Some(mut table) = Table::begin(&plan) {
            table.agree_to_the_end();
        }
    }
}
