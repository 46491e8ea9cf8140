//! Paper forms and registers: blank ones are one page, nothing that is written is lost, strokes stay in their box, and
//! what is no form is refused.

use std::{collections::BTreeMap, sync::Arc};

use andu_document::{Handwriting, handwriting::Point};
use andu_typeset::{
    ElementBox, PdfOptions, Typeset,
    paper_form::{
        FormContent, FormError, FormKind, FormOpinion, FormTemplate, RegisterContent,
        RegisterEntry, RegisterKind, RegisterTemplate, paper_form, register_book,
    },
};

use crate::{
    fixtures::{PARAGRAPH, SHELF, date},
    poppler::lines_of,
};

fn set(content: &FormContent) -> Typeset {
    let template = FormTemplate::standard(content.form);
    paper_form(&SHELF, &template, content).expect("a form")
}

fn opinion(words: &str, person: &str, on: &str) -> FormOpinion {
    FormOpinion {
        words: words.into(),
        person: person.into(),
        date: Some(date(on)),
        ..FormOpinion::default()
    }
}

/// A name as a pen writes it, in a box of 60 mm by 30 mm.
fn written() -> Handwriting {
    let wave = |line: u32| {
        let points = (0..120).map(|step: u32| {
            let swing = f64::from(step) / 120.0 * std::f64::consts::TAU * 3.0;
            let x = 200 + step * 46;
            let y = 700 + line * 1400 + (swing.sin() * 560.0).round().abs() as u32;
            let pressure = 300 + u16::try_from(step).unwrap_or(0) * 5;
            Point { x, y, pressure }
        });
        points.collect()
    };
    Handwriting::new(6000, 3000, vec![wave(0), wave(1)]).expect("a handwriting")
}

/// Every field filled as an office fills it.
fn filled(form: FormKind) -> FormContent {
    let mut content = FormContent::blank(form);
    content.agency = "安平县人民政府办公室".into();
    for field in form.fields() {
        let text = match field.name {
            "title" => "关于进一步加强2026年度全县防汛抗旱和城乡供水安全保障工作的紧急通知",
            "main_recipients" | "assisting_offices" => {
                "各乡镇人民政府，县水利局、应急管理局、气象局，县政府各部门、各直属机构"
            }
            "copy_recipients" => "县委办公室，县人大常委会办公室，县政协办公室，县人武部",
            "matter" | "requirement" | "reason" => PARAGRAPH,
            "progress" => "已完成隐患排查112处，整改97处，其余15处正在落实资金。",
            "disclosure" => "主动公开",
            "handling" => "批办性公文",
            "grounds" => "不符合行文规则\n文种、格式不符合要求",
            "issue_number" | "sender_number" => "安政办发〔2026〕18号",
            "drafting_department" | "handling_office" => "县水利局",
            "sender" | "caller_agency" => "河北省水利厅办公室",
            "telephone" | "caller_number" => "0311-5550123",
            "attachments" => "1.任务分工表　2.联系人名单",
            "classification" => "",
            "urgency" => "加急",
            "document_type" => "通知",
            "source" => "县政府第12次常务会议纪要（〔2026〕12号）",
            "suggestion" => "请按《党政机关公文处理工作条例》补充会签后重新报送。",
            name if name.ends_with("_on") || name.contains("date") => "2026年11月20日",
            name if name.contains("number") => "〔2026〕118号",
            "called_at" => "2026年11月20日14时05分",
            "copies" | "pages" => "12",
            "round" => "第2次",
            "circulation_note" => "请各位领导阅示，阅后退县政府办公室文秘科。",
            "seal" | "remarks" => "",
            _ => "秦望舒",
        };
        content = content.with(field.name, text);
    }
    for area in form.areas() {
        let said = match area.name {
            "circulate" => "已阅。请水利局抓紧落实。",
            "countersign" => "同意。",
            _ => {
                "拟同意。请县水利局牵头，会同应急管理局、气象局按职责分工抓好落实，重大情况及时报告。"
            }
        };
        content = content.with_opinion(area.name, opinion(said, "陆云舟", "2026-11-21"));
    }
    content
}

