//! An old register (收发文登记簿) as a sheet, and the scans that lie beside it: which file belongs to which
//! line. Files are known by the number in their names; what is not plain is left to a person.

use std::collections::BTreeMap;

use andu_base::Date;
use andu_document::IssueNumber;
use serde::{Deserialize, Serialize};

use crate::{
    error::OfficeError,
    limits::Limits,
    vocabulary::{self, SheetKind, Table},
};

/// A line of a register.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RegisterLine {
    /// Number of its row in the sheet as a person counts them: the names of columns and blank rows are counted.
    pub line: u32,
    /// 文号 as it is written.
    pub number: String,
    /// 标题
    pub title: String,
    /// 日期 as it is written.
    pub date: String,
    /// 主送机关
    pub recipients: String,
    /// 来文单位; empty for an outgoing document.
    pub sender: String,
    /// What else the register says.
    pub note: String,
}

/// How sure it is what belongs to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Its number reads, and its files are found by it.
    Matched,
    /// Its number reads, and there is no file.
    Unmatched,
    /// A person has to look: `why` says at what.
    Doubtful,
}

/// Why a person has to look at a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// There is no title.
    NoTitle,
    /// The number does not read as one.
    Number,
    /// Another line has the same number.
    Twice,
    /// The date does not read as one.
    Date,
    /// A file has the year and the serial, and another code or none.
    Code,
    /// Its document is there already.
    Known,
}

/// A line with what was found for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterMatch {
    /// The line.
    pub line: RegisterLine,
    /// Its number; `None` where it does not read.
    pub number: Option<IssueNumber>,
    /// Its date; `None` where there is none, or it does not read.
    pub date: Option<Date>,
    /// Names of its files.
    pub files: Vec<String>,
    /// How sure it is.
    pub certainty: Certainty,
    /// Why it is doubtful.
    pub why: Option<Doubt>,
}

/// A column of a register, and what is read from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterColumn {
    /// Its name in the sheet.
    pub head: String,
    /// `number`, `title`, `date`, `recipients`, `sender` or `note`; empty: nothing.
    pub field: String,
}

/// A register as its sheet has it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RegisterSheet {
    /// Its columns, from left to right.
    pub columns: Vec<RegisterColumn>,
    /// Its lines.
    pub lines: Vec<RegisterLine>,
}

/// Names of columns as registers have them.
const COLUMNS: [(&str, &[&str]); 6] = [
    ("number", &["文号", "发文字号", "文件编号", "来文字号"]),
    ("title", &["标题", "文件标题", "文件名称", "来文标题"]),
    (
        "date",
        &["成文日期", "日期", "发文日期", "收文日期", "登记日期"],
    ),
    ("recipients", &["主送机关", "主送", "发往机关", "发往单位"]),
    ("sender", &["来文单位", "来文机关", "发文单位"]),
    ("note", &["备注"]),
];

/// Reads a register.
///
/// # Errors
/// Those of sheets; `MissingColumn` without numbers or titles.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<RegisterSheet, OfficeError> {
    let (table, rows) = vocabulary::read_numbered(bytes, SheetKind::Register, limits)?;
    let lines = lines(&table, &rows)?;
    let read: BTreeMap<usize, &str> = COLUMNS
        .iter()
        .filter_map(|(field, names)| Some((place_of(&table, names)?, *field)))
        .collect();
    let columns = table.columns.into_iter().enumerate();
    let columns = columns.map(|(at, head)| RegisterColumn {
        field: read.get(&at).copied().unwrap_or_default().to_owned(),
        head,
    });
    Ok(RegisterSheet {
        columns: columns.collect(),
        lines,
    })
}

/// The first column that has one of these names, those that come first preferred.
fn place_of(table: &Table, names: &[&str]) -> Option<usize> {
    let mut names = names.iter();
    names.find_map(|name| table.columns.iter().position(|column| column == name))
}

