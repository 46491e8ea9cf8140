//! 送审: begun, written and submitted at one desk, read at another of the same department.

use andu_desk::andu_api::draft::stored_document;
use andu_draft::freeze;
use andu_sync::Scope;
use serde_json::json;
use tempfile::TempDir;

use crate::{
    editor::{Calls, Editor, given, has_text, reading, row, rows, said, write},
    office::{Office, Seat},
};

const TITLE: &str = "关于做好汛期水库安全管理工作的通知";
const BODY: [&str; 2] = [
    "汛期将至，请各乡镇对辖区内水库逐一检查。",
    "检查情况请于6月10日前报县政府办公室。",
];

#[test]
fn a_submitted_draft_is_read_in_the_department_and_nowhere_else() {
    let mut office = Office::open();
    let (author, colleague, stranger) = (office.seat(0), office.seat(1), office.seat(2));
    let id = write(&author, TITLE, &BODY);
    let submitted = author.ok("draft_submit", json!({ "id": id, "note": "请审" }));
    assert_eq!(
        submitted["kind"], "waiting",
        "nothing counts before the server has it"
    );
    author.sync();
    let at_author = row(&author, &id, false).expect("the author's own row");
    assert_eq!(
        (&at_author["state"], &at_author["sync"]),
        (&json!("submitted"), &json!("settled"))
    );

    colleague.sync_until("the draft at the colleague's", || {
        !rows(&colleague, None, true).is_empty()
    });
    let received = rows(&colleague, None, true);
    assert_eq!(received.len(), 1, "one draft came: {received:?}");
    assert_eq!(received[0]["id"], json!(id));
    assert_eq!(received[0]["from_other"], true);
    assert!(
        rows(&colleague, None, false).is_empty(),
        "it is not the colleague's own"
    );

    let there = stored_document(&*colleague.open(), &id).expect("the submitted text");
    let here = stored_document(&*author.open(), &id).expect("the author's text");
    assert_eq!(
        freeze(&there).hash,
        freeze(&here).hash,
        "the same text, to the byte"
    );
    assert_eq!(said(&there), given(TITLE, &BODY));

    let editor = Editor::open(&colleague, &id);
    assert!(
        editor.opened.read_only,
        "others' texts are read, not written"
    );
    assert_eq!(said(&editor.document()), given(TITLE, &BODY));
    let mut pen = editor;
    let refused = colleague.refused("draft_update", pen.says("改", &["改"]));
    assert_eq!(refused, "draft.frozen");

    // Fail closed: neither rows, nor scopes, nor texts reach the other department.
    stranger.sync_until("a pull", || {
        stranger.ok("sync_status", json!({}))["last_at"] != ""
    });
    stranger.sync();
    assert!(
        rows(&stranger, None, true).is_empty(),
        "a row reached another department"
    );
    let held = stranger
        .open()
        .store
        .read(|reader| reader.draft_if_there(&id));
    assert_eq!(
        held.expect("a store"),
        None,
        "a draft reached another department"
    );
    let cursors = stranger.open().store.read(|reader| reader.cursors());
    let department = colleague.open().person.department_id;
    let (theirs, author) = (
        Scope::department(department),
        Scope::person(office.people[0]),
    );
    let cursors = cursors.expect("a store");
    assert!(
        !cursors.contains_key(&theirs) && !cursors.contains_key(&author),
        "a scope reached another department: {cursors:?}"
    );
    let hash = freeze(&here).hash.to_string();
    let text = stranger
        .open()
        .store
        .read(|reader| reader.frozen_text(&hash));
    assert!(text.is_err(), "a text reached another department");

    assert_eq!(office.drafts().len(), 1);
    assert!(
        office.audited() >= 2,
        "creating and submitting are in the audit log"
    );
}

#[test]
fn a_second_desk_of_the_author_has_the_text_while_it_is_written() {
    let mut office = Office::open();
    let (first, second) = (office.seat(0), office.seat(0));
    let id = write(&first, TITLE, &BODY);
    first.sync();
    second.sync_until("the text", || has_text(&second, &id));
    assert_eq!(reading(&second, &id), given(TITLE, &BODY));

    // Both write: what merges is text, and both end with the same.
    let mut here = Editor::open(&first, &id);
    let mut there = Editor::open(&second, &id);
    first.ok(
        "draft_update",
        here.says(TITLE, &[BODY[0], BODY[1], "特此通知。"]),
    );
    second.ok(
        "draft_update",
        there.says(TITLE, &["各乡镇人民政府：", BODY[0], BODY[1]]),
    );
    for desk in [&first, &second] {
        desk.ok("draft_close", json!({ "id": id }));
    }
    let both = given(TITLE, &["各乡镇人民政府：", BODY[0], BODY[1], "特此通知。"]);
    for desk in [&first, &second] {
        desk.sync_until("both edits", || {
            let document = stored_document(&*desk.open(), &id).expect("a text");
            said(&document) == both
        });
    }
    assert_eq!(office.drafts().len(), 1);
}

#[test]
fn what_is_marked_above_the_ceiling_leaves_the_desk_in_no_way() {
    let (seat, _) = Seat::alone();
    let id = write(&seat, TITLE, &[BODY[0], "机密★10年"]);
    let above = "draft.above_ceiling";
    let submission = json!({ "id": id, "note": "" });
    assert_eq!(seat.refused("draft_submit", submission.clone()), above);
    let look = json!({ "draft_id": id, "printer": "", "range": "", "preprinted": false });
    assert_eq!(seat.refused("print_preview", look), above);
    let folder = TempDir::new().expect("a folder");
    for kind in ["pdf", "docx", "png", "json"] {
        let file = folder.path().join(kind);
        let export = json!({ "id": id, "kind": kind, "token": seat.chosen(&file) });
        assert_eq!(seat.refused("draft_export", export), above, "{kind}");
        assert!(!file.exists(), "{kind}");
    }
    let print = json!({
        "draft_id": id, "printer": "任一", "copies": 1, "range": "",
        "duplex": false, "preprinted": false
    });
    assert_eq!(seat.refused("print_start", print), above);

    let mut editor = Editor::open(&seat, &id);
    seat.ok("draft_update", editor.says(TITLE, &BODY));
    assert_eq!(seat.ok("draft_submit", submission)["kind"], "applied");
}
