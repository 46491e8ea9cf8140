//! 代拟稿 from a department's bundle to the signer: registered, begun from what came, gone through by its list, given
//! back with what is missing, come again and sent for review with what the reviewers read of it.

use std::fs;

use serde_json::{Value, json};

use crate::{
    editor::{Calls as _, Editor, write},
    office::Seat,
    outgoing::{Staffed, agree, task},
};

const COLLEAGUE: usize = 4;
const UNIT: &str = "望溪县水务局";
const TITLE: &str = "关于印发小型水库安全管理办法的通知";

fn found(stands: &str, reason: &str) -> Value {
    json!({ "stands": stands, "reason": reason })
}

/// What is found of each material of a document that is not normative, all there.
fn complete() -> Value {
    let mut materials = json!({});
    for id in ["letter", "text", "explanation", "basis", "consulted"] {
        materials[id] = found("has", "");
    }
    materials["settled"] = found("not_needed", "没有分歧意见");
    materials["legality"] = found("not_needed", "不设定权利义务");
    materials["interpretation"] = found("not_needed", "不公开");
    materials
}

fn sheet(intake: &Value, kind: Option<bool>) -> Value {
    json!({
        "normative": kind, "competition": kind, "publicity": "", "publicity_reason": "",
        "valid_until": "", "changes": [], "intake": intake,
    })
}

fn intake(materials: &Value) -> Value {
    json!({
        "unit": UNIT, "contact": "贺晓东", "telephone": "0000-1234567", "letter_number": "望水〔2026〕8号",
        "received_on": "2026-03-04", "incoming_id": "", "materials": materials,
    })
}

fn say(seat: &Seat, id: &str, sheet: &Value) {
    seat.ok("issue_sheet_put", json!({ "id": id, "sheet": sheet }));
}

fn opened(seat: &Seat, id: &str) -> Value {
    seat.ok("issue_sheet_open", json!({ "id": id }))
}

/// The keeper registers a letter and what came with it.
fn registered(keeper: &Seat, files: &[(&str, &str)]) -> String {
    let entry = json!({
        "title": "关于报送小型水库安全管理办法代拟稿的请示", "document_type": "request_for_instructions",
        "from_agency": UNIT, "from_number": "望水〔2026〕8号", "issued_on": "2026-03-02",
        "received_on": "2026-03-04", "delivery": "exchange", "classification": null,
        "classification_term": "", "urgency": null, "copies": 1, "pages": 12, "copy_numbers": "", "note": "",
    });
    let put = json!({ "id": null, "entry": entry });
    let id = keeper.ok("incoming_put", put)["id"].clone();
    for (name, text) in files {
        let path = keeper.folder.path().join(name);
        fs::write(&path, text).expect("a file");
        let args = json!({ "id": id, "token": keeper.chosen(&path) });
        keeper.ok("incoming_attach", args);
    }
    keeper.sync();
    keeper.ok("incoming_register", json!({ "id": id, "despite": false }));
    let id = id.as_str().expect("an id").to_owned();
    keeper.sync_until("the number", || row(keeper, &id)["number"] != "");
    id
}

fn row(seat: &Seat, id: &str) -> Value {
    seat.ok("incoming_open", json!({ "id": id }))["row"].clone()
}

fn written(seat: &Seat, document: &str, form: &str) -> Result<usize, String> {
    let path = seat.folder.path().join(format!("{form}.pdf"));
    let token = seat.chosen(&path);
    let args = json!({ "draft_id": document, "form": form, "token": token });
    seat.call("form_write", args).map_err(|error| error.key)?;
    Ok(fs::read(path).expect("a form").len())
}

