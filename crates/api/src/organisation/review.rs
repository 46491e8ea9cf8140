//! Roles as they are given, and the review: who may do what, where, and why.

use std::collections::BTreeMap;

use andu_base::{Date, DepartmentId, PersonId, chinese_date};
use andu_org::{Authority, Grant, Holder, Named, Organisation, Period, Role, Step};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    act::HolderKind,
    read::{OrganisationQuery, agency, day, first, last},
};
use crate::{ApiError, Caller, text};

/// Roles and substitutions that hold on a day or will.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoleBoard {
    /// Id of the agency.
    pub agency_id: String,
    /// Days without a contact after which desks close what they hold for a time only.
    pub lease_days: u32,
    /// Every role there is.
    pub roles: Vec<RoleKind>,
    /// Roles that are held or will be.
    pub given: Vec<RoleRow>,
    /// Substitutions that hold or will.
    pub substitutions: Vec<SubstituteRow>,
}

/// A role.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoleKind {
    /// Its word.
    pub role: Role,
    /// Its name.
    pub title: String,
    /// What it allows.
    pub grants: Vec<Grant>,
    /// What it allows, in words.
    pub allows: Vec<String>,
    /// One of 三员: goes together with no other role.
    pub trusted: bool,
}

/// A role that is held.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoleRow {
    /// The role.
    pub role: Role,
    /// Its name.
    pub title: String,
    /// A post or an appointment.
    pub holder_kind: HolderKind,
    /// Id of it.
    pub holder_id: String,
    /// Department and post.
    pub post: String,
    /// Who holds it on that day.
    pub people: Vec<String>,
    /// The first day as it is kept.
    pub from_on: String,
    /// The last day, if one is set.
    pub through_on: Option<String>,
}

/// Somebody who stands in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SubstituteRow {
    /// Id.
    pub id: String,
    /// The one who is away.
    pub principal: String,
    /// The one who stands in.
    pub deputy: String,
    /// What is handed over, in words.
    pub allows: Vec<String>,
    /// The first day.
    pub from_on: String,
    /// The last day.
    pub through_on: Option<String>,
}

/// What to review.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AccessQuery {
    /// The day; null for today.
    pub on: Option<String>,
    /// The agency; null for one's own. Others only for those who administer the server's.
    pub agency_id: Option<String>,
    /// Only who reads what is handed to this department.
    pub department_id: Option<String>,
    /// Only this person.
    pub person_id: Option<String>,
}

/// Who may do what, and why.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccessReview {
    /// The day.
    pub on: String,
    /// By person and grant; one row for each reason.
    pub rows: Vec<AccessRow>,
    /// Days without a contact after which desks close what they hold for a time only.
    pub lease_days: u32,
}

/// Somebody may do something, for one reason.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccessRow {
    /// Id of the person.
    pub person_id: String,
    /// Name.
    pub person: String,
    /// Departments and posts on that day.
    pub titles: String,
    /// What.
    pub grant: Grant,
    /// What, in words.
    pub allows: String,
    /// Id of the department in which it was conferred.
    pub department_id: String,
    /// Its name.
    pub department: String,
    /// The first day; null where nobody wrote it down.
    pub from_on: Option<String>,
    /// The last day, if one is set.
    pub through_on: Option<String>,
    /// The chain, from the person to the grant, in sentences.
    pub why: Vec<String>,
}

fn words(key: &str, fields: &[(&str, &str)]) -> String {
    let fields: BTreeMap<String, String> = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    text::sentence(key, &fields)
}

fn allows(grant: Grant) -> String {
    words(&format!("organisation.grant_{}", grant.name()), &[])
}

/// A period in words.
fn span(period: &Period) -> String {
    let from = (period.from != Period::UNRECORDED).then(|| chinese_date(period.from));
    match (from, period.through.map(chinese_date)) {
        (None, None) => words("organisation.period_unrecorded", &[]),
        (None, Some(through)) => words("organisation.period_until", &[("through", &through)]),
        (Some(from), None) => words("organisation.period_open", &[("from", &from)]),
        (Some(from), Some(through)) => words(
            "organisation.period_closed",
            &[("from", &from), ("through", &through)],
        ),
    }
}

/// Names as of one day.
struct Names<'a> {
    all: &'a Organisation,
    on: Date,
}

