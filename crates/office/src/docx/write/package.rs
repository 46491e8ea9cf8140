//! The parts of the exported package beside the text: styles, settings, footers, relationships.

use andu_document::{DocumentFormat, OfficialDocument};

use super::{
    WriteOptions,
    layout::{
        MARGIN_BOTTOM, MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, PAGE_HEIGHT, PAGE_WIDTH, PITCH,
        SIZE_3, SIZE_4, TRACKING, tenth_mm,
    },
    markup::Markup,
    placed::THIN,
};
use crate::{
    docx::archive::{Archive, DECLARATION, RELATION, WORD_TYPE},
    error::OfficeError,
    record::{self, Record},
    source::clean,
};

const SPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\" xmlns:v=\"urn:schemas-microsoft-com:vml\"";
/// From the bottom of the page to the bottom of a page number's line of 18 pt whose middle is 7 mm
/// under 版心, at 269 mm (GB/T 9704-2012, 7.5).
const FOOTER: u32 = 1_407;

/// The properties of a section: page, margins, grid, footers.
pub(super) fn section_xml(landscape: bool, first_page_differs: bool) -> String {
    let mut xml = String::from("<w:sectPr>");
    xml.push_str("<w:headerReference w:type=\"default\" r:id=\"header\"/><w:headerReference w:type=\"even\" r:id=\"header\"/>");
    xml.push_str("<w:footerReference w:type=\"default\" r:id=\"footerOdd\"/><w:footerReference w:type=\"even\" r:id=\"footerEven\"/>");
    if first_page_differs {
        xml.push_str("<w:headerReference w:type=\"first\" r:id=\"header\"/><w:footerReference w:type=\"first\" r:id=\"footerFirst\"/>");
    }
    xml.push_str("<w:type w:val=\"nextPage\"/>");
    if landscape {
        // Turned left: 天头 comes to the left, 订口 to the top (8).
        xml.push_str(&format!(
            "<w:pgSz w:w=\"{PAGE_HEIGHT}\" w:h=\"{PAGE_WIDTH}\" w:orient=\"landscape\"/><w:pgMar w:top=\"{MARGIN_LEFT}\" w:right=\"{MARGIN_TOP}\" w:bottom=\"{MARGIN_RIGHT}\" w:left=\"{MARGIN_BOTTOM}\" w:header=\"851\" w:footer=\"851\" w:gutter=\"0\"/>"
        ));
    } else {
        xml.push_str(&format!(
            "<w:pgSz w:w=\"{PAGE_WIDTH}\" w:h=\"{PAGE_HEIGHT}\"/><w:pgMar w:top=\"{MARGIN_TOP}\" w:right=\"{MARGIN_RIGHT}\" w:bottom=\"{MARGIN_BOTTOM}\" w:left=\"{MARGIN_LEFT}\" w:header=\"851\" w:footer=\"{FOOTER}\" w:gutter=\"0\"/>"
        ));
    }
    if first_page_differs {
        xml.push_str("<w:titlePg/>");
    }
    xml.push_str(&format!(
        "<w:docGrid w:type=\"lines\" w:linePitch=\"{PITCH}\"/></w:sectPr>"
    ));
    xml
}