#[test]
fn what_a_department_sent_is_registered_gone_through_given_back_and_comes_again() {
    let staffed = Staffed::open();
    let keeper = &staffed.keeper;
    keeper.ok("process_enable", json!({ "process": "incoming" }));
    keeper.sync();
    let text = format!("{TITLE}\n各乡镇人民政府：\n现将办法印发给你们，请认真贯彻执行。\n");
    let scan = "%PDF-1.4\n";
    let came = registered(keeper, &[("请示.pdf", scan), ("代拟稿.txt", &text)]);

    // Begun from what came: its text, and who wrote it.
    let begun = keeper.ok(
        "intake_begin",
        json!({ "incoming_id": came, "file_id": null }),
    );
    assert_eq!(begun["file"], "代拟稿.txt");
    assert_eq!(begun["draft"]["title"], TITLE);
    let id = begun["draft"]["id"].as_str().expect("an id").to_owned();
    let view = opened(keeper, &id);
    let said = &view["sheet"]["intake"];
    assert_eq!(
        (&said["unit"], &said["letter_number"], &said["received_on"]),
        (
            &json!(UNIT),
            &json!("望水〔2026〕8号"),
            &json!("2026-03-04")
        )
    );
    assert_eq!(
        view["intake"]["incoming_number"],
        row(keeper, &came)["number"]
    );
    let scan = &keeper.ok("incoming_open", json!({ "id": came }))["files"][0];
    let not_text = json!({ "incoming_id": came, "file_id": scan["id"] });
    assert_eq!(keeper.refused("intake_begin", not_text), "intake.file_kind");

    // A normative document comes with more, and some of it cannot be left out.
    let mut whole = said.clone();
    whole["contact"] = json!("贺晓东");
    whole["materials"] = complete();
    say(keeper, &id, &sheet(&whole, Some(true)));
    let lacking = opened(keeper, &id)["intake"]["lacking"].clone();
    assert_eq!(
        lacking,
        json!([
            "合法性审核意见",
            "公平竞争审查结论",
            "公开征求意见情况",
            "起草单位集体讨论情况"
        ])
    );
    whole["materials"]["consulted"] = found("missing", "没有征求财政局意见");
    say(keeper, &id, &sheet(&whole, Some(true)));
    let refused = keeper.call("draft_submit", json!({ "id": id, "note": "" }));
    let refused = refused.expect_err("something is missing");
    assert_eq!(refused.key, "intake.missing");
    for missing in ["征求意见情况", "合法性审核意见", "公开征求意见情况"] {
        assert!(refused.sentence.contains(missing), "{}", refused.sentence);
    }
    assert_eq!(
        written(keeper, &id, "return_slip"),
        Err("form.not_in_process".into())
    );

    // Given back: the slip, and the register here and at the others who keep it.
    keeper.sync();
    keeper.ok(
        "intake_return",
        json!({ "id": id, "reason": "请按条例重新报送" }),
    );
    let returned = opened(keeper, &id)["intake"]["returns"].clone();
    assert_eq!(returned[0]["by"], "范诗涵");
    assert_eq!(
        returned[0]["lacks"][0],
        "征求意见情况（没有征求财政局意见）"
    );
    assert_eq!(
        returned[0]["lacks"][1], "合法性审核意见",
        "why it would not be needed is no reason for what is missing"
    );
    assert!(written(keeper, &id, "return_slip").expect("a slip") > 5_000);
    keeper.sync_until("the register", || row(keeper, &came)["given_back"] != "");
    let said = row(keeper, &came)["given_back"].clone();
    let said = said.as_str().expect("a sentence");
    assert!(
        said.contains("退回代拟单位：缺：征求意见情况（没有征求财政局意见）"),
        "{said}"
    );
    assert!(said.ends_with("请按条例重新报送"), "{said}");
    // What was given back stays one that was written elsewhere.
    let mut plain = sheet(&whole, Some(true));
    plain["intake"] = Value::Null;
    let put = json!({ "id": id, "sheet": plain });
    assert_eq!(keeper.refused("issue_sheet_put", put), "intake.returned");

    // It comes again.
    let more = [
        "legality",
        "competition",
        "public_comment",
        "discussed",
        "consulted",
    ];
    for material in more {
        whole["materials"][material] = found("has", "");
    }
    say(keeper, &id, &sheet(&whole, Some(true)));
    let view = opened(keeper, &id);
    assert_eq!(view["intake"]["lacking"], json!([]));
    assert_eq!(
        view["intake"]["returns"][0]["by"], "范诗涵",
        "what was is kept"
    );
    keeper.ok("draft_submit", json!({ "id": id, "note": "" }));
    keeper.sync();
    let review = task(&staffed.head, "处室核稿");
    assert_eq!(review["title"], TITLE);
}

