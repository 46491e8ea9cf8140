//! A desk that holds everything asks in one line whether it still does; and whatever it may not hold any more, or
//! does not hold yet, it is told all the same.

use andu_sync::{PullAnswer, PullRequest, StillAnswer, StillRequest};
use serde_json::json;

use crate::{
    forged::{Device, post},
    lease::Duty,
    office::Office,
};

const LIMIT: u32 = 5_000;

fn still(office: &Office, device: &Device, told: &PullRequest) -> StillAnswer {
    let request = StillRequest {
        epoch: told.epoch.clone(),
        known: told.known().expect("a replica that has pulled"),
        limit: told.limit,
        leases: told.leases,
    };
    let (status, answer) = post(office, "/sync/still", &device.token, &json!(request));
    assert_eq!(status, 200, "{answer}");
    serde_json::from_value(answer).expect("an answer")
}

/// What a replica asks that has taken an answer in.
fn after(told: &PullRequest, answer: &PullAnswer) -> PullRequest {
    assert!(!answer.has_more(), "one page is enough here");
    let mut next = PullRequest {
        epoch: answer.epoch.clone(),
        ..told.clone()
    };
    next.cursors
        .retain(|scope, _| answer.granted.contains(scope));
    for page in &answer.pages {
        next.cursors.insert(page.scope.clone(), page.head);
    }
    next
}

/// A replica that has pulled everything, and told the server so.
fn up_to_date(office: &Office, device: &Device) -> PullRequest {
    let mut request = PullRequest {
        limit: LIMIT,
        leases: true,
        ..PullRequest::default()
    };
    for _ in 0..2 {
        let answer = device.pull(office, &request);
        request = after(&request, &answer);
    }
    request
}

#[test]
fn who_holds_everything_hears_no_page_and_what_is_new_at_once() {
    let office = Office::open();
    let device = Device::enrol(&office, 0);
    let first = PullRequest {
        limit: LIMIT,
        ..PullRequest::default()
    };
    let answer = device.pull(&office, &first);
    let told = after(&first, &answer);
    // The server knows of no cursor yet, whatever stands for them.
    assert_eq!(still(&office, &device, &told), StillAnswer::Tell);
    device.pull(&office, &told);
    let heard = still(&office, &device, &told);
    let StillAnswer::Still { now_ms, .. } = heard else {
        panic!("not still: {heard:?}");
    };
    assert!(now_ms > 0, "a desk takes the time from every answer");

    device.send(&office, &device.create(1));
    let StillAnswer::News { answer } = still(&office, &device, &told) else {
        panic!("a draft was begun");
    };
    assert_eq!(
        answer,
        PullAnswer {
            now_ms: answer.now_ms,
            ..device.pull(&office, &told)
        },
        "news are what a pull brings"
    );
    assert!(answer.pages.iter().any(|page| !page.changes.is_empty()));
    let told = after(&told, &answer);
    assert_eq!(still(&office, &device, &told), StillAnswer::Tell);
    device.pull(&office, &told);
    let again = still(&office, &device, &told);
    assert!(matches!(again, StillAnswer::Still { .. }), "{again:?}");

    // Cursors of another history stand for nothing: the desk hears which history this is.
    let stale = PullRequest {
        epoch: "another".into(),
        ..told.clone()
    };
    let StillAnswer::News { answer } = still(&office, &device, &stale) else {
        panic!("another history");
    };
    assert_eq!(
        (answer.epoch, answer.pages),
        (told.epoch.clone(), Vec::new())
    );
    // Another desk's are not its own.
    let other = Device::enrol(&office, 1);
    assert_eq!(still(&office, &other, &told), StillAnswer::Tell);
}

#[test]
fn a_right_taken_or_given_is_told_to_who_only_asks_whether_there_is_news() {
    let duty = Duty::open();
    let device = Device::enrol(&duty.office, duty.duty);
    let told = up_to_date(&duty.office, &device);
    let StillAnswer::Still { leases, .. } = still(&duty.office, &device, &told) else {
        panic!("all is there");
    };
    assert_eq!(leases.len(), 1, "what is held by lease is held on");
    let leased = told.cursors.keys().filter(|scope| scope.is_leased());
    let leased: Vec<_> = leased.cloned().collect();
    assert_eq!(leased.len(), 1, "{:?}", told.cursors);

    duty.take(duty.duty);
    let StillAnswer::News { answer } = still(&duty.office, &device, &told) else {
        panic!("a right was taken");
    };
    assert!(!answer.granted.contains(&leased[0]));
    assert!(answer.leases.is_empty());
    let without = after(&told, &answer);
    device.pull(&duty.office, &without);
    let now = still(&duty.office, &device, &without);
    assert!(matches!(now, StillAnswer::Still { .. }), "{now:?}");

    let newcomer = Device::enrol(&duty.office, 0);
    let before = up_to_date(&duty.office, &newcomer);
    assert!(!before.cursors.contains_key(&leased[0]));
    duty.give(0);
    let StillAnswer::News { answer } = still(&duty.office, &newcomer, &before) else {
        panic!("a right was given");
    };
    assert!(answer.granted.contains(&leased[0]));
}
