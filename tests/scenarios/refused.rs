//! Changes of mind: taken back, too late, thrown away and fetched again, and back to how it was.

use andu_desk::andu_api::draft::stored_document;
use serde_json::{Value, json};

use crate::{
    editor::{Calls, Editor, given, has_text, reading, row, rows, said, write},
    office::{Office, Seat, until},
};

const TITLE: &str = "关于调整县河长制办公室组成人员的通知";
const BODY: [&str; 1] = ["经研究，对组成人员作如下调整。"];

fn submit(seat: &Seat, id: &str) {
    let answer = seat.ok("draft_submit", json!({ "id": id, "note": "" }));
    assert_ne!(answer["kind"], "rejected", "{answer}");
}

fn stands(seat: &Seat, id: &str) -> Value {
    row(seat, id, false).expect("the author's row")["state"].clone()
}

fn text_at_server(office: &Office, id: &str) -> (String, Vec<String>) {
    let text = office
        .server()
        .store()
        .read(|reader| andu_app::draft::read_text(reader, id));
    let reading = text
        .expect("a text")
        .to_document()
        .expect("a readable text");
    said(&reading.document)
}

#[test]
fn a_draft_taken_back_offline_leaves_the_colleague_when_the_server_knows() {
    let mut office = Office::open();
    let (author, colleague) = (office.seat(0), office.seat(1));
    let id = write(&author, TITLE, &BODY);
    submit(&author, &id);
    author.sync();
    colleague.sync_until("the draft", || rows(&colleague, None, true).len() == 1);

    office.stop();
    let answer = author.ok("draft_withdraw", json!({ "id": id }));
    assert_eq!(answer["kind"], "waiting");
    assert_eq!(
        stands(&author, &id),
        "submitted",
        "a wish is not yet a fact"
    );
    let twice = author.refused("draft_withdraw", json!({ "id": id }));
    assert_eq!(twice, "draft.act_waits");
    let editor = Editor::open(&author, &id);
    assert!(editor.opened.read_only, "nothing is written while it waits");

    office.start();
    author.sync();
    assert_eq!(stands(&author, &id), "drafting");
    colleague.sync_until("the draft to go", || {
        rows(&colleague, None, true).is_empty()
    });
    assert!(
        stored_document(&*colleague.open(), &id).is_err(),
        "the colleague still reads what was taken back"
    );

    // Written on and submitted again: the colleague has the new text, once.
    let mut editor = Editor::open(&author, &id);
    assert!(!editor.opened.read_only);
    author.ok("draft_update", editor.says(TITLE, &[BODY[0], "特此通知。"]));
    submit(&author, &id);
    author.sync();
    colleague.sync_until("the draft again", || {
        rows(&colleague, None, true).len() == 1
    });
    assert_eq!(
        reading(&colleague, &id),
        given(TITLE, &[BODY[0], "特此通知。"])
    );
    office.audited();
}

#[test]
fn what_is_written_after_submission_stands_aside_and_goes_when_the_author_says_so() {
    let mut office = Office::open();
    let (desk, other) = (office.seat(0), office.seat(0));
    let id = write(&desk, TITLE, &BODY);
    desk.sync();
    other.sync_until("the text", || has_text(&other, &id));

    // The other desk is cut off, knows nothing of the submission, and writes on.
    other.proxy().lead(None);
    submit(&desk, &id);
    desk.sync();
    let mut late = Editor::open(&other, &id);
    let words = [BODY[0], "附：组成人员名单。"];
    other.ok("draft_update", late.says(TITLE, &words));
    other.ok("draft_close", json!({ "id": id }));
    office.reconnect(&other);
    other.sync();
    assert_eq!(stands(&other, &id), "submitted");
    assert_eq!(
        text_at_server(&office, &id),
        given(TITLE, &BODY),
        "a frozen text was changed"
    );
    assert_eq!(
        reading(&other, &id),
        given(TITLE, &BODY),
        "a desk says what the server does not"
    );
    let late = |seat: &Seat| seat.ok("co_drafter_list", json!({ "id": id }))["late"][0].clone();
    other.sync_until("what stands aside", || late(&other)["state"] == "open");

    // Taken back: the late words are the author's own and are taken in after all.
    desk.ok("draft_withdraw", json!({ "id": id }));
    desk.sync();
    other.sync_until("the draft to be free", || stands(&other, &id) == "drafting");
    let accept = json!({ "id": id, "branch_id": late(&other)["id"], "accept": true });
    other.ok("late_settle", accept);
    other.sync();
    assert_eq!(text_at_server(&office, &id), given(TITLE, &words));
    for seat in [&desk, &other] {
        seat.sync_until("the late words", || {
            said(&stored_document(&*seat.open(), &id).expect("a text")) == given(TITLE, &words)
        });
    }
    // And the draft can be submitted again from there: both sides mean the same text.
    submit(&other, &id);
    other.sync();
    assert_eq!(stands(&other, &id), "submitted");
    office.audited();
}

