//! A desk: its real store, the code that queues and receives, and somebody who works at it. Wired as the
//! desk's own driver wires them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use andu_app::{
    Refusal, compare,
    draft::Submit,
    queue,
    receive::{self, Taken},
    setup,
};
use andu_base::{CommandId, ContentHash, DeviceId};
use andu_crypto::{Secret32, SigningKey};
use andu_document::{Block, OfficialDocument};
use andu_draft::DraftText;
use andu_org::{Agency, Department, Person};
use andu_store::{DraftRecord, DraftState, Key, Store};
use andu_sync::{
    Basis, Command, PullAnswer, PullRequest, Replica, Scope, Step, StillAnswer, StillRequest, Told,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    fault,
    network::{Answer, Ask},
    plant::Plant,
    random::Random,
};

/// Commands in a push; few, so that pushes are cut.
const PUSH_AT_MOST: u32 = 4;
/// Changes in a page; few, so that pages are cut. Desks differ.
const PULL_AT_MOST: [u32; 4] = [4, 6, 9, 20];

/// A question that waits for its answer.
#[derive(Clone)]
pub struct Waiting {
    /// Its number.
    pub number: u64,
    /// What was asked.
    pub ask: Ask,
    /// The step it was asked at.
    pub since: u64,
}

/// What is not in the file.
#[derive(Clone, Default)]
pub struct Known {
    /// The scopes of the last answer that was applied.
    pub granted: Vec<Scope>,
    /// Scopes whose snapshot was newer than its number says, and where that ends.
    pub unsettled: BTreeMap<Scope, u64>,
}

impl Known {
    /// It is not known whether the last answer was applied: what was known before may still hold.
    pub fn widen(&mut self, before: Self) {
        for scope in before.granted {
            if !self.granted.contains(&scope) {
                self.granted.push(scope);
            }
        }
        for (scope, head) in before.unsettled {
            let upto = self.unsettled.entry(scope).or_default();
            *upto = head.max(*upto);
        }
    }
}

/// A desk.
pub struct Desk {
    /// Where its store lies.
    pub path: PathBuf,
    /// Its device.
    pub device: DeviceId,
    /// Who works there.
    pub person: Person,
    /// Its chance.
    pub random: Random,
    /// How far its clock is off, in milliseconds.
    pub off_ms: i64,
    /// What it asked.
    pub waiting: Option<Waiting>,
    /// What the simulator knows of it.
    pub known: Known,
    /// Something was wiped out of its file since anybody looked.
    pub has_wiped: bool,
    /// Every command that was queued.
    pub made: Vec<CommandId>,
    /// Client ids it wrote under.
    pub client_ids: Vec<u64>,
    store: Option<Store>,
    key: SigningKey,
    number: usize,
    pull_at_most: u32,
    replica: Replica,
    /// The cursors that the server knows of its last pull.
    told: Option<ContentHash>,
    asked: u64,
    rounds: usize,
    texts: BTreeMap<String, DraftText>,
}

impl Desk {
    /// A desk that has joined, over an empty store at `path`.
    pub fn join(
        path: &Path,
        number: usize,
        seed: u64,
        (agency, department, person): (&Agency, &Department, &Person),
    ) -> Self {
        let mut random = Random::new(seed, 1_000 + number as u64);
        let device = DeviceId(random.id());
        let pull_at_most = *random.pick(&PULL_AT_MOST).expect("limits");
        let key_bytes = [u8::try_from(number).expect("small") + 1; 32];
        let key = SigningKey::from_seed(&Secret32::from_bytes(key_bytes));
        let store = Store::open(path, Key::Plain).expect("a desk's store");
        let first = setup::FirstRun {
            agency: agency.clone(),
            department: department.clone(),
            person: person.clone(),
            device,
            verify_key: hex(&key.verifying_key().to_bytes()),
            now: "2026-03-02T01:00:00.000Z".into(),
        };
        setup::first_run(&store, &first, false, "http://sim").expect("a first run");
        Self {
            path: path.to_owned(),
            device,
            person: person.clone(),
            random,
            off_ms: 0,
            waiting: None,
            known: Known::default(),
            has_wiped: false,
            made: Vec::new(),
            client_ids: Vec::new(),
            store: Some(store),
            key,
            number,
            pull_at_most,
            replica: Replica::default(),
            told: None,
            asked: 0,
            rounds: 0,
            texts: BTreeMap::new(),
        }
    }

