//! Merging two changes of one record, field by field, from the version that one of them was made on.
//! Fields that only one side changed go together; a field that both changed differently is a clash, of
//! which nothing is taken over.

use serde_json::{Map, Value};

/// A field that both sides changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Clash {
    /// Its name.
    pub field: String,
    /// What stands.
    pub current: Value,
    /// What was wanted instead.
    pub wanted: Value,
}

/// What comes of merging.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Merge {
    /// The record: `current` with what was changed and clashes with nothing.
    pub row: Map<String, Value>,
    /// Fields that were taken over from what was wanted.
    pub changed: Vec<String>,
    /// Whether a change of the other side was kept that the wanted version did not have.
    pub kept_others: bool,
    /// Fields that both changed.
    pub clashes: Vec<Clash>,
}

/// Merges what is `wanted` by somebody who saw `was` into what stands now.
pub fn merge(
    current: &Map<String, Value>,
    was: &Map<String, Value>,
    wanted: &Map<String, Value>,
) -> Merge {
    let mut merged = Merge {
        row: current.clone(),
        ..Merge::default()
    };
    for (field, want) in wanted {
        let now = current.get(field).unwrap_or(&Value::Null);
        let base = was.get(field).unwrap_or(now);
        if want == now {
            continue;
        }
        if want == base {
            merged.kept_others = true;
        } else if now == base {
            merged.row.insert(field.clone(), want.clone());
            merged.changed.push(field.clone());
        } else {
            merged.clashes.push(Clash {
                field: field.clone(),
                current: now.clone(),
                wanted: want.clone(),
            });
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: &[&str]) -> Map<String, Value> {
        let named = values.iter().enumerate();
        named
            .map(|(at, value)| (format!("f{at}"), Value::from(*value)))
            .collect()
    }

    #[test]
    fn different_fields_go_together_and_the_same_field_clashes() {
        let merged = merge(
            &row(&["甲", "旧", "丙"]),
            &row(&["旧", "旧", "旧"]),
            &row(&["旧", "乙", "丁"]),
        );
        assert_eq!(merged.row, row(&["甲", "乙", "丙"]));
        assert_eq!(merged.changed, ["f1"]);
        assert!(merged.kept_others);
        assert_eq!(merged.clashes.len(), 1);
        assert_eq!(
            (&merged.clashes[0].current, &merged.clashes[0].wanted),
            (&Value::from("丙"), &Value::from("丁"))
        );
    }

    /// Every combination of three values: what anybody wrote is either in the record, was there to be seen
    /// by the one who wrote over it, or is in a clash.
    #[test]
    fn no_value_is_lost_in_any_combination() {
        let values = ["a", "b", "c"];
        for was in values {
            for now in values {
                for want in values {
                    let merged = merge(&row(&[now]), &row(&[was]), &row(&[want]));
                    let stands = merged.row["f0"].as_str().expect("a text");
                    let clash = merged.clashes.first();
                    let is_kept =
                        |value: &str| stands == value || clash.is_some_and(|c| c.wanted == value);
                    assert!(
                        want == was || is_kept(want),
                        "{was} {now} {want}: the wanted value is gone"
                    );
                    assert!(
                        now == was || stands == now,
                        "{was} {now} {want}: what stood was overwritten unseen"
                    );
                }
            }
        }
    }
}
