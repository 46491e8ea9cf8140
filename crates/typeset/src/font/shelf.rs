//! The shelf: every font file in the folders it was given, read only when a character needs it.
//! Opening a shelf reads nothing; the list of names is made once, at the first character.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use subsetter::GlyphRemapper;
use typst::{foundations::Bytes, text::FontInstance};

use super::{
    FALLBACK_FAMILIES, FontCategory, FontFallback, FontReport,
    face::{BODY_CHARACTER, Face},
    names::{FaceEntry, cmap_of, faces_of},
};
use crate::{TypesetError, pdf::PdfFont};

/// Folders deeper than this are not searched, nor more files than that.
const DEEPEST: usize = 6;
const MOST_FILES: usize = 20_000;
/// Threads that read names.
const MOST_HANDS: usize = 4;
/// A font file larger than this is not read.
const LARGEST_FILE: u64 = 128 << 20;

/// Fonts of some folders, shared by all that typeset. Cheap to open, safe to share.
#[derive(Debug)]
pub struct FontShelf {
    folders: Vec<PathBuf>,
    entries: OnceLock<Vec<Listed>>,
    loaded: RwLock<Loaded>,
    files: RwLock<HashMap<PathBuf, Option<Bytes>>>,
    glyphs: RwLock<HashMap<(FontCategory, char), Option<Glyph>>>,
}

/// A face that was found, and what it is once somebody wanted it; `None`: its file is gone or broken.
#[derive(Debug)]
struct Listed {
    entry: FaceEntry,
    opened: OnceLock<Option<Arc<Face>>>,
}

#[derive(Debug, Default)]
struct Loaded {
    faces: Vec<Arc<Face>>,
    by_entry: HashMap<usize, Option<u16>>,
    primary: HashMap<FontCategory, Option<(u16, bool)>>,
}

/// A glyph for a character.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    /// Which face of the shelf.
    pub face: u16,
    /// Its number in the face.
    pub id: u16,
    /// Its advance in em.
    pub advance: f64,
}

impl FontShelf {
    /// A shelf of the fonts in `folders`, searched in this order; a folder that does not exist is
    /// passed over. Reads nothing yet.
    pub fn open(folders: &[PathBuf]) -> Self {
        Self {
            folders: folders.to_vec(),
            entries: OnceLock::new(),
            loaded: RwLock::default(),
            files: RwLock::default(),
            glyphs: RwLock::default(),
        }
    }

    /// Begins to list the fonts, and to open the one of each category, while something else is done. Who needs
    /// one of them meanwhile waits for it, or opens it first.
    pub fn look_ahead(self: &Arc<Self>) {
        let shelf = Arc::clone(self);
        std::thread::spawn(move || {
            for category in FontCategory::ALL {
                let mut families = category.families().iter();
                let wanted = families.find_map(|(name, weight, _)| shelf.nearest(name, *weight));
                if let Some(entry) = wanted {
                    shelf.opened(entry);
                }
            }
        });
    }

    /// The family each category would be set in, and whether it is the office's own. `None`: no font
    /// at all.
    pub fn families(&self) -> BTreeMap<FontCategory, Option<(String, bool)>> {
        let used = |category| {
            self.primary(category)
                .map(|(face, own)| (self.face(face).name.clone(), own))
        };
        FontCategory::ALL
            .into_iter()
            .map(|category| (category, used(category)))
            .collect()
    }

    /// How many folders are searched.
    pub(crate) fn folder_count(&self) -> usize {
        self.folders.len()
    }

