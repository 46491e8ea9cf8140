//! Who works on this server: agencies, departments and people from a roster, and invitations with which
//! their desks enrol.

use andu_api::{ApiError, EnrolmentCode, ErrorCode, Pin, text};
use andu_app::{
    organisation::{self, Founding},
    setup::{self, NewPerson},
};
use andu_base::{AgencyId, DepartmentId, PersonId};
use andu_org::{Agency, Department, Grant, Person};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Server, authority::pin_in, state::now};

/// A roster: one agency with its departments and people.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// 机关全称
    pub agency: String,
    /// 规范化简称
    #[serde(default)]
    pub short_name: String,
    /// 机关代字
    #[serde(default)]
    pub authority_code: String,
    /// People, each with a department.
    pub people: Vec<RosterPerson>,
}

/// A person of a roster.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterPerson {
    /// Name.
    pub name: String,
    /// 职务
    #[serde(default)]
    pub post: String,
    /// 内设机构
    pub department: String,
}

/// Enters a roster and answers with the people's ids, in its order. People of it may draft, keep the
/// vocabulary and read what is handed to their department.
///
/// # Errors
/// `setup.name_needed` for an empty name.
pub fn enter_roster(server: &Server, roster: &Roster) -> Result<Vec<PersonId>, ApiError> {
    let names = roster
        .people
        .iter()
        .flat_map(|person| [&person.name, &person.department]);
    if names
        .chain([&roster.agency])
        .any(|name| name.trim().is_empty())
    {
        return Err(text::error("setup.name_needed"));
    }
    let agency = Agency {
        id: AgencyId(Uuid::now_v7()),
        name: roster.agency.clone(),
        short_name: roster.short_name.clone(),
        authority_code: roster.authority_code.clone(),
    };
    let mut departments: Vec<Department> = Vec::new();
    let mut people = Vec::new();
    for person in &roster.people {
        let known = departments
            .iter()
            .find(|known| known.name == person.department)
            .cloned();
        let department = known.unwrap_or_else(|| {
            let department = Department {
                id: DepartmentId(Uuid::now_v7()),
                agency_id: agency.id,
                name: person.department.clone(),
            };
            departments.push(department.clone());
            department
        });
        people.push(NewPerson {
            agency: agency.clone(),
            person: Person {
                id: PersonId(Uuid::now_v7()),
                agency_id: agency.id,
                department_id: department.id,
                name: person.name.clone(),
                post: person.post.clone(),
                grants: [Grant::Draft, Grant::KeepVocabulary, Grant::ReadDepartment].into(),
            },
            department,
        });
    }
    setup::enter_people(&server.store, &people)?;
    Ok(people.into_iter().map(|entry| entry.person.id).collect())
}

/// The one person of this name or id.
///
/// # Errors
/// `organisation.no_such_name` if nobody is, `organisation.person_unclear` if several are.
pub fn person_named(server: &Server, name: &str) -> Result<PersonId, ApiError> {
    let people = server.store.read(|reader| reader.people())?;
    let fitting: Vec<PersonId> = people
        .iter()
        .filter(|person| person.name == name.trim() || person.id.as_text() == name.trim())
        .map(|person| person.id)
        .collect();
    match fitting.as_slice() {
        [one] => Ok(*one),
        [] => {
            let fields = [("name", name.trim().to_owned())];
            let key = "organisation.no_such_name";
            Err(text::error_with(ErrorCode::NotFound, key, &fields))
        }
        _ => {
            let ids: Vec<String> = fitting.iter().map(|id| id.as_text()).collect();
            let fields = [
                ("count", fitting.len().to_string()),
                ("name", name.trim().to_owned()),
                ("ids", ids.join("、")),
            ];
            let key = "organisation.person_unclear";
            Err(text::error_with(ErrorCode::Invalid, key, &fields))
        }
    }
}

/// Who administers a server from the beginning, by name.
#[derive(Debug, Clone)]
pub struct Administrators {
    /// 机关全称 of the agency that runs the server.
    pub agency: String,
    /// The department in which the three work.
    pub department: String,
    /// 系统管理员, 安全保密管理员, 安全审计员.
    pub names: [String; 3],
}

