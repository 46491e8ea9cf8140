use proptest::prelude::*;

use super::*;
use crate::{
    AgencyKind, Attachment, Block, Classification, Disclosure, DocumentFormat, DocumentType,
    ImprintAuthority, IssueNumber, Issuer, SealStyle, Signatory, Telegram, Urgency,
    agency::tests::county, apply_edits, parse,
};

mod cases;

/// A document with its surroundings, to be spoilt by a case.
pub(super) struct Setup {
    pub document: OfficialDocument,
    pub issuer: AgencyPlace,
    pub vocabulary: Vocabulary,
    pub today: Date,
    pub ceiling: Option<ClassificationLevel>,
    pub pages: Option<PageFacts>,
    pub stage: Stage,
}

impl Setup {
    /// A notice of an invented county with nothing to find in it.
    fn clean() -> Self {
        let vocabulary = county();
        let issuer = vocabulary
            .find("望溪县人民政府")
            .expect("there")
            .place
            .clone();
        let document = OfficialDocument {
            document_type: Some(DocumentType::Notice),
            issuers: vec![Issuer {
                name: "望溪县人民政府".into(),
                ..Issuer::default()
            }],
            issue_number: Some(IssueNumber {
                authority_code: "望政发".into(),
                year: 2026,
                serial: 18,
            }),
            title: "望溪县人民政府关于做好供水工作的通知".into(),
            main_recipients: vec!["各镇、乡人民政府".into()],
            body: vec![
                Block::paragraph("现将有关事项通知如下："),
                Block::heading(1, "工作目标"),
                Block::paragraph("2026年底前，完成投资0.5亿元，新增供水人口3000人。"),
            ],
            date_of_issue: Some(Date::constant(2026, 11, 20)),
            imprint: Some(ImprintAuthority {
                name: "望溪县人民政府办公室".into(),
                date: Some(Date::constant(2026, 11, 20)),
            }),
            ..OfficialDocument::default()
        };
        let today = Date::constant(2026, 11, 21);
        Self {
            document,
            issuer,
            vocabulary,
            today,
            ceiling: None,
            pages: None,
            stage: Stage::Finished,
        }
    }

    /// A request of a county bureau to its county, with nothing to find in it.
    fn request() -> Self {
        let mut setup = Self::clean();
        setup.issued_by("望溪县人民政府");
        let document = &mut setup.document;
        document.document_type = Some(DocumentType::RequestForInstructions);
        document.direction = Direction::Upward;
        document.signatories = vec![Signatory {
            name: "周慕云".into(),
        }];
        document.title = "望溪县人民政府关于扩建水厂的请示".into();
        document.main_recipients = vec!["青川市人民政府".into()];
        document.body = vec![
            Block::paragraph("拟扩建水厂一座。"),
            Block::paragraph("妥否，请批示。"),
        ];
        document.note = "联系人：林清和，联系电话：0600—6221058".into();
        setup
    }

    pub(super) fn issued_by(&mut self, name: &str) {
        self.issuer = self
            .vocabulary
            .find(name)
            .expect("the test knows it")
            .place
            .clone();
        self.document.issuers = vec![Issuer {
            name: name.to_owned(),
            ..Issuer::default()
        }];
        let at = self.document.title.find("关于").unwrap_or_default();
        self.document.title = format!("{name}{}", &self.document.title[at..]);
    }

    pub(super) fn body(&mut self, text: &str) {
        self.document.body[0] = Block::paragraph(text);
    }

    fn check(&self) -> Vec<Finding> {
        check(
            &self.document,
            &CheckContext {
                issuer: &self.issuer,
                vocabulary: &self.vocabulary,
                today: self.today,
                ceiling: self.ceiling,
                pages: self.pages,
                stage: self.stage,
            },
        )
    }
}

/// A rule, a document that breaks it, and a near one that does not.
pub(super) struct Case {
    pub rule: &'static str,
    pub start: fn() -> Setup,
    pub breaks: fn(&mut Setup),
    pub keeps: fn(&mut Setup),
}

fn rules_of(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect()
}

#[test]
fn nothing_is_found_in_a_clean_document() {
    for (name, setup) in [("notice", Setup::clean()), ("request", Setup::request())] {
        let findings = setup.check();
        assert!(findings.is_empty(), "{name}: {findings:#?}");
    }
}

#[test]
fn an_empty_document_lacks_what_article_nine_lists_and_a_draft_just_begun_is_not_flooded() {
    let mut setup = Setup::clean();
    setup.document = OfficialDocument::default();
    let finished = [
        "issuing.type_missing",
        "issuing.issuer_missing",
        "number.missing",
        "title.missing",
        "recipients.missing",
        "body.missing",
        "date.missing",
        "issuing.imprint_missing",
    ];
    assert_eq!(rules_of(&setup.check()), finished);
    assert_eq!(rules_of(&absent(&setup.document)), finished);
    setup.stage = Stage::Drafting;
    assert_eq!(rules_of(&setup.check()), ["title.missing", "body.missing"]);
}

