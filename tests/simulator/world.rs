//! An office in one thread: who works there, what happens next, and what is looked at afterwards.

mod courier;
mod trouble;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use andu_app::{organisation, receive, setup};
use andu_base::{AgencyId, CommandId, DepartmentId, PersonId};
use andu_org::{Agency, Department, Person};
use andu_store::{DraftState, Key, Store};
use andu_sync::{Outcome, Scope, Told};
use serde_json::json;

use crate::{
    check::{self, Wrong},
    desk::{Desk, Known},
    fault,
    network::{self, Answer, Ask, Message},
    plant::Plant,
    random::Random,
    record::{self, Edits},
    scan,
    server::Server,
    shadow::History,
};

/// 2026-03-02T01:00:00Z, in milliseconds.
const BEGIN_MS: i64 = 1_772_413_200_000;
/// Steps after which a question counts as lost.
const PATIENCE: u64 = 14;
/// What of a hundred choices is writing in a draft, the first of them.
const WRITES: usize = 10;

/// Who wrote a word.
pub struct Made {
    /// The draft.
    pub draft: String,
    /// Its author.
    pub author: PersonId,
}

/// What comes to a desk.
enum Heard {
    /// The answer to what it asked under this number.
    Answer(u64, Box<Answer>),
    /// What it did not ask for.
    Told(Box<Told>),
}

/// A copy of a desk, to be put back.
#[derive(Clone)]
struct Copy {
    path: PathBuf,
    known: Known,
    made: usize,
}

/// What may go wrong in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restores {
    /// No copy is put back.
    None,
    /// Copies of desks.
    Desks,
    /// Copies of the server.
    Server,
}

/// An office.
pub struct World {
    /// People.
    pub people: Vec<Person>,
    /// Who sits where: the person of each desk.
    pub seats: Vec<usize>,
    /// Desks.
    pub desks: Vec<Desk>,
    /// The server.
    pub server: Server,
    /// What the simulator knows of the server, by epoch.
    pub histories: BTreeMap<String, History>,
    /// Words that were planted.
    pub words: BTreeMap<String, Made>,
    /// What was wanted of the vocabulary.
    pub edits: Edits,
    /// Commands that a lost disk took along.
    pub excused: BTreeSet<CommandId>,
    /// The bug that is put in.
    pub plant: Option<Plant>,
    /// Restores in this run.
    pub restores: Restores,
    folder: tempfile::TempDir,
    departments: Vec<Department>,
    random: Random,
    /// Chance on the lines on which desks are told what they did not ask for, where there are any.
    lines: Option<Random>,
    /// The true time, in Unix milliseconds.
    pub now_ms: i64,
    /// How far the server's clock is off, in milliseconds.
    server_off_ms: i64,
    /// The server is of a later version: it says more than desks understand.
    server_is_later: bool,
    step: u64,
    network: Vec<Message>,
    cut_off: BTreeSet<usize>,
    desk_copies: BTreeMap<usize, Copy>,
    server_copy: Option<(PathBuf, History)>,
    held: Vec<(usize, CommandId)>,
    trace: andu_crypto::Hasher,
}

/// A folder in memory where there is one.
pub fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::TempDir::new_in(memory)
    } else {
        tempfile::TempDir::new()
    };
    made.expect("a temporary folder")
}

/// Puts an empty store at `path`, which is made once for all runs of a process.
pub fn put_empty_store(path: &Path) {
    static EMPTY: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    let bytes = EMPTY.get_or_init(|| {
        let folder = folder();
        let path = folder.path().join("empty.db");
        let store = Store::open(&path, Key::Plain).expect("an empty store");
        fault::prepare(&path);
        fault::let_go();
        store.truncate_log().expect("one file");
        drop(store);
        std::fs::read(path).expect("an empty store")
    });
    std::fs::write(path, bytes).expect("an empty store");
}

/// An instant as stores write it.
pub fn instant(ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(ms).expect("a time within reason");
    format!("{at:.3}")
}

