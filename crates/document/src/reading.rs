//! A document as a reader meets it on paper: every printed text with its labels and numbers, in
//! reading order, each with the place it comes from. Page numbers are not part of it.

use andu_base::chinese_date;

use crate::{
    body::{Block, HeadingNumbers, Row, Run},
    elements::{Attachment, Classification, OfficialDocument, SealStyle},
    kind::DocumentFormat,
    number::IssueNumber,
};

/// Every printed text and its place, in reading order. Wide gaps are one full-width space; where texts
/// stand beside each other the left one comes first.
pub fn reading_order(document: &OfficialDocument) -> Vec<(String, String)> {
    let mut sheet = Sheet {
        document,
        texts: Vec::new(),
    };
    sheet.head();
    sheet.main();
    sheet.end();
    sheet.texts
}

/// 份号 as printed, with at least six digits (7.2.1).
pub fn copy_number_text(copy_number: u32) -> String {
    format!("{copy_number:06}")
}

/// 密级和保密期限 as printed: 机密★10年, or 机密 without a term (7.2.2).
pub fn classification_text(classification: &Classification) -> String {
    let name = classification.level.name();
    match classification.term.trim() {
        "" => name.to_owned(),
        term => format!("{name}★{term}"),
    }
}

/// 发文字号 as printed; without 机关代字 it is the number of a 令: 第312号.
pub fn issue_number_text(number: &IssueNumber) -> String {
    if number.authority_code.is_empty() {
        format!("第{}号", number.serial)
    } else {
        number.to_string()
    }
}

/// What stands between recipients: 、 between agencies of one kind (as their last character tells), ， between others and
/// where a name itself holds a mark.
pub fn recipients_mark(names: &[&str]) -> &'static str {
    let mut ends = names.iter().map(|name| name.chars().next_back());
    let first = ends.next().flatten();
    let one_kind = ends.all(|end| end == first);
    if one_kind && !names.iter().any(|name| name.contains(['、', '，'])) {
        "、"
    } else {
        "，"
    }
}

/// 主送机关 as one line without its label and end.
pub fn main_recipients_text(document: &OfficialDocument) -> String {
    let names = document.main_recipients.iter().map(|name| name.trim());
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    names
        .join(recipients_mark(&names))
        .replace('\n', "")
        .trim_end_matches(['：', ':'])
        .to_owned()
}

/// 抄送机关 (or 主送机关 in 版记) without label and end; an entry that begins with `\n` begins a line.
pub fn imprint_names_text(names: &[String]) -> String {
    let mut text = String::new();
    for entry in names {
        let name = entry.trim();
        if name.is_empty() {
            continue;
        }
        if !text.is_empty() {
            if !text.ends_with(['，', '；', '。', '、']) {
                text.push('，');
            }
            if entry.starts_with('\n') {
                text.push('\n');
            }
        }
        text.push_str(name);
    }
    text.trim_end_matches(['。', '；', '，']).to_owned()
}

/// Lines of 附件说明 without the label 附件：; several are numbered (7.3.4). Attachments without a title
/// are left out.
pub fn attachment_note_lines(attachments: &[Attachment]) -> Vec<String> {
    let several = attachments.len() > 1;
    let line = |(n, each): (usize, &Attachment)| {
        let title = each.title.replace('\n', "");
        let number = if several {
            format!("{}.", n + 1)
        } else {
            String::new()
        };
        (!title.trim().is_empty()).then(|| format!("{number}{}", title.trim()))
    };
    attachments.iter().enumerate().filter_map(line).collect()
}

/// The mark over an attachment: 附件, or 附件2 where there are several (7.3.7); with 发文字号 before
/// it where it is not bound with the body.
pub fn attachment_mark(
    document: &OfficialDocument,
    attachments: &[Attachment],
    index: usize,
) -> String {
    let number = if attachments.len() > 1 {
        (index + 1).to_string()
    } else {
        String::new()
    };
    let separate = attachments
        .get(index)
        .is_some_and(|attachment| attachment.separate);
    let issue = document
        .issue_number
        .as_ref()
        .filter(|_| separate)
        .map(issue_number_text);
    format!("{}附件{number}", issue.unwrap_or_default())
}

struct Sheet<'a> {
    document: &'a OfficialDocument,
    texts: Vec<(String, String)>,
}

