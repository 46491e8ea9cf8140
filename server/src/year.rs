//! A year of the demo county, played through the same commands that people send: what comes is registered and
//! handled, what is drafted is reviewed, signed and numbered, day by day on a clock of its own. For trying a
//! deployment and its copies, and for proving that what the processes leave behind is whole.

use std::collections::BTreeMap;

use andu_api::{
    Answered, ApiError, Caller, find_row,
    incoming::{IncomingRegister, register},
    text,
};
use andu_app::{Look, Origin, Place, decide, demo, organisation};
use andu_base::{CommandId, Date, DeviceId, PersonId, WorkCalendar};
use andu_org::Person;
use andu_store::Store;
use andu_sync::{Command, Outcome};
use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Weekday};
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{Server, demo::fill_at, tick};

/// Shanghai, whatever the system says.
const SHANGHAI: jiff::tz::Offset = jiff::tz::Offset::constant(8);

/// What is played.
#[derive(Debug, Clone, Copy)]
pub struct YearPlan {
    /// The first day.
    pub from: Date,
    /// Days of the calendar.
    pub days: u32,
    /// The same number plays the same year.
    pub seed: u64,
    /// How many of the county's agencies take part, from the first.
    pub agencies: usize,
}

/// What became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct YearReport {
    /// Days on which people worked.
    pub days_worked: u32,
    /// Documents that were submitted.
    pub submitted: u32,
    /// Documents that were registered.
    pub registered: u32,
    /// Steps that were decided.
    pub decided: u32,
    /// Returns and refusals among them.
    pub sent_back: u32,
    /// What was read.
    pub read: u32,
    /// Times at which something happened by itself: somebody was reminded.
    pub reminded: u32,
    /// What the program refused, by its sentence: how often.
    pub refused: BTreeMap<String, u32>,
    /// Documents that went out, with a number.
    pub issued: u32,
    /// Documents that came, and are closed or sent back.
    pub closed: u32,
    /// What is still on its way on the last day.
    pub on_the_way: u32,
    /// Numbers of a series that were left out or given twice.
    pub gaps: u32,
}

/// Somebody at work on a day of the played year.
struct Clerk<'a> {
    store: &'a Store,
    device: DeviceId,
    person: Person,
    now: Timestamp,
    day: Date,
}

impl Caller for Clerk<'_> {
    fn look(&self) -> Look<'_> {
        Look::at_server(self.store, &self.person, self.day)
    }

    fn actor(&self) -> &Person {
        &self.person
    }

    fn new_id(&self) -> String {
        Uuid::now_v7().hyphenated().to_string()
    }

    fn today(&self) -> Date {
        self.day
    }

    fn act(&self, kind: &'static str, args: Value) -> Result<Answered, ApiError> {
        let now = format!("{:.3}", self.now);
        let command = Command::new(
            CommandId(Uuid::now_v7()),
            (self.device, self.person.id),
            kind,
            args,
            &now,
        );
        let rule = find_row(kind).and_then(andu_api::Row::rule);
        let how = (Place::Server, Origin::Here);
        Ok(Answered::Decided(decide(
            self.store, command, rule, how, &now,
        )?))
    }
}

impl Clerk<'_> {
    fn call(&self, name: &str, args: Value) -> Result<Value, ApiError> {
        let row = find_row(name).ok_or_else(|| text::error("command.unknown"))?;
        let serve = row.serve.ok_or_else(|| text::error("command.unknown"))?;
        serve(self, args)
    }
}

/// A row of numbers that looks thrown, the same for the same beginning.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // SplitMix64 by Steele, Lea and Flood.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % sides.max(1)
    }

    fn one<'a>(&mut self, of: &'a [Value]) -> Option<&'a Value> {
        of.get(usize::try_from(self.roll(of.len() as u64)).unwrap_or(0))
    }
}

struct Year<'a> {
    server: &'a Server,
    county: demo::County,
    agencies: Vec<(usize, Vec<PersonId>)>,
    dice: Dice,
    written: usize,
    report: YearReport,
}

