//! The main job, whole, by keyboard alone: 印发《党政机关公文处理工作条例》的通知, from the first run of a desk to the
//! day after a power cut.

use std::{path::Path, process::Command, time::Duration};

use andu_document::{body::chinese_numeral, law};

use crate::{
    keyboard::{Clipboard, at, back_to, control, keys, palette, says, says_no_more, tab_to, write},
    screen::until_in,
    window::{Window, key},
};

const AGENCY: &str = "望溪县人民政府办公室";
const PASSWORD: &str = "wangxi-2026 office";
const TITLE: &str = "关于印发《党政机关公文处理工作条例》的通知";
const ISSUED: &str = "党政机关公文处理工作条例";
/// As it comes from somebody's chat window: half-width punctuation, square brackets around a year, two times
/// that only the writer can place.
const BODY: &str = "《党政机关公文处理工作条例》（中办发[2012]14号）自2012年7月1日起施行,\
    是各级党政机关公文处理工作的基本遵循。经县人民政府同意，现将条例印发给你们，请认真学习、严格执行。\n\
    水利、交通等任务较重的部门要在今年年底前对照条例完成自查，自查情况于本月例会通报。\n\
    各级各部门要组织文秘人员逐条学习，全面检查本单位公文的种类、格式和行文规则，发现问题立即整改。\
    要坚持精简高效、安全保密，可发可不发的公文一律不发，可长可短的公文力求简短，切实为基层减负。\
    县人民政府办公室将适时对公文处理工作情况进行检查，并将检查情况予以通报。\n";
const REASON: &str = "例会日期已另行通知";

/// The 42 articles as a person copies them from the gazette.
fn regulation_text() -> String {
    let mut text = String::new();
    let mut chapter = 0;
    for article in law::articles() {
        if article.chapter_number != chapter {
            chapter = article.chapter_number;
            let number = chinese_numeral(chapter);
            text.push_str(&format!("第{number}章　{}\n", article.chapter));
        }
        text.push_str(&format!("{}　{}\n", article.heading, article.text));
    }
    text
}

/// The lines of the body that is open.
fn lines(window: &Window) -> Vec<String> {
    let lines = window.run_script(
        "return [...document.querySelector('[data-testid=\"body-editor\"]').children].map((line) => line.textContent)",
    );
    serde_json::from_value(lines).expect("a list of lines")
}

/// Pastes into the editor that has the keyboard and waits for the last words.
fn paste(window: &Window, text: &str) {
    at(window, "body-editor");
    let _clipboard = Clipboard::holding(text);
    control(window, 'v');
    let last = text.lines().last().expect("a text of lines");
    window.see_text("body-editor", last);
}

fn first_run(window: &mut Window) {
    write(window, "session-agency", AGENCY);
    tab_to(window, "session-authority-code", 2);
    write(window, "session-authority-code", "望政办");
    tab_to(window, "session-department", 1);
    write(window, "session-department", "秘书科");
    tab_to(window, "session-person", 1);
    write(window, "session-person", "何雨桐");
    tab_to(window, "session-password", 2);
    write(window, "session-password", PASSWORD);
    tab_to(window, "session-password-again", 2);
    write(window, "session-password-again", PASSWORD);
    window.shot("first-run");
    window.press(&[key::ENTER]);

    let code = window.read("session-code");
    assert!(
        code.chars().filter(char::is_ascii_alphanumeric).count() >= 20,
        "no recovery code to print: {code:?}"
    );
    window.shot("recovery-code");
    tab_to(window, "session-code-kept", 4);
    window.press(&[' ']);
    tab_to(window, "session-code-continue", 1);
    window.press(&[key::ENTER]);
    window.see("status-bar");
}

/// A notice to subordinate agencies, proposed by three questions.
fn choose_the_type(window: &mut Window) {
    palette(window, "nxgw", "new");
    // The dialog waits at its first answer.
    at(window, "audience-agency");
    window.press(&[key::ENTER]);
    window.see("relation-subordinate");
    tab_to(window, "relation-subordinate", 6);
    window.press(&[key::ENTER]);
    window.see("purpose-issue_text");
    tab_to(window, "purpose-issue_text", 16);
    window.press(&[key::ENTER]);
    window.shot("type");
    tab_to(window, "propose-notice", 16);
    window.press(&[key::ENTER]);
}

fn fill_in_the_elements(window: &mut Window) {
    // A new draft waits for its title.
    write(window, "title", TITLE);
    back_to(window, "number-code", 4);
    write(window, "number-code", "望政办发");
    tab_to(window, "number-serial", 2);
    // The year comes with the serial.
    write(window, "number-serial", "55");
    tab_to(window, "add-agency", 8);
    window.type_here("各镇、乡人民政府，县政府各部门");
    window.press(&[key::ENTER]);
    tab_to(window, "issued-present", 4);
    window.press(&[' ']);
    tab_to(window, "issued-title", 1);
    write(window, "issued-title", ISSUED);
    tab_to(window, "day-today", 12);
    window.press(&[key::ENTER]);
}

fn write_the_texts(window: &mut Window) {
    window.press(&[keys::ALT, '2']);
    paste(window, &regulation_text());
    let expected: Vec<String> = regulation_text().lines().map(str::to_owned).collect();
    assert_eq!(lines(window), expected, "the articles as they were pasted");
    window.shot("issued-text");
    window.press(&[key::CONTROL, keys::PAGE_UP]);
    paste(window, BODY.trim_end());
    window.see_saved();
    window.shot("body");
}