impl Sheet<'_> {
    fn add(&mut self, place: impl Into<String>, text: impl Into<String>) {
        let text = text.into();
        if !text.trim().is_empty() {
            self.texts.push((place.into(), text));
        }
    }

    fn head(&mut self) {
        let document = self.document;
        match document.format {
            DocumentFormat::Paper => {}
            DocumentFormat::Letter => {
                self.letterhead();
                self.marks();
                self.issue_number();
            }
            DocumentFormat::Telegram => {
                self.letterhead();
                self.telegram();
            }
            DocumentFormat::Order => {
                self.letterhead();
                self.issue_number();
            }
            DocumentFormat::Document | DocumentFormat::Minutes => {
                self.marks();
                self.letterhead();
                self.signatories();
            }
        }
    }

    fn marks(&mut self) {
        let document = self.document;
        if let Some(copy_number) = document.copy_number {
            self.add("copy_number", copy_number_text(copy_number));
        }
        if let Some(classification) = &document.classification {
            self.add("classification", classification_text(classification));
        }
        if let Some(urgency) = document.urgency {
            self.add("urgency", urgency.name());
        }
    }

    /// 发文机关标志: one line for one agency; several names, and then what follows them.
    fn letterhead(&mut self) {
        let document = self.document;
        let (names, suffix) = document.letterhead();
        let first = names.first().copied().unwrap_or_default();
        match document.format {
            // 信函 prints 主办机关 alone (10.1).
            DocumentFormat::Letter => self.add("letterhead", format!("{first}{suffix}")),
            DocumentFormat::Telegram => {
                let suffix = document.letterhead_suffix.as_deref().unwrap_or("明传电报");
                self.add("letterhead", format!("{first}{suffix}"));
            }
            DocumentFormat::Minutes if document.letterhead_suffix.is_none() => {
                let word = if first.ends_with("纪要") {
                    ""
                } else {
                    "会议纪要"
                };
                self.add("letterhead", format!("{first}{word}"));
            }
            DocumentFormat::Minutes => self.add("letterhead", format!("{first}{suffix}")),
            DocumentFormat::Document | DocumentFormat::Order | DocumentFormat::Paper => {
                if let [name] = names.as_slice() {
                    self.add("letterhead", format!("{name}{suffix}"));
                    return;
                }
                for name in names {
                    self.add("letterhead", name);
                }
                self.add("letterhead", suffix);
            }
        }
    }

    fn issue_number(&mut self) {
        if let Some(number) = &self.document.issue_number {
            self.add("issue_number", issue_number_text(number));
        }
    }

    /// 签发人 two in a row; 发文字号 stands left of the last row (7.2.5, 7.2.6).
    fn signatories(&mut self) {
        let names: Vec<&str> = self
            .document
            .signatories
            .iter()
            .map(|signatory| signatory.name.as_str())
            .collect();
        let rows: Vec<String> = names.chunks(2).map(|row| row.join("　")).collect();
        if rows.is_empty() {
            self.issue_number();
        }
        for (index, row) in rows.iter().enumerate() {
            if index + 1 == rows.len() {
                self.issue_number();
            }
            let label = if index == 0 { "签发人：" } else { "" };
            self.add("signatories", format!("{label}{row}"));
        }
    }

    fn telegram(&mut self) {
        let document = self.document;
        let telegram = document.telegram.clone().unwrap_or_default();
        let sender = document
            .issuers
            .first()
            .map_or("", |issuer| issuer.signature_name());
        let urgency = document.urgency.map_or("", |urgency| urgency.name());
        let number = match &document.issue_number {
            Some(number) if telegram.number.is_empty() => issue_number_text(number),
            _ => telegram.number.clone(),
        };
        self.add("issuers", format!("发电单位：{sender}"));
        self.add("telegram", format!("签批盖章：{}", telegram.approved_by));
        self.add("urgency", format!("等级：{urgency}·明电"));
        self.add("telegram", format!("发电号：{number}"));
        // Where the end is signed the date stands there.
        if let (SealStyle::None, Some(date)) = (document.seal, document.date_of_issue) {
            self.add("date_of_issue", format!("发电日期：{}", chinese_date(date)));
        }
        if let Some(pages) = telegram.pages {
            self.add("telegram", format!("页数：{pages}"));
        }
    }

    fn main(&mut self) {
        let document = self.document;
        self.add("title", document.title.as_str());
        let recipients = main_recipients_text(document);
        if !recipients.is_empty() && !document.main_recipients_in_imprint {
            let telegram = document.format == DocumentFormat::Telegram;
            let label = if telegram { "发往：" } else { "" };
            self.add("main_recipients", format!("{label}{recipients}："));
        }
        self.body("body", &document.body);
        let lines = attachment_note_lines(&document.attachments);
        for (index, line) in lines.into_iter().enumerate() {
            let label = if index == 0 { "附件：" } else { "" };
            self.add("attachment_note", format!("{label}{line}"));
        }
        if document.format == DocumentFormat::Minutes {
            self.attendance();
        }
        self.signature();
        if !document.note.is_empty() {
            self.add("note", format!("（{}）", document.note));
        }
        if let Some(issued) = &document.issued_text {
            self.add("issued_text/title", issued.title.as_str());
            if !issued.subtitle.is_empty() {
                self.add("issued_text/subtitle", format!("（{}）", issued.subtitle));
            }
            self.body("issued_text/body", &issued.body);
            self.attachments("issued_text/attachments", &issued.attachments);
        }
        self.attachments("attachments", &document.attachments);
    }

    fn body(&mut self, place: &str, body: &[Block]) {
        let mut numbers = HeadingNumbers::default();
        for (index, block) in body.iter().enumerate() {
            let number = match block {
                Block::Heading {
                    level,
                    unnumbered: false,
                    ..
                } => numbers.next(*level),
                _ => String::new(),
            };
            match block {
                // What an image shows is not text, and its description is not printed.
                Block::Image(_) | Block::PageBreak => {}
                Block::Table(table) => {
                    self.add(format!("{place}/{index}"), table.caption.as_str());
                    self.rows(&format!("{place}/{index}"), &table.rows);
                }
                Block::Paragraph { .. } | Block::Heading { .. } | Block::Centered { .. } => {
                    self.add(format!("{place}/{index}"), number + &block.text());
                }
            }
        }
    }

    fn rows(&mut self, place: &str, rows: &[Row]) {
        for row in rows {
            let text = |runs: &[Run]| runs.iter().map(|run| run.text.as_str()).collect::<String>();
            let cells: Vec<String> = row.cells.iter().map(|cell| text(&cell.runs)).collect();
            self.add(place, cells.join("　"));
        }
    }

    fn attachments(&mut self, place: &str, attachments: &[Attachment]) {
        for (index, attachment) in attachments.iter().enumerate() {
            // An attachment without a body is handed over beside the document.
            if attachment.body.is_empty() {
                continue;
            }
            let mark = attachment_mark(self.document, attachments, index);
            self.add(format!("{place}/{index}"), mark);
            self.add(format!("{place}/{index}/title"), attachment.title.as_str());
            self.body(&format!("{place}/{index}/body"), &attachment.body);
        }
    }

    fn attendance(&mut self) {
        let attendance = &self.document.attendance;
        for (label, names) in [
            ("出席：", &attendance.present),
            ("请假：", &attendance.excused),
            ("列席：", &attendance.observers),
        ] {
            if !names.is_empty() {
                self.add("attendance", format!("{label}{}", names.join("、")));
            }
        }
    }

    fn signature(&mut self) {
        let document = self.document;
        match document.seal {
            SealStyle::None => return,
            SealStyle::Sealed | SealStyle::Unsealed => {
                for issuer in &document.issuers {
                    self.add("signature", issuer.signature_name());
                }
            }
            SealStyle::SignatureSeal => {
                // The person's name is in the image of the seal; joint issue prints the full 职务.
                let joint = document.issuers.len() > 1;
                for issuer in &document.issuers {
                    let name = issuer.signature_name();
                    let before = if joint && !issuer.post.starts_with(name) {
                        name
                    } else {
                        ""
                    };
                    self.add("signature", format!("{before}{}", issuer.post));
                }
            }
        }
        if let Some(date) = document.date_of_issue {
            self.add("date_of_issue", chinese_date(date));
        }
    }

    fn end(&mut self) {
        let document = self.document;
        let main = imprint_names_text(&document.main_recipients);
        if document.main_recipients_in_imprint && !main.is_empty() {
            self.add("main_recipients", format!("主送：{main}。"));
        }
        let copies = imprint_names_text(&document.copy_recipients);
        if !copies.is_empty() {
            self.add("copy_recipients", format!("抄送：{copies}。"));
        }
        // 信函 has no 印发机关 in its 版记 (10.1).
        let letter = document.format == DocumentFormat::Letter;
        if let Some(imprint) = document.imprint.as_ref().filter(|_| !letter) {
            let date = imprint
                .date
                .map(|date| chinese_date(date) + "印发")
                .unwrap_or_default();
            self.add(
                "imprint",
                format!("{}　{date}", imprint.name).trim().to_owned(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(name: &str) -> OfficialDocument {
        let path = format!(
            "{}/../../assets/examples/{name}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        let text = std::fs::read_to_string(path).expect("the example is there");
        crate::input::parse(&text).expect("the example is sound")
    }

    fn at(texts: &[(String, String)], place: &str) -> Vec<String> {
        texts
            .iter()
            .filter(|(p, _)| p == place)
            .map(|(_, text)| text.clone())
            .collect()
    }

    #[test]
    fn an_upward_document_has_its_number_left_of_the_last_signatories() {
        let texts = reading_order(&example("joint-request"));
        let head: Vec<&str> = texts
            .iter()
            .skip_while(|(place, _)| place != "signatories")
            .take(3)
            .map(|(_, text)| text.as_str())
            .collect();
        assert_eq!(
            head,
            [
                "签发人：顾怀民　谭思齐",
                "望水请〔2026〕28号",
                "卢照野　郝向阳"
            ]
        );
        assert_eq!(
            at(&texts, "note"),
            ["（联系人：程立夏，联系电话：0600—6225530）"]
        );
    }

    #[test]
    fn attachments_are_named_in_the_note_and_marked_over_themselves() {
        let texts = reading_order(&example("tables"));
        let note = at(&texts, "attachment_note");
        assert_eq!(note[0], "附件：1.2026年度农村供水工程建设计划表");
        assert_eq!(note[1], "2.农村供水工程进度月报填报说明");
        assert_eq!(at(&texts, "attachments/0"), ["附件1"]);
        assert_eq!(at(&texts, "attachments/1"), ["望水发〔2026〕74号附件2"]);
    }

    #[test]
    fn headings_carry_their_numbers_and_recipients_may_stand_in_the_imprint() {
        let texts = reading_order(&example("unsealed"));
        assert!(
            texts
                .iter()
                .any(|(_, text)| text.starts_with("二、加强信息报送。"))
        );
        let recipients: Vec<usize> = texts
            .iter()
            .enumerate()
            .filter(|(_, (place, _))| place == "main_recipients")
            .map(|(index, _)| index)
            .collect();
        assert_eq!(
            recipients,
            [texts.len() - 2],
            "above the imprint, and only there"
        );
    }

    #[test]
    fn the_issued_regulation_is_read_whole_before_the_imprint() {
        let texts = reading_order(&example("regulation-notice"));
        let is_article = |text: &str| {
            text.split_once('　')
                .is_some_and(|(head, _)| head.starts_with('第') && head.ends_with('条'))
        };
        let articles = texts.iter().filter(|(_, text)| is_article(text));
        assert_eq!(articles.count(), 42);
        let last = texts.last().expect("there is an imprint");
        assert_eq!(last.1, "望溪县人民政府办公室　2026年11月20日印发");
    }

    #[test]
    fn an_order_has_a_bare_number_and_the_post_of_who_signs() {
        let texts = reading_order(&example("order"));
        assert_eq!(at(&texts, "issue_number"), ["第312号"]);
        assert_eq!(
            at(&texts, "signature"),
            ["省长"],
            "the name is in the image of the seal"
        );
        assert_eq!(at(&texts, "letterhead"), ["云岭省人民政府令"]);
        let joint = reading_order(&example("signature-seal"));
        assert_eq!(at(&joint, "signature")[1], "青川市防汛抗旱指挥部指挥长");
        let several = reading_order(&example("joint-notice"));
        assert_eq!(at(&several, "letterhead")[2..], ["青川市水务局", "文件"]);
    }

    #[test]
    fn an_element_that_is_not_there_is_not_read() {
        assert!(
            reading_order(&OfficialDocument::default())
                .iter()
                .all(|(p, _)| p == "letterhead")
        );
    }

    #[test]
    fn agencies_of_one_kind_are_divided_by_the_smaller_mark() {
        assert_eq!(recipients_mark(&["县公安局", "县水务局"]), "、");
        assert_eq!(recipients_mark(&["各镇人民政府", "县政府各部门"]), "，");
        assert_eq!(recipients_mark(&["各镇、乡人民政府", "县人民政府"]), "，");
    }
}
