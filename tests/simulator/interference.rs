//! Non-interference: what a clerk may not see leaves no mark on what is sent to the clerk, nor on any page
//! of the clerk's file, be it free or in the log. One seed is run twice with other secrets.

use andu_base::{AgencyId, DepartmentId, PersonId};
use andu_org::{Agency, Department, Person};
use serde_json::json;

use crate::{
    desk::Desk,
    network::Answer,
    random::Random,
    scan,
    server::Server,
    world::{folder, instant, put_empty_store},
};

const ROUNDS: u64 = 40;
const CLERK: usize = 0;

/// What is there to be seen after a run.
struct Seen {
    /// Every answer that went to the clerk, byte by byte.
    sent: Vec<Vec<u8>>,
    /// Every page of the clerk's file and its log.
    pages: Vec<Vec<u8>>,
    /// Words of drafts that were handed to the clerk's department, or are the clerk's own.
    open: Vec<String>,
    /// Words that the clerk may not know.
    secret: Vec<String>,
}

struct Office {
    desks: Vec<Desk>,
    people: Vec<Person>,
    server: Server,
    now_ms: i64,
}

impl Office {
    /// A clerk, a colleague in the clerk's department, and somebody in another one.
    fn new(seed: u64, folder: &std::path::Path) -> Self {
        let mut random = Random::new(seed, 7);
        let agency = Agency {
            id: AgencyId(random.id()),
            name: "望溪县水务局".into(),
            short_name: String::new(),
            authority_code: "望水".into(),
        };
        let departments = ["办公室", "人事科"].map(|name| Department {
            id: DepartmentId(random.id()),
            agency_id: agency.id,
            name: name.into(),
        });
        let path = folder.join("server.db");
        put_empty_store(&path);
        let server = Server::open(&path, "one epoch");
        let mut office = Self {
            desks: Vec::new(),
            people: Vec::new(),
            server,
            now_ms: 1_772_413_200_000,
        };
        for (number, at) in [0, 0, 1].into_iter().enumerate() {
            let person = Person {
                id: PersonId(random.id()),
                agency_id: agency.id,
                department_id: departments[at].id,
                name: format!("职员{number}"),
                post: String::new(),
                grants: andu_app::setup::working_grants(),
            };
            let entry = andu_app::setup::NewPerson {
                agency: agency.clone(),
                department: departments[at].clone(),
                person: person.clone(),
            };
            andu_app::setup::enter_people(office.server.store(), &[entry]).expect("a person");
            let path = folder.join(format!("desk-{number}.db"));
            put_empty_store(&path);
            let desk = Desk::join(&path, number, seed, (&agency, &departments[at], &person));
            let now = instant(office.now_ms);
            office
                .server
                .enrol(&person, desk.device, &desk.verify_key(), &now);
            office.people.push(person);
            office.desks.push(desk);
        }
        office
    }

    /// Exchanges until the desk rests, and answers with what it was sent.
    fn exchange(&mut self, number: usize) -> Vec<Vec<u8>> {
        let now = instant(self.now_ms);
        let mut sent = Vec::new();
        let desk = &mut self.desks[number];
        desk.wake();
        while !desk.rests() {
            let Some((id, ask)) = desk.ask(&now, 0).expect("a question") else {
                continue;
            };
            let who = (&self.people[number], desk.device);
            let answer = self.server.answer(who, ask, &now, None).expect("an answer");
            sent.push(match &answer {
                Answer::Push(push) => serde_json::to_vec(push).expect("plain data"),
                Answer::Pull(pull) => serde_json::to_vec(pull).expect("plain data"),
                Answer::Still(still) => serde_json::to_vec(still).expect("plain data"),
                Answer::Compare(compare) => serde_json::to_vec(compare).expect("plain data"),
            });
            desk.hear(id, answer, None).expect("heard");
        }
        sent
    }
}