    /// Its public key.
    pub fn verify_key(&self) -> String {
        hex(&self.key.verifying_key().to_bytes())
    }

    /// What it signs with.
    pub const fn signing_key(&self) -> &SigningKey {
        &self.key
    }

    /// The store.
    pub fn store(&self) -> &Store {
        self.store.as_ref().expect("BUG: the desk is open")
    }

    /// The characters that nobody else types.
    pub fn letter(number: usize, at: usize) -> char {
        char::from_u32(0x4E00 + 64 * number as u32 + at as u32 % 64).expect("a character")
    }

    fn own_id(&self) -> String {
        self.person.id.as_text()
    }

    /// Everything in memory is gone, and the file is as a power cut leaves it.
    pub fn crash(&mut self) {
        let after = self.path.with_extension("crash");
        fault::image(&self.path, &after);
        self.put_in_place(&after);
        fault::remove(&after);
    }

    /// The same at some moment since `mark`. Says whether it could be.
    pub fn crash_within(&mut self, mark: &fault::Mark, random: &mut Random) -> bool {
        let after = self.path.with_extension("crash");
        let could = fault::image_within(&self.path, &after, mark, random);
        if could {
            self.put_in_place(&after);
            fault::remove(&after);
        }
        could
    }

    /// Puts a copy in place of the store.
    pub fn put_in_place(&mut self, copy: &Path) {
        drop(self.store.take());
        fault::remove(&self.path);
        fault::image(copy, &self.path);
        let store = Store::open(&self.path, Key::Plain).expect("what a power cut leaves opens");
        self.store = Some(store);
        self.replica = Replica::default();
        self.told = None;
        self.waiting = None;
        self.texts.clear();
    }

    // --- What the person does -------------------------------------------------------------------

    fn envelope(&mut self, kind: &str, args: Value, now: &str) -> Result<Command, Refusal> {
        let cursors = self.store().read(|reader| reader.cursors())?;
        Ok(Command {
            id: CommandId(self.random.id()),
            device: self.device,
            device_seq: 0,
            actor: self.person.id,
            kind: kind.to_owned(),
            kind_version: 1,
            args,
            basis: Basis {
                cursors,
                content: None,
            },
            depends_on: Vec::new(),
            claimed_at: now.to_owned(),
            signature: String::new(),
        })
    }

    /// Queues a command, held back until `held_until`, depending on those of `depends_on`.
    pub fn act(
        &mut self,
        kind: &str,
        args: Value,
        now: &str,
        (held_until, depends_on): (&str, Vec<CommandId>),
    ) -> Result<CommandId, Refusal> {
        let mut command = self.envelope(kind, args, now)?;
        command.depends_on = depends_on;
        let id = command.id;
        let rule = andu_api::find_row(kind).and_then(andu_api::Row::rule);
        let rule = rule.expect("a command that travels");
        let key = &self.key;
        let sign = |command: Command| command.signed(key);
        queue::enqueue(self.store(), command, rule, &self.person, held_until, sign)?;
        self.made.push(id);
        self.replica.queued();
        Ok(id)
    }

    /// Queues a command that only a later version knows, as a desk does that was brought up before its
    /// server.
    pub fn act_of_later(&mut self, now: &str) -> Result<CommandId, Refusal> {
        let args = json!({ "id": self.random.id() });
        let command = self.envelope("phrase_translate", args, now)?;
        let id = command.id;
        let rule = andu_api::find_row("phrase_put").and_then(andu_api::Row::rule);
        let rule = andu_app::Rule {
            handler: |_, args| Ok(args),
            ..rule.expect("a command that travels")
        };
        let key = &self.key;
        let sign = |command: Command| command.signed(key);
        queue::enqueue(self.store(), command, rule, &self.person, "", sign)?;
        self.made.push(id);
        self.replica.queued();
        Ok(id)
    }

