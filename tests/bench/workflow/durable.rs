//! The approval as a server keeps it: an encrypted store, pushes of decisions each with one flush to the disk, the
//! signature of each checked, its entry chained in the instance and in the audit log, tasks and rows for those who
//! take part.

use std::time::Instant;

use andu_api::find_row;
use andu_app::{
    execute::answer_push,
    setup::{NewPerson, enter_people},
};
use andu_base::{AgencyId, DepartmentId, DeviceId, PersonId};
use andu_crypto::{Secret32, SigningKey};
use andu_org::{Agency, Department, Person};
use andu_store::{Chains, DeviceRecord, Store};
use andu_sync::{Command, Outcome, PushRequest};
use tempfile::TempDir;
use uuid::Uuid;

use super::{
    DECISIONS,
    filing::{Filed, Filing, roster, standing},
};
use crate::sync::{
    ms,
    office::{hex_of, now, open},
    said,
};

type Result<T, E = String> = std::result::Result<T, E>;

/// Decisions in a push, all of them on the disk before any is answered.
pub const TOGETHER: usize = 10;

/// A server's store, and the desks of those who decide.
pub struct Durable {
    store: Store,
    filing: Filing,
    seats: Vec<Seat>,
    decided: u64,
    _folder: TempDir,
}

/// Somebody at a desk.
struct Seat {
    person: Person,
    device: DeviceId,
    key: SigningKey,
    seq: u64,
}

/// What a run took.
pub struct Run {
    /// In all.
    pub ms: f64,
    /// Each push.
    pub pushes: Vec<f64>,
}

impl Durable {
    pub fn open() -> Result<Self> {
        let folder = TempDir::new().map_err(said)?;
        let store = open(folder.path())?;
        let people = staff();
        enter_people(&store, &people).map_err(said)?;
        let ids: Vec<PersonId> = people.iter().map(|entry| entry.person.id).collect();
        let filing = Filing::set_up(&store, &ids)?;
        let seats: Result<Vec<Seat>> = people
            .into_iter()
            .skip(1)
            .map(|entry| Seat::enrol(&store, entry.person))
            .collect();
        Ok(Self {
            store,
            filing,
            seats: seats?,
            decided: 0,
            _folder: folder,
        })
    }

    /// So many approvals to their ends. What desks do, making commands and signing them, is not counted.
    pub fn play(&mut self, count: usize) -> Result<Run> {
        let mut run = Run {
            ms: 0.0,
            pushes: Vec::new(),
        };
        let mut filed = Vec::new();
        let numbers: Vec<usize> = (0..count).collect();
        for some in numbers.chunks(TOGETHER) {
            let begin = Instant::now();
            let begun = self.store.write(|tx| {
                let begun = some.iter().map(|n| self.filing.begin(tx, *n));
                Ok::<_, andu_store::StoreError>(begun.collect::<Result<Vec<Filed>>>())
            });
            run.ms += ms(begin);
            filed.extend(begun.map_err(said)??);
        }
        for step in 0..DECISIONS {
            for some in filed.chunks(TOGETHER) {
                let seat = &mut self.seats[step];
                let signed = some.iter().map(|one| {
                    let decision = self.filing.decision(one, step, seat.device)?;
                    Ok(seat.signs(decision))
                });
                let commands = signed.collect::<Result<Vec<Command>>>()?;
                let took = self.push(step, commands)?;
                run.ms += took;
                run.pushes.push(took);
            }
        }
        for one in &filed {
            let (state, entries) = standing(&self.store, one)?;
            if state.is_running() || entries as usize != 1 + DECISIONS {
                return Err(format!("an approval has not ended: {entries} entries"));
            }
        }
        Ok(run)
    }

    /// What a push takes until its decisions are on the disk.
    fn push(&mut self, step: usize, commands: Vec<Command>) -> Result<f64> {
        let seat = &self.seats[step];
        let request = PushRequest {
            commands,
            ..PushRequest::default()
        };
        let rule_of = |command: &Command| find_row(&command.kind).and_then(andu_api::Row::rule);
        let begin = Instant::now();
        let who = (&seat.person, seat.device);
        let answer = answer_push(&self.store, who, request, rule_of, &now()).map_err(said)?;
        let took = ms(begin);
        for (_, outcome) in &answer.outcomes {
            if !matches!(outcome, Outcome::Applied { .. }) {
                return Err(format!("a decision was not applied: {outcome:?}"));
            }
        }
        self.decided += answer.outcomes.len() as u64;
        Ok(took)
    }

    /// Both chains hold, and the audit log has an entry for each decision.
    pub fn verify(&self) -> Result<()> {
        let chains = self.store.read(|reader| reader.instances_verify());
        let chains = chains.map_err(said)?;
        let audited = self.store.read(|reader| reader.audit_verify());
        let audited = audited.map_err(said)?;
        let entries = self.decided + self.decided / DECISIONS as u64;
        match chains == Chains::Whole(entries) && audited == self.decided {
            true => Ok(()),
            false => Err(format!(
                "{} decisions: {chains:?}, {audited} entries in the audit log",
                self.decided
            )),
        }
    }
}

impl Seat {
    fn enrol(store: &Store, person: Person) -> Result<Self> {
        let seat = Self {
            device: DeviceId(Uuid::now_v7()),
            key: SigningKey::from_seed(&Secret32::random().map_err(said)?),
            seq: 0,
            person,
        };
        let device = DeviceRecord {
            id: seat.device,
            person_id: seat.person.id,
            verify_key: hex_of(&seat.key),
            token_hash: String::new(),
            last_seq: 0,
            enrolled_at: now(),
        };
        store.write(|tx| tx.device_put(&device)).map_err(said)?;
        Ok(seat)
    }

    fn signs(&mut self, command: Command) -> Command {
        self.seq += 1;
        Command {
            device_seq: self.seq,
            ..command
        }
        .signed(&self.key)
    }
}

/// The people of the roster, as a server enters them.
fn staff() -> Vec<NewPerson> {
    let roster = roster();
    let agency = Agency {
        id: AgencyId(Uuid::now_v7()),
        name: roster.agency,
        short_name: roster.short_name,
        authority_code: roster.authority_code,
    };
    let department = Department {
        id: DepartmentId(Uuid::now_v7()),
        agency_id: agency.id,
        name: "秘书科".into(),
    };
    let people = roster.people.into_iter().map(|person| NewPerson {
        agency: agency.clone(),
        department: department.clone(),
        person: Person {
            id: PersonId(Uuid::now_v7()),
            agency_id: agency.id,
            department_id: department.id,
            name: person.name,
            post: person.post,
            grants: Default::default(),
        },
    });
    people.collect()
}
