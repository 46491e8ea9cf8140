//! Filling an empty server with the demo county, through the same commands that people send: its three
//! administrators found it, enter the agencies and give the roles, and each document is drafted by somebody who
//! may. Many commands go into one transaction; what is cut off goes on where it was.

use andu_base::{AgencyId, AppointmentId, CommandId, Date, DepartmentId, DeviceId, PersonId};
use andu_document::OfficialDocument;
use andu_draft::DraftText;
use andu_org::{Agency, Department, Holder, Named, Organisation, Role};
use andu_store::{Reader, Store, Tx};
use andu_sync::{Command, Outcome};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use uuid::Uuid;

use super::county::{County, CountyAgency, CountyPerson, county, document};
use crate::{
    Origin, Place, Refusal, Rule,
    account::{self, Pepper},
    execute::settle,
    organisation::{self, Founding},
};

/// The password of everybody in the demo county, at desks and in browsers. It is no secret, which is why such a
/// server listens to its own machine alone.
pub const PASSWORD: &str = "demo-wangxi-2026";
/// Documents that the county has unless another number is asked for.
pub const DOCUMENTS: u32 = 2_000;
/// Documents written in one transaction.
const AT_ONCE: u32 = 200;
/// The first day of the county's organisation.
const SINCE: Date = Date::constant(2024, 1, 1);
/// How many documents are written; there from the moment when the people are.
const WRITTEN: &str = "demo_documents";
/// How many are to be there: a filling that was cut off goes on to so many.
const WANTED: &str = "demo_wanted";

/// What filling needs that only a shell has.
pub struct Makings<'a> {
    /// The row of the command table by its name.
    pub rule_of: &'a dyn Fn(&Command) -> Option<Rule>,
    /// A new id (UUIDv7).
    pub new_id: &'a dyn Fn() -> Uuid,
    /// The server's device.
    pub device: DeviceId,
    /// The server's pepper.
    pub pepper: &'a Pepper,
    /// Instant in UTC.
    pub now: &'a str,
}

/// Whether this store holds the demo.
///
/// # Errors
/// The store's own.
pub fn is_demo(reader: Reader<'_>) -> Result<bool, Refusal> {
    Ok(reader.meta("demo")?.is_some_and(|demo| demo == "yes"))
}

/// How many documents this demo is to have; `None` where nobody said so.
///
/// # Errors
/// The store's own.
pub fn wanted(reader: Reader<'_>) -> Result<Option<u32>, Refusal> {
    Ok(reader.meta(WANTED)?.and_then(|count| count.parse().ok()))
}

/// Fills the store until it has the county's people and so many documents; `told` hears how many there are.
/// Says how many were written now.
///
/// # Errors
/// `demo.not_empty` for a store in which there is anything that is not of the demo.
pub fn fill(
    store: &Store,
    documents: u32,
    makings: &Makings<'_>,
    told: &mut dyn FnMut(u32),
) -> Result<u32, Refusal> {
    let county = county()?;
    if !store.read(is_demo)? {
        store.write(|tx| found_county(tx, &county, makings))?;
    }
    store.write(|tx| tx.meta_put(WANTED, &documents.to_string()))?;
    let mut written = 0;
    loop {
        let (done, now) = store.write(|tx| write_some(tx, &county, documents, makings))?;
        written += now;
        told(done);
        if now == 0 {
            return Ok(written);
        }
    }
}

/// The agencies, the people with their posts and roles, their accounts: all of it or nothing.
fn found_county(tx: &mut Tx<'_>, county: &County, makings: &Makings<'_>) -> Result<(), Refusal> {
    let reader = tx.reader();
    let is_empty = reader.all_agencies()?.is_empty()
        && reader.people()?.is_empty()
        && reader.audit_entries(0, 1)?.is_empty();
    if !is_empty {
        return Err(Refusal::because("demo.not_empty"));
    }
    let three = found_three(tx, county, makings)?;
    for (at, agency) in county.agencies.iter().enumerate() {
        enter_agency(tx, (at, agency), &three, makings)?;
    }
    let people = tx.reader().people()?;
    let people: Vec<(PersonId, &str)> = people
        .iter()
        .map(|person| (person.id, person.name.as_str()))
        .collect();
    account::enter_alike(tx, makings.pepper, &people, PASSWORD, makings.now)?;
    for agency in &county.agencies {
        enter_vocabulary(tx, county, agency, makings)?;
    }
    tx.meta_put("demo", "yes")?;
    tx.meta_put(WRITTEN, "0")?;
    Ok(())
}

