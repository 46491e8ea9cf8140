//! What holds of an instance after every command, whatever the process and whatever was asked.

use std::collections::{BTreeMap, BTreeSet};

use andu_workflow::{
    Instance, Member, MemberState, Net, Place, ScopeNo, VisitState,
    check::{Bounds, Halt, Outlook},
    definition::Kind,
};

/// Everything that always holds.
pub fn always(net: &Net, instance: &Instance) {
    tokens(instance);
    visits(instance);
    people(instance);
    separations(net, instance);
    if instance.is_running() {
        awaited(net, instance);
        in_turn(net, instance);
        timers(instance);
    }
}

/// States that are looked at.
pub const FEW: Bounds = Bounds {
    states: 3_000,
    regions: 1_000,
};

/// Whoever looks ahead sees that it can end.
pub fn can_end(net: &Net, instance: &Instance) {
    let seen = Outlook::of(net, FEW).ends(instance);
    let large = matches!(seen, Err(Halt::TooLarge { .. } | Halt::Crowded { .. }));
    let live = instance.live.iter().map(|no| &instance.tokens[*no].place);
    assert!(
        large || seen.is_ok(),
        "{seen:?}: {:?}",
        live.collect::<Vec<_>>()
    );
}

fn tokens(instance: &Instance) {
    let (tokens, firings) = (&instance.tokens, &instance.firings);
    let live: Vec<usize> = (0..tokens.len())
        .filter(|no| !tokens[*no].void && tokens[*no].taken.is_none())
        .collect();
    assert_eq!(live, instance.live, "neither void nor taken");
    for token in tokens {
        assert!(token.from < firings.len(), "put by a firing: {token:?}");
        assert_eq!(
            token.void, firings[token.from].void,
            "void with what put it: {token:?}"
        );
        if let Some(taken) = token.taken {
            assert!(taken < firings.len(), "taken by a firing: {token:?}");
            assert!(token.from < taken, "put before it is taken: {token:?}");
            assert!(
                token.void || !firings[taken].void,
                "taken by what counts: {token:?}"
            );
        }
    }
    for (no, firing) in firings.iter().enumerate() {
        let because = firing.because.map(|token| tokens[token].from);
        assert!(because.is_none_or(|from| from < no), "cause before effect");
    }
    for token in &live {
        let mut scope = tokens[*token].scope;
        while let Some((above, group)) = instance.scopes[scope].parent {
            assert!(
                instance.live.contains(&group),
                "{:?} lives in a group that is gone",
                tokens[*token]
            );
            scope = above;
        }
    }
}

fn visits(instance: &Instance) {
    let names: BTreeSet<_> = instance.visits.iter().map(|visit| &visit.name).collect();
    assert_eq!(names.len(), instance.visits.len(), "names are unique");
    let mut held = BTreeSet::new();
    for (_, visit) in instance.open_visits() {
        assert!(
            instance.is_running(),
            "open after the end: {:?}",
            visit.name
        );
        assert!(instance.live.contains(&visit.token), "open without a token");
        assert!(held.insert(visit.token), "one token, one open visit");
        let place = &instance.tokens[visit.token].place;
        assert_eq!(place, &Place::Inside(visit.name.node.clone()));
        assert!(
            visit.up().next().is_some(),
            "nobody is to act in {:?}: {:?}",
            visit.name,
            visit.members
        );
    }
}

fn people(instance: &Instance) {
    for visit in &instance.visits {
        let mut decided = BTreeSet::new();
        let mut waited = BTreeSet::new();
        for member in &visit.members {
            let first = match member.state {
                MemberState::Acted(_) => !member.counts() || decided.insert(member.person),
                MemberState::Asked | MemberState::Holds => {
                    !member.counts() || waited.insert(member.person)
                }
                MemberState::TakenOut | MemberState::HandedOver | MemberState::NotNeeded => true,
            };
            assert!(first, "twice in {:?}: {:?}", visit.name, visit.members);
        }
        let mut hands = BTreeSet::new();
        for member in visit.members.iter().filter(|member| member.counts()) {
            let hand = member.decision().map(|decision| decision.by);
            let first = hand.is_none_or(|hand| hands.insert(hand));
            assert!(first, "one person, two voices: {:?}", visit.members);
        }
        let votes = visit.members.iter().filter(|member| member.counts());
        let votes = votes.filter(|member| !member.is_done());
        let again = votes.filter(|member| decided.contains(&member.person));
        assert_eq!(again.count(), 0, "asked again in {:?}", visit.members);
        // Whoever holds it may let others before, who then hold it meanwhile.
        let votes = visit.up().map(|no| &visit.members[no]);
        let votes = votes.filter(|member| member.counts() && member.state == MemberState::Holds);
        assert!(votes.count() <= 1, "one holds it");
    }
}

