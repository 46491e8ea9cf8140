//! The fonts that pages are drawn with on a screen: whole ones, for it shows other glyphs after the next key.

use std::collections::{BTreeMap, BTreeSet};

use typst::text::FontInstance;

use super::FontShelf;
use crate::TypesetError;

/// Fonts by the number of their face on the shelf.
#[derive(Debug, Default)]
pub(crate) struct Fonts(BTreeMap<u16, FontInstance>);

impl Fonts {
    /// The fonts of these faces.
    pub fn of(shelf: &FontShelf, faces: BTreeSet<u16>) -> Result<Self, TypesetError> {
        let whole = |face: u16| {
            let font = shelf.whole(face).ok_or_else(|| shelf.gone(face))?;
            Ok((face, font))
        };
        faces
            .into_iter()
            .map(whole)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The font of a face; `None` if it was not named.
    pub fn get(&self, face: u16) -> Option<&FontInstance> {
        self.0.get(&face)
    }
}