    fn client_id(&mut self, plant: Option<Plant>) -> u64 {
        let id = if plant == Some(Plant::SameClientId) {
            (1 << 33) + self.number as u64
        } else {
            self.random.client_id()
        };
        self.client_ids.push(id);
        id
    }

    /// Some characters of this desk's own.
    fn words(&mut self) -> String {
        let length = 1 + self.random.below(5);
        (0..length)
            .map(|_| Self::letter(self.number, self.random.below(64)))
            .collect()
    }

    /// Begins a draft with a title that nobody else may know.
    pub fn begin(
        &mut self,
        word: &str,
        now: &str,
        plant: Option<Plant>,
    ) -> Result<String, Refusal> {
        let document = OfficialDocument {
            title: format!("关于{word}的通知"),
            body: vec![Block::paragraph(self.words())],
            ..OfficialDocument::default()
        };
        let client_id = self.client_id(plant);
        let state = andu_draft::from_document(&document, client_id)?;
        let id = self.random.id().to_string();
        let args = json!({
            "id": id, "lineage": self.random.id(), "state": STANDARD.encode(state),
            "imported_version": "",
        });
        self.act("draft_create", args, now, ("", Vec::new()))?;
        Ok(id)
    }

    /// The drafts of this person, as this desk has them.
    pub fn own_drafts(&self) -> Vec<DraftRecord> {
        let filter = |state| andu_store::DraftFilter {
            state,
            author_id: self.own_id(),
            limit: 500,
            ..andu_store::DraftFilter::default()
        };
        let mut drafts = Vec::new();
        for state in [None, Some(DraftState::Discarded)] {
            let found = self
                .store()
                .read(|reader| reader.drafts(&andu_store::Sight::Whole, &filter(state)));
            drafts.extend(found.expect("drafts").1);
        }
        drafts.sort_by(|a, b| a.id.cmp(&b.id));
        drafts
    }

    fn open_text(
        &mut self,
        draft: &DraftRecord,
        plant: Option<Plant>,
    ) -> Result<DraftText, Refusal> {
        if let Some(text) = self.texts.remove(&draft.id) {
            return Ok(text);
        }
        let client_id = self.client_id(plant);
        let parts = self.store().read(|reader| reader.draft_text(&draft.id))?;
        Ok(DraftText::from_updates(
            client_id,
            parts.iter().map(Vec::as_slice),
        )?)
    }

    /// Sends again what the server had refused while the text was frozen, or did not know the draft.
    pub fn send_late(&mut self, draft: &DraftRecord, now: &str) -> Result<bool, Refusal> {
        let late = self
            .store()
            .read(|reader| queue::late_updates(reader, &draft.id))?;
        if late.ids.is_empty() {
            return Ok(false);
        }
        let mut commands = Vec::new();
        for update in &late.updates {
            let update = STANDARD.encode(update);
            let args = json!({ "id": draft.id, "lineage": draft.lineage, "update": update });
            commands.push(self.envelope("draft_update", args, now)?);
        }
        let rule = andu_api::find_row("draft_update").and_then(andu_api::Row::rule);
        let how = (rule.expect("a command that travels"), &self.person);
        let sign = |command: Command| command.signed(&self.key);
        let ids: Vec<_> = commands.iter().map(|command| command.id).collect();
        queue::send_late(self.store(), &draft.id, &late, commands, how, sign)?;
        self.made.extend(ids);
        self.replica.queued();
        Ok(!late.updates.is_empty())
    }