/// Puts the package together.
pub(super) fn assemble(
    document: &OfficialDocument,
    options: &WriteOptions,
    out: &Markup,
    section: &str,
    record: Option<&Record>,
) -> Result<Vec<u8>, OfficeError> {
    let (title, _) = clean(&document.title);
    let mut archive = Archive::begin(&content_types(record.is_some()), &title.replace('\n', ""))?;
    let mut put = |name: &str, bytes: &[u8]| archive.put(name, bytes);
    put(
        "word/_rels/document.xml.rels",
        document_relations(out, record.is_some()).as_bytes(),
    )?;
    if let Some(record) = record {
        put("customXml/item1.xml", record::xml(record).as_bytes())?;
        put("customXml/itemProps1.xml", record_properties().as_bytes())?;
        put(
            "customXml/_rels/item1.xml.rels",
            record_relations().as_bytes(),
        )?;
    }
    put("word/styles.xml", styles(options).as_bytes())?;
    put("word/settings.xml", settings().as_bytes())?;
    put("word/header.xml", header(document.specimen).as_bytes())?;
    put("word/footerOdd.xml", footer("right").as_bytes())?;
    put("word/footerEven.xml", footer("left").as_bytes())?;
    put("word/footerFirst.xml", first_footer(document).as_bytes())?;
    for (index, media) in out.media.iter().enumerate() {
        put(
            &format!("word/media/image{}.{}", index + 1, media.extension),
            &media.bytes,
        )?;
    }
    let text = format!(
        "{DECLARATION}<w:document {SPACES}><w:body>{}<w:p>{THIN}{}</w:p>{section}</w:body></w:document>",
        out.xml, out.last
    );
    put("word/document.xml", text.as_bytes())?;
    archive.finish()
}

fn content_types(has_record: bool) -> String {
    let mut xml = format!(
        "{DECLARATION}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/><Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/><Default Extension=\"webp\" ContentType=\"image/webp\"/>"
    );
    let parts = [
        ("document", "document.main"),
        ("styles", "styles"),
        ("settings", "settings"),
        ("header", "header"),
        ("footerOdd", "footer"),
        ("footerEven", "footer"),
        ("footerFirst", "footer"),
    ];
    for (part, kind) in parts {
        xml.push_str(&format!(
            "<Override PartName=\"/word/{part}.xml\" ContentType=\"{WORD_TYPE}.{kind}+xml\"/>"
        ));
    }
    if has_record {
        xml.push_str("<Override PartName=\"/customXml/itemProps1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.customXmlProperties+xml\"/>");
    }
    xml.push_str("<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>");
    xml
}

/// A custom part has an id by which Word keeps it.
fn record_properties() -> String {
    format!(
        "{DECLARATION}<ds:datastoreItem ds:itemID=\"{{8E6B2A54-3D0F-4C57-9A11-5D2C7E40B6F3}}\" xmlns:ds=\"http://schemas.openxmlformats.org/officeDocument/2006/customXml\"><ds:schemaRefs><ds:schemaRef ds:uri=\"{}\"/></ds:schemaRefs></ds:datastoreItem>",
        record::SPACE
    )
}

fn record_relations() -> String {
    format!(
        "{DECLARATION}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"properties\" Type=\"{RELATION}/customXmlProps\" Target=\"itemProps1.xml\"/></Relationships>"
    )
}

