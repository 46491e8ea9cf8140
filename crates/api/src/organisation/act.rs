//! What is done to the organisation: the wire types of its acts. Dates are `2026-03-05`; an empty id asks
//! for a new one.

use andu_org::{Grant, Named, Role, TelephoneGrade, TelephoneKind};
use andu_sync::Outcome;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use ts_rs::TS;

use crate::{Answered, ApiError, Caller, text};

/// An agency to enter on this server.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AgencyEnter {
    /// Id; empty for a new one.
    pub id: String,
    /// 全称
    pub name: String,
    /// 规范化简称; may be empty.
    pub short_name: String,
    /// 机关代字; may be empty.
    pub authority_code: String,
    /// Since when it has this name.
    pub from_on: String,
}

/// A department to enter.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DepartmentEnter {
    /// Id; empty for a new one.
    pub id: String,
    /// The agency.
    pub agency_id: String,
    /// The department above it, if any.
    pub parent_id: Option<String>,
    /// Name.
    pub name: String,
    /// Its rank among its neighbours; small numbers first.
    pub place: i64,
    /// The first day.
    pub from_on: String,
}

/// A post to enter.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PostEnter {
    /// Id; empty for a new one.
    pub id: String,
    /// The agency.
    pub agency_id: String,
    /// The department.
    pub department_id: String,
    /// Name.
    pub name: String,
    /// Its rank in the department; small numbers first.
    pub place: i64,
    /// The first day.
    pub from_on: String,
}

/// Another name from a day on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    /// The agency.
    pub agency_id: String,
    /// What kind of thing.
    pub kind: Named,
    /// Its id.
    pub id: String,
    /// The new name.
    pub name: String,
    /// Of an agency; otherwise empty.
    pub short_name: String,
    /// Of an agency; otherwise empty.
    pub authority_code: String,
    /// The first day of the new name.
    pub from_on: String,
}

/// A department or a post to end.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct UnitEnd {
    /// The agency.
    pub agency_id: String,
    /// Id of the department or post.
    pub id: String,
    /// The last day.
    pub last_on: String,
}

/// A person to enter, at the first post.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MemberEnter {
    /// Id; empty for a new one.
    pub id: String,
    /// The agency.
    pub agency_id: String,
    /// Name.
    pub name: String,
    /// The post.
    pub post_id: String,
    /// Id of the appointment; empty for a new one.
    pub appointment_id: String,
    /// The first day at the post.
    pub from_on: String,
}

/// Somebody gets a post.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AppointmentMake {
    /// Id; empty for a new one.
    pub id: String,
    /// The agency.
    pub agency_id: String,
    /// Who.
    pub person_id: String,
    /// Which post.
    pub post_id: String,
    /// The person's own place; otherwise held besides (兼任).
    pub is_main: bool,
    /// The first day.
    pub from_on: String,
    /// The last day, if one is set.
    pub through_on: Option<String>,
}

/// Somebody leaves a post.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AppointmentEnd {
    /// The agency.
    pub agency_id: String,
    /// Id of the appointment.
    pub id: String,
    /// The last day.
    pub last_on: String,
}

/// A telephone to keep.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TelephonePut {
    /// Id; empty for a new one.
    pub id: String,
    /// The agency.
    pub agency_id: String,
    /// Whose.
    pub person_id: String,
    /// What it is for.
    pub kind: TelephoneKind,
    /// The number as it is dialled.
    pub number: String,
    /// Who may see it.
    pub grade: TelephoneGrade,
    /// As it was when it was edited; null for a new one.
    pub was: Option<TelephoneSeen>,
}

/// A telephone as somebody saw it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TelephoneSeen {
    /// What it is for.
    pub kind: TelephoneKind,
    /// The number.
    pub number: String,
    /// Who may see it.
    pub grade: TelephoneGrade,
}

/// Where somebody is to be found.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ContactPut {
    /// The agency.
    pub agency_id: String,
    /// Whose.
    pub person_id: String,
    /// 办公室房号; may be empty.
    pub room: String,
    /// 备注; may be empty.
    pub note: String,
    /// As it was when it was edited; null where there was nothing.
    pub was: Option<ContactSeen>,
}

/// The same as somebody saw it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ContactSeen {
    /// 办公室房号
    pub room: String,
    /// 备注
    pub note: String,
}

/// A telephone to take out.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TelephoneRemove {
    /// The agency.
    pub agency_id: String,
    /// Id of the telephone.
    pub id: String,
    /// As it was when it was taken out; null: whatever it is.
    pub was: Option<TelephoneSeen>,
}

/// What holds a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HolderKind {
    /// Whoever holds a post.
    Post,
    /// One person, as long as an appointment lasts.
    Appointment,
}

/// A post or an appointment.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct HolderRef {
    /// Which of the two.
    pub holder_kind: HolderKind,
    /// Its id.
    pub holder_id: String,
}

/// A role for a post or an appointment.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RoleGive {
    /// The agency.
    pub agency_id: String,
    /// The role.
    pub role: Role,
    /// What holds it.
    pub holder: HolderRef,
    /// The first day.
    pub from_on: String,
    /// The last day, if one is set.
    pub through_on: Option<String>,
}

/// A role to take.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RoleTake {
    /// The agency.
    pub agency_id: String,
    /// The role.
    pub role: Role,
    /// What holds it.
    pub holder: HolderRef,
    /// Its first day.
    pub from_on: String,
    /// Its last day.
    pub last_on: String,
}

