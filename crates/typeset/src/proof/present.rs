//! Whether what the document has is on its pages at all: an element that was set where no paper is, or not
//! at all, fails with its clause.

use std::collections::BTreeSet;

use andu_document::{Block, Finding, OfficialDocument, SealStyle, kind::DocumentFormat};

use crate::{Note, Strength};

use super::{
    Failure, Probe, ProofItem, Verdict,
    ink::{Extent, InkPage, Tint},
};

/// Elements by the place the typesetter names them by, with clause and name.
static ELEMENTS: [(&str, &str, &str); 17] = [
    ("copy_number", "7.2.1", "份号"),
    ("classification", "7.2.2", "密级和保密期限"),
    ("urgency", "7.2.3", "紧急程度"),
    ("letterhead", "7.2.4", "发文机关标志"),
    ("issue_number", "7.2.5", "发文字号"),
    ("signatories", "7.2.6", "签发人"),
    ("title", "7.3.1", "标题"),
    ("main_recipients", "7.3.2", "主送机关"),
    ("attachment_note", "7.3.4", "附件说明"),
    ("signature", "7.3.5", "发文机关署名"),
    ("date_of_issue", "7.3.5.4", "成文日期"),
    ("note", "7.3.6", "附注"),
    ("attendance", "10.3", "出席人员"),
    ("issuers", "实务", "发电单位"),
    ("telegram", "实务", "签批盖章、发电号、页数"),
    ("copy_recipients", "7.4.2", "抄送机关"),
    ("imprint", "7.4.3", "印发机关和印发日期"),
];

/// Characters that a finding names, at most.
const MOST_NAMED: usize = 10;

/// What people call an element, if it is one with a place of its own.
pub(super) fn name_of(place: &str) -> Option<&'static str> {
    known(place).map(|(_, _, name)| *name)
}

/// The clause of an element.
pub(super) fn clause_of(place: &str) -> Option<&'static str> {
    known(place).map(|(_, clause, _)| *clause)
}

fn known(place: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    ELEMENTS.iter().find(|(known, ..)| *known == place)
}

impl Probe<'_> {
    /// Each place that stands on a page shows ink there.
    pub(super) fn elements(&mut self, page: usize, ink: &InkPage) {
        let typeset = self.typeset;
        for found in typeset.boxes().iter().filter(|found| found.page == page) {
            let Some((_, clause, name)) = known(&found.place) else {
                continue;
            };
            let area = Extent::from(found);
            let area = Extent {
                top: area.top - 0.5,
                bottom: area.bottom + 0.5,
                ..area
            };
            let seen = [Tint::Black, Tint::Red]
                .into_iter()
                .any(|tint| ink.extent(tint, area).is_some());
            if !seen {
                self.lost(&found.place, clause, name, page);
            }
        }
    }

    /// What the document has stands on some page, and body text on the first one.
    pub(super) fn all_there(&mut self) {
        let document = self.document;
        self.small_letterhead();
        self.signature_alone();
        self.pictures_read();
        self.characters_drawn();
        for (place, clause, name) in ELEMENTS {
            let boxes = self.typeset.boxes();
            if has(document, place) && !boxes.iter().any(|found| found.place == place) {
                self.lost(place, clause, name, 0);
            }
        }
        let shown = self.typeset.boxes().iter().any(|found| {
            found.page == 0 && found.place.starts_with("body") && found.y_mm < self.table.bottom()
        });
        if !shown && wants_body_on_page_one(document) {
            self.fail(Failure {
                id: "first_page.body",
                clause: "7.3.3",
                strength: Strength::Required,
                what: "公文首页必须显示正文".to_owned(),
                page: 0,
                unit: "",
                expected: 1.0,
                measured: None,
                tolerance: 0.0,
                rect: [0.0; 4],
            });
        }
    }

    /// 署名 and 成文日期 on a page without text, which no other number of lines helped (7.3.5.5).
    fn signature_alone(&mut self) {
        let Some(page) = self.typeset.facts().signature_alone else {
            return;
        };
        let boxes = self.typeset.boxes().iter();
        let alone = boxes.filter(|found| {
            found.page == page && matches!(found.place.as_str(), "signature" | "date_of_issue")
        });
        let rect = alone.map(|found| Extent::from(found).rect()).next();
        self.fail(Failure {
            id: "signature.alone",
            clause: "7.3.5.5",
            strength: Strength::Optional,
            what: "署名和成文日期与正文同处一页".to_owned(),
            page,
            unit: "",
            expected: 1.0,
            measured: Some(0.0),
            tolerance: 0.0,
            rect: rect.unwrap_or_default(),
        });
    }

    /// Pictures stand on the page, and not words in their place.
    fn pictures_read(&mut self) {
        let notes = self.typeset.notes().iter();
        let unread: Vec<String> = notes
            .filter_map(|note| match note {
                Note::ImageUnreadable { place } => Some(place.clone()),
                _ => None,
            })
            .collect();
        for place in unread {
            let mut boxes = self.typeset.boxes().iter();
            let found = boxes.find(|found| found.place == place);
            let page = found.map_or(0, |found| found.page);
            let rect = found.map(|found| Extent::from(found).rect());
            self.fail(Failure {
                id: "element.image",
                clause: "实务",
                strength: Strength::Required,
                what: "图片能够读取并印出".to_owned(),
                page,
                unit: "",
                expected: 1.0,
                measured: Some(0.0),
                tolerance: 0.0,
                rect: rect.unwrap_or_default(),
            });
        }
    }

    /// No character is an empty box because no font has it.
    fn characters_drawn(&mut self) {
        let reports = self.typeset.fonts().iter();
        let missing = reports.flat_map(|report| report.missing());
        let missing: BTreeSet<char> = missing.collect();
        if missing.is_empty() {
            return;
        }
        let named: Vec<String> = missing.iter().take(MOST_NAMED).map(named).collect();
        self.fail(Failure {
            id: "element.character",
            clause: "实务",
            strength: Strength::Required,
            what: format!("所有文字能够印出，{}没有字体可用", named.join("、")),
            page: 0,
            unit: "字",
            expected: 0.0,
            measured: Some(missing.len() as f64),
            tolerance: 0.0,
            rect: [0.0; 4],
        });
    }

    /// What the typesetter made smaller than it may decently be.
    fn small_letterhead(&mut self) {
        let notes = self.typeset.notes().iter();
        let mut points = notes.filter_map(|note| match note {
            Note::LetterheadSmall { points } => Some(*points),
            _ => None,
        });
        if let Some(points) = points.next_back() {
            self.fail(Failure {
                id: "letterhead.small",
                clause: "7.2.4",
                strength: Strength::Recommended,
                what: "发文机关标志应当醒目，不小于正文字号".to_owned(),
                page: 0,
                unit: "磅",
                expected: self.table.value("size.body"),
                measured: Some(f64::from(points)),
                tolerance: 0.0,
                rect: [0.0; 4],
            });
        }
    }

    fn lost(&mut self, place: &str, clause: &str, name: &str, page: usize) {
        self.fail(Failure {
            id: &format!("element.{place}"),
            clause,
            strength: Strength::Required,
            what: format!("公文有{name}，版面上没有"),
            page,
            unit: "",
            expected: 1.0,
            measured: None,
            tolerance: 0.0,
            rect: [0.0; 4],
        });
    }
}