/// What the county is governed by, and what its towns are called together.
const GOVERNMENT: (&str, &str) = ("望溪县人民政府", "县政府");
const TOWNS: &str = "各乡镇人民政府";

/// Whom an agency writes to: the government above it, the others of the county, the towns together.
fn enter_vocabulary(
    tx: &mut Tx<'_>,
    county: &County,
    own: &CountyAgency,
    makings: &Makings<'_>,
) -> Result<(), Refusal> {
    let keeps = |person: &&CountyPerson| {
        let mut roles = person.roles.iter();
        roles.any(|role| role == Role::RecordsKeeper.name())
    };
    let keeper = own.people.iter().find(keeps);
    let people = tx.reader().people()?;
    let keeper = keeper.and_then(|keeper| people.iter().find(|one| one.name == keeper.name));
    let keeper = keeper.ok_or_else(|| Refusal::because("demo.broken"))?.id;
    let entry = |name: &str, short_name: &str, code: &str, relation: &str, members: &[&str]| {
        json!({
            "id": (makings.new_id)().hyphenated().to_string(), "name": name, "short_name": short_name,
            "authority_code": code, "relation": relation, "system": own.system, "members": members,
            "was": null,
        })
    };
    let others = county
        .agencies
        .iter()
        .filter(|other| other.agency != own.agency);
    let towns: Vec<&str> = others
        .clone()
        .map(|other| other.agency.as_str())
        .filter(|name| name.ends_with("镇人民政府") || name.ends_with("乡人民政府"))
        .collect();
    let mut all = vec![entry(GOVERNMENT.0, GOVERNMENT.1, "", "superior", &[])];
    all.extend(others.map(|other| {
        let (name, short) = (&other.agency, &other.short_name);
        entry(name, short, &other.authority_code, "peer", &[])
    }));
    all.push(entry(TOWNS, "", "", "peer", &towns));
    for args in all {
        act(tx, keeper, "agency_put", args, makings)?;
    }
    Ok(())
}

/// 三员 of the county, and the agency they work in.
struct Three {
    host: AgencyId,
    system: PersonId,
    security: PersonId,
}

fn is_trusted(person: &CountyPerson) -> bool {
    person.roles.iter().any(|role| {
        role.parse::<Role>()
            .is_ok_and(|role| Role::TRUSTED.contains(&role))
    })
}

fn found_three(tx: &mut Tx<'_>, county: &County, makings: &Makings<'_>) -> Result<Three, Refusal> {
    let missing = || Refusal::because("demo.broken");
    let own = county.agencies.first().ok_or_else(missing)?;
    let holder = |role: Role| {
        let mut people = own.people.iter();
        let found = people.find(|person| person.roles.iter().any(|held| held == role.name()));
        found.ok_or_else(missing)
    };
    let [system, security, audit] = Role::TRUSTED.map(holder);
    let (system, security, audit) = (system?, security?, audit?);
    let id = || PersonId((makings.new_id)());
    let (host, ids) = (AgencyId((makings.new_id)()), [id(), id(), id()]);
    let founding = Founding {
        agency: Agency {
            id: host,
            name: own.agency.clone(),
            short_name: own.short_name.clone(),
            authority_code: own.authority_code.clone(),
        },
        department: Department {
            id: DepartmentId((makings.new_id)()),
            agency_id: host,
            name: system.department.clone(),
        },
        people: [
            (ids[0], system.name.clone()),
            (ids[1], security.name.clone()),
            (ids[2], audit.name.clone()),
        ],
        now: makings.now.to_owned(),
    };
    organisation::found_in(tx, &founding)?;
    Ok(Three {
        host,
        system: ids[0],
        security: ids[1],
    })
}

