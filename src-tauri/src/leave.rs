//! Leaving: what is still in memory is written before the program ends.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use andu_desk::Desk;
use tauri::{AppHandle, Manager};

/// The page hands edits on in batches of 80 ms; the last one may still be on its way.
const LAST_BATCH: Duration = Duration::from_millis(200);

/// Whether the program is on its way out.
#[derive(Default)]
pub struct Leaving(AtomicBool);

/// Writes every text and ends the program. Calling it twice is the same as once.
pub fn leave(app: &AppHandle) {
    if app.state::<Leaving>().0.swap(true, Ordering::SeqCst) {
        return;
    }
    let leaving = app.clone();
    let spawned = thread::Builder::new()
        .name("leave".into())
        .spawn(move || write_and_exit(&leaving));
    if let Err(error) = spawned {
        tracing::error!(%error, "no thread to leave on");
        write_and_exit(app);
    }
}

fn write_and_exit(app: &AppHandle) {
    if let Some(desk) = app.try_state::<Arc<Desk>>()
        && desk.open_desk().is_some()
    {
        thread::sleep(LAST_BATCH);
        desk.lock();
    }
    app.exit(0);
}
