//! Roles given and taken, substitutes named. What confers a right is never dated back.

use std::collections::BTreeSet;

use andu_base::{AgencyId, Date, PersonId, SubstitutionId};
use andu_org::{Grant, Holder, Organisation, Role, RoleGiven, Substitution};
use andu_sync::Reason;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Entry, ended, governed, not_there, whole};
use crate::{Call, Refusal};

/// A role for a post or an appointment.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleGive {
    /// The agency.
    pub agency_id: AgencyId,
    /// The role.
    pub role: Role,
    /// What holds it.
    pub holder: Holder,
    /// The first day.
    pub from_on: Date,
    /// The last day, if one is set.
    pub through_on: Option<Date>,
}

/// A role to take.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleTake {
    /// The agency.
    pub agency_id: AgencyId,
    /// The role.
    pub role: Role,
    /// What holds it.
    pub holder: Holder,
    /// Its first day.
    pub from_on: Date,
    /// Its last day.
    pub last_on: Date,
}

/// A substitute to name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubstituteName {
    /// Id, made by the caller.
    pub id: SubstitutionId,
    /// The agency.
    pub agency_id: AgencyId,
    /// The one who is away.
    pub principal_id: PersonId,
    /// The one who stands in.
    pub deputy_id: PersonId,
    /// What is handed over.
    pub grants: BTreeSet<Grant>,
    /// The first day.
    pub from_on: Date,
    /// The last day.
    pub through_on: Date,
}

/// A substitution to end early.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubstituteEnd {
    /// The agency.
    pub agency_id: AgencyId,
    /// Id of the substitution.
    pub id: SubstitutionId,
    /// The last day.
    pub last_on: Date,
}

fn not_backwards(call: &Call<'_, '_>, from: Date) -> Result<(), Refusal> {
    if from < call.today() {
        return Err(Refusal::because("organisation.not_backwards"));
    }
    Ok(())
}

fn holds(organisation: &Organisation, holder: Holder) -> bool {
    match holder {
        Holder::Post(id) => organisation.posts.iter().any(|post| post.id == id),
        Holder::Appointment(id) => organisation.appointments.iter().any(|held| held.id == id),
    }
}

fn subject(holder: Holder) -> String {
    match holder {
        Holder::Post(id) => id.as_text(),
        Holder::Appointment(id) => id.as_text(),
    }
}

/// Gives a role to a post or to one appointment.
///
/// # Errors
/// `organisation.role_held` if it holds the role in that time, `organisation.roles_apart` if somebody
/// would hold roles that do not go together, `organisation.not_backwards`.
pub fn give_role(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: RoleGive = serde_json::from_value(args)?;
    call.about(&subject(args.holder));
    let organisation = governed(call, args.agency_id)?;
    not_there(holds(&organisation, args.holder).then_some(()))?;
    not_backwards(call, args.from_on)?;
    let given = RoleGiven {
        role: args.role,
        holder: args.holder,
        period: whole(args.from_on, args.through_on)?,
    };
    // One that was taken on the day it began holds no day: it is given anew in its place.
    let held = |other: &RoleGiven| {
        (other.role, other.holder) == (given.role, given.holder)
            && other.period.shared(&given.period).is_some()
    };
    if organisation.roles.iter().any(held) {
        return Err(Refusal::Rejected(
            Reason::new("organisation.role_held").with("role", args.role.title()),
        ));
    }
    let mut pen = call.pen();
    pen.put(args.agency_id, &Entry::Role(given))?;
    pen.settle(&organisation)?;
    Ok(json!({ "id": subject(args.holder) }))
}

/// Takes a role: it is held through the last day.
///
/// # Errors
/// `organisation.last_holder` if nobody would be one of 三员 any more, `organisation.not_backwards`, and
/// those of every ending.
pub fn take_role(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: RoleTake = serde_json::from_value(args)?;
    call.about(&subject(args.holder));
    let organisation = governed(call, args.agency_id)?;
    let mut roles = organisation.roles.iter();
    let given = not_there(roles.find(|given| {
        (given.role, given.holder, given.period.from) == (args.role, args.holder, args.from_on)
    }))?;
    // Yesterday is the earliest last day: taken as of today. What was allowed before was allowed.
    not_backwards(call, args.last_on.tomorrow().unwrap_or(Date::MAX))?;
    let period = ended(given.period, args.last_on)?;
    let mut pen = call.pen();
    pen.put(args.agency_id, &Entry::Role(RoleGiven { period, ..*given }))?;
    pen.settle(&organisation)?;
    Ok(json!({ "id": subject(args.holder) }))
}

/// Names a substitute for a time.
///
/// # Errors
/// `organisation.substitute_self`, `organisation.nothing_handed_over`, `organisation.roles_apart`,
/// `organisation.not_backwards`.
pub fn name_substitute(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: SubstituteName = serde_json::from_value(args)?;
    call.about(&args.principal_id.as_text());
    let organisation = governed(call, args.agency_id)?;
    for person in [args.principal_id, args.deputy_id] {
        not_there(organisation.members.iter().find(|who| who.id == person))?;
    }
    if args.principal_id == args.deputy_id {
        return Err(Refusal::because("organisation.substitute_self"));
    }
    if organisation
        .substitutions
        .iter()
        .any(|known| known.id == args.id)
    {
        return Err(Refusal::because("organisation.exists"));
    }
    not_backwards(call, args.from_on)?;
    let period = whole(args.from_on, Some(args.through_on))?;
    let held = organisation.authorities(args.principal_id);
    let hands_over = held
        .iter()
        .any(|why| args.grants.contains(&why.grant) && why.period.shared(&period).is_some());
    if !hands_over {
        return Err(Refusal::because("organisation.nothing_handed_over"));
    }
    let standing = Substitution {
        id: args.id,
        principal_id: args.principal_id,
        deputy_id: args.deputy_id,
        grants: args.grants,
        period,
    };
    let mut pen = call.pen();
    pen.put(args.agency_id, &Entry::Substitution(standing))?;
    pen.settle(&organisation)?;
    Ok(json!({ "id": args.id }))
}

/// Ends a substitution early.
///
/// # Errors
/// `organisation.not_backwards`, and those of every ending.
pub fn end_substitute(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: SubstituteEnd = serde_json::from_value(args)?;
    call.about(&args.id.as_text());
    let organisation = governed(call, args.agency_id)?;
    let mut known = organisation.substitutions.iter();
    let standing = not_there(known.find(|standing| standing.id == args.id))?;
    not_backwards(call, args.last_on.tomorrow().unwrap_or(Date::MAX))?;
    let standing = Substitution {
        period: ended(standing.period, args.last_on)?,
        ..standing.clone()
    };
    let mut pen = call.pen();
    pen.put(args.agency_id, &Entry::Substitution(standing))?;
    pen.settle(&organisation)?;
    Ok(json!({ "id": args.id }))
}