fn document_relations(out: &Markup, has_record: bool) -> String {
    let mut xml = format!(
        "{DECLARATION}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    );
    let parts = [
        ("styles", "styles"),
        ("settings", "settings"),
        ("header", "header"),
        ("footerOdd", "footer"),
        ("footerEven", "footer"),
        ("footerFirst", "footer"),
    ];
    for (part, kind) in parts {
        xml.push_str(&format!(
            "<Relationship Id=\"{part}\" Type=\"{RELATION}/{kind}\" Target=\"{part}.xml\"/>"
        ));
    }
    for (index, media) in out.media.iter().enumerate() {
        let n = index + 1;
        xml.push_str(&format!(
            "<Relationship Id=\"image{n}\" Type=\"{RELATION}/image\" Target=\"media/image{n}.{}\"/>",
            media.extension
        ));
    }
    if has_record {
        xml.push_str(&format!(
            "<Relationship Id=\"record\" Type=\"{RELATION}/customXml\" Target=\"../customXml/item1.xml\"/>"
        ));
    }
    xml.push_str("</Relationships>");
    xml
}

/// The default look is 3号仿宋 (5.2.2); no space is added between Chinese and Latin characters, or 28
/// characters would not fill a line.
fn styles(options: &WriteOptions) -> String {
    let fonts = |name: &str| {
        let name = quick_xml::escape::escape(name);
        format!(
            "<w:rFonts w:ascii=\"{name}\" w:hAnsi=\"{name}\" w:eastAsia=\"{name}\" w:cs=\"{name}\"/>"
        )
    };
    let all = &options.fonts;
    let mut xml = format!(
        "{DECLARATION}<w:styles {SPACES}><w:docDefaults><w:rPrDefault><w:rPr>{}<w:spacing w:val=\"{TRACKING}\"/><w:kern w:val=\"0\"/><w:sz w:val=\"{SIZE_3}\"/><w:szCs w:val=\"{SIZE_3}\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl w:val=\"0\"/><w:overflowPunct/><w:autoSpaceDE w:val=\"0\"/><w:autoSpaceDN w:val=\"0\"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"a\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>",
        fonts(&all.body)
    );
    let named = [
        ("title", "公文标题字", &all.title),
        ("kai", "公文楷体", &all.kai),
        ("hei", "公文黑体", &all.hei),
        ("song", "公文宋体", &all.song),
    ];
    for (id, name, font) in named {
        xml.push_str(&format!(
            "<w:style w:type=\"character\" w:customStyle=\"1\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:rPr>{}</w:rPr></w:style>",
            fonts(font)
        ));
    }
    xml.push_str("</w:styles>");
    xml
}

fn settings() -> String {
    format!(
        "{DECLARATION}<w:settings {SPACES}><w:evenAndOddHeaders/><w:characterSpacingControl w:val=\"doNotCompress\"/><w:compat><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat></w:settings>"
    )
}

/// — 1 — in half-width 宋体 of 4号, one character in from the outer side (7.5).
fn footer(side: &str) -> String {
    let look = format!(
        "<w:rPr><w:rStyle w:val=\"song\"/><w:sz w:val=\"{SIZE_4}\"/><w:szCs w:val=\"{SIZE_4}\"/></w:rPr>"
    );
    let text = |text: &str| format!("<w:r>{look}<w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let field = |kind: &str| format!("<w:r>{look}<w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    format!(
        "{DECLARATION}<w:ftr {SPACES}><w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"360\" w:lineRule=\"exact\"/><w:ind w:left=\"280\" w:right=\"280\"/><w:jc w:val=\"{side}\"/></w:pPr>{}{}<w:r>{look}<w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>{}{}{}{}</w:p></w:ftr>",
        text("— "),
        field("begin"),
        field("separate"),
        text("1"),
        field("end"),
        text(" —"),
    )
}

/// 信函: the second red line, thin over thick, 170 mm wide and 20 mm from the bottom of the first
/// page, which carries no number (10.1).
fn first_footer(document: &OfficialDocument) -> String {
    let rule = if document.format == DocumentFormat::Letter {
        "<w:pBdr><w:bottom w:val=\"thinThickSmallGap\" w:sz=\"24\" w:space=\"13\" w:color=\"FF0000\"/></w:pBdr>"
    } else {
        ""
    };
    let out = tenth_mm(70);
    format!(
        "{DECLARATION}<w:ftr {SPACES}><w:p><w:pPr>{rule}<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"360\" w:lineRule=\"exact\"/><w:ind w:left=\"-{out}\" w:right=\"-{out}\"/></w:pPr></w:p></w:ftr>"
    )
}

/// 样张 over each page of an example that carries a 密级.
fn header(specimen: bool) -> String {
    let text = if specimen {
        "<w:r><w:rPr><w:rStyle w:val=\"hei\"/><w:color w:val=\"A0A0A0\"/></w:rPr><w:t>样　　张</w:t></w:r>"
    } else {
        ""
    };
    format!(
        "{DECLARATION}<w:hdr {SPACES}><w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"360\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/></w:pPr>{text}</w:p></w:hdr>"
    )
}
