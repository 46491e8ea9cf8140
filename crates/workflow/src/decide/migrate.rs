//! Over to another version: by its new names, with the times that the new version adds, and on where it can.

use super::{Context, Decided, Work};
use crate::{
    Event, Instance, Key, Place, Refusal, TimerDoes, TokenNo, VisitState,
    clock::day_of,
    definition::{Kind, Trigger},
    net::{Net, NodeAt},
};

impl<'a> Work<'a> {
    /// An instance as it goes on in another version.
    pub(crate) fn migrate(
        (old, new): (&Net, &'a Net),
        instance: &Instance,
        event: Event,
        context: &'a Context<'a>,
    ) -> Result<Decided, Refusal> {
        let mut work = Self::new(new, instance.clone(), context);
        work.emit(event);
        work.start_clock_late();
        let live = work.state.live.clone();
        for token in &live {
            work.set_new_times(old, *token, instance)?;
        }
        // What waited for what the new version no longer asks for, goes on.
        let waits = |token: &TokenNo| matches!(work.state.tokens[*token].place, Place::Flow(_));
        work.fresh = live.into_iter().filter(waits).collect();
        work.run()?;
        Ok(work.done())
    }

    /// A limit that the new version adds counts from when it would have.
    fn start_clock_late(&mut self) {
        let Some(limit) = &self.net.definition.limit else {
            return;
        };
        if self.state.clock.started_on.is_some() {
            return;
        }
        let from = match &limit.from {
            None => Some(self.state.begun_at),
            Some(step) => {
                let mut visits = self.state.visits.iter();
                let done = visits.find(|visit| {
                    let passed = matches!(visit.state, VisitState::Passed | VisitState::Skipped);
                    visit.name.node == *step && passed
                });
                done.and_then(|visit| visit.closed_at)
            }
        };
        if let Some(from) = from {
            self.emit(Event::ClockStarted { on: day_of(from) });
        }
    }

    /// What may newly happen where a token rests, has its time from now.
    fn set_new_times(
        &mut self,
        old: &Net,
        token: TokenNo,
        instance: &Instance,
    ) -> Result<(), Refusal> {
        let (Place::Inside(is), Place::Inside(was)) = (
            &self.state.tokens[token].place,
            &instance.tokens[token].place,
        ) else {
            return Ok(());
        };
        let (Some(is), Some(was)) = (self.net.node_at(is), old.node_at(was)) else {
            return Ok(());
        };
        if self.is_detour(token) {
            return Ok(());
        }
        let set = |name: &Key| {
            let mut timers = self.state.timers.iter();
            timers.any(|timer| {
                timer.token == token && matches!(&timer.does, TimerDoes::Node(node) if node == name)
            })
        };
        let known: Vec<&Trigger> = timed(old, was).into_iter().map(|(_, on)| on).collect();
        let new: Vec<(NodeAt, Trigger)> = timed(self.net, is)
            .into_iter()
            .filter(|(node, on)| !set(&self.net.node(*node).id) && !known.contains(on))
            .map(|(node, on)| (node, on.clone()))
            .collect();
        for (node, on) in new {
            self.set_timer(node, token, &on)?;
        }
        Ok(())
    }
}

/// What may happen at a node, and of which the first decides its way.
fn timed(net: &Net, at: NodeAt) -> Vec<(NodeAt, &Trigger)> {
    let wiring = net.wiring(at);
    let ways = wiring.outs.iter().map(|out| net.target(*out));
    let ways = ways.filter(|_| matches!(net.node(at).kind, Kind::Await));
    let nodes = wiring.boundaries.iter().copied().chain(ways);
    nodes
        .filter_map(|node| match &net.node(node).kind {
            Kind::Boundary { on, .. } | Kind::Wait { on } => Some((node, on)),
            _ => None,
        })
        .collect()
}
