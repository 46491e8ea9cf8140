//! Playing the net forward until every token rests.

use std::{borrow::Cow, collections::BTreeMap};

use andu_base::PersonId;

use super::{MOST_FIRINGS, Work};
use crate::{
    Event, Key, Place, Refusal, ScopeNo, Status, TokenNo, VisitState,
    definition::{Ending, Flow, Kind, Rest, Value},
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
            } else if !self.state.is_running() || !(self.wake()? || self.finish()?) {
                return Ok(());
            }
        }
    }

    pub(super) fn is_live(&self, token: TokenNo) -> bool {
        self.state.live.binary_search(&token).is_ok()
    }

    /// The node to which a token on a flow comes.
    fn node_of(&self, token: TokenNo) -> Option<NodeAt> {
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
            Kind::Parallel if ins > 1 => self.join_all(node, scope),
            // Asked once nothing else moves.
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
            if let Some((name, value)) = &scope.item
                && !seen.contains(name)
            {
                seen.push(name.clone());
                items.to_mut().insert(name.clone(), value.clone());
            }
            at = scope.parent.map(|(above, _)| above);
        }
        items
    }

    /// The first token on each way into a node, in one scope.
    fn waiting(&self, node: NodeAt, scope: ScopeNo) -> Vec<Option<TokenNo>> {
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

    /// Goes on when `need` ways have come; what comes later ends here, or is broken off at once.
    fn gather(
        &mut self,
        node: NodeAt,
        scope: ScopeNo,
        (need, rest): (u32, Rest),
    ) -> Result<(), Refusal> {
        let wiring = self.net.wiring(node);
        let need = usize::try_from(need)
            .unwrap_or(1)
            .clamp(1, wiring.ins.len().max(1));
        let takes: Vec<_> = self.waiting(node, scope).into_iter().flatten().collect();
        if rest == Rest::Ignore {
            // Of each round as many come as there are ways; those after the needed ones end here.
            let ins: Vec<&Key> = wiring.ins.iter().map(|at| &self.net.flow(*at).id).collect();
            let taken = self.state.tokens.iter().filter(|token| {
                token.taken.is_some()
                    && !token.void
                    && token.scope == scope
                    && matches!(&token.place, Place::Flow(on) if ins.contains(&on))
            });
            let come = taken.count() % ins.len().max(1);
            if come >= need {
                let takes = takes.into_iter().take(1).collect();
                // Too late only as long as what went on still counts.
                self.fire(node, takes, self.last_put_by(node, scope), Vec::new());
                return Ok(());
            }
        }
        if takes.len() < need {
            return Ok(());
        }
        let puts = self.ways_out(node, scope)?;
        let takes = match rest {
            Rest::Ignore => takes,
            Rest::Cancel => self.upstream_of(node, scope),
        };
        self.break_off(&takes);
        self.fire(node, takes, None, puts);
        Ok(())
    }

    /// The last token that counts and that a node has put in a scope.
    fn last_put_by(&self, node: NodeAt, scope: ScopeNo) -> Option<TokenNo> {
        let name = &self.net.node(node).id;
        (0..self.state.tokens.len()).rev().find(|no| {
            let token = &self.state.tokens[*no];
            !token.void && token.scope == scope && self.state.firings[token.from].node == *name
        })
    }

    /// Every token of a scope that could still come to a node.
    fn upstream_of(&self, node: NodeAt, scope: ScopeNo) -> Vec<TokenNo> {
        let behind = self.net.behind_node(node);
        let live = self.state.live.iter().copied();
        let is_behind = |token: &TokenNo| {
            let Some(no) = self.around(*token, scope) else {
                return false;
            };
            match &self.state.tokens[no].place {
                Place::Flow(flow) => self
                    .net
                    .flow_at(flow)
                    .is_some_and(|at| behind.contains(&at)),
                Place::Inside(node) => self.leaves_from(no, node).is_some_and(|at| {
                    let outs = &self.net.wiring(at).outs;
                    outs.iter().any(|out| behind.contains(out))
                }),
                Place::Ended(_) => false,
            }
        };
        live.filter(is_behind).collect()
    }

    /// Lets go on what waited for others: inclusive joins for which nothing can come any more, steps that
    /// others held up. Whether anything did.
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

    /// What an inclusive join takes, if nothing more can come: for each way on which there is no token, no
    /// other token can come there, unless it could as well come where one waits (BPMN 2.0, 13.4.3).
    fn inclusive_ready(&self, node: NodeAt, scope: ScopeNo) -> Option<Vec<TokenNo>> {
        let wiring = self.net.wiring(node);
        let waiting = self.waiting(node, scope);
        let takes: Vec<_> = waiting.iter().copied().flatten().collect();
        for token in &self.state.live {
            if takes.contains(token) {
                continue;
            }
            let at = self.flows_before(*token, scope);
            let comes = |filled: bool| {
                let ways = waiting.iter().zip(&wiring.upstream);
                ways.filter(|(way, _)| way.is_some() == filled)
                    .any(|(_, upstream)| at.iter().any(|flow| upstream.contains(flow)))
            };
            if comes(false) && !comes(true) {
                return None;
            }
        }
        Some(takes)
    }

    /// A token, or that of the group around it, which is in a scope; `None` where it does not lie in it.
    fn around(&self, mut token: TokenNo, scope: ScopeNo) -> Option<TokenNo> {
        while self.state.tokens[token].scope != scope {
            (_, token) = self.state.scopes[self.state.tokens[token].scope].parent?;
        }
        Some(token)
    }

    /// The node from which a token that is inside one goes on: of a step from which it goes straight back,
    /// the one that it came from.
    fn leaves_from(&self, token: TokenNo, inside: &Key) -> Option<NodeAt> {
        let mut open = self.state.open_visits();
        let mut visit = open
            .find(|(_, visit)| visit.token == token)
            .map(|(no, _)| no);
        let mut from = inside;
        while let Some(back_to) = visit.and_then(|no| self.state.visits[no].back_to) {
            from = &self.state.visits[back_to].name.node;
            visit = Some(back_to);
        }
        self.net.node_at(from)
    }

    /// The flows on which a token stands for the purpose of what it can reach: its own, or those that come
    /// out of the node in which it is, of its scope or of the one around it.
    fn flows_before(&self, token: TokenNo, scope: ScopeNo) -> Vec<usize> {
        let Some(no) = self.around(token, scope) else {
            return Vec::new();
        };
        match &self.state.tokens[no].place {
            Place::Flow(flow) => self.net.flow_at(flow).into_iter().collect(),
            Place::Inside(node) => {
                let Some(at) = self.leaves_from(no, node) else {
                    return Vec::new();
                };
                let wiring = self.net.wiring(at);
                let hosts = wiring.boundaries.iter().copied();
                let nodes = std::iter::once(at).chain(hosts);
                nodes
                    .flat_map(|node| self.net.wiring(node).outs.clone())
                    .collect()
            }
            Place::Ended(_) => Vec::new(),
        }
    }
}