/// All text that stands on the pages, without white space; `None` where poppler-utils are not installed.
fn text_of(pages: &Typeset) -> Option<String> {
    Some(lines_of(pages)?.concat())
}

fn boxes<'a>(pages: &'a Typeset, place: &str) -> Vec<&'a ElementBox> {
    let found = pages.boxes().iter();
    found.filter(|found| found.place == place).collect()
}

/// Writes the pages as pictures into the folder `ANDU_FORM_PICTURES`, to be looked at.
fn look(name: &str, pages: &Typeset) {
    let Some(folder) = std::env::var_os("ANDU_FORM_PICTURES") else {
        return;
    };
    for page in 0..pages.page_count() {
        let png = pages.png(page, 90.0).expect("a picture");
        let path = std::path::Path::new(&folder).join(format!("{name}-{}.png", page + 1));
        std::fs::write(path, png).expect("written");
    }
}

#[test]
fn every_blank_form_is_one_page_of_a4() {
    for form in FormKind::ALL {
        let pages = set(&FormContent::blank(form));
        look(&format!("blank-{}", form.name()), &pages);
        assert_eq!(pages.page_count(), 1, "{}", form.label());
        assert_eq!(pages.page_size(0), Some((210.0, 297.0)), "{}", form.label());
        for found in pages.boxes() {
            let inside = found.x_mm >= 10.0
                && found.x_mm + found.w_mm <= 200.0
                && found.y_mm >= 10.0
                && found.y_mm + found.h_mm <= 287.0;
            assert!(inside, "{}: {found:?}", form.label());
        }
    }
}

#[test]
fn every_label_stands_on_the_blank_form_once() {
    for form in FormKind::ALL {
        let Some(text) = text_of(&set(&FormContent::blank(form))) else {
            return;
        };
        assert!(text.starts_with(form.label()), "{text}");
        let template = FormTemplate::standard(form);
        for cell in template.rows.iter().flat_map(|row| &row.cells) {
            let label: String = cell.label.chars().filter(|c| !c.is_whitespace()).collect();
            let broken: Vec<String> = label.chars().map(String::from).collect();
            let there = text.contains(&label) || broken.iter().all(|c| text.contains(c.as_str()));
            assert!(there, "{}: {label} in {text}", form.label());
        }
    }
}

#[test]
fn every_filled_form_shows_all_that_was_written() {
    for form in FormKind::ALL {
        let content = filled(form);
        let pages = set(&content);
        look(form.name(), &pages);
        assert!(pages.page_count() <= 2, "{}", form.label());
        let Some(text) = text_of(&pages) else {
            return;
        };
        for (name, field) in &content.fields {
            for line in field.lines() {
                let wanted: String = line.chars().filter(|c| !c.is_whitespace()).collect();
                assert!(text.contains(&wanted), "{} {name}: {text}", form.label());
            }
        }
        for opinion in content.opinions.values().flatten() {
            assert!(text.contains(&opinion.words), "{}: {text}", form.label());
        }
    }
}

#[test]
fn a_form_of_ordinary_length_stays_on_one_page() {
    for form in FormKind::ALL {
        let template = FormTemplate::standard(form);
        let (fields, areas) = (template.placed_fields(), template.placed_areas());
        let mut content = filled(form);
        content
            .fields
            .retain(|name, _| fields.contains(name.as_str()));
        content
            .opinions
            .retain(|name, _| areas.contains(name.as_str()));
        for long in ["matter", "requirement", "reason"] {
            if let Some(text) = content.fields.get_mut(long) {
                *text = text.chars().take(100).collect();
            }
        }
        let pages = set(&content);
        look(&format!("one-{}", form.name()), &pages);
        assert_eq!(pages.page_count(), 1, "{}", form.label());
    }
}

/// 3,000 characters, each sentence with its number so that a lost or doubled one is seen.
fn long_words() -> String {
    let mut words = String::new();
    let mut number = 0;
    while words.chars().count() < 3000 {
        number += 1;
        words += &format!("第{number}项要求，由主办单位会同有关单位研究提出意见后报县政府审定。");
    }
    words
}

