//! People: entered with a post, appointed to others, their telephones.

use andu_base::{
    AgencyId, AppointmentId, ContentHash, Date, DepartmentId, PersonId, PostId, TelephoneId,
};
use andu_org::{
    Agency, Appointment, Department, Holder, Member, Named, Naming, Organisation, Period, Person,
    Post, Role, RoleGiven, Telephone, TelephoneGrade, TelephoneKind, Unit,
};
use andu_store::ContactRecord;
use andu_sync::Reason;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Entry, Pen, ended, governed, not_there, unit::naming, whole};
use crate::{
    Call, Refusal,
    record::{self, Edited},
    vocabulary::{needed, optional},
};

/// A person to enter, at the first post.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberEnter {
    /// Id, made by the caller.
    pub id: PersonId,
    /// The agency.
    pub agency_id: AgencyId,
    /// Name.
    pub name: String,
    /// The post.
    pub post_id: PostId,
    /// Id of the appointment, made by the caller.
    pub appointment_id: AppointmentId,
    /// The first day at the post.
    pub from_on: Date,
}

/// Somebody gets a post.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentMake {
    /// Id, made by the caller.
    pub id: AppointmentId,
    /// The agency.
    pub agency_id: AgencyId,
    /// Who.
    pub person_id: PersonId,
    /// Which post.
    pub post_id: PostId,
    /// The person's own place; otherwise held besides (兼任).
    pub is_main: bool,
    /// The first day.
    pub from_on: Date,
    /// The last day, if one is set.
    pub through_on: Option<Date>,
}

/// Somebody leaves a post.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentEnd {
    /// The agency.
    pub agency_id: AgencyId,
    /// Id of the appointment.
    pub id: AppointmentId,
    /// The last day.
    pub last_on: Date,
}

/// A telephone to keep.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelephonePut {
    /// Id, made by the caller.
    pub id: TelephoneId,
    /// The agency.
    pub agency_id: AgencyId,
    /// Whose.
    pub person_id: PersonId,
    /// What it is for.
    pub kind: TelephoneKind,
    /// The number as it is dialled.
    pub number: String,
    /// Who may see it.
    pub grade: TelephoneGrade,
    /// The telephone as it was seen; `None` for a new one.
    #[serde(default)]
    pub was: Option<TelephoneSeen>,
}

/// A telephone to take out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelephoneRemove {
    /// The agency.
    pub agency_id: AgencyId,
    /// Id of the telephone.
    pub id: TelephoneId,
    /// The telephone as it was seen; `None`: whatever it is.
    #[serde(default)]
    pub was: Option<TelephoneSeen>,
}

/// A telephone as somebody saw it.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactPut {
    /// The agency.
    pub agency_id: AgencyId,
    /// Whose.
    pub person_id: PersonId,
    /// 办公室房号; may be empty.
    pub room: String,
    /// 备注; may be empty.
    pub note: String,
    /// As it was seen; `None` where there was nothing.
    #[serde(default)]
    pub was: Option<ContactSeen>,
}

/// The same as somebody saw it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactSeen {
    /// 办公室房号
    pub room: String,
    /// 备注
    pub note: String,
}

/// The longest number, in characters.
const LONGEST_NUMBER: usize = 40;

/// Enters a person at the first post.
///
/// # Errors
/// `organisation.not_there` for a post that does not exist on that day, `organisation.exists`.
pub fn enter_member(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: MemberEnter = serde_json::from_value(args)?;
    call.about(&args.id.as_text());
    let organisation = governed(call, args.agency_id)?;
    let name = needed("姓名", &args.name, 50)?;
    if call.tx.reader().person(args.id).is_ok() {
        return Err(Refusal::because("organisation.exists"));
    }
    let held = Appointment {
        id: args.appointment_id,
        person_id: args.id,
        post_id: args.post_id,
        is_main: true,
        period: Period::since(args.from_on),
    };
    let post = check_post(&organisation, &held)?;
    let member = Member {
        id: args.id,
        agency_id: args.agency_id,
        department_id: post.department_id,
    };
    let mut pen = call.pen();
    pen.put(args.agency_id, &Entry::Member(member))?;
    pen.put(
        args.agency_id,
        &naming(Named::Person, args.id, args.from_on, name),
    )?;
    pen.put(args.agency_id, &Entry::Appointment(held))?;
    pen.settle(&organisation)?;
    Ok(json!({ "id": args.id }))
}

/// The post, if it is there for the whole time and the appointment is new.
fn check_post<'o>(organisation: &'o Organisation, held: &Appointment) -> Result<&'o Post, Refusal> {
    let mut known = organisation.appointments.iter();
    if known.any(|other| other.id == held.id) {
        return Err(Refusal::because("organisation.exists"));
    }
    let mut posts = organisation.posts.iter();
    let post = not_there(posts.find(|post| post.id == held.post_id))?;
    if post.period.covers(&held.period) {
        Ok(post)
    } else {
        Err(Refusal::because("organisation.post_not_then"))
    }
}

