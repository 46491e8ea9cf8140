//! First run: who works at this store. And at a server: people, and the secrets their desks enrol with.

use andu_base::{AgencyId, ContentHash, DepartmentId, DeviceId, PersonId};
use andu_org::{Agency, Department, Grant, HeldGrant, Organisation, Period, Person};
use andu_store::{AgencyRecord, AuditEntry, DeviceRecord, Reader, Store, TemplateRecord, Tx};
use std::collections::{BTreeMap, btree_map::Entry};

use crate::{
    Refusal, account, lease,
    organisation::{self, Pen},
    renew::{self, Before},
};

/// What a new store begins with.
#[derive(Debug, Clone)]
pub struct FirstRun {
    /// The agency.
    pub agency: Agency,
    /// The department.
    pub department: Department,
    /// The person; holds every working grant at a desk of its own.
    pub person: Person,
    /// The desk's device.
    pub device: DeviceId,
    /// Its public key, 64 hexadecimal characters.
    pub verify_key: String,
    /// Instant in UTC.
    pub now: String,
}

/// Where the truth about a store's documents lies, and who uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The person.
    pub person: PersonId,
    /// The desk's device.
    pub device: DeviceId,
    /// Address of the server; empty at a desk of its own.
    pub server: String,
    /// It holds the demo agency.
    pub demo: bool,
}

/// Writes the first rows of a desk's store.
///
/// # Errors
/// `setup.name_needed` without a name for agency, department or person.
pub fn first_run(store: &Store, first: &FirstRun, demo: bool, server: &str) -> Result<(), Refusal> {
    let names = [
        &first.agency.name,
        &first.department.name,
        &first.person.name,
    ];
    if names.iter().any(|name| name.trim().is_empty()) {
        return Err(Refusal::because("setup.name_needed"));
    }
    store.write(|tx| -> Result<(), Refusal> {
        tx.agency_put(&first.agency)?;
        if server.is_empty() {
            let mut pen = Pen {
                tx: &mut *tx,
                serves: false,
                heads: &mut BTreeMap::new(),
            };
            organisation::enter_undated(&mut pen, &first.agency, &first.department, &first.person)?;
            pen.settle(&Organisation::new(first.agency.id))?;
        } else {
            joined(tx, (&first.department, &first.person))?;
        }
        tx.device_put(&DeviceRecord {
            id: first.device,
            person_id: first.person.id,
            verify_key: first.verify_key.clone(),
            token_hash: String::new(),
            last_seq: 0,
            enrolled_at: first.now.clone(),
        })?;
        enter_own_agency(tx, &first.agency)?;
        tx.meta_put("person", &first.person.id.as_text())?;
        tx.meta_put("device", &first.device.as_text())?;
        tx.meta_put("server", server)?;
        tx.meta_put("demo", if demo { "yes" } else { "" })?;
        Ok(())
    })
}

/// What a desk that joined knows before its first pull: who its person is and may do, as of today. Posts
/// and dates come from the server.
pub(crate) fn joined(
    tx: &mut Tx<'_>,
    (department, person): (&Department, &Person),
) -> Result<(), Refusal> {
    tx.department_put(department)?;
    tx.person_put(person)?;
    let grants = person.grants.iter();
    let held: Vec<HeldGrant> = grants
        .map(|grant| HeldGrant {
            grant: *grant,
            department_id: department.id,
            period: Period::unrecorded(),
        })
        .collect();
    tx.held_grants_put(person.id, &held)?;
    Ok(())
}

/// Enters one's own agency among those that documents name, unless its name stands there.
pub(crate) fn enter_own_agency(tx: &mut Tx<'_>, agency: &Agency) -> Result<(), Refusal> {
    let reader = tx.reader();
    let known = reader.other_agency_named(&andu_store::Sight::Whole, &agency.name, "")?;
    if known.is_some() {
        return Ok(());
    }
    tx.agency_record_put(&AgencyRecord {
        id: agency.id.as_text(),
        name: agency.name.clone(),
        short_name: agency.short_name.clone(),
        authority_code: agency.authority_code.clone(),
        relation: "own".into(),
        system: String::new(),
        members: Vec::new(),
    })?;
    Ok(())
}

