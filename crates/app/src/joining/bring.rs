//! Taking an offer over at the server: every row is checked, gets the ids it has here, and is shown to
//! those who may see it. What was brought before stays; what cannot be right makes the whole offer fail.

use std::collections::{BTreeMap, BTreeSet};

use andu_base::{AgencyId, ContentHash, DepartmentId, PersonId};
use andu_document::OfficialDocument;
use andu_org::{Department, Person};
use andu_store::{
    AuditEntry, CopyGiven, DraftRecord, DraftState, Holding, JoinedRow, JoiningRecord, NumberEntry,
    NumberOrigin, SeriesRecord, TextUpdate, VersionKind, holding,
};
use andu_sync::{Operation, Reason};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Header, Line, Manifest, Renamed, VERSION, lines::Lines};
use crate::{
    Call, Refusal,
    draft::{describe, examine_text, hand_over, own_scope, put_find_entry, row},
    number,
    organisation::{derived, enter_undated},
};

/// What a choice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChoiceKind {
    /// A department.
    Department,
    /// A person.
    Person,
}

/// Who or what somebody or something that is brought is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// A department or a person.
    pub kind: ChoiceKind,
    /// Id as it is brought.
    pub old: String,
    /// Id here; empty: it is entered as new.
    pub new: String,
}

/// A department or a person of an offer, and who that is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    /// A department or a person.
    pub kind: ChoiceKind,
    /// Id as it is brought.
    pub old: String,
    /// Name as it is brought.
    pub name: String,
    /// Id here; empty: it is entered as new.
    pub new: String,
    /// It cannot be chosen: whoever joins is who was enrolled.
    pub fixed: bool,
}

/// A number that another document has here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenNumber {
    /// 发文字号
    pub number: String,
    /// The document that is brought; it keeps its number on its page, and is not entered.
    pub title: String,
    /// The document that has the number.
    pub holder: String,
}

/// What was taken over of an offer, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brought {
    /// Agency as it is brought.
    pub agency: String,
    /// Departments and people.
    pub matched: Vec<Matched>,
    /// New rows by table.
    pub counts: BTreeMap<String, u32>,
    /// Rows that were here already.
    pub known: u32,
    /// New drafts by state.
    pub drafts: BTreeMap<String, u32>,
    /// Numbers that were entered as 补录.
    pub numbers: Vec<String>,
    /// Numbers that were not.
    pub taken: Vec<TakenNumber>,
    /// What ids became.
    pub renamed: Renamed,
}

fn forged(what: &str) -> Refusal {
    Refusal::Rejected(Reason::new("joining.wrong_row").with("table", what))
}

/// Takes an offer over.
pub(super) fn bring(
    call: &mut Call<'_, '_>,
    joining: &JoiningRecord,
    choices: &[Choice],
) -> Result<Brought, Refusal> {
    let manifest: Manifest = serde_json::from_str(&joining.manifest)?;
    let mut lines = Lines::of(&joining.id);
    let header: Option<Header> = lines.next(call.tx.reader())?;
    let header = header.filter(|header| header.version == VERSION);
    let header = header.ok_or_else(|| Refusal::because("joining.unreadable"))?;
    if header.origin != manifest.origin {
        return Err(forged("header"));
    }
    let mut taking = Taking::of(call, joining, &header)?;
    taking.place(call, &header, choices)?;
    while let Some(line) = lines.next::<Line>(call.tx.reader())? {
        taking.take(call, line)?;
    }
    taking.finish(call)?;
    Ok(taking.brought)
}

struct Taking {
    /// The store that is brought, for the person whose it is here: of two people who worked on copies of
    /// one store each brings all of it.
    origin: String,
    agency_id: AgencyId,
    own: PersonId,
    departments: BTreeMap<String, DepartmentId>,
    people: BTreeMap<String, PersonId>,
    drafts: BTreeMap<String, String>,
    /// Drafts that have to be described and shown again, with the updates that are new.
    touched: BTreeMap<String, Vec<String>>,
    audit: (i64, String),
    brought: Brought,
}

