//! Which field was probably meant: a near spelling, or the Chinese name of an element.

/// Chinese names of elements and the fields that hold them.
const ELEMENTS: [(&str, &str); 24] = [
    ("格式", "format"),
    ("文种", "document_type"),
    ("行文方向", "direction"),
    ("份号", "copy_number"),
    ("密级", "classification"),
    ("保密期限", "classification"),
    ("紧急程度", "urgency"),
    ("发文机关", "issuers"),
    ("发文字号", "issue_number"),
    ("签发人", "signatories"),
    ("标题", "title"),
    ("主送机关", "main_recipients"),
    ("主送", "main_recipients"),
    ("正文", "body"),
    ("附件", "attachments"),
    ("被印发件", "issued_text"),
    ("印章", "seal"),
    ("成文日期", "date_of_issue"),
    ("附注", "note"),
    ("抄送机关", "copy_recipients"),
    ("抄送", "copy_recipients"),
    ("印发机关", "imprint"),
    ("公开属性", "disclosure"),
    ("样张", "specimen"),
];

/// The one of `known` that `field` probably means.
pub(super) fn field(field: &str, known: &[&str]) -> Option<String> {
    let meant = ELEMENTS
        .iter()
        .find(|(name, _)| *name == field)
        .map(|(_, meant)| *meant);
    if let Some(meant) = meant.filter(|meant| known.contains(meant)) {
        return Some(meant.to_owned());
    }
    let lower: String = field.chars().take(40).collect::<String>().to_lowercase();
    let plain = lower.replace('-', "_");
    let near = known
        .iter()
        .map(|name| (distance(&plain, name), name))
        .min()?;
    let inside = || {
        known.iter().find(|name| {
            plain.len() >= 4 && (name.contains(plain.as_str()) || plain.contains(**name))
        })
    };
    if near.0 <= 1 + plain.chars().count() / 4 {
        Some((*near.1).to_owned())
    } else {
        inside().map(|name| (*name).to_owned())
    }
}

/// Edit distance of two short words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}
