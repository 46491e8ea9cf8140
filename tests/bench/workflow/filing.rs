//! The approval in a server's store: the process as the agency's own, documents of a page that are in it, and
//! the people's decisions as their desks send them.

use andu_app::process::Act;
use andu_base::{ContentHash, DeviceId, PersonId, WorkCalendar};
use andu_document::{Block, OfficialDocument};
use andu_org::Person;
use andu_server::{Roster, RosterPerson};
use andu_store::{
    DefinitionRecord, DraftRecord, InstanceEntry, InstanceRecord, Store, TaskRecord, TaskState, Tx,
};
use andu_sync::{Command, Operation, Scope};
use andu_workflow::{
    Begin, Context, Decide, Instance, Net, Powers, Staff, Verdict, VisitName, begin,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::approval::{STEPS, approval};
use crate::sync::{
    office::{command, now, record},
    said,
};

type Result<T, E = String> = std::result::Result<T, E>;

/// What the agency calls the process.
const PROCESS: &str = "approval";

/// Who drafts, and who decides in each step.
pub fn roster() -> Roster {
    let names = ["何雨桐", "余婉清", "沈亦舟", "罗定邦", "顾明远", "周启年"];
    let person = |name: &str| RosterPerson {
        name: name.into(),
        post: "科长".into(),
        department: "秘书科".into(),
    };
    Roster {
        agency: "望溪县人民政府办公室".into(),
        short_name: String::new(),
        authority_code: String::new(),
        people: names.map(person).into(),
    }
}

/// The process, and who takes part in it.
pub struct Filing {
    author: Person,
    deciders: [PersonId; 5],
    net: Net,
    people: andu_workflow::Roster,
    calendar: &'static WorkCalendar,
}

/// A document that is in the process.
pub struct Filed {
    instance: String,
    content: ContentHash,
}

impl Filing {
    /// Has the agency of these people (the author, then one for each step) go by the process.
    pub fn set_up(store: &Store, people: &[PersonId]) -> Result<Self> {
        let (author, deciders) = people.split_first().ok_or("no author")?;
        let deciders: [PersonId; 5] = deciders.try_into().map_err(said)?;
        let author = store.read(|reader| reader.person(*author)).map_err(said)?;
        let definition = approval(deciders)?;
        let agency_id = author.agency_id.as_text();
        let defined = DefinitionRecord {
            id: format!("{agency_id}/{PROCESS}/1"),
            agency_id,
            process: PROCESS.into(),
            version: 1,
            title: definition.title.clone(),
            definition: definition.to_json(),
            note: String::new(),
            defined_by: author.id.as_text(),
            defined_name: author.name.clone(),
            defined_at: now(),
        };
        let put = store.write(|tx| tx.process_definition_put(&defined));
        put.map_err(said)?;
        let staff = people.iter().map(|person| (*person, Staff::default()));
        Ok(Self {
            author,
            deciders,
            net: Net::compile(&definition).map_err(said)?,
            people: andu_workflow::Roster {
                people: staff.collect(),
                ..andu_workflow::Roster::default()
            },
            calendar: WorkCalendar::known(),
        })
    }

    /// A document enters the process, and is shown to its author and to whoever is asked first.
    pub fn begin(&self, tx: &mut Tx<'_>, n: usize) -> Result<Filed> {
        let (draft, frozen) = self.document(n);
        tx.frozen_text_put(&draft.frozen_hash, &frozen.canonical_json)
            .and_then(|()| tx.draft_put(&draft))
            .map_err(said)?;
        let context = Context {
            now: Timestamp::now(),
            roster: &self.people,
            calendar: self.calendar,
            powers: Powers::default(),
            offline: false,
        };
        let first = Begin {
            by: self.author.id,
            at: None,
            content: Some(frozen.hash),
            items: Default::default(),
            chosen: Default::default(),
        };
        let begun = begin(&self.net, &first, &context).map_err(said)?;
        let mut row = self.instance(&draft, &begun.instance)?;
        tx.instance_put(&row).map_err(said)?;
        let mut entry = InstanceEntry {
            instance_id: row.id.clone(),
            seq: 1,
            at: now(),
            command_id: row.id.clone(),
            actor_id: row.author_id.clone(),
            events: serde_json::to_string(&begun.events).map_err(said)?,
            previous: String::new(),
            hash: String::new(),
        };
        entry.hash = entry.chained();
        row.chain.clone_from(&entry.hash);
        let task = self.task(&draft, &row.id, STEPS[0]);
        tx.instance_append(&entry)
            .and_then(|()| tx.instance_put(&row))
            .and_then(|()| tx.task_put(&task))
            .map_err(said)?;
        for person in [self.author.id, self.deciders[0]] {
            let scope = Scope::person(person);
            tx.scope_append_kept(&[&scope], ("frozen_text", &draft.frozen_hash))
                .map_err(said)?;
            tx.scope_append(&scope, "draft", &draft.id, Operation::Put, &json!(draft))
                .map_err(said)?;
            tx.scope_append_kept(&[&scope], ("instance", &row.id))
                .map_err(said)?;
            if person == self.deciders[0] {
                tx.scope_append_kept(&[&scope], ("task", &task.id))
                    .map_err(said)?;
            }
        }
        Ok(Filed {
            instance: row.id,
            content: frozen.hash,
        })
    }

    /// A document of a page.
    fn document(&self, n: usize) -> (DraftRecord, andu_draft::Frozen) {
        let mut draft = record(&self.author, n);
        (draft.id, draft.lineage) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string());
        let sentence = "各乡镇要抓紧落实，于汛前完成并书面报送办公室。";
        let document = OfficialDocument {
            title: draft.title.clone(),
            body: (0..12).map(|_| Block::paragraph(sentence)).collect(),
            main_recipients: vec![draft.lineage.clone()],
            ..OfficialDocument::default()
        };
        let frozen = andu_draft::freeze(&document);
        draft.frozen_hash = frozen.hash.to_string();
        (draft, frozen)
    }

    fn instance(&self, draft: &DraftRecord, state: &Instance) -> Result<InstanceRecord> {
        Ok(InstanceRecord {
            id: Uuid::now_v7().to_string(),
            process: PROCESS.into(),
            version: 1,
            draft_id: draft.id.clone(),
            agency_id: draft.agency_id.clone(),
            author_id: draft.author_id.clone(),
            author_name: draft.author_name.clone(),
            title: draft.title.clone(),
            document_type: draft.document_type.clone(),
            urgency: draft.urgency.clone(),
            issue_number: String::new(),
            content_hash: draft.frozen_hash.clone(),
            status: "running".into(),
            names: "{}".into(),
            state: serde_json::to_string(state).map_err(said)?,
            chain: String::new(),
            begun_at: now(),
            changed_at: now(),
        })
    }

    /// What the person of a step is asked about a document.
    pub fn task(&self, draft: &DraftRecord, instance: &str, step: &str) -> TaskRecord {
        let person = self.deciders[STEPS.iter().position(|one| *one == step).unwrap_or(0)];
        TaskRecord {
            id: format!("{instance}/1/{step}/{person}"),
            instance_id: instance.to_owned(),
            draft_id: draft.id.clone(),
            person_id: person.as_text(),
            visit: format!("1/{step}"),
            node: step.to_owned(),
            step: "处室核稿".into(),
            act: "审核通过".into(),
            title: draft.title.clone(),
            document_type: draft.document_type.clone(),
            urgency: draft.urgency.clone(),
            issue_number: String::new(),
            author_name: draft.author_name.clone(),
            from_name: draft.author_name.clone(),
            note: draft.submit_note.clone(),
            state: TaskState::Todo,
            verdict: String::new(),
            opened_at: draft.changed_at.clone(),
            due_at: String::new(),
            seen_at: String::new(),
            done_at: String::new(),
            process: PROCESS.into(),
            claim: String::new(),
            urged_at: String::new(),
            urged_times: 0,
            urged_by: String::new(),
            urged_note: String::new(),
            pending_act: String::new(),
            refusal: String::new(),
        }
    }

    /// Who decides in a step.
    pub const fn decider(&self, step: usize) -> PersonId {
        self.deciders[step]
    }

    /// That the person of a step agrees.
    pub fn agreement(&self, filed: &Filed, step: usize) -> Result<Value> {
        let visit: VisitName = format!("1/{}", STEPS[step]).parse().map_err(said)?;
        let act = Act {
            id: format!("{}/{visit}/{}", filed.instance, self.deciders[step]),
            instance_id: filed.instance.clone(),
            act: andu_workflow::Act::Decide(Box::new(Decide {
                visit,
                verdict: Verdict::Agree,
                words: "同意，请按程序办理。".into(),
                content: Some(filed.content),
                items: Default::default(),
                chosen: Default::default(),
                on_paper: None,
                handwriting: None,
            })),
            handwriting: None,
        };
        serde_json::to_value(act).map_err(said)
    }

    /// The same as a command of a device, not signed yet.
    pub fn decision(&self, filed: &Filed, step: usize, device: DeviceId) -> Result<Command> {
        let args = self.agreement(filed, step)?;
        Ok(command((device, self.deciders[step]), "process_act", args))
    }
}

/// How an instance stands at the server: its state, and how many entries it has.
pub fn standing(store: &Store, filed: &Filed) -> Result<(Instance, u32)> {
    let (record, length) = store
        .read(|reader| {
            let record = reader.instance(&filed.instance)?;
            Ok::<_, andu_store::StoreError>((record, reader.instance_length(&filed.instance)?))
        })
        .map_err(said)?;
    let state = record.ok_or("an instance is gone")?.state;
    Ok((serde_json::from_str(&state).map_err(said)?, length))
}
