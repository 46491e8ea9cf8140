//! The organisation: departments, posts, people, telephones, roles, and the review of who may do what.

#![expect(
    clippy::needless_pass_by_value,
    reason = "handlers of the command table are given their arguments to keep"
)]

mod act;
mod read;
mod review;

pub use act::{
    AgencyEnter, AppointmentEnd, AppointmentMake, ContactPut, ContactSeen, DepartmentEnter,
    HolderKind, HolderRef, MemberEnter, OrganisationDone, PostEnter, RefusedAct, Rename, RoleGive,
    RoleTake, Roster, RosterPerson, RosterProblem, RosterReport, SubstituteEnd, SubstituteName,
    TelephonePut, TelephoneRemove, TelephoneSeen, UnitEnd,
};
pub use read::{
    CardAppointment, CardName, ContactQuery, ContactRow, OrganisationQuery, OrganisationTree,
    PersonCard, PersonQuery, TelephoneRow, TreeDepartment, TreeHolder, TreePost,
};
pub use review::{
    AccessQuery, AccessReview, AccessRow, RoleBoard, RoleKind, RoleRow, SubstituteRow,
};

pub(crate) use act::done;

use andu_app::organisation as app;

use crate::{
    caller::serve,
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::Nothing,
};

/// The day before a day such as `2026-03-01`; `None` where it is no day.
pub fn day_before(day: &str) -> Option<String> {
    let day: andu_base::Date = day.parse().ok()?;
    Some(day.yesterday().ok()?.to_string())
}

/// The words of all roles, each with its name as offices call it.
pub fn role_words() -> Vec<(&'static str, String)> {
    let all = andu_org::Role::ALL.into_iter();
    all.map(|role| (role.name(), role.title().to_owned()))
        .collect()
}

/// The words of all grants, each with what it allows.
pub fn grant_words() -> Vec<(&'static str, String)> {
    let said = |grant: andu_org::Grant| {
        let key = format!("organisation.grant_{}", grant.name());
        (grant.name(), crate::text::sentence(&key, &[].into()))
    };
    andu_org::Grant::ALL.into_iter().map(said).collect()
}

const STALE: &[T] = &[T::Organisation, T::Sync];

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<OrganisationQuery, OrganisationTree>("organisation_tree", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, read::tree)),
    row::<PersonQuery, PersonCard>("person_card", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, read::card)),
    row::<ContactQuery, Vec<ContactRow>>("contact_list", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, read::contacts)),
    row::<OrganisationQuery, RoleBoard>("role_list", P::GiveRoles, W::None, &[])
        .served(|c, a| serve(c, a, review::board)),
    row::<Nothing, Vec<RefusedAct>>("act_refusals", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, |c, _: Nothing| act::refusals(c))),
    row::<Nothing, ()>("act_refusals_seen", P::Member, W::Desk, &[T::Organisation])
        .served(|c, a| serve(c, a, |c, _: Nothing| act::refusals_seen(c))),
    row::<AccessQuery, AccessReview>("access_review", P::ReviewAccess, W::None, &[])
        .served(|c, a| serve(c, a, review::access)),
    row::<Roster, RosterReport>("roster_check", P::KeepOrganisation, W::None, &[])
        .served(|c, a| serve(c, a, act::check_roster)),
    row::<Roster, RosterReport>("roster_enter", P::KeepOrganisation, W::Act, STALE)
        .served(|c, a| serve(c, a, act::enter_roster))
        .handled(app::enter_roster),
    row::<AgencyEnter, OrganisationDone>("agency_enter", P::KeepOrganisation, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: AgencyEnter| act::enter(c, "agency_enter", &a)))
        .handled(app::enter_agency),
    row::<Rename, OrganisationDone>("organisation_rename", P::KeepOrganisation, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: Rename| act::done(c, "organisation_rename", &a)))
        .handled(app::rename),
    row::<DepartmentEnter, OrganisationDone>(
        "department_enter",
        P::KeepOrganisation,
        W::Act,
        STALE,
    )
    .served(|c, a| {
        serve(c, a, |c, a: DepartmentEnter| {
            act::enter(c, "department_enter", &a)
        })
    })
    .handled(app::enter_department),
    row::<UnitEnd, OrganisationDone>("department_end", P::KeepOrganisation, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: UnitEnd| act::done(c, "department_end", &a)))
        .handled(app::end_department),
    row::<PostEnter, OrganisationDone>("post_enter", P::KeepOrganisation, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: PostEnter| act::enter(c, "post_enter", &a)))
        .handled(app::enter_post),
    row::<UnitEnd, OrganisationDone>("post_end", P::KeepOrganisation, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: UnitEnd| act::done(c, "post_end", &a)))
        .handled(app::end_post),
    row::<MemberEnter, OrganisationDone>("member_enter", P::KeepOrganisation, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: MemberEnter| act::enter(c, "member_enter", &a)))
        .handled(app::enter_member),
    row::<AppointmentMake, OrganisationDone>(
        "appointment_make",
        P::KeepOrganisation,
        W::Act,
        STALE,
    )
    .served(|c, a| {
        serve(c, a, |c, a: AppointmentMake| {
            act::enter(c, "appointment_make", &a)
        })
    })
    .handled(app::appoint),
    row::<AppointmentEnd, OrganisationDone>("appointment_end", P::KeepOrganisation, W::Act, STALE)
        .served(|c, a| {
            serve(c, a, |c, a: AppointmentEnd| {
                act::done(c, "appointment_end", &a)
            })
        })
        .handled(app::end_appointment),
    row::<TelephonePut, OrganisationDone>("telephone_put", P::KeepOrganisation, W::Record, STALE)
        .served(|c, a| {
            serve(c, a, |c, a: TelephonePut| {
                act::enter(c, "telephone_put", &a)
            })
        })
        .handled(app::put_telephone),
    row::<ContactPut, OrganisationDone>("contact_put", P::KeepOrganisation, W::Record, STALE)
        .served(|c, a| serve(c, a, |c, a: ContactPut| act::done(c, "contact_put", &a)))
        .handled(app::put_contact),
    row::<TelephoneRemove, OrganisationDone>(
        "telephone_remove",
        P::KeepOrganisation,
        W::Record,
        STALE,
    )
    .served(|c, a| {
        serve(c, a, |c, a: TelephoneRemove| {
            act::done(c, "telephone_remove", &a)
        })
    })
    .handled(app::remove_telephone),
    row::<RoleGive, OrganisationDone>("role_give", P::GiveRoles, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: RoleGive| act::done(c, "role_give", &a)))
        .handled(app::give_role),
    row::<RoleTake, OrganisationDone>("role_take", P::GiveRoles, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: RoleTake| act::done(c, "role_take", &a)))
        .handled(app::take_role),
    row::<SubstituteName, OrganisationDone>("substitute_name", P::GiveRoles, W::Act, STALE)
        .served(|c, a| {
            serve(c, a, |c, a: SubstituteName| {
                act::enter(c, "substitute_name", &a)
            })
        })
        .handled(app::name_substitute),
    row::<SubstituteEnd, OrganisationDone>("substitute_end", P::GiveRoles, W::Act, STALE)
        .served(|c, a| {
            serve(c, a, |c, a: SubstituteEnd| {
                act::done(c, "substitute_end", &a)
            })
        })
        .handled(app::end_substitute),
];
