//! Documents of an old register (收发文登记簿): entered as closed ones with their numbers as 补录 and their scans
//! beside them, and taken out again as long as nobody has worked with them.

use std::collections::BTreeSet;

use andu_document::{IssueNumber, Issuer, OfficialDocument};
use andu_store::{
    DraftRecord, DraftState, JoinedRow, NumberEntry, NumberOrigin, NumberState, Reader,
    RegisterImport, Result as StoreResult, TextUpdate, VersionKind, VersionRecord,
};
use andu_sync::Operation;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Call, Refusal, View,
    draft::{begun, department_scope, describe, hand_over, own_scope, put_find_entry, row},
    issued,
    number::{Wanted, enter as enter_as, give_up},
    organisation::derived,
};

/// Documents at once.
const MOST_DOCUMENTS: usize = 100;
/// Bytes of scans at once.
const MOST_BYTES: usize = 40 << 20;
const LONGEST_TITLE: usize = 500;

/// A document of a register.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registered {
    /// Id of the draft.
    pub id: String,
    /// 标题
    pub title: String,
    /// 文号
    pub number: IssueNumber,
    /// 成文日期
    pub date: Option<andu_base::Date>,
    /// 主送机关
    pub recipients: String,
    /// 来文单位; empty: it is one's own, and its number is entered.
    pub sender: String,
    /// What else the register says.
    pub note: String,
    /// Its scans.
    pub files: Vec<Scan>,
}

/// A scan.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// Name of the file.
    pub name: String,
    /// In Base64.
    pub bytes: String,
}

/// Documents of one import.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enter {
    /// The import, for taking it back.
    pub import_id: String,
    /// Documents.
    pub documents: Vec<Registered>,
}

/// An import to take back.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Undo {
    /// The import.
    pub import_id: String,
}

/// What a document is entered under.
fn key(sender: &str, number: &IssueNumber) -> String {
    format!("{}/{number}", sender.trim())
}

/// Old registers: whoever keeps the records of the agency.
impl View<'_> {
    /// Which of these documents, each by its sender and number, are in the registers already.
    ///
    /// # Errors
    /// `number.not_there` for who keeps no records.
    pub fn registered(&self, asked: &[(String, IssueNumber)]) -> Result<Vec<bool>, Refusal> {
        let agency_id = self.kept_register()?;
        let entered: BTreeSet<String> = self.reader.registered(&agency_id)?.into_iter().collect();
        let today = self.today.to_string();
        let is_there = |(sender, number): &(String, IssueNumber)| -> Result<bool, Refusal> {
            if entered.contains(&key(sender, number)) {
                return Ok(true);
            }
            if !sender.trim().is_empty() {
                let from = (sender.trim(), number.to_string());
                let there = self.reader.incoming_from(&agency_id, (from.0, &from.1))?;
                return Ok(there);
            }
            let code = &number.authority_code;
            let id = NumberEntry::key(&agency_id, code, number.year, number.serial);
            Ok(match self.reader.number_entry(&id)? {
                None => false,
                Some(entry) => match entry.state {
                    NumberState::Used | NumberState::Void => true,
                    NumberState::Reserved => !entry.is_lapsed(&today),
                    NumberState::Missing => false,
                },
            })
        };
        asked.iter().map(is_there).collect()
    }

    /// What was entered of old registers, import by import, the last one first.
    ///
    /// # Errors
    /// `number.not_there` for who keeps no records.
    pub fn register_imports(&self) -> Result<Vec<RegisterImport>, Refusal> {
        let agency_id = self.kept_register()?;
        Ok(self.reader.register_imports(&agency_id)?)
    }
}

fn origin(import_id: &str) -> String {
    format!("register/{import_id}")
}

/// Enters documents; those that this import brought before stay as they are.
///
/// # Errors
/// `register.too_much`, `register.no_title`, `number.taken` if another document has a number.
pub fn enter(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Enter = serde_json::from_value(args)?;
    call.about(&args.import_id);
    let scans = args.documents.iter().flat_map(|document| &document.files);
    let bytes: usize = scans.map(|scan| scan.bytes.len() / 4 * 3).sum();
    if args.documents.len() > MOST_DOCUMENTS || bytes > MOST_BYTES {
        return Err(Refusal::because("register.too_much"));
    }
    let origin = origin(&args.import_id);
    let mut entered = 0_u32;
    for registered in args.documents {
        let key = key(&registered.sender, &registered.number);
        let known = call.tx.reader().joined_row(&origin, "register", &key)?;
        if known.is_none() {
            enter_one(call, (&origin, &key), registered)?;
            entered += 1;
        }
    }
    Ok(json!({ "entered": entered }))
}

