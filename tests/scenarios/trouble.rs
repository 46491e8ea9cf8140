//! What goes wrong at a desk: passwords, foreign and newer stores, a full disk, a first run cut short.

use std::{
    fs,
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use andu_desk::{
    Desk,
    andu_api::DeskEvent,
    vault::{Password, ProfileName, VaultPlace},
};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    editor::{Calls, Editor, given, reading, rows, write},
    office::{Office, PASSWORD, Seat, desk_in, set_up, until},
    process::Process,
};

const TITLE: &str = "关于做好冬春农田水利建设的通知";
const BODY: [&str; 1] = ["请各乡镇抓紧实施。"];

fn unlock(desk: &Arc<Desk>, password: &str) -> Result<(), String> {
    let answer = desk.call("session_unlock", json!({ "password": password }));
    answer.map(|_| ()).map_err(|error| error.key)
}

/// Locks a desk and waits until the last thread that had its store has let go: all of it is in one file.
fn lock(seat: &Seat) {
    seat.ok("session_lock", json!({}));
    let log = format!("{}-wal", seat.desk.place.store().display());
    until("the store to be closed", || !Path::new(&log).exists());
}

fn wait_seconds(desk: &Arc<Desk>) -> u64 {
    let status = desk.ok("session_status", json!({}));
    status["wait_seconds"].as_u64().expect("seconds")
}

#[test]
fn wrong_passwords_cost_time_and_nothing_else() {
    let (seat, _) = Seat::alone();
    let id = write(&seat, TITLE, &BODY);
    seat.ok("session_lock", json!({}));
    let before = fs::read(seat.folder.path().join("vault.json")).ok();
    // Up to a delay that a busy machine does not outlast between two tries.
    let mut delay = 0;
    while delay < 8 {
        until("the delay so far", || wait_seconds(&seat.desk) == 0);
        assert_eq!(
            unlock(&seat.desk, "wrong horse"),
            Err("vault.wrong_password".into())
        );
        let longer = wait_seconds(&seat.desk);
        assert!(
            longer >= delay,
            "the delay grows: {delay} s, then {longer} s"
        );
        delay = longer;
    }
    // The right password has to wait as well, and a restart is no way round.
    assert_eq!(unlock(&seat.desk, PASSWORD), Err("vault.too_soon".into()));
    let again = desk_in(seat.folder.path());
    assert_eq!(unlock(&again, PASSWORD), Err("vault.too_soon".into()));
    until("the longest delay", || wait_seconds(&seat.desk) == 0);
    assert_eq!(fs::read(seat.folder.path().join("vault.json")).ok(), before);
    assert_eq!(unlock(&seat.desk, PASSWORD), Ok(()));
    assert_eq!(reading(&seat, &id), given(TITLE, &BODY));
}

#[test]
fn a_locked_desk_holds_nothing_of_its_store_any_more() {
    let mut office = Office::open();
    for seat in [Seat::alone().0, office.seat(0)] {
        for _ in 0..3 {
            let long = "闸".repeat(3_000);
            let id = write(&seat, TITLE, &[&long]);
            seat.ok("draft_open", json!({ "id": id }));
            seat.ok("sync_now", json!({}));
            // Pages are being made and the server is being asked at this moment.
            let held = Arc::downgrade(&seat.open());
            seat.ok("session_lock", json!({}));
            assert!(
                held.upgrade().is_none(),
                "a thread still works with the store"
            );
            let log = format!("{}-wal", seat.desk.place.store().display());
            assert!(!Path::new(&log).exists(), "the store is still open");
            assert_eq!(unlock(&seat.desk, PASSWORD), Ok(()));
        }
    }
}

#[test]
fn the_store_of_another_vault_is_named_and_left_alone() {
    let ((mine, _), (theirs, _)) = (Seat::alone(), Seat::alone());
    let id = write(&mine, TITLE, &BODY);
    for seat in [&mine, &theirs] {
        lock(seat);
    }
    let store = mine.desk.place.store();
    let aside = store.with_extension("aside");
    fs::rename(&store, &aside).expect("a renamed store");
    fs::copy(theirs.desk.place.store(), &store).expect("a copied store");
    let foreign = fs::read(&store).expect("a store");
    assert_eq!(unlock(&mine.desk, PASSWORD), Err("store.wrong_key".into()));
    let status = mine.ok("session_status", json!({}));
    assert_eq!(status["state"], "locked");
    assert_ne!(
        status["trouble"], "",
        "the trouble is said on the lock screen"
    );
    let after = fs::read(&store).expect("a store");
    assert!(after == foreign, "the foreign store was changed");
    fs::rename(&aside, &store).expect("a renamed store");
    assert_eq!(unlock(&mine.desk, PASSWORD), Ok(()));
    assert_eq!(reading(&mine, &id), given(TITLE, &BODY));
}

