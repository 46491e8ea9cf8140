//! Playing the net forward until every token rests.

use std::{borrow::Cow, collections::BTreeMap};

use andu_base::PersonId;

use super::{MOST_FIRINGS, Work};
use crate::{
    Event, Key, Place, Refusal, ScopeNo, Status, TokenNo, VisitState,
    definition::{Ending, Flow, Kind, Value},
    net::NodeAt,
};

impl Work<'_> {
    /// Puts the first tokens.
    pub(super) fn start(&mut self, at: Option<&Key>) -> Result<(), Refusal> {
        let net = self.net;
        let plain = |node: &NodeAt| matches!(net.node(*node).kind, Kind::Start { on: None });
        let starts: Vec<NodeAt> = match at {
            Some(name) => {
                let is_start = |at: &NodeAt| matches!(net.node(*at).kind, Kind::Start { .. });
                vec![
                    net.node_at(name)
                        .filter(is_start)
                        .ok_or(Refusal::NotThere)?,
                ]
            }
            None => net.starts(None).filter(plain).take(1).collect(),
        };
        if starts.is_empty() && net.starts(None).next().is_some() {
            return Err(Refusal::NotThere);
        }
        self.begin_scope(0, &starts, (Vec::new(), None))
    }

    /// Puts the first tokens of a scope: of its starts, or of what nothing leads to where it has none. It
    /// begins because of a token, and takes what ended those before it.
    pub(super) fn begin_scope(
        &mut self,
        scope: ScopeNo,
        starts: &[NodeAt],
        (mut before, mut because): (Vec<TokenNo>, Option<TokenNo>),
    ) -> Result<(), Refusal> {
        let group = match &self.state.scopes[scope].group {
            Some(group) => self.net.node_at(group),
            None => None,
        };
        for start in starts {
            let puts = self.ways_out(*start, scope)?;
            let after = !before.is_empty();
            let first = self.fire(*start, std::mem::take(&mut before), because, puts);
            because = if after { Some(first) } else { because };
        }
        if starts.is_empty() {
            because = before.last().copied().or(because);
            let loose: Vec<_> = self.net.loose(group).collect();
            for node in loose {
                self.enter_node(node, None, scope, because)?;
            }
        }
        Ok(())
    }

    /// A node takes and puts.
    pub(super) fn fire(
        &mut self,
        node: NodeAt,
        takes: Vec<TokenNo>,
        because: Option<TokenNo>,
        puts: Vec<(Place, ScopeNo)>,
    ) -> TokenNo {
        let first = self.state.tokens.len();
        self.firings += 1;
        self.emit(Event::Fired {
            node: self.net.node(node).id.clone(),
            at: self.now(),
            takes,
            because,
            puts,
        });
        self.fresh.extend(first..self.state.tokens.len());
        first
    }

    /// Plays on until every token rests.
    pub(super) fn run(&mut self) -> Result<(), Refusal> {
        loop {
            if let Some(token) = self.fresh.pop_front() {
                if self.firings > MOST_FIRINGS {
                    let node = self.node_of(token).unwrap_or_default();
                    let node = self.net.node(node).id.clone();
                    return Err(Refusal::Endless { node });
                }
                if self.is_live(token) {
                    self.arrive(token)?;
                }
            } else if !self.state.is_running()
                || !(self.wake()? || self.finish()? || self.let_go()?)
            {
                return Ok(());
            }
        }
    }

    pub(super) fn is_live(&self, token: TokenNo) -> bool {
        self.state.live.binary_search(&token).is_ok()
    }

    /// The node to which a token on a flow comes.
    pub(super) fn node_of(&self, token: TokenNo) -> Option<NodeAt> {
        match &self.state.tokens[token].place {
            Place::Flow(flow) => Some(self.net.target(self.net.flow_at(flow)?)),
            Place::Inside(_) | Place::Ended(_) => None,
        }
    }

    /// A token has come to a node.
    fn arrive(&mut self, token: TokenNo) -> Result<(), Refusal> {
        let Some(node) = self.node_of(token) else {
            return Ok(());
        };
        let scope = self.state.tokens[token].scope;
        let ins = self.net.wiring(node).ins.len();
        match &self.net.node(node).kind {
            // Asked once nothing else moves.
            Kind::Parallel if ins > 1 && self.state.is_moved(scope) => Ok(()),
            Kind::Parallel if ins > 1 => self.join_all(node, scope),
            Kind::Inclusive if ins > 1 => Ok(()),
            Kind::Gather { need, rest } => self.gather(node, scope, (*need, *rest)),
            _ => self.enter_node(node, Some(token), scope, None),
        }
    }

    /// A node that one token is enough for.
    fn enter_node(
        &mut self,
        node: NodeAt,
        token: Option<TokenNo>,
        scope: ScopeNo,
        because: Option<TokenNo>,
    ) -> Result<(), Refusal> {
        let net = self.net;
        let name = &net.node(node).id;
        let takes: Vec<TokenNo> = token.into_iter().collect();
        match &net.node(node).kind {
            Kind::Start { .. }
            | Kind::Boundary { .. }
            | Kind::Parallel
            | Kind::Inclusive
            | Kind::Choose
            | Kind::Gather { .. } => {
                let puts = self.ways_out(node, scope)?;
                self.fire(node, takes, because, puts);
            }
            Kind::End { ending } => self.end(node, (takes, because), scope, ending)?,
            Kind::Step(step) => self.reach_step(node, step, (token, because), scope)?,
            Kind::Auto { act } => {
                let (node_name, act) = (name.clone(), act.clone());
                let puts = self.ways_out(node, scope)?;
                self.emit(Event::Did {
                    node: node_name,
                    act,
                });
                self.fire(node, takes, because, puts);
            }
            Kind::Await | Kind::Wait { .. } => {
                let inside = vec![(Place::Inside(name.clone()), scope)];
                let inside = self.fire(node, takes, because, inside);
                self.set_waits(node, inside)?;
            }
            Kind::Throw { trigger } => {
                let puts = self.ways_out(node, scope)?;
                self.fire(node, takes, because, puts);
                self.say(node, scope, trigger)?;
            }
            Kind::Group { each } => {
                let inside = vec![(Place::Inside(name.clone()), scope)];
                let inside = self.fire(node, takes, because, inside);
                self.set_boundaries(node, inside)?;
                self.open_group(node, inside, scope, each.as_ref())?;
            }
            Kind::Call {
                process,
                each,
                apart,
            } => {
                let inside = vec![(Place::Inside(name.clone()), scope)];
                let inside = self.fire(node, takes, because, inside);
                self.set_boundaries(node, inside)?;
                self.call(node, inside, (process, each.as_ref()), *apart)?;
            }
            Kind::Foreign { .. } => {
                return Err(Refusal::Foreign { node: name.clone() });
            }
        }
        Ok(())
    }

    fn end(
        &mut self,
        node: NodeAt,
        (mut takes, because): (Vec<TokenNo>, Option<TokenNo>),
        scope: ScopeNo,
        ending: &Ending,
    ) -> Result<(), Refusal> {
        let ended = vec![(Place::Ended(self.net.node(node).id.clone()), scope)];
        match ending {
            Ending::Done => {
                self.fire(node, takes, because, ended);
            }
            Ending::Stop => {
                takes = self.all_within(scope);
                self.break_off(&takes);
                self.fire(node, takes, because, ended);
                if scope == 0 {
                    self.over(Status::Stopped, None, "");
                }
            }
            Ending::Throw(trigger) => {
                self.fire(node, takes, because, ended);
                self.say(node, scope, trigger)?;
            }
        }
        Ok(())
    }

    /// Every token in a scope and in those that lie in it.
    pub(super) fn all_within(&self, scope: ScopeNo) -> Vec<TokenNo> {
        let live = self.state.live.iter().copied();
        live.filter(|token| self.state.lies_in(self.state.tokens[*token].scope, scope))
            .collect()
    }

    /// Closes the visits whose tokens are taken from them.
    pub(super) fn break_off(&mut self, tokens: &[TokenNo]) {
        let at = self.now();
        for no in 0..self.state.visits.len() {
            let visit = &self.state.visits[no];
            if visit.is_open() && tokens.contains(&visit.token) {
                self.emit(Event::VisitClosed {
                    visit: no,
                    state: VisitState::BrokenOff,
                    at,
                    binds: None,
                });
            }
        }
    }

    /// It is over.
    pub(super) fn over(&mut self, status: Status, by: Option<PersonId>, reason: &str) {
        let live = self.state.live.clone();
        self.break_off(&live);
        let on = self.today();
        self.emit(Event::Ended {
            status,
            by,
            reason: reason.to_owned(),
            on,
        });
    }

    /// Where tokens go that leave a node: along the flows whose guards hold, or to its end where it has none.
    pub(super) fn ways_out(
        &self,
        node: NodeAt,
        scope: ScopeNo,
    ) -> Result<Vec<(Place, ScopeNo)>, Refusal> {
        let name = &self.net.node(node).id;
        let outs = &self.net.wiring(node).outs;
        if outs.is_empty() {
            return Ok(vec![(Place::Ended(name.clone()), scope)]);
        }
        let kind = &self.net.node(node).kind;
        let (all, one) = (matches!(kind, Kind::Parallel), matches!(kind, Kind::Choose));
        let mut ways = Vec::new();
        for out in outs {
            let flow = self.net.flow(*out);
            if all || (!flow.otherwise && self.is_taken(flow, scope)?) {
                ways.push(flow);
            }
            if one && !ways.is_empty() {
                break;
            }
        }
        if ways.is_empty() {
            let otherwise = outs.iter().map(|out| self.net.flow(*out));
            ways.extend(otherwise.filter(|flow| flow.otherwise).take(1));
        }
        if ways.is_empty() {
            return Err(Refusal::NoWay { node: name.clone() });
        }
        let ways = ways.into_iter();
        Ok(ways
            .map(|flow| (Place::Flow(flow.id.clone()), scope))
            .collect())
    }

    fn is_taken(&self, flow: &Flow, scope: ScopeNo) -> Result<bool, Refusal> {
        let Some(guard) = &flow.when else {
            return Ok(true);
        };
        guard
            .holds(&self.items_in(scope))
            .ok_or_else(|| Refusal::Foreign {
                node: flow.id.clone(),
            })
    }

    /// The items as a scope sees them.
    pub(super) fn items_in(&self, scope: ScopeNo) -> Cow<'_, BTreeMap<Key, Value>> {
        let mut items = Cow::Borrowed(&self.state.items);
        let (mut at, mut seen) = (Some(scope), Vec::new());
        while let Some(scope) = at.map(|at| &self.state.scopes[at]) {
            let named = scope.item.iter().map(|(name, value)| (name, value));
            for (name, value) in scope.own.iter().chain(named) {
                if !seen.contains(name) {
                    seen.push(name.clone());
                    items.to_mut().insert(name.clone(), value.clone());
                }
            }
            at = scope.parent.map(|(above, _)| above);
        }
        items
    }

    /// The first token on each way into a node, in one scope.
    pub(super) fn waiting(&self, node: NodeAt, scope: ScopeNo) -> Vec<Option<TokenNo>> {
        let ins = self.net.wiring(node).ins.iter();
        let at = |flow: &usize| {
            let id = &self.net.flow(*flow).id;
            let mut live = self.state.live.iter().copied();
            live.find(|token| {
                let token = &self.state.tokens[*token];
                token.scope == scope && matches!(&token.place, Place::Flow(on) if on == id)
            })
        };
        ins.map(at).collect()
    }

    fn join_all(&mut self, node: NodeAt, scope: ScopeNo) -> Result<(), Refusal> {
        let waiting: Option<Vec<_>> = self.waiting(node, scope).into_iter().collect();
        if let Some(takes) = waiting {
            let puts = self.ways_out(node, scope)?;
            self.fire(node, takes, None, puts);
        }
        Ok(())
    }

    /// Lets go on what waited for others: joins for which nothing can come any more, steps that others held up. Whether anything did.
    fn wake(&mut self) -> Result<bool, Refusal> {
        for token in self.state.live.clone() {
            let Some(node) = self.node_of(token) else {
                continue;
            };
            let scope = self.state.tokens[token].scope;
            let before = self.events.len();
            match &self.net.node(node).kind {
                Kind::Inclusive if self.net.wiring(node).ins.len() > 1 => {
                    if let Some(takes) = self.inclusive_ready(node, scope) {
                        let puts = self.ways_out(node, scope)?;
                        self.fire(node, takes, None, puts);
                    }
                }
                Kind::Parallel | Kind::Gather { .. }
                    if self.net.is_join(node) && self.state.is_moved(scope) =>
                {
                    if let Some(takes) = self.left_of_round(node, scope) {
                        let puts = self.ways_out(node, scope)?;
                        self.fire(node, takes, None, puts);
                    }
                }
                Kind::Step(step) if step.alone.is_some() || step.only_while.is_some() => {
                    self.reach_step(node, step, (Some(token), None), scope)?;
                }
                _ => {}
            }
            if self.events.len() > before {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
