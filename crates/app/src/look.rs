//! What somebody reads of a store. A caller of the command table has nothing else to read with, so that no
//! command can show what its caller may not see; each read here says who sees what.

use std::collections::BTreeMap;

use andu_base::{AgencyId, ContentHash, Date, PersonId};
use andu_document::{ClassificationLevel, OfficialDocument};
use andu_draft::{Authorship, Suggestion, writers};
use andu_org::{Agency, Grant, Organisation, Person, Telephone};
use andu_store::{
    AgencyRecord, CoDrafterRecord, ContactRecord, DoubleEdit, DraftFilter, DraftRecord, DraftState,
    DraftTally, FileRecord, FindFilter, FindRecord, HandwritingRecord, IncomingFilter,
    IncomingRecord, IncomingTally, InstanceRecord, IssuedFilter, IssuedRecord, KeptFinding,
    LateBranch, PersonRecord, PhraseRecord, Reader, RevisionRecord, Sight, Store, StoreError,
    TaskFilter, TaskRecord, TaskTally, TemplateRecord,
};
use andu_sync::Scope;
use andu_workflow::Net;

use crate::{
    Refusal, ceiling,
    draft::{BEGINNING, read_text, writes_in},
    issued::{Sheet, ready, sheet_of},
    joining::{self, Choice, Offered, Reviewed},
    lease, organisation,
    process::{self, Standing},
    setup,
};

/// A store as one person may see it.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    store: &'a Store,
    person: &'a Person,
    today: Date,
    whole: bool,
}

impl<'a> Look<'a> {
    /// A desk's own store: all that is in it.
    pub const fn at_desk(store: &'a Store, person: &'a Person, today: Date) -> Self {
        Self {
            store,
            person,
            today,
            whole: true,
        }
    }

    /// A server's store: what the scopes hold that this person is granted on this day.
    pub const fn at_server(store: &'a Store, person: &'a Person, today: Date) -> Self {
        Self {
            store,
            person,
            today,
            whole: false,
        }
    }

    /// Reads; everything within sees the same moment.
    ///
    /// # Errors
    /// Those of `read`, and those of the store.
    pub fn read<T, E: From<StoreError>>(
        self,
        read: impl FnOnce(&View<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store.read(|reader| {
            let sight = match self.whole {
                true => Sight::Whole,
                false => {
                    let granted = organisation::granted(reader, self.person.id, self.today)?;
                    Sight::Scopes(granted)
                }
            };
            read(&View {
                reader,
                sight,
                person: self.person,
                today: self.today,
            })
        })
    }

    /// The store itself, where it is the person's own desk's.
    pub const fn own_store(self) -> Option<&'a Store> {
        match self.whole {
            true => Some(self.store),
            false => None,
        }
    }
}

/// Reads within what one person may see.
pub struct View<'a> {
    pub(crate) reader: Reader<'a>,
    pub(crate) sight: Sight,
    pub(crate) person: &'a Person,
    pub(crate) today: Date,
}

type StoreResult<T> = Result<T, StoreError>;

