//! The watchdog of the first paint. On some graphics drivers WebKitGTK starts and never shows a page:
//! if the page has not spoken in time, the program starts itself again with less acceleration.

use std::{
    ffi::OsStr,
    process::Command,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tauri::AppHandle;

use crate::{instance, platform};

/// How long the page may be silent after its last sign of life: window made, loading, loaded.
const PATIENCE: Duration = Duration::from_secs(8);

/// Which of the fallbacks this process was started with; keeps a hopeless machine from starting for ever.
const MARKER: &str = "ANDU_RENDER_FALLBACK";

/// Whether the page has shown itself.
#[derive(Default)]
pub struct FirstPaint {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    signs: u32,
    spoke: bool,
    died: bool,
}

impl FirstPaint {
    /// The page asked for the session: its scripts run and it draws.
    pub fn page_spoke(&self) {
        self.change(|state| state.spoke = true);
    }

    /// The page is on its way: the wait begins anew.
    pub fn sign_of_life(&self) {
        self.change(|state| state.signs += 1);
    }

    /// The process that draws the page has ended. Answers whether the page had spoken before.
    pub fn page_died(&self) -> bool {
        self.change(|state| state.died = true);
        self.state().spoke
    }

    fn change(&self, how: impl FnOnce(&mut State)) {
        how(&mut self.state());
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the page has spoken, is dead, or was silent for too long. Answers whether it spoke.
    fn wait(&self, patience: Duration) -> bool {
        let mut state = self.state();
        loop {
            let seen = state.signs;
            let waited = self
                .changed
                .wait_timeout_while(state, patience, |now| {
                    now.signs == seen && !now.spoke && !now.died
                })
                .unwrap_or_else(PoisonError::into_inner);
            state = waited.0;
            if state.spoke {
                return true;
            }
            if state.died || waited.1.timed_out() {
                return false;
            }
        }
    }
}

/// Watches until the page has spoken; starts the program again with the next fallback if it does not.
pub fn watch(app: &AppHandle, first_paint: &Arc<FirstPaint>) {
    if platform::FALLBACKS.is_empty() || platform::is_driven() {
        return;
    }
    let (app, first_paint) = (app.clone(), Arc::clone(first_paint));
    let spawned = thread::Builder::new()
        .name("first-paint".into())
        .spawn(move || {
            if !first_paint.wait(PATIENCE) {
                start_again(&app);
            }
        });
    if let Err(error) = spawned {
        tracing::warn!(%error, "nobody watches the first paint");
    }
}

/// The fallback after the one this process was started with; `None` when all were tried.
fn next_fallback(marker: Option<&OsStr>) -> Option<usize> {
    let tried = match marker {
        None => 0,
        Some(marker) => marker.to_str()?.parse().ok()?,
    };
    (tried < platform::FALLBACKS.len()).then_some(tried)
}

fn start_again(app: &AppHandle) {
    let Some(next) = next_fallback(std::env::var_os(MARKER).as_deref()) else {
        tracing::error!("the page does not show, and every fallback was tried");
        return;
    };
    let (name, value) = platform::FALLBACKS[next];
    tracing::warn!(
        fallback = name,
        "the page does not show: starting again with a fallback"
    );
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => {
            tracing::error!(%error, "cannot find this program to start it again");
            return;
        }
    };
    instance::release(app);
    let started = Command::new(program)
        .args(std::env::args_os().skip(1))
        .env(name, value)
        .env(MARKER, (next + 1).to_string())
        .spawn();
    match started {
        // Nothing was opened yet: there is nothing to write before this process ends.
        Ok(_) => app.exit(0),
        Err(error) => tracing::error!(%error, "could not start again"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Duration = Duration::from_millis(20);

    #[test]
    fn a_silent_page_is_noticed_and_a_speaking_one_is_left_alone() {
        let first_paint = FirstPaint::default();
        assert!(!first_paint.wait(MOMENT));
        first_paint.page_spoke();
        assert!(first_paint.wait(MOMENT));
    }

    #[test]
    fn a_page_that_dies_is_not_waited_for() {
        let first_paint = FirstPaint::default();
        assert!(!first_paint.page_died());
        assert!(!first_paint.wait(Duration::from_secs(60)));
    }

    #[test]
    fn a_slow_page_that_shows_life_is_given_more_time() {
        let first_paint = Arc::new(FirstPaint::default());
        let page = Arc::clone(&first_paint);
        let loading = thread::spawn(move || {
            for _ in 0..5 {
                thread::sleep(MOMENT);
                page.sign_of_life();
            }
            page.page_spoke();
        });
        assert!(first_paint.wait(MOMENT * 4), "gave up on a page that loads");
        loading.join().unwrap();
    }

    #[test]
    fn fallbacks_are_tried_in_turn_and_then_no_more() {
        assert_eq!(
            next_fallback(None),
            (!platform::FALLBACKS.is_empty()).then_some(0)
        );
        let all = platform::FALLBACKS.len().to_string();
        assert_eq!(next_fallback(Some(OsStr::new(&all))), None);
        assert_eq!(next_fallback(Some(OsStr::new("nonsense"))), None);
    }
}
