//! Any bytes as BPMN and as a definition: reading ends; what was read is checked within bounds, written, and
//! comes back as it was.

#![no_main]

use andu_workflow::{
    Net, bpmn,
    check::{Bounds, check},
    definition::Definition,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let bounds = Bounds { states: 500, regions: 100 };
    if let Ok(definition) = Definition::from_json(bytes) {
        let _ = check(&definition, bounds);
        let _ = Net::compile(&definition);
        let again = Definition::from_json(definition.to_json().as_bytes());
        assert_eq!(again.as_ref(), Ok(&definition));
    }
    if let Ok(read) = bpmn::import(bytes) {
        for definition in &read.definitions {
            let _ = check(definition, bounds);
        }
        if let Ok(written) = bpmn::export(&read.definitions, Some(&read.frame)) {
            let again = bpmn::import(written.as_bytes()).expect("what was written is read");
            assert_eq!(again.definitions, read.definitions);
        }
    }
});
