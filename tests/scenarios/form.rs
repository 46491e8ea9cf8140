//! An agency's own paper forms: put by the keeper, printed with at every desk, blank and filled, and taken back.

use std::fs;

use serde_json::{Value, json};

use crate::{editor::Calls, incoming::Staffed, office::Seat, organisation};

const HEAD: usize = 1;
const SHEET: &str = "incoming_sheet";

/// What a form is printed with, under another title.
fn own(at: &impl Calls, form: &str, title: &str) -> String {
    let args = json!({ "form": form, "version": null });
    let text = at.ok("form_text", args)["template"].clone();
    let mut template: Value = serde_json::from_str(text.as_str().expect("text")).expect("JSON");
    template["title"] = json!(title);
    template.to_string()
}

fn row(at: &impl Calls, form: &str) -> Value {
    let all = at.ok("form_list", json!({}));
    let mut all = all.as_array().expect("forms").iter();
    let found = all.find(|one| one["form"] == form);
    found.expect("a form").clone()
}

fn put(at: &impl Calls, form: &str, template: &str) -> Value {
    let args = json!({ "form": form, "template": template, "note": "局长办公会定" });
    at.ok("form_put", args)
}

/// The sheet of a document, or the blank one.
fn printed(seat: &Seat, id: &str, form: &str) -> Vec<u8> {
    let path = seat.folder.path().join(format!("{form}.pdf"));
    let args = json!({ "draft_id": id, "form": form, "token": seat.chosen(&path) });
    seat.ok("form_write", args);
    fs::read(path).expect("a sheet")
}

fn looked_at(seat: &Seat, form: &str) -> Value {
    seat.ok("form_look", json!({ "form": form, "template": "" }))["data"].clone()
}

#[test]
fn what_the_keeper_puts_is_what_every_desk_prints_with_until_it_is_taken_back() {
    let staffed = Staffed::open();
    let (keeper, head) = (&staffed.keeper, staffed.office.seat_by_code(HEAD));
    let id = staffed.registered("望应急〔2026〕12号");
    head.sync();
    let (shipped, blank) = (printed(keeper, &id, SHEET), looked_at(&head, SHEET));
    let template = own(keeper, SHEET, "{agency}来文批办笺");

    // It is the keeper's to put; whoever else tries is refused, here and at the server.
    let args = json!({ "form": SHEET, "template": template, "note": "" });
    assert_eq!(head.refused("form_put", args.clone()), "command.forbidden");
    let server = staffed.office.server();
    let at_server = organisation::call(server, staffed.office.people[HEAD], "form_put", args);
    assert_eq!(at_server.expect_err("forbidden"), "command.forbidden");

    assert_eq!(put(keeper, SHEET, &template)["waiting"], true);
    assert_eq!(
        row(keeper, SHEET)["is_own"],
        false,
        "not before the server has said so"
    );
    keeper.sync_until("the form", || row(keeper, SHEET)["is_own"] == true);
    head.sync_until("the form", || row(&head, SHEET)["is_own"] == true);
    let said = row(&head, SHEET)["versions"][0].clone();
    assert_eq!(
        (&said["version"], &said["by"], &said["note"]),
        (&json!(1), &json!("范诗涵"), &json!("局长办公会定"))
    );
    assert_ne!(printed(keeper, &id, SHEET), shipped, "the filled sheet");
    assert_ne!(
        looked_at(&head, SHEET),
        blank,
        "the blank one at another desk"
    );
    assert_eq!(row(&head, "return_slip")["is_own"], false, "another form");

    // Back to the shipped one; the own one stays in its history, and can be put again.
    keeper.ok("form_restore", json!({ "form": SHEET, "note": "" }));
    keeper.sync_until("the shipped one", || row(keeper, SHEET)["is_own"] == false);
    head.sync_until("the shipped one", || row(&head, SHEET)["is_own"] == false);
    assert_eq!(printed(keeper, &id, SHEET), shipped);
    assert_eq!(looked_at(&head, SHEET), blank);
    let versions = row(&head, SHEET)["versions"].clone();
    let backs = versions.as_array().expect("versions").iter();
    let backs: Vec<_> = backs.map(|one| one["is_back"].clone()).collect();
    assert_eq!(backs, [true, false]);
    let first = json!({ "form": SHEET, "version": 1 });
    let first = keeper.ok("form_text", first)["template"].clone();
    put(keeper, SHEET, first.as_str().expect("text"));
    head.sync_until("it again", || row(&head, SHEET)["is_own"] == true);
    staffed.office.audited();
}

