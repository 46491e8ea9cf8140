//! The demo county on a server: filling an empty one, and who may try a desk of it.

use andu_api::{ApiError, find_row, text};
use andu_app::demo::{self, Makings};
use andu_base::PersonId;
use serde::Serialize;
use uuid::Uuid;

use crate::{Server, enrolment_code, invite, person_named, state::now};

/// Documents that the demo has unless another number is asked for.
pub const DEMO_DOCUMENTS: u32 = demo::DOCUMENTS;
/// The password of everybody in the demo.
pub const DEMO_PASSWORD: &str = demo::PASSWORD;

/// Somebody of the demo county.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemoPerson {
    /// The place in the county's list, counted from 1.
    pub number: usize,
    /// Name, which is also the login name.
    pub name: String,
    /// 机关简称
    pub agency: String,
    /// 内设机构
    pub department: String,
    /// 职务
    pub post: String,
}

impl DemoPerson {
    /// Name of the desk's profile: names of people are no names of folders.
    pub fn profile(&self) -> String {
        format!("demo-{:02}", self.number)
    }
}

/// Fills the server with the demo county until it has so many documents, going on where an earlier attempt was
/// cut off; `told` hears how many there are. Says how many were written now.
///
/// # Errors
/// `demo.not_empty` where anything is that is not of the demo.
pub fn fill_demo(server: &Server, documents: u32, told: impl FnMut(u32)) -> Result<u32, ApiError> {
    fill_at(server, documents, &now(), told)
}

/// The same at another time than now.
pub(crate) fn fill_at(
    server: &Server,
    documents: u32,
    now: &str,
    mut told: impl FnMut(u32),
) -> Result<u32, ApiError> {
    let makings = Makings {
        rule_of: &|command| find_row(&command.kind).and_then(andu_api::Row::rule),
        new_id: &Uuid::now_v7,
        device: server.device(),
        pepper: &server.pepper,
        now,
    };
    Ok(demo::fill(&server.store, documents, &makings, &mut told)?)
}

/// How many documents a start of the demo fills the server up to, where nobody says how many: those that it was
/// once asked for. What is there is not added to.
///
/// # Errors
/// The store's own.
pub fn demo_wanted(server: &Server) -> Result<u32, ApiError> {
    let is_demo = server.is_demo()?;
    let wanted = server.store.read(demo::wanted)?;
    Ok(wanted.unwrap_or(if is_demo { 0 } else { DEMO_DOCUMENTS }))
}

/// The county's people, in its order.
///
/// # Errors
/// `demo.broken`, which a test excludes.
pub fn demo_people() -> Result<Vec<DemoPerson>, ApiError> {
    let county = demo::county()?;
    let people = county.agencies.into_iter().flat_map(|agency| {
        let short = agency.short_name;
        let people = agency.people.into_iter();
        people.map(move |person| (short.clone(), person))
    });
    Ok((1..)
        .zip(people)
        .map(|(number, (agency, person))| DemoPerson {
            number,
            name: person.name,
            agency,
            department: person.department,
            post: person.post,
        })
        .collect())
}

/// Somebody of the county by name or number.
///
/// # Errors
/// `demo.no_such_person`.
pub fn demo_person(who: &str) -> Result<DemoPerson, ApiError> {
    let who = who.trim();
    let mut people = demo_people()?.into_iter();
    let found = people.find(|person| person.name == who || person.number.to_string() == who);
    found.ok_or_else(|| text::error("demo.no_such_person"))
}

/// An enrolment code for a desk of somebody of the demo.
///
/// # Errors
/// `demo.not_demo` at a server that holds anything else, `server.address_needed`.
pub fn demo_code(server: &Server, person: &DemoPerson) -> Result<String, ApiError> {
    if !server.is_demo()? {
        return Err(text::error("demo.not_demo"));
    }
    let id: PersonId = person_named(server, &person.name)?;
    enrolment_code(server, &invite(server, id)?)
}
