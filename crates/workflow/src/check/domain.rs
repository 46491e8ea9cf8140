//! The values that tell conditions apart: for each item as few as make every comparison with it come out in
//! every way it can, and all combinations of them.

use std::collections::{BTreeMap, BTreeSet};

use andu_base::Date;
use jiff::ToSpan;

use crate::{
    Key,
    definition::{Comparison, Definition, Guard, ItemKind, Kind, Refused, Value},
};

/// What is entered; `None`: nothing.
type Entered = Option<Value>;

/// A combination of values, and which of the conditions hold with it.
pub(super) struct Region {
    pub(super) values: BTreeMap<Key, Value>,
    /// The items that were not entered.
    pub(super) blank: Vec<Key>,
    /// By condition.
    pub(super) holds: Vec<bool>,
}

/// Every combination of values that some conditions tell apart; those with everything entered first.
/// `blanks`: the items that may not have been entered.
///
/// # Errors
/// How many there are, if they are more than `most`.
pub(super) fn regions(
    definition: &Definition,
    guards: &[&Guard],
    blanks: &BTreeSet<Key>,
    most: usize,
) -> Result<Vec<Region>, usize> {
    let mut comparisons: BTreeMap<Key, Vec<&Guard>> = BTreeMap::new();
    for guard in guards {
        gather(guard, &mut comparisons);
    }
    let axes: Vec<(Key, Vec<Entered>)> = comparisons
        .into_iter()
        .map(|(item, asked)| {
            let values = axis(definition, &item, &asked, blanks.contains(&item));
            (item, values)
        })
        .collect();
    let sizes = axes.iter().map(|(_, values)| values.len());
    let count = sizes.fold(1_usize, usize::saturating_mul);
    if count > most {
        return Err(count);
    }
    let mut regions: Vec<Region> = (0..count).map(|at| region(&axes, guards, at)).collect();
    regions.sort_by_key(|region| region.blank.len());
    Ok(regions)
}

fn region(axes: &[(Key, Vec<Entered>)], guards: &[&Guard], mut at: usize) -> Region {
    let mut values = BTreeMap::new();
    let mut blank = Vec::new();
    for (item, axis) in axes {
        match &axis[at % axis.len()] {
            Some(value) => {
                values.insert(item.clone(), value.clone());
            }
            None => blank.push(item.clone()),
        }
        at /= axis.len();
    }
    let holds = guards
        .iter()
        .map(|guard| guard.holds(&values) == Some(true));
    Region {
        holds: holds.collect(),
        values,
        blank,
    }
}

/// The comparisons in a condition, by their item.
fn gather<'a>(guard: &'a Guard, into: &mut BTreeMap<Key, Vec<&'a Guard>>) {
    match guard {
        Guard::All(several) | Guard::Any(several) => {
            several.iter().for_each(|one| gather(one, into));
        }
        Guard::Not(one) => gather(one, into),
        Guard::Compare { item, .. } | Guard::Entered(item) => {
            into.entry(item.clone()).or_default().push(guard);
        }
        Guard::Foreign(_) => {}
    }
}

/// The values of an item that the comparisons tell apart, one for each way they come out.
fn axis(definition: &Definition, item: &Key, asked: &[&Guard], blank: bool) -> Vec<Entered> {
    let mut seen = BTreeSet::new();
    let mut axis: Vec<Entered> = Vec::new();
    let values = candidates(definition, item, asked).into_iter().map(Some);
    for value in values.chain(blank.then_some(None)) {
        let entered: BTreeMap<Key, Value> = value
            .iter()
            .map(|value| (item.clone(), value.clone()))
            .collect();
        let ways: Vec<bool> = asked
            .iter()
            .map(|guard| guard.holds(&entered) == Some(true))
            .collect();
        // Nothing entered is told apart even where all comparisons come out the same.
        if seen.insert((value.is_none(), ways)) {
            axis.push(value);
        }
    }
    if axis.is_empty() { vec![None] } else { axis }
}

fn candidates(definition: &Definition, item: &Key, asked: &[&Guard]) -> Vec<Value> {
    let with: Vec<(&Comparison, &Value)> = asked
        .iter()
        .filter_map(|guard| match guard {
            Guard::Compare { is, value, .. } => Some((is, value)),
            _ => None,
        })
        .collect();
    if let Some(outcomes) = outcomes(definition, item) {
        return outcomes;
    }
    let found = definition.items.iter().find(|one| one.name == *item);
    match found.map(|one| &one.kind) {
        Some(ItemKind::YesNo) => vec![Value::YesNo(true), Value::YesNo(false)],
        Some(ItemKind::Number { least, most }) => numbers(*least, *most, &with),
        Some(ItemKind::Choice { options }) => {
            let codes = options.iter().map(|one| Value::Text(one.code.clone()));
            codes.collect()
        }
        Some(ItemKind::Day) => days(&with),
        Some(ItemKind::People | ItemKind::Units | ItemKind::Unit) => lists(&with),
        Some(ItemKind::Text) => texts(&with),
        None => undeclared(&with),
    }
}

