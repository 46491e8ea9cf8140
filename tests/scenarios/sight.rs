//! Who sees what over `POST /api/{name}`: what no scope of a person holds is in no answer. Every reading
//! command of the table is asked by strangers with the ids of real rows.

use andu_api::{Write, find_row, table};
use andu_base::PersonId;
use andu_org::Grant;
use andu_server::{Roster, RosterPerson, enter_roster};
use serde_json::{Value, json};

use crate::{
    editor::{Calls, write},
    forged::Device,
    number::today,
    office::{Office, Seat},
    permission::newcomer,
};

/// In the drafts alone.
const SECRET: &str = "青檀坳水库泄洪调度";
/// In the agency's own papers: its people, telephones and words.
const INNER: &str = "槐序";

/// An office whose first person has a submitted draft and one in work, a second agency on the same server,
/// and a device for each of those who ask.
struct Asked {
    office: Office,
    author: Seat,
    submitted: String,
    in_work: String,
    owner: Device,
    /// Reads what is handed to the author's department.
    chief: Device,
    /// The author's department, without that grant.
    colleague: Device,
    /// Another department of the agency.
    neighbour: Device,
    /// Another agency.
    stranger: Device,
}

impl Asked {
    fn open() -> Self {
        let mut office = Office::open();
        let author = office.seat(0);
        let in_work = write(&author, &format!("关于{SECRET}的请示"), &[SECRET]);
        let submitted = write(&author, &format!("关于{SECRET}的通知"), &[SECRET]);
        let note = json!({ "id": submitted, "note": SECRET });
        author.ok("draft_submit", note);
        author.sync();
        let other = enter_roster(office.server(), &other_agency()).expect("an agency");
        office.people.extend(other);
        let stranger = office.people.len() - 1;
        let colleague = newcomer(&mut office, &[Grant::Draft, Grant::KeepVocabulary]);
        let device = |person| Device::enrol(&office, person);
        let (owner, chief, neighbour) = (device(0), device(1), device(2));
        let (stranger, colleague) = (device(stranger), device(colleague));
        Self {
            author,
            submitted,
            in_work,
            owner,
            chief,
            colleague,
            neighbour,
            stranger,
            office,
        }
    }

    fn ask(&self, who: &Device, name: &str, args: &Value) -> (u16, Value) {
        who.call(&self.office, name, args)
    }

    fn ok(&self, who: &Device, name: &str, args: &Value) -> Value {
        let (status, answer) = self.ask(who, name, args);
        assert_eq!(status, 200, "{name}: {answer}");
        answer
    }

    fn key(&self, who: &Device, name: &str, args: &Value) -> String {
        let (status, answer) = self.ask(who, name, args);
        assert_ne!(status, 200, "{name} was answered: {answer}");
        answer["key"].as_str().unwrap_or("").to_owned()
    }

    /// Ids of the drafts that somebody lists, finds and finds quickly.
    fn reached(&self, who: &Device) -> [Vec<String>; 3] {
        let ids = |rows: &Value, id: &str| -> Vec<String> {
            let rows = rows.as_array().expect("rows").iter();
            let mut ids: Vec<String> = rows
                .map(|row| row[id].as_str().expect("an id").to_owned())
                .collect();
            ids.sort();
            ids.dedup();
            ids
        };
        let listed = self.ok(who, "draft_list", &list(true));
        let found = self.ok(who, "find_text", &find(SECRET));
        let quick = self.ok(who, "find_quick", &json!({ "text": SECRET }));
        [
            ids(&listed["rows"], "id"),
            ids(&found["hits"], "draft_id"),
            ids(&quick, "id"),
        ]
    }
}

fn other_agency() -> Roster {
    Roster {
        agency: "望溪县水务局".into(),
        short_name: "县水务局".into(),
        authority_code: "望水".into(),
        people: vec![RosterPerson {
            name: "段青山".into(),
            post: "科员".into(),
            department: "秘书科".into(),
        }],
    }
}

fn list(from_other: bool) -> Value {
    json!({ "state": null, "document_type": null, "from_other": from_other, "offset": 0, "limit": 50 })
}

