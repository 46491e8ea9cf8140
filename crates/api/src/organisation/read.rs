//! The organisation as of a day: the tree, a person's card, the contacts.

use std::collections::BTreeMap;

use andu_app::{View, process::roster};
use andu_base::{AgencyId, Date, PersonId};
use andu_org::{Named, Organisation, Period, Role, Telephone, TelephoneGrade, TelephoneKind};
use andu_store::{ContactRecord, look_up_text};
use andu_workflow::Staff;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ApiError, Caller, text};

/// As of when.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OrganisationQuery {
    /// The day; null for today.
    pub on: Option<String>,
    /// The agency; null for one's own. Others only for those who administer the server's.
    pub agency_id: Option<String>,
}

/// An agency as of a day.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrganisationTree {
    /// Id of the agency.
    pub agency_id: String,
    /// Its name on that day.
    pub agency: String,
    /// The day.
    pub on: String,
    /// Departments, each after the one above it.
    pub departments: Vec<TreeDepartment>,
}

/// A department as of a day.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TreeDepartment {
    /// Id.
    pub id: String,
    /// The department above it, if any.
    pub parent_id: Option<String>,
    /// How many departments are above it.
    pub depth: u32,
    /// Name.
    pub name: String,
    /// The first day; null where nobody wrote it down.
    pub from_on: Option<String>,
    /// The last day, if one is set.
    pub through_on: Option<String>,
    /// Posts, highest rank first.
    pub posts: Vec<TreePost>,
}

/// A post as of a day.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TreePost {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// The first day; null where nobody wrote it down.
    pub from_on: Option<String>,
    /// The last day, if one is set.
    pub through_on: Option<String>,
    /// Who holds it on that day.
    pub holders: Vec<TreeHolder>,
}

/// Somebody who holds a post on a day.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TreeHolder {
    /// Id of the appointment.
    pub appointment_id: String,
    /// Id of the person.
    pub person_id: String,
    /// Name.
    pub name: String,
    /// The person's own place.
    pub is_main: bool,
    /// The first day; null where nobody wrote it down.
    pub from_on: Option<String>,
    /// The last day, if one is set.
    pub through_on: Option<String>,
}

/// Whose card.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PersonQuery {
    /// Id of the person.
    pub id: String,
    /// The day; null for today.
    pub on: Option<String>,
}

/// A person.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PersonCard {
    /// Id.
    pub id: String,
    /// Id of the agency.
    pub agency_id: String,
    /// Name on that day.
    pub name: String,
    /// Posts, past, present and to come; the newest first.
    pub appointments: Vec<CardAppointment>,
    /// Names, the newest first.
    pub names: Vec<CardName>,
    /// Telephones the reader may see.
    pub telephones: Vec<TelephoneRow>,
    /// 办公室房号; may be empty.
    pub room: String,
    /// 备注; may be empty.
    pub note: String,
}

/// A post on a card, by the names it had then.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CardAppointment {
    /// Id.
    pub id: String,
    /// Id of the post.
    pub post_id: String,
    /// Name of the department at the time.
    pub department: String,
    /// Name of the post at the time.
    pub post: String,
    /// The person's own place.
    pub is_main: bool,
    /// The first day; null where nobody wrote it down.
    pub from_on: Option<String>,
    /// The last day, if one is set.
    pub through_on: Option<String>,
    /// Held on the day that was asked for.
    pub current: bool,
}

/// A name on a card.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CardName {
    /// The name.
    pub name: String,
    /// The first day; null where nobody wrote it down.
    pub from_on: Option<String>,
}

/// A telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TelephoneRow {
    /// Id; empty for one of the vocabulary.
    pub id: String,
    /// What it is for.
    pub kind: TelephoneKind,
    /// The number.
    pub number: String,
    /// Who may see it.
    pub grade: TelephoneGrade,
}

/// Whom to look for.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ContactQuery {
    /// Name, pinyin, initials, post, department or number; empty for everybody.
    pub text: String,
    /// Only of this department and those below it; null for all.
    pub department_id: Option<String>,
    /// At most 5,000.
    pub limit: u32,
    /// Only people of the agency who may be asked to handle a document, those who lead it first.
    #[serde(default)]
    pub handles: bool,
}