/// Enters a server's first three administrators, once; answers with their ids.
///
/// # Errors
/// `organisation.founded`, `organisation.three_people`, `vocabulary.empty`.
pub fn found(server: &Server, first: &Administrators) -> Result<[PersonId; 3], ApiError> {
    let agency = AgencyId(Uuid::now_v7());
    let people = first
        .names
        .clone()
        .map(|name| (PersonId(Uuid::now_v7()), name));
    let ids = people.clone().map(|(id, _)| id);
    let founding = Founding {
        agency: Agency {
            id: agency,
            name: first.agency.trim().to_owned(),
            short_name: String::new(),
            authority_code: String::new(),
        },
        department: Department {
            id: DepartmentId(Uuid::now_v7()),
            agency_id: agency,
            name: first.department.trim().to_owned(),
        },
        people,
        now: now(),
    };
    organisation::found(&server.store, &founding)?;
    Ok(ids)
}

/// A one-time code with which one desk of this person enrols.
///
/// # Errors
/// The store's own; `store.engine` without randomness.
pub fn invite(server: &Server, person: PersonId) -> Result<String, ApiError> {
    let code = secret()?;
    setup::allow_enrolment(&server.store, person, &code, &operator(), &now())?;
    Ok(code)
}

/// A device as the administrator sees it.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceSeen {
    /// Id.
    pub id: String,
    /// Who uses it.
    pub person: String,
    /// Since when, an instant in UTC.
    pub enrolled_at: String,
    /// The last of its commands that was decided.
    pub last_seq: u64,
    /// Since when its use is ended, an instant in UTC; empty while it is in use.
    pub revoked_at: String,
    /// Why.
    pub reason: String,
}

/// All enrolled devices, the newest first.
///
/// # Errors
/// The store's own.
pub fn devices(server: &Server) -> Result<Vec<DeviceSeen>, ApiError> {
    let seen = server.store.read(|reader| -> andu_store::Result<_> {
        let devices = reader.devices(None)?.into_iter();
        devices
            .map(|device| {
                let (revoked_at, reason) = device.revoked.unwrap_or_default();
                Ok(DeviceSeen {
                    id: device.id.as_text(),
                    person: reader.person(device.person_id)?.name,
                    enrolled_at: device.enrolled_at,
                    last_seq: device.last_seq,
                    revoked_at,
                    reason,
                })
            })
            .collect()
    })?;
    Ok(seen)
}

/// Ends the use of a device; says whether it was in use until now.
///
/// # Errors
/// `device.not_there`.
pub fn revoke(server: &Server, device: &str, reason: &str) -> Result<bool, ApiError> {
    let id = device
        .parse()
        .map_err(|_| text::error("device.not_there"))?;
    let by = operator();
    Ok(setup::revoke_device(
        &server.store,
        id,
        (&by, reason),
        &now(),
    )?)
}

/// Who gives orders at this machine, for the audit log: the system's number of the account.
pub(crate) fn operator() -> String {
    #[cfg(target_os = "linux")]
    if let Ok(meta) = std::fs::metadata("/proc/self") {
        let uid = std::os::unix::fs::MetadataExt::uid(&meta);
        return format!("operator:{uid}");
    }
    "operator".to_owned()
}

/// The code that is handed over for a one-time secret: with it a desk finds this server and knows it.
///
/// # Errors
/// `server.address_needed` before an address was noted; `server.certificate`.
pub fn enrolment_code(server: &Server, secret: &str) -> Result<String, ApiError> {
    let address = server.address()?;
    let address = address.ok_or_else(|| text::error("server.address_needed"))?;
    let (pin, host) = match address.split_once("://") {
        Some(("https", host)) => (Some(pin_in(&server.tls_folder())?), host),
        Some((_, host)) => (None, host),
        None => return Err(text::error("server.address_needed")),
    };
    let secret = Pin::parse(secret).ok_or_else(|| text::error("enrolment.not_a_code"))?;
    let code = EnrolmentCode {
        host: host.to_owned(),
        pin,
        secret: secret.0,
    };
    Ok(code.to_text())
}

/// 128 random bits as 32 hexadecimal characters.
pub(crate) fn secret() -> Result<String, ApiError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| text::error("store.engine"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