/// A text of a row.
fn text<'a>(row: &'a Value, name: &str, table: &str) -> Result<&'a str, Refusal> {
    row[name].as_str().ok_or_else(|| forged(table))
}

fn instant(text: &str, table: &str) -> Result<(), Refusal> {
    let read = text.parse::<Timestamp>();
    read.map(|_| ()).map_err(|_| forged(table))
}

impl Taking {
    fn of(call: &Call<'_, '_>, joining: &JoiningRecord, header: &Header) -> Result<Self, Refusal> {
        let own = call.tx.reader().person(joining.person_id)?;
        Ok(Self {
            origin: format!("{}/{}", header.origin, own.id),
            agency_id: own.agency_id,
            own: own.id,
            departments: BTreeMap::new(),
            people: BTreeMap::new(),
            drafts: BTreeMap::new(),
            touched: BTreeMap::new(),
            audit: (0, String::new()),
            brought: Brought {
                agency: header.agency.name.clone(),
                ..Brought::default()
            },
        })
    }

    /// Settles who is whom, and enters who is new: without a role, so that they may do nothing yet.
    fn place(
        &mut self,
        call: &mut Call<'_, '_>,
        header: &Header,
        choices: &[Choice],
    ) -> Result<(), Refusal> {
        let reader = call.tx.reader();
        let organisation = reader.organisation(self.agency_id)?;
        let mut units = BTreeMap::new();
        for unit in &organisation.units {
            let id = unit.id.as_text();
            units.insert(reader.department(&id)?.name, id);
        }
        let here: Vec<Person> = reader.people()?;
        let here = here.into_iter();
        let here: Vec<Person> = here.filter(|p| p.agency_id == self.agency_id).collect();
        let agency = reader.agency(&self.agency_id.as_text())?;
        let own_department = reader.person(self.own)?.department_id;
        let chosen = |kind: ChoiceKind, old: &str| {
            let mut all = choices.iter();
            let found = all.find(|choice| choice.kind == kind && choice.old == old);
            found.map(|choice| choice.new.clone())
        };
        let before = organisation.clone();
        for department in &header.departments {
            let old = department.id.as_text();
            let is_own = header
                .people
                .iter()
                .any(|p| p.id == header.person_id && p.department_id == department.id);
            let by_name = units.get(&department.name).cloned();
            let proposed = match (by_name, is_own) {
                (Some(id), _) => id,
                (None, true) => own_department.as_text(),
                (None, false) => String::new(),
            };
            let new = chosen(ChoiceKind::Department, &old).unwrap_or(proposed);
            self.matched(ChoiceKind::Department, &old, &department.name, &new, false);
            let id = if new.is_empty() {
                DepartmentId(derived(&["joined department", &self.origin, &old]))
            } else if units.values().any(|known| *known == new) {
                new.parse().map_err(|_| forged("header"))?
            } else {
                return Err(Refusal::because("organisation.not_there"));
            };
            self.departments.insert(old, id);
        }
        for person in &header.people {
            let (old, is_own) = (person.id.as_text(), person.id == header.person_id);
            let mut by_name = here.iter().filter(|known| known.name == person.name);
            let named = by_name.next().filter(|_| by_name.next().is_none());
            let proposed = named.map_or_else(String::new, |known| known.id.as_text());
            let new = if is_own {
                self.own.as_text()
            } else {
                chosen(ChoiceKind::Person, &old).unwrap_or(proposed)
            };
            self.matched(ChoiceKind::Person, &old, &person.name, &new, is_own);
            let department = self.departments.get(&person.department_id.as_text());
            let department = *department.ok_or_else(|| forged("header"))?;
            let id = if new.is_empty() {
                let id = PersonId(derived(&["joined person", &self.origin, &old]));
                let name = header
                    .departments
                    .iter()
                    .find(|unit| unit.id == person.department_id)
                    .map_or_else(String::new, |unit| unit.name.clone());
                let newcomer = Person {
                    id,
                    agency_id: self.agency_id,
                    department_id: department,
                    name: person.name.clone(),
                    post: person.post.clone(),
                    grants: BTreeSet::new(),
                };
                let unit = Department {
                    id: department,
                    agency_id: self.agency_id,
                    name,
                };
                if !before.members.iter().any(|member| member.id == id) {
                    enter_undated(&mut call.pen(), &agency, &unit, &newcomer)?;
                }
                id
            } else if here.iter().any(|known| known.id.as_text() == new) {
                new.parse().map_err(|_| forged("header"))?
            } else {
                return Err(Refusal::because("organisation.not_there"));
            };
            self.people.insert(old, id);
        }
        if !self.people.contains_key(&header.person_id.as_text()) {
            return Err(forged("header"));
        }
        call.pen().settle(&before)?;
        let pairs = |map: &BTreeMap<String, String>| map.clone().into_iter().collect();
        let renamed = &mut self.brought.renamed;
        renamed.agencies = vec![(header.agency.id.as_text(), self.agency_id.as_text())];
        renamed.departments = pairs(
            &self
                .departments
                .iter()
                .map(|(k, v)| (k.clone(), v.as_text()))
                .collect(),
        );
        renamed.people = pairs(
            &self
                .people
                .iter()
                .map(|(k, v)| (k.clone(), v.as_text()))
                .collect(),
        );
        Ok(())
    }

