//! The review of an offer and the decision about it: by the records keeper of the agency, who may be the
//! person who joins.

use andu_base::{CommandId, DeviceId};
use andu_org::{Grant, Person};
use andu_store::{JoiningRecord, JoiningState, Reader, Store, StoreError};
use andu_sync::{Command, Reason};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::bring::{Brought, Choice, bring};
use crate::{Call, Place, Refusal, organisation};

/// A decision about an offer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// The offer.
    pub id: String,
    /// Take it over, or refuse it.
    pub accept: bool,
    /// Why it is refused.
    pub reason: String,
    /// Who and what of it is whom and what here; what is not named is as the review says.
    pub choices: Vec<Choice>,
}

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// Takes an offer over, whole or not at all, or refuses it. One that was taken over is answered as it was.
///
/// # Errors
/// `joining.not_there`, `joining.not_whole`, `joining.at_server`; those of what is brought.
pub fn decide(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Decide = serde_json::from_value(args)?;
    call.about(&args.id);
    if call.place != Place::Server {
        return Err(Refusal::because("joining.at_server"));
    }
    let mut joining = governed(call.tx.reader(), call.actor, &args.id)?;
    match joining.state {
        // A desk that did not hear the answer asks again.
        JoiningState::Applied if args.accept => {
            return Ok(serde_json::from_str(&joining.answer)?);
        }
        JoiningState::Applied => return Err(Refusal::because("joining.accepted_already")),
        JoiningState::Whole => {}
        JoiningState::Arriving | JoiningState::Refused => {
            return Err(Refusal::because("joining.not_whole"));
        }
    }
    let answer = if args.accept {
        let brought = bring(call, &joining, &args.choices)?;
        joining.state = JoiningState::Applied;
        serde_json::to_value(brought)?
    } else {
        let said = args.reason.trim();
        if said.is_empty() || said.chars().count() > LONGEST_REASON {
            return Err(Refusal::because("joining.reason_needed"));
        }
        joining.state = JoiningState::Refused;
        serde_json::to_value(Reason::new("joining.refused").with("reason", said))?
    };
    joining.answer = answer.to_string();
    call.now.clone_into(&mut joining.decided_at);
    call.tx.joining_put(&joining)?;
    Ok(answer)
}

/// An offer that this person may decide about, or look at.
fn governed(reader: Reader<'_>, actor: &Person, id: &str) -> Result<JoiningRecord, Refusal> {
    let not_there = || Refusal::because("joining.not_there");
    let joining = reader.joining(id)?.ok_or_else(not_there)?;
    let own = joining.person_id == actor.id;
    let keeps = actor.may(Grant::KeepVocabulary)
        && reader.person(joining.person_id)?.agency_id == actor.agency_id;
    (own || keeps).then_some(joining).ok_or_else(not_there)
}

/// An offer as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offered {
    /// The offer.
    pub id: String,
    /// Who joins.
    pub person: String,
    /// Bytes in all.
    pub bytes: u64,
    /// `arriving`, `whole`, `applied`, `refused`.
    pub state: String,
    /// Instant in UTC.
    pub offered_at: String,
    /// Instant in UTC; empty before.
    pub decided_at: String,
}

/// Offers to the agency of the actor, the newest first.
///
/// # Errors
/// The store's own.
pub fn offers(reader: Reader<'_>, actor: &Person) -> Result<Vec<Offered>, Refusal> {
    let mut all = Vec::new();
    for joining in reader.joinings()? {
        let person = reader.person(joining.person_id)?;
        if person.agency_id == actor.agency_id {
            let manifest: super::Manifest = serde_json::from_str(&joining.manifest)?;
            all.push(Offered {
                id: joining.id,
                person: person.name,
                bytes: manifest.bytes,
                state: joining.state.name().to_owned(),
                offered_at: joining.offered_at,
                decided_at: joining.decided_at,
            });
        }
    }
    Ok(all)
}

/// What taking an offer over would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reviewed {
    /// Who joins, as the server knows them.
    pub person: String,
    /// `arriving`, `whole`, `applied`, `refused`.
    pub state: String,
    /// What would be brought; what was, once it is.
    pub brought: Brought,
    /// Why it was refused.
    pub refused: Option<Reason>,
    /// Ids and names of the departments of the agency that is joined.
    pub departments: Vec<(String, String)>,
    /// Ids and names of its people.
    pub people: Vec<(String, String)>,
}

enum Tried {
    Brought(Box<Brought>),
    Refused(Refusal),
}

impl From<StoreError> for Tried {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<Refusal> for Tried {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Says what taking an offer over would do, by doing it and taking it back: nothing is left of it.
///
/// # Errors
/// As [`decide`].
pub fn review(
    store: &Store,
    actor: &Person,
    (id, choices): (&str, &[Choice]),
    now: &str,
) -> Result<Reviewed, Refusal> {
    let joining = store.read(|reader| governed(reader, actor, id))?;
    let person = store
        .read(|reader| organisation::actor(reader, joining.person_id, organisation::day_of(now)))?;
    let mut reviewed = Reviewed {
        person: person.name.clone(),
        state: joining.state.name().to_owned(),
        brought: Brought::default(),
        refused: None,
        departments: Vec::new(),
        people: Vec::new(),
    };
    let agency = person.agency_id;
    store.read(|reader| -> andu_store::Result<()> {
        for unit in reader.organisation(agency)?.units {
            let id = unit.id.as_text();
            let name = reader.department(&id)?.name;
            reviewed.departments.push((id, name));
        }
        let people = reader.people()?.into_iter();
        let people = people.filter(|person| person.agency_id == agency);
        reviewed.people = people
            .map(|person| (person.id.as_text(), person.name))
            .collect();
        Ok(())
    })?;
    match joining.state {
        JoiningState::Arriving => {}
        JoiningState::Applied => reviewed.brought = serde_json::from_str(&joining.answer)?,
        JoiningState::Refused => reviewed.refused = Some(serde_json::from_str(&joining.answer)?),
        JoiningState::Whole => {
            let tried = store.write(|tx| -> Result<(), Tried> {
                let command = Command::new(
                    CommandId(Uuid::nil()),
                    (DeviceId(Uuid::nil()), actor.id),
                    "joining_decide",
                    Value::Null,
                    now,
                );
                let mut call = Call::new(tx, &command, actor, Place::Server, now);
                let brought = bring(&mut call, &joining, choices)?;
                Err(Tried::Brought(Box::new(brought)))
            });
            match tried {
                Ok(()) => {}
                Err(Tried::Brought(brought)) => reviewed.brought = *brought,
                Err(Tried::Refused(refusal)) => return Err(refusal),
            }
        }
    }
    Ok(reviewed)
}
