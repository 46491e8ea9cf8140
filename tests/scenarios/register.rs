//! An old register and its scans come in, and go out again without a trace.

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    editor::{Calls, rows},
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