fn find(text: &str) -> Value {
    json!({
        "text": text, "document_type": null, "from": null, "to": null, "versions": true,
        "offset": 0, "limit": 50,
    })
}

#[test]
fn another_agency_and_another_department_reach_no_draft() {
    let asked = Asked::open();
    for who in [&asked.stranger, &asked.neighbour, &asked.colleague] {
        assert_eq!(asked.reached(who), [const { Vec::<String>::new() }; 3]);
        let counts = asked.ok(who, "draft_counts", &json!({}));
        assert_eq!(
            (&counts["received"], &counts["drafting"]),
            (&json!(0), &json!(0))
        );
        for id in [&asked.submitted, &asked.in_work] {
            let draft = json!({ "id": id });
            for name in ["draft_copy", "draft_open", "check_run"] {
                assert_eq!(asked.key(who, name, &draft), "draft.not_there", "{name}");
            }
            let submit = json!({ "id": id, "note": "" });
            assert_eq!(asked.key(who, "draft_submit", &submit), "draft.not_there");
        }
    }
    assert_eq!(asked.office.drafts().len(), 2, "a copy was made");
}

#[test]
fn who_reads_a_department_sees_what_was_handed_to_it_and_no_more() {
    let asked = Asked::open();
    let only = || vec![asked.submitted.clone()];
    assert_eq!(asked.reached(&asked.chief), [only(), only(), only()]);
    let counts = asked.ok(&asked.chief, "draft_counts", &json!({}));
    assert_eq!(counts["received"], 1);
    let in_work = json!({ "id": asked.in_work });
    assert_eq!(
        asked.key(&asked.chief, "draft_copy", &in_work),
        "draft.not_there"
    );
    let copy = json!({ "id": asked.submitted });
    asked.ok(&asked.chief, "draft_copy", &copy);

    // Taken back: nothing of it is left to see, not even the version that was submitted.
    asked
        .author
        .ok("draft_withdraw", json!({ "id": asked.submitted }));
    asked.author.sync();
    let [listed, found, _] = asked.reached(&asked.chief);
    assert!(listed.is_empty(), "still listed: {listed:?}");
    assert!(!found.contains(&asked.submitted), "still found: {found:?}");
    let owners = asked.ok(&asked.owner, "find_text", &find(SECRET));
    assert_eq!(
        owners["total"], 3,
        "the author finds both drafts and the version: {owners}"
    );
}

#[test]
fn who_may_only_read_the_department_opens_the_inbox() {
    let mut asked = Asked::open();
    let reader = newcomer(&mut asked.office, &[Grant::ReadDepartment]);
    let reader = Device::enrol(&asked.office, reader);
    let listed = asked.ok(&reader, "draft_list", &list(true));
    assert_eq!(listed["total"], 1);
    assert_eq!(listed["rows"][0]["id"], json!(asked.submitted));
}

#[test]
fn nobody_moves_what_is_somebody_elses() {
    let asked = Asked::open();
    for who in [&asked.chief, &asked.colleague, &asked.stranger] {
        for id in [&asked.submitted, &asked.in_work] {
            let draft = json!({ "id": id });
            for name in ["draft_withdraw", "draft_discard", "draft_recover"] {
                let (_, answer) = asked.ask(who, name, &draft);
                let said = answer.to_string();
                assert!(said.contains("他人拟写"), "{name}: {said}");
            }
            let keep = json!({ "draft_id": id, "key": "title.long", "reason": "已核" });
            let (_, answer) = asked.ask(who, "check_keep", &keep);
            assert_eq!(answer["key"], "draft.authors_act");
        }
    }
    let states: Vec<_> = asked.office.drafts().into_iter().map(|d| d.state).collect();
    assert_eq!(states.len(), 2);
    assert!(!states.contains(&andu_store::DraftState::Discarded));
}