#[test]
fn a_long_opinion_goes_on_continuation_pages_and_nothing_is_lost() {
    let words = long_words();
    for (form, area) in [
        (FormKind::OutgoingSheet, "issue"),
        (FormKind::IncomingSheet, "instruct"),
        (FormKind::CirculationSheet, "circulate"),
        (FormKind::ReturnSlip, "receipt"),
    ] {
        let mut content = filled(form);
        content
            .opinions
            .insert(area.into(), vec![opinion(&words, "沈知微", "2026-11-22")]);
        let pages = set(&content);
        look(&format!("long-{}", form.name()), &pages);
        assert!(pages.page_count() > 1, "{}", form.label());
        for page in 0..pages.page_count() {
            let titles = boxes(&pages, "title");
            let numbers = boxes(&pages, "page_number");
            assert!(titles.iter().any(|found| found.page == page));
            assert!(numbers.iter().any(|found| found.page == page));
        }
        let Some(text) = text_of(&pages) else {
            return;
        };
        assert!(
            text.contains("（续页）") && text.contains("（转续页）"),
            "{text}"
        );
        let count = pages.page_count();
        assert!(text.contains(&format!("第{count}页共{count}页")), "{text}");
        // A sentence that a page parts is found in two halves.
        let starts = words.split_inclusive('。').map(|sentence| {
            let start: String = sentence.chars().take_while(|c| *c != '，').collect();
            text.matches(&format!("{start}，")).count()
        });
        let counts: Vec<usize> = starts.collect();
        let parted = counts.iter().filter(|count| **count == 0).count();
        assert!(
            parted < count && counts.iter().all(|count| *count < 2),
            "{counts:?}"
        );
        // Every character: those of the words, each as often as it was written or more.
        let mut there: BTreeMap<char, usize> = BTreeMap::new();
        text.chars().for_each(|c| *there.entry(c).or_default() += 1);
        let mut wanted: BTreeMap<char, usize> = BTreeMap::new();
        words
            .chars()
            .for_each(|c| *wanted.entry(c).or_default() += 1);
        for (character, count) in wanted {
            assert!(there.get(&character).copied() >= Some(count), "{character}");
        }
        let title = &content.fields["title"];
        assert!(
            text.matches(title.as_str()).count() >= 2,
            "each page says which document"
        );
    }
}

#[test]
fn what_the_template_has_no_place_for_stands_on_a_continuation_page() {
    let mut template = FormTemplate::standard(FormKind::IncomingSheet);
    let before = template.rows.len();
    template.rows.retain(|row| {
        row.cells
            .iter()
            .all(|cell| !matches!(cell.label.as_str(), "备注" | "传阅"))
    });
    assert_eq!(template.rows.len(), before - 2);
    let content = filled(FormKind::IncomingSheet)
        .with("remarks", "原件退机要室保管")
        .with_opinion("circulate", opinion("已阅。", "方砚秋", "2026-11-22"));
    let pages = paper_form(&SHELF, &template, &content).expect("a form");
    assert_eq!(pages.page_count(), 2);
    let Some(text) = text_of(&pages) else { return };
    assert!(text.contains("原件退机要室保管"), "{text}");
    assert!(text.contains("方砚秋2026年11月22日"), "{text}");
}

#[test]
fn more_readers_than_rows_go_on_the_next_page() {
    let mut content = filled(FormKind::CirculationSheet);
    content.opinions.remove("circulate");
    for reader in 1..=25 {
        let mut one = opinion("", &format!("阅者{reader}号"), "2026-11-22");
        one.circled = true;
        content = content.with_opinion("circulate", one);
    }
    let pages = set(&content);
    look("circled", &pages);
    assert_eq!(pages.page_count(), 2);
    let Some(text) = text_of(&pages) else { return };
    for reader in 1..=25 {
        assert_eq!(
            text.matches(&format!("阅者{reader}号")).count(),
            1,
            "{reader}"
        );
    }
}