    /// Writes in a draft.
    pub fn write(
        &mut self,
        draft: &DraftRecord,
        now: &str,
        plant: Option<Plant>,
    ) -> Result<(), Refusal> {
        self.send_late(draft, now)?;
        let mut text = self.open_text(draft, plant)?;
        let mut document = text.to_document()?.document;
        let words = self.words();
        let count = document.body.len();
        match self.random.below(4) {
            0 if count < 6 => {
                let at = self.random.below(count + 1);
                document.body.insert(at, Block::paragraph(words));
            }
            1 if count > 1 => {
                document.body.remove(self.random.below(count));
            }
            _ if count > 0 => {
                let at = self.random.below(count);
                let mut said: Vec<char> = document.body[at].text().chars().collect();
                let place = self.random.below(said.len() + 1);
                if self.random.chance(30) {
                    said.truncate(place);
                }
                let place = place.min(said.len());
                said.splice(place..place, words.chars());
                document.body[at] = Block::paragraph(said.into_iter().collect::<String>());
            }
            _ => document.body.push(Block::paragraph(words)),
        }
        let before = text.state_vector();
        text.replace_with(&document)?;
        let update = text.encode_own(&before, &[text.client_id()])?;
        if self.retypes(&text)? {
            // The comparison of whole documents moved somebody's words; people move their own.
            return Ok(());
        }
        let args = json!({
            "id": draft.id, "lineage": draft.lineage, "update": STANDARD.encode(update),
        });
        self.act("draft_update", args, now, ("", Vec::new()))?;
        if self.random.chance(60) {
            self.texts.insert(draft.id.clone(), text);
        }
        Ok(())
    }

