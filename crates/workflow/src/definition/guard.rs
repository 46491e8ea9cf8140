//! When a flow is taken: comparisons of items, joined.

use std::collections::BTreeMap;

use andu_base::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Key;

/// What is entered for an item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    YesNo(bool),
    /// A whole number.
    Number(i64),
    /// A text, a code, an id, or a day as `2026-03-01`.
    Text(String),
    /// Several codes or ids.
    List(Vec<String>),
}

impl Value {
    /// The day, if it is one.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        match self {
            Self::Text(text) => text.parse().ok(),
            Self::YesNo(_) | Self::Number(_) | Self::List(_) => None,
        }
    }
}

/// A condition on items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Guard {
    /// Every one holds.
    All(Vec<Guard>),
    /// One holds.
    Any(Vec<Guard>),
    /// It does not hold.
    Not(Box<Guard>),
    /// A comparison of an item with a value.
    Compare {
        /// The item; `step.outcome` is how the step ended: `passed` or `refused`.
        item: Key,
        /// How.
        is: Comparison,
        /// With what.
        value: Value,
    },
    /// Something was entered for the item.
    Entered(Key),
    /// A condition of another program that this one does not understand; it cannot be asked.
    Foreign(String),
}

impl Guard {
    /// Under which choice of another item `item` has to be entered, where that is all this asks of it: the other item and
    /// the code. `None` where it is asked for always, never, or in another way.
    pub fn entered_with(&self, item: &Key) -> Option<(&Key, &str)> {
        match self {
            Self::All(all) => all.iter().find_map(|one| one.entered_with(item)),
            Self::Any(any) => match any.as_slice() {
                [
                    Self::Compare {
                        item: other,
                        is: Comparison::Other,
                        value: Value::Text(code),
                    },
                    Self::Entered(entered),
                ] if entered == item => Some((other, code)),
                _ => None,
            },
            Self::Not(_) | Self::Compare { .. } | Self::Entered(_) | Self::Foreign(_) => None,
        }
    }
}

/// How an item is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The same.
    Equal,
    /// Another one.
    Other,
    /// Less than.
    Less,
    /// At most.
    AtMost,
    /// More than.
    More,
    /// At least.
    AtLeast,
    /// One of a list; of several entered: one of them is.
    OneOf,
}

impl Guard {
    /// Whether it holds; `None` where a condition cannot be asked. What was not entered equals nothing, is
    /// neither less nor more than anything, and is other than everything.
    #[must_use]
    pub fn holds(&self, items: &BTreeMap<Key, Value>) -> Option<bool> {
        Some(match self {
            Self::All(all) => {
                let each = all.iter().map(|one| one.holds(items));
                each.collect::<Option<Vec<_>>>()?.into_iter().all(|one| one)
            }
            Self::Any(any) => {
                let each = any.iter().map(|one| one.holds(items));
                each.collect::<Option<Vec<_>>>()?.into_iter().any(|one| one)
            }
            Self::Not(one) => !one.holds(items)?,
            Self::Compare { item, is, value } => is.holds(items.get(item), value),
            Self::Entered(item) => items.contains_key(item),
            Self::Foreign(_) => return None,
        })
    }

    /// The items it asks about, each as often as it is asked.
    #[must_use]
    pub fn items(&self) -> Vec<&Key> {
        match self {
            Self::All(several) | Self::Any(several) => {
                several.iter().flat_map(Self::items).collect()
            }
            Self::Not(one) => one.items(),
            Self::Compare { item, .. } | Self::Entered(item) => vec![item],
            Self::Foreign(_) => Vec::new(),
        }
    }

    /// Whether a part of it cannot be asked.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        match self {
            Self::All(several) | Self::Any(several) => several.iter().any(Self::is_foreign),
            Self::Not(one) => one.is_foreign(),
            Self::Compare { .. } | Self::Entered(_) => false,
            Self::Foreign(_) => true,
        }
    }
}