/// Somebody to reach, once for each post.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ContactRow {
    /// Id of the person; empty for somebody only the vocabulary knows.
    pub person_id: String,
    /// Name.
    pub name: String,
    /// Id of the department; empty for somebody only the vocabulary knows.
    pub department_id: String,
    /// Name of the department.
    pub department: String,
    /// 职务
    pub post: String,
    /// Telephones the reader may see.
    pub telephones: Vec<TelephoneRow>,
    /// 办公室房号; may be empty.
    pub room: String,
    /// 备注; may be empty.
    pub note: String,
}

pub(super) fn day(caller: &dyn Caller, on: Option<&str>) -> Result<Date, ApiError> {
    match on {
        None => Ok(caller.today()),
        Some(text) => text.parse().map_err(|_| text::error("command.arguments")),
    }
}

/// The organisation of one's own agency, or of another on this server for those who may look at it.
pub(super) fn agency(
    view: &View<'_>,
    caller: &dyn Caller,
    wanted: Option<&str>,
) -> Result<Organisation, ApiError> {
    let not_there = || text::error("organisation.not_there");
    let wanted: Option<AgencyId> = wanted
        .map(|id| id.parse().map_err(|_| not_there()))
        .transpose()?;
    Ok(view.organisation(wanted.unwrap_or(caller.actor().agency_id))?)
}

/// A first day as it is shown.
pub(super) fn first(period: &Period) -> Option<String> {
    (period.from != Period::UNRECORDED).then(|| period.from.to_string())
}

/// A last day as it is shown.
pub(super) fn last(period: &Period) -> Option<String> {
    period.through.map(|day| day.to_string())
}

pub(super) fn tree(
    caller: &dyn Caller,
    query: OrganisationQuery,
) -> Result<OrganisationTree, ApiError> {
    let on = day(caller, query.on.as_deref())?;
    caller.look().read(|view| {
        let all = agency(view, caller, query.agency_id.as_deref())?;
        let agency_id = all.agency_id.as_text();
        let mut departments = Vec::new();
        branch(&all, on, None, 0, &mut departments);
        Ok(OrganisationTree {
            agency: all.name_on(Named::Agency, &agency_id, on).to_owned(),
            agency_id,
            on: on.to_string(),
            departments,
        })
    })
}

/// The departments below `parent`, each followed by its own.
fn branch(
    all: &Organisation,
    on: Date,
    parent: Option<andu_base::DepartmentId>,
    depth: u32,
    found: &mut Vec<TreeDepartment>,
) {
    // What was entered in a circle by mistake of ours must not hang the window.
    if depth > 20 {
        return;
    }
    for unit in &all.units {
        if unit.parent_id != parent || !unit.period.contains(on) {
            continue;
        }
        let id = unit.id.as_text();
        let posts = all
            .posts
            .iter()
            .filter(|post| post.department_id == unit.id);
        found.push(TreeDepartment {
            name: all.name_on(Named::Department, &id, on).to_owned(),
            id,
            parent_id: parent.map(andu_base::DepartmentId::as_text),
            depth,
            from_on: first(&unit.period),
            through_on: last(&unit.period),
            posts: posts
                .filter(|post| post.period.contains(on))
                .map(|post| tree_post(all, post, on))
                .collect(),
        });
        branch(all, on, Some(unit.id), depth + 1, found);
    }
}

fn tree_post(all: &Organisation, post: &andu_org::Post, on: Date) -> TreePost {
    let id = post.id.as_text();
    let held = all.appointments.iter();
    let held = held.filter(|held| held.post_id == post.id && held.period.contains(on));
    let mut holders: Vec<TreeHolder> = held
        .map(|held| TreeHolder {
            appointment_id: held.id.as_text(),
            person_id: held.person_id.as_text(),
            name: all
                .name_on(Named::Person, &held.person_id.as_text(), on)
                .to_owned(),
            is_main: held.is_main,
            from_on: first(&held.period),
            through_on: last(&held.period),
        })
        .collect();
    holders.sort_by(|one, two| {
        let place = |held: &TreeHolder| (!held.is_main, held.name.clone());
        place(one).cmp(&place(two))
    });
    TreePost {
        name: all.name_on(Named::Post, &id, on).to_owned(),
        id,
        from_on: first(&post.period),
        through_on: last(&post.period),
        holders,
    }
}

