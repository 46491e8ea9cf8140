//! What is written on a form: fields, and opinions with who gave them.

use std::collections::BTreeMap;

use andu_base::Date;
use andu_document::{ClassificationLevel, Handwriting, marking::mark_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    error::FormError,
    kind::{FormKind, Named, RegisterKind},
    read::{self, once},
};

/// Bytes of a file at most.
pub const LARGEST_CONTENT: usize = 32 << 20;
/// Characters of one text at most.
const MOST_CHARS: usize = 50_000;
/// Characters of a name, a department and the like at most.
const MOST_NAME: usize = 200;
/// Opinions on one form at most.
const MOST_OPINIONS: usize = 500;
/// Rows of a register at most.
const MOST_ROWS: usize = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum Format {
    #[default]
    #[serde(rename = "andu.form-content/1")]
    One,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum BookFormat {
    #[default]
    #[serde(rename = "andu.register-content/1")]
    One,
}

/// What is written on a form. Fields and areas without anything are left out; what the template has no place for
/// goes on a 续页.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormContent {
    #[serde(default)]
    format: Format,
    /// The form it is for.
    pub form: FormKind,
    /// 机关名称, over the title; empty: the template's.
    #[serde(default)]
    pub agency: String,
    /// A text for each field's name ([`FormKind::fields`]).
    #[serde(default, deserialize_with = "once")]
    pub fields: BTreeMap<String, String>,
    /// The opinions of each area ([`FormKind::areas`]), in the order they are shown.
    #[serde(default, deserialize_with = "once")]
    pub opinions: BTreeMap<String, Vec<FormOpinion>>,
}

/// One opinion.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FormOpinion {
    /// 部门或单位, where it is shown (会签).
    pub department: String,
    /// The words; `\n` between paragraphs.
    pub words: String,
    /// Who gave it.
    pub person: String,
    /// When; printed as 2026年3月5日.
    pub date: Option<Date>,
    /// The strokes of a pen, drawn in place above the words.
    pub handwriting: Option<Handwriting>,
    /// 圈阅: the name stands in a ring.
    pub circled: bool,
    /// 代录: who put on record what was said or written elsewhere; empty: nobody.
    pub recorded_by: String,
    /// 代签: for whom the person stood in; empty: for nobody.
    pub on_behalf_of: String,
}

/// What is written in a register: a row of texts for each document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterContent {
    #[serde(default)]
    format: BookFormat,
    /// The register it is for.
    pub register: RegisterKind,
    /// 机关名称, over the title; empty: the template's.
    #[serde(default)]
    pub agency: String,
    /// The time it is about: 2026年度.
    #[serde(default)]
    pub period: String,
    /// The rows, in order: a text for each column's name ([`RegisterKind::fields`]).
    #[serde(default)]
    pub rows: Vec<RegisterEntry>,
}

/// One row of a register: a text for each column's name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RegisterEntry(#[serde(deserialize_with = "once")] pub BTreeMap<String, String>);

impl FormContent {
    /// Nothing: the form is printed blank.
    pub fn blank(form: FormKind) -> Self {
        Self {
            format: Format::One,
            form,
            agency: String::new(),
            fields: BTreeMap::new(),
            opinions: BTreeMap::new(),
        }
    }

    /// The same with a text in a field.
    #[must_use]
    pub fn with(mut self, field: &str, text: impl Into<String>) -> Self {
        self.fields.insert(field.to_owned(), text.into());
        self
    }

    /// The same with one more opinion in an area.
    #[must_use]
    pub fn with_opinion(mut self, area: &str, opinion: FormOpinion) -> Self {
        let area = self.opinions.entry(area.to_owned()).or_default();
        area.push(opinion);
        self
    }

    /// Reads the JSON of a content.
    ///
    /// # Errors
    /// `TooLarge`, `Syntax`, `Handwriting`, and those of [`Self::check`].
    pub fn parse(text: &str) -> Result<Self, FormError> {
        let read = read::json(text, LARGEST_CONTENT);
        let read: Self = read.map_err(|error| no_handwriting(text).unwrap_or(error))?;
        read.check()?;
        Ok(read)
    }

    /// The highest 密级 that is marked in it: in its field, or as a line with ★ in any text.
    pub fn marked(&self) -> Option<ClassificationLevel> {
        let fields = self.fields.iter();
        let fields =
            fields.filter_map(|(name, text)| mark_of(text, name.as_str() == "classification"));
        let opinions = self.opinions.values().flatten();
        let words = opinions.filter_map(|opinion| mark_of(&opinion.words, false));
        fields.chain(words).max()
    }