/// Processes: one's own tasks, and the instances that one takes part in.
impl View<'_> {
    /// How many of the person's tasks there are of a kind, and a part of them.
    ///
    /// # Errors
    /// The store's own.
    pub fn tasks(&self, filter: TaskFilter) -> StoreResult<(u32, Vec<TaskRecord>)> {
        let filter = TaskFilter {
            person_id: self.person.id.as_text(),
            ..filter
        };
        self.reader.tasks(&self.sight, &filter)
    }

    /// How many tasks the person has.
    ///
    /// # Errors
    /// The store's own.
    pub fn task_tally(&self) -> StoreResult<TaskTally> {
        self.reader.task_tally(&self.person.id.as_text())
    }

    /// Since when documents of the person's agency go by a process; `None` where they do not.
    ///
    /// # Errors
    /// The store's own.
    pub fn process_enabled(&self, process: &str) -> StoreResult<Option<String>> {
        let agency = self.person.agency_id.as_text();
        self.reader.process_enabled(&agency, process)
    }

    /// The version of a process that the person's agency goes by.
    ///
    /// # Errors
    /// `process.not_there`.
    pub fn newest_process(&self, process: &str) -> Result<&'static Net, Refusal> {
        process::newest(self.reader, &self.person.agency_id.as_text(), process)
    }

    /// A version of a process, as the person's agency has it.
    ///
    /// # Errors
    /// `process.not_there`.
    pub fn process_net(&self, process: &str, version: u32) -> Result<&'static Net, Refusal> {
        let agency = self.person.agency_id.as_text();
        process::net(self.reader, &agency, (process, version))
    }

    /// A task of the person's own.
    ///
    /// # Errors
    /// `process.not_there`, also for another's.
    pub fn task(&self, id: &str) -> Result<TaskRecord, Refusal> {
        let found = self.reader.task(id)?;
        let own = found.filter(|task| task.person_id == self.person.id.as_text());
        own.ok_or_else(|| Refusal::because("process.not_there"))
    }

    /// An instance that the person takes part in.
    ///
    /// # Errors
    /// `process.not_there`.
    pub fn instance(&self, id: &str) -> Result<InstanceRecord, Refusal> {
        let found = self.reader.instance_seen(&self.sight, id)?;
        let found = found.ok_or_else(|| Refusal::because("process.not_there"))?;
        self.without_originals(found)
    }

    /// An instance as the person sees it: at a server, who reads a copy and keeps no registers gets no originals.
    fn without_originals(&self, record: InstanceRecord) -> Result<InstanceRecord, Refusal> {
        let keeps = || {
            let agency = record.agency_id.parse();
            agency.is_ok_and(|agency| self.sight.holds(&Scope::register(agency)))
        };
        if self.sight == Sight::Whole || keeps() {
            return Ok(record);
        }
        process::without_originals(self.reader, record, &self.person.id.as_text())
    }

    /// What was written by hand in an instance, as far as the person takes part in it.
    ///
    /// # Errors
    /// The store's own.
    pub fn handwritings(&self, instance_id: &str) -> StoreResult<Vec<HandwritingRecord>> {
        self.reader.handwritings(&self.sight, instance_id)
    }

    /// The last instance about a document, if the person takes part in one.
    ///
    /// # Errors
    /// The store's own.
    pub fn instance_of(&self, draft_id: &str) -> Result<Option<InstanceRecord>, Refusal> {
        match self.reader.instance_of(draft_id)? {
            Some(found) => {
                let seen = self.reader.instance_seen(&self.sight, &found.id)?;
                seen.map(|seen| self.without_originals(seen)).transpose()
            }
            None => Ok(None),
        }
    }
}

/// What is known of the changes of a document that is or was reviewed.
pub struct Revised {
    /// Who changed what, the oldest first.
    pub entries: Vec<RevisionRecord>,
    /// What the person may do to the text now; `None`: read it.
    pub standing: Option<Standing>,
    /// What is suggested and not decided, as the person has it here.
    pub open: Vec<Suggestion>,
    /// The person has written what was not sent.
    pub unsent: bool,
    /// What was sent waits for the server.
    pub waits: bool,
}

/// 修订: those who take part in the process that a document is in.
impl View<'_> {
    /// What was changed in a document while it was reviewed.
    ///
    /// # Errors
    /// `draft.not_there`; `draft.text_unreadable`.
    pub fn revised(&self, draft_id: &str) -> Result<Option<Revised>, Refusal> {
        let draft = self.draft(draft_id)?;
        if self.instance_of(draft_id)?.is_none() {
            return Ok(None);
        }
        let (reader, me) = (self.reader, self.person.id.as_text());
        let standing = process::standing(reader, &draft, &me)?;
        let mut text = match standing {
            Some(_) => process::base(reader, &draft, (&me, 1))?,
            None => None,
        };
        if let (Some(text), Some(work)) = (&mut text, reader.revision_work(draft_id)?) {
            text.apply_update(&work.state)?;
        }
        Ok(Some(Revised {
            entries: reader.revisions(draft_id)?,
            standing,
            open: text.map_or_else(|| Ok(Vec::new()), |text| text.suggestions())?,
            unsent: process::is_unsent(reader, &draft, &me)?,
            waits: process::has_open(reader, draft_id)?,
        }))
    }

    /// The hash that a decision names where the person has changed a text and the server has not said so yet;
    /// `None`: what is shown of it.
    ///
    /// # Errors
    /// `revision.unsent` where the person has not sent it at all.
    pub fn content_sent(&self, draft_id: &str) -> Result<Option<ContentHash>, Refusal> {
        let (reader, me) = (self.reader, self.person.id.as_text());
        if reader.revision_work(draft_id)?.is_none() {
            return Ok(None);
        }
        let draft = self.draft(draft_id)?;
        let works = process::standing(reader, &draft, &me)?.is_some();
        if works && process::is_unsent(reader, &draft, &me)? {
            return Err(Refusal::because("revision.unsent"));
        }
        self.content_waiting(draft_id)
    }

    /// The hash that the words have once what the person has sent is done; `None` where nothing waits.
    ///
    /// # Errors
    /// The store's own.
    pub fn content_waiting(&self, draft_id: &str) -> Result<Option<ContentHash>, Refusal> {
        if !process::has_open(self.reader, draft_id)? {
            return Ok(None);
        }
        let work = self.reader.revision_work(draft_id)?;
        Ok(work.and_then(|work| work.content.parse().ok()))
    }
}