/// A substitute to name.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SubstituteName {
    /// Id; empty for a new one.
    pub id: String,
    /// The agency.
    pub agency_id: String,
    /// The one who is away.
    pub principal_id: String,
    /// The one who stands in.
    pub deputy_id: String,
    /// What is handed over.
    pub grants: Vec<Grant>,
    /// The first day.
    pub from_on: String,
    /// The last day.
    pub through_on: String,
}

/// A substitution to end early.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SubstituteEnd {
    /// The agency.
    pub agency_id: String,
    /// Id of the substitution.
    pub id: String,
    /// The last day.
    pub last_on: String,
}

/// A list of people to enter.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// The agency.
    pub agency_id: String,
    /// The first day at their posts.
    pub from_on: String,
    /// At most 5,000 people.
    pub people: Vec<RosterPerson>,
}

/// One line of a list of people.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RosterPerson {
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

/// A line that is left out.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RosterProblem {
    /// Its number, from 1.
    pub line: u32,
    /// Why.
    pub sentence: String,
}

/// What entering a list did, or would do.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct RosterReport {
    /// New departments.
    pub departments: u32,
    /// New posts.
    pub posts: u32,
    /// New people.
    pub people: u32,
    /// New or changed telephones.
    pub telephones: u32,
    /// Lines about people who are at that post already.
    pub unchanged: u32,
    /// Lines that are left out.
    pub problems: Vec<RosterProblem>,
    /// It waits for the server to decide; nothing is counted yet.
    pub waiting: bool,
}

/// An act that was decided, or waits for the server.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrganisationDone {
    /// Id of what it was about.
    pub id: String,
    /// It waits for the server to decide.
    pub waiting: bool,
}

impl From<andu_app::organisation::RosterReport> for RosterReport {
    fn from(report: andu_app::organisation::RosterReport) -> Self {
        let problem = |(line, reason)| RosterProblem {
            line,
            sentence: text::reason_sentence(&reason),
        };
        Self {
            departments: report.departments,
            posts: report.posts,
            people: report.people,
            telephones: report.telephones,
            unchanged: report.unchanged,
            problems: report.problems.into_iter().map(problem).collect(),
            waiting: false,
        }
    }
}

/// An act of this desk that the server did not do.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RefusedAct {
    /// Name of the command.
    pub command: String,
    /// When it was made; an instant in UTC.
    pub at: String,
    /// Why it was not done.
    pub sentence: String,
}

pub(super) fn refusals(caller: &dyn Caller) -> Result<Vec<RefusedAct>, ApiError> {
    let Some(store) = caller.look().own_store() else {
        return Ok(Vec::new());
    };
    let all = store.read(andu_app::refused::acts)?;
    let shown = all.into_iter().map(|refused| RefusedAct {
        command: refused.kind,
        at: refused.at,
        sentence: text::reason_sentence(&refused.reason),
    });
    Ok(shown.collect())
}

pub(super) fn refusals_seen(caller: &dyn Caller) -> Result<(), ApiError> {
    match caller.look().own_store() {
        Some(store) => Ok(andu_app::refused::seen(store)?),
        None => Ok(()),
    }
}

/// Acts; a refusal is an error. `None`: it waits for the server.
fn decided(
    caller: &dyn Caller,
    kind: &'static str,
    args: &impl Serialize,
) -> Result<Option<Value>, ApiError> {
    let args = serde_json::to_value(args).expect("BUG: arguments are plain data");
    match caller.act(kind, args)? {
        Answered::Waiting(_) => Ok(None),
        Answered::Decided(Outcome::Applied { answer, .. } | Outcome::Merged { answer, .. }) => {
            Ok(Some(answer))
        }
        Answered::Decided(
            Outcome::Rejected { reason }
            | Outcome::Superseded { reason }
            | Outcome::Conflict { reason, .. },
        ) => Err(text::refused(&reason)),
        Answered::Decided(Outcome::Deferred { .. }) => Err(text::error("command.deferred")),
    }
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, ApiError> {
    serde_json::from_value(value).map_err(|error| text::bad_arguments(&error))
}

pub(crate) fn done(
    caller: &dyn Caller,
    kind: &'static str,
    args: &impl Serialize,
) -> Result<OrganisationDone, ApiError> {
    let answer = decided(caller, kind, args)?;
    let id = |answer: &Value| answer["id"].as_str().unwrap_or_default().to_owned();
    Ok(OrganisationDone {
        id: answer.as_ref().map_or_else(String::new, id),
        waiting: answer.is_none(),
    })
}

/// Does an act that enters something: an empty id is a new one.
pub(super) fn enter(
    caller: &dyn Caller,
    kind: &'static str,
    args: &impl Serialize,
) -> Result<OrganisationDone, ApiError> {
    let mut args = serde_json::to_value(args).expect("BUG: arguments are plain data");
    for id in ["id", "appointment_id"] {
        if args[id] == "" {
            args[id] = caller.new_id().into();
        }
    }
    done(caller, kind, &args)
}

pub(super) fn check_roster(caller: &dyn Caller, args: Roster) -> Result<RosterReport, ApiError> {
    let args = serde_json::to_value(args).expect("BUG: arguments are plain data");
    let roster = read(args)?;
    let report = caller
        .look()
        .read(|view| andu_app::organisation::check_roster(view, &roster))?;
    Ok(report.into())
}

pub(super) fn enter_roster(caller: &dyn Caller, args: Roster) -> Result<RosterReport, ApiError> {
    match decided(caller, "roster_enter", &args)? {
        Some(answer) => Ok(read::<andu_app::organisation::RosterReport>(answer)?.into()),
        None => Ok(RosterReport {
            waiting: true,
            ..RosterReport::default()
        }),
    }
}
