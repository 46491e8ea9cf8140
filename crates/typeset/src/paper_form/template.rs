//! A form as an agency has it printed: its title, rules, rows and cells, checked when it is read.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    content::is_known,
    error::FormError,
    kind::FormKind,
    place::{self, Placed},
    read,
};

/// Bytes of a template at most.
pub const LARGEST_TEMPLATE: usize = 256 << 10;
/// Stands for the agency's name in a title.
pub(super) const AGENCY: &str = "{agency}";
pub(super) const MOST_COLUMNS: usize = 24;
const MOST_ROWS: usize = 60;
/// Characters of a printed text at most.
const MOST_PRINTED: usize = 400;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "andu.paper-form/1")]
    One,
}

/// How the paper lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Orientation {
    /// Upright A4: 210 mm by 297 mm.
    #[default]
    Portrait,
    /// A4 on its side: 297 mm by 210 mm.
    Landscape,
}

/// In what title, rules and labels are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormInk {
    /// Black, as most forms.
    #[default]
    Black,
    /// Red, as 发文稿纸.
    Red,
}

/// From the edges of the paper to the frame, in mm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Margins {
    /// To the title.
    pub top: u16,
    /// To the right rule.
    pub right: u16,
    /// To the lowest rule or the line below it.
    pub bottom: u16,
    /// To the left rule; the side that is bound.
    pub left: u16,
}

/// A form as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormTemplate {
    format: Format,
    /// Which form it is.
    pub form: FormKind,
    /// The title; `{agency}` stands for 机关名称.
    pub title: String,
    /// 机关名称, where the content has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub agency: String,
    /// How the paper lies.
    #[serde(default)]
    pub orientation: Orientation,
    /// The colour of title, rules and labels.
    #[serde(default)]
    pub ink: FormInk,
    /// From the edges of the paper to the frame, in mm.
    pub margins_mm: Margins,
    /// What stands on the line over the frame, from left to right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub head: Vec<HeadItem>,
    /// The columns of the frame, in shares of its width.
    pub columns: Vec<u16>,
    /// The rows, from top to bottom.
    pub rows: Vec<Row>,
    /// Lines below the frame.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foot: Vec<String>,
}

/// A label and its field on the line over the frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadItem {
    /// What is printed before it.
    pub label: String,
    /// The field.
    pub field: String,
}

/// A row of cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its height at least, in mm; it grows with what is written.
    pub height_mm: u16,
    /// Printed as often as told, once for each opinion of an area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Repeat>,
    /// Its cells, from left to right, without those that reach down from above.
    pub cells: Vec<Cell>,
}

/// A row for each opinion of an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// The area.
    pub area: String,
    /// How many rows are printed.
    pub times: u16,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// What is printed in it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// What is written in it.
    #[serde(default, skip_serializing_if = "Holds::is_nothing")]
    pub holds: Holds,
    /// Columns it takes.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub columns: u16,
    /// Rows it takes.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub rows: u16,
    /// Its label runs from top to bottom.
    #[serde(default, skip_serializing_if = "is_false")]
    pub vertical: bool,
    /// What is written stands in the middle, not at the left.
    #[serde(default, skip_serializing_if = "is_false")]
    pub centred: bool,
}

/// What is written in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// Nothing: the label stands alone.
    #[default]
    Nothing,
    /// The text of a field.
    Field(String),
    /// A field by boxes: each of `of` that a line of its text names is ticked, any other line is written after them.
    Choices {
        /// The field.
        field: String,
        /// What may be ticked.
        of: Vec<String>,
    },
    /// All opinions of an area.
    Opinions(String),
    /// A part of the opinion that a repeated row is for.
    Entry(EntryPart),
}

/// A part of an opinion, in a repeated row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryPart {
    /// Its number, from 1.
    Number,
    /// 部门或单位
    Department,
    /// The words and strokes.
    Words,
    /// The name, in a ring where it was 圈阅.
    Person,
    /// The date.
    Date,
}

impl Holds {
    fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }
}