/// What each reading command is asked, with the ids of real rows, and whether its answer to the owner holds
/// one of the two words. A command that is not here is one nobody thought about.
fn questions(asked: &Asked) -> Vec<(&'static str, Value, bool)> {
    let first = asked.office.people[0];
    let agency = asked.office.read(|reader| reader.person(first)).agency_id;
    let all = json!({ "text": "", "limit": 500 });
    let of_agency = json!({ "on": null, "agency_id": agency });
    let everybody = json!({ "text": "", "department_id": null, "limit": 500 });
    let roster = json!({
        "agency_id": agency, "from_on": "2026-03-01",
        "people": [{ "name": format!("{INNER}安"), "department": "秘书科", "post": "主任" }],
    });
    vec![
        ("draft_list", list(false), true),
        ("draft_counts", json!({}), false),
        // Whose tasks they are, and who takes part: `outgoing`.
        (
            "task_list",
            json!({ "state": "todo", "text": "", "offset": 0, "limit": 500 }),
            false,
        ),
        ("task_counts", json!({}), false),
        (
            "task_figures",
            json!({ "reach": "own", "month": "" }),
            false,
        ),
        ("task_open", json!({ "id": "1/1/s" }), false),
        (
            "task_next",
            json!({ "id": "1/1/s", "items": {}, "chosen": {} }),
            false,
        ),
        ("process_trace", json!({ "id": "1" }), false),
        ("process_handwriting", json!({ "instance_id": "1" }), false),
        // Who keeps the registers, and who takes part: `incoming`.
        (
            "incoming_list",
            json!({
                "state": null, "year": "", "text": "", "late": false, "offset": 0, "limit": 500,
            }),
            false,
        ),
        // The same people, and those who supervise: `supervision`.
        (
            "supervision_list",
            json!({ "light": null, "kind": null, "text": "", "offset": 0, "limit": 50 }),
            false,
        ),
        ("supervision_counts", json!({}), false),
        ("supervision_open", json!({ "id": asked.in_work }), false),
        ("supervision_from", json!({ "id": asked.in_work }), false),
        (
            "supervision_figures",
            json!({ "from": "2026-01-01", "through": "2026-12-31" }),
            false,
        ),
        ("incoming_counts", json!({}), false),
        ("incoming_open", json!({ "id": asked.in_work }), false),
        // Who keeps the registers, who took part, and what is made public: `issued`.
        ("issue_sheet_open", json!({ "id": asked.in_work }), false),
        (
            "issued_list",
            json!({
                "status": null, "year": "", "document_type": null, "text": "", "ending_within": null,
                "unpublished": false, "offset": 0, "limit": 500,
            }),
            false,
        ),
        ("issued_open", json!({ "id": asked.submitted }), false),
        ("process_status", json!({ "process": "outgoing" }), false),
        // What is shipped is everybody's; an agency's own versions are in its scope.
        ("process_list", json!({}), false),
        (
            "process_view",
            json!({ "process": "outgoing", "version": 0, "definition": "" }),
            false,
        ),
        (
            "process_fix",
            json!({ "definition": "{}", "fix": "{}" }),
            false,
        ),
        // Who keeps the processes of the agency: `keeping`.
        ("process_stuck", json!({}), false),
        ("process_versions", json!({ "process": "outgoing" }), false),
        ("process_running", json!({ "process": "outgoing" }), false),
        (
            "process_rehearse",
            json!({ "process": "outgoing", "version": 1, "instances": [], "nodes": {} }),
            false,
        ),
        ("find_text", find(SECRET), true),
        ("find_quick", json!({ "text": SECRET }), true),
        ("agency_list", all.clone(), true),
        ("person_list", all.clone(), true),
        ("phrase_list", all.clone(), true),
        ("template_list", all, true),
        ("double_edit_list", json!({}), true),
        ("organisation_tree", of_agency.clone(), true),
        (
            "person_card",
            json!({ "id": keeper(asked), "on": null }),
            true,
        ),
        ("contact_list", everybody, true),
        ("role_list", of_agency, false),
        (
            "access_review",
            json!({
                "on": null, "agency_id": agency, "department_id": null, "person_id": null,
            }),
            false,
        ),
        ("act_refusals", json!({}), false),
        ("joining_list", json!({}), false),
        (
            "joining_review",
            json!({ "id": asked.in_work, "choices": [] }),
            false,
        ),
        ("revision_list", json!({ "id": asked.submitted }), false),
        ("co_drafter_list", json!({ "id": asked.in_work }), false),
        ("co_drafter_choose", json!({}), false),
        (
            "late_view",
            json!({ "id": asked.in_work, "branch_id": asked.in_work }),
            false,
        ),
        ("draft_authorship", json!({ "id": asked.in_work }), false),
        ("roster_check", roster, false),
        (
            "type_propose",
            json!({ "recipient": "peer", "purpose": "" }),
            false,
        ),
        ("number_series_list", json!({}), true),
        (
            "number_ledger",
            json!({
                "code": "望政办发发", "period": today().year(), "kind": null, "text": "", "offset": 0,
                "limit": 500,
            }),
            true,
        ),
        ("number_check", json!({}), false),
        // Whoever keeps the registers.
        (
            "register_known",
            json!({ "documents": [{ "sender": "", "number": "望水〔2019〕7号" }] }),
            false,
        ),
        ("register_imports", json!({}), false),
        // What is shipped is everybody's; an agency's own templates are in its scope.
        ("form_list", json!({}), true),
        (
            "form_text",
            json!({ "form": "return_slip", "version": null }),
            true,
        ),
        ("copy_list", json!({ "id": asked.submitted }), false),
        ("copy_find", json!({ "number": 1 }), false),
        ("law_article", json!({ "article": "15" }), false),
        ("amount_capitals", json!({ "yuan": "1234.50" }), false),
    ]
}

