//! What a definition says, in words of the catalogue.

use std::collections::BTreeMap;

use andu_org::Role;
use andu_workflow::definition::{
    Comparison, Definition, Guard, ItemKind, Overdue, Span, StepLimit, Value, Who,
};

use crate::text;

/// A sentence of the book.
pub(super) fn say(key: &str, fields: &[(&str, String)]) -> String {
    let fields: BTreeMap<String, String> = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    text::sentence(&format!("book.{key}"), &fields)
}

/// One after the other.
pub(super) fn list(all: impl IntoIterator<Item = String>) -> String {
    all.into_iter().collect::<Vec<_>>().join(&say("and", &[]))
}

/// A node as people call it.
pub(super) fn title_of(definition: &Definition, node: &str) -> String {
    let found = definition.nodes.iter().find(|one| *one.id == *node);
    match found.map_or("", |node| node.title.as_str()) {
        "" => node.to_owned(),
        title => title.to_owned(),
    }
}

/// An item as people call it; of a step's outcome: whose.
pub(super) fn item_of(definition: &Definition, item: &str) -> String {
    let found = definition.items.iter().find(|one| *one.name == *item);
    if let Some(found) = found {
        return found.title.clone();
    }
    match item.strip_suffix(".outcome") {
        Some(step) => say("outcome", &[("step", title_of(definition, step))]),
        None => item.to_owned(),
    }
}

/// Who decides.
pub(crate) fn who(definition: &Definition, who: &Who) -> String {
    let item = |key: &str| [("item", item_of(definition, key))];
    let role = |name: &str| {
        let known = name.parse::<Role>().map(|role| role.title().to_owned());
        [("role", known.unwrap_or_else(|_| name.to_owned()))]
    };
    match who {
        Who::Author => say("who.author", &[]),
        Who::Person(_) => say("who.person", &[]),
        Who::Post(_) => say("who.post", &[]),
        Who::Unit(_) => say("who.unit", &[]),
        Who::Role(name) => say("who.role", &role(name)),
        Who::OwnRole(name) => say("who.own_role", &role(name)),
        Who::Head => say("who.head", &[]),
        Who::HeadOf(key) => say("who.head_of", &item(key)),
        Who::Above(levels) => say("who.above", &[("levels", levels.to_string())]),
        Who::DoneBy(step) => say("who.done_by", &[("step", title_of(definition, step))]),
        Who::Item(key) => say("who.item", &item(key)),
        Who::Chosen => say("who.chosen", &[]),
        Who::Foreign(name) => say("who.foreign", &[("name", name.clone())]),
    }
}

/// Several of them.
pub(super) fn whoever(definition: &Definition, several: &[Who]) -> String {
    list(several.iter().map(|one| who(definition, one)))
}

/// A length of time.
fn span(span: Span) -> String {
    let (key, count) = match span {
        Span::WorkingDays(count) => ("working_days", count),
        Span::HalfDays(count) => ("half_days", count),
        Span::Days(count) => ("days", count),
        Span::Hours(count) => ("hours", count),
        Span::Seconds(count) => ("seconds", count),
    };
    say(&format!("span.{key}"), &[("count", count.to_string())])
}

/// How long a step may take, and what happens then.
pub(super) fn limit(definition: &Definition, limit: &StepLimit) -> String {
    let mut said = vec![span(limit.within)];
    for overdue in &limit.overdue {
        said.push(match overdue {
            Overdue::Remind { times, every } => {
                let fields = [("times", times.to_string()), ("every", span(*every))];
                say("overdue.remind", &fields)
            }
            Overdue::Tell(people) => say("overdue.tell", &[("who", whoever(definition, people))]),
            Overdue::HandTo(people) => {
                say("overdue.hand_to", &[("who", whoever(definition, people))])
            }
            Overdue::Pass => say("overdue.pass", &[]),
            Overdue::Refuse => say("overdue.refuse", &[]),
        });
    }
    said.join(&say("semicolon", &[]))
}

/// When a way is taken.
pub(super) fn guard(definition: &Definition, guard: &Guard) -> String {
    let several = |all: &[Guard], between: &str| {
        let each: Vec<String> = all.iter().map(|one| self::guard(definition, one)).collect();
        each.join(&say(between, &[]))
    };
    match guard {
        Guard::All(all) => several(all, "guard.and"),
        Guard::Any(any) => several(any, "guard.or"),
        Guard::Not(one) => say("guard.not", &[("guard", self::guard(definition, one))]),
        Guard::Entered(item) => say("guard.entered", &[("item", item_of(definition, item))]),
        Guard::Foreign(text) => say("guard.foreign", &[("text", text.clone())]),
        Guard::Compare { item, is, value } => {
            let key = match is {
                Comparison::Equal => "equal",
                Comparison::Other => "other",
                Comparison::Less => "less",
                Comparison::AtMost => "at_most",
                Comparison::More => "more",
                Comparison::AtLeast => "at_least",
                Comparison::OneOf => "one_of",
            };
            let fields = [
                ("item", item_of(definition, item)),
                ("value", value_of(definition, item, value)),
            ];
            say(&format!("guard.{key}"), &fields)
        }
    }
}

/// What an item is compared with: a code by its name.
fn value_of(definition: &Definition, item: &str, value: &Value) -> String {
    let found = definition.items.iter().find(|one| *one.name == *item);
    let titled = |code: &String| match found.map(|item| &item.kind) {
        Some(ItemKind::Choice { options }) => {
            let option = options.iter().find(|one| one.code == *code);
            option.map_or_else(|| code.clone(), |option| option.title.clone())
        }
        None if item.ends_with(".outcome") && text::knows(&format!("book.value.{code}")) => {
            say(&format!("value.{code}"), &[])
        }
        _ => code.clone(),
    };
    match value {
        Value::YesNo(true) => say("value.yes", &[]),
        Value::YesNo(false) => say("value.no", &[]),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => titled(text),
        Value::List(list) => self::list(list.iter().map(titled)),
    }
}
