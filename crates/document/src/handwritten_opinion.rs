//! 手写意见: what somebody wrote by hand with one decision, in the box for the opinion and on pages, bound to the words
//! that it is about. Its one JSON is named by its hash; no picture, no time, nobody's name.

use andu_base::ContentHash;
use serde::{Deserialize, Serialize};

use crate::handwriting::{
    Handwriting, HandwritingError, Unchecked as UncheckedHand, check_size, read,
};

/// Pages with notes at most.
pub const MOST_NOTED_PAGES: usize = 100;
/// The last page that may have a note.
pub const LAST_PAGE: u32 = 2_000;
/// The longest id of a file, in bytes.
const LONGEST_FILE: usize = 64;

/// What was written by hand with a decision. Whatever way one was made, it is within its bounds: something was
/// written; no more strokes and points in all than one handwriting may have; notes in the order of files and pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct HandwrittenOpinion {
    format: Format,
    content: ContentHash,
    #[serde(skip_serializing_if = "Option::is_none")]
    opinion: Option<Handwriting>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<PageNote>,
}

/// What was written on a page (页面批注).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageNote {
    /// Id of the file, where the document came as files; empty: the document itself.
    pub file: String,
    /// From 1.
    pub page: u32,
    /// The strokes; the box is the page.
    pub handwriting: Handwriting,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "andu.handwritten-opinion/1")]
    One,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    format: Format,
    content: ContentHash,
    #[serde(default)]
    opinion: Option<UncheckedHand>,
    #[serde(default)]
    notes: Vec<UncheckedNote>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedNote {
    file: String,
    page: i64,
    handwriting: UncheckedHand,
}

impl HandwrittenOpinion {
    /// What was written about the words that `content` names. Notes may come in any order.
    ///
    /// # Errors
    /// `Empty` where nothing was written; `TooManyStrokes`, `TooManyPoints`, `TooManyPages`; `Page` for a page that
    /// cannot be, or that has two notes.
    pub fn new(
        content: ContentHash,
        opinion: Option<Handwriting>,
        mut notes: Vec<PageNote>,
    ) -> Result<Self, HandwritingError> {
        notes.sort_by(|a, b| (&a.file, a.page).cmp(&(&b.file, b.page)));
        let made = Self {
            format: Format::One,
            content,
            opinion,
            notes,
        };
        made.check()?;
        Ok(made)
    }

    /// Reads its JSON.
    ///
    /// # Errors
    /// See [`HandwritingError`].
    pub fn parse(text: &str) -> Result<Self, HandwritingError> {
        Self::try_from(read::<Unchecked>(text)?)
    }

    /// Its one JSON: the same strokes about the same words are the same bytes.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("BUG: numbers become JSON")
    }

    /// What names it: the hash of its JSON.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(self.to_json().as_bytes())
    }

    /// The words it is about.
    pub const fn content(&self) -> ContentHash {
        self.content
    }

    /// What was written in the box for the opinion.
    pub const fn opinion(&self) -> Option<&Handwriting> {
        self.opinion.as_ref()
    }

    /// What was written on pages, by file and page.
    pub fn notes(&self) -> &[PageNote] {
        &self.notes
    }

    fn check(&self) -> Result<(), HandwritingError> {
        if self.notes.len() > MOST_NOTED_PAGES {
            return Err(HandwritingError::TooManyPages {
                pages: self.notes.len(),
                limit: MOST_NOTED_PAGES,
            });
        }
        let mut before = None;
        for (at, note) in self.notes.iter().enumerate() {
            let place = (&note.file, note.page);
            let is_page = (1..=LAST_PAGE).contains(&note.page) && is_id(&note.file);
            if !is_page || before.is_some_and(|before| before >= place) {
                return Err(HandwritingError::Page {
                    note: at + 1,
                    page: i64::from(note.page),
                });
            }
            before = Some(place);
        }
        let hands = || {
            let notes = self.notes.iter().map(|note| &note.handwriting);
            self.opinion.iter().chain(notes)
        };
        if hands().next().is_none() {
            return Err(HandwritingError::Empty { stroke: 0 });
        }
        let points = |hand: &Handwriting| hand.strokes().iter().map(Vec::len).sum::<usize>();
        check_size(
            hands().map(|hand| hand.strokes().len()).sum(),
            hands().map(points).sum(),
        )
    }
}

fn is_id(file: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    file.len() <= LONGEST_FILE && file.bytes().all(plain)
}

impl TryFrom<Unchecked> for HandwrittenOpinion {
    type Error = HandwritingError;