pub(super) fn card(caller: &dyn Caller, query: PersonQuery) -> Result<PersonCard, ApiError> {
    let on = day(caller, query.on.as_deref())?;
    let id: PersonId = query
        .id
        .parse()
        .map_err(|_| text::error("organisation.not_there"))?;
    caller.look().read(|view| {
        let all = view.organisation(view.agency_of(id))?;
        if !all.members.iter().any(|member| member.id == id) {
            return Err(text::error("organisation.not_there"));
        }
        let word = id.as_text();
        let found = view.contact_records(&all)?.into_iter();
        let (room, note) = found
            .into_iter()
            .find(|found| found.person_id == word)
            .map_or_else(Default::default, |found| (found.room, found.note));
        let mut held: Vec<_> = all
            .appointments
            .iter()
            .filter(|held| held.person_id == id)
            .collect();
        held.sort_by_key(|held| std::cmp::Reverse((held.period.from, held.is_main)));
        let mut names: Vec<_> = all
            .namings
            .iter()
            .filter(|naming| naming.kind == Named::Person && naming.subject_id == word)
            .collect();
        names.sort_by_key(|naming| std::cmp::Reverse(naming.from_on));
        Ok(PersonCard {
            agency_id: all.agency_id.as_text(),
            name: all.name_on(Named::Person, &word, on).to_owned(),
            id: word,
            appointments: held
                .into_iter()
                .map(|held| card_appointment(&all, held, on))
                .collect(),
            names: names
                .into_iter()
                .map(|naming| CardName {
                    name: naming.name.clone(),
                    from_on: first(&Period::since(naming.from_on)),
                })
                .collect(),
            telephones: view
                .telephones(&all)?
                .into_iter()
                .filter(|telephone| telephone.person_id == id)
                .map(TelephoneRow::from)
                .collect(),
            room,
            note,
        })
    })
}

fn card_appointment(all: &Organisation, held: &andu_org::Appointment, on: Date) -> CardAppointment {
    // A post of the past by the name it had at its end, one to come by the name of its beginning.
    let then = match held.period.through {
        Some(last) if last < on => last,
        _ => on.max(held.period.from),
    };
    let department = all.department_of(held.post_id);
    let department = department.map_or_else(String::new, andu_base::DepartmentId::as_text);
    CardAppointment {
        id: held.id.as_text(),
        post_id: held.post_id.as_text(),
        department: all.name_on(Named::Department, &department, then).to_owned(),
        post: all
            .name_on(Named::Post, &held.post_id.as_text(), then)
            .to_owned(),
        is_main: held.is_main,
        from_on: first(&held.period),
        through_on: last(&held.period),
        current: held.period.contains(on),
    }
}

impl From<Telephone> for TelephoneRow {
    fn from(telephone: Telephone) -> Self {
        Self {
            id: telephone.id.as_text(),
            kind: telephone.kind,
            number: telephone.number,
            grade: telephone.grade,
        }
    }
}

