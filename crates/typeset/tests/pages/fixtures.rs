//! Documents of real length by invented agencies and people.

use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
};

use andu_base::Date;
use andu_document::{
    Attachment, Block, Classification, ClassificationLevel, ImprintAuthority, IssueNumber, Issuer,
    OfficialDocument, Run, SealStyle, Signatory, Urgency,
    body::{Cell, Row, Table},
    kind::{Direction, DocumentFormat, DocumentType},
};
use andu_typeset::{FontShelf, Options, Typeset, Typesetter};
use base64::Engine as _;

pub static SHELF: LazyLock<Arc<FontShelf>> = LazyLock::new(|| {
    Arc::new(FontShelf::open(&[
        PathBuf::from("/var/cache/andu/fonts"),
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/fonts"),
        PathBuf::from("/usr/share/fonts"),
    ]))
});

pub fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

pub fn typeset(document: &OfficialDocument) -> Typeset {
    typeset_with(document, Options::default())
}

pub fn typeset_with(document: &OfficialDocument, options: Options) -> Typeset {
    Typesetter::new(Arc::clone(&SHELF), options)
        .typeset(document)
        .expect("typesets")
}

/// A paragraph about floods, long enough for four lines.
pub const PARAGRAPH: &str = "入汛以来，我县先后出现六次强降雨过程，累计面雨量较常年同期偏多三成，\
部分中小河流发生超警戒水位洪水，个别小型水库溢洪。各乡镇、各有关部门要切实提高思想认识，\
坚持人民至上、生命至上，立足防大汛、抗大旱、抢大险、救大灾，把防汛抗旱各项工作抓紧抓细抓实，\
确保人民群众生命财产安全和城乡供水安全。";

pub fn notice() -> OfficialDocument {
    let mut body = vec![
        Block::paragraph(PARAGRAPH),
        Block::heading(1, "压实防汛责任"),
        Block::heading(2, "落实行政首长负责制"),
        Block::paragraph(
            "各乡镇人民政府主要负责人是本辖区防汛抗旱第一责任人，对本地区防汛抗旱工作负总责。2026年6月1日前，逐库、逐河、逐村明确行政责任人、技术责任人和巡查责任人，并在“安平县人民政府网”公示，接受社会监督（监督电话：0311-5550123）。",
        ),
        Block::heading(2, "强化部门协同联动"),
        Block::paragraph(
            "水利、应急、气象、自然资源等部门要加强会商研判，及时共享雨情、水情、工情、险情、灾情信息；交通运输、住房和城乡建设、电力、通信等单位要做好本行业设施的巡查与抢修准备——宁可备而不用，不可用时无备……",
        ),
        Block::heading(1, "加强巡查防守"),
        Block::heading(3, "水库。"),
        Block::paragraph(
            "全县32座小型水库严格执行汛限水位，严禁违规超汛限水位运行；病险水库原则上一律空库运行。",
        ),
        Block::heading(4, "小（1）型水库每日巡查不少于2次；"),
        Block::heading(4, "小（2）型水库每日巡查不少于1次，降雨期间加密巡查频次。"),
    ];
    for _ in 0..4 {
        body.push(Block::paragraph(PARAGRAPH));
    }
    OfficialDocument {
        format: DocumentFormat::Document,
        document_type: Some(DocumentType::Notice),
        direction: Direction::Downward,
        issuers: vec![Issuer { name: "安平县人民政府".into(), ..Issuer::default() }],
        issue_number: Some("安政发〔2026〕18号".parse::<IssueNumber>().expect("a number")),
        title: "安平县人民政府关于进一步加强汛期水库安全管理工作的通知".into(),
        main_recipients: vec!["各乡镇人民政府".into(), "县政府各部门、各直属单位".into()],
        body,
        attachments: vec![
            Attachment { title: "安平县小型水库防汛责任人名单".into(), body: vec![Block::paragraph(PARAGRAPH), Block::Table(small_table())], ..Attachment::default() },
            Attachment { title: "安平县2026年度汛期水库巡查记录表式样及填写说明（适用于小型水库和重点山塘的日常巡查与雨后巡查）".into(), body: vec![Block::paragraph(PARAGRAPH)], ..Attachment::default() },
        ],
        date_of_issue: Some(date("2026-05-08")),
        note: "此件公开发布".into(),
        copy_recipients: vec!["县委各部门".into(), "县人大常委会办公室".into(), "县政协办公室".into(), "县纪委监委".into(), "县人武部".into(), "\n县法院".into(), "县检察院".into()],
        imprint: Some(ImprintAuthority { name: "安平县人民政府办公室".into(), date: Some(date("2026-05-09")) }),
        ..OfficialDocument::default()
    }
}

