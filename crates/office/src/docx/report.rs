//! Makes a Word file of a report: headings that Word's outline shows, tables whose head stands again on every page,
//! figures as pictures that the caller has drawn. The same report and pictures give the same bytes.

use std::fmt::Write as _;

use andu_document::report::{Column, Paper, Report, ReportBlock, ReportTable, Section};

use super::{
    Fonts,
    archive::{Archive, DECLARATION, PACKAGE, RELATION, WORD_TYPE},
};
use crate::{error::OfficeError, source::clean};

/// A figure's tile as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// A PNG.
    pub png: Vec<u8>,
    /// Its width on paper, in hundredths of a millimetre.
    pub width: i32,
    /// Its height on paper.
    pub height: i32,
}

const SPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"";

/// Makes a .docx; `pictures` has the tiles of each figure, in the order of the figures.
///
/// # Errors
/// `Package` where the package cannot be put together.
pub fn write_report(
    report: &Report,
    pictures: &[Vec<Picture>],
    fonts: &Fonts,
) -> Result<Vec<u8>, OfficeError> {
    let mut body = Body {
        xml: String::new(),
        pictures: pictures.iter(),
        shown: Vec::new(),
    };
    body.paragraph("Title", &report.title);
    for line in &report.under {
        body.paragraph("Subtitle", line);
    }
    for (no, section) in report.sections.iter().enumerate() {
        body.section(section);
        let last = no + 1 == report.sections.len();
        let next = report.sections.get(no + 1);
        if !last && next.is_some_and(|next| next.turned != section.turned) {
            let _ = write!(
                body.xml,
                "<w:p><w:pPr>{}</w:pPr></w:p>",
                sheet(section.turned)
            );
        }
    }
    let turned = report.sections.last().is_some_and(|last| last.turned);
    body.xml.push_str(&sheet(turned));
    package(&body, &report.title, fonts)
}

/// Hundredths of a millimetre as twips.
fn twips(hundredths: i32) -> i32 {
    i32::try_from(i64::from(hundredths) * 1_440 / 2_540).unwrap_or_default()
}

fn sheet(turned: bool) -> String {
    let paper = Paper::of(turned);
    let core = paper.core;
    let orient = if turned {
        " w:orient=\"landscape\""
    } else {
        ""
    };
    let (right, bottom) = (
        paper.width - core.x - core.w,
        paper.height - core.y - core.h,
    );
    format!(
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"footer\"/><w:type w:val=\"nextPage\"/><w:pgSz w:w=\"{}\" w:h=\"{}\"{orient}/><w:pgMar w:top=\"{}\" w:right=\"{}\" w:bottom=\"{}\" w:left=\"{}\" w:header=\"851\" w:footer=\"851\" w:gutter=\"0\"/></w:sectPr>",
        twips(paper.width),
        twips(paper.height),
        twips(core.y),
        twips(right),
        twips(bottom),
        twips(core.x),
    )
}

/// The body of `document.xml` in the making.
struct Body<'a> {
    xml: String,
    pictures: std::slice::Iter<'a, Vec<Picture>>,
    shown: Vec<&'a Picture>,
}

fn escaped(text: &str) -> String {
    let (text, _) = clean(text);
    quick_xml::escape::partial_escape(text.replace('\n', " ")).into_owned()
}

