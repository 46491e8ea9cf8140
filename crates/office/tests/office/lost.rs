//! Nothing that stands in a file is lost or altered without a word.

use andu_base::Date;
use andu_document::Block;
use andu_office::{
    Limits, NoticeKind, RecogniseContext, Recognised, markdown, recognise,
    recognise::{Ask, Question},
    text,
};

fn txt(content: &str) -> Recognised {
    let read = text::read(content.as_bytes(), &Limits::default()).expect("reads");
    recognise(&read, &RecogniseContext::default())
}

fn md(content: &str) -> Recognised {
    let read = markdown::read(content.as_bytes(), &Limits::default()).expect("reads");
    recognise(&read, &RecogniseContext::default())
}

fn asked(found: &Recognised, ask: Ask) -> &Question {
    let question = found.questions.iter().find(|one| one.ask == ask);
    question.unwrap_or_else(|| panic!("no question {ask:?} in {:?}", found.questions))
}

/// Level and words of each heading, and what runs in after them.
fn headings(found: &Recognised) -> Vec<(u8, String, String)> {
    let words = |runs: &[andu_document::Run]| runs.iter().map(|run| run.text.as_str()).collect();
    let blocks = found.document.body.iter();
    blocks
        .filter_map(|block| match block {
            Block::Heading {
                level,
                runs,
                run_in,
                ..
            } => Some((*level, words(runs), words(run_in))),
            _ => None,
        })
        .collect()
}

#[test]
fn a_second_level_that_is_a_sentence_is_a_heading_as_the_third_beside_it() {
    let found = txt(
        "关于做好防汛工作的通知\n各镇人民政府：\n一、工作任务\n（一）抓好物资储备，落实到人。\n1.清点库存。\n2.补齐缺口。\n（二）加强巡查。各镇每日巡查一次。\n二、工作要求\n严格落实。\n",
    );
    let level = |level: u8, words: &str, rest: &str| (level, words.to_owned(), rest.to_owned());
    assert_eq!(
        headings(&found),
        [
            level(1, "工作任务", ""),
            level(2, "抓好物资储备，落实到人。", ""),
            level(3, "清点库存。", ""),
            level(3, "补齐缺口。", ""),
            level(2, "加强巡查。", "各镇每日巡查一次。"),
            level(1, "工作要求", ""),
        ]
    );
}

#[test]
fn items_of_a_list_are_no_headings() {
    let found = txt(
        "望溪县供水管理办法\n第五条　供水单位应当保证水质。\n第六条　有下列情形之一的，应当报告：\n（一）停水超过六小时；\n（二）水质不合格；\n（三）其他影响供水的情形。\n第七条　申请人应当提交下列材料：\n（一）申请书。\n（二）身份证明。\n",
    );
    assert_eq!(headings(&found), []);
    assert_eq!(found.document.body.len(), 8, "{:?}", found.document.body);
}

#[test]
fn the_last_item_of_a_list_is_an_item_as_those_before_it() {
    for list in [
        "1.制定方案；\n2.组织实施；\n3.做好总结。",
        "（1）制定方案；\n（2）组织实施；\n（3）做好总结。",
        "一、制定方案；\n二、组织实施；\n三、做好总结",
    ] {
        let found = txt(&format!(
            "关于做好防汛工作的通知\n各镇人民政府：\n请做好下列工作：\n{list}\n请认真落实。\n"
        ));
        assert_eq!(headings(&found), [], "{list}");
        assert_eq!(found.questions, [], "{list}");
        let texts: Vec<String> = found.document.body.iter().map(Block::text).collect();
        assert_eq!(texts[1..4].join("\n"), list);
    }
}