fn enter_one(
    call: &mut Call<'_, '_>,
    (origin, key): (&str, &str),
    registered: Registered,
) -> Result<(), Refusal> {
    let title = registered.title.trim().to_owned();
    let length = title.chars().count();
    if length == 0 || length > LONGEST_TITLE || call.tx.draft_exists(&registered.id)? {
        return Err(Refusal::because("register.no_title"));
    }
    let agency = call.tx.reader().agency(&call.actor.agency_id.as_text())?;
    let is_own = registered.sender.trim().is_empty();
    let issuer = if is_own {
        agency.name
    } else {
        registered.sender.trim().to_owned()
    };
    let recipients = registered.recipients.split(['，', ',', '、', ';', '；']);
    let recipients = recipients.map(|name| name.trim().to_owned());
    let document = OfficialDocument {
        title: title.clone(),
        issue_number: Some(registered.number.clone()),
        date_of_issue: registered.date,
        main_recipients: recipients.filter(|name| !name.is_empty()).collect(),
        issuers: vec![Issuer {
            name: issuer,
            ..Issuer::default()
        }],
        note: registered.note,
        ..OfficialDocument::default()
    };
    let frozen = andu_draft::freeze(&document);
    let hash = frozen.hash.to_string();
    let draft = described(call, &registered.id, &document, &hash);
    call.tx.frozen_text_put(&hash, &frozen.canonical_json)?;
    call.tx.draft_put(&draft)?;
    let update = write_text(call, &draft, &document)?;
    let id = |what: &str| {
        derived(&["register", what, &draft.id])
            .hyphenated()
            .to_string()
    };
    call.tx.version_put(&VersionRecord {
        id: id("version"),
        draft_id: draft.id.clone(),
        name: String::new(),
        kind: VersionKind::Imported,
        author_name: draft.author_name.clone(),
        made_at: draft.created_at.clone(),
        characters: draft.characters,
        content_hash: hash,
    })?;
    for (at, scan) in registered.files.iter().enumerate() {
        let bytes = STANDARD.decode(&scan.bytes);
        let bytes = bytes.map_err(|_| Refusal::because("register.no_title"))?;
        call.tx.draft_file_put(
            &id(&format!("file {at}")),
            &draft.id,
            &scan.name,
            &bytes,
            call.now,
        )?;
    }
    if is_own {
        enter_number(call, &draft, &registered.number)?;
        issued::issue(call, &draft, None)?;
    }
    let joined = JoinedRow {
        new_id: draft.id.clone(),
        stood: draft.frozen_hash.clone(),
    };
    call.tx.joined_row_put(origin, ("register", key), &joined)?;
    put_find_entry(call.tx, &draft, "", &document)?;
    let scope = own_scope(&draft)?;
    call.project(&scope, "draft", &draft.id, Operation::Put, &row(&draft)?)?;
    let image = call.tx.reader().row_image("draft_update", &update)?;
    let image = image.unwrap_or_default();
    call.project(&scope, "draft_update", &update, Operation::Put, &image)?;
    hand_over(call, &draft, &frozen.canonical_json)
}

fn described(
    call: &Call<'_, '_>,
    id: &str,
    document: &OfficialDocument,
    hash: &str,
) -> DraftRecord {
    let lineage = derived(&["register", "lineage", id])
        .hyphenated()
        .to_string();
    let mut draft = begun(call, (id, &lineage), DraftState::Closed, call.now);
    hash.clone_into(&mut draft.frozen_hash);
    describe(&mut draft, document);
    draft
}

/// Writes the text that the register gives; answers with the id of its one update.
fn write_text(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    document: &OfficialDocument,
) -> Result<String, Refusal> {
    let update = andu_draft::from_document(document, 1)?;
    let id = update_of(&draft.id);
    let device = call.command.device.as_text();
    call.tx.draft_update_append(&TextUpdate {
        command_id: &id,
        draft_id: &draft.id,
        update: &update,
        actor_id: &draft.author_id,
        device_id: &device,
        claimed_at: call.now,
    })?;
    Ok(id)
}

/// The one update of a text that a register gives.
fn update_of(draft_id: &str) -> String {
    let id = derived(&["register", "update", draft_id]);
    id.hyphenated().to_string()
}

/// Whether a document came with a register: it is no work of its author, and goes from every desk when the import
/// is taken back.
pub(crate) fn brought(reader: Reader<'_>, draft_id: &str) -> StoreResult<bool> {
    let update = reader.draft_update_actor(&update_of(draft_id))?;
    Ok(update.is_some())
}

fn enter_number(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    number: &IssueNumber,
) -> Result<(), Refusal> {
    let entered = (draft.author_id.clone(), call.now.to_owned());
    let agency_id = draft.agency_id.clone();
    let origin = NumberOrigin::Backfilled;
    let wanted = Wanted::written(&agency_id, number, &draft.id, origin, entered);
    enter_as(call, wanted)
}

/// Takes the documents of an import out again, with their numbers and scans, wherever nobody has changed
/// them since.
///
/// # Errors
/// `register.not_there` for an import that is not there.
pub fn undo(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Undo = serde_json::from_value(args)?;
    call.about(&args.import_id);
    let origin = origin(&args.import_id);
    let rows = call.tx.reader().joined_rows(&origin, "register")?;
    let (mut gone, mut kept) = (0_u32, 0_u32);
    let mut is_known = false;
    for (key, joined) in rows {
        let Some(draft) = call.tx.reader().draft_if_there(&joined.new_id)? else {
            continue;
        };
        if draft.agency_id != call.actor.agency_id.as_text() {
            continue;
        }
        is_known = true;
        if draft.state != DraftState::Closed || draft.frozen_hash != joined.stood {
            kept += 1;
            continue;
        }
        let update = update_of(&draft.id);
        for scope in [own_scope(&draft)?, department_scope(&draft)?] {
            for (entity, id) in [("draft_update", &update), ("draft", &draft.id)] {
                if call.tx.reader().row_scopes(entity, id)?.contains(&scope) {
                    call.project(&scope, entity, id, Operation::Remove, &Value::Null)?;
                }
            }
        }
        let department = department_scope(&draft)?;
        let hash = &draft.frozen_hash;
        give_up(call, &draft.id)?;
        issued::withdraw(call, &draft.id)?;
        call.tx.joined_row_drop(&origin, "register", &key)?;
        let shared = call.tx.reader().row_scopes("frozen_text", hash)?;
        if shared.contains(&department) {
            call.project(
                &department,
                "frozen_text",
                hash,
                Operation::Remove,
                &Value::Null,
            )?;
        }
        call.tx.draft_erase(&draft.id)?;
        gone += 1;
    }
    if !is_known {
        return Err(Refusal::because("register.not_there"));
    }
    Ok(json!({ "gone": gone, "kept": kept }))
}
