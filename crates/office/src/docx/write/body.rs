//! Bodies of the exported file: paragraphs, headings, tables, images, turned pages (GB/T 9704-2012, 7.3.3, 7.3.7, 8).

use andu_document::{
    Attachment, Block, Image, IssuedText, Table,
    body::{Align, HeadingNumbers, names_rows},
};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    Sections, WriteOptions, head,
    layout::{PITCH, SIZE_4, SIZE_SMALL_4, TEXT_HEIGHT, TEXT_WIDTH, characters},
    markup::{Justify, Look, Markup, Media, Para},
    package::section_xml,
};
use crate::{docx::media::image_info, error::OfficeError};

/// Columns of a Word table.
const MAX_COLUMNS: usize = 63;

/// Which body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyKind {
    /// 正文
    Main,
    /// A body under its own title on a new page.
    Own,
}

/// Writes bodies and keeps track of turned pages.
pub(super) struct BodyWriter<'a> {
    pub(super) out: &'a mut Markup,
    sections: Sections,
    options: &'a WriteOptions,
    landscape: bool,
    first_section: bool,
    page_break: bool,
}

impl<'a> BodyWriter<'a> {
    pub(super) fn new(out: &'a mut Markup, sections: Sections, options: &'a WriteOptions) -> Self {
        Self {
            out,
            sections,
            options,
            landscape: false,
            first_section: true,
            page_break: false,
        }
    }

    /// Writes the blocks of one body; `place` names it in errors.
    pub(super) fn write(
        &mut self,
        place: &str,
        blocks: &[Block],
        kind: BodyKind,
    ) -> Result<(), OfficeError> {
        let turned = self.landscape;
        let mut numbers = HeadingNumbers::default();
        for (index, block) in blocks.iter().enumerate() {
            let place = format!("{place}/{index}");
            match block {
                Block::Paragraph { runs, align } => {
                    let mut para = match align {
                        None => indented(),
                        Some(Align::Left) => Para::new(Justify::Left),
                        Some(Align::Center) => Para::new(Justify::Center),
                        Some(Align::Right) => Para::new(Justify::Right),
                    };
                    para = para.runs(runs, Look::BODY);
                    self.put(para);
                }
                Block::Heading {
                    level,
                    runs,
                    unnumbered,
                    run_in,
                } => {
                    let look = match level {
                        1 => Look::HEI,
                        2 => Look::KAI,
                        _ => Look::BODY,
                    };
                    let number = if *unnumbered {
                        String::new()
                    } else {
                        numbers.next(*level)
                    };
                    let mut para = indented().text(&number, look).runs(runs, look);
                    para = para.runs(run_in, Look::BODY);
                    para.keep_next = run_in.is_empty() && *level <= 2;
                    para.outline = Some(level.clamp(&1, &4) - 1);
                    self.put(para);
                }
                Block::Centered { runs } => {
                    let mut para = Para::new(Justify::Center).runs(runs, Look::HEI);
                    para.keep_next = true;
                    self.put(para);
                }
                Block::Table(table) => self.table(table, turned),
                Block::Image(image) => self.image(image, &place)?,
                Block::PageBreak => self.page_break = true,
            }
        }
        if self.landscape != turned {
            self.turn(turned);
        }
        if self.page_break && kind == BodyKind::Main {
            self.put(Para::new(Justify::Left));
        }
        self.page_break = false;
        Ok(())
    }

    /// 附件: on a new page, 附件1 on line 1, its title on line 3 (7.3.7).
    pub(super) fn write_attachment(
        &mut self,
        place: &str,
        mark: &str,
        attachment: &Attachment,
    ) -> Result<(), OfficeError> {
        if attachment.body.is_empty() {
            return Ok(());
        }
        self.new_page(attachment.landscape);
        let mut para = Para::new(Justify::Left).text(mark, Look::HEI);
        para.keep_next = true;
        self.put(para);
        self.put(head::title(&self.options.title(&attachment.title), PITCH));
        self.put(Para::new(Justify::Left));
        self.write(place, &attachment.body, BodyKind::Own)
    }

    /// 被印发件: on a new page under its own title, with its own annexes.
    pub(super) fn write_issued(&mut self, issued: &IssuedText) -> Result<(), OfficeError> {
        self.new_page(false);
        self.put(head::title(&self.options.title(&issued.title), PITCH));
        if !issued.subtitle.is_empty() {
            let text = format!("（{}）", issued.subtitle);
            self.put(Para::new(Justify::Center).text(&text, Look::KAI));
        }
        self.put(Para::new(Justify::Left));
        self.write("issued_text/body", &issued.body, BodyKind::Own)?;
        super::end::write_attachment_note(&issued.attachments, self.out);
        for (index, attachment) in issued.attachments.iter().enumerate() {
            let mark = match issued.attachments.len() {
                1 => "附件".to_owned(),
                _ => format!("附件{}", index + 1),
            };
            let place = format!("issued_text/attachments/{index}/body");
            self.write_attachment(&place, &mark, attachment)?;
        }
        Ok(())
    }