#[test]
fn a_table_of_tabs_is_a_table_and_said_to_be_one() {
    let found = txt(
        "关于下达任务的通知\n各镇人民政府：\n任务如下：\n镇\t户数\t备注\n石桥镇\t120\t\n柳湾乡\t96\t暂缓\n请落实。\n",
    );
    let Some(Block::Table(table)) = found.document.body.get(1) else {
        panic!("{:?}", found.document.body)
    };
    assert_eq!((table.rows.len(), table.header_rows), (3, 1));
    assert!(table.rows.iter().all(|row| row.cells.len() == 3));
    assert!(
        table
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .all(|cell| cell.align.is_none()),
        "set as any table: {table:?}"
    );
    let said = |kind| found.notices.iter().any(|notice| notice.kind == kind);
    assert!(said(NoticeKind::TabTable));

    let kept = txt("关于下达任务的通知\n各镇人民政府：\n石桥镇\t120\n请落实。\n");
    assert_eq!(kept.document.body[0].text(), "石桥镇\u{3000}120");
    let notices = kept
        .notices
        .iter()
        .map(|notice| (notice.kind, notice.count));
    assert_eq!(notices.collect::<Vec<_>>(), [(NoticeKind::TabSpace, 1)]);
}

#[test]
fn headings_of_markdown_keep_their_level_or_it_is_said() {
    let levels = |found: &Recognised| -> Vec<(u8, String)> {
        let all = headings(found).into_iter();
        all.map(|(level, words, _)| (level, words)).collect()
    };
    let kinds = |found: &Recognised| -> Vec<NoticeKind> {
        found.notices.iter().map(|notice| notice.kind).collect()
    };
    let one = |level: u8, words: &str| (level, words.to_owned());

    let plain = md(
        "# 供水工作总结\n\n## 主要做法\n\n### 压实责任\n\n#### 分工\n\n## 存在问题\n\n管网老化。\n",
    );
    assert_eq!(
        levels(&plain),
        [
            one(1, "主要做法"),
            one(2, "压实责任"),
            one(3, "分工"),
            one(1, "存在问题")
        ]
    );
    assert_eq!(kinds(&plain), []);

    let shifted = md(
        "# 供水工作总结\n\n# 一、主要做法\n\n## （一）压实责任\n\n# 二、存在问题\n\n管网老化。\n",
    );
    assert_eq!(shifted.document.title, "供水工作总结");
    assert_eq!(
        levels(&shifted),
        [one(1, "主要做法"), one(2, "压实责任"), one(1, "存在问题")]
    );
    assert_eq!(kinds(&shifted), []);

    let numbered = md("# 供水工作总结\n\n## 1. 主要做法\n\n管网老化。\n");
    assert_eq!(levels(&numbered), [one(3, "主要做法")]);
    assert_eq!(kinds(&numbered), [NoticeKind::HeadingByNumber]);

    let deep = md("# 供水工作总结\n\n## 甲\n\n###### 乙\n\n管网老化。\n");
    assert_eq!(levels(&deep), [one(1, "甲"), one(4, "乙")]);
    assert_eq!(kinds(&deep), [NoticeKind::HeadingTooDeep]);

    let long = md(&format!(
        "# 供水工作总结\n\n## {}\n\n管网老化。\n",
        "供水".repeat(50)
    ));
    assert_eq!(levels(&long), []);
    assert_eq!(kinds(&long), [NoticeKind::HeadingTooLong]);
}

#[test]
fn a_date_that_is_none_is_asked_about_and_one_in_figures_is_put_right() {
    for date in ["2026年2月30日", "2026-02-30", "2026年　月　日"] {
        let found = md(&format!(
            "# 关于做好防汛工作的通知\n\n各镇人民政府：\n\n请认真落实。\n\n望溪县水务局\n\n{date}\n"
        ));
        assert_eq!(found.document.date_of_issue, None, "{date}");
        let question = asked(&found, Ask::DateUnreadable);
        assert_eq!(
            (question.place.as_str(), question.text.as_str()),
            ("date_of_issue", date)
        );
        assert_eq!(
            found.document.body.len(),
            1,
            "{date}: {:?}",
            found.document.body
        );
        let mut document = found.document.clone();
        assert!(question.stands(&document) && question.answer(&mut document, 1));
        assert_eq!(document.body.last().map(Block::text).as_deref(), Some(date));
        assert!(!question.stands(&document), "{date} is body text now");
    }
    for date in ["2026-11-05", "2026/11/5", "2026.11.5"] {
        let found = md(&format!(
            "# 关于做好防汛工作的通知\n\n请认真落实。\n\n望溪县水务局\n\n{date}\n"
        ));
        assert_eq!(
            found.document.date_of_issue,
            Some(Date::constant(2026, 11, 5)),
            "{date}"
        );
        assert_eq!(asked(&found, Ask::DateOfIssue).text, date);
    }
}