pub(super) fn contacts(
    caller: &dyn Caller,
    query: ContactQuery,
) -> Result<Vec<ContactRow>, ApiError> {
    let today = caller.today();
    let wanted = look_up_key(&query.text);
    caller.look().read(|view| {
        let all = agency(view, caller, None)?;
        let telephones = view.telephones(&all)?;
        let places = view.contact_records(&all)?;
        let mut departments = Vec::new();
        branch(&all, today, None, 0, &mut departments);
        let mut rows: Vec<ContactRow> = departments
            .iter()
            .filter(|unit| within(&departments, unit, query.department_id.as_deref()))
            .flat_map(|unit| rows_of(unit, &telephones, &places))
            .collect();
        if query.handles {
            keep_handlers(&mut rows, &all, today);
        } else if query.department_id.is_none() {
            let known: Vec<(String, String)> = rows
                .iter()
                .map(|row| (row.name.clone(), row.department.clone()))
                .collect();
            let others = view.contacts("", 5_000)?.into_iter().map(vocabulary_row);
            rows.extend(
                others.filter(|row| !known.contains(&(row.name.clone(), row.department.clone()))),
            );
        }
        rows.retain(|row| fits(row, &wanted));
        rows.truncate(query.limit.min(5_000) as usize);
        Ok(rows)
    })
}

/// Leaves out whom no process asks, and puts the leaders of the agency before the others.
fn keep_handlers(rows: &mut Vec<ContactRow>, all: &Organisation, today: Date) {
    let roster = roster(all, today);
    let staff: BTreeMap<String, &Staff> = roster
        .people
        .iter()
        .map(|(person, staff)| (person.as_text(), staff))
        .collect();
    rows.retain(|row| staff.contains_key(&row.person_id));
    rows.sort_by_key(|row| {
        let roles = &staff[&row.person_id].roles;
        let leads = |role: Role| roles.iter().any(|(held, _)| held == role.name());
        match (leads(Role::Principal), leads(Role::Leader)) {
            (true, _) => 0,
            (_, true) => 1,
            _ => 2,
        }
    });
}

fn look_up_key(text: &str) -> String {
    let text = text.to_lowercase();
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether a department is the wanted one or below it.
fn within(all: &[TreeDepartment], unit: &TreeDepartment, wanted: Option<&str>) -> bool {
    let Some(wanted) = wanted else { return true };
    let mut at = Some(unit);
    while let Some(here) = at {
        if here.id == wanted {
            return true;
        }
        let above = here.parent_id.as_deref();
        at = above.and_then(|id| all.iter().find(|unit| unit.id == id));
    }
    false
}

fn rows_of<'a>(
    unit: &'a TreeDepartment,
    telephones: &'a [Telephone],
    places: &'a [ContactRecord],
) -> impl Iterator<Item = ContactRow> + 'a {
    unit.posts.iter().flat_map(move |post| {
        post.holders.iter().map(move |held| ContactRow {
            person_id: held.person_id.clone(),
            name: held.name.clone(),
            department_id: unit.id.clone(),
            department: unit.name.clone(),
            post: post.name.clone(),
            telephones: telephones
                .iter()
                .filter(|telephone| telephone.person_id.as_text() == held.person_id)
                .cloned()
                .map(TelephoneRow::from)
                .collect(),
            room: place(places, &held.person_id, |place| &place.room),
            note: place(places, &held.person_id, |place| &place.note),
        })
    })
}

fn place(places: &[ContactRecord], person: &str, of: fn(&ContactRecord) -> &String) -> String {
    let found = places.iter().find(|place| place.person_id == person);
    found.map_or_else(String::new, |place| of(place).clone())
}

fn vocabulary_row(person: andu_store::PersonRecord) -> ContactRow {
    let telephone = (!person.telephone.is_empty()).then(|| TelephoneRow {
        id: String::new(),
        kind: TelephoneKind::of_number(&person.telephone),
        number: person.telephone.clone(),
        grade: TelephoneGrade::Agency,
    });
    ContactRow {
        person_id: String::new(),
        name: person.name,
        department_id: String::new(),
        department: person.department,
        post: person.post,
        telephones: telephone.into_iter().collect(),
        room: String::new(),
        note: String::new(),
    }
}

fn fits(row: &ContactRow, wanted: &str) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let number = |telephone: &TelephoneRow| {
        let digits: String = telephone
            .number
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        digits.contains(wanted) || telephone.number.contains(wanted)
    };
    look_up_text(&row.name, true).contains(wanted)
        || [&row.department, &row.post, &row.room, &row.note]
            .iter()
            .any(|text| look_up_text(text, false).contains(wanted))
        || row.telephones.iter().any(number)
}
