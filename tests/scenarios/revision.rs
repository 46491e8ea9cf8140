//! 修订 in review, from desk to desk: a word changed at 复核 goes back to the signer; suggestions that nobody has
//! decided do not go to 签发; what is sent is what it says it is.

use andu_desk::andu_api::draft::OpenDraft;
use andu_draft::DraftText;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use yrs::{
    Any, Doc, OffsetKind, Options, Out, ReadTxn, Text, Transact, Update, XmlElementRef,
    XmlFragment, XmlOut, XmlTextRef, types::Attrs, updates::decoder::Decode,
};

use crate::{
    editor::Calls,
    office::Seat,
    outgoing::{Staffed, agree, decide, refusal, task},
};

/// Somebody who reviews: the page's half of the text, whose edits are suggestions.
struct Reviewer {
    opened: OpenDraft,
    doc: Doc,
    author: (String, String),
}

impl Reviewer {
    fn open(seat: &Seat, id: &str) -> Self {
        let opened = seat.ok("draft_open", json!({ "id": id }));
        let opened: OpenDraft = serde_json::from_value(opened).expect("an opened draft");
        let doc = Doc::with_options(Options {
            client_id: yrs::ClientID::new(opened.client_id),
            offset_kind: OffsetKind::Utf16,
            ..Options::default()
        });
        let state = STANDARD.decode(&opened.state).expect("Base64");
        let update = Update::decode_v1(&state).expect("an update");
        doc.transact_mut().apply_update(update).expect("it fits");
        let me = seat.ok("session_me", json!({}));
        let of = |field: &str| me[field].as_str().expect("a word").to_owned();
        Self {
            opened,
            doc,
            author: (of("person_id"), of("person")),
        }
    }

    /// The line with these words, and where they begin in it.
    fn find(txn: &impl ReadTxn, words: &str) -> (XmlTextRef, u32) {
        let body = txn.get_xml_fragment("body").expect("a body");
        let lines = body.children(txn).filter_map(|one| match one {
            XmlOut::Element(line) => Some(line),
            _ => None,
        });
        let texts = lines.filter_map(|line: XmlElementRef| match line.first_child() {
            Some(XmlOut::Text(text)) => Some(text),
            _ => None,
        });
        for text in texts {
            let said: String = text
                .diff(txn, yrs::types::text::YChange::identity)
                .into_iter()
                .filter_map(|part| match part.insert {
                    Out::Any(Any::String(words)) => Some(words.to_string()),
                    _ => None,
                })
                .collect();
            if let Some(at) = said.find(words) {
                let before = said[..at].encode_utf16().count();
                return (text, u32::try_from(before).expect("short"));
            }
        }
        panic!("no line says {words}");
    }

    fn mark(&self, name: &str, suggestion: &str) -> Attrs {
        let (id, person) = &self.author;
        let fields = [
            ("id", suggestion),
            ("author", id),
            ("name", person),
            ("at", "2026-03-02T02:00:00.000Z"),
        ];
        let fields = fields.map(|(name, text)| (name.to_owned(), Any::from(text)));
        let trace = Any::from(std::collections::HashMap::from(fields));
        Attrs::from([(name.into(), trace)])
    }