pub fn small_table() -> Table {
    let row = |cells: &[&str]| Row {
        cells: cells
            .iter()
            .map(|text| Cell {
                runs: vec![Run::plain(*text)],
                colspan: 1,
                rowspan: 1,
                align: None,
            })
            .collect(),
    };
    let mut rows = vec![row(&[
        "序号",
        "水库名称",
        "所在乡镇",
        "总库容（万立方米）",
        "行政责任人",
    ])];
    for i in 1..=30 {
        rows.push(row(&[
            &i.to_string(),
            "白石沟水库",
            "青石镇",
            &format!("{}.5", 100 + i),
            "王守仁",
        ]));
    }
    Table {
        caption: String::new(),
        rows,
        header_rows: 1,
        widths: vec![1, 3, 2, 3, 2],
        landscape: false,
    }
}

pub fn secret() -> OfficialDocument {
    OfficialDocument {
        copy_number: Some(12),
        classification: Some(Classification {
            level: ClassificationLevel::Secret,
            term: "10年".into(),
        }),
        urgency: Some(Urgency::ExtraUrgent),
        specimen: true,
        ..notice()
    }
}

pub fn upward() -> OfficialDocument {
    let mut document = notice();
    document.direction = Direction::Upward;
    document.document_type = Some(DocumentType::RequestForInstructions);
    document.title = "安平县人民政府关于申请2026年农田水利设施建设补助资金的请示".into();
    document.main_recipients = vec!["石林市人民政府".into()];
    document.signatories = vec![Signatory {
        name: "王守仁".into(),
    }];
    document.attachments.clear();
    document.note = "联系人：李明，联系电话：0311-5550123".into();
    document
}

pub fn joint(count: usize) -> OfficialDocument {
    let names = [
        "安平县水利局",
        "安平县财政局",
        "安平县发展和改革局",
        "安平县应急管理局",
        "安平县自然资源局",
        "安平县农业农村局",
        "安平县交通运输局",
    ];
    let mut document = notice();
    document.issuers = names[..count]
        .iter()
        .map(|name| Issuer {
            name: (*name).into(),
            ..Issuer::default()
        })
        .collect();
    document.issue_number = Some("安水字〔2026〕7号".parse().expect("a number"));
    document.title =
        "安平县水利局 安平县财政局关于下达2026年第一批农田水利设施建设补助资金计划的通知".into();
    document.attachments.clear();
    document
}

pub fn plain_seal(seal: SealStyle) -> OfficialDocument {
    let mut document = notice();
    document.seal = seal;
    document.attachments.clear();
    document.body.truncate(3);
    document.issuers[0].post = "县长".into();
    document
}

pub fn secret_without_table() -> OfficialDocument {
    let mut document = secret();
    document.attachments.clear();
    document
}

/// A notice that issues a regulation with an annex of its own.
pub fn regulation() -> OfficialDocument {
    let mut body = Vec::new();
    for chapter in ["第一章　总　则", "第二章　管理职责", "第三章　附　则"] {
        body.push(Block::Centered {
            runs: vec![Run::plain(chapter)],
        });
        for article in 1..=6 {
            let head = Run {
                text: format!("第{article}条　"),
                ..Run::default()
            };
            body.push(Block::Paragraph {
                runs: vec![head, Run::plain(PARAGRAPH)],
                align: None,
            });
        }
    }
    let mut document = notice();
    document.title = "安平县人民政府关于印发《安平县农村供水工程运行管理办法》的通知".into();
    document.body = vec![Block::paragraph(
        "现将《安平县农村供水工程运行管理办法》印发给你们，请认真贯彻执行。",
    )];
    document.attachments.clear();
    document.issued_text = Some(andu_document::IssuedText {
        title: "安平县农村供水工程运行管理办法".into(),
        subtitle: "2026年4月28日安平县人民政府第12次常务会议通过".into(),
        body,
        attachments: vec![Attachment {
            title: "供水水质检测项目表".into(),
            body: vec![Block::paragraph(PARAGRAPH)],
            ..Attachment::default()
        }],
    });
    document
}

