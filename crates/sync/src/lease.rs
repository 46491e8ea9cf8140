//! Leases: scopes that a desk holds for a time only, and the clock they are judged by. That clock is the
//! server's, carried on from the last contact by what has passed since at least; putting the machine's own
//! clock back never gives more time.

use serde::{Deserialize, Serialize};

use crate::change::Scope;

/// Until when a desk may hold a leased scope, by the server's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The scope.
    pub scope: Scope,
    /// Unix milliseconds of the server's clock; the lease is over at this instant.
    pub until_ms: i64,
}

/// Days that a lease lasts where an agency has set nothing.
pub const LEASE_DAYS: u32 = 7;
/// The most days that may be set.
pub const LEASE_DAYS_AT_MOST: u32 = 30;

const HOUR_MS: i64 = 3_600_000;
/// Corrections of a machine's clock by less than this are ordinary.
const TOLERANCE_MS: i64 = 600_000;

/// When a lease ends that is given at `now_ms` for so many days: rounded up to the hour, so that renewing it
/// says the same for an hour.
pub const fn lease_until(now_ms: i64, days: u32) -> i64 {
    let end = now_ms.saturating_add(24 * HOUR_MS * days as i64);
    let over = end.rem_euclid(HOUR_MS);
    if over == 0 {
        end
    } else {
        end.saturating_add(HOUR_MS - over)
    }
}

/// What the server's clock says, as far as a desk can know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LeaseClock {
    /// The server's clock at the last contact, Unix milliseconds.
    seen_ms: i64,
    /// This machine's clock at that moment.
    local_ms: i64,
    /// At least this has passed since.
    passed_ms: i64,
    /// The highest that this machine's clock has shown since.
    highest_ms: i64,
    /// This machine's clock was put back since.
    put_back: bool,
}

/// How a lease stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseStanding {
    /// It goes on.
    Held,
    /// Its time is over.
    RanOut,
    /// Nobody can say how much time has passed: this machine's clock was put back.
    ClockPutBack,
}

impl LeaseClock {
    /// A contact with the server, whose clock showed `server_ms` when this machine's showed `local_ms`. What
    /// was known before counts no more: every lease that is held was given anew with this contact.
    pub const fn met(server_ms: i64, local_ms: i64) -> Self {
        Self {
            seen_ms: server_ms,
            local_ms,
            passed_ms: 0,
            highest_ms: local_ms,
            put_back: false,
        }
    }

    /// A look at this machine's clock, `ran_ms` after the last one by a clock that nobody can put back (0 where
    /// the machine was started in between).
    pub fn look(&mut self, local_ms: i64, ran_ms: u64) {
        let ran = i64::try_from(ran_ms).unwrap_or(i64::MAX);
        let by_clock = local_ms.saturating_sub(self.local_ms);
        self.passed_ms = self.passed_ms.saturating_add(ran).max(by_clock);
        self.put_back |= local_ms.saturating_add(TOLERANCE_MS) < self.highest_ms;
        self.highest_ms = self.highest_ms.max(local_ms);
    }

    /// The earliest that the server's clock can show now, Unix milliseconds.
    pub const fn now_ms(&self) -> i64 {
        self.seen_ms.saturating_add(self.passed_ms)
    }

    /// How a lease stands that ends at `until_ms`.
    pub const fn standing(&self, until_ms: i64) -> LeaseStanding {
        if self.now_ms() >= until_ms {
            LeaseStanding::RanOut
        } else if self.put_back {
            LeaseStanding::ClockPutBack
        } else {
            LeaseStanding::Held
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY_MS: i64 = 24 * HOUR_MS;
    const START: i64 = 1_790_000_000_000;

    fn looks() -> impl Strategy<Value = Vec<(i64, u64)>> {
        let local = prop_oneof![
            START - 400 * DAY_MS..START + 400 * DAY_MS,
            Just(i64::MIN),
            Just(i64::MAX)
        ];
        proptest::collection::vec((local, 0_u64..40 * DAY_MS.unsigned_abs()), 0..20)
    }

    proptest! {
        #[test]
        fn time_never_goes_back_between_two_contacts(looks in looks()) {
            let mut clock = LeaseClock::met(START, START);
            let mut last = clock.now_ms();
            let mut over = false;
            for (local, ran) in looks {
                clock.look(local, ran);
                prop_assert!(clock.now_ms() >= last, "the clock went back");
                last = clock.now_ms();
                let standing = clock.standing(START + 7 * DAY_MS);
                prop_assert!(!over || standing != LeaseStanding::Held, "a lease came back by itself");
                over = standing != LeaseStanding::Held;
            }
        }

        #[test]
        fn no_clock_makes_a_lease_longer_than_the_time_a_desk_runs(looks in looks()) {
            let mut clock = LeaseClock::met(START, START);
            let mut ran_in_all = 0_u64;
            for (local, ran) in looks {
                clock.look(local, ran);
                ran_in_all = ran_in_all.saturating_add(ran);
                if ran_in_all >= 7 * DAY_MS.unsigned_abs() {
                    prop_assert_ne!(clock.standing(START + 7 * DAY_MS), LeaseStanding::Held);
                }
            }
        }

        #[test]
        fn an_honest_clock_that_is_off_by_years_counts_right(
            off in -4_000 * DAY_MS..4_000 * DAY_MS,
            steps in proptest::collection::vec(0_i64..3 * DAY_MS, 1..20),
        ) {
            let mut clock = LeaseClock::met(START, START + off);
            let mut passed = 0;
            for step in steps {
                passed += step;
                // The desk ran half of the time.
                clock.look(START + off + passed, (step / 2).unsigned_abs());
                prop_assert_eq!(clock.now_ms(), START + passed);
                let held = passed < 7 * DAY_MS;
                prop_assert_eq!(clock.standing(START + 7 * DAY_MS) == LeaseStanding::Held, held);
            }
        }

        #[test]
        fn whatever_was_before_contact_puts_it_right(looks in looks(), local in any::<i64>()) {
            let mut clock = LeaseClock::met(START, START);
            for (local, ran) in looks {
                clock.look(local, ran);
            }
            clock = LeaseClock::met(START + 30 * DAY_MS, local);
            clock.look(local, 0);
            prop_assert_eq!(clock.standing(START + 37 * DAY_MS), LeaseStanding::Held);
        }

        #[test]
        fn the_end_of_a_lease_is_a_whole_hour_and_never_early(now in 0_i64..1 << 45, days in 1_u32..=30) {
            let until = lease_until(now, days);
            prop_assert_eq!(until % HOUR_MS, 0);
            let length = until - now - i64::from(days) * DAY_MS;
            prop_assert!((0..HOUR_MS).contains(&length), "{length}");
        }
    }

    #[test]
    fn a_clock_that_is_corrected_by_minutes_is_ordinary_and_one_that_is_put_back_is_not() {
        let until = START + 7 * DAY_MS;
        let mut clock = LeaseClock::met(START, START);
        clock.look(START + DAY_MS, 0);
        clock.look(START + DAY_MS - 300_000, 0);
        assert_eq!(clock.standing(until), LeaseStanding::Held);
        clock.look(START + HOUR_MS, 0);
        assert_eq!(clock.standing(until), LeaseStanding::ClockPutBack);
        clock.look(START + 2 * DAY_MS, 0);
        assert_eq!(
            clock.standing(until),
            LeaseStanding::ClockPutBack,
            "putting it forward again heals nothing"
        );
    }
}
