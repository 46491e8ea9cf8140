//! Events: what nodes say, what comes from outside, and what is broken off by it.

use std::collections::BTreeMap;

use super::Work;
use crate::{
    Event, Key, Place, Refusal, ScopeNo, Status, TokenNo,
    definition::{Kind, Trigger, Value},
    net::NodeAt,
};

impl Work<'_> {
    /// A node says that something has happened: to the groups around it, to what waits for it here, and to
    /// the outside.
    pub(super) fn say(
        &mut self,
        node: NodeAt,
        scope: ScopeNo,
        trigger: &Trigger,
    ) -> Result<(), Refusal> {
        self.emit(Event::Said {
            node: self.net.node(node).id.clone(),
            trigger: trigger.clone(),
        });
        match trigger {
            Trigger::Error(_) | Trigger::Escalation(_) => {
                let caught = self.catch(scope, trigger)?;
                if !caught && matches!(trigger, Trigger::Error(_)) {
                    self.over(Status::Stopped, None, "");
                }
                Ok(())
            }
            Trigger::Signal(_) => self.deliver(trigger, usize::MAX).map(|_| ()),
            Trigger::After(_) | Trigger::On(_) | Trigger::Message(_) => Ok(()),
        }
    }

    /// Passes something upwards to the nearest group that expects it.
    fn catch(&mut self, mut scope: ScopeNo, trigger: &Trigger) -> Result<bool, Refusal> {
        while let Some((above, group)) = self.state.scopes[scope].parent {
            if let Some(boundary) = self.boundary_for(group, trigger) {
                self.cross(boundary, group)?;
                return Ok(true);
            }
            scope = above;
        }
        Ok(false)
    }

    /// The boundary of the node in which a token is, that expects an event.
    fn boundary_for(&self, token: TokenNo, trigger: &Trigger) -> Option<NodeAt> {
        let Place::Inside(host) = &self.state.tokens[token].place else {
            return None;
        };
        if self.is_detour(token) {
            return None;
        }
        let boundaries = &self.net.wiring(self.net.node_at(host)?).boundaries;
        let expects = |at: &NodeAt| matches!(&self.net.node(*at).kind, Kind::Boundary { on, .. } if on.is_called(trigger));
        boundaries.iter().copied().find(expects)
    }

    /// What a boundary expects has come: it breaks its node off, or goes on beside it.
    pub(super) fn cross(&mut self, boundary: NodeAt, host: TokenNo) -> Result<(), Refusal> {
        let scope = self.state.tokens[host].scope;
        let cancels = matches!(
            self.net.node(boundary).kind,
            Kind::Boundary { cancels: true, .. }
        );
        let puts = self.ways_out(boundary, scope)?;
        if !cancels {
            self.fire(boundary, Vec::new(), Some(host), puts);
            return Ok(());
        }
        let mut takes = vec![host];
        for no in 0..self.state.scopes.len() {
            if self.state.scopes[no]
                .parent
                .is_some_and(|(_, group)| group == host)
            {
                takes.extend(self.all_within(no));
            }
        }
        takes.sort_unstable();
        takes.dedup();
        self.break_off(&takes);
        self.fire(boundary, takes, None, puts);
        Ok(())
    }

    /// Something came from outside.
    pub(super) fn deliver_from_outside(
        &mut self,
        trigger: &Trigger,
        items: &BTreeMap<Key, Value>,
    ) -> Result<(), Refusal> {
        for (item, value) in items {
            self.check_item(item, value)?;
        }
        if !items.is_empty() {
            let items = items.iter();
            self.emit(Event::Entered {
                items: items
                    .map(|(item, value)| (item.clone(), Some(value.clone())))
                    .collect(),
                by: None,
                scope: None,
            });
        }
        let most = match trigger {
            Trigger::Signal(_) => usize::MAX,
            Trigger::Message(_) => 1,
            Trigger::After(_) | Trigger::On(_) | Trigger::Error(_) | Trigger::Escalation(_) => {
                return Err(Refusal::NotThere);
            }
        };
        if self.deliver(trigger, most)? == 0 {
            return Err(Refusal::NotThere);
        }
        Ok(())
    }

    /// Gives an event to what waits for it, to at most so many. How many there were.
    fn deliver(&mut self, trigger: &Trigger, most: usize) -> Result<usize, Refusal> {
        let mut given = 0;
        for token in self.state.live.clone() {
            if given == most {
                break;
            }
            if !self.is_live(token) {
                continue;
            }
            if let Some(wait) = self.wait_for(token, |on| on.is_called(trigger)) {
                self.pass(wait, token)?;
            } else if let Some(boundary) = self.boundary_for(token, trigger) {
                self.cross(boundary, token)?;
            } else {
                continue;
            }
            given += 1;
        }
        Ok(given)
    }

    /// The wait on which a token rests, or the one that it would take of several, for an event.
    pub(super) fn wait_for(&self, token: TokenNo, is: impl Fn(&Trigger) -> bool) -> Option<NodeAt> {
        let Place::Inside(name) = &self.state.tokens[token].place else {
            return None;
        };
        let node = self.net.node_at(name)?;
        let waits_for =
            |at: &NodeAt| matches!(&self.net.node(*at).kind, Kind::Wait { on } if is(on));
        match &self.net.node(node).kind {
            Kind::Wait { .. } => Some(node).filter(waits_for),
            Kind::Await => {
                let outs = self.net.wiring(node).outs.iter();
                outs.map(|out| self.net.target(*out)).find(waits_for)
            }
            _ => None,
        }
    }

    /// What was waited for has come.
    pub(super) fn pass(&mut self, wait: NodeAt, token: TokenNo) -> Result<(), Refusal> {
        let scope = self.state.tokens[token].scope;
        let puts = self.ways_out(wait, scope)?;
        self.fire(wait, vec![token], None, puts);
        Ok(())
    }
}
