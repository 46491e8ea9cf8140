//! Any bytes as what goes between a desk and a server in a pull or a comparison: what is read is looked at
//! without a panic, and is read again as it was.

#![no_main]

use andu_sync::{
    CompareAnswer, CompareRequest, Compared, PullAnswer, PullRequest, PushAnswer, RowHasher, RowKey, Scope,
    split,
};
use libfuzzer_sys::fuzz_target;
use serde::{Serialize, de::DeserializeOwned};

fn read<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let value: T = serde_json::from_slice(bytes).ok()?;
    let said = serde_json::to_vec(&value).expect("what was read is JSON");
    serde_json::from_slice::<T>(&said).expect("its JSON reads back");
    Some(value)
}

fuzz_target!(|bytes: &[u8]| {
    if let Some(answer) = read::<PullAnswer>(bytes) {
        let _ = answer.has_more();
        let hasher = RowHasher::new(&answer.epoch, &Scope("person:a".into()));
        for page in &answer.pages {
            for cursor in [0, 1, u64::MAX - 1] {
                let _ = page.follows(cursor);
            }
            for change in page.changes.iter().take(16) {
                let _ = hasher.hash(&change.entity, &change.row_id, &change.row);
            }
        }
    }
    if let Some(answer) = read::<CompareAnswer>(bytes) {
        for compared in answer.ranges.iter().take(16) {
            let Compared::Split { parts } = compared else { continue };
            for part in parts.iter().take(16) {
                let keys: Vec<(RowKey, u128)> = [&part.from, &part.to]
                    .into_iter()
                    .flatten()
                    .map(|key| (key.clone(), 1))
                    .collect();
                assert!(keys.iter().all(|(key, _)| !part.holds(key) || part.from <= Some(key.clone())));
                let _ = split(part, &keys);
            }
        }
    }
    read::<PullRequest>(bytes);
    read::<CompareRequest>(bytes);
    read::<PushAnswer>(bytes);
});
