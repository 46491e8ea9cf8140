//! What a desk brings: its store as lines of JSON, one row each, cut into parts. The same store gives the
//! same bytes.

use andu_base::{ContentHash, DeviceId, PersonId};
use andu_store::{HOLDINGS, Reader, StoreError};
use serde::Serialize;

use super::{Header, Line, Manifest, Member, Named, PART, VERSION};
use crate::Refusal;

/// Whose store it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The device, as the store calls it.
    pub device: DeviceId,
    /// The person, as the store calls them.
    pub person: PersonId,
}

/// What an offer of this store consists of.
///
/// # Errors
/// The store's own.
pub fn content(reader: Reader<'_>, origin: Origin) -> Result<Manifest, Refusal> {
    let mut manifest = Manifest {
        origin: origin.device,
        bytes: 0,
        parts: Vec::new(),
    };
    each_part::<Refusal>(reader, origin, &mut |_, bytes| {
        manifest.bytes += bytes.len() as u64;
        manifest.parts.push(ContentHash::of(bytes));
        Ok(())
    })?;
    Ok(manifest)
}

/// Gives each part of this store, with its number, to `take`.
///
/// # Errors
/// The store's own; those of `take`.
#[expect(clippy::type_complexity, reason = "a name for it would say less")]
pub fn each_part<E: From<StoreError> + From<Refusal>>(
    reader: Reader<'_>,
    origin: Origin,
    take: &mut dyn FnMut(u32, &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut parts = Parts {
        held: Vec::with_capacity(PART),
        next: 0,
        take,
    };
    parts.line(&header(reader, origin)?)?;
    for holding in &HOLDINGS {
        reader.holding_rows(holding, &mut |row| {
            parts.line(&Line {
                table: holding.table.to_owned(),
                row,
            })
        })?;
    }
    parts.end()
}

fn header(reader: Reader<'_>, origin: Origin) -> Result<Header, Refusal> {
    let own = reader.person(origin.person)?;
    let agency = reader.agency(&own.agency_id.as_text())?;
    let organisation = reader.organisation(agency.id)?;
    let mut departments = Vec::new();
    for unit in &organisation.units {
        departments.push(Named {
            id: unit.id,
            name: reader.department(&unit.id.as_text())?.name,
        });
    }
    let of_agency = reader.people()?.into_iter();
    let mut people: Vec<Member> = of_agency
        .filter(|person| person.agency_id == agency.id)
        .map(|person| Member {
            id: person.id,
            department_id: person.department_id,
            name: person.name,
            post: person.post,
        })
        .collect();
    departments.sort_by_key(|department| department.id);
    people.sort_by_key(|person| person.id);
    Ok(Header {
        version: VERSION,
        origin: origin.device,
        person_id: origin.person,
        agency: Named {
            id: agency.id,
            name: agency.name,
        },
        departments,
        people,
    })
}

#[expect(clippy::type_complexity, reason = "a name for it would say less")]
struct Parts<'a, E> {
    held: Vec<u8>,
    next: u32,
    take: &'a mut dyn FnMut(u32, &[u8]) -> Result<(), E>,
}

impl<E: From<Refusal>> Parts<'_, E> {
    fn line(&mut self, line: &impl Serialize) -> Result<(), E> {
        let mut bytes = serde_json::to_vec(line).map_err(Refusal::from)?;
        bytes.push(b'\n');
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(PART - self.held.len()));
            self.held.extend_from_slice(now);
            rest = later;
            if self.held.len() == PART {
                self.end()?;
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), E> {
        if !self.held.is_empty() {
            (self.take)(self.next, &self.held)?;
            self.next += 1;
            self.held.clear();
        }
        Ok(())
    }
}