fn enter_agency(
    tx: &mut Tx<'_>,
    (at, agency): (usize, &CountyAgency),
    three: &Three,
    makings: &Makings<'_>,
) -> Result<(), Refusal> {
    let id = if at == 0 {
        three.host
    } else {
        let id = AgencyId((makings.new_id)());
        let entered = json!({
            "id": id, "name": agency.agency, "short_name": agency.short_name,
            "authority_code": agency.authority_code, "from_on": SINCE,
        });
        act(tx, three.system, "agency_enter", entered, makings)?;
        id
    };
    let rows: Vec<Value> = agency
        .people
        .iter()
        .enumerate()
        .filter(|(_, person)| !is_trusted(person))
        .map(|(n, person)| {
            let number = at * 100 + n + 1;
            json!({
                "name": person.name, "department": person.department, "post": person.post,
                "office": format!("0600-62{number:05}"), "mobile": format!("1390000{number:04}"),
            })
        })
        .collect();
    let list = json!({ "agency_id": id, "from_on": SINCE, "people": rows });
    act(tx, three.system, "roster_enter", list, makings)?;
    give_roles(tx, id, agency, three, makings)
}

/// Each role goes to the post where all who hold the post have it, else to the one appointment.
fn give_roles(
    tx: &mut Tx<'_>,
    id: AgencyId,
    agency: &CountyAgency,
    three: &Three,
    makings: &Makings<'_>,
) -> Result<(), Refusal> {
    let organisation = tx.reader().organisation(id)?;
    let today = organisation::day_of(makings.now);
    let mut given: Vec<(Holder, &str)> = Vec::new();
    for person in agency.people.iter().filter(|person| !is_trusted(person)) {
        let alike = |other: &&CountyPerson| {
            (&other.department, &other.post) == (&person.department, &person.post)
        };
        let place = place_of(&organisation, &person.name, today);
        let (post, appointment) = place.ok_or_else(|| Refusal::because("demo.broken"))?;
        for role in &person.roles {
            let mut all = agency.people.iter().filter(alike);
            let holder = match all.all(|other| other.roles.contains(role)) {
                true => Holder::Post(post),
                false => Holder::Appointment(appointment),
            };
            if given.contains(&(holder, role)) {
                continue;
            }
            given.push((holder, role));
            let args = json!({
                "agency_id": id, "role": role, "holder": holder,
                "from_on": today, "through_on": null,
            });
            act(tx, three.security, "role_give", args, makings)?;
        }
    }
    Ok(())
}

/// The post of somebody, and the appointment to it. No two people of the county have one name.
fn place_of(
    organisation: &Organisation,
    name: &str,
    day: Date,
) -> Option<(andu_base::PostId, AppointmentId)> {
    let named = |id: PersonId| organisation.name_on(Named::Person, &id.as_text(), day) == name;
    let mut held = organisation.appointments.iter();
    let held = held.find(|held| named(held.person_id))?;
    Some((held.post_id, held.id))
}

/// Writes the next documents; answers with how many there are and how many were written now.
fn write_some(
    tx: &mut Tx<'_>,
    county: &County,
    documents: u32,
    makings: &Makings<'_>,
) -> Result<(u32, u32), Refusal> {
    let known = tx.reader().meta(WRITTEN)?.unwrap_or_default();
    let done: u32 = known.parse().map_err(|_| Refusal::because("demo.broken"))?;
    let until = documents.min(done.saturating_add(AT_ONCE)).max(done);
    if until == done {
        return Ok((done, 0));
    }
    let people = tx.reader().people()?;
    for n in done..until {
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        let (agency, k) = (n % county.agencies.len(), n / county.agencies.len());
        let drafters: Vec<&CountyPerson> = county.agencies[agency]
            .people
            .iter()
            .filter(|person| person.roles.iter().any(|role| role == Role::Drafter.name()))
            .collect();
        let author = drafters[(k * 7 + k / drafters.len()) % drafters.len()];
        let author = people.iter().find(|person| person.name == author.name);
        let author = author.ok_or_else(|| Refusal::because("demo.broken"))?.id;
        // The ledger gives the number when it is signed.
        let unnumbered = OfficialDocument {
            issue_number: None,
            ..document(county, agency, k)?
        };
        write(tx, author, n, &unnumbered, makings)?;
    }
    tx.meta_put(WRITTEN, &until.to_string())?;
    Ok((until, until - done))
}