/// Appoints somebody to a post.
///
/// # Errors
/// `organisation.already_appointed` to a post held in that time, `organisation.two_main` for a second main
/// post, `organisation.post_not_then`, `organisation.roles_apart`.
pub fn appoint(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: AppointmentMake = serde_json::from_value(args)?;
    call.about(&args.person_id.as_text());
    let organisation = governed(call, args.agency_id)?;
    not_there(
        organisation
            .members
            .iter()
            .find(|who| who.id == args.person_id),
    )?;
    let held = Appointment {
        id: args.id,
        person_id: args.person_id,
        post_id: args.post_id,
        is_main: args.is_main,
        period: whole(args.from_on, args.through_on)?,
    };
    check_post(&organisation, &held)?;
    let meeting = organisation.appointments.iter().filter(|other| {
        other.person_id == held.person_id && other.period.shared(&held.period).is_some()
    });
    for other in meeting {
        if other.post_id == held.post_id {
            return Err(Refusal::because("organisation.already_appointed"));
        }
        if other.is_main && held.is_main {
            let title = other.post_id.as_text();
            let title = organisation.name_on(Named::Post, &title, held.period.from);
            return Err(Refusal::Rejected(
                Reason::new("organisation.two_main").with("post", title),
            ));
        }
    }
    let today = call.today();
    let mut pen = call.pen();
    pen.put(args.agency_id, &Entry::Appointment(held))?;
    let after = pen.settle(&organisation)?;
    pen.move_telephones((&organisation, &after), held.person_id, today)?;
    Ok(json!({ "id": args.id }))
}

/// Ends an appointment: it is held through the last day, and what hangs on it goes with it.
///
/// # Errors
/// `organisation.last_holder` if nobody would be one of 三员 any more, and those of every ending.
pub fn end_appointment(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: AppointmentEnd = serde_json::from_value(args)?;
    let organisation = governed(call, args.agency_id)?;
    let mut known = organisation.appointments.iter();
    let held = *not_there(known.find(|held| held.id == args.id))?;
    call.about(&held.person_id.as_text());
    let period = ended(held.period, args.last_on)?;
    let today = call.today();
    let mut pen = call.pen();
    pen.put(
        args.agency_id,
        &Entry::Appointment(Appointment { period, ..held }),
    )?;
    let after = pen.settle(&organisation)?;
    pen.move_telephones((&organisation, &after), held.person_id, today)?;
    Ok(json!({ "id": args.id }))
}

/// Keeps a telephone.
///
/// # Errors
/// `organisation.bad_number` for what cannot be dialled.
pub fn put_telephone(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: TelephonePut = serde_json::from_value(args)?;
    call.about(&args.person_id.as_text());
    let organisation = governed(call, args.agency_id)?;
    not_there(
        organisation
            .members
            .iter()
            .find(|who| who.id == args.person_id),
    )?;
    let telephone = Telephone {
        id: args.id,
        person_id: args.person_id,
        kind: args.kind,
        number: dialled(&args.number)?,
        grade: args.grade,
    };
    let wanted = serde_json::to_value(&telephone)?;
    let id = args.id.as_text();
    // An id that is somebody else's would take that telephone away.
    let held = call.tx.reader().row_image("telephone", &id)?;
    if held.is_some_and(|held| held["person_id"] != wanted["person_id"]) {
        return Err(Refusal::because("organisation.exists"));
    }
    let edited = Edited {
        entity: "telephone",
        row_id: &id,
        label: name_of(&organisation, args.person_id, call.today()),
        agency: args.agency_id,
    };
    let was = args.was.map(serde_json::to_value).transpose()?;
    record::put(call, &edited, was.as_ref(), &wanted)?;
    Ok(json!({ "id": args.id }))
}

fn name_of(organisation: &Organisation, person: PersonId, today: Date) -> String {
    let name = organisation.name_on(Named::Person, &person.as_text(), today);
    name.to_owned()
}

/// Keeps where somebody is to be found.
///
/// # Errors
/// `organisation.not_there`, `organisation.other_agency`, `vocabulary.too_long`.
pub fn put_contact(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: ContactPut = serde_json::from_value(args)?;
    let id = args.person_id.as_text();
    call.about(&id);
    let organisation = governed(call, args.agency_id)?;
    let mut members = organisation.members.iter();
    not_there(members.find(|who| who.id == args.person_id))?;
    let wanted = ContactRecord {
        person_id: id.clone(),
        room: optional("房间", &args.room, 50)?,
        note: optional("备注", &args.note, 200)?,
    };
    let edited = Edited {
        entity: "contact",
        row_id: &id,
        label: name_of(&organisation, args.person_id, call.today()),
        agency: args.agency_id,
    };
    // Whoever saw nothing there saw two empty fields.
    let was = args.was.unwrap_or(ContactSeen {
        room: String::new(),
        note: String::new(),
    });
    let was = serde_json::to_value(was)?;
    record::put(call, &edited, Some(&was), &serde_json::to_value(wanted)?)?;
    Ok(json!({ "id": id }))
}

