//! Leases: what a desk holds for a time only, from its file and key to the screen, whatever the clock says and
//! whenever the machine stops. The server and the stores are real; time passes by moving what the desk noted
//! into the past.

use std::{fs, path::Path, sync::Arc};

use andu_base::{AgencyId, PersonId};
use andu_desk::{
    Desk,
    lease::folder_in,
    vault::{Password, ProfileName, Vault, VaultPlace},
};
use andu_org::Grant;
use andu_store::{Key, Store};
use andu_sync::{CompareAnswer, CompareRequest, PullRequest, Scope};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    editor::Calls,
    forged::{Device, post},
    office::{Office, PASSWORD, Seat, until},
    organisation::{call, founded, give, today},
    pages,
    permission::newcomer,
    process::Process,
    proxy::{Proxy, Stage, Trap},
};

/// For those on duty alone.
const SECRET: &str = "13977700031";
/// For everybody of the agency.
const OPEN: &str = "62177700010";
const DAY_MS: i64 = 86_400_000;

/// An office in which somebody was given the telephones of those on duty.
pub struct Duty {
    /// The office.
    pub office: Office,
    system: PersonId,
    security: PersonId,
    audit: PersonId,
    agency: AgencyId,
    /// Who is on duty, among its people.
    pub duty: usize,
}

impl Duty {
    /// With its server running.
    pub fn open() -> Self {
        let (mut office, [system, security, audit]) = founded();
        let duty = newcomer(&mut office, &[Grant::Draft]);
        let person = office.people[0];
        let agency = office.read(|reader| reader.person(person)).agency_id;
        for (number, grade) in [(OPEN, "agency"), (SECRET, "restricted")] {
            let args = json!({
                "id": "", "agency_id": agency, "person_id": person, "kind": "mobile",
                "number": number, "grade": grade,
            });
            call(office.server(), system, "telephone_put", args).expect("a telephone");
        }
        let all = Self {
            office,
            system,
            security,
            audit,
            agency,
            duty,
        };
        all.give(duty);
        all
    }

    fn appointment(&self, who: usize) -> Value {
        let person = self.office.people[who];
        let held = self.office.read(|reader| reader.appointments_of(person));
        json!(held[0].0.id)
    }

    /// Gives the telephones of those on duty.
    pub fn give(&self, who: usize) {
        let held = self.appointment(who);
        let holder = ("appointment", &held);
        give(self.office.server(), self.security, "duty_officer", holder).expect("given");
    }

    /// Takes them away again.
    pub fn take(&self, who: usize) {
        let on = today(self.office.server(), self.security);
        let yesterday = andu_api::organisation::day_before(&on).expect("a day");
        let take = json!({
            "agency_id": self.agency, "role": "duty_officer",
            "holder": { "holder_kind": "appointment", "holder_id": self.appointment(who) },
            "from_on": on, "last_on": yesterday,
        });
        call(self.office.server(), self.security, "role_take", take).expect("taken");
    }

    /// A desk of the person on duty that has the number.
    fn seat(&mut self) -> Seat {
        let seat = self.office.seat(self.duty);
        seat.sync_until("the number", || lists(&seat, SECRET));
        seat
    }

    fn scope(&self) -> Scope {
        Scope::restricted(self.agency)
    }

    /// What the audit log says of leases.
    fn audited(&self) -> Vec<(String, String)> {
        let all = self.office.audit_details().into_iter();
        all.filter(|(action, _)| action.starts_with("lease_"))
            .collect()
    }
}

/// Whether a number stands in the list of contacts.
fn lists(at: &impl Calls, number: &str) -> bool {
    let args = json!({ "text": "", "department_id": null, "limit": 100 });
    at.ok("contact_list", args).to_string().contains(number)
}

/// Why the number is closed; null where it is not.
fn closed(at: &impl Calls) -> Value {
    let leases = at.ok("sync_status", json!({}))["leases"].clone();
    leases
        .get(0)
        .map_or(Value::Null, |lease| lease["closed"].clone())
}

/// Cuts a desk off and waits until it has noticed: no answer is under way any more.
fn cut_off(seat: &Seat) {
    seat.proxy().lead(None);
    until("a desk without a server", || {
        seat.ok("sync_now", json!({}));
        seat.ok("sync_status", json!({}))["online"] == false
    });
}

