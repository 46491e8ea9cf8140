//! Networks that no wire joins: desks and a server that give each other discs. A folder stands for a disc.

use std::{
    fs,
    path::{Path, PathBuf},
};

use andu_base::PersonId;
use andu_desk::{
    andu_api::{
        ApiError,
        bundle::{
            BundleAcknowledge, BundleExport, BundleExported, BundleImport, BundleImported,
            BundlePeerDeclare,
        },
    },
    bundle as desk,
};
use andu_org::Grant;
use andu_server::{
    BundleOrder, Server, bundle_acknowledge, bundle_card, bundle_export, bundle_import,
};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    editor::{Calls, given, reading, row, rows, write},
    office::{Office, Seat},
    permission::newcomer,
    process::Process,
};

const TITLE: &str = "关于开展农村饮水安全检查的通知";
const BODY: [&str; 2] = ["请各村自查供水设施。", "县水务局将于9月抽查。"];
/// A length that makes many files of little content.
const SHORT: u64 = 4_096;

/// An office whose desks are reached by disc alone.
pub struct Site {
    /// The office.
    pub office: Office,
    carrier: PersonId,
    guards: Vec<PersonId>,
    discs: TempDir,
}

/// How two networks stand to each other.
#[derive(Clone, Copy)]
pub struct Relation {
    desk: &'static str,
    server: &'static str,
    downward: bool,
    window: u32,
}

/// Two offices of one level.
pub const LEVEL: Relation = Relation {
    desk: "office",
    server: "office",
    downward: false,
    window: 8,
};

impl Site {
    /// A site with its office.
    pub fn open() -> Self {
        let mut office = Office::open();
        let carrier = newcomer(&mut office, &[Grant::CarryDiscs]);
        let guards = [0; 2].map(|_| newcomer(&mut office, &[Grant::ApproveDiscs]));
        Self {
            carrier: office.people[carrier],
            guards: guards.map(|guard| office.people[guard]).into(),
            discs: TempDir::new().expect("a folder"),
            office,
        }
    }

    fn server(&self) -> &Server {
        self.office.server()
    }

    /// A desk that joined over the network once, exchanged cards, and has no network any more.
    pub fn desk_apart(&mut self, person: usize, relation: Relation) -> Seat {
        let seat = self.office.seat(person);
        seat.sync();
        self.introduce(&seat, relation);
        seat.proxy().lead(None);
        seat
    }

    /// Exchanges cards.
    pub fn introduce(&self, seat: &Seat, relation: Relation) {
        let path = self.discs.path().join("card.json");
        let card = desk::write_card_to(&seat.open(), &path).expect("a card");
        let declare = |card: String, name: &str, level: &str, own: &str| BundlePeerDeclare {
            card,
            name: name.into(),
            level: level.into(),
            own_level: own.into(),
            downward: relation.downward,
            repeat_window: relation.window,
        };
        let theirs = declare(card.text, &card.id, relation.desk, relation.server);
        self.act(0, "bundle_peer_declare", &json!(theirs))
            .expect("a declared desk");
        let card = bundle_card(self.server()).expect("a card");
        let ours = declare(card.text, "县政府办服务器", relation.server, relation.desk);
        desk::declare(&seat.open(), &ours).expect("a declared server");
    }

    fn act(&self, guard: usize, name: &str, args: &serde_json::Value) -> Result<String, ApiError> {
        let answer = self
            .server()
            .call_as(self.guards[guard], name, args.clone())?;
        Ok(answer["id"].as_str().unwrap_or_default().to_owned())
    }

    fn disc(&self, name: &str) -> PathBuf {
        self.discs.path().join(name)
    }

    /// The desk writes a disc.
    pub fn given(&self, seat: &Seat, name: &str) -> (PathBuf, BundleExported) {
        let folder = self.disc(name);
        let done = self.give(seat, &folder, u64::MAX, false).expect("a disc");
        (folder, done)
    }

    fn give(
        &self,
        seat: &Seat,
        folder: &Path,
        longest: u64,
        restart: bool,
    ) -> Result<BundleExported, ApiError> {
        let args = BundleExport {
            to: "县政府办服务器".into(),
            token: String::new(),
            medium: "望府盘0001".into(),
            restart,
        };
        desk::export_to(&seat.open(), &args, folder, longest)
    }

