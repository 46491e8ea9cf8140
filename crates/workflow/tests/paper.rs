//! What was decided on paper and entered by another (代录): who, on which day, by whose hand; and when it was
//! entered, which stays the true time.

use andu_base::{Date, PersonId};
use andu_workflow::{
    Decision, Event, Instance, OnPaper, Recorded, Refusal, Verdict,
    definition::{Access, ItemKind, Opinion, Order, Value},
};

use crate::play::{Play, end, item, key, line, person, process, start, step, step_with, words};

fn recorded(by: char, day: Date) -> Recorded {
    Recorded {
        by: person(by),
        written_on: day,
        scan: Some(words("scan")),
    }
}

/// Entered by one for another who wrote it on a day.
fn enter(play: &mut Play, by: char, of: char, day: Date) -> Result<(), Refusal> {
    let visit = play.mine(of, "s");
    let paper = OnPaper {
        person: person(of),
        recorded: recorded(by, day),
    };
    play.decide_with(by, visit, Verdict::Agree, |decide| {
        decide.words = "拟同意".into();
        decide.on_paper = Some(paper);
    })
}

fn asked(people: &str) -> Play {
    let s = step("s", people);
    let mut play = Play::begin(process(vec![start(), s, end("end")], line("start s end")));
    play.powers.record = true;
    play
}

fn decision(instance: &Instance, of: PersonId) -> Decision {
    let mut members = instance.visits[0].members.iter();
    let member = members.find(|member| member.person == of).expect("asked");
    member.decision().expect("acted").clone()
}

const FRIDAY: Date = Date::constant(2026, 2, 27);

#[test]
fn who_decided_who_entered_it_and_the_day_as_written_are_all_kept() {
    let mut play = asked("b");
    play.powers.record = false;
    let refused = enter(&mut play, 'q', 'b', FRIDAY);
    assert_eq!(refused, Err(Refusal::NotAllowed { what: None }));
    play.powers.record = true;
    enter(&mut play, 'q', 'b', FRIDAY).expect("代录");
    let kept = decision(&play.instance, person('b'));
    assert_eq!((kept.by, kept.for_whom), (person('b'), None), "the leader");
    assert_eq!(kept.recorded, Some(recorded('q', FRIDAY)), "the recorder");
    assert_eq!(kept.words, "拟同意");
    let replayed = Instance::replayed(&play.events).expect("begun");
    assert_eq!(decision(&replayed, person('b')), kept, "events keep it");
    let json = serde_json::to_string(&play.instance).expect("JSON");
    let read: Instance = serde_json::from_str(&json).expect("an instance");
    assert_eq!(decision(&read, person('b')), kept, "JSON keeps it");
}

#[test]
fn the_time_of_entering_stays_the_true_one_whatever_the_paper_says() {
    let mut play = asked("bc");
    play.later(5);
    let entered_at = play.now;
    enter(&mut play, 'q', 'c', FRIDAY).expect("代录");
    play.later(1);
    let earlier = Date::constant(2026, 2, 25);
    enter(&mut play, 'q', 'b', earlier).expect("代录");
    let (first, second) = (
        decision(&play.instance, person('c')),
        decision(&play.instance, person('b')),
    );
    assert_eq!((first.at, first.made_at), (entered_at, entered_at));
    assert!(second.at > first.at, "in the order of entering");
    let day = |decision: &Decision| decision.recorded.as_ref().map(|kept| kept.written_on);
    assert_eq!(day(&second), Some(earlier), "as written, though earlier");
    let acted = |event: &&Event| matches!(event, Event::Acted { .. });
    let acted: Vec<_> = play.events.iter().filter(acted).collect();
    assert!(matches!(acted[0], Event::Acted { decision, .. } if decision.by == person('c')));
}

#[test]
fn nothing_on_paper_is_of_a_day_to_come_nor_entered_in_the_name_of_another() {
    let mut play = asked("b");
    let tomorrow = Date::constant(2026, 3, 3);
    assert_eq!(
        enter(&mut play, 'q', 'b', tomorrow),
        Err(Refusal::DatedBack)
    );
    let visit = play.visit("s");
    let paper = OnPaper {
        person: person('b'),
        recorded: recorded('r', FRIDAY),
    };
    let done = play.decide_with('q', visit, Verdict::Agree, |decide| {
        decide.on_paper = Some(paper);
    });
    assert_eq!(done, Err(Refusal::NotAllowed { what: None }));
}

