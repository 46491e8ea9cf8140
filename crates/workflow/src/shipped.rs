//! The processes that come with the program. An agency may add steps to them, never drop one that a law
//! demands.

use std::sync::OnceLock;

use crate::{Net, definition::Definition};

/// A version that was shipped stays: instances run on by it. Those of the program are numbered by hundreds after
/// the first, so that an agency's own, which count on from the one that they are made of, never have the same.
const SHIPPED: [&str; 5] = [
    include_str!("../../../assets/process/outgoing-1.json"),
    include_str!("../../../assets/process/outgoing.json"),
    include_str!("../../../assets/process/incoming.json"),
    include_str!("../../../assets/process/supervision.json"),
    include_str!("../../../assets/process/memo.json"),
];

/// Every process that comes with the program, compiled.
pub fn shipped() -> &'static [Net] {
    static NETS: OnceLock<Vec<Net>> = OnceLock::new();
    NETS.get_or_init(|| {
        let read = |json: &&str| {
            let definition = Definition::from_json(json.as_bytes());
            let definition = definition.expect("BUG: the process is embedded");
            Net::compile(&definition).expect("BUG: the process is embedded")
        };
        SHIPPED.iter().map(read).collect()
    })
}

/// A shipped process by its name, in a version; `None` where there is none.
#[must_use]
pub fn shipped_process(id: &str, version: u32) -> Option<&'static Net> {
    let mut all = shipped().iter();
    all.find(|net| *net.definition.id == *id && net.definition.version == version)
}

/// The newest version of a shipped process.
#[must_use]
pub fn newest_process(id: &str) -> Option<&'static Net> {
    let all = shipped().iter().filter(|net| *net.definition.id == *id);
    all.max_by_key(|net| net.definition.version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        bpmn,
        check::{Bounds, check},
    };

    #[test]
    fn what_is_shipped_is_sound() {
        for net in shipped() {
            let report = check(&net.definition, Bounds::default());
            let wrong: Vec<_> = report
                .findings
                .iter()
                .filter(|found| found.is_error())
                .collect();
            assert!(
                wrong.is_empty() && report.complete,
                "{}: {wrong:#?}",
                net.definition.id
            );
        }
    }

    #[test]
    fn what_is_shipped_goes_out_as_bpmn_and_comes_back_equal() {
        for net in shipped() {
            let one = [net.definition.clone()];
            let xml = bpmn::export(&one, None).expect("it is written");
            let back = bpmn::import(xml.as_bytes()).expect("it is read");
            assert_eq!(back.definitions, one);
        }
    }

    #[test]
    fn what_is_shipped_is_canonical_and_compiles() {
        for (json, net) in SHIPPED.iter().zip(shipped()) {
            let written = net.definition.to_json();
            assert!(*json == written, "write it as:\n{written}");
        }
        assert!(newest_process("outgoing").is_some());
        assert!(shipped_process("outgoing", 99).is_none());
    }
}
