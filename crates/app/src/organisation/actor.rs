//! Who somebody is on a day: what the person may do, at which post, and what the person's desks may see.

use andu_base::{Date, PersonId};
use andu_org::{Grant, Named, Person, Role};
use andu_store::{Reader, Result as StoreResult};
use andu_sync::Scope;
use jiff::{Timestamp, tz::Offset};

/// The day in Asia/Shanghai of an instant as stores write it. What cannot be read is the first day there is:
/// nobody holds anything on it.
pub fn day_of(now: &str) -> Date {
    now.parse::<Timestamp>().map_or(Date::MIN, |instant| {
        Offset::constant(8).to_datetime(instant).date()
    })
}

/// The person as of a day: name, main post, department and grants.
///
/// # Errors
/// `NotFound` of the store.
pub fn actor(reader: Reader<'_>, id: PersonId, day: Date) -> StoreResult<Person> {
    let mut person = reader.person(id)?;
    if let Some(name) = reader.name_on(Named::Person, &id.as_text(), day)? {
        person.name = name;
    }
    let held = reader.appointments_of(id)?;
    let now = held.iter().find(|(held, _)| held.period.contains(day));
    if let Some((_, post)) = now {
        person.department_id = post.department_id;
        if let Some(title) = reader.name_on(Named::Post, &post.id.as_text(), day)? {
            person.post = title;
        }
    }
    let grants = reader.held_grants(id)?.into_iter();
    person.grants = grants
        .filter(|held| held.period.contains(day))
        .map(|held| held.grant)
        .collect();
    Ok(person)
}

/// Whether somebody holds `grant` on a day.
///
/// # Errors
/// The store's own.
pub fn may(reader: Reader<'_>, id: PersonId, grant: Grant, day: Date) -> StoreResult<bool> {
    let held = reader.held_grants(id)?;
    Ok(held
        .iter()
        .any(|held| held.grant == grant && held.period.contains(day)))
}

/// Whether somebody may look into every agency of a server: with an administrator's grant in the agency
/// that runs it.
///
/// # Errors
/// The store's own.
pub fn governs(reader: Reader<'_>, person: &Person, day: Date) -> StoreResult<bool> {
    let host = reader.meta(super::HOST)?.unwrap_or_default();
    let administers = Role::TRUSTED
        .into_iter()
        .flat_map(|role| role.grants())
        .map(|grant| may(reader, person.id, *grant, day));
    Ok(person.agency_id.as_text() == host
        && administers
            .collect::<StoreResult<Vec<_>>>()?
            .contains(&true))
}

/// The scopes that somebody's desks may see on a day. Who holds no post any more keeps only what is the
/// person's own.
///
/// # Errors
/// The store's own.
pub fn granted(reader: Reader<'_>, id: PersonId, day: Date) -> StoreResult<Vec<Scope>> {
    let person = reader.person(id)?;
    let mut scopes = vec![Scope::person(id)];
    let posts = reader.appointments_of(id)?.into_iter();
    let mut departments: Vec<_> = posts
        .filter(|(held, post)| held.period.contains(day) && post.period.contains(day))
        .map(|(_, post)| post.department_id)
        .collect();
    departments.sort();
    departments.dedup();
    if !departments.is_empty() {
        scopes.push(Scope::agency(person.agency_id));
        scopes.extend(departments.into_iter().map(Scope::colleagues));
        let drafts = reader.co_drafted(&id.as_text(), day)?;
        scopes.extend(drafts.iter().map(|id| Scope::draft(id)));
    }
    for held in reader.held_grants(id)? {
        let scope = match held.grant {
            Grant::ReadDepartment => Scope::department(held.department_id),
            Grant::ReadTelephones => Scope::restricted(person.agency_id),
            Grant::GiveRoles | Grant::ReviewAccess => Scope::roles(person.agency_id),
            Grant::KeepVocabulary | Grant::Supervise => Scope::register(person.agency_id),
            Grant::Draft
            | Grant::KeepOrganisation
            | Grant::CarryDiscs
            | Grant::ApproveDiscs
            | Grant::HeadDepartment
            | Grant::ReviewLaw
            | Grant::ReviewText
            | Grant::Sign
            | Grant::SignAsPrincipal => continue,
        };
        if held.period.contains(day) && !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    Ok(scopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_in_shanghai() {
        assert_eq!(
            day_of("2026-03-01T15:59:59.999Z"),
            Date::constant(2026, 3, 1)
        );
        assert_eq!(
            day_of("2026-03-01T16:00:00.000Z"),
            Date::constant(2026, 3, 2)
        );
        assert_eq!(day_of("soon"), Date::MIN);
    }
}