    /// Whether every name is known and every text within bounds; done before a form is set, too.
    ///
    /// # Errors
    /// `UnknownName`, `TooLong`, `ControlCharacter`, `SaysNothing`, `Range`.
    pub fn check(&self) -> Result<(), FormError> {
        read::text("agency", &self.agency, MOST_NAME)?;
        let known = self.form.fields();
        for (name, text) in &self.fields {
            let place = format!("fields/{name}");
            is_known(self.form.label(), &place, name, &known)?;
            read::text(&place, text, MOST_CHARS)?;
        }
        for (area, opinions) in &self.opinions {
            let place = format!("opinions/{area}");
            is_known(self.form.label(), &place, area, self.form.areas())?;
            for (i, opinion) in opinions.iter().enumerate() {
                opinion.check(&format!("{place}/{}", i + 1))?;
            }
        }
        let count = self.opinions.values().map(Vec::len).sum();
        read::range("opinions", count, (0, MOST_OPINIONS))
    }
}

impl FormOpinion {
    fn check(&self, place: &str) -> Result<(), FormError> {
        read::text(&format!("{place}/words"), &self.words, MOST_CHARS)?;
        for (name, text) in [
            ("department", &self.department),
            ("person", &self.person),
            ("recorded_by", &self.recorded_by),
            ("on_behalf_of", &self.on_behalf_of),
        ] {
            read::text(&format!("{place}/{name}"), text, MOST_NAME)?;
        }
        let named = !self.person.trim().is_empty() || !self.department.trim().is_empty();
        if self.words.trim().is_empty() && self.handwriting.is_none() && !named {
            return Err(FormError::SaysNothing {
                place: place.to_owned(),
            });
        }
        Ok(())
    }
}

impl RegisterContent {
    /// A blank page of a register, to be filled in by hand.
    pub fn blank(register: RegisterKind) -> Self {
        Self {
            format: BookFormat::One,
            register,
            agency: String::new(),
            period: String::new(),
            rows: Vec::new(),
        }
    }

    /// Reads the JSON of a register's rows.
    ///
    /// # Errors
    /// `TooLarge`, `Syntax`, and those of [`Self::check`].
    pub fn parse(text: &str) -> Result<Self, FormError> {
        let read: Self = read::json(text, LARGEST_CONTENT)?;
        read.check()?;
        Ok(read)
    }

    /// The highest 密级 that is marked with ★ in it. A bare word is none: a register has a column for them.
    pub fn marked(&self) -> Option<ClassificationLevel> {
        let texts = self.rows.iter().flat_map(|row| row.0.values());
        texts.filter_map(|text| mark_of(text, false)).max()
    }

    /// Whether every name is known and every text within bounds; done before a register is set, too.
    ///
    /// # Errors
    /// `UnknownName`, `TooLong`, `ControlCharacter`, `Range`.
    pub fn check(&self) -> Result<(), FormError> {
        read::text("agency", &self.agency, MOST_NAME)?;
        read::text("period", &self.period, MOST_NAME)?;
        read::range("rows", self.rows.len(), (0, MOST_ROWS))?;
        for (i, row) in self.rows.iter().enumerate() {
            for (name, text) in &row.0 {
                let place = format!("rows/{}/{name}", i + 1);
                is_known(self.register.label(), &place, name, self.register.fields())?;
                read::text(&place, text, MOST_CHARS)?;
            }
        }
        Ok(())
    }
}

/// What is wrong with the strokes of a content that could not be read; `None`: nothing.
fn no_handwriting(text: &str) -> Option<FormError> {
    let whole: Value = serde_json::from_str(text).ok()?;
    for (area, opinions) in whole.get("opinions")?.as_object()? {
        for (i, opinion) in opinions.as_array()?.iter().enumerate() {
            let strokes = opinion.get("handwriting").filter(|hand| !hand.is_null());
            let Some(strokes) = strokes else { continue };
            if let Err(cause) = Handwriting::parse(&strokes.to_string()) {
                let place = format!("opinions/{area}/{}/handwriting", i + 1);
                return Some(FormError::Handwriting { place, cause });
            }
        }
    }
    None
}

/// Refuses a name that is not among those known.
pub(super) fn is_known(
    form: &'static str,
    place: &str,
    name: &str,
    known: &[Named],
) -> Result<(), FormError> {
    if known.iter().any(|one| one.name == name) {
        return Ok(());
    }
    Err(FormError::UnknownName {
        form,
        place: place.to_owned(),
        name: name.chars().take(40).collect(),
        known: known.iter().map(|one| one.name).collect(),
    })
}