#[test]
fn each_rule_finds_what_breaks_it_and_leaves_what_does_not() {
    for (index, case) in cases::all().into_iter().enumerate() {
        let mut broken = (case.start)();
        (case.breaks)(&mut broken);
        let found = broken.check();
        assert!(
            rules_of(&found).contains(&case.rule),
            "case {index} {}: {found:#?}",
            case.rule
        );
        let mut near = (case.start)();
        (case.keeps)(&mut near);
        let found = near.check();
        assert!(
            !rules_of(&found).contains(&case.rule),
            "near {index} {}: {found:#?}",
            case.rule
        );
    }
}

#[test]
fn every_rule_of_the_tables_has_a_case() {
    let cases = cases::all();
    for (rule, _) in rules() {
        assert!(
            cases.iter().any(|case| case.rule == rule),
            "{rule} has no case"
        );
    }
}

/// Rules on pages: what a fix does is known only after it is typeset again.
const PAGES: [&str; 1] = ["body.first_page"];

#[test]
fn each_fix_makes_its_finding_vanish() {
    let mut tried = std::collections::BTreeSet::new();
    for case in cases::all() {
        let mut broken = (case.start)();
        (case.breaks)(&mut broken);
        let before = broken.check();
        for finding in before.iter().filter(|finding| finding.rule == case.rule) {
            for fix in &finding.fixes {
                if PAGES.contains(&finding.rule.as_str()) {
                    continue;
                }
                let mut mended = (case.start)();
                mended.document = broken.document.clone();
                (mended.vocabulary, mended.issuer) =
                    (broken.vocabulary.clone(), broken.issuer.clone());
                (mended.today, mended.ceiling) = (broken.today, broken.ceiling);
                apply_edits(&mut mended.document, &fix.edits)
                    .unwrap_or_else(|error| panic!("{}: {}: {error}", case.rule, fix.label));
                let after = mended.check();
                let still = after.iter().any(|other| other.key == finding.key);
                assert!(!still, "{}: {}: {after:#?}", case.rule, fix.label);
                let count = |all: &[Finding]| all.iter().filter(|f| f.rule == case.rule).count();
                assert!(
                    count(&after) < count(&before),
                    "{}: {}",
                    case.rule,
                    fix.label
                );
                tried.insert(case.rule);
            }
        }
    }
    let offering: Vec<&str> = RULES
        .values()
        .filter(|rule| !rule.fixes.is_empty() && !PAGES.contains(&rule.id.as_str()))
        .map(|rule| rule.id.as_str())
        .collect();
    for rule in offering {
        assert!(tried.contains(rule), "no fix of {rule} was tried");
    }
}

#[test]
fn findings_speak_in_full_sentences_with_a_source() {
    for case in cases::all() {
        let mut broken = (case.start)();
        (case.breaks)(&mut broken);
        for finding in broken.check() {
            let words = [
                &finding.message,
                &finding.citation.source,
                &finding.citation.text,
            ];
            for text in words
                .into_iter()
                .chain(finding.fixes.iter().map(|fix| &fix.label))
            {
                assert!(
                    !text.is_empty() && !text.contains(['{', '}']),
                    "{}: {text}",
                    finding.rule
                );
            }
            assert!(
                finding.message.ends_with('。'),
                "{}: {}",
                finding.rule,
                finding.message
            );
            if let Some((start, end)) = finding.range {
                let text = place::texts(&broken.document)
                    .into_iter()
                    .find(|text| text.place == finding.place)
                    .unwrap_or_else(|| panic!("{} at {}", finding.rule, finding.place));
                assert!(
                    start < end && end <= text.text.chars().count(),
                    "{}",
                    finding.rule
                );
            }
        }
    }
}

#[test]
fn every_rule_cites_a_text_that_is_there() {
    for rule in RULES.values() {
        let reference = rule.cite.replace("{item}", "1");
        let citation = law::citation(&reference).unwrap_or_else(|| panic!("{}", rule.id));
        assert!(!citation.text.is_empty(), "{}", rule.id);
        let name = citation.name();
        assert!(
            name.trim() == name && !name.contains("（实务）"),
            "{}: {name:?} stands in brackets, beside the strength",
            rule.id
        );
    }
}