#[test]
fn a_form_that_is_none_is_refused_in_words_and_changes_nothing() {
    let (seat, _) = Seat::alone();
    let template = own(&seat, SHEET, "{agency}来文批办笺");
    let refused = |form: &str, template: &str| {
        let args = json!({ "form": form, "template": template, "note": "" });
        let error = seat.desk.call("form_put", args).expect_err("no form");
        assert!(!error.sentence.contains("程序没有"), "{}", error.sentence);
        error.key
    };
    let changed = |pointer: &str, value: Value| {
        let mut json: Value = serde_json::from_str(&template).expect("JSON");
        *json.pointer_mut(pointer).expect(pointer) = value;
        json.to_string()
    };
    let mut lacking: Value = serde_json::from_str(&template).expect("JSON");
    lacking["rows"][0]["cells"]
        .as_array_mut()
        .expect("cells")
        .pop();
    let lacking = &lacking.to_string();
    assert_eq!(refused("gate_pass", &template), "form.unknown");
    assert_eq!(refused("return_slip", &template), "form.other_template");
    assert_eq!(refused(SHEET, "{"), "form.syntax");
    assert_eq!(
        refused(SHEET, &changed("/rows/0/height_mm", json!(290))),
        "form.range"
    );
    assert_eq!(
        refused(SHEET, &changed("/rows/0/height_mm", json!(150))),
        "form.too_tall"
    );
    assert_eq!(refused(SHEET, lacking), "form.row_not_filled");
    let same = own(&seat, SHEET, "");
    let mut same: Value = serde_json::from_str(&same).expect("JSON");
    let shipped = seat.ok("form_text", json!({ "form": SHEET, "version": 0 }));
    let shipped = shipped["template"].as_str().expect("text").to_owned();
    let title: Value = serde_json::from_str(&shipped).expect("JSON");
    same["title"] = title["title"].clone();
    assert_eq!(refused(SHEET, &same.to_string()), "form.same");
    let restore = json!({ "form": SHEET, "note": "" });
    assert_eq!(seat.refused("form_restore", restore), "form.not_own");
    let file = |bytes: &[u8]| {
        let path = seat.folder.path().join("模板.json");
        fs::write(&path, bytes).expect("a file");
        let args = json!({ "form": SHEET, "token": seat.chosen(&path) });
        seat.desk.call("form_read", args)
    };
    assert_eq!(
        file(b"\xff\xfe{}").expect_err("no text").key,
        "form.not_text"
    );
    assert_eq!(file(b"PK\x03\x04").expect_err("no JSON").key, "form.syntax");
    let marked = [b"\xef\xbb\xbf", template.as_bytes()].concat();
    file(&marked).expect("a template with a mark before it");
    assert_eq!(row(&seat, SHEET)["versions"], json!([]), "nothing was put");
}

#[test]
fn a_desk_alone_has_forms_of_its_own_and_prints_all_of_them_blank() {
    let (seat, _) = Seat::alone();
    let all = seat.ok("form_list", json!({}));
    let names = all.as_array().expect("forms").iter();
    let names: Vec<String> = names
        .map(|one| one["form"].as_str().expect("a name").to_owned())
        .collect();
    assert_eq!(names.len(), 11);
    for name in &names {
        assert!(printed(&seat, "", name).starts_with(b"%PDF-"), "{name}");
        assert!(
            looked_at(&seat, name)
                .as_str()
                .is_some_and(|data| data.len() > 5_000),
            "{name}"
        );
    }
    let before = printed(&seat, "", "outgoing_register");
    let template = own(&seat, "outgoing_register", "{agency}发文总簿");
    let done = put(&seat, "outgoing_register", &template);
    assert_eq!(
        (&done["version"], &done["waiting"]),
        (&json!(1), &json!(false))
    );
    assert_ne!(printed(&seat, "", "outgoing_register"), before);

    // Out to a file, to begin from, and in again.
    let path = seat.folder.path().join("模板.json");
    let args = json!({
        "form": "outgoing_register", "version": null, "token": seat.chosen(&path),
    });
    seat.ok("form_text_write", args);
    let args = json!({ "form": "outgoing_register", "token": seat.chosen(&path) });
    let read = seat.ok("form_read", args)["template"].clone();
    let kept = json!({ "form": "outgoing_register", "version": 1 });
    assert_eq!(read, seat.ok("form_text", kept)["template"]);
    let nothing = json!({ "form": "outgoing_register", "version": 2 });
    assert_eq!(seat.refused("form_text", nothing), "form.no_version");
}
