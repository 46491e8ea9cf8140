//! Styles of a Word file, resolved: what a paragraph or run looks like after `styles.xml`.

use std::collections::HashMap;

use andu_document::body::Align;

use crate::xml::{Element, Space};

/// How many styles may stand on each other; files with more are wrong or hostile.
const MAX_PARENTS: usize = 20;

/// Properties of runs that matter here; `None` is not said.
#[derive(Debug, Clone, Default)]
pub(super) struct RunLook {
    pub(super) bold: Option<bool>,
    pub(super) underline: Option<bool>,
    pub(super) vertical: Option<Vertical>,
    pub(super) font: Option<String>,
    pub(super) size: Option<u32>,
    pub(super) color: Option<String>,
    pub(super) hidden: Option<bool>,
}

/// Above or below the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vertical {
    Baseline,
    Superscript,
    Subscript,
}

/// Properties of paragraphs that matter here; `None` is not said.
#[derive(Debug, Clone, Default)]
pub(super) struct ParagraphLook {
    pub(super) align: Option<Option<Align>>,
    pub(super) outline: Option<u8>,
    pub(super) numbering: Option<(Option<i64>, Option<u8>)>,
    pub(super) page_break_before: Option<bool>,
    pub(super) first_line: Option<i32>,
    pub(super) right: Option<i32>,
    pub(super) framed: Option<bool>,
}

#[derive(Debug, Default)]
struct Style {
    name: String,
    parent: Option<String>,
    paragraph: ParagraphLook,
    run: RunLook,
}

/// All styles of a file by id.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: HashMap<String, Style>,
    default_paragraph: Option<String>,
    base: RunLook,
    base_paragraph: ParagraphLook,
}

impl Styles {
    /// Reads `styles.xml`.
    pub(super) fn new(root: &Element) -> Self {
        let mut all = Self::default();
        if let Some(defaults) = root.child("docDefaults") {
            if let Some(run) = defaults.child("rPrDefault").and_then(|e| e.child("rPr")) {
                all.base = RunLook::new(run);
            }
            if let Some(paragraph) = defaults.child("pPrDefault").and_then(|e| e.child("pPr")) {
                all.base_paragraph = ParagraphLook::new(paragraph);
            }
        }
        for element in root.elements().filter(|e| &*e.name == "style") {
            let Some(id) = element.attribute("styleId") else {
                continue;
            };
            let style = Style {
                name: element
                    .child("name")
                    .and_then(Element::value)
                    .unwrap_or_default()
                    .to_owned(),
                parent: element
                    .child("basedOn")
                    .and_then(Element::value)
                    .map(str::to_owned),
                paragraph: element
                    .child("pPr")
                    .map(ParagraphLook::new)
                    .unwrap_or_default(),
                run: element.child("rPr").map(RunLook::new).unwrap_or_default(),
            };
            let is_default = matches!(element.attribute("default"), Some("1" | "true"));
            if is_default && element.attribute("type") == Some("paragraph") {
                all.default_paragraph = Some(id.to_owned());
            }
            all.styles.insert(id.to_owned(), style);
        }
        all
    }

    /// The name of a style; empty for an unknown one.
    pub(super) fn name(&self, id: &str) -> &str {
        self.styles.get(id).map_or("", |style| &style.name)
    }

    /// What a paragraph of this style looks like; `None` is the default style.
    pub(super) fn paragraph(&self, id: Option<&str>) -> (ParagraphLook, RunLook) {
        let mut paragraph = self.base_paragraph.clone();
        let mut run = self.base.clone();
        for style in self.chain(id.or(self.default_paragraph.as_deref())) {
            paragraph.take(&style.paragraph);
            run.take(&style.run);
        }
        (paragraph, run)
    }

    /// Adds what a character style says.
    pub(super) fn add_character(&self, id: &str, look: &mut RunLook) {
        for style in self.chain(Some(id)) {
            look.take(&style.run);
        }
    }

    /// A style after those it stands on, the lowest first.
    fn chain(&self, id: Option<&str>) -> Vec<&Style> {
        let mut chain = Vec::new();
        let mut next = id;
        while let Some(style) = next.and_then(|id| self.styles.get(id)) {
            chain.push(style);
            if chain.len() > MAX_PARENTS {
                break;
            }
            next = style.parent.as_deref();
        }
        chain.reverse();
        chain
    }
}

