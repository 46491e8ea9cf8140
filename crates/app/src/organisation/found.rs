//! Founding: a server's first three administrators, three different people, once. Afterwards every change
//! is made by one of those who hold the roles.

use andu_base::{AgencyId, DepartmentId, PersonId};
use andu_org::{Agency, Department, Person, Role};
use andu_store::{AuditEntry, Reader, Store, Tx};
use andu_sync::Reason;
use std::collections::BTreeMap;

use super::{HOST, Pen, day_of, enter_since};
use crate::{Refusal, vocabulary::needed};

/// Who administers a server from the beginning.
#[derive(Debug, Clone)]
pub struct Founding {
    /// The agency that runs the server: one that is there by its name, or a new one.
    pub agency: Agency,
    /// The department in which the three work.
    pub department: Department,
    /// Names and ids of 系统管理员, 安全保密管理员, 安全审计员, in this order.
    pub people: [(PersonId, String); 3],
    /// Instant in UTC.
    pub now: String,
}

/// Whether the server has its administrators.
///
/// # Errors
/// The store's own.
pub fn is_founded(reader: Reader<'_>) -> Result<bool, Refusal> {
    Ok(!reader.meta(HOST)?.unwrap_or_default().is_empty())
}

/// Enters the three and gives each one role.
///
/// # Errors
/// `organisation.founded` if it was done before, `organisation.three_people` if two have one name,
/// `vocabulary.empty` without a name.
pub fn found(store: &Store, founding: &Founding) -> Result<AgencyId, Refusal> {
    store.write(|tx| found_in(tx, founding))
}

/// The same within a transaction.
///
/// # Errors
/// As [`found`].
pub(crate) fn found_in(tx: &mut Tx<'_>, founding: &Founding) -> Result<AgencyId, Refusal> {
    let mut names = Vec::new();
    for (_, name) in &founding.people {
        names.push(needed("姓名", name, 50)?);
    }
    needed("机关全称", &founding.agency.name, 100)?;
    needed("部门名称", &founding.department.name, 100)?;
    let mut different = names.clone();
    different.sort();
    different.dedup();
    if different.len() < names.len() {
        return Err(Refusal::Rejected(Reason::new("organisation.three_people")));
    }
    if is_founded(tx.reader())? {
        return Err(Refusal::because("organisation.founded"));
    }
    let (agency, department) = place(tx, founding)?;
    let before = tx.reader().organisation(agency.id)?;
    let since = day_of(&founding.now);
    let mut pen = Pen {
        tx: &mut *tx,
        serves: true,
        heads: &mut BTreeMap::new(),
    };
    for (role, ((id, _), name)) in Role::TRUSTED
        .into_iter()
        .zip(founding.people.iter().zip(names))
    {
        let person = Person {
            id: *id,
            agency_id: agency.id,
            department_id: department.id,
            name,
            post: role.title().to_owned(),
            grants: role.grants().iter().copied().collect(),
        };
        enter_since(&mut pen, &agency, &department, &person, since)?;
    }
    pen.settle(&before)?;
    tx.meta_put(HOST, &agency.id.as_text())?;
    tx.audit_append(&AuditEntry {
        at: founding.now.clone(),
        // Whoever sits at the server: nobody is known by name before this.
        actor_id: String::new(),
        device_id: String::new(),
        action: "organisation_found".into(),
        subject_id: agency.id.as_text(),
        detail: founding
            .people
            .iter()
            .map(|(id, _)| id.as_text())
            .collect::<Vec<_>>()
            .join(" "),
    })?;
    Ok(agency.id)
}

/// The agency and the department of these names, those that are there or new ones.
fn place(tx: &Tx<'_>, founding: &Founding) -> Result<(Agency, Department), Refusal> {
    let known = tx.reader().all_agencies()?.into_iter();
    let mut known = known.filter(|agency| agency.name == founding.agency.name);
    let agency = known.next().unwrap_or_else(|| founding.agency.clone());
    let before = tx.reader().organisation(agency.id)?;
    let mut units = before.units.iter().map(|unit| unit.id);
    let named = |id: &DepartmentId| {
        let id = id.as_text();
        let naming = before.naming_on(andu_org::Named::Department, &id, andu_base::Date::MAX);
        naming.is_some_and(|naming| naming.name == founding.department.name)
    };
    let department = Department {
        id: units.find(named).unwrap_or(founding.department.id),
        agency_id: agency.id,
        name: founding.department.name.clone(),
    };
    Ok((agency, department))
}
