//! 传阅, 已阅, 催办.

use andu_workflow::{Act, Refusal, Status};

use crate::play::{Play, end, line, person, process, start, step};

fn one() -> Play {
    Play::begin(process(
        vec![start(), step("s", "b"), end("end")],
        line("start s end"),
    ))
}

fn give(who: &str) -> Act {
    let to = who.chars().map(person).collect();
    let note = "请阅知".to_owned();
    Act::Circulate { to, note }
}

fn read(circulation: usize) -> Act {
    let note = "已知悉".to_owned();
    Act::Read { circulation, note }
}

#[test]
fn given_round_and_read_beside_the_process_and_after_it() {
    let mut play = one();
    play.act('a', give("xyx")).expect("传阅");
    let readers = &play.instance.circulations[0].readers;
    assert_eq!(readers.len(), 2, "nobody twice");
    play.act('x', read(0)).expect("已阅");
    assert_eq!(play.act('x', read(0)), Err(Refusal::ActedBefore));
    assert_eq!(play.open(), "s:b", "reading moves nothing");
    play.agree('b', "s");
    assert_eq!(play.instance.status, Status::Done);
    play.act('y', read(0)).expect("read after the end");
    play.act('x', give("z")).expect("a reader gives it on");
    assert_eq!(play.instance.circulations[1].by, person('x'));
}

#[test]
fn who_has_nothing_to_do_with_it_gives_nothing_round() {
    let mut play = one();
    assert_eq!(
        play.act('q', give("x")),
        Err(Refusal::NotAllowed { what: None })
    );
    play.powers.supervise = true;
    play.act('q', give("x")).expect("who supervises may");
}

#[test]
fn taken_back_from_whoever_has_not_read_it() {
    let mut play = one();
    play.act('a', give("xy")).expect("传阅");
    play.act('x', read(0)).expect("已阅");
    let back = |letter: char| Act::WithdrawReading {
        circulation: 0,
        person: person(letter),
    };
    assert_eq!(play.act('a', back('x')), Err(Refusal::ActedBefore));
    play.act('a', back('y')).expect("withdrawn");
    assert_eq!(play.act('y', read(0)), Err(Refusal::NotAsked));
    assert_eq!(
        play.act('b', back('y')),
        Err(Refusal::NotAllowed { what: None })
    );
}

#[test]
fn whoever_has_it_unread_is_not_given_it_twice() {
    let mut play = one();
    play.act('a', give("x")).expect("传阅");
    assert_eq!(
        play.act('a', give("x")),
        Err(Refusal::AskedAlready {
            person: person('x')
        })
    );
    play.act('a', give("xz")).expect("to the other");
    assert_eq!(play.instance.circulations[1].readers.len(), 1);
}

#[test]
fn urged_not_more_often_than_every_four_hours() {
    let mut play = one();
    let urge = |play: &Play| Act::Urge {
        visit: play.visit("s"),
        note: "请抓紧办理".into(),
    };
    let act = urge(&play);
    play.act('a', act.clone()).expect("催办");
    play.later(3);
    assert!(matches!(
        play.act('a', act.clone()),
        Err(Refusal::TooSoon { .. })
    ));
    play.later(1);
    play.act('a', act.clone()).expect("again");
    assert_eq!(
        play.instance.visits[0].urged.map(|(_, times)| times),
        Some(2)
    );
    assert_eq!(play.act('q', act), Err(Refusal::NotAllowed { what: None }));
    let remind = Act::RemindReading {
        circulation: 0,
        person: person('x'),
    };
    play.act('a', give("x")).expect("传阅");
    play.act('a', remind.clone()).expect("reminds");
    assert!(matches!(
        play.act('a', remind),
        Err(Refusal::TooSoon { .. })
    ));
}
