//! Groups and called processes, for each of several: begun, in turn or at once, and done.

use super::Work;
use crate::{
    Event, Key, Place, Refusal, ScopeNo, Status, TokenNo,
    definition::{Each, Kind, Passing, Value},
    net::NodeAt,
};

/// Of several: at most so many.
const MOST_EACH: usize = 500;

impl Work<'_> {
    /// What a group or call is done for: `None` once, for nothing in particular.
    fn several(
        &self,
        each: Option<&Each>,
        scope: ScopeNo,
    ) -> Result<Vec<Option<(Key, Value)>>, Refusal> {
        let Some(each) = each else {
            return Ok(vec![None]);
        };
        let item = each.item.as_ref();
        let own = |value: Value| item.map(|item| (item.clone(), value));
        let refused = || Refusal::ItemNeeded {
            item: each.of.clone(),
        };
        let several: Vec<_> = match self.state.value(&each.of, scope).ok_or_else(refused)? {
            Value::List(list) => list
                .iter()
                .map(|one| own(Value::Text(one.clone())))
                .collect(),
            Value::Text(one) => vec![own(Value::Text(one.clone()))],
            Value::Number(count) => (0..*count)
                .take(MOST_EACH + 1)
                .map(|no| own(Value::Number(no)))
                .collect(),
            Value::YesNo(_) => return Err(refused()),
        };
        if several.len() > MOST_EACH {
            return Err(Refusal::TooLong { limit: MOST_EACH });
        }
        Ok(several)
    }

    /// A group has got its token.
    pub(super) fn open_group(
        &mut self,
        node: NodeAt,
        token: TokenNo,
        scope: ScopeNo,
        each: Option<&Each>,
    ) -> Result<(), Refusal> {
        let several = self.several(each, scope)?;
        let in_turn = each.is_some_and(|each| each.in_turn);
        if several.is_empty() {
            let puts = self.ways_out(node, scope)?;
            self.fire(node, vec![token], None, puts);
            return Ok(());
        }
        let first = if in_turn { 1 } else { several.len() };
        for (index, item) in several.into_iter().enumerate().take(first) {
            self.open_scope(node, (token, scope), (index, item), Vec::new())?;
        }
        Ok(())
    }

    /// One of several begins; in turn, by taking what ended the ones before.
    fn open_scope(
        &mut self,
        node: NodeAt,
        (token, parent): (TokenNo, ScopeNo),
        (index, item): (usize, Option<(Key, Value)>),
        before: Vec<TokenNo>,
    ) -> Result<(), Refusal> {
        let scope = self.state.scopes.len();
        self.emit(Event::ScopeOpened {
            group: self.net.node(node).id.clone(),
            parent,
            token,
            index: u32::try_from(index).unwrap_or(u32::MAX),
            item,
        });
        let starts: Vec<NodeAt> = self.net.starts(Some(node)).collect();
        self.begin_scope(scope, &starts, (before, Some(token)))
    }

    /// Groups in which nothing is left to be done, and the process itself. Whether there was one.
    pub(super) fn finish(&mut self) -> Result<bool, Refusal> {
        for token in self.state.live.clone() {
            let Place::Inside(name) = &self.state.tokens[token].place else {
                continue;
            };
            let Some(node) = self.net.node_at(name) else {
                continue;
            };
            if let Kind::Group { each } = &self.net.node(node).kind
                && self.finish_group(node, token, each.as_ref())?
            {
                return Ok(true);
            }
        }
        if self.state.live.iter().all(|token| self.is_ended(*token)) {
            self.over(Status::Done, None, "");
            return Ok(true);
        }
        Ok(false)
    }

    fn is_ended(&self, token: TokenNo) -> bool {
        matches!(self.state.tokens[token].place, Place::Ended(_))
    }

    fn finish_group(
        &mut self,
        node: NodeAt,
        token: TokenNo,
        each: Option<&Each>,
    ) -> Result<bool, Refusal> {
        let scopes = 0..self.state.scopes.len();
        let of_group = |no: &ScopeNo| {
            let parent = self.state.scopes[*no].parent;
            parent.is_some_and(|(_, group)| group == token) && !self.is_void(*no)
        };
        let scopes: Vec<ScopeNo> = scopes.filter(of_group).collect();
        let done = |scope: &&ScopeNo| {
            let inside = self.all_within(**scope);
            inside.iter().all(|token| self.is_ended(*token))
        };
        let finished = scopes.iter().filter(done).count();
        if finished == 0 {
            return Ok(false);
        }
        let parent = self.state.tokens[token].scope;
        let in_turn = each.is_some_and(|each| each.in_turn);
        // All at once: those that were begun, whatever has been entered since.
        let several = if in_turn {
            self.several(each, parent)?
        } else {
            Vec::new()
        };
        let enough = needed(each, several.len().max(scopes.len()));
        if finished >= enough {
            let mut takes = vec![token];
            for scope in &scopes {
                takes.extend(self.all_within(*scope));
            }
            takes.sort_unstable();
            takes.dedup();
            self.break_off(&takes);
            let puts = self.ways_out(node, parent)?;
            self.fire(node, takes, None, puts);
            return Ok(true);
        }
        if in_turn && finished == scopes.len() {
            let next = several.into_iter().nth(scopes.len());
            if let Some(item) = next {
                let before = scopes.iter().flat_map(|scope| self.all_within(*scope));
                let before = before.collect();
                self.open_scope(node, (token, parent), (scopes.len(), item), before)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a scope was begun by what is void by now.
    fn is_void(&self, scope: ScopeNo) -> bool {
        let mut tokens = self.state.tokens.iter();
        let mut own = tokens.by_ref().filter(|token| token.scope == scope);
        own.next().is_some_and(|first| first.void)
    }

    /// Another process, or one for each of several.
    pub(super) fn call(
        &mut self,
        node: NodeAt,
        token: TokenNo,
        (process, each): (&Key, Option<&Each>),
        apart: bool,
    ) -> Result<(), Refusal> {
        let scope = self.state.tokens[token].scope;
        let several = self.several(each, scope)?;
        let in_turn = each.is_some_and(|each| each.in_turn) && !apart;
        let none = several.is_empty();
        for (index, item) in several.into_iter().enumerate() {
            self.emit(Event::ChildCalled {
                node: self.net.node(node).id.clone(),
                token,
                process: process.clone(),
                index: u32::try_from(index).unwrap_or(u32::MAX),
                item,
                waits: in_turn && index > 0,
            });
        }
        if none || apart {
            let puts = self.ways_out(node, scope)?;
            self.fire(node, vec![token], None, puts);
        }
        Ok(())
    }

    /// A process that was called has ended: what was done counts as passed, all else as refused.
    pub(super) fn child_ended(&mut self, child: usize, status: Status) -> Result<(), Refusal> {
        let ended = self.state.children.get(child).ok_or(Refusal::NotThere)?;
        let (token, name) = (ended.token, ended.node.clone());
        if ended.ended.is_some() || !ended.begun || status == Status::Running {
            return Err(Refusal::NotThere);
        }
        self.emit(Event::ChildEnded { child, status });
        if !self.is_live(token) {
            return Ok(());
        }
        let node = self.net.node_at(&name).ok_or(Refusal::NotThere)?;
        let Kind::Call { each, .. } = &self.net.node(node).kind else {
            return Err(Refusal::NotThere);
        };
        let all: Vec<usize> = (0..self.state.children.len())
            .filter(|no| self.state.children[*no].token == token)
            .collect();
        let with = |wanted: fn(Status) -> bool| {
            let ended = all.iter().filter_map(|no| self.state.children[*no].ended);
            ended.filter(|status| wanted(*status)).count()
        };
        let (done, failed) = (
            with(|status| status == Status::Done),
            with(|status| status != Status::Done),
        );
        let enough = needed(each.as_ref(), all.len());
        if done >= enough || all.len() - failed < enough {
            let scope = self.state.tokens[token].scope;
            self.tell_outcome(&name, done >= enough);
            let puts = self.ways_out(node, scope)?;
            self.fire(node, vec![token], None, puts);
        } else if let Some(next) = all.into_iter().find(|no| !self.state.children[*no].begun) {
            self.emit(Event::ChildBegun { child: next });
        }
        Ok(())
    }
}

/// How many of `all` have to be done.
fn needed(each: Option<&Each>, all: usize) -> usize {
    let some = |count: u32| usize::try_from(count).unwrap_or(all).clamp(1, all.max(1));
    match each.map(|each| each.done) {
        None | Some(Passing::All | Passing::Weight(_)) => all,
        Some(Passing::Any) => 1.min(all),
        Some(Passing::Count(count)) => some(count),
        Some(Passing::Percent(percent)) => {
            let all_of = u64::try_from(all).unwrap_or(u64::MAX);
            let of = (all_of * u64::from(percent)).div_ceil(100);
            some(u32::try_from(of).unwrap_or(u32::MAX))
        }
    }
}
