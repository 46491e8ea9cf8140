//! Random processes, put together from blocks with one way in and one way out: sound by their making.

use andu_workflow::definition::{Opinion, Order, Overdue, Passing, Repeated, Rest, Span};
use proptest::prelude::*;

/// A part of a process.
#[derive(Debug, Clone)]
pub enum Block {
    /// People decide.
    Step(StepPlan),
    /// The program does something.
    Auto,
    /// One after another.
    Line(Vec<Block>),
    /// One of several, by an item, the last one otherwise.
    Choice(Vec<Block>),
    /// Each of several.
    Parallel(Vec<Block>),
    /// Those of several for which an item speaks.
    Inclusive(Vec<Block>),
    /// Again while a person enters so.
    LoopItem(Box<Block>),
    /// Again while a step refuses.
    LoopVerdict(Box<Block>),
    /// A group, done for each of several or once, left early by an error that is caught.
    Group {
        inside: Box<Block>,
        each: Option<EachPlan>,
        throws: bool,
    },
    /// Goes on when some have come.
    Gather {
        ways: Vec<Block>,
        need: u32,
        rest: Rest,
    },
    /// What comes first: a message or so many hours.
    Await(Vec<Block>),
    /// Waits for a message, or for some hours.
    Wait(Option<u32>),
    /// Another process.
    Call { each: Option<EachPlan>, apart: bool },
    /// Something may happen while a step, a group or a call is done.
    Watched {
        host: Box<Block>,
        then: Box<Block>,
        hours: Option<u32>,
        cancels: bool,
    },
}

/// Done for each of several.
#[derive(Debug, Clone, Copy)]
pub struct EachPlan {
    pub units: bool,
    pub in_turn: bool,
    pub done: Passing,
}

/// How a step is done.
#[derive(Debug, Clone)]
pub struct StepPlan {
    pub people: Vec<(Sits, u32, bool)>,
    pub order: Order,
    pub passing: Passing,
    pub hears_all: bool,
    pub repeated: Repeated,
    pub empty: u8,
    pub opinion: Opinion,
    pub refused: u8,
    pub binds: bool,
    pub alone: bool,
    pub limit: Option<(u32, Vec<Overdue>)>,
    pub enters: bool,
}

/// Who sits in a step.
#[derive(Debug, Clone, Copy)]
pub enum Sits {
    Letter(char),
    Author,
    Head,
    HeadOfUnit,
    Above,
    DoneByDraft,
    Chosen,
}

fn letter() -> impl Strategy<Value = char> {
    prop::sample::select(vec!['b', 'c', 'd', 'e', 'f', 'g'])
}

fn sits() -> impl Strategy<Value = Sits> {
    prop_oneof![
        12 => letter().prop_map(Sits::Letter),
        1 => Just(Sits::Author),
        1 => Just(Sits::Head),
        1 => Just(Sits::HeadOfUnit),
        1 => Just(Sits::Above),
        1 => Just(Sits::DoneByDraft),
        1 => Just(Sits::Chosen),
    ]
}

fn passing() -> impl Strategy<Value = Passing> {
    prop_oneof![
        3 => Just(Passing::All),
        2 => Just(Passing::Any),
        1 => (1..=100_u32).prop_map(Passing::Percent),
        1 => (1..=3_u32).prop_map(Passing::Count),
        1 => (1..=6_u32).prop_map(Passing::Weight),
    ]
}

fn overdue() -> impl Strategy<Value = Overdue> {
    use andu_workflow::definition::Who;
    let person = |letter| Who::Person(crate::play::person(letter));
    prop_oneof![
        (1..=3_u32).prop_map(|times| Overdue::Remind {
            times,
            every: Span::Hours(5)
        }),
        letter().prop_map(move |who| Overdue::Tell(vec![person(who)])),
        (letter(), letter()).prop_map(move |(a, b)| Overdue::HandTo(vec![person(a), person(b)])),
        Just(Overdue::Pass),
        Just(Overdue::Refuse),
    ]
}

