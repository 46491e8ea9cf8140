//! Use cases of the organisation: agencies, departments, posts, people, appointments, roles, substitutes,
//! telephones. What was is never overwritten. Who may do what follows from appointments, roles and
//! substitutions, and is written down with them, in the same transaction.

mod actor;
mod contact;
mod found;
mod pen;
mod people;
mod role;
mod roster;
mod unit;

pub use actor::{actor, day_of, governs, granted, may};
pub use contact::{Reach, reach};
pub(crate) use found::found_in;
pub use found::{Founding, found, is_founded};
pub use pen::{Entry, Pen, receive};
pub use people::{
    AppointmentEnd, AppointmentMake, ContactPut, ContactSeen, MemberEnter, TelephonePut,
    TelephoneRemove, TelephoneSeen, appoint, end_appointment, enter_member, put_contact,
    put_telephone, remove_telephone,
};
pub(crate) use people::{derived, enter_since, enter_undated};
pub use role::{
    RoleGive, RoleTake, SubstituteEnd, SubstituteName, end_substitute, give_role, name_substitute,
    take_role,
};
pub use roster::{Roster, RosterReport, RosterRow, check_roster, enter_roster};
pub use unit::{
    AgencyEnter, DepartmentEnter, PostEnter, Rename, UnitEnd, end_department, end_post,
    enter_agency, enter_department, enter_post, rename,
};

use andu_base::{AgencyId, Date};
use andu_org::{Organisation, Period};
use andu_sync::Reason;

use crate::{Call, Refusal};

/// Name under which a store keeps the agency whose administrators govern all others on it.
pub(crate) const HOST: &str = "host_agency";

/// The organisation of an agency that the actor governs: the actor's own, or, for those of the agency that
/// runs the server, any on it.
pub(crate) fn governed(call: &Call<'_, '_>, agency: AgencyId) -> Result<Organisation, Refusal> {
    let reader = call.tx.reader();
    let host = reader.meta(HOST)?.unwrap_or_default();
    let own = call.actor.agency_id;
    if own != agency && own.as_text() != host {
        return Err(Refusal::because("organisation.other_agency"));
    }
    reader
        .agency(&agency.as_text())
        .map_err(|_| Refusal::because("organisation.not_there"))?;
    Ok(reader.organisation(agency)?)
}

fn not_there<T>(found: Option<T>) -> Result<T, Refusal> {
    found.ok_or_else(|| Refusal::because("organisation.not_there"))
}

/// The same period with a last day. A period that has not begun may be ended before it does.
fn ended(period: Period, last: Date) -> Result<Period, Refusal> {
    if period.through.is_some_and(|through| through <= last) {
        return Err(Refusal::because("organisation.already_ended"));
    }
    if last.tomorrow().is_ok_and(|next| next < period.from) {
        return Err(Refusal::Rejected(
            Reason::new("organisation.ends_before_start").with("from", period.from),
        ));
    }
    Ok(Period::through(period.from, last))
}

fn whole(from: Date, through: Option<Date>) -> Result<Period, Refusal> {
    if through.is_some_and(|last| last < from) {
        return Err(Refusal::Rejected(
            Reason::new("organisation.ends_before_start").with("from", from),
        ));
    }
    Ok(Period { from, through })
}
