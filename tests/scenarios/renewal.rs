//! 重新登记: desks that were put back from a backup, or that the server does not take any more, and go on by a
//! new code; nothing is lost, and nothing is done twice.

use std::path::{Path, PathBuf};

use andu_store::DraftRecord;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    disc::{LEVEL, Site, read_in, submitted},
    editor::{Calls, Editor, given, reading, row, said, write},
    office::{Office, PASSWORD, Seat, roster, until},
    process::Process,
};

const TITLE: &str = "关于做好防汛值班工作的通知";
const OTHER: &str = "关于报送汛期值班表的通知";

/// A server in a process of its own, its people, and a desk of the first of them.
struct Bureau {
    server: Process,
    people: Vec<Value>,
    seat: Seat,
    away: TempDir,
    _folder: TempDir,
}

impl Bureau {
    fn open() -> Self {
        let folder = TempDir::new().expect("a folder");
        let server = Process::start("server-tls", folder.path());
        let people = server.ok("roster", json!(roster()));
        let people = people.as_array().expect("people").clone();
        let seat = Seat::empty(None);
        let code = server.ok("code", people[0].clone());
        seat.ok(
            "sync_join",
            json!({ "address": "", "code": code, "password": PASSWORD }),
        );
        Self {
            server,
            people,
            seat,
            away: TempDir::new().expect("a folder"),
            _folder: folder,
        }
    }

    fn file(&self) -> PathBuf {
        self.away.path().join("备份.andu")
    }

    fn renewal(&self, person: usize) -> Value {
        let code = self.server.ok("code", self.people[person].clone());
        json!({ "address": "", "code": code })
    }

    fn drafts(&self) -> Vec<DraftRecord> {
        let drafts = self.server.ok("drafts", self.people[0].clone());
        serde_json::from_value(drafts).expect("drafts")
    }

    /// Title and paragraphs of a draft as the server has it.
    fn text(&self, id: &str) -> (String, Vec<String>) {
        let document = serde_json::from_value(self.server.ok("text", json!(id)));
        said(&document.expect("a document"))
    }
}

fn needs_code(seat: &Seat) -> bool {
    seat.ok("sync_status", json!({}))["needs_code"] == true
}

