//! The legal clock: stopped for a reason that the law names, going on, extended once.

use andu_base::PersonId;

use super::{Work, reason_given};
use crate::{Event, Refusal, definition::StopReason};

impl Work<'_> {
    /// Who keeps the clock: whoever is asked in an open visit, or supervises.
    fn keeps_clock(&self, by: PersonId) -> Result<(), Refusal> {
        let asked = self
            .state
            .open_visits()
            .any(|(_, visit)| self.acting(by, visit).is_ok());
        if asked || self.context.powers.supervise {
            Ok(())
        } else {
            Err(Refusal::NotAllowed { what: None })
        }
    }

    pub(super) fn stop_clock(
        &mut self,
        by: PersonId,
        reason: StopReason,
        notice: &str,
    ) -> Result<(), Refusal> {
        self.keeps_clock(by)?;
        reason_given(notice)?;
        let limit = self.net.definition.limit.as_ref().ok_or(Refusal::Clock)?;
        let stands = self
            .state
            .clock
            .stops
            .last()
            .is_some_and(|stop| stop.until.is_none());
        if self.state.clock.started_on.is_none() || stands || !limit.stops.contains(&reason) {
            return Err(Refusal::Clock);
        }
        self.emit(Event::ClockStopped {
            reason,
            notice: notice.to_owned(),
            on: self.today(),
            by,
        });
        Ok(())
    }

    pub(super) fn resume_clock(&mut self, by: PersonId) -> Result<(), Refusal> {
        self.keeps_clock(by)?;
        let stands = self
            .state
            .clock
            .stops
            .last()
            .is_some_and(|stop| stop.until.is_none());
        if !stands {
            return Err(Refusal::Clock);
        }
        self.emit(Event::ClockResumed {
            on: self.today(),
            by,
        });
        Ok(())
    }

    /// By those whom the definition names, once, by no more than it allows, before the limit is over.
    pub(super) fn extend_clock(
        &mut self,
        by: PersonId,
        working_days: u32,
        reason: &str,
    ) -> Result<(), Refusal> {
        reason_given(reason)?;
        let limit = self.net.definition.limit.as_ref().ok_or(Refusal::Clock)?;
        let roster = self.context.roster;
        let mut approvers = limit.extended_by.iter();
        let approves = approvers.any(|who| roster.find(who, (&self.state, 0), &[]).contains(&by));
        if !approves {
            return Err(Refusal::NotAllowed { what: None });
        }
        let fits = (1..=limit.extension).contains(&working_days);
        if self.state.clock.started_on.is_none() || self.state.clock.extension.is_some() || !fits {
            return Err(Refusal::Clock);
        }
        let standing = crate::clock::standing(
            limit,
            &self.state.clock,
            self.context.calendar,
            self.today(),
        )?;
        if standing.is_some_and(|standing| standing.light == crate::clock::Light::Overdue) {
            return Err(Refusal::Clock);
        }
        self.emit(Event::ClockExtended {
            working_days,
            by,
            reason: reason.to_owned(),
            on: self.today(),
        });
        Ok(())
    }
}
