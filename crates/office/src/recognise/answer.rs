//! Answers to the questions of an import: whether a question still stands, and what each answer makes of the
//! document. The document may have been written on since: what no longer says what was asked about is left alone.

use andu_base::chinese_date;
use andu_document::{Block, DocumentType, OfficialDocument, body::Run};

use crate::record::has_signer;

use super::{Ask, Question, head::split_names, shape::squeeze};

impl Question {
    /// The answers a document can hold, as positions in `options`. How a number or a date stood in the file
    /// against the rules cannot be kept; it can only be written anew, by hand.
    pub fn choices(&self) -> std::ops::Range<usize> {
        match self.ask {
            Ask::IssueNumber | Ask::DateOfIssue | Ask::NotRestored | Ask::StayedHere => {
                0..self.options.len().min(1)
            }
            _ => 0..self.options.len(),
        }
    }

    /// The position of the answer the document holds now; `None` where it holds none of them.
    pub const fn held(&self) -> Option<usize> {
        match self.ask {
            Ask::DocumentType => None,
            _ => Some(0),
        }
    }

    /// Whether the document still says what was asked about.
    pub fn stands(&self, document: &OfficialDocument) -> bool {
        let taken = self.options.first().map_or("", String::as_str);
        match self.ask {
            Ask::IsTitle => self.is_about(&document.title),
            Ask::AreMainRecipients => {
                let names = &document.main_recipients;
                !names.is_empty() && split_names(&self.text).starts_with(&names[..1])
            }
            Ask::DocumentType => document.document_type.is_none(),
            Ask::HeadingNumber => self.heading(document).is_some(),
            Ask::AttachmentMissing => self
                .attachment(document, &self.text)
                .is_some_and(|at| document.attachments[at].body.is_empty()),
            Ask::AttachmentUnnamed => self.attachment(document, &self.text).is_some(),
            Ask::AttachmentName => self.attachment(document, taken).is_some(),
            Ask::IssueNumber => document
                .issue_number
                .as_ref()
                .is_some_and(|number| number.to_string() == taken),
            Ask::DateOfIssue => document
                .date_of_issue
                .is_some_and(|date| chinese_date(date) == taken),
            Ask::IsSignature => self.signatory(document).is_some(),
            Ask::IsIssuedText => document.issued_text.is_some(),
            Ask::DateUnreadable if self.place == "imprint" => document
                .imprint
                .as_ref()
                .is_some_and(|imprint| imprint.date.is_none()),
            Ask::DateUnreadable => document.date_of_issue.is_none() && !self.is_in_body(document),
            Ask::LeftOut => !self.is_in_body(document),
            // Nothing in the document tells that somebody has looked at it.
            Ask::NotRestored => true,
            Ask::StayedHere if self.place == "handling_mark" => document.handling_mark.is_empty(),
            Ask::StayedHere if self.place == "signer" => !has_signer(document),
            Ask::StayedHere => document.disclosure.is_none(),
        }
    }