#[test]
fn the_reviewers_and_the_signer_read_who_wrote_it_and_what_came_with_it() {
    let staffed = Staffed::open();
    let drafter = &staffed.drafter;
    let id = write(drafter, TITLE, &["现将办法印发给你们，请认真贯彻执行。"]);
    say(drafter, &id, &sheet(&intake(&complete()), Some(false)));
    drafter.ok("draft_submit", json!({ "id": id, "note": "" }));
    drafter.sync();
    let unfilled = {
        let other = write(drafter, "关于汛前检查的通知", &["请认真检查。"]);
        drafter.ok("draft_submit", json!({ "id": other, "note": "" }));
        drafter.sync();
        staffed.head.sync_until("both", || {
            let list = json!({ "state": "todo", "text": "", "offset": 0, "limit": 9 });
            staffed.head.ok("task_list", list)["total"] == 2
        });
        written(&staffed.head, &other, "outgoing_sheet").expect("a sheet")
    };
    assert!(written(&staffed.head, &id, "outgoing_sheet").expect("a sheet") > unfilled);
    for (seat, step) in [
        (&staffed.head, "处室核稿"),
        (&staffed.head, "办公室审核"),
        (&staffed.leader, "签发"),
    ] {
        let find = || {
            let list = json!({ "state": "todo", "text": TITLE, "offset": 0, "limit": 9 });
            let page = seat.ok("task_list", list);
            page["rows"]
                .as_array()
                .expect("rows")
                .iter()
                .find(|row| row["step"] == step)
                .cloned()
        };
        seat.sync_until(step, || find().is_some());
        let asked = find().expect("a task");
        let view = seat.ok("task_open", json!({ "id": asked["id"] }));
        let items = view["trace"]["items"].as_array().expect("items").clone();
        let read = |name: &str| {
            let found = items.iter().find(|item| item["name"] == name);
            found.unwrap_or_else(|| panic!("no {name} in {items:?}"))["value"].clone()
        };
        assert_eq!(read("drafting_unit"), UNIT);
        assert_eq!(read("drafting_contact"), "贺晓东");
        assert_eq!(
            read("materials"),
            "有：报送函（请示）、代拟稿电子文本、起草说明、依据文件、征求意见情况；\
             无需：分歧意见的协商情况（没有分歧意见）、合法性审核意见（不设定权利义务）、政策解读材料（不公开）"
        );
        if step != "签发" {
            let act = json!({
                "kind": "decide", "verdict": "agree", "words": "同意。", "items": {}, "chosen": {},
            });
            seat.ok("process_act", json!({ "id": asked["id"], "act": act }));
            seat.sync();
        }
    }
}

