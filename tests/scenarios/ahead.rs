//! A desk asks for the next page while it applies one; what it did not foresee is asked for anew.

use andu_app::{
    receive,
    setup::{self, FirstRun},
};
use andu_desk::{
    link::{Credential, Link},
    puller::Puller,
};
use andu_store::{Key, Sight, Store};
use andu_sync::{PullRequest, Scope};
use tempfile::TempDir;

use crate::{forged::Device, office::Office};

/// Drafts of the one person; their rows are twice as many.
const DRAFTS: u64 = 30;
const LIMIT: u32 = 10;

/// A store without a desk around it.
pub struct Replica<'a> {
    office: &'a Office,
    /// Its store.
    pub store: Store,
    /// The device it is enrolled as.
    pub device: Device,
    puller: Puller,
    person: usize,
    _folder: TempDir,
}

impl<'a> Replica<'a> {
    /// A new one of the person, who has so many drafts at the server.
    pub fn open(office: &'a Office, person: usize) -> Self {
        let device = Device::enrol(office, person);
        for seq in 1..=DRAFTS {
            device.send(office, &device.create(seq));
        }
        let folder = TempDir::new().expect("a folder");
        let credential = Credential {
            token: device.token.clone(),
            pin: None,
        };
        let link = Link::new(&format!("http://{}", office.address()), &credential);
        let store = Store::open(&folder.path().join("andu.db"), Key::Plain).expect("a store");
        let own = office.read(|reader| reader.person(office.people[person]));
        let first = FirstRun {
            agency: office.read(|reader| reader.agency(&own.agency_id.as_text())),
            department: office.read(|reader| reader.department(&own.department_id.as_text())),
            person: own,
            device: device.id,
            verify_key: String::new(),
            now: "2026-03-02T01:00:00.000Z".into(),
        };
        setup::first_run(&store, &first, false, "http://office").expect("a first run");
        Self {
            office,
            store,
            device,
            puller: Puller::new(link.expect("a link")),
            person,
            _folder: folder,
        }
    }

    /// What it would ask.
    pub fn request(&self) -> PullRequest {
        let asked = self.store.read(|reader| receive::ask(reader, LIMIT));
        asked.expect("a request")
    }

    /// Asks once and applies the answer. Says whether more is to come.
    pub fn turn(&mut self) -> bool {
        let request = self.request();
        let (answer, is_still) = self.puller.ask(&request).expect("an answer");
        assert!(!is_still, "there is something new");
        let own_id = self.office.people[self.person].as_text();
        let applied = receive::apply(&self.store, &request, &answer, &own_id);
        applied.expect("applied") && (answer.has_more() || answer.epoch != request.epoch)
    }

    /// Drafts that it holds.
    pub fn drafts(&self) -> u32 {
        let own_id = self.office.people[self.person].as_text();
        let counts = |reader: andu_store::Reader<'_>| reader.draft_counts(&Sight::Whole, &own_id);
        self.store.read(counts).expect("counts").drafting
    }
}

/// Pulls that the server has answered.
fn pulls(office: &Office) -> usize {
    answered(office, "/sync/pull")
}

/// Requests of a route that the server has answered.
pub fn answered(office: &Office, route: &str) -> usize {
    let metrics = office.get_text("/metrics");
    let name = format!("andu_requests_total{{route=\"{route}\"");
    let counted = metrics.lines().find(|line| line.starts_with(&name));
    let count = counted.and_then(|line| line.rsplit(' ').next()?.parse().ok());
    count.unwrap_or(0)
}

#[test]
fn every_page_that_is_asked_for_ahead_is_of_use() {
    let office = Office::open();
    let mut replica = Replica::open(&office, 0);
    let mut turns = 1;
    while replica.turn() {
        turns += 1;
    }
    assert_eq!(u64::from(replica.drafts()), DRAFTS);
    assert!(turns > 5, "{turns} pages");
    assert_eq!(pulls(&office), turns, "nothing was asked for twice");
}

#[test]
fn what_was_not_foreseen_is_asked_for_anew() {
    let office = Office::open();
    let mut replica = Replica::open(&office, 0);
    let scope = Scope::person(office.people[0]);
    let mut turns = 0;
    loop {
        let more = replica.turn();
        turns += 1;
        if turns == 3 {
            // As where a row stood as a scope had it that is gone now: this one begins again.
            let dropped = replica.store.write(|tx| tx.cursor_drop(&scope));
            dropped.expect("a cursor that can be dropped");
            assert!(!replica.request().snapshots.contains_key(&scope));
        } else if !more {
            break;
        }
    }
    assert_eq!(u64::from(replica.drafts()), DRAFTS);
    assert_eq!(
        pulls(&office),
        turns + 1,
        "one page was asked for in vain and left alone"
    );
}
