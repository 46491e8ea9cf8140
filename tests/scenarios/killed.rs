//! kill -9 about decisions: one that is held (撤回) and one that is written by hand. A desk dies at chosen moments,
//! is started again, and what it had confirmed is there once: held, sent, or taken back.

use andu_store::{Reader, Sight};
use serde_json::{Value, json};

use crate::{
    editor::{Calls, write},
    kill::{Desk, Dice, PUSH},
    office::{Office, Seat, until},
    proxy::Stage,
};

const DRAFTER: usize = 0;
const HEAD: usize = 1;
const KEEPER: usize = 5;
const STEP: &str = "处室核稿";

/// The county's office; its head of department sits at a desk that can be killed.
struct County {
    office: Office,
    drafter: Seat,
    head: Desk,
    drafts: usize,
}

impl County {
    fn open() -> Self {
        let mut office = Office::open_county_in_clear();
        let keeper = office.seat(KEEPER);
        keeper.ok("process_enable", json!({ "process": "outgoing" }));
        keeper.sync();
        let drafter = office.seat(DRAFTER);
        let head = Desk::at(office.address(), &json!(office.code(HEAD)));
        Self {
            office,
            drafter,
            head,
            drafts: 0,
        }
    }

    /// One more draft that waits for the head, and its task.
    fn asks(&mut self) -> (String, Value) {
        self.drafts += 1;
        let title = format!("关于第{}号堤段除险加固的通知", self.drafts);
        let id = write(&self.drafter, &title, &["请各乡镇抓紧落实。"]);
        let submit = json!({ "id": id, "note": "" });
        self.drafter.ok("draft_submit", submit);
        self.drafter.sync();
        let find = || self.todo(&title);
        until("the task", || {
            self.head.process.ok("sync_now", json!({}));
            find().is_some()
        });
        (id, find().expect("a task"))
    }

    fn todo(&self, title: &str) -> Option<Value> {
        let args = json!({ "state": "todo", "text": "", "offset": 0, "limit": 200 });
        let page = self.head.process.ok("task_list", args);
        let rows = page["rows"].as_array().expect("rows").clone();
        let mut rows = rows.into_iter();
        rows.find(|row| row["title"] == *title && row["step"] == STEP)
    }

    /// What stands in the head's outbox about decisions; none was refused.
    fn waiting(&self) -> Vec<Value> {
        let items = self.head.process.ok("sync_items", json!({}));
        let all = items.as_array().expect("items").iter();
        let acts = all.filter(|item| item["kind"] == "process_act" && item["state"] != "done");
        let states: Vec<Value> = acts.map(|item| item["state"].clone()).collect();
        assert!(!states.contains(&json!("refused")), "{items}");
        states
    }

    /// How often the server has it that something was decided with these words.
    fn decided(&self, draft: &str, words: &str) -> usize {
        let record = self.office.read(|reader| reader.instance_of(draft));
        let id = record.expect("an instance").id;
        let entries = self.office.read(|reader| reader.instance_entries(&id));
        let holding = entries.iter().filter(|entry| entry.events.contains(words));
        holding.count()
    }

    fn reconnected(&self) {
        self.head.proxy.lead(Some(self.office.address()));
    }

    /// Decides at once and waits until the server has it.
    fn settle(&self, (draft, task): (&str, &Value), words: &str) {
        let done = self.head.process.ok("process_act", decide(task, words, 0));
        assert_eq!(done["kind"], "waiting");
        self.arrives(draft, words);
    }

    fn arrives(&self, draft: &str, words: &str) {
        until("the decision at the server", || {
            self.head.process.ok("sync_now", json!({}));
            self.decided(draft, words) == 1
        });
        until("an empty outbox", || self.waiting().is_empty());
    }
}

fn decide(task: &Value, words: &str, hold_seconds: u32) -> Value {
    let act = json!({
        "kind": "decide", "verdict": "agree", "words": words, "items": {}, "chosen": {},
    });
    json!({ "id": task["id"], "act": act, "hold_seconds": hold_seconds })
}

/// When the desk dies, about a decision that is held.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// So many milliseconds after it was told.
    Told(u64),
    /// When it has answered; held for so long that it is still held.
    Held,
    /// So many milliseconds after it has answered, held for one second: before, while and after it is sent.
    Ending(u64),
    /// So many milliseconds after it was told to take it back.
    TakenBack(u64),
    /// At a stage of the exchange in which it is sent.
    Sent(Stage),
}

