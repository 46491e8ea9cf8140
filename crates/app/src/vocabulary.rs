//! Use cases of the vocabulary: agencies, people, phrases, templates.

use andu_base::AgencyId;
use andu_store::{
    AgencyRecord, PersonRecord, PhraseRecord, Sight, Store, TemplateRecord, VOCABULARY,
};
use andu_sync::{Operation, Reason, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Call, Place, Refusal,
    organisation::HOST,
    record::{self, Edited},
};

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
    /// The entry as it was seen; `None` for a new one.
    #[serde(default)]
    pub was: Option<Box<PutAgency>>,
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
    /// The entry as it was seen; `None` for a new one.
    #[serde(default)]
    pub was: Option<Box<PutPerson>>,
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
    /// The entry as it was seen; `None` for a new one.
    #[serde(default)]
    pub was: Option<Box<PutPhrase>>,
}

/// A template to keep.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutTemplate {
    /// Id, made at the desk.
    pub id: String,
    /// Name.
    pub name: String,
    /// Word of the type; empty for none.
    pub document_type: String,
    /// Word of the format.
    pub format: String,
    /// The document as JSON.
    pub document: String,
}

/// An entry to take out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Id.
    pub id: String,
    /// The entry as it was seen, with its columns; `None`: whatever it is.
    #[serde(default)]
    pub was: Option<Value>,
}

/// The longest name or line of an entry, in characters.
const LONGEST_LINE: usize = 200;
/// The largest template, in bytes of JSON.
const LARGEST_TEMPLATE: usize = 4 << 20;
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

/// The entries that are one agency's: all there are, where nobody else's are kept.
fn of_agency(call: &Call<'_, '_>) -> Sight {
    match call.place {
        Place::Server => Sight::Scopes(vec![Scope::agency(call.actor.agency_id)]),
        Place::Alone | Place::Replica => Sight::Whole,
    }
}

/// Keeps an entry of the actor's agency, field by field.
fn keep(
    call: &mut Call<'_, '_>,
    entity: &'static str,
    (id, label): (&str, String),
    was: Option<impl Serialize>,
    wanted: impl Serialize,
) -> Result<Value, Refusal> {
    record::own(call, entity, id)?;
    let edited = Edited {
        entity,
        row_id: id,
        label,
        agency: call.actor.agency_id,
    };
    let was = was.map(serde_json::to_value).transpose()?;
    let wanted = serde_json::to_value(wanted)?;
    record::put(call, &edited, was.as_ref(), &wanted)?;
    Ok(json!({ "id": id }))
}

impl From<PutAgency> for AgencyRecord {
    fn from(args: PutAgency) -> Self {
        Self {
            id: args.id,
            name: args.name,
            short_name: args.short_name,
            authority_code: args.authority_code,
            relation: args.relation,
            system: args.system,
            members: args.members,
        }
    }
}

/// Keeps an agency.
///
/// # Errors
/// `vocabulary.empty` without a name, `vocabulary.name_taken` if another agency has it,
/// `vocabulary.other_agency`.
pub fn put_agency(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: PutAgency = serde_json::from_value(args)?;
    call.about(&args.id);
    let name = needed("全称", &args.name, LONGEST_LINE)?;
    let reader = call.tx.reader();
    if reader
        .other_agency_named(&of_agency(call), &name, &args.id)?
        .is_some()
    {
        return Err(Refusal::Rejected(
            Reason::new("vocabulary.name_taken").with("name", name),
        ));
    }
    let members: Result<Vec<String>, Refusal> = args
        .members
        .iter()
        .map(|member| optional("成员机关", member, LONGEST_LINE))
        .collect();
    let wanted = AgencyRecord {
        id: args.id.clone(),
        name: name.clone(),
        short_name: optional("简称", &args.short_name, LONGEST_LINE)?,
        authority_code: optional("机关代字", &args.authority_code, 20)?,
        relation: args.relation,
        system: optional("系统", &args.system, 20)?,
        members: members?
            .into_iter()
            .filter(|member| !member.is_empty())
            .collect(),
    };
    let was = args.was.map(|was| AgencyRecord::from(*was));
    keep(call, "vocabulary_agency", (&args.id, name), was, wanted)
}

/// Keeps a person.
///
/// # Errors
/// `vocabulary.empty` without a name, `vocabulary.other_agency`.
pub fn put_person(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: PutPerson = serde_json::from_value(args)?;
    call.about(&args.id);
    let wanted = PersonRecord {
        id: args.id.clone(),
        name: needed("姓名", &args.name, 50)?,
        post: optional("职务", &args.post, LONGEST_LINE)?,
        department: optional("部门", &args.department, LONGEST_LINE)?,
        telephone: optional("电话", &args.telephone, 50)?,
    };
    let was = args.was.map(|was| PersonRecord {
        id: was.id,
        name: was.name,
        post: was.post,
        department: was.department,
        telephone: was.telephone,
    });
    let label = wanted.name.clone();
    keep(call, "vocabulary_person", (&args.id, label), was, wanted)
}

