//! The fonts that pages are drawn with: whole ones for a screen, which shows other glyphs after the next
//! key; for a PDF only the glyphs it shows, so that 100 MB of fonts are neither read nor hashed.

use std::collections::{BTreeMap, BTreeSet};

use subsetter::GlyphRemapper;
use typst::text::FontInstance;

use super::FontShelf;
use crate::TypesetError;

/// Fonts by the number of their face on the shelf.
#[derive(Debug, Default)]
pub(crate) struct Fonts(BTreeMap<u16, DrawnFont>);

/// A font to draw with.
#[derive(Debug)]
pub(crate) struct DrawnFont {
    /// As the typst crates take it.
    pub instance: FontInstance,
    renumbered: Option<GlyphRemapper>,
}

impl Fonts {
    /// Whole fonts for these glyphs, given as (face, glyph).
    pub fn whole(shelf: &FontShelf, glyphs: &BTreeSet<(u16, u16)>) -> Result<Self, TypesetError> {
        Self::each(glyphs, |face, _| DrawnFont::whole(shelf, face))
    }

    /// Fonts of these glyphs alone, given as (face, glyph).
    pub fn subset(shelf: &FontShelf, glyphs: &BTreeSet<(u16, u16)>) -> Result<Self, TypesetError> {
        Self::each(glyphs, |face, glyphs| {
            let Some((instance, renumbered)) = shelf.face(face).subset(glyphs) else {
                return DrawnFont::whole(shelf, face);
            };
            Ok(DrawnFont {
                instance,
                renumbered: Some(renumbered),
            })
        })
    }

    fn each(
        glyphs: &BTreeSet<(u16, u16)>,
        make: impl Fn(u16, &[u16]) -> Result<DrawnFont, TypesetError>,
    ) -> Result<Self, TypesetError> {
        let mut by_face: BTreeMap<u16, Vec<u16>> = BTreeMap::new();
        for &(face, glyph) in glyphs {
            by_face.entry(face).or_default().push(glyph);
        }
        let made = by_face
            .into_iter()
            .map(|(face, glyphs)| Ok((face, make(face, &glyphs)?)));
        made.collect::<Result<_, _>>().map(Self)
    }

    /// The font of a face; `None` if no glyph of it was named.
    pub fn of(&self, face: u16) -> Option<&DrawnFont> {
        self.0.get(&face)
    }
}

impl DrawnFont {
    fn whole(shelf: &FontShelf, face: u16) -> Result<Self, TypesetError> {
        let instance = shelf.whole(face).ok_or_else(|| TypesetError::FontGone {
            name: shelf.face(face).name.clone(),
        })?;
        Ok(Self {
            instance,
            renumbered: None,
        })
    }

    /// The number in this font of a glyph of the face.
    pub fn number(&self, glyph: u16) -> u16 {
        let renumbered = self.renumbered.as_ref();
        renumbered.map_or(glyph, |map| map.get(glyph).unwrap_or(0))
    }
}