    fn try_from(read: Unchecked) -> Result<Self, HandwritingError> {
        let notes = read.notes.into_iter().enumerate().map(|(at, note)| {
            let page = u32::try_from(note.page).map_err(|_| HandwritingError::Page {
                note: at + 1,
                page: note.page,
            })?;
            Ok(PageNote {
                file: note.file,
                page,
                handwriting: note.handwriting.try_into()?,
            })
        });
        let made = Self {
            format: read.format,
            content: read.content,
            opinion: read.opinion.map(TryInto::try_into).transpose()?,
            notes: notes.collect::<Result<_, _>>()?,
        };
        made.check()?;
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::handwriting::{MOST_STROKES, Point};

    fn hand(strokes: usize, points: usize) -> Handwriting {
        let point = Point {
            x: 10,
            y: 20,
            pressure: 500,
        };
        Handwriting::new(21_000, 29_700, vec![vec![point; points]; strokes]).expect("a handwriting")
    }

    fn note(file: &str, page: u32) -> PageNote {
        PageNote {
            file: file.to_owned(),
            page,
            handwriting: hand(1, 2),
        }
    }

    fn about() -> ContentHash {
        ContentHash::of(b"words")
    }

    #[test]
    fn it_reads_back_as_the_same_bytes_and_notes_stand_in_order() {
        let notes = vec![note("b", 1), note("", 3), note("", 2)];
        let written = HandwrittenOpinion::new(about(), Some(hand(2, 3)), notes).expect("written");
        let places: Vec<_> = written
            .notes()
            .iter()
            .map(|one| (one.file.as_str(), one.page))
            .collect();
        assert_eq!(places, [("", 2), ("", 3), ("b", 1)]);
        let read = HandwrittenOpinion::parse(&written.to_json()).expect("read");
        assert_eq!(read, written);
        assert_eq!(read.hash(), ContentHash::of(written.to_json().as_bytes()));
        let other = HandwrittenOpinion::new(ContentHash::of(b"other"), Some(hand(2, 3)), vec![]);
        let same = HandwrittenOpinion::new(about(), Some(hand(2, 3)), vec![]);
        assert_ne!(other.expect("other").hash(), same.expect("same").hash());
    }

    #[test]
    fn nothing_too_much_and_no_such_page_are_refused() {
        let made = |opinion, notes| HandwrittenOpinion::new(about(), opinion, notes);
        assert_eq!(
            made(None, vec![]),
            Err(HandwritingError::Empty { stroke: 0 })
        );
        let page = |notes| match made(None, notes) {
            Err(HandwritingError::Page { note, page }) => (note, page),
            other => panic!("{other:?}"),
        };
        assert_eq!(page(vec![note("", 0)]), (1, 0));
        assert_eq!(page(vec![note("", LAST_PAGE + 1)]), (1, 2_001));
        assert_eq!(page(vec![note("", 2), note("", 2)]), (2, 2), "twice");
        assert_eq!(page(vec![note("../x", 1)]), (1, 1), "no id");
        let many = (1..=101).map(|page| note("", page)).collect();
        assert!(matches!(
            made(None, many),
            Err(HandwritingError::TooManyPages { pages: 101, .. })
        ));
        let both = made(Some(hand(MOST_STROKES, 1)), vec![note("", 1)]);
        assert!(matches!(
            both,
            Err(HandwritingError::TooManyStrokes { strokes: 201, .. })
        ));
        let points = made(Some(hand(1, 19_999)), vec![note("", 1)]);
        assert!(matches!(
            points,
            Err(HandwritingError::TooManyPoints { points: 20_001, .. })
        ));
    }

    #[test]
    fn a_file_that_says_otherwise_is_refused_in_its_words() {
        let written = HandwrittenOpinion::new(about(), Some(hand(1, 1)), vec![note("", 1)]);
        let written = written.expect("written").to_json();
        let of = |from: &str, to: &str| {
            let changed = written.replacen(from, to, 1);
            assert_ne!(changed, written, "{from}");
            assert!(serde_json::from_str::<HandwrittenOpinion>(&changed).is_err());
            HandwrittenOpinion::parse(&changed).expect_err(to).key()
        };
        assert_eq!(of("\"page\":1", "\"page\":-1"), "handwriting.page");
        assert_eq!(of("[10,20,500]", "[10,40000,500]"), "handwriting.outside");
        assert_eq!(of("\"file\"", "\"path\""), "handwriting.syntax");
        assert_eq!(of("opinion/1", "opinion/2"), "handwriting.syntax");
        let large = " ".repeat((1 << 20) + 1);
        let large = HandwrittenOpinion::parse(&large).expect_err("too large");
        assert_eq!(large.key(), "handwriting.too_large");
    }

    proptest! {
        #[test]
        fn whatever_is_made_is_read_and_has_one_name(
            pages in prop::collection::btree_set((prop::sample::select(vec!["", "a", "b-1"]), 1u32..9), 0..6),
            box_of in prop::option::of((1usize..5, 1usize..9)),
        ) {
            let notes = pages.iter().map(|(file, page)| note(file, *page)).collect();
            let opinion = box_of.map(|(strokes, points)| hand(strokes, points));
            match HandwrittenOpinion::new(about(), opinion, notes) {
                Ok(made) => {
                    let read = HandwrittenOpinion::parse(&made.to_json());
                    prop_assert_eq!(read.map(|read| read.hash()), Ok(made.hash()));
                }
                Err(error) => {
                    prop_assert_eq!(error, HandwritingError::Empty { stroke: 0 });
                    prop_assert!(pages.is_empty() && box_of.is_none());
                }
            }
        }
    }
}
