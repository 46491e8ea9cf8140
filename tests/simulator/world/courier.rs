//! The same office without a network: couriers carry discs between desks and the server, lose them, find
//! them again, mix them up and bring some twice. At the end everything is where it belongs by disc alone.

use std::path::PathBuf;

use andu_app::{
    Refusal,
    bundle::{self, Approval, Declaration, Delivery, Imported, Node, Order, Side},
    organisation,
};
use andu_base::DeviceId;
use andu_crypto::{Secret32, SigningKey};
use andu_sync::{Scope, bundle::Record};

use super::{World, Wrong, check, instant};
use crate::{network::Answer, record};

/// Rounds in which everything has to arrive when no disc is lost any more.
const LAST_ROUNDS: usize = 8;
/// Discs before it that a disc carries again.
const WINDOW: u32 = 3;

/// A disc on its way.
#[derive(Clone)]
struct Disc {
    folder: PathBuf,
    desk: usize,
    for_server: bool,
    /// What its reader may see as of its writing.
    granted: Vec<Scope>,
}

/// Couriers and what they carry.
#[derive(Default)]
pub struct Couriers {
    bags: Vec<Disc>,
    written: usize,
}

fn server_id() -> DeviceId {
    DeviceId(uuid::Uuid::from_u128(
        0x0193_70a0_0000_7000_8000_0000_0000_0099,
    ))
}

fn server_key() -> SigningKey {
    SigningKey::from_seed(&Secret32::from_bytes([99; 32]))
}

fn rule_of(command: &andu_sync::Command) -> Option<andu_app::Rule> {
    andu_api::find_row(&command.kind).and_then(andu_api::Row::rule)
}

/// A no is as good as an answer; that the store failed is not.
fn answered<T>(done: Result<T, Refusal>) -> Result<Result<T, String>, Wrong> {
    match done {
        Ok(done) => Ok(Ok(done)),
        Err(Refusal::Rejected(reason)) => Ok(Err(reason.key)),
        Err(Refusal::Store(error)) => Err(format!("{error:?}")),
    }
}

impl World {
    /// Runs so many steps without a network, and lets everything come to rest by disc. Answers with the
    /// trace's hash.
    pub fn run_by_disc(&mut self, steps: u64) -> Result<[u8; 32], Wrong> {
        let mut couriers = Couriers::default();
        for number in 0..self.desks.len() {
            self.introduce(number)?;
        }
        self.settle_in_by_disc(&mut couriers)
            .map_err(|wrong| format!("settling in: {wrong}"))?;
        for _ in 0..steps {
            self.step += 1;
            self.now_ms += 20 + self.random.below(40_000) as i64;
            let number = self.random.below(self.desks.len());
            let done = match self.random.below(100) {
                0..42 => self.work(number),
                42..88 => self.carry(number, &mut couriers),
                88..94 => {
                    self.regrant();
                    Ok(())
                }
                94..96 => {
                    self.desks[number].crash();
                    self.look_at(number)
                }
                96 => {
                    self.copy(number);
                    Ok(())
                }
                97 => self.put_back(number),
                _ => {
                    self.server_crash();
                    Ok(())
                }
            };
            done.map_err(|wrong| format!("step {}: {wrong}", self.step))?;
        }
        self.last_rounds(&mut couriers)
            .map_err(|wrong| format!("at rest: {wrong}"))?;
        Ok(self.trace.finish())
    }

    fn settle_in_by_disc(&mut self, couriers: &mut Couriers) -> Result<(), Wrong> {
        for number in 0..self.desks.len() {
            self.worked_before(number)?;
            self.give_and_take(number, true, couriers)?;
        }
        for number in 0..self.desks.len() {
            if self.random.chance(80) {
                self.give_and_take(number, false, couriers)?;
            }
        }
        Ok(())
    }

    fn introduce(&mut self, number: usize) -> Result<(), Wrong> {
        let declaration = |card: Vec<u8>| Declaration {
            card: String::from_utf8(card).expect("a card is text"),
            name: format!("交换对象{number}"),
            level: "office".into(),
            own_level: "office".into(),
            downward: false,
            repeat_window: WINDOW,
        };
        let key = server_key();
        let ours = self.server_node(&key).card().encode();
        let desk = &self.desks[number];
        let theirs = self.desk_node(number).card().encode();
        let by = ("simulator", "2026-03-02T01:00:00.000Z");
        let declared = desk
            .store()
            .write(|tx| bundle::declare(tx, &declaration(ours), (desk.device, false), by));
        declared.map_err(|error| error.to_string())?;
        let store = self.server.store();
        let declared =
            store.write(|tx| bundle::declare(tx, &declaration(theirs), (server_id(), true), by));
        declared.map_err(|error| error.to_string())?;
        Ok(())
    }

