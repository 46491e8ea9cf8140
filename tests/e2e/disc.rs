//! 光盘交换 between desks without a network: what one wrote goes by disc over the server to the other's window,
//! and a disc that comes twice changes nothing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{draft::draft_notice, site::Site, window::Window};

/// What a desk calls the server.
pub const SERVER: &str = "县政府办公室服务器";
const TITLE: &str = "关于启用备用水源的通知";

#[test]
fn what_was_submitted_without_a_network_comes_by_disc_and_once() {
    let mut site = Site::start("disc", 60);
    let mut clerk = Window::open_demo_desk("disc-clerk", &site.code("何雨桐"));
    let mut head = Window::open_demo_desk("disc-head", &site.code("余婉清"));
    head.click("rail-inbox");
    head.see("draft-row");
    clerk.see_text("status-sync", "已连接");
    site.stop();
    declare(&site, &clerk, "何雨桐的电脑");
    declare(&site, &head, "余婉清的电脑");

    draft_notice(&clerk, TITLE, "城东片区自即日起启用备用水源。");
    clerk.see_saved();
    clerk.click("submit");
    clerk.click("submit-yes");
    clerk.see("status-waiting");
    clerk.click("rail-discs");
    let out = empty_folder(&clerk, "out");
    clerk.answer_dialog("write_disc", &out);
    clerk.click("discs-write");
    clerk.click("disc-write-form-act");
    clerk.see("disc-written");
    clerk.shot("written");

    // The server reads it in, twice, and writes a disc for the other desk.
    for _ in 0..2 {
        site.bundle("江万里", &["import", words(&out)]);
    }
    let back = empty_folder(&head, "back");
    let export = ["export", words(&back), "--to", "余婉清的电脑"];
    site.bundle("江万里", &export);

    read_in(&head, &back);
    head.see_text("disc-imported", "已导入");
    head.shot("imported");
    let register = rows(&head);
    let (many, _) = inbox(&head);
    head.shot("received");

    head.click("rail-discs");
    read_in(&head, &back);
    head.see_text("disc-imported", "没有改变任何内容");
    head.shot("again");
    assert_eq!(rows(&head), register, "the register has another line");
    let (again, titled) = inbox(&head);
    assert_eq!(
        (again, titled),
        (many, 1),
        "a disc that came twice changed something"
    );
    for window in [&clerk, &head] {
        assert_eq!(window.refused(), Vec::<String>::new(), "errors in the page");
    }
}

/// The two cards change hands: this desk's goes to the server, the server's to this desk. The server is stopped.
fn declare(site: &Site, window: &Window, name: &str) {
    window.click("rail-discs");
    let ours = give_card(window);
    window.click("ask-yes");
    declare_at_server(site, &ours, name);
    take_card(site, window);
    window.click("disc-declare-form-act");
    window.see("discs-peer");
}

/// Saves the card of a desk; its fingerprint is shown.
pub fn give_card(window: &Window) -> PathBuf {
    let card = window.out("desk.json");
    window.answer_dialog("write_card", &card);
    window.click("discs-card");
    window.see("ask-yes");
    card
}

/// The security administrator declares a desk by its card.
pub fn declare_at_server(site: &Site, card: &Path, name: &str) {
    let levels = ["--level", "office", "--own-level", "office"];
    let declare = ["declare", words(card), "--name", name];
    site.bundle("白海燕", &[&declare[..], &levels].concat());
}

/// Takes the server's card and names the server, up to the button that declares it.
pub fn take_card(site: &Site, window: &Window) {
    let card = window.out("server.json");
    let _ = fs::remove_file(&card);
    site.bundle("白海燕", &["card", words(&card)]);
    window.answer_dialog("read_card", &card);
    window.click("discs-declare");
    window.click("disc-card-form-act");
    window.type_into("disc-peer-name", SERVER);
}

/// An empty folder for a disc.
pub fn empty_folder(window: &Window, name: &str) -> PathBuf {
    let path = window.out(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder for a disc");
    path
}

/// A path as the command takes it.
pub fn words(path: &Path) -> &str {
    path.to_str().expect("a path that reads")
}

/// Looks at a disc and reads it in.
fn read_in(window: &Window, disc: &Path) {
    window.answer_dialog("read_disc", disc);
    window.click("discs-read");
    window.click("disc-look-form-act");
    window.see("disc-whole");
    window.click("disc-read-form-act");
    window.see("disc-imported");
}

/// How many lines the register of discs has.
fn rows(window: &Window) -> usize {
    window.see("discs-register");
    window.read("discs-register").lines().count()
}

/// What the list of what came from others says of its length, and how many of its rows are the one.
fn inbox(window: &Window) -> (String, u64) {
    window.click("rail-inbox");
    window.see_one_saying("draft-row", TITLE);
    let script = format!(
        "return [...document.querySelectorAll('[data-testid=draft-row]')]
            .filter((row) => row.innerText.includes('{TITLE}')).length"
    );
    let titled = window.run_script(&script).as_u64().unwrap_or_default();
    (window.read("list-total"), titled)
}
