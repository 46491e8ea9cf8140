//! The permission matrix: every row of the command table, over every way in.

use std::collections::BTreeSet;

use andu_api::{Permission, Write, table};
use andu_app::setup::{NewPerson, enter_people};
use andu_base::{DepartmentId, PersonId};
use andu_org::{Grant, Person};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    editor::Calls,
    forged::{Device, reason},
    office::{Office, Seat},
};

/// Enters somebody with these grants into the department of the first person of the roster.
fn newcomer(office: &mut Office, grants: &[Grant]) -> usize {
    let first = office.people[0];
    let (person, agency, department) = office.read(|reader| {
        let person = reader.person(first)?;
        let agency = reader.agency(&person.agency_id.as_text())?;
        let department = reader.department(&person.department_id.as_text())?;
        Ok((person, agency, department))
    });
    let person = Person {
        id: PersonId(Uuid::now_v7()),
        name: "贺知秋".into(),
        grants: grants.iter().copied().collect::<BTreeSet<_>>(),
        department_id: DepartmentId(department.id.0),
        ..person
    };
    let id = person.id;
    let entry = NewPerson {
        agency,
        person,
        department,
    };
    enter_people(office.server().store(), &[entry]).expect("a person entered");
    office.people.push(id);
    office.people.len() - 1
}

fn post(office: &Office, token: &str, name: &str) -> (u16, Value) {
    let client = reqwest::blocking::Client::builder().no_proxy().build();
    let answer = client
        .expect("a client")
        .post(format!("http://{}/api/{name}", office.address()))
        .bearer_auth(token)
        .json(&json!({ "no such field": 1 }))
        .send()
        .expect("an answer");
    (answer.status().as_u16(), answer.json().expect("JSON"))
}

#[test]
fn a_person_without_grants_is_refused_where_a_row_needs_one_and_nowhere_else() {
    let mut office = Office::open();
    let nobody = newcomer(&mut office, &[]);
    let seat = office.seat(nobody);
    for row in table() {
        if matches!(row.name, "session_lock") || row.permission == Permission::Anyone {
            continue;
        }
        // Arguments of the wrong shape: who is let in is told about them, who is not never gets there.
        let key = seat.refused_key(row.name);
        if row.permission.grant().is_some() {
            assert_eq!(key, "command.forbidden", "{} at a desk", row.name);
        } else {
            assert_ne!(key, "command.forbidden", "{} at a desk", row.name);
        }
    }
}

#[test]
fn each_grant_opens_its_own_rows() {
    for grant in [Grant::Draft, Grant::KeepVocabulary] {
        let mut office = Office::open();
        let somebody = newcomer(&mut office, &[grant]);
        let device = Device::enrol(&office, somebody);
        for row in table().filter(|row| row.serve.is_some()) {
            let (status, answer) = post(&office, &device.token, row.name);
            let needs = row.permission.grant();
            let forbidden = needs.is_some_and(|needed| needed != grant);
            assert_eq!(
                status == 403,
                forbidden,
                "{} for somebody with {grant:?}: {status} {answer}",
                row.name
            );
        }
    }
}

#[test]
fn over_http_nothing_is_served_to_anyone_and_nothing_without_its_grant() {
    let mut office = Office::open();
    let nobody = newcomer(&mut office, &[]);
    let device = Device::enrol(&office, nobody);
    let member = Device::enrol(&office, 0);
    for row in table() {
        let (status, answer) = post(&office, "", row.name);
        assert_eq!(
            (status, &answer["key"]),
            (401, &json!("desk.locked")),
            "{}",
            row.name
        );
        let (status, answer) = post(&office, &device.token, row.name);
        if row.permission == Permission::Anyone || row.serve.is_none() {
            assert_eq!(
                answer["key"], "command.unknown",
                "{} is served over HTTP",
                row.name
            );
        } else if row.permission.grant().is_some() {
            assert_eq!(
                (status, &answer["key"]),
                (403, &json!("command.forbidden")),
                "{} without its grant",
                row.name
            );
        }
        if row.permission == Permission::Anyone {
            let (_, answer) = post(&office, &member.token, row.name);
            assert_eq!(
                answer["key"], "command.unknown",
                "{} for a member",
                row.name
            );
        }
    }
}

#[test]
fn an_envelope_without_the_grant_of_its_row_is_refused() {
    let mut office = Office::open();
    let nobody = newcomer(&mut office, &[]);
    let device = Device::enrol(&office, nobody);
    let mut seq = 0;
    for row in table() {
        let travels = row.rule().is_some();
        assert!(
            !travels || matches!(row.write, Write::Act | Write::Record | Write::Text),
            "{} travels and is no command that does",
            row.name
        );
        seq += 1;
        let outcome = device.send(&office, &device.envelope(seq, row.name, json!({})));
        let expected = match row.rule() {
            None => "command.unknown",
            Some(rule) if rule.grant.is_some() => "command.forbidden",
            Some(_) => panic!("{} travels and needs no grant", row.name),
        };
        assert_eq!(reason(&outcome), expected, "{}", row.name);
    }
    assert!(office.drafts().is_empty());
    office.audited();
}

#[test]
fn a_locked_desk_answers_that_it_is_locked() {
    let (seat, _) = Seat::alone();
    seat.ok("session_lock", json!({}));
    for row in table().filter(|row| row.permission != Permission::Anyone) {
        assert_eq!(seat.refused_key(row.name), "desk.locked", "{}", row.name);
    }
    let status = seat.ok("session_status", json!({}));
    assert_eq!(status["state"], "locked");
}

impl Seat {
    fn refused_key(&self, name: &str) -> String {
        let answer = self.call(name, json!({ "no such field": 1 }));
        answer
            .err()
            .map_or_else(|| "answered".into(), |error| error.key)
    }
}