impl Names<'_> {
    fn person(&self, id: PersonId) -> String {
        self.all
            .name_on(Named::Person, &id.as_text(), self.on)
            .to_owned()
    }

    fn department(&self, id: DepartmentId) -> &str {
        self.all.name_on(Named::Department, &id.as_text(), self.on)
    }

    fn post(&self, id: andu_base::PostId) -> (&str, &str) {
        let unit = self.all.department_of(id);
        // Those who lead stand under 领导, which is no unit: 主任, not 办公室领导主任.
        let unit = unit.map_or("", |unit| self.department(unit));
        let unit = if unit.ends_with("领导") { "" } else { unit };
        (unit, self.all.name_on(Named::Post, &id.as_text(), self.on))
    }

    fn titles(&self, id: PersonId) -> String {
        let titles = self.all.titles_on(id, self.on);
        let titles = titles.iter().map(|title| {
            let (unit, post) = self.post(title.appointment.post_id);
            format!("{unit}{post}")
        });
        titles.collect::<Vec<_>>().join("、")
    }

    fn step(&self, step: &Step) -> String {
        match step {
            Step::StandsIn {
                principal, period, ..
            } => words(
                "organisation.why_stands_in",
                &[
                    ("principal", &self.person(*principal)),
                    ("period", &span(period)),
                ],
            ),
            Step::Holds { post, period, .. } => {
                let (department, post) = self.post(*post);
                let fields = [
                    ("department", department),
                    ("post", post),
                    ("period", &span(period)),
                ];
                words("organisation.why_holds", &fields)
            }
            Step::Has {
                role,
                holder,
                period,
            } => {
                let key = match holder {
                    Holder::Post(_) => "organisation.why_post_role",
                    Holder::Appointment(_) => "organisation.why_appointment_role",
                };
                words(key, &[("role", role.title()), ("period", &span(period))])
            }
        }
    }

    fn row(&self, person: PersonId, why: &Authority) -> AccessRow {
        AccessRow {
            person_id: person.as_text(),
            person: self.person(person),
            titles: self.titles(person),
            grant: why.grant,
            allows: allows(why.grant),
            department_id: why.department_id.as_text(),
            department: self.department(why.department_id).to_owned(),
            from_on: first(&why.period),
            through_on: last(&why.period),
            why: why.steps.iter().map(|step| self.step(step)).collect(),
        }
    }
}

pub(super) fn board(caller: &dyn Caller, query: OrganisationQuery) -> Result<RoleBoard, ApiError> {
    let on = day(caller, query.on.as_deref())?;
    caller.look().read(|view| {
        let all = agency(view, caller, query.agency_id.as_deref())?;
        let names = Names { all: &all, on };
        let lasts = |period: &Period| period.through.is_none_or(|last| on <= last);
        let kinds = Role::ALL.into_iter().map(|role| RoleKind {
            role,
            title: role.title().to_owned(),
            grants: role.grants().to_vec(),
            allows: role.grants().iter().copied().map(allows).collect(),
            trusted: role.is_trusted(),
        });
        let substitutions = all.substitutions.iter();
        Ok(RoleBoard {
            agency_id: all.agency_id.as_text(),
            lease_days: view.lease_days(all.agency_id, on)?,
            roles: kinds.collect(),
            given: all
                .roles
                .iter()
                .filter(|given| lasts(&given.period))
                .map(|given| role_row(&names, given))
                .collect(),
            substitutions: substitutions
                .filter(|standing| lasts(&standing.period))
                .map(|standing| SubstituteRow {
                    id: standing.id.as_text(),
                    principal: names.person(standing.principal_id),
                    deputy: names.person(standing.deputy_id),
                    allows: standing.grants.iter().copied().map(allows).collect(),
                    from_on: standing.period.from.to_string(),
                    through_on: last(&standing.period),
                })
                .collect(),
        })
    })
}

fn role_row(names: &Names<'_>, given: &andu_org::RoleGiven) -> RoleRow {
    let held: Vec<_> = names
        .all
        .appointments
        .iter()
        .filter(|held| match given.holder {
            Holder::Post(id) => held.post_id == id && held.period.contains(names.on),
            Holder::Appointment(id) => held.id == id,
        })
        .collect();
    let (holder_kind, holder_id, post) = match given.holder {
        Holder::Post(id) => (HolderKind::Post, id.as_text(), Some(id)),
        Holder::Appointment(id) => (
            HolderKind::Appointment,
            id.as_text(),
            held.first().map(|held| held.post_id),
        ),
    };
    let (unit, title) = post.map_or(("", ""), |post| names.post(post));
    RoleRow {
        role: given.role,
        title: given.role.title().to_owned(),
        holder_kind,
        holder_id,
        post: format!("{unit}{title}"),
        people: held
            .iter()
            .map(|held| names.person(held.person_id))
            .collect(),
        from_on: given.period.from.to_string(),
        through_on: last(&given.period),
    }
}

pub(super) fn access(caller: &dyn Caller, query: AccessQuery) -> Result<AccessReview, ApiError> {
    let on = day(caller, query.on.as_deref())?;
    let not_there = || text::error("organisation.not_there");
    let department: Option<DepartmentId> = query
        .department_id
        .map(|id| id.parse().map_err(|_| not_there()))
        .transpose()?;
    let person: Option<PersonId> = query
        .person_id
        .map(|id| id.parse().map_err(|_| not_there()))
        .transpose()?;
    caller.look().read(|view| {
        let all = agency(view, caller, query.agency_id.as_deref())?;
        let names = Names { all: &all, on };
        // Of a department's drafts only who reads them counts; otherwise everything does.
        let grants: &[Grant] = match department {
            Some(_) => &[Grant::ReadDepartment],
            None => &Grant::ALL,
        };
        let mut rows: Vec<AccessRow> = grants
            .iter()
            .flat_map(|grant| all.who_may(*grant, department, on))
            .filter(|access| person.is_none_or(|wanted| wanted == access.person_id))
            .flat_map(|access| {
                let rows = access.reasons.iter();
                rows.map(|why| names.row(access.person_id, why))
                    .collect::<Vec<_>>()
            })
            .collect();
        rows.sort_by(|one, two| (&one.titles, &one.person).cmp(&(&two.titles, &two.person)));
        Ok(AccessReview {
            on: on.to_string(),
            rows,
            lease_days: view.lease_days(all.agency_id, on)?,
        })
    })
}
