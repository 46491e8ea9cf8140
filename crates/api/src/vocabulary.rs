//! The agency's vocabulary: agencies, people, phrases, templates.

#![expect(
    clippy::needless_pass_by_value,
    reason = "handlers of the command table are given their arguments to keep"
)]

use andu_app::vocabulary;
use andu_document::{Direction, DocumentFormat, DocumentType};
use andu_store::{AgencyRecord, PersonRecord, PhraseRecord, TemplateRecord};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::{do_now, serve},
    draft::word,
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::Written,
    text,
};

/// How an agency stands to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// This agency.
    Own,
    /// 上级机关
    Superior,
    /// 平级机关
    Peer,
    /// 下级机关
    Subordinate,
    /// 不相隶属机关
    Unrelated,
}

/// An agency in the vocabulary, or a general name (统称) for several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AgencyRow {
    /// Id; empty for a new one.
    pub id: String,
    /// 全称
    pub name: String,
    /// 规范化简称; may be empty.
    pub short_name: String,
    /// 机关代字; may be empty.
    pub authority_code: String,
    /// How it stands to this agency.
    pub relation: Relation,
    /// 党委, 政府, 人大, 政协, 军队, 群团, 法院, 检察院 …; may be empty.
    pub system: String,
    /// For a 统称: the agencies it stands for, by name; empty for a single agency.
    pub members: Vec<String>,
}

/// A person in the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PersonRow {
    /// Id; empty for a new one.
    pub id: String,
    /// Name.
    pub name: String,
    /// 职务
    pub post: String,
    /// 内设机构
    pub department: String,
    /// Office telephone.
    pub telephone: String,
}

/// A phrase (常用语).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PhraseRow {
    /// Id; empty for a new one.
    pub id: String,
    /// Where it is used, such as 结尾语.
    pub group: String,
    /// The text.
    pub text: String,
}

/// A template (模板).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TemplateRow {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// 文种
    pub document_type: Option<DocumentType>,
    /// How the page is laid out.
    pub format: DocumentFormat,
    /// 行文方向
    pub direction: Direction,
    /// Shipped with the program.
    pub shipped: bool,
}

/// What to look for; names, short names, pinyin and initials count.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct VocabularyQuery {
    /// Empty: all.
    pub text: String,
    /// At most 500.
    pub limit: u32,
}

/// An agency to keep.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AgencyPut {
    /// As it is to be.
    pub entry: AgencyRow,
    /// As it was when it was edited; null for a new one.
    pub was: Option<AgencyRow>,
}

/// A person to keep.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PersonPut {
    /// As it is to be.
    pub entry: PersonRow,
    /// As it was when it was edited; null for a new one.
    pub was: Option<PersonRow>,
}

/// A phrase to keep.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PhrasePut {
    /// As it is to be.
    pub entry: PhraseRow,
    /// As it was when it was edited; null for a new one.
    pub was: Option<PhraseRow>,
}

/// A template to keep.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TemplatePut {
    /// Id; empty for a new one.
    pub id: String,
    /// Name.
    pub name: String,
    /// The document as JSON.
    pub document: String,
}

/// Something by its id.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct VocabularyRef {
    /// Id.
    pub id: String,
}

/// Which sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VocabularyKind {
    /// Agencies.
    Agencies,
    /// People.
    People,
    /// Phrases.
    Phrases,
}

/// A sheet to read or write.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct VocabularySheet {
    /// Which.
    pub kind: VocabularyKind,
    /// From `file_choose`.
    pub token: String,
    /// Reading only: say what would happen, change nothing.
    pub dry_run: bool,
}

/// What reading a sheet did, or would do.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VocabularyReport {
    /// New rows.
    pub added: u32,
    /// Changed rows.
    pub changed: u32,
    /// Rows that were there already.
    pub unchanged: u32,
    /// Rows that cannot be read, as sentences with their line.
    pub problems: Vec<String>,
    /// Of a dry run: give this token to read the same file for good.
    pub token: String,
}

