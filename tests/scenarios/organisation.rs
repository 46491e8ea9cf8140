//! The organisation: founded by three, kept by those who may, with its dates, and what of it reaches a desk.

use andu_app::{
    Origin, Place, decide,
    organisation::{self, actor, granted},
};
use andu_base::{CommandId, Date, DeviceId, PersonId};
use andu_org::{Grant, Named};
use andu_server::{Administrators, Server, found};
use andu_sync::{Command, Outcome, PullRequest, Scope};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    editor::{Calls, write},
    forged::Device,
    office::Office,
    permission::newcomer,
};

const AGENCY: &str = "望溪县人民政府办公室";

/// A server whose three administrators are there: system, security, audit.
pub fn founded() -> (Office, [PersonId; 3]) {
    let office = Office::open();
    let first = Administrators {
        agency: AGENCY.into(),
        department: "机关党委".into(),
        names: ["顾思源", "秦望舒", "陆清和"].map(String::from),
    };
    let three = found(office.server(), &first).expect("three administrators");
    (office, three)
}

/// Calls a command as somebody; answers with the key of the error.
pub fn call(server: &Server, person: PersonId, name: &str, args: Value) -> Result<Value, String> {
    server
        .call_as(person, name, args)
        .map_err(|error| error.key)
}

/// The tree of the organisation as somebody sees it.
pub fn tree(server: &Server, person: PersonId) -> Value {
    let args = json!({ "on": null, "agency_id": null });
    call(server, person, "organisation_tree", args).expect("a tree")
}

/// Today at the server.
pub fn today(server: &Server, person: PersonId) -> String {
    let on = tree(server, person)["on"].clone();
    on.as_str().expect("a day").to_owned()
}

/// Department and post of a name in the tree.
fn find(tree: &Value, department: &str, post: &str) -> (Value, Value) {
    let all = tree["departments"].as_array().expect("departments");
    let unit = all.iter().find(|unit| unit["name"] == department);
    let unit = unit.unwrap_or_else(|| panic!("no {department} in {tree}"));
    let posts = unit["posts"].as_array().expect("posts");
    let found = posts.iter().find(|known| known["name"] == post);
    let found = found.unwrap_or_else(|| panic!("no {post} in {unit}"));
    (unit.clone(), found.clone())
}

/// Gives a role from today on.
pub fn give(
    server: &Server,
    who: PersonId,
    role: &str,
    holder: (&str, &Value),
) -> Result<Value, String> {
    let args = json!({
        "agency_id": tree(server, who)["agency_id"], "role": role,
        "holder": { "holder_kind": holder.0, "holder_id": holder.1 },
        "from_on": today(server, who), "through_on": null,
    });
    call(server, who, "role_give", args)
}

#[test]
fn the_first_three_are_three_people_and_are_entered_once() {
    let office = Office::open();
    let names = |audit: &str| Administrators {
        agency: AGENCY.into(),
        department: "机关党委".into(),
        names: ["顾思源", "秦望舒", audit].map(String::from),
    };
    let refused =
        |first: &Administrators| found(office.server(), first).err().map(|error| error.key);
    assert_eq!(
        refused(&names("秦望舒")).as_deref(),
        Some("organisation.three_people")
    );
    assert_eq!(refused(&names("陆清和")), None);
    assert_eq!(
        refused(&names("陆清和")).as_deref(),
        Some("organisation.founded")
    );
    assert!(office.audited() > 0, "the founding is in the audit log");
}