    /// The server reads discs in.
    pub fn take(&self, folder: &Path) -> Result<BundleImported, ApiError> {
        self.take_checked(folder, "")
    }

    fn take_checked(&self, folder: &Path, check: &str) -> Result<BundleImported, ApiError> {
        let given = ("望府盘0001", check);
        let all = bundle_import(self.server(), self.carrier, &[folder.to_owned()], given)?;
        Ok(all.into_iter().next().expect("one disc, one answer"))
    }

    /// The server writes a disc for a desk.
    pub fn answer(&self, seat: &Seat, name: &str) -> Result<(PathBuf, BundleExported), ApiError> {
        self.answer_for(seat, name, None)
    }

    fn answer_for(
        &self,
        seat: &Seat,
        name: &str,
        request: Option<&str>,
    ) -> Result<(PathBuf, BundleExported), ApiError> {
        let folder = self.disc(name);
        let order = BundleOrder {
            to: &seat.open().home.device.as_text(),
            folder: &folder,
            medium: "望府盘0002",
            request,
            longest_chunk: 0,
            restart: false,
        };
        let done = bundle_export(self.server(), self.carrier, &order)?;
        Ok((folder, done))
    }
}

/// The desk reads a disc in.
pub fn read_in(seat: &Seat, folder: &Path) -> Result<BundleImported, ApiError> {
    let args = BundleImport {
        token: String::new(),
        medium: "望府盘0002".into(),
        check: String::new(),
        approved_by: String::new(),
        form: String::new(),
    };
    desk::import_from(&seat.open(), &args, folder)
}

fn key<T: std::fmt::Debug>(answer: Result<T, ApiError>) -> String {
    answer.expect_err("a refusal").key
}

/// Everything in a folder, elsewhere.
fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        if entry.path().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
        }
    }
}

/// What the server holds that a disc may change: outcomes, drafts, texts, and the register.
fn held(office: &Office) -> (Vec<String>, usize, usize) {
    let drafts = office
        .drafts()
        .iter()
        .map(|draft| format!("{draft:?}"))
        .collect();
    let entries = office.audit_details();
    let done = entries
        .iter()
        .filter(|(action, _)| !action.starts_with("refused "))
        .count();
    let read = office.read(|reader| reader.bundles_read_in(1_000)).len();
    (drafts, done, read)
}

/// Writes and submits.
pub fn submitted(seat: &Seat, title: &str) -> String {
    let id = write(seat, title, &BODY);
    seat.ok("draft_submit", json!({ "id": id, "note": "" }));
    id
}

#[test]
fn a_desk_without_a_network_gives_and_receives_by_disc() {
    let mut site = Site::open();
    let colleague = site.office.seat(1);
    let author = site.desk_apart(0, LEVEL);
    let id = submitted(&author, TITLE);
    let (disc, done) = site.given(&author, "1");
    assert!(done.commands >= 3, "begun, written, submitted: {done:?}");
    assert_eq!(row(&author, &id, false).expect("a row")["sync"], "waiting");

    let first = site.take(&disc).expect("a disc that is let in");
    assert_eq!((first.already, first.refused), (false, 0), "{first:?}");
    assert_eq!(first.applied, done.commands);
    colleague.sync_until("the draft", || row(&colleague, &id, true).is_some());
    assert_eq!(reading(&colleague, &id), given(TITLE, &BODY));

    let before = held(&site.office);
    let again = site.take(&disc).expect("an answer");
    assert!(again.already, "{again:?}");
    assert_eq!(again.entry.receipt, first.entry.receipt);
    assert_eq!(
        held(&site.office),
        before,
        "the second import changed something"
    );

    let theirs = submitted(&colleague, "关于报送汛期值班表的通知");
    colleague.sync();
    let (back, sent) = site.answer(&author, "2").expect("a disc");
    assert!(sent.outcomes >= 3 && sent.rows > 0, "{sent:?}");
    let got = read_in(&author, &back).expect("a disc that is let in");
    assert!(got.answered >= 3 && got.rows > 0, "{got:?}");
    assert_eq!(author.outbox(), 0, "everything is answered and pulled past");
    let settled = row(&author, &id, false).expect("a row");
    assert_eq!(
        (&settled["state"], &settled["sync"]),
        (&json!("submitted"), &json!("settled"))
    );
    assert_eq!(reading(&author, &theirs).0, "关于报送汛期值班表的通知");
    assert!(read_in(&author, &back).expect("an answer").already);
    assert_eq!(rows(&author, None, true).len(), 1, "it came once");

    // The next disc says what was imported; nothing goes a second time.
    let (third, done) = site.given(&author, "3");
    assert_eq!((done.commands, done.covers_from), (0, 2));
    site.take(&third).expect("a disc that is let in");
    let (_, sent) = site.answer(&author, "4").expect("a disc");
    assert_eq!((sent.outcomes, sent.rows), (0, 0), "{sent:?}");
    site.office.audited();
    // And when a network comes after all, both go on as if nothing had been.
    site.office.reconnect(&author);
    let later = submitted(&author, "关于更正值班电话的通知");
    author.sync();
    assert_eq!(
        row(&author, &later, false).expect("a row")["sync"],
        "settled"
    );
    assert_eq!(site.office.drafts().len(), 3);
}