fn unlock(desk: &Arc<Desk>) {
    desk.ok("session_unlock", json!({ "password": PASSWORD }));
}

fn vault(folder: &Path) -> Vault {
    let profile = ProfileName::new("default").expect("a name");
    let locked = VaultPlace::new(folder, profile, None).look();
    let locked = locked.expect("a folder").expect("a vault");
    let password = Password::new(PASSWORD).expect("a password");
    locked
        .open_with_password(&password, 0)
        .expect("an open vault")
}

/// The store of a desk that is closed, and its key.
fn store(folder: &Path) -> (Store, String) {
    let key = vault(folder).store_key().to_sqlcipher_hex().to_string();
    let path = folder.join(andu_desk::vault::backup::STORE_FILE);
    (Store::open(&path, Key::Raw(&key)).expect("a store"), key)
}

fn state(store: &Store) -> Value {
    let text = store.read(|reader| reader.meta("lease_state"));
    serde_json::from_str(&text.expect("reads").expect("a state")).expect("JSON")
}

/// Lets this machine's clock show so much more than when the desk last looked (or less): what it noted then is
/// moved the other way. The desk is closed.
fn let_pass(folder: &Path, ms: i64) {
    let (store, _) = store(folder);
    let mut noted = state(&store);
    for reading in ["local_ms", "highest_ms"] {
        let at = noted["clock"][reading].as_i64().expect("a reading");
        noted["clock"][reading] = json!(at - ms);
    }
    let put = store.write(|tx| tx.meta_put("lease_state", &noted.to_string()));
    put.expect("a store");
}

/// The keys of a closed desk's leased files.
fn lease_keys(folder: &Path) -> Vec<String> {
    let keys = vault(folder).lease_keys(&folder_in(folder));
    let (store, _) = store(folder);
    let held = state(&store)["held"].clone();
    let held = held.as_object().expect("leases").iter();
    held.map(|(scope, held)| {
        let id = held["id"].as_str().expect("an id");
        let key = keys.read(id, scope).expect("reads").expect("a key");
        key.to_string()
    })
    .collect()
}

/// Names of the files in which a desk holds something for a time.
fn leased_files(folder: &Path) -> Vec<String> {
    let name = |path: &std::path::PathBuf| {
        let name = path.file_name().expect("a name");
        name.to_string_lossy().into_owned()
    };
    match folder_in(folder).exists() {
        true => pages::files(&folder_in(folder)).iter().map(name).collect(),
        false => Vec::new(),
    }
}

/// Nothing in any page of any file: neither the number nor a key that opened it.
fn assert_gone(folder: &Path, keys: &[String]) {
    let (_, own) = store(folder);
    let mut all = vec![own.clone()];
    all.extend_from_slice(keys);
    assert_eq!(
        pages::holding(folder, &all, SECRET.as_bytes()),
        [] as [&Path; 0],
        "the number is still there"
    );
    for key in keys {
        let raw: Vec<u8> = (0..32)
            .map(|at| u8::from_str_radix(&key[2 * at..2 * at + 2], 16).expect("a key"))
            .collect();
        for form in [key.as_bytes(), &raw] {
            assert_eq!(
                pages::holding(folder, &all, form),
                [] as [&Path; 0],
                "the key is still there"
            );
        }
    }
    assert_eq!(leased_files(folder), [] as [&str; 0]);
    // The search does find what is there.
    assert!(!pages::holding(folder, &[own], OPEN.as_bytes()).is_empty());
}