    fn matched(&mut self, kind: ChoiceKind, old: &str, name: &str, new: &str, fixed: bool) {
        self.brought.matched.push(Matched {
            kind,
            old: old.to_owned(),
            name: name.to_owned(),
            new: new.to_owned(),
            fixed,
        });
    }

    fn count(&mut self, table: &str, is_new: bool) {
        if is_new {
            *self.brought.counts.entry(table.to_owned()).or_default() += 1;
        } else {
            self.brought.known += 1;
        }
    }

    fn take(&mut self, call: &mut Call<'_, '_>, line: Line) -> Result<(), Refusal> {
        let Line { table, mut row } = line;
        let known = holding(&table).ok_or_else(|| forged(&table))?;
        let is_new = match table.as_str() {
            "frozen_text" => frozen(call, &row)?,
            "draft" => self.draft(call, &row)?,
            "draft_update" => self.update(call, &row)?,
            "audit_log" => self.audit(call, &row)?,
            "number_entry" => self.number(call, row)?,
            "number_series" => self.series(call, row)?,
            "copy_given" => self.copy(call, row)?,
            "draft_version" | "draft_file" | "kept_finding" => {
                self.beside(call, known, &mut row)?
            }
            "template" => {
                let document = text(&row, "document", &table)?;
                serde_json::from_str::<OfficialDocument>(document).map_err(|_| forged(&table))?;
                row["shipped"] = json!(0);
                self.put(call, known, &row)?
            }
            _ => self.put(call, known, &row)?,
        };
        self.count(&table, is_new);
        Ok(())
    }

    fn put(
        &self,
        call: &mut Call<'_, '_>,
        holding: &Holding,
        row: &Value,
    ) -> Result<bool, Refusal> {
        match call.tx.holding_put(holding, row) {
            Err(andu_store::StoreError::Column { .. }) => Err(forged(holding.table)),
            put => Ok(put?),
        }
    }