#[test]
fn a_date_of_printing_that_is_none_leaves_the_imprint_and_asks() {
    let found = txt(
        "关于做好防汛工作的通知\n请落实。\n抄送：县委办公室。\n望溪县水务局办公室　2026年2月30日印发\n",
    );
    let imprint = found.document.imprint.as_ref().expect("an imprint");
    assert_eq!(
        (imprint.name.as_str(), imprint.date),
        ("望溪县水务局办公室", None)
    );
    assert_eq!(asked(&found, Ask::DateUnreadable).place, "imprint");
}

#[test]
fn lines_of_the_imprint_that_are_no_element_are_asked_about() {
    let found = txt(
        "关于做好防汛工作的通知\n请落实。\n抄送：县委办公室，县人武部（动员科，后勤科）。\n联系人：何雨桐\n望溪县水务局办公室　2026年11月6日印发\n",
    );
    assert_eq!(
        found.document.copy_recipients,
        ["县委办公室", "县人武部（动员科，后勤科）"]
    );
    let question = asked(&found, Ask::LeftOut);
    assert_eq!(question.text, "联系人：何雨桐");
    let mut document = found.document.clone();
    assert!(question.answer(&mut document, 1));
    assert_eq!(
        document.body.last().map(Block::text).as_deref(),
        Some("联系人：何雨桐")
    );
}

#[test]
fn agencies_that_share_an_end_are_one_name() {
    for (line, names) in [
        (
            "各镇、乡人民政府、县政府各部门：",
            &["各镇、乡人民政府", "县政府各部门"][..],
        ),
        (
            "各县、区人民政府，市政府有关部门：",
            &["各县、区人民政府", "市政府有关部门"],
        ),
        ("县财政局、县水务局：", &["县财政局", "县水务局"]),
    ] {
        let found = txt(&format!("关于做好防汛工作的通知\n{line}\n请落实。\n"));
        assert_eq!(found.document.main_recipients, names, "{line}");
    }
}

#[test]
fn the_agencies_of_a_joint_issue_in_another_order_are_not_renamed() {
    let found = txt(
        "望溪县水务局\n望溪县财政局文件\n望水发〔2026〕31号\n关于做好防汛工作的通知\n各镇人民政府：\n请落实。\n望溪县财政局　　望溪县水务局\n2026年11月5日\n",
    );
    let issuers = &found.document.issuers;
    assert_eq!(issuers.len(), 2, "{issuers:?}");
    assert!(
        issuers.iter().all(|issuer| issuer.signature.is_empty()),
        "{issuers:?}"
    );
}

#[test]
fn who_attended_is_not_divided_within_parentheses() {
    let found = txt(
        "望溪县人民政府常务会议纪要\n会议强调防汛。\n出席：林清和（办公室、研究室）、顾怀民。\n",
    );
    assert_eq!(
        found.document.attendance.present,
        ["林清和（办公室、研究室）", "顾怀民"]
    );
}

#[test]
fn marks_of_markdown_that_a_document_has_none_for_are_said() {
    let found = md("# 关于做好防汛工作的通知\n\n- 第一项\n- 第二项\n\n![示意图](map.png)\n");
    let kinds: Vec<String> = found
        .notices
        .iter()
        .map(|notice| format!("{:?} {}", notice.kind, notice.count))
        .collect();
    assert_eq!(kinds, ["ListMark 2", "ImageLinked 1"]);
    let text: Vec<String> = found.document.body.iter().map(Block::text).collect();
    assert_eq!(text, ["第一项", "第二项", "示意图"]);
}
