//! What figures about tasks are made from: whose they are and when they were opened, due and done. Nothing of
//! what they are about.

use rusqlite::params;

use crate::{Reader, Result};

/// When a task was opened, due and done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskTime {
    /// Whose it is.
    pub person_id: String,
    /// Instant in UTC.
    pub opened_at: String,
    /// Instant in UTC; empty without a limit.
    pub due_at: String,
    /// Instant in UTC; empty while it waits.
    pub done_at: String,
}

impl Reader<'_> {
    /// The tasks that wait, and those that were done from `from` until before `until`: of one person, or of
    /// all people of an agency where `person_id` is empty.
    ///
    /// # Errors
    /// The engine's own.
    pub fn task_times(
        self,
        (agency_id, person_id): (&str, &str),
        (from, until): (&str, &str),
    ) -> Result<Vec<TaskTime>> {
        let mut statement = self.0.prepare_cached(
            "select task.person_id, task.opened_at, task.due_at, task.done_at
             from task join person on person.id = task.person_id
             where person.agency_id = ?1 and (?2 = '' or task.person_id = ?2)
               and (task.state = 'todo'
                    or (task.state = 'done' and task.done_at >= ?3 and task.done_at < ?4))
             order by task.person_id, task.id",
        )?;
        let found = statement.query_map(params![agency_id, person_id, from, until], |row| {
            Ok(TaskTime {
                person_id: row.get(0)?,
                opened_at: row.get(1)?,
                due_at: row.get(2)?,
                done_at: row.get(3)?,
            })
        })?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }
}