    /// A face by its number on this shelf.
    pub(crate) fn face(&self, index: u16) -> Arc<Face> {
        let loaded = self.loaded.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&loaded.faces[usize::from(index)])
    }

    /// The face of a category and whether it is the office's own.
    pub(crate) fn primary(&self, category: FontCategory) -> Option<(u16, bool)> {
        let known = self.loaded.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.primary.get(&category) {
            return *found;
        }
        drop(known);
        let wanted = category
            .families()
            .iter()
            .find_map(|(family, weight, own)| {
                self.family(family, *weight).map(|face| (face, *own))
            });
        let found = wanted.or_else(|| self.any_with(BODY_CHARACTER).map(|face| (face, false)));
        self.loaded
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .primary
            .insert(category, found);
        found
    }

    /// Draws the outline of `character` in `category` with `pen`, the y axis up, the origin on the base line: how many units
    /// an em has. `None` where no font has it, or it has no ink.
    pub fn outline(
        &self,
        category: FontCategory,
        character: char,
        pen: &mut dyn ttf_parser::OutlineBuilder,
    ) -> Option<f64> {
        let glyph = self.glyph(category, character)?;
        let face = self.face(glyph.face);
        face.outline(glyph.id, pen)?;
        Some(face.units_per_em)
    }

    /// The glyph of `character` in `category`; `None` where no font has it.
    pub(crate) fn glyph(&self, category: FontCategory, character: char) -> Option<Glyph> {
        let key = (category, character);
        let known = self.glyphs.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(glyph) = known.get(&key) {
            return *glyph;
        }
        drop(known);
        let glyph = self.find_glyph(category, character);
        self.glyphs
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, glyph);
        glyph
    }

    fn find_glyph(&self, category: FontCategory, character: char) -> Option<Glyph> {
        let own = self.primary(category).map(|(face, _)| face);
        if character.is_ascii_graphic() {
            let companion = self
                .companion(category)
                .and_then(|f| self.glyph_in(f, character));
            if companion.is_some() {
                return companion;
            }
        }
        let own = own.and_then(|face| self.glyph_in(face, character));
        if is_private(character) {
            // What another font draws there is another character.
            return own;
        }
        own.or_else(|| {
            FALLBACK_FAMILIES.iter().find_map(|(family, weight)| {
                self.family(family, *weight)
                    .and_then(|face| self.glyph_in(face, character))
            })
        })
        .or_else(|| {
            self.any_with(character)
                .and_then(|face| self.glyph_in(face, character))
        })
    }

    /// The font for Latin letters and digits beside a category's own. The Latin of `FandolFang` is a
    /// heavy sans serif that jars with its 仿宋; its thin strokes want a light companion.
    fn companion(&self, category: FontCategory) -> Option<u16> {
        let (primary, _) = self.primary(category)?;
        let jars = self
            .face(primary)
            .name
            .to_lowercase()
            .starts_with("fandolfang");
        if jars {
            self.family("noto serif cjk sc", 300)
        } else {
            None
        }
    }

    fn glyph_in(&self, face: u16, character: char) -> Option<Glyph> {
        let (id, advance) = self.face(face).measure(character)?;
        Some(Glyph { face, id, advance })
    }

    /// The face of a family nearest to `weight`, read now if it was not.
    fn family(&self, family: &str, weight: u16) -> Option<u16> {
        self.load(self.nearest(family, weight)?)
    }

    /// Where the face of a family nearest to `weight` stands in the list.
    fn nearest(&self, family: &str, weight: u16) -> Option<usize> {
        let listed = self.entries().iter().map(|listed| &listed.entry);
        let nearest = listed
            .enumerate()
            .filter(|(_, entry)| !entry.italic && entry.families.iter().any(|name| name == family))
            .min_by_key(|(_, entry)| entry.weight.abs_diff(weight))?;
        Some(nearest.0)
    }

    /// Any face that has `character`, found by its `cmap` alone so that no other font is read.
    fn any_with(&self, character: char) -> Option<u16> {
        let entries = self.entries();
        let has = |entry: &FaceEntry| {
            let Some(bytes) = cmap_of(entry) else {
                return false;
            };
            let Some(table) = ttf_parser::cmap::Table::parse(&bytes) else {
                return false;
            };
            table.subtables.into_iter().any(|subtable| {
                subtable.is_unicode()
                    && subtable
                        .glyph_index(u32::from(character))
                        .is_some_and(|id| id.0 != 0)
            })
        };
        let found = entries
            .iter()
            .map(|listed| &listed.entry)
            .enumerate()
            .filter(|(_, entry)| !entry.italic);
        found
            .filter(|(_, entry)| has(entry))
            .find_map(|(index, _)| self.load(index))
    }

    fn entries(&self) -> &[Listed] {
        self.entries.get_or_init(|| {
            let mut files = Vec::new();
            let mut seen = BTreeSet::new();
            for folder in &self.folders {
                list(folder, DEEPEST, &mut seen, &mut files);
            }
            let faces = faces_of_all(&files).into_iter();
            let listed = faces.map(|entry| Listed {
                entry,
                opened: OnceLock::new(),
            });
            listed.collect()
        })
    }

    fn load(&self, entry: usize) -> Option<u16> {
        let known = self.loaded.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(face) = known.by_entry.get(&entry) {
            return *face;
        }
        drop(known);
        let face = self.opened(entry);
        let mut loaded = self.loaded.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(face) = loaded.by_entry.get(&entry) {
            return *face;
        }
        let index = face.and_then(|face| {
            let index = u16::try_from(loaded.faces.len()).ok()?;
            loaded.faces.push(face);
            Some(index)
        });
        loaded.by_entry.insert(entry, index);
        index
    }

    /// A face of the list, opened once. Its number on the shelf comes from [`Self::load`] alone: the order in
    /// which threads open faces is nobody's to tell.
    fn opened(&self, entry: usize) -> Option<Arc<Face>> {
        let listed = &self.entries()[entry];
        let open = || {
            let face = Face::open(&listed.entry, || self.file(&listed.entry.path));
            face.map(Arc::new)
        };
        listed.opened.get_or_init(open).clone()
    }

    /// A face as the typst crates take it, its whole file read; `None` if that cannot be read any more.
    pub(crate) fn whole(&self, face: u16) -> Option<FontInstance> {
        let face = self.face(face);
        face.whole(|| self.file(&face.entry.path))
    }

    /// A face for a PDF that shows these glyphs of it; `None` if its file cannot be read any more.
    pub(crate) fn in_pdf(&self, face: u16, glyphs: &[u16]) -> Option<PdfFont> {
        if let Some(thin) = self.face(face).thinned(glyphs) {
            return Some(PdfFont {
                font: krilla::text::Font::new(thin.bytes.into(), 0)?,
                numbers: Some(thin.numbers),
            });
        }
        let whole = self.whole(face)?;
        let bytes: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(whole.font().data().clone());
        let variations = whole.variations().0.iter();
        let variations: Vec<_> = variations
            .map(|(tag, value)| (krilla::text::Tag::new(&tag.to_bytes()), value.0))
            .collect();
        let index = whole.font().index();
        Some(PdfFont {
            font: krilla::text::Font::new_variable(bytes.into(), index, &variations)?,
            numbers: None,
        })
    }

    /// A font file of these glyphs alone, and which number each has in it; `None` if the file of the face cannot be
    /// read any more.
    pub(crate) fn few(&self, face: u16, glyphs: &[u16]) -> Option<(Vec<u8>, GlyphRemapper)> {
        if let Some(thin) = self.face(face).thinned(glyphs) {
            return Some((thin.bytes, thin.numbers));
        }
        let whole = self.whole(face)?;
        let numbers = GlyphRemapper::new_from_glyphs_sorted(glyphs);
        let variations = whole.variations().0.iter();
        let variations: Vec<_> = variations
            .map(|(tag, value)| (subsetter::Tag::new(&tag.to_bytes()), value.0))
            .collect();
        let font = whole.font();
        let subset =
            subsetter::subset_with_variations(font.data(), font.index(), &variations, &numbers);
        Some((subset.ok()?, numbers))
    }

    /// What a face is called.
    pub(crate) fn name(&self, face: u16) -> String {
        self.face(face).name.clone()
    }

    /// What is to be said when the file of a face cannot be read any more.
    pub(crate) fn gone(&self, face: u16) -> TypesetError {
        TypesetError::FontGone {
            name: self.face(face).name.clone(),
        }
    }

    /// The bytes of a file; faces of one collection share them.
    fn file(&self, path: &Path) -> Option<Bytes> {
        let known = self.files.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = known.get(path) {
            return bytes.clone();
        }
        drop(known);
        let small = std::fs::metadata(path).is_ok_and(|found| found.len() <= LARGEST_FILE);
        let bytes = small
            .then(|| std::fs::read(path).ok().map(Bytes::new))
            .flatten();
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.entry(path.to_owned()).or_insert(bytes).clone()
    }

    /// What `used` characters of each category were set in.
    pub(crate) fn report(&self, used: &BTreeMap<FontCategory, BTreeSet<char>>) -> Vec<FontReport> {
        let mut reports = Vec::new();
        for (&category, characters) in used {
            let Some((primary, own)) = self.primary(category) else {
                continue;
            };
            let fallbacks = characters.iter().filter_map(|&character| {
                let glyph = self.glyph(category, character);
                let companion = character
                    .is_ascii_graphic()
                    .then(|| self.companion(category));
                let other = glyph.is_none_or(|glyph| {
                    glyph.face != primary && Some(Some(glyph.face)) != companion
                });
                let used = glyph.map(|glyph| self.face(glyph.face).name.clone());
                other.then_some(FontFallback { character, used })
            });
            reports.push(FontReport {
                category,
                used: self.face(primary).name.clone(),
                substitute: !own,
                fallbacks: fallbacks.collect(),
            });
        }
        reports
    }
}

