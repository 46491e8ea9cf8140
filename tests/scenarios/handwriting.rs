//! 手写意见: given without a network, it travels with the decision, is read by those who take part and by nobody
//! else, and stands on paper; what is forged, too large, another's or about other words is refused in words.

use std::fs;

use andu_base::ContentHash;
use andu_desk::andu_api::Caller as _;
use andu_document::{Handwriting, HandwrittenOpinion, handwriting::Point};
use serde_json::{Value, json};

use crate::{
    editor::Calls,
    office::{PASSWORD, Seat, desk_in},
    organisation::call,
    outgoing::{Staffed, agree, task, tasks},
};

const LEADER: usize = 3;

/// Strokes in a box as the window hands them over.
fn sheet(strokes: usize) -> Value {
    let stroke: Vec<[u32; 3]> = (0..60).map(|at| [at * 50, at * at, 500]).collect();
    json!({ "width": 6000, "height": 4000, "strokes": vec![stroke; strokes] })
}

fn decide(hand: &Value) -> Value {
    json!({
        "kind": "decide", "verdict": "agree", "words": "", "items": {}, "chosen": {},
        "handwriting": hand,
    })
}

fn opinion(content: ContentHash, x: u32) -> HandwrittenOpinion {
    let point = Point {
        x,
        y: 10,
        pressure: 500,
    };
    let hand = Handwriting::new(1000, 1000, vec![vec![point]]).expect("strokes");
    HandwrittenOpinion::new(content, Some(hand), Vec::new()).expect("an opinion")
}

fn read(seat: &Seat, instance: &str) -> Vec<Value> {
    let written = seat.ok("process_handwriting", json!({ "instance_id": instance }));
    written.as_array().expect("a list").clone()
}

fn sheet_size(seat: &Seat, draft: &str) -> usize {
    let path = seat.folder.path().join("sheet.pdf");
    let token = seat.chosen(&path);
    let args = json!({ "draft_id": draft, "form": "outgoing_sheet", "token": token });
    seat.ok("form_write", args);
    fs::read(path).expect("a sheet").len()
}

#[test]
fn an_opinion_written_offline_is_read_by_those_who_take_part() {
    let mut staffed = Staffed::open();
    let id = staffed.submitted();
    let review = task(&staffed.head, "处室核稿");
    let instance = staffed.instance(&id).id;
    let before = sheet_size(&staffed.drafter, &id);

    staffed.office.stop();
    let note = json!({ "file": "", "page": 1, "sheet": {
        "width": 21_000, "height": 29_700, "strokes": [[[18_000, 9_000, 700], [18_400, 9_600, 300]]],
    } });
    let hand = json!({ "opinion": sheet(100), "notes": [note] });
    let act = json!({ "id": review["id"], "act": decide(&hand) });
    let waiting = staffed.head.ok("process_act", act);
    assert_eq!(waiting["kind"], "waiting");
    // The desk ends without a word, and opens again with what was confirmed.
    let folder = staffed.head.folder.path().to_owned();
    staffed.head.desk = desk_in(&folder);
    staffed
        .head
        .ok("session_unlock", json!({ "password": PASSWORD }));
    assert_eq!(tasks(&staffed.head, "todo")[0]["sync"], "waiting");

    staffed.office.start();
    staffed.head.sync();
    let kept = staffed
        .office
        .read(|reader| reader.handwritings(&andu_store::Sight::Whole, &instance));
    assert_eq!(kept.len(), 1, "at the primary");
    agree(&staffed.head, "办公室审核", json!({}));
    task(&staffed.leader, "签发");
    staffed
        .drafter
        .sync_until("the strokes at the author's", || {
            !read(&staffed.drafter, &instance).is_empty()
        });
    for reader in [&staffed.head, &staffed.leader, &staffed.drafter] {
        let [written] = &read(reader, &instance)[..] else {
            panic!("one opinion is written by hand");
        };
        assert_eq!(written["step"], "处室核稿");
        assert_eq!(written["stands"], true);
        assert_eq!(written["opinion"], sheet(100));
        assert_eq!(written["notes"][0], note);
        let trace = reader.ok("process_trace", json!({ "id": id }));
        let said = &trace["visits"][1]["people"][0];
        assert_eq!(said["handwriting"], written["hash"]);
        assert_eq!(said["person_id"], json!(staffed.office.people[1].as_text()));
    }
    for stranger in [staffed.office.people[4], staffed.office.people[12]] {
        let args = json!({ "instance_id": instance });
        let refused = call(
            staffed.office.server(),
            stranger,
            "process_handwriting",
            args,
        );
        assert_eq!(refused, Err("process.not_there".into()));
    }
    let leader = staffed.office.people[LEADER];
    let args = json!({ "instance_id": instance });
    let in_browser = call(staffed.office.server(), leader, "process_handwriting", args);
    assert_eq!(in_browser.expect("read")[0]["opinion"], sheet(100));
    // On paper the strokes are drawn: nothing else that was added says so much.
    let after = sheet_size(&staffed.drafter, &id);
    assert!(after > before + 20_000, "{before} bytes, then {after}");
}