/// Goes by F4 to the finding that says this.
fn go_to_finding(window: &Window, words: &str) {
    const CURRENT: &str =
        "return document.querySelector('.finding-note.current .message')?.textContent ?? ''";
    let mut seen = Vec::new();
    for _ in 0..12 {
        window.press(&[keys::F4]);
        let now = window.run_script(CURRENT);
        if now.as_str().is_some_and(|now| now.contains(words)) {
            return;
        }
        seen.push(now);
    }
    panic!("no finding says `{words}`: {seen:?}");
}

fn put_right_what_is_found(window: &mut Window) {
    for words in [
        "半角标点",
        "写法不规范",
        "缺少发文机关名称",
        "“今年”",
        "“本月”",
    ] {
        window.see_text("findings-list", words);
    }
    window.shot("findings");
    // By keys that leave the cursor in the text.
    for words in ["半角标点", "写法不规范", "缺少发文机关名称"] {
        go_to_finding(window, words);
        window.press(&[keys::F7]);
        says_no_more(window, "findings-list", words);
    }
    // In the list, by its own buttons.
    go_to_finding(window, "“今年”");
    window.press(&[keys::ALT, '4']);
    at(window, "finding-jump");
    tab_to(window, "finding-fix", 3);
    window.press(&[key::ENTER]);
    says_no_more(window, "findings-list", "“今年”");
    go_to_finding(window, "“本月”");
    window.press(&[keys::ALT, '4']);
    at(window, "finding-jump");
    tab_to(window, "finding-keep", 3);
    window.press(&[key::ENTER]);
    write(window, "finding-reason", REASON);
    window.shot("reason");
    window.press(&[key::ENTER]);
    window.see_text("findings-count", "没有意见");
    window.see_saved();
}

/// What is on the paper according to another program.
fn text_of(pdf: &Path) -> String {
    let read = Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8"])
        .arg(pdf)
        .arg("-")
        .output()
        .expect("pdftotext runs (Debian: poppler-utils)");
    let text = String::from_utf8_lossy(&read.stdout);
    text.split_whitespace().collect()
}

/// 版式体检 finds nothing.
fn prove_the_pages(window: &mut Window) {
    window.press(&[keys::F8]);
    // Fifteen pages are drawn and measured; a debug build takes its time.
    let measured = "return document.querySelector('[data-testid=\"proof-summary\"]') !== null";
    until_in(Duration::from_secs(240), "the pages are measured", || {
        (window.run_script(measured) == true).then_some(())
    });
    window.see_text("proof-summary", "全部合格");
    window.shot("proof");
    window.press(&[keys::F8]);
    window.see_no_more("proof-list");
}

fn export(window: &Window) {
    let pdf = window.out("regulation.pdf");
    window.answer_dialog("export_draft", &pdf);
    palette(window, "pdf", "draft-pdf");
    window.see_text("toast", "regulation.pdf");
    let paper = text_of(&pdf);
    for words in [
        "水利、交通等任务较重的部门",
        "第四十二条",
        "（十八）页码。",
        "〔2012〕14号",
    ] {
        assert!(paper.contains(words), "`{words}` is not on the paper");
    }
}

/// Everything is as it was before the power cut: `body` word for word, and the reason of what was kept.
fn find_all_as_it_was(window: &mut Window, body: &[String]) {
    write(window, "session-unlock-password", PASSWORD);
    window.press(&[key::ENTER]);
    at(window, "draft-list");
    window.see("draft-row");
    window.press(&[key::ENTER]);
    // It is opened where the writing goes on.
    at(window, "body-editor");
    assert_eq!(lines(window), body);
    assert_eq!(window.value("title"), format!("{AGENCY}{TITLE}"));
    assert_eq!(window.value("issued-title"), ISSUED);
    window.press(&[keys::ALT, '4']);
    at(window, "findings-kept");
    window.press(&[key::ENTER]);
    window.see_text("findings-list", REASON);
    window.shot("kept");
    window.press(&[key::CONTROL, keys::PAGE_DOWN]);
    window.see_text("body-editor", "第四十二条");
    let expected: Vec<String> = regulation_text().lines().map(str::to_owned).collect();
    assert_eq!(lines(window), expected, "the articles after the power cut");
    window.shot("after");
}

fn search(window: &mut Window, number: &str) {
    palette(window, "水利", "find-text");
    at(window, "find-text");
    says(window, "find-hit", ISSUED);
    says(window, "find-hit", "水利、交通");
    window.shot("found-by-word");
    control(window, 'a');
    write(window, "find-text", number);
    says(window, "find-hit", number);
    window.shot("found-by-number");
    window.press(&[key::ENTER]);
    at(window, "body-editor");
}

#[test]
fn the_notice_of_the_regulation_is_written_checked_printed_kept_and_found_by_keyboard_alone() {
    let mut window = Window::open("regulation");
    window.see("session-setup");
    first_run(&mut window);
    choose_the_type(&mut window);
    fill_in_the_elements(&mut window);
    write_the_texts(&mut window);
    put_right_what_is_found(&mut window);
    prove_the_pages(&mut window);
    export(&window);
    window.press(&[keys::ALT, '2']);
    at(&window, "body-editor");
    let body = lines(&window);
    let number = format!("望政办发〔{}〕55号", window.value("number-year"));
    assert_eq!(window.refused(), Vec::<String>::new());

    let mut window = Window::open_in("regulation-after", window.kill());
    find_all_as_it_was(&mut window, &body);
    search(&mut window, &number);
    assert_eq!(window.refused(), Vec::<String>::new());
}
