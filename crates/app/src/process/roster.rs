//! The organisation as the engine asks about it, on one day.

use std::collections::BTreeMap;

use andu_base::Date;
use andu_org::{Grant, Organisation, Role};
use andu_workflow::{Roster, Staff, Unit};

/// Who works where in an agency on a day, in which roles, and who stands in for whom in what is decided.
pub fn roster(organisation: &Organisation, day: Date) -> Roster {
    let mut roster = Roster::default();
    for unit in organisation
        .units
        .iter()
        .filter(|unit| unit.period.contains(day))
    {
        let above = unit.parent_id;
        let heads = Vec::new();
        roster.units.insert(unit.id, Unit { above, heads });
    }
    let own = Organisation {
        substitutions: Vec::new(),
        ..organisation.clone()
    };
    let authorities: BTreeMap<_, _> = own.all_authorities();
    for member in &organisation.members {
        let titles = organisation.titles_on(member.id, day);
        if titles.is_empty() {
            continue;
        }
        let held = || {
            let held = authorities.get(&member.id).into_iter().flatten();
            held.filter(|why| why.period.contains(day))
                .filter_map(|why| Some((why.role()?, why)))
        };
        // 三员 read no document: no rule finds them.
        if held().any(|(role, _)| role.is_trusted()) {
            continue;
        }
        let mut staff = Staff {
            units: titles.iter().map(|title| title.department_id).collect(),
            posts: titles
                .iter()
                .map(|title| title.appointment.post_id)
                .collect(),
            ..Staff::default()
        };
        for (role, why) in held() {
            staff
                .roles
                .insert((role.name().to_owned(), why.department_id));
            if let (Role::DepartmentHead, Some(unit)) =
                (role, roster.units.get_mut(&why.department_id))
                && !unit.heads.contains(&member.id)
            {
                unit.heads.push(member.id);
            }
        }
        roster.people.insert(member.id, staff);
    }
    let standing = organisation.substitutions.iter();
    let standing = standing.filter(|standing| {
        let decides =
            |grant: &Grant| Grant::DECIDING.contains(grant) || *grant == Grant::KeepVocabulary;
        standing.period.contains(day) && standing.grants.iter().any(decides)
    });
    roster.substitutes = standing
        .map(|standing| (standing.principal_id, standing.deputy_id))
        .filter(|(_, deputy)| roster.people.contains_key(deputy))
        .collect();
    roster
}
