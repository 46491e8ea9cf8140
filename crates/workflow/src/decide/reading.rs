//! Given round to be read (传阅, 知会): beside the process, and after it.

use andu_base::PersonId;
use jiff::ToSpan as _;

use super::{Work, within};
use crate::{Event, Refusal, VisitState};

/// People in one round at most.
const MOST_READERS: usize = 2_000;

/// Between two reminders of one reader.
const REMIND_HOURS: i64 = 4;

impl Work<'_> {
    /// Whether somebody has to do with the instance: its author, whoever was asked, whoever was given it.
    fn has_part(&self, person: PersonId) -> bool {
        let visits = self.state.visits.iter();
        let asked = visits
            .filter(|visit| visit.state != VisitState::Void)
            .any(|visit| visit.members.iter().any(|member| member.person == person));
        let rounds = self.state.circulations.iter();
        let reads = rounds
            .flat_map(|round| &round.readers)
            .any(|reader| reader.person == person && !reader.withdrawn);
        person == self.state.author || asked || reads
    }

    /// Gives it round. Whoever has it unread from an earlier round is not given it twice.
    pub(super) fn circulate(
        &mut self,
        by: PersonId,
        to: &[PersonId],
        note: &str,
    ) -> Result<(), Refusal> {
        within(note)?;
        if !self.has_part(by) && !self.context.powers.supervise {
            return Err(Refusal::NotAllowed { what: None });
        }
        let mut new: Vec<PersonId> = Vec::new();
        for person in to {
            if !self.context.roster.works(*person) {
                return Err(Refusal::Unknown { person: *person });
            }
            let unread = self
                .state
                .circulations
                .iter()
                .flat_map(|round| &round.readers)
                .any(|reader| {
                    reader.person == *person && reader.read_at.is_none() && !reader.withdrawn
                });
            if !unread && !new.contains(person) {
                new.push(*person);
            }
        }
        if new.len() > MOST_READERS {
            return Err(Refusal::TooLong {
                limit: MOST_READERS,
            });
        }
        if new.is_empty() {
            let person = to.first().copied().ok_or(Refusal::NotThere)?;
            return Err(Refusal::AskedAlready { person });
        }
        self.emit(Event::Circulated {
            by,
            to: new,
            note: note.to_owned(),
            at: self.now(),
            late: None,
        });
        Ok(())
    }

    /// 已阅
    pub(super) fn read(&mut self, by: PersonId, round: usize, note: &str) -> Result<(), Refusal> {
        within(note)?;
        let given = self
            .state
            .circulations
            .get(round)
            .ok_or(Refusal::NotThere)?;
        let mut readers = given.readers.iter();
        let reader = readers.find(|reader| reader.person == by && !reader.withdrawn);
        let reader = reader.ok_or(Refusal::NotAsked)?;
        if reader.read_at.is_some() {
            return Err(Refusal::ActedBefore);
        }
        self.emit(Event::Read {
            circulation: round,
            by,
            note: note.to_owned(),
            at: self.now(),
        });
        Ok(())
    }

    /// Takes it back from a reader, or reminds one: by whoever gave it round.
    pub(super) fn change_reader(
        &mut self,
        by: PersonId,
        round: usize,
        (person, withdrawn): (PersonId, bool),
    ) -> Result<(), Refusal> {
        let given = self
            .state
            .circulations
            .get(round)
            .ok_or(Refusal::NotThere)?;
        if given.by != by && !self.context.powers.supervise {
            return Err(Refusal::NotAllowed { what: None });
        }
        let mut readers = given.readers.iter();
        let reader = readers.find(|reader| reader.person == person && !reader.withdrawn);
        let reader = reader.ok_or(Refusal::NotAsked)?;
        if reader.read_at.is_some() {
            return Err(Refusal::ActedBefore);
        }
        if let (false, Some(last)) = (withdrawn, reader.reminded_at) {
            let again_at = last.checked_add(REMIND_HOURS.hours()).unwrap_or(last);
            if self.now() < again_at {
                return Err(Refusal::TooSoon { again_at });
            }
        }
        self.emit(Event::ReaderChanged {
            circulation: round,
            person,
            withdrawn,
            at: self.now(),
        });
        Ok(())
    }
}
