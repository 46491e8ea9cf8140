//! Use cases of the vocabulary: agencies, people, phrases, templates.

use andu_store::{AgencyRecord, PersonRecord, PhraseRecord, VocabularyTable};
use andu_sync::Reason;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Call, Refusal};

/// An agency to keep.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutAgency {
    /// Id, made at the desk.
    pub id: String,
    /// 全称
    pub name: String,
    /// 规范化简称
    pub short_name: String,
    /// 机关代字
    pub authority_code: String,
    /// Word of the relation.
    pub relation: String,
    /// Its system.
    pub system: String,
    /// For a 统称: the agencies it stands for.
    pub members: Vec<String>,
}

/// A person to keep.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutPerson {
    /// Id, made at the desk.
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

/// A phrase to keep.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutPhrase {
    /// Id, made at the desk.
    pub id: String,
    /// Where it is used.
    pub group: String,
    /// The text.
    pub text: String,
}

/// An entry to take out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Id.
    pub id: String,
}

/// The longest name or line of an entry, in characters.
const LONGEST_LINE: usize = 200;
/// The longest phrase, in characters.
const LONGEST_PHRASE: usize = 2_000;

pub(crate) fn needed(field: &str, text: &str, limit: usize) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::Rejected(
            Reason::new("vocabulary.empty").with("field", field),
        ));
    }
    optional(field, text, limit)
}

pub(crate) fn optional(field: &str, text: &str, limit: usize) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > limit || text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Refusal::Rejected(
            Reason::new("vocabulary.too_long")
                .with("field", field)
                .with("limit", limit),
        ));
    }
    Ok(text.to_owned())
}

/// Keeps an agency.
///
/// # Errors
/// `vocabulary.empty` without a name, `vocabulary.name_taken` if another agency has it.
pub fn put_agency(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: PutAgency = serde_json::from_value(args)?;
    call.about(&args.id);
    let name = needed("全称", &args.name, LONGEST_LINE)?;
    let taken = call.tx.reader().agency_id_by_name(&name)?;
    if taken.is_some_and(|id| id != args.id) {
        return Err(Refusal::Rejected(
            Reason::new("vocabulary.name_taken").with("name", name),
        ));
    }
    let members: Result<Vec<String>, Refusal> = args
        .members
        .iter()
        .map(|member| optional("成员机关", member, LONGEST_LINE))
        .collect();
    call.tx.agency_record_put(&AgencyRecord {
        id: args.id.clone(),
        name,
        short_name: optional("简称", &args.short_name, LONGEST_LINE)?,
        authority_code: optional("机关代字", &args.authority_code, 20)?,
        relation: args.relation,
        system: optional("系统", &args.system, 20)?,
        members: members?
            .into_iter()
            .filter(|member| !member.is_empty())
            .collect(),
    })?;
    Ok(json!({ "id": args.id }))
}

/// Keeps a person.
///
/// # Errors
/// `vocabulary.empty` without a name.
pub fn put_person(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: PutPerson = serde_json::from_value(args)?;
    call.about(&args.id);
    call.tx.contact_put(&PersonRecord {
        id: args.id.clone(),
        name: needed("姓名", &args.name, 50)?,
        post: optional("职务", &args.post, LONGEST_LINE)?,
        department: optional("部门", &args.department, LONGEST_LINE)?,
        telephone: optional("电话", &args.telephone, 50)?,
    })?;
    Ok(json!({ "id": args.id }))
}

/// Keeps a phrase.
///
/// # Errors
/// `vocabulary.empty` without a text.
pub fn put_phrase(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: PutPhrase = serde_json::from_value(args)?;
    call.about(&args.id);
    call.tx.phrase_put(&PhraseRecord {
        id: args.id.clone(),
        group: optional("分组", &args.group, 50)?,
        text: needed("常用语", &args.text, LONGEST_PHRASE)?,
    })?;
    Ok(json!({ "id": args.id }))
}

fn remove(call: &mut Call<'_, '_>, args: Value, table: VocabularyTable) -> Result<Value, Refusal> {
    let args: Entry = serde_json::from_value(args)?;
    call.about(&args.id);
    call.tx.vocabulary_remove(table, &args.id)?;
    Ok(json!({ "id": args.id }))
}

/// Takes an agency out.
///
/// # Errors
/// The store's own.
pub fn remove_agency(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    remove(call, args, VocabularyTable::Agency)
}

/// Takes a person out.
///
/// # Errors
/// The store's own.
pub fn remove_person(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    remove(call, args, VocabularyTable::Person)
}

/// Takes a phrase out.
///
/// # Errors
/// The store's own.
pub fn remove_phrase(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    remove(call, args, VocabularyTable::Phrase)
}

/// Takes a template out.
///
/// # Errors
/// `vocabulary.shipped` for one that came with the program.
pub fn remove_template(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Entry = serde_json::from_value(args)?;
    call.about(&args.id);
    if call.tx.template_remove(&args.id)? {
        Ok(json!({ "id": args.id }))
    } else {
        Err(Refusal::because("vocabulary.shipped"))
    }
}
