//! The demo agency: invented agencies, people and drafts, so that a new user has something to look at.

mod county;
mod fill;

pub use county::{County, CountyAgency, CountyPerson, county, document};
pub use fill::{DOCUMENTS, Makings, PASSWORD, beginning, fill, is_demo, wanted};

use andu_document::OfficialDocument;
use andu_store::{AgencyRecord, PersonRecord, PhraseRecord, Sight, Store};
use serde::Deserialize;

use crate::Refusal;

#[derive(Deserialize)]
struct Demo {
    agencies: Vec<DemoAgency>,
    people: Vec<DemoPerson>,
    phrases: Vec<DemoPhrase>,
}

#[derive(Deserialize)]
struct DemoAgency {
    name: String,
    #[serde(default)]
    short_name: String,
    #[serde(default)]
    authority_code: String,
    relation: String,
    #[serde(default)]
    system: String,
    #[serde(default)]
    members: Vec<String>,
}

#[derive(Deserialize)]
struct DemoPerson {
    name: String,
    post: String,
    department: String,
    telephone: String,
}

#[derive(Deserialize)]
struct DemoPhrase {
    group: String,
    text: String,
}

const VOCABULARY: &str = include_str!("../../../../assets/demo/vocabulary.json");

/// Drafts of the demo, newest first.
pub const DRAFTS: [&str; 6] = [
    include_str!("../../../../assets/examples/notice.json"),
    include_str!("../../../../assets/examples/request.json"),
    include_str!("../../../../assets/examples/letter.json"),
    include_str!("../../../../assets/examples/minutes.json"),
    include_str!("../../../../assets/examples/joint-notice.json"),
    include_str!("../../../../assets/examples/regulation-notice.json"),
];

/// The demo's drafts as documents.
///
/// # Errors
/// `command.arguments` if an asset of the program does not read; a test sees to it that they do.
pub fn drafts() -> Result<Vec<OfficialDocument>, Refusal> {
    DRAFTS
        .iter()
        .map(|text| Ok(serde_json::from_str(text)?))
        .collect()
}

/// Puts the demo's vocabulary in. Ids come from `new_id`.
///
/// # Errors
/// The store's own.
pub fn put_vocabulary(store: &Store, new_id: &dyn Fn() -> String) -> Result<(), Refusal> {
    let demo: Demo = serde_json::from_str(VOCABULARY)?;
    store.write(|tx| -> Result<(), Refusal> {
        for agency in demo.agencies {
            let reader = tx.reader();
            let known = reader.other_agency_named(&Sight::Whole, &agency.name, "")?;
            if known.is_some() {
                continue;
            }
            tx.agency_record_put(&AgencyRecord {
                id: new_id(),
                name: agency.name,
                short_name: agency.short_name,
                authority_code: agency.authority_code,
                relation: agency.relation,
                system: agency.system,
                members: agency.members,
            })?;
        }
        for person in demo.people {
            tx.contact_put(&PersonRecord {
                id: new_id(),
                name: person.name,
                post: person.post,
                department: person.department,
                telephone: person.telephone,
            })?;
        }
        for phrase in demo.phrases {
            tx.phrase_put(&PhraseRecord {
                id: new_id(),
                group: phrase.group,
                text: phrase.text,
            })?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_reads() {
        assert_eq!(drafts().expect("all demo drafts read").len(), DRAFTS.len());
        let demo: Demo = serde_json::from_str(VOCABULARY).expect("the vocabulary reads");
        assert!(demo.agencies.len() >= 20 && demo.people.len() >= 10 && demo.phrases.len() >= 10);
    }
}
