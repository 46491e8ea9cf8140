//! A right is taken back at one desk: what it let somebody else see goes from the other's window by itself, and
//! from the other's disk.

use std::path::{Path, PathBuf};

use andu_desk::vault::{Password, ProfileName, VaultPlace};

use crate::{
    draft::{draft_notice, submit},
    pages,
    site::Site,
    window::{PROFILE, Window},
};

const PASSWORD: &str = "demo-wangxi-2026";
/// In this document alone.
const WORDS: &str = "青檀坳水库泄洪调度";

#[test]
fn what_a_right_let_somebody_see_goes_from_window_and_disk_when_it_is_taken_back() {
    let site = Site::start("right-taken", 60);
    let mut head = Window::open_demo_desk("right-taken-head", &site.code("余婉清"));
    head.click("rail-inbox");
    head.see("draft-row");
    hand_in(&site);
    head.see_one_saying("draft-row", WORDS);
    head.click_one_saying("draft-row", WORDS);
    head.click("draft-open");
    head.see_text("body-editor", WORDS);
    head.shot("read");
    let folder = head.desk_folder();
    let key = locked(&head, &folder);
    assert!(
        !pages::holding(&folder, &[key.clone()], WORDS.as_bytes()).is_empty(),
        "the search does not find what is there"
    );
    head.unlock(PASSWORD);
    head.click("rail-inbox");
    head.see_one_saying("draft-row", WORDS);
    head.shot("before");

    take_back(&site);
    // Nobody reloads.
    head.see_none_saying("draft-row", WORDS);
    head.see_text("list-total", "0 件");
    head.shot("after");
    head.click("rail-find");
    head.type_into("find-text", WORDS);
    head.see_text("find-total", "0 处");
    assert!(head.says_nothing_of("find-hit", WORDS), "it is still found");
    head.shot("not-found");
    assert_eq!(head.refused(), Vec::<String>::new(), "errors in the page");

    locked(&head, &folder);
    assert_eq!(held(&folder, &key), Vec::<PathBuf>::new());
    // Nor does what the window itself keeps hold it.
    let home = head.kill();
    assert_eq!(held(home.path(), &key), Vec::<PathBuf>::new());
}

/// A clerk of the department hands it in.
fn hand_in(site: &Site) {
    let clerk = Window::open_demo_desk("right-taken-clerk", &site.code("何雨桐"));
    let body = format!("现就{WORDS}有关事项通知如下。");
    draft_notice(&clerk, &format!("关于{WORDS}的通知"), &body);
    submit(&clerk);
    clerk.click("rail-submitted");
    clerk.see_one_saying("draft-row", WORDS);
    clerk.see_no_more("status-waiting");
}

/// The security administrator takes 部门阅文 back from the head's post.
fn take_back(site: &Site) {
    let mut security = Window::open_demo_desk("right-taken-security", &site.code("白海燕"));
    security.click("rail-roles");
    security.click_one_saying("role-take", "秘书科科长 的部门阅文");
    security.shot("asked");
    security.click("ask-yes");
    security.see_none_saying("roles-table", "部门阅文\n秘书科科长");
    security.see_no_more("status-waiting");
    security.shot("taken");
}

/// Locks the desk; answers with the key of its store.
fn locked(window: &Window, folder: &Path) -> String {
    window.click("status-lock");
    window.see("session-lock");
    let profile = ProfileName::new(PROFILE).expect("a name");
    let vault = VaultPlace::new(folder, profile, None).look();
    let vault = vault.expect("a folder").expect("a vault");
    let password = Password::new(PASSWORD).expect("a password");
    let open = vault.open_with_password(&password, 0);
    let key = open.expect("an open vault").store_key().to_sqlcipher_hex();
    key.to_string()
}

/// The files in which the words stand, in clear or for whoever has the key.
fn held(folder: &Path, key: &str) -> Vec<PathBuf> {
    pages::holding(folder, &[key.to_owned()], WORDS.as_bytes())
}
