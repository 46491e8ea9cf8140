//! What a bench found, as a table for people and as JSON for machines.

use serde_json::json;

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// Theirs is at least so many times ours.
    TimesFaster(f64),
    /// Ours is at most so many times theirs.
    TimesTheirs(f64),
    /// Ours is at most so much, whatever others need.
    Budget(f64),
    /// Nothing is promised; the figure is for whoever plans.
    Stated,
}

/// One figure with all its runs.
#[derive(Debug, Clone)]
pub struct Measured {
    /// What was measured.
    pub name: String,
    /// Unit of the runs.
    pub unit: &'static str,
    /// The part of the sorted runs that counts, from 0 to 1: 0.5 is the median, 0.95 is p95.
    pub quantile: f64,
    /// Our runs, in the order they were made.
    pub ours: Vec<f64>,
    /// Their runs; empty for a budget.
    pub peer: Vec<f64>,
    /// Who they are; empty for a budget.
    pub peer_name: &'static str,
    /// What is promised.
    pub goal: Goal,
}

impl Measured {
    /// How we stand: times faster, times theirs, or our figure as part of the budget. `None` where one of the
    /// two was not measured, and where nothing is promised.
    pub fn ratio(&self) -> Option<f64> {
        let (ours, peer) = (self.figure(&self.ours), self.figure(&self.peer));
        let ratio = match self.goal {
            Goal::TimesFaster(_) => peer / ours,
            Goal::TimesTheirs(_) => ours / peer,
            Goal::Budget(budget) => ours / budget,
            Goal::Stated => return None,
        };
        let is_against = matches!(self.goal, Goal::TimesFaster(_) | Goal::TimesTheirs(_));
        let has_peer = !is_against || !self.peer.is_empty();
        let is_measured = !self.ours.is_empty() && has_peer;
        (is_measured && ratio.is_finite()).then_some(ratio)
    }

    /// Whether the promise is kept. What was not measured is not.
    pub fn is_met(&self) -> bool {
        let ratio = self.ratio();
        match self.goal {
            Goal::TimesFaster(goal) => ratio.is_some_and(|ratio| ratio >= goal),
            Goal::TimesTheirs(goal) => ratio.is_some_and(|ratio| ratio <= goal),
            Goal::Budget(_) => ratio.is_some_and(|ratio| ratio <= 1.0),
            Goal::Stated => !self.ours.is_empty(),
        }
    }

    /// The quantile of some runs; 0 for none.
    fn figure(&self, runs: &[f64]) -> f64 {
        let mut sorted = runs.to_vec();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        let place = (last as f64 * self.quantile).round() as usize;
        sorted.get(place).copied().unwrap_or(0.0)
    }

    fn json(&self) -> serde_json::Value {
        let (kind, goal) = match self.goal {
            Goal::TimesFaster(goal) | Goal::TimesTheirs(goal) => ("ratio", goal),
            Goal::Budget(goal) => ("budget", goal),
            Goal::Stated => ("stated", 0.0),
        };
        json!({
            "name": self.name, "kind": kind, "unit": self.unit, "ours": self.ours, "peer": self.peer,
            "peer_name": self.peer_name, "ratio": self.ratio(), "goal": goal, "met": self.is_met(),
        })
    }

    fn row(&self) -> [String; 6] {
        let unit = self.unit;
        let figure = |runs: &[f64]| match runs {
            [] => "–".to_owned(),
            runs => format!("{:.2} {unit}", self.figure(runs)),
        };
        let goal = match self.goal {
            Goal::TimesFaster(goal) => format!("≥ {goal}×"),
            Goal::TimesTheirs(goal) => format!("≤ {goal}×"),
            Goal::Budget(goal) => format!("≤ {goal} {unit}"),
            Goal::Stated => "stated".to_owned(),
        };
        let ratio = match (self.goal, self.ratio()) {
            (Goal::TimesFaster(_), Some(ratio)) => format!("{ratio:.1}× faster"),
            (Goal::TimesTheirs(_), Some(ratio)) => format!("{ratio:.2}×"),
            _ => "–".to_owned(),
        };
        let met = match (self.goal, self.ratio()) {
            (Goal::Stated, _) => "",
            (_, None) => "NOT measured",
            _ if self.is_met() => "met",
            _ => "NOT met",
        };
        let peer = match self.peer_name {
            "" => "–".to_owned(),
            name => format!("{} ({name})", figure(&self.peer)),
        };
        [
            self.name.clone(),
            figure(&self.ours),
            peer,
            ratio,
            goal,
            met.to_owned(),
        ]
    }
}