/// Documents that came: those who keep the registers, and those who take part in handling one.
impl View<'_> {
    /// One of them.
    ///
    /// # Errors
    /// `incoming.not_there`.
    pub fn incoming(&self, id: &str) -> Result<IncomingRecord, Refusal> {
        let found = self.reader.incoming_seen(&self.sight, id)?;
        found.ok_or_else(|| Refusal::because("incoming.not_there"))
    }

    /// How many there are, and a part of them.
    ///
    /// # Errors
    /// The store's own.
    pub fn incomings(&self, filter: &IncomingFilter) -> StoreResult<(u32, Vec<IncomingRecord>)> {
        self.reader.incomings(&self.sight, filter)
    }

    /// How many stand where.
    ///
    /// # Errors
    /// The store's own.
    pub fn incoming_tally(&self, late_at: &str) -> StoreResult<IncomingTally> {
        self.reader.incoming_tally(&self.sight, late_at)
    }

    /// Others that are seen from the same sender under the same number; none where it has no number.
    ///
    /// # Errors
    /// The store's own.
    pub fn incoming_same(&self, record: &IncomingRecord) -> StoreResult<Vec<IncomingRecord>> {
        if record.from_number.is_empty() {
            return Ok(Vec::new());
        }
        let mut seen = Vec::new();
        for other in self.reader.incoming_same(record)? {
            seen.extend(self.reader.incoming_seen(&self.sight, &other.id)?);
        }
        Ok(seen)
    }

    /// The files beside a document that is seen.
    ///
    /// # Errors
    /// `draft.not_there`.
    pub fn files(&self, id: &str) -> Result<Vec<FileRecord>, Refusal> {
        self.draft(id)?;
        Ok(self.reader.draft_files(id)?)
    }
}

/// Issued documents: who keeps the registers, who took part; the whole agency where they are made public.
impl View<'_> {
    /// One of them.
    ///
    /// # Errors
    /// `issued.not_there`.
    pub fn issued(&self, id: &str) -> Result<IssuedRecord, Refusal> {
        let found = self.reader.issued_seen(&self.sight, id)?;
        found.ok_or_else(|| Refusal::because("issued.not_there"))
    }

    /// How many there are, and a part of them.
    ///
    /// # Errors
    /// The store's own.
    pub fn issued_list(&self, filter: &IssuedFilter) -> StoreResult<(u32, Vec<IssuedRecord>)> {
        self.reader.issued_list(&self.sight, filter)
    }

    /// What the author says of a draft that is written here.
    ///
    /// # Errors
    /// `draft.not_there`.
    pub fn issue_sheet(&self, draft_id: &str) -> Result<Sheet, Refusal> {
        self.draft(draft_id)?;
        sheet_of(self.reader, draft_id)
    }

    /// Whether what is said of a draft lets it be submitted.
    ///
    /// # Errors
    /// `draft.not_there`; those of [`ready`] with what is missing.
    pub fn sheet_ready(&self, draft_id: &str) -> Result<(), Refusal> {
        ready(&self.issue_sheet(draft_id)?)
    }
}