#[test]
fn the_list_is_gone_through_offline_and_the_primary_asks_again() {
    let mut staffed = Staffed::open();
    let id = write(&staffed.drafter, TITLE, &["现将办法印发给你们。"]);
    staffed.drafter.sync();
    staffed.office.stop();
    let drafter = &staffed.drafter;
    let refused = |key: &str| {
        let submit = json!({ "id": id, "note": "" });
        assert_eq!(drafter.refused("draft_submit", submit), key);
    };
    let mut nobody = intake(&complete());
    nobody["unit"] = json!(" ");
    say(drafter, &id, &sheet(&nobody, Some(false)));
    refused("intake.no_unit");
    let give_back = |reason: &str| json!({ "id": id, "reason": reason });
    assert_eq!(
        drafter.refused("intake_return", give_back("重写")),
        "intake.no_unit"
    );
    say(drafter, &id, &sheet(&intake(&complete()), None));
    refused("intake.unsaid");
    // Not needed, but nobody said why.
    let mut bare = complete();
    bare["settled"] = found("not_needed", " ");
    say(drafter, &id, &sheet(&intake(&bare), Some(false)));
    refused("intake.missing");
    assert_eq!(
        opened(drafter, &id)["intake"]["lacking"],
        json!(["分歧意见的协商情况"])
    );
    drafter.ok("intake_return", give_back(""));
    assert!(written(drafter, &id, "return_slip").expect("a slip, offline") > 5_000);
    say(drafter, &id, &sheet(&intake(&complete()), Some(false)));
    assert_eq!(
        drafter.refused("intake_return", give_back(" ")),
        "intake.nothing_missing"
    );
    let put = |intake: &Value| {
        let put = json!({ "id": id, "sheet": sheet(intake, Some(false)) });
        drafter.refused("issue_sheet_put", put)
    };
    let mut wrong = intake(&json!({ "horoscope": found("has", "") }));
    assert_eq!(put(&wrong), "issued.unknown_word");
    wrong["materials"] = json!({ "letter": found("has", &"长".repeat(201)) });
    assert_eq!(put(&wrong), "issued.too_long");
    wrong = intake(&complete());
    wrong["received_on"] = json!("三月四日");
    assert_eq!(put(&wrong), "intake.day");
    wrong["received_on"] = json!("");
    wrong["incoming_id"] = json!("nothing that is seen here");
    assert_eq!(put(&wrong), "incoming.not_there");

    // The last word offline is that it is complete; then the network returns, and it goes.
    drafter.ok("draft_submit", json!({ "id": id, "note": "" }));
    staffed.office.start();
    staffed.drafter.sync();
    let view = opened(&staffed.drafter, &id);
    assert_eq!(view["intake"]["returns"].as_array().map(Vec::len), Some(1));
    agree(&staffed.head, "处室核稿", json!({}));
    let kept = staffed.office.read(|reader| reader.issue_sheet(&id));
    let kept = kept.expect("the sheet at the server").says;
    assert!(
        kept.contains(UNIT) && kept.contains("\"returns\":[{"),
        "{kept}"
    );
}

#[test]
fn what_somebody_does_not_see_is_not_named_and_what_is_no_such_draft_is_not_given_back() {
    let staffed = Staffed::open();
    let keeper = &staffed.keeper;
    keeper.ok("process_enable", json!({ "process": "incoming" }));
    keeper.sync();
    let came = registered(keeper, &[]);
    // Nothing that can be read: the draft is begun empty, and written.
    let begun = keeper.ok(
        "intake_begin",
        json!({ "incoming_id": came, "file_id": null }),
    );
    assert_eq!(
        (&begun["file"], &begun["draft"]["title"]),
        (&json!(""), &json!(""))
    );
    let id = begun["draft"]["id"].as_str().expect("an id").to_owned();
    let mut editor = Editor::open(keeper, &id);
    keeper.ok(
        "draft_update",
        editor.says(TITLE, &["现将办法印发给你们。"]),
    );
    keeper.ok("draft_close", json!({ "id": id }));
    assert_eq!(opened(keeper, &id)["sheet"]["intake"]["unit"], UNIT);

    let colleague = staffed.office.seat_by_code(COLLEAGUE);
    colleague.sync();
    let begin = json!({ "incoming_id": came, "file_id": null });
    assert_eq!(
        colleague.refused("intake_begin", begin),
        "incoming.not_there"
    );
    let own = write(&colleague, "关于值班安排的通知", &["请按时到岗。"]);
    let back = json!({ "id": own, "reason": "重写" });
    assert_eq!(colleague.refused("intake_return", back), "intake.none");
    let others = json!({ "id": id, "reason": "重写" });
    assert_eq!(
        colleague.refused("intake_return", others),
        "draft.not_there"
    );
    // A desk that was tampered with names what its person does not see: the server asks.
    let mut forged = intake(&complete());
    forged["incoming_id"] = json!(came);
    let put = json!({ "id": own, "sheet": sheet(&forged, Some(false)) });
    let person = staffed.office.people[COLLEAGUE];
    let server = staffed.office.server();
    colleague.sync();
    let refused = crate::organisation::call(server, person, "issue_sheet_put", put);
    assert_eq!(refused, Err("incoming.not_there".into()));
    assert_eq!(row(keeper, &came)["given_back"], "");
}