fn hands(instance: &Instance, node: &str) -> BTreeSet<andu_base::PersonId> {
    let mut hands = BTreeSet::new();
    for visit in &instance.visits {
        if *visit.name.node == *node && visit.state != VisitState::Void {
            for decision in visit.members.iter().filter_map(Member::decision) {
                hands.insert(decision.by);
                hands.extend(decision.for_whom);
            }
        }
    }
    hands
}

fn separations(net: &Net, instance: &Instance) {
    for rule in &net.definition.separations {
        for (no, one) in rule.steps.iter().enumerate() {
            let own = hands(instance, one);
            let author = rule.author && own.contains(&instance.author);
            assert!(!author, "the author decided in {one}");
            for other in rule.steps[no + 1..].iter().filter(|other| *other != one) {
                let both: Vec<_> = own.intersection(&hands(instance, other)).copied().collect();
                assert!(both.is_empty(), "{both:?} decided in {one} and {other}");
            }
        }
    }
}

/// Somebody or something is waited for wherever a token rests.
fn awaited(net: &Net, instance: &Instance) {
    let mut moves = false;
    for no in &instance.live {
        let token = &instance.tokens[*no];
        let Place::Inside(name) = &token.place else {
            continue;
        };
        let node = net.node(net.node_at(name).expect("a node"));
        match &node.kind {
            Kind::Step(_) => {
                let open = instance.open_visits().any(|(_, visit)| visit.token == *no);
                assert!(open, "nobody is asked in {name}, where a token is");
                moves = true;
            }
            Kind::Call { .. } => {
                let called = instance
                    .children
                    .iter()
                    .any(|child| child.token == *no && child.begun && child.ended.is_none());
                assert!(called, "nothing is called by {name}, where a token is");
                moves = true;
            }
            Kind::Group { .. } => {
                let inside = unfinished(instance, *no).next().is_some();
                assert!(inside, "nothing is left to do in {name}, which is not done");
            }
            _ => moves = true,
        }
    }
    assert!(moves, "nothing is waited for, and it is not over");
}

/// The scopes of a group's token in which something is left to be done.
fn unfinished(instance: &Instance, group: usize) -> impl Iterator<Item = ScopeNo> {
    let scopes = 0..instance.scopes.len();
    scopes.filter(move |scope| {
        let of_it = instance.scopes[*scope]
            .parent
            .is_some_and(|(_, token)| token == group);
        let mut live = instance.live.iter().map(|no| &instance.tokens[*no]);
        of_it && live.any(|token| token.scope == *scope && !matches!(token.place, Place::Ended(_)))
    })
}

fn in_turn(net: &Net, instance: &Instance) {
    for no in &instance.live {
        let Place::Inside(name) = &instance.tokens[*no].place else {
            continue;
        };
        let node = net.node(net.node_at(name).expect("a node"));
        if let Kind::Group { each: Some(each) } = &node.kind
            && each.in_turn
        {
            let open = unfinished(instance, *no).count();
            assert!(
                open <= 1,
                "{open} at once of what is done in turn in {name}"
            );
        }
    }
}

/// One time is set once.
fn timers(instance: &Instance) {
    let mut set = BTreeMap::new();
    for timer in &instance.timers {
        if !timer.fired && instance.live.contains(&timer.token) {
            let does = serde_json::to_string(&timer.does).expect("JSON");
            let before = set.insert((timer.token, does.clone()), timer.due_at);
            assert_eq!(before, None, "two times for {does}");
        }
    }
}