impl World {
    /// The office of a seed.
    pub fn new(seed: u64, plant: Option<Plant>) -> Self {
        fault::let_go();
        let mut random = Random::new(seed, 0);
        let folder = folder();
        let agency = Agency {
            id: AgencyId(random.id()),
            name: "望溪县人民政府办公室".into(),
            short_name: String::new(),
            authority_code: "望政办".into(),
        };
        let departments: Vec<Department> = ["秘书科", "综合科"]
            .map(|name| Department {
                id: DepartmentId(random.id()),
                agency_id: agency.id,
                name: name.into(),
            })
            .into();
        let count = 2 + random.below(4);
        let people: Vec<Person> = (0..count)
            .map(|number| Person {
                id: PersonId(random.id()),
                agency_id: agency.id,
                department_id: departments[number % 2].id,
                name: format!("职员{number}"),
                post: "科员".into(),
                grants: setup::working_grants(),
            })
            .collect();
        let path = folder.path().join("server.db");
        put_empty_store(&path);
        let epoch = format!("epoch {:016x}", random.next());
        let server = Server::open(&path, &epoch);
        let entries: Vec<setup::NewPerson> = people
            .iter()
            .map(|person| setup::NewPerson {
                agency: agency.clone(),
                department: departments[usize::from(person.department_id != departments[0].id)]
                    .clone(),
                person: person.clone(),
            })
            .collect();
        setup::enter_people(server.store(), &entries).expect("people");
        // Everybody has a desk, and some have two.
        let mut seats: Vec<usize> = (0..count).collect();
        while seats.len() < 3 || (seats.len() < 8 && random.chance(40)) {
            seats.push(random.below(count));
        }
        let desks = seats.iter().enumerate().map(|(number, &person)| {
            let path = folder.path().join(format!("desk-{number}.db"));
            put_empty_store(&path);
            let entry = &entries[person];
            let who = (&entry.agency, &entry.department, &entry.person);
            let desk = Desk::join(&path, number, seed, who);
            server.enrol(
                &entry.person,
                desk.device,
                &desk.verify_key(),
                &instant(BEGIN_MS),
            );
            desk
        });
        let restores = match seed % 3 {
            // A client id is used twice where a desk forgets that it used it.
            _ if plant == Some(Plant::SameClientId) => Restores::Desks,
            0 => Restores::None,
            1 => Restores::Desks,
            _ => Restores::Server,
        };
        Self {
            desks: desks.collect(),
            seats,
            histories: [(server.epoch(), History::default())].into(),
            server,
            people,
            words: BTreeMap::new(),
            excused: BTreeSet::new(),
            edits: Edits::new(),
            plant,
            restores,
            folder,
            departments,
            random,
            lines: seed.is_multiple_of(2).then(|| Random::new(seed, 77)),
            now_ms: BEGIN_MS,
            server_off_ms: 0,
            server_is_later: seed % 4 == 3,
            step: 0,
            network: Vec::new(),
            cut_off: BTreeSet::new(),
            desk_copies: BTreeMap::new(),
            server_copy: None,
            held: Vec::new(),
            trace: andu_crypto::Hasher::new(),
        }
    }

    /// The same without lines: nobody is told what was not asked for.
    #[must_use]
    pub fn without_lines(self) -> Self {
        Self {
            lines: None,
            ..self
        }
    }

    /// Runs so many steps, then lets everything come to rest. Answers with the trace's hash.
    pub fn run(&mut self, steps: u64) -> Result<[u8; 32], Wrong> {
        self.settle_in()
            .map_err(|wrong| format!("settling in: {wrong}"))?;
        for _ in 0..steps {
            self.step()
                .map_err(|wrong| format!("step {}: {wrong}", self.step))?;
        }
        self.come_to_rest()
            .map_err(|wrong| format!("at rest: {wrong}"))?;
        Ok(self.trace.finish())
    }

    /// People have worked for a while before anything goes wrong: there are phrases, drafts were handed
    /// over, and most desks hold what is theirs. Some are new.
    fn settle_in(&mut self) -> Result<(), Wrong> {
        for number in 0..self.desks.len() {
            self.worked_before(number)?;
            self.exchange(number)?;
        }
        for number in 0..self.desks.len() {
            if self.random.chance(80) {
                self.exchange(number)?;
            }
        }
        Ok(())
    }

    fn worked_before(&mut self, number: usize) -> Result<(), Wrong> {
        let worked = self.work_before(number);
        worked.map_err(|error| format!("desk {number}: {error:?}"))
    }

