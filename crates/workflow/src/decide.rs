//! What a command does: checked against what is, then played forward until somebody or something is waited
//! for again. Nothing here looks at a clock or asks the outside.

mod back;
mod clock;
mod close;
mod each;
mod join;
mod members;
mod migrate;
mod occur;
mod open;
mod power;
mod reading;
mod run;
pub(crate) mod sign;
mod time;

pub use sign::tally;

use std::collections::VecDeque;

use andu_base::{Date, PersonId, WorkCalendar};
use jiff::{Timestamp, tz::Offset};

use crate::{
    Act, Begin, Command, Event, Instance, Key, Net, Refusal, Roster, TokenNo, Visit, VisitName,
    VisitNo, definition::Value,
};

/// What a decision depends on besides the instance.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The primary's clock; at a desk that only foretells, the desk's.
    pub now: Timestamp,
    /// Who works where today.
    pub roster: &'a Roster,
    /// Working days.
    pub calendar: &'a WorkCalendar,
    /// What whoever asks may do besides what the steps allow.
    pub powers: Powers,
    /// Nobody can reach the primary: steps that need it are not decided.
    pub offline: bool,
}

/// What somebody may do beyond being asked in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Powers {
    /// Moves instances, hands over for those who left (调度).
    pub dispatch: bool,
    /// Makes instances void (作废).
    pub cancel: bool,
    /// Urges, gives round, stops and starts the clock (督办).
    pub supervise: bool,
    /// Enters what was decided on paper (代录).
    pub record: bool,
}

/// What a command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The instance afterwards.
    pub instance: Instance,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// Firings in one command beyond which a process is taken to go round by itself.
const MOST_FIRINGS: usize = 20_000;

/// Characters of words, notes and reasons.
pub const LONGEST_WORDS: usize = 5_000;

/// Begins an instance.
///
/// # Errors
/// The reason for which it cannot begin.
pub fn begin(net: &Net, begin: &Begin, context: &Context<'_>) -> Result<Decided, Refusal> {
    let first = Event::Begun {
        definition: net.definition.id.clone(),
        version: net.definition.version,
        by: begin.by,
        at: context.now,
        content: begin.content,
        items: begin.items.clone(),
    };
    if !context.roster.works(begin.by) {
        return Err(Refusal::Unknown { person: begin.by });
    }
    let instance = Instance::begun(&first).ok_or(Refusal::NotThere)?;
    let mut work = Work::new(net, instance, context);
    work.events.push(first);
    for (item, value) in &begin.items {
        work.check_item(item, value)?;
    }
    work.choose(&begin.chosen);
    if net
        .definition
        .limit
        .as_ref()
        .is_some_and(|limit| limit.from.is_none())
    {
        work.emit(Event::ClockStarted { on: work.today() });
    }
    work.start(begin.at.as_ref())?;
    work.run()?;
    Ok(work.done())
}

/// What a command does to an instance that runs.
///
/// # Errors
/// The reason for which it is not done; then nothing is.
pub fn decide(
    net: &Net,
    instance: &Instance,
    command: &Command,
    context: &Context<'_>,
) -> Result<Decided, Refusal> {
    let mut work = Work::new(net, instance.clone(), context);
    if command.made_at > context.now || command.made_at < instance.begun_at {
        return Err(Refusal::DatedBack);
    }
    if !work.reads_on(&command.act) && !instance.is_running() {
        return Err(work.too_late(&command.act));
    }
    work.obey(command)?;
    work.run()?;
    Ok(work.done())
}

impl Decided {
    /// Adds why somebody had this done who sets instances right.
    #[must_use]
    pub fn explained(mut self, by: PersonId, reason: &str, at: Timestamp) -> Self {
        let event = Event::Explained {
            by,
            reason: reason.to_owned(),
            at,
        };
        self.instance.apply(&event);
        self.events.push(event);
        self
    }
}

/// A decision on its way.
pub(crate) struct Work<'a> {
    net: &'a Net,
    context: &'a Context<'a>,
    state: Instance,
    events: Vec<Event>,
    /// Tokens that have not been looked at.
    fresh: VecDeque<TokenNo>,
    firings: usize,
}

impl<'a> Work<'a> {
    fn new(net: &'a Net, state: Instance, context: &'a Context<'a>) -> Self {
        Self {
            net,
            context,
            state,
            events: Vec::new(),
            fresh: VecDeque::new(),
            firings: 0,
        }
    }

    fn done(self) -> Decided {
        Decided {
            instance: self.state,
            events: self.events,
        }
    }

    fn emit(&mut self, event: Event) {
        self.state.apply(&event);
        self.events.push(event);
    }

    fn now(&self) -> Timestamp {
        self.context.now
    }

    /// Today in Asia/Shanghai.
    fn today(&self) -> Date {
        Offset::constant(8).to_datetime(self.context.now).date()
    }

    /// What goes on when all is over: what was given round is read, and seen.
    fn reads_on(&self, act: &Act) -> bool {
        matches!(
            act,
            Act::See { .. }
                | Act::Read { .. }
                | Act::Circulate { .. }
                | Act::WithdrawReading { .. }
                | Act::RemindReading { .. }
        )
    }

