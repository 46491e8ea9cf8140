//! A document written as a text reads back the same.

use andu_document::OfficialDocument;
use andu_draft::{DraftText, from_document, normal_form};
use proptest::prelude::*;

use crate::documents::{difference, document, examples};

fn written(document: &OfficialDocument) -> DraftText {
    let update = from_document(document, 7).expect("it can be written");
    DraftText::from_updates(8, [update.as_slice()].into_iter()).expect("its own update is taken")
}

fn read(text: &DraftText) -> OfficialDocument {
    text.to_document().expect("it reads").document
}

#[test]
fn every_example_reads_back_as_it_was_written() {
    for (name, document) in examples() {
        let reading = written(&document).to_document().expect("it reads");
        assert_eq!(reading.problems, [], "{name} has nothing to complain of");
        assert_eq!(reading.document, normal_form(&document), "{name}");
        assert_eq!(normal_form(&document), document, "{name} is in normal form");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_document_reads_back_as_it_was_written(document in document()) {
        let reading = written(&document).to_document().expect("it reads");
        prop_assert_eq!(reading.problems, vec![]);
        prop_assert_eq!(difference(&reading.document, &normal_form(&document)), None);
    }

    #[test]
    fn a_version_restored_over_another_is_that_version(
        first in document(),
        second in document(),
    ) {
        let mut here = written(&first);
        let state = here.encode_state().expect("it can be stored");
        let mut there = DraftText::from_updates(9, [state.as_slice()].into_iter()).expect("it opens");
        let update = here.replace_with(&second).expect("it can be restored");
        prop_assert_eq!(difference(&read(&here), &normal_form(&second)), None);
        there.apply_update(&update).expect("the update is taken");
        prop_assert!(!there.has_pending(), "nothing is missing");
        prop_assert_eq!(difference(&read(&there), &normal_form(&second)), None);
        here.replace_with(&first).expect("and back");
        prop_assert_eq!(difference(&read(&here), &normal_form(&first)), None);
    }
}