#[test]
fn the_three_do_their_own_and_not_each_others() {
    let (office, [system, security, audit]) = founded();
    let server = office.server();
    let all = tree(server, system);
    let (unit, _) = find(&all, "秘书科", "科员");
    let post = json!({
        "id": "", "agency_id": all["agency_id"], "department_id": unit["id"], "name": "科长",
        "place": 0, "from_on": all["on"],
    });
    let review =
        json!({ "on": null, "agency_id": null, "department_id": unit["id"], "person_id": null });
    let forbidden = Err("command.forbidden".to_owned());
    for other in [security, audit] {
        assert_eq!(call(server, other, "post_enter", post.clone()), forbidden);
    }
    let entered = call(server, system, "post_enter", post).expect("a post");
    let holder = ("post", &entered["id"]);
    for other in [system, audit] {
        assert_eq!(give(server, other, "department_reader", holder), forbidden);
    }
    give(server, security, "department_reader", holder).expect("a role given");
    for other in [system, security] {
        assert_eq!(
            call(server, other, "access_review", review.clone()),
            forbidden
        );
    }
    let before = call(server, audit, "access_review", review.clone()).expect("a review");
    let person = json!({
        "id": "", "agency_id": all["agency_id"], "name": "孟昭远", "post_id": entered["id"],
        "appointment_id": "", "from_on": all["on"],
    });
    call(server, system, "member_enter", person).expect("a person entered");
    let after = call(server, audit, "access_review", review).expect("a review");
    let rows = after["rows"].as_array().expect("rows");
    assert_eq!(
        rows.len(),
        before["rows"].as_array().map_or(0, Vec::len) + 1
    );
    let row = rows
        .iter()
        .find(|row| row["person"] == "孟昭远")
        .expect("the new head");
    let why = row["why"].as_array().expect("reasons");
    assert_eq!(why.len(), 2, "{why:?}");
    assert!(
        why[0]
            .as_str()
            .is_some_and(|text| text.contains("秘书科科长")),
        "{why:?}"
    );
    assert!(
        why[1]
            .as_str()
            .is_some_and(|text| text.contains("部门阅文")),
        "{why:?}"
    );
    office.audited();
}

#[test]
fn two_of_the_three_are_not_given_to_one_person_and_the_last_is_not_taken() {
    let (office, [system, security, _]) = founded();
    let server = office.server();
    let all = tree(server, security);
    let (_, post) = find(&all, "机关党委", "系统管理员");
    let held = &post["holders"][0]["appointment_id"];
    for role in [
        "security_auditor",
        "security_administrator",
        "drafter",
        "department_reader",
    ] {
        assert_eq!(
            give(server, security, role, ("appointment", held)),
            Err("organisation.roles_apart".into()),
            "{role} besides 系统管理员"
        );
    }
    let leave = json!({ "agency_id": all["agency_id"], "id": held, "last_on": all["on"] });
    assert_eq!(
        call(server, system, "appointment_end", leave.clone()),
        Err("organisation.last_holder".into())
    );
    let newcomer = json!({
        "id": "", "agency_id": all["agency_id"], "name": "孟昭远", "post_id": post["id"],
        "appointment_id": "", "from_on": all["on"],
    });
    call(server, system, "member_enter", newcomer).expect("a second person");
    give(
        server,
        security,
        "system_administrator",
        ("post", &post["id"]),
    )
    .expect("a role for the post");
    call(server, system, "appointment_end", leave).expect("somebody else goes on");
}

#[test]
fn an_administrator_of_one_agency_leaves_the_others_alone() {
    let (office, [system, security, _]) = founded();
    let server = office.server();
    let on = today(server, system);
    let agency = |name: &str| {
        json!({
            "id": "", "name": name, "short_name": "", "authority_code": "", "from_on": on,
        })
    };
    let other = call(server, system, "agency_enter", agency("望溪县水务局")).expect("an agency");
    assert_eq!(
        call(server, system, "agency_enter", agency("望溪县水务局")),
        Err("organisation.name_taken".into())
    );
    let roster = json!({
        "agency_id": other["id"], "from_on": on,
        "people": [{ "name": "石静涵", "department": "办公室", "post": "主任", "office": "6210011" }],
    });
    let report = call(server, system, "roster_enter", roster.clone()).expect("people entered");
    assert_eq!(
        (&report["people"], &report["departments"]),
        (&json!(1), &json!(1))
    );
    let theirs = json!({ "on": null, "agency_id": other["id"] });
    let there = call(server, security, "organisation_tree", theirs.clone()).expect("a tree");
    let (_, head) = find(&there, "办公室", "主任");
    let args = json!({
        "agency_id": other["id"], "role": "system_administrator",
        "holder": { "holder_kind": "post", "holder_id": head["id"] },
        "from_on": on, "through_on": null,
    });
    call(server, security, "role_give", args).expect("an administrator of the other agency");
    let id = head["holders"][0]["person_id"].as_str().expect("an id");
    let stranger: PersonId = id.parse().expect("an id");
    assert_eq!(
        call(server, stranger, "agency_enter", agency("望溪县林业局")),
        Err("organisation.other_agency".into())
    );
    let ours = json!({ "on": null, "agency_id": tree(server, system)["agency_id"] });
    assert_eq!(
        call(server, stranger, "organisation_tree", ours),
        Err("organisation.other_agency".into())
    );
    call(server, stranger, "organisation_tree", theirs).expect("the own tree");
}

