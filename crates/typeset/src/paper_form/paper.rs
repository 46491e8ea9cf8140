//! A form or a register, whichever: what an agency may have its own template of.

use std::sync::Arc;

use super::{
    FormContent, FormError, FormKind, FormTemplate, RegisterContent, RegisterKind,
    RegisterTemplate, paper_form, register_book,
};
use crate::{FontShelf, Typeset};

/// Which form or register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaperKind {
    /// A form that goes along with a document.
    Form(FormKind),
    /// A register.
    Register(RegisterKind),
}

/// The template of either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperTemplate {
    /// Of a form.
    Form(FormTemplate),
    /// Of a register.
    Register(RegisterTemplate),
}

impl PaperKind {
    /// All eleven, in the order they are listed.
    pub fn all() -> impl Iterator<Item = Self> {
        let forms = FormKind::ALL.into_iter().map(Self::Form);
        forms.chain(RegisterKind::ALL.into_iter().map(Self::Register))
    }

    /// Its name in JSON and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Form(form) => form.name(),
            Self::Register(register) => register.name(),
        }
    }

    /// What an office calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Form(form) => form.label(),
            Self::Register(register) => register.label(),
        }
    }

    /// The form or register of that name or label.
    pub fn of_name(name: &str) -> Option<Self> {
        let form = FormKind::of_name(name).map(Self::Form);
        form.or_else(|| RegisterKind::of_name(name).map(Self::Register))
    }
}

impl PaperTemplate {
    /// The template that comes with the program.
    pub fn standard(kind: PaperKind) -> Self {
        match kind {
            PaperKind::Form(form) => Self::Form(FormTemplate::standard(form)),
            PaperKind::Register(register) => Self::Register(RegisterTemplate::standard(register)),
        }
    }

    /// Reads and checks the JSON of a template; which of the two it is, its format says.
    ///
    /// # Errors
    /// Those of [`FormTemplate::parse`] and [`RegisterTemplate::parse`].
    pub fn parse(text: &str) -> Result<Self, FormError> {
        match text.contains("andu.register-form/") {
            true => RegisterTemplate::parse(text).map(Self::Register),
            false => FormTemplate::parse(text).map(Self::Form),
        }
    }

    /// Its one JSON.
    pub fn to_json(&self) -> String {
        match self {
            Self::Form(form) => form.to_json(),
            Self::Register(register) => register.to_json(),
        }
    }

    /// What it is a template of.
    pub const fn kind(&self) -> PaperKind {
        match self {
            Self::Form(form) => PaperKind::Form(form.form),
            Self::Register(register) => PaperKind::Register(register.register),
        }
    }

    /// Sets it to be filled in by hand, for an agency; without a name the template's own stands.
    ///
    /// # Errors
    /// Those of [`paper_form`] and [`register_book`].
    pub fn blank(&self, shelf: &Arc<FontShelf>, agency: &str) -> Result<Typeset, FormError> {
        match self {
            Self::Form(form) => {
                let mut content = FormContent::blank(form.form);
                agency.clone_into(&mut content.agency);
                paper_form(shelf, form, &content)
            }
            Self::Register(register) => {
                let mut content = RegisterContent::blank(register.register);
                agency.clone_into(&mut content.agency);
                register_book(shelf, register, &content)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_template_reads_back_as_what_it_is_of() {
        let mut names = std::collections::BTreeSet::new();
        for kind in PaperKind::all() {
            let template = PaperTemplate::standard(kind);
            let read = PaperTemplate::parse(&template.to_json());
            assert_eq!(read.expect("a shipped template"), template);
            assert_eq!(template.kind(), kind);
            assert_eq!(PaperKind::of_name(kind.label()), Some(kind));
            names.insert(kind.name());
        }
        assert_eq!(names.len(), 11);
    }
}