/// Drafts: whoever holds a scope that holds the draft.
impl View<'_> {
    /// A draft.
    ///
    /// # Errors
    /// `draft.not_there` for one that is not there or not seen: the two are not told apart.
    pub fn draft(&self, id: &str) -> Result<DraftRecord, Refusal> {
        let found = self.reader.draft_seen(&self.sight, id)?;
        found.ok_or_else(|| Refusal::because("draft.not_there"))
    }

    /// What a draft says now: its text to those who write it, or, where it was handed over, what was
    /// submitted.
    ///
    /// # Errors
    /// `draft.not_there`; `draft.text_unreadable`.
    pub fn document(&self, id: &str) -> Result<OfficialDocument, Refusal> {
        let draft = self.draft(id)?;
        // Number and date are given to the frozen text: it is the document from then on, for its author too.
        let is_numbered = draft.state != DraftState::Drafting && !draft.issue_number.is_empty();
        let is_described = matches!(draft.state, DraftState::Incoming | DraftState::Supervision);
        if is_numbered || is_described {
            match self.reader.frozen_text(&draft.frozen_hash) {
                Err(StoreError::NotFound { .. }) => {}
                frozen => return Ok(serde_json::from_slice(&frozen?)?),
            }
        }
        if self.writes_in(&draft)? && self.reader.draft_text_seen(&self.sight, id)? {
            return Ok(read_text(self.reader, id)?.to_document()?.document);
        }
        let frozen = self.reader.frozen_text(&draft.frozen_hash)?;
        Ok(serde_json::from_slice(&frozen)?)
    }

    /// The updates of which a text consists that the person may write on.
    ///
    /// # Errors
    /// `draft.not_there`, also for a draft that others write.
    pub fn draft_text(&self, id: &str) -> Result<Vec<Vec<u8>>, Refusal> {
        let draft = self.draft(id)?;
        if !self.writes_in(&draft)? || !self.reader.draft_text_seen(&self.sight, id)? {
            return Err(Refusal::because("draft.not_there"));
        }
        Ok(self.reader.draft_text(id)?)
    }

    /// The highest 密级 that this store may hold; `None`: nothing with a 密级.
    ///
    /// # Errors
    /// The store's own.
    pub fn ceiling(&self) -> andu_store::Result<Option<ClassificationLevel>> {
        ceiling::of(self.reader)
    }

    /// What is kept of the findings of a draft.
    ///
    /// # Errors
    /// `draft.not_there`.
    pub fn kept_findings(&self, id: &str) -> Result<Vec<KeptFinding>, Refusal> {
        self.draft(id)?;
        Ok(self.reader.kept_findings(id)?)
    }

    /// A part of the drafts, and how many there are in all.
    ///
    /// # Errors
    /// The store's own.
    pub fn drafts(&self, filter: &DraftFilter) -> StoreResult<(u32, Vec<DraftRecord>)> {
        self.reader.drafts(&self.sight, filter)
    }

    /// How many drafts are the person's own, by state, and how many of others.
    ///
    /// # Errors
    /// The store's own.
    pub fn draft_counts(&self) -> StoreResult<DraftTally> {
        let own = self.person.id.as_text();
        self.reader.draft_counts(&self.sight, &own)
    }

    /// Drafts by title or number.
    ///
    /// # Errors
    /// The store's own.
    pub fn drafts_titled(&self, text: &str, limit: u32) -> StoreResult<Vec<DraftRecord>> {
        self.reader.drafts_titled(&self.sight, text, limit)
    }

    /// Drafts whose title sounds like what was typed in letters, newest first.
    ///
    /// # Errors
    /// The store's own.
    pub fn drafts_sounding(&self, typed: &str, limit: u32) -> StoreResult<Vec<DraftRecord>> {
        self.reader.drafts_sounding(&self.sight, typed, limit)
    }

    /// Finds in texts.
    ///
    /// # Errors
    /// The store's own.
    pub fn find(&self, text: &str, filter: &FindFilter) -> StoreResult<(u32, Vec<FindRecord>)> {
        self.reader.find(&self.sight, text, filter)
    }
}

/// How a draft is written together.
pub struct WrittenTogether {
    /// The draft.
    pub draft: DraftRecord,
    /// Whoever was invited, in that order.
    pub people: Vec<CoDrafterRecord>,
    /// What came late, by person.
    pub late: Vec<LateBranch>,
    /// Commands about it that wait to be sent.
    pub unsent: u32,
}

/// Late edits, beside what they came too late for and what would come of taking them in.
pub struct LateTexts {
    /// The draft.
    pub draft: DraftRecord,
    /// The edits.
    pub branch: LateBranch,
    /// 送审稿
    pub submitted: OfficialDocument,
    /// 迟到修改
    pub edited: OfficialDocument,
    /// 合并后
    pub merged: OfficialDocument,
}