    fn edit(&self, edit: impl FnOnce(&mut yrs::TransactionMut<'_>)) -> Value {
        let before = self.doc.transact().state_vector();
        edit(&mut self.doc.transact_mut());
        let update = self.doc.transact().encode_diff_v1(&before);
        json!({
            "id": self.opened.row.id,
            "lineage": self.opened.lineage,
            "update": STANDARD.encode(update),
        })
    }

    /// Suggests other words, as the editor does: the old ones stay and are marked, the new ones come marked.
    fn suggests(&self, suggestion: &str, old: &str, new: &str) -> Value {
        self.edit(|txn| {
            let (text, at) = Self::find(txn, old);
            let many = u32::try_from(old.encode_utf16().count()).expect("short");
            text.format(txn, at, many, self.mark("deleted", suggestion));
            let mark = self.mark("inserted", suggestion);
            text.insert_with_attributes(txn, at + many, new, mark);
        })
    }

    /// Writes other words over those that stand, which no reviewer may.
    fn overwrites(&self, old: &str, new: &str) -> Value {
        self.edit(|txn| {
            let (text, at) = Self::find(txn, old);
            let many = u32::try_from(old.encode_utf16().count()).expect("short");
            text.remove_range(txn, at, many);
            text.insert(txn, at, new);
        })
    }
}

/// Suggests at a desk and keeps it there.
fn suggest(seat: &Seat, id: &str, (suggestion, old, new): (&str, &str, &str)) {
    let reviewer = Reviewer::open(seat, id);
    assert!(reviewer.opened.review.is_some_and(|mode| mode.revises));
    assert!(!reviewer.opened.read_only);
    seat.ok("draft_update", reviewer.suggests(suggestion, old, new));
    seat.ok("draft_close", json!({ "id": id }));
}

fn revised(seat: &Seat, id: &str) -> Value {
    seat.ok("revision_list", json!({ "id": id }))
}

fn settle(seat: &Seat, id: &str, choice: &Value, accept: bool) -> Value {
    let args = json!({ "id": id, "choice": choice, "accept": accept });
    seat.ok("revision_settle", args)
}

/// What the document says where it is read, on one line.
fn read(seat: &Seat, id: &str) -> String {
    let read = andu_desk::andu_api::draft::stored_document(&*seat.open(), id).expect("a document");
    let lines: Vec<String> = read.body.iter().map(|block| block.text()).collect();
    lines.join("")
}

fn to_recheck(staffed: &Staffed) {
    agree(&staffed.head, "处室核稿", json!({}));
    agree(&staffed.head, "办公室审核", json!({}));
    agree(&staffed.leader, "签发", json!({ "publicity": "open" }));
    task(&staffed.head, "复核");
}

#[test]
fn a_word_changed_at_the_recheck_goes_back_to_the_signer_and_the_number_is_given_once() {
    let staffed = Staffed::open();
    let id = staffed.submitted();
    to_recheck(&staffed);
    let signed = staffed.instance(&id).content_hash;

    let recheck = task(&staffed.head, "复核");
    suggest(&staffed.head, &id, ("s1", "6月10日", "6月20日"));
    let mine = revised(&staffed.head, &id);
    assert_eq!((&mine["unsent"], &mine["open"]), (&json!(true), &json!(1)));
    // It is the desk's own until it is sent, and nothing is decided over it.
    assert!(!read(&staffed.leader, &id).contains("6月20日"));
    let act =
        json!({ "kind": "decide", "verdict": "agree", "words": "", "items": {}, "chosen": {} });
    let early = json!({ "id": recheck["id"], "act": act });
    assert_eq!(
        staffed.head.refused("process_act", early),
        "revision.unsent"
    );
    let sent = staffed.head.ok("revision_send", json!({ "id": id }));
    assert_eq!(sent["kind"], "waiting");
    // Undecided, it does not pass to the signer.
    decide(&staffed.head, &recheck, "agree", "改正日期。");
    staffed.head.sync();
    let refused = refusal(&staffed.head, &recheck["id"]);
    assert!(refused.contains("还有 1 处修订没有处理"), "{refused}");
    assert_ne!(staffed.instance(&id).content_hash, signed, "other words");

    settle(&staffed.head, &id, &json!({ "kind": "all" }), true);
    decide(&staffed.head, &recheck, "agree", "改正日期。");
    staffed.head.sync();

    // 复审: the signer reads the new words and signs them.
    let again = task(&staffed.leader, "签发");
    assert!(read(&staffed.leader, &id).contains("6月20日"));
    let view = staffed.leader.ok("task_open", json!({ "id": again["id"] }));
    let visits = view["trace"]["visits"].as_array().expect("visits");
    let review = visits
        .iter()
        .find(|visit| visit["step"] == "处室核稿")
        .expect("it");
    assert_eq!(
        review["people"][0]["older"], true,
        "said of the older words"
    );
    let told = revised(&staffed.leader, &id);
    let line = &told["entries"][0]["changes"][0];
    assert_eq!(told["entries"][0]["step"], "复核");
    assert_eq!(
        (&line["kind"], &line["before"], &line["after"]),
        (&json!("replace"), &json!("6月10日"), &json!("6月20日"))
    );
    assert_eq!(told["entries"][1]["changes"][0]["what"], "accepted");
    assert_eq!(staffed.instance(&id).issue_number, "", "no number before");
    agree(
        &staffed.leader,
        "签发",
        json!({ "publicity": "on_request" }),
    );
    agree(&staffed.head, "复核", json!({}));
    agree(&staffed.keeper, "登记", json!({ "copies": 30 }));
    let numbered = staffed.instance(&id).issue_number;
    assert!(numbered.ends_with("〕1号"), "{numbered}");
    for step in ["校对", "用印", "印制核发", "归档"] {
        agree(&staffed.keeper, step, json!({}));
    }
    assert!(read(&staffed.keeper, &id).contains("6月20日"));
    assert!(
        matches!(
            staffed.office.read(|reader| reader.instances_verify()),
            andu_store::Chains::Whole(_)
        ),
        "every change is in the chain"
    );
}

#[test]
fn what_is_suggested_without_a_network_is_the_authors_to_accept_and_reject() {
    let staffed = Staffed::open();
    let id = staffed.submitted();
    let review = task(&staffed.head, "处室核稿");
    suggest(&staffed.head, &id, ("s1", "6月10日", "6月15日"));
    suggest(&staffed.head, &id, ("s2", "逐一检查", "全面排查"));
    // Two acts in the outbox: the decision names the words as they will be.
    staffed.head.ok("revision_send", json!({ "id": id }));
    decide(&staffed.head, &review, "agree", "已改两处。");
    assert_eq!(revised(&staffed.head, &id)["waits"], true);
    staffed.head.sync();
    agree(&staffed.head, "办公室审核", json!({}));
    let office = task(&staffed.head, "办公室审核");
    let refused = refusal(&staffed.head, &office["id"]);
    assert!(refused.contains("2 处修订"), "{refused}");

    // The drafter has them before the eyes, and decides one by one.
    staffed.drafter.sync_until("the suggestions", || {
        revised(&staffed.drafter, &id)["open"] == json!(2)
    });
    let author = Reviewer::open(&staffed.drafter, &id);
    let mode = author.opened.review.expect("it is reviewed");
    assert!(mode.settles && !mode.revises && author.opened.read_only);
    let one = |suggestion: &str| json!({ "kind": "one", "suggestion": suggestion });
    settle(&staffed.drafter, &id, &one("s1"), true);
    settle(&staffed.drafter, &id, &one("s2"), false);
    staffed.drafter.sync();
    staffed.head.sync_until("the decisions", || {
        revised(&staffed.head, &id)["open"] == json!(0)
    });
    let said = read(&staffed.head, &id);
    assert!(
        said.contains("6月15日") && said.contains("逐一检查"),
        "{said}"
    );
    agree(&staffed.head, "办公室审核", json!({}));
    task(&staffed.leader, "签发");
    let entries = revised(&staffed.leader, &id);
    let what: Vec<&Value> = entries["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|entry| &entry["changes"][0]["what"])
        .collect();
    assert_eq!(what, ["suggested", "accepted", "rejected"]);
}

#[test]
fn what_came_back_to_its_author_carries_the_suggestions_in_the_authors_own_text() {
    let staffed = Staffed::open();
    let id = staffed.submitted();
    let review = task(&staffed.head, "处室核稿");
    suggest(&staffed.head, &id, ("s1", "6月10日", "6月15日"));
    staffed.head.ok("revision_send", json!({ "id": id }));
    staffed.head.sync();
    decide(&staffed.head, &review, "refuse", "请按修订重拟。");
    staffed.head.sync();
    task(&staffed.drafter, "拟稿");
    let opened = staffed.drafter.ok("draft_open", json!({ "id": id }));
    assert_eq!(opened["read_only"], false);
    assert_eq!(opened["review"], Value::Null);
    let state = STANDARD.decode(opened["state"].as_str().expect("a text"));
    let state = state.expect("Base64");
    let text = DraftText::from_updates(7, std::iter::once(state.as_slice())).expect("a text");
    let open = text.suggestions().expect("suggestions");
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].trace.name, "余婉清");
    // And is not sent again while it is undecided.
    let submitted = staffed
        .drafter
        .call("draft_submit", json!({ "id": id, "note": "" }));
    drop(submitted);
    staffed.drafter.sync();
    assert_eq!(
        staffed.office.read(|reader| reader.draft(&id)).state,
        andu_store::DraftState::Drafting
    );
}

