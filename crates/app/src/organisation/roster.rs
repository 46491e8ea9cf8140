//! A list of people entered at once: departments and posts that are not there yet are entered with them.
//! What would happen can be asked first; who cannot be entered is named and left out.

use std::collections::BTreeSet;

use andu_base::{AgencyId, AppointmentId, Date, DepartmentId, PersonId, PostId, TelephoneId};
use andu_org::{
    Appointment, Member, Named, Organisation, Period, Post, Telephone, TelephoneGrade,
    TelephoneKind, Unit,
};
use andu_sync::Reason;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Entry, governed,
    people::{derived, dialled},
    unit::{LONGEST_NAME, naming},
};
use crate::{Call, Refusal, View, vocabulary::needed};

/// People to enter.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// The agency.
    pub agency_id: AgencyId,
    /// The first day at their posts.
    pub from_on: Date,
    /// The people, in the order of the list.
    pub people: Vec<RosterRow>,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterRow {
    /// Name.
    pub name: String,
    /// 内设机构
    pub department: String,
    /// 职务
    #[serde(default)]
    pub post: String,
    /// Office telephone, for everybody of the agency; may be empty.
    #[serde(default)]
    pub office: String,
    /// Mobile telephone, for the department; may be empty.
    #[serde(default)]
    pub mobile: String,
}

/// What entering a list does, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RosterReport {
    /// Departments that were not there.
    pub departments: u32,
    /// Posts that were not there.
    pub posts: u32,
    /// People who were not there.
    pub people: u32,
    /// New or changed telephones.
    pub telephones: u32,
    /// Lines about people who are at that post already.
    pub unchanged: u32,
    /// Lines that are left out, with the reason; counted from 1.
    pub problems: Vec<(u32, Reason)>,
}

/// The longest list.
const MOST_PEOPLE: usize = 5_000;

/// Says what entering a list would do.
///
/// # Errors
/// `organisation.roster_too_long`, `organisation.other_agency`; the store's own.
pub fn check_roster(view: &View<'_>, roster: &Roster) -> Result<RosterReport, Refusal> {
    let organisation = view.organisation(roster.agency_id)?;
    let telephones = view.telephones(&organisation)?;
    Ok(Plan::of(organisation, telephones, roster, "")?.report)
}

/// Enters a list.
///
/// # Errors
/// `organisation.roster_too_long`, `organisation.other_agency`.
pub fn enter_roster(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let roster: Roster = serde_json::from_value(args)?;
    call.about(&roster.agency_id.as_text());
    let before = governed(call, roster.agency_id)?;
    let telephones = call.tx.reader().telephones(roster.agency_id)?;
    let seed = call.command.id.as_text();
    let plan = Plan::of(before.clone(), telephones, &roster, &seed)?;
    let today = call.today();
    let mut pen = call.pen();
    for entry in &plan.entries {
        pen.put(roster.agency_id, entry)?;
    }
    let after = pen.settle(&before)?;
    for telephone in &plan.telephones {
        pen.put_telephone(&after, telephone, today)?;
    }
    Ok(serde_json::to_value(&plan.report)?)
}

struct Plan {
    /// As it would be after what is planned so far.
    organisation: Organisation,
    known_telephones: Vec<Telephone>,
    from: Date,
    seed: String,
    entries: Vec<Entry>,
    telephones: Vec<Telephone>,
    report: RosterReport,
}

impl Plan {
    fn of(
        organisation: Organisation,
        known_telephones: Vec<Telephone>,
        roster: &Roster,
        seed: &str,
    ) -> Result<Self, Refusal> {
        if roster.people.len() > MOST_PEOPLE {
            return Err(Refusal::Rejected(
                Reason::new("organisation.roster_too_long").with("limit", MOST_PEOPLE),
            ));
        }
        let mut plan = Self {
            organisation,
            known_telephones,
            from: roster.from_on,
            seed: seed.to_owned(),
            entries: Vec::new(),
            telephones: Vec::new(),
            report: RosterReport::default(),
        };
        let mut seen = BTreeSet::new();
        for (line, row) in (1..).zip(&roster.people) {
            let again = !seen.insert((row.name.trim(), row.department.trim(), row.post.trim()));
            let done = if again {
                Err(Refusal::because("organisation.roster_twice"))
            } else {
                plan.row(line, row)
            };
            match done {
                Ok(()) => {}
                Err(Refusal::Rejected(reason)) => plan.report.problems.push((line, reason)),
                Err(failed) => return Err(failed),
            }
        }
        Ok(plan)
    }

    fn id(&self, kind: &str, name: &str) -> uuid::Uuid {
        derived(&[&self.seed, kind, name])
    }

    fn row(&mut self, line: u32, row: &RosterRow) -> Result<(), Refusal> {
        let name = needed("姓名", &row.name, 50)?;
        let unit = needed("部门", &row.department, LONGEST_NAME)?;
        let title = needed("职务", &row.post, LONGEST_NAME)?;
        let office = optional_number(&row.office)?;
        let mobile = optional_number(&row.mobile)?;
        let namesakes = self.namesakes(&name);
        let here = namesakes
            .iter()
            .copied()
            .find(|person| self.holds(*person, &unit, &title));
        let person = match (here, namesakes.is_empty()) {
            (Some(person), _) => {
                self.report.unchanged += 1;
                person
            }
            // The same person at another post, or another person: only somebody who knows can say.
            (None, false) => {
                return Err(Refusal::Rejected(
                    Reason::new("organisation.roster_namesake").with("name", name),
                ));
            }
            (None, true) => self.enter(line, &name, &unit, &title)?,
        };
        // Who sees a number follows from its column; what it is called, from the number.
        let kind = office
            .as_deref()
            .map_or(TelephoneKind::Office, TelephoneKind::of_number);
        self.telephone(person, kind, TelephoneGrade::Agency, office);
        self.telephone(
            person,
            TelephoneKind::Mobile,
            TelephoneGrade::Department,
            mobile,
        );
        Ok(())
    }

