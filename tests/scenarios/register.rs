//! An old register and its scans come in, and go out again without a trace.

use std::{fs, path::Path};

use andu_base::Date;
use andu_office::{Limits, register};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    editor::{Calls, rows, write_sheet},
    office::{Office, Seat},
};

fn document(title: &str, number: &str, sender: &str, scan: &[u8]) -> Value {
    json!({
        "title": title, "number": number, "date": "2019-03-05", "recipients": "各乡镇、县直各单位",
        "sender": sender, "note": "",
        "files": [{ "name": format!("{number}.pdf"), "bytes": STANDARD.encode(scan) }],
    })
}

fn import() -> Value {
    json!({ "import_id": "0192", "documents": [
        document("关于防汛工作的通知", "望水〔2019〕7号", "", b"%PDF-1.4 seven"),
        document("关于抗旱工作的通知", "望水〔2019〕8号", "", b"%PDF-1.4 eight"),
        document("关于报送统计表的通知", "青水〔2019〕7号", "青河市水务局", b"%PDF-1.4 city"),
    ] })
}

#[test]
fn a_register_becomes_closed_documents_once_and_can_be_taken_back() {
    let (seat, _) = Seat::alone();
    let done = seat.ok("register_enter", import());
    assert_eq!(done["entered"], 3);
    let again = seat.ok("register_enter", import());
    assert_eq!(again["entered"], 0, "the same import twice");
    let closed = rows(&seat, Some("closed"), false);
    assert_eq!(closed.len(), 3);
    let first = closed.iter().find(|row| row["number"] == "望水〔2019〕7号");
    let first = first.expect("a document");
    let opened = seat.ok("draft_open", json!({ "id": first["id"] }));
    let original = &opened["originals"][0];
    assert_eq!(original["name"], "望水〔2019〕7号.pdf");
    let out = seat.folder.path().join("out.pdf");
    let token = seat.desk.files.choose(&out).token;
    let args = json!({ "draft_id": first["id"], "file_id": original["id"], "token": token });
    seat.ok("original_write", args);
    assert_eq!(fs::read(&out).expect("a file"), b"%PDF-1.4 seven");
    let found = seat.ok(
        "find_text",
        json!({ "text": "防汛", "document_type": null, "from": null, "to": null,
            "versions": false, "offset": 0, "limit": 20 }),
    );
    assert_eq!(found["total"], 1);

    // Its own numbers are taken; those of others are theirs.
    let other = json!({ "import_id": "0193", "documents": [
        document("关于汛期值班的通知", "望水〔2019〕9号", "", b"%PDF-1.4"),
        document("关于别的事的通知", "望水〔2019〕7号", "", b"%PDF-1.4"),
    ] });
    assert_eq!(seat.refused("register_enter", other), "number.taken");
    assert_eq!(
        rows(&seat, Some("closed"), false).len(),
        3,
        "half an import"
    );

    let undone = seat.ok("register_undo", json!({ "import_id": "0192" }));
    assert_eq!((&undone["gone"], &undone["kept"]), (&json!(3), &json!(0)));
    assert!(rows(&seat, Some("closed"), false).is_empty());
    let gone = seat.refused("register_undo", json!({ "import_id": "0192" }));
    assert_eq!(gone, "register.not_there");
    let done = seat.ok("register_enter", import());
    assert_eq!(done["entered"], 3, "its numbers were given up");
}

#[test]
fn what_is_entered_at_the_server_reaches_the_keepers_desk_and_leaves_it() {
    let mut office = Office::open();
    let keeper = office.seat(0);
    let call = |name: &str, args: Value| office.server().call_as(office.people[0], name, args);
    call("register_enter", import()).expect("entered");
    keeper.sync_until("the register", || {
        rows(&keeper, Some("closed"), false).len() == 3
    });
    call("register_undo", json!({ "import_id": "0192" })).expect("undone");
    keeper.sync_until("its end", || {
        office.drafts().is_empty() && keeper.ok("draft_counts", json!({}))["received"] == 0
    });
    office.audited();
}

