//! The verb `proof`: measures the ink of a document's pages against the layout table.

use std::{fmt::Write as _, sync::Arc};

use andu_api::{
    ApiError, ErrorCode,
    preview::{Proof as Measured, ProofLine},
    text,
};
use andu_desk::preview;
use andu_document::OfficialDocument;
use andu_typeset::{FontShelf, LayoutTable, Options, Typeset, Typesetter};
use serde_json::json;

use crate::{
    argument::Proof,
    document::{read_document, shelf},
    outcome::Done,
};

/// Measures the ink of a document's pages against the layout table.
pub fn proof(args: &Proof) -> Result<Done, ApiError> {
    let standard = LayoutTable::standard();
    let Some(path) = args.file.as_ref().filter(|_| !args.shifts) else {
        return Ok(shifts(&standard));
    };
    let document = read_document(path)?;
    let pages = shifted_pages(&document, &args.shift, &shelf(&args.fonts), &standard)?;
    let proof = preview::measure_finished(&pages, &document, &standard)?;
    let mut said = String::new();
    for line in &proof.lines {
        let _ = writeln!(said, "{}", measured(line));
    }
    for note in &preview::describe("", 0, &document, &pages).notes {
        let _ = writeln!(said, "{note}");
    }
    let fonts = preview::font_sentences(pages.fonts());
    for font in &fonts {
        let _ = writeln!(said, "{font}");
    }
    said.push_str(&summary(&proof));
    let clean = proof.clean;
    let mut json = json!(proof);
    json["fonts"] = json!(fonts);
    Ok(Done {
        json,
        text: said,
        clean,
        aside: String::new(),
    })
}

/// The pages of a document, set with every number of `shifts` wrong.
fn shifted_pages(
    document: &OfficialDocument,
    shifts: &[String],
    shelf: &Arc<FontShelf>,
    standard: &LayoutTable,
) -> Result<Typeset, ApiError> {
    let set = |table: &LayoutTable| {
        let options = Options {
            table: table.clone(),
            ..Options::default()
        };
        let typesetter = Typesetter::new(Arc::clone(shelf), options);
        typesetter.typeset(document)
    };
    let mut pages = set(standard).map_err(|error| preview::typeset_error(&error))?;
    let mut table = standard.clone();
    for shift in shifts {
        let (id, by) = shifted(shift, standard)?;
        table = table.shifted(id, by);
        let what = || standard.get(id).map_or("", |number| number.what.as_str());
        let refused = |key: &str| {
            let fields = [("text", shift.clone()), ("what", what().to_owned())];
            text::error_with(ErrorCode::Invalid, key, &fields)
        };
        // The document alone has pages: it is the shift that no page can follow.
        let moved = set(&table).map_err(|_| refused("command.shift_no_pages"))?;
        if same(&pages, &moved) {
            return Err(refused("command.shift_idle"));
        }
        pages = moved;
    }
    Ok(pages)
}

/// What it comes to, in one line.
fn summary(proof: &Measured) -> String {
    let count = |verdict: &str| {
        let lines = proof.lines.iter();
        lines.filter(|line| line.verdict == verdict).count()
    };
    format!(
        "共 {} 项：合格 {}，不合格 {}，实务 {}。{}",
        proof.lines.len(),
        count("pass"),
        count("fail"),
        count("practice"),
        if proof.clean {
            "版式合格"
        } else {
            "版式不合格"
        }
    )
}

/// All numbers of the layout by the names they are shifted by.
fn shifts(table: &LayoutTable) -> Done {
    let numbers: Vec<_> = table.numbers().collect();
    let mut said = String::new();
    for number in &numbers {
        let unit = match number.unit.as_str() {
            "line" => "行",
            "char" => "字",
            "body_char" => "字高",
            "pt" => "磅",
            "count" => "",
            _ => "mm",
        };
        let value = (table.shown(number) * 1000.0).round() / 1000.0;
        let id = &number.id;
        let (clause, what) = (&number.clause, &number.what);
        let _ = writeln!(said, "{id}  {value}{unit}  {clause}  {what}");
    }
    let _ = write!(said, "共 {} 个", numbers.len());
    Done::clean(json!(numbers), said)
}

/// The name and the amount of a shift.
fn shifted<'a>(shift: &'a str, table: &LayoutTable) -> Result<(&'a str, f64), ApiError> {
    let wrong = |key: &str| {
        let near: Vec<&str> = table
            .numbers()
            .map(|number| number.id.as_str())
            .filter(|id| {
                let part = shift.split(['=', '.']).next().unwrap_or_default();
                id.split('.').next() == Some(part)
            })
            .collect();
        let fields = [("text", shift.to_owned()), ("near", near.join("、"))];
        text::error_with(ErrorCode::Invalid, key, &fields)
    };
    let (id, by) = shift.split_once('=').ok_or_else(|| wrong("tool.shift"))?;
    let by: f64 = by.trim().parse().map_err(|_| wrong("tool.shift"))?;
    if !by.is_finite() || by.abs() > 1_000.0 {
        return Err(wrong("tool.shift"));
    }
    match (table.get(id), id.split('.').next()) {
        (Some(_), _) => Ok((id, by)),
        (None, Some(part))
            if table
                .numbers()
                .any(|known| known.id.split('.').next() == Some(part)) =>
        {
            Err(wrong("command.shift_near"))
        }
        (None, _) => Err(wrong("command.shift_unknown")),
    }
}

/// Whether two settings of a document show the same, with the same room left for seals.
fn same(one: &Typeset, other: &Typeset) -> bool {
    one.page_count() == other.page_count()
        && (0..one.page_count()).all(|page| one.page_hash(page) == other.page_hash(page))
        && one.boxes() == other.boxes()
}

/// One line of the proof as a person reads it, each number in its own unit.
fn measured(line: &ProofLine) -> String {
    let mark = match line.verdict.as_str() {
        "pass" => "合格",
        "practice" => "实务",
        _ => "不合格",
    };
    let (page, clause, what, unit) = (line.page + 1, &line.clause, &line.what, &line.unit);
    let head = format!("{mark}  第{page}页  {clause}  {what}");
    let number = |value: f64| {
        let shown = format!("{value:.2}");
        let shown = shown.trim_end_matches('0').trim_end_matches('.');
        let shown = if shown == "-0" { "0" } else { shown };
        match unit.as_str() {
            "" => shown.to_owned(),
            unit => format!("{shown} {unit}"),
        }
    };
    let Some(found) = line.measured else {
        // An element the document lacks says so itself.
        let tail = if line.id.starts_with("absent.") {
            ""
        } else {
            "：页面上没有找到"
        };
        return format!("{head}{tail}");
    };
    let (expected, tolerance) = (number(line.expected), number(line.tolerance));
    format!(
        "{head}：应为 {expected}，实测 {}（±{tolerance}）",
        number(found)
    )
}
