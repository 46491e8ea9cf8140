//! Cases of the rules on number, title, body, attachments, secrecy, dates and wording.

use super::*;

pub(super) fn numbers_and_titles() -> Vec<Case> {
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
            "title.other_issuer",
            clean,
            |s| title(s, "望溪县财政局关于做好供水工作的通知"),
            |s| title(s, "县政府关于做好供水工作的通知"),
        ),
        case(
            "title.other_issuer",
            clean,
            |s| title(s, "望溪县人民政府办公室转发县水务局关于供水工作意见的通知"),
            |s| {
                s.issued_by("望溪县人民政府办公室");
                title(s, "县政府办公室转发县水务局关于供水工作意见的通知");
            },
        ),
        case(
            "title.other_issuer",
            joint,
            |s| title(s, "望溪县水务局 望溪县教育局关于做好供水工作的通知"),
            |s| title(s, "县水务局等部门关于做好供水工作的通知"),
        ),
        case(
            "title.other_issuer",
            clean,
            |s| title(s, "南屏县人民政府关于做好供水工作的通知"),
            |s| title(s, "望溪水库关于做好供水工作的通知"),
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

const fn pages(body_on_first: bool, signature_alone: Option<usize>) -> PageFacts {
    PageFacts {
        body_on_first,
        signature_alone,
    }
}

pub(super) fn bodies() -> Vec<Case> {
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
            |s| s.pages = Some(pages(false, None)),
            |s| s.pages = Some(pages(true, None)),
        ),
        case(
            "date.signature_alone",
            clean,
            |s| s.pages = Some(pages(true, Some(1))),
            |s| s.pages = Some(pages(true, None)),
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

pub(super) fn requests() -> Vec<Case> {
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

pub(super) fn attachments() -> Vec<Case> {
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
            "attachment.body_missing",
            clean,
            |s| {
                set(s, &["任务表", "图册"]);
                s.document.attachments[0].body = vec![Block::paragraph(" ")];
                s.document.attachments[1].separate = true;
                s.document.attachments[1].body.clear();
            },
            |s| set(s, &["任务表"]),
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

pub(super) fn secrecy() -> Vec<Case> {
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
            clean,
            |s| s.body("机密★10年"),
            |s| s.body("机密文件应当专人保管。"),
        ),
        case(
            "secrecy.ceiling",
            secret,
            |s| s.ceiling = Some(ClassificationLevel::Confidential),
            |s| s.ceiling = Some(ClassificationLevel::Secret),
        ),
        case(
            "secrecy.ceiling",
            secret,
            |s| {
                s.ceiling = None;
                s.document.specimen = true;
            },
            |s| {
                s.ceiling = Some(ClassificationLevel::TopSecret);
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

pub(super) fn dates() -> Vec<Case> {
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
            "date.relative",
            clean,
            |s| s.body("昨日召开会议。"),
            |s| s.body("通报见“昨日要闻”，会议于2026年11月20日召开。"),
        ),
        case(
            "date.relative",
            clean,
            |s| s.body("定于明天召开会议。"),
            |s| s.body("共建更加美好的明天。"),
        ),
        case(
            "date.relative",
            clean,
            |s| s.body("自今日起，停止供水。"),
            |s| s.body("据今日头条报道，走到今天，殊为不易。"),
        ),
        case(
            "date.relative",
            clean,
            |s| s.body("明日9时前报送。"),
            |s| s.body("创造明天的辉煌，今日起草。"),
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

pub(super) fn wording() -> Vec<Case> {
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