#[test]
fn what_was_split_in_many_files_comes_whole_or_not_at_all() {
    let mut site = Site::open();
    let author = site.desk_apart(0, LEVEL);
    let ids: Vec<String> = (0..12)
        .map(|n| submitted(&author, &format!("第{n}号通知")))
        .collect();
    let disc = site.disc("split");
    let done = site.give(&author, &disc, SHORT, false).expect("a disc");
    assert!(done.files > 5, "{} files", done.files);
    let before = held(&site.office);
    let broken = site.disc("broken");
    let part = |at: u32| format!("andu-{at:04}.bin");
    let bent = |change: &dyn Fn(&Path), expected: &str| {
        let _ = fs::remove_dir_all(&broken);
        copied(&disc, &broken);
        change(&broken);
        assert_eq!(key(site.take(&broken)), expected);
        assert_eq!(
            held(&site.office),
            before,
            "{expected}: something of it was kept"
        );
    };
    bent(
        &|at| fs::remove_file(at.join(part(3))).expect("gone"),
        "bundle.file_missing",
    );
    bent(
        &|at| {
            let file = fs::File::options()
                .write(true)
                .open(at.join(part(2)))
                .expect("a file");
            file.set_len(SHORT / 2).expect("cut");
        },
        "bundle.file_cut",
    );
    bent(
        &|at| {
            fs::rename(at.join(part(1)), at.join("x")).expect("moved");
            fs::rename(at.join(part(2)), at.join(part(1))).expect("moved");
            fs::rename(at.join("x"), at.join(part(2))).expect("moved");
        },
        "bundle.file_altered",
    );
    bent(
        &|at| fs::remove_file(at.join("andu-bundle.json")).expect("gone"),
        "bundle.no_manifest",
    );
    bent(
        &|at| fs::write(at.join("andu-bundle.json"), vec![b'{'; 2 << 20]).expect("written"),
        "bundle.not_a_bundle",
    );
    assert_eq!(
        site.take(&disc).expect("the whole one").applied,
        done.commands
    );
    assert_eq!(site.office.drafts().len(), ids.len());
}

#[test]
fn a_disc_altered_in_any_byte_is_refused_and_leaves_nothing() {
    let mut site = Site::open();
    let author = site.desk_apart(0, LEVEL);
    submitted(&author, TITLE);
    let disc = site.disc("whole");
    site.give(&author, &disc, SHORT, false).expect("a disc");
    let before = held(&site.office);
    let mut dice = 7_u64;
    for entry in fs::read_dir(&disc).expect("a folder") {
        let path = entry.expect("an entry").path();
        let whole = fs::read(&path).expect("a file");
        // Every byte near the ends, where lengths, keys and tags are, and some of all others.
        let ends = (0..24).chain(whole.len().saturating_sub(24)..whole.len());
        let amid = (0..60).map(|_| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(dice >> 33).expect("31 bits") % whole.len()
        });
        for at in ends.chain(amid).filter(|at| *at < whole.len()) {
            let mut bent = whole.clone();
            bent[at] ^= 1 << (at % 8);
            fs::write(&path, &bent).expect("written");
            let key = key(site.take(&disc));
            let known = [
                "altered",
                "not_a_bundle",
                "newer",
                "for_somebody",
                "unknown_sender",
            ];
            assert!(
                known.iter().any(|part| key.contains(part)),
                "byte {at}: {key}"
            );
        }
        fs::write(&path, &whole).expect("written");
    }
    assert_eq!(held(&site.office), before, "something of it was kept");
    assert!(!site.take(&disc).expect("the true one").already);
}

