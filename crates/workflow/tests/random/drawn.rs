//! Random processes are drawn with their boxes apart and no line through a box.

use proptest::prelude::*;

use super::{blocks::plan, draw::draw};
use crate::drawn::{all, sound};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_is_drawn_is_drawn_well(plan in plan()) {
        let definition = draw(&plan);
        for (what, drawing) in all(&definition) {
            sound(what, &drawing);
        }
        let drawing = all(&definition);
        for node in &definition.nodes {
            prop_assert!(drawing[0].1.shape(&node.id).is_some(), "{} is drawn", node.id);
            prop_assert!(drawing[1].1.shape(&node.id).is_some(), "{} is drawn in a lane", node.id);
        }
        prop_assert_eq!(&drawing, &all(&definition), "the same is drawn the same");
    }
}