fn look(seat: &Seat, path: &Path) -> Value {
    let args = json!({ "file": seat.chosen(path), "originals": "" });
    seat.ok("register_look", args)
}

fn enter(seat: &Seat, understood: &Value) -> Value {
    let args = json!({
        "file": understood["file"], "originals": understood["originals"], "hash": understood["hash"],
    });
    seat.ok("register_import", args)
}

const HEADS: [&str; 6] = [
    "序号",
    "发文字号",
    "文件标题",
    "发文日期",
    "来文机关",
    "经办人",
];

#[test]
fn a_sheet_is_told_before_it_is_entered_and_no_document_comes_in_twice() {
    let mut office = Office::open();
    let keeper = office.seat(0);
    let path = keeper.folder.path().join("登记簿.xlsx");
    let rows: [&[&str]; 6] = [
        &[
            "1",
            "望水〔2019〕7号",
            "关于防汛工作的通知",
            "2019-3-5",
            "",
            "何",
        ],
        &[
            "2",
            "望水[2019]8号",
            "关于抗旱工作的通知",
            "2019年4月5日",
            "",
            "",
        ],
        &[
            "3",
            "青水〔2019〕7号",
            "关于报送统计表的通知",
            "",
            "青河市水务局",
            "",
        ],
        &["4", "没有文号", "关于会议的通知", "", "", ""],
        &["5", "望水〔2019〕9号", "关于节水的通知", "春天", "", ""],
        &["6", "望水〔2019〕10号", "", "", "", ""],
    ];
    write_sheet(&path, &HEADS, &rows);
    let scans = keeper.folder.path().join("原件");
    fs::create_dir(&scans).expect("a folder");
    fs::write(scans.join("望水2019-8 抗旱.pdf"), b"%PDF-1.4 eight").expect("a scan");
    fs::write(scans.join("合影.pdf"), b"%PDF-1.4").expect("a scan");
    let first = look(&keeper, &path);
    let args = json!({ "file": first["file"], "originals": keeper.chosen(&scans) });
    let told = keeper.ok("register_look", args);
    let counts = ["outgoing", "incoming", "with_files"].map(|name| told[name].clone());
    assert_eq!(counts, [json!(2), json!(1), json!(1)], "{told}");
    let fields = told["columns"].as_array().expect("columns").iter();
    let fields: Vec<_> = fields.map(|one| one["field"].clone()).collect();
    assert_eq!(fields, ["", "number", "title", "date", "sender", ""]);
    let lines = told["problems"].as_array().expect("problems").iter();
    let lines: Vec<_> = lines.map(|one| one["line"].clone()).collect();
    assert_eq!(
        lines,
        [5, 6, 7],
        "the rows as they are counted in the sheet"
    );
    assert!(
        told["problems"][1]["why"]
            .as_str()
            .is_some_and(|why| why.contains("日期"))
    );
    assert_eq!(told["files_left"], json!(["合影.pdf"]));
    assert!(office.drafts().is_empty(), "looking enters nothing");

    let done = enter(&keeper, &told);
    assert_eq!(
        (&done["entered"], &done["left_out"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(done["trouble"], "");
    keeper.sync_until("the documents", || rows_of(&keeper) == 3);
    let listed = keeper.ok("register_imports", json!({}));
    assert_eq!(
        (&listed[0]["import_id"], &listed[0]["documents"]),
        (&done["import_id"], &json!(3))
    );

    // The same register again, under another import: nothing is left to enter, and it says why.
    let again = look(&keeper, &path);
    assert_eq!(
        (&again["outgoing"], &again["incoming"]),
        (&json!(0), &json!(0))
    );
    let why = again["problems"][0]["why"].as_str().expect("a sentence");
    assert!(why.contains("已在登记簿中"), "{why}");

    // What is entered is what was looked at.
    write_sheet(
        &path,
        &HEADS,
        &[&["1", "望水〔2019〕11号", "关于测量的通知", "", "", ""]],
    );
    let fresh = look(&keeper, &path);
    write_sheet(
        &path,
        &HEADS,
        &[&["1", "望水〔2019〕12号", "关于测量的通知", "", "", ""]],
    );
    let args = json!({ "file": fresh["file"], "originals": "", "hash": fresh["hash"] });
    assert_eq!(keeper.refused("register_import", args), "register.changed");

    keeper.ok("register_undo", json!({ "import_id": done["import_id"] }));
    keeper.sync_until("its end", || rows_of(&keeper) == 0);

    // Without the server nobody knows what is there already.
    office.stop();
    let args = json!({ "file": keeper.chosen(&path), "originals": "" });
    assert_eq!(keeper.refused("register_look", args), "register.offline");
}

fn rows_of(seat: &Seat) -> usize {
    rows(seat, Some("closed"), false).len()
}

#[test]
fn what_is_no_register_is_refused_in_words_and_enters_nothing() {
    let (seat, _) = Seat::alone();
    let path = seat.folder.path().join("登记簿.xlsx");
    write_sheet(&path, &["序号", "经办人"], &[&["1", "何"]]);
    let refused = |bytes: &[u8]| {
        fs::write(&path, bytes).expect("a file");
        let args = json!({ "file": seat.chosen(&path), "originals": "" });
        let error = seat
            .desk
            .call("register_look", args)
            .expect_err("no register");
        assert!(!error.sentence.is_empty());
        error.key
    };
    let whole = fs::read(&path).expect("a sheet");
    for part in [0, 1, 30, whole.len() / 2, whole.len() - 1] {
        let key = refused(&whole[..part]);
        assert!(key.starts_with("office."), "{part}: {key}");
    }
    for at in (0..whole.len()).step_by(whole.len() / 40 + 1) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x5a;
        let key = refused(&bytes);
        assert!(key.starts_with("office."), "{at}: {key}");
    }
    assert!(
        refused(&whole).contains("column"),
        "without a column of numbers"
    );
    assert_eq!(rows_of(&seat), 0);
}

#[test]
fn the_register_of_a_series_is_written_and_read_back() {
    let (seat, _) = Seat::alone();
    seat.ok("register_enter", import());
    let series = json!({ "code": "望水", "period": 2019 });
    let write = |name: &str| {
        let path = seat.folder.path().join(name);
        let args = json!({ "series": series, "token": seat.chosen(&path) });
        seat.ok("number_register_write", args);
        path
    };
    let pdf = fs::read(write("登记簿.pdf")).expect("pages");
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 5_000);
    let sheet = fs::read(write("登记簿.xlsx")).expect("a sheet");
    let read = register::read(&sheet, &Limits::default()).expect("a register");
    let lines = read.lines.iter();
    let lines: Vec<_> = lines
        .map(|one| (&*one.number, &*one.title, &*one.date, &*one.recipients))
        .collect();
    let day = "2019年3月5日";
    assert_eq!(
        lines,
        [
            (
                "望水〔2019〕7号",
                "关于防汛工作的通知",
                day,
                "各乡镇，县直各单位"
            ),
            (
                "望水〔2019〕8号",
                "关于抗旱工作的通知",
                day,
                "各乡镇，县直各单位"
            ),
        ],
        "by serial, in the columns that an old register is read by"
    );
    let (matches, _) = register::matched(read.lines, &[]);
    assert!(
        matches
            .iter()
            .all(|one| one.date == Some(Date::constant(2019, 3, 5)))
    );
    let nobody = json!({ "series": { "code": "青水", "period": 2019 }, "token": "" });
    assert_eq!(
        seat.refused("number_register_write", nobody),
        "desk.file_token"
    );
    let path = seat.folder.path().join("x.pdf");
    let nobody =
        json!({ "series": { "code": "青水", "period": 2019 }, "token": seat.chosen(&path) });
    assert_eq!(
        seat.refused("number_register_write", nobody),
        "number.not_there"
    );
}