/// Acts at the server as of an instant.
fn act_at(office: &Office, actor: PersonId, kind: &str, args: &Value, now: &str) -> Outcome {
    let command = Command::new(
        CommandId(Uuid::now_v7()),
        (DeviceId(Uuid::now_v7()), actor),
        kind,
        args.clone(),
        now,
    );
    let rule = andu_api::find_row(kind).and_then(andu_api::Row::rule);
    let how = (Place::Server, Origin::Here);
    decide(office.server().store(), command, rule, how, now).expect("a store that works")
}

fn key(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Rejected { reason } => &reason.key,
        _ => "",
    }
}

#[test]
fn what_may_be_done_is_asked_as_of_the_day_of_the_decision_in_shanghai() {
    let (mut office, [system, security, _]) = founded();
    let deputy = newcomer(&mut office, &[]);
    let deputy = office.people[deputy];
    let agency = office.read(|reader| reader.person(system)).agency_id;
    let stand_in = json!({
        "id": Uuid::now_v7(), "agency_id": agency, "principal_id": office.people[0],
        "deputy_id": deputy, "grants": ["read_department"],
        "from_on": "2031-03-03", "through_on": "2031-03-05",
    });
    let named = act_at(
        &office,
        security,
        "substitute_name",
        &stand_in,
        "2031-03-01T02:00:00.000Z",
    );
    assert_eq!(key(&named), "", "{named:?}");
    let reads = |day: i8| {
        let day = Date::constant(2031, 3, day);
        office.read(|reader| organisation::may(reader, deputy, Grant::ReadDepartment, day))
    };
    let days: Vec<i8> = (1..=8).filter(|day| reads(*day)).collect();
    assert_eq!(days, [3, 4, 5]);
    let department = office
        .read(|reader| reader.person(office.people[0]))
        .department_id;
    let sees = |day: i8| {
        let scopes = office.read(|reader| granted(reader, deputy, Date::constant(2031, 3, day)));
        scopes.contains(&Scope::department(department))
    };
    assert!(!sees(2) && sees(3) && sees(5) && !sees(6));

    // A role given from 10 March: at 23:59 of the 9th in Shanghai it does not count yet.
    let own = office.read(|reader| reader.appointments_of(deputy));
    let role = json!({
        "agency_id": agency, "role": "records_keeper",
        "holder": { "holder_kind": "appointment", "holder_id": own[0].0.id },
        "from_on": "2031-03-10", "through_on": "2031-03-10",
    });
    let given = act_at(
        &office,
        security,
        "role_give",
        &role,
        "2031-03-01T02:00:00.000Z",
    );
    assert_eq!(key(&given), "", "{given:?}");
    let phrase = json!({ "id": Uuid::now_v7(), "group": "结尾", "text": "特此通知。" });
    for (now, expected) in [
        ("2031-03-09T15:59:59.000Z", "command.forbidden"),
        ("2031-03-09T16:00:00.000Z", ""),
        ("2031-03-10T15:59:59.000Z", ""),
        ("2031-03-10T16:00:00.000Z", "command.forbidden"),
    ] {
        let outcome = act_at(&office, deputy, "phrase_put", &phrase, now);
        assert_eq!(key(&outcome), expected, "at {now}");
    }
    let back = act_at(
        &office,
        security,
        "role_give",
        &role,
        "2031-03-11T02:00:00.000Z",
    );
    assert_eq!(
        key(&back),
        "organisation.not_backwards",
        "rights are not dated back"
    );
}

