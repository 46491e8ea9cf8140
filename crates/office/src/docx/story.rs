//! Walks the main text of a Word file in reading order.

use std::{collections::HashMap, mem, rc::Rc};

use andu_document::Image;
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    media::image_info,
    numbering::Numbering,
    read::Relation,
    styles::{ParagraphLook, RunLook, Styles, Vertical},
};
use crate::{
    error::OfficeError,
    package::Package,
    source::{DocxText, NoticeKind, Paragraph, SourceBlock, SourceRun, clean},
    xml::{Element, Node, Space, Steps},
};

/// Characters of Base64 that the images of one document may fill together.
const MAX_IMAGE_TEXT: usize = 64 << 20;
/// Width of 版心 in tenths of a millimetre (GB/T 9704-2012, 5.2.1).
const MAX_IMAGE_WIDTH: u32 = 1560;
/// English metric units in a tenth of a millimetre.
const EMU: i64 = 3600;

/// The walk: what it looks up, and what it has found so far.
pub(super) struct Story<'a, 'b> {
    styles: &'a Styles,
    numbering: Numbering,
    relations: &'a HashMap<String, Relation>,
    package: &'a mut Package<'b>,
    images: HashMap<String, Option<(&'static str, Rc<str>)>>,
    image_text: usize,
    pub(super) out: Vec<SourceBlock>,
    pub(super) text: DocxText,
    /// Text of a paragraph whose mark was deleted: it runs on in the next one.
    carried: Vec<SourceRun>,
    /// Depth of tables and boxes the walk is in.
    pub(super) nested: u32,
    boxed: u32,
    section_start: usize,
    sections: Vec<SectionFound>,
}

struct SectionFound {
    start: usize,
    landscape: bool,
    continuous: bool,
}

/// A paragraph being gathered.
#[derive(Default)]
struct Gathered {
    paragraph: Paragraph,
    after: Vec<SourceBlock>,
    flushed: bool,
}

impl<'a, 'b> Story<'a, 'b> {
    pub(super) fn new(
        styles: &'a Styles,
        numbering: Numbering,
        relations: &'a HashMap<String, Relation>,
        package: &'a mut Package<'b>,
        text: DocxText,
    ) -> Self {
        Self {
            styles,
            numbering,
            relations,
            package,
            images: HashMap::new(),
            image_text: 0,
            out: Vec::new(),
            text,
            carried: Vec::new(),
            nested: 0,
            boxed: 0,
            section_start: 0,
            sections: Vec::new(),
        }
    }