/// Somebody begins a draft, writes in it, and may hand it over, which the department then sees.
fn work(office: &mut Office, number: usize, word: &str, edits: usize, hand_over: bool) {
    let now = instant(office.now_ms);
    let desk = &mut office.desks[number];
    let id = desk.begin(word, &now, None).expect("a draft");
    for _ in 0..edits {
        let draft = desk.store().read(|reader| reader.draft(&id));
        desk.write(&draft.expect("a draft"), &now, None)
            .expect("an edit");
    }
    if hand_over {
        let draft = desk.store().read(|reader| reader.draft(&id));
        desk.submit(&draft.expect("a draft"), &now, "")
            .expect("submitted");
    } else if edits == 0 {
        let args = json!({ "id": id });
        desk.act("draft_discard", args, &now, ("", Vec::new()))
            .expect("discarded");
    }
}

/// One run. `variant` decides what others do that the clerk may not see: how much, how often, and in which
/// words.
fn run(seed: u64, variant: u64) -> Seen {
    let folder = folder();
    let mut office = Office::new(seed, folder.path());
    let mut chance = Random::new(seed, 11);
    let mut secrets = Random::new(seed, 100 + variant);
    let (mut sent, mut open, mut secret) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        office.now_ms += 60_000;
        match chance.below(6) {
            0 | 1 => {
                let word = scan::word(chance.next());
                work(&mut office, CLERK, &word, 2, chance.chance(50));
                open.push(word);
            }
            2 => {
                let word = scan::word(chance.next());
                // What is handed over is the same in both runs: its desk takes no chance between.
                office.desks[1].random = Random::new(seed, chance.next());
                work(&mut office, 1, &word, 1, true);
                open.push(word);
            }
            _ => {
                for number in [1, 2] {
                    for _ in 0..secrets.below(3) {
                        let word = scan::word(secrets.next());
                        office.desks[number].random = Random::new(seed, secrets.next());
                        let edits = secrets.below(4);
                        // The other department may hand over what it likes.
                        work(&mut office, number, &word, edits, number == 2 && edits > 0);
                        secret.push(word);
                    }
                }
            }
        }
        office.exchange(1);
        office.exchange(2);
        if chance.chance(60) {
            sent.extend(office.exchange(CLERK));
        }
    }
    sent.extend(office.exchange(CLERK));
    let pages = scan::pages(&office.desks[CLERK].path);
    Seen {
        sent,
        pages,
        open,
        secret,
    }
}

fn words_in(parts: &[Vec<u8>]) -> std::collections::BTreeSet<String> {
    let mut found = std::collections::BTreeSet::new();
    for part in parts {
        scan::collect(part, &mut found);
    }
    found
}

#[test]
fn what_a_clerk_may_not_see_leaves_no_mark() {
    for seed in 0..4 {
        let (first, second) = (run(seed, 1), run(seed, 2));
        assert_eq!(
            first.open, second.open,
            "seed {seed}: the same is open in both"
        );
        assert_ne!(first.secret, second.secret, "seed {seed}: nothing differs");
        assert_eq!(first.sent.len(), second.sent.len(), "seed {seed}");
        for (at, (one, other)) in first.sent.iter().zip(&second.sent).enumerate() {
            let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            assert_eq!(said(one), said(other), "seed {seed}, answer {at}");
        }
        assert_eq!(first.pages.len(), second.pages.len(), "seed {seed}");
        for (at, (one, other)) in first.pages.iter().zip(&second.pages).enumerate() {
            assert!(one == other, "seed {seed}: page {at} differs");
        }
        // The canary: what is open is found in both places, so the scan would find what is secret.
        for parts in [&first.sent, &first.pages] {
            let found = words_in(parts);
            let handed = first.open.iter().filter(|word| found.contains(*word));
            assert!(handed.count() > 0, "seed {seed}: the scan finds nothing");
            assert!(
                first.secret.iter().all(|word| !found.contains(word)),
                "seed {seed}: a secret was found"
            );
        }
        let pages = words_in(&first.pages);
        assert!(
            first.open.iter().all(|word| pages.contains(word)),
            "seed {seed}: an open word is missing from the clerk's file"
        );
    }
}
