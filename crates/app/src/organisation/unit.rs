//! Agencies, departments and posts: entered, renamed, ended.

use andu_base::{AgencyId, Date, DepartmentId, PostId};
use andu_org::{Agency, Named, Naming, Organisation, Period, Post, Unit};
use andu_sync::Reason;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Entry, HOST, ended, governed, not_there};
use crate::{
    Call, Refusal,
    vocabulary::{needed, optional},
};

/// The longest name, in characters.
pub(super) const LONGEST_NAME: usize = 100;

/// An agency to enter on this server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgencyEnter {
    /// Id, made by the caller.
    pub id: AgencyId,
    /// 全称
    pub name: String,
    /// 规范化简称; may be empty.
    pub short_name: String,
    /// 机关代字; may be empty.
    pub authority_code: String,
    /// Since when it has this name.
    pub from_on: Date,
}

/// A department to enter.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepartmentEnter {
    /// Id, made by the caller.
    pub id: DepartmentId,
    /// The agency.
    pub agency_id: AgencyId,
    /// The department above it; null for one directly under the agency.
    pub parent_id: Option<DepartmentId>,
    /// Name.
    pub name: String,
    /// Its rank among its neighbours; small numbers first.
    pub place: i64,
    /// The first day.
    pub from_on: Date,
}

/// A post to enter.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostEnter {
    /// Id, made by the caller.
    pub id: PostId,
    /// The agency.
    pub agency_id: AgencyId,
    /// The department.
    pub department_id: DepartmentId,
    /// 职务 or 岗位 by its name.
    pub name: String,
    /// Its rank in the department; small numbers first.
    pub place: i64,
    /// The first day.
    pub from_on: Date,
}

/// Another name from a day on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    /// The agency it belongs to, or is.
    pub agency_id: AgencyId,
    /// What kind of thing.
    pub kind: Named,
    /// Its id.
    pub id: String,
    /// The new name.
    pub name: String,
    /// 规范化简称 of an agency; otherwise empty.
    pub short_name: String,
    /// 机关代字 of an agency; otherwise empty.
    pub authority_code: String,
    /// The first day of the new name.
    pub from_on: Date,
}

/// A department or a post to end.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitEnd {
    /// The agency.
    pub agency_id: AgencyId,
    /// Id of the department or post.
    pub id: String,
    /// The last day.
    pub last_on: Date,
}

pub(super) fn naming(
    kind: Named,
    subject_id: impl std::fmt::Display,
    from_on: Date,
    name: String,
) -> Entry {
    Entry::Naming(Naming {
        kind,
        subject_id: subject_id.to_string(),
        from_on,
        name,
        short_name: String::new(),
        authority_code: String::new(),
    })
}

fn taken(name: &str) -> Refusal {
    Refusal::Rejected(Reason::new("organisation.name_taken").with("name", name))
}

/// Enters an agency. Only those who administer the agency that runs the server may.
///
/// # Errors
/// `organisation.other_agency`, `organisation.name_taken`, `organisation.exists`.
pub fn enter_agency(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: AgencyEnter = serde_json::from_value(args)?;
    let id = args.id.as_text();
    call.about(&id);
    let host = call.tx.reader().meta(HOST)?.unwrap_or_default();
    if call.actor.agency_id.as_text() != host {
        return Err(Refusal::because("organisation.other_agency"));
    }
    let name = needed("机关全称", &args.name, LONGEST_NAME)?;
    for known in call.tx.reader().all_agencies()? {
        if known.id == args.id {
            return Err(Refusal::because("organisation.exists"));
        }
        if known.name == name {
            return Err(taken(&name));
        }
    }
    let agency = Agency {
        id: args.id,
        name,
        short_name: optional("规范化简称", &args.short_name, LONGEST_NAME)?,
        authority_code: optional("机关代字", &args.authority_code, 20)?,
    };
    call.tx.agency_put(&agency)?;
    let entry = Entry::Naming(Naming {
        kind: Named::Agency,
        subject_id: id.clone(),
        from_on: args.from_on,
        name: agency.name,
        short_name: agency.short_name,
        authority_code: agency.authority_code,
    });
    call.pen().put(args.id, &entry)?;
    Ok(json!({ "id": id }))
}

/// Enters a department.
///
/// # Errors
/// `organisation.name_taken` if a neighbour has the name, `organisation.not_there` for an unknown parent.
pub fn enter_department(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: DepartmentEnter = serde_json::from_value(args)?;
    call.about(&args.id.as_text());
    let organisation = governed(call, args.agency_id)?;
    let name = needed("部门名称", &args.name, LONGEST_NAME)?;
    if let Some(parent) = args.parent_id {
        not_there(living(&organisation, parent, args.from_on))?;
    }
    if call.tx.reader().department(&args.id.as_text()).is_ok() {
        return Err(Refusal::because("organisation.exists"));
    }
    check_department_name(&organisation, args.parent_id, &name, args.from_on)?;
    let unit = Unit {
        id: args.id,
        agency_id: args.agency_id,
        parent_id: args.parent_id,
        place: args.place,
        period: Period::since(args.from_on),
    };
    let mut pen = call.pen();
    pen.put(args.agency_id, &Entry::Unit(unit))?;
    pen.put(
        args.agency_id,
        &naming(Named::Department, args.id, args.from_on, name),
    )?;
    Ok(json!({ "id": args.id }))
}

fn living(organisation: &Organisation, id: DepartmentId, day: Date) -> Option<&Unit> {
    let mut units = organisation.units.iter();
    units.find(|unit| unit.id == id && unit.period.contains(day))
}

