//! 印发以后: what a draft's author says of it goes along; a document is in force until a later one or its last day says
//! otherwise; what is made public has its day.

use serde_json::{Value, json};

use crate::{
    editor::{Calls as _, write},
    number::series,
    office::Seat,
    outgoing::{Staffed, agree, task},
};

const BODY: [&str; 1] = ["现将有关事项通知如下，请认真贯彻执行。"];

/// What the author says of a draft; `more` stands over what is usual.
fn sheet(more: &Value) -> Value {
    let mut said = json!({
        "normative": null, "competition": null, "publicity": "", "publicity_reason": "",
        "valid_until": "", "changes": [],
    });
    for (name, value) in more.as_object().expect("fields") {
        said[name] = value.clone();
    }
    said
}

fn say(seat: &Seat, id: &str, more: &Value) {
    let put = json!({ "id": id, "sheet": sheet(more) });
    seat.ok("issue_sheet_put", put);
}

fn submit(staffed: &Staffed, id: &str) {
    staffed
        .drafter
        .ok("draft_submit", json!({ "id": id, "note": "" }));
    staffed.drafter.sync();
}

/// From 处室核稿 to 印制核发, by the ordinary steps.
fn issue(staffed: &Staffed, signed: &Value) {
    agree(&staffed.head, "处室核稿", json!({}));
    agree(&staffed.head, "办公室审核", json!({}));
    agree(&staffed.leader, "签发", signed.clone());
    issue_signed(staffed);
}

fn issue_signed(staffed: &Staffed) {
    agree(&staffed.head, "复核", json!({}));
    agree(&staffed.keeper, "登记", json!({ "copies": 10 }));
    for step in ["校对", "用印", "印制核发"] {
        agree(&staffed.keeper, step, json!({}));
    }
}

fn rows(seat: &Seat, more: &Value) -> Vec<Value> {
    let mut list = json!({
        "status": null, "year": "", "document_type": null, "text": "", "ending_within": null,
        "unpublished": false, "offset": 0, "limit": 100,
    });
    for (name, value) in more.as_object().expect("fields") {
        list[name] = value.clone();
    }
    let page = seat.ok("issued_list", list);
    page["rows"].as_array().expect("rows").clone()
}

fn number(staffed: &Staffed, id: &str) -> String {
    staffed.instance(id).issue_number
}

#[test]
fn what_a_later_document_repeals_is_repealed_when_that_one_is_issued() {
    let staffed = Staffed::open();
    let first = write(&staffed.drafter, "关于印发防汛工作办法的通知", &BODY);
    submit(&staffed, &first);
    issue(&staffed, &json!({ "publicity": "open" }));
    let first_number = number(&staffed, &first);
    staffed
        .keeper
        .sync_until("the first", || rows(&staffed.keeper, &json!({})).len() == 1);
    let row = rows(&staffed.keeper, &json!({}))[0].clone();
    assert_eq!(
        (&row["number"], &row["status"]),
        (&json!(first_number), &json!("effective"))
    );
    assert_ne!(row["publish_due"], json!(""), "its twenty working days run");
    // Whoever was not asked sees what is made public.
    staffed.drafter.sync_until("everybody", || {
        rows(&staffed.drafter, &json!({})).len() == 1
    });

    let second = write(&staffed.drafter, "关于修订防汛工作办法的通知", &BODY);
    let wrong =
        json!({ "changes": [{ "number": "望政办发〔2019〕99号", "title": "", "does": "repeal" }] });
    say(&staffed.drafter, &second, &wrong);
    submit(&staffed, &second);
    let refused = || {
        let list = json!({
            "state": "drafting", "document_type": null, "from_other": false, "offset": 0, "limit": 10,
        });
        let page = staffed.drafter.ok("draft_list", list);
        let row = page["rows"][0].clone();
        row["note"].as_str().unwrap_or_default().to_owned()
    };
    staffed
        .drafter
        .sync_until("the refusal", || refused().contains("望政办发〔2019〕99号"));

    let right = json!({ "changes": [{ "number": first_number, "title": "关于印发防汛工作办法的通知", "does": "repeal" }] });
    say(&staffed.drafter, &second, &right);
    submit(&staffed, &second);
    agree(&staffed.head, "处室核稿", json!({}));
    agree(&staffed.head, "办公室审核", json!({}));
    let sign = task(&staffed.leader, "签发");
    let view = staffed.leader.ok("task_open", json!({ "id": sign["id"] }));
    let items = view["trace"]["items"].to_string();
    assert!(
        items.contains("废止《关于印发防汛工作办法的通知》"),
        "the signer reads it: {items}"
    );
    agree(
        &staffed.leader,
        "签发",
        json!({ "publicity": "on_request" }),
    );
    agree(&staffed.head, "复核", json!({}));
    agree(&staffed.keeper, "登记", json!({ "copies": 10 }));
    agree(&staffed.keeper, "校对", json!({}));
    agree(&staffed.keeper, "用印", json!({}));
    let in_force = json!({ "status": "effective" });
    assert_eq!(
        rows(&staffed.keeper, &in_force).len(),
        1,
        "a number alone repeals nothing"
    );
    agree(&staffed.keeper, "印制核发", json!({}));

    let repealed = || rows(&staffed.keeper, &json!({ "status": "repealed" }));
    staffed
        .keeper
        .sync_until("the repeal", || repealed().len() == 1);
    assert_eq!(repealed()[0]["id"], json!(first));
    let view = staffed.keeper.ok("issued_open", json!({ "id": first }));
    assert_eq!(view["history"][0]["id"], json!(second));
    assert_eq!(view["history"][0]["does"], "repeal");
    assert_eq!(
        view["may_conclude"],
        json!(false),
        "what is gone needs no clearing"
    );
    // Nobody who was not asked sees what is not made public.
    staffed.drafter.sync();
    let ids: Vec<Value> = rows(&staffed.leader, &json!({}))
        .iter()
        .map(|row| row["id"].clone())
        .collect();
    assert!(
        ids.contains(&json!(second)),
        "the signer took part: {ids:?}"
    );
}