    /// It is over: by whom the visit was decided, where it was; else how all ended.
    fn too_late(&self, act: &Act) -> Refusal {
        let over = Refusal::Over {
            status: self.state.status,
        };
        match act.visit().map(|visit| self.open_visit(visit)) {
            Some(Err(closed @ Refusal::Closed { by: Some(_), .. })) => closed,
            _ => over,
        }
    }

    fn obey(&mut self, command: &Command) -> Result<(), Refusal> {
        let by = command.by;
        match &command.act {
            Act::See { visit } => self.see(by, visit),
            Act::Decide(decide) => self.sign(command, decide),
            Act::TakeBack { visit } => self.take_back(by, visit),
            Act::Claim { visit } => self.claim(by, visit),
            Act::Release { visit } => self.release(by, visit),
            Act::Add {
                visit,
                people,
                place,
                note,
            } => self.add(by, visit, (people, *place), note),
            Act::TakeOut { visit, person } => self.take_out(by, visit, *person),
            Act::Transfer {
                visit,
                from,
                to,
                note,
            } => self.transfer(by, visit, (*from, *to), note),
            Act::Delegate { visit, to, note } => self.delegate(by, visit, *to, note),
            Act::Consult { visit, to, note } => self.consult(by, visit, *to, note),
            Act::Return {
                visit,
                to,
                then,
                reason,
            } => self.send_back(by, (visit, to), *then, reason),
            Act::Revise {
                visit,
                content,
                from,
            } => self.revise(by, visit, (*from, *content)),
            Act::Settle {
                visit,
                content,
                from,
            } => self.settle(by, visit.as_ref(), (*from, *content)),
            Act::Withdraw { reason } => self.withdraw(by, reason),
            Act::Cancel { reason } => self.cancel(by, reason),
            Act::Move {
                visit,
                to,
                approved_by,
                reason,
            } => self.relocate(by, (visit, to), *approved_by, reason),
            Act::Urge { visit, note } => self.urge(by, visit, note),
            Act::Circulate { to, note } => self.circulate(by, to, note),
            Act::Read { circulation, note } => self.read(by, *circulation, note),
            Act::WithdrawReading {
                circulation,
                person,
            } => self.change_reader(by, *circulation, (*person, true)),
            Act::RemindReading {
                circulation,
                person,
            } => self.change_reader(by, *circulation, (*person, false)),
            Act::StopClock { reason, notice } => self.stop_clock(by, *reason, notice),
            Act::ResumeClock => self.resume_clock(by),
            Act::ExtendClock {
                working_days,
                reason,
            } => self.extend_clock(by, *working_days, reason),
            Act::Deliver { trigger, items } => self.deliver_from_outside(trigger, items),
            Act::ChildEnded { child, status } => self.child_ended(*child, *status),
            Act::Tick => {
                self.tick();
                Ok(())
            }
        }
    }

    /// A visit that is open, by its name.
    fn open_visit(&self, name: &VisitName) -> Result<(VisitNo, std::sync::Arc<Visit>), Refusal> {
        let no = self.state.visit(name).ok_or(Refusal::NoVisit)?;
        let visit = &self.state.visits[no];
        if visit.is_open() {
            return Ok((no, visit.clone()));
        }
        let decisions = visit.members.iter().filter_map(crate::Member::decision);
        Err(Refusal::Closed {
            state: visit.state,
            by: decisions
                .max_by_key(|decision| decision.at)
                .map(|decision| decision.by),
        })
    }

    /// An item that is entered is one of the definition's, and of its kind.
    fn check_item(&self, name: &Key, value: &Value) -> Result<(), Refusal> {
        use crate::definition::ItemKind;
        let items = &self.net.definition.items;
        let refused = || Refusal::ItemRefused { item: name.clone() };
        let item = items
            .iter()
            .find(|item| item.name == *name)
            .ok_or_else(refused)?;
        let within = |text: &String| text.chars().count() <= LONGEST_WORDS;
        let fits = match (&item.kind, value) {
            (ItemKind::YesNo, Value::YesNo(_)) => true,
            (ItemKind::Number { least, most }, Value::Number(number)) => {
                least.is_none_or(|least| least <= *number)
                    && most.is_none_or(|most| *number <= most)
            }
            (ItemKind::Text, Value::Text(text)) => within(text),
            (ItemKind::Choice { options }, Value::Text(code)) => {
                options.iter().any(|option| option.code == *code)
            }
            (ItemKind::Day, value) => value.day().is_some(),
            (ItemKind::People | ItemKind::Units | ItemKind::Unit, Value::Text(id)) => within(id),
            (ItemKind::Unit, Value::List(ids)) => ids.len() == 1 && ids.iter().all(within),
            (ItemKind::People | ItemKind::Units | ItemKind::Text, Value::List(ids)) => {
                ids.len() <= 2_000 && ids.iter().all(within)
            }
            _ => false,
        };
        if fits { Ok(()) } else { Err(refused()) }
    }
}

/// Words that are not too long.
fn within(words: &str) -> Result<(), Refusal> {
    if words.chars().count() > LONGEST_WORDS {
        return Err(Refusal::TooLong {
            limit: LONGEST_WORDS,
        });
    }
    Ok(())
}

/// Words that are there and not too long.
fn reason_given(words: &str) -> Result<(), Refusal> {
    if words.trim().is_empty() {
        return Err(Refusal::ReasonNeeded);
    }
    within(words)
}