#[test]
fn a_store_of_a_newer_program_is_refused_with_its_sentence_and_left_alone() {
    let (seat, _) = Seat::alone();
    let id = write(&seat, TITLE, &BODY);
    lock(&seat);
    set_version(&seat, 99);
    let error = seat.call("session_unlock", json!({ "password": PASSWORD }));
    let error = error.expect_err("a newer store was opened");
    assert_eq!(error.key, "store.newer");
    assert!(error.sentence.contains("99"), "{}", error.sentence);
    let status = seat.ok("session_status", json!({}));
    assert_eq!(status["trouble"], error.sentence);
    set_version(&seat, andu_store::SCHEMA_VERSION);
    assert_eq!(unlock(&seat.desk, PASSWORD), Ok(()));
    assert_eq!(reading(&seat, &id), given(TITLE, &BODY));
}

/// Writes a schema version into a desk's store, as another program would.
#[expect(clippy::disallowed_methods, reason = "plays another program")]
fn set_version(seat: &Seat, version: u32) {
    let profile = ProfileName::new("default").expect("a name");
    let place = VaultPlace::new(seat.folder.path(), profile, None);
    let locked = place.look().expect("a folder").expect("a vault");
    let password = Password::new(PASSWORD).expect("a password");
    let vault = locked
        .open_with_password(&password, 0)
        .expect("an open vault");
    let connection = rusqlite::Connection::open(seat.desk.place.store()).expect("a file");
    let key = vault.store_key().to_sqlcipher_hex();
    let key = format!("x'{}'", key.as_str());
    connection.pragma_update(None, "key", key).expect("a key");
    connection
        .pragma_update(None, "user_version", version)
        .expect("a version");
}

#[test]
fn a_damaged_store_is_named_and_left_alone() {
    let (seat, _) = Seat::alone();
    let id = write(&seat, TITLE, &BODY);
    lock(&seat);
    let store = seat.desk.place.store();
    let bytes = fs::read(&store).expect("a store");
    fs::write(&store, &bytes[..bytes.len() / 2]).expect("half a store");
    let half = fs::read(&store).expect("a store");
    let key = unlock(&seat.desk, PASSWORD).expect_err("half a store was opened");
    assert!(
        matches!(key.as_str(), "store.damaged" | "store.wrong_key"),
        "{key}"
    );
    let after = fs::read(&store).expect("a store");
    assert!(after == half, "the damaged store was changed");
    fs::write(&store, &bytes).expect("the whole store");
    assert_eq!(unlock(&seat.desk, PASSWORD), Ok(()));
    assert_eq!(reading(&seat, &id), given(TITLE, &BODY));
}

/// A small disk of its own; gone when dropped.
struct Disk(TempDir);

impl Disk {
    /// `None` where nothing can be mounted.
    fn small(megabytes: u32) -> Option<Self> {
        let folder = TempDir::new().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"])
            .arg(folder.path())
            .output();
        mounted.ok().filter(|run| run.status.success())?;
        Some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Leaves no room at all.
    fn fill(&self) {
        let mut size = 1 << 20;
        let mut filler = fs::File::create(self.path().join("filler")).expect("a file");
        while size > 0 {
            let part = vec![7_u8; size];
            if std::io::Write::write_all(&mut filler, &part).is_err() {
                size /= 2;
            }
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.path().join("filler")).expect("a filler");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).output();
    }
}

/// The sentences of texts that could not be written, and how many were.
fn watch(desk: &Arc<Desk>) -> Arc<Mutex<(Vec<String>, u32)>> {
    let seen = Arc::new(Mutex::new((Vec::new(), 0)));
    let noted = Arc::clone(&seen);
    desk.events.listen(Arc::new(move |event| {
        let mut seen = noted.lock().expect("no panic before");
        match event {
            DeskEvent::NotSaved { sentence, .. } => seen.0.push(sentence),
            DeskEvent::Saved { .. } => seen.1 += 1,
            _ => {}
        }
    }));
    seen
}

