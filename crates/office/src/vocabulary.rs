//! Sheets of the vocabulary (agencies, people, phrases): a row of column names, then rows of texts.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx, XlsxError};
use serde::{Deserialize, Serialize};

use crate::{error::OfficeError, limits::Limits, package::Package, source::clean};

/// Characters that a cell holds (Excel's limit).
const CELL_CHARACTERS: usize = 32_767;

/// Which sheet; it says which columns there must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetKind {
    /// 机关
    Agencies,
    /// 人员
    People,
    /// 常用语
    Phrases,
    /// 收发文登记簿
    Register,
}

impl SheetKind {
    /// The columns that a sheet must have; others are kept as they are.
    pub const fn required(self) -> &'static [&'static str] {
        match self {
            Self::Agencies => &["全称"],
            Self::People => &["姓名"],
            Self::Phrases => &["内容"],
            // Its columns go by several names.
            Self::Register => &[],
        }
    }

    /// The columns that a new sheet is given.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Agencies => &["全称", "规范化简称", "统称", "机关代字", "层级"],
            Self::People => &["姓名", "单位", "职务", "电话"],
            Self::Phrases => &["内容", "分类"],
            Self::Register => &["文号", "标题", "成文日期", "主送机关", "来文单位", "备注"],
        }
    }
}

/// A sheet as texts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Table {
    /// Names of columns; no two are the same.
    pub columns: Vec<String>,
    /// Rows without the empty ones; each has as many texts as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// Reads the first sheet of an .xlsx file.
///
/// # Errors
/// Those of packages (`NotPackage`, `Encrypted`, `UnpacksTooFar`, …), `NoTextDocument` for another
/// kind of file, `NoHeaderRow`, `DoubleColumn`, `MissingColumn`, `SheetTooLarge`, `DamagedPart`.
pub fn read(bytes: &[u8], kind: SheetKind, limits: &Limits) -> Result<Table, OfficeError> {
    Ok(read_numbered(bytes, kind, limits)?.0)
}

/// The same, with the number that each row has in the sheet (from 1, blank rows counted), by which a person
/// finds it again.
///
/// # Errors
/// As [`read`].
pub fn read_numbered(
    bytes: &[u8],
    kind: SheetKind,
    limits: &Limits,
) -> Result<(Table, Vec<u32>), OfficeError> {
    let mut package = Package::open(bytes, limits)?;
    if package.kind() != "xlsx" {
        return Err(OfficeError::NoTextDocument {
            kind: package.kind().to_owned(),
        });
    }
    package.check_all()?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let name = workbook
        .sheet_names()
        .into_iter()
        .next()
        .ok_or(OfficeError::NoHeaderRow)?;
    let grid = read_cells(&mut workbook, &name, limits)?;
    table_of(grid, kind)
}

fn damaged(error: &XlsxError) -> OfficeError {
    match error {
        XlsxError::Password => OfficeError::Encrypted,
        _ => OfficeError::DamagedPart {
            part: "xl".to_owned(),
        },
    }
}

/// Reads cell by cell: a sheet may claim a size that no memory holds.
fn read_cells<R: std::io::Read + std::io::Seek>(
    workbook: &mut Xlsx<R>,
    name: &str,
    limits: &Limits,
) -> Result<Vec<Vec<String>>, OfficeError> {
    let too_large = || OfficeError::SheetTooLarge {
        limit: limits.rows,
        columns: limits.columns,
    };
    let mut cells = workbook
        .worksheet_cells_reader(name)
        .map_err(|error| damaged(&error))?;
    let mut grid: Vec<Vec<String>> = Vec::new();
    let mut left = limits.steps;
    while let Some(cell) = cells.next_cell().map_err(|error| damaged(&error))? {
        left = left.checked_sub(1).ok_or(OfficeError::TooMuchWork {
            limit: limits.steps,
        })?;
        let text = cell_text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        if u64::from(row) > limits.rows || u64::from(column) >= limits.columns {
            return Err(too_large());
        }
        let (row, column) = (row as usize, column as usize);
        if grid.len() <= row {
            grid.resize(row + 1, Vec::new());
        }
        if grid[row].len() <= column {
            grid[row].resize(column + 1, String::new());
        }
        grid[row][column] = text;
    }
    Ok(grid)
}