/// Somebody of the first agency whose name says so.
fn keeper(asked: &Asked) -> PersonId {
    *asked.office.people.last().expect("somebody")
}

#[test]
fn no_reading_command_answers_a_stranger_with_what_is_not_the_strangers() {
    let mut asked = Asked::open();
    inner(&mut asked);
    let questions = questions(&asked);
    for row in table().filter(|row| row.write == Write::None && row.serve.is_some()) {
        assert!(
            questions.iter().any(|(name, ..)| *name == row.name),
            "{} reads, and nobody has said what a stranger sees of it",
            row.name
        );
    }
    let words = [SECRET, INNER];
    let holds = |answer: &Value| words.iter().any(|word| answer.to_string().contains(word));
    for (name, args, tells) in &questions {
        assert!(find_row(name).is_some(), "{name}");
        if *tells {
            let owners = asked.ok(&asked.owner, name, args);
            assert!(holds(&owners), "the owner's {name} says nothing: {owners}");
        }
        let (_, answer) = asked.ask(&asked.stranger, name, args);
        assert!(!holds(&answer), "{name} told a stranger: {answer}");
        let (_, answer) = asked.ask(&asked.neighbour, name, args);
        assert!(
            !answer.to_string().contains(SECRET),
            "{name} told another department: {answer}"
        );
    }
    let counts = asked.ok(&asked.stranger, "draft_counts", &json!({}));
    assert!(
        counts
            .as_object()
            .expect("counts")
            .values()
            .all(|count| *count == json!(0)),
        "{counts}"
    );
}

/// What only the first agency's people may change, and how strangers are answered who try.
#[test]
fn nobody_changes_or_uses_the_words_of_another_agency() {
    let mut asked = Asked::open();
    inner(&mut asked);
    let template = asked.ok(
        &asked.owner,
        "template_list",
        &json!({ "text": INNER, "limit": 5 }),
    );
    let create = json!({
        "document_type": "notice", "format": "document", "direction": "downward",
        "template_id": template[0]["id"],
    });
    asked.ok(&asked.owner, "draft_create", &create);
    assert_eq!(
        asked.key(&asked.stranger, "draft_create", &create),
        "store.not_found"
    );
    let phrase = asked.ok(
        &asked.owner,
        "phrase_list",
        &json!({ "text": INNER, "limit": 5 }),
    );
    let entry = json!({ "id": phrase[0]["id"], "group": "", "text": "改" });
    for was in [json!(null), entry.clone()] {
        let put = json!({ "entry": entry, "was": was });
        assert_eq!(
            asked.key(&asked.stranger, "phrase_put", &put),
            "vocabulary.other_agency"
        );
    }
    let remove = json!({ "id": phrase[0]["id"] });
    assert_eq!(
        asked.key(&asked.stranger, "phrase_remove", &remove),
        "vocabulary.other_agency"
    );
    // The same name may stand in each agency's own words.
    let agency = json!({
        "id": "", "name": format!("{INNER}市水利局"), "short_name": "", "authority_code": "",
        "relation": "peer", "system": "", "members": [],
    });
    asked.ok(
        &asked.stranger,
        "agency_put",
        &json!({ "entry": agency, "was": null }),
    );
}

