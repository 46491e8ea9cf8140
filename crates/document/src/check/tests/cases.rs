//! One case or more for each rule: what breaks it, and what comes near without breaking it.

use super::*;

const fn case(
    rule: &'static str,
    start: fn() -> Setup,
    breaks: fn(&mut Setup),
    keeps: fn(&mut Setup),
) -> Case {
    Case {
        rule,
        start,
        breaks,
        keeps,
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn attachment(title: &str) -> Attachment {
    let body = vec![Block::paragraph("内容。")];
    Attachment {
        title: title.into(),
        body,
        ..Attachment::default()
    }
}

fn classified(level: ClassificationLevel, term: &str) -> Setup {
    let mut setup = Setup::clean();
    setup.ceiling = Some(ClassificationLevel::TopSecret);
    setup.document.classification = Some(Classification {
        level,
        term: term.into(),
    });
    setup.document.copy_number = Some(1);
    setup
}

fn secret() -> Setup {
    classified(ClassificationLevel::Secret, "10年")
}

fn telegram() -> Setup {
    let mut setup = Setup::clean();
    setup.document.format = DocumentFormat::Telegram;
    setup.document.telegram = Some(Telegram::default());
    setup.document.urgency = Some(Urgency::ExtraUrgent);
    setup
}

fn joint() -> Setup {
    let mut setup = Setup::clean();
    setup.document.issuers = names(&["望溪县水务局", "望溪县财政局"])
        .into_iter()
        .map(|name| Issuer {
            name,
            ..Issuer::default()
        })
        .collect();
    setup.document.title = "望溪县水务局 望溪县财政局关于做好供水工作的通知".into();
    setup.document.main_recipients = names(&["各镇、乡水利站"]);
    setup.issuer = AgencyPlace::default();
    setup
}

fn order() -> Setup {
    let mut setup = Setup::clean();
    setup.document.format = DocumentFormat::Order;
    setup.document.document_type = Some(DocumentType::Order);
    setup.document.title = String::new();
    setup.document.seal = SealStyle::SignatureSeal;
    setup.document.issuers[0].post = "县长".into();
    setup
}

fn letter() -> Setup {
    let mut setup = Setup::clean();
    setup.document.format = DocumentFormat::Letter;
    setup.document.document_type = Some(DocumentType::Letter);
    setup.document.title = "望溪县人民政府关于商请支持供水工作的函".into();
    setup.document.main_recipients = names(&["南屏县人民政府"]);
    setup.document.direction = Direction::Level;
    setup
}

pub(in super::super) fn all() -> Vec<Case> {
    let mut all = recipients();
    all.extend(copies());
    all.extend(issuing());
    all.extend(signing());
    all.extend(numbers_and_titles());
    all.extend(bodies());
    all.extend(requests());
    all.extend(attachments());
    all.extend(secrecy());
    all.extend(dates());
    all.extend(wording());
    all
}

fn recipients() -> Vec<Case> {
    let clean: fn() -> Setup = Setup::clean;
    let request: fn() -> Setup = Setup::request;
    vec![
        case(
            "recipients.missing",
            request,
            |s| s.document.main_recipients.clear(),
            |s| s.document.format = DocumentFormat::Paper,
        ),
        case(
            "recipients.upward_single",
            request,
            |s| s.document.main_recipients = names(&["青川市人民政府", "云岭省人民政府"]),
            |s| s.document.copy_recipients = names(&["云岭省人民政府"]),
        ),
        case(
            "recipients.upward_copies_subordinate",
            request,
            |s| s.document.copy_recipients = names(&["南屏县人民政府", "石桥镇人民政府"]),
            |s| s.document.copy_recipients = names(&["南屏县人民政府"]),
        ),
        case(
            "recipients.person",
            request,
            |s| s.document.main_recipients = names(&["叶市长"]),
            |s| s.document.main_recipients = names(&["青川市市长热线办公室"]),
        ),
        case(
            "recipients.skips_level",
            request,
            |s| s.document.main_recipients = names(&["云岭省人民政府"]),
            |s| {
                s.document.main_recipients = names(&["云岭省人民政府"]);
                s.document.copy_recipients = names(&["市政府"]);
            },
        ),
        case(
            "recipients.lower_government",
            clean,
            |s| s.issued_by("望溪县水务局"),
            |s| {
                s.issued_by("望溪县水务局");
                s.body("经县人民政府同意，现将有关事项通知如下：");
            },
        ),
        case(
            "recipients.lower_government",
            clean,
            |s| {
                s.issued_by("望溪县水务局");
                s.document.main_recipients = names(&["石桥镇人民政府"]);
            },
            |s| s.issued_by("望溪县人民政府办公室"),
        ),
        case(
            "recipients.own",
            clean,
            |s| s.document.main_recipients = names(&["各镇、乡人民政府", "县政府"]),
            |s| s.document.main_recipients = names(&["各镇、乡人民政府", "县政府各部门"]),
        ),
        case(
            "recipients.twice",
            clean,
            |s| s.document.main_recipients = names(&["县财政局", "县水务局", "望溪县财政局"]),
            |s| s.document.main_recipients = names(&["县财政局", "县水务局"]),
        ),
        case(
            "recipients.main_and_copy",
            clean,
            |s| {
                s.document.main_recipients = names(&["县水务局"]);
                s.document.copy_recipients = names(&["\n望溪县水务局", "县财政局"]);
            },
            |s| s.document.copy_recipients = names(&["县财政局"]),
        ),
        case(
            "recipients.covered",
            clean,
            |s| s.document.main_recipients = names(&["县政府各部门", "县财政局"]),
            |s| s.document.main_recipients = names(&["县政府各部门", "县供电公司"]),
        ),
        case(
            "recipients.punctuation",
            clean,
            |s| s.document.main_recipients = names(&["各镇、乡人民政府："]),
            |s| s.document.main_recipients = names(&["各镇、乡人民政府"]),
        ),
    ]
}

fn copies() -> Vec<Case> {
    let clean: fn() -> Setup = Setup::clean;
    vec![
        case(
            "recipients.copy_order",
            clean,
            |s| s.document.copy_recipients = names(&["县财政局", "市政府"]),
            |s| s.document.copy_recipients = names(&["市政府", "南屏县人民政府", "县财政局"]),
        ),
        case(
            "recipients.copy_system_order",
            clean,
            |s| s.document.copy_recipients = names(&["青川军分区", "市委各部门"]),
            |s| s.document.copy_recipients = names(&["市委各部门", "青川军分区", "各人民团体"]),
        ),
        case(
            "recipients.copy_new_line",
            clean,
            |s| s.document.copy_recipients = names(&["县委办公室", "县人大常委会办公室"]),
            |s| {
                s.document.copy_recipients = names(&[
                    "县委办公室",
                    "\n县人大常委会办公室",
                    "县政协办公室",
                    "县法院",
                ]);
            },
        ),
    ]
}

fn issuing() -> Vec<Case> {
    let clean: fn() -> Setup = Setup::clean;
    let request: fn() -> Setup = Setup::request;
    vec![
        case(
            "issuing.internal_department",
            clean,
            |s| s.issuer.kind = AgencyKind::Internal,
            |s| s.issuer.kind = AgencyKind::Office,
        ),
        case(
            "issuing.type_not_allowed",
            order,
            |s| s.issued_by("望溪县水务局"),
            |s| s.document.document_type = Some(DocumentType::Decision),
        ),
        case(
            "issuing.type_upward",
            request,
            |s| s.document.direction = Direction::Downward,
            |s| s.document.document_type = Some(DocumentType::Opinion),
        ),
        case(
            "issuing.type_not_upward",
            request,
            |s| s.document.document_type = Some(DocumentType::Letter),
            |s| s.document.document_type = Some(DocumentType::Report),
        ),
        case(
            "issuing.direction",
            clean,
            |s| s.document.direction = Direction::Upward,
            // Level and downward look the same on paper.
            |s| s.document.direction = Direction::Level,
        ),
        case(
            "issuing.joint_level",
            joint,
            |s| s.document.issuers[1].name = "青川市水务局".into(),
            |s| s.document.issuers[1].name = "某某局".into(),
        ),
        case(
            "issuing.joint_number",
            joint,
            |s| {
                let at = s
                    .vocabulary
                    .entries
                    .iter()
                    .position(|e| e.place.name == "望溪县财政局");
                s.vocabulary.entries[at.expect("there")]
                    .place
                    .authority_code = "望财".into();
                s.document
                    .issue_number
                    .as_mut()
                    .expect("set")
                    .authority_code = "望财发".into();
            },
            |s| {
                let at = s
                    .vocabulary
                    .entries
                    .iter()
                    .position(|e| e.place.name == "望溪县水务局");
                s.vocabulary.entries[at.expect("there")]
                    .place
                    .authority_code = "望水".into();
                s.document
                    .issue_number
                    .as_mut()
                    .expect("set")
                    .authority_code = "望水发".into();
            },
        ),
        case(
            "issuing.joint_order",
            clean,
            |s| {
                let name = "中共望溪县委员会".to_owned();
                s.document.issuers.push(Issuer {
                    name,
                    ..Issuer::default()
                });
            },
            |s| {
                let name = "中共望溪县委员会".to_owned();
                s.document.issuers.insert(
                    0,
                    Issuer {
                        name,
                        ..Issuer::default()
                    },
                );
            },
        ),
        case(
            "issuing.letter_imprint",
            letter,
            |s| {
                s.document.imprint = Some(ImprintAuthority {
                    name: "望溪县人民政府办公室".into(),
                    date: None,
                });
            },
            |_| {},
        ),
        case(
            "issuing.minutes_attendance",
            clean,
            |s| s.document.format = DocumentFormat::Minutes,
            |s| {
                s.document.format = DocumentFormat::Minutes;
                s.document.attendance.present = names(&["周慕云"]);
            },
        ),
    ]
}

fn signing() -> Vec<Case> {
    let clean: fn() -> Setup = Setup::clean;
    let request: fn() -> Setup = Setup::request;
    vec![
        case(
            "issuing.signatory_missing",
            request,
            |s| s.document.signatories.clear(),
            |s| s.document.direction = Direction::Downward,
        ),
        case(
            "issuing.signatory_count",
            request,
            |s| {
                let name = "南屏县人民政府".to_owned();
                s.document.issuers.push(Issuer {
                    name,
                    ..Issuer::default()
                });
            },
            |s| {
                let name = "南屏县人民政府".to_owned();
                s.document.issuers.push(Issuer {
                    name,
                    ..Issuer::default()
                });
                s.document.signatories.push(Signatory {
                    name: "沈秋白".into(),
                });
            },
        ),
        case(
            "issuing.signatory_not_upward",
            clean,
            |s| {
                s.document.signatories = vec![Signatory {
                    name: "周慕云".into(),
                }]
            },
            |s| s.document.signatories = vec![Signatory { name: " ".into() }],
        ),
        case(
            "issuing.signature_seal",
            order,
            |s| s.document.issuers[0].post = String::new(),
            |s| s.document.seal = SealStyle::Sealed,
        ),
        case(
            "issuing.unsealed",
            letter,
            |s| s.document.seal = SealStyle::Unsealed,
            |s| {
                s.document.seal = SealStyle::Unsealed;
                s.document.main_recipients = names(&["各县、区人民政府"]);
            },
        ),
    ]
}

fn numbers_and_titles() -> Vec<Case> {
    let clean: fn() -> Setup = Setup::clean;
    let report: fn() -> Setup = Setup::request;
    fn number(setup: &mut Setup) -> &mut IssueNumber {
        setup
            .document
            .issue_number
            .as_mut()
            .expect("the base has one")
    }
    fn title(setup: &mut Setup, text: &str) {
        setup.document.title = text.to_owned();
    }
    vec![
        case(
            "number.code",
            clean,
            |s| number(s).authority_code = "望政发〔2026".into(),
            |s| number(s).authority_code = "望政办发电".into(),
        ),
        case(
            "number.year_digits",
            clean,
            |s| number(s).year = 26,
            |s| number(s).year = 2025,
        ),
        case(
            "number.serial",
            clean,
            |s| number(s).serial = 0,
            |s| number(s).serial = 1,
        ),
        case(
            "number.year_differs",
            clean,
            |s| number(s).year = 2025,
            |s| {
                number(s).year = 2025;
                s.document.date_of_issue = None;
            },
        ),
        case(
            "number.quoted",
            clean,
            |s| s.body("根据青政发[2026]12号文件，"),
            |s| s.body("根据青政发〔2026〕12号文件，"),
        ),
        case(
            "number.quoted",
            clean,
            |s| s.body("根据青政发（2026）第012号文件，"),
            |s| s.body("2025年（2025）12号楼，《办法》（2026年修订）"),
        ),
        case(
            "title.missing",
            clean,
            |s| title(s, "\n"),
            |s| {
                s.document.format = DocumentFormat::Order;
                title(s, "");
            },
        ),
        case(
            "title.type",
            clean,
            |s| title(s, "望溪县人民政府关于做好供水工作的意见"),
            |s| title(s, "望溪县人民政府关于印发工作\n意见的通\n知（试行）"),
        ),
        case(
            "title.type",
            clean,
            |s| title(s, "望溪县人民政府关于供水工作的函"),
            |s| title(s, "望溪县人民政府关于供水工作的紧急通知"),
        ),
        case(
            "title.type_missing",
            clean,
            |s| title(s, "望溪县供水工作方案"),
            |s| {
                title(s, "望溪县供水工作方案");
                s.document.document_type = None;
            },
        ),
        case(
            "title.mixed_type",
            report,
            |s| title(s, "望溪县人民政府关于扩建水厂的请示报告"),
            |s| title(s, "望溪县人民政府关于扩建水厂的请示"),
        ),
        case(
            "title.issuer",
            clean,
            |s| title(s, "关于做好供水工作的通知"),
            |s| title(s, "望溪县关于做好供水工作的通知"),
        ),
        case(
            "title.end",
            clean,
            |s| title(s, "望溪县人民政府关于做好供水工作的通知。"),
            |s| title(s, "望溪县人民政府关于学习“十五五”规划的通知（试行）"),
        ),
        case(
            "title.twice",
            clean,
            |s| title(s, "望溪县人民政府关于转发供水工作的通知的通知"),
            |s| title(s, "望溪县人民政府关于转发供水通知的通知"),
        ),
    ]
}

fn bodies() -> Vec<Case> {
    let clean: fn() -> Setup = Setup::clean;
    vec![
        case(
            "body.missing",
            clean,
            |s| s.document.body = vec![Block::PageBreak],
            |s| {
                s.document.body = vec![Block::paragraph("正文。")];
            },
        ),
        case(
            "body.first_page",
            clean,
            |s| s.first_page = Some(FirstPage { body_lines: 0 }),
            |s| s.first_page = Some(FirstPage { body_lines: 1 }),
        ),
        case(
            "body.level",
            clean,
            |s| {
                s.document
                    .body
                    .extend([Block::heading(3, "甲"), Block::heading(4, "乙")])
            },
            |s| {
                s.document
                    .body
                    .extend([Block::heading(3, "甲"), Block::heading(3, "乙")])
            },
        ),
        case(
            "body.typed_number",
            clean,
            |s| s.document.body.push(Block::heading(1, "二、工作要求")),
            |s| s.document.body.push(Block::heading(1, "3.5万亩农田建设")),
        ),
        case(
            "body.heading_end",
            clean,
            |s| s.document.body.push(Block::heading(1, "工作要求。")),
            |s| {
                s.document
                    .body
                    .push(Block::heading(1, "各地要落实责任，及时报送工作进展。"))
            },
        ),
        case(
            "body.subject_words",
            clean,
            |s| {
                s.document
                    .body
                    .push(Block::paragraph("主题词：水利　供水　通知"))
            },
            |s| {
                s.document
                    .body
                    .push(Block::paragraph("检索时填写主题词：供水。"))
            },
        ),
        case(
            "body.repealed_basis",
            clean,
            |s| s.body("根据《国家行政机关公文处理办法》，"),
            |s| s.body("《国家行政机关公文处理办法》停止执行后，"),
        ),
        case(
            "body.length",
            clean,
            |s| s.body(&"供水工作。".repeat(1001)),
            |s| s.document.attachments = vec![attachment(&"供水".repeat(3000))],
        ),
    ]
}

fn requests() -> Vec<Case> {
    let request: fn() -> Setup = Setup::request;
    fn report() -> Setup {
        let mut setup = Setup::request();
        setup.document.document_type = Some(DocumentType::Report);
        setup.document.title = "望溪县人民政府关于供水工作的报告".into();
        setup.document.body = vec![Block::paragraph("供水工作情况如下。")];
        setup
    }
    fn reply() -> Setup {
        let mut setup = Setup::clean();
        setup.document.document_type = Some(DocumentType::OfficialReply);
        setup.document.title = "望溪县人民政府关于扩建水厂的批复".into();
        setup.document.main_recipients = names(&["石桥镇人民政府"]);
        setup
    }
    vec![
        case(
            "request.in_report",
            report,
            |s| {
                s.document
                    .body
                    .push(Block::paragraph("以上报告妥否，请批示。"))
            },
            |s| {
                s.document
                    .body
                    .push(Block::paragraph("已按请示批复办理。特此报告，请审阅。"))
            },
        ),
        case(
            "request.several_matters",
            request,
            |s| s.document.title = "望溪县人民政府关于水厂扩建等事项的请示".into(),
            |s| s.document.title = "望溪县人民政府关于解决资金等问题的请示".into(),
        ),
        case(
            "request.ending",
            request,
            |s| s.document.body.truncate(1),
            |s| {
                s.document.body[1] = Block::paragraph("以上请示，请予批准。");
            },
        ),
        case(
            "request.contact",
            request,
            |s| s.document.note = "此件公开发布".into(),
            |s| {
                s.document.note = "联系人：林清和，电话：6221058".into();
            },
        ),
        case(
            "request.reply_quotes",
            reply,
            |_| {},
            |s| s.body("你镇来文收悉。现批复如下："),
        ),
    ]
}

fn attachments() -> Vec<Case> {
    let clean: fn() -> Setup = Setup::clean;
    fn set(setup: &mut Setup, titles: &[&str]) {
        setup.document.attachments = titles.iter().map(|title| attachment(title)).collect();
    }
    vec![
        case(
            "attachment.title_missing",
            clean,
            |s| set(s, &["任务表", " "]),
            |s| {
                set(s, &["任务表"]);
            },
        ),
        case(
            "attachment.title_end",
            clean,
            |s| set(s, &["任务表；"]),
            |s| {
                set(s, &["任务表（2026年）"]);
            },
        ),
        case(
            "attachment.title_number",
            clean,
            |s| set(s, &["附件1：任务表"]),
            |s| {
                set(s, &["附件清单", "2026年任务表", "1.5万亩农田任务表"]);
            },
        ),
        case(
            "attachment.title_number",
            clean,
            |s| set(s, &["1.任务表"]),
            |s| {
                set(s, &["附件"]);
            },
        ),
        case(
            "attachment.title_marks",
            clean,
            |s| set(s, &["《供水办法》"]),
            |s| {
                set(s, &["《供水办法》和《用水办法》", "《供水办法》说明"]);
            },
        ),
        case(
            "attachment.same_title",
            clean,
            |s| set(s, &["任务表", "任务表"]),
            |s| {
                set(s, &["任务表（一）", "任务表（二）"]);
            },
        ),
        case(
            "attachment.reference",
            clean,
            |s| {
                set(s, &["甲表", "乙表"]);
                s.body("任务见附件3。");
            },
            |s| {
                set(s, &["甲表", "乙表"]);
                s.body("任务见附件2。上级文件的附件5已失效。");
            },
        ),
        case(
            "attachment.reference",
            clean,
            |s| s.body("名单见附件。"),
            |s| {
                s.body("邮件的附件不超过20兆。");
            },
        ),
        case(
            "attachment.is_issued_text",
            clean,
            |s| {
                s.document.title = "望溪县人民政府关于印发\n《供水办法》的通知".into();
                set(s, &["供水办法", "申请表"]);
            },
            |s| {
                s.document.title = "望溪县人民政府关于印发《供水办法》的通知".into();
                set(s, &["供水办法解读"]);
            },
        ),
    ]
}

fn secrecy() -> Vec<Case> {
    let clean: fn() -> Setup = Setup::clean;
    fn term(setup: &mut Setup, term: &str) {
        setup
            .document
            .classification
            .as_mut()
            .expect("classified")
            .term = term.to_owned();
    }
    vec![
        case(
            "secrecy.ceiling",
            secret,
            |s| s.ceiling = Some(ClassificationLevel::Confidential),
            |s| s.ceiling = Some(ClassificationLevel::Secret),
        ),
        case(
            "secrecy.ceiling",
            secret,
            |s| s.ceiling = None,
            |s| {
                s.ceiling = None;
                s.document.specimen = true;
            },
        ),
        case(
            "secrecy.copy_number",
            secret,
            |s| s.document.copy_number = None,
            |s| {
                s.document.classification = None;
                s.document.copy_number = None;
            },
        ),
        case(
            "secrecy.term_missing",
            secret,
            |s| term(s, " "),
            |s| term(s, "长期"),
        ),
        case(
            "secrecy.term_digits",
            secret,
            |s| term(s, "十五年"),
            |s| term(s, "6个月"),
        ),
        case(
            "secrecy.term_long",
            secret,
            |s| term(s, "21年"),
            |s| term(s, "20年"),
        ),
        case(
            "secrecy.handling_mark",
            clean,
            |s| s.document.handling_mark = "秘密★5年".into(),
            |s| s.document.handling_mark = "工作秘密".into(),
        ),
        case(
            "secrecy.open",
            secret,
            |s| s.document.disclosure = Some(Disclosure::Open),
            |s| {
                s.document.disclosure = Some(Disclosure::OnRequest);
            },
        ),
        case(
            "urgency.telegram_word",
            clean,
            |s| s.document.urgency = Some(Urgency::MostImmediate),
            |s| s.document.urgency = Some(Urgency::ExtraUrgent),
        ),
        case(
            "urgency.telegram_word",
            clean,
            |s| s.document.urgency = Some(Urgency::Ordinary),
            |s| {
                s.document.urgency = Some(Urgency::Ordinary);
                s.document.format = DocumentFormat::Telegram;
            },
        ),
        case(
            "urgency.telegram_missing",
            telegram,
            |s| s.document.urgency = None,
            |s| {
                s.document.urgency = Some(Urgency::Ordinary);
            },
        ),
    ]
}

fn dates() -> Vec<Case> {
    let clean: fn() -> Setup = Setup::clean;
    fn printed(setup: &mut Setup, day: i8) {
        let date = Some(Date::constant(2026, 11, day));
        setup.document.imprint = Some(ImprintAuthority {
            name: "县政府办".into(),
            date,
        });
    }
    vec![
        case(
            "date.future",
            clean,
            |s| s.document.date_of_issue = Some(Date::constant(2026, 11, 22)),
            |s| s.document.date_of_issue = Some(Date::constant(2026, 11, 21)),
        ),
        case(
            "date.printed_before",
            clean,
            |s| printed(s, 19),
            |s| printed(s, 20),
        ),
        case(
            "date.impossible",
            clean,
            |s| s.body("2026年2月29日前完成。"),
            |s| {
                s.body("2月29日前完成，2024年2月29日已完成。");
            },
        ),
        case(
            "date.impossible",
            clean,
            |s| s.body("13月1日前完成。"),
            |s| {
                s.body("用时6个月15日。");
            },
        ),
        case(
            "date.weekday",
            clean,
            |s| s.body("2026年11月21日（星期五）召开。"),
            |s| {
                s.body("2026年11月21日（星期六）和11月22日（周日）召开。");
            },
        ),
        case(
            "date.padded",
            clean,
            |s| s.body("2026年01月05日起施行。"),
            |s| {
                s.body("2026年10月20日起施行。");
            },
        ),
        case(
            "date.relative",
            clean,
            |s| s.body("去年底已完成。"),
            |s| s.body("今年以来已完成。"),
        ),
        case(
            "date.relative",
            clean,
            |s| s.body("上周召开会议。"),
            |s| s.body("以上周期为准。"),
        ),
        case(
            "date.short_year",
            clean,
            |s| s.body("26年3月完成。"),
            |s| {
                s.body("2026年3月完成，历时近10年3月。");
            },
        ),
        case(
            "date.zero",
            clean,
            |s| s.body("二0二六年完成。"),
            |s| s.body("二〇二六年完成。"),
        ),
        case(
            "date.zero",
            clean,
            |s| s.body("二零二六年完成。"),
            |s| s.body("一百零五年前。"),
        ),
    ]
}

fn wording() -> Vec<Case> {
    let clean: fn() -> Setup = Setup::clean;
    macro_rules! texts {
        ($($rule:literal: $broken:literal / $near:literal;)*) => {
            vec![$(case($rule, clean, |s| s.body($broken), |s| s.body($near)),)*]
        };
    }
    texts! {
        "punctuation.half_width": "各镇,各乡。" / "共1,234人，见a,b。";
        "punctuation.half_width": "增长5%,其中工业。" / "比例为5%，其中工业。";
        "punctuation.half_width": "要求如下:" / "上午8:30开会。";
        "punctuation.half_width": "工作完成." / "共3.5万元。";
        "punctuation.half_width": "水厂(新建)一座。" / "x=f(a)。";
        "punctuation.half_width": "打通\"最后一公里\"。" / "输入\"abc\"。";
        "punctuation.repeated": "工作完成。。" / "工作完成？！";
        "punctuation.repeated": "各镇，、各乡。" / "工作完成。”他说。";
        "punctuation.unpaired": "水厂（新建一座。" / "水厂（新建）一座：1）石桥；2）柳湾。";
        "punctuation.unpaired": "根据办法》规定。" / "根据《办法》规定。";
        "punctuation.between_marks": "《甲》、《乙》、《丙》。" / "《甲》《乙》和丙、丁。";
        "punctuation.serial": "（一）、落实责任。" / "（一）落实责任、资金。";
        "punctuation.serial": "1、落实责任。" / "1、2号机组运行。";
        "punctuation.ellipsis": "石桥、柳湾。。。。。。" / "石桥、柳湾……";
        "punctuation.ellipsis": "石桥...柳湾" / "版本为1...n。";
        "punctuation.ellipsis_and_so_on": "石桥、柳湾……等镇。" / "石桥……等待验收。";
        "punctuation.ellipsis_and_so_on": "石桥、柳湾等……" / "人人平等……";
        "punctuation.dash": "供水--民生大事。" / "代号A--B。";
        "numeral.leading_zero": "增长.5%。" / "增长0.5%。";
        "numeral.full_width": "新增３０００人。" / "新增3000人。";
        "numeral.mixed": "投资3千万元。" / "投资3千瓦设备、3000万元。";
        "numeral.mixed": "补助1.5千元。" / "补助1.5万元。";
        "numeral.approximate": "约三、四十个。" / "第三、四十个，三、四季度。";
    }
}
