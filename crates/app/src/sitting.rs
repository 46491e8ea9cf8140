//! What commands that are decided one after the other in a transaction ask for again and again: read once, and
//! forgotten as soon as something of it may be otherwise.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use andu_base::{AgencyId, Date, PersonId};
use andu_org::{Organisation, Person};
use andu_store::{InstanceRecord, Reader};
use andu_workflow::{Net, Roster};

use crate::{Refusal, organisation, process};

/// An agency as processes ask about it.
pub(crate) struct People {
    /// The organisation.
    pub organisation: Organisation,
    /// Who works where in it today.
    pub roster: Roster,
}

/// What is known while the transaction lasts.
#[derive(Default)]
pub(crate) struct Sitting(RefCell<Known>);

#[derive(Default)]
struct Known {
    people: BTreeMap<(AgencyId, Date), Rc<People>>,
    actors: BTreeMap<(PersonId, Date), Person>,
    nets: BTreeMap<(String, String, u32), &'static Net>,
}

impl Sitting {
    /// The people of an agency on a day.
    pub(crate) fn people(
        &self,
        reader: Reader<'_>,
        agency: AgencyId,
        day: Date,
    ) -> Result<Rc<People>, Refusal> {
        if let Some(known) = self.0.borrow().people.get(&(agency, day)) {
            return Ok(Rc::clone(known));
        }
        let organisation = reader.organisation(agency)?;
        let roster = process::roster(&organisation, day);
        let people = Rc::new(People {
            organisation,
            roster,
        });
        let known = Rc::clone(&people);
        self.0.borrow_mut().people.insert((agency, day), known);
        Ok(people)
    }

    /// Somebody who acts, as of a day.
    pub(crate) fn actor(
        &self,
        reader: Reader<'_>,
        id: PersonId,
        day: Date,
    ) -> Result<Person, Refusal> {
        if let Some(known) = self.0.borrow().actors.get(&(id, day)) {
            return Ok(known.clone());
        }
        let actor =
            organisation::actor(reader, id, day).map_err(|_| Refusal::because("command.person"))?;
        let known = actor.clone();
        self.0.borrow_mut().actors.insert((id, day), known);
        Ok(actor)
    }

    /// The net by which an instance goes.
    pub(crate) fn net(
        &self,
        reader: Reader<'_>,
        record: &InstanceRecord,
    ) -> Result<&'static Net, Refusal> {
        let key = (
            record.agency_id.clone(),
            record.process.clone(),
            record.version,
        );
        if let Some(known) = self.0.borrow().nets.get(&key) {
            return Ok(known);
        }
        let net = process::net_of(reader, record)?;
        self.0.borrow_mut().nets.insert(key, net);
        Ok(net)
    }

    /// Something of it was written, or taken back.
    pub(crate) fn forget(&self) {
        self.0.take();
    }
}