fn lines(table: &Table, rows: &[u32]) -> Result<Vec<RegisterLine>, OfficeError> {
    let place = |field: &str| {
        let (_, names) = COLUMNS.iter().find(|(known, _)| *known == field)?;
        place_of(table, names)
    };
    let needed = |field: &str, column: &str| {
        place(field).ok_or_else(|| OfficeError::MissingColumn {
            column: column.to_owned(),
        })
    };
    let (number, title) = (needed("number", "文号")?, needed("title", "标题")?);
    let (date, recipients) = (place("date"), place("recipients"));
    let (sender, note) = (place("sender"), place("note"));
    let rows = rows.iter().copied().zip(&table.rows);
    let text = |row: &[String], at: Option<usize>| {
        let text = at.and_then(|at| row.get(at));
        text.map_or_else(String::new, |text| text.trim().to_owned())
    };
    Ok(rows
        .map(|(line, row)| RegisterLine {
            line,
            number: text(row, Some(number)),
            title: text(row, Some(title)),
            date: text(row, date),
            recipients: text(row, recipients),
            sender: text(row, sender),
            note: text(row, note),
        })
        .collect())
}

/// A number as registers and file names write it: with any brackets or none, 第 or not, padded or not.
pub fn loose_number(text: &str) -> Option<IssueNumber> {
    let (code, year, serial) = parts(text)?;
    (!code.is_empty()).then_some(IssueNumber {
        authority_code: code,
        year,
        serial,
    })
}

/// Code, year and serial: the letters right before the first group of four digits that is a year, and the
/// group after it.
fn parts(text: &str) -> Option<(String, i16, u32)> {
    let mut code = String::new();
    let mut groups: Vec<(String, String)> = Vec::new();
    let mut digits = String::new();
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10).or_else(|| wide_digit(c)) {
            digits.extend(char::from_digit(digit, 10));
            continue;
        }
        if !digits.is_empty() {
            groups.push((std::mem::take(&mut code), std::mem::take(&mut digits)));
        }
        if c.is_alphabetic() {
            code.push(c);
        }
    }
    if !digits.is_empty() {
        groups.push((code, digits));
    }
    let at = groups.iter().position(|(_, digits)| {
        let year = digits.parse::<i16>();
        digits.len() == 4 && year.is_ok_and(|year| (1949..=2100).contains(&year))
    })?;
    let year = groups[at].1.parse().ok()?;
    let serial: u32 = groups.get(at + 1)?.1.parse().ok()?;
    (serial > 0).then(|| (groups[at].0.clone(), year, serial))
}

fn wide_digit(c: char) -> Option<u32> {
    ('０'..='９').contains(&c).then(|| c as u32 - '０' as u32)
}

/// A date as registers write it: 2019-3-5, 2019.03.05, 2019/3/5, 2019年3月5日, 20190305, or the number that
/// Excel keeps.
pub fn loose_date(text: &str) -> Option<Date> {
    let groups: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    let date = |year: &str, month: &str, day: &str| {
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
    };
    match groups.as_slice() {
        [year, month, day, ..] if year.len() == 4 => date(year, month, day),
        [whole] if whole.len() == 8 => date(&whole[..4], &whole[4..6], &whole[6..]),
        // Days since 1899-12-30.
        [serial] if serial.len() == 5 => {
            let days: u64 = serial.parse().ok()?;
            let passed = std::time::Duration::from_secs(days * 86_400);
            Date::constant(1899, 12, 30).checked_add(passed).ok()
        }
        _ => None,
    }
}

impl RegisterMatch {
    /// A person has to look at it.
    pub const fn doubt(&mut self, why: Doubt) {
        self.certainty = Certainty::Doubtful;
        self.why = Some(why);
    }
}