#[test]
fn a_late_text_goes_with_no_submission_by_itself() {
    let mut office = Office::open();
    let (desk, other) = (office.seat(0), office.seat(0));
    let id = write(&desk, TITLE, &BODY);
    desk.sync();
    other.sync_until("the text", || has_text(&other, &id));
    other.proxy().lead(None);
    submit(&desk, &id);
    desk.sync();
    let mut late = Editor::open(&other, &id);
    other.ok(
        "draft_update",
        late.says(TITLE, &[BODY[0], "此前名单同时废止。"]),
    );
    other.ok("draft_close", json!({ "id": id }));
    office.reconnect(&other);
    other.sync();
    other.ok("draft_withdraw", json!({ "id": id }));
    other.sync();
    other.sync_until("the draft to be free", || stands(&other, &id) == "drafting");
    submit(&other, &id);
    other.sync();
    let row = row(&other, &id, false).expect("a row");
    assert_eq!(
        (&row["state"], &row["note"]),
        (&json!("submitted"), &json!(""))
    );
    assert_eq!(
        text_at_server(&office, &id),
        given(TITLE, &BODY),
        "words went with a submission that nobody had read"
    );
    let branches = office.read(|reader| reader.late_branches(&id));
    assert_eq!(branches.len(), 1, "they are kept");
}

#[test]
fn a_submitted_text_takes_no_more_words_at_its_own_desk() {
    let (seat, _) = Seat::alone();
    let id = write(&seat, TITLE, &BODY);
    let mut editor = Editor::open(&seat, &id);
    submit(&seat, &id);
    assert_eq!(stands(&seat, &id), "submitted");
    let typed = editor.says(TITLE, &["改"]);
    assert_eq!(seat.refused("draft_update", typed.clone()), "desk.no_text");
    assert!(Editor::open(&seat, &id).opened.read_only);
    assert_eq!(seat.refused("draft_update", typed), "draft.frozen");
    assert_eq!(reading(&seat, &id), given(TITLE, &BODY));
}

#[test]
fn a_discarded_draft_is_recovered_with_its_text() {
    let mut office = Office::open();
    let seats = [Seat::alone().0, office.seat(0)];
    for seat in &seats {
        let id = write(seat, TITLE, &BODY);
        seat.ok("draft_discard", json!({ "id": id }));
        assert!(
            rows(seat, None, false).is_empty(),
            "a discarded draft is listed"
        );
        assert_eq!(rows(seat, Some("discarded"), false).len(), 1);
        assert_eq!(
            seat.refused("draft_discard", json!({ "id": id })),
            "draft.not_drafting"
        );
        assert!(Editor::open(seat, &id).opened.read_only);
        seat.ok("draft_recover", json!({ "id": id }));
        assert_eq!(
            seat.refused("draft_recover", json!({ "id": id })),
            "draft.not_discarded"
        );
        assert_eq!(stands(seat, &id), "drafting");
        assert_eq!(reading(seat, &id), given(TITLE, &BODY));
    }
    seats[1].sync();
    assert_eq!(office.drafts().len(), 1);
    assert_eq!(office.drafts()[0].state, andu_store::DraftState::Drafting);
}

#[test]
fn a_version_is_restored_and_what_it_replaced_is_kept() {
    let mut office = Office::open();
    let seat = office.seat(0);
    let id = write(&seat, TITLE, &BODY);
    let first = seat.ok("version_save", json!({ "draft_id": id, "name": "第一稿" }));
    let mut editor = Editor::open(&seat, &id);
    let second = [BODY[0], "第二稿增加的一段。"];
    seat.ok("draft_update", editor.says(TITLE, &second));
    let update = seat.ok(
        "version_restore",
        json!({ "draft_id": id, "version_id": first["id"] }),
    );
    editor.take(&update);
    assert_eq!(
        said(&editor.document()),
        given(TITLE, &BODY),
        "the editor has the old text"
    );
    seat.ok("draft_close", json!({ "id": id }));
    assert_eq!(reading(&seat, &id), given(TITLE, &BODY));
    let versions = seat.ok("version_list", json!({ "id": id }));
    let kinds: Vec<&Value> = versions
        .as_array()
        .expect("versions")
        .iter()
        .map(|v| &v["kind"])
        .collect();
    assert!(kinds.contains(&&json!("before_restore")), "{kinds:?}");

    // Back to what was there before the restoration.
    let before = versions.as_array().expect("versions").iter();
    let before = before
        .clone()
        .find(|v| v["kind"] == "before_restore")
        .expect("a version");
    let mut editor = Editor::open(&seat, &id);
    let update = seat.ok(
        "version_restore",
        json!({ "draft_id": id, "version_id": before["id"] }),
    );
    editor.take(&update);
    seat.ok("draft_flush", json!({ "id": id }));
    assert_eq!(reading(&seat, &id), given(TITLE, &second));
    seat.sync();
    until("the text at the server", || {
        text_at_server(&office, &id) == given(TITLE, &second)
    });
}
