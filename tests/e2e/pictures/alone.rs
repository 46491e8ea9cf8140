//! A desk without a server: the first day, the lists, one draft from all sides.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use andu_testkit::cups::RealCups;
use serde_json::json;

use super::{
    album::Album,
    closed,
    key::{END, F4, HOME},
    open_draft,
};
use crate::window::{Window, key};

const FILE: &str = "城东片区供水情况\n各位同仁：\n现将城东片区供水情况汇报如下。\n一、进展\n管网已检修。\n二、下一步打算\n\
年底前完成老旧小区二次供水改造。\n";

#[test]
#[ignore = "takes the manual's pictures: ./dev pictures"]
fn a_desk_alone() {
    let album = Album::open();
    let paper = tempfile::tempdir().expect("a folder for the printer");
    let _printer = printer(paper.path());
    let window = Window::open_for_the_demo("pictures-alone");
    first_day(&window, &album);
    lists(&window, &album);
    one_draft(&window, &album);
    versions(&window, &album);
    beginnings(&window, &album);
    words(&window, &album);
    settings(&window, &album);
}

/// A printer whose paper is a file, where the system has its own. Without one the pictures say that there is none.
fn printer(folder: &Path) -> Option<RealCups> {
    let open_to_all = fs::Permissions::from_mode(0o755);
    fs::set_permissions(folder, open_to_all).ok()?;
    let folder = folder.join("cups");
    let cups = RealCups::start(&folder, Some(631))?;
    let added = cups.add_printer("office", "秘书科激光打印机", &folder.join("tray/paper"));
    added.then_some(cups)
}

fn first_day(window: &Window, album: &Album) {
    window.see("session-practice");
    album.take(window, "demo");
    window.click("session-demo-begin");
    window.see("session-code");
    album.take(window, "recovery-code");
    window.click("session-code-kept");
    window.click("session-code-continue");
    window.see("status-bar");
}

fn lists(window: &Window, album: &Album) {
    window.click("rail-drafts");
    window.see("draft-row");
    album.take(window, "drafts");
    window.click("status-keys");
    window.see("shortcut-sheet");
    album.take(window, "shortcuts");
    closed(window, "shortcut-sheet");
    window.click("rail-palette");
    window.see("palette");
    window.type_here("swj");
    album.take(window, "palette");
    closed(window, "palette");
    window.click("rail-inbox");
    album.take(window, "inbox-empty");
    window.click("rail-find");
    window.type_into("find-text", "水利");
    window.see("find-hit");
    album.take(window, "find");
    window.click("status-manual");
    window.see("manual");
    album.take(window, "manual");
    window.click("status-manual");
    window.see_no_more("manual");
}

fn one_draft(window: &Window, album: &Album) {
    open_draft(window, "农田水利");
    album.take(window, "drafting");
    window.click("proof-toggle");
    window.see("proof-summary");
    album.take(window, "proof");
    window.click("proof-toggle");
    window.click("print");
    window.see("print-dialog");
    print_preview(window);
    album.take(window, "print");
    closed(window, "print-dialog");
    window.click("export");
    window.see("export-pdf");
    album.take(window, "export");
    closed(window, "export-pdf");
}

/// Waits until pdfium has drawn the first page that will be printed, where there is a printer.
fn print_preview(window: &Window) {
    const DRAWN: &str = "return document.querySelector('[data-testid=print-printer]') === null
        || [...document.querySelectorAll('[data-testid=print-preview-page] img')].some((image) =>
            image.src.startsWith('andu-page:') && image.complete && image.naturalWidth > 100)";
    window.see_script(DRAWN, &json!(true));
}

fn versions(window: &Window, album: &Album) {
    window.click("versions");
    version(window, "初稿");
    at_the_end(window, "各镇要逐级落实责任，按时报送情况。");
    version(window, "股长改后");
    window.click("body-editor");
    window.press(&[key::CONTROL, HOME]);
    window.type_here("今年以来，我县旱情较重。");
    window.see_saved();
    album.take(window, "versions");
    window.click_one_saying("version-row-compare", "初稿");
    window.see("version-compare");
    window.press(&[F4]);
    album.take(window, "compare");
    window.click("compare-close");
    window.see("body-editor");
}

fn version(window: &Window, name: &str) {
    window.type_into("version-name", name);
    window.click("version-save");
    window.see_one_saying("version-row", name);
}

fn at_the_end(window: &Window, words: &str) {
    window.click("body-editor");
    window.press(&[key::CONTROL, END]);
    window.type_here(words);
    window.see_text("body-editor", words);
    window.see_saved();
}

fn beginnings(window: &Window, album: &Album) {
    window.click("rail-new");
    window.click("way-questions");
    window.click("audience-agency");
    window.click("relation-subordinate");
    window.click("purpose-issue_text");
    album.take(window, "type-chooser");
    window.click("way-list");
    window.see("type-notice");
    album.take(window, "type-list");
    closed(window, "type-notice");

    open_draft(window, "拨付");
    at_the_end(window, "各单位应在今年年底前完成,近日将检查3次.");
    window.see("finding");
    album.take(window, "findings");

    let file = window.out("城东片区供水情况.txt");
    fs::write(&file, FILE).expect("a file to import");
    window.answer_dialog("import_draft", &file);
    window.click("rail-new");
    window.click("way-import");
    window.see("import-report");
    album.take(window, "import-report");
    window.click("import-open");
    window.see("import-questions");
    album.take(window, "import-questions");
    window.click("submit");
    window.see("submit-yes");
    album.take(window, "submit");
    closed(window, "submit-yes");
}

fn words(window: &Window, album: &Album) {
    window.click("rail-vocabulary");
    window.see("vocabulary-list");
    album.take(window, "vocabulary");
    window.click("vocabulary-phrases");
    album.take(window, "phrases");
    window.click("vocabulary-templates");
    album.take(window, "templates");
    window.click("rail-drafts");
    window.click_one_saying("draft-row", "供水情况");
    window.click("draft-discard");
    window.click("rail-discarded");
    window.see("draft-recover");
    album.take(window, "discarded");
}

fn settings(window: &Window, album: &Album) {
    window.click("rail-settings");
    window.see("settings-look");
    album.take(window, "settings");
    for section in ["safety", "document", "printing", "server", "about"] {
        window.click(&format!("settings-{section}"));
        album.take(window, &format!("settings-{section}"));
    }
    window.click("status-lock");
    window.see("session-unlock-password");
    album.take(window, "lock");
    window.click("session-recover");
    window.see("session-recovery-code");
    album.take(window, "recover");
}