#[test]
fn a_disc_for_somebody_else_from_a_stranger_or_from_before_is_told_so() {
    let mut site = Site::open();
    let (author, other) = (site.desk_apart(0, LEVEL), site.desk_apart(2, LEVEL));
    submitted(&author, TITLE);
    let (first, _) = site.given(&author, "1");
    // The server's answer to one desk, given to another.
    site.take(&first).expect("let in");
    let (back, _) = site.answer(&author, "back").expect("a disc");
    assert_eq!(key(read_in(&other, &back)), "bundle.for_somebody_else");
    // What is for the server, given to a desk.
    assert_eq!(key(read_in(&other, &first)), "bundle.for_somebody_else");
    // A chain that was given up: its discs are older than what was imported.
    submitted(&author, "第二件");
    let (second, _) = site.given(&author, "2");
    let anew = site.disc("anew");
    let done = site.give(&author, &anew, u64::MAX, true).expect("a disc");
    assert_eq!((done.entry.seq, done.covers_from), (1, 1));
    assert_eq!(site.take(&anew).expect("a new chain").refused, 0);
    assert_eq!(key(site.take(&second)), "bundle.older");
    assert!(site.take(&first).expect("an answer").already);
    assert_eq!(site.office.drafts().len(), 2);
    // A desk with which the exchange was ended, and one whose use was ended.
    let id = author.open().home.device.as_text();
    let (third, _) = site.given(&author, "3");
    andu_server::revoke(site.server(), &id, "遗失").expect("revoked");
    assert_eq!(key(site.take(&third)), "bundle.device_revoked");
    assert_eq!(key(site.answer(&author, "none")), "bundle.device_revoked");
    site.act(0, "bundle_peer_end", &json!({ "id": id }))
        .expect("ended");
    assert_eq!(key(site.take(&third)), "bundle.unknown_sender");
    assert!(!site.disc("none").join("andu-bundle.json").exists());
    // Whoever may not carry discs is not let near them.
    let nobody = site.office.people[0];
    let refused = bundle_import(site.server(), nobody, &[third], ("", ""));
    assert_eq!(key(refused), "command.forbidden");
}

#[test]
fn a_disc_from_before_a_new_beginning_shuts_nothing_out_that_follows() {
    let mut site = Site::open();
    let author = site.desk_apart(0, LEVEL);
    submitted(&author, TITLE);
    // The first disc is under way for long; meanwhile the desk begins anew.
    let (late, _) = site.given(&author, "late");
    let anew = site.disc("anew");
    site.give(&author, &anew, u64::MAX, true).expect("a disc");
    site.take(&anew).expect("a new chain");
    assert_eq!(key(site.take(&late)), "bundle.older");
    submitted(&author, "第二件");
    let (next, _) = site.given(&author, "next");
    assert_eq!(site.take(&next).expect("let in").entry.seq, 2);
    assert_eq!(site.office.drafts().len(), 2, "each once");
}