#[test]
fn strokes_are_drawn_inside_their_box_and_nowhere_else() {
    let mut with = opinion("", "", "2026-11-22");
    with.handwriting = Some(written());
    let mut without = with.clone();
    without.handwriting = None;
    without.words = "　".into();
    without.person = "　".into();
    without.department = "无".into();
    let blank = FormContent::blank(FormKind::IncomingSheet);
    let pages = set(&blank.clone().with_opinion("instruct", with));
    look("strokes", &pages);
    let found = boxes(&pages, "opinions/instruct/0/handwriting");
    let [place] = found[..] else {
        panic!("one handwriting: {found:?}");
    };
    let cell = boxes(&pages, "opinions/instruct")[0];
    assert!(place.x_mm >= cell.x_mm && place.y_mm >= cell.y_mm);
    assert!(place.x_mm + place.w_mm <= cell.x_mm + cell.w_mm);
    assert!(place.y_mm + place.h_mm <= cell.y_mm + cell.h_mm);
    assert!((place.w_mm - 60.0).abs() < 0.1, "as large as it was drawn");
    // What differs from the same page without strokes lies in the box, but for the date below it.
    let dpi = 150.0;
    let (a, b) = (
        pages.pixels(0, dpi).expect("a page"),
        set(&blank).pixels(0, dpi).expect("a page"),
    );
    let mm = |pixel: u32| f64::from(pixel) * 25.4 / dpi;
    let mut inside = 0;
    for y in 0..a.height {
        for x in 0..a.width {
            let at = ((y * a.width + x) * 4) as usize;
            if a.rgba[at..at + 3] == b.rgba[at..at + 3] {
                continue;
            }
            let (x, y) = (mm(x), mm(y));
            let in_box = (place.x_mm - 0.2..=place.x_mm + place.w_mm + 0.2).contains(&x)
                && (place.y_mm - 0.2..=place.y_mm + place.h_mm + 0.2).contains(&y);
            let is_date = y > place.y_mm + place.h_mm && y < place.y_mm + place.h_mm + 8.0;
            assert!(in_box || is_date, "ink at {x:.1}, {y:.1}; box {place:?}");
            inside += usize::from(in_box);
        }
    }
    assert!(inside > 1000, "{inside} pixels of strokes");
}

#[test]
fn strokes_that_find_no_room_go_whole_on_the_next_page() {
    let mut content = filled(FormKind::IncomingSheet);
    for _ in 0..12 {
        let mut one = opinion("", "陆云舟", "2026-11-22");
        one.handwriting = Some(written());
        content = content.with_opinion("instruct", one);
    }
    let pages = set(&content);
    look("many-strokes", &pages);
    let drawn: Vec<&ElementBox> = pages
        .boxes()
        .iter()
        .filter(|found| found.place.ends_with("/handwriting"))
        .collect();
    assert_eq!(drawn.len(), 12);
    assert!(drawn.iter().any(|found| found.page > 0));
    for found in drawn {
        assert!(
            found.y_mm > 22.0 && found.y_mm + found.h_mm < 277.0,
            "{found:?}"
        );
        assert!((found.w_mm / found.h_mm - 2.0).abs() < 0.01, "{found:?}");
    }
}

#[test]
fn whatever_is_written_the_form_is_set_within_its_paper() {
    let odd = "龘𠮷😀Ａ\u{301}\tword-".repeat(60);
    for form in FormKind::ALL {
        let mut content = filled(form);
        content.agency = "极长的机关名称".repeat(28);
        for text in content.fields.values_mut() {
            *text = odd.clone();
        }
        for opinion in content.opinions.values_mut().flatten() {
            opinion.person = "名字很长的人".repeat(30);
            opinion.department = "单位".repeat(90);
            opinion.on_behalf_of = "代".repeat(200);
            opinion.circled = true;
        }
        let pages = set(&content);
        for found in pages.boxes() {
            assert!(
                found.y_mm + found.h_mm <= 292.0,
                "{}: {found:?}",
                form.label()
            );
        }
        let Some(text) = text_of(&pages) else { return };
        let wanted = 60 * content.fields.len();
        assert!(text.matches("𠮷").count() >= wanted, "{}", form.label());
    }
}