#[test]
fn a_desk_put_back_from_a_backup_goes_on_by_a_new_code_with_what_it_had_not_sent() {
    let bureau = Bureau::open();
    let seat = &bureau.seat;
    let id = write(seat, TITLE, &["值班表附后。"]);
    let mut editor = Editor::open(seat, &id);
    seat.ok(
        "draft_update",
        editor.says(TITLE, &["值班表附后。", "在位。"]),
    );
    seat.ok("draft_flush", json!({ "id": id }));
    seat.sync();
    // Without a network: the same opening writes on, another draft is begun and submitted.
    bureau.server.killer().kill();
    let lines = ["值班表附后。", "在位。", "断网时写的。"];
    seat.ok("draft_update", editor.says(TITLE, &lines));
    seat.ok("draft_flush", json!({ "id": id }));
    let other = write(seat, OTHER, &["每日报送。"]);
    seat.ok("draft_submit", json!({ "id": other, "note": "" }));
    until("an attempt that reached nobody", || {
        seat.ok("sync_now", json!({}));
        let status = seat.ok("sync_status", json!({}));
        status["trouble"]
            .as_str()
            .is_some_and(|said| said.contains("连不上"))
    });
    for _ in 0..20 {
        seat.ok("sync_now", json!({}));
        let items = seat.ok("sync_items", json!({}));
        let items = items.as_array().expect("items");
        let sent = items.iter().find(|item| item["state"] == "sent");
        assert!(sent.is_none(), "nobody was there to send it to: {sent:?}");
    }
    seat.back_up(&bureau.file());
    let (waits, device) = (seat.outbox(), seat.open().home.device);
    assert!(waits >= 4, "{waits}");

    // The machine is lost. On a new one:
    let mut bureau = bureau;
    bureau.server.restart();
    let back = Seat::put_back(&bureau.file());
    let status = back.ok("sync_status", json!({}));
    assert_eq!(status["needs_code"], true, "{status}");
    let trouble = status["trouble"].as_str().expect("a sentence");
    assert!(
        trouble.contains("登记已失效") && trouble.contains("新的登记码"),
        "{trouble}"
    );
    assert_eq!(back.outbox(), waits, "what waited is there");
    assert_eq!(reading(&back, &id), given(TITLE, &lines));
    // It can be worked with as it is.
    let third = write(&back, "关于恢复之后的通知", &["照常拟稿。"]);
    for refused in [
        back.refused("join_begin", json!({ "address": "", "code": "" })),
        back.refused("enrolment_renew", bureau.renewal(1)),
    ] {
        assert!(
            matches!(&*refused, "joining.joined" | "enrolment.other_person"),
            "{refused}"
        );
    }
    assert!(needs_code(&back), "somebody else's code changed something");
    back.ok("enrolment_renew", bureau.renewal(0));
    assert_ne!(back.open().home.device, device, "it is another device");
    back.sync();
    assert!(!needs_code(&back));
    assert_eq!(bureau.text(&id), given(TITLE, &lines));
    assert_eq!(
        bureau.text(&third),
        given("关于恢复之后的通知", &["照常拟稿。"])
    );
    assert_eq!(bureau.drafts().len(), 3, "lost or doubled");
    let row = row(&back, &other, false).expect("a row");
    assert_eq!(
        (&row["state"], &row["sync"]),
        (&json!("submitted"), &json!("settled"))
    );
    // Renewed is renewed: another code is not used up.
    let spare = bureau.renewal(0);
    assert_eq!(
        back.refused("enrolment_renew", spare.clone()),
        "enrolment.in_force"
    );
    let newcomer = Seat::empty(None);
    let args = json!({ "address": "", "code": spare["code"], "password": PASSWORD });
    newcomer.ok("sync_join", args);
    // Over a lock as well, and everything is written on.
    back.ok("session_lock", json!({}));
    back.ok("session_unlock", json!({ "password": PASSWORD }));
    let mut editor = Editor::open(&back, &id);
    back.ok("draft_update", editor.says(TITLE, &["重写。"]));
    back.ok("draft_flush", json!({ "id": id }));
    back.sync();
    assert_eq!(bureau.text(&id), given(TITLE, &["重写。"]));
    assert!(bureau.server.ok("audit", json!({})).as_u64().is_some());
}

#[test]
fn an_older_backup_takes_up_what_was_done_after_it_and_the_other_machine_is_told() {
    let bureau = Bureau::open();
    let seat = &bureau.seat;
    let id = write(seat, TITLE, &["第一稿。"]);
    seat.ok("draft_submit", json!({ "id": id, "note": "" }));
    let kept = write(seat, OTHER, &["第一稿。"]);
    // The backup knows of none of it that it was sent.
    seat.back_up(&bureau.file());
    seat.sync();
    seat.ok("draft_withdraw", json!({ "id": id }));
    seat.sync();
    let mut editor = Editor::open(seat, &kept);
    seat.ok("draft_update", editor.says(OTHER, &["第二稿。"]));
    seat.ok("draft_flush", json!({ "id": kept }));
    let later = write(seat, "关于备份之后的通知", &["此件在备份之后。"]);
    seat.sync();
    let audited = bureau.server.ok("audit", json!({}));

    let back = Seat::put_back(&bureau.file());
    back.ok("enrolment_renew", bureau.renewal(0));
    back.sync();
    back.sync_until("what came after the backup", || {
        row(&back, &later, false).is_some()
    });
    assert_eq!(reading(&back, &kept), given(OTHER, &["第二稿。"]));
    let state = row(&back, &id, false).expect("a row")["state"].clone();
    assert_eq!(state, "drafting", "it was withdrawn after the backup");
    assert_eq!(bureau.drafts().len(), 3, "lost or doubled");
    let entries = bureau.server.ok("audit", json!({})).as_u64();
    let more = entries.zip(audited.as_u64()).map(|(now, was)| now - was);
    assert!(
        more.is_some_and(|more| more <= 2),
        "only the end of the former device is new: {more:?}"
    );

    // The former machine was not lost after all: it has a text open, and wrote on in it.
    write(seat, "关于原来电脑的通知", &["没有发出。"]);
    seat.ok(
        "draft_update",
        editor.says(OTHER, &["第二稿。", "原来电脑上写的。"]),
    );
    seat.ok("draft_flush", json!({ "id": kept }));
    seat.sync_until("the word of it", || needs_code(seat));
    let waits = seat.outbox();
    assert!(waits > 0);
    seat.ok("enrolment_renew", bureau.renewal(0));
    seat.sync();
    assert_eq!(bureau.drafts().len(), 4, "what waited there is not lost");
    assert_eq!(
        bureau.text(&kept),
        given(OTHER, &["第二稿。", "原来电脑上写的。"])
    );
    // Both are desks of their person now.
    back.sync_until("what was written there", || {
        reading(&back, &kept).1.len() == 2
    });
    assert!(!needs_code(&back) && !needs_code(seat));
}