pub fn step_plan() -> impl Strategy<Value = StepPlan> {
    let people = prop::collection::vec((sits(), 1..=3_u32, prop::bool::weighted(0.1)), 1..=4);
    let order = prop_oneof![
        3 => Just(Order::Beside),
        1 => Just(Order::InTurn),
        1 => Just(Order::Claim),
    ];
    let repeated = prop_oneof![
        4 => Just(Repeated::Ask),
        1 => Just(Repeated::Skip),
        1 => Just(Repeated::HandUp),
    ];
    let opinion = prop_oneof![Just(Opinion::Optional), Just(Opinion::ForRefusal)];
    let limit = (1..=40_u32, prop::collection::vec(overdue(), 0..=2));
    let rare = prop::bool::weighted(0.15);
    let vote = (order, passing(), prop::bool::weighted(0.2));
    let rules = (repeated, 0..=2_u8, opinion, 0..=5_u8);
    let marks = (rare, rare, prop::option::weighted(0.2, limit), rare);
    (people, vote, rules, marks).prop_map(|(people, vote, rules, marks)| StepPlan {
        people,
        order: vote.0,
        passing: vote.1,
        hears_all: vote.2,
        repeated: rules.0,
        empty: rules.1,
        opinion: rules.2,
        refused: rules.3,
        binds: marks.0,
        alone: marks.1,
        limit: marks.2,
        enters: marks.3,
    })
}

fn each_plan() -> impl Strategy<Value = EachPlan> {
    let done = prop_oneof![
        2 => Just(Passing::All),
        1 => Just(Passing::Any),
        1 => (1..=3_u32).prop_map(Passing::Count),
        1 => (1..=100_u32).prop_map(Passing::Percent),
    ];
    (any::<bool>(), any::<bool>(), done).prop_map(|(units, in_turn, done)| EachPlan {
        units,
        in_turn,
        done,
    })
}

/// Any block, not deeper than three others.
pub fn block() -> impl Strategy<Value = Block> {
    let call = (prop::option::of(each_plan()), any::<bool>());
    let leaf = prop_oneof![
        14 => step_plan().prop_map(Block::Step),
        1 => Just(Block::Auto),
        1 => prop::option::of(1..=30_u32).prop_map(Block::Wait),
        1 => call.prop_map(|(each, apart)| Block::Call { each, apart }),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let some = || prop::collection::vec(inner.clone(), 2..=3);
        let one = || inner.clone().prop_map(Box::new);
        let each = prop::option::of(each_plan());
        let rest = prop_oneof![Just(Rest::Ignore), Just(Rest::Cancel)];
        let watch = (prop::option::of(1..=30_u32), any::<bool>());
        prop_oneof![
            4 => some().prop_map(Block::Line),
            1 => some().prop_map(Block::Choice),
            3 => some().prop_map(Block::Parallel),
            2 => some().prop_map(Block::Inclusive),
            1 => one().prop_map(Block::LoopItem),
            1 => one().prop_map(Block::LoopVerdict),
            3 => (one(), each, prop::bool::weighted(0.2))
                .prop_map(|(inside, each, throws)| Block::Group { inside, each, throws }),
            2 => (some(), 1..=3_u32, rest)
                .prop_map(|(ways, need, rest)| Block::Gather { ways, need, rest }),
            1 => some().prop_map(Block::Await),
            2 => (one(), one(), watch)
                .prop_map(|(host, then, (hours, cancels))| Block::Watched { host, then, hours, cancels }),
        ]
    })
}

/// A process: a draft, blocks one after another, and which steps exclude each other.
#[derive(Debug, Clone)]
pub struct Plan {
    pub body: Vec<Block>,
    pub separations: Vec<(usize, usize, bool)>,
    pub content: bool,
    pub clock: bool,
    pub substitutes: Vec<(char, char)>,
}

pub fn plan() -> impl Strategy<Value = Plan> {
    let apart = (0..12_usize, 0..12_usize, prop::bool::weighted(0.2));
    (
        prop::collection::vec(block(), 1..=3),
        prop::collection::vec(apart, 0..=2),
        any::<bool>(),
        any::<bool>(),
        prop::collection::vec((letter(), letter()), 0..=1),
    )
        .prop_map(|(body, separations, content, clock, substitutes)| Plan {
            body,
            separations,
            content,
            clock,
            substitutes,
        })
}