#[test]
fn after_its_time_a_number_is_in_no_page_of_any_file_and_contact_brings_it_back() {
    let mut duty = Duty::open();
    let seat = duty.seat();
    assert_eq!(closed(&seat), Value::Null);
    seat.proxy().lead(None);
    seat.desk.lock();

    let folder = seat.folder.path();
    let keys = lease_keys(folder);
    assert_eq!(keys.len(), 1);
    let found = pages::holding(folder, &keys, SECRET.as_bytes());
    assert!(
        !found.is_empty() && found.iter().all(|path| path.starts_with(folder_in(folder))),
        "the number lies in {found:?}"
    );
    let (_, own) = store(folder);
    assert!(
        pages::holding(folder, &[own], SECRET.as_bytes()).is_empty(),
        "the key of the store opens the number"
    );

    let_pass(folder, 6 * DAY_MS);
    unlock(&seat.desk);
    assert!(lists(&seat, SECRET), "closed before its time");
    seat.desk.lock();
    let_pass(folder, 30 * DAY_MS);
    unlock(&seat.desk);
    assert!(!lists(&seat, SECRET) && lists(&seat, OPEN));
    assert_eq!(closed(&seat), "ran_out");
    seat.desk.lock();
    assert_gone(folder, &keys);

    // It stays closed however the clock is turned afterwards.
    let_pass(folder, -36 * DAY_MS);
    unlock(&seat.desk);
    assert!(!lists(&seat, SECRET));
    assert_eq!(closed(&seat), "ran_out");
    duty.office.reconnect(&seat);
    seat.sync_until("the number again", || lists(&seat, SECRET));
    assert_eq!(closed(&seat), Value::Null);
    seat.desk.lock();
    assert_ne!(lease_keys(folder), keys, "an old key is used again");
}

#[test]
fn an_open_desk_closes_when_the_time_is_over_and_a_clock_put_back_gives_none() {
    let mut duty = Duty::open();
    let seat = duty.seat();
    cut_off(&seat);
    let open = seat.open();
    let now = andu_desk::clock::now_ms();
    // The desk runs for days while somebody turns the clock back a little each time.
    for _ in 0..6 {
        open.leases.look_after(now - 300_000, DAY_MS.unsigned_abs());
        assert!(lists(&seat, SECRET));
    }
    open.leases
        .look_after(now - 300_000, 2 * DAY_MS.unsigned_abs());
    assert!(!lists(&seat, SECRET));
    assert_eq!(closed(&seat), "ran_out");
    assert_eq!(leased_files(seat.folder.path()), [] as [&str; 0]);
    drop(open);

    duty.office.reconnect(&seat);
    seat.sync_until("the number again", || lists(&seat, SECRET));
    seat.proxy().lead(None);
    seat.desk.lock();
    let_pass(seat.folder.path(), -20 * DAY_MS);
    unlock(&seat.desk);
    assert!(!lists(&seat, SECRET));
    assert_eq!(closed(&seat), "clock_put_back");

    // With a clock that is years off, contact puts it right: only what passes since counts.
    seat.desk.lock();
    let_pass(seat.folder.path(), 4_000 * DAY_MS);
    unlock(&seat.desk);
    duty.office.reconnect(&seat);
    seat.sync_until("the number again", || lists(&seat, SECRET));
}

#[test]
fn contact_renews_a_lease_and_days_without_one_count_from_the_last() {
    let mut duty = Duty::open();
    let seat = duty.seat();
    let folder = seat.folder.path();
    for _ in 0..3 {
        seat.proxy().lead(None);
        seat.desk.lock();
        let keys = lease_keys(folder);
        let_pass(folder, 5 * DAY_MS);
        unlock(&seat.desk);
        assert!(lists(&seat, SECRET), "closed within its time");
        duty.office.reconnect(&seat);
        let passed = || {
            let noted = state(&seat.open().store)["clock"]["passed_ms"].clone();
            noted.as_i64().expect("a time")
        };
        // The next answer begins the count anew.
        seat.sync_until("a renewed lease", || {
            seat.open().leases.rest(andu_desk::clock::now_ms());
            passed() < DAY_MS
        });
        seat.desk.lock();
        assert_eq!(lease_keys(folder), keys, "renewing needs no new file");
        unlock(&seat.desk);
    }
    let actions: Vec<String> = duty
        .audited()
        .into_iter()
        .map(|(action, _)| action)
        .collect();
    assert_eq!(actions, ["lease_give"], "renewing is no news");
}