/// A draft kept as a template.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TemplateSave {
    /// Id of the draft.
    pub draft_id: String,
    /// Name of the template.
    pub name: String,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<VocabularyQuery, Vec<AgencyRow>>("agency_list", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, agencies)),
    row::<AgencyPut, AgencyRow>("agency_put", P::KeepVocabulary, W::Record, &[T::Vocabulary])
        .served(|c, a| serve(c, a, put_agency))
        .handled(vocabulary::put_agency),
    row::<VocabularyRef, ()>(
        "agency_remove",
        P::KeepVocabulary,
        W::Record,
        &[T::Vocabulary],
    )
    .served(|c, a| {
        serve(c, a, |c, entry: VocabularyRef| {
            take_out(c, "agency_remove", &entry.id)
        })
    })
    .handled(vocabulary::remove_agency),
    row::<VocabularyQuery, Vec<PersonRow>>("person_list", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, people)),
    row::<PersonPut, PersonRow>("person_put", P::KeepVocabulary, W::Record, &[T::Vocabulary])
        .served(|c, a| serve(c, a, put_person))
        .handled(vocabulary::put_person),
    row::<VocabularyRef, ()>(
        "person_remove",
        P::KeepVocabulary,
        W::Record,
        &[T::Vocabulary],
    )
    .served(|c, a| {
        serve(c, a, |c, entry: VocabularyRef| {
            take_out(c, "person_remove", &entry.id)
        })
    })
    .handled(vocabulary::remove_person),
    row::<VocabularyQuery, Vec<PhraseRow>>("phrase_list", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, phrases)),
    row::<PhrasePut, PhraseRow>("phrase_put", P::KeepVocabulary, W::Record, &[T::Vocabulary])
        .served(|c, a| serve(c, a, put_phrase))
        .handled(vocabulary::put_phrase),
    row::<VocabularyRef, ()>(
        "phrase_remove",
        P::KeepVocabulary,
        W::Record,
        &[T::Vocabulary],
    )
    .served(|c, a| {
        serve(c, a, |c, entry: VocabularyRef| {
            take_out(c, "phrase_remove", &entry.id)
        })
    })
    .handled(vocabulary::remove_phrase),
    row::<VocabularyQuery, Vec<TemplateRow>>("template_list", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, templates)),
    row::<TemplatePut, TemplateRow>(
        "template_put",
        P::KeepVocabulary,
        W::Record,
        &[T::Vocabulary],
    )
    .served(|c, a| serve(c, a, put_template))
    .handled(vocabulary::put_template),
    row::<TemplateSave, TemplateRow>(
        "template_save",
        P::KeepVocabulary,
        W::Desk,
        &[T::Vocabulary],
    ),
    row::<VocabularyRef, ()>(
        "template_remove",
        P::KeepVocabulary,
        W::Record,
        &[T::Vocabulary],
    )
    .served(|c, a| {
        serve(c, a, |c, entry: VocabularyRef| {
            take_out(c, "template_remove", &entry.id)
        })
    })
    .handled(vocabulary::remove_template),
    row::<VocabularySheet, VocabularyReport>(
        "vocabulary_read",
        P::KeepVocabulary,
        W::Desk,
        &[T::Vocabulary],
    ),
    row::<VocabularySheet, Written>("vocabulary_write", P::Member, W::Desk, &[]),
];

fn parse<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

fn agencies(caller: &dyn Caller, query: VocabularyQuery) -> Result<Vec<AgencyRow>, ApiError> {
    let found = caller
        .look()
        .read(|view| view.agencies(&query.text, query.limit.min(500)))?;
    Ok(found.into_iter().map(AgencyRow::from).collect())
}

impl From<AgencyRecord> for AgencyRow {
    fn from(agency: AgencyRecord) -> Self {
        Self {
            id: agency.id,
            name: agency.name,
            short_name: agency.short_name,
            authority_code: agency.authority_code,
            relation: parse(&agency.relation).unwrap_or(Relation::Unrelated),
            system: agency.system,
            members: agency.members,
        }
    }
}

/// The id of an entry; a new one for a new entry.
fn id_or_new(caller: &dyn Caller, id: &str) -> String {
    if id.is_empty() {
        caller.new_id()
    } else {
        id.to_owned()
    }
}

/// Keeps an entry as somebody edited it who saw `was`.
fn kept<T: Serialize>(
    caller: &dyn Caller,
    kind: &'static str,
    row: &T,
    was: Option<&T>,
) -> Result<(), ApiError> {
    let mut args = serde_json::to_value(row).expect("BUG: arguments are plain data");
    args["was"] = serde_json::to_value(was).expect("BUG: arguments are plain data");
    do_now(caller, kind, &args)
}

