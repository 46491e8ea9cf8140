//! What each person has to do in running processes, or has done.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::{
    Reader, Result, Sight, Tx,
    listing::{Listing, Part, like},
};

/// How a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// 待办
    #[default]
    Todo,
    /// 已办
    Done,
    /// Done without: by another, or not any more.
    Gone,
    /// 待阅: given round to be read.
    ToRead,
}

impl TaskState {
    /// Its word in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::Done => "done",
            Self::Gone => "gone",
            Self::ToRead => "to_read",
        }
    }

    fn named(word: &str) -> Self {
        match word {
            "todo" => Self::Todo,
            "done" => Self::Done,
            "to_read" => Self::ToRead,
            _ => Self::Gone,
        }
    }
}

/// What somebody has to do in an instance, or has done. Also what a replica receives of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TaskRecord {
    /// `instance/visit/person`.
    pub id: String,
    /// The instance.
    pub instance_id: String,
    /// The document.
    pub draft_id: String,
    /// Who.
    pub person_id: String,
    /// The visit by its name.
    pub visit: String,
    /// The step by its name.
    pub node: String,
    /// The step as people call it.
    pub step: String,
    /// What the button says.
    pub act: String,
    /// Title of the document.
    pub title: String,
    /// 文种, as its word.
    pub document_type: String,
    /// 紧急程度, as its word.
    pub urgency: String,
    /// 发文字号; empty before it is given.
    pub issue_number: String,
    /// Who drafted it.
    pub author_name: String,
    /// Who passed it on.
    pub from_name: String,
    /// With which word.
    pub note: String,
    /// How it stands.
    pub state: TaskState,
    /// What was decided, as its word; empty before.
    pub verdict: String,
    /// Since when; an instant in UTC.
    pub opened_at: String,
    /// Until when; an instant in UTC, or empty.
    pub due_at: String,
    /// When it was first opened; an instant in UTC, or empty.
    pub seen_at: String,
    /// When it was done; an instant in UTC, or empty.
    pub done_at: String,
    /// The process, `outgoing`.
    #[serde(default)]
    pub process: String,
    /// Of a step that one of several takes: `free`, `must` or `held`; empty otherwise.
    #[serde(default)]
    pub claim: String,
    /// When somebody was last reminded of it; an instant in UTC, or empty.
    #[serde(default)]
    pub urged_at: String,
    /// How often, in all.
    #[serde(default)]
    pub urged_times: u32,
    /// By whom; empty: by the clock.
    #[serde(default)]
    pub urged_by: String,
    /// With which word.
    #[serde(default)]
    pub urged_note: String,
    /// At a replica: the act that waits for the server; empty if none does. Read, never written.
    #[serde(default)]
    pub pending_act: String,
    /// At a replica: why the last act was refused; empty if it was not.
    #[serde(default)]
    pub refusal: String,
}

/// Which tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskFilter {
    /// Of whom.
    pub person_id: String,
    /// How they stand.
    pub state: TaskState,
    /// Words of the title; empty: all.
    pub text: String,
    /// The process; empty: all.
    pub process: String,
    /// Only those that are late at this instant; empty: all.
    pub late_at: String,
    /// Only those that were opened before this instant; empty: all.
    pub opened_before: String,
    /// How many to pass over.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

/// How many tasks somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaskTally {
    /// 待办
    pub todo: u32,
    /// 特急 and 特提 among those.
    pub urgent: u32,
    /// 已办
    pub done: u32,
    /// 待阅
    pub to_read: u32,
    /// Done without.
    pub gone: u32,
}

impl TaskTally {
    const fn of(self, state: TaskState) -> u32 {
        match state {
            TaskState::Todo => self.todo,
            TaskState::Done => self.done,
            TaskState::Gone => self.gone,
            TaskState::ToRead => self.to_read,
        }
    }
}

/// What a task counts as: of whom, how it stands, whether it is urgent (特急, 特提).
type Counted = (String, String, bool);

