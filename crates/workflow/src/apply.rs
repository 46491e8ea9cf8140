//! Applying events: the only place where an instance changes.

use std::sync::Arc;

use crate::{
    Child, Circulation, Clock, Event, Extension, Firing, FiringNo, Instance, Member, MemberNo,
    MemberState, Place, Reader, Scope, Status, Stop, Timer, Token, TokenNo, Visit, VisitNo,
    VisitState,
};

impl Instance {
    /// The instance that the first event begins.
    ///
    /// `None` for another event than [`Event::Begun`].
    #[must_use]
    pub fn begun(first: &Event) -> Option<Self> {
        let Event::Begun {
            definition,
            version,
            by,
            at,
            content,
            items,
        } = first
        else {
            return None;
        };
        Some(Self {
            definition: definition.clone(),
            version: *version,
            status: Status::Running,
            author: *by,
            begun_at: *at,
            content: *content,
            items: items.clone(),
            chosen: std::collections::BTreeMap::default(),
            scopes: vec![Scope {
                group: None,
                parent: None,
                index: 0,
                item: None,
                own: std::collections::BTreeMap::default(),
            }],
            tokens: Vec::new(),
            live: Vec::new(),
            firings: Vec::new(),
            visits: Vec::new(),
            children: Vec::new(),
            timers: Vec::new(),
            moved: Vec::new(),
            bound: Vec::new(),
            clock: Clock::default(),
            circulations: Vec::new(),
            seq: 1,
        })
    }