    /// Whether words of another desk stand under the client id of this text.
    fn retypes(&self, text: &DraftText) -> Result<bool, Refusal> {
        let document = text.to_document()?.document;
        let own = |part: &andu_draft::Authorship| part.client_id == text.client_id();
        for part in text.attribution()?.into_iter().filter(own) {
            let at = part.place.strip_prefix("body/");
            let Some(at) = at.and_then(|at| at.parse::<usize>().ok()) else {
                continue;
            };
            let said: Vec<char> = document.body[at].text().chars().collect();
            let foreign = |letter: &char| (*letter as usize - 0x4E00) / 64 != self.number;
            if said[part.start..part.end].iter().any(foreign) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Submits a draft as it stands here.
    pub fn submit(
        &mut self,
        draft: &DraftRecord,
        now: &str,
        held_until: &str,
    ) -> Result<CommandId, Refusal> {
        self.send_late(draft, now)?;
        self.texts.remove(&draft.id);
        let text = self
            .store()
            .read(|reader| andu_app::draft::read_text(reader, &draft.id))?;
        let args = Submit {
            id: draft.id.clone(),
            note: String::new(),
            content: andu_draft::freeze(&text.to_document()?.document).hash,
            version_id: self.random.id().to_string(),
        };
        let args = serde_json::to_value(args)?;
        self.act("draft_submit", args, now, (held_until, Vec::new()))
    }

    // --- What the driver does -------------------------------------------------------------------

    /// What the driver asks now, if it asks anything.
    pub fn ask(&mut self, now: &str, step: u64) -> Result<Option<(u64, Ask)>, Refusal> {
        if self.waiting.is_some() {
            return Ok(None);
        }
        let ask = match self.replica.step() {
            Step::Rest(_) => return Ok(None),
            Step::Push => {
                let push = queue::next_push(self.store(), now, PUSH_AT_MOST)?;
                if push.commands.is_empty() && push.recall.is_empty() {
                    self.replica.pushed(false);
                    return Ok(None);
                }
                Ask::Push(push)
            }
            Step::Pull => match self.store().read(compare::due)? {
                Some(compare) => Ask::Compare(compare),
                None => {
                    let limit = self.pull_at_most;
                    let pull = self.store().read(|reader| receive::ask(reader, limit))?;
                    match pull.known().filter(|known| Some(*known) == self.told) {
                        Some(known) => {
                            let still = StillRequest {
                                epoch: pull.epoch.clone(),
                                known,
                                limit,
                                leases: pull.leases,
                            };
                            Ask::Still(still, pull)
                        }
                        None => Ask::Pull(pull),
                    }
                }
            },
        };
        Ok(Some((self.asking(ask.clone(), step), ask)))
    }

    fn asking(&mut self, ask: Ask, step: u64) -> u64 {
        self.asked += 1;
        self.waiting = Some(Waiting {
            number: self.asked,
            ask,
            since: step,
        });
        self.asked
    }

    /// Whether the driver has nothing to do before its next look at the clock.
    pub fn rests(&self) -> bool {
        self.waiting.is_none() && matches!(self.replica.step(), Step::Rest(_))
    }

    /// The pause is over.
    pub fn wake(&mut self) {
        self.replica.woken();
    }

    /// No answer came, or it could not be written down.
    pub fn fail(&mut self) {
        self.waiting = None;
        self.replica.failed();
    }

    /// Takes an answer. Another question may follow at once.
    pub fn hear(
        &mut self,
        number: u64,
        answer: Answer,
        plant: Option<Plant>,
    ) -> Result<(), Refusal> {
        let Some(waiting) = self.waiting.take_if(|waiting| waiting.number == number) else {
            return Ok(());
        };
        match (waiting.ask, answer) {
            (Ask::Push(request), Answer::Push(answer)) => {
                let key = &self.key;
                let mut sign = |command: Command| command.signed(key);
                let pushed = queue::note_answer(self.store(), &request, &answer, &mut sign)?;
                for id in &pushed.set_aside {
                    self.texts.remove(id);
                }
                self.replica.pushed(pushed.again);
            }
            (Ask::Pull(request), Answer::Pull(answer)) => {
                self.told = request.known();
                self.pulled(&request, answer, plant)?;
            }
            (Ask::Still(_, request), Answer::Still(answer)) => match answer {
                StillAnswer::Still { .. } => {
                    receive::apply_still(self.store(), &request)?;
                    self.replica.pulled(false);
                    self.wipe()?;
                }
                StillAnswer::News { answer } => self.pulled(&request, answer, plant)?,
                StillAnswer::Tell => self.told = None,
            },
            (Ask::Compare(request), Answer::Compare(answer)) => {
                self.compared(&request, &answer)?;
            }
            _ => panic!("an answer of another kind"),
        }
        Ok(())
    }

    fn pulled(
        &mut self,
        request: &PullRequest,
        mut answer: PullAnswer,
        plant: Option<Plant>,
    ) -> Result<(), Refusal> {
        if plant == Some(Plant::NoRevocation) {
            let held = self.store().read(|reader| reader.scopes_held())?;
            let own = answer.granted.clone();
            answer
                .granted
                .extend(held.into_iter().filter(|scope| !own.contains(scope)));
            self.known.granted = own;
        } else {
            self.known.granted.clone_from(&answer.granted);
        }
        let changed = receive::apply(self.store(), request, &answer, &self.own_id())?;
        self.note_snapshots(&answer);
        let more = changed && (answer.has_more() || answer.epoch != request.epoch);
        self.replica.pulled(more);
        if more { Ok(()) } else { self.wipe() }
    }

    /// Takes what the server told without being asked, as the desk's driver does.
    pub fn take_in(&mut self, told: &Told) -> Result<(), Refusal> {
        match receive::apply_told(self.store(), told, &self.own_id())? {
            Taken::Applied => self.wipe(),
            Taken::Known => Ok(()),
            Taken::Apart => {
                self.wake();
                Ok(())
            }
        }
    }

    fn wipe(&mut self) -> Result<(), Refusal> {
        self.has_wiped |= self.store().read(|reader| reader.wipe_due())?;
        self.store().wipe()?;
        Ok(())
    }

    fn compared(
        &mut self,
        request: &andu_sync::CompareRequest,
        answer: &andu_sync::CompareAnswer,
    ) -> Result<(), Refusal> {
        self.rounds += 1;
        let progress = compare::take(self.store(), request, answer, &self.own_id())?;
        let over = match progress {
            // The next question is asked anew: what was found is repaired already.
            compare::Progress::Ask(_) => self.rounds >= compare::ROUNDS_AT_MOST,
            compare::Progress::Same => {
                self.known.unsettled.remove(&request.scope);
                self.rounds = 0;
                false
            }
            compare::Progress::Void => true,
        };
        if over {
            self.rounds = 0;
            compare::give_up(self.store(), &request.scope)?;
        }
        Ok(())
    }

    fn note_snapshots(&mut self, answer: &PullAnswer) {
        for page in &answer.pages {
            if page.snapshot.is_some() {
                self.known.unsettled.insert(page.scope.clone(), page.head);
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
