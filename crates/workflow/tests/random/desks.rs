//! Two desks and a server, with letters that are lost, come twice and overtake each other: every way it can
//! go on, explored.

use std::collections::{BTreeMap, BTreeSet};

use andu_workflow::{
    Act, Command, Decide, Event, Instance, Member, Refusal, Then, Verdict, VisitName, VisitState,
    decide, definition::Passing,
};
use stateright::{Checker, Model, Property};

use crate::play::{Play, end, line, passing, person, process, start, step};

/// What each desk makes, in its order: by whom and what; its place is its id.
const DESKS: [&[(char, What)]; 2] = [
    &[
        ('b', What::Agree("both")),
        ('d', What::Agree("any")),
        ('b', What::Back),
    ],
    &[('c', What::Agree("both")), ('e', What::Agree("any"))],
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum What {
    Agree(&'static str),
    /// From the last step to the first.
    Back,
}

/// A command's id: its desk, and which of it.
type Id = (usize, usize);

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Letter {
    id: Id,
    /// The command as JSON, as it goes over the wire.
    command: String,
}

/// How the server answered a command, for good.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Outcome {
    Done,
    Refused(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct State {
    /// The server's events as JSON; its instance is what they make.
    events: Vec<String>,
    /// What the server has answered, each command once.
    answers: BTreeMap<Id, Outcome>,
    /// How often the server obeyed a command.
    obeyed: BTreeMap<Id, u8>,
    /// How many of the server's events each desk knows, and what it has made of its commands.
    known: [usize; 2],
    made: [usize; 2],
    /// Letters to the server.
    post: BTreeSet<Letter>,
    /// Letters that were made and whose answer the desk does not have: sent again where they were lost.
    unanswered: BTreeSet<Letter>,
    lost: u8,
    doubled: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// A desk makes its next command on what it knows.
    Make(usize),
    /// A letter arrives and is gone, or stays to arrive again.
    Arrive(Letter, bool),
    Lose(Letter),
    /// Sent again, without an answer.
    Again(Letter),
    /// A desk hears of everything the server has, with the answers.
    Hear(usize),
}

struct Office {
    play: Play,
}

fn office() -> Office {
    let nodes = vec![
        start(),
        passing("both", "bc", Passing::All),
        passing("any", "de", Passing::Any),
        step("last", "b"),
        end("end"),
    ];
    let play = Play::begin(process(nodes, line("start both any last end")));
    Office { play }
}

impl Office {
    fn instance(&self, events: &[String]) -> Instance {
        let read = |text: &String| serde_json::from_str::<Event>(text).expect("an event");
        let events: Vec<Event> = events.iter().map(read).collect();
        Instance::replayed(&events).expect("begun")
    }

    /// The command that a desk makes on what it knows; `None` while there is nothing to do it in.
    fn make(&self, state: &State, desk: usize) -> Option<Letter> {
        let made = state.made[desk];
        let (by, what) = *DESKS[desk].get(made)?;
        let known = self.instance(&state.events[..state.known[desk]]);
        let open = |step: &str| -> Option<VisitName> {
            let mut open = known.open_visits();
            open.find(|(_, visit)| *visit.name.node == *step)
                .map(|(_, visit)| visit.name.clone())
        };
        let act = match what {
            What::Agree(step) => Act::Decide(Box::new(Decide {
                visit: open(step)?,
                verdict: Verdict::Agree,
                words: format!("{by}同意"),
                content: None,
                items: BTreeMap::new(),
                chosen: BTreeMap::new(),
                on_paper: None,
                handwriting: None,
            })),
            What::Back => Act::Return {
                visit: open("last")?,
                to: known.visits.first()?.name.clone(),
                then: Then::Again,
                reason: "请补充".into(),
            },
        };
        let command = Command {
            by: person(by),
            made_at: self.play.now,
            act,
        };
        let command = serde_json::to_string(&command).expect("JSON");
        let id = (desk, made);
        Some(Letter { id, command })
    }

    /// The server takes a letter; one that it has answered is answered the same.
    fn take(&self, state: &mut State, letter: &Letter) {
        if state.answers.contains_key(&letter.id) {
            return;
        }
        let command: Command = serde_json::from_str(&letter.command).expect("a command");
        let instance = self.instance(&state.events);
        let decided = decide(&self.play.net, &instance, &command, &self.play.context());
        let answer = match decided {
            Ok(decided) => {
                *state.obeyed.entry(letter.id).or_default() += 1;
                let events = decided.events.iter();
                let written = events.map(|event| serde_json::to_string(event).expect("JSON"));
                state.events.extend(written);
                assert_eq!(self.instance(&state.events), decided.instance, "replayed");
                Outcome::Done
            }
            Err(refusal) => Outcome::Refused(serde_json::to_string(&refusal).expect("JSON")),
        };
        state.answers.insert(letter.id, answer);
    }

    fn count_in_visits(&self, state: &State) -> usize {
        let instance = self.instance(&state.events);
        let visits = instance.visits.iter();
        let decisions = visits.flat_map(|visit| visit.members.iter().filter_map(Member::decision));
        decisions.count()
    }
}

impl Model for Office {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let events = self.play.events.iter();
        let events: Vec<_> = events
            .map(|event| serde_json::to_string(event).expect("JSON"))
            .collect();
        vec![State {
            known: [events.len(); 2],
            events,
            ..State::default()
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Step>) {
        for desk in 0..DESKS.len() {
            if self.make(state, desk).is_some() {
                actions.push(Step::Make(desk));
            }
            let answered =
                |letter: &Letter| letter.id.0 == desk && state.answers.contains_key(&letter.id);
            if state.known[desk] < state.events.len() || state.unanswered.iter().any(answered) {
                actions.push(Step::Hear(desk));
            }
        }
        for letter in &state.post {
            actions.push(Step::Arrive(letter.clone(), false));
            if state.doubled < 1 {
                actions.push(Step::Arrive(letter.clone(), true));
            }
            if state.lost < 1 {
                actions.push(Step::Lose(letter.clone()));
            }
        }
        for letter in &state.unanswered {
            if !state.post.contains(letter) && !state.answers.contains_key(&letter.id) {
                actions.push(Step::Again(letter.clone()));
            }
        }
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        match step {
            Step::Make(desk) => {
                let letter = self.make(state, desk)?;
                next.made[desk] += 1;
                next.unanswered.insert(letter.clone());
                next.post.insert(letter);
            }
            Step::Arrive(letter, stays) => {
                self.take(&mut next, &letter);
                next.doubled += u8::from(stays);
                if !stays {
                    next.post.remove(&letter);
                }
            }
            Step::Lose(letter) => {
                next.post.remove(&letter);
                next.lost += 1;
            }
            Step::Again(letter) => {
                next.post.insert(letter);
            }
            Step::Hear(desk) => {
                next.known[desk] = next.events.len();
                let answers = &next.answers;
                next.unanswered
                    .retain(|letter| letter.id.0 != desk || !answers.contains_key(&letter.id));
            }
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("a command is obeyed once at most", |_, state: &State| {
                state.obeyed.values().all(|times| *times == 1)
            }),
            Property::always(
                "each accepted decision is there once",
                |office: &Office, state: &State| {
                    let decisions = state.answers.iter().filter(|((desk, made), outcome)| {
                        let (_, what) = DESKS[*desk][*made];
                        matches!(what, What::Agree(_)) && **outcome == Outcome::Done
                    });
                    office.count_in_visits(state) == decisions.count()
                },
            ),
            Property::always(
                "of any one, one counts",
                |office: &Office, state: &State| {
                    office.instance(&state.events).visits.iter().all(|visit| {
                        let members = visit
                            .members
                            .iter()
                            .filter(|member| member.decision().is_some());
                        *visit.name.node != *"any" || members.count() <= 1
                    })
                },
            ),
            Property::always(
                "what is refused was closed or decided before",
                |_, state: &State| {
                    state.answers.values().all(|outcome| match outcome {
                        Outcome::Done => true,
                        Outcome::Refused(json) => matches!(
                            serde_json::from_str::<Refusal>(json),
                            Ok(Refusal::Closed { .. } | Refusal::ActedBefore | Refusal::NoVisit)
                        ),
                    })
                },
            ),
            Property::eventually(
                "every command that was made is answered",
                |_, state: &State| {
                    let made: usize = state.made.iter().sum();
                    state.answers.len() == made
                        && state.post.is_empty()
                        && state.unanswered.is_empty()
                },
            ),
            Property::sometimes(
                "a return makes both void",
                |office: &Office, state: &State| {
                    let visits = office.instance(&state.events).visits;
                    visits.len() > 3 && visits[0].state == VisitState::Void
                },
            ),
            Property::sometimes("one of any is too late", |_, state: &State| {
                let refused = |id| matches!(state.answers.get(&id), Some(Outcome::Refused(_)));
                refused((0, 1)) || refused((1, 1))
            }),
        ]
    }
}

#[test]
fn whatever_becomes_of_the_letters_each_command_has_one_outcome() {
    let checker = office().checker().spawn_bfs().join();
    assert!(
        checker.unique_state_count() > 100,
        "{}",
        checker.unique_state_count()
    );
    println!("{} states", checker.unique_state_count());
    checker.assert_properties();
}
