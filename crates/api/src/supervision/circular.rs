//! 督查通报: what was set up within a period, how it stands, and how each department has done its part.

use std::collections::BTreeMap;

use andu_app::supervision::Period;
use andu_base::{Date, chinese_date};
use andu_document::report::{Column, Report, ReportBlock, ReportTable, Section};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    SupervisionLight as Light, SupervisionRow, SupervisionUnit, SupervisionUnitState as UnitState,
    line,
};
use crate::{ApiError, Caller, process::BookKind, text};

/// A period, both days included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SupervisionPeriod {
    /// The first day on which something was set up, as ISO text.
    pub from: String,
    /// The last.
    pub through: String,
}

/// Where to write the 督查通报 of a period.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SupervisionCircular {
    /// The first day on which something was set up, as ISO text.
    pub from: String,
    /// The last.
    pub through: String,
    /// As what.
    pub kind: BookKind,
    /// From `file_choose`.
    pub token: String,
}

/// How a department has done its parts within a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SupervisionUnitFigures {
    /// Its name.
    pub name: String,
    /// How many parts it has.
    pub parts: u32,
    /// Those in which it leads.
    pub leads: u32,
    /// Those that were accepted.
    pub accepted: u32,
    /// Those of them that were accepted by their day.
    pub on_time: u32,
    /// Those that are over their day.
    pub overdue: u32,
    /// 办结率, in tenths of a percent.
    pub rate: u32,
}

/// How what was set up within a period stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SupervisionFigures {
    /// Name of the agency.
    pub agency: String,
    /// The first day, as ISO text.
    pub from: String,
    /// The last.
    pub through: String,
    /// How many were set up.
    pub total: u32,
    /// 已销号
    pub closed: u32,
    /// Those of them of which no department was late.
    pub on_time: u32,
    /// 办理中
    pub running: u32,
    /// 超期 among those.
    pub overdue: u32,
    /// 办结率, in tenths of a percent.
    pub rate: u32,
    /// 按期办结率, in tenths of a percent.
    pub on_time_rate: u32,
    /// By departments, the most parts first.
    pub units: Vec<SupervisionUnitFigures>,
    /// The items, in the order in which they were set up.
    pub rows: Vec<SupervisionRow>,
}

fn count<T>(of: impl Iterator<Item = T>) -> u32 {
    u32::try_from(of.count()).unwrap_or(u32::MAX)
}

/// So many of all, in tenths of a percent, rounded half up; of none: 0.
fn tenths(part: u32, of: u32) -> u32 {
    let thousandths = u64::from(part) * 1_000 + u64::from(of) / 2;
    let tenths = thousandths.checked_div(u64::from(of)).unwrap_or(0);
    u32::try_from(tenths).unwrap_or(u32::MAX)
}

/// How what was set up within a period stands.
///
/// # Errors
/// `supervision.period` for days that are none or stand in the wrong order; the store's own.
pub fn figures(
    caller: &dyn Caller,
    args: SupervisionPeriod,
) -> Result<SupervisionFigures, ApiError> {
    let day = |day: &str| {
        day.trim()
            .parse::<Date>()
            .map_err(|_| text::error("supervision.period"))
    };
    let period = Period {
        from: day(&args.from)?,
        through: day(&args.through)?,
    };
    if period.from > period.through {
        return Err(text::error("supervision.period"));
    }
    let own = caller.actor().agency_id.as_text();
    let (agency, records) = caller.look().read(|view| {
        let agency = view.agency(&own)?;
        Ok::<_, andu_store::StoreError>((agency, view.supervisions_within(period)?))
    })?;
    let today = caller.today();
    let rows: Vec<SupervisionRow> = records.iter().map(|record| line(record, today)).collect();
    let total = count(rows.iter());
    let closed = || rows.iter().filter(|row| row.light == Light::Closed);
    let on_time = count(closed().filter(|row| row.units.iter().all(|unit| !unit.was_late)));
    Ok(SupervisionFigures {
        agency: agency.name,
        from: period.from.to_string(),
        through: period.through.to_string(),
        total,
        closed: count(closed()),
        on_time,
        running: total - count(closed()),
        overdue: count(rows.iter().filter(|row| row.light == Light::Overdue)),
        rate: tenths(count(closed()), total),
        on_time_rate: tenths(on_time, total),
        units: by_units(&rows),
        rows,
    })
}