    /// Makes the document say what the answer at `choice` says. `false`, and no change, where the question no
    /// longer stands or has no such answer.
    pub fn answer(&self, document: &mut OfficialDocument, choice: usize) -> bool {
        if !self.choices().contains(&choice) || !self.stands(document) {
            return false;
        }
        if self.held() == Some(choice) {
            return true;
        }
        match self.ask {
            Ask::IsTitle => {
                let title = std::mem::take(&mut document.title).replace('\n', "");
                document.body.insert(0, Block::paragraph(title));
            }
            Ask::AreMainRecipients => {
                let names = std::mem::take(&mut document.main_recipients);
                let stood = split_names(&self.text) == names;
                let line = if stood {
                    self.text.clone()
                } else {
                    names.join("、")
                };
                // A title that was found to be body text stands before it.
                let at = usize::from(document.title.is_empty() && !document.body.is_empty());
                document
                    .body
                    .insert(at, Block::paragraph(format!("{line}：")));
            }
            Ask::DocumentType => document.document_type = DocumentType::ALL.get(choice).copied(),
            Ask::HeadingNumber => self.number_by_order(document),
            Ask::AttachmentMissing => {
                self.take_attachment(document);
            }
            Ask::AttachmentUnnamed => {
                if let Some(attachment) = self.take_attachment(document) {
                    document.body.push(Block::paragraph(attachment.title));
                    document.body.extend(attachment.body);
                }
            }
            Ask::AttachmentName => {
                let taken = self.options.first().map_or("", String::as_str);
                if let Some(at) = self.attachment(document, taken) {
                    document.attachments[at].title = self.options[choice].replace('\n', "");
                }
            }
            // The one answer is the one that is held.
            Ask::IssueNumber | Ask::DateOfIssue | Ask::NotRestored | Ask::StayedHere => {}
            Ask::DateUnreadable | Ask::LeftOut => {
                document.body.push(Block::paragraph(self.text.clone()));
            }
            Ask::IsSignature => self.unsign(document),
            Ask::IsIssuedText => {
                let issued = document.issued_text.take().unwrap_or_default();
                let lines = [issued.title.replace('\n', ""), issued.subtitle];
                let lines = lines.into_iter().filter(|line| !line.is_empty());
                document.body.extend(lines.map(Block::paragraph));
                document.body.extend(issued.body);
                document.attachments.extend(issued.attachments);
            }
        }
        true
    }

    /// The text is the one asked about; a question holds its first 200 characters.
    fn is_about(&self, text: &str) -> bool {
        let (asked, text) = (squeeze(&self.text), squeeze(text));
        !asked.is_empty() && text.starts_with(&asked)
    }

    /// The text asked about stands in the body, a paragraph of its own.
    fn is_in_body(&self, document: &OfficialDocument) -> bool {
        document
            .body
            .iter()
            .any(|block| self.is_about(&block.text()))
    }

    /// The heading asked about: it may have moved since.
    fn heading(&self, document: &OfficialDocument) -> Option<(usize, usize)> {
        bodies(document).enumerate().find_map(|(body, blocks)| {
            let at = blocks.iter().position(|block| {
                matches!(
                    block,
                    Block::Heading {
                        unnumbered: true,
                        ..
                    }
                ) && self.is_about(&block.text())
            })?;
            Some((body, at))
        })
    }

    fn number_by_order(&self, document: &mut OfficialDocument) {
        let Some((body, at)) = self.heading(document) else {
            return;
        };
        let stood = self.options.first().map_or("", String::as_str);
        let Some(Block::Heading {
            runs, unnumbered, ..
        }) = bodies_mut(document)
            .nth(body)
            .and_then(|blocks| blocks.get_mut(at))
        else {
            return;
        };
        let text: String = runs.iter().map(|run| run.text.as_str()).collect();
        let bare = text.trim_start();
        let rest = bare.strip_prefix(stood).unwrap_or(bare).trim_start();
        cut(runs, text.chars().count() - rest.chars().count());
        *unnumbered = false;
    }

    /// The attachment of this title.
    fn attachment(&self, document: &OfficialDocument, title: &str) -> Option<usize> {
        let wanted = squeeze(title);
        let same = |name: &str| !wanted.is_empty() && squeeze(name).starts_with(&wanted);
        document.attachments.iter().position(|one| same(&one.title))
    }

    fn take_attachment(
        &self,
        document: &mut OfficialDocument,
    ) -> Option<andu_document::Attachment> {
        let at = self.attachment(document, &self.text)?;
        Some(document.attachments.remove(at))
    }

    /// The issuer whose name under the body was asked about.
    fn signatory(&self, document: &OfficialDocument) -> Option<usize> {
        let wanted = squeeze(&self.text);
        let issuers = &document.issuers;
        issuers.iter().position(|issuer| {
            squeeze(issuer.signature_name()) == wanted
                || squeeze(&format!("{}{}", issuer.post, issuer.person)) == wanted
        })
    }