    fn work_before(&mut self, number: usize) -> Result<(), andu_app::Refusal> {
        let (now, plant) = (self.now(number), self.plant);
        let desk = &mut self.desks[number];
        if number < 2 {
            record::edit(desk, &mut self.random, &mut self.edits, &now, Vec::new())?;
        }
        if self.random.chance(50) {
            let id = self.begin(number)?;
            let desk = &mut self.desks[number];
            let draft = desk.store().read(|reader| reader.draft(&id))?;
            desk.write(&draft, &now, plant)?;
            if self.random.chance(70) {
                desk.submit(&draft, &now, "")?;
            }
        }
        Ok(())
    }

    /// Somebody begins a draft whose title nobody else may know.
    fn begin(&mut self, number: usize) -> Result<String, andu_app::Refusal> {
        let now = self.now(number);
        let word = scan::word(self.random.next());
        let desk = &mut self.desks[number];
        let draft = desk.begin(&word, &now, self.plant)?;
        let author = desk.person.id;
        let id = draft.clone();
        self.words.insert(word, Made { draft, author });
        Ok(id)
    }

    fn note(&mut self, what: &str, of: usize) {
        static SAID: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
        if *SAID.get_or_init(|| std::env::args().any(|word| word == "--nocapture")) {
            println!("{:4} {what} {of}", self.step);
        }
        self.trace
            .update(format!("{} {what} {of};", self.step).as_bytes());
    }

    fn now(&self, desk: usize) -> String {
        instant(self.now_ms + self.desks[desk].off_ms)
    }

    fn fresh_epoch(&mut self) -> String {
        format!("epoch {:016x}", self.random.next())
    }

    fn step(&mut self) -> Result<(), Wrong> {
        self.step += 1;
        self.now_ms += 20 + self.random.below(4_000) as i64;
        let desk = self.random.below(self.desks.len());
        match self.random.below(100) {
            0..28 => self.work(desk),
            28..53 => self.drive(desk),
            53..85 => self.deliver(),
            85..87 => self.deliver_all(),
            _ => self.disturb(desk),
        }?;
        let waits = self.desks[desk].waiting.as_ref();
        if waits.is_some_and(|waiting| waiting.since + PATIENCE < self.step) {
            self.desks[desk].fail();
        }
        Ok(())
    }

    /// What has to be true of a desk whenever somebody looks.
    pub fn look_at(&self, number: usize) -> Result<(), Wrong> {
        let desk = &self.desks[number];
        let held = check::held(desk, &self.histories).and_then(|()| check::nothing_unshown(desk));
        held.map_err(|wrong| format!("desk {number}: {wrong}"))
    }

    // --- People -----------------------------------------------------------------------------------

    fn work(&mut self, number: usize) -> Result<(), Wrong> {
        let choice = self.random.below(100);
        self.work_as(number, choice)
    }

    fn work_as(&mut self, number: usize, choice: usize) -> Result<(), Wrong> {
        // Now and then the disk is full just then.
        let fails = self.random.chance(4);
        if fails {
            let spot = *self.random.pick(&fault::AT_DESK).expect("spots");
            fault::arm(&self.desks[number].path, spot);
        }
        let cut = !fails && self.random.chance(4);
        let mark = cut.then(|| fault::mark(&self.desks[number].path));
        let made = self.desks[number].made.len();
        let done = self.act(number, choice);
        if let Some(mark) = mark
            && self.desks[number].crash_within(&mark, &mut self.random)
        {
            self.note("cut at work", number);
            self.excuse_lost(number, made)?;
            return self.look_at(number);
        }
        if fails {
            fault::disarm(&self.desks[number].path);
            if done.is_err() {
                self.note("disk full", number);
                if self.random.chance(50) {
                    self.desks[number].crash();
                }
                return self.look_at(number);
            }
        }
        match done {
            Err(andu_app::Refusal::Store(error)) => Err(format!("desk {number}: {error:?}")),
            _ => self.look_at(number),
        }
    }

    /// What was not on the disk yet when the power went, nobody was told of.
    fn excuse_lost(&mut self, number: usize, made: usize) -> Result<(), Wrong> {
        let desk = &self.desks[number];
        for id in &desk.made[made..] {
            let kept = desk
                .store()
                .read(|reader| reader.command_kept(&id.as_text()));
            if !kept.map_err(|error| error.to_string())? {
                self.excused.insert(*id);
            }
        }
        Ok(())
    }