/// A number that can be dialled, written as it was typed.
pub(super) fn dialled(number: &str) -> Result<String, Refusal> {
    let number = number.trim();
    let fits = |c: char| c.is_ascii_digit() || "+-()*# （）转、/".contains(c);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    if digits < 3 || number.chars().count() > LONGEST_NUMBER || !number.chars().all(fits) {
        return Err(Refusal::because("organisation.bad_number"));
    }
    Ok(number.to_owned())
}

/// Takes a telephone out.
///
/// # Errors
/// `organisation.not_there`.
pub fn remove_telephone(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: TelephoneRemove = serde_json::from_value(args)?;
    let organisation = governed(call, args.agency_id)?;
    let id = args.id.as_text();
    let known = call.tx.reader().telephones(args.agency_id)?;
    let Some(telephone) = known.iter().find(|known| known.id == args.id) else {
        // Two may take the same one out.
        let removed = call.tx.reader().field_change("telephone", &id, "")?;
        return not_there(removed).map(|_| json!({ "id": args.id }));
    };
    call.about(&telephone.person_id.as_text());
    let edited = Edited {
        entity: "telephone",
        row_id: &id,
        label: name_of(&organisation, telephone.person_id, call.today()),
        agency: args.agency_id,
    };
    let was = args.was.map(serde_json::to_value).transpose()?;
    record::remove(call, &edited, was.as_ref())?;
    Ok(json!({ "id": args.id }))
}

/// An id that follows from others, so that it is the same wherever it is worked out.
pub(crate) fn derived(parts: &[&str]) -> Uuid {
    let hash = ContentHash::of(parts.join("\n").as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&hash.0[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Enters somebody of whom no dates are known: at a desk's first run and from a list of names. The post is
/// one of the department by its name; each grant is held by the appointment. Whoever calls settles.
pub(crate) fn enter_undated(
    pen: &mut Pen<'_, '_>,
    agency: &Agency,
    department: &Department,
    person: &Person,
) -> Result<(), Refusal> {
    enter_since(pen, agency, department, person, Period::UNRECORDED)
}

/// The same for somebody who has appointment and roles since a day that is known.
pub(crate) fn enter_since(
    pen: &mut Pen<'_, '_>,
    agency: &Agency,
    department: &Department,
    person: &Person,
    since: Date,
) -> Result<(), Refusal> {
    let before = pen.tx.reader().organisation(agency.id)?;
    if before
        .naming_on(Named::Agency, &agency.id.as_text(), Date::MAX)
        .is_none()
    {
        pen.tx.agency_put(agency)?;
        let named = Entry::Naming(Naming {
            kind: Named::Agency,
            subject_id: agency.id.as_text(),
            from_on: Period::UNRECORDED,
            name: agency.name.clone(),
            short_name: agency.short_name.clone(),
            authority_code: agency.authority_code.clone(),
        });
        pen.put(agency.id, &named)?;
    }
    if !before.units.iter().any(|unit| unit.id == department.id) {
        pen.put(agency.id, &undated_unit(department))?;
        let name = department.name.clone();
        let named = naming(Named::Department, department.id, Period::UNRECORDED, name);
        pen.put(agency.id, &named)?;
    }
    let post_id = undated_post(pen, &before, department.id, &person.post)?;
    let member = Member {
        id: person.id,
        agency_id: agency.id,
        department_id: department.id,
    };
    pen.put(agency.id, &Entry::Member(member))?;
    let name = person.name.clone();
    let named = naming(Named::Person, person.id, Period::UNRECORDED, name);
    pen.put(agency.id, &named)?;
    let held = AppointmentId(derived(&["appointment", &person.id.as_text()]));
    let entry = Entry::Appointment(Appointment {
        id: held,
        person_id: person.id,
        post_id,
        is_main: true,
        period: Period::since(since),
    });
    pen.put(agency.id, &entry)?;
    for grant in &person.grants {
        let given = Entry::Role(RoleGiven {
            role: Role::with(*grant),
            holder: Holder::Appointment(held),
            period: Period::since(since),
        });
        pen.put(agency.id, &given)?;
    }
    Ok(())
}

const fn undated_unit(department: &Department) -> Entry {
    Entry::Unit(Unit {
        id: department.id,
        agency_id: department.agency_id,
        parent_id: None,
        place: 0,
        period: Period::unrecorded(),
    })
}

fn undated_post(
    pen: &mut Pen<'_, '_>,
    before: &Organisation,
    department: DepartmentId,
    title: &str,
) -> Result<PostId, Refusal> {
    let id = PostId(derived(&["post", &department.as_text(), title]));
    if !before.posts.iter().any(|post| post.id == id) {
        let post = Post {
            id,
            department_id: department,
            place: 0,
            period: Period::unrecorded(),
        };
        pen.put(before.agency_id, &Entry::Post(post))?;
        let named = naming(Named::Post, id, Period::UNRECORDED, title.to_owned());
        pen.put(before.agency_id, &named)?;
    }
    Ok(id)
}