    /// Goes back to upright pages.
    pub(super) fn portrait(&mut self) {
        if self.landscape {
            self.turn(false);
        }
    }

    /// The properties of the last section.
    pub(super) fn finish(self) -> String {
        section_xml(
            self.landscape,
            self.first_section && self.sections.first_page_differs,
        )
    }

    fn put(&mut self, mut para: Para) {
        if std::mem::take(&mut self.page_break) {
            para.page_break = true;
        }
        self.out.para(&para);
    }

    fn new_page(&mut self, landscape: bool) {
        if self.landscape == landscape {
            self.page_break = true;
        } else {
            self.turn(landscape);
        }
    }

    /// Ends the section; the next one begins on a new page.
    fn turn(&mut self, landscape: bool) {
        let first = self.first_section && self.sections.first_page_differs;
        let section = section_xml(self.landscape, first);
        let mut para = Para::new(Justify::Left);
        para.line = 20;
        self.out.xml.push_str(&para.xml(Some(&section)));
        self.landscape = landscape;
        self.first_section = false;
        self.page_break = false;
    }

    fn table(&mut self, table: &Table, turned: bool) {
        let landscape = turned || table.landscape;
        if landscape != self.landscape {
            self.turn(landscape);
        }
        if !table.caption.is_empty() {
            let mut para = Para::new(Justify::Center).text(&table.caption, Look::HEI);
            para.keep_next = true;
            self.put(para);
        } else if self.page_break {
            let mut para = Para::new(Justify::Left);
            para.line = 20;
            self.put(para);
        }
        let width = if landscape { TEXT_HEIGHT } else { TEXT_WIDTH };
        self.out.xml.push_str(&table_xml(table, width));
        let mut after = Para::new(Justify::Left);
        after.line = 20;
        self.put(after);
    }