/// Takes an entry out as it is seen now.
fn take_out(caller: &dyn Caller, kind: &'static str, id: &str) -> Result<(), ApiError> {
    let entity = match kind {
        "agency_remove" => "vocabulary_agency",
        "person_remove" => "vocabulary_person",
        "phrase_remove" => "vocabulary_phrase",
        _ => "template",
    };
    let was = caller.look().read(|view| view.record(entity, id))?;
    do_now(caller, kind, &serde_json::json!({ "id": id, "was": was }))
}

/// Keeps a template and answers with it as it was kept.
///
/// # Errors
/// What the use case refuses.
pub fn put_template(caller: &dyn Caller, put: TemplatePut) -> Result<TemplateRow, ApiError> {
    let document: andu_document::OfficialDocument =
        serde_json::from_str(&put.document).map_err(|error| text::bad_arguments(&error))?;
    let args = vocabulary::PutTemplate {
        id: id_or_new(caller, &put.id),
        name: put.name,
        document_type: word(&document.document_type),
        format: word(&document.format),
        document: put.document,
    };
    do_now(caller, "template_put", &args)?;
    Ok(TemplateRow {
        id: args.id,
        name: args.name,
        document_type: document.document_type,
        format: document.format,
        direction: document.direction,
        shipped: false,
    })
}

/// Keeps an agency and answers with it as it was kept.
///
/// # Errors
/// What the use case refuses.
pub fn put_agency(caller: &dyn Caller, put: AgencyPut) -> Result<AgencyRow, ApiError> {
    let row = AgencyRow {
        id: id_or_new(caller, &put.entry.id),
        ..put.entry
    };
    kept(caller, "agency_put", &row, put.was.as_ref())?;
    Ok(row)
}

fn people(caller: &dyn Caller, query: VocabularyQuery) -> Result<Vec<PersonRow>, ApiError> {
    let found = caller
        .look()
        .read(|view| view.contacts(&query.text, query.limit.min(500)))?;
    Ok(found.into_iter().map(PersonRow::from).collect())
}

impl From<PersonRecord> for PersonRow {
    fn from(person: PersonRecord) -> Self {
        Self {
            id: person.id,
            name: person.name,
            post: person.post,
            department: person.department,
            telephone: person.telephone,
        }
    }
}

/// Keeps a person and answers with the entry as it was kept.
///
/// # Errors
/// What the use case refuses.
pub fn put_person(caller: &dyn Caller, put: PersonPut) -> Result<PersonRow, ApiError> {
    let row = PersonRow {
        id: id_or_new(caller, &put.entry.id),
        ..put.entry
    };
    kept(caller, "person_put", &row, put.was.as_ref())?;
    Ok(row)
}

fn phrases(caller: &dyn Caller, query: VocabularyQuery) -> Result<Vec<PhraseRow>, ApiError> {
    let found = caller
        .look()
        .read(|view| view.phrases(&query.text, query.limit.min(500)))?;
    Ok(found.into_iter().map(PhraseRow::from).collect())
}

impl From<PhraseRecord> for PhraseRow {
    fn from(phrase: PhraseRecord) -> Self {
        Self {
            id: phrase.id,
            group: phrase.group,
            text: phrase.text,
        }
    }
}

/// Keeps a phrase and answers with the entry as it was kept.
///
/// # Errors
/// What the use case refuses.
pub fn put_phrase(caller: &dyn Caller, put: PhrasePut) -> Result<PhraseRow, ApiError> {
    let row = PhraseRow {
        id: id_or_new(caller, &put.entry.id),
        ..put.entry
    };
    kept(caller, "phrase_put", &row, put.was.as_ref())?;
    Ok(row)
}

fn templates(caller: &dyn Caller, query: VocabularyQuery) -> Result<Vec<TemplateRow>, ApiError> {
    let limit = query.limit.min(500);
    let found = caller
        .look()
        .read(|view| view.templates(&query.text, limit))?;
    Ok(found.into_iter().map(TemplateRow::from).collect())
}

impl From<TemplateRecord> for TemplateRow {
    fn from(template: TemplateRecord) -> Self {
        /// What a row says of its document beside the columns.
        #[derive(Default, Deserialize)]
        struct Said {
            #[serde(default)]
            direction: Direction,
        }
        let said: Said = serde_json::from_slice(&template.document).unwrap_or_default();
        Self {
            direction: said.direction,
            id: template.id,
            name: template.name,
            document_type: parse(&template.document_type),
            format: parse(&template.format).unwrap_or_default(),
            shipped: template.shipped,
        }
    }
}