/// Keeps a phrase.
///
/// # Errors
/// `vocabulary.empty` without a text, `vocabulary.other_agency`.
pub fn put_phrase(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: PutPhrase = serde_json::from_value(args)?;
    call.about(&args.id);
    let wanted = PhraseRecord {
        id: args.id.clone(),
        group: optional("分组", &args.group, 50)?,
        text: needed("常用语", &args.text, LONGEST_PHRASE)?,
    };
    let was = args.was.map(|was| PhraseRecord {
        id: was.id,
        group: was.group,
        text: was.text,
    });
    let label = was.as_ref().unwrap_or(&wanted).text.chars().take(20);
    let label = label.collect();
    keep(call, "vocabulary_phrase", (&args.id, label), was, wanted)
}

/// Keeps a template.
///
/// # Errors
/// `vocabulary.empty` without a name, `vocabulary.too_long`, `vocabulary.shipped`,
/// `vocabulary.other_agency`.
pub fn put_template(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: PutTemplate = serde_json::from_value(args)?;
    call.about(&args.id);
    if args.id.starts_with("shipped:") {
        return Err(Refusal::because("vocabulary.shipped"));
    }
    let is_document = serde_json::from_str::<Value>(&args.document).is_ok_and(|it| it.is_object());
    if args.document.len() > LARGEST_TEMPLATE || !is_document {
        return Err(Refusal::Rejected(
            Reason::new("vocabulary.too_long")
                .with("field", "模板内容")
                .with("limit", LARGEST_TEMPLATE),
        ));
    }
    let wanted = TemplateRecord {
        id: args.id.clone(),
        name: needed("模板名称", &args.name, 60)?,
        document_type: args.document_type,
        format: args.format,
        document: args.document.into_bytes(),
        shipped: false,
    };
    let label = wanted.name.clone();
    keep(call, "template", (&args.id, label), None::<Value>, wanted)
}

fn remove(call: &mut Call<'_, '_>, args: Value, entity: &'static str) -> Result<Value, Refusal> {
    let args: Entry = serde_json::from_value(args)?;
    call.about(&args.id);
    record::own(call, entity, &args.id)?;
    let held = call.tx.reader().row_image(entity, &args.id)?;
    let held = held.unwrap_or_default();
    let label = ["name", "phrase"].map(|field| held[field].as_str().unwrap_or_default());
    let edited = Edited {
        entity,
        row_id: &args.id,
        label: label.concat().chars().take(20).collect(),
        agency: call.actor.agency_id,
    };
    record::remove(call, &edited, args.was.as_ref())?;
    Ok(json!({ "id": args.id }))
}

/// Takes an agency out.
///
/// # Errors
/// `vocabulary.other_agency`; the store's own.
pub fn remove_agency(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    remove(call, args, "vocabulary_agency")
}

/// Takes a person out.
///
/// # Errors
/// `vocabulary.other_agency`; the store's own.
pub fn remove_person(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    remove(call, args, "vocabulary_person")
}

/// Takes a phrase out.
///
/// # Errors
/// `vocabulary.other_agency`; the store's own.
pub fn remove_phrase(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    remove(call, args, "vocabulary_phrase")
}

/// Takes a template out.
///
/// # Errors
/// `vocabulary.shipped` for one that came with the program, `vocabulary.other_agency`.
pub fn remove_template(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    if args["id"]
        .as_str()
        .is_some_and(|id| id.starts_with("shipped:"))
    {
        return Err(Refusal::because("vocabulary.shipped"));
    }
    remove(call, args, "template")
}

/// At a server that opens its store: entries that no agency sees, from before each had its own, are those
/// of the agency that runs the server, or of the first there is.
///
/// # Errors
/// The store's own.
pub fn enlist(store: &Store) -> Result<(), Refusal> {
    let (lost, host) = store.read(|reader| -> andu_store::Result<_> {
        let mut lost = Vec::new();
        for entity in VOCABULARY {
            let ids = reader.unlisted(entity)?.into_iter();
            lost.extend(ids.map(|id| (entity, id)));
        }
        let named: Option<AgencyId> = reader.meta(HOST)?.and_then(|id| id.parse().ok());
        let first = reader.all_agencies()?.first().map(|agency| agency.id);
        Ok((lost, named.or(first)))
    })?;
    let (Some(host), false) = (host, lost.is_empty()) else {
        return Ok(());
    };
    store.write(|tx| {
        let scope = Scope::agency(host);
        for (entity, id) in lost {
            let row = tx.reader().row_image(entity, &id)?.unwrap_or_default();
            tx.scope_append(&scope, entity, &id, Operation::Put, &row)?;
        }
        Ok(())
    })
}