fn cell_text(value: &DataRef<'_>) -> String {
    let text = match value {
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => n.to_string(),
        DataRef::Bool(b) => if *b { "是" } else { "否" }.to_owned(),
        DataRef::DateTime(date) => date.as_f64().to_string(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    };
    let (text, _) = clean(&text);
    text.trim().chars().take(CELL_CHARACTERS).collect()
}

fn table_of(grid: Vec<Vec<String>>, kind: SheetKind) -> Result<(Table, Vec<u32>), OfficeError> {
    let mut rows = (1..)
        .zip(grid)
        .filter(|(_, row)| row.iter().any(|text| !text.is_empty()));
    let (_, columns) = rows.next().ok_or(OfficeError::NoHeaderRow)?;
    for (at, column) in columns.iter().enumerate() {
        if !column.is_empty() && columns[..at].contains(column) {
            return Err(OfficeError::DoubleColumn {
                column: column.clone(),
            });
        }
    }
    for required in kind.required() {
        if !columns.iter().any(|column| column == required) {
            return Err(OfficeError::MissingColumn {
                column: (*required).to_owned(),
            });
        }
    }
    // Cells without a column name over them belong to nothing.
    let named: Vec<usize> = (0..columns.len())
        .filter(|at| !columns[*at].is_empty())
        .collect();
    let pick = |row: &[String]| -> Vec<String> {
        named
            .iter()
            .map(|at| row.get(*at).cloned().unwrap_or_default())
            .collect()
    };
    let (lines, rows) = rows
        .map(|(line, row)| (line, pick(&row)))
        .filter(|(_, row)| row.iter().any(|t| !t.is_empty()))
        .unzip();
    let columns = pick(&columns);
    Ok((Table { columns, rows }, lines))
}

/// Writes an .xlsx file. Every cell is a text: what looks like a formula stays what it is.
///
/// # Errors
/// `SheetTooLarge`, `CellTooLong`, `Workbook`.
pub fn write(table: &Table, limits: &Limits) -> Result<Vec<u8>, OfficeError> {
    let failed = |error| OfficeError::Workbook(Box::new(error));
    let rows = std::iter::once(&table.columns).chain(&table.rows);
    if table.rows.len() as u64 > limits.rows || table.columns.len() as u64 > limits.columns {
        return Err(OfficeError::SheetTooLarge {
            limit: limits.rows,
            columns: limits.columns,
        });
    }
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let text = rust_xlsxwriter::Format::new().set_num_format("@");
    for (at, row) in (0u32..).zip(rows) {
        for (column, value) in (0u16..).zip(row.iter().take(table.columns.len())) {
            let (value, _) = clean(value);
            if value.chars().count() > CELL_CHARACTERS {
                return Err(OfficeError::CellTooLong {
                    row: u64::from(at) + 1,
                    column: u64::from(column) + 1,
                    limit: CELL_CHARACTERS as u64,
                });
            }
            if !value.is_empty() {
                sheet
                    .write_string_with_format(at, column, value, &text)
                    .map_err(failed)?;
            }
        }
    }
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    workbook.save_to_buffer().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let texts = |row: &[&str]| row.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        Table {
            columns: texts(&["全称", "规范化简称"]),
            rows: vec![
                texts(&["望溪县水务局", "县水务局"]),
                texts(&["=HYPERLINK(\"x\")", "+1"]),
            ],
        }
    }

    #[test]
    fn a_sheet_reads_back_as_written_and_formulas_stay_texts() {
        let bytes = write(&sample(), &Limits::default()).expect("a workbook");
        let mut package = Package::open(&bytes, &Limits::default()).expect("a package");
        let sheet = package
            .part("xl/worksheets/sheet1.xml")
            .expect("unpacks")
            .expect("is there");
        assert!(
            !String::from_utf8_lossy(&sheet).contains("<f>"),
            "no formula is written"
        );
        assert_eq!(
            read(&bytes, SheetKind::Agencies, &Limits::default()).expect("reads"),
            sample()
        );
    }

    #[test]
    fn columns_that_must_be_there_are_asked_for() {
        let bytes = write(&sample(), &Limits::default()).expect("a workbook");
        let error = read(&bytes, SheetKind::People, &Limits::default()).expect_err("no 姓名");
        assert!(matches!(error, OfficeError::MissingColumn { column } if column == "姓名"));
    }

    #[test]
    fn too_many_rows_are_refused_both_ways() {
        let limits = Limits {
            rows: 1,
            ..Limits::default()
        };
        assert!(matches!(
            write(&sample(), &limits),
            Err(OfficeError::SheetTooLarge { .. })
        ));
        let bytes = write(&sample(), &Limits::default()).expect("a workbook");
        let error = read(&bytes, SheetKind::Agencies, &limits).expect_err("two rows");
        assert!(
            matches!(error, OfficeError::SheetTooLarge { .. }),
            "{error}"
        );
    }
}
