//! Reports: what the program says on paper that is no 公文, in headings, paragraphs, tables and figures. `typeset` makes
//! pages of them and `office` a Word file; both go by the same sheets and part a figure the same way. Lengths are
//! hundredths of a millimetre.

mod part;

pub use part::Parted;

use serde::{Deserialize, Serialize};

/// A report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// Its title.
    pub title: String,
    /// Lines under the title: version, source.
    pub under: Vec<String>,
    /// One after the other.
    pub sections: Vec<Section>,
}

/// A section of a report: its sheets stand all upright or all turned.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Section {
    /// Its heading, with its number.
    pub title: String,
    /// On sheets that are wider than high.
    pub turned: bool,
    /// What it says.
    pub blocks: Vec<ReportBlock>,
}

/// What a section says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportBlock {
    /// A heading under the section's.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A table.
    Table(ReportTable),
    /// A figure.
    Figure(Figure),
}

/// A table: its head stands again on every page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReportTable {
    /// The columns.
    pub columns: Vec<Column>,
    /// A text for each column; what is missing is empty.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Column {
    /// Its head.
    pub title: String,
    /// How much of the width it has, beside the other columns' shares.
    pub share: u32,
}

/// A figure of boxes, lines and words. Nothing lies outside of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figure {
    /// From the left edge to the right one.
    pub width: i32,
    /// From the upper edge to the lower one.
    pub height: i32,
    /// The height of the band at the top that stands again on every page; 0: none.
    pub head: i32,
    /// What is drawn, the later over the earlier.
    pub marks: Vec<Mark>,
    /// What it shows, under it.
    pub caption: String,
}

/// Something drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A box.
    Box {
        /// Where.
        area: Area,
        /// Its outline.
        form: Form,
        /// How it is drawn.
        pen: Pen,
        /// A frame around other boxes: it may be parted.
        frame: bool,
    },
    /// A line.
    Line {
        /// Where it begins, bends and ends.
        points: Vec<(i32, i32)>,
        /// With an arrow head at its end.
        arrow: bool,
        /// How it is drawn.
        pen: Pen,
    },
    /// A line of words. What is not centred stands on white: lines end before it.
    Words {
        /// Where it begins; where its middle is, if it is `centred`.
        x: i32,
        /// The top of its letters.
        y: i32,
        /// How wide it is about.
        width: i32,
        /// The height of its letters.
        size: i32,
        /// Around `x`.
        centred: bool,
        /// The words.
        text: String,
    },
}

/// A part of a figure or sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Area {
    /// Its left edge.
    pub x: i32,
    /// Its upper edge.
    pub y: i32,
    /// Its width.
    pub w: i32,
    /// Its height.
    pub h: i32,
}

/// The outline of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// With corners.
    Square,
    /// With round ends.
    Rounded,
    /// On its corner.
    Diamond,
    /// A circle, or an ellipse.
    Circle,
    /// Filled.
    Bar,
}

/// How something is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pen {
    /// A thin line.
    #[default]
    Thin,
    /// A thick line.
    Heavy,
    /// A thin line with gaps.
    Dashed,
}

/// A sheet of A4 with its margins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
    /// What is written on.
    pub core: Area,
}

impl Paper {
    /// Upright: as wide as 版心 (GB/T 9704-2012, 5.2.1), higher, as it is no 公文.
    pub const UPRIGHT: Self = Self {
        width: 21_000,
        height: 29_700,
        core: Area {
            x: 2_800,
            y: 3_000,
            w: 15_600,
            h: 23_700,
        },
    };

    /// Turned.
    pub const TURNED: Self = Self {
        width: 29_700,
        height: 21_000,
        core: Area {
            x: 2_300,
            y: 2_700,
            w: 25_100,
            h: 15_600,
        },
    };

    /// The sheets of a section.
    #[must_use]
    pub const fn of(turned: bool) -> Self {
        if turned { Self::TURNED } else { Self::UPRIGHT }
    }
}

impl Section {
    /// A section of what it says, on turned sheets where a figure of it is better seen so.
    #[must_use]
    pub fn of(title: String, blocks: Vec<ReportBlock>) -> Self {
        let turned = blocks.iter().any(|block| match block {
            ReportBlock::Figure(figure) => figure.is_better_turned(),
            ReportBlock::Heading(_) | ReportBlock::Paragraph(_) | ReportBlock::Table(_) => false,
        });
        Self {
            title,
            turned,
            blocks,
        }
    }
}