    fn draft(&mut self, call: &mut Call<'_, '_>, row: &Value) -> Result<bool, Refusal> {
        let record: Result<DraftRecord, _> = serde_json::from_value(row.clone());
        let mut draft = record.map_err(|_| forged("draft"))?;
        let old = draft.id.clone();
        let author = self.people.get(&draft.author_id);
        let unit = self.departments.get(&draft.department_id);
        let (Some(author), Some(unit)) = (author, unit) else {
            return Err(forged("draft"));
        };
        instant(&draft.created_at, "draft")?;
        instant(&draft.changed_at, "draft")?;
        if old.len() > 64 || draft.lineage.len() > 64 || draft.author_name.chars().count() > 100 {
            return Err(forged("draft"));
        }
        draft.author_id = author.as_text();
        draft.department_id = unit.as_text();
        draft.agency_id = self.agency_id.as_text();
        let stood = draft.state.name().to_owned();
        let known = call.tx.reader().joined_row(&self.origin, "draft", &old)?;
        let is_new = known.is_none();
        let id = match &known {
            Some(known) => known.new_id.clone(),
            None if call.tx.draft_exists(&old)? => derived(&["joined draft", &self.origin, &old])
                .hyphenated()
                .to_string(),
            None => old.clone(),
        };
        if let Some(known) = &known {
            let here = call.tx.reader().draft(&id)?;
            // What happened to it here since counts; what happened at the desk since comes in.
            if known.stood == stood || here.state.name() != known.stood {
                self.drafts.insert(old, id);
                return Ok(false);
            }
        }
        draft.id.clone_from(&id);
        call.tx.draft_put(&draft)?;
        let joined = JoinedRow {
            new_id: id.clone(),
            stood: stood.clone(),
        };
        call.tx
            .joined_row_put(&self.origin, ("draft", &old), &joined)?;
        if is_new {
            *self.brought.drafts.entry(stood).or_default() += 1;
        }
        if old != id {
            self.brought.renamed.drafts.push((old.clone(), id.clone()));
        }
        self.touched.entry(id.clone()).or_default();
        self.drafts.insert(old, id);
        Ok(is_new)
    }

    /// The id here of the draft that a row belongs to.
    fn draft_of(&self, row: &Value, table: &str) -> Result<(String, bool), Refusal> {
        let old = text(row, "draft_id", table)?;
        let new = self.drafts.get(old).ok_or_else(|| forged(table))?;
        Ok((new.clone(), new != old))
    }

    /// The id here of a row of a draft: its own, unless the draft had to take another.
    fn id_of(&self, table: &str, old: &str, is_other: bool) -> String {
        if is_other {
            derived(&["joined row", &self.origin, table, old])
                .hyphenated()
                .to_string()
        } else {
            old.to_owned()
        }
    }

    fn update(&mut self, call: &mut Call<'_, '_>, row: &Value) -> Result<bool, Refusal> {
        let table = "draft_update";
        let (draft_id, is_other) = self.draft_of(row, table)?;
        let old = text(row, "command_id", table)?;
        let id = self.id_of(table, old, is_other);
        id.parse::<andu_base::CommandId>()
            .map_err(|_| forged(table))?;
        let actor = self.people.get(text(row, "actor_id", table)?);
        let actor = actor.ok_or_else(|| forged(table))?.as_text();
        let update = STANDARD.decode(text(row, "update_v1", table)?);
        let claimed_at = text(row, "claimed_at", table)?;
        instant(claimed_at, table)?;
        let is_new = call.tx.draft_update_append(&TextUpdate {
            command_id: &id,
            draft_id: &draft_id,
            update: &update.map_err(|_| forged(table))?,
            actor_id: &actor,
            device_id: text(row, "device_id", table)?,
            claimed_at,
        })?;
        if is_new {
            self.touched.entry(draft_id).or_default().push(id);
        } else if call.tx.reader().row_image(table, &id)?.unwrap_or_default()["draft_id"]
            != json!(draft_id)
        {
            return Err(forged(table));
        }
        Ok(is_new)
    }

