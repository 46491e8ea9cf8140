//! Paper forms as an agency has them printed: its own template of a form, put by the records keeper, is what
//! that form is printed with from then on, blank and filled, until another one is put or it is taken back. Older
//! ones stay as its history.

use andu_store::{FormTemplateRecord, Result as StoreResult, Tx};
use andu_sync::{Change, Operation, Reason, Scope};
use andu_typeset::paper_form::{FormError, LARGEST_TEMPLATE};
pub use andu_typeset::paper_form::{PaperKind, PaperTemplate};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Call, Refusal, View, vocabulary::optional};

const LONGEST_NOTE: usize = 500;

/// A template that an agency is to have a form printed with.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Put {
    /// The form, by its name.
    pub form: String,
    /// The template as JSON.
    pub template: String,
    /// Why.
    pub note: String,
}

/// A form that is to be printed as it is shipped again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The form, by its name.
    pub form: String,
    /// Why.
    pub note: String,
}

/// A form with its versions, the newest first; without any it is as it is shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormSeen {
    /// Which.
    pub kind: PaperKind,
    /// What the agency has had.
    pub versions: Vec<FormTemplateRecord>,
}

fn kind_of(name: &str) -> Result<PaperKind, Refusal> {
    PaperKind::of_name(name).ok_or_else(|| Refusal::because("form.unknown"))
}

/// Reads a template and looks whether it can be printed with: rows that fill their columns, labels that fit, one
/// page of A4.
///
/// # Errors
/// What is wrong with it.
pub fn check(text: &str) -> Result<PaperTemplate, Reason> {
    PaperTemplate::parse(text).map_err(|error| reason(&error))
}

/// The same of a template that is to be of this form.
///
/// # Errors
/// What is wrong with it; `form.other_template` for one of another form.
pub fn check_of(kind: PaperKind, text: &str) -> Result<PaperTemplate, Reason> {
    let template = check(text)?;
    let found = template.kind();
    if found != kind {
        let reason = Reason::new("form.other_template").with("found", found.label());
        return Err(reason.with("wanted", kind.label()));
    }
    Ok(template)
}

/// Why a template is not taken, or what goes on a form; `place` and `reason` in it are as the reader says them.
pub fn reason(error: &FormError) -> Reason {
    let key = error.key().unwrap_or("form.failed");
    let fields = error.fields().into_iter();
    fields.fold(Reason::new(key), |reason, (name, value)| {
        reason.with(name, value)
    })
}

/// Has the actor's agency print a form with a template of its own from now on.
///
/// # Errors
/// `form.unknown`; what [`check_of`] says; `form.same` for what is printed with already.
pub fn put(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Put = serde_json::from_value(args)?;
    call.about(&args.form);
    let kind = kind_of(&args.form)?;
    if args.template.len() > LARGEST_TEMPLATE {
        let reason = Reason::new("form.too_large").with("bytes", args.template.len());
        return Err(Refusal::Rejected(reason.with("limit", LARGEST_TEMPLATE)));
    }
    let template = check_of(kind, &args.template).map_err(Refusal::Rejected)?;
    let agency_id = call.actor.agency_id.as_text();
    let last = call.tx.reader().form_template(&agency_id, kind.name())?;
    let json = template.to_json();
    let in_use = match last.as_ref().map(|last| last.template.as_str()) {
        None | Some("") => PaperTemplate::standard(kind).to_json(),
        Some(own) => own.to_owned(),
    };
    if in_use == json {
        return Err(Refusal::because("form.same"));
    }
    keep(call, kind, last.as_ref(), (json, &args.note))
}

/// Has the actor's agency print a form as it is shipped again.
///
/// # Errors
/// `form.unknown`; `form.not_own` where it is printed so.
pub fn restore(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Restore = serde_json::from_value(args)?;
    call.about(&args.form);
    let kind = kind_of(&args.form)?;
    let agency_id = call.actor.agency_id.as_text();
    let last = call.tx.reader().form_template(&agency_id, kind.name())?;
    let own = last.filter(|last| !last.template.is_empty());
    let own = own.ok_or_else(|| Refusal::because("form.not_own"))?;
    keep(call, kind, Some(&own), (String::new(), &args.note))
}

