//! 代拟稿 at a desk: a draft is begun from what came with a registered document.

use andu_api::{
    ApiError,
    draft::{self, DraftCreate, DraftRow},
    incoming::{self, IncomingRef, IncomingView},
    intake::{IntakeBegin, IntakeBegun, IntakeFields},
    issued::{IssueSheetPut, SheetFields},
    text,
};
use andu_document::{Direction, DocumentFormat, DocumentType};

use crate::{carry, open::OpenDesk, transfer};

/// Begins a draft that says what came, with its unit and the registered document in the issue sheet. Where no file
/// can be read the draft is empty: the text is written or pasted.
///
/// # Errors
/// `incoming.not_there`; `intake.not_registered`; `intake.file_kind` where the file that was asked for is none that
/// is read; as an import.
pub fn begin(desk: &OpenDesk, args: &IntakeBegin) -> Result<IntakeBegun, ApiError> {
    let id = args.incoming_id.clone();
    let came = incoming::open(desk, IncomingRef { id })?;
    if came.row.number.is_empty() {
        return Err(text::error("intake.not_registered"));
    }
    let (row, file) = text_of(desk, args, &came)?;
    let put = IssueSheetPut {
        id: row.id.clone(),
        sheet: SheetFields {
            intake: Some(IntakeFields {
                unit: came.entry.from_agency.clone(),
                letter_number: came.entry.from_number.clone(),
                received_on: came.entry.received_on.clone(),
                incoming_id: args.incoming_id.clone(),
                ..IntakeFields::default()
            }),
            ..SheetFields::default()
        },
    };
    andu_api::issued::sheet_put(desk, put)?;
    Ok(IntakeBegun { draft: row, file })
}

fn text_of(
    desk: &OpenDesk,
    args: &IntakeBegin,
    came: &IncomingView,
) -> Result<(DraftRow, String), ApiError> {
    let is_text = |name: &str| transfer::is_text(name.as_ref());
    let file = match &args.file_id {
        Some(id) => {
            let file = came.files.iter().find(|file| file.id == *id);
            let file = file.filter(|file| is_text(&file.name));
            Some(file.ok_or_else(|| text::error("intake.file_kind"))?)
        }
        None => came.files.iter().find(|file| is_text(&file.name)),
    };
    let Some(file) = file else {
        let create = DraftCreate {
            document_type: Some(DocumentType::Notice),
            format: DocumentFormat::default(),
            direction: Direction::default(),
            template_id: None,
        };
        return Ok((draft::create(desk, create)?, String::new()));
    };
    let (name, bytes) = carry::bytes(desk, &args.incoming_id, &file.id)?;
    let report = transfer::import_text(desk, name.as_ref(), &bytes)?;
    Ok((report.draft, name))
}