    fn act(&mut self, number: usize, choice: usize) -> Result<(), andu_app::Refusal> {
        let (now, plant) = (self.now(number), self.plant);
        let drafts = self.desks[number].own_drafts();
        let free: Vec<_> = drafts
            .iter()
            .filter(|draft| draft.state == DraftState::Drafting && draft.pending_act.is_empty())
            .cloned()
            .collect();
        self.note("works", number * 100 + choice);
        if free.is_empty() || (choice < 10 && drafts.len() < 6) {
            self.begin(number)?;
            return Ok(());
        }
        let draft = self.random.pick(&free).expect("a draft").clone();
        let desk = &mut self.desks[number];
        match choice {
            WRITES..42 => desk.write(&draft, &now, plant)?,
            42..60 => record::edit(desk, &mut self.random, &mut self.edits, &now, Vec::new())?,
            60..75 => {
                let hold = self.random.chance(30);
                let until = instant(self.now_ms + desk.off_ms + 20_000);
                let id = desk.submit(&draft, &now, if hold { &until } else { "" })?;
                if hold {
                    self.held.push((number, id));
                }
            }
            75..83 => {
                let handed: Vec<_> = drafts
                    .iter()
                    .filter(|d| d.state == DraftState::Submitted && d.pending_act.is_empty())
                    .collect();
                if let Some(draft) = self.random.pick(&handed) {
                    let args = json!({ "id": draft.id });
                    desk.act("draft_withdraw", args, &now, ("", Vec::new()))?;
                }
            }
            86..88 => self.co_draft(number, &draft, &now)?,
            83..86 => {
                let kind = if draft.state == DraftState::Discarded {
                    "draft_recover"
                } else {
                    "draft_discard"
                };
                desk.act(kind, json!({ "id": draft.id }), &now, ("", Vec::new()))?;
            }
            88..93 => {
                // A record that names what it builds on.
                let last = desk.made.last().copied();
                let kept = |id: &CommandId| {
                    let kept = desk
                        .store()
                        .read(|reader| reader.command_kept(&id.as_text()));
                    kept.unwrap_or(false)
                };
                let last = last.filter(kept);
                let last = last.into_iter().collect();
                record::edit(desk, &mut self.random, &mut self.edits, &now, last)?;
            }
            93..96 => {
                if let Some((number, id)) = self.held.pop()
                    && andu_app::queue::take_back(self.desks[number].store(), id)?
                {
                    self.excused.insert(id);
                }
            }
            96 | 97 => {
                desk.act_of_later(&now)?;
            }
            _ => {
                let binned = drafts.iter().find(|d| d.state == DraftState::Discarded);
                if let Some(draft) = binned {
                    let args = json!({ "id": draft.id });
                    desk.act("draft_recover", args, &now, ("", Vec::new()))?;
                }
            }
        }
        Ok(())
    }

    /// An author invites somebody to write along, or shows somebody out.
    fn co_draft(
        &mut self,
        number: usize,
        draft: &andu_store::DraftRecord,
        now: &str,
    ) -> Result<(), andu_app::Refusal> {
        let desk = &mut self.desks[number];
        if draft.author_id != desk.person.id.as_text() {
            return Ok(());
        }
        let invited = desk.store().read(|reader| reader.co_drafters(&draft.id))?;
        let lasting: Vec<_> = invited
            .iter()
            .filter(|known| known.removed_at.is_empty())
            .collect();
        let (kind, args) = match self.random.pick(&lasting) {
            Some(known) if self.random.chance(40) => {
                let args = json!({ "id": draft.id, "invitation_id": known.id });
                ("co_drafter_remove", args)
            }
            _ => {
                let other = self.random.pick(&self.people).expect("people").id;
                let args = json!({
                    "id": draft.id, "invitation_id": self.random.id(), "person_id": other,
                    "through_on": null,
                });
                ("co_drafter_invite", args)
            }
        };
        self.note(kind, number);
        self.desks[number].act(kind, args, now, ("", Vec::new()))?;
        Ok(())
    }

    // --- Network ----------------------------------------------------------------------------------

    fn drive(&mut self, number: usize) -> Result<(), Wrong> {
        if self.desks[number].rests() {
            self.desks[number].wake();
        }
        let now = self.now(number);
        let asked = self.desks[number].ask(&now, self.step);
        let asked = asked.map_err(|error| format!("desk {number} asks: {error}"))?;
        if let Some((id, ask)) = asked {
            self.send(Message::To(number, id, ask));
        }
        Ok(())
    }