impl Comparison {
    fn holds(self, entered: Option<&Value>, with: &Value) -> bool {
        let Some(entered) = entered else {
            return self == Self::Other;
        };
        let ordered = std::mem::discriminant(entered) == std::mem::discriminant(with);
        match self {
            Self::Equal => entered == with,
            Self::Other => entered != with,
            Self::Less => ordered && entered < with,
            Self::AtMost => ordered && entered <= with,
            Self::More => ordered && entered > with,
            Self::AtLeast => ordered && entered >= with,
            Self::OneOf => match (entered, with) {
                (Value::Text(one), Value::List(list)) => list.contains(one),
                (Value::List(several), Value::List(list)) => {
                    several.iter().any(|one| list.contains(one))
                }
                (Value::List(several), Value::Text(one)) => several.contains(one),
                _ => entered == with,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        Key::new(text).expect("a name")
    }

    fn compare(item: &str, is: Comparison, value: Value) -> Guard {
        let item = key(item);
        Guard::Compare { item, is, value }
    }

    #[test]
    fn what_is_asked_for_with_a_choice_names_the_choice() {
        let closed = || compare("publicity", Comparison::Other, Value::Text("closed".into()));
        let reason = || Guard::Entered(key("reason"));
        let asked = Guard::Any(vec![closed(), reason()]);
        let (other, code) = asked.entered_with(&key("reason")).expect("it is asked for");
        assert_eq!((other, code), (&key("publicity"), "closed"));
        let among = Guard::All(vec![Guard::Entered(key("days")), asked.clone()]);
        assert!(among.entered_with(&key("reason")).is_some());
        assert_eq!(asked.entered_with(&key("publicity")), None);
        // Asked for always, or in a way that no choice tells.
        let is_closed = compare("publicity", Comparison::Equal, Value::Text("closed".into()));
        for guard in [
            reason(),
            Guard::Any(vec![is_closed, reason()]),
            Guard::Any(vec![closed(), reason(), Guard::Entered(key("days"))]),
            Guard::Not(Box::new(asked)),
        ] {
            assert_eq!(guard.entered_with(&key("reason")), None, "{guard:?}");
        }
    }

    #[test]
    fn what_was_not_entered_is_other_than_everything() {
        let none = BTreeMap::new();
        let days = |is| compare("days", is, Value::Number(3)).holds(&none);
        assert_eq!(days(Comparison::Other), Some(true));
        for is in [
            Comparison::Equal,
            Comparison::Less,
            Comparison::AtMost,
            Comparison::More,
            Comparison::AtLeast,
            Comparison::OneOf,
        ] {
            assert_eq!(days(is), Some(false), "{is:?}");
        }
        assert_eq!(Guard::Entered(key("days")).holds(&none), Some(false));
    }

    #[test]
    fn days_and_codes_are_compared_as_they_are_written() {
        let items = BTreeMap::from([
            (key("on"), Value::Text("2026-03-01".into())),
            (key("kind"), Value::Text("request".into())),
            (key("units"), Value::List(vec!["a".into(), "b".into()])),
        ]);
        let holds = |guard: Guard| guard.holds(&items);
        let later = Value::Text("2026-10-01".into());
        assert_eq!(holds(compare("on", Comparison::Less, later)), Some(true));
        let kinds = Value::List(vec!["report".into(), "request".into()]);
        assert_eq!(holds(compare("kind", Comparison::OneOf, kinds)), Some(true));
        let unit = Value::Text("c".into());
        assert_eq!(
            holds(compare("units", Comparison::OneOf, unit)),
            Some(false)
        );
        let number = Value::Number(1);
        assert_eq!(
            holds(compare("kind", Comparison::Less, number)),
            Some(false)
        );
    }

    #[test]
    fn what_cannot_be_asked_is_neither_true_nor_false() {
        let foreign = Guard::Foreign("${bean.check()}".into());
        let any = Guard::Any(vec![Guard::All(Vec::new()), foreign]);
        assert_eq!(any.holds(&BTreeMap::new()), None);
        assert!(any.is_foreign());
    }
}