#[test]
fn what_does_not_fit_is_refused_at_the_desk_and_nothing_is_sent() {
    let staffed = Staffed::open();
    staffed.submitted();
    let review = task(&staffed.head, "处室核稿");
    let refused = |opinion: Value, notes: Value| {
        let hand = json!({ "opinion": opinion, "notes": notes });
        let args = json!({ "id": review["id"], "act": decide(&hand) });
        staffed.head.refused("process_act", args)
    };
    let outside = json!({ "width": 1000, "height": 1000, "strokes": [[[1001, 5, 500]]] });
    assert_eq!(refused(outside, json!([])), "handwriting.outside");
    assert_eq!(refused(Value::Null, json!([])), "handwriting.empty");
    assert_eq!(
        refused(sheet(201), json!([])),
        "handwriting.too_many_strokes"
    );
    let twice = json!({ "file": "", "page": 1, "sheet": sheet(1) });
    assert_eq!(
        refused(Value::Null, json!([twice, twice])),
        "handwriting.page"
    );
    assert_eq!(staffed.head.outbox(), 0);
    assert_eq!(tasks(&staffed.head, "todo")[0]["sync"], "settled");
}

#[test]
fn strokes_that_are_forged_too_large_or_anothers_are_refused_in_words() {
    let staffed = Staffed::open();
    let id = staffed.submitted();
    let review = task(&staffed.head, "处室核稿");
    let record = staffed.instance(&id);
    let content: ContentHash = record.content_hash.parse().expect("a hash");
    let send = |seat: &Seat, visit: &str, hash: ContentHash, strokes: Option<String>| {
        let mut args = json!({
            "id": format!("{}/{visit}", record.id), "instance_id": record.id,
            "act": {
                "act": "decide", "visit": visit, "verdict": "agree", "content": content,
                "handwriting": hash,
            },
        });
        if let Some(strokes) = strokes {
            args["handwriting"] = json!(strokes);
        }
        seat.open().act("process_act", args).expect("it is queued");
        seat.sync();
        seat.ok("act_refusals", json!({})).to_string()
    };
    let head = |hash, strokes| send(&staffed.head, "1/head_review", hash, strokes);
    let good = opinion(content, 1);
    let other = opinion(ContentHash::of(b"other words"), 1);
    let large = format!("{}{}", good.to_json(), " ".repeat(1 << 20));
    let wild = good.to_json().replace("[1,10,500]", "[1,10,9000]");
    let cases = [
        (good.hash(), None, "没有随意见一起送到"),
        (
            opinion(content, 2).hash(),
            Some(good.to_json()),
            "与提交的意见对不上",
        ),
        (other.hash(), Some(other.to_json()), "写在另一份内容上"),
        (good.hash(), Some(large), "字节"),
        (good.hash(), Some(wild), "笔压应在"),
        (good.hash(), Some("{".to_owned()), "笔迹第 1 行"),
    ];
    for (hash, strokes, sentence) in cases {
        let refused = head(hash, strokes);
        assert!(refused.contains(sentence), "{sentence}: {refused}");
    }
    let all =
        |reader: andu_store::Reader<'_>| reader.handwritings(&andu_store::Sight::Whole, &record.id);
    assert!(staffed.office.read(all).is_empty(), "nothing of it is kept");
    assert_eq!(tasks(&staffed.head, "todo")[0]["id"], review["id"]);

    // What one wrote is not another's opinion, though that one may read it.
    head(good.hash(), Some(good.to_json()));
    assert_eq!(staffed.office.read(all).len(), 1);
    agree(&staffed.head, "办公室审核", json!({}));
    task(&staffed.leader, "签发");
    let copied = send(&staffed.leader, "1/sign", good.hash(), Some(good.to_json()));
    assert!(copied.contains("这份笔迹是别人的"), "{copied}");
    let named = send(&staffed.leader, "1/sign", good.hash(), None);
    assert!(named.contains("没有随意见一起送到"), "{named}");
    assert_eq!(tasks(&staffed.leader, "todo")[0]["step"], "签发");
}

#[test]
fn a_note_on_a_page_stands_no_longer_where_the_words_have_changed() {
    let staffed = Staffed::open();
    let id = staffed.submitted();
    let record = staffed.instance(&id);
    let note = json!({ "file": "", "page": 1, "sheet": sheet(1) });
    let review = task(&staffed.head, "处室核稿");
    let hand = json!({ "opinion": null, "notes": [note] });
    staffed.head.ok(
        "process_act",
        json!({ "id": review["id"], "act": decide(&hand) }),
    );
    staffed.head.sync();
    let office = task(&staffed.head, "办公室审核");
    assert_eq!(read(&staffed.head, &record.id)[0]["stands"], true);
    let view = staffed.head.ok("task_open", json!({ "id": office["id"] }));
    let returns = view["form"]["returns"].as_array().expect("a list").clone();
    let to = returns
        .iter()
        .find(|one| one["step"] == "拟稿")
        .expect("拟稿");
    let act = json!({ "kind": "return", "to": to["visit"], "straight": false, "reason": "请补充" });
    staffed
        .head
        .ok("process_act", json!({ "id": office["id"], "act": act }));
    staffed.head.sync();
    let written = read(&staffed.head, &record.id);
    assert_eq!(written.len(), 1, "it stays on record");
    assert_eq!(written[0]["stands"], false, "{written:?}");
}
