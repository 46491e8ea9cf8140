//! What comes from outside the network: a desk that worked alone and joins, and discs.

use super::{
    album::Album,
    county::{TITLE, synchronised},
    open_draft,
};
use crate::{
    disc::{declare_at_server, empty_folder, give_card, take_card, words},
    draft::{draft_notice, set_up_as, submit},
    site::Site,
    window::Window,
};

/// The numbers that either side gives its discs.
const MEDIUM: &str = "秘书科盘2026-0017";
const MEDIUM_BACK: &str = "信息科盘2026-0042";

/// 光盘交换 between the clerk's desk and the server.
pub fn discs(site: &mut Site, album: &Album, clerk: &Window) {
    synchronised(clerk);
    site.stop();
    // Something that goes with the disc.
    open_draft(clerk, TITLE);
    submit(clerk);
    clerk.see("status-waiting");
    clerk.click("rail-discs");
    clerk.see("discs-card");
    album.take(clerk, "discs-first");

    let ours = give_card(clerk);
    album.take(clerk, "discs-card");
    clerk.click("ask-yes");
    declare_at_server(site, &ours, "何雨桐的电脑");
    take_card(site, clerk);
    album.take(clerk, "discs-declare");
    clerk.click("disc-declare-form-act");
    clerk.see("discs-peer");

    let out = empty_folder(clerk, "out");
    clerk.answer_dialog("write_disc", &out);
    clerk.click("discs-write");
    clerk.type_into("disc-medium", MEDIUM);
    album.take(clerk, "discs-write");
    clerk.click("disc-write-form-act");
    clerk.see("disc-written");
    album.take(clerk, "discs-written");
    clerk.click("disc-written-done");

    site.bundle("江万里", &["import", words(&out), "--medium", MEDIUM]);
    let back = empty_folder(clerk, "back");
    site.bundle(
        "江万里",
        &[
            "export",
            words(&back),
            "--to",
            "何雨桐的电脑",
            "--medium",
            MEDIUM_BACK,
        ],
    );
    clerk.answer_dialog("read_disc", &back);
    clerk.click("discs-read");
    clerk.see("disc-look-form");
    clerk.click("disc-look-form-act");
    clerk.see("disc-whole");
    clerk.type_into("disc-read-medium", MEDIUM_BACK);
    album.take(clerk, "discs-read");
    clerk.click("disc-read-form-act");
    clerk.see("disc-imported");
    album.take(clerk, "discs-imported");
    clerk.click("disc-imported-done");
    clerk.see("discs-register");
    album.take(clerk, "discs");
    site.start_again();
}

/// 并入: a desk of its own joins, the records keeper looks at what it brings.
pub fn joining(site: &Site, album: &Album) {
    let mut lone = Window::open("pictures-lone");
    lone.see("session-agency");
    album.take(&lone, "first-run");
    let agency = ["望溪县人民政府办公室", "望政办", "信息科", "方欣妍"];
    set_up_as(&mut lone, agency);
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
        draft_notice(&lone, title, body);
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