    fn send(&mut self, message: Message) {
        let desk = message.desk();
        if self.cut_off.contains(&desk) || self.random.chance(6) {
            self.note("lost", desk);
            return;
        }
        if self.random.chance(5) {
            self.network.push(message.clone());
        }
        self.network.push(message);
    }

    fn deliver(&mut self) -> Result<(), Wrong> {
        if self.network.is_empty() {
            return Ok(());
        }
        let at = self.random.below(self.network.len());
        let message = self.network.swap_remove(at);
        match message {
            Message::To(number, id, ask) => {
                let Some(answer) = self.at_server(number, &ask)? else {
                    return Ok(());
                };
                self.send(Message::Back(number, id, Box::new(answer)));
                Ok(())
            }
            Message::Back(number, id, answer) => self.at_desk(number, Heard::Answer(id, answer)),
            Message::Told(number, told) => self.at_desk(number, Heard::Told(told)),
        }
    }

    fn deliver_all(&mut self) -> Result<(), Wrong> {
        for _ in 0..4 {
            self.deliver()?;
        }
        Ok(())
    }

    fn at_server(&mut self, number: usize, ask: &Ask) -> Result<Option<Answer>, Wrong> {
        let fails = self.random.chance(3);
        if fails {
            let spot = *self.random.pick(&fault::AT_SERVER).expect("spots");
            fault::arm(&self.server.path, spot);
        }
        // An answer before the disk is a bug of its own, and is looked for by itself.
        let cut = !fails && self.plant != Some(Plant::EarlyAnswer) && self.random.chance(3);
        let mark = cut.then(|| fault::mark(&self.server.path));
        let mut answer = self.answer_now(number, ask);
        if fails {
            fault::disarm(&self.server.path);
        }
        if let Some(mark) = mark {
            let fresh = self.fresh_epoch();
            if self.server.crash_within(&mark, &mut self.random, &fresh) {
                self.note("cut at the server", number);
                answer = None;
            }
        }
        let epoch = self.server.epoch();
        let history = self.histories.get_mut(&epoch).expect("a known epoch");
        check::appended(&self.server, history)?;
        if let Some(answer) = &answer {
            check::answered(answer, history)?;
            if let Answer::Push(push) = answer {
                self.tell(&push.outcomes)?;
            }
            if self.plant == Some(Plant::EarlyCounter) && self.random.chance(60) {
                self.server.late_commit();
            }
        }
        Ok(answer)
    }

    /// What the server answers to a desk, without a network between.
    pub fn answer_now(&mut self, number: usize, ask: &Ask) -> Option<Answer> {
        let (ask, bytes) = ask.wired();
        let person = &self.people[self.seats[number]];
        let device = self.desks[number].device;
        let now = instant(self.now_ms + self.server_off_ms);
        let answer = self.server.answer((person, device), ask, &now, self.plant);
        self.note("asked", bytes);
        let answer = answer?;
        let (answer, bytes) = answer.wired(self.server_is_later);
        self.note("answers", bytes);
        Some(answer)
    }

    /// Those whose lines are up are told what changed, as far as they may see it then.
    fn tell(&mut self, outcomes: &[(CommandId, Outcome)]) -> Result<(), Wrong> {
        let Some(mut lines) = self.lines.take() else {
            return Ok(());
        };
        let told = self.told(outcomes, &mut lines);
        self.lines = Some(lines);
        for (number, told) in told.map_err(|error| format!("a line: {error:?}"))? {
            let told = network::told(&told, self.server_is_later);
            self.send(Message::Told(number, Box::new(told)));
        }
        Ok(())
    }

    fn told(
        &self,
        outcomes: &[(CommandId, Outcome)],
        lines: &mut Random,
    ) -> Result<Vec<(usize, Told)>, andu_app::Refusal> {
        let heads: BTreeMap<Scope, u64> =
            outcomes.iter().flat_map(|(_, said)| said.heads()).collect();
        let today = organisation::day_of(&instant(self.now_ms + self.server_off_ms));
        let mut all = Vec::new();
        for (number, seat) in self.seats.iter().enumerate() {
            let person = self.people[*seat].id;
            for (scope, head) in &heads {
                // The line knows of few or many changes, as it was quick or slow.
                let from = head.saturating_sub(1 + lines.below(4) as u64);
                if !lines.chance(60) {
                    continue;
                }
                all.extend(self.server.store().read(|reader| {
                    let granted = organisation::granted(reader, person, today)?;
                    let told = match granted.contains(scope) {
                        true => receive::tell(reader, scope, from)?,
                        false => None,
                    };
                    Ok::<_, andu_app::Refusal>(told.map(|told| (number, told)))
                })?);
            }
        }
        Ok(all)
    }

