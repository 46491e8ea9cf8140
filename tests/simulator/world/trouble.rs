//! What goes wrong between people's work: power cuts, partitions, clocks, grants given and taken, copies put
//! back.

use andu_app::receive;
use andu_org::Grant;

use super::{Copy, Restores, WRITES, World, Wrong, instant};
use crate::{fault, plant::Plant};

impl World {
    pub(super) fn disturb(&mut self, number: usize) -> Result<(), Wrong> {
        let kind = self.random.below(24);
        self.note("trouble", kind * 10 + number);
        match kind {
            0..2 => self.desks[number].crash(),
            2..4 => self.server_crash(),
            4 | 5 => {
                if !self.cut_off.remove(&number) {
                    self.cut_off.insert(number);
                }
            }
            6 => self.desks[number].off_ms = self.some_clock(),
            7 => self.server_off_ms = self.some_clock(),
            8..13 => self.regrant(),
            13 => {
                let since = instant(self.now_ms - 200_000);
                let gone = receive::compact(self.server.store(), &since, 40);
                gone.map_err(|error| error.to_string())?;
            }
            14..18 => self.copy(number),
            18..22 => self.put_back(number)?,
            _ => {
                self.server.written();
                self.server.commit_late();
            }
        }
        self.look_at(number)
    }

    /// How far a clock is off, in milliseconds.
    fn some_clock(&mut self) -> i64 {
        let day = 24 * 3_600_000;
        match self.random.below(5) {
            0 => 3_650 * day,
            1 => -3_650 * day,
            2 => day / 24,
            3 => -day / 24,
            _ => 0,
        }
    }

    pub(super) fn server_crash(&mut self) {
        let fresh = self.fresh_epoch();
        self.server.crash(&fresh);
        if self.plant == Some(Plant::EarlyAnswer) {
            // What the cut took along is not appended any more.
            let epoch = self.server.epoch();
            let heads = self.server.store().read(|reader| reader.scope_heads());
            let heads = heads.expect("heads");
            let history = self.histories.get_mut(&epoch).expect("a known epoch");
            for (scope, log) in &mut history.logs {
                let head = heads.get(scope).map_or(0, |head| head.seq);
                log.truncate(usize::try_from(head).expect("small"));
            }
        }
    }

    pub(super) fn regrant(&mut self) {
        let at = self.random.below(self.people.len());
        let moves = self.random.chance(25);
        let to = self.random.below(self.departments.len());
        let person = &mut self.people[at];
        if moves {
            person.department_id = self.departments[to].id;
        } else if !person.grants.remove(&Grant::ReadDepartment) {
            person.grants.insert(Grant::ReadDepartment);
        }
        self.server.put_person(&self.people[at]);
    }

    pub(super) fn copy(&mut self, number: usize) {
        let path = self.folder.path().join(format!("copy-{number}.db"));
        match self.restores {
            Restores::None => {}
            Restores::Desks => {
                fault::remove(&path);
                let desk = &self.desks[number];
                desk.store().copy_to(&path).expect("a copy");
                let copy = Copy {
                    path,
                    known: desk.known.clone(),
                    made: desk.made.len(),
                };
                self.desk_copies.insert(number, copy);
            }
            Restores::Server => {
                let path = self.folder.path().join("copy-server.db");
                fault::remove(&path);
                self.server.store().copy_to(&path).expect("a copy");
                let history = self.histories[&self.server.epoch()].clone();
                self.server_copy = Some((path, history));
            }
        }
    }

    pub(super) fn put_back(&mut self, number: usize) -> Result<(), Wrong> {
        let copied: Vec<usize> = self.desk_copies.keys().copied().collect();
        let number = self.random.pick(&copied).copied().unwrap_or(number);
        if let Some(copy) = self.desk_copies.get(&number).cloned() {
            self.note("desk restored", number);
            let desk = &mut self.desks[number];
            desk.put_in_place(&copy.path);
            desk.known = copy.known;
            self.excused.extend(&desk.made[copy.made..]);
            // Whoever works there goes on before the network knows of it, and writes most of all.
            for choice in [WRITES, WRITES, self.random.below(100), WRITES] {
                self.work_as(number, choice)?;
            }
        } else if let Some((path, history)) = self.server_copy.clone() {
            self.note("server restored", 0);
            let lost = &self.histories[&self.server.epoch()].outcomes;
            // What was refused is not asked for again.
            let refused = lost.iter().filter(|(id, outcome)| {
                outcome.heads().is_empty()
                    && !matches!(outcome, andu_sync::Outcome::Applied { .. })
                    && !history.outcomes.contains_key(id)
            });
            self.excused.extend(refused.map(|(id, _)| *id));
            let fresh = self.fresh_epoch();
            self.server.restore(&path, &fresh);
            self.histories.insert(self.server.epoch(), history);
            // People are as they are now, whatever the copy says.
            for person in &self.people {
                self.server.put_person(person);
            }
        }
        Ok(())
    }
}