#[test]
fn a_normative_document_passes_its_reviews_is_registered_reported_and_made_public_in_time() {
    let staffed = Staffed::open();
    let series = series("规范性文件", "normative", "WXGF—{年}—{号}");
    staffed.keeper.ok("number_series_put", series);
    staffed.keeper.sync();
    let id = write(
        &staffed.drafter,
        "关于印发小型水库安全管理办法的通知",
        &BODY,
    );
    let said = json!({ "normative": true, "competition": true, "publicity": "open", "valid_until": "2026-12-31" });
    say(&staffed.drafter, &id, &said);
    let view = staffed.drafter.ok("issue_sheet_open", json!({ "id": id }));
    let asked = view["gates"].as_array().expect("rules").iter();
    let asked: Vec<&str> = asked
        .filter(|gate| gate["applies"] == json!(true))
        .filter_map(|gate| gate["id"].as_str())
        .collect();
    assert_eq!(asked.len(), 7, "{asked:?}");
    submit(&staffed, &id);
    agree(&staffed.head, "处室核稿", json!({}));
    agree(&staffed.head, "合法性审核", json!({}));
    let refused = task(&staffed.head, "公平竞争审查");
    staffed.head.ok(
        "process_act",
        json!({ "id": refused["id"], "act": {
        "kind": "decide", "verdict": "agree", "words": "经审查。", "items": {}, "chosen": {},
    } }),
    );
    staffed.head.sync();
    assert_eq!(
        task(&staffed.head, "公平竞争审查")["id"],
        refused["id"],
        "no conclusion, no way on"
    );
    agree(
        &staffed.head,
        "公平竞争审查",
        json!({ "competition_result": "meets" }),
    );
    agree(&staffed.head, "办公室审核", json!({}));
    let meeting = json!({ "meeting": "县政府第12次常务会议", "deliberated_on": "2026-03-05" });
    agree(&staffed.head, "集体审议", meeting);
    agree(&staffed.leader, "签发", json!({ "publicity": "open" }));
    issue_signed(&staffed);

    let find = || rows(&staffed.keeper, &json!({ "unpublished": true }));
    staffed.keeper.sync_until("the list", || find().len() == 1);
    let row = find()[0].clone();
    assert_eq!(
        (&row["normative"], &row["valid_until"]),
        (&json!(true), &json!("2026-12-31"))
    );
    assert!(
        row["registration"]
            .as_str()
            .is_some_and(|number| number.starts_with("WXGF—")),
        "{row}"
    );
    let publish = task(&staffed.keeper, "主动公开");
    assert_ne!(publish["due_at"], json!(""), "it has its day");
    agree(
        &staffed.keeper,
        "报送备案",
        json!({ "filed_on": "2026-03-10", "filed_with": "市政府" }),
    );
    let published = json!({ "published_on": "2026-03-09", "published_where": "县政府门户网站" });
    agree(&staffed.keeper, "主动公开", published);
    agree(&staffed.keeper, "归档", json!({}));
    staffed
        .keeper
        .sync_until("nothing left to publish", || find().is_empty());
    let view = staffed.keeper.ok("issued_open", json!({ "id": id }));
    assert_eq!(view["published_where"], "县政府门户网站");
    assert_eq!(view["filed_with"], "市政府");
    assert_eq!(staffed.instance(&id).status, "done");

    // The clearing: a proposal of the keeper changes nothing by itself.
    let propose = json!({ "id": id, "conclusion": "repeal", "note": "上位法已修订" });
    staffed.keeper.ok("issued_conclude", propose);
    staffed.keeper.sync();
    let ending = || rows(&staffed.keeper, &json!({ "ending_within": 366 }));
    staffed.keeper.sync_until("the proposal", || {
        ending()
            .first()
            .is_some_and(|row| row["conclusion"] == "repeal")
    });
    assert_eq!(ending()[0]["status"], "effective");
}

#[test]
fn what_is_not_made_public_needs_a_reason() {
    let staffed = Staffed::open();
    let id = write(&staffed.drafter, "关于内部值班安排的通知", &BODY);
    submit(&staffed, &id);
    agree(&staffed.head, "处室核稿", json!({}));
    agree(&staffed.head, "办公室审核", json!({}));
    agree(&staffed.leader, "签发", json!({ "publicity": "closed" }));
    assert_eq!(task(&staffed.leader, "签发")["state"], "todo");
    let signed = json!({ "publicity": "closed", "publicity_reason": "属内部管理事项" });
    agree(&staffed.leader, "签发", signed);
    issue_signed(&staffed);
    staffed.keeper.sync_until("it is issued", || {
        rows(&staffed.keeper, &json!({})).len() == 1
    });
    let view = staffed.keeper.ok("issued_open", json!({ "id": id }));
    assert_eq!(view["publicity_reason"], "属内部管理事项");
    assert_eq!(view["row"]["publish_due"], "");
    staffed.drafter.sync();
    assert_eq!(
        rows(&staffed.drafter, &json!({})).len(),
        1,
        "the author took part"
    );
}