    fn image(&mut self, image: &Image, place: &str) -> Result<(), OfficeError> {
        let unusable = || OfficeError::UnusableImage {
            place: place.to_owned(),
        };
        let bytes = STANDARD
            .decode(image.data.as_bytes())
            .map_err(|_| unusable())?;
        let info = image_info(&bytes).ok_or_else(unusable)?;
        if info.media_type != image.media_type {
            return Err(unusable());
        }
        let extension = match info.media_type {
            "image/png" => "png",
            "image/jpeg" => "jpeg",
            _ => "webp",
        };
        let cx = u64::from(image.width_tenth_mm.clamp(10, 1560)) * 3600;
        let tallest = 2250 * 3600;
        let mut cy = cx * u64::from(info.height) / u64::from(info.width);
        let mut cx = cx;
        if cy > tallest {
            cx = (cx * tallest / cy).max(3600);
            cy = tallest;
        }
        let cy = cy.max(3600);
        self.out.media.push(Media { bytes, extension });
        let id = self.out.media.len();
        let alt = crate::source::clean(&image.alt).0;
        let alt = quick_xml::escape::escape(alt.as_str());
        let xml = format!(
            "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{cx}\" cy=\"{cy}\"/><wp:docPr id=\"{id}\" name=\"image{id}\" descr=\"{alt}\"/><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"{id}\" name=\"image{id}\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"image{id}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{cx}\" cy=\"{cy}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        );
        let mut para = Para::new(Justify::Center).raw(&xml);
        if std::mem::take(&mut self.page_break) {
            para.page_break = true;
        }
        // An exact line would cut the picture off: its line is as high as it is.
        let made = para
            .xml(None)
            .replacen("w:lineRule=\"exact\"", "w:lineRule=\"atLeast\"", 1);
        self.out.xml.push_str(&made);
        Ok(())
    }
}

fn indented() -> Para {
    let mut para = Para::new(Justify::Both);
    para.first = i32::try_from(characters(200)).unwrap_or(0);
    para
}

/// One place of a table's grid.
#[derive(Debug, Clone, Copy)]
struct Covered {
    rows_left: u32,
    columns: usize,
}

fn table_xml(table: &Table, width: u32) -> String {
    let columns = column_count(table);
    let given: Vec<u64> = table
        .widths
        .iter()
        .map(|w| u64::from((*w).max(1)))
        .collect();
    let shares = if given.len() == columns {
        given
    } else {
        vec![1; columns]
    };
    let total: u64 = shares.iter().sum::<u64>().max(1);
    let part = |share: &u64| {
        u32::try_from(u64::from(width) * share / total)
            .unwrap_or(0)
            .max(1)
    };
    let widths: Vec<u32> = shares.iter().map(part).collect();
    let size = if columns > 6 { SIZE_SMALL_4 } else { SIZE_4 };

    let mut xml = String::from("<w:tbl><w:tblPr>");
    xml.push_str(&format!(
        "<w:tblW w:w=\"{width}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders>"
    ));
    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        xml.push_str(&format!(
            "<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>"
        ));
    }
    xml.push_str("</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
    for width in &widths {
        xml.push_str(&format!("<w:gridCol w:w=\"{width}\"/>"));
    }
    xml.push_str("</w:tblGrid>");
    let mut covered: Vec<Option<Covered>> = vec![None; columns];
    let mut naming = vec![false; columns];
    for (index, row) in table.rows.iter().enumerate() {
        let repeats = if index < table.header_rows {
            "<w:tblHeader/>"
        } else {
            ""
        };
        xml.push_str(&format!("<w:tr><w:trPr><w:cantSplit/>{repeats}</w:trPr>"));
        let mut cells = row.cells.iter();
        let mut at = 0;
        while at < columns {
            if let Some(above) = covered[at] {
                let left = above.rows_left - 1;
                covered[at] = (left > 0).then_some(Covered {
                    rows_left: left,
                    ..above
                });
                xml.push_str(&cell_xml(
                    &widths[at..at + above.columns],
                    Some("continue"),
                    &[],
                    Justify::Left,
                    size,
                ));
                at += above.columns;
                continue;
            }
            let free = covered[at..].iter().take_while(|c| c.is_none()).count();
            let Some(cell) = cells.next() else {
                xml.push_str(&cell_xml(&widths[at..=at], None, &[], Justify::Left, size));
                at += 1;
                continue;
            };
            let span = (cell.colspan.max(1) as usize).min(free);
            let merge = (cell.rowspan > 1).then(|| {
                covered[at] = Some(Covered {
                    rows_left: cell.rowspan - 1,
                    columns: span,
                });
                "restart"
            });
            let text: String = cell.runs.iter().map(|run| run.text.as_str()).collect();
            if index < table.header_rows.max(1) {
                naming[at] |= names_rows(&text);
            }
            let justify = match cell.align {
                Some(Align::Left) => Justify::Left,
                Some(Align::Right) => Justify::Right,
                Some(Align::Center) => Justify::Center,
                None if is_number(&text) && !naming[at] => Justify::Right,
                None => Justify::Center,
            };
            xml.push_str(&cell_xml(
                &widths[at..at + span],
                merge,
                &cell.runs,
                justify,
                size,
            ));
            at += span;
        }
        xml.push_str("</w:tr>");
    }
    xml.push_str("</w:tbl>");
    xml
}

/// Columns of the grid: the widest row, counting what reaches into it from above.
fn column_count(table: &Table) -> usize {
    let mut widest = 1;
    let mut reaching: Vec<(u32, usize)> = Vec::new();
    for row in &table.rows {
        let own: usize = row
            .cells
            .iter()
            .map(|cell| cell.colspan.clamp(1, 63) as usize)
            .sum();
        let above: usize = reaching.iter().map(|(_, columns)| columns).sum();
        widest = widest.max(own + above);
        for (left, _) in &mut reaching {
            *left -= 1;
        }
        reaching.retain(|(left, _)| *left > 0);
        let spanning = row.cells.iter().filter(|cell| cell.rowspan > 1);
        reaching
            .extend(spanning.map(|cell| (cell.rowspan - 1, cell.colspan.clamp(1, 63) as usize)));
        reaching.truncate(MAX_COLUMNS);
    }
    widest.min(MAX_COLUMNS)
}

fn is_number(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '%' | '+'))
}

fn cell_xml(
    widths: &[u32],
    merge: Option<&str>,
    runs: &[andu_document::Run],
    justify: Justify,
    size: u32,
) -> String {
    let width: u32 = widths.iter().sum();
    let mut xml = format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
    if widths.len() > 1 {
        xml.push_str(&format!("<w:gridSpan w:val=\"{}\"/>", widths.len()));
    }
    if let Some(merge) = merge {
        xml.push_str(&format!("<w:vMerge w:val=\"{merge}\"/>"));
    }
    xml.push_str("<w:vAlign w:val=\"center\"/></w:tcPr>");
    let mut para = Para::new(justify);
    para.line = size * 13;
    let look = Look { size, ..Look::BODY };
    // Paragraphs of a cell are divided by line breaks of its text.
    let mut line: Vec<andu_document::Run> = Vec::new();
    for run in runs {
        for (index, text) in run.text.split('\n').enumerate() {
            if index > 0 {
                xml.push_str(
                    &para
                        .clone()
                        .runs(&std::mem::take(&mut line), look)
                        .xml(None),
                );
            }
            line.push(andu_document::Run {
                text: text.to_owned(),
                ..run.clone()
            });
        }
    }
    xml.push_str(&para.runs(&line, look).xml(None));
    xml.push_str("</w:tc>");
    xml
}