/// Prints a table, or one JSON object a line.
pub fn print(measured: &[Measured], json: bool) {
    if json {
        for one in measured {
            println!("{}", one.json());
        }
        return;
    }
    let rows: Vec<[String; 6]> = std::iter::once(HEAD.map(str::to_owned))
        .chain(measured.iter().map(Measured::row))
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    lines(&rows, width);
}

/// Prints the names of the columns for [`print_one`].
pub fn print_head() {
    lines(&[HEAD.map(str::to_owned)], |column| WIDTHS[column]);
}

/// Prints one figure now: a row of a table whose others are not known yet, or a JSON object.
pub fn print_one(measured: &Measured, json: bool) {
    if json {
        println!("{}", measured.json());
    } else {
        lines(&[measured.row()], |column| WIDTHS[column]);
    }
}

const HEAD: [&str; 6] = ["what", "ours", "theirs", "ratio", "goal", ""];
/// Of columns where later rows are not known.
const WIDTHS: [usize; 6] = [66, 16, 32, 13, 10, 12];

fn lines(rows: &[[String; 6]], width: impl Fn(usize) -> usize) {
    for row in rows {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let gap = width(column).saturating_sub(cell.chars().count());
            format!("{cell}{}", " ".repeat(gap))
        });
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(ours: &[f64], peer: &[f64], quantile: f64, goal: Goal) -> Measured {
        Measured {
            name: "a".to_owned(),
            unit: "ms",
            quantile,
            ours: ours.to_vec(),
            peer: peer.to_vec(),
            peer_name: "b",
            goal,
        }
    }

    #[test]
    fn faster_is_their_median_over_ours() {
        let one = measured(
            &[9.0, 10.0, 400.0],
            &[300.0, 290.0, 310.0],
            0.5,
            Goal::TimesFaster(25.0),
        );
        assert!(one.ratio().is_some_and(|ratio| (ratio - 30.0).abs() < 1e-9));
        assert!(one.is_met());
    }

    #[test]
    fn the_slow_end_counts_where_the_promise_is_p95() {
        let mut ours = vec![1.0; 90];
        ours.extend([9.0; 10]);
        let one = measured(&ours, &[1.0; 100], 0.95, Goal::TimesTheirs(1.5));
        assert!(one.ratio().is_some_and(|ratio| (ratio - 9.0).abs() < 1e-9));
        assert!(!one.is_met());
    }

    #[test]
    fn a_peer_that_was_not_there_makes_no_promise_kept() {
        for goal in [
            Goal::TimesFaster(8.0),
            Goal::TimesTheirs(0.25),
            Goal::TimesTheirs(1.0),
        ] {
            let one = measured(&[9.0], &[], 0.5, goal);
            assert_eq!((one.ratio(), one.is_met()), (None, false), "{goal:?}");
            assert_eq!(one.json()["ratio"], serde_json::Value::Null);
        }
        assert!(!measured(&[], &[9.0], 0.5, Goal::Budget(16.0)).is_met());
    }

    #[test]
    fn a_budget_needs_no_peer() {
        assert!(measured(&[15.0], &[], 0.5, Goal::Budget(16.0)).is_met());
        assert!(!measured(&[17.0], &[], 0.5, Goal::Budget(16.0)).is_met());
    }
}