/// Finds out which files belong to which line. Each file goes to one line at most.
pub fn matched(lines: Vec<RegisterLine>, files: &[String]) -> (Vec<RegisterMatch>, Vec<String>) {
    let named: Vec<_> = files
        .iter()
        .map(|file| {
            let stem = file
                .rsplit_once('.')
                .map_or(file.as_str(), |(stem, _)| stem);
            (file, parts(stem))
        })
        .collect();
    let numbers: Vec<Option<IssueNumber>> = lines
        .iter()
        .map(|line| loose_number(&line.number))
        .collect();
    // By year and serial, so that a long register and many files are not compared each with each.
    let mut files_of: BTreeMap<(i16, u32), Vec<usize>> = BTreeMap::new();
    for (place, (_, parts)) in named.iter().enumerate() {
        if let Some((_, year, serial)) = parts {
            files_of.entry((*year, *serial)).or_default().push(place);
        }
    }
    let mut lines_of: BTreeMap<(i16, u32), Vec<&IssueNumber>> = BTreeMap::new();
    for number in numbers.iter().flatten() {
        let place = (number.year, number.serial);
        lines_of.entry(place).or_default().push(number);
    }
    let mut taken = vec![false; files.len()];
    let mut matches = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        let number = numbers[at].clone();
        let (mut is_twice, mut found, mut near) = (false, Vec::new(), Vec::new());
        if let Some(number) = &number {
            let place = (number.year, number.serial);
            let rivals = lines_of.get(&place).map_or(&[][..], Vec::as_slice);
            is_twice = rivals.iter().filter(|rival| **rival == number).count() > 1;
            for place in files_of.get(&place).into_iter().flatten().copied() {
                let (file, parts) = &named[place];
                let code = parts.as_ref().map_or("", |(code, ..)| code);
                // 国办发 ends like 办发: the file is of the line that says most of its code.
                let most = rivals
                    .iter()
                    .filter(|rival| code.ends_with(&rival.authority_code))
                    .map(|rival| rival.authority_code.len())
                    .max();
                if code.ends_with(&number.authority_code)
                    && most == Some(number.authority_code.len())
                {
                    taken[place] = true;
                    found.push((*file).clone());
                } else {
                    near.push((*file).clone());
                }
            }
        }
        let date = loose_date(&line.date);
        let why = if line.title.is_empty() {
            Some(Doubt::NoTitle)
        } else if number.is_none() {
            Some(Doubt::Number)
        } else if is_twice {
            Some(Doubt::Twice)
        } else if !line.date.is_empty() && date.is_none() {
            Some(Doubt::Date)
        } else if found.is_empty() && !near.is_empty() {
            Some(Doubt::Code)
        } else {
            None
        };
        let certainty = match (why, found.is_empty()) {
            (Some(_), _) => Certainty::Doubtful,
            (None, true) => Certainty::Unmatched,
            (None, false) => Certainty::Matched,
        };
        matches.push(RegisterMatch {
            line,
            number,
            date,
            files: if found.is_empty() { near } else { found },
            certainty,
            why,
        });
    }
    let left = files.iter().zip(&taken).filter(|(_, taken)| !**taken);
    let left = left.map(|(file, _)| file.clone()).collect();
    (matches, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(line: u32, number: &str, title: &str, date: &str) -> RegisterLine {
        RegisterLine {
            line,
            number: number.into(),
            title: title.into(),
            date: date.into(),
            ..RegisterLine::default()
        }
    }

    #[test]
    fn a_file_goes_to_the_line_that_says_most_of_its_code() {
        let lines = vec![
            line(2, "办发〔2019〕1号", "关于值班的通知", ""),
            line(3, "国办发〔2019〕1号", "关于防汛的通知", ""),
        ];
        let file = "国办发〔2019〕1号.pdf".to_owned();
        let (matches, left) = matched(lines, std::slice::from_ref(&file));
        assert_eq!(matches[1].certainty, Certainty::Matched);
        assert_eq!(matches[1].files, [file]);
        assert_eq!(
            (matches[0].certainty, matches[0].why),
            (Certainty::Doubtful, Some(Doubt::Code)),
            "the file of another line was given to this one"
        );
        assert!(left.is_empty());
    }

    #[test]
    fn a_long_register_and_many_files_are_matched_in_time() {
        let number = |n: u32| format!("望政办发〔{}〕{}号", 1950 + n % 70, n / 70 + 1);
        let lines: Vec<_> = (0..20_000)
            .map(|n| line(n + 2, &number(n), "关于值班的通知", ""))
            .collect();
        let files: Vec<_> = (0..20_000).map(|n| format!("{}.pdf", number(n))).collect();
        let (matches, left) = matched(lines, &files);
        assert!(left.is_empty(), "{} files are left", left.len());
        assert!(matches.iter().all(|one| one.files.len() == 1));
    }

    #[test]
    fn numbers_read_however_they_were_written() {
        let wanted = IssueNumber {
            authority_code: "望水".into(),
            year: 2019,
            serial: 7,
        };
        for text in [
            "望水〔2019〕7号",
            "望水[2019]7号",
            "望水（2019）第7号",
            "望水【2019】007 号",
            "望水2019-7",
            "望水 〔２０１９〕７号",
        ] {
            assert_eq!(loose_number(text).as_ref(), Some(&wanted), "{text}");
        }
        for text in [
            "",
            "无",
            "望水7号",
            "〔2019〕7号",
            "望水〔2019〕",
            "99999999999999999999",
        ] {
            assert_eq!(loose_number(text), None, "{text}");
        }
    }

    #[test]
    fn dates_read_however_they_were_written() {
        for text in [
            "2019-03-05",
            "2019.3.5",
            "2019/3/5",
            "2019年3月5日",
            "20190305",
            "43529",
        ] {
            assert_eq!(loose_date(text), Some(Date::constant(2019, 3, 5)), "{text}");
        }
        for text in ["", "三月", "2019-13-05", "2019", "99999999"] {
            assert_eq!(loose_date(text), None, "{text}");
        }
    }

    #[test]
    fn files_go_to_the_line_whose_number_they_carry_and_doubts_are_shown() {
        let lines = vec![
            line(1, "望水〔2019〕7号", "关于防汛的通知", "2019-3-5"),
            line(2, "望水〔2019〕17号", "关于抗旱的通知", "2019-4-5"),
            line(3, "望水〔2019〕8号", "关于节水的通知", ""),
            line(4, "望水〔2019〕9号", "关于供水的函", ""),
            line(5, "望水〔2019〕9号", "关于供水的复函", ""),
            line(6, "没有文号", "关于会议的通知", ""),
            line(7, "望水〔2019〕10号", "", ""),
            line(8, "望水〔2019〕11号", "关于测量的通知", "春天"),
        ];
        let files: Vec<String> = [
            "望水〔2019〕7号.pdf",
            "望水2019-17 抗旱.ofd",
            "2019年第8号.pdf",
            "合影.pdf",
        ]
        .map(str::to_owned)
        .into();
        let (matches, left) = matched(lines, &files);
        let shown: Vec<_> = matches.iter().map(|m| (m.certainty, m.why)).collect();
        assert_eq!(
            shown,
            [
                (Certainty::Matched, None),
                (Certainty::Matched, None),
                (Certainty::Doubtful, Some(Doubt::Code)),
                (Certainty::Doubtful, Some(Doubt::Twice)),
                (Certainty::Doubtful, Some(Doubt::Twice)),
                (Certainty::Doubtful, Some(Doubt::Number)),
                (Certainty::Doubtful, Some(Doubt::NoTitle)),
                (Certainty::Doubtful, Some(Doubt::Date)),
            ]
        );
        assert_eq!(matches[0].files, ["望水〔2019〕7号.pdf"]);
        assert_eq!(matches[1].files, ["望水2019-17 抗旱.ofd"]);
        assert_eq!(left, ["2019年第8号.pdf", "合影.pdf"]);
    }

    #[test]
    fn a_register_is_read_from_a_sheet_whatever_its_columns_are_called() {
        let texts = |row: &[&str]| row.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let table = Table {
            columns: texts(&["序号", "发文字号", "文件标题", "发文日期"]),
            rows: vec![texts(&[
                "1",
                "望水〔2019〕7号",
                "关于防汛的通知",
                "2019-3-5",
            ])],
        };
        let bytes = vocabulary::write(&table, &Limits::default()).expect("a sheet");
        let sheet = read(&bytes, &Limits::default()).expect("a register");
        let fields: Vec<_> = sheet.columns.iter().map(|one| &*one.field).collect();
        assert_eq!(
            fields,
            ["", "number", "title", "date"],
            "what each column is read as"
        );
        assert_eq!(
            sheet.lines,
            [line(2, "望水〔2019〕7号", "关于防汛的通知", "2019-3-5")]
        );
        let without = Table {
            columns: texts(&["序号", "文件标题"]),
            rows: Vec::new(),
        };
        let bytes = vocabulary::write(&without, &Limits::default()).expect("a sheet");
        assert!(matches!(
            read(&bytes, &Limits::default()),
            Err(OfficeError::MissingColumn { .. })
        ));
    }
}
