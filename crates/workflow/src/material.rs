//! What comes with a draft that another unit wrote for an office (代拟稿的随文材料), as dated data with the source of
//! each: `assets/process/intake.json`. Which of them a document needs follows of what is said of it; whether they came
//! is not known here.

use std::{collections::BTreeMap, sync::OnceLock};

use andu_base::Date;
use serde::Deserialize;

use crate::{
    Key,
    definition::{Guard, Value},
    gate::Certainty,
};

/// Where it is written that a material is needed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The law, or that it is practice.
    pub law: String,
    /// Its number; empty for practice alone.
    #[serde(default)]
    pub number: String,
    /// The clause; empty where it was not compared with the text.
    #[serde(default)]
    pub clause: String,
    /// In force since; `None` where it was not compared.
    #[serde(default)]
    pub from: Option<Date>,
    /// How sure it is.
    pub certainty: Certainty,
    /// What else is to be known.
    pub note: String,
}

/// One of the papers that come with the draft.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// Its name.
    pub id: Key,
    /// Its name for people, 起草说明.
    pub title: String,
    /// With which documents, in words.
    pub of: String,
    /// With which documents, by the items of the process.
    pub when: Guard,
    /// With which of those nobody can say that it is not needed; `None`: with a reason it can always be left out.
    #[serde(default)]
    pub must: Option<Guard>,
    /// Where that is written.
    pub source: Source,
}

impl Material {
    /// Whether it can be left out of such a document for a reason (无需).
    pub fn may_be_left_out(&self, items: &BTreeMap<Key, Value>) -> bool {
        let must = self.must.as_ref();
        must.is_none_or(|must| must.holds(items) != Some(true))
    }
}

/// Every material.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Materials {
    /// The form in which they are written.
    pub format: String,
    /// The day on which the sources were looked at.
    pub checked_on: Date,
    /// Before those that came, where they are told in one line.
    pub came: String,
    /// Before those that are not needed.
    pub not_needed: String,
    /// In the order in which they are gone through.
    pub materials: Vec<Material>,
}

impl Materials {
    /// Those that come with the program.
    ///
    /// # Panics
    /// Never: they are read in a test.
    pub fn known() -> &'static Self {
        static KNOWN: OnceLock<Materials> = OnceLock::new();
        KNOWN.get_or_init(|| {
            let json = include_str!("../../../assets/process/intake.json");
            serde_json::from_str(json).expect("BUG: the materials are embedded")
        })
    }

    /// Those that such a document comes with.
    pub fn of(&self, items: &BTreeMap<Key, Value>) -> Vec<&Material> {
        let asked = |one: &&Material| one.when.holds(items) == Some(true);
        self.materials.iter().filter(asked).collect()
    }

    /// The material of this name.
    pub fn named(&self, id: &str) -> Option<&Material> {
        self.materials.iter().find(|one| *one.id == *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(said: &[(&str, bool)]) -> BTreeMap<Key, Value> {
        let entered = said.iter();
        entered
            .map(|(name, yes)| (Key::new(name).expect("a name"), Value::YesNo(*yes)))
            .collect()
    }

    fn asked(said: &[(&str, bool)]) -> Vec<&'static str> {
        let of = Materials::known().of(&items(said));
        of.into_iter().map(|one| &*one.id).collect()
    }

    #[test]
    fn a_normative_document_comes_with_more_than_another() {
        let plain = asked(&[("normative", false), ("competition", false)]);
        assert_eq!(
            plain,
            [
                "letter",
                "text",
                "explanation",
                "basis",
                "consulted",
                "settled",
                "legality",
                "interpretation"
            ]
        );
        let normative = asked(&[("normative", true), ("competition", true)]);
        assert_eq!(normative.len(), Materials::known().materials.len());
        assert_eq!(asked(&[]), plain, "what is not said asks for no more");
    }

    #[test]
    fn what_must_come_cannot_be_left_out() {
        let known = Materials::known();
        let can = |id: &str, said: &[(&str, bool)]| {
            let material = known.named(id).expect("a material");
            material.may_be_left_out(&items(said))
        };
        assert!(!can("letter", &[]));
        assert!(can("consulted", &[]));
        assert!(can("legality", &[("normative", false)]));
        assert!(!can("legality", &[("normative", true)]));
        assert!(!can("competition", &[("competition", true)]));
    }

    #[test]
    fn each_says_where_it_comes_from_and_claims_no_clause_it_does_not_know() {
        for one in &Materials::known().materials {
            let source = &one.source;
            let is_practice = source.certainty == Certainty::Practice;
            assert!(
                is_practice || source.law.starts_with('《'),
                "{} names a law",
                one.id
            );
            assert_eq!(source.law.starts_with('《'), !source.number.is_empty());
            assert!(
                source.clause.is_empty() || source.clause.starts_with('第'),
                "{}",
                one.id
            );
            assert!(
                source.certainty != Certainty::Read || !source.clause.is_empty(),
                "{}: what was read has its clause",
                one.id
            );
            assert!(!source.note.is_empty() && !one.of.is_empty(), "{}", one.id);
        }
    }
}