fn is_urgent(urgency: &str) -> bool {
    matches!(urgency, "extra_urgent" | "most_immediate")
}

const TASK: &str =
    "id, instance_id, draft_id, person_id, visit, node, step, act, title, document_type,
    urgency, issue_number, author_name, from_name, note, state, verdict, opened_at, due_at, seen_at,
    done_at, process,
    coalesce((select min(o.kind) from outbox o where o.draft_id = task.id), ''), refusal,
    urged_at, urged_times, urged_by, urged_note, claim";

fn task(row: &Row<'_>) -> rusqlite::Result<TaskRecord> {
    Ok(TaskRecord {
        id: row.get(0)?,
        instance_id: row.get(1)?,
        draft_id: row.get(2)?,
        person_id: row.get(3)?,
        visit: row.get(4)?,
        node: row.get(5)?,
        step: row.get(6)?,
        act: row.get(7)?,
        title: row.get(8)?,
        document_type: row.get(9)?,
        urgency: row.get(10)?,
        issue_number: row.get(11)?,
        author_name: row.get(12)?,
        from_name: row.get(13)?,
        note: row.get(14)?,
        state: TaskState::named(&row.get::<_, String>(15)?),
        verdict: row.get(16)?,
        opened_at: row.get(17)?,
        due_at: row.get(18)?,
        seen_at: row.get(19)?,
        done_at: row.get(20)?,
        process: row.get(21)?,
        pending_act: row.get(22)?,
        refusal: row.get(23)?,
        urged_at: row.get(24)?,
        urged_times: row.get(25)?,
        urged_by: row.get(26)?,
        urged_note: row.get(27)?,
        claim: row.get(28)?,
    })
}

/// The tasks of somebody, those that wait by when they came, those that are done by when that was.
pub(crate) const fn listing(state: TaskState) -> Listing<'static> {
    Listing {
        table: "task",
        columns: TASK,
        which: r"person_id = ?1 and state = ?2 and (?3 = '' or title like ?3 escape '\')
             and (?4 = '' or process = ?4)
             and (?5 = '' or (due_at <> '' and due_at <= ?5))
             and (?6 = '' or opened_at < ?6)",
        order: match state {
            TaskState::Todo | TaskState::ToRead => "opened_at desc, id desc",
            TaskState::Done | TaskState::Gone => "done_at desc, id desc",
        },
    }
}

impl Reader<'_> {
    /// The task of this id.
    ///
    /// # Errors
    /// The engine's own.
    pub fn task(self, id: &str) -> Result<Option<TaskRecord>> {
        let mut statement = self
            .0
            .prepare_cached(&format!("select {TASK} from task where id = ?1"))?;
        Ok(statement.query_row([id], task).optional()?)
    }

    /// The tasks of an instance.
    ///
    /// # Errors
    /// The engine's own.
    pub fn tasks_of(self, instance_id: &str) -> Result<Vec<TaskRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {TASK} from task where instance_id = ?1 order by opened_at, id"
        ))?;
        let found = statement.query_map([instance_id], task)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// How many there are of a kind, and a part of them, the newest first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn tasks(self, sight: &Sight, filter: &TaskFilter) -> Result<(u32, Vec<TaskRecord>)> {
        let state = filter.state.name();
        let text = match filter.text.as_str() {
            "" => String::new(),
            text => like(text),
        };
        let narrowed = [
            &text,
            &filter.process,
            &filter.late_at,
            &filter.opened_before,
        ];
        let total = match narrowed.into_iter().all(String::is_empty) {
            true => Some(self.task_tally(&filter.person_id)?.of(filter.state)),
            false => None,
        };
        let part = Part {
            bound: &[
                &filter.person_id,
                &state,
                &text,
                &filter.process,
                &filter.late_at,
                &filter.opened_before,
            ],
            total,
            offset: filter.offset,
            limit: filter.limit,
        };
        self.listed(sight, (&listing(filter.state), &part), task)
    }

    /// How many tasks somebody has.
    ///
    /// # Errors
    /// The engine's own.
    pub fn task_tally(self, person_id: &str) -> Result<TaskTally> {
        let mut statement = self
            .0
            .prepare_cached("select state, is_urgent, many from task_tally where person_id = ?1")?;
        let mut rows = statement.query([person_id])?;
        let mut tally = TaskTally::default();
        while let Some(row) = rows.next()? {
            let (state, is_urgent, many): (String, bool, u32) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            match TaskState::named(&state) {
                TaskState::Todo => tally.todo += many,
                TaskState::Done => tally.done += many,
                TaskState::Gone => tally.gone += many,
                TaskState::ToRead => tally.to_read += many,
            }
            if is_urgent && TaskState::named(&state) == TaskState::Todo {
                tally.urgent += many;
            }
        }
        Ok(tally)
    }
}

