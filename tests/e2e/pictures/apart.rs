//! What comes from outside the network: a desk that worked alone and joins, and discs.

use std::path::Path;

use super::{
    PASSWORD,
    album::Album,
    county::{TITLE, synchronised},
};
use crate::{site::Site, window::Window};

const SERVER: &str = "县政府办公室服务器";
const MEDIUM: &str = "望府盘2026-0017";

/// 光盘交换 between the clerk's desk and the server.
pub fn discs(site: &mut Site, album: &Album, clerk: &Window) {
    synchronised(clerk);
    site.stop();
    // Something that goes with the disc.
    clerk.click("rail-drafts");
    clerk.click_one_saying("draft-row", TITLE);
    clerk.click("draft-open");
    clerk.click("submit");
    clerk.click("submit-yes");
    clerk.see("status-waiting");
    clerk.click("rail-discs");
    clerk.see("discs-card");
    album.take(clerk, "discs-first");

    let (ours, theirs) = (clerk.out("desk.json"), clerk.out("server.json"));
    clerk.answer_dialog("write_card", &ours);
    clerk.click("discs-card");
    clerk.see("ask-yes");
    album.take(clerk, "discs-card");
    clerk.click("ask-yes");
    site.bundle(
        "白海燕",
        &[
            "declare",
            words(&ours),
            "--name",
            "何雨桐的电脑",
            "--level",
            "office",
            "--own-level",
            "office",
        ],
    );
    site.bundle("白海燕", &["card", words(&theirs)]);
    clerk.answer_dialog("read_card", &theirs);
    clerk.click("discs-declare");
    clerk.see("disc-card-form");
    clerk.click("disc-card-form-act");
    clerk.type_into("disc-peer-name", SERVER);
    album.take(clerk, "discs-declare");
    clerk.click("disc-declare-form-act");
    clerk.see("discs-peer");

    let out = folder(clerk, "out");
    clerk.answer_dialog("write_disc", &out);
    clerk.click("discs-write");
    clerk.type_into("disc-medium", MEDIUM);
    album.take(clerk, "discs-write");
    clerk.click("disc-write-form-act");
    clerk.see("disc-written");
    album.take(clerk, "discs-written");
    clerk.click("disc-written-done");

    site.bundle("江万里", &["import", words(&out), "--medium", MEDIUM]);
    let back = folder(clerk, "back");
    site.bundle(
        "江万里",
        &[
            "export",
            words(&back),
            "--to",
            "何雨桐的电脑",
            "--medium",
            "望府盘2026-0018",
        ],
    );
    clerk.answer_dialog("read_disc", &back);
    clerk.click("discs-read");
    clerk.see("disc-look-form");
    clerk.click("disc-look-form-act");
    clerk.see("disc-whole");
    clerk.type_into("disc-read-medium", "望府盘2026-0018");
    album.take(clerk, "discs-read");
    clerk.click("disc-read-form-act");
    clerk.see("disc-imported");
    album.take(clerk, "discs-imported");
    clerk.click("disc-imported-done");
    clerk.see("discs-register");
    album.take(clerk, "discs");
    site.start_again();
}

fn folder(window: &Window, name: &str) -> std::path::PathBuf {
    let path = window.out(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a folder for a disc");
    path
}

fn words(path: &Path) -> &str {
    path.to_str().expect("a path that reads")
}

/// 并入: a desk of its own joins, the records keeper looks at what it brings.
pub fn joining(site: &Site, album: &Album) {
    let mut lone = Window::open("pictures-lone");
    lone.type_into("session-agency", "望溪县人民政府办公室");
    lone.type_into("session-authority-code", "望政办");
    lone.type_into("session-department", "信息科");
    lone.type_into("session-person", "方欣妍");
    lone.type_into("session-password", PASSWORD);
    lone.type_into("session-password-again", PASSWORD);
    lone.shot("set-up");
    lone.click("session-begin");
    lone.click("session-code-kept");
    lone.click("session-code-continue");
    lone.see("status-bar");
    for (title, body) in [
        (
            "关于开展政务信息系统安全自查的通知",
            "请各科室于10月底前完成自查，并将结果报信息科。",
        ),
        (
            "关于机房停电检修的通知",
            "因供电线路检修，机房将于本周六8时至12时停电。",
        ),
    ] {
        lone.click("rail-new");
        lone.click("way-list");
        lone.click("type-notice");
        lone.type_into("title", title);
        lone.click("body-editor");
        lone.type_into("body-editor", body);
        lone.see_saved();
    }
    lone.click("rail-settings");
    lone.click("settings-server");
    lone.type_into("join-code", &site.code("方欣妍"));
    album.take(&lone, "joining-form");
    lone.click("join-begin");
    lone.see("joining-review");
    album.take(&lone, "joining-waiting");

    let keeper = Window::open_demo_desk("pictures-joining", &site.code("范诗涵"));
    keeper.click("rail-joining");
    keeper.click("joining-offer");
    keeper.see("joining-accept");
    album.take(&keeper, "joining");
    keeper.click("joining-accept");
    keeper.see_no_more("joining-accept");
    drop(keeper);

    lone.click("join-go-on");
    lone.see_text("status-sync", "已连接");
    album.take(&lone, "joining-joined");
}