impl Body<'_> {
    fn paragraph(&mut self, style: &str, text: &str) {
        let _ = write!(
            self.xml,
            "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>",
            escaped(text)
        );
    }

    fn section(&mut self, section: &Section) {
        self.paragraph("Heading1", &section.title);
        for block in &section.blocks {
            match block {
                ReportBlock::Heading(text) => self.paragraph("Heading2", text),
                ReportBlock::Paragraph(text) => self.paragraph("Words", text),
                ReportBlock::Table(table) => self.table(table, section.turned),
                ReportBlock::Figure(figure) => {
                    let tiles = self.pictures.next().map_or(&[][..], Vec::as_slice);
                    for (no, picture) in tiles.iter().enumerate() {
                        let caption = figure.caption_of(no + 1, tiles.len());
                        self.picture(picture, &caption);
                        if !caption.is_empty() {
                            self.paragraph("Caption", &caption);
                        }
                    }
                }
            }
        }
    }

    fn table(&mut self, table: &ReportTable, turned: bool) {
        let width = twips(Paper::of(turned).core.w);
        let all: u32 = table.columns.iter().map(|column| column.share.max(1)).sum();
        let share = |column: &Column| {
            let share = i64::from(width) * i64::from(column.share.max(1)) / i64::from(all.max(1));
            i32::try_from(share).unwrap_or_default()
        };
        let widths: Vec<i32> = table.columns.iter().map(share).collect();
        if widths.is_empty() {
            return;
        }
        let _ = write!(
            self.xml,
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/><w:tblW w:w=\"{width}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>"
        );
        for width in &widths {
            let _ = write!(self.xml, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.xml.push_str("</w:tblGrid>");
        let titles: Vec<&str> = table.columns.iter().map(|one| one.title.as_str()).collect();
        self.row(&widths, &titles, "TableHead", true);
        for row in &table.rows {
            let texts: Vec<&str> = row.iter().map(String::as_str).collect();
            self.row(&widths, &texts, "TableText", false);
        }
        self.xml.push_str("</w:tbl>");
        // Two tables that touch would become one; and Word wants a paragraph between a table and a section's end.
        self.xml.push_str("<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"120\" w:lineRule=\"exact\"/></w:pPr></w:p>");
    }

    fn row(&mut self, widths: &[i32], texts: &[&str], style: &str, head: bool) {
        let mark = if head { "<w:tblHeader/>" } else { "" };
        let _ = write!(self.xml, "<w:tr><w:trPr><w:cantSplit/>{mark}</w:trPr>");
        for (no, width) in widths.iter().enumerate() {
            let _ = write!(
                self.xml,
                "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>"
            );
            self.paragraph(style, texts.get(no).copied().unwrap_or_default());
            self.xml.push_str("</w:tc>");
        }
        self.xml.push_str("</w:tr>");
    }
}

impl<'a> Body<'a> {
    fn picture(&mut self, picture: &'a Picture, words: &str) {
        self.shown.push(picture);
        let no = self.shown.len();
        // 36000 units a millimetre.
        let (w, h) = (
            i64::from(picture.width) * 360,
            i64::from(picture.height) * 360,
        );
        let words = quick_xml::escape::escape(clean(words).0.as_str()).into_owned();
        let _ = write!(
            self.xml,
            "<w:p><w:pPr><w:pStyle w:val=\"Figure\"/></w:pPr><w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{w}\" cy=\"{h}\"/><wp:docPr id=\"{no}\" name=\"figure{no}\" descr=\"{words}\"/><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"{no}\" name=\"figure{no}\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"image{no}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{w}\" cy=\"{h}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
        );
    }
}

fn package(body: &Body<'_>, title: &str, fonts: &Fonts) -> Result<Vec<u8>, OfficeError> {
    let mut archive = Archive::begin(&content_types(), &clean(title).0.replace('\n', " "))?;
    let mut put = |name: &str, bytes: &[u8]| archive.put(name, bytes);
    put(
        "word/_rels/document.xml.rels",
        relations(body.shown.len()).as_bytes(),
    )?;
    put("word/styles.xml", styles(fonts).as_bytes())?;
    put("word/footer.xml", footer().as_bytes())?;
    for (no, picture) in body.shown.iter().enumerate() {
        put(&format!("word/media/image{}.png", no + 1), &picture.png)?;
    }
    let text = format!(
        "{DECLARATION}<w:document {SPACES}><w:body>{}</w:body></w:document>",
        body.xml
    );
    put("word/document.xml", text.as_bytes())?;
    archive.finish()
}

fn content_types() -> String {
    let part = |name: &str, kind: &str| {
        format!("<Override PartName=\"/word/{name}.xml\" ContentType=\"{WORD_TYPE}.{kind}+xml\"/>")
    };
    format!(
        "{DECLARATION}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/>{}{}{}<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>",
        part("document", "document.main"),
        part("styles", "styles"),
        part("footer", "footer"),
    )
}

fn relations(pictures: usize) -> String {
    let mut xml = format!(
        "{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"styles\" Type=\"{RELATION}/styles\" Target=\"styles.xml\"/><Relationship Id=\"footer\" Type=\"{RELATION}/footer\" Target=\"footer.xml\"/>"
    );
    for no in 1..=pictures {
        let _ = write!(
            xml,
            "<Relationship Id=\"image{no}\" Type=\"{RELATION}/image\" Target=\"media/image{no}.png\"/>"
        );
    }
    xml.push_str("</Relationships>");
    xml
}

/// — 1 — in the middle.
fn footer() -> String {
    let field = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    format!(
        "{DECLARATION}<w:ftr {SPACES}><w:p><w:pPr><w:pStyle w:val=\"Number\"/></w:pPr><w:r><w:t xml:space=\"preserve\">— </w:t></w:r>{}<w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>{}<w:r><w:t>1</w:t></w:r>{}<w:r><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>",
        field("begin"),
        field("separate"),
        field("end"),
    )
}

/// What a style sets.
struct Style<'a> {
    id: &'a str,
    name: &'a str,
    font: &'a str,
    /// In half points.
    size: u32,
    /// What else its paragraphs have, in the order of the schema.
    paragraph: &'a str,
}

