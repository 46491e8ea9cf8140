//! 办理统计: how many tasks were done, how long they took, how many were late, and how long those lie that wait.
//! Of oneself always; of a department for who heads it; of an agency for those who lead it or run its office.
//! Counts and times only: what a task is about is not said.

use std::collections::BTreeMap;

use andu_base::{Date, DepartmentId, PersonId};
use andu_org::{Grant, Named, Organisation, Person};
use andu_store::TaskTime;
use andu_workflow::clock::{begin_of, day_of};
use jiff::{Timestamp, ToSpan as _};

use crate::{Refusal, look::View};

/// Of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Oneself.
    Own,
    /// The department one heads.
    Department,
    /// The agency.
    Agency,
}

/// Those whose figures somebody may see, the nearest first.
#[must_use]
pub fn reaches(person: &Person) -> Vec<Reach> {
    const OF_AGENCY: [Grant; 4] = [
        Grant::KeepVocabulary,
        Grant::ReviewText,
        Grant::Sign,
        Grant::SignAsPrincipal,
    ];
    let mut all = vec![Reach::Own];
    if person.may(Grant::HeadDepartment) {
        all.push(Reach::Department);
    }
    if OF_AGENCY.iter().any(|grant| person.may(*grant)) {
        all.push(Reach::Agency);
    }
    all
}

/// From how many days on tasks count as lying so long: all of them, and those of a day, of four, of eight or more.
pub const LAIN: [i64; 4] = [0, 1, 4, 8];

/// The figures of one person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// The department; empty where it is not known here.
    pub department: String,
    /// Whose; empty where it is not known here.
    pub name: String,
    /// Done in the month.
    pub done: u32,
    /// Minutes between opening and doing, in all.
    pub minutes: u64,
    /// Done after they were due.
    pub late: u32,
    /// What waits, and how much of it has lain for how long: see [`LAIN`].
    pub waiting: [u32; LAIN.len()],
    /// What waits and is late.
    pub waiting_late: u32,
}

impl Figures {
    /// Counts one task as of `now`. What cannot be read as a time counts as no time.
    pub fn count(&mut self, task: &TaskTime, now: Timestamp) {
        let at = |text: &str| text.parse::<Timestamp>().ok();
        let (opened, due, done) = (at(&task.opened_at), at(&task.due_at), at(&task.done_at));
        let is_late = due.is_some_and(|due| done.unwrap_or(now) > due);
        let Some(opened) = opened else { return };
        if let Some(done) = done {
            self.done += 1;
            self.late += u32::from(is_late);
            let minutes = done.duration_since(opened).as_mins();
            self.minutes += u64::try_from(minutes).unwrap_or(0);
            return;
        }
        let days = day_of(opened)
            .until(day_of(now))
            .map_or(0, |lain| i64::from(lain.get_days()));
        for (many, from) in self.waiting.iter_mut().zip(LAIN) {
            *many += u32::from(days >= from);
        }
        self.waiting_late += u32::from(is_late);
    }
}

impl View<'_> {
    /// Figures of the month of `day`, each person's, by department and name.
    ///
    /// # Errors
    /// `command.forbidden` beyond what the person may see; the store's own.
    pub fn figures(&self, reach: Reach, day: Date) -> Result<Vec<Figures>, Refusal> {
        if !reaches(self.person).contains(&reach) {
            return Err(Refusal::because("command.forbidden"));
        }
        let first = day.first_of_month();
        let next = first.checked_add(1.month()).unwrap_or(first);
        let instant = |day: Date| format!("{:.3}", begin_of(day));
        let own_id = self.person.id.as_text();
        let whose = match reach {
            Reach::Own => own_id.as_str(),
            Reach::Department | Reach::Agency => "",
        };
        let agency = self.person.agency_id;
        let times = self.reader.task_times(
            (&agency.as_text(), whose),
            (&instant(first), &instant(next)),
        )?;
        let all = self.reader.organisation(agency)?;
        // What was due by the end of yesterday is late.
        let now = begin_of(self.today);
        let mut of = BTreeMap::<PersonId, Figures>::new();
        if reach == Reach::Own {
            of.insert(self.person.id, self.of_person(&all, self.person.id));
        }
        for time in &times {
            let Ok(person) = time.person_id.parse::<PersonId>() else {
                continue;
            };
            if reach == Reach::Department
                && department_of(&all, person, self.today) != Some(self.person.department_id)
            {
                continue;
            }
            let figures = of
                .entry(person)
                .or_insert_with(|| self.of_person(&all, person));
            figures.count(time, now);
        }
        let mut rows: Vec<Figures> = of.into_values().collect();
        rows.sort_by(|a, b| (&a.department, &a.name).cmp(&(&b.department, &b.name)));
        Ok(rows)
    }

    fn of_person(&self, all: &Organisation, person: PersonId) -> Figures {
        let name = |kind, id: &str| all.name_on(kind, id, self.today).to_owned();
        let department = department_of(all, person, self.today);
        Figures {
            department: department
                .map_or_else(String::new, |id| name(Named::Department, &id.as_text())),
            name: name(Named::Person, &person.as_text()),
            ..Figures::default()
        }
    }
}

/// Where somebody works on a day; before any post, where the first one was.
fn department_of(all: &Organisation, person: PersonId, day: Date) -> Option<DepartmentId> {
    let titles = all.titles_on(person, day);
    let main = titles.iter().find(|title| title.appointment.is_main);
    let now = main.or(titles.first()).map(|title| title.department_id);
    let first = || all.members.iter().find(|member| member.id == person);
    now.or_else(|| first().map(|member| member.department_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(opened_at: &str, due_at: &str, done_at: &str) -> TaskTime {
        TaskTime {
            person_id: String::new(),
            opened_at: opened_at.into(),
            due_at: due_at.into(),
            done_at: done_at.into(),
        }
    }

    #[test]
    fn done_tasks_count_with_their_time_and_waiting_ones_with_the_days_they_lie() {
        let now = "2026-03-10T02:00:00Z".parse().expect("an instant");
        let mut figures = Figures::default();
        let done = "2026-03-02T03:30:00.000Z";
        figures.count(&task("2026-03-02T02:00:00.000Z", "", done), now);
        let due = "2026-03-02T02:30:00.000Z";
        figures.count(&task("2026-03-02T02:00:00.000Z", due, done), now);
        assert_eq!((figures.done, figures.late, figures.minutes), (2, 1, 180));
        for opened in ["2026-03-09T16:30:00Z", "2026-03-09T15:30:00Z"] {
            figures.count(&task(opened, "", ""), now);
        }
        figures.count(&task("2026-03-03T02:00:00Z", due, ""), now);
        figures.count(&task("2026-03-02T02:00:00Z", "", ""), now);
        assert_eq!(
            figures.waiting,
            [4, 3, 2, 1],
            "the night between two days counts, not twenty-four hours"
        );
        assert_eq!(figures.waiting_late, 1);
        figures.count(&task("gestern", "", ""), now);
        assert_eq!(figures.waiting[0], 4, "what is no time is not counted");
    }
}
