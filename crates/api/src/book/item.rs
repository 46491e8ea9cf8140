//! The items (数据项目录): what each may be, where it is entered and asked for, where it comes from.

use andu_document::report::Section;
use andu_workflow::{
    definition::{Definition, Item, ItemKind},
    drawing::{ItemUse, LinkRole, item_uses},
};

use super::{
    table,
    word::{list, say, title_of},
};

/// The section on the items.
pub(super) fn section(definition: &Definition) -> Section {
    let uses = item_uses(definition);
    let of = [
        ("number", 8),
        ("item", 18),
        ("name", 27),
        ("kind", 11),
        ("options", 23),
        ("written", 24),
        ("required", 18),
        ("read", 24),
        ("note", 42),
    ];
    let row = |(no, item): (usize, &Item)| row(definition, no + 1, item, &uses);
    let rows = definition.items.iter().enumerate().map(row).collect();
    Section {
        title: say("section.items", &[]),
        turned: true,
        blocks: vec![table(&of, rows, "no_items")],
    }
}

fn row(definition: &Definition, no: usize, item: &Item, uses: &[ItemUse]) -> Vec<String> {
    let some = |text: String| {
        if text.is_empty() {
            say("none", &[])
        } else {
            text
        }
    };
    let nodes = |role: LinkRole| {
        let mine = uses
            .iter()
            .filter(|one| one.item == item.name && one.role == role);
        some(list(mine.map(|one| title_of(definition, &one.node))))
    };
    vec![
        no.to_string(),
        item.title.clone(),
        item.name.to_string(),
        say(&format!("kind.{}", kind(&item.kind)), &[]),
        some(options(&item.kind)),
        nodes(LinkRole::Write),
        nodes(LinkRole::Require),
        nodes(LinkRole::Read),
        some(item.note.clone()),
    ]
}

const fn kind(kind: &ItemKind) -> &'static str {
    match kind {
        ItemKind::YesNo => "yes_no",
        ItemKind::Number { .. } => "number",
        ItemKind::Text => "text",
        ItemKind::Choice { .. } => "choice",
        ItemKind::Day => "day",
        ItemKind::People => "people",
        ItemKind::Units => "units",
        ItemKind::Unit => "unit",
    }
}

fn options(kind: &ItemKind) -> String {
    match kind {
        ItemKind::Choice { options } => list(options.iter().map(|option| option.title.clone())),
        ItemKind::Number { least, most } => {
            let least = least.map(|least| ("least", least.to_string()));
            let most = most.map(|most| ("most", most.to_string()));
            match (least, most) {
                (Some(least), Some(most)) => say("range.both", &[least, most]),
                (Some(least), None) => say("range.least", &[least]),
                (None, Some(most)) => say("range.most", &[most]),
                (None, None) => String::new(),
            }
        }
        ItemKind::YesNo
        | ItemKind::Text
        | ItemKind::Day
        | ItemKind::People
        | ItemKind::Units
        | ItemKind::Unit => String::new(),
    }
}