/// A code that each font uses as it likes: in the office's own a rare character, in another anything.
fn is_private(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// The faces of all files, in their order. Files are many and each is a few small reads: they are shared out.
fn faces_of_all(files: &[PathBuf]) -> Vec<FaceEntry> {
    let hands = std::thread::available_parallelism().map_or(1, usize::from);
    let share = files.len().div_ceil(hands.min(MOST_HANDS)).max(1);
    let read = |files: &[PathBuf]| -> Vec<FaceEntry> {
        let faces = files.iter().flat_map(|path| faces_of(path));
        faces.collect()
    };
    std::thread::scope(|scope| {
        let shares: Vec<_> = files
            .chunks(share)
            .map(|files| scope.spawn(move || read(files)))
            .collect();
        shares
            .into_iter()
            .flat_map(|share| share.join().unwrap_or_default())
            .collect()
    })
}

fn list(folder: &Path, depth: usize, seen: &mut BTreeSet<PathBuf>, files: &mut Vec<PathBuf>) {
    let Ok(listing) = std::fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = listing
        .filter_map(|entry| {
            let entry = entry.ok()?;
            // The listing knows what an entry is; only where a link leads has to be asked.
            let kind = entry.file_type().ok()?;
            let font = is_font(Path::new(&entry.file_name()));
            if kind.is_file() && !font {
                return None;
            }
            let path = entry.path();
            let is_folder = kind.is_dir() || (kind.is_symlink() && path.is_dir());
            (is_folder || font).then_some((path, is_folder))
        })
        .collect();
    paths.sort();
    for (path, is_folder) in paths {
        if files.len() >= MOST_FILES {
            return;
        }
        if is_folder {
            if depth > 0 {
                list(&path, depth - 1, seen, files);
            }
            continue;
        }
        if seen.insert(path.clone()) {
            files.push(path);
        }
    }
}

fn is_font(name: &Path) -> bool {
    name.extension().is_some_and(|extension| {
        ["otf", "ttf", "ttc", "otc"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}