    fn unsign(&self, document: &mut OfficialDocument) {
        let Some(at) = self.signatory(document) else {
            return;
        };
        let wanted = squeeze(&self.text);
        let issuer = &mut document.issuers[at];
        if squeeze(&issuer.signature) == wanted {
            issuer.signature.clear();
        } else if squeeze(&issuer.name) == wanted {
            document.issuers.remove(at);
        } else {
            issuer.post.clear();
            issuer.person.clear();
        }
        document.body.push(Block::paragraph(self.text.trim()));
    }
}

/// Every body of headings: the document's, its attachments', and that of 被印发件.
fn bodies(document: &OfficialDocument) -> impl Iterator<Item = &Vec<Block>> {
    let attachments = document.attachments.iter().map(|one| &one.body);
    let issued = document.issued_text.iter().map(|issued| &issued.body);
    std::iter::once(&document.body)
        .chain(attachments)
        .chain(issued)
}

fn bodies_mut(document: &mut OfficialDocument) -> impl Iterator<Item = &mut Vec<Block>> {
    let attachments = document.attachments.iter_mut().map(|one| &mut one.body);
    let issued = document
        .issued_text
        .iter_mut()
        .map(|issued| &mut issued.body);
    std::iter::once(&mut document.body)
        .chain(attachments)
        .chain(issued)
}

/// Takes the first `count` characters off.
fn cut(runs: &mut Vec<Run>, mut count: usize) {
    for run in runs.iter_mut() {
        let length = run.text.chars().count();
        run.text = run.text.chars().skip(count).collect();
        count = count.saturating_sub(length);
    }
    runs.retain(|run| !run.text.is_empty());
}

#[cfg(test)]
mod tests {
    use andu_document::{Attachment, IssuedText, Issuer};

    use super::*;
    use crate::{Limits, RecogniseContext, Recognised, recognise};

    fn import(text: &str) -> Recognised {
        let read = crate::text::read(text.as_bytes(), &Limits::default()).unwrap();
        recognise(&read, &RecogniseContext::default())
    }
    fn asked(recognised: &Recognised, ask: Ask) -> &Question {
        let found = recognised.questions.iter().find(|one| one.ask == ask);
        found.unwrap_or_else(|| panic!("no question {ask:?} in {:?}", recognised.questions))
    }
    fn question(ask: Ask, text: &str, options: &[&str]) -> Question {
        Question {
            place: String::new(),
            ask,
            text: text.into(),
            options: options.iter().map(|&one| one.into()).collect(),
        }
    }
    fn texts(document: &OfficialDocument) -> Vec<String> {
        document.body.iter().map(Block::text).collect()
    }

    #[test]
    fn leaving_it_as_it_is_changes_nothing() {
        let recognised =
            import("工作情况\n各位同仁：\n现将情况汇报如下。\n三、下步打算\n抓紧办理。");
        assert!(!recognised.questions.is_empty());
        for question in &recognised.questions {
            let Some(held) = question.held() else {
                continue;
            };
            let mut document = recognised.document.clone();
            assert!(question.answer(&mut document, held), "{question:?}");
            assert_eq!(document, recognised.document, "{question:?}");
        }
    }

    #[test]
    fn what_was_taken_for_title_and_recipients_goes_back_into_the_body_in_its_order() {
        let recognised = import("工作情况\n各位同仁：\n现将情况汇报如下。");
        let mut document = recognised.document.clone();
        let title = asked(&recognised, Ask::IsTitle);
        let recipients = asked(&recognised, Ask::AreMainRecipients);
        assert!(title.answer(&mut document, 1) && recipients.answer(&mut document, 1));
        assert_eq!(document.title, "");
        assert!(document.main_recipients.is_empty());
        assert_eq!(texts(&document)[..2], ["工作情况", "各位同仁："]);
        assert!(
            !title.stands(&document) && !recipients.stands(&document),
            "both are answered"
        );
        let answered = document.clone();
        assert!(!title.answer(&mut document, 1), "an answer is given once");
        assert_eq!(document, answered);
    }