    /// Walks block content.
    pub(super) fn walk(&mut self, parent: &Element, steps: &mut Steps) -> Result<(), OfficeError> {
        for element in parent.elements() {
            match (element.space, &*element.name) {
                (Space::Word, "p") => self.paragraph(element, steps)?,
                (Space::Word, "tbl") => self.table(element, steps)?,
                (Space::Word, "ins" | "moveTo") => {
                    self.text.note(NoticeKind::InsertionAccepted, 1);
                    self.walk(element, steps)?;
                }
                (Space::Word, "del" | "moveFrom") => {
                    self.text.note(NoticeKind::DeletionDropped, 1);
                }
                (Space::Word, "sectPr") => self.section(element),
                (Space::Word, "sdt") => {
                    if let Some(content) = element.child("sdtContent") {
                        self.walk(content, steps)?;
                    }
                }
                (Space::Word, "customXml" | "smartTag") => self.walk(element, steps)?,
                (Space::Compatibility, "AlternateContent") => {
                    if let Some(chosen) = alternative(element) {
                        self.walk(chosen, steps)?;
                    }
                }
                (Space::Mathematics, _) => {
                    self.text.note(NoticeKind::Formula, 1);
                    self.out
                        .push(SourceBlock::Paragraph(Paragraph::plain(element.text())));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The result, with a mark where each section begins.
    pub(super) fn finish(mut self) -> DocxText {
        if !self.carried.is_empty() {
            let runs = mem::take(&mut self.carried);
            self.out.push(SourceBlock::Paragraph(Paragraph {
                runs,
                ..Paragraph::default()
            }));
        }
        let mut turned_before = false;
        let mut marks = Vec::new();
        for section in &self.sections {
            let turns = section.landscape != turned_before;
            if turns || (section.start > 0 && !section.continuous) {
                marks.push((section.start, section.landscape));
            }
            turned_before = section.landscape;
        }
        let mut marks = marks.into_iter().peekable();
        for (at, block) in self.out.into_iter().enumerate() {
            while let Some((_, landscape)) = marks.next_if(|(start, _)| *start <= at) {
                self.text.blocks.push(SourceBlock::Section { landscape });
            }
            self.text.blocks.push(block);
        }
        self.text
    }

    fn section(&mut self, element: &Element) {
        if self.nested > 0 || self.boxed > 0 {
            return;
        }
        let size = element.child("pgSz");
        let number = |name: &str| size?.attribute(name)?.parse::<u32>().ok();
        let landscape = size.is_some_and(|s| s.attribute("orient") == Some("landscape"))
            || number("w") > number("h");
        let continuous = element.child("type").and_then(Element::value) == Some("continuous");
        self.sections.push(SectionFound {
            start: self.section_start,
            landscape,
            continuous,
        });
        self.section_start = self.out.len();
    }

    fn paragraph(&mut self, element: &Element, steps: &mut Steps) -> Result<(), OfficeError> {
        let properties = element.child("pPr");
        let style_id = properties
            .and_then(|p| p.child("pStyle"))
            .and_then(Element::value);
        let (mut look, run_look) = self.styles.paragraph(style_id);
        if let Some(properties) = properties {
            look.take(&ParagraphLook::new(properties));
        }
        let mut gathered = Gathered {
            paragraph: Paragraph {
                style_id: style_id.unwrap_or_default().to_owned(),
                style: style_id
                    .map_or("", |id| self.styles.name(id))
                    .chars()
                    .take(80)
                    .collect(),
                outline_level: look.outline.filter(|level| (1..=9).contains(level)),
                number: String::new(),
                runs: mem::take(&mut self.carried),
                align: look.align.flatten(),
                first_line_indent: look.first_line.unwrap_or(0),
                right_indent: look.right.unwrap_or(0),
                boxed: self.boxed > 0 || look.framed == Some(true),
            },
            ..Gathered::default()
        };
        if look.page_break_before == Some(true) {
            self.page_break();
        }
        let mark = properties.and_then(|p| p.child("rPr"));
        let mark_deleted = mark.is_some_and(|m| m.child("del").is_some());
        self.inline(element, &run_look, &mut gathered, steps)?;
        if let Some((Some(list), level)) = look.numbering
            && list != 0
            && !gathered.paragraph.text().trim().is_empty()
        {
            let of_style = || {
                self.numbering
                    .level_of_style(list, style_id.unwrap_or_default())
            };
            let level = level.or_else(of_style).unwrap_or(0);
            gathered.paragraph.number = self.numbering.next(list, level);
        }
        if mark_deleted {
            self.text.note(NoticeKind::DeletionDropped, 1);
            self.carried = mem::take(&mut gathered.paragraph.runs);
            self.out.append(&mut gathered.after);
        } else {
            self.flush(&mut gathered);
        }
        if let Some(section) = properties.and_then(|p| p.child("sectPr")) {
            self.section(section);
        }
        Ok(())
    }

    /// Puts out what is gathered; a part of a paragraph left empty by a break is not put out.
    fn flush(&mut self, gathered: &mut Gathered) {
        let rest = Paragraph {
            number: String::new(),
            runs: Vec::new(),
            ..gathered.paragraph.clone()
        };
        let made = mem::replace(&mut gathered.paragraph, rest);
        let is_empty = made.text().is_empty();
        let carries_other = gathered.flushed || !gathered.after.is_empty();
        if !(is_empty && carries_other) {
            self.out.push(SourceBlock::Paragraph(made));
        }
        self.out.append(&mut gathered.after);
        gathered.flushed = true;
    }

    fn page_break(&mut self) {
        if self.nested == 0 && self.boxed == 0 {
            self.out.push(SourceBlock::PageBreak);
        }
    }

    fn inline(
        &mut self,
        parent: &Element,
        look: &RunLook,
        gathered: &mut Gathered,
        steps: &mut Steps,
    ) -> Result<(), OfficeError> {
        for element in parent.elements() {
            match (element.space, &*element.name) {
                (Space::Word, "r") => self.run(element, look, gathered, steps)?,
                (Space::Word, "ins" | "moveTo") => {
                    self.text.note(NoticeKind::InsertionAccepted, 1);
                    self.inline(element, look, gathered, steps)?;
                }
                (Space::Word, "del" | "moveFrom") => {
                    self.text.note(NoticeKind::DeletionDropped, 1);
                }
                (
                    Space::Word,
                    "hyperlink" | "smartTag" | "fldSimple" | "sdt" | "sdtContent" | "dir" | "bdo"
                    | "customXml",
                ) => self.inline(element, look, gathered, steps)?,
                (Space::Mathematics, _) => {
                    self.text.note(NoticeKind::Formula, 1);
                    self.push(&element.text(), look, gathered);
                }
                (Space::Compatibility, "AlternateContent") => {
                    if let Some(chosen) = alternative(element) {
                        self.inline(chosen, look, gathered, steps)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn run(
        &mut self,
        run: &Element,
        base: &RunLook,
        gathered: &mut Gathered,
        steps: &mut Steps,
    ) -> Result<(), OfficeError> {
        let mut look = base.clone();
        if let Some(properties) = run.child("rPr") {
            if let Some(id) = properties.child("rStyle").and_then(Element::value) {
                self.styles.add_character(id, &mut look);
            }
            look.take(&RunLook::new(properties));
        }
        self.run_content(run, &look, gathered, steps)
    }

    fn run_content(
        &mut self,
        run: &Element,
        look: &RunLook,
        gathered: &mut Gathered,
        steps: &mut Steps,
    ) -> Result<(), OfficeError> {
        for element in run.elements() {
            match (element.space, &*element.name) {
                (Space::Word, "t") => self.push(&element.text(), look, gathered),
                (Space::Word, "tab" | "ptab") => self.push("\t", look, gathered),
                (Space::Word, "cr") => self.push("\n", look, gathered),
                (Space::Word, "noBreakHyphen") => self.push("-", look, gathered),
                (Space::Word, "br") => match element.attribute("type") {
                    Some("page" | "column") => {
                        self.flush(gathered);
                        self.page_break();
                    }
                    _ => self.push("\n", look, gathered),
                },
                (Space::Word, "sym") => match symbol(element) {
                    Some(c) => self.push(c.encode_utf8(&mut [0; 4]), look, gathered),
                    None => self.text.note(NoticeKind::SymbolLost, 1),
                },
                (Space::Word, "footnoteReference" | "endnoteReference") => {
                    self.text.note(NoticeKind::Footnote, 1);
                }
                (Space::Word, "ruby") => {
                    if let Some(base) = element.child("rubyBase") {
                        self.inline(base, look, gathered, steps)?;
                    }
                }
                (Space::Word, "object") => self.text.note(NoticeKind::EmbeddedObject, 1),
                (Space::Word, "drawing" | "pict") => {
                    let mut width = None;
                    self.drawing(element, &mut width, gathered, steps)?;
                }
                (Space::Compatibility, "AlternateContent") => {
                    if let Some(chosen) = alternative(element) {
                        self.run_content(chosen, look, gathered, steps)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn push(&mut self, text: &str, look: &RunLook, gathered: &mut Gathered) {
        if look.hidden == Some(true) {
            self.text.note(NoticeKind::HiddenText, 1);
            return;
        }
        let (text, lost) = clean(text);
        self.text.note(NoticeKind::ControlCharacter, lost);
        let mut run = SourceRun {
            text,
            bold: look.bold == Some(true),
            underline: look.underline == Some(true),
            superscript: look.vertical == Some(Vertical::Superscript),
            subscript: look.vertical == Some(Vertical::Subscript),
            font: look.font.clone().unwrap_or_default(),
            size: look.size,
            color: look.color.clone().unwrap_or_default(),
        };
        if let Some(last) = gathered.paragraph.runs.last_mut() {
            let text = mem::take(&mut run.text);
            let before = mem::take(&mut last.text);
            let same = *last == run;
            last.text = before;
            if same {
                last.text.push_str(&text);
                return;
            }
            run.text = text;
        }
        if !run.text.is_empty() {
            gathered.paragraph.runs.push(run);
        }
    }

    /// Pictures and text boxes of a drawing, whether `DrawingML` or VML.
    fn drawing(
        &mut self,
        parent: &Element,
        width: &mut Option<i64>,
        gathered: &mut Gathered,
        steps: &mut Steps,
    ) -> Result<(), OfficeError> {
        for element in parent.elements() {
            match &*element.name {
                "extent" => *width = element.attribute("cx").and_then(|v| v.parse().ok()),
                "txbxContent" => self.text_box(element, gathered, steps)?,
                "blip" => match (element.attribute("embed"), element.attribute("link")) {
                    (Some(id), _) => self.image(id, *width, gathered)?,
                    (None, Some(_)) => self.text.note(NoticeKind::ImageLinked, 1),
                    (None, None) => {}
                },
                "imagedata" => {
                    if let Some(id) = element.attribute("id") {
                        self.image(id, *width, gathered)?;
                    }
                }
                "chart" | "relIds" | "OLEObject" => self.text.note(NoticeKind::EmbeddedObject, 1),
                "AlternateContent" => {
                    if let Some(chosen) = alternative(element) {
                        self.drawing(chosen, width, gathered, steps)?;
                    }
                }
                _ => self.drawing(element, width, gathered, steps)?,
            }
        }
        Ok(())
    }

    fn text_box(
        &mut self,
        content: &Element,
        gathered: &mut Gathered,
        steps: &mut Steps,
    ) -> Result<(), OfficeError> {
        self.text.note(NoticeKind::TextBox, 1);
        let outer = mem::take(&mut self.out);
        let carried = mem::take(&mut self.carried);
        self.boxed += 1;
        let walked = self.walk(content, steps);
        self.boxed -= 1;
        self.carried = carried;
        let inner = mem::replace(&mut self.out, outer);
        gathered.after.extend(inner);
        walked
    }

    fn image(
        &mut self,
        id: &str,
        width: Option<i64>,
        gathered: &mut Gathered,
    ) -> Result<(), OfficeError> {
        let Some(relation) = self.relations.get(id) else {
            self.text.note(NoticeKind::ImageLost, 1);
            return Ok(());
        };
        if relation.external {
            self.text.note(NoticeKind::ImageLinked, 1);
            return Ok(());
        }
        let target = relation.target.clone();
        if !self.images.contains_key(&target) {
            let bytes = match self.package.part(&target) {
                Ok(bytes) => bytes.unwrap_or_default(),
                Err(OfficeError::DamagedPart { .. }) => Vec::new(),
                Err(error) => return Err(error),
            };
            let found = image_info(&bytes)
                .map(|info| (info.media_type, Rc::from(STANDARD.encode(&bytes).as_str())));
            if found.is_none() {
                let kind = if bytes.is_empty() {
                    NoticeKind::ImageLost
                } else {
                    NoticeKind::ImageUnsupported
                };
                self.text.note(kind, 1);
            }
            self.images.insert(target.clone(), found);
        }
        let Some(Some((media_type, data))) = self.images.get(&target) else {
            return Ok(());
        };
        self.image_text += data.len();
        if self.image_text > MAX_IMAGE_TEXT {
            self.text.note(NoticeKind::ImageLost, 1);
            return Ok(());
        }
        let width = width.map_or(MAX_IMAGE_WIDTH, |emu| {
            u32::try_from((emu / EMU).clamp(10, i64::from(MAX_IMAGE_WIDTH)))
                .unwrap_or(MAX_IMAGE_WIDTH)
        });
        gathered.after.push(SourceBlock::Image(Image {
            media_type: (*media_type).to_owned(),
            data: data.to_string(),
            width_tenth_mm: width,
            alt: String::new(),
        }));
        Ok(())
    }
}

/// The branch to read: the first choice that holds something, else the fallback.
pub(super) fn alternative(element: &Element) -> Option<&Element> {
    element
        .elements()
        .find(|e| &*e.name == "Choice" && e.children.iter().any(|n| matches!(n, Node::Element(_))))
        .or_else(|| element.child("Fallback"))
}

/// A character of a symbol font. Only private codes of fonts that everybody has are known.
fn symbol(element: &Element) -> Option<char> {
    let code = u32::from_str_radix(element.attribute("char")?, 16).ok()?;
    let font = element.attribute("font").unwrap_or_default();
    match (font, code) {
        ("Wingdings", 0xF0A8 | 0xA8) => Some('□'),
        ("Wingdings", 0xF0FE | 0xFE) => Some('☑'),
        ("Wingdings 2", 0xF052 | 0x52) => Some('☑'),
        ("Wingdings 2", 0xF0A3 | 0xA3) => Some('□'),
        ("Symbol", 0xF0B4 | 0xB4) => Some('×'),
        (_, 0xE000..=0xF8FF) => None,
        (_, code) => char::from_u32(code).filter(|c| !c.is_control()),
    }
}
