//! The demo county: its people and documents on an empty server, its desks that open by themselves, and that it is
//! never put over anything else.

use std::collections::BTreeSet;

use andu_server::{
    DEMO_PASSWORD, Server, YearPlan, demo_code, demo_people, demo_person, fill_demo, person_named,
    play_year,
};
use andu_store::{Chains, DraftState};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    editor::{Calls, rows},
    office::{Office, PASSWORD, Seat},
};

#[test]
fn a_server_is_filled_with_the_county_and_goes_on_where_it_was_cut_off() {
    let folder = TempDir::new().expect("a folder");
    let server = Server::open(folder.path()).expect("a server");
    assert_eq!(server.is_demo(), Ok(false));
    assert_eq!(fill_demo(&server, 120, |_| {}), Ok(120));
    assert_eq!(server.is_demo(), Ok(true));
    // Asked for more, it writes what is missing; asked for what is there, nothing.
    let mut told = Vec::new();
    assert_eq!(fill_demo(&server, 330, |done| told.push(done)), Ok(210));
    assert_eq!(told, [320, 330, 330]);
    assert_eq!(fill_demo(&server, 330, |_| {}), Ok(0));

    let store = server.store();
    let agencies = store
        .read(|reader| reader.all_agencies())
        .expect("agencies");
    let people = store.read(|reader| reader.people()).expect("people");
    assert_eq!((agencies.len(), people.len()), (10, 60));
    let (mut drafts, mut ids) = (0, BTreeSet::new());
    let mut submitted = 0;
    for person in &people {
        for state in [None, Some(DraftState::Discarded)] {
            let filter = andu_store::DraftFilter {
                state,
                author_id: person.id.as_text(),
                limit: 1_000,
                ..Default::default()
            };
            let (total, found) = store
                .read(|reader| reader.drafts(&andu_store::Sight::Whole, &filter))
                .expect("drafts");
            drafts += total;
            ids.extend(found.iter().map(|draft| draft.id.clone()));
            assert!(
                found.iter().all(|draft| draft.issue_number.is_empty()),
                "the ledger gives numbers"
            );
            let handed = found
                .iter()
                .filter(|draft| draft.state == DraftState::Submitted);
            submitted += handed.count();
        }
    }
    assert_eq!(drafts, 330);
    assert_eq!(ids.len(), 330, "a document in two lists");
    assert!(submitted > 200, "only {submitted} are submitted");
    let audited = store
        .read(|reader| reader.audit_verify())
        .expect("an unbroken chain");
    assert!(audited > 330 + 200, "{audited} entries");
}

#[test]
fn the_county_is_put_over_nothing_real() {
    let office = Office::open();
    let refused = fill_demo(office.server(), 10, |_| {}).expect_err("a refusal");
    assert_eq!(refused.key, "demo.not_empty");
    assert_eq!(office.server().is_demo(), Ok(false));
    assert!(office.drafts().is_empty());
    let nobody = demo_code(office.server(), &demo_person("1").expect("the first"));
    assert_eq!(nobody.expect_err("a refusal").key, "demo.not_demo");
}