fn keep(
    call: &mut Call<'_, '_>,
    kind: PaperKind,
    last: Option<&FormTemplateRecord>,
    (template, note): (String, &str),
) -> Result<Value, Refusal> {
    let agency_id = call.actor.agency_id.as_text();
    let version = last.map_or(0, |last| last.version) + 1;
    let record = FormTemplateRecord {
        id: FormTemplateRecord::key(&agency_id, kind.name(), version),
        agency_id,
        form: kind.name().to_owned(),
        version,
        template,
        note: optional("说明", note, LONGEST_NOTE)?,
        put_by: call.actor.id.as_text(),
        put_name: call.actor.name.clone(),
        put_at: call.now.to_owned(),
    };
    call.tx.form_template_put(&record)?;
    let scope = Scope::agency(call.actor.agency_id);
    let row = serde_json::to_value(&record)?;
    call.project(&scope, "form_template", &record.id, Operation::Put, &row)?;
    Ok(json!({ "form": record.form, "version": version }))
}

/// A version comes to a replica.
pub(crate) fn receive(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    let record: FormTemplateRecord = Deserialize::deserialize(&change.row)?;
    let key = FormTemplateRecord::key(&record.agency_id, &record.form, record.version);
    if record.id != change.row_id || record.id != key {
        return Err(Refusal::because("command.arguments"));
    }
    Ok(tx.form_template_put(&record)?)
}

/// Paper forms: everybody prints them as the own agency has them.
impl View<'_> {
    /// Every form with what the agency has had of it.
    ///
    /// # Errors
    /// The store's own.
    pub fn forms(&self) -> StoreResult<Vec<FormSeen>> {
        let agency_id = self.person.agency_id.as_text();
        let all = self.reader.form_templates(&agency_id)?;
        let of = |kind: PaperKind| {
            let versions = all.iter().filter(|one| one.form == kind.name());
            versions.cloned().collect()
        };
        let seen = PaperKind::all().map(|kind| FormSeen {
            kind,
            versions: of(kind),
        });
        Ok(seen.collect())
    }

    /// The template that the person's agency has a form printed with.
    ///
    /// # Errors
    /// `form.own_unread` for a template that this version of the program does not read.
    pub fn form_in_use(&self, kind: PaperKind) -> Result<PaperTemplate, Refusal> {
        let agency_id = self.person.agency_id.as_text();
        let last = self.reader.form_template(&agency_id, kind.name())?;
        match last.filter(|last| !last.template.is_empty()) {
            None => Ok(PaperTemplate::standard(kind)),
            Some(own) => check_of(kind, &own.template).map_err(|_| {
                Refusal::Rejected(Reason::new("form.own_unread").with("form", kind.label()))
            }),
        }
    }

    /// The JSON of a form: of the version with this number, 0 for the one that is shipped; `None`: in use.
    ///
    /// # Errors
    /// `form.unknown`; `form.no_version`.
    pub fn form_text(&self, name: &str, version: Option<u32>) -> Result<String, Refusal> {
        let kind = kind_of(name)?;
        let shipped = || PaperTemplate::standard(kind).to_json();
        let agency_id = self.person.agency_id.as_text();
        let found = match version {
            Some(0) => return Ok(shipped()),
            None => self.reader.form_template(&agency_id, kind.name())?,
            Some(version) => {
                let all = self.reader.form_templates(&agency_id)?;
                let mut all = all.into_iter();
                let found = all.find(|one| one.form == kind.name() && one.version == version);
                Some(found.ok_or_else(|| Refusal::because("form.no_version"))?)
            }
        };
        let own = found.map(|found| found.template);
        Ok(own.filter(|own| !own.is_empty()).unwrap_or_else(shipped))
    }
}