    #[test]
    fn a_heading_out_of_order_is_numbered_by_order_wherever_it_stands_now() {
        let recognised = import("关于有关事项的通知\n一、总体要求\n好。\n四、工作要求\n严。");
        let mut document = recognised.document.clone();
        let question = asked(&recognised, Ask::HeadingNumber);
        document.body.insert(0, Block::paragraph("后来写的一段。"));
        assert!(question.answer(&mut document, 1));
        let heading = document
            .body
            .iter()
            .find(|block| block.text().contains("工作要求"));
        let Some(Block::Heading {
            runs, unnumbered, ..
        }) = heading
        else {
            panic!("no heading: {heading:?}");
        };
        assert!(!unnumbered);
        assert_eq!(runs[0].text, "工作要求", "the number that stood is gone");
        assert!(!question.stands(&document));
    }

    #[test]
    fn a_type_is_chosen_of_all_fifteen() {
        let names: Vec<&str> = DocumentType::ALL.iter().map(|kind| kind.name()).collect();
        let question = question(Ask::DocumentType, "某事", &names);
        let mut document = OfficialDocument::default();
        let at = names.iter().position(|name| *name == "批复").unwrap();
        assert!(question.answer(&mut document, at));
        assert_eq!(document.document_type, Some(DocumentType::OfficialReply));
        assert!(
            !question.answer(&mut document, 99),
            "there is no such answer"
        );
    }

    #[test]
    fn attachments_are_renamed_left_out_or_put_back_into_the_body() {
        let attached = |title: &str, body: &[&str]| Attachment {
            title: title.into(),
            body: body.iter().map(|text| Block::paragraph(*text)).collect(),
            ..Attachment::default()
        };
        let mut document = OfficialDocument {
            attachments: vec![
                attached("名单", &[]),
                attached("汇总表", &["见下表。"]),
                attached("实施方案", &["一段。"]),
            ],
            ..OfficialDocument::default()
        };
        let missing = question(Ask::AttachmentMissing, "名单", &["另附", "没有此附件"]);
        let unnamed = question(
            Ask::AttachmentUnnamed,
            "汇总表",
            &["列入附件说明", "不是附件"],
        );
        let name = question(Ask::AttachmentName, "实施办法", &["实施方案", "实施办法"]);
        for question in [missing, unnamed, name] {
            assert!(question.answer(&mut document, 1), "{question:?}");
        }
        assert_eq!(document.attachments, [attached("实施办法", &["一段。"])]);
        assert_eq!(texts(&document), ["汇总表", "见下表。"]);
    }

    #[test]
    fn a_signature_that_is_none_goes_back_and_the_letterhead_stays() {
        let mut document = OfficialDocument {
            issuers: vec![Issuer {
                name: "望溪县水务局".into(),
                signature: "特此通知".into(),
                ..Issuer::default()
            }],
            ..OfficialDocument::default()
        };
        let question = question(Ask::IsSignature, "特此通知", &["是署名", "是正文"]);
        assert!(question.answer(&mut document, 1));
        assert_eq!(document.issuers[0].signature_name(), "望溪县水务局");
        assert_eq!(texts(&document), ["特此通知"]);
    }

    #[test]
    fn an_issued_text_that_is_none_follows_the_body() {
        let mut document = OfficialDocument {
            body: vec![Block::paragraph("正文。")],
            issued_text: Some(IssuedText {
                title: "几点说明".into(),
                body: vec![Block::paragraph("说明一。")],
                ..IssuedText::default()
            }),
            ..OfficialDocument::default()
        };
        let question = question(Ask::IsIssuedText, "几点说明", &["是被印发件", "是正文"]);
        assert!(question.answer(&mut document, 1));
        assert_eq!(document.issued_text, None);
        assert_eq!(texts(&document), ["正文。", "几点说明", "说明一。"]);
    }

    #[test]
    fn a_date_against_the_rules_can_only_be_kept_as_it_was_put_right() {
        let recognised = import("关于放假的通知\n各科室：\n照常放假。\n二○二六年三月五日");
        let question = asked(&recognised, Ask::DateOfIssue);
        assert_eq!(question.choices(), 0..1);
        assert!(question.stands(&recognised.document));
        assert!(!question.answer(&mut recognised.document.clone(), 1));
    }
}
