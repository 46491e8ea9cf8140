//! How large a seal is, by the kind of agency.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// What is in the middle of a round seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealCentre {
    /// The national emblem: on real seals alone, which come from the authority's file.
    Emblem,
    /// A five-pointed star.
    Star,
}

/// A kind of agency and its seal, by `assets/seals/diameters.json` (国发〔1999〕25号).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealDiameter {
    /// The kind's name in commands.
    pub kind: String,
    /// The kind's name for people.
    pub name: String,
    /// Across, in millimetres.
    pub diameter_mm: u32,
    /// It may be smaller.
    pub is_limit: bool,
    /// What is in the middle.
    pub centre: SealCentre,
    /// Where that stands; empty where the article itself was not read.
    pub clause: String,
}

#[derive(Deserialize)]
struct Table {
    kinds: Vec<SealDiameter>,
}

/// All kinds, the highest first.
pub fn diameters() -> &'static [SealDiameter] {
    static TABLE: LazyLock<Vec<SealDiameter>> = LazyLock::new(|| {
        let text = include_str!("../../../../assets/seals/diameters.json");
        let table: Table =
            serde_json::from_str(text).expect("BUG: assets/seals/diameters.json is no table");
        table.kinds
    });
    &TABLE
}
