//! The XML of paragraphs and runs, in the order of children that the schema of `WordprocessingML` asks for.

use std::fmt::Write as _;

use andu_document::Run;

use super::layout::{PITCH, SIZE_3};
use crate::source::clean;

/// Which of the document's fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Body,
    Title,
    Kai,
    Hei,
}

/// The look of a run; size in half points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) face: Face,
    pub(super) size: u32,
    pub(super) red: bool,
}

impl Look {
    pub(super) const BODY: Self = Self {
        face: Face::Body,
        size: SIZE_3,
        red: false,
    };
    pub(super) const HEI: Self = Self {
        face: Face::Hei,
        ..Self::BODY
    };
    pub(super) const KAI: Self = Self {
        face: Face::Kai,
        ..Self::BODY
    };
}

/// Alignment of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Justify {
    #[default]
    Both,
    Left,
    Center,
    Right,
    /// Characters spread over the line.
    Distribute,
}

/// A rule over or under a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Red, under the paragraph at a distance in points (at most 31).
    RedBelow(u32),
    /// 信函: red, thick over thin, under the paragraph.
    LetterBelow(u32),
}

/// A paragraph in the making; lengths in twips.
#[derive(Debug, Clone, Default)]
pub(super) struct Para {
    pub(super) justify: Justify,
    pub(super) before: u32,
    /// Height of a line; 0 is the pitch of the grid.
    pub(super) line: u32,
    pub(super) left: i32,
    pub(super) right: i32,
    /// Negative hangs out.
    pub(super) first: i32,
    pub(super) page_break: bool,
    pub(super) keep_next: bool,
    pub(super) outline: Option<u8>,
    pub(super) rule: Option<Rule>,
    pub(super) tabs: Vec<(&'static str, u32)>,
    /// `framePr` in full, for a paragraph set at a place of the page.
    pub(super) frame: Option<String>,
    /// Some of its characters are larger than those of the grid: its lines are not set on it.
    tall: bool,
    runs: String,
}

impl Para {
    pub(super) fn new(justify: Justify) -> Self {
        Self {
            justify,
            ..Self::default()
        }
    }

    /// Adds plain text; `\n` breaks the line, `\t` goes to the next stop.
    pub(super) fn text(mut self, text: &str, look: Look) -> Self {
        self.push(text, look, &Run::default());
        self
    }

    /// Adds runs of the document over a look.
    pub(super) fn runs(mut self, runs: &[Run], look: Look) -> Self {
        for run in runs {
            self.push(&run.text, look, run);
        }
        self
    }

    /// Adds XML of a run made elsewhere.
    pub(super) fn raw(mut self, xml: &str) -> Self {
        self.runs.push_str(xml);
        self
    }

