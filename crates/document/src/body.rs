//! What a body is made of: paragraphs, headings of four levels, tables and images. Numbers of
//! headings are not stored: they follow from the order (`number` of a heading is computed).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One block of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Block {
    /// A paragraph, indented by two characters.
    Paragraph {
        /// Text in runs.
        runs: Vec<Run>,
        /// Alignment; `None` is the ordinary indented paragraph.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        align: Option<Align>,
    },
    /// A heading; its number (一、 （一） 1. （1）) is made by the program.
    Heading {
        /// 1 to 4.
        #[schemars(range(min = 1, max = 4))]
        level: u8,
        /// Text in runs, without the number.
        runs: Vec<Run>,
        /// `true` where the heading stands without a number.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unnumbered: bool,
        /// Body text that follows on the same line (段首标题), if any.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        run_in: Vec<Run>,
    },
    /// A line set in the middle, such as 第一章 总则 of a regulation (黑体) or its 第一节.
    Centered {
        /// Text in runs.
        runs: Vec<Run>,
    },
    /// A table.
    Table(Table),
    /// An image.
    Image(Image),
    /// A new page begins here.
    PageBreak,
}

/// Alignment of a paragraph that is not the ordinary one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Flush left, no indent.
    Left,
    /// Centred.
    Center,
    /// Flush right.
    Right,
}

/// A run of text of one look. Line breaks are `\n`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The text.
    pub text: String,
    /// 加粗
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bold: bool,
    /// 下划线
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub underline: bool,
    /// 上标
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub superscript: bool,
    /// 下标
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub subscript: bool,
    /// A mark of comparison (花脸稿); never in a document that is issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub change: Option<Change>,
    /// Whose change it is, by number from 1 in the legend; `None` where two versions are compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub by: Option<u8>,
}

/// How a run differs from an earlier version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// New here.
    Inserted,
    /// Gone from here.
    Deleted,
}

/// A table; the first `header_rows` rows repeat on each page it continues on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Text over the table, centred; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub caption: String,
    /// Rows from the top.
    pub rows: Vec<Row>,
    /// Rows that repeat on each page.
    #[serde(default)]
    pub header_rows: usize,
    /// Relative widths of columns; empty: equal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub widths: Vec<u32>,
    /// Set across a turned page (GB/T 9704-2012, 8).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub landscape: bool,
}

/// Whether figures under this head name rows (序号, 年份) and are no amounts: they stand in the middle.
pub fn names_rows(head: &str) -> bool {
    const HEADS: [&str; 8] = [
        "序号", "编号", "行次", "年份", "年度", "月份", "名次", "排名",
    ];
    let bare: String = head.chars().filter(|c| !c.is_whitespace()).collect();
    HEADS.contains(&bare.as_str())
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Cells from the left; a cell covered by a span above or beside it is left out.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// Text in runs; paragraphs are divided by `\n`.
    #[serde(default)]
    pub runs: Vec<Run>,
    /// Columns covered, from 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub colspan: u32,
    /// Rows covered, from 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub rowspan: u32,
    /// Alignment; `None` is centred for text, right for numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub align: Option<Align>,
}

/// An image, carried in the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// `image/png`, `image/jpeg` or `image/webp`.
    pub media_type: String,
    /// The file's bytes in Base64.
    pub data: String,
    /// Width on paper in tenths of a millimetre, at most 1560 (the width of 版心).
    pub width_tenth_mm: u32,
    /// Said instead of the image; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alt: String,
}

const fn one() -> u32 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape serde asks for"
)]
const fn is_one(n: &u32) -> bool {
    *n == 1
}

impl Run {
    /// A plain run.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

impl Block {
    /// An ordinary paragraph of plain text.
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::Paragraph {
            runs: vec![Run::plain(text)],
            align: None,
        }
    }

    /// A numbered heading of plain text; `level` is 1 to 4.
    pub fn heading(level: u8, text: impl Into<String>) -> Self {
        Self::Heading {
            level,
            runs: vec![Run::plain(text)],
            unnumbered: false,
            run_in: Vec::new(),
        }
    }

    /// The text a reader sees in this block, without numbers of headings.
    pub fn text(&self) -> String {
        let joined = |runs: &[Run]| runs.iter().map(|run| run.text.as_str()).collect::<String>();
        match self {
            Self::Paragraph { runs, .. } | Self::Centered { runs } => joined(runs),
            Self::Heading { runs, run_in, .. } => joined(runs) + &joined(run_in),
            Self::Table(table) => {
                let cells = table.rows.iter().flat_map(|row| &row.cells);
                let texts = cells.map(|cell| joined(&cell.runs)).collect::<Vec<_>>();
                if table.caption.is_empty() {
                    texts.join("\n")
                } else {
                    format!("{}\n{}", table.caption, texts.join("\n"))
                }
            }
            Self::Image(image) => image.alt.clone(),
            Self::PageBreak => String::new(),
        }
    }
}

/// Counts headings and gives each its number: 一、 （一） 1. （1） (GB/T 9704-2012, 7.3.3).
#[derive(Debug, Clone, Default)]
pub struct HeadingNumbers {
    counts: [u32; 4],
}

impl HeadingNumbers {
    /// The number of the next heading of `level` (1 to 4; others count as 4). Deeper counts restart.
    pub fn next(&mut self, level: u8) -> String {
        let at = usize::from(level.clamp(1, 4)) - 1;
        self.counts[at] += 1;
        self.counts[at + 1..].fill(0);
        let n = self.counts[at];
        match at {
            0 => format!("{}、", chinese_numeral(n)),
            1 => format!("（{}）", chinese_numeral(n)),
            2 => format!("{n}."),
            _ => format!("（{n}）"),
        }
    }
}

/// A whole number below 10,000 in the small Chinese numerals of headings and articles: 十二, 一百零五.
pub fn chinese_numeral(n: u32) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    if n == 0 || n >= 10_000 {
        return n.to_string().replace('0', if n == 0 { "零" } else { "0" });
    }
    let mut text = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = (n / unit % 10) as usize;
        if digit == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push('零');
            gap = false;
        }
        if !(digit == 1 && unit == 10 && text.is_empty()) {
            text.push_str(DIGITS[digit]);
        }
        text.push_str(name);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_number_themselves_and_restart_below() {
        let mut numbers = HeadingNumbers::default();
        let made: Vec<_> = [1, 2, 2, 3, 4, 1, 2]
            .map(|level| numbers.next(level))
            .into();
        assert_eq!(
            made,
            ["一、", "（一）", "（二）", "1.", "（1）", "二、", "（一）"]
        );
    }

    #[test]
    fn numerals_put_zero_only_into_gaps() {
        for (n, text) in [
            (1, "一"),
            (10, "十"),
            (12, "十二"),
            (20, "二十"),
            (105, "一百零五"),
            (110, "一百一十"),
            (1001, "一千零一"),
            (1010, "一千零一十"),
        ] {
            assert_eq!(chinese_numeral(n), text);
        }
    }
}
