//! One case or more for each rule: what breaks it, and what comes near without breaking it.

use super::*;

mod absent;
mod elements;

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

/// Issued by agencies of which the desk knows only the names.
fn by_name(setup: &mut Setup, issuers: &[&str]) {
    setup.issuer = AgencyPlace {
        name: issuers[0].into(),
        kind: AgencyKind::of_name(issuers[0]).unwrap_or_default(),
        ..AgencyPlace::default()
    };
    let issuers = names(issuers).into_iter();
    setup.document.issuers = issuers
        .map(|name| Issuer {
            name,
            ..Issuer::default()
        })
        .collect();
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
    setup.document.imprint = None;
    setup
}

pub(in super::super) fn all() -> Vec<Case> {
    let mut all = recipients();
    all.extend(copies());
    all.extend(issuing());
    all.extend(signing());
    all.extend(absent::all());
    all.extend(elements::numbers_and_titles());
    all.extend(elements::bodies());
    all.extend(elements::requests());
    all.extend(elements::attachments());
    all.extend(elements::secrecy());
    all.extend(elements::dates());
    all.extend(elements::wording());
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
            "recipients.upward_copies_subordinate",
            request,
            |s| {
                s.vocabulary = Vocabulary::default();
                s.document.copy_recipients = names(&["各乡镇人民政府"]);
            },
            |s| {
                s.vocabulary = Vocabulary::default();
                s.document.copy_recipients = names(&["各市、州人民政府", "石桥镇人民政府"]);
            },
        ),
        case(
            "recipients.upward_copies_lower",
            request,
            |s| {
                s.issued_by("望溪县水务局");
                s.document.copy_recipients = names(&["各乡镇党委"]);
            },
            |s| {
                s.issued_by("望溪县水务局");
                s.document.copy_recipients = names(&["望溪县财政局"]);
            },
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
            "issuing.internal_department",
            clean,
            |s| by_name(s, &["望溪县水务局规划科"]),
            |s| {
                by_name(s, &["望溪县水务局规划科"]);
                s.document.main_recipients = names(&["局机关各科室", "望溪县水务局河道管理所"]);
            },
        ),
        case(
            "issuing.internal_department",
            clean,
            |s| by_name(s, &["云岭省水利厅农村水利处"]),
            |s| by_name(s, &["望溪县水务局办公室"]),
        ),
        case(
            "issuing.internal_department",
            letter,
            |s| {
                by_name(s, &["望溪县水务局规划科"]);
                s.document.document_type = Some(DocumentType::Notice);
            },
            |s| by_name(s, &["望溪县水务局规划科"]),
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
            "issuing.joint_level",
            joint,
            |s| s.document.issuers[1].name = "望溪县人民政府".into(),
            // A department of the city ranks with the county.
            |s| by_name(s, &["青川市水务局", "望溪县人民政府"]),
        ),
        case(
            "issuing.joint_level",
            joint,
            |s| {
                s.vocabulary = Vocabulary::default();
                by_name(s, &["中共南屏县委", "南屏县教育局"]);
            },
            |s| {
                s.vocabulary = Vocabulary::default();
                by_name(s, &["南屏县公安局", "南屏县人民法院", "青川市公安局"]);
            },
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