#[test]
fn nothing_is_taken_but_suggestions_of_ones_own_by_whoever_is_asked() {
    let staffed = Staffed::open();
    let id = staffed.submitted();
    task(&staffed.head, "处室核稿");
    // Whoever writes over the text has it refused as a whole.
    let reviewer = Reviewer::open(&staffed.head, &id);
    staffed
        .head
        .ok("draft_update", reviewer.overwrites("6月10日", "6月1日"));
    staffed.head.ok("draft_close", json!({ "id": id }));
    staffed.head.ok("revision_send", json!({ "id": id }));
    staffed.head.sync();
    let refused = staffed.head.ok("act_refusals", json!({}));
    assert!(
        refused.to_string().contains("与现有文稿对不上"),
        "{refused}"
    );
    staffed.head.ok("revision_discard", json!({ "id": id }));
    assert_eq!(revised(&staffed.head, &id)["unsent"], false);
    assert!(!read(&staffed.head, &id).contains("6月1日前"));

    // In another's name.
    let mut reviewer = Reviewer::open(&staffed.head, &id);
    reviewer.author = (staffed.office.people[4].as_text(), "别人".to_owned());
    let update = reviewer.suggests("s9", "6月10日", "6月1日");
    staffed.head.ok("draft_update", update);
    staffed.head.ok("draft_close", json!({ "id": id }));
    staffed.head.ok("revision_send", json!({ "id": id }));
    staffed.head.sync();
    let refused = staffed.head.ok("act_refusals", json!({}));
    assert!(refused.to_string().contains("提出人本人"), "{refused}");

    // Who is not asked reads it and no more.
    let opened = staffed.leader.call("draft_open", json!({ "id": id }));
    assert!(opened.is_err(), "the leader is not asked yet");
    assert_eq!(
        staffed.leader.refused("revision_send", json!({ "id": id })),
        "store.not_found"
    );
    let before = staffed.office.read(|reader| reader.revisions(&id));
    assert!(before.is_empty(), "nothing was changed: {before:?}");
}