#[test]
fn a_server_put_back_from_a_copy_begins_its_discs_anew_and_is_told_what_it_lost() {
    let mut site = Site::open();
    let author = site.desk_apart(0, LEVEL);
    let round = |site: &Site, name: &str, restart: bool| {
        let folder = site.disc(name);
        let given = site.give(&author, &folder, u64::MAX, restart);
        given.expect("a disc");
        let taken = site.take(&folder).map_err(|refused| refused.key);
        let (back, _) = site
            .answer(&author, &format!("{name} back"))
            .expect("a disc");
        read_in(&author, &back).expect("let in");
        taken
    };
    submitted(&author, TITLE);
    round(&site, "1", false).expect("let in");
    let copy = site.disc("copy");
    andu_server::back_up(site.server(), &copy).expect("a copy");
    for name in ["2", "3"] {
        submitted(&author, name);
        round(&site, name, false).expect("let in");
    }
    assert_eq!((author.outbox(), site.office.drafts().len()), (0, 3));
    site.office.stop();
    let folder = site.office.folder.path().to_owned();
    fs::remove_dir_all(&folder).expect("a lost server");
    andu_server::restore(&copy, &folder).expect("put back");
    site.office.start();
    assert_eq!(site.office.drafts().len(), 1);
    submitted(&author, "4");
    // Its discs do not go on where the copy was; the desk's do, and the server misses some.
    let gap = round(&site, "4", false);
    assert_eq!(gap.err().as_deref(), Some("bundle.gap"));
    for name in ["5", "6", "7"] {
        round(&site, name, name == "5").expect("let in");
    }
    assert_eq!((author.outbox(), site.office.drafts().len()), (0, 4));
}

#[test]
fn lost_discs_do_no_harm_and_a_gap_waits() {
    let mut site = Site::open();
    let narrow = Relation { window: 2, ..LEVEL };
    let author = site.desk_apart(0, narrow);
    let mut discs = Vec::new();
    for n in 1..=6 {
        submitted(&author, &format!("第{n}件"));
        discs.push(site.given(&author, &n.to_string()).0);
    }
    site.take(&discs[0]).expect("the first");
    // The second never comes; the third carries it too, and the second found later changes nothing.
    let third = site.take(&discs[2]).expect("the third");
    assert_eq!(third.lost, [2]);
    assert_eq!(site.office.drafts().len(), 3);
    assert!(site.take(&discs[1]).expect("found again").already);
    // 4 and 5 are lost: 6 carries both. Without 4, 5 and the window of 6 a gap waits.
    for n in 7..=9 {
        submitted(&author, &format!("第{n}件"));
        discs.push(site.given(&author, &n.to_string()).0);
    }
    let gap = site.take(&discs[8]).expect_err("a gap");
    assert_eq!(
        (gap.key.as_str(), gap.fields["seq"].as_str()),
        ("bundle.gap", "4")
    );
    assert!(gap.sentence.contains("请先导入第 4 盘"), "{}", gap.sentence);
    // Given all at once and in any order, they are read in in theirs.
    let rest = [8, 5, 7, 6].map(|at| discs[at].clone());
    let all = bundle_import(site.server(), site.carrier, &rest, ("", "")).expect("all of them");
    let seqs: Vec<u64> = all.iter().map(|done| done.entry.seq).collect();
    assert_eq!(seqs, [6, 7, 8, 9]);
    assert_eq!(site.office.drafts().len(), 9, "each once");
    // The answer brings every outcome, though five discs carried some twice.
    let (back, _) = site.answer(&author, "back").expect("a disc");
    read_in(&author, &back).expect("let in");
    assert_eq!(author.outbox(), 0);
}

