//! The permission matrix, generated from the command table: every row over every way in, for everybody from
//! a person without a role to each of the roles.

use std::{collections::BTreeSet, fmt::Write as _};

use andu_api::{Permission, Row, Write, table};
use andu_app::setup::{NewPerson, enter_people};
use andu_base::{DepartmentId, PersonId};
use andu_org::{Grant, Person, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    editor::Calls,
    forged::{Device, reason},
    office::{Office, Seat},
};

/// Nobody in particular, and each role.
fn everybody() -> impl Iterator<Item = Option<Role>> {
    std::iter::once(None).chain(Role::ALL.into_iter().map(Some))
}

fn grants_of(role: Option<Role>) -> &'static [Grant] {
    role.map_or(&[], Role::grants)
}

/// What the table says: whether somebody with this role is let in.
fn lets_in(row: &Row, role: Option<Role>) -> bool {
    row.permission
        .grant()
        .is_none_or(|grant| grants_of(role).contains(&grant))
}

/// Enters somebody with these grants into the department of the first person of the roster.
pub fn newcomer(office: &mut Office, grants: &[Grant]) -> usize {
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
        post: "科员".into(),
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
fn at_a_desk_each_role_opens_its_own_rows_and_no_other() {
    let mut office = Office::open();
    for role in everybody() {
        let somebody = newcomer(&mut office, grants_of(role));
        let seat = office.seat(somebody);
        for row in table() {
            if matches!(row.name, "session_lock") || row.permission == Permission::Anyone {
                continue;
            }
            // Arguments of the wrong shape: who is let in is told about them, who is not never gets there.
            let forbidden = seat.refused_key(row.name) == "command.forbidden";
            assert_eq!(forbidden, !lets_in(row, role), "{} for {role:?}", row.name);
        }
    }
}

#[test]
fn over_http_each_role_opens_its_own_rows_and_no_other() {
    let mut office = Office::open();
    for role in everybody() {
        let somebody = newcomer(&mut office, grants_of(role));
        let device = Device::enrol(&office, somebody);
        for row in table() {
            let (status, answer) = post(&office, &device.token, row.name);
            let before = BEFORE_SIGNING_IN.contains(&row.name);
            if !before && !row.in_browser() {
                assert_eq!(answer["key"], "command.desk_only", "{}", row.name);
            } else if before || (row.serve.is_none() && row.permission.grant().is_none()) {
                // Let in, and told about the arguments.
                assert_eq!(answer["key"], "command.arguments", "{}", row.name);
            } else {
                let forbidden = status == 403;
                let expected = !lets_in(row, role);
                assert_eq!(forbidden, expected, "{} for {role:?}: {answer}", row.name);
            }
        }
    }
}

#[test]
fn in_envelopes_each_role_opens_its_own_rows_and_no_other() {
    let mut office = Office::open();
    for role in everybody() {
        let somebody = newcomer(&mut office, grants_of(role));
        let device = Device::enrol(&office, somebody);
        for (seq, row) in (1..).zip(table()) {
            let outcome = device.send(&office, &device.envelope(seq, row.name, json!({})));
            let key = reason(&outcome);
            match row.rule() {
                None => assert_eq!(key, "command.unknown", "{}", row.name),
                Some(_) if lets_in(row, role) => {
                    assert_ne!(key, "command.forbidden", "{} for {role:?}", row.name);
                }
                Some(_) => assert_eq!(key, "command.forbidden", "{} for {role:?}", row.name),
            }
        }
    }
    assert!(office.drafts().is_empty());
    office.audited();
}

/// Whoever adds a command sees here who may call it. Where this differs from the file, look at the
/// difference; what is printed is what the file should hold.
#[test]
fn the_matrix_is_the_one_that_was_reviewed() {
    let mut lines: Vec<String> = table()
        .map(|row| {
            let mut line = format!("{:<26}", row.name);
            let mark = |yes: bool| if yes { " x" } else { " ." };
            if row.permission == Permission::Anyone {
                line.push_str(" anyone");
            } else {
                for role in everybody() {
                    line.push_str(mark(lets_in(row, role)));
                }
            }
            let _ = write!(line, "  {:?}", row.write);
            line
        })
        .collect();
    lines.sort();
    let head: Vec<&str> = Role::ALL.into_iter().map(Role::name).collect();
    let found = format!("nobody, {}\n{}\n", head.join(", "), lines.join("\n"));
    assert_eq!(
        found,
        include_str!("permission-matrix.txt"),
        "the matrix changed:\n{found}"
    );
}

#[test]
fn the_three_read_no_document_and_nobody_may_everything() {
    for role in Role::TRUSTED {
        let reads =
            table().filter(|row| row.permission.grant().is_some() && lets_in(row, Some(role)));
        for row in reads {
            assert!(
                !["draft", "version", "preview", "find", "print", "check"]
                    .iter()
                    .any(|noun| row.name.starts_with(noun)),
                "{role:?} reaches {}",
                row.name
            );
        }
    }
    for role in Role::ALL {
        assert!(
            table().any(|row| !lets_in(row, Some(role))),
            "{role:?} may everything"
        );
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
        if BEFORE_SIGNING_IN.contains(&row.name) {
            assert_eq!(answer["key"], "command.arguments", "{}", row.name);
            continue;
        }
        assert_eq!(
            (status, &answer["key"]),
            (401, &json!("desk.locked")),
            "{}",
            row.name
        );
        let (status, answer) = post(&office, &device.token, row.name);
        if !row.in_browser() {
            assert_eq!(
                answer["key"], "command.desk_only",
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
                answer["key"], "command.desk_only",
                "{} for a member",
                row.name
            );
        }
    }
}

/// What the server answers to somebody it does not know: who is there, signing in, and out of nothing.
const BEFORE_SIGNING_IN: [&str; 5] = [
    "session_status",
    "session_lock",
    "account_begin",
    "account_sign_in",
    "account_sign_out",
];

#[test]
fn whatever_travels_needs_a_grant() {
    for row in table().filter(|row| row.rule().is_some()) {
        assert!(
            matches!(row.write, Write::Act | Write::Record | Write::Text),
            "{} travels and is no command that does",
            row.name
        );
        assert!(
            row.permission.grant().is_some() || row.permission == Permission::Asked,
            "{} travels, needs no grant, and no process says who",
            row.name
        );
    }
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