/// Puts the second word into the first agency: a person, words, a template, and a choice that is open.
fn inner(asked: &mut Asked) {
    let ok = |name: &str, args: Value| asked.ok(&asked.owner, name, &args);
    let put = |entry: &Value| json!({ "entry": entry, "was": null });
    let agency = json!({
        "id": "", "name": format!("{INNER}市水利局"), "short_name": "", "authority_code": "",
        "relation": "superior", "system": "", "members": [],
    });
    ok("agency_put", put(&agency));
    let person = json!({
        "id": "", "name": format!("{INNER}青"), "post": "", "department": "", "telephone": "",
    });
    ok("person_put", put(&person));
    let phrase = json!({ "id": "", "group": "", "text": format!("{INNER}如旧") });
    let phrase = ok("phrase_put", put(&phrase));
    let mut again = phrase.clone();
    again["text"] = json!(format!("{INNER}如新"));
    let unseen =
        json!({ "entry": again, "was": { "id": phrase["id"], "group": "", "text": "前" } });
    let (status, answer) = asked.ask(&asked.owner, "phrase_put", &unseen);
    assert!(
        status != 200 && answer["key"] == "record.double_edit",
        "{answer}"
    );
    let series = json!({
        "id": "", "title": format!("{INNER}文件"), "serves": "normative", "pattern": "槐规〔{年}〕{号}号",
        "reset": "yearly", "term_from": 0, "opening": 1, "types": [], "formats": [], "letterhead": "",
        "signed_by": null, "from_on": format!("{}-01-01", today().year()),
    });
    ok("number_series_put", series);
    let reserved = json!({
        "series_id": "shipped:issue", "count": 1, "until_on": format!("{}-12-31", today().year()),
        "purpose": format!("{INNER}专用"),
    });
    ok("number_reserve", reserved);
    let document = andu_document::OfficialDocument {
        title: format!("{INNER}通知"),
        ..Default::default()
    };
    let template = json!({
        "id": "", "name": format!("{INNER}通知"), "document": json!(document).to_string(),
    });
    ok("template_put", template);
    let shipped = ok(
        "form_text",
        json!({ "form": "return_slip", "version": null }),
    );
    let shipped = shipped["template"].as_str().expect("a template");
    let mut own: Value = serde_json::from_str(shipped).expect("JSON");
    own["title"] = json!(format!("{INNER}退文单"));
    let form = json!({ "form": "return_slip", "template": own.to_string(), "note": INNER });
    ok("form_put", form);
    let first = asked.office.people[0];
    let (person, agency, department) = asked.office.read(|reader| {
        let person = reader.person(first)?;
        let agency = reader.agency(&person.agency_id.as_text())?;
        let department = reader.department(&person.department_id.as_text())?;
        Ok((person, agency, department))
    });
    let person = andu_org::Person {
        id: PersonId(uuid::Uuid::now_v7()),
        name: format!("{INNER}明"),
        post: "科长".into(),
        grants: [Grant::KeepOrganisation].into(),
        ..person
    };
    let id = person.id;
    let entry = andu_app::setup::NewPerson {
        agency,
        person,
        department,
    };
    andu_app::setup::enter_people(asked.office.server().store(), &[entry]).expect("a person");
    asked.office.people.push(id);
}