    fn push(&mut self, text: &str, look: Look, style: &Run) {
        let (text, _) = clean(text);
        if text.is_empty() {
            return;
        }
        self.tall |= look.size > SIZE_3;
        let out = &mut self.runs;
        out.push_str("<w:r><w:rPr>");
        let face = match look.face {
            Face::Body => None,
            Face::Title => Some("title"),
            Face::Kai => Some("kai"),
            Face::Hei => Some("hei"),
        };
        if let Some(face) = face {
            let _ = write!(out, "<w:rStyle w:val=\"{face}\"/>");
        }
        out.push_str("<w:rFonts w:hint=\"eastAsia\"/>");
        if style.bold {
            out.push_str("<w:b/>");
        }
        if look.red {
            out.push_str("<w:color w:val=\"FF0000\"/>");
        }
        if look.size != SIZE_3 {
            let _ = write!(
                out,
                "<w:sz w:val=\"{0}\"/><w:szCs w:val=\"{0}\"/>",
                look.size
            );
        }
        if style.underline {
            out.push_str("<w:u w:val=\"single\"/>");
        }
        if style.superscript {
            out.push_str("<w:vertAlign w:val=\"superscript\"/>");
        } else if style.subscript {
            out.push_str("<w:vertAlign w:val=\"subscript\"/>");
        }
        out.push_str("</w:rPr>");
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                out.push_str("<w:br/>");
            }
            for (index, piece) in line.split('\t').enumerate() {
                if index > 0 {
                    out.push_str("<w:tab/>");
                }
                if !piece.is_empty() {
                    let escaped = quick_xml::escape::partial_escape(piece);
                    let _ = write!(out, "<w:t xml:space=\"preserve\">{escaped}</w:t>");
                }
            }
        }
        out.push_str("</w:r>");
    }

    /// The finished paragraph; `section` is the XML of a section that ends with it.
    pub(super) fn xml(&self, section: Option<&str>) -> String {
        let mut out = String::from("<w:p><w:pPr>");
        if self.keep_next {
            out.push_str("<w:keepNext/>");
        }
        if self.page_break {
            out.push_str("<w:pageBreakBefore/>");
        }
        if let Some(frame) = &self.frame {
            out.push_str(frame);
        }
        match self.rule {
            Some(Rule::RedBelow(space)) => {
                let _ = write!(
                    out,
                    "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"8\" w:space=\"{space}\" w:color=\"FF0000\"/></w:pBdr>"
                );
            }
            Some(Rule::LetterBelow(space)) => {
                let _ = write!(
                    out,
                    "<w:pBdr><w:bottom w:val=\"thickThinSmallGap\" w:sz=\"24\" w:space=\"{space}\" w:color=\"FF0000\"/></w:pBdr>"
                );
            }
            None => {}
        }
        if !self.tabs.is_empty() {
            out.push_str("<w:tabs>");
            for (kind, at) in &self.tabs {
                let _ = write!(out, "<w:tab w:val=\"{kind}\" w:pos=\"{at}\"/>");
            }
            out.push_str("</w:tabs>");
        }
        if self.tall {
            out.push_str("<w:snapToGrid w:val=\"0\"/>");
        }
        let line = if self.line == 0 { PITCH } else { self.line };
        let _ = write!(
            out,
            "<w:spacing w:before=\"{}\" w:after=\"0\" w:line=\"{line}\" w:lineRule=\"exact\"/>",
            self.before
        );
        if self.left != 0 || self.right != 0 || self.first != 0 {
            let _ = write!(
                out,
                "<w:ind w:left=\"{}\" w:right=\"{}\"",
                self.left, self.right
            );
            if self.first < 0 {
                let _ = write!(out, " w:hanging=\"{}\"", -self.first);
            } else {
                let _ = write!(out, " w:firstLine=\"{}\"", self.first);
            }
            out.push_str("/>");
        }
        let justify = match self.justify {
            Justify::Both => "both",
            Justify::Left => "left",
            Justify::Center => "center",
            Justify::Right => "right",
            Justify::Distribute => "distribute",
        };
        let _ = write!(out, "<w:jc w:val=\"{justify}\"/>");
        if let Some(level) = self.outline {
            let _ = write!(out, "<w:outlineLvl w:val=\"{level}\"/>");
        }
        if let Some(section) = section {
            out.push_str(section);
        }
        out.push_str("</w:pPr>");
        out.push_str(&self.runs);
        out.push_str("</w:p>");
        out
    }
}

/// An image that goes into the package.
#[derive(Debug)]
pub(super) struct Media {
    pub(super) bytes: Vec<u8>,
    pub(super) extension: &'static str,
}

/// The body of `document.xml` in the making, and the images it shows.
#[derive(Debug, Default)]
pub(super) struct Markup {
    pub(super) xml: String,
    /// Runs of the last paragraph: what is set at a place of the last page.
    pub(super) last: String,
    pub(super) media: Vec<Media>,
}

impl Markup {
    pub(super) fn para(&mut self, para: &Para) {
        self.xml.push_str(&para.xml(None));
    }
}