/// Drafts one document; what is not of the newest months is submitted, and a few are in the bin.
fn write(
    tx: &mut Tx<'_>,
    author: PersonId,
    n: usize,
    document: &OfficialDocument,
    makings: &Makings<'_>,
) -> Result<(), Refusal> {
    let id = (makings.new_id)().hyphenated().to_string();
    let day = document.date_of_issue.map(|day| day.to_string());
    let day = day.ok_or_else(|| Refusal::because("demo.broken"))?;
    let written_at = format!("{day}T{:02}:{:02}:00.000Z", 1 + n % 8, n * 7 % 60);
    let at = written_at.as_str().min(makings.now);
    let state = andu_draft::from_document(document, 1)?;
    let create = json!({
        "id": id, "lineage": (makings.new_id)(), "state": STANDARD.encode(&state),
    });
    act_at(tx, author, "draft_create", create, (at, makings))?;
    if n % 53 == 7 {
        act_at(
            tx,
            author,
            "draft_discard",
            json!({ "id": id }),
            (at, makings),
        )?;
    } else if day.as_str() < "2026-08" {
        let text = DraftText::from_updates(1, std::iter::once(state.as_slice()))?;
        let frozen = andu_draft::freeze(&text.to_document()?.document);
        let submit = json!({
            "id": id, "note": NOTES[n % NOTES.len()], "content": frozen.hash,
            "version_id": (makings.new_id)(),
        });
        act_at(tx, author, "draft_submit", submit, (at, makings))?;
    }
    Ok(())
}

const NOTES: [&str; 4] = [
    "请审阅。",
    "",
    "已与有关科室沟通，请审。",
    "时间较紧，请尽快审核。",
];

fn act(
    tx: &mut Tx<'_>,
    actor: PersonId,
    kind: &str,
    args: Value,
    makings: &Makings<'_>,
) -> Result<(), Refusal> {
    act_at(tx, actor, kind, args, (makings.now, makings))
}

fn act_at(
    tx: &mut Tx<'_>,
    actor: PersonId,
    kind: &str,
    args: Value,
    (at, makings): (&str, &Makings<'_>),
) -> Result<(), Refusal> {
    let command = Command::new(
        CommandId((makings.new_id)()),
        (makings.device, actor),
        kind,
        args,
        at,
    );
    let how = (Place::Server, Origin::Here);
    let rule = (makings.rule_of)(&command);
    match settle(tx, command, rule, how, makings.now)? {
        Outcome::Applied { .. } | Outcome::Merged { .. } => Ok(()),
        Outcome::Rejected { reason }
        | Outcome::Superseded { reason }
        | Outcome::Conflict { reason, .. } => Err(Refusal::Rejected(reason)),
        Outcome::Deferred { .. } => Err(Refusal::because("demo.broken")),
    }
}

/// The text that a new document of an agency begins with, as `draft_create` takes it: without number and date,
/// which are given when it is signed.
///
/// # Errors
/// `command.arguments` if the asset does not read; a test sees to it that it does.
pub fn beginning(county: &County, agency: usize, n: usize) -> Result<String, Refusal> {
    let written = document(county, agency, n)?;
    let fresh = OfficialDocument {
        issue_number: None,
        date_of_issue: None,
        copy_number: None,
        ..written
    };
    Ok(STANDARD.encode(andu_draft::from_document(&fresh, 1)?))
}
