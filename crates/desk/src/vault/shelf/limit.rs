//! A time limit for calls that may never return.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use super::ShelfError;

/// Runs one call at a time on a thread of its own. While a call that ran out of time still hangs,
/// further calls fail at once instead of piling up threads.
#[derive(Debug)]
pub(super) struct TimeLimit {
    limit: Duration,
    turn: Mutex<()>,
    is_hanging: Arc<AtomicBool>,
}

impl TimeLimit {
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            limit,
            turn: Mutex::new(()),
            is_hanging: Arc::default(),
        }
    }

    pub(super) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ShelfError> + Send + 'static,
    ) -> Result<T, ShelfError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let no_answer = ShelfError::NoAnswer {
            seconds: self.limit.as_secs(),
        };
        if self.is_hanging.load(Ordering::Acquire) {
            return Err(no_answer);
        }
        self.is_hanging.store(true, Ordering::Release);
        let (answer, answered) = mpsc::sync_channel(1);
        let is_hanging = Finished(Arc::clone(&self.is_hanging));
        let call = move || {
            let result = work();
            drop(is_hanging);
            // Nobody listens any more if the time ran out.
            let _ = answer.send(result);
        };
        thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(call)
            .map_err(|error| ShelfError::Refused {
                reason: error.to_string(),
            })?;
        match answered.recv_timeout(self.limit) {
            Ok(result) => result,
            Err(mpsc::RecvTimeoutError::Timeout) => Err(no_answer),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(ShelfError::Refused {
                reason: "the call panicked".to_owned(),
            }),
        }
    }
}

/// Marks the call as no longer hanging, however it ends.
struct Finished(Arc<AtomicBool>);

impl Drop for Finished {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hanging_call_ends_in_time_and_the_next_fails_at_once_until_it_returns() {
        let limit = TimeLimit::new(Duration::from_millis(50));
        let (release, released) = mpsc::channel::<()>();
        let hanging = limit.run(move || {
            let _ = released.recv();
            Ok(())
        });
        assert_eq!(hanging, Err(ShelfError::NoAnswer { seconds: 0 }));
        assert_eq!(
            limit.run(|| Ok(1)),
            Err(ShelfError::NoAnswer { seconds: 0 })
        );
        drop(release);
        while limit.is_hanging.load(Ordering::Acquire) {
            thread::yield_now();
        }
        assert_eq!(limit.run(|| Ok(2)), Ok(2));
    }

    #[test]
    fn a_call_that_panics_is_an_error_and_not_the_end() {
        let limit = TimeLimit::new(Duration::from_secs(5));
        let refused = limit.run::<()>(|| panic!("inside the keyring library"));
        assert!(matches!(refused, Err(ShelfError::Refused { .. })));
        assert_eq!(limit.run(|| Ok(3)), Ok(3));
    }
}
