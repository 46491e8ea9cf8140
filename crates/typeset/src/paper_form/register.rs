//! A register as an agency has it printed: its title and columns.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    content::is_known,
    error::FormError,
    kind::RegisterKind,
    place::{self, PAD_X, TITLE_ROOM},
    read,
    template::{FormInk, LARGEST_TEMPLATE, MOST_COLUMNS, Margins, Orientation},
};
use crate::table::MM_PER_PT;

/// Size of the labels of columns, in pt.
pub(super) const LABEL_PT: f64 = 10.5;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "andu.register-form/1")]
    One,
}

/// A register as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterTemplate {
    format: Format,
    /// Which register it is.
    pub register: RegisterKind,
    /// The title; `{agency}` stands for 机关名称.
    pub title: String,
    /// 机关名称, where the content has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub agency: String,
    /// How the paper lies.
    pub orientation: Orientation,
    /// The colour of title, rules and labels.
    #[serde(default)]
    pub ink: FormInk,
    /// From the edges of the paper to the frame, in mm.
    pub margins_mm: Margins,
    /// Height of the row of labels, in mm.
    pub head_mm: u16,
    /// Height of a row at least, in mm; it grows with what is written.
    pub row_mm: u16,
    /// The columns, from left to right.
    pub columns: Vec<Column>,
}

/// A column of a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// What is written in it.
    pub field: String,
    /// Its label; empty: the field's own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Its share of the width.
    pub share: u16,
    /// What is written stands in the middle, not at the left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub centred: bool,
}

impl RegisterTemplate {
    /// The template of a register that comes with the program (`assets/forms`).
    pub fn standard(register: RegisterKind) -> Self {
        let text = match register {
            RegisterKind::OutgoingRegister => {
                include_str!("../../../../assets/forms/outgoing-register.json")
            }
            RegisterKind::IncomingRegister => {
                include_str!("../../../../assets/forms/incoming-register.json")
            }
        };
        Self::parse(text).expect("BUG: the templates that are built in are tested")
    }

    /// Reads the JSON of a template.
    ///
    /// # Errors
    /// `TooLarge`, `Syntax`, and those of [`Self::check`].
    pub fn parse(text: &str) -> Result<Self, FormError> {
        let read: Self = read::json(text, LARGEST_TEMPLATE)?;
        read.check()?;
        Ok(read)
    }

    /// Its one JSON.
    pub fn to_json(&self) -> String {
        read::written(self)
    }

    /// Whether it is a register: known names, each once; labels that fit; room for rows.
    ///
    /// # Errors
    /// `UnknownName`, `Twice`, `Range`, `TextTooLong`, `TooTall`, `ControlCharacter`, `TooLong`.
    pub fn check(&self) -> Result<(), FormError> {
        let margins = self.margins_mm;
        for margin in [margins.top, margins.right, margins.bottom, margins.left] {
            read::range("margins_mm", margin.into(), (10, 60))?;
        }
        read::text("title", &self.title, 40)?;
        read::range("title", self.title.trim().chars().count(), (1, 40))?;
        read::text("agency", &self.agency, 100)?;
        read::range("head_mm", self.head_mm.into(), (6, 30))?;
        read::range("row_mm", self.row_mm.into(), (6, 60))?;
        read::range("columns", self.columns.len(), (1, MOST_COLUMNS))?;
        let mut seen = BTreeSet::new();
        for (i, column) in self.columns.iter().enumerate() {
            let place = format!("columns/{}", i + 1);
            is_known(
                self.register.label(),
                &place,
                &column.field,
                self.register.fields(),
            )?;
            if !seen.insert(&column.field) {
                return Err(FormError::Twice {
                    name: column.field.clone(),
                });
            }
            read::range(&format!("{place}/share"), column.share.into(), (1, 1000))?;
            read::text(&place, &column.label, 20)?;
        }
        self.check_labels()
    }

    /// The label of a column.
    pub(super) fn label<'a>(&self, column: &'a Column) -> &'a str {
        match column.label.as_str() {
            "" => self
                .register
                .field_label(&column.field)
                .unwrap_or(&column.field),
            label => label,
        }
    }

    /// Edges of the columns from the frame's left, in mm.
    pub(super) fn edges(&self) -> Vec<f64> {
        let shares: Vec<u16> = self.columns.iter().map(|column| column.share).collect();
        place::edges(&shares, self.width())
    }

    /// Width of the frame in mm.
    pub(super) fn width(&self) -> f64 {
        let (left, right) = (self.margins_mm.left, self.margins_mm.right);
        place::paper(self.orientation).0 - f64::from(left) - f64::from(right)
    }

    fn check_labels(&self) -> Result<(), FormError> {
        let size = LABEL_PT * MM_PER_PT;
        for (pair, column) in self.edges().windows(2).zip(&self.columns) {
            let (label, room) = (self.label(column), pair[1] - pair[0] - PAD_X);
            let ems = (room / size + 1e-6).floor();
            let lines = (label.chars().count() as f64 / ems.max(1.0)).ceil();
            if ems < 1.0 || lines * size * place::LEADING > f64::from(self.head_mm) {
                return Err(FormError::TextTooLong {
                    row: 1,
                    text: label.chars().take(20).collect(),
                });
            }
        }
        let (top, bottom) = (self.margins_mm.top, self.margins_mm.bottom);
        let above = f64::from(top) + f64::from(bottom) + TITLE_ROOM + place::HEAD_ROOM;
        let room = place::paper(self.orientation).1 - above - f64::from(self.head_mm);
        match room < f64::from(self.row_mm) * 2.0 {
            true => Err(FormError::TooTall {
                rows_mm: usize::from(self.row_mm) * 2,
                room_mm: room.max(0.0) as usize,
            }),
            false => Ok(()),
        }
    }
}