impl Moment {
    const fn hold_seconds(self) -> u32 {
        match self {
            Self::Told(_) | Self::Held | Self::TakenBack(_) => 50,
            Self::Ending(_) | Self::Sent(_) => 1,
        }
    }
}

/// How it stood after the desk was started again, for the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// Held still, and taken back then.
    Held,
    /// Nobody has it: it was not confirmed, or it was taken back.
    Gone,
    /// Sent, or about to be.
    Sent,
}

/// The desk dies; what is left is held and can be taken back, or gone because nobody was told otherwise, or sent once.
fn round(county: &mut County, moment: Moment) -> After {
    let (draft, task) = county.asks();
    let words = format!("同意第{}件。", county.drafts);
    let title = task["title"].as_str().expect("a title").to_owned();
    if let Moment::Sent(stage) = moment {
        county.head.dies(PUSH, stage, "process_act", 0);
    }
    let order = decide(&task, &words, moment.hold_seconds());
    let process = &county.head.process;
    if let Moment::Told(ms) = moment {
        process.kill_amid("process_act", &order, ms);
    } else {
        assert_eq!(process.ok("process_act", order)["kind"], "waiting");
        match moment {
            Moment::Told(_) | Moment::Held => process.killer().kill(),
            Moment::Ending(ms) => {
                std::thread::sleep(std::time::Duration::from_millis(ms));
                process.killer().kill();
            }
            Moment::TakenBack(ms) => {
                process.kill_amid("sync_take_back", &json!({ "id": task["id"] }), ms);
            }
            Moment::Sent(_) => until("the trap", || county.head.proxy.sprung()),
        }
    }
    county.head.restart();
    county.reconnected();
    let still_held = county.waiting().contains(&json!("held"));
    if still_held && moment.hold_seconds() == 50 {
        assert_eq!(
            county.decided(&draft, &words),
            0,
            "{moment:?}: held, and sent"
        );
        let back = json!({ "id": task["id"] });
        assert_eq!(county.head.process.ok("sync_take_back", back), true);
        assert!(county.todo(&title).is_some(), "{moment:?}: it waits again");
        county.settle((&draft, &task), "另行同意。");
        assert_eq!(
            county.decided(&draft, &words),
            0,
            "{moment:?}: taken back, and sent"
        );
        return After::Held;
    }
    let may_be_gone = matches!(moment, Moment::Told(_) | Moment::TakenBack(_));
    if may_be_gone {
        // What is held for fifty seconds is not on its way: who does not hold it has nothing of it.
        assert_eq!(county.waiting(), Vec::<Value>::new(), "{moment:?}");
        county.settle((&draft, &task), "另行同意。");
        assert_eq!(
            county.decided(&draft, &words),
            0,
            "{moment:?}: gone, and sent"
        );
        return After::Gone;
    }
    assert!(
        !matches!(moment, Moment::Held),
        "a decision that was confirmed and held is lost"
    );
    county.arrives(&draft, &words);
    After::Sent
}

#[test]
fn a_held_decision_of_a_killed_desk_is_held_or_sent_once_or_was_taken_back() {
    let mut dice = Dice(38);
    let mut county = County::open();
    let mut moments = vec![Moment::Held, Moment::Held];
    for _ in 0..5 {
        moments.push(Moment::Told(dice.below(30)));
        moments.push(Moment::TakenBack(dice.below(20)));
        moments.push(Moment::Ending(500 + dice.below(900)));
    }
    for stage in [
        Stage::Asked,
        Stage::Forwarded,
        Stage::Answered,
        Stage::Passed,
    ] {
        moments.push(Moment::Sent(stage));
    }
    let mut found = Vec::new();
    for moment in moments {
        let after = round(&mut county, moment);
        found.push((moment, after));
    }
    let count = |of: After| found.iter().filter(|(_, after)| *after == of).count();
    let (held, gone, sent) = (count(After::Held), count(After::Gone), count(After::Sent));
    eprintln!("{held} held, {gone} gone, {sent} sent: {found:?}");
    assert!(held >= 2 && sent == 9, "{found:?}");
    assert_eq!(held + gone + sent, found.len());
    county.office.audited();
}

