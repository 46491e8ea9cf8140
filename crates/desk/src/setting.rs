//! Settings of this desk.

use andu_api::{ApiError, setting::Settings, text};
use andu_app::ceiling;
use andu_document::ClassificationLevel;
use andu_store::StoreError;

use crate::{open::OpenDesk, preview::Choice};

const NAME: &str = "desk";

/// The settings, or what they are where nothing was set; the ceiling is what the store holds.
///
/// # Errors
/// The store's own.
pub fn get(desk: &OpenDesk) -> Result<Settings, ApiError> {
    let (stored, ceiling) = desk
        .store
        .read(|reader| Ok::<_, StoreError>((reader.setting(NAME)?, ceiling::of(reader)?)))?;
    let stored: Option<Settings> = stored.and_then(|json| serde_json::from_str(&json).ok());
    Ok(Settings {
        ceiling: ceiling
            .map_or(ceiling::NONE, ClassificationLevel::word)
            .to_owned(),
        ..stored.unwrap_or_default()
    })
}

/// Sets the settings. The ceiling belongs to the deployment and is not changed here.
///
/// # Errors
/// The store's own.
pub fn put(desk: &OpenDesk, settings: Settings) -> Result<Settings, ApiError> {
    let known = get(desk)?;
    let settings = settings.checked(&known)?;
    let json = serde_json::to_string(&settings).map_err(|error| text::bad_arguments(&error))?;
    desk.store.write(|tx| tx.setting_put(NAME, &json))?;
    Ok(settings)
}

/// What makes pages differ.
pub fn choice(desk: &OpenDesk) -> Choice {
    let settings = get(desk).unwrap_or_default();
    Choice {
        even: settings.imprint_on_even_page,
        electronic: settings.layout_profile == "gbt33476",
    }
}

/// The highest 密级 this deployment may hold; `None`: nothing with a 密级.
pub fn ceiling(desk: &OpenDesk) -> Option<ClassificationLevel> {
    desk.store.read(ceiling::of).unwrap_or_default()
}
