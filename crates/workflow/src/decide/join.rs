//! Where ways come together: what goes on when some have come, what waits for all that can still come, and
//! what comes too late.

use super::Work;
use crate::{
    FiringNo, Place, Refusal, ScopeNo, TokenNo,
    definition::{Kind, Rest},
    net::NodeAt,
};

impl Work<'_> {
    /// Goes on when `need` ways have come; what comes later ends here, or is broken off at once.
    pub(super) fn gather(
        &mut self,
        node: NodeAt,
        scope: ScopeNo,
        (wanted, rest): (u32, Rest),
    ) -> Result<(), Refusal> {
        let wiring = self.net.wiring(node);
        let need = usize::try_from(wanted)
            .unwrap_or(1)
            .clamp(1, wiring.ins.len().max(1));
        let takes = match rest {
            Rest::Ignore => self.in_time(node, scope),
            Rest::Cancel => self.waiting(node, scope).into_iter().flatten().collect(),
        };
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
        match rest {
            // What came early for the next round, may be enough for it.
            Rest::Ignore => self.gather(node, scope, (wanted, rest)),
            Rest::Cancel => Ok(()),
        }
    }

    /// What waits at a gathering for its next going on. Of each way the first token is of the first round,
    /// the second of the second; one whose round has gone on already ends here, for as long as that counts.
    fn in_time(&mut self, node: NodeAt, scope: ScopeNo) -> Vec<TokenNo> {
        let waiting = self.waiting(node, scope);
        let net = self.net;
        let ways = waiting.into_iter().zip(&net.wiring(node).ins);
        let name = &net.node(node).id;
        let mut in_time = Vec::new();
        for (token, flow) in ways {
            let on_way = &net.flow(*flow).id;
            let mut next = token;
            while let Some(token) = next {
                let tokens = self.state.tokens.iter();
                let on_it = tokens.filter(|token| {
                    !token.void
                        && token.scope == scope
                        && matches!(&token.place, Place::Flow(on) if on == on_way)
                });
                // What a move or an event has taken away meanwhile, has not come.
                let came = |firing: FiringNo| self.state.firings[firing].node == *name;
                let round = on_it.filter(|token| token.taken.is_some_and(came)).count();
                let Some(went_on) = self.went_on(node, scope, round) else {
                    in_time.push(token);
                    break;
                };
                self.fire(node, vec![token], Some(went_on), Vec::new());
                let mut live = self.state.live.iter().copied();
                next = live.find(|no| {
                    let token = &self.state.tokens[*no];
                    token.scope == scope && matches!(&token.place, Place::Flow(on) if on == on_way)
                });
            }
        }
        in_time
    }

    /// What a gathering put when it went on in a round, from 0; `None` where it has not yet.
    fn went_on(&self, node: NodeAt, scope: ScopeNo, round: usize) -> Option<TokenNo> {
        let name = &self.net.node(node).id;
        let mut last = None;
        let mut firsts = (0..self.state.tokens.len()).filter(|no| {
            let token = &self.state.tokens[*no];
            let by_it =
                !token.void && token.scope == scope && self.state.firings[token.from].node == *name;
            by_it && last.replace(token.from) != Some(token.from)
        });
        firsts.nth(round)
    }

    /// Every token of a scope that could still come to a node in this round.
    fn upstream_of(&self, node: NodeAt, scope: ScopeNo) -> Vec<TokenNo> {
        let behind = self.net.since_parting(node);
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
                Place::Inside(_) => self.leaves_from(no).is_some_and(|at| {
                    let outs = &self.net.wiring(at).outs;
                    outs.iter().any(|out| behind.contains(out))
                }),
                Place::Ended(_) => false,
            }
        };
        live.filter(is_behind).collect()
    }

    /// What a move takes with it: its own token, and all that is between the parting and the coming together
    /// of ways that it leads out of.
    pub(super) fn left_behind(
        &self,
        (here, there): (NodeAt, NodeAt),
        token: TokenNo,
    ) -> Vec<TokenNo> {
        let (net, scope) = (self.net, self.state.tokens[token].scope);
        let mut takes = vec![token];
        for join in (0..net.len()).filter(|at| net.is_join(*at)) {
            let region = net.since_parting(join);
            let within = |node: NodeAt| {
                let mut outs = net.wiring(node).outs.iter();
                outs.any(|out| region.contains(out))
            };
            if within(here) && !within(there) {
                takes.extend(self.upstream_of(join, scope));
            }
        }
        takes.sort_unstable();
        takes.dedup();
        takes
    }

    /// What a join takes in a scope where something was moved by hand: ways may be missing there, or come
    /// twice, so that it goes on once all has come that is left of its round.
    pub(super) fn left_of_round(&self, node: NodeAt, scope: ScopeNo) -> Option<Vec<TokenNo>> {
        let here = self.all_waiting(node, scope);
        let coming = self.upstream_of(node, scope);
        let all = !here.is_empty() && coming.iter().all(|token| here.contains(token));
        all.then_some(here)
    }

    /// Where something was moved by hand and nobody and nothing is waited for any more: a join goes on with
    /// what has come to it. Whether one did.
    pub(super) fn let_go(&mut self) -> Result<bool, Refusal> {
        let rests = |token: &TokenNo| match &self.state.tokens[*token].place {
            Place::Inside(name) => self
                .net
                .node_at(name)
                .is_some_and(|at| !matches!(self.net.node(at).kind, Kind::Group { .. })),
            Place::Flow(_) | Place::Ended(_) => false,
        };
        if self.state.moved.is_empty() || self.state.live.iter().any(rests) {
            return Ok(false);
        }
        for token in self.state.live.clone() {
            let scope = self.state.tokens[token].scope;
            let Some(node) = self.node_of(token).filter(|at| self.net.is_join(*at)) else {
                continue;
            };
            if self.state.is_moved(scope) {
                let takes = self.all_waiting(node, scope);
                let puts = self.ways_out(node, scope)?;
                self.fire(node, takes, None, puts);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// All tokens of a scope that have come to a node.
    fn all_waiting(&self, node: NodeAt, scope: ScopeNo) -> Vec<TokenNo> {
        let live = self.state.live.iter().copied();
        let waits =
            |no: &TokenNo| self.state.tokens[*no].scope == scope && self.node_of(*no) == Some(node);
        live.filter(waits).collect()
    }

    /// What an inclusive join takes, if nothing more can come: for each way on which there is no token, no
    /// other token can come there, unless it could as well come where one waits (BPMN 2.0, 13.4.3).
    pub(super) fn inclusive_ready(&self, node: NodeAt, scope: ScopeNo) -> Option<Vec<TokenNo>> {
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

    /// The node from which a token that is inside one goes on.
    pub(super) fn leaves_from(&self, token: TokenNo) -> Option<NodeAt> {
        self.net.node_at(self.state.goes_on_from(token)?)
    }

    /// The flows on which a token stands for the purpose of what it can reach: its own, or those that come
    /// out of the node in which it is, of its scope or of the one around it.
    fn flows_before(&self, token: TokenNo, scope: ScopeNo) -> Vec<usize> {
        let Some(no) = self.around(token, scope) else {
            return Vec::new();
        };
        match &self.state.tokens[no].place {
            Place::Flow(flow) => self.net.flow_at(flow).into_iter().collect(),
            Place::Inside(_) => {
                let Some(at) = self.leaves_from(no) else {
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