#[test]
fn a_server_that_does_not_know_a_desk_any_more_takes_it_by_a_new_code() {
    let mut office = Office::open_with_tls();
    let copy = office.folder.path().with_extension("copy");
    andu_server::back_up(office.server(), &copy).expect("a copy");
    let seat = office.seat_by_code(0);
    let id = write(&seat, TITLE, &["值班表附后。"]);
    seat.ok("draft_submit", json!({ "id": id, "note": "" }));
    seat.sync();
    // The server goes back to before the desk was enrolled.
    office.stop();
    put_back(&copy, office.folder.path());
    office.start();
    seat.sync_until("the word of it", || needs_code(&seat));
    let code = office.whole_code(0);
    seat.ok("enrolment_renew", json!({ "address": "", "code": code }));
    seat.sync();
    until("what the server had lost", || {
        seat.ok("sync_now", json!({}));
        office
            .drafts()
            .iter()
            .any(|draft| draft.id == id && draft.state == andu_store::DraftState::Submitted)
    });
    assert_eq!(office.drafts().len(), 1);
    office.audited();
}

/// Puts a copy in place of a server's folder.
fn put_back(copy: &Path, folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let gone = match path.is_dir() {
            true => std::fs::remove_dir_all(&path),
            false => std::fs::remove_file(&path),
        };
        gone.expect("gone");
    }
    andu_server::restore(copy, folder).expect("a server again");
    std::fs::remove_dir_all(copy).expect("a copy that served");
}

#[test]
fn a_desk_put_back_gives_discs_that_nobody_takes_for_older_ones() {
    let mut site = Site::open();
    let author = site.desk_apart(0, LEVEL);
    let away = TempDir::new().expect("a folder");
    let file = away.path().join("备份.andu");
    let first = submitted(&author, TITLE);
    let (disc, _) = site.given(&author, "1");
    site.take(&disc).expect("let in");
    author.back_up(&file);
    // After the backup two more discs came in, one each way.
    let second = submitted(&author, OTHER);
    let (disc, _) = site.given(&author, "2");
    site.take(&disc).expect("let in");
    let (answer, _) = site.answer(&author, "3").expect("a disc");
    read_in(&author, &answer).expect("let in");

    let back = Seat::put_back(&file);
    // A card or a disc of it would be nobody's.
    let (folder, _) = site.answer(&author, "4").expect("a disc");
    let refused = read_in(&back, &folder).expect_err("a refusal");
    assert_eq!(refused.key, "enrolment.lost");
    site.office.reconnect(&author);
    let renewal = json!({ "address": author.proxy().address(), "code": site.office.code(0) });
    back.ok("enrolment_renew", renewal);
    // The network goes away at once; discs go on.
    author.proxy().lead(None);
    site.introduce(&back, LEVEL);
    let third = submitted(&back, "关于恢复之后的通知");
    let (disc, done) = site.given(&back, "5");
    assert!(done.commands >= 3, "{done:?}");
    let taken = site.take(&disc).expect("let in");
    assert_eq!((taken.already, taken.refused), (false, 0), "{taken:?}");
    let (answer, _) = site.answer(&back, "6").expect("a disc");
    read_in(&back, &answer).expect("let in");
    assert_eq!(back.outbox(), 0, "everything is answered and pulled past");
    for id in [&first, &second, &third] {
        let found = row(&back, id, false).expect("a row");
        assert_eq!(
            (&found["state"], &found["sync"]),
            (&json!("submitted"), &json!("settled"))
        );
    }
    assert_eq!(site.office.drafts().len(), 3, "lost or doubled");
    site.office.audited();
}