#[test]
fn an_old_document_shows_the_title_of_its_day() {
    let (office, [system, ..]) = founded();
    let server = office.server();
    let person = office.people[0];
    let agency = office.read(|reader| reader.person(person)).agency_id;
    let (held, post) = office.read(|reader| reader.appointments_of(person))[0];
    let rename = |kind: &str, id: String, name: &str, from: &str| {
        json!({
            "agency_id": agency, "kind": kind, "id": id, "name": name, "short_name": "",
            "authority_code": "", "from_on": from,
        })
    };
    for args in [
        rename(
            "department",
            post.department_id.as_text(),
            "综合科",
            "2031-02-01",
        ),
        rename("person", person.as_text(), "何雨彤", "2031-02-10"),
    ] {
        call(server, system, "organisation_rename", args).expect("renamed");
    }
    let end = json!({ "agency_id": agency, "id": held.id, "last_on": "2031-02-20" });
    call(server, system, "appointment_end", end).expect("ended");
    let post = json!({
        "id": Uuid::now_v7(), "agency_id": agency, "department_id": post.department_id,
        "name": "副科长", "place": 0, "from_on": "2031-02-21",
    });
    call(server, system, "post_enter", post.clone()).expect("a post");
    let next = json!({
        "id": "", "agency_id": agency, "person_id": person, "post_id": post["id"],
        "is_main": true, "from_on": "2031-02-21", "through_on": null,
    });
    call(server, system, "appointment_make", next).expect("appointed");
    let on = |month: i8, day: i8| {
        let day = Date::constant(2031, month, day);
        let person = office.read(|reader| actor(reader, person, day));
        let unit = person.department_id.as_text();
        let unit = office.read(|reader| reader.name_on(Named::Department, &unit, day));
        (unit.unwrap_or_default(), person.post, person.name)
    };
    let words = |unit: &str, post: &str, name: &str| (unit.into(), post.into(), name.into());
    assert_eq!(on(1, 31), words("秘书科", "科员", "何雨桐"));
    assert_eq!(on(2, 9), words("综合科", "科员", "何雨桐"));
    assert_eq!(on(2, 20), words("综合科", "科员", "何雨彤"));
    assert_eq!(on(2, 21), words("综合科", "副科长", "何雨彤"));
    let card = json!({ "id": person, "on": "2031-03-01" });
    let card = call(server, system, "person_card", card).expect("a card");
    let held: Vec<&str> = card["appointments"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|held| held["post"].as_str())
        .collect();
    assert_eq!(
        held,
        ["副科长", "科员"],
        "history stays on the card: {card}"
    );
    let again = call(
        server,
        system,
        "appointment_end",
        json!({
            "agency_id": agency, "id": card["appointments"][1]["id"], "last_on": "2031-02-25",
        }),
    );
    assert_eq!(again, Err("organisation.already_ended".into()));
}

#[test]
fn a_number_reaches_those_of_its_grade_and_no_other_desk() {
    let (mut office, [system, ..]) = founded();
    let duty = newcomer(&mut office, &[Grant::ReadTelephones]);
    let person = office.people[0];
    let agency = office.read(|reader| reader.person(person)).agency_id;
    for (number, grade) in [
        ("62100001", "agency"),
        ("13900000002", "department"),
        ("13900000003", "restricted"),
    ] {
        let args = json!({
            "id": "", "agency_id": agency, "person_id": person, "kind": "mobile",
            "number": number, "grade": grade,
        });
        call(office.server(), system, "telephone_put", args).expect("a telephone");
    }
    // The second sits in the same department, the third elsewhere; the newcomer is on duty.
    for (reader, expected) in [
        (1, ["62100001", "13900000002"].as_slice()),
        (2, &["62100001"]),
        (duty, &["62100001", "13900000002", "13900000003"]),
    ] {
        let device = Device::enrol(&office, reader);
        let answer = device.pull(
            &office,
            &PullRequest {
                limit: 1_000,
                leases: true,
                ..PullRequest::default()
            },
        );
        let sent = serde_json::to_string(&answer).expect("JSON");
        let listed = call(
            office.server(),
            office.people[reader],
            "contact_list",
            json!({ "text": "hyt", "department_id": null, "limit": 10 }),
        )
        .expect("contacts");
        let listed = listed.to_string();
        for number in ["62100001", "13900000002", "13900000003"] {
            let may = expected.contains(&number);
            assert_eq!(sent.contains(number), may, "{number} was sent to {reader}");
            assert_eq!(
                listed.contains(number),
                may,
                "{number} is listed for {reader}"
            );
        }
    }
}

