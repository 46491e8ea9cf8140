//! The vocabulary as sheets (xlsx), and drafts kept as templates.

use andu_api::{
    ApiError, Caller,
    session::Written,
    vocabulary::{
        AgencyPut, AgencyRow, PersonPut, PersonRow, PhrasePut, PhraseRow, Relation, TemplatePut,
        TemplateRow, TemplateSave, VocabularyKind, VocabularyReport, VocabularySheet, put_agency,
        put_person, put_phrase, put_template,
    },
};
use andu_document::OfficialDocument;
use andu_office::{
    Limits,
    vocabulary::{self as office, SheetKind, Table},
};
use andu_store::Sight;

use crate::{
    file,
    open::OpenDesk,
    transfer::{office_error, sheet_error},
    writing,
};

const ALL: u32 = 100_000;

const RELATIONS: [(&str, Relation); 5] = [
    ("本机关", Relation::Own),
    ("上级", Relation::Superior),
    ("平级", Relation::Peer),
    ("下级", Relation::Subordinate),
    ("不相隶属", Relation::Unrelated),
];

const fn kind(kind: VocabularyKind) -> SheetKind {
    match kind {
        VocabularyKind::Agencies => SheetKind::Agencies,
        VocabularyKind::People => SheetKind::People,
        VocabularyKind::Phrases => SheetKind::Phrases,
    }
}

/// Writes a part of the vocabulary as a sheet.
///
/// # Errors
/// Where the file cannot be written.
pub fn write(desk: &OpenDesk, args: &VocabularySheet) -> Result<Written, ApiError> {
    let path = desk.files.take(&args.token)?;
    let table = desk.store.read(|reader| -> andu_store::Result<Table> {
        Ok(match args.kind {
            VocabularyKind::Agencies => agency_table(
                reader
                    .agencies(&Sight::Whole, "", ALL)?
                    .into_iter()
                    .map(AgencyRow::from),
            ),
            VocabularyKind::People => Table {
                columns: texts(["姓名", "职务", "部门", "电话"]),
                rows: reader
                    .contacts(&Sight::Whole, "", ALL)?
                    .into_iter()
                    .map(|p| vec![p.name, p.post, p.department, p.telephone])
                    .collect(),
            },
            VocabularyKind::Phrases => Table {
                columns: texts(["分类", "内容"]),
                rows: reader
                    .phrases(&Sight::Whole, "", ALL)?
                    .into_iter()
                    .map(|p| vec![p.group, p.text])
                    .collect(),
            },
        })
    })?;
    let bytes = office::write(&table, &Limits::default()).map_err(|error| office_error(&error))?;
    file::write(&path, &bytes)
}

/// Whether a file is to be a sheet, by its ending.
pub(crate) fn is_sheet(path: &std::path::Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"))
}

/// Rows as a sheet; the first are the names of its columns.
///
/// # Errors
/// Where a text is too long for a sheet.
pub fn of_rows(rows: &[Vec<String>]) -> Result<Vec<u8>, ApiError> {
    let table = match rows.split_first() {
        Some((columns, rows)) => Table {
            columns: columns.clone(),
            rows: rows.to_vec(),
        },
        None => Table::default(),
    };
    office::write(&table, &Limits::default()).map_err(|error| office_error(&error))
}

fn texts<const N: usize>(columns: [&str; N]) -> Vec<String> {
    columns.map(str::to_owned).into()
}

fn agency_table(agencies: impl Iterator<Item = AgencyRow>) -> Table {
    let word = |relation| {
        let found = RELATIONS.iter().find(|(_, known)| *known == relation);
        found.map_or("", |(word, _)| word).to_owned()
    };
    let row = |agency: AgencyRow| {
        vec![
            agency.name,
            agency.short_name,
            agency.authority_code,
            word(agency.relation),
            agency.system,
            agency.members.join("、"),
        ]
    };
    Table {
        columns: texts(["全称", "规范化简称", "机关代字", "关系", "系统", "成员机关"]),
        rows: agencies.map(row).collect(),
    }
}

/// Reads a sheet into the vocabulary, or says what reading it would do.
///
/// # Errors
/// Where the file is no such sheet.
pub fn read(desk: &OpenDesk, args: &VocabularySheet) -> Result<VocabularyReport, ApiError> {
    let path = desk.files.take(&args.token)?;
    let limits = Limits::default();
    let bytes = file::read(&path, limits.file_bytes)?;
    let (table, lines) = office::read_numbered(&bytes, kind(args.kind), &limits)
        .map_err(|error| sheet_error(&error))?;
    let mut report = VocabularyReport {
        added: 0,
        changed: 0,
        unchanged: 0,
        problems: Vec::new(),
        token: desk.files.choose(&path).token,
    };
    let sheet = Sheet {
        desk,
        table: &table,
        lines: &lines,
        dry: args.dry_run,
    };
    match args.kind {
        VocabularyKind::Agencies => sheet.agencies(&mut report)?,
        VocabularyKind::People => sheet.people(&mut report)?,
        VocabularyKind::Phrases => sheet.phrases(&mut report)?,
    }
    Ok(report)
}

struct Sheet<'a> {
    desk: &'a OpenDesk,
    table: &'a Table,
    /// The row of each in the sheet, as a person counts them.
    lines: &'a [u32],
    dry: bool,
}