/// Reads who uses this store.
///
/// # Errors
/// `setup.unfinished` if the first run was cut off before it was written.
pub fn home(reader: Reader<'_>) -> Result<Home, Refusal> {
    let unfinished = || Refusal::because("setup.unfinished");
    let text =
        |name: &str| -> Result<String, Refusal> { reader.meta(name)?.ok_or_else(unfinished) };
    Ok(Home {
        person: text("person")?.parse().map_err(|_| unfinished())?,
        device: text("device")?.parse().map_err(|_| unfinished())?,
        server: text("server")?,
        demo: text("demo")? == "yes",
    })
}

/// Puts the templates that come with the program in, or brings them up to date.
///
/// # Errors
/// The store's own.
pub fn ship_templates(store: &Store, templates: &[TemplateRecord]) -> Result<(), Refusal> {
    store.write(|tx| -> Result<(), Refusal> {
        for template in templates {
            tx.template_put(template)?;
        }
        Ok(())
    })
}

/// A person to enter at a server.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// The agency.
    pub agency: Agency,
    /// The department.
    pub department: Department,
    /// The person.
    pub person: Person,
}

/// Enters people at a server, each with the grants given, of whom no dates are known.
///
/// # Errors
/// `organisation.roles_apart` for grants that do not go together; the store's own.
pub fn enter_people(store: &Store, people: &[NewPerson]) -> Result<(), Refusal> {
    store.write(|tx| -> Result<(), Refusal> {
        let mut pen = Pen {
            tx: &mut *tx,
            serves: true,
            heads: &mut BTreeMap::new(),
        };
        let mut before: BTreeMap<AgencyId, Organisation> = BTreeMap::new();
        for entry in people {
            let id = entry.agency.id;
            if let Entry::Vacant(vacant) = before.entry(id) {
                vacant.insert(pen.tx.reader().organisation(id)?);
            }
            organisation::enter_undated(&mut pen, &entry.agency, &entry.department, &entry.person)?;
        }
        for organisation in before.values() {
            pen.settle(organisation)?;
        }
        Ok(())
    })
}

/// Allows one desk of a person to enrol, or the person to sign in by a browser, with a one-time secret, of
/// which only the hash is kept. `by` is who allows it, for the audit log.
///
/// # Errors
/// The store's own.
pub fn allow_enrolment(
    store: &Store,
    person: PersonId,
    secret: &str,
    by: &str,
    now: &str,
) -> Result<(), Refusal> {
    let hash = ContentHash::of(secret.as_bytes()).to_string();
    store.write(|tx| {
        tx.enrolment_put(&hash, person, now)?;
        tx.audit_append(&AuditEntry {
            at: now.to_owned(),
            actor_id: by.to_owned(),
            device_id: String::new(),
            action: "enrolment_allow".into(),
            subject_id: person.as_text(),
            detail: String::new(),
        })?;
        Ok(())
    })
}

/// What an enrolled desk is told.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Enrolled {
    /// The agency.
    pub agency: Agency,
    /// The department.
    pub department: Department,
    /// The person.
    pub person: Person,
}

/// What a desk shows to be enrolled.
#[derive(Debug, Clone, Copy)]
pub struct Enrolment<'a> {
    /// The one-time secret.
    pub secret: &'a str,
    /// The device it is going to be.
    pub device: DeviceId,
    /// Its public key, 64 hexadecimal characters.
    pub verify_key: &'a str,
    /// The token it is going to be known by.
    pub token: &'a str,
    /// Which device it was, and what is said where that one is still used; `None` at a new desk.
    pub before: Option<(&'a Before, &'a str)>,
}

