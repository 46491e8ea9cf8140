//! An agency of our own behind the windows, with whoever a journey needs in it.

use andu_app::setup::{NewPerson, enter_people};
use andu_base::PersonId;
use andu_org::{Grant, Person};
use uuid::Uuid;

use crate::{office::Office, two_desks::join, window::Window};

/// A running server over TLS that is found again where it was.
pub fn agency() -> Office {
    Office::opened(true, true)
}

/// Enters somebody with these grants into the department of the first person of the roster.
pub fn enter(office: &mut Office, name: &str, grants: &[Grant]) -> usize {
    let first = office.people[0];
    let (known, agency, department) = office.read(|reader| {
        let known = reader.person(first)?;
        let agency = reader.agency(&known.agency_id.as_text())?;
        let department = reader.department(&known.department_id.as_text())?;
        Ok((known, agency, department))
    });
    let person = Person {
        id: PersonId(Uuid::now_v7()),
        name: name.into(),
        post: "干事".into(),
        grants: grants.iter().copied().collect(),
        ..known
    };
    office.people.push(person.id);
    let entry = NewPerson {
        agency,
        person,
        department,
    };
    enter_people(office.server().store(), &[entry]).expect("a person entered");
    office.people.len() - 1
}

/// A new desk of this person that has joined by its code, as a person does it.
pub fn joined(story: &str, office: &Office, person: usize) -> Window {
    let mut window = Window::open(story);
    join(&mut window, &office.whole_code(person));
    window
}