/// Characters that somebody wrote.
pub struct WrittenBy {
    /// Where, and under which client id.
    pub span: Authorship,
    /// Who; empty for what was there from the beginning.
    pub person_id: String,
    /// The name at the time; empty as above.
    pub name: String,
}

/// What those who write a draft see of it, and nobody else.
impl View<'_> {
    fn writes_in(&self, draft: &DraftRecord) -> StoreResult<bool> {
        let me = self.person.id.as_text();
        writes_in(self.reader, draft, &me, self.today)
    }

    fn written(&self, id: &str) -> Result<DraftRecord, Refusal> {
        let draft = self.draft(id)?;
        match self.writes_in(&draft)? {
            true => Ok(draft),
            false => Err(Refusal::because("draft.not_yours")),
        }
    }

    /// Who writes along in a draft, and what waits.
    ///
    /// # Errors
    /// `draft.not_there`, `draft.not_yours`.
    pub fn written_together(&self, id: &str) -> Result<WrittenTogether, Refusal> {
        Ok(WrittenTogether {
            draft: self.written(id)?,
            people: self.reader.co_drafters(id)?,
            late: self.reader.late_branches(id)?,
            unsent: self.reader.outbox_about(id)?,
        })
    }

    /// Somebody's late edits three ways.
    ///
    /// # Errors
    /// As [`Self::written_together`]; `late.not_there`.
    pub fn late(&self, id: &str, branch_id: &str) -> Result<LateTexts, Refusal> {
        let draft = self.written(id)?;
        let branches = self.reader.late_branches(id)?;
        let branch = branches.into_iter().find(|known| known.id == branch_id);
        let branch = branch.ok_or_else(|| Refusal::because("late.not_there"))?;
        let document = |hash: &str| -> Result<OfficialDocument, Refusal> {
            Ok(serde_json::from_slice(&self.reader.frozen_text(hash)?)?)
        };
        let mut merged = read_text(self.reader, id)?;
        for late in self.reader.late_updates(&branch.id)? {
            merged.apply_update(&late.update)?;
        }
        Ok(LateTexts {
            submitted: document(&branch.against_hash)?,
            edited: document(&branch.content_hash)?,
            merged: merged.to_document()?.document,
            draft,
            branch,
        })
    }

    /// Who wrote which characters of a draft.
    ///
    /// # Errors
    /// As [`Self::written_together`].
    pub fn authorship(&self, id: &str) -> Result<Vec<WrittenBy>, Refusal> {
        let draft = self.written(id)?;
        let mut names = BTreeMap::from([(draft.author_id, draft.author_name)]);
        for known in self.reader.co_drafters(id)? {
            names.insert(known.person_id, known.person_name);
        }
        let mut people: BTreeMap<u64, String> = BTreeMap::new();
        for update in self.reader.draft_updates(id)? {
            for writer in writers(&update.update)? {
                if writer.client_id != BEGINNING {
                    let actor = update.actor_id.clone();
                    people.entry(writer.client_id).or_insert(actor);
                }
            }
        }
        let spans = read_text(self.reader, id)?.attribution()?.into_iter();
        let by = spans.map(|span| {
            let person_id = people.get(&span.client_id).cloned().unwrap_or_default();
            WrittenBy {
                name: names.get(&person_id).cloned().unwrap_or_default(),
                person_id,
                span,
            }
        });
        Ok(by.collect())
    }

    /// Whether others can see what is written here: at a desk with a server, and at the server.
    pub fn has_server(&self) -> bool {
        match self.sight {
            Sight::Whole => setup::home(self.reader).is_ok_and(|home| !home.server.is_empty()),
            Sight::Scopes(_) => true,
        }
    }
}

