//! Somebody leaves in the middle of a random instance: whatever is offered as a repair can be done and helps.

use andu_workflow::{Command, Context, Instance, Why, decide, stuck};
use proptest::prelude::*;

use super::{
    blocks::plan,
    moves::{cases, dice},
    table::{ALL, Table},
};
use crate::play::person;

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn every_repair_that_is_offered_helps(plan in plan(), dice in dice(), gone in 0..14_u8) {
        let Some(mut table) = Table::begin(&plan) else {
            return Ok(());
        };
        for dice in dice {
            table.roll(dice);
        }
        table.roster.people.remove(&person(char::from(b'a' + gone)));
        let context = Context {
            now: table.now,
            roster: &table.roster,
            calendar: table.calendar,
            powers: ALL,
            offline: false,
        };
        let found = |instance: &Instance| {
            stuck(&table.net, instance, &table.roster, table.calendar, table.now)
        };
        for one in found(&table.instance) {
            for act in one.repairs {
                let command = Command {
                    by: person('q'),
                    made_at: table.now,
                    act,
                };
                let done = decide(&table.net, &table.instance, &command, &context);
                let done = done.unwrap_or_else(|no| panic!("{:?}: {no}", command.act));
                let again = found(&done.instance).into_iter().any(|other| other.why == one.why);
                let cures = matches!(one.why, Why::Nobody { .. } | Why::Left { .. } | Why::Halts { .. });
                let several = matches!(&one.why, Why::Nobody { left, .. } | Why::Left { left, .. } if left.len() > 1);
                prop_assert!(!cures || several || !again, "{:?}: {:?}", one.why, command.act);
            }
        }
    }
}
