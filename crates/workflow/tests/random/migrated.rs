//! Random instances of random processes go over to a version with steps put in and taken out.

use andu_workflow::{
    Instance, Key, Net, Obstacle, Place, Plan as Names, Powers, Then, VisitState,
    check::{Code, Fix, Halt, apply, check},
    definition::{Definition, Kind, Refused, Who},
    migrate,
};
use proptest::prelude::*;

use super::{
    blocks::plan,
    laws,
    moves::{cases, dice},
    table::{ALL, Table},
};
use crate::play::{flow, key, person, step};

/// Puts a step between the two nodes of a flow.
fn put_in(definition: &mut Definition, at: usize, no: usize) {
    let at = at % definition.flows.len();
    let id = format!("new{no}");
    let to = std::mem::replace(&mut definition.flows[at].to, key(&id));
    let from = definition.flows[at].from.clone();
    let group = definition
        .nodes
        .iter()
        .find(|node| node.id == to)
        .and_then(|node| node.inside.clone());
    let awaits = definition
        .nodes
        .iter()
        .any(|node| node.id == from && matches!(node.kind, Kind::Await));
    if awaits {
        // Between an event and what waits for it there is nothing.
        definition.flows[at].to = to;
        return;
    }
    let mut new = step(&id, "k");
    new.inside = group;
    definition.nodes.push(new);
    definition.flows.push(flow(&id, &to));
}

/// Nodes in which something is going on, or to which something comes straight back.
fn live(instance: &Instance) -> Vec<&Key> {
    let tokens = instance.live.iter().map(|no| &instance.tokens[*no].place);
    let inside = tokens.filter_map(|place| match place {
        Place::Inside(name) => Some(name),
        Place::Flow(_) | Place::Ended(_) => None,
    });
    let visits = instance.visits.iter();
    let returned = visits.filter(|visit| visit.state == VisitState::Returned);
    inside
        .chain(returned.map(|visit| &visit.name.node))
        .collect()
}

/// Takes a step out in which nothing is going on, and that nothing else speaks of.
fn take_out(definition: &Definition, instance: &Instance, at: usize) -> Option<Definition> {
    let live = live(instance);
    let watched = |name: &Key| {
        let mut nodes = definition.nodes.iter();
        nodes.any(|node| match &node.kind {
            Kind::Boundary { at, .. } => at == name,
            Kind::Step(step) => {
                let seats = step.sign_off.seats.iter();
                let mut done_by = seats.map(|seat| &seat.who);
                step.refused == Refused::Back(name.clone())
                    || done_by.any(|who| *who == Who::DoneBy(name.clone()))
            }
            _ => false,
        })
    };
    // Without whoever enters what a loop asks for, or decides whether it goes round again, it never ends.
    let written = serde_json::to_string(&definition.flows).expect("JSON");
    let steps: Vec<&Key> = definition
        .nodes
        .iter()
        .filter(|node| matches!(&node.kind, Kind::Step(step) if step.fields.is_empty()))
        .filter(|node| !written.contains(&format!("\"{}.outcome\"", node.id)))
        .map(|node| &node.id)
        .filter(|name| !live.contains(name) && !watched(name))
        .collect();
    let node = (*steps.get(at % steps.len().max(1))?).clone();
    apply(definition, &Fix::RemoveNode { node })
}

fn is_sound(definition: &Definition) -> bool {
    let report = check(definition, laws::FEW);
    let stops = [Code::Unsafe, Code::Deadlock, Code::Livelock];
    report.complete && stops.iter().all(|code| report.of(*code).next().is_none())
}

/// Only what a put-in step has made of a way is no place.
fn is_fair(obstacle: &Obstacle, instance: &Instance) -> bool {
    let flow = |place: &Key| {
        let mut live = instance.live.iter().map(|no| &instance.tokens[*no].place);
        live.any(|at| matches!(at, Place::Flow(on) if on == place))
    };
    match obstacle {
        Obstacle::NoPlace { place } => flow(place),
        Obstacle::Halts { halt } => matches!(halt, Halt::TooLarge { .. } | Halt::Crowded { .. }),
        _ => false,
    }
}

impl Table {
    /// Goes over to a version of the process; whether it did.
    fn goes_over(&mut self, to: &Definition) -> bool {
        let new = Net::compile(to).expect("it fits together");
        let context = andu_workflow::Context {
            now: self.now,
            roster: &self.roster,
            calendar: self.calendar,
            powers: ALL,
            offline: false,
        };
        let before = self.instance.clone();
        let nets = (&self.net, &new);
        let by = person('q');
        let migrated = migrate(nets, &self.instance, &Names::default(), by, &context);
        let again = migrate(nets, &self.instance, &Names::default(), by, &context);
        assert_eq!(migrated, again, "the same everywhere");
        assert_eq!(self.instance, before, "trying changes nothing");
        let migrated = match migrated {
            Ok(migrated) => migrated,
            Err(obstacles) => {
                let fair = obstacles.iter().all(|one| is_fair(one, &before));
                assert!(fair, "{obstacles:?}");
                return false;
            }
        };
        assert_eq!(migrated.instance.bound, before.bound, "what was signed");
        self.takes_over(new, migrated);
        true
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn what_has_gone_over_to_another_version_still_ends(
        plan in plan(),
        dice in dice(),
        edits in prop::collection::vec((any::<bool>(), any::<usize>()), 1..=3),
        more in dice(),
    ) {
        if let Some(mut table) = Table::begin(&plan) {
            for dice in dice {
                table.roll(dice);
            }
            let mut to = table.net.definition.clone();
            to.version += 1;
            for (no, (puts, at)) in edits.into_iter().enumerate() {
                if puts {
                    put_in(&mut to, at, no);
                } else if let Some(less) = take_out(&to, &table.instance, at) {
                    to = less;
                }
            }
            // What is large is looked at for long.
            let small = to.nodes.len() <= 30;
            if small && table.instance.is_running() && is_sound(&to) && table.goes_over(&to) {
                for dice in more {
                    table.roll(dice);
                }
                table.agree_to_the_end();
            }
        }
    }
}

#[test]
fn a_return_to_before_it_went_over_goes_by_the_new_version() {
    let nodes = ["a", "b", "c"].map(|name| step(name, name));
    let mut nodes: Vec<_> = nodes.into_iter().collect();
    nodes.insert(0, crate::play::start());
    nodes.push(crate::play::end("end"));
    let old = crate::play::process(nodes, crate::play::line("start a b c end"));
    let mut play = crate::play::Play::begin(old.clone());
    play.agree('a', "a");
    play.agree('b', "b");
    let mut to = old;
    to.version = 2;
    put_in(&mut to, 1, 0);
    let new = Net::compile(&to).expect("it fits together");
    play.powers = Powers {
        dispatch: true,
        ..Powers::default()
    };
    let nets = (&play.net, &new);
    let names = Names::default();
    let migrated = migrate(nets, &play.instance, &names, person('q'), &play.context());
    play.instance = migrated.expect("goes over").instance;
    play.net = new;
    play.send_back('c', "c", "a", Then::Again).expect("退回");
    play.agree('a', "a");
    assert_eq!(play.open(), "new0:k", "the step that is new");
}