/// What a finished document has and this one lacks, as a failure of page one.
pub(super) fn absent(finding: &Finding) -> ProofItem {
    use andu_document::Strength as S;
    let (strength, verdict) = match finding.strength {
        S::Required => (Strength::Required, Verdict::Fail),
        S::InPrinciple => (Strength::Normal, Verdict::Fail),
        S::Recommended => (Strength::Recommended, Verdict::Practice),
        S::Practice => (Strength::Practice, Verdict::Practice),
    };
    let citation = &finding.citation;
    let clause = match (citation.paraphrase, citation.clause.as_str()) {
        (_, "") => citation.source.clone(),
        (true, clause) => clause.to_owned(),
        (false, clause) => format!("《条例》{clause}"),
    };
    ProofItem {
        id: format!("absent.{}", finding.place),
        clause,
        strength,
        what: finding.message.trim_end_matches('。').to_owned(),
        page: 0,
        expected_mm: 1.0,
        measured_mm: None,
        tolerance_mm: 0.0,
        unit: String::new(),
        expected: 1.0,
        measured: None,
        tolerance: 0.0,
        verdict,
        rect_mm: [0.0; 4],
    }
}

/// A character as people can tell it, even where no font shows it.
fn named(character: &char) -> String {
    format!("“{character}”（U+{:04X}）", u32::from(*character))
}

/// Whether a document has an element that its format shows under this name.
fn has(document: &OfficialDocument, place: &str) -> bool {
    use DocumentFormat as F;
    let filled = |names: &[String]| names.iter().any(|name| !name.trim().is_empty());
    let sealed = document.seal != SealStyle::None;
    match place {
        "title" => !document.title.trim().is_empty(),
        "main_recipients" => filled(&document.main_recipients),
        "copy_recipients" => filled(&document.copy_recipients),
        "copy_number" => document.copy_number.is_some() && has_marks(document.format),
        "classification" => document.classification.is_some() && has_marks(document.format),
        "urgency" => document.urgency.is_some() && has_marks(document.format),
        "issue_number" => {
            document.issue_number.is_some() && !matches!(document.format, F::Paper | F::Telegram)
        }
        "signatories" => document.format == F::Document && !document.signatories.is_empty(),
        "date_of_issue" => {
            (sealed || document.format == F::Telegram) && document.date_of_issue.is_some()
        }
        "note" => !document.note.trim().is_empty(),
        "attendance" => document.format == F::Minutes && !document.attendance.is_empty(),
        "imprint" => document.imprint.is_some() && document.format != F::Letter,
        _ => false,
    }
}

/// Formats that have 份号, 密级 and 紧急程度 at their head.
fn has_marks(format: DocumentFormat) -> bool {
    use DocumentFormat as F;
    matches!(format, F::Document | F::Letter | F::Minutes | F::Paper)
}

fn wants_body_on_page_one(document: &OfficialDocument) -> bool {
    let shows = |block: &Block| match block {
        Block::Table(_) | Block::Image(_) => true,
        Block::PageBreak => false,
        text => !text.text().trim().is_empty(),
    };
    document.format != DocumentFormat::Paper && document.body.iter().any(shows)
}
