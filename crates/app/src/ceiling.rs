//! The highest 密级 that a deployment may hold, and what is marked above it.

use andu_document::{ClassificationLevel, OfficialDocument, marking};
use andu_store::{Reader, Tx};
use andu_sync::Reason;

const SETTING: &str = "ceiling";
/// The word for no 密级 at all, which is how Andu is deployed unless somebody says otherwise.
pub const NONE: &str = "none";

/// The highest 密级 that this store may hold; `None`: nothing with a 密级. A word that is not known is none.
///
/// # Errors
/// The store's own.
pub fn of(reader: Reader<'_>) -> andu_store::Result<Option<ClassificationLevel>> {
    let word = reader.setting(SETTING)?;
    Ok(word.and_then(|word| ClassificationLevel::of_word(&word)))
}

/// Notes the highest 密级 that this store may hold, by its word.
///
/// # Errors
/// The store's own.
pub fn put(tx: &mut Tx<'_>, word: &str) -> andu_store::Result<()> {
    tx.setting_put(SETTING, word)
}

/// Nothing is handled above the ceiling, whether its 密级 stands in the element or is typed as a line of the text;
/// unless it is an example that bears 样张 across its pages.
///
/// # Errors
/// `draft.above_ceiling`, with both levels.
pub fn hold(
    document: &OfficialDocument,
    ceiling: Option<ClassificationLevel>,
) -> Result<(), Reason> {
    match marking::above(document, ceiling) {
        Some(level) => Err(Reason::new("draft.above_ceiling")
            .with(
                "ceiling",
                ceiling.map_or("非涉密", ClassificationLevel::name),
            )
            .with("level", level.name())),
        None => Ok(()),
    }
}