impl RunLook {
    /// Reads an `rPr`.
    pub(super) fn new(element: &Element) -> Self {
        let mut look = Self::default();
        for property in element.elements().filter(|e| e.space == Space::Word) {
            match &*property.name {
                "b" => look.bold = Some(property.is_on()),
                "u" => look.underline = Some(property.is_on()),
                "vanish" => look.hidden = Some(property.is_on()),
                "sz" => look.size = property.value().and_then(|v| v.parse().ok()).or(look.size),
                "color" => look.color = property.value().map(color),
                "rFonts" => {
                    let font = property
                        .attribute("eastAsia")
                        .or_else(|| property.attribute("ascii"));
                    look.font = font
                        .map(|name| name.chars().take(60).collect())
                        .or(look.font);
                }
                "vertAlign" => {
                    look.vertical = Some(match property.value() {
                        Some("superscript") => Vertical::Superscript,
                        Some("subscript") => Vertical::Subscript,
                        _ => Vertical::Baseline,
                    });
                }
                _ => {}
            }
        }
        look
    }

    /// Takes over what `other` says.
    pub(super) fn take(&mut self, other: &Self) {
        fn over<T: Clone>(mine: &mut Option<T>, theirs: &Option<T>) {
            if theirs.is_some() {
                mine.clone_from(theirs);
            }
        }
        over(&mut self.bold, &other.bold);
        over(&mut self.underline, &other.underline);
        over(&mut self.vertical, &other.vertical);
        over(&mut self.font, &other.font);
        over(&mut self.size, &other.size);
        over(&mut self.color, &other.color);
        over(&mut self.hidden, &other.hidden);
    }
}

fn color(value: &str) -> String {
    let is_hex = value.len() == 6 && value.bytes().all(|b| b.is_ascii_hexdigit());
    if is_hex && value != "000000" {
        value.to_ascii_uppercase()
    } else {
        String::new()
    }
}

impl ParagraphLook {
    /// Reads a `pPr`.
    pub(super) fn new(element: &Element) -> Self {
        let mut look = Self::default();
        for property in element.elements().filter(|e| e.space == Space::Word) {
            match &*property.name {
                "jc" => {
                    look.align = Some(match property.value() {
                        Some("center") => Some(Align::Center),
                        Some("right" | "end") => Some(Align::Right),
                        _ => None,
                    });
                }
                "outlineLvl" => {
                    let level = property.value().and_then(|v| v.parse::<u8>().ok());
                    look.outline = level.map(|level| level.saturating_add(1));
                }
                "pageBreakBefore" => look.page_break_before = Some(property.is_on()),
                "framePr" => look.framed = Some(true),
                "ind" => {
                    let number = |name: &str| property.attribute(name).and_then(twips);
                    // Indents in characters win over those in points, as in Word; a character of 3号 is 320.
                    let characters = |name: &str| {
                        number(name)
                            .filter(|n| *n != 0)
                            .map(|n| n.saturating_mul(32) / 10)
                    };
                    look.first_line = characters("firstLineChars")
                        .or_else(|| number("firstLine"))
                        .or_else(|| number("hanging").map(|n| n.saturating_neg()))
                        .or(look.first_line);
                    look.right = characters("rightChars")
                        .or_else(|| characters("endChars"))
                        .or_else(|| number("right"))
                        .or_else(|| number("end"))
                        .or(look.right);
                }
                "numPr" => {
                    let number = property.child("numId").and_then(Element::value);
                    let level = property.child("ilvl").and_then(Element::value);
                    look.numbering = Some((
                        number.and_then(|v| v.parse().ok()),
                        level.and_then(|v| v.parse().ok()),
                    ));
                }
                _ => {}
            }
        }
        look
    }

    /// Takes over what `other` says.
    pub(super) fn take(&mut self, other: &Self) {
        self.align = other.align.or(self.align);
        self.outline = other.outline.or(self.outline);
        self.page_break_before = other.page_break_before.or(self.page_break_before);
        self.first_line = other.first_line.or(self.first_line);
        self.right = other.right.or(self.right);
        self.framed = other.framed.or(self.framed);
        if let Some((number, level)) = other.numbering {
            let (old_number, old_level) = self.numbering.unwrap_or_default();
            self.numbering = Some((number.or(old_number), level.or(old_level)));
        }
    }
}

fn twips(value: &str) -> Option<i32> {
    value
        .parse::<f64>()
        .ok()
        .map(|n| n.clamp(-100_000.0, 100_000.0) as i32)
}