    fn namesakes(&self, name: &str) -> Vec<PersonId> {
        let named = |id: PersonId| {
            self.organisation
                .name_on(Named::Person, &id.as_text(), self.from)
                == name
        };
        let members = self.organisation.members.iter();
        members.map(|who| who.id).filter(|id| named(*id)).collect()
    }

    fn holds(&self, person: PersonId, unit: &str, title: &str) -> bool {
        let all = &self.organisation;
        all.titles_on(person, self.from).iter().any(|held| {
            let (department, post) = (held.department_id, held.appointment.post_id);
            all.name_on(Named::Department, &department.as_text(), self.from) == unit
                && all.name_on(Named::Post, &post.as_text(), self.from) == title
        })
    }

    fn put(&mut self, entry: Entry) {
        match &entry {
            Entry::Unit(unit) => self.organisation.units.push(*unit),
            Entry::Post(post) => self.organisation.posts.push(*post),
            Entry::Member(member) => self.organisation.members.push(*member),
            Entry::Naming(naming) => self.organisation.namings.push(naming.clone()),
            Entry::Appointment(held) => self.organisation.appointments.push(*held),
            Entry::Role(_) | Entry::Substitution(_) | Entry::Telephone(_) | Entry::LeaseTerm(_) => {
            }
        }
        self.entries.push(entry);
    }

    fn department(&mut self, name: &str) -> Result<DepartmentId, Refusal> {
        let all = &self.organisation;
        let fitting: Vec<DepartmentId> = all
            .units
            .iter()
            .filter(|unit| unit.period.contains(self.from))
            .map(|unit| unit.id)
            .filter(|id| all.name_on(Named::Department, &id.as_text(), self.from) == name)
            .collect();
        match fitting.as_slice() {
            [one] => Ok(*one),
            [] => {
                let id = DepartmentId(self.id("department", name));
                let place = i64::try_from(self.organisation.units.len()).unwrap_or(0);
                self.put(Entry::Unit(Unit {
                    id,
                    agency_id: self.organisation.agency_id,
                    parent_id: None,
                    place,
                    period: Period::since(self.from),
                }));
                self.put(naming(Named::Department, id, self.from, name.to_owned()));
                self.report.departments += 1;
                Ok(id)
            }
            _ => Err(Refusal::Rejected(
                Reason::new("organisation.roster_which_department").with("name", name),
            )),
        }
    }

    fn post(&mut self, department: DepartmentId, name: &str) -> PostId {
        let all = &self.organisation;
        let known = all.posts.iter().find(|post| {
            post.department_id == department
                && post.period.covers(&Period::since(self.from))
                && all.name_on(Named::Post, &post.id.as_text(), self.from) == name
        });
        if let Some(post) = known {
            return post.id;
        }
        let id = PostId(self.id("post", &format!("{department}/{name}")));
        let here = all
            .posts
            .iter()
            .filter(|post| post.department_id == department);
        let place = i64::try_from(here.count()).unwrap_or(0);
        self.put(Entry::Post(Post {
            id,
            department_id: department,
            place,
            period: Period::since(self.from),
        }));
        self.put(naming(Named::Post, id, self.from, name.to_owned()));
        self.report.posts += 1;
        id
    }

    fn enter(
        &mut self,
        line: u32,
        name: &str,
        unit: &str,
        title: &str,
    ) -> Result<PersonId, Refusal> {
        let department_id = self.department(unit)?;
        let post_id = self.post(department_id, title);
        let id = PersonId(self.id("person", &line.to_string()));
        self.put(Entry::Member(Member {
            id,
            agency_id: self.organisation.agency_id,
            department_id,
        }));
        self.put(naming(Named::Person, id, self.from, name.to_owned()));
        self.put(Entry::Appointment(Appointment {
            id: AppointmentId(self.id("appointment", &line.to_string())),
            person_id: id,
            post_id,
            is_main: true,
            period: Period::since(self.from),
        }));
        self.report.people += 1;
        Ok(id)
    }

    fn telephone(
        &mut self,
        person: PersonId,
        kind: TelephoneKind,
        grade: TelephoneGrade,
        number: Option<String>,
    ) {
        let Some(number) = number else { return };
        let known = self
            .known_telephones
            .iter()
            .find(|known| known.person_id == person && known.kind == kind);
        if known.is_some_and(|known| known.number == number) {
            return;
        }
        let new = || TelephoneId(self.id("telephone", &format!("{person}/{}", kind.name())));
        self.telephones.push(Telephone {
            id: known.map_or_else(new, |known| known.id),
            person_id: person,
            kind,
            number,
            grade: known.map_or(grade, |known| known.grade),
        });
        self.report.telephones += 1;
    }
}

fn optional_number(text: &str) -> Result<Option<String>, Refusal> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    dialled(text).map(Some)
}