/// Plays a year into the store of a server in which nothing is yet. `told` hears each day.
///
/// # Errors
/// `demo.not_empty`; the store's own. What the program refuses somebody is counted, not an error.
pub fn play_year(
    server: &Server,
    plan: YearPlan,
    told: &mut dyn FnMut(Date),
) -> Result<YearReport, ApiError> {
    let county = demo::county()?;
    let begin = at(plan.from, 8);
    let before = format!("{:.3}", begin - SignedDuration::from_hours(24));
    fill_at(server, 0, &before, |_| {})?;
    let mut year = Year {
        server,
        county,
        agencies: Vec::new(),
        dice: Dice(plan.seed),
        written: 0,
        report: YearReport::default(),
    };
    year.open(begin, plan)?;
    let calendar = WorkCalendar::known();
    let mut day = plan.from;
    for _ in 0..plan.days {
        if is_worked(calendar, day) {
            year.day(day)?;
            year.report.days_worked += 1;
        }
        told(day);
        day = day.tomorrow().map_err(|_| text::error("command.unknown"))?;
    }
    year.count()?;
    Ok(year.report)
}

/// Where nobody has said yet which days of a year are worked, Monday to Friday are.
fn is_worked(calendar: &WorkCalendar, day: Date) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    calendar.is_worked(day).unwrap_or(!weekend)
}

/// An hour of a day in Asia/Shanghai.
fn at(day: Date, hour: i8) -> Timestamp {
    let time = day.to_datetime(jiff::civil::time(hour, 0, 0, 0));
    SHANGHAI.to_timestamp(time).unwrap_or(Timestamp::MIN)
}

