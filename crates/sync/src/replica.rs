//! What a replica does next. The driver asks for a step, does it, and reports; storage and network are
//! the driver's. A command leaves the outbox only when its outcome is held and the pull is past it.

/// The next step of a replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Send the commands that are due, oldest first.
    Push,
    /// Ask for what is new.
    Pull,
    /// Nothing to do before this.
    Rest(Wait),
}

/// How long to rest, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub u64);

/// The state of a replica's driver.
#[derive(Debug, Clone)]
pub struct Replica {
    pull_due: bool,
    push_due: bool,
    failures: u32,
    resting: bool,
}

/// Between two looks when all is well, in milliseconds.
const CALM_MS: u64 = 5_000;
/// After the first failure, in milliseconds; doubled with each further one.
const RETRY_MS: u64 = 1_000;
/// The longest pause, in milliseconds.
const LONGEST_MS: u64 = 20_000;

impl Default for Replica {
    fn default() -> Self {
        Self {
            pull_due: true,
            push_due: true,
            failures: 0,
            resting: false,
        }
    }
}

impl Replica {
    /// What to do now. A rest ends by `woken` or after its time.
    pub fn step(&self) -> Step {
        if self.resting {
            return Step::Rest(Wait(self.pause_ms()));
        }
        match (self.push_due, self.pull_due) {
            (true, _) => Step::Push,
            (false, true) => Step::Pull,
            (false, false) => Step::Rest(Wait(CALM_MS)),
        }
    }

    /// Something was put into the outbox.
    pub fn queued(&mut self) {
        self.push_due = true;
    }

    /// The commands were answered; `more` are still due.
    pub fn pushed(&mut self, more: bool) {
        self.failures = 0;
        self.push_due = more;
        self.pull_due = true;
    }

    /// A page was applied; `more` is waiting.
    pub fn pulled(&mut self, more: bool) {
        self.failures = 0;
        self.pull_due = more;
    }

    /// The server could not be reached, or answered nonsense.
    pub fn failed(&mut self) {
        self.failures = self.failures.saturating_add(1);
        self.resting = true;
    }

    /// The rest is over, or somebody asked for a sync.
    pub fn woken(&mut self) {
        self.resting = false;
        self.push_due = true;
        self.pull_due = true;
    }

    /// Whether the last attempt reached the server.
    pub const fn is_online(&self) -> bool {
        self.failures == 0
    }

    fn pause_ms(&self) -> u64 {
        let doublings = self.failures.saturating_sub(1).min(16);
        (RETRY_MS << doublings).min(LONGEST_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outbox_goes_first_then_the_pull_then_rest() {
        let mut replica = Replica::default();
        assert_eq!(replica.step(), Step::Push);
        replica.pushed(false);
        assert_eq!(replica.step(), Step::Pull);
        replica.pulled(true);
        assert_eq!(
            replica.step(),
            Step::Pull,
            "a page that was cut is continued"
        );
        replica.pulled(false);
        assert_eq!(replica.step(), Step::Rest(Wait(CALM_MS)));
        replica.queued();
        assert_eq!(replica.step(), Step::Push);
    }

    #[test]
    fn failures_pause_longer_and_longer_but_never_for_good() {
        let mut replica = Replica::default();
        let mut pauses = Vec::new();
        for _ in 0..10 {
            replica.failed();
            let Step::Rest(Wait(ms)) = replica.step() else {
                panic!("no rest after a failure")
            };
            pauses.push(ms);
            replica.woken();
        }
        assert!(
            pauses.windows(2).all(|pair| pair[0] <= pair[1]),
            "{pauses:?}"
        );
        assert_eq!((pauses[0], pauses[9]), (RETRY_MS, LONGEST_MS));
        assert!(!replica.is_online());
        replica.pulled(false);
        assert!(replica.is_online());
    }
}
