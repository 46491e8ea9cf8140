//! Desks at a server: what comes from others, who administers, what waits without a network and what was refused.

use super::{
    PASSWORD,
    album::Album,
    apart::{discs, joining},
    closed,
    key::END,
    open_draft,
};
use crate::{
    draft::draft_notice,
    in_browser::{home_that_trusts, sign_in},
    site::Site,
    two_desks::join,
    window::{Window, key},
};

/// What the clerk drafts.
pub const TITLE: &str = "关于做好2026年国庆期间值班工作的通知";
const BODY: &str = "国庆放假期间，各科室要安排专人值班，严格执行领导带班和外出报备制度。";
/// Whose other number only those on duty see.
const LEADER: &str = "谭念慈";
const DUTY_NUMBER: &str = "0600-6200399";
/// What two people draft together: the first sentence is one's, the second the other's.
const SHARED: &str = "关于开展2026年冬季消防安全检查的通知";
const SHARED_BODY: &str = "各科室要对办公用房、机房、档案库房逐间检查，当场登记隐患。";
const SHARED_MORE: &str = "检查结果于12月15日前报秘书科，一般隐患立行立改。";
const PHRASE: &str = "妥否，请批示。";

#[test]
#[ignore = "takes the manual's pictures: ./dev pictures"]
fn desks_of_a_county() {
    let album = Album::open();
    let mut site = Site::start("pictures-county", 200);
    let head = received(&site, &album);
    administration(&site, &album);
    leased(&head, &album);
    restored(&head, &album);
    drop(head);
    browser(&site, &album);
    together(&site, &album);
    let clerk = without_a_network(&mut site, &album);
    discs(&mut site, &album, &clerk);
    drop(clerk);
    double_edit(&mut site, &album);
    joining(&site, &album);
}

/// Who enrols by hand, and what others sent to the department.
fn received(site: &Site, album: &Album) -> Window {
    let mut head = Window::open("pictures-head");
    head.click("session-join");
    head.see("session-join-code");
    album.take(&head, "join");
    head.click("session-back");
    head.click("session-restore");
    head.see("session-restore-file");
    album.take(&head, "restore");
    head.click("session-back");
    join(&mut head, &site.code("余婉清"));
    head.click("rail-inbox");
    head.see("draft-row");
    album.take(&head, "inbox");
    head.click("rail-submitted");
    head.see("draft-row");
    album.take(&head, "submitted");
    head.click("rail-contacts");
    head.click_one_saying("contacts-list-row", "何雨桐");
    head.see("contacts-card");
    head.see_text("contacts-card", "何雨桐");
    album.take(&head, "contacts");
    head
}

/// What whoever is on duty sees of the leaders' telephones, and until when.
fn leased(head: &Window, album: &Album) {
    head.see("lease-held");
    head.click_one_saying("contacts-list-row", LEADER);
    head.see_text("contacts-card", LEADER);
    head.see_text("contacts-card", DUTY_NUMBER);
    album.take(head, "contacts-lease");
}

/// A desk that was restored from a backup asks for a new code.
fn restored(head: &Window, album: &Album) {
    let backup = head.out("余婉清.andu-backup");
    head.click("rail-settings");
    head.click("settings-safety");
    head.answer_dialog("write_backup", &backup);
    head.click("settings-backup");
    head.see_file(&backup);
    head.answer_dialog("read_backup", &backup);
    head.click("settings-restore");
    head.click("session-restore-file");
    head.type_into("session-restore-secret", PASSWORD);
    head.click("session-restore-begin");
    head.see("session-unlock-password");
    head.unlock(PASSWORD);
    head.click("rail-settings");
    head.click("settings-server");
    head.see("renew-form");
    album.take(head, "renew");
}

/// 共同起草: two people write in one draft.
fn together(site: &Site, album: &Album) {
    let author = Window::open_demo_desk("pictures-author", &site.code("范诗涵"));
    let other = Window::open_demo_desk("pictures-other", &site.code("陆亚楠"));
    draft_notice(&author, SHARED, SHARED_BODY);
    author.see_saved();
    author.click("together");
    author.choose("together-who", "陆亚楠");
    author.click("together-invite");
    author.see("co-drafter-陆亚楠");
    open_draft(&other, SHARED);
    other.see_text("body-editor", SHARED_BODY);
    other.click("body-editor");
    other.press(&[key::CONTROL, END]);
    other.type_here(SHARED_MORE);
    author.see_text("body-editor", SHARED_MORE);
    author.see("remote-caret");
    author.click("together-written");
    album.take(&author, "together");
}

/// 三员 at their desks.
fn administration(site: &Site, album: &Album) {
    let system = Window::open_demo_desk("pictures-system", &site.code("江万里"));
    system.click("rail-organisation");
    system.see("organisation-list");
    system.see("department-panel");
    album.take(&system, "organisation");
    system.click_one_saying("organisation-list-row", "余婉清");
    system.see("member-panel");
    album.take(&system, "organisation-person");
    system.click_one_saying("organisation-list-row", LEADER);
    system.click("telephone-add");
    system.type_into("telephone-number", DUTY_NUMBER);
    system.choose("telephone-grade", "领导及值班可见");
    system.click("telephone-form-act");
    system.see_no_more("telephone-form");
    synchronised(&system);
    drop(system);

    let security = Window::open_demo_desk("pictures-security", &site.code("白海燕"));
    security.click("rail-roles");
    security.see("roles-table");
    album.take(&security, "roles");
    // Two who keep the agency's words: it takes two for 两处修改.
    security.click("role-add");
    security.choose("role-role", "业务管理员");
    security.choose("role-holder", "一级主任科员");
    album.take(&security, "role-give");
    security.click("role-form-act");
    security.see_no_more("role-form");
    security.click("role-add");
    security.choose("role-role", "领导及值班");
    security.choose("role-holder", "秘书科 科长");
    security.click("role-form-act");
    security.see_no_more("role-form");
    security.click("substitute-add");
    security.see("substitute-form");
    album.take(&security, "substitute");
    security.click("lease-set");
    security.see("lease-form");
    album.take(&security, "lease-term");
    drop(security);

    let auditor = Window::open_demo_desk("pictures-auditor", &site.code("夏正阳"));
    auditor.click("rail-access");
    auditor.see("access-table");
    album.take(&auditor, "access");
}