#[test]
fn desks_of_the_county_open_by_themselves_and_see_what_is_theirs() {
    let office = Office::open_county(200);
    let seat = |name: &str| {
        let seat = Seat::empty(None);
        let person = demo_person(name).expect("somebody of the county");
        let code = demo_code(office.server(), &person).expect("a code");
        seat.desk.enter_demo(&code).expect("a desk that opens");
        seat
    };
    let (clerk, head) = (seat("何雨桐"), seat("余婉清"));
    let me = clerk.ok("session_me", json!({}));
    assert_eq!(
        (&me["person"], &me["department"], &me["demo"], &me["home"]),
        (
            &json!("何雨桐"),
            &json!("秘书科"),
            &json!(true),
            &json!("replica")
        )
    );
    let at_server = |name: &str| {
        let id = person_named(office.server(), name).expect("somebody");
        office
            .drafts()
            .into_iter()
            .filter(move |draft| draft.author_id == id.as_text())
    };
    let own = at_server("何雨桐")
        .filter(|draft| draft.state != DraftState::Discarded)
        .count();
    assert!(own > 0, "the clerk has no drafts");
    clerk.sync_until("the clerk's own drafts", || {
        rows(&clerk, None, false).len() == own
    });
    assert!(
        rows(&clerk, None, true).is_empty(),
        "a clerk does not read the department"
    );
    let handed = ["何雨桐", "陆亚楠", "范诗涵"]
        .into_iter()
        .flat_map(at_server);
    let handed = handed
        .filter(|draft| draft.state == DraftState::Submitted)
        .count();
    head.sync_until("what was handed to the department", || {
        rows(&head, None, true).len() == handed
    });

    // The next start asks for nothing.
    clerk.desk.lock();
    clerk.desk.enter_demo("").expect("a desk that opens");
    assert_eq!(rows(&clerk, None, false).len(), own);
}

#[test]
fn a_desk_opens_by_itself_at_no_other_server() {
    let office = Office::open_with_tls();
    let (seat, code) = (Seat::empty(None), office.whole_code(0));
    let refused = seat.desk.enter_demo(&code).expect_err("a refusal");
    assert_eq!(refused.key, "demo.not_demo");
    // The code is as good as before.
    let args = json!({ "address": "", "code": code, "password": PASSWORD });
    seat.ok("sync_join", args);
    // A desk with a password of its own stays locked.
    seat.desk.lock();
    assert!(
        seat.desk.enter_demo("").is_err(),
        "it opened with {DEMO_PASSWORD}"
    );
}

#[test]
fn everybody_of_the_county_is_named_in_what_the_page_says() {
    let sentences = include_str!("../../assets/text/zh-CN/server.json");
    let said = sentences.matches(DEMO_PASSWORD).count();
    assert_eq!(
        said, 2,
        "the desk and the sign-in say the password of the demo"
    );
    let people = demo_people().expect("people");
    let profiles: BTreeSet<_> = people.iter().map(|person| person.profile()).collect();
    assert_eq!((people.len(), profiles.len()), (60, 60));
    assert_eq!(
        demo_person("9999").expect_err("nobody").key,
        "demo.no_such_person"
    );
}

/// Forty days of the county, every one of its people doing what lies before them through the commands of the window:
/// a process that asks for what nobody enters shows here, as a pile of refusals and of work that does not end.
#[test]
fn the_played_county_finishes_what_it_begins_and_leaves_its_records_whole() {
    let folder = TempDir::new().expect("a folder");
    let server = Server::open(folder.path()).expect("a server");
    let plan = YearPlan {
        from: "2026-01-05".parse().expect("a day"),
        days: 40,
        seed: 7,
        agencies: 3,
    };
    let report = play_year(&server, plan, &mut |_| {}).expect("played");

    assert!(
        report.submitted >= 10 && report.registered >= 20,
        "{report:?}"
    );
    assert_eq!(report.gaps, 0, "{report:?}");
    let (begun, ended) = (
        report.submitted + report.registered,
        report.issued + report.closed,
    );
    // What came in the last week may still be on its way.
    assert!(ended * 10 >= begun * 6, "{report:?}");
    let refused: u32 = report.refused.values().sum();
    assert!(refused * 50 <= report.decided, "{report:?}");

    let store = server.store();
    let entries = store.read(|reader| reader.audit_verify()).expect("whole");
    assert!(entries > u64::from(report.decided), "{entries}, {report:?}");
    let chains = store
        .read(|reader| reader.instances_verify())
        .expect("read");
    let Chains::Whole(instances) = chains else {
        panic!("{chains:?}");
    };
    assert!(instances >= u64::from(begun), "{instances} of {begun}");
}