#[test]
fn a_substitute_and_what_was_recorded_for_somebody_say_so() {
    let mut one = opinion("同意。", "方砚秋", "2026-03-05");
    one.on_behalf_of = "陆云舟".into();
    let mut other = opinion("请抓紧办理。", "沈知微", "2026-03-06");
    other.recorded_by = "秦望舒".into();
    let content = FormContent::blank(FormKind::OutgoingSheet)
        .with_opinion("issue", one)
        .with_opinion("countersign", other);
    let pages = set(&content);
    look("marks", &pages);
    let Some(text) = text_of(&pages) else { return };
    assert!(text.contains("方砚秋（代陆云舟）2026年3月5日"), "{text}");
    assert!(text.contains("沈知微（秦望舒代录）"), "{text}");
}

#[test]
fn a_form_becomes_an_archival_pdf_of_its_day() {
    let options = PdfOptions {
        changed_on: Some(date("2026-11-22")),
        ..PdfOptions::default()
    };
    let pdf = set(&filled(FormKind::OutgoingSheet))
        .pdf(&options)
        .expect("a pdf");
    assert!(pdf.archival && pdf.bytes.starts_with(b"%PDF"));
}

fn rows(register: RegisterKind, count: usize) -> RegisterContent {
    let mut content = RegisterContent::blank(register);
    content.agency = "安平县人民政府办公室".into();
    content.period = "2026年度".into();
    for number in 1..=count {
        let mut row = BTreeMap::new();
        for field in register.fields() {
            let text = match field.name {
                "serial" => number.to_string(),
                "title" => format!("关于做好第{number}次强降雨过程防范应对工作的通知"),
                "issue_number" | "sender_number" => format!("安政办发〔2026〕{number}号"),
                "date_of_issue" | "received_on" => "2026-11-22".into(),
                "main_recipients" => "各乡镇人民政府，县政府各部门".into(),
                "copies" => "30".into(),
                _ => String::new(),
            };
            row.insert(field.name.to_owned(), text);
        }
        content.rows.push(RegisterEntry(row));
    }
    content
}

#[test]
fn a_register_of_five_hundred_rows_repeats_its_head_on_every_page() {
    for register in RegisterKind::ALL {
        let template = RegisterTemplate::standard(register);
        let pages = register_book(&SHELF, &template, &rows(register, 500)).expect("a book");
        let count = pages.page_count();
        assert!((20..200).contains(&count), "{count} pages");
        assert_eq!(pages.page_size(0), Some((297.0, 210.0)));
        for page in 0..count {
            for place in ["title", "head", "page_number"] {
                let found = boxes(&pages, place);
                let found = found.iter().filter(|found| found.page == page);
                assert_eq!(found.count(), 1, "{place} on page {page}");
            }
        }
        for found in pages
            .boxes()
            .iter()
            .filter(|b| b.place.starts_with("rows/"))
        {
            assert!(found.y_mm + found.h_mm <= 192.1, "{found:?}");
        }
        let Some(text) = text_of(&pages) else { return };
        assert_eq!(text.matches("备注").count(), count);
        for number in 1..=500 {
            let title = format!("第{number}次强降雨");
            assert_eq!(text.matches(&title).count(), 1, "row {number}");
        }
    }
}

#[test]
fn a_blank_register_is_one_page_of_empty_rows() {
    for register in RegisterKind::ALL {
        let template = RegisterTemplate::standard(register);
        let blank = register_book(&SHELF, &template, &RegisterContent::blank(register));
        let pages = blank.expect("a page");
        look(&format!("blank-{}", register.name()), &pages);
        assert_eq!(pages.page_count(), 1);
        look(
            register.name(),
            &register_book(&SHELF, &template, &rows(register, 18)).expect("a book"),
        );
    }
}

#[test]
fn a_row_higher_than_a_page_is_parted_and_whole() {
    let register = RegisterKind::IncomingRegister;
    let mut content = rows(register, 3);
    let words = long_words();
    content.rows[1].0.insert("result".into(), words.clone());
    let template = RegisterTemplate::standard(register);
    let pages = register_book(&SHELF, &template, &content).expect("a book");
    assert!(pages.page_count() > 2);
    let Some(text) = text_of(&pages) else { return };
    let mut there: BTreeMap<char, usize> = BTreeMap::new();
    text.chars().for_each(|c| *there.entry(c).or_default() += 1);
    let wanted = words.chars().filter(|c| *c == '第').count();
    assert!(there[&'第'] >= wanted && there[&'审'] >= wanted);
}