#[test]
fn whoever_loses_the_grant_loses_the_key_and_the_register_says_so() {
    let mut duty = Duty::open();
    let seat = duty.seat();
    let folder = seat.folder.path();
    seat.desk.lock();
    let keys = lease_keys(folder);
    unlock(&seat.desk);
    duty.take(duty.duty);
    seat.sync_until("the number gone", || !lists(&seat, SECRET));
    assert_eq!(
        closed(&seat),
        Value::Null,
        "what was taken does not come back by itself"
    );
    seat.desk.lock();
    assert_gone(folder, &keys);
    let audited = duty.audited();
    assert_eq!(audited.len(), 2, "{audited:?}");
    assert!(
        audited[0].0 == "lease_give" && !audited[0].1.is_empty(),
        "{audited:?}"
    );
    assert_eq!(audited[1], ("lease_end".into(), "grant".into()));
    duty.office.audited();
}

#[test]
fn a_device_that_is_ended_holds_nothing_from_its_next_contact_on() {
    let mut duty = Duty::open();
    let seat = duty.seat();
    let device = seat.open().home.device.as_text();
    let folder = seat.folder.path();
    seat.desk.lock();
    let keys = lease_keys(folder);
    let ended = andu_server::revoke(duty.office.server(), &device, "电脑遗失");
    assert_eq!(ended, Ok(true));
    unlock(&seat.desk);
    until("the number gone", || {
        seat.ok("sync_now", json!({}));
        !lists(&seat, SECRET)
    });
    assert_eq!(closed(&seat), "device_ended");
    seat.desk.lock();
    assert_gone(folder, &keys);
    assert_eq!(
        duty.audited().last(),
        Some(&("lease_end".into(), "device".into()))
    );
}

#[test]
fn whatever_was_left_when_the_machine_stopped_or_is_put_back_later_is_finished_by_opening() {
    let mut duty = Duty::open();
    let seat = duty.seat();
    let folder = seat.folder.path();
    seat.proxy().lead(None);
    seat.desk.lock();
    let keys = lease_keys(folder);
    let kept: Vec<(std::path::PathBuf, Vec<u8>)> = pages::files(&folder_in(folder))
        .into_iter()
        .map(|path| (path.clone(), fs::read(path).expect("a file")))
        .collect();
    assert!(kept.len() >= 2, "a key and a file: {kept:?}");
    let_pass(folder, 8 * DAY_MS);
    unlock(&seat.desk);
    assert_eq!(closed(&seat), "ran_out");
    seat.desk.lock();
    // Stopped after the entry, and after the key; or somebody puts back what was copied within the time.
    for left in ["key and file", "file", "key"] {
        for (path, bytes) in &kept {
            let is_key = path.extension().is_some_and(|ending| ending == "key");
            if left == "key and file" || is_key == (left == "key") {
                fs::write(path, bytes).expect("a file");
            }
        }
        unlock(&seat.desk);
        assert!(!lists(&seat, SECRET), "{left}");
        assert_eq!(closed(&seat), "ran_out", "{left}");
        seat.desk.lock();
        assert_gone(folder, &keys);
    }

    // A lease that lives and whose key or file is lost or bent is closed, and comes back with the next contact.
    for broken in ["key", "db"] {
        unlock(&seat.desk);
        duty.office.reconnect(&seat);
        seat.sync_until("the number again", || lists(&seat, SECRET));
        seat.proxy().lead(None);
        seat.desk.lock();
        for path in pages::files(&folder_in(folder)) {
            if path.extension().is_some_and(|ending| ending == broken) {
                let mut bytes = fs::read(&path).expect("a file");
                bytes[40] ^= 1;
                fs::write(&path, bytes).expect("a file");
            }
        }
        unlock(&seat.desk);
        assert!(!lists(&seat, SECRET), "{broken}");
        assert_eq!(closed(&seat), "damaged", "{broken}");
        seat.desk.lock();
    }
}

