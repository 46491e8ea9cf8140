//! Whose telephones somebody may see.

use std::collections::BTreeSet;

use andu_base::{Date, DepartmentId, PersonId};
use andu_org::{Grant, Organisation, Telephone, TelephoneGrade};
use andu_store::{Reader, Result as StoreResult};

/// How far somebody sees into the telephone list on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    departments: BTreeSet<DepartmentId>,
    restricted: bool,
    person: PersonId,
}

/// How far `person` sees on `day`.
///
/// # Errors
/// The store's own.
pub fn reach(reader: Reader<'_>, person: PersonId, day: Date) -> StoreResult<Reach> {
    let posts = reader.appointments_of(person)?.into_iter();
    Ok(Reach {
        departments: posts
            .filter(|(held, _)| held.period.contains(day))
            .map(|(_, post)| post.department_id)
            .collect(),
        restricted: super::may(reader, person, Grant::ReadTelephones, day)?,
        person,
    })
}

impl Reach {
    /// Whether it reaches this telephone.
    pub fn sees(&self, organisation: &Organisation, telephone: &Telephone, day: Date) -> bool {
        if telephone.person_id == self.person {
            return true;
        }
        match telephone.grade {
            TelephoneGrade::Agency => true,
            TelephoneGrade::Restricted => self.restricted,
            TelephoneGrade::Department => organisation
                .titles_on(telephone.person_id, day)
                .iter()
                .any(|title| self.departments.contains(&title.department_id)),
        }
    }
}