fn check_department_name(
    organisation: &Organisation,
    parent: Option<DepartmentId>,
    name: &str,
    day: Date,
) -> Result<(), Refusal> {
    let same = |unit: &&Unit| {
        unit.parent_id == parent
            && unit.period.contains(day)
            && organisation.name_on(Named::Department, &unit.id.as_text(), day) == name
    };
    match organisation.units.iter().find(same) {
        Some(_) => Err(taken(name)),
        None => Ok(()),
    }
}

/// Enters a post.
///
/// # Errors
/// `organisation.not_there` for an unknown department, `organisation.name_taken` if it has such a post.
pub fn enter_post(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: PostEnter = serde_json::from_value(args)?;
    call.about(&args.id.as_text());
    let organisation = governed(call, args.agency_id)?;
    let name = needed("岗位名称", &args.name, LONGEST_NAME)?;
    not_there(living(&organisation, args.department_id, args.from_on))?;
    for post in &organisation.posts {
        if post.id == args.id {
            return Err(Refusal::because("organisation.exists"));
        }
        let held = organisation.name_on(Named::Post, &post.id.as_text(), args.from_on);
        let here = post.department_id == args.department_id && post.period.contains(args.from_on);
        if here && held == name {
            return Err(taken(&name));
        }
    }
    let post = Post {
        id: args.id,
        department_id: args.department_id,
        place: args.place,
        period: Period::since(args.from_on),
    };
    let mut pen = call.pen();
    pen.put(args.agency_id, &Entry::Post(post))?;
    pen.put(
        args.agency_id,
        &naming(Named::Post, args.id, args.from_on, name),
    )?;
    Ok(json!({ "id": args.id }))
}

/// Gives something another name from a day on; until then it keeps the one it has.
///
/// # Errors
/// `organisation.history_stands` for a day in the past on which a name began.
pub fn rename(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Rename = serde_json::from_value(args)?;
    call.about(&args.id);
    let organisation = governed(call, args.agency_id)?;
    let id = &args.id;
    let known = match args.kind {
        Named::Agency => *id == args.agency_id.as_text(),
        Named::Department => organisation
            .units
            .iter()
            .any(|unit| unit.id.as_text() == *id),
        Named::Post => organisation
            .posts
            .iter()
            .any(|post| post.id.as_text() == *id),
        Named::Person => organisation
            .members
            .iter()
            .any(|who| who.id.as_text() == *id),
    };
    not_there(known.then_some(()))?;
    let today = call.today();
    let stands = |known: &Naming| {
        known.kind == args.kind && known.subject_id == *id && known.from_on == args.from_on
    };
    if args.from_on < today && organisation.namings.iter().any(stands) {
        return Err(Refusal::because("organisation.history_stands"));
    }
    let of_agency = |text: &str, field, limit| match args.kind {
        Named::Agency => optional(field, text, limit),
        Named::Department | Named::Post | Named::Person => Ok(String::new()),
    };
    let entry = Entry::Naming(Naming {
        kind: args.kind,
        subject_id: id.clone(),
        from_on: args.from_on,
        name: needed("名称", &args.name, LONGEST_NAME)?,
        short_name: of_agency(&args.short_name, "规范化简称", LONGEST_NAME)?,
        authority_code: of_agency(&args.authority_code, "机关代字", 20)?,
    });
    call.pen().put(args.agency_id, &entry)?;
    Ok(json!({ "id": args.id }))
}

/// Ends a department that has no posts any more.
///
/// # Errors
/// `organisation.department_in_use`, and those of every ending.
pub fn end_department(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    end(call, args, |organisation, args| {
        let mut units = organisation.units.iter();
        let unit = not_there(units.find(|unit| unit.id.as_text() == args.id))?;
        let period = ended(unit.period, args.last_on)?;
        let outlives = |other: &Period| other.through.is_none_or(|last| args.last_on < last);
        let posts = organisation.posts.iter();
        let under = organisation.units.iter();
        let used = posts
            .filter(|post| post.department_id == unit.id)
            .any(|post| outlives(&post.period))
            || under
                .filter(|below| below.parent_id == Some(unit.id))
                .any(|below| outlives(&below.period));
        if used {
            return Err(Refusal::because("organisation.department_in_use"));
        }
        Ok(Entry::Unit(Unit { period, ..*unit }))
    })
}

/// Ends a post that nobody holds any more.
///
/// # Errors
/// `organisation.post_in_use`, and those of every ending.
pub fn end_post(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    end(call, args, |organisation, args| {
        let mut posts = organisation.posts.iter();
        let post = not_there(posts.find(|post| post.id.as_text() == args.id))?;
        let period = ended(post.period, args.last_on)?;
        let mut holders = organisation.appointments.iter();
        if holders.any(|held| {
            held.post_id == post.id && held.period.through.is_none_or(|last| args.last_on < last)
        }) {
            return Err(Refusal::because("organisation.post_in_use"));
        }
        Ok(Entry::Post(Post { period, ..*post }))
    })
}

/// Puts what `ending` makes of the thing that is to end.
fn end(
    call: &mut Call<'_, '_>,
    args: Value,
    ending: impl FnOnce(&Organisation, &UnitEnd) -> Result<Entry, Refusal>,
) -> Result<Value, Refusal> {
    let args: UnitEnd = serde_json::from_value(args)?;
    call.about(&args.id);
    let organisation = governed(call, args.agency_id)?;
    let entry = ending(&organisation, &args)?;
    call.pen().put(args.agency_id, &entry)?;
    Ok(json!({ "id": args.id }))
}
