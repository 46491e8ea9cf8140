//! The list of issued documents as a file: a sheet, or pages by the typesetter.

use andu_api::{
    ApiError, Caller as _,
    issued::{self, IssuedWrite},
    session::Written,
    text,
};
use andu_document::report::{Column, Report, ReportBlock, ReportTable, Section};

use crate::{file, open::OpenDesk, report, setting, sheet, transfer};

/// How wide the columns are beside each other.
const SHARES: [u32; 10] = [5, 10, 3, 4, 3, 5, 4, 4, 4, 6];

/// Writes the list.
///
/// # Errors
/// `desk.file_token`, `desk.file_write`; the typesetter's own.
pub fn write(desk: &OpenDesk, args: &IssuedWrite) -> Result<Written, ApiError> {
    let path = desk.files.take(&args.token)?;
    let rows = issued::sheet(desk, &args.list)?;
    if sheet::is_sheet(&path) {
        return file::write(&path, &sheet::of_rows(&rows)?);
    }
    let agency = desk.person.agency_id.as_text();
    let agency = desk.look().read(|view| view.agency(&agency))?.name;
    let say = |key: &str, fields: &[(&str, String)]| {
        let fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        text::sentence(key, &fields.collect())
    };
    let counted = [
        ("count", (rows.len() - 1).to_string()),
        ("day", desk.today().to_string()),
    ];
    let mut rows = rows.into_iter();
    let columns = rows.next().unwrap_or_default().into_iter().zip(SHARES);
    let columns = columns.map(|(title, share)| Column { title, share });
    let list = Report {
        title: say("sheet.issued.heading", &[("agency", agency)]),
        under: vec![say("sheet.issued.under", &counted)],
        sections: vec![Section {
            title: String::new(),
            turned: true,
            blocks: vec![ReportBlock::Table(ReportTable {
                columns: columns.collect(),
                rows: rows.collect(),
            })],
        }],
    };
    let typesetter = desk.previews.typesetter(setting::choice(desk));
    let pages = report::pages(&typesetter, &list)?;
    file::write(&path, &transfer::pdf(&pages, Some(desk.today()))?)
}