fn by_units(rows: &[SupervisionRow]) -> Vec<SupervisionUnitFigures> {
    let mut parts: BTreeMap<&str, Vec<&SupervisionUnit>> = BTreeMap::new();
    for unit in rows.iter().flat_map(|row| &row.units) {
        parts.entry(&unit.unit_id).or_default().push(unit);
    }
    let of = |parts: Vec<&SupervisionUnit>| {
        let some = |is: fn(&SupervisionUnit) -> bool| count(parts.iter().filter(|part| is(part)));
        let accepted = some(|part| part.state == UnitState::Accepted);
        SupervisionUnitFigures {
            name: parts
                .last()
                .map_or_else(String::new, |part| part.name.clone()),
            parts: some(|_| true),
            leads: some(|part| part.leads),
            accepted,
            on_time: some(|part| part.state == UnitState::Accepted && !part.was_late),
            overdue: some(|part| part.light == Light::Overdue),
            rate: tenths(accepted, some(|_| true)),
        }
    };
    let mut units: Vec<SupervisionUnitFigures> = parts.into_values().map(of).collect();
    units.sort_by(|a, b| b.parts.cmp(&a.parts).then_with(|| a.name.cmp(&b.name)));
    units
}

fn say(key: &str, fields: &[(&str, String)]) -> String {
    let fields = fields.iter();
    let fields = fields.map(|(name, value)| ((*name).to_owned(), value.clone()));
    text::sentence(&format!("supervision.circular.{key}"), &fields.collect())
}

fn percent(tenths: u32) -> String {
    format!("{}.{}%", tenths / 10, tenths % 10)
}

fn table(of: &[(&str, u32)], rows: Vec<Vec<String>>) -> ReportBlock {
    let column = |(key, share): &(&str, u32)| Column {
        title: say(&format!("column.{key}"), &[]),
        share: *share,
    };
    ReportBlock::Table(ReportTable {
        columns: of.iter().map(column).collect(),
        rows,
    })
}

fn shown(day: &str) -> String {
    let day = day.parse::<Date>();
    day.map_or_else(|_| String::new(), chinese_date)
}

/// The 督查通报 of a period.
pub fn circular(figures: &SupervisionFigures, today: Date) -> Report {
    let number = |number: u32| number.to_string();
    let said = say(
        "summary",
        &[
            ("from", shown(&figures.from)),
            ("through", shown(&figures.through)),
            ("total", number(figures.total)),
            ("closed", number(figures.closed)),
            ("rate", percent(figures.rate)),
            ("on_time", number(figures.on_time)),
            ("on_time_rate", percent(figures.on_time_rate)),
            ("running", number(figures.running)),
            ("overdue", number(figures.overdue)),
        ],
    );
    let mut sections = vec![Section::of(
        say("section.summary", &[]),
        vec![ReportBlock::Paragraph(said)],
    )];
    if !figures.rows.is_empty() {
        sections.push(units(figures));
        sections.push(items(figures));
    }
    Report {
        title: say("title", &[("agency", figures.agency.clone())]),
        under: vec![say(
            "under",
            &[
                ("from", shown(&figures.from)),
                ("through", shown(&figures.through)),
                ("today", chinese_date(today)),
            ],
        )],
        sections,
    }
}

fn units(figures: &SupervisionFigures) -> Section {
    let rows = figures.units.iter().map(|unit| {
        let numbers = [
            unit.parts,
            unit.leads,
            unit.accepted,
            unit.on_time,
            unit.overdue,
        ];
        let mut row = vec![unit.name.clone()];
        row.extend(numbers.iter().map(ToString::to_string));
        row.push(percent(unit.rate));
        row
    });
    let of = [
        ("unit", 30),
        ("parts", 12),
        ("leads", 12),
        ("accepted", 14),
        ("on_time", 16),
        ("overdue", 12),
        ("rate", 16),
    ];
    Section {
        title: say("section.units", &[]),
        turned: false,
        blocks: vec![table(&of, rows.collect())],
    }
}

fn items(figures: &SupervisionFigures) -> Section {
    let rows = figures.rows.iter().map(|row| {
        let named = |leads: bool| {
            let units = row.units.iter().filter(|unit| unit.leads == leads);
            let names: Vec<&str> = units.map(|unit| unit.name.as_str()).collect();
            names.join("、")
        };
        let reported = row.units.iter().filter(|unit| !unit.words.is_empty());
        let words = reported.map(|unit| format!("{}：{}", unit.name, unit.words));
        let due = row.units.iter().map(|unit| unit.due_on.as_str()).max();
        vec![
            row.number.clone(),
            row.title.clone(),
            named(true),
            named(false),
            shown(due.unwrap_or_default()),
            row.light.label(),
            words.collect::<Vec<_>>().join("\n"),
        ]
    });
    let of = [
        ("number", 18),
        ("title", 34),
        ("lead", 16),
        ("support", 18),
        ("due_on", 18),
        ("light", 12),
        ("progress", 46),
    ];
    Section {
        title: say("section.items", &[]),
        turned: true,
        blocks: vec![table(&of, rows.collect())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_rounded_half_up_and_of_nothing_it_is_nothing() {
        assert_eq!((tenths(2, 3), tenths(1, 3), tenths(1, 8)), (667, 333, 125));
        assert_eq!((tenths(0, 0), tenths(5, 5)), (0, 1_000));
        assert_eq!(
            (percent(667), percent(1_000)),
            ("66.7%".into(), "100.0%".into())
        );
    }
}
