//! What is read of 督办: by those who keep the registers and supervise, all of an agency; by others, what they take part in.

use andu_base::{Date, WorkCalendar};
use andu_store::{
    Result as StoreResult, SupervisionFilter, SupervisionRecord, SupervisionState,
    SupervisionTally, TaskState,
};
use andu_workflow::clock;

use crate::{Refusal, look::View};

/// Due soon from so many working days before the day.
pub const STANDING_WARN: u32 = 3;

/// Rows that are read at once for a report.
const MOST_ROWS: u32 = 5_000;

/// Days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first.
    pub from: Date,
    /// The last.
    pub through: Date,
}

/// What is due before this day is due soon, or over.
pub fn soon_before(today: Date) -> Date {
    clock::soon_before(STANDING_WARN, WorkCalendar::known(), today)
}

impl View<'_> {
    /// How many there are, and a part of them.
    ///
    /// # Errors
    /// The store's own.
    pub fn supervisions(
        &self,
        filter: &SupervisionFilter,
    ) -> StoreResult<(u32, Vec<SupervisionRecord>)> {
        self.reader.supervisions(&self.sight, filter)
    }

    /// Those that were set up within a period, as far as they were not taken back.
    ///
    /// # Errors
    /// The store's own.
    pub fn supervisions_within(&self, period: Period) -> StoreResult<Vec<SupervisionRecord>> {
        let filter = SupervisionFilter {
            set_up_from: period.from.to_string(),
            set_up_through: period.through.to_string(),
            limit: MOST_ROWS,
            ..SupervisionFilter::default()
        };
        let (_, mut found) = self.reader.supervisions(&self.sight, &filter)?;
        found.retain(|record| record.state != SupervisionState::Withdrawn);
        found.sort_by(|a, b| (&a.set_up_on, &a.id).cmp(&(&b.set_up_on, &b.id)));
        Ok(found)
    }

    /// How many stand where.
    ///
    /// # Errors
    /// The store's own.
    pub fn supervision_tally(&self) -> StoreResult<SupervisionTally> {
        let (today, soon) = (self.today.to_string(), soon_before(self.today).to_string());
        self.reader.supervision_tally(&self.sight, (&today, &soon))
    }

    /// The person's own open task in a step about a document; empty where there is none.
    ///
    /// # Errors
    /// The store's own.
    pub fn open_task_of(&self, draft_id: &str, node: &str) -> Result<String, Refusal> {
        let Some(instance) = self.instance_of(draft_id)? else {
            return Ok(String::new());
        };
        let own = self.person.id.as_text();
        let mut tasks = self.reader.tasks_of(&instance.id)?.into_iter();
        let found = tasks.find(|task| {
            task.person_id == own && task.node == node && task.state == TaskState::Todo
        });
        Ok(found.map(|task| task.id).unwrap_or_default())
    }

    /// One of them.
    ///
    /// # Errors
    /// `supervision.not_there` for one that is not there or not seen: the two are not told apart.
    pub fn supervision(&self, id: &str) -> Result<SupervisionRecord, Refusal> {
        let found = self.reader.supervision_seen(&self.sight, id)?;
        found.ok_or_else(|| Refusal::because("supervision.not_there"))
    }
}