const fn one() -> u16 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde passes")]
const fn is_one(count: &u16) -> bool {
    *count == 1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde passes")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl FormTemplate {
    /// The template of a form that comes with the program (`assets/forms`).
    pub fn standard(form: FormKind) -> Self {
        use FormKind as K;
        let text = match form {
            K::OutgoingSheet => include_str!("../../../../assets/forms/outgoing-sheet.json"),
            K::IncomingSheet => include_str!("../../../../assets/forms/incoming-sheet.json"),
            K::CirculationSheet => include_str!("../../../../assets/forms/circulation-sheet.json"),
            K::InternalRequest => include_str!("../../../../assets/forms/internal-request.json"),
            K::CountersignSheet => include_str!("../../../../assets/forms/countersign-sheet.json"),
            K::ReturnSlip => include_str!("../../../../assets/forms/return-slip.json"),
            K::AssignmentSlip => include_str!("../../../../assets/forms/assignment-slip.json"),
            K::SupervisionNotice => {
                include_str!("../../../../assets/forms/supervision-notice.json")
            }
            K::TelephoneRecord => include_str!("../../../../assets/forms/telephone-record.json"),
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

    /// Whether it is a form: known names, each once; rows that fill their columns; texts that fit; one page when blank.
    ///
    /// # Errors
    /// `UnknownName`, `Twice`, `Range`, `RowNotFilled`, `ReachesOut`, `Repeat`, `TextTooLong`, `TooTall`,
    /// `ControlCharacter`, `TooLong`.
    pub fn check(&self) -> Result<(), FormError> {
        self.check_counts()?;
        self.check_texts()?;
        self.check_names()?;
        let placed = self.placed()?;
        let (_, fits) = place::frame(self);
        self.check_labels(&placed)?;
        let rows: usize = self
            .rows
            .iter()
            .map(|row| usize::from(row.height_mm) * row.times())
            .sum();
        if rows as f64 > fits + 1e-6 {
            return Err(FormError::TooTall {
                rows_mm: rows,
                room_mm: fits.max(0.0) as usize,
            });
        }
        Ok(())
    }

    /// The fields it has a place for.
    pub fn placed_fields(&self) -> BTreeSet<&str> {
        let in_cells = self.rows.iter().flat_map(|row| &row.cells);
        let in_cells = in_cells.filter_map(|cell| match &cell.holds {
            Holds::Field(field) | Holds::Choices { field, .. } => Some(field.as_str()),
            Holds::Nothing | Holds::Opinions(_) | Holds::Entry(_) => None,
        });
        let over = self.head.iter().map(|item| item.field.as_str());
        in_cells.chain(over).collect()
    }

    /// The opinion areas it has a place for.
    pub fn placed_areas(&self) -> BTreeSet<&str> {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        let cells = cells.filter_map(|cell| match &cell.holds {
            Holds::Opinions(area) => Some(area.as_str()),
            Holds::Nothing | Holds::Field(_) | Holds::Choices { .. } | Holds::Entry(_) => None,
        });
        let repeated = self.rows.iter().filter_map(|row| row.repeat.as_ref());
        cells
            .chain(repeated.map(|repeat| repeat.area.as_str()))
            .collect()
    }

    /// The cells where they stand, with repeated rows as often as they are printed.
    pub(super) fn placed(&self) -> Result<Vec<Placed<'_>>, FormError> {
        place::placed(&self.rows, self.columns.len())
    }

    fn check_counts(&self) -> Result<(), FormError> {
        let margins = &self.margins_mm;
        for (place, margin) in [
            ("margins_mm/top", margins.top),
            ("margins_mm/right", margins.right),
            ("margins_mm/bottom", margins.bottom),
            ("margins_mm/left", margins.left),
        ] {
            read::range(place, margin.into(), (10, 80))?;
        }
        read::range("columns", self.columns.len(), (1, MOST_COLUMNS))?;
        for (i, share) in self.columns.iter().enumerate() {
            read::range(&format!("columns/{}", i + 1), (*share).into(), (1, 1000))?;
        }
        read::range("head", self.head.len(), (0, 3))?;
        read::range("foot", self.foot.len(), (0, 4))?;
        read::range("rows", self.rows.len(), (1, MOST_ROWS))?;
        for (i, row) in self.rows.iter().enumerate() {
            let place = format!("rows/{}", i + 1);
            read::range(
                &format!("{place}/height_mm"),
                row.height_mm.into(),
                (5, 250),
            )?;
            if let Some(repeat) = &row.repeat {
                let place = format!("{place}/repeat/times");
                read::range(&place, repeat.times.into(), (1, 60))?;
            }
            for (c, cell) in row.cells.iter().enumerate() {
                let place = format!("{place}/cells/{}", c + 1);
                let columns = (1, self.columns.len());
                read::range(&format!("{place}/columns"), cell.columns.into(), columns)?;
                let rows = (1, self.rows.len() - i);
                read::range(&format!("{place}/rows"), cell.rows.into(), rows)?;
            }
        }
        Ok(())
    }

    fn check_texts(&self) -> Result<(), FormError> {
        read::text("title", &self.title, 40)?;
        read::range("title", self.title.trim().chars().count(), (1, 40))?;
        read::text("agency", &self.agency, 100)?;
        for item in &self.head {
            read::text("head", &item.label, 20)?;
        }
        for line in &self.foot {
            read::text("foot", line, MOST_PRINTED)?;
        }
        for (i, row) in self.rows.iter().enumerate() {
            for (c, cell) in row.cells.iter().enumerate() {
                let place = format!("rows/{}/cells/{}", i + 1, c + 1);
                read::text(&place, &cell.label, MOST_PRINTED)?;
                if let Holds::Choices { of, .. } = &cell.holds {
                    read::range(&format!("{place}/of"), of.len(), (1, 20))?;
                    of.iter()
                        .try_for_each(|choice| read::text(&place, choice, 60))?;
                }
            }
        }
        Ok(())
    }

    fn check_names(&self) -> Result<(), FormError> {
        let (label, fields, areas) = (self.form.label(), self.form.fields(), self.form.areas());
        let mut seen = BTreeSet::new();
        let mut once = |name: &str| match seen.insert(name.to_owned()) {
            true => Ok(()),
            false => Err(FormError::Twice {
                name: name.to_owned(),
            }),
        };
        for (i, item) in self.head.iter().enumerate() {
            let place = format!("head/{}", i + 1);
            is_known(label, &place, &item.field, &fields)?;
            once(&item.field)?;
        }
        for (i, row) in self.rows.iter().enumerate() {
            let place = format!("rows/{}", i + 1);
            if let Some(repeat) = &row.repeat {
                is_known(label, &place, &repeat.area, areas)?;
                once(&format!("opinions/{}", repeat.area))?;
            }
            for cell in &row.cells {
                match &cell.holds {
                    Holds::Nothing | Holds::Entry(_) => {}
                    Holds::Field(field) | Holds::Choices { field, .. } => {
                        is_known(label, &place, field, &fields)?;
                        once(field)?;
                    }
                    Holds::Opinions(area) => {
                        is_known(label, &place, area, areas)?;
                        once(&format!("opinions/{area}"))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether what is printed fits where it is printed.
    fn check_labels(&self, placed: &[Placed<'_>]) -> Result<(), FormError> {
        let edges = place::edges(&self.columns, place::frame(self).0);
        let too_long = |row: usize, text: &str| FormError::TextTooLong {
            row,
            text: text.chars().take(20).collect(),
        };
        for line in &self.foot {
            if !place::foot_fits(line, place::frame(self).0) {
                return Err(too_long(0, line));
            }
        }
        for cell in placed {
            let width = edges[cell.column + cell.columns] - edges[cell.column];
            let height: u16 = self.rows[cell.of_row..]
                .iter()
                .take(cell.rows)
                .map(|row| row.height_mm)
                .sum();
            if place::printed_size(cell.cell, width, f64::from(height)).is_none() {
                let text = match (&cell.cell.holds, cell.cell.label.as_str()) {
                    (Holds::Choices { of, .. }, "") => of.first().map_or("", String::as_str),
                    (_, label) => label,
                };
                return Err(too_long(cell.of_row + 1, text));
            }
        }
        Ok(())
    }
}

impl Row {
    /// How often it is printed.
    pub(super) fn times(&self) -> usize {
        self.repeat.as_ref().map_or(1, |repeat| repeat.times.into())
    }
}
