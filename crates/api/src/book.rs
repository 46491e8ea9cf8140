//! The book of a process (流程手册): who does what by which rule, in drawings and tables. It is made from the
//! definition alone, so that what is printed is what runs.

mod figure;
mod item;
mod step;
mod word;

use std::collections::BTreeSet;

use andu_document::report::{Column, Report, ReportBlock, ReportTable, Section};
use andu_workflow::{
    definition::{Definition, Part},
    drawing,
};

pub use figure::figure;
pub(crate) use word::who;
use word::{say, title_of};

/// The book of a process.
pub fn process_book(definition: &Definition) -> Report {
    let title = match definition.title.as_str() {
        "" => definition.id.as_str(),
        title => title,
    };
    let version = say(
        "under.version",
        &[("version", definition.version.to_string())],
    );
    let identity = say("under.identity", &[("id", definition.id.to_string())]);
    let hash: String = definition.hash().to_string().chars().take(16).collect();
    let hash = say("under.hash", &[("hash", hash)]);
    let under = [
        definition.note.clone(),
        format!("{version}　{identity}"),
        hash,
    ];
    Report {
        title: say("title", &[("title", title.to_owned())]),
        under: under.into_iter().filter(|line| !line.is_empty()).collect(),
        sections: vec![
            tree(definition),
            duties(definition),
            lanes(definition),
            step::section(definition),
            forms(definition),
            item::section(definition),
        ],
    }
}

fn columns(of: &[(&str, u32)]) -> Vec<Column> {
    let column = |(key, share): &(&str, u32)| Column {
        title: say(&format!("column.{key}"), &[]),
        share: *share,
    };
    of.iter().map(column).collect()
}

/// A table, or a sentence where it would be empty.
fn table(of: &[(&str, u32)], rows: Vec<Vec<String>>, empty: &str) -> ReportBlock {
    if rows.is_empty() {
        return ReportBlock::Paragraph(say(empty, &[]));
    }
    ReportBlock::Table(ReportTable {
        columns: columns(of),
        rows,
    })
}

fn drawn(drawing: &drawing::Drawing, caption: &str) -> ReportBlock {
    ReportBlock::Figure(figure(drawing, say(caption, &[])))
}

fn tree(definition: &Definition) -> Section {
    let block = if definition.parts.is_empty() {
        ReportBlock::Paragraph(say("no_parts", &[]))
    } else {
        drawn(&drawing::tree(definition), "caption.tree")
    };
    Section::of(say("section.tree", &[]), vec![block])
}

/// A row for each duty; what belongs to a part but to no duty has a row of its own.
fn duties(definition: &Definition) -> Section {
    let mut rows = Vec::new();
    for part in &definition.parts {
        let first = rows.len();
        for duty in &part.duties {
            rows.push(duty_row(
                definition,
                &duty.title,
                duty.steps.iter().map(|key| &**key),
            ));
        }
        let rest = undone(definition, part);
        if !rest.is_empty() || part.duties.is_empty() {
            rows.push(duty_row(definition, "", rest.into_iter()));
        }
        for row in &mut rows[first..] {
            row.insert(0, part.title.clone());
        }
    }
    let of = [("part", 20), ("duty", 34), ("steps", 24), ("law", 40)];
    Section {
        title: say("section.duties", &[]),
        turned: false,
        blocks: vec![table(&of, rows, "no_parts")],
    }
}

/// The nodes of a part that no duty of it names.
fn undone<'a>(definition: &'a Definition, part: &Part) -> Vec<&'a str> {
    let named: BTreeSet<&str> = part
        .duties
        .iter()
        .flat_map(|duty| &duty.steps)
        .map(|key| &**key)
        .collect();
    let own = definition
        .nodes
        .iter()
        .filter(|node| node.part.as_ref() == Some(&part.id));
    own.map(|node| node.id.as_str())
        .filter(|id| !named.contains(id))
        .collect()
}

fn duty_row<'a>(
    definition: &Definition,
    duty: &str,
    steps: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let (mut titles, mut laws): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for step in steps {
        titles.push(title_of(definition, step));
        let node = definition.nodes.iter().find(|node| *node.id == *step);
        if let Some(law) = node
            .and_then(|node| node.law.clone())
            .filter(|law| !laws.contains(law))
        {
            laws.push(law);
        }
    }
    let none = || say("none", &[]);
    let duty = if duty.is_empty() {
        none()
    } else {
        duty.to_owned()
    };
    let law = if laws.is_empty() {
        none()
    } else {
        laws.join(&say("semicolon", &[]))
    };
    vec![duty, titles.join(&say("and", &[])), law]
}

/// The flow in lanes; without parts the flow alone.
fn lanes(definition: &Definition) -> Section {
    let drawing = if definition.parts.is_empty() {
        drawing::flow(definition)
    } else {
        drawing::lanes(definition)
    };
    let many = drawing.shapes.iter().any(|shape| shape.many);
    let caption = if many {
        "caption.lanes_many"
    } else {
        "caption.lanes"
    };
    let block = drawn(&drawing, caption);
    Section::of(say("section.lanes", &[]), vec![block])
}

fn forms(definition: &Definition) -> Section {
    let row = |form: &andu_workflow::definition::Form| {
        let items = form
            .items
            .iter()
            .map(|item| word::item_of(definition, item));
        vec![
            form.title.clone(),
            items.collect::<Vec<_>>().join(&say("and", &[])),
        ]
    };
    let rows = definition.forms.iter().map(row).collect();
    let mut blocks = vec![table(&[("form", 30), ("items", 90)], rows, "no_forms")];
    if !definition.items.is_empty() {
        let mut drawing = drawing::forms(definition);
        let rest = drawing.shapes.iter_mut().find(|shape| shape.id == "form:");
        if let Some(rest) = rest.filter(|_| !definition.forms.is_empty()) {
            rest.lines = vec![say("untitled_form", &[])];
        }
        blocks.push(drawn(&drawing, "caption.forms"));
    }
    Section::of(say("section.forms", &[]), blocks)
}

#[cfg(test)]
mod tests;