/// Enrols a desk: uses the secret up, and knows the device by key and token from now on. A desk that asks
/// again with the token of its own making, because it heard no answer, is answered again. One that was
/// enrolled before takes the place of the device that it was.
///
/// # Errors
/// `setup.enrolment_refused` for a secret that is unknown or used up; `enrolment.other_person` for a secret
/// of somebody else than the desk is of, which is not used up.
pub fn enrol(store: &Store, asked: &Enrolment<'_>, now: &str) -> Result<Enrolled, Refusal> {
    let (device, verify_key, token) = (asked.device, asked.verify_key, asked.token);
    let refused = || Refusal::because("setup.enrolment_refused");
    crate::execute::verifying_key(verify_key).ok_or_else(refused)?;
    let hash = ContentHash::of(asked.secret.as_bytes()).to_string();
    let made_after = now.parse::<jiff::Timestamp>().map_err(|_| refused())?;
    let made_after = account::instant(made_after - account::INVITATION_ENDS);
    store.write(|tx| {
        let token_hash = ContentHash::of(token.as_bytes()).to_string();
        let known = tx.reader().device(device)?;
        let again = known
            .as_ref()
            .is_some_and(|known| known.token_hash == token_hash && known.verify_key == verify_key);
        let person_id = match known {
            Some(known) if again && tx.reader().device_revocation(device)?.is_none() => {
                known.person_id
            }
            Some(_) => return Err(refused()),
            None => tx
                .enrolment_use(&hash, now, &made_after)?
                .ok_or_else(refused)?,
        };
        if !again {
            tx.device_put(&DeviceRecord {
                id: device,
                person_id,
                verify_key: verify_key.to_owned(),
                token_hash,
                last_seq: 0,
                enrolled_at: now.to_owned(),
            })?;
            if let Some((before, reason)) = asked.before {
                renew::take_over(tx, before, (device, person_id), reason, now)?;
            }
        }
        let person = organisation::actor(tx.reader(), person_id, organisation::day_of(now))?;
        Ok(Enrolled {
            agency: tx.reader().agency(&person.agency_id.as_text())?,
            department: tx.reader().department(&person.department_id.as_text())?,
            person,
        })
    })
}

/// Ends the use of a device: its token and its signature are refused from now on. Says whether it was in
/// use until now.
///
/// # Errors
/// `device.not_there`.
pub fn revoke_device(
    store: &Store,
    device: DeviceId,
    (by, reason): (&str, &str),
    now: &str,
) -> Result<bool, Refusal> {
    store.write(|tx| end_device(tx, device, (by, reason), now))
}

/// The same within a transaction.
pub(crate) fn end_device(
    tx: &mut Tx<'_>,
    device: DeviceId,
    (by, reason): (&str, &str),
    now: &str,
) -> Result<bool, Refusal> {
    let known = tx.reader().device(device)?;
    let known = known.ok_or_else(|| Refusal::because("device.not_there"))?;
    let ended = tx.device_revoke(device, now, reason)?;
    if ended {
        tx.audit_append(&AuditEntry {
            at: now.to_owned(),
            actor_id: by.to_owned(),
            device_id: String::new(),
            action: "device_revoke".into(),
            subject_id: known.id.as_text(),
            detail: String::new(),
        })?;
        lease::end_device(tx, device, now)?;
    }
    Ok(ended)
}

/// The grants of somebody whose desk is its own primary: all that the work itself needs.
pub fn working_grants() -> std::collections::BTreeSet<Grant> {
    Grant::WORKING.into()
}

/// Ids for a first run, made by the caller.
#[derive(Debug, Clone, Copy)]
pub struct FirstIds {
    /// The agency.
    pub agency: AgencyId,
    /// The department.
    pub department: DepartmentId,
    /// The person.
    pub person: PersonId,
    /// The device.
    pub device: DeviceId,
}
