use andu_document::report::Mark;
use andu_workflow::newest_process;

use super::*;
use crate::text;

fn outgoing() -> Definition {
    let net = newest_process("outgoing").expect("it is shipped");
    net.definition.clone()
}

fn tables(section: &Section) -> Vec<&ReportTable> {
    let blocks = section.blocks.iter();
    let blocks = blocks.filter_map(|block| match block {
        ReportBlock::Table(table) => Some(table),
        _ => None,
    });
    blocks.collect()
}

#[test]
fn the_book_says_what_the_definition_says() {
    let definition = outgoing();
    let book = process_book(&definition);
    assert_eq!(book.title, "发文办理流程手册");
    assert!(
        book.under
            .iter()
            .any(|line| line.contains("《党政机关公文处理工作条例》"))
    );
    assert!(
        book.under
            .iter()
            .any(|line| line.contains(&definition.hash().to_string()[..16]))
    );
    let [_, duties, lanes, steps, forms, items] = &book.sections[..] else {
        panic!("six sections: {:?}", book.sections.len());
    };
    let duty = &tables(duties)[0].rows;
    assert!(
        duty.contains(&vec![
            "办公室核稿人".into(),
            "印发前复核".into(),
            "复核".into(),
            "《党政机关公文处理工作条例》第二十五条第一项".into(),
        ]),
        "{duty:?}"
    );
    assert!(
        !lanes.turned,
        "many steps, one under the other, stand on upright sheets"
    );
    let step = |title: &str| {
        tables(steps)[0]
            .rows
            .iter()
            .find(|row| row[1] == title)
            .expect("a row")
    };
    let sign = step("签发");
    assert_eq!(sign[2], "机关负责人");
    assert!(sign[3].starts_with("先领取的一人办理"), "{}", sign[3]);
    assert_eq!((&*sign[4], &*sign[6]), ("不同意时必填", "退回“拟稿”"));
    assert!(step("登记")[3].contains("须联网办理"));
    let ways = &tables(steps)[1].rows;
    assert!(
        ways.iter()
            .any(|row| row[2] == "“上行文”为“是”，或者“重要公文”为“是”"),
        "{ways:?}"
    );
    assert_eq!(tables(forms)[0].rows.len(), 1);
    let item = tables(items)[0]
        .rows
        .iter()
        .find(|row| row[1] == "公开属性")
        .expect("a row");
    assert_eq!(item[4], "主动公开、依申请公开、不予公开");
    assert_eq!(item[6], "签发、主要负责人签发");
}

#[test]
fn every_word_of_the_book_is_in_the_catalogue() {
    let missing = text::sentence("book.there_is_no_such_word", &Default::default());
    let missing = &missing[..12];
    let book = process_book(&outgoing());
    let said = serde_json::to_string(&book).expect("json");
    assert!(!said.contains(missing), "{said}");
}

#[test]
fn a_process_without_parts_forms_and_items_has_a_book() {
    let mut bare = outgoing();
    bare.parts.clear();
    bare.forms.clear();
    bare.items.clear();
    bare.title.clear();
    let book = process_book(&bare);
    assert_eq!(book.title, "outgoing流程手册");
    assert_eq!(
        book.sections[0].blocks,
        [ReportBlock::Paragraph("本流程没有划分岗位。".into())]
    );
    let ReportBlock::Figure(figure) = &book.sections[2].blocks[0] else {
        panic!("the flow is drawn");
    };
    let words = |text: &str| {
        figure
            .marks
            .iter()
            .any(|mark| matches!(mark, Mark::Words { text: own, .. } if own == text))
    };
    assert!(words("拟稿") && words("归档"));
}
