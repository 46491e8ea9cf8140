//! Updates of a shared text that are not what they say: each is refused with its reason, the text stays as it
//! was, and what was taken is proved by its signature.

use andu_app::draft::{prove, read_text};
use andu_document::{Block, OfficialDocument};
use andu_draft::DraftText;
use andu_store::TextUpdate;
use andu_sync::Outcome;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    forged::{Device, new_id, reason},
    office::Office,
};

/// A draft that two write.
pub struct Shared {
    /// The office.
    pub office: Office,
    /// The author's device.
    pub author: Device,
    /// The other's.
    pub other: Device,
    /// Its id.
    pub id: String,
    lineage: String,
    state: Vec<u8>,
    author_seq: u64,
    other_seq: u64,
}

/// A draft of person 0 that person 1 writes along, each from a device that says what it likes.
pub fn shared() -> Shared {
    let office = Office::open();
    let (author, other) = (Device::enrol(&office, 0), Device::enrol(&office, 1));
    let document = OfficialDocument {
        title: "关于防汛的通知".into(),
        body: vec![Block::paragraph("请各地做好准备。")],
        ..OfficialDocument::default()
    };
    let state = andu_draft::from_document(&document, 1).expect("a text");
    let (id, lineage) = (new_id().to_string(), new_id().to_string());
    let create = json!({
        "id": id, "lineage": lineage, "state": STANDARD.encode(&state), "imported_version": "",
    });
    let invite = json!({
        "id": id, "invitation_id": new_id(), "person_id": office.people[1], "through_on": null,
    });
    for (seq, kind, args) in [
        (1, "draft_create", create),
        (2, "co_drafter_invite", invite),
    ] {
        let outcome = author.send(&office, &author.envelope(seq, kind, args));
        assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    }
    Shared {
        office,
        author,
        other,
        id,
        lineage,
        state,
        author_seq: 2,
        other_seq: 0,
    }
}

impl Shared {
    /// A text that goes on from the beginning of the draft under a client id.
    pub fn text(&self, client_id: u64) -> DraftText {
        DraftText::from_updates(client_id, std::iter::once(self.state.as_slice())).expect("a text")
    }

    /// An update, as a command has it.
    pub fn args(&self, update: &[u8]) -> Value {
        json!({ "id": self.id, "lineage": self.lineage, "update": STANDARD.encode(update) })
    }

    /// Writes.
    pub fn push(&mut self, by_author: bool, args: Value) -> Outcome {
        self.send(by_author, "draft_update", args)
    }

    /// Sends a command.
    pub fn send(&mut self, by_author: bool, kind: &str, args: Value) -> Outcome {
        let (device, seq) = if by_author {
            (&self.author, &mut self.author_seq)
        } else {
            (&self.other, &mut self.other_seq)
        };
        *seq += 1;
        device.send(&self.office, &device.envelope(*seq, kind, args))
    }

    fn refused(&mut self, by_author: bool, args: Value) -> String {
        let before = self.said();
        let outcome = self.push(by_author, args);
        assert_eq!(self.said(), before, "a refused update changed the text");
        reason(&outcome).to_owned()
    }

    fn said(&self) -> Vec<String> {
        let text = self
            .office
            .server()
            .store()
            .read(|reader| read_text(reader, &self.id));
        let document = text
            .expect("a text")
            .to_document()
            .expect("readable")
            .document;
        document.body.iter().map(Block::text).collect()
    }
}

/// The text with one more paragraph, as an update.
pub fn writes(text: &mut DraftText, words: &str) -> Vec<u8> {
    let mut document = text.to_document().expect("readable").document;
    document.body.push(Block::paragraph(words));
    text.replace_with(&document).expect("an update")
}

#[test]
fn a_client_id_has_one_writer() {
    let mut shared = shared();
    let (mut mine, mut theirs) = (shared.text(1 << 40), shared.text(1 << 40));
    let args = shared.args(&writes(&mut mine, "拟稿人所写。"));
    assert!(matches!(shared.push(true, args), Outcome::Applied { .. }));
    let args = shared.args(&writes(&mut theirs, "别人用同一编号所写。"));
    assert_eq!(shared.refused(false, args), "draft.client_taken");
    // The same device from an older copy of itself: the same clocks with other words.
    let mut copy = shared.text(1 << 40);
    let args = shared.args(&writes(&mut copy, "另一次打开时所写。"));
    assert_eq!(shared.refused(true, args), "draft.client_taken");
    // The id under which drafts begin is nobody's.
    let mut first = shared.text(1);
    let args = shared.args(&writes(&mut first, "用起始编号所写。"));
    assert_eq!(shared.refused(false, args), "draft.client_taken");
    // And the true session goes on.
    let args = shared.args(&writes(&mut mine, "接着写。"));
    assert!(matches!(
        shared.push(true, args.clone()),
        Outcome::Applied { .. }
    ));
    // What was put back from a copy sends the same once more: it stands already.
    let Outcome::Applied { answer, .. } = shared.push(true, args) else {
        panic!("the same bytes are no other words");
    };
    assert_eq!(answer["stands"], true);
    assert_eq!(
        shared.said(),
        ["请各地做好准备。", "拟稿人所写。", "接着写。"]
    );
}

