//! Looks at large updates of texts before the writer does, on a thread it can abandon: bytes can be made
//! that the text engine is busy with for hours, and the one writer must never be. Whatever else anybody may ask
//! for and may take long is answered the same way.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use andu_app::draft::examine;
use andu_base::CommandId;
use andu_store::Store;
use andu_sync::Command;

/// Updates below this, in characters of Base64, cannot keep the engine busy for long.
const LARGE: usize = 24 << 10;
/// How long an update may take.
const WITHIN: Duration = Duration::from_secs(4);
/// Threads that are still busy with what was given up, at most.
const ABANDONED_AT_MOST: usize = 2;

/// Counts threads that are still busy with what was given up.
#[derive(Clone, Default)]
pub(crate) struct Examiner(Arc<AtomicUsize>);

impl Examiner {
    /// Which of these commands write updates that take too long. Commands from the first on that cannot be
    /// examined now are taken out: they are not answered, and come again.
    pub fn too_slow(&self, store: &Arc<Store>, commands: &mut Vec<Command>) -> BTreeSet<CommandId> {
        let mut slow = BTreeSet::new();
        for at in 0..commands.len() {
            let command = &commands[at];
            let update = command.args["update"].as_str().unwrap_or_default();
            if command.kind != "draft_update" || update.len() <= LARGE {
                continue;
            }
            let (id, store, args) = (command.id, Arc::clone(store), command.args.clone());
            match self.done_within(WITHIN, move || examine(&store, &args)) {
                Some(true) => {}
                Some(false) => drop(slow.insert(id)),
                None => {
                    commands.truncate(at);
                    break;
                }
            }
        }
        slow
    }

    /// What `work` answers, if it does in time; `None` where it does not, or where it was not begun.
    pub fn in_time<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (say, said) = mpsc::channel();
        let done = self.done_within(WITHIN, move || {
            let _ = say.send(work());
        })?;
        said.recv().ok().filter(|_| done)
    }

    /// Whether `work` is done in time. If not, it goes on by itself and its end is not waited for. `None`:
    /// it was not begun.
    fn done_within(&self, time: Duration, work: impl FnOnce() + Send + 'static) -> Option<bool> {
        if self.0.load(Ordering::Relaxed) >= ABANDONED_AT_MOST {
            return None;
        }
        let (say, said) = mpsc::channel();
        let busy = Arc::clone(&self.0);
        busy.fetch_add(1, Ordering::Relaxed);
        let spawned = thread::Builder::new()
            .name("examine".into())
            .spawn(move || {
                work();
                busy.fetch_sub(1, Ordering::Relaxed);
                let _ = say.send(());
            });
        if spawned.is_err() {
            self.0.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let in_time = said.recv_timeout(time).is_ok();
        if !in_time {
            tracing::warn!("what was asked takes too long and is given up");
        }
        Some(in_time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_too_long_is_given_up_and_does_not_pile_up() {
        let examiner = Examiner::default();
        assert_eq!(
            examiner.done_within(Duration::from_secs(5), || ()),
            Some(true)
        );
        let (end, ended) = mpsc::channel::<()>();
        let ended = Arc::new(std::sync::Mutex::new(ended));
        for _ in 0..ABANDONED_AT_MOST {
            let ended = Arc::clone(&ended);
            let endless = move || {
                let _ = ended.lock().expect("no panic before").recv();
            };
            let done = examiner.done_within(Duration::from_millis(20), endless);
            assert_eq!(done, Some(false));
        }
        assert_eq!(
            examiner.done_within(Duration::from_secs(5), || ()),
            None,
            "more work is begun while the threads are busy"
        );
        drop(end);
        for _ in 0..500 {
            if examiner
                .done_within(Duration::from_secs(5), || ())
                .is_some()
            {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("it does not recover");
    }
}