#[test]
fn upward_somebody_checks_and_approves_and_downward_two_people_do() {
    let mut site = Site::open();
    let low = Relation {
        desk: "extranet",
        server: "office",
        downward: false,
        window: 1,
    };
    let author = site.desk_apart(0, low);
    let id = submitted(&author, TITLE);
    let (disc, done) = site.given(&author, "1");
    assert_eq!(done.entry.crossing, "upward");
    // Without the check at the transfer machine, without an approval: nothing.
    assert_eq!(key(site.take(&disc)), "bundle.check_needed");
    let wrong = site.take_checked(&disc, "0000-0000");
    assert_eq!(
        key(wrong),
        "bundle.check_differs",
        "a wrong one is no missing one"
    );
    let report = desk::check_at(&disc, None).expect("a report");
    assert!(report.whole && report.files.len() == 1 && report.signed.is_none());
    assert_eq!(
        key(site.take_checked(&disc, &report.code)),
        "bundle.import_approval"
    );
    let other = bundle_import(
        site.server(),
        site.carrier,
        std::slice::from_ref(&disc),
        ("望府盘0009", &report.code),
    );
    assert_eq!(key(other), "bundle.other_medium");
    let approve = json!({ "id": report.hash, "direction": "import" });
    let by_carrier = site
        .server()
        .call_as(site.carrier, "bundle_approve", approve.clone());
    assert_eq!(key(by_carrier), "command.forbidden");
    site.act(0, "bundle_approve", &approve).expect("approved");
    let got = site.take_checked(&disc, &report.code).expect("let in");
    assert_eq!(
        got.entry.approved_by, "贺知秋",
        "the register says who let it in"
    );

    // Down: off by default.
    assert_eq!(key(site.answer(&author, "down")), "bundle.downward_off");
    let allowed = Relation {
        downward: true,
        ..low
    };
    site.introduce(&author, allowed);
    assert_eq!(
        key(site.answer(&author, "down")),
        "bundle.approvals_missing"
    );
    let to = author.open().home.device.as_text();
    let wish = json!({ "id": "", "to": to, "reason": "回送办理结果" });
    let asked = site
        .server()
        .call_as(site.carrier, "bundle_export_ask", wish)
        .expect("asked");
    let wish = asked["id"].as_str().expect("an id").to_owned();
    let approve = json!({ "id": wish, "direction": "export" });
    site.act(0, "bundle_approve", &approve).expect("one");
    assert_eq!(
        key(site.act(0, "bundle_approve", &approve)),
        "bundle.approved_before"
    );
    let alone = site.answer_for(&author, "down", Some(&wish));
    assert_eq!(key(alone), "bundle.approvals_missing");
    site.act(1, "bundle_approve", &approve).expect("two");
    let (down, sent) = site
        .answer_for(&author, "down", Some(&wish))
        .expect("a disc");
    assert_eq!(sent.entry.crossing, "downward");
    let manifest = fs::read_to_string(down.join("andu-bundle.json")).expect("a manifest");
    assert!(
        manifest.contains("\"received\":null"),
        "downward nothing acknowledges by itself"
    );
    assert_eq!(
        key(site.answer_for(&author, "twice", Some(&wish))),
        "bundle.approvals_missing",
        "a wish is good for one disc"
    );
    let got = read_in(&author, &down).expect("let in");
    assert_eq!(row(&author, &id, false).expect("a row")["sync"], "settled");
    // At most a code that somebody reads out and types.
    let mut wrong = got.entry.receipt.clone().into_bytes();
    wrong.swap(0, 18);
    let wrong = String::from_utf8(wrong).expect("digits");
    if wrong != got.entry.receipt {
        assert_eq!(
            key(bundle_acknowledge(site.server(), site.carrier, &wrong)),
            "bundle.receipt_mistyped"
        );
    }
    let typed = got.entry.receipt.to_lowercase().replace('-', " ");
    let known = bundle_acknowledge(site.server(), site.carrier, &typed).expect("a code");
    assert_eq!(known.seq, sent.entry.seq);
    site.office.audited();
}

#[test]
fn one_way_alone_commands_go_with_as_many_discs_as_the_window_says() {
    let mut site = Site::open();
    let one_way = Relation {
        desk: "extranet",
        server: "office",
        downward: false,
        window: 2,
    };
    let author = site.desk_apart(0, one_way);
    submitted(&author, TITLE);
    let counts: Vec<u64> = (1..=4)
        .map(|n| site.given(&author, &n.to_string()).1.commands)
        .collect();
    assert_eq!(
        counts[..3],
        [counts[0]; 3],
        "repeated while the window is open"
    );
    assert_eq!(counts[3], 0, "and not for ever");
    assert!(
        author.outbox() > 0,
        "without an answer nothing leaves the outbox"
    );
    // A code that was read out ends the repeating at once.
    submitted(&author, "第二件");
    let (disc, fifth) = site.given(&author, "5");
    assert!(fifth.commands > 0);
    let code = desk::check_at(&disc, None).expect("a report").code;
    let hash = fifth.entry.hash.clone();
    site.act(
        1,
        "bundle_approve",
        &json!({ "id": hash, "direction": "import" }),
    )
    .expect("approved");
    // 1 to 4 never came: the window of two does not reach back so far.
    assert_eq!(key(site.take_checked(&disc, &code)), "bundle.gap");
    let first = site.disc("1");
    let looked = desk::check_at(&first, None).expect("a report");
    site.act(
        1,
        "bundle_approve",
        &json!({ "id": looked.hash, "direction": "import" }),
    )
    .expect("approved");
    let got = site.take_checked(&first, &looked.code).expect("the first");
    let args = BundleAcknowledge {
        code: got.entry.receipt,
    };
    assert_eq!(
        desk::acknowledge(&author.open(), &args)
            .expect("a code")
            .seq,
        1
    );
    let (_, sixth) = site.given(&author, "6");
    assert_eq!(
        sixth.commands, fifth.commands,
        "only what is not known to have come"
    );
}