    /// The instance that events make; `None` where the first does not begin one.
    #[must_use]
    pub fn replayed<'a>(events: impl IntoIterator<Item = &'a Event>) -> Option<Self> {
        let mut events = events.into_iter();
        let mut instance = Self::begun(events.next()?)?;
        for event in events {
            instance.apply(event);
        }
        Some(instance)
    }

    /// Applies an event that a decision on this very instance has made.
    pub fn apply(&mut self, event: &Event) {
        self.seq += 1;
        match event {
            Event::Begun { .. }
            | Event::Did { .. }
            | Event::Said { .. }
            | Event::Told { .. }
            | Event::Explained { .. }
            | Event::SentBack { .. } => {}
            // The firing that follows.
            Event::Moved { .. } => self.moved.push(self.firings.len()),
            Event::Fired {
                node,
                at,
                takes,
                because,
                puts,
            } => {
                let firing = self.firings.len();
                self.firings.push(Firing {
                    node: node.clone(),
                    at: *at,
                    because: *because,
                    void: false,
                });
                self.take(takes, firing);
                for (place, scope) in puts {
                    self.put(place.clone(), *scope, firing);
                }
            }
            Event::ScopeOpened {
                group,
                parent,
                token,
                index,
                item,
            } => self.scopes.push(Scope {
                group: Some(group.clone()),
                parent: Some((*parent, *token)),
                index: *index,
                item: item.clone(),
                own: std::collections::BTreeMap::default(),
            }),
            Event::VisitOpened {
                name,
                scope,
                token,
                at,
                due_at,
                members,
                back_to,
            } => self.visits.push(Arc::new(Visit {
                name: name.clone(),
                scope: *scope,
                token: *token,
                opened_at: *at,
                due_at: *due_at,
                members: members.clone(),
                state: VisitState::Open,
                closed_at: None,
                back_to: *back_to,
                urged: None,
            })),
            Event::VisitClosed {
                visit,
                state,
                at,
                binds,
            } => {
                let closed = self.visit_mut(*visit);
                closed.state = *state;
                closed.closed_at = Some(*at);
                for member in &mut closed.members {
                    if !member.is_done() {
                        member.state = MemberState::NotNeeded;
                    }
                }
                if let Some(content) = binds {
                    self.bound.push((*visit, *content));
                }
            }
            Event::Seen { .. }
            | Event::Acted { .. }
            | Event::TakenBack { .. }
            | Event::Claimed { .. }
            | Event::Released { .. }
            | Event::MemberAdded { .. }
            | Event::MemberTakenOut { .. }
            | Event::MemberReplaced { .. }
            | Event::Reminded { .. } => self.apply_member(event),
            Event::Entered { items, scope, .. } => {
                let into = match scope {
                    Some(scope) => &mut self.scopes[*scope].own,
                    None => &mut self.items,
                };
                for (item, value) in items {
                    match value {
                        Some(value) => into.insert(item.clone(), value.clone()),
                        None => into.remove(item),
                    };
                }
            }
            Event::Chose { node, people } => {
                self.chosen.insert(node.clone(), people.clone());
            }
            Event::Revised { content, .. } => self.content = Some(*content),
            Event::Rewound { to, .. } => self.rewind(*to),
            Event::ChildCalled { .. } | Event::ChildBegun { .. } | Event::ChildEnded { .. } => {
                self.apply_child(event);
            }
            Event::Migrated {
                to, nodes, flows, ..
            } => self.rename(*to, (nodes, flows)),
            Event::TimerSet {
                token,
                due_at,
                does,
            } => self.timers.push(Timer {
                token: *token,
                due_at: *due_at,
                does: does.clone(),
                fired: false,
                held: None,
            }),
            Event::TimerFired { timer } => {
                self.timers[*timer].fired = true;
                self.timers[*timer].held = None;
            }
            Event::TimerHeld { timer, why } => self.timers[*timer].held = Some(why.clone()),
            Event::Circulated { .. } | Event::Read { .. } | Event::ReaderChanged { .. } => {
                self.apply_reading(event);
            }
            Event::ClockStarted { .. }
            | Event::ClockStopped { .. }
            | Event::ClockResumed { .. }
            | Event::ClockExtended { .. } => self.apply_clock(event),
            Event::Ended { status, on, .. } => {
                self.status = *status;
                self.clock.ended_on = Some(*on);
            }
        }
    }

    fn take(&mut self, takes: &[TokenNo], firing: FiringNo) {
        for token in takes {
            self.tokens[*token].taken = Some(firing);
        }
        self.live.retain(|token| !takes.contains(token));
    }

    fn put(&mut self, place: Place, scope: usize, firing: FiringNo) {
        self.live.push(self.tokens.len());
        self.tokens.push(Token {
            place,
            scope,
            from: firing,
            taken: None,
            void: false,
        });
    }

    fn visit_mut(&mut self, no: VisitNo) -> &mut Visit {
        Arc::make_mut(&mut self.visits[no])
    }

    fn member_mut(&mut self, visit: VisitNo, member: MemberNo) -> &mut Member {
        &mut self.visit_mut(visit).members[member]
    }

    fn apply_member(&mut self, event: &Event) {
        match event {
            Event::Seen { visit, member, at } => {
                self.member_mut(*visit, *member).seen_at.get_or_insert(*at);
            }
            Event::Acted {
                visit,
                member,
                decision,
            } => {
                let state = MemberState::Acted(Box::new(decision.clone()));
                self.member_mut(*visit, *member).state = state;
            }
            Event::Claimed { visit, member } => {
                self.member_mut(*visit, *member).state = MemberState::Holds;
            }
            Event::TakenBack { visit, member } | Event::Released { visit, member } => {
                self.member_mut(*visit, *member).state = MemberState::Asked;
            }
            Event::MemberAdded {
                visit,
                member,
                before,
            } => {
                let visit = self.visit_mut(*visit);
                let added = visit.members.len();
                visit.members.push(member.clone());
                for waits in before {
                    visit.members[*waits].after.insert(added);
                }
            }
            Event::MemberTakenOut { visit, member, .. } => {
                self.member_mut(*visit, *member).state = MemberState::TakenOut;
            }
            Event::MemberReplaced { visit, member, by } => {
                let visit = self.visit_mut(*visit);
                let new = visit.members.len();
                for waits in &mut visit.members {
                    if waits.after.contains(member) {
                        waits.after.insert(new);
                    }
                }
                visit.members[*member].state = MemberState::HandedOver;
                visit.members.push(by.clone());
            }
            Event::Reminded { visit, at, .. } => {
                let visit = self.visit_mut(*visit);
                let before = visit.urged.map_or(0, |(_, times)| times);
                visit.urged = Some((*at, before + 1));
            }
            _ => unreachable!("BUG: another event than of members"),
        }
    }

    fn apply_child(&mut self, event: &Event) {
        match event {
            Event::ChildCalled {
                node,
                token,
                process,
                index,
                item,
                waits,
            } => self.children.push(Child {
                node: node.clone(),
                token: *token,
                process: process.clone(),
                index: *index,
                item: item.clone(),
                ended: None,
                begun: !waits,
            }),
            Event::ChildBegun { child } => self.children[*child].begun = true,
            Event::ChildEnded { child, status } => self.children[*child].ended = Some(*status),
            _ => unreachable!("BUG: another event than of called processes"),
        }
    }

    fn apply_reading(&mut self, event: &Event) {
        match event {
            Event::Circulated {
                by,
                to,
                note,
                at,
                late,
            } => self.circulations.push(Circulation {
                late: *late,
                by: *by,
                at: *at,
                note: note.clone(),
                readers: to
                    .iter()
                    .map(|person| Reader {
                        person: *person,
                        read_at: None,
                        note: String::new(),
                        withdrawn: false,
                        reminded_at: None,
                    })
                    .collect(),
            }),
            Event::Read {
                circulation,
                by,
                note,
                at,
            } => {
                if let Some(reader) = self.reader_mut(*circulation, *by) {
                    reader.read_at = Some(*at);
                    reader.note.clone_from(note);
                }
            }
            Event::ReaderChanged {
                circulation,
                person,
                withdrawn,
                at,
            } => {
                if let Some(reader) = self.reader_mut(*circulation, *person) {
                    if *withdrawn {
                        reader.withdrawn = true;
                    } else {
                        reader.reminded_at = Some(*at);
                    }
                }
            }
            _ => unreachable!("BUG: another event than of reading"),
        }
    }

    fn reader_mut(&mut self, round: usize, person: andu_base::PersonId) -> Option<&mut Reader> {
        let mut readers = self.circulations[round].readers.iter_mut();
        readers.find(|reader| reader.person == person && !reader.withdrawn)
    }

    fn apply_clock(&mut self, event: &Event) {
        match event {
            Event::ClockStarted { on } => self.clock.started_on = Some(*on),
            Event::ClockStopped {
                reason,
                notice,
                on,
                by,
            } => self.clock.stops.push(Stop {
                reason: *reason,
                notice: notice.clone(),
                from: *on,
                until: None,
                by: *by,
            }),
            Event::ClockResumed { on, .. } => {
                if let Some(stop) = self.clock.stops.last_mut() {
                    stop.until = Some(*on);
                }
            }
            Event::ClockExtended {
                working_days,
                by,
                reason,
                on,
            } => {
                self.clock.extension = Some(Extension {
                    working_days: *working_days,
                    by: *by,
                    reason: reason.clone(),
                    on: *on,
                });
            }
            _ => unreachable!("BUG: another event than of the clock"),
        }
    }

    /// What is void with everything that the end of a visit has caused: the firings, each once.
    #[must_use]
    pub fn caused_by(&self, visit: VisitNo) -> Vec<FiringNo> {
        let Some(first) = self.tokens[self.visits[visit].token].taken else {
            return Vec::new();
        };
        let mut inputs = vec![Vec::new(); self.firings.len()];
        for token in &self.tokens {
            if let Some(taken) = token.taken {
                inputs[taken].push(token.from);
            }
        }
        // A firing takes only what an earlier one has put: one pass forward finds all.
        let mut caused = vec![false; self.firings.len()];
        for no in first..self.firings.len() {
            let because = self.firings[no]
                .because
                .map(|token| self.tokens[token].from);
            let mut from = inputs[no].iter().copied().chain(because);
            caused[no] = no == first || from.any(|firing| caused[firing]);
        }
        (first..caused.len()).filter(|no| caused[*no]).collect()
    }

    /// Takes back everything that the end of a visit has caused; its own token is there again.
    fn rewind(&mut self, to: VisitNo) {
        let void = self.caused_by(to);
        for firing in &void {
            self.firings[*firing].void = true;
        }
        let is_void = |firing: FiringNo| void.binary_search(&firing).is_ok();
        for token in &mut self.tokens {
            if is_void(token.from) {
                token.void = true;
            } else if token.taken.is_some_and(is_void) {
                token.taken = None;
            }
        }
        let tokens = &self.tokens;
        self.live = (0..tokens.len())
            .filter(|no| !tokens[*no].void && tokens[*no].taken.is_none())
            .collect();
        // Whoever is asked there again gets new times.
        let token = self.visits[to].token;
        for timer in &mut self.timers {
            timer.fired |= timer.token == token;
        }
        for no in 0..self.visits.len() {
            self.go_on_where_broken_off(no);
            let visit = &self.visits[no];
            let gone = self.tokens[visit.token].void || no == to;
            if gone && !matches!(visit.state, VisitState::Void | VisitState::Returned) {
                let visit = self.visit_mut(no);
                visit.state = VisitState::Void;
                for member in &mut visit.members {
                    if !member.is_done() {
                        member.state = MemberState::NotNeeded;
                    }
                }
            }
        }
        let visits = &self.visits;
        self.bound
            .retain(|(visit, _)| visits[*visit].state != VisitState::Void);
    }

    /// What only the events that are void have broken off goes on as it stood.
    fn go_on_where_broken_off(&mut self, no: VisitNo) {
        let visit = &self.visits[no];
        let there = self.live.binary_search(&visit.token).is_ok();
        if visit.state != VisitState::BrokenOff || !there {
            return;
        }
        let visit = self.visit_mut(no);
        visit.state = VisitState::Open;
        visit.closed_at = None;
        for member in &mut visit.members {
            if member.state == MemberState::NotNeeded {
                member.state = MemberState::Asked;
            }
        }
    }
}
