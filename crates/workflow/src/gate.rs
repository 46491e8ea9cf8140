//! What the law asks of a kind of document before or after it is issued (要件), as dated data with the source of each
//! rule: `assets/process/gates.json`. The shipped process has a node for each; here is said which ones a document
//! has to pass, and how sure it is what the law says.

use std::{collections::BTreeMap, sync::OnceLock};

use andu_base::Date;
use serde::Deserialize;

use crate::{
    Key,
    definition::{Guard, Value},
};

/// A rule for a kind of document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Its name.
    pub id: Key,
    /// Its name for people, 合法性审核.
    pub title: String,
    /// Which documents, in words.
    pub of: String,
    /// Which documents, by the items of the process.
    pub when: Guard,
    /// The node of 发文办理 in which it is done.
    pub node: Key,
    /// The items that have to be entered there.
    pub records: Vec<Key>,
    /// Within how many working days; `None`: the law that is cited does not say.
    #[serde(default)]
    pub working_days: Option<u32>,
    /// The law.
    pub law: String,
    /// Its number.
    pub number: String,
    /// The clause; empty where it was not compared with the text.
    pub clause: String,
    /// In force since; `None` where it was not compared.
    #[serde(default)]
    pub from: Option<Date>,
    /// How sure it is.
    pub certainty: Certainty,
    /// What else is to be known.
    pub note: String,
}

/// How sure it is what a law says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Its own text was read.
    Read,
    /// As others quote it.
    Quoted,
    /// No law asks for it in this form: it is what offices do.
    Practice,
}

/// What the law may ask and this program does not judge, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// What.
    pub title: String,
    /// Why.
    pub note: String,
}

/// Every rule, and what is left out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gates {
    /// The form in which they are written.
    pub format: String,
    /// The day on which the sources were looked at.
    pub checked_on: Date,
    /// In the order of the process.
    pub gates: Vec<Gate>,
    /// What is not judged here.
    pub left_out: Vec<LeftOut>,
}

impl Gates {
    /// The rules that come with the program.
    ///
    /// # Panics
    /// Never: they are read in a test.
    pub fn known() -> &'static Self {
        static KNOWN: OnceLock<Gates> = OnceLock::new();
        KNOWN.get_or_init(|| {
            let json = include_str!("../../../assets/process/gates.json");
            serde_json::from_str(json).expect("BUG: the rules are embedded")
        })
    }

    /// Those that a document has to pass, by what is entered of it.
    pub fn of(&self, items: &BTreeMap<Key, Value>) -> Vec<&Gate> {
        let asked = |gate: &&Gate| gate.when.holds(items) == Some(true);
        self.gates.iter().filter(asked).collect()
    }

    /// The rule of this name.
    pub fn named(&self, id: &str) -> Option<&Gate> {
        self.gates.iter().find(|gate| *gate.id == *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        definition::{Access, Definition, Kind},
        newest_process,
    };

    fn definition() -> &'static Definition {
        &newest_process("outgoing")
            .expect("it is shipped")
            .definition
    }

    #[test]
    fn the_process_has_a_lawful_node_for_each_rule_and_asks_for_what_it_records() {
        for gate in &Gates::known().gates {
            let node = definition().nodes.iter().find(|node| node.id == gate.node);
            let node = node.unwrap_or_else(|| panic!("no node {}", gate.node));
            assert!(node.law.is_some(), "{} may not be taken out", gate.node);
            let Kind::Step(step) = &node.kind else {
                assert!(gate.records.is_empty(), "{} enters nothing", gate.node);
                continue;
            };
            for item in &gate.records {
                let access = step.fields.get(item);
                assert_eq!(access, Some(&Access::Require), "{}: {item}", gate.node);
            }
        }
    }

    #[test]
    fn a_step_of_a_rule_is_come_to_under_its_condition_alone() {
        let of_all = Guard::All(Vec::new());
        for gate in &Gates::known().gates {
            let mut into = definition()
                .flows
                .iter()
                .filter(|flow| flow.to == gate.node);
            let guarded = into.any(|flow| flow.when.as_ref() == Some(&gate.when));
            let automatic = *gate.node == *"registration";
            assert!(guarded || automatic || gate.when == of_all, "{}", gate.id);
        }
    }

    #[test]
    fn a_rule_says_where_it_comes_from_and_claims_no_clause_it_does_not_know() {
        for gate in &Gates::known().gates {
            assert!(gate.law.starts_with('《') && !gate.number.is_empty());
            let says = gate.clause.is_empty() && gate.certainty != Certainty::Read;
            assert!(says || gate.clause.starts_with('第'), "{}", gate.id);
        }
        let none = Gates::known().of(&BTreeMap::new());
        let none: Vec<&str> = none.iter().map(|gate| &*gate.id).collect();
        assert_eq!(none, ["publicity"], "what is not entered asks for nothing");
    }

    #[test]
    fn a_newer_version_keeps_what_the_law_demanded_of_the_older_ones() {
        use crate::{definition::May, shipped_process};
        let older = &shipped_process("outgoing", 1).expect("it stays").definition;
        for node in older.nodes.iter().filter(|node| node.law.is_some()) {
            let now = definition().nodes.iter().find(|one| one.id == node.id);
            let now = now.unwrap_or_else(|| panic!("{} is gone", node.id));
            assert_eq!((&now.law, &now.title), (&node.law, &node.title));
            if let (Kind::Step(then), Kind::Step(now)) = (&node.kind, &now.kind) {
                assert!(now.binds == then.binds && now.sign_off == then.sign_off);
                let returns = |step: &crate::definition::Step| step.may.contains(&May::Return);
                assert_eq!(returns(now), returns(then));
            }
        }
    }
}