#[test]
fn a_backup_brings_nothing_back_that_was_held_for_a_time() {
    let mut duty = Duty::open();
    let seat = duty.seat();
    let away = TempDir::new().expect("a folder");
    let file = away.path().join("备份.andu");
    let token = seat.desk.files.choose(&file).token;
    seat.ok("backup_create", json!({ "token": token }));
    let folder = seat.folder.path().join("restored");
    seat.proxy().lead(None);

    let desk = crate::office::desk_in(&folder);
    let token = desk.files.choose(&file).token;
    let restore = json!({ "token": token, "secret": PASSWORD });
    desk.ok("backup_restore", restore.clone());
    unlock(&desk);
    assert!(lists(&desk, OPEN) && !lists(&desk, SECRET));
    assert_eq!(closed(&desk), "damaged");
    desk.lock();
    assert_gone(&folder, &[]);

    // Restoring over a desk that holds leases moves that desk aside, without them.
    let token = seat.desk.files.choose(&file).token;
    seat.ok(
        "backup_restore",
        json!({ "token": token, "secret": PASSWORD }),
    );
    let beside = seat.folder.path().parent().expect("a folder");
    let own = seat
        .folder
        .path()
        .file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    let aside = fs::read_dir(beside)
        .expect("a folder")
        .map(|entry| entry.expect("one").path());
    let aside: Vec<_> = aside
        .filter(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            name.starts_with(&own) && name != own.as_str() && path.is_dir()
        })
        .collect();
    assert!(!aside.is_empty(), "the old profile was moved aside");
    for aside in &aside {
        let keys = leased_files(aside);
        assert!(!keys.iter().any(|name| name.contains(".key")), "{keys:?}");
        let _ = fs::remove_dir_all(aside);
    }
}

#[test]
fn the_security_administrator_says_how_long_and_others_do_not() {
    let mut duty = Duty::open();
    let on = today(duty.office.server(), duty.security);
    let set =
        |days: u32, from: &str| json!({ "agency_id": duty.agency, "days": days, "from_on": from });
    let server = duty.office.server();
    let by = |who, days, from: &str| call(server, who, "lease_term_set", set(days, from));
    assert_eq!(by(duty.system, 1, &on), Err("command.forbidden".into()));
    assert_eq!(by(duty.security, 0, &on), Err("lease.days".into()));
    assert_eq!(by(duty.security, 31, &on), Err("lease.days".into()));
    let yesterday = andu_api::organisation::day_before(&on).expect("a day");
    assert_eq!(
        by(duty.security, 3, &yesterday),
        Err("organisation.not_backwards".into())
    );
    let review = |who| {
        let args =
            json!({ "on": null, "agency_id": null, "department_id": null, "person_id": null });
        call(server, who, "access_review", args).expect("a review")["lease_days"].clone()
    };
    assert_eq!(review(duty.audit), 7, "unless somebody says otherwise");
    by(duty.security, 2, &on).expect("set");
    assert_eq!(review(duty.audit), 2);

    let seat = duty.seat();
    let until = seat.ok("sync_status", json!({}))["leases"][0]["until"].clone();
    let until: jiff::Timestamp = until.as_str().expect("an instant").parse().expect("one");
    let left = until.as_millisecond() - andu_desk::clock::now_ms();
    assert!(left > DAY_MS && left <= 2 * DAY_MS + 3_600_000, "{left}");
    seat.proxy().lead(None);
    seat.desk.lock();
    let_pass(seat.folder.path(), 3 * DAY_MS);
    unlock(&seat.desk);
    assert!(!lists(&seat, SECRET));
}

#[test]
fn whoever_cannot_hold_leases_is_given_no_leased_row_by_any_way() {
    let duty = Duty::open();
    let device = Device::enrol(&duty.office, duty.duty);
    let ask = |leases: bool| {
        let request = PullRequest {
            limit: 1_000,
            leases,
            ..PullRequest::default()
        };
        device.pull(&duty.office, &request)
    };
    let plain = ask(false);
    assert!(!plain.granted.contains(&duty.scope()) && plain.leases.is_empty());
    assert!(
        !serde_json::to_string(&plain)
            .expect("JSON")
            .contains(SECRET)
    );
    assert_eq!(duty.audited(), [], "a lease was entered that nobody has");
    let leased = ask(true);
    assert!(
        serde_json::to_string(&leased)
            .expect("JSON")
            .contains(SECRET)
    );
    let lease = leased.leases.first().expect("a lease");
    assert_eq!(
        (lease.scope.clone(), leased.leases.len()),
        (duty.scope(), 1)
    );
    let days = (lease.until_ms - leased.now_ms) / DAY_MS;
    assert_eq!(days, 7);

    let compare = CompareRequest {
        epoch: leased.epoch.clone(),
        scope: duty.scope(),
        entities: vec!["telephone".into()],
        ranges: vec![andu_sync::RangeDigest {
            from: None,
            to: None,
            digest: andu_sync::Digest::default(),
        }],
    };
    let body = json!(compare);
    let (status, answer) = post(&duty.office, "/sync/compare", &device.token, &body);
    assert_eq!(status, 200, "{answer}");
    let answer: CompareAnswer = serde_json::from_value(answer).expect("an answer");
    assert!(answer.ranges.is_empty(), "{answer:?}");
}

