//! Templates that come with the program, one for each kind of document.

use andu_store::TemplateRecord;

/// Name, and the document; ids are the names' own, so that a newer program brings them up to date.
const SHIPPED: [(&str, &str); 8] = [
    (
        "部署工作的通知",
        include_str!("../../../assets/templates/notice.json"),
    ),
    (
        "印发文件的通知",
        include_str!("../../../assets/templates/issuing-notice.json"),
    ),
    (
        "请求批准的请示",
        include_str!("../../../assets/templates/request.json"),
    ),
    (
        "汇报工作的报告",
        include_str!("../../../assets/templates/report.json"),
    ),
    (
        "商洽工作的函",
        include_str!("../../../assets/templates/letter.json"),
    ),
    (
        "答复来函的函",
        include_str!("../../../assets/templates/reply-letter.json"),
    ),
    (
        "会议纪要",
        include_str!("../../../assets/templates/minutes.json"),
    ),
    (
        "工作方案",
        include_str!("../../../assets/templates/plan.json"),
    ),
];

/// The templates as rows.
pub fn shipped() -> Vec<TemplateRecord> {
    SHIPPED
        .iter()
        .map(|(name, json)| {
            let document: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
            let word = |field: &str, otherwise: &str| {
                document[field].as_str().unwrap_or(otherwise).to_owned()
            };
            TemplateRecord {
                id: format!("shipped:{name}"),
                name: (*name).to_owned(),
                document_type: word("document_type", ""),
                format: word("format", "document"),
                document: json.as_bytes().to_vec(),
                shipped: true,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_template_reads_as_a_document() {
        for (name, json) in SHIPPED {
            assert!(andu_document::parse(json).is_ok(), "{name}");
        }
    }
}
