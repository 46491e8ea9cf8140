//! 办理统计 on the wire.

use andu_app::process::figures::{self, Reach};
use andu_base::Date;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::serve,
    row::{Permission as P, Row, Write as W, row},
    text,
};

/// Of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FigureReach {
    /// Oneself.
    Own,
    /// The department one heads.
    Department,
    /// The agency.
    Agency,
}

/// Which figures.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FigureList {
    /// Of whom.
    pub reach: FigureReach,
    /// The month, as `2026-03`; empty: this one.
    pub month: String,
}

/// The figures of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FigureRow {
    /// The department.
    pub department: String,
    /// Whose.
    pub name: String,
    /// Done in the month.
    pub done: u32,
    /// Minutes that one took on average; `None` where none was done.
    pub minutes: Option<u32>,
    /// Done after they were due.
    pub late: u32,
    /// What waits: all of it, and what has lain for a day, four, eight days or more.
    pub waiting: Vec<u32>,
    /// What waits and is late.
    pub waiting_late: u32,
}

/// Figures of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FigurePage {
    /// The month, as `2026-03`.
    pub month: String,
    /// Whose figures the caller may see.
    pub reaches: Vec<FigureReach>,
    /// Each person's, by department and name.
    pub rows: Vec<FigureRow>,
    /// All of them together.
    pub all: FigureRow,
}

/// Rows of the table.
pub const FIGURES: &[Row] =
    &[
        row::<FigureList, FigurePage>("task_figures", P::Member, W::None, &[])
            .served(|c, a| serve(c, a, figures)),
    ];

const fn known(reach: FigureReach) -> Reach {
    match reach {
        FigureReach::Own => Reach::Own,
        FigureReach::Department => Reach::Department,
        FigureReach::Agency => Reach::Agency,
    }
}

const fn shown(reach: Reach) -> FigureReach {
    match reach {
        Reach::Own => FigureReach::Own,
        Reach::Department => FigureReach::Department,
        Reach::Agency => FigureReach::Agency,
    }
}

fn figures(caller: &dyn Caller, args: FigureList) -> Result<FigurePage, ApiError> {
    let day = match args.month.as_str() {
        "" => caller.today(),
        month => format!("{month}-01")
            .parse::<Date>()
            .map_err(|_| text::error("figures.no_month"))?,
    };
    let rows = caller
        .look()
        .read(|view| view.figures(known(args.reach), day))?;
    let mut all = figures::Figures::default();
    for one in &rows {
        all.done += one.done;
        all.minutes += one.minutes;
        all.late += one.late;
        all.waiting_late += one.waiting_late;
        for (sum, many) in all.waiting.iter_mut().zip(one.waiting) {
            *sum += many;
        }
    }
    Ok(FigurePage {
        month: day.to_string().chars().take(7).collect(),
        reaches: figures::reaches(caller.actor())
            .into_iter()
            .map(shown)
            .collect(),
        rows: rows.into_iter().map(line).collect(),
        all: line(all),
    })
}

fn line(one: figures::Figures) -> FigureRow {
    let each = one.minutes.checked_div(u64::from(one.done));
    FigureRow {
        department: one.department,
        name: one.name,
        done: one.done,
        minutes: each.map(|each| u32::try_from(each).unwrap_or(u32::MAX)),
        late: one.late,
        waiting: one.waiting.to_vec(),
        waiting_late: one.waiting_late,
    }
}