#[test]
fn a_desk_learns_the_organisation_and_its_own_grants_come_and_go() {
    let (mut office, [system, security, _]) = founded();
    let author = office.seat(0);
    let deputy = newcomer(&mut office, &[Grant::Draft]);
    let seat = office.seat(deputy);
    let permissions = || seat.ok("session_me", json!({}))["permissions"].clone();
    assert_eq!(permissions(), json!(["draft"]));
    seat.sync_until("the colleagues", || {
        let all = seat.ok(
            "contact_list",
            json!({ "text": "", "department_id": null, "limit": 100 }),
        );
        all.as_array().is_some_and(|all| all.len() == 7)
    });
    // 三员 handle no document; a desk that has only its own roles cannot tell who they are.
    let all = json!({ "text": "", "department_id": null, "limit": 100, "handles": true });
    let names = |listed: serde_json::Value| -> Vec<String> {
        let rows = listed.as_array().expect("rows").iter();
        rows.map(|row| row["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    let at_server = call(
        office.server(),
        office.people[deputy],
        "contact_list",
        all.clone(),
    );
    let at_server = names(at_server.expect("contacts"));
    assert_eq!(at_server.len(), 4, "{at_server:?}");
    let at_desk = names(seat.ok("contact_list", all));
    assert!(
        at_server.iter().all(|name| at_desk.contains(name)),
        "{at_desk:?}"
    );
    let found = seat.ok(
        "contact_list",
        json!({ "text": "沈亦舟", "department_id": null, "limit": 9 }),
    );
    assert_eq!(
        (&found[0]["department"], &found[0]["post"]),
        (&json!("秘书科"), &json!("科员"))
    );

    let id = write(&author, "关于做好防汛工作的通知", &["请遵照执行。"]);
    author.ok("draft_submit", json!({ "id": id, "note": "" }));
    author.sync();
    let held = office.read(|reader| reader.appointments_of(office.people[deputy]))[0]
        .0
        .id;
    let held = json!(held);
    give(
        office.server(),
        security,
        "department_reader",
        ("appointment", &held),
    )
    .expect("given");
    seat.sync_until("the new grant", || {
        permissions() == json!(["draft", "read_department"])
    });
    seat.sync_until("what was handed to the department", || {
        seat.ok("draft_counts", json!({}))["received"] == 1
    });
    // Roles are told to nobody but those who give or review them.
    let device = Device::enrol(&office, deputy);
    let answer = device.pull(
        &office,
        &PullRequest {
            limit: 1_000,
            ..PullRequest::default()
        },
    );
    let sent = serde_json::to_string(&answer).expect("JSON");
    assert!(
        sent.contains("appointment") && !sent.contains("role_given"),
        "roles were sent"
    );

    let on = today(office.server(), security);
    let yesterday = andu_api::organisation::day_before(&on).expect("a day");
    let take = json!({
        "agency_id": tree(office.server(), security)["agency_id"], "role": "department_reader",
        "holder": { "holder_kind": "appointment", "holder_id": held },
        "from_on": on, "last_on": yesterday,
    });
    call(office.server(), security, "role_take", take.clone()).expect("taken");
    seat.sync_until("the grant gone", || permissions() == json!(["draft"]));
    // Taken by mistake: it is given back the same day, and not twice.
    let back = || {
        give(
            office.server(),
            security,
            "department_reader",
            ("appointment", &held),
        )
    };
    back().expect("given back");
    seat.sync_until("the grant again", || permissions() != json!(["draft"]));
    assert_eq!(back().err().as_deref(), Some("organisation.role_held"));
    call(office.server(), security, "role_take", take).expect("taken once more");
    seat.sync_until("the grant gone", || permissions() == json!(["draft"]));
    // Both sides hold the same rows to the byte, or the digests of the scope would never meet.
    let own = office.people[deputy];
    let agency = office.read(|reader| reader.person(own)).agency_id;
    let mut compared = 0;
    for scope in [Scope::agency(agency), Scope::person(own)] {
        for (key, change) in office.read(|reader| reader.scope_rows_logged(&scope)) {
            if !key.entity.starts_with("draft") {
                let here = seat
                    .open()
                    .store
                    .read(|r| r.row_image(&key.entity, &key.row_id));
                assert_eq!(here.expect("reads"), Some(change.row), "{key:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 20, "{compared} rows were compared");

    // Who leaves keeps nothing of the colleagues.
    let end = json!({ "agency_id": agency, "id": held, "last_on": yesterday });
    call(office.server(), system, "appointment_end", end).expect("ended");
    seat.sync_until("the colleagues gone", || {
        let all = json!({ "text": "沈亦舟", "department_id": null, "limit": 9 });
        seat.ok("contact_list", all) == json!([])
    });
    let people = seat.open().store.read(|reader| reader.people());
    let names: Vec<String> = people
        .expect("reads")
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names, ["贺知秋"]);
}

#[test]
fn an_act_from_a_desk_is_decided_by_the_server_and_a_no_is_shown_there() {
    let (mut office, [system, ..]) = founded();
    office.people.push(system);
    let seat = office.seat(office.people.len() - 1);
    seat.sync();
    seat.sync_until("the organisation", || {
        !tree_at(&seat)["departments"]
            .as_array()
            .is_none_or(Vec::is_empty)
    });
    let all = tree_at(&seat);
    let department = |name: &str| {
        json!({
            "id": "", "agency_id": all["agency_id"], "parent_id": null, "name": name, "place": 9,
            "from_on": all["on"],
        })
    };
    let done = seat.ok("department_enter", department("信息科"));
    assert_eq!(
        done["waiting"], true,
        "nothing counts before the server has it"
    );
    assert!(!tree_at(&seat).to_string().contains("信息科"));
    seat.sync_until("the new department", || {
        tree_at(&seat).to_string().contains("信息科")
    });
    seat.ok("department_enter", department("秘书科"));
    seat.sync_until("the refusal", || {
        !seat
            .ok("act_refusals", json!({}))
            .as_array()
            .is_none_or(Vec::is_empty)
    });
    let refused = seat.ok("act_refusals", json!({}));
    assert_eq!(refused[0]["command"], "department_enter");
    assert!(
        refused[0]["sentence"]
            .as_str()
            .is_some_and(|text| text.contains("秘书科")),
        "{refused}"
    );
    seat.ok("act_refusals_seen", json!({}));
    assert_eq!(seat.ok("act_refusals", json!({})), json!([]));
}

fn tree_at(seat: &crate::office::Seat) -> Value {
    seat.ok(
        "organisation_tree",
        json!({ "on": null, "agency_id": null }),
    )
}

#[test]
fn a_list_says_first_what_it_would_do_and_enters_nobody_twice() {
    let (office, [system, ..]) = founded();
    let server = office.server();
    let all = tree(server, system);
    let line = |name: &str, department: &str, post: &str| {
        json!({
            "name": name, "department": department, "post": post, "office": "62100010", "mobile": "",
        })
    };
    let mut roster = json!({
        "agency_id": all["agency_id"], "from_on": all["on"],
        "people": [
            line("沈亦舟", "秘书科", "科员"),
            line("石静涵", "信息科", "科长"),
            line("石静涵", "信息科", "科长"),
            line("罗定邦", "信息科", "科员"),
            line("", "信息科", "科员"),
        ],
    });
    let planned = call(server, system, "roster_check", roster.clone()).expect("a plan");
    let counts = |report: &Value| {
        ["departments", "posts", "people", "telephones", "unchanged"]
            .map(|name| report[name].as_u64().unwrap_or(99))
    };
    assert_eq!(counts(&planned), [1, 1, 1, 2, 1], "{planned}");
    let lines = |report: &Value| -> Vec<u64> {
        let all = report["problems"].as_array().into_iter().flatten();
        all.filter_map(|problem| problem["line"].as_u64()).collect()
    };
    assert_eq!(lines(&planned), [3, 4, 5]);
    assert_eq!(tree(server, system), all, "asking changed something");
    let entered = call(server, system, "roster_enter", roster.clone()).expect("entered");
    assert_eq!(entered, planned);
    roster["people"].as_array_mut().expect("lines").truncate(2);
    let again = call(server, system, "roster_enter", roster).expect("entered again");
    assert_eq!(counts(&again), [0, 0, 0, 0, 2], "{again}");
}
