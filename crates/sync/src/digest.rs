//! What a side holds of a scope in 16 bytes: the sum of keyed hashes of its rows. Each side computes it
//! from its own rows; it is never taken over from the other side.

use std::fmt;

use andu_crypto::{Secret32, hash, subkey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::change::Scope;

/// How many rows, and the sum of their hashes modulo 2^128.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Digest {
    /// Rows.
    pub rows: u64,
    /// Sum of their hashes.
    pub sum: u128,
}

impl FromIterator<u128> for Digest {
    fn from_iter<I: IntoIterator<Item = u128>>(hashes: I) -> Self {
        hashes
            .into_iter()
            .fold(Self::default(), |digest, hash| Self {
                rows: digest.rows + 1,
                sum: digest.sum.wrapping_add(hash),
            })
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{:032x}", self.rows, self.sum)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parsed = text.split_once(':').and_then(|(rows, sum)| {
            Some(Self {
                rows: rows.parse().ok()?,
                sum: u128::from_str_radix(sum, 16).ok()?,
            })
        });
        parsed.ok_or_else(|| D::Error::custom("no digest"))
    }
}

/// Hashes rows of one scope. The epoch is the key: sums under another one say nothing about these, and
/// nobody who does not know it can choose rows whose hashes cancel out.
pub struct RowHasher {
    key: Secret32,
    scope: String,
}

impl RowHasher {
    /// For the rows of `scope` in this epoch.
    pub fn new(epoch: &str, scope: &Scope) -> Self {
        Self {
            key: Secret32::from_bytes(hash(epoch.as_bytes())),
            scope: scope.0.clone(),
        }
    }

    /// The hash of a row. Object keys are written in order, so that equal rows have equal hashes.
    pub fn hash(&self, entity: &str, row_id: &str, row: &serde_json::Value) -> u128 {
        let row = row.to_string();
        let mut said = Vec::with_capacity(row.len() + 128);
        for part in [self.scope.as_str(), entity, row_id, &row] {
            said.extend((part.len() as u64).to_le_bytes());
            said.extend(part.as_bytes());
        }
        let keyed = subkey(&self.key, "andu scope digest v1", &said);
        let mut half = [0; 16];
        half.copy_from_slice(&keyed.expose()[..16]);
        u128::from_le_bytes(half)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_digest_survives_the_wire_and_nonsense_is_none() {
        let digest: Digest = [7_u128, u128::MAX].into_iter().collect();
        assert_eq!((digest.rows, digest.sum), (2, 6));
        let text = serde_json::to_string(&digest).expect("plain data");
        assert_eq!(
            serde_json::from_str::<Digest>(&text).expect("reads"),
            digest
        );
        for wrong in ["\"\"", "\"1\"", "\"x:1\"", "\"1:g\"", "7"] {
            assert!(serde_json::from_str::<Digest>(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn the_order_of_rows_is_of_no_account_and_each_part_of_a_row_is(
            mut rows in prop::collection::vec(("[a-c]", "[a-z]{1,3}", 0_u8..4), 1..20),
            epoch in "[a-z]{4}",
        ) {
            let hasher = RowHasher::new(&epoch, &Scope("person:a".into()));
            let sum = |rows: &[(String, String, u8)]| -> Digest {
                rows.iter().map(|(e, id, n)| hasher.hash(e, id, &serde_json::json!({"n": n}))).collect()
            };
            let before = sum(&rows);
            rows.reverse();
            prop_assert_eq!(sum(&rows), before);
            rows[0].2 += 1;
            prop_assert_ne!(sum(&rows), before);
        }
    }
}