/// A template as JSON with one thing changed.
fn changed(form: FormKind, from: &str, to: &str) -> Result<FormTemplate, FormError> {
    let json = FormTemplate::standard(form).to_json();
    let other = json.replacen(from, to, 1);
    assert_ne!(json, other, "{from}");
    FormTemplate::parse(&other)
}

#[test]
fn the_files_of_templates_are_their_one_json() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/forms");
    let names = FormKind::ALL.map(|form| (form.name(), FormTemplate::standard(form).to_json()));
    let books =
        RegisterKind::ALL.map(|one| (one.name(), RegisterTemplate::standard(one).to_json()));
    for (name, json) in names.into_iter().chain(books) {
        let path = folder.join(format!("{}.json", name.replace('_', "-")));
        if std::env::var_os("ANDU_FORM_PICTURES").is_some() {
            std::fs::write(&path, &json).expect("written");
        }
        assert_eq!(
            std::fs::read_to_string(path).expect("a file"),
            json,
            "{name}"
        );
    }
}

#[test]
fn what_is_no_template_is_refused_and_says_where() {
    let form = FormKind::IncomingSheet;
    let refused = |from: &str, to: &str| changed(form, from, to).expect_err(to);
    assert!(matches!(
        refused("\"field\": \"sender\"", "\"field\": \"sendr\""),
        FormError::UnknownName { name, known, .. } if name == "sendr" && known.contains(&"sender")
    ));
    assert!(matches!(
        refused("\"opinions\": \"propose\"", "\"opinions\": \"issue\""),
        FormError::UnknownName { name, .. } if name == "issue"
    ));
    assert!(matches!(
        refused("\"field\": \"sender_number\"", "\"field\": \"sender\""),
        FormError::Twice { name } if name == "sender"
    ));
    assert!(matches!(
        refused("\"height_mm\": 54", "\"height_mm\": 55"),
        FormError::TooTall {
            rows_mm: 235,
            room_mm: 234
        }
    ));
    assert!(matches!(
        refused("\"height_mm\": 54", "\"height_mm\": 3"),
        FormError::Range { place, found: 3, .. } if place == "rows/8/height_mm"
    ));
    assert!(matches!(
        refused("\"columns\": 11", "\"columns\": 10"),
        FormError::RowNotFilled {
            row: 7,
            filled: 11,
            columns: 12
        }
    ));
    assert!(matches!(
        refused("\"columns\": 11", "\"columns\": 11, \"rows\": 2"),
        FormError::RowNotFilled { row: 8, .. }
    ));
    assert!(matches!(
        refused(
            "\"label\": \"拟办意见\"",
            "\"label\": \"拟办意见以及其他许多需要说明的事项\""
        ),
        FormError::TextTooLong { row: 7, .. }
    ));
    assert!(matches!(
        refused("\"form\": \"incoming_sheet\"", "\"form\": \"gate_pass\""),
        FormError::Syntax { line: 3, .. }
    ));
    assert!(matches!(
        refused("\"ink\": \"black\"", "\"ink\": \"black\", \"colour\": 1"),
        FormError::Syntax { reason, .. } if reason.contains("colour")
    ));
    let moved = changed(
        FormKind::CirculationSheet,
        "\"entry\": \"person\"",
        "\"field\": \"pages\"",
    );
    assert!(
        moved.is_ok(),
        "a repeated row may hold a field beside its entries"
    );
    assert!(matches!(
        changed(FormKind::CirculationSheet, "\"repeat\"", "\"again\""),
        Err(FormError::Syntax { .. })
    ));
    let long = " ".repeat(300 << 10);
    assert!(matches!(
        FormTemplate::parse(&long),
        Err(FormError::TooLarge { .. })
    ));
}