impl Year<'_> {
    fn clerk(&self, person: PersonId, now: Timestamp) -> Result<Clerk<'_>, ApiError> {
        let day = SHANGHAI.to_datetime(now).date();
        let person = self
            .server
            .store()
            .read(|reader| organisation::actor(reader, person, day))?;
        Ok(Clerk {
            store: self.server.store(),
            device: self.server.device(),
            person,
            now,
            day,
        })
    }

    /// The agencies that take part go by both processes.
    fn open(&mut self, now: Timestamp, plan: YearPlan) -> Result<(), ApiError> {
        for at in 0..plan.agencies.clamp(1, self.county.agencies.len()) {
            let mut people = Vec::new();
            for person in &self.county.agencies[at].people {
                people.push(crate::person_named(self.server, &person.name)?);
            }
            for person in &people {
                let clerk = self.clerk(*person, now)?;
                if clerk.person.may(andu_org::Grant::KeepVocabulary) {
                    for process in ["outgoing", "incoming"] {
                        clerk.call("process_enable", json!({ "process": process }))?;
                    }
                    break;
                }
            }
            self.agencies.push((at, people));
        }
        Ok(())
    }

    fn day(&mut self, day: Date) -> Result<(), ApiError> {
        let ticked = tick(self.server, &format!("{:.3}", at(day, 8)))?;
        self.report.reminded += ticked.moved;
        for (agency, people) in self.agencies.clone() {
            for (nth, person) in people.iter().enumerate() {
                let now = at(day, 9) + (nth as i64).minutes();
                let clerk = self.clerk(*person, now)?;
                let (keeps, drafts) = (
                    clerk.person.may(andu_org::Grant::KeepVocabulary),
                    clerk.person.may(andu_org::Grant::Draft),
                );
                if keeps && self.dice.roll(3) > 0 {
                    self.receive(*person, now)?;
                }
                if drafts && !keeps && self.dice.roll(12) == 0 {
                    self.draft(agency, *person, now)?;
                }
                self.work(*person, now + 4.hours())?;
            }
        }
        Ok(())
    }

    /// Counts what was refused; whether it was done.
    fn done(&mut self, answer: Result<Value, ApiError>) -> Result<bool, ApiError> {
        let refused = match answer {
            Ok(answer) if answer["kind"] == "rejected" => {
                answer["reason"].as_str().unwrap_or_default().to_owned()
            }
            Ok(_) => return Ok(true),
            Err(error) if error.code == andu_api::ErrorCode::Bug => return Err(error),
            Err(error) => error.sentence,
        };
        *self.report.refused.entry(refused).or_default() += 1;
        Ok(false)
    }

    fn draft(&mut self, agency: usize, person: PersonId, now: Timestamp) -> Result<(), ApiError> {
        self.written += 1;
        let state = demo::beginning(&self.county, agency, self.written)?;
        let clerk = self.clerk(person, now)?;
        let id = clerk.new_id();
        let create = json!({ "id": id, "lineage": clerk.new_id(), "state": state });
        if let Answered::Decided(Outcome::Rejected { reason }) =
            clerk.act("draft_create", create)?
        {
            return Err(text::refused(&reason));
        }
        let submit = json!({ "id": id, "note": "请审核。" });
        let answer = clerk.call("draft_submit", submit);
        if self.done(answer)? {
            self.report.submitted += 1;
        }
        Ok(())
    }

    fn receive(&mut self, person: PersonId, now: Timestamp) -> Result<(), ApiError> {
        self.written += 1;
        let n = self.written;
        let today = SHANGHAI.to_datetime(now).date();
        let senders = self.county.agencies.len();
        let urgency = match self.dice.roll(12) {
            0 => json!("extra_urgent"),
            1 | 2 => json!("urgent"),
            _ => Value::Null,
        };
        let entry = json!({
            "title": format!("关于报送{}年第{n}期工作情况的通知", today.year()),
            "document_type": "notice",
            "from_agency": self.county.agencies[n % senders].agency,
            "from_number": format!("演办〔{}〕{n}号", today.year()),
            "issued_on": today.to_string(), "received_on": today.to_string(),
            "delivery": "exchange", "classification": null, "classification_term": "",
            "urgency": urgency, "copies": 1, "pages": 3, "copy_numbers": "", "note": "",
        });
        let clerk = self.clerk(person, now)?;
        let put = clerk.call("incoming_put", json!({ "id": null, "entry": entry }))?;
        let id = put["id"].as_str().unwrap_or_default().to_owned();
        let asked = IncomingRegister { id, despite: false };
        let answer = register(&clerk, &asked, Vec::new());
        let answer = answer.map(|outcome| serde_json::to_value(outcome).unwrap_or_default());
        if self.done(answer)? {
            self.report.registered += 1;
        }
        Ok(())
    }

    /// Does what lies on somebody's desk, most of it.
    fn work(&mut self, person: PersonId, now: Timestamp) -> Result<(), ApiError> {
        let clerk = self.clerk(person, now)?;
        let rows = |clerk: &Clerk<'_>, state: &str| {
            let list = json!({ "state": state, "text": "", "offset": 0, "limit": 200 });
            let page = clerk.call("task_list", list)?;
            Ok::<_, ApiError>(page["rows"].as_array().cloned().unwrap_or_default())
        };
        let (todo, to_read) = (rows(&clerk, "todo")?, rows(&clerk, "to_read")?);
        for task in to_read {
            let act = json!({ "id": task["id"], "act": { "kind": "read", "note": "" } });
            let answer = self.clerk(person, now)?.call("process_act", act);
            if self.done(answer)? {
                self.report.read += 1;
            }
        }
        for task in todo {
            if self.dice.roll(4) > 0 {
                self.task(person, now, &task)?;
            }
        }
        Ok(())
    }

    fn task(&mut self, person: PersonId, now: Timestamp, task: &Value) -> Result<(), ApiError> {
        let clerk = self.clerk(person, now)?;
        // Done by another in the meantime.
        let Ok(view) = clerk.call("task_open", json!({ "id": task["id"] })) else {
            return Ok(());
        };
        let form = &view["form"];
        let may = |what: &str| {
            let all = form["may"].as_array();
            all.is_some_and(|all| all.iter().any(|one| one == what))
        };
        let visit = form["visit"].as_str().unwrap_or_default();
        if visit.ends_with("/draft") {
            // It came back: its author submits it again.
            let submit = json!({ "id": task["draft_id"], "note": "已按意见修改。" });
            let answer = clerk.call("draft_submit", submit);
            self.done(answer)?;
            return Ok(());
        }
        let back = form["returns"]
            .as_array()
            .and_then(|all| all.first().cloned());
        let act = match back {
            Some(to) if may("return") && self.dice.roll(20) == 0 => {
                self.report.sent_back += 1;
                json!({
                    "kind": "return", "to": to["visit"], "straight": self.dice.roll(2) == 0,
                    "reason": "请补充有关情况。",
                })
            }
            _ => {
                let people = self.people_of(person);
                let (items, chosen) = self.filled(form, &people, now)?;
                let circle = form["words"] == "never" && self.dice.roll(2) == 0;
                json!({
                    "kind": "decide", "verdict": if circle { "circle" } else { "agree" },
                    "words": if form["words"] == "always" { "已办理，情况附后。" } else { "同意。" },
                    "items": items, "chosen": chosen,
                })
            }
        };
        let clerk = self.clerk(person, now)?;
        let answer = clerk.call("process_act", json!({ "id": task["id"], "act": act }));
        if self.done(answer)? {
            self.report.decided += 1;
        }
        Ok(())
    }

    fn people_of(&self, person: PersonId) -> Vec<PersonId> {
        let mut all = self.agencies.iter();
        let own = all.find(|(_, people)| people.contains(&person));
        own.map(|(_, people)| people.clone()).unwrap_or_default()
    }

    /// What a form asks for, entered: all that must be, and who is chosen.
    fn filled(
        &mut self,
        form: &Value,
        people: &[PersonId],
        now: Timestamp,
    ) -> Result<(Value, Value), ApiError> {
        let (mut items, mut chosen) = (Map::new(), Map::new());
        let mut leaders = Vec::new();
        let mut units = Vec::new();
        for person in people {
            let clerk = self.clerk(*person, now)?;
            if clerk.person.may(andu_org::Grant::Sign) {
                leaders.push(json!(person));
            }
            if clerk.person.may(andu_org::Grant::HeadDepartment) {
                units.push(json!(clerk.person.department_id));
            }
        }
        for step in form["choose"].as_array().into_iter().flatten() {
            let whom = self.dice.one(&leaders).cloned();
            let node = step["node"].as_str().unwrap_or_default().to_owned();
            chosen.insert(node, json!(whom.into_iter().collect::<Vec<_>>()));
        }
        for field in form["fields"].as_array().into_iter().flatten() {
            let name = field["name"].as_str().unwrap_or_default();
            if field["offered"] == true {
                items.insert(name.to_owned(), field["value"].clone());
                continue;
            }
            let wanted = field["required"] == true || matches!(name, "due_on" | "support_units");
            if !wanted || !field["value"].is_null() {
                continue;
            }
            let options = field["options"].as_array().cloned().unwrap_or_default();
            let value = match field["kind"].as_str().unwrap_or_default() {
                "yes_no" => json!(false),
                "number" => json!(10 + self.dice.roll(50)),
                "choice" => self
                    .dice
                    .one(&options)
                    .map_or(Value::Null, |one| one["code"].clone()),
                "unit" | "units" => match self.dice.one(&units) {
                    Some(unit) => json!([unit]),
                    None => continue,
                },
                "day" => {
                    let due = now + SignedDuration::from_hours(24 * 7);
                    let due = SHANGHAI.to_datetime(due).date();
                    json!(due.to_string())
                }
                _ => json!("见附件。"),
            };
            if name == "lane" && value == "send_back" {
                items.insert("back_reason".to_owned(), json!("主送机关有误。"));
            }
            if name == "publicity" && value == "closed" {
                items.insert("publicity_reason".to_owned(), json!("属内部管理事项。"));
            }
            items.insert(name.to_owned(), value);
        }
        Ok((Value::Object(items), Value::Object(chosen)))
    }

    /// Counts what there is at the end, and looks through the numbers.
    fn count(&mut self) -> Result<(), ApiError> {
        let series = self
            .server
            .store()
            .read(|reader| -> Result<_, andu_store::StoreError> {
                let mut all: BTreeMap<String, Vec<u32>> = BTreeMap::new();
                for record in reader.instances_all()? {
                    match record.status.as_str() {
                        "running" => self.report.on_the_way += 1,
                        _ if record.process == "outgoing" => self.report.issued += 1,
                        _ => self.report.closed += 1,
                    }
                    let parts = record.issue_number.rsplit_once('〕');
                    let Some((series, serial)) = parts else {
                        continue;
                    };
                    let key = format!("{}/{series}", record.agency_id);
                    let serial = serial.trim_end_matches('号').parse().unwrap_or(0);
                    all.entry(key).or_default().push(serial);
                }
                Ok(all)
            })?;
        for serials in series.into_values() {
            let count = u32::try_from(serials.len()).unwrap_or(u32::MAX);
            let distinct: std::collections::BTreeSet<u32> = serials.iter().copied().collect();
            let last = distinct.last().copied().unwrap_or(0);
            let given = u32::try_from(distinct.len()).unwrap_or(u32::MAX);
            self.report.gaps += (count - given) + (last - given.min(last));
        }
        Ok(())
    }
}