/// The vocabulary and the templates: those of one's own agency; templates that came with the program are
/// everybody's.
impl View<'_> {
    /// Agencies.
    ///
    /// # Errors
    /// The store's own.
    pub fn agencies(&self, text: &str, limit: u32) -> StoreResult<Vec<AgencyRecord>> {
        self.reader.agencies(&self.sight, text, limit)
    }

    /// People.
    ///
    /// # Errors
    /// The store's own.
    pub fn contacts(&self, text: &str, limit: u32) -> StoreResult<Vec<PersonRecord>> {
        self.reader.contacts(&self.sight, text, limit)
    }

    /// Phrases.
    ///
    /// # Errors
    /// The store's own.
    pub fn phrases(&self, text: &str, limit: u32) -> StoreResult<Vec<PhraseRecord>> {
        self.reader.phrases(&self.sight, text, limit)
    }

    /// Templates.
    ///
    /// # Errors
    /// The store's own.
    pub fn templates(&self, text: &str, limit: u32) -> StoreResult<Vec<TemplateRecord>> {
        self.reader.templates(&self.sight, text, limit)
    }

    /// An entry as its columns have it; `None` where it is not there or not seen.
    ///
    /// # Errors
    /// The store's own.
    pub fn record(&self, entity: &str, id: &str) -> StoreResult<Option<serde_json::Value>> {
        let mut scopes = self.reader.row_scopes(entity, id)?.into_iter();
        if self.sight != Sight::Whole && !scopes.any(|scope| self.sight.holds(&scope)) {
            return Ok(None);
        }
        self.reader.row_image(entity, id)
    }

    /// The document of a template, as JSON.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn template_document(&self, id: &str) -> StoreResult<Vec<u8>> {
        self.reader.template_document(&self.sight, id)
    }
}

/// What two people changed without knowing of each other: whoever has to choose.
impl View<'_> {
    /// The open ones first, then the newest.
    ///
    /// # Errors
    /// The store's own.
    pub fn double_edits(&self, limit: u32) -> StoreResult<Vec<DoubleEdit>> {
        self.reader.double_edits(&self.sight, limit)
    }
}

/// Joining: offers to one's own agency for who keeps its records, and one's own.
impl Look<'_> {
    /// Offers, the newest first.
    ///
    /// # Errors
    /// The store's own.
    pub fn joinings(self) -> Result<Vec<Offered>, Refusal> {
        self.store
            .read(|reader| joining::offers(reader, self.person))
    }

    /// What taking an offer over would do.
    ///
    /// # Errors
    /// `joining.not_there`, also for one that is not seen; those of what is brought.
    pub fn joining(self, id: &str, choices: &[Choice]) -> Result<Reviewed, Refusal> {
        // Noon in Shanghai: only the day counts for what is tried and taken back.
        let now = format!("{}T04:00:00.000Z", self.today);
        joining::review(self.store, self.person, (id, choices), &now)
    }
}

/// The organisation: one's own agency; any on the server for who administers the agency that runs it.
impl View<'_> {
    /// An agency by its id; names of agencies are no secret within a server.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn agency(&self, id: &str) -> StoreResult<Agency> {
        self.reader.agency(id)
    }

    /// An agency with its history.
    ///
    /// # Errors
    /// `organisation.other_agency`, also for one that is not there.
    pub fn organisation(&self, agency: AgencyId) -> Result<Organisation, Refusal> {
        let own = self.sight.holds(&Scope::agency(agency)) && self.person.agency_id == agency;
        if !own && !organisation::governs(self.reader, self.person, self.today)? {
            return Err(Refusal::because("organisation.other_agency"));
        }
        Ok(self.reader.organisation(agency)?)
    }

    /// The agency of a person; one's own for somebody unknown.
    pub fn agency_of(&self, person: PersonId) -> AgencyId {
        let known = self.reader.person(person).ok();
        known.map_or(self.person.agency_id, |person| person.agency_id)
    }

    /// The telephones of an agency that the person may see: by their grade in one's own, all of them for
    /// who keeps them.
    ///
    /// # Errors
    /// The store's own.
    pub fn telephones(&self, all: &Organisation) -> StoreResult<Vec<Telephone>> {
        let keeps = Grant::KeepOrganisation;
        let keeps = organisation::may(self.reader, self.person.id, keeps, self.today)?;
        let reach = organisation::reach(self.reader, self.person.id, self.today)?;
        let is_own = all.agency_id == self.person.agency_id;
        let telephones = self.reader.telephones(all.agency_id)?.into_iter();
        Ok(telephones
            .filter(|telephone| keeps || (is_own && reach.sees(all, telephone, self.today)))
            .collect())
    }

    /// How many days leases of an agency last that are given on a day.
    ///
    /// # Errors
    /// The store's own.
    pub fn lease_days(&self, agency: AgencyId, on: Date) -> Result<u32, Refusal> {
        lease::days(self.reader, agency, on)
    }

    /// Where the people of an agency that the person may look into are to be found.
    ///
    /// # Errors
    /// The store's own.
    pub fn contact_records(&self, all: &Organisation) -> StoreResult<Vec<ContactRecord>> {
        self.reader.contact_records(&all.agency_id.as_text())
    }
}