    fn at_desk(&mut self, number: usize, heard: Heard) -> Result<(), Wrong> {
        let fails = self.random.chance(5);
        let plant = self.plant;
        let desk = &mut self.desks[number];
        if fails {
            let spot = *self.random.pick(&fault::AT_DESK).expect("spots");
            fault::arm(&desk.path, spot);
        }
        let cut = !fails && self.random.chance(5);
        let (mark, known) = (cut.then(|| fault::mark(&desk.path)), desk.known.clone());
        let heard = match heard {
            Heard::Answer(id, answer) => desk.hear(id, *answer, plant),
            Heard::Told(told) => desk.take_in(&told),
        };
        if let Some(mark) = mark
            && heard.is_ok()
            && desk.crash_within(&mark, &mut self.random)
        {
            desk.known.widen(known);
            self.note("cut while hearing", number);
            return self.look_at(number);
        }
        if fails {
            fault::disarm(&desk.path);
            if heard.is_err() {
                desk.fail();
                if self.random.chance(60) {
                    self.desks[number].crash();
                }
                self.note("could not write", number);
                return self.look_at(number);
            }
        }
        heard.map_err(|error| format!("desk {number} hears: {error:?}"))?;
        self.note("heard", number);
        self.look_at(number)?;
        match std::mem::take(&mut self.desks[number].has_wiped) {
            true => check::wiped(self, number),
            false => Ok(()),
        }
    }

    // --- Rest -------------------------------------------------------------------------------------

    /// The network is whole, the disks have room, clocks are right, and nobody begins anything new.
    fn come_to_rest(&mut self) -> Result<(), Wrong> {
        if self.plant == Some(Plant::EarlyAnswer) {
            self.server_crash();
        }
        self.server.commit_late();
        self.cut_off.clear();
        self.network.clear();
        self.server_off_ms = 0;
        for desk in &mut self.desks {
            desk.off_ms = 0;
            desk.fail();
        }
        for round in 0..12 {
            self.now_ms += 7_200_000;
            let mut quiet = true;
            for number in 0..self.desks.len() {
                quiet &= self.exchange(number)?;
                quiet &= !self.send_late(number)?;
            }
            if quiet && round > 1 {
                break;
            }
        }
        check::at_rest(self)?;
        check::decided(self)?;
        record::nothing_lost(self)?;
        check::kept(self)?;
        check::texts(self)
    }

    /// Asks and answers until the desk's driver rests. Says whether there was nothing to do.
    fn exchange(&mut self, number: usize) -> Result<bool, Wrong> {
        self.desks[number].wake();
        let mut quiet = true;
        for _ in 0..600 {
            let now = self.now(number);
            let asked = self.desks[number].ask(&now, self.step);
            let Some((id, ask)) = asked.map_err(|error| error.to_string())? else {
                if self.desks[number].rests() {
                    return Ok(quiet);
                }
                continue;
            };
            quiet &= matches!(ask, Ask::Pull(_) | Ask::Still(..));
            let answer = self.answer_now(number, &ask).ok_or("the server failed")?;
            let epoch = self.server.epoch();
            let history = self.histories.get_mut(&epoch).expect("a known epoch");
            check::appended(&self.server, history)?;
            check::answered(&answer, history)?;
            let plant = self.plant;
            let heard = self.desks[number].hear(id, answer, plant);
            heard.map_err(|error| format!("desk {number} hears: {error:?}"))?;
        }
        Err(format!("desk {number} never rests"))
    }

    fn send_late(&mut self, number: usize) -> Result<bool, Wrong> {
        let now = self.now(number);
        let mut sent = false;
        for draft in self.desks[number].own_drafts() {
            if draft.state == DraftState::Drafting && draft.pending_act.is_empty() {
                let done = self.desks[number].send_late(&draft, &now);
                sent |= done.map_err(|error| error.to_string())?;
            }
        }
        Ok(sent)
    }
}