    fn desk_node(&self, number: usize) -> Node<'_> {
        let desk = &self.desks[number];
        Node {
            store: desk.store(),
            id: desk.device,
            key: desk.signing_key(),
            side: Side::Desk {
                own_id: desk.person.id.as_text(),
            },
        }
    }

    fn server_node<'a>(&'a self, key: &'a SigningKey) -> Node<'a> {
        Node {
            store: self.server.store(),
            id: server_id(),
            key,
            side: Side::Server { rule_of: &rule_of },
        }
    }

    /// Somebody writes a disc, or a courier arrives with one, or loses it.
    fn carry(&mut self, number: usize, couriers: &mut Couriers) -> Result<(), Wrong> {
        let choice = self.random.below(100);
        self.note("carries", number * 100 + choice);
        if choice < 25 {
            let restart = self.random.chance(4);
            self.write_disc(number, true, restart, couriers)?;
        } else if choice < 50 {
            let restart = self.random.chance(4);
            self.write_disc(number, false, restart, couriers)?;
        } else if !couriers.bags.is_empty() {
            let at = self.random.below(couriers.bags.len());
            let disc = couriers.bags[at].clone();
            // Most discs are handed over and put away; some come again, and some never.
            let kept = self.random.chance(25);
            let lost = self.random.chance(20);
            if !kept || lost {
                couriers.bags.swap_remove(at);
            }
            if !lost {
                let said = self.hand_over(&disc)?;
                self.note(&said, disc.desk);
            }
        }
        Ok(())
    }

    fn write_disc(
        &mut self,
        number: usize,
        for_server: bool,
        restart: bool,
        couriers: &mut Couriers,
    ) -> Result<(), Wrong> {
        couriers.written += 1;
        let epoch = self.server.epoch();
        let history = self.histories.get_mut(&epoch).expect("a known epoch");
        check::appended(&self.server, history)?;
        let folder = self
            .folder
            .path()
            .join(format!("disc-{}", couriers.written));
        let now = if for_server {
            self.now(number)
        } else {
            instant(self.now_ms)
        };
        let key = server_key();
        let (node, to) = if for_server {
            (self.desk_node(number), server_id())
        } else {
            (self.server_node(&key), self.desks[number].device)
        };
        let order = Order {
            to,
            folder: &folder,
            medium: "",
            operator: "simulator",
            request: None,
            longest_chunk: 20_000,
            restart,
            now: &now,
        };
        let written = answered(bundle::export(&node, &order))?;
        written.map_err(|key| format!("desk {number}: a disc was not written: {key}"))?;
        let person = self.people[self.seats[number]].id;
        let today = organisation::day_of(&instant(self.now_ms));
        let store = self.server.store();
        let granted = store.read(|reader| organisation::granted(reader, person, today));
        couriers.bags.push(Disc {
            folder,
            desk: number,
            for_server,
            granted: granted.map_err(|error| error.to_string())?,
        });
        Ok(())
    }

    /// Says how the disc was received.
    fn hand_over(&mut self, disc: &Disc) -> Result<String, Wrong> {
        let now = if disc.for_server {
            instant(self.now_ms)
        } else {
            self.now(disc.desk)
        };
        let delivery = Delivery {
            folder: &disc.folder,
            medium: "",
            operator: "simulator",
            check: "",
            approval: Approval::Register,
            now: &now,
        };
        let key = server_key();
        let node = if disc.for_server {
            self.server_node(&key)
        } else {
            self.desk_node(disc.desk)
        };
        let taken = answered(bundle::import(&node, &delivery))?;
        let Ok(taken) = taken else {
            return Ok(taken.expect_err("a no"));
        };
        if disc.for_server {
            self.decided_by_disc(&taken)?;
        } else if !taken.already {
            let desk = &mut self.desks[disc.desk];
            desk.known.granted.clone_from(&disc.granted);
            desk.store().wipe().map_err(|error| error.to_string())?;
            check::wiped(self, disc.desk)?;
        }
        self.look_at(disc.desk)?;
        Ok(if taken.already { "again" } else { "taken" }.into())
    }

    /// What a disc did at the server is held against what the simulator knows of it.
    fn decided_by_disc(&mut self, taken: &Imported) -> Result<(), Wrong> {
        let epoch = self.server.epoch();
        let history = self.histories.get_mut(&epoch).expect("a known epoch");
        check::appended(&self.server, history)?;
        if taken.already {
            return Ok(());
        }
        match serde_json::from_str(&taken.received.answer) {
            Ok(Record::Answer { answer, .. }) => check::answered(&Answer::Push(answer), history),
            _ => Err("the server kept no answer to a disc".into()),
        }
    }

    /// No disc is lost any more, and nobody begins anything new.
    fn last_rounds(&mut self, couriers: &mut Couriers) -> Result<(), Wrong> {
        couriers.bags.clear();
        for desk in &mut self.desks {
            desk.off_ms = 0;
        }
        for round in 0..LAST_ROUNDS {
            self.now_ms += 7_200_000;
            // When nobody has anything to say before a round, the round tells everybody of everything.
            let mut quiet = round > 0;
            for number in 0..self.desks.len() {
                quiet &= !self.send_late(number)?;
                let waiting = self.desks[number]
                    .store()
                    .read(|reader| reader.outbox_size());
                quiet &= waiting.map_err(|error| error.to_string())? == 0;
            }
            for number in 0..self.desks.len() {
                for for_server in [true, false] {
                    self.give_and_take(number, for_server, couriers)?;
                }
            }
            if quiet {
                break;
            }
        }
        check::at_rest(self)?;
        check::decided(self)?;
        record::nothing_lost(self)?;
        check::texts(self)
    }

    fn give_and_take(
        &mut self,
        number: usize,
        for_server: bool,
        couriers: &mut Couriers,
    ) -> Result<(), Wrong> {
        for restart in [false, true] {
            self.write_disc(number, for_server, restart, couriers)?;
            let disc = couriers.bags.pop().expect("a disc that was just written");
            match self.hand_over(&disc)?.as_str() {
                "taken" => return Ok(()),
                // More discs were lost than one carries again: the sender begins anew.
                "bundle.gap" if !restart => {}
                // It was put back more than once: a disc of the other side tells it which chains it began.
                "bundle.older" if !restart => {
                    self.write_disc(number, !for_server, false, couriers)?;
                    let disc = couriers.bags.pop().expect("a disc that was just written");
                    self.hand_over(&disc)?;
                }
                other => return Err(format!("desk {number}: a disc is {other}")),
            }
        }
        Err(format!("desk {number}: a new chain waits"))
    }
}
