//! Any bytes as the content of a disc, already out of its seal, and as sealed files: reading ends, takes no
//! more memory than there is content, and what was read is written again as the same records.

#![no_main]

use andu_crypto::{AgreementKey, OpenReader, Secret32};
use andu_sync::{
    PullRequest,
    bundle::{Record, RecordReader, advance, rebase, write_end, write_record},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut reader = RecordReader::new(bytes);
    let (mut again, mut records, mut held) = (Vec::new(), Vec::new(), PullRequest::default());
    while let Ok(Some(record)) = reader.next_record() {
        if let Record::Pages { answer, .. } = &record {
            for page in &answer.pages {
                let _ = rebase(page, &held);
            }
            advance(&mut held, answer);
        }
        write_record(&mut again, &record).expect("what was read is written");
        records.push(record);
    }
    write_end(&mut again, records.len() as u64).expect("the end is written");
    let mut reader = RecordReader::new(again.as_slice());
    for record in records {
        assert_eq!(reader.next_record().expect("what was written is read"), Some(record));
    }
    let key = Secret32::from_bytes([7; 32]);
    if let Ok(opened) = OpenReader::new(&key, b"", bytes) {
        assert!(RecordReader::new(opened).next_record().is_err(), "a seal nobody made was opened");
    }
    assert!(AgreementKey::from_seed(&key).open("andu fuzz", b"", bytes).is_err());
});
