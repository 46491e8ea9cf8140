//! The same events make the same instance, as JSON and back, on a desk and at a server.

use andu_workflow::{Event, Instance, Then, VisitName};

use crate::play::{Play, end, line, process, start, step};

#[test]
fn events_make_the_instance_again_and_survive_json() {
    let nodes = vec![
        start(),
        step("draft", "a"),
        step("review", "bc"),
        step("sign", "d"),
        end("end"),
    ];
    let mut play = Play::begin(process(nodes, line("start draft review sign end")));
    play.agree('a', "draft");
    play.agree('b', "review");
    play.agree('c', "review");
    play.send_back('d', "sign", "draft", Then::Again)
        .expect("退回");
    play.agree('a', "draft");
    let json = serde_json::to_string(&play.events).expect("JSON");
    let events: Vec<Event> = serde_json::from_str(&json).expect("events");
    assert_eq!(events, play.events);
    assert_eq!(Instance::replayed(&events).as_ref(), Some(&play.instance));
    let json = serde_json::to_string(&play.instance).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Instance>(&json).expect("an instance"),
        play.instance
    );
}

#[test]
fn how_it_stood_at_any_moment_is_seen_again() {
    let nodes = vec![start(), step("review", "bc"), step("sign", "d"), end("end")];
    let mut play = Play::begin(process(nodes, line("start review sign end")));
    let mut moments = vec![(play.events.len(), play.instance.clone())];
    for (who, step) in [('c', "review"), ('b', "review"), ('d', "sign")] {
        play.agree(who, step);
        moments.push((play.events.len(), play.instance.clone()));
    }
    assert!(play.is_done());
    for (happened, instance) in moments {
        let then = Instance::replayed(&play.events[..happened]);
        assert_eq!(then, Some(instance), "after {happened} events");
    }
}

#[test]
fn a_visit_is_called_the_same_everywhere() {
    for text in ["1/s", "3.0.2/拟稿", "2/a/b"] {
        let name: VisitName = text.parse().expect("a name");
        assert_eq!(name.to_string(), text);
    }
    for text in ["", "s", "x/s", "1", "1/", "1./s"] {
        assert!(text.parse::<VisitName>().is_err(), "{text:?}");
    }
}