#[test]
fn what_was_taken_away_does_not_come_back_by_an_older_disc() {
    let mut site = Site::open();
    let colleague = site.office.seat(1);
    let reader = site.desk_apart(0, LEVEL);
    let seen = submitted(&colleague, TITLE);
    colleague.sync();
    let (first, _) = site.answer(&reader, "1").expect("a disc");
    read_in(&reader, &first).expect("let in");
    assert!(row(&reader, &seen, true).is_some());
    let (older, _) = site.answer(&reader, "2").expect("a disc");
    // The colleague takes it back: the department does not see it any more.
    colleague.ok("draft_withdraw", json!({ "id": seen }));
    colleague.sync();
    let (newer, _) = site.answer(&reader, "3").expect("a disc");
    assert_eq!(read_in(&reader, &newer).expect("let in").lost, [2]);
    assert!(row(&reader, &seen, true).is_none(), "taken away");
    assert!(read_in(&reader, &older).expect("an answer").already);
    assert!(
        row(&reader, &seen, true).is_none(),
        "it came back by an older disc"
    );
}

#[test]
fn an_import_that_is_killed_at_any_moment_happened_or_did_not() {
    let mut site = Site::open();
    let author = site.desk_apart(0, LEVEL);
    for n in 0..40 {
        submitted(&author, &format!("第{n}件"));
    }
    let (disc, _) = site.given(&author, "1");
    let carrier = site.carrier.as_text();
    site.office.stop();
    let decided = |folder: &Path| {
        let server = Server::open(folder).expect("a server");
        let (read, details) = server
            .store()
            .read(|reader| -> andu_store::Result<_> {
                let entries = reader.audit_entries(0, 10_000)?;
                Ok((reader.bundles_read_in(10)?.len(), entries))
            })
            .expect("a readable store");
        let acts = details
            .iter()
            .filter(|entry| entry.action.starts_with("draft_"))
            .count();
        server
            .store()
            .read(|reader| reader.audit_verify())
            .expect("an unbroken chain");
        (read, acts)
    };
    let ask = json!({ "operator": carrier, "folder": disc });
    let (mut before, mut after, mut moment) = (0, 0, 0);
    // Later and later, until it was done before it was killed.
    while after < 2 {
        moment = moment * 7 / 4 + 5;
        assert!(moment < 60_000, "an import that never ends");
        let folder = TempDir::new().expect("a folder");
        copied(site.office.folder.path(), folder.path());
        let mut process = Process::start("server", folder.path());
        process.kill_amid("bundle_import", &ask, moment);
        let (read, acts) = decided(folder.path());
        match read {
            0 => {
                before += 1;
                assert_eq!(
                    acts, 0,
                    "moment {moment}: acts of a disc that was not read in"
                );
            }
            _ => after += 1,
        }
        process.restart();
        let again = process.ok("bundle_import", ask.clone());
        assert_eq!(again[0]["already"], read == 1, "moment {moment}");
        drop(process);
        let whole = decided(folder.path());
        assert_eq!(whole.0, 1);
        assert!(
            whole.1 >= 80,
            "moment {moment}: begun and submitted forty times: {}",
            whole.1
        );
        assert_eq!(
            Server::open(folder.path())
                .expect("a server")
                .store()
                .read(|reader| { reader.device(author.open().home.device) })
                .expect("a store")
                .expect("a device")
                .last_seq,
            author
                .open()
                .store
                .read(|reader| reader.own_seq())
                .expect("a store"),
            "every number counted once"
        );
    }
    assert!(before > 3, "killed only {before} times before it was done");
}