/// The styles of paragraphs.
fn paragraphs(fonts: &Fonts) -> String {
    const KEEP: &str = "<w:keepNext/>";
    const CENTRED: &str = "<w:spacing w:before=\"0\" w:after=\"60\"/><w:jc w:val=\"center\"/>";
    let heading = |level: u32, before: u32| {
        format!(
            "{KEEP}<w:spacing w:before=\"{before}\" w:after=\"120\"/><w:outlineLvl w:val=\"{level}\"/>"
        )
    };
    let (first, second) = (heading(0, 240), heading(1, 160));
    let style = |id, name, font, size, paragraph| Style {
        id,
        name,
        font,
        size,
        paragraph,
    };
    let all = [
        style(
            "Title",
            "Title",
            &*fonts.title,
            44,
            "<w:spacing w:before=\"0\" w:after=\"160\"/><w:jc w:val=\"center\"/>",
        ),
        style("Subtitle", "Subtitle", &fonts.kai, 24, CENTRED),
        style("Heading1", "heading 1", &fonts.hei, 32, &first),
        style("Heading2", "heading 2", &fonts.kai, 28, &second),
        style(
            "Words",
            "Body Text",
            &fonts.body,
            24,
            "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"400\" w:lineRule=\"exact\"/><w:ind w:firstLineChars=\"200\" w:firstLine=\"480\"/><w:jc w:val=\"both\"/>",
        ),
        style("Caption", "caption", &fonts.body, 21, CENTRED),
        style(
            "Figure",
            "Figure",
            &fonts.body,
            21,
            "<w:keepNext/><w:spacing w:before=\"60\" w:after=\"60\"/><w:jc w:val=\"center\"/>",
        ),
        style(
            "TableHead",
            "Table Head",
            &fonts.hei,
            21,
            "<w:keepNext/><w:jc w:val=\"center\"/>",
        ),
        style(
            "TableText",
            "Table Text",
            &fonts.body,
            21,
            "<w:jc w:val=\"left\"/>",
        ),
        style(
            "Number",
            "footer",
            &fonts.song,
            24,
            "<w:jc w:val=\"center\"/>",
        ),
    ];
    let mut xml = String::new();
    for one in all {
        let _ = write!(
            xml,
            "<w:style w:type=\"paragraph\" w:styleId=\"{}\"><w:name w:val=\"{}\"/><w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>{}</w:pPr><w:rPr>{}<w:sz w:val=\"{}\"/><w:szCs w:val=\"{}\"/></w:rPr></w:style>",
            one.id,
            one.name,
            one.paragraph,
            faces(one.font),
            one.size,
            one.size
        );
    }
    xml
}

fn faces(name: &str) -> String {
    let name = quick_xml::escape::escape(name);
    format!(
        "<w:rFonts w:ascii=\"{name}\" w:hAnsi=\"{name}\" w:eastAsia=\"{name}\" w:cs=\"{name}\"/>"
    )
}

fn styles(fonts: &Fonts) -> String {
    let mut xml = format!(
        "{DECLARATION}<w:styles {SPACES}><w:docDefaults><w:rPrDefault><w:rPr>{}<w:kern w:val=\"0\"/><w:sz w:val=\"24\"/><w:szCs w:val=\"24\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>",
        faces(&fonts.body)
    );
    xml.push_str(&paragraphs(fonts));
    let edges = ["top", "left", "bottom", "right", "insideH", "insideV"];
    let edges: String = edges
        .iter()
        .map(|edge| {
            format!("<w:{edge} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>")
        })
        .collect();
    let _ = write!(
        xml,
        "<w:style w:type=\"table\" w:styleId=\"Grid\"><w:name w:val=\"Table Grid\"/><w:tblPr><w:tblBorders>{edges}</w:tblBorders><w:tblCellMar><w:top w:w=\"57\" w:type=\"dxa\"/><w:left w:w=\"74\" w:type=\"dxa\"/><w:bottom w:w=\"57\" w:type=\"dxa\"/><w:right w:w=\"74\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style></w:styles>"
    );
    xml
}