#[test]
fn a_key_stays_when_paragraphs_come_before() {
    let mut setup = Setup::clean();
    setup
        .document
        .body
        .push(Block::paragraph("去年完成投资,今年继续。"));
    let before: Vec<String> = setup
        .check()
        .into_iter()
        .map(|finding| finding.key)
        .collect();
    assert!(before.len() >= 3, "{before:?}");
    setup
        .document
        .body
        .insert(0, Block::paragraph("按照统一部署开展工作。"));
    let after: Vec<String> = setup
        .check()
        .into_iter()
        .map(|finding| finding.key)
        .collect();
    assert_eq!(before, after);
}

#[test]
fn a_long_document_that_is_kept_stays_kept_while_it_grows() {
    let key = |count: usize| {
        let mut setup = Setup::clean();
        setup.body(&"供水工作。".repeat(count));
        setup
            .check()
            .into_iter()
            .find(|f| f.rule == "body.length")
            .map(|finding| finding.key)
    };
    assert!(key(1001).is_some());
    assert_eq!(key(1001), key(2000));
}

#[test]
fn equal_findings_have_different_keys() {
    let mut setup = Setup::clean();
    let same = Block::paragraph("完成投资,新增人口。");
    setup.document.body.extend([same.clone(), same]);
    let mut keys: Vec<String> = setup
        .check()
        .into_iter()
        .map(|finding| finding.key)
        .collect();
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!((count, keys.len()), (2, 2));
}

#[test]
fn findings_come_in_the_order_of_the_paper() {
    let mut setup = Setup::request();
    setup.document.signatories.clear();
    setup.document.title = "关于扩建水厂的请示。".into();
    setup.document.note = String::new();
    setup
        .document
        .body
        .extend((0..10).map(|_| Block::paragraph("甲地,乙地。")));
    let places: Vec<String> = setup
        .check()
        .into_iter()
        .map(|finding| finding.place)
        .collect();
    let expected = [
        "signatories",
        "title",
        "title",
        "body/2",
        "body/3",
        "body/4",
        "body/5",
    ];
    assert_eq!(places[..7], expected);
    assert_eq!(places[places.len() - 2..], ["body/11", "note"]);
}

#[test]
fn old_rules_are_not_asserted() {
    let mut setup = Setup::clean();
    setup.document.format = DocumentFormat::Minutes;
    setup.document.document_type = Some(DocumentType::Minutes);
    setup.document.title = "望溪县人民政府常务会议纪要".into();
    setup.document.attendance.present = vec!["周慕云".into()];
    setup.document.seal = SealStyle::Sealed;
    assert!(
        setup.check().is_empty(),
        "纪要 may be sealed: {:#?}",
        setup.check()
    );
    let mut joint = Setup::clean();
    let name = |n: usize| Issuer {
        name: format!("南屏{n}县人民政府"),
        ..Issuer::default()
    };
    joint.document.issuers.extend((0..5).map(name));
    assert!(joint.check().is_empty(), "any number of seals in a row");
}

#[test]
fn one_run_of_half_width_marks_is_one_finding() {
    for (text, found, plain) in [
        ("水厂(新建,扩建)一座。", "(新建,扩建)", "（新建，扩建）"),
        ("各镇,\"一把手\",负责。", ",\"一把手\",", "，“一把手”，"),
        ("各镇!,各乡。", "!", "！"),
    ] {
        let mut setup = Setup::clean();
        setup.body(text);
        let findings = setup.check();
        assert_eq!(rules_of(&findings), ["punctuation.half_width"], "{text}");
        let words = [found, plain].map(|part| format!("“{part}”"));
        assert!(
            findings[0].message.contains(&words[0]),
            "{}",
            findings[0].message
        );
        assert!(
            findings[0].fixes[0].label.contains(&words[1]),
            "{:?}",
            findings[0].fixes
        );
    }
    for (text, rule) in [
        ("根据青政发(2026)12号文件办理。", "number.quoted"),
        ("根据青政发[2026]12号文件办理。", "number.quoted"),
    ] {
        let mut setup = Setup::clean();
        setup.body(text);
        assert_eq!(rules_of(&setup.check()), [rule], "{text}");
    }
    let mut setup = Setup::clean();
    setup.document.title.push('.');
    assert_eq!(rules_of(&setup.check()), ["title.end"]);
}