#[test]
fn on_paper_too_the_one_before_decides_before() {
    let s = step_with("s", "bc", |step| {
        step.sign_off.order = Order::InTurn;
        step.opinion = Opinion::Required;
    });
    let mut play = Play::begin(process(vec![start(), s, end("end")], line("start s end")));
    play.powers.record = true;
    let early = enter(&mut play, 'q', 'c', FRIDAY);
    let before = person('b');
    assert_eq!(early, Err(Refusal::NotYet { before }));
    enter(&mut play, 'q', 'b', FRIDAY).expect("代录");
    enter(&mut play, 'q', 'c', FRIDAY).expect("代录");
    assert!(play.is_done());
}

#[test]
fn what_a_hand_has_written_needs_no_typed_words_and_its_picture_is_kept() {
    let s = step_with("s", "b", |step| step.opinion = Opinion::Required);
    let mut play = Play::begin(process(vec![start(), s, end("end")], line("start s end")));
    let visit = play.visit("s");
    play.decide_with('b', visit, Verdict::Agree, |decide| {
        decide.words.clear();
        decide.handwriting = Some(words("stroke"));
    })
    .expect("written by hand");
    let kept = decision(&play.instance, person('b'));
    assert_eq!(kept.handwriting, Some(words("stroke")));
    assert_eq!(kept.recorded, None);
}

/// `c` directs, `d` assigns and writes the copy, `e` carries it out.
fn directed() -> Play {
    let copy = || Some(key("copy"));
    let mut made = process(
        vec![
            start(),
            step_with("direct", "c", |step| step.original = true),
            step_with("assign", "d", |step| {
                step.fields = copy()
                    .map(|item| (item, Access::Write))
                    .into_iter()
                    .collect();
            }),
            step_with("carry", "e", |step| step.copy = copy()),
            end("end"),
        ],
        line("start direct assign carry end"),
    );
    made.items.push(item("copy", ItemKind::Text));
    Play::begin(made)
}

#[test]
fn who_carries_out_reads_the_copy_and_the_original_stays_with_its_readers() {
    let mut play = directed();
    let visit = play.mine('c', "direct");
    let said = |decide: &mut andu_workflow::Decide| {
        decide.words = "限三日内办结，逾期问责。".into();
        decide.handwriting = Some(words("ink"));
    };
    play.decide_with('c', visit, Verdict::Agree, said)
        .expect("批示");
    let visit = play.mine('d', "assign");
    let bare = play.decide_with('d', visit.clone(), Verdict::Agree, |_| {});
    let item = key("copy");
    assert_eq!(bare, Err(Refusal::ItemNeeded { item: item.clone() }));
    let copied = |decide: &mut andu_workflow::Decide| {
        decide
            .items
            .insert(item, Value::Text("三日内办结。".into()));
    };
    play.decide_with('d', visit, Verdict::Agree, copied)
        .expect("分办");

    let net = play.net.clone();
    let net = &net;
    let all: Vec<_> = play.instance.originals(net).collect();
    assert_eq!(all, [words("ink")]);
    for reader in ['a', 'c', 'd'] {
        assert_eq!(
            play.instance.copy_for(net, person(reader)),
            None,
            "{reader}"
        );
    }
    let copy = play.instance.copy_for(net, person('e')).expect("a copy");
    let seen = serde_json::to_string(&copy).expect("JSON");
    assert!(!seen.contains("问责") && !seen.contains(&words("ink").to_string()));
    assert!(seen.contains("三日内办结。"));
    let withheld = decision(&copy, person('c'));
    assert!(withheld.withheld && withheld.verdict == Verdict::Agree);
    assert_eq!(withheld.by, person('c'), "who said it stays known");
    // Whoever carries it out goes on with what is shown, to the same end.
    assert_eq!(copy.seq, play.instance.seq);
    let visit = play.mine('e', "carry");
    play.decide_with('e', visit, Verdict::Agree, |_| {})
        .expect("承办");
    assert!(!play.instance.is_running());
}

#[test]
fn a_circle_without_words_needs_no_copy() {
    let mut play = directed();
    let visit = play.mine('c', "direct");
    play.decide_with('c', visit, Verdict::Circle, |decide| decide.words.clear())
        .expect("圈阅");
    let visit = play.mine('d', "assign");
    play.decide_with('d', visit, Verdict::Agree, |_| {})
        .expect("分办");
    let copy = play
        .instance
        .copy_for(&play.net, person('e'))
        .expect("a copy");
    assert!(
        !decision(&copy, person('c')).withheld,
        "there is nothing to withhold"
    );
}