impl Sheet<'_> {
    /// The rows with their numbers in the sheet.
    fn rows(&self) -> impl Iterator<Item = (u32, &Vec<String>)> {
        self.lines.iter().copied().zip(&self.table.rows)
    }

    fn cell(&self, row: &[String], column: &str) -> String {
        let at = self.table.columns.iter().position(|name| name == column);
        at.and_then(|at| row.get(at))
            .map_or_else(String::new, |text| text.trim().to_owned())
    }

    /// Counts one row, and keeps it unless this is a dry run. `known` is the entry as it is, if it is.
    fn row<R: PartialEq + Clone>(
        &self,
        report: &mut VocabularyReport,
        line: u32,
        (known, new): (Option<&R>, R),
        put: impl FnOnce(&dyn Caller, R, Option<R>) -> Result<R, ApiError>,
    ) {
        if known == Some(&new) {
            report.unchanged += 1;
            return;
        }
        let is_new = known.is_none();
        if !self.dry
            && let Err(error) = put(self.desk, new, known.cloned())
        {
            let problem = format!("第 {line} 行：{}", error.sentence);
            report.problems.push(problem);
            return;
        }
        if is_new {
            report.added += 1
        } else {
            report.changed += 1
        }
    }

    fn agencies(&self, report: &mut VocabularyReport) -> Result<(), ApiError> {
        let known = self
            .desk
            .store
            .read(|reader| reader.agencies(&Sight::Whole, "", ALL))?;
        let known: Vec<AgencyRow> = known.into_iter().map(AgencyRow::from).collect();
        for (line, row) in self.rows() {
            let name = self.cell(row, "全称");
            let old = known.iter().find(|agency| agency.name == name);
            let word = self.cell(row, "关系");
            let relation = RELATIONS.iter().find(|(known, _)| word.starts_with(known));
            if relation.is_none() && !word.is_empty() {
                report.problems.push(format!(
                    "第 {line} 行：“关系”写的是“{word}”，应为本机关、上级、平级、下级或不相隶属。"
                ));
                continue;
            }
            let members = self.cell(row, "成员机关");
            let split = members.split(['、', '，', ',', '\n']).map(str::trim);
            let new = AgencyRow {
                id: old.map_or_else(String::new, |agency| agency.id.clone()),
                name,
                short_name: self.cell(row, "规范化简称"),
                authority_code: self.cell(row, "机关代字"),
                relation: relation.map_or(Relation::Unrelated, |(_, relation)| *relation),
                system: self.cell(row, "系统"),
                members: split
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect(),
            };
            self.row(report, line, (old, new), |caller, entry, was| {
                put_agency(caller, AgencyPut { entry, was })
            });
        }
        Ok(())
    }

    fn people(&self, report: &mut VocabularyReport) -> Result<(), ApiError> {
        let known = self
            .desk
            .store
            .read(|reader| reader.contacts(&Sight::Whole, "", ALL))?;
        let known: Vec<PersonRow> = known.into_iter().map(PersonRow::from).collect();
        for (line, row) in self.rows() {
            let (name, department) = (self.cell(row, "姓名"), self.cell(row, "部门"));
            // Two people of one name in one department are told apart by hand, not by a sheet.
            let old = known
                .iter()
                .find(|person| person.name == name && person.department == department);
            let new = PersonRow {
                id: old.map_or_else(String::new, |person| person.id.clone()),
                name,
                post: self.cell(row, "职务"),
                department,
                telephone: self.cell(row, "电话"),
            };
            self.row(report, line, (old, new), |caller, entry, was| {
                put_person(caller, PersonPut { entry, was })
            });
        }
        Ok(())
    }

    fn phrases(&self, report: &mut VocabularyReport) -> Result<(), ApiError> {
        let known = self
            .desk
            .store
            .read(|reader| reader.phrases(&Sight::Whole, "", ALL))?;
        let known: Vec<PhraseRow> = known.into_iter().map(PhraseRow::from).collect();
        for (line, row) in self.rows() {
            let text = self.cell(row, "内容");
            let old = known.iter().find(|phrase| phrase.text == text);
            let new = PhraseRow {
                id: old.map_or_else(String::new, |phrase| phrase.id.clone()),
                group: self.cell(row, "分类"),
                text,
            };
            self.row(report, line, (old, new), |caller, entry, was| {
                put_phrase(caller, PhrasePut { entry, was })
            });
        }
        Ok(())
    }
}

/// Keeps a draft as a template, without what made it one document.
///
/// # Errors
/// `vocabulary.empty` without a name.
pub fn save_template(desk: &OpenDesk, args: &TemplateSave) -> Result<TemplateRow, ApiError> {
    let name = args.name.trim();
    if name.is_empty() {
        let reason = andu_sync::Reason::new("vocabulary.empty").with("field", "模板名称");
        return Err(andu_api::text::refused(&reason));
    }
    let document = OfficialDocument {
        issue_number: None,
        copy_number: None,
        date_of_issue: None,
        ..writing::current_document(desk, &args.draft_id)?
    };
    let frozen = andu_draft::freeze(&document);
    put_template(
        desk,
        TemplatePut {
            id: String::new(),
            name: name.chars().take(60).collect(),
            document: String::from_utf8_lossy(&frozen.canonical_json).into_owned(),
        },
    )
}