#[test]
fn what_an_older_version_put_into_the_store_is_taken_out_and_comes_back_leased() {
    let mut duty = Duty::open();
    let seat = duty.seat();
    seat.proxy().lead(None);
    seat.desk.lock();
    let folder = seat.folder.path();
    let (store, key) = store(folder);
    let person = duty.office.people[0];
    let telephone = andu_org::Telephone {
        id: andu_base::TelephoneId(uuid::Uuid::now_v7()),
        person_id: person,
        kind: andu_org::TelephoneKind::Mobile,
        number: "13977700088".into(),
        grade: andu_org::TelephoneGrade::Restricted,
    };
    let change = andu_sync::Change {
        seq: 1,
        entity: "telephone".into(),
        row_id: telephone.id.as_text(),
        operation: andu_sync::Operation::Put,
        row: Value::Null,
    };
    let put = store.write(|tx| {
        tx.telephone_put(&telephone)?;
        tx.scope_row_put(&duty.scope(), &change)?;
        tx.cursor_put(&duty.scope(), 1)
    });
    put.expect("a store");
    drop(store);
    let at = |wanted: &str| pages::holding(folder, std::slice::from_ref(&key), wanted.as_bytes());
    assert!(!at(&telephone.number).is_empty());
    unlock(&seat.desk);
    assert!(!lists(&seat, &telephone.number) && lists(&seat, SECRET));
    duty.office.reconnect(&seat);
    seat.sync_until("rest", || {
        seat.open().store.wipe().expect("wiped") && at(&telephone.number).is_empty()
    });
}

#[test]
fn a_desk_that_is_killed_while_a_lease_ends_holds_all_of_it_or_nothing() {
    let mut duty = Duty::open();
    let mut ended = 0;
    for after_ms in [0, 1, 2, 4, 8, 15, 30, 60] {
        let who = newcomer(&mut duty.office, &[Grant::Draft]);
        duty.give(who);
        ended += u32::from(killed(&duty, who, after_ms));
    }
    assert!(ended > 0, "no kill came late enough");
}

/// A desk that dies so many milliseconds after it has the answer that takes the number away. Says whether the
/// lease had ended.
fn killed(duty: &Duty, who: usize, after_ms: u64) -> bool {
    let folder = TempDir::new().expect("a folder");
    let proxy = Proxy::to(Some(duty.office.address()));
    let mut process = Process::start("desk", folder.path());
    let code = duty.office.code(who);
    let args = json!({ "address": proxy.address(), "code": code, "password": PASSWORD });
    process.ok("sync_join", args);
    until("the number", || {
        process.ok("sync_now", json!({}));
        lists(&process, SECRET)
    });
    let killer = process.killer();
    proxy.set(Trap {
        path: "/sync/pull",
        stage: Stage::Passed,
        holding: "\"leases\":[]",
        spring: Box::new(move || {
            std::thread::sleep(std::time::Duration::from_millis(after_ms));
            killer.kill();
        }),
    });
    duty.take(who);
    let _ = process.ask("sync_now", &json!({}));
    until("a killed desk", || proxy.sprung());
    std::thread::sleep(std::time::Duration::from_millis(after_ms + 200));
    proxy.lead(None);
    process.restart();
    process.ok("session_unlock", json!({ "password": PASSWORD }));
    let files = leased_files(folder.path());
    let has_key = files.iter().any(|name| name.ends_with(".key"));
    let has_file = files.iter().any(|name| name.ends_with(".db"));
    assert_eq!(has_key, has_file, "after {after_ms} ms: {files:?}");
    assert_eq!(
        lists(&process, SECRET),
        has_key,
        "after {after_ms} ms: {files:?}"
    );
    proxy.lead(Some(duty.office.address()));
    until("the number gone", || {
        process.ok("sync_now", json!({}));
        !lists(&process, SECRET) && leased_files(folder.path()).is_empty()
    });
    !has_key
}