pub fn letter() -> OfficialDocument {
    let mut document = notice();
    document.format = DocumentFormat::Letter;
    document.document_type = Some(DocumentType::Letter);
    document.direction = Direction::Level;
    document.issuers[0].name = "安平县水利局".into();
    document.issue_number = Some("安水函〔2026〕31号".parse().expect("a number"));
    document.title = "安平县水利局关于商请支持白石沟水库除险加固工程用地手续办理的函".into();
    document.main_recipients = vec!["安平县自然资源局".into()];
    document.attachments.clear();
    document.imprint = None;
    document.copy_recipients = vec!["县政府办公室".into()];
    document
}

pub fn order() -> OfficialDocument {
    let mut document = notice();
    document.format = DocumentFormat::Order;
    document.document_type = Some(DocumentType::Order);
    document.letterhead_suffix = Some("令".into());
    document.issue_number = Some(IssueNumber {
        authority_code: String::new(),
        year: 2026,
        serial: 5,
    });
    document.title = String::new();
    document.main_recipients.clear();
    document.body = vec![
        Block::paragraph(
            "《安平县河道采砂管理办法》已经2026年4月28日县人民政府第12次常务会议审议通过，现予公布，自2026年7月1日起施行。",
        ),
        Block::paragraph(PARAGRAPH),
    ];
    document.attachments.clear();
    document.seal = SealStyle::SignatureSeal;
    document.issuers[0].post = "县长".into();
    document.note = String::new();
    document
}

pub fn minutes() -> OfficialDocument {
    let mut document = notice();
    document.format = DocumentFormat::Minutes;
    document.document_type = Some(DocumentType::Minutes);
    document.issuers[0].name = "安平县人民政府常务会议纪要".into();
    document.title = "研究防汛抗旱和农村供水工作".into();
    document.issue_number = Some("〔2026〕12号".parse().unwrap_or(IssueNumber {
        authority_code: String::new(),
        year: 2026,
        serial: 12,
    }));
    document.main_recipients.clear();
    document.attachments.clear();
    document.seal = SealStyle::None;
    document.note = String::new();
    document.attendance.present = [
        "王守仁",
        "李　明",
        "张庆国",
        "赵文华",
        "孙立军",
        "周　涛",
        "吴建平",
        "郑晓东",
    ]
    .map(String::from)
    .to_vec();
    document.attendance.excused = vec!["钱学文（在市里开会）".into()];
    document.attendance.observers = vec!["县水利局陈国栋".into(), "县财政局刘凤英".into()];
    document
}

pub fn telegram() -> OfficialDocument {
    let mut document = notice();
    document.format = DocumentFormat::Telegram;
    document.urgency = Some(Urgency::MostImmediate);
    document.telegram = Some(andu_document::Telegram {
        approved_by: "王守仁".into(),
        number: "安府办发电〔2026〕3号".into(),
        pages: None,
    });
    document.attachments.clear();
    document
}

pub fn paper() -> OfficialDocument {
    OfficialDocument {
        format: DocumentFormat::Paper,
        title: "安平县2026年防汛工作总结".into(),
        body: notice().body,
        seal: SealStyle::None,
        ..OfficialDocument::default()
    }
}

/// A document whose signature would stand alone on a page if every page had 22 lines.
pub fn lonely_signature() -> (OfficialDocument, Typeset) {
    for lines in 1..60 {
        let mut document = notice();
        document.attachments.clear();
        document.body = vec![Block::paragraph("国".repeat(28 * lines))];
        let pages = typeset(&document);
        if pages
            .notes()
            .iter()
            .any(|note| matches!(note, andu_typeset::Note::LinesAdjusted { .. }))
        {
            return (document, pages);
        }
    }
    panic!("no length of body leaves the signature alone");
}

/// A grey picture of that width, `height` hundredths of it high.
pub fn picture(width_tenth_mm: u32, height: u32) -> Block {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 100, height);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().expect("a header");
    writer
        .write_image_data(&vec![200; 100 * height as usize])
        .expect("pixels");
    writer.finish().expect("an end");
    Block::Image(andu_document::Image {
        media_type: "image/png".into(),
        data: base64::engine::general_purpose::STANDARD.encode(bytes),
        width_tenth_mm,
        alt: String::new(),
    })
}
