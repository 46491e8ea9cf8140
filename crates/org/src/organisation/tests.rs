use andu_base::{AppointmentId, SubstitutionId};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const fn day(n: i8) -> Date {
    Date::constant(2026, 3, n)
}

const fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

const CHIEF: PersonId = PersonId(id(1));
const CLERK: PersonId = PersonId(id(2));
const OFFICE: DepartmentId = DepartmentId(id(10));
const FINANCE: DepartmentId = DepartmentId(id(11));
const CHIEF_POST: PostId = PostId(id(20));
const CLERK_POST: PostId = PostId(id(21));
const CHIEF_HOLDS: AppointmentId = AppointmentId(id(30));
const CLERK_HOLDS: AppointmentId = AppointmentId(id(31));

fn naming(kind: Named, subject: &impl ToString, from_on: Date, name: &str) -> Naming {
    Naming {
        kind,
        subject_id: subject.to_string(),
        from_on,
        name: name.into(),
        short_name: String::new(),
        authority_code: String::new(),
    }
}

fn appointment(id: AppointmentId, person_id: PersonId, post_id: PostId) -> Appointment {
    Appointment {
        id,
        person_id,
        post_id,
        is_main: true,
        period: Period::unrecorded(),
    }
}

/// A chief who reads the department and drafts, and a clerk who drafts.
fn office() -> Organisation {
    let agency_id = AgencyId(id(0));
    let unit = |id| Unit {
        id,
        agency_id,
        parent_id: None,
        place: 0,
        period: Period::unrecorded(),
    };
    let post = |id| Post {
        id,
        department_id: OFFICE,
        place: 0,
        period: Period::unrecorded(),
    };
    let given = |role, holder| RoleGiven {
        role,
        holder,
        period: Period::unrecorded(),
    };
    let member = |id| Member {
        id,
        agency_id,
        department_id: OFFICE,
    };
    Organisation {
        units: vec![unit(OFFICE), unit(FINANCE)],
        posts: vec![post(CHIEF_POST), post(CLERK_POST)],
        members: vec![member(CHIEF), member(CLERK)],
        appointments: vec![
            appointment(CHIEF_HOLDS, CHIEF, CHIEF_POST),
            appointment(CLERK_HOLDS, CLERK, CLERK_POST),
        ],
        roles: vec![
            given(Role::DepartmentReader, Holder::Post(CHIEF_POST)),
            given(Role::Drafter, Holder::Appointment(CHIEF_HOLDS)),
            given(Role::Drafter, Holder::Post(CLERK_POST)),
        ],
        ..Organisation::new(agency_id)
    }
}

fn may(organisation: &Organisation, person: PersonId, grant: Grant, on: Date) -> bool {
    let held = organisation.held(person);
    held.iter()
        .any(|held| held.grant == grant && held.period.contains(on))
}

#[test]
fn an_old_document_shows_the_name_of_its_day() {
    let mut office = office();
    let text = OFFICE.as_text();
    office.namings = vec![
        naming(Named::Department, &OFFICE, day(10), "综合科"),
        naming(Named::Department, &OFFICE, day(1), "秘书科"),
    ];
    assert_eq!(
        office.name_on(Named::Department, &text, day(9)),
        "秘书科",
        "the name of its day"
    );
    assert_eq!(
        office.name_on(Named::Department, &text, day(10)),
        "综合科",
        "the new name from its first day"
    );
    assert_eq!(
        office.name_on(Named::Department, &text, Period::UNRECORDED),
        "秘书科",
        "before the first naming, the first"
    );
    assert_eq!(office.name_on(Named::Person, &text, day(9)), "");
}

#[test]
fn a_post_that_is_left_takes_its_grants_with_it_after_the_last_day() {
    let mut office = office();
    office.appointments[0].period.through = Some(day(5));
    assert!(may(&office, CHIEF, Grant::ReadDepartment, day(5)));
    assert!(!may(&office, CHIEF, Grant::ReadDepartment, day(6)));
    assert!(
        !may(&office, CHIEF, Grant::Draft, day(6)),
        "what hangs on the appointment goes too"
    );
    assert!(office.titles_on(CHIEF, day(6)).is_empty());
}

#[test]
fn the_main_post_comes_first_whatever_was_entered_first() {
    let mut office = office();
    let besides = Appointment {
        is_main: false,
        ..appointment(AppointmentId(id(32)), CHIEF, CLERK_POST)
    };
    office.appointments.insert(0, besides);
    let titles = office.titles_on(CHIEF, day(1));
    let posts: Vec<PostId> = titles
        .iter()
        .map(|title| title.appointment.post_id)
        .collect();
    assert_eq!(posts, [CHIEF_POST, CLERK_POST]);
}

fn standing_in(from: i8, through: i8, grants: &[Grant]) -> Substitution {
    Substitution {
        id: SubstitutionId(id(40)),
        principal_id: CHIEF,
        deputy_id: CLERK,
        grants: grants.iter().copied().collect(),
        period: Period::through(day(from), day(through)),
    }
}