#[test]
fn real_texts_raise_no_alarm() {
    for text in [
        "在当今年代，各级各部门要统筹推进。",
        "会议强调，过去年份的经验表明，工作说明年度要求。",
        "以前年度结转资金3.5万元，占比12.5%。",
        "电子邮箱：a@b.cn，网址为http://example.cn/a?b=1。",
        "按1:500比例尺绘制，时间为8:30至17:00。",
        "有下列情形之一的：1）未按期完成；2）弄虚作假。",
        "第一、二、三产业增加值分别增长3.1%、5.2%、6.0%。",
        "一、二季度完成投资，三、四级河道分别治理。",
        "（望政请〔2026〕12号）收悉。",
        "为期3年6个月，共10年，培训近15年5月以上工龄人员。",
        "5千克、3千瓦、2千米，第3百货公司。",
        "国内生产总值（GDP）核算，使用Word 2010编辑，A4纸。",
        "他说：“《条例》规定：‘公文应当规范。’”",
        "到2026年2月28日（星期六）止。",
        "二〇二六年三月，二十世纪九十年代。",
        "上级要求“打通‘最后一公里’”！",
        "平等……等待……",
        "张三、李四、王五等三人。",
        "实行三、五年规划，四五十人参加。",
        "自2026年1月1日至12月31日，每月5日前报送。",
    ] {
        let mut setup = Setup::clean();
        setup.body(text);
        let found = setup.check();
        assert!(found.is_empty(), "{text}: {found:#?}");
    }
}

#[test]
fn the_examples_have_no_hard_findings() {
    let folder = format!("{}/../../assets/examples", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("a readable folder").path();
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let document = parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let issuer = AgencyPlace::default();
        let vocabulary = Vocabulary::default();
        let today = Date::constant(2026, 11, 21);
        let context = CheckContext {
            issuer: &issuer,
            vocabulary: &vocabulary,
            today,
            // An example of a classified document breaks no rule where such may be held.
            ceiling: document.classification.as_ref().map(|marked| marked.level),
            pages: None,
            stage: Stage::Finished,
        };
        let findings = check(&document, &context);
        let told: Vec<String> = findings
            .iter()
            .map(|f| format!("{} {}: {}", f.rule, f.place, f.message))
            .collect();
        assert!(told.is_empty(), "{}: {told:#?}", path.display());
        assert!(
            document.classification.is_none() || document.specimen,
            "{} carries a 密级 and no 样张",
            path.display()
        );
        count += 1;
    }
    assert!(count >= 26, "only {count} examples");
}

#[test]
fn the_examples_have_no_hard_findings_where_the_agencies_are_known_either() {
    let folder = format!("{}/../../assets/examples", env!("CARGO_MANIFEST_DIR"));
    let vocabulary = county();
    let mut known = 0;
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("a readable folder").path();
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let document = parse(&text).expect("the example is sound");
        let issuer = document
            .issuers
            .first()
            .and_then(|issuer| vocabulary.find(&issuer.name));
        let Some(issuer) = issuer else { continue };
        let context = CheckContext {
            issuer: &issuer.place,
            vocabulary: &vocabulary,
            today: Date::constant(2026, 11, 21),
            ceiling: document.classification.as_ref().map(|marked| marked.level),
            pages: None,
            stage: Stage::Finished,
        };
        let mut findings = check(&document, &context);
        findings.retain(|finding| finding.strength <= Strength::InPrinciple);
        assert!(findings.is_empty(), "{}: {findings:#?}", path.display());
        known += 1;
    }
    assert!(
        known >= 12,
        "only {known} examples of agencies the test knows"
    );
}

#[test]
fn a_hostile_text_is_checked_in_bounds() {
    let mut setup = Setup::clean();
    setup.body(&"国,国。。".repeat(20_000));
    setup.document.main_recipients = vec!["某某局".to_owned(); 5_000];
    let found = setup.check();
    let of = |rule: &str| found.iter().filter(|finding| finding.rule == rule).count();
    assert_eq!(of("punctuation.half_width"), MOST_OF_ONE);
    assert_eq!(of("recipients.twice"), MOST_OF_ONE);
}

proptest! {
    #[test]
    fn any_text_is_checked_and_every_fix_of_it_fits(
        text in "[国镇一二三0-9年月日号第（）()《》〔〕\\[\\]“”\"、，。；：,.;:!?…等\\-— \n]{0,40}",
        title in "[关于国的通知请示报告（）。\n ]{0,12}",
    ) {
        let mut setup = Setup::clean();
        setup.body(&text);
        setup.document.title = title.clone();
        setup.document.note = text.clone();
        setup.document.body.push(Block::heading(2, text.clone()));
        setup.document.attachments = vec![attachment_of(&title, &text), attachment_of(&text, &title)];
        for finding in setup.check() {
            for fix in &finding.fixes {
                let mut mended = setup.document.clone();
                prop_assert!(apply_edits(&mut mended, &fix.edits).is_ok(), "{:?}", finding);
                prop_assert!(mended != setup.document, "{:?}", finding);
            }
        }
    }
}

fn attachment_of(title: &str, text: &str) -> Attachment {
    Attachment {
        title: title.to_owned(),
        body: vec![Block::paragraph(text)],
        ..Attachment::default()
    }
}