#[test]
fn what_is_no_content_is_refused_and_says_where() {
    let of = |json: &str| FormContent::parse(json).expect_err(json);
    let with = |rest: &str| of(&format!("{{\"form\":\"outgoing_sheet\",{rest}}}"));
    assert!(matches!(
        with("\"fields\":{\"sender\":\"x\"}"),
        FormError::UnknownName { place, .. } if place == "fields/sender"
    ));
    assert!(matches!(
        with("\"fields\":{\"title\":\"x\",\"title\":\"y\"}"),
        FormError::Syntax { reason, .. } if reason.contains("duplicate field `title`")
    ));
    assert!(matches!(
        with("\"fields\":{\"title\":\"a\\u0007\"}"),
        FormError::ControlCharacter { code: 7, .. }
    ));
    assert!(matches!(
        with("\"opinions\":{\"issue\":[{\"circled\":true}]}"),
        FormError::SaysNothing { place } if place == "opinions/issue/1"
    ));
    assert!(matches!(
        with("\"opinions\":{\"issue\":[{\"words\":\"同意\",\"date\":\"2026-02-30\"}]}"),
        FormError::Syntax { .. }
    ));
    assert!(matches!(
        with("\"opinions\":{\"issue\":[{\"handwriting\":{\"format\":\"andu.handwriting/1\",\"width\":6000,\"height\":3000,\"strokes\":[[[9000,0,0]]]}}]}"),
        FormError::Handwriting { place, cause: andu_document::HandwritingError::Outside { x: 9000, .. } } if place == "opinions/issue/1/handwriting"
    ));
    let long = format!("\"fields\":{{\"title\":\"{}\"}}", "长".repeat(50_001));
    assert!(matches!(
        with(&long),
        FormError::TooLong { chars: 50_001, .. }
    ));
    assert!(matches!(of("[]"), FormError::Syntax { .. }));
    let template = FormTemplate::standard(FormKind::ReturnSlip);
    let other = FormContent::blank(FormKind::OutgoingSheet);
    assert!(matches!(
        paper_form(&SHELF, &template, &other),
        Err(FormError::OtherForm {
            wanted: "退文单",
            found: "发文稿纸"
        })
    ));
    assert!(matches!(
        RegisterContent::parse("{\"register\":\"incoming_register\",\"rows\":[{\"drafter\":\"x\"}]}"),
        Err(FormError::UnknownName { place, .. }) if place == "rows/1/drafter"
    ));
}

#[test]
fn a_classification_is_seen_in_its_field_and_with_its_star_anywhere() {
    use andu_document::ClassificationLevel as Level;
    let blank = FormContent::blank(FormKind::OutgoingSheet);
    let of = |field: &str, text: &str| blank.clone().with(field, text).marked();
    assert_eq!(of("classification", "机密"), Some(Level::Secret));
    assert_eq!(of("remarks", "机密"), None);
    assert_eq!(of("remarks", "绝密★30年"), Some(Level::TopSecret));
    let said = opinion("秘密★1年", "方砚秋", "2026-11-22");
    assert_eq!(
        blank.clone().with_opinion("issue", said).marked(),
        Some(Level::Confidential)
    );
    let mut book = rows(RegisterKind::IncomingRegister, 1);
    book.rows[0]
        .0
        .insert("classification".into(), "机密".into());
    assert_eq!(book.marked(), None);
    book.rows[0].0.insert("remarks".into(), "机密★10年".into());
    assert_eq!(book.marked(), Some(Level::Secret));
}

#[test]
fn without_fonts_a_form_is_refused() {
    let none = Arc::new(andu_typeset::FontShelf::open(&[]));
    let form = FormKind::ReturnSlip;
    let refused = paper_form(
        &none,
        &FormTemplate::standard(form),
        &FormContent::blank(form),
    );
    assert!(matches!(refused, Err(FormError::Typeset(_))));
}

#[test]
fn content_reads_back_as_it_was() {
    for form in FormKind::ALL {
        let mut content = filled(form);
        for opinion in content.opinions.values_mut().flatten() {
            opinion.handwriting = Some(written());
        }
        let json = serde_json::to_string(&content).expect("JSON");
        assert_eq!(FormContent::parse(&json).expect("the same"), content);
    }
}