/// When the desk dies, about a decision that is written by hand.
#[derive(Debug, Clone, Copy)]
enum Written {
    /// So many milliseconds after it was told.
    Told(u64),
    /// When it has answered, while the server cannot be reached.
    Confirmed,
    /// At a stage of the exchange in which the strokes are sent.
    Sent(Stage),
}

fn strokes(seed: u32) -> Value {
    let stroke: Vec<[u32; 3]> = (0..40).map(|at| [at * 50 + seed, at * at, 500]).collect();
    json!({ "width": 6000, "height": 4000, "strokes": vec![stroke; 60] })
}

fn written_round(county: &mut County, moment: Written, confirmed: &mut usize) {
    let (draft, task) = county.asks();
    let record = county.office.read(|reader| reader.instance_of(&draft));
    let instance = record.expect("an instance").id;
    let hand = strokes(u32::try_from(county.drafts).expect("few"));
    let act = json!({
        "kind": "decide", "verdict": "agree", "words": "", "items": {}, "chosen": {},
        "handwriting": { "opinion": hand, "notes": [] },
    });
    let order = json!({ "id": task["id"], "act": act });
    match moment {
        Written::Sent(stage) => county.head.dies(PUSH, stage, "handwriting", 0),
        Written::Told(_) | Written::Confirmed => county.head.proxy.lead(None),
    }
    let is_confirmed = match moment {
        Written::Told(ms) => {
            county.head.process.kill_amid("process_act", &order, ms);
            false
        }
        Written::Confirmed => {
            assert_eq!(
                county.head.process.ok("process_act", order.clone())["kind"],
                "waiting"
            );
            county.head.process.killer().kill();
            true
        }
        // It may die before it has answered: the trap goes off as soon as it sends.
        Written::Sent(_) => {
            let answered = county.head.process.ask("process_act", &order);
            until("the trap", || county.head.proxy.sprung());
            answered.is_ok()
        }
    };
    county.head.restart();
    let waits = county.waiting().len();
    county.reconnected();
    let at_server = |reader: Reader<'_>| reader.handwritings(&Sight::Whole, &instance);
    if is_confirmed {
        *confirmed += 1;
        let kept = county.office.read(at_server).len();
        assert!(
            waits + kept >= 1,
            "{moment:?}: strokes that were confirmed are lost"
        );
    }
    assert!(waits <= 1, "{moment:?}: {waits} decisions wait");
    let is_there = waits == 1 || !county.office.read(at_server).is_empty();
    if !is_there {
        // It was never confirmed: whoever wrote writes again.
        assert!(!is_confirmed);
        county.head.process.ok("process_act", order);
    }
    until("the strokes at the server", || {
        county.head.process.ok("sync_now", json!({}));
        county.office.read(at_server).len() == 1 && county.waiting().is_empty()
    });
    until("the strokes at the desk", || {
        county.head.process.ok("sync_now", json!({}));
        let args = json!({ "instance_id": instance });
        let read = county.head.process.ok("process_handwriting", args);
        let read = read.as_array().expect("a list");
        read.len() == 1 && read[0]["opinion"] == hand
    });
    assert_eq!(county.office.read(at_server).len(), 1, "{moment:?}: once");
    let entries = county
        .office
        .read(|reader| reader.instance_entries(&instance));
    let by_hand = entries
        .iter()
        .filter(|entry| entry.events.contains("\"handwriting\":\""));
    assert_eq!(by_hand.count(), 1, "{moment:?}: one decision names them");
}

#[test]
fn strokes_that_a_killed_desk_had_confirmed_are_there_once() {
    let mut dice = Dice(37);
    let mut county = County::open();
    let mut moments = vec![Written::Confirmed, Written::Confirmed];
    for _ in 0..6 {
        moments.push(Written::Told(dice.below(40)));
    }
    for stage in [
        Stage::Asked,
        Stage::Forwarded,
        Stage::Answered,
        Stage::Passed,
    ] {
        moments.push(Written::Sent(stage));
        moments.push(Written::Sent(stage));
    }
    let mut confirmed = 0;
    for moment in &moments {
        written_round(&mut county, *moment, &mut confirmed);
    }
    eprintln!(
        "{confirmed} of {} were confirmed before the desk died",
        moments.len()
    );
    assert!(confirmed >= 2);
    county.office.audited();
}