#[test]
fn a_substitute_may_what_was_handed_over_while_it_was_and_the_chain_says_so() {
    let mut office = office();
    office.substitutions = vec![standing_in(3, 5, &[Grant::ReadDepartment])];
    for on in 1..=10 {
        assert_eq!(
            may(&office, CLERK, Grant::ReadDepartment, day(on)),
            (3..=5).contains(&on),
            "on day {on}"
        );
    }
    let access = office.who_may(Grant::ReadDepartment, Some(OFFICE), day(4));
    let clerk = access.iter().find(|access| access.person_id == CLERK);
    let reason = &clerk.expect("the clerk may").reasons[0];
    assert!(
        matches!(
            reason.steps.as_slice(),
            [
                Step::StandsIn {
                    principal: CHIEF,
                    ..
                },
                Step::Holds {
                    post: CHIEF_POST,
                    ..
                },
                Step::Has {
                    role: Role::DepartmentReader,
                    ..
                }
            ]
        ),
        "{reason:?}"
    );
    assert_eq!(reason.period, Period::through(day(3), day(5)));
    let elsewhere = office.who_may(Grant::ReadDepartment, Some(FINANCE), day(4));
    assert!(elsewhere.is_empty(), "nobody reads another department");
}

#[test]
fn what_the_principal_only_stands_in_for_is_not_handed_on() {
    let mut office = office();
    let third = PersonId(id(3));
    office.members.push(Member {
        id: third,
        agency_id: office.agency_id,
        department_id: OFFICE,
    });
    office.substitutions = vec![
        standing_in(1, 31, &[Grant::ReadDepartment]),
        Substitution {
            id: SubstitutionId(id(41)),
            principal_id: CLERK,
            deputy_id: third,
            ..standing_in(1, 31, &[Grant::ReadDepartment, Grant::Draft])
        },
    ];
    assert!(!may(&office, third, Grant::ReadDepartment, day(4)));
    assert!(may(&office, third, Grant::Draft, day(4)));
}

#[test]
fn two_of_the_three_never_meet_in_one_person_not_even_by_standing_in() {
    let mut office = office();
    let given = |role, post, from| RoleGiven {
        role,
        holder: Holder::Post(post),
        period: Period::since(day(from)),
    };
    office.roles = vec![
        given(Role::SystemAdministrator, CHIEF_POST, 1),
        given(Role::SecurityAuditor, CLERK_POST, 1),
    ];
    assert_eq!(office.clash(), None);
    office.substitutions = vec![standing_in(7, 8, &[Grant::KeepOrganisation])];
    let (who, one, two, from) = office.clash().expect("a clash");
    assert_eq!((who, from), (CLERK, day(7)));
    assert_ne!(one, two);
    office.substitutions.clear();
    office
        .roles
        .push(given(Role::SecurityAdministrator, CHIEF_POST, 9));
    assert!(office.clash().is_some_and(|clash| clash.3 == day(9)));
    office.roles[0].period.through = Some(day(8));
    assert_eq!(office.clash(), None, "one after the other is allowed");
}

proptest! {
    /// What is kept of a person's grants says, day by day, what the reasons say.
    #[test]
    fn held_grants_are_the_reasons_day_by_day(
        holds in prop::collection::vec((0_u128..2, 0_u128..2, 1_i8..20, 0_i8..20), 0..5),
        gives in prop::collection::vec((0_usize..4, 0_u128..2, 1_i8..20, 0_i8..20), 0..5),
        stands in prop::collection::vec((1_i8..20, 0_i8..20), 0..3),
    ) {
        let mut office = office();
        let period = |from, last| Period {
            from: day(from),
            through: (last > 0).then(|| day(last)),
        };
        office.appointments = (0..).zip(&holds).map(|(n, (person, post, from, last))| Appointment {
            period: period(*from, *last),
            ..appointment(AppointmentId(id(100 + n)), PersonId(id(1 + person)), PostId(id(20 + post)))
        }).collect();
        office.roles = gives.iter().map(|(role, post, from, last)| RoleGiven {
            role: Role::ALL[*role],
            holder: Holder::Post(PostId(id(20 + post))),
            period: period(*from, *last),
        }).collect();
        office.substitutions = stands.iter().map(|(from, last)| Substitution {
            period: period(*from, *last),
            ..standing_in(1, 1, &[Grant::Draft, Grant::ReadDepartment])
        }).collect();
        let everybody = office.all_held();
        for person in [CHIEF, CLERK] {
            prop_assert_eq!(&office.held(person), &everybody[&person], "one by one as all at once");
            let reasons = office.authorities(person);
            for on in 1..=31 {
                for grant in Grant::ALL {
                    let why = reasons.iter().any(|why| why.grant == grant && why.period.contains(day(on)));
                    prop_assert_eq!(may(&office, person, grant, day(on)), why, "{:?} on {}", grant, on);
                }
            }
        }
    }
}