#[test]
fn whoever_asks_for_a_draft_and_so_writes_what_was_typed_the_window_is_told() {
    let folder = TempDir::new().expect("a folder");
    let desk = desk_in(folder.path());
    set_up(&desk);
    let id = write(&desk, TITLE, &BODY);
    let seen = watch(&desk);
    let mut editor = Editor::open(&desk, &id);
    for round in 1..=5 {
        let words = "水".repeat(round as usize);
        desk.ok("draft_update", editor.says(TITLE, &[BODY[0], &words]));
        // What is typed is written before anything that reads the draft.
        desk.ok("co_drafter_list", json!({ "id": id }));
        let saved = seen.lock().expect("no panic before").1;
        assert_eq!(saved, round, "the window still waits to hear of it");
    }
}

#[test]
fn a_disk_that_fills_while_one_writes_loses_nothing() {
    let Some(disk) = Disk::small(24) else {
        eprintln!("SKIPPED: a small disk cannot be mounted here (needs root), so none was filled");
        return;
    };
    let folder = disk.path().join("desk");
    let desk = desk_in(&folder);
    set_up(&desk);
    let id = write(&desk, TITLE, &BODY);
    let seen = watch(&desk);
    let mut editor = Editor::open(&desk, &id);
    disk.fill();
    let long = "水".repeat(60_000);
    let words = [BODY[0], long.as_str()];
    desk.ok("draft_update", editor.says(TITLE, &words));
    until("the trouble to be said", || {
        !seen.lock().expect("no panic").0.is_empty()
    });
    let sentence = seen.lock().expect("no panic").0[0].clone();
    assert!(sentence.contains("磁盘"), "{sentence}");
    assert_eq!(
        desk.refused("draft_flush", json!({ "id": id })),
        "store.disk_full"
    );
    assert_eq!(rows(&desk, None, false).len(), 1, "reading goes on");

    // Locked meanwhile: what could not be written waits behind the lock.
    desk.ok("session_lock", json!({}));
    assert_eq!(
        desk.refused("draft_flush", json!({ "id": id })),
        "desk.locked"
    );
    disk.make_room();
    assert_eq!(unlock(&desk, PASSWORD), Ok(()));
    assert_eq!(
        reading(&desk, &id),
        given(TITLE, &words),
        "lost behind the lock"
    );
    desk.ok("draft_close", json!({ "id": id }));

    // On the disk, for whoever opens it next.
    desk.ok("session_lock", json!({}));
    let again = desk_in(&folder);
    assert_eq!(unlock(&again, PASSWORD), Ok(()));
    assert_eq!(reading(&again, &id), given(TITLE, &words));
    again
        .open_desk()
        .expect("open")
        .store
        .check_integrity()
        .expect("a sound store");
    again.lock();
}

#[test]
fn room_made_again_is_noticed_by_itself() {
    let Some(disk) = Disk::small(24) else {
        eprintln!("SKIPPED: a small disk cannot be mounted here (needs root), so none was filled");
        return;
    };
    let desk = desk_in(&disk.path().join("desk"));
    set_up(&desk);
    let id = write(&desk, TITLE, &BODY);
    let seen = watch(&desk);
    let mut editor = Editor::open(&desk, &id);
    disk.fill();
    let long = "渠".repeat(60_000);
    desk.ok("draft_update", editor.says(TITLE, &[&long]));
    until("the trouble to be said", || {
        !seen.lock().expect("no panic").0.is_empty()
    });
    let saved = seen.lock().expect("no panic").1;
    disk.make_room();
    until("the text to be written", || {
        seen.lock().expect("no panic").1 > saved
    });
    assert_eq!(reading(&desk, &id), given(TITLE, &[&long]));
    desk.lock();
}

#[test]
fn a_first_run_cut_short_can_be_done_again() {
    let args = json!({
        "agency": "望溪县水务局", "short_name": "", "authority_code": "", "department": "办公室",
        "person": "何雨桐", "post": "", "password": PASSWORD, "demo": false,
    });
    for after_ms in [0, 300, 900, 1_500, 2_500, 4_000] {
        let folder = TempDir::new().expect("a folder");
        let desk = folder.path().join("desk");
        let process = Process::start("desk", &desk);
        let _ = process.kill_amid("session_setup", &args, after_ms);
        thread::sleep(Duration::from_millis(10));
        let again = desk_in(&desk);
        let state = again.ok("session_status", json!({}))["state"].clone();
        if state == "new" {
            set_up(&again);
        } else {
            // It was finished but for the answer: the password opens it.
            assert_eq!(unlock(&again, PASSWORD), Ok(()), "after {after_ms} ms");
        }
        let id = write(&again, TITLE, &BODY);
        assert_eq!(
            reading(&again, &id),
            given(TITLE, &BODY),
            "after {after_ms} ms"
        );
    }
}