#[test]
fn bytes_that_are_no_update_are_refused_and_the_text_is_as_it_was() {
    let mut shared = shared();
    let mut nested = vec![1, 1, 7, 0, 0x28, 1, 1, b'e', 1, b'k', 1];
    nested.extend(std::iter::repeat_n([117, 1], 100_000).flatten());
    nested.extend([127, 0]);
    let mut cut = writes(&mut shared.text(1 << 41), "写一半。");
    cut.truncate(cut.len() - 3);
    for bytes in [
        nested,
        cut,
        vec![],
        vec![0xff; 64],
        // An item that claims to be of a kind that there is not.
        vec![1, 1, 7, 0, 0x1f, 1, 1, b'b', 0],
        // A text that begins in the middle of a surrogate pair.
        vec![1, 1, 7, 0, 4, 1, 1, b't', 3, 0xed, 0xa0, 0x80, 0],
    ] {
        let args = shared.args(&bytes);
        let said = shared.refused(false, args);
        assert_eq!(said, "draft.text_unreadable", "{} bytes", bytes.len());
    }
    let args = json!({ "id": shared.id, "lineage": shared.lineage, "update": "不是 Base64" });
    assert_eq!(shared.refused(false, args), "draft.text_unreadable");
    // Kinds that no part of a draft has, well formed: roots that clash with the draft's own.
    let clash = vec![1, 1, 7, 0, 7, 1, 5, b't', b'i', b't', b'l', b'e', 0, 0];
    let args = shared.args(&clash);
    let _ = shared.push(false, args);
    assert_eq!(shared.said().len(), 1, "still to be read");
}

#[test]
fn fifty_megabytes_are_too_much_and_said_to_be() {
    let mut shared = shared();
    // Fifty megabytes in Base64 do not get as far as being read.
    let client = reqwest::blocking::Client::builder().no_proxy().build();
    let answer = client
        .expect("a client")
        .post(format!("http://{}/sync/push", shared.office.address()))
        .bearer_auth(&shared.other.token)
        .header("content-type", "application/json")
        .body(vec![b' '; (50 << 20) / 3 * 4])
        .send();
    // The server may close the door before all of it has come.
    if let Ok(answer) = answer {
        let said: Value = answer.json().expect("a reason");
        assert_eq!(said["key"], "server.too_large");
    }
    let just = STANDARD.encode(vec![0_u8; (8 << 20) + 1]);
    let args = json!({ "id": shared.id, "lineage": shared.lineage, "update": just });
    assert_eq!(shared.refused(false, args), "draft.update_too_large");
}

#[test]
fn an_update_of_another_text_or_of_nobody_is_refused() {
    let mut shared = shared();
    let update = writes(&mut shared.text(1 << 42), "写在别处。");
    let other = json!({
        "id": shared.id, "lineage": new_id(), "update": STANDARD.encode(&update),
    });
    assert_eq!(shared.refused(false, other), "draft.other_lineage");
    let nowhere = json!({
        "id": new_id(), "lineage": shared.lineage, "update": STANDARD.encode(&update),
    });
    assert_eq!(shared.refused(false, nowhere), "draft.not_there");
    // It builds on words that the server never had.
    let mut ahead = shared.text(1 << 43);
    let _lost = writes(&mut ahead, "没有送到的一句。");
    let args = shared.args(&writes(&mut ahead, "接在没有送到的一句之后。"));
    assert_eq!(shared.refused(false, args), "draft.text_gap");
    // The same where the engine could place the words: client 7 leaves out its first three, or two between.
    let word = [4, 1, 5, b't', b'i', b't', b'l', b'e', 3, 0xe6, 0xb1, 0x9b];
    for (items, between) in [(&[1, 1, 7, 3][..], &[][..]), (&[1, 3, 7, 0], &[10, 2])] {
        let mut update = items.to_vec();
        update.extend(word);
        if !between.is_empty() {
            update.extend(between);
            update.extend(word);
        }
        update.push(0);
        let args = shared.args(&update);
        assert_eq!(shared.refused(false, args), "draft.text_gap", "{update:?}");
    }
    // Nobody signed it.
    let args = shared.args(&update);
    let unsigned = shared.other.unsigned(90, "draft_update", args.clone());
    let outcome = shared.other.send(&shared.office, &unsigned);
    assert_eq!(reason(&outcome), "command.signature");
    // Somebody signed it who was never invited.
    let stranger = Device::enrol(&shared.office, 2);
    let outcome = stranger.send(&shared.office, &stranger.envelope(1, "draft_update", args));
    assert_eq!(reason(&outcome), "draft.not_yours");
    assert_eq!(shared.said(), ["请各地做好准备。"]);
}