/// How a step can have ended once a way goes on from it, if the name asks for that.
fn outcomes(definition: &Definition, item: &Key) -> Option<Vec<Value>> {
    let step = outcome_of(item)?;
    let node = definition.nodes.iter().find(|node| &*node.id == step)?;
    let Kind::Step(step) = &node.kind else {
        return None;
    };
    let mut outcomes = vec![Value::Text("passed".into())];
    if step.refused == Refused::GoOn {
        outcomes.push(Value::Text("refused".into()));
    }
    Some(outcomes)
}

/// The step whose outcome a name asks for.
pub(super) fn outcome_of(item: &Key) -> Option<&str> {
    item.strip_suffix(".outcome")
}

fn numbers(least: Option<i64>, most: Option<i64>, with: &[(&Comparison, &Value)]) -> Vec<Value> {
    let mut near: BTreeSet<i64> = least.into_iter().chain(most).collect();
    for (_, value) in with {
        if let Value::Number(number) = value {
            near.extend([number.saturating_sub(1), *number, number.saturating_add(1)]);
        }
    }
    if near.is_empty() {
        near.insert(0);
    }
    let fits = |number: &i64| {
        least.is_none_or(|least| least <= *number) && most.is_none_or(|most| *number <= most)
    };
    near.into_iter().filter(fits).map(Value::Number).collect()
}

fn words<'a>(with: &[(&Comparison, &'a Value)]) -> BTreeSet<&'a str> {
    let mut words = BTreeSet::new();
    for (_, value) in with {
        match value {
            Value::Text(text) => {
                words.insert(text.as_str());
            }
            Value::List(list) => words.extend(list.iter().map(String::as_str)),
            Value::YesNo(_) | Value::Number(_) => {}
        }
    }
    words
}

/// A text that is none of those.
fn another(words: &BTreeSet<&str>) -> String {
    let mut text = "其他".to_owned();
    while words.contains(text.as_str()) {
        text.push('他');
    }
    text
}

fn texts(with: &[(&Comparison, &Value)]) -> Vec<Value> {
    let words = words(with);
    let ordered = with.iter().any(|(is, _)| {
        use Comparison as C;
        matches!(is, C::Less | C::AtMost | C::More | C::AtLeast)
    });
    let mut texts: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    texts.push(another(&words));
    if ordered {
        // Just before the first of all texts nothing lies; just after a text lies the same with a blank.
        texts.extend(words.iter().map(|word| format!("{word} ")));
        texts.push(String::new());
    }
    texts.into_iter().map(Value::Text).collect()
}

fn days(with: &[(&Comparison, &Value)]) -> Vec<Value> {
    let mut near = BTreeSet::new();
    for word in words(with) {
        let Ok(day) = word.parse::<Date>() else {
            continue;
        };
        near.insert(day);
        near.extend(day.checked_sub(1.day()).ok());
        near.extend(day.checked_add(1.day()).ok());
    }
    if near.is_empty() {
        near.insert(jiff::civil::date(2026, 1, 1));
    }
    near.into_iter()
        .map(|day| Value::Text(day.to_string()))
        .collect()
}

/// Up to four names: every set of them, with and without another one; of more: each alone, all, others.
fn lists(with: &[(&Comparison, &Value)]) -> Vec<Value> {
    let words = words(with);
    let other = another(&words);
    let all: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let mut lists: Vec<Vec<String>> = vec![vec![other]];
    if all.len() <= 4 {
        lists.extend((1..1_usize << all.len()).map(|set| {
            let picked = all.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
            picked.map(|(_, word)| word.clone()).collect()
        }));
    } else {
        lists.extend(all.iter().map(|word| vec![word.clone()]));
        lists.push(all);
    }
    // A single one may also be written as a text.
    let singles = words.iter().map(|word| Value::Text((*word).to_owned()));
    lists.into_iter().map(Value::List).chain(singles).collect()
}

/// What nobody has declared can be anything that it is compared with.
fn undeclared(with: &[(&Comparison, &Value)]) -> Vec<Value> {
    let yes_no = with
        .iter()
        .any(|(_, value)| matches!(value, Value::YesNo(_)));
    let number = with
        .iter()
        .any(|(_, value)| matches!(value, Value::Number(_)));
    let mut values = Vec::new();
    if yes_no {
        values.extend([Value::YesNo(true), Value::YesNo(false)]);
    }
    if number {
        values.extend(numbers(None, None, with));
    }
    if !words(with).is_empty() || values.is_empty() {
        values.extend(texts(with));
    }
    values
}