impl Tx<'_> {
    /// Puts a task.
    ///
    /// # Errors
    /// The engine's own.
    pub fn task_put(&mut self, record: &TaskRecord) -> Result<()> {
        let before = self.task_counted(&record.id)?;
        let now = (
            record.person_id.clone(),
            record.state.name().to_owned(),
            is_urgent(&record.urgency),
        );
        self.task_tally_move(before, Some(now))?;
        self.0
            .prepare_cached(
                "insert into task (id, instance_id, draft_id, person_id, visit, node, step, act, title,
                     document_type, urgency, issue_number, author_name, from_name, note, state, verdict,
                     opened_at, due_at, seen_at, done_at, refusal, process, urged_at, urged_times, urged_by,
                     urged_note, claim)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                     ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)
                 on conflict (id) do update set title = excluded.title, document_type = excluded.document_type,
                     urgency = excluded.urgency, issue_number = excluded.issue_number,
                     from_name = excluded.from_name, note = excluded.note, state = excluded.state,
                     verdict = excluded.verdict, due_at = excluded.due_at, seen_at = excluded.seen_at,
                     done_at = excluded.done_at, refusal = excluded.refusal, urged_at = excluded.urged_at,
                     urged_times = excluded.urged_times, urged_by = excluded.urged_by,
                     urged_note = excluded.urged_note, claim = excluded.claim",
            )?
            .execute(params![
                record.id,
                record.instance_id,
                record.draft_id,
                record.person_id,
                record.visit,
                record.node,
                record.step,
                record.act,
                record.title,
                record.document_type,
                record.urgency,
                record.issue_number,
                record.author_name,
                record.from_name,
                record.note,
                record.state.name(),
                record.verdict,
                record.opened_at,
                record.due_at,
                record.seen_at,
                record.done_at,
                record.refusal,
                record.process,
                record.urged_at,
                record.urged_times,
                record.urged_by,
                record.urged_note,
                record.claim,
            ])?;
        Ok(())
    }

    /// Takes a task out that is not seen here any more.
    ///
    /// # Errors
    /// The engine's own.
    pub fn task_erase(&mut self, id: &str) -> Result<()> {
        let before = self.task_counted(id)?;
        self.task_tally_move(before, None)?;
        self.0
            .prepare_cached("delete from task where id = ?1")?
            .execute([id])?;
        self.wipe_later()
    }

    fn task_counted(&self, id: &str) -> Result<Option<Counted>> {
        let mut statement = self
            .0
            .prepare_cached("select person_id, state, urgency from task where id = ?1")?;
        let found = statement.query_row([id], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                is_urgent(&row.get::<_, String>(2)?),
            ))
        });
        Ok(found.optional()?)
    }

    fn task_tally_move(&mut self, before: Option<Counted>, now: Option<Counted>) -> Result<()> {
        if before == now {
            return Ok(());
        }
        for (counted, by) in [(before, -1), (now, 1)] {
            let Some((person_id, state, is_urgent)) = counted else {
                continue;
            };
            self.0
                .prepare_cached(
                    "insert into task_tally (person_id, state, is_urgent, many) values (?1, ?2, ?3, ?4)
                     on conflict (person_id, state, is_urgent)
                         do update set many = task_tally.many + excluded.many",
                )?
                .execute(params![person_id, state, i64::from(is_urgent), by])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use andu_org::Agency;

    use super::*;
    use crate::{InstanceRecord, Key, Store};

    fn task(id: &str, state: TaskState, urgency: &str) -> TaskRecord {
        TaskRecord {
            id: id.into(),
            instance_id: "i".into(),
            draft_id: "d".into(),
            person_id: "p".into(),
            urgency: urgency.into(),
            state,
            ..TaskRecord::default()
        }
    }

    #[test]
    fn the_tally_is_what_counting_says() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let store = Store::open(&folder.path().join("s.db"), Key::Plain).expect("a store");
        let begun = store.write(|tx| -> Result<()> {
            let agency = "019370a0-0000-7000-8000-000000000001";
            tx.agency_put(&Agency {
                id: agency.parse().expect("an id"),
                name: "望溪县水利局".into(),
                short_name: String::new(),
                authority_code: String::new(),
            })?;
            let said = |text: &str| text.to_owned();
            tx.instance_put(&InstanceRecord {
                id: said("i"),
                process: said("outgoing"),
                version: 1,
                draft_id: said("d"),
                agency_id: said(agency),
                author_id: said("p"),
                author_name: said("何雨桐"),
                title: said("关于防汛的通知"),
                document_type: said("notice"),
                urgency: String::new(),
                issue_number: String::new(),
                content_hash: String::new(),
                status: said("running"),
                names: said("{}"),
                state: said("{}"),
                chain: String::new(),
                begun_at: said("2026-03-02T01:00:00.000Z"),
                changed_at: said("2026-03-02T01:00:00.000Z"),
            })
        });
        begun.expect("an instance");
        let counted = |store: &Store| {
            store.read(|reader| -> Result<TaskTally> {
                let many = |condition: &str| -> Result<u32> {
                    let sql = format!("select count(*) from task where {condition}");
                    Ok(reader.0.query_row(&sql, [], |row| row.get(0))?)
                };
                Ok(TaskTally {
                    todo: many("state = 'todo'")?,
                    urgent: many("state = 'todo' and urgency = 'extra_urgent'")?,
                    done: many("state = 'done'")?,
                    to_read: many("state = 'to_read'")?,
                    gone: many("state = 'gone'")?,
                })
            })
        };
        let states = [
            TaskState::Todo,
            TaskState::ToRead,
            TaskState::Done,
            TaskState::Gone,
        ];
        let urgencies = ["", "extra_urgent"];
        // Every way from one kind of task to another, put again, and taken out.
        let ways = states
            .iter()
            .flat_map(|a| states.iter().map(move |b| (*a, *b)));
        for (n, (from, to)) in ways.enumerate() {
            for (m, (was, is)) in [(0, 0), (0, 1), (1, 0), (1, 1)].into_iter().enumerate() {
                let id = format!("{n}/{m}");
                let done = store.write(|tx| -> Result<()> {
                    tx.task_put(&task(&id, from, urgencies[was]))?;
                    tx.task_put(&task(&id, to, urgencies[is]))?;
                    match m {
                        3 => tx.task_erase(&id),
                        _ => Ok(()),
                    }
                });
                done.expect("tasks");
                let tally = store.read(|reader| reader.task_tally("p"));
                assert_eq!(tally.expect("a tally"), counted(&store).expect("counts"));
            }
        }
        let filter = TaskFilter {
            person_id: "p".into(),
            state: TaskState::Done,
            text: String::new(),
            process: String::new(),
            late_at: String::new(),
            opened_before: String::new(),
            offset: 0,
            limit: 5,
        };
        let page = store.read(|reader| reader.tasks(&Sight::Whole, &filter));
        let (total, rows) = page.expect("a page");
        assert_eq!((total, rows.len()), (12, 5));
    }
}