    /// Versions, originals and kept findings of a draft.
    fn beside(
        &mut self,
        call: &mut Call<'_, '_>,
        holding: &Holding,
        row: &mut Value,
    ) -> Result<bool, Refusal> {
        let table = holding.table;
        let (draft_id, is_other) = self.draft_of(row, table)?;
        row["draft_id"] = json!(draft_id);
        if table == "kept_finding" {
            let person = self.people.get(text(row, "person_id", table)?);
            row["person_id"] = json!(person.ok_or_else(|| forged(table))?.as_text());
        } else {
            row["id"] = json!(self.id_of(table, text(row, "id", table)?, is_other));
        }
        if table == "draft_version" {
            instant(text(row, "made_at", table)?, table)?;
            VersionKind::named(text(row, "kind", table)?).ok_or_else(|| forged(table))?;
            let hash = text(row, "content_hash", table)?;
            call.tx
                .reader()
                .frozen_text(hash)
                .map_err(|_| forged(table))?;
        }
        self.put(call, holding, row)
    }

    /// A number: of a document, or reserved, void or missing.
    fn number(&mut self, call: &mut Call<'_, '_>, mut row: Value) -> Result<bool, Refusal> {
        let table = "number_entry";
        let subject = text(&row, "subject_id", table)?;
        if !subject.is_empty() {
            let new = self.drafts.get(subject).ok_or_else(|| forged(table))?;
            row["subject_id"] = json!(new);
        }
        let entered_by = self.people.get(text(&row, "entered_by", table)?);
        let entered_by = entered_by.ok_or_else(|| forged(table))?.as_text();
        row["agency_id"] = json!(self.agency_id);
        row["origin"] = json!(NumberOrigin::Backfilled);
        (row["entered_by"], row["changed_by"]) = (json!(entered_by), json!(entered_by));
        (row["id"], row["changed_at"]) = (json!(""), row["entered_at"].clone());
        let mut entry: NumberEntry = serde_json::from_value(row).map_err(|_| forged(table))?;
        entry.id = NumberEntry::key(
            &entry.agency_id,
            &entry.authority_code,
            entry.year,
            entry.serial,
        );
        let Some(held) = call.tx.reader().number_entry(&entry.id)? else {
            number::keep(call, &entry)?;
            self.brought.numbers.push(entry.number);
            return Ok(true);
        };
        if held.subject_id != entry.subject_id && !entry.subject_id.is_empty() {
            let title = |id: &str| {
                let draft = call.tx.reader().draft_if_there(id)?;
                Ok::<_, Refusal>(draft.map_or_else(String::new, |draft| draft.title))
            };
            self.brought.taken.push(TakenNumber {
                title: title(&entry.subject_id)?,
                holder: title(&held.subject_id)?,
                number: entry.number,
            });
        }
        Ok(false)
    }

    /// A number series, where the agency has none of its own under the same code.
    fn series(&mut self, call: &mut Call<'_, '_>, mut row: Value) -> Result<bool, Refusal> {
        let table = "number_series";
        row["agency_id"] = json!(self.agency_id);
        row["changed_by"] = json!(self.own);
        let record: SeriesRecord = serde_json::from_value(row).map_err(|_| forged(table))?;
        let series = record.series().map_err(|_| forged(table))?;
        if series.check().is_err() || series.code() != record.code {
            return Err(forged(table));
        }
        let known = call.tx.reader().number_series(&record.agency_id)?;
        let is_known = known.iter().any(|one| one.code == record.code);
        if is_known || call.tx.reader().row_image(table, &record.id)?.is_some() {
            return Ok(false);
        }
        number::keep_series(call, &record)?;
        Ok(true)
    }

    /// A copy of a document.
    fn copy(&mut self, call: &mut Call<'_, '_>, mut row: Value) -> Result<bool, Refusal> {
        let table = "copy_given";
        let (draft_id, is_other) = self.draft_of(&row, table)?;
        let entered_by = self.people.get(text(&row, "entered_by", table)?);
        row["entered_by"] = json!(entered_by.ok_or_else(|| forged(table))?.as_text());
        row["id"] = json!(self.id_of(table, text(&row, "id", table)?, is_other));
        row["draft_id"] = json!(draft_id);
        row["agency_id"] = json!(self.agency_id);
        let copy: CopyGiven = serde_json::from_value(row).map_err(|_| forged(table))?;
        if call.tx.reader().row_image(table, &copy.id)?.is_some() {
            return Ok(false);
        }
        number::keep_copy(call, &copy)?;
        Ok(true)
    }