#[test]
fn a_frozen_text_takes_nothing_and_its_hash_stays() {
    let mut shared = shared();
    let document = shared.text(9).to_document().expect("readable").document;
    let submit = json!({
        "id": shared.id, "note": "", "content": andu_draft::freeze(&document).hash,
        "version_id": new_id(),
    });
    shared.author_seq += 1;
    let submit = shared
        .author
        .envelope(shared.author_seq, "draft_submit", submit);
    let outcome = shared.author.send(&shared.office, &submit);
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    let mut late = shared.text(1 << 44);
    for words in ["迟到一句。", "迟到两句。"] {
        let args = shared.args(&writes(&mut late, words));
        let Outcome::Applied { answer, .. } = shared.push(false, args) else {
            panic!("nothing of it is lost");
        };
        assert_eq!(answer["late"], "frozen", "it is said to stand aside");
    }
    assert_eq!(shared.said(), ["请各地做好准备。"]);
    let (branches, draft) = shared
        .office
        .read(|reader| Ok((reader.late_branches(&shared.id)?, reader.draft(&shared.id)?)));
    assert_eq!((branches.len(), branches[0].updates), (1, 2));
    assert_eq!(draft.frozen_hash, branches[0].against_hash);
    // What only pretends to be late is refused as anything else is.
    let mut copy = shared.text(1 << 44);
    let args = shared.args(&writes(&mut copy, "同一编号的另一句。"));
    assert_eq!(shared.refused(false, args), "draft.client_taken");
    let args = shared.args(&[9, 9, 9]);
    assert_eq!(shared.refused(false, args), "draft.text_unreadable");
}

#[test]
fn every_update_in_the_log_is_proved_by_its_signature() {
    let mut shared = shared();
    let mut text = shared.text(1 << 45);
    for words in ["第一句。", "第二句。"] {
        let args = shared.args(&writes(&mut text, words));
        assert!(matches!(shared.push(false, args), Outcome::Applied { .. }));
    }
    let store = shared.office.server().store();
    let proof = store
        .read(|reader| prove(reader, &shared.id))
        .expect("a look");
    assert_eq!((proof.proved, proof.unproved.len()), (3, 0), "{proof:?}");
    // Somebody at the server's file puts words into another's mouth.
    let updates = store
        .read(|reader| reader.draft_updates(&shared.id))
        .expect("a log");
    let victim = &updates[2];
    let mut bytes = victim.update.clone();
    let at = bytes.len() - 8;
    bytes[at] ^= 1;
    let forged = store.write(|tx| -> andu_store::Result<bool> {
        tx.draft_update_erase(&victim.command_id)?;
        tx.draft_update_append(&TextUpdate {
            command_id: &victim.command_id,
            draft_id: &shared.id,
            update: &bytes,
            actor_id: &victim.actor_id,
            device_id: &victim.device_id,
            claimed_at: &victim.claimed_at,
        })
    });
    assert!(forged.expect("a store"), "it stands in the log");
    let proof = store
        .read(|reader| prove(reader, &shared.id))
        .expect("a look");
    assert_eq!(proof.unproved, std::slice::from_ref(&victim.command_id));
}

#[test]
fn the_server_takes_nothing_above_its_ceiling_for_review_whatever_a_desk_let_pass() {
    let mut shared = shared();
    let mut text = shared.text(1 << 45);
    let args = shared.args(&writes(&mut text, "机密★10年"));
    assert!(matches!(shared.push(true, args), Outcome::Applied { .. }));
    let document = text.to_document().expect("readable").document;
    let submit = json!({
        "id": shared.id, "note": "", "content": andu_draft::freeze(&document).hash,
        "version_id": new_id(),
    });
    let mut send = || {
        shared.author_seq += 1;
        let submit = shared
            .author
            .envelope(shared.author_seq, "draft_submit", submit.clone());
        shared.author.send(&shared.office, &submit)
    };
    assert_eq!(reason(&send()), "draft.above_ceiling");
    for (word, taken) in [("confidential", false), ("secret", true)] {
        shared.office.server().set_ceiling(word).expect("a setting");
        let outcome = send();
        let applied = matches!(outcome, Outcome::Applied { .. });
        assert_eq!(applied, taken, "{word}: {outcome:?}");
    }
}