fn browser(site: &Site, album: &Album) {
    let home = home_that_trusts(&site.authority());
    let browser = Window::open_browser("pictures-browser", home, &site.address);
    browser.see("sign-in");
    album.take(&browser, "browser-sign-in");
    sign_in(&browser, "余婉清");
    browser.click("rail-inbox");
    browser.see("draft-row");
    album.take(&browser, "browser-list");
    browser.click("draft-row");
    browser.click("draft-open");
    browser.see("body-editor");
    album.take(&browser, "browser-draft");
}

/// 同步 in its states: all done, no network, waiting, refused. Answers with the clerk's desk, signed in.
fn without_a_network(site: &mut Site, album: &Album) -> Window {
    let clerk = Window::open_demo_desk("pictures-clerk", &site.code("何雨桐"));
    clerk.see("status-bar");
    draft_notice(&clerk, TITLE, BODY);
    clerk.see_saved();
    clerk.click("submit");
    clerk.see("submit-missing");
    album.take(&clerk, "submit-missing");
    clerk.click("submit-yes");
    clerk.click("rail-submitted");
    clerk.see_one_saying("draft-row", TITLE);
    synchronised(&clerk);
    panel(&clerk);
    clerk.see_one_saying("sync-items", TITLE);
    album.take(&clerk, "sync");
    closed(&clerk, "sync-items");

    // Two desks of one person: the other one is to be quicker.
    let other = Window::open_demo_desk("pictures-clerk-other", &site.code("何雨桐"));
    other.click("rail-submitted");
    other.see_one_saying("draft-row", TITLE);
    site.stop();
    withdraw(&clerk);
    clerk.see("status-waiting");
    clerk.see("list-offline");
    album.take(&clerk, "offline");
    panel(&clerk);
    album.take(&clerk, "sync-waiting");
    let home = clerk.kill();

    site.start_again();
    withdraw(&other);
    other.click("rail-drafts");
    other.see_one_saying("draft-row", TITLE);
    synchronised(&other);
    drop(other);

    let clerk = open_again("pictures-clerk-again", home);
    clerk.click("rail-drafts");
    clerk.see_one_saying("draft-row", TITLE);
    panel(&clerk);
    clerk.see("sync-refused");
    album.take(&clerk, "sync-refused");
    closed(&clerk, "sync-items");
    clerk
}

fn withdraw(clerk: &Window) {
    clerk.click("rail-submitted");
    clerk.click_one_saying("draft-row", TITLE);
    clerk.click("draft-withdraw");
    clerk.click("ask-yes");
}

fn panel(window: &Window) {
    window.click("status-sync");
    window.see("sync-items");
}

/// Waits until nothing waits at this desk.
pub fn synchronised(window: &Window) {
    window.see_text("status-sync", "已连接");
    window.see_no_more("status-waiting");
}

/// Opens the desk of the demo that lives in this folder.
pub fn open_again(story: &str, home: tempfile::TempDir) -> Window {
    let window = Window::open_in(story, home);
    window.unlock(PASSWORD);
    window
}

/// The same phrase changed at two desks that know nothing of each other.
fn double_edit(site: &mut Site, album: &Album) {
    let first = Window::open_demo_desk("pictures-keeper", &site.code("范诗涵"));
    phrases(&first);
    first.click("vocabulary-add");
    first.type_into("phrase-group", "结尾语");
    first.type_into("phrase-text", PHRASE);
    first.click("vocabulary-save");
    first.see_one_saying("vocabulary-list", PHRASE);
    synchronised(&first);
    first.click("rail-submitted");
    first.click("draft-row");
    first.click("draft-number");
    first.click("ask-yes");
    first.click("rail-closed");
    first.see("draft-row");
    synchronised(&first);
    album.take(&first, "closed");
    phrases(&first);

    let second = Window::open_demo_desk("pictures-second", &site.code("陆亚楠"));
    phrases(&second);
    second.see_one_saying("vocabulary-list", PHRASE);
    site.stop();
    change(&second, "以上请示妥否，请予批复。");
    second.see("status-waiting");
    let home = second.kill();

    site.start_again();
    change(&first, "以上请示如无不妥，请批复。");
    synchronised(&first);
    drop(first);

    let second = open_again("pictures-second-again", home);
    second.click("status-double-edits");
    second.see("double-edit-adopt");
    album.take(&second, "double-edits");
}

fn phrases(window: &Window) {
    window.click("rail-vocabulary");
    window.click("vocabulary-phrases");
}

fn change(window: &Window, words: &str) {
    window.click_one_saying("vocabulary-list-row", PHRASE);
    window.see_value("phrase-text", PHRASE);
    window.click("phrase-text");
    window.press(&[key::CONTROL, 'a']);
    window.type_here(words);
    window.see_value("phrase-text", words);
    window.click("vocabulary-save");
    window.see_one_saying("vocabulary-list-row", words);
}
