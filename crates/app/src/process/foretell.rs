//! What a decision would lead to, before it is made: the engine is asked, and nothing is kept.

use andu_base::{Date, DepartmentId, PersonId, WorkCalendar};
use andu_org::{Organisation, Role};
use andu_workflow::{Command, Context, Instance, Net, Powers, Staff, decide};
use uuid::Uuid;

use super::roster;

/// Whoever holds a role that this store does not know the holders of.
pub const SOMEBODY: PersonId = PersonId(Uuid::nil());

/// The instance as it would be after a command; `None` where the engine would refuse it as it stands. A store that
/// does not know who holds which role (`knows_roles` is false) finds [`SOMEBODY`] for each of them.
pub fn foretell(
    (net, instance): (&Net, &Instance),
    command: &Command,
    (organisation, day): (&Organisation, Date),
    knows_roles: bool,
) -> Option<Instance> {
    let mut known = roster(organisation, day);
    if !knows_roles {
        let units: Vec<DepartmentId> = known.units.keys().copied().collect();
        let roles = Role::ALL.iter().filter(|role| !role.is_trusted());
        let held = roles.flat_map(|role| units.iter().map(|unit| (role.name().to_owned(), *unit)));
        let somebody = Staff {
            roles: held.collect(),
            ..Staff::default()
        };
        for unit in known
            .units
            .values_mut()
            .filter(|unit| unit.heads.is_empty())
        {
            unit.heads.push(SOMEBODY);
        }
        known.people.insert(SOMEBODY, somebody);
    }
    let context = Context {
        now: command.made_at,
        roster: &known,
        calendar: WorkCalendar::known(),
        powers: Powers::default(),
        offline: false,
    };
    let decided = decide(net, instance, command, &context);
    decided.ok().map(|decided| decided.instance)
}