    fn audit(&mut self, call: &mut Call<'_, '_>, row: &Value) -> Result<bool, Refusal> {
        let table = "audit_log";
        let part = |name: &str| text(row, name, table).map(str::to_owned);
        let entry = AuditEntry {
            at: part("at")?,
            actor_id: part("actor_id")?,
            device_id: part("device_id")?,
            action: part("action")?,
            subject_id: part("subject_id")?,
            detail: part("detail")?,
        };
        let (last, previous) = &self.audit;
        let number = last + 1;
        let hash = entry.hash(number, previous);
        let follows = row["entry"].as_i64() == Some(number)
            && part("previous_hash")? == *previous
            && part("entry_hash")? == hash;
        let known = call.tx.reader().joined_audit(&self.origin, number)?;
        if !follows || known.as_ref().is_some_and(|known| *known != hash) {
            return Err(Refusal::because("joining.audit_broken"));
        }
        call.tx
            .joined_audit_put(&self.origin, (number, &entry), (previous, &hash))?;
        self.audit = (number, hash);
        Ok(known.is_none())
    }

    /// Describes what was touched from its own text, and shows it.
    fn finish(&mut self, call: &mut Call<'_, '_>) -> Result<(), Refusal> {
        for (id, updates) in &self.touched {
            let mut draft = call.tx.reader().draft(id)?;
            let unreadable = |_| {
                Refusal::Rejected(
                    Reason::new("joining.draft_unreadable").with("title", &draft.title),
                )
            };
            let written = examine_text(call.tx.reader(), id).map_err(unreadable)?;
            let document = written
                .to_document()
                .map_err(|error| unreadable(error.into()))?
                .document;
            describe(&mut draft, &document);
            let frozen = match draft.state {
                DraftState::Drafting
                | DraftState::Discarded
                | DraftState::Incoming
                | DraftState::Supervision => None,
                DraftState::Submitted | DraftState::Closed => Some(
                    call.tx
                        .reader()
                        .frozen_text(&draft.frozen_hash)
                        .map_err(|_| forged("draft"))?,
                ),
            };
            call.tx.draft_put(&draft)?;
            call.tx.draft_text_fold(id, &written.encode_state()?)?;
            if draft.state != DraftState::Discarded {
                put_find_entry(call.tx, &draft, "", &document)?;
            }
            let scope = own_scope(&draft)?;
            call.project(&scope, "draft", id, Operation::Put, &row(&draft)?)?;
            for update in updates {
                let image = call.tx.reader().row_image("draft_update", update)?;
                let image = image.unwrap_or_default();
                call.project(&scope, "draft_update", update, Operation::Put, &image)?;
            }
            if let Some(frozen) = frozen {
                hand_over(call, &draft, &frozen)?;
            }
        }
        Ok(())
    }
}

/// A content that never changes: its bytes are those of its hash, and they are a document.
fn frozen(call: &mut Call<'_, '_>, row: &Value) -> Result<bool, Refusal> {
    let (hash, document) = (
        text(row, "hash", "frozen_text")?,
        text(row, "document", "frozen_text")?,
    );
    let is_document = serde_json::from_str::<OfficialDocument>(document).is_ok();
    if ContentHash::of(document.as_bytes()).to_string() != hash || !is_document {
        return Err(forged("frozen_text"));
    }
    let is_new = call.tx.reader().frozen_text(hash).is_err();
    call.tx.frozen_text_put(hash, document.as_bytes())?;
    Ok(is_new)
}
