//! A year of the demo county, played into a folder of its own.

use std::{
    fmt::Write as _,
    io::{Write as _, stderr},
    path::Path,
};

use andu_api::ApiError;
use andu_server::{Server, YearPlan, play_year, today};
use serde_json::json;

use crate::{outcome::Done, process::Simulate};

/// A year of the demo county, in a folder of its own.
pub fn play(folder: &Path, args: &Simulate) -> Result<Done, ApiError> {
    let server = Server::open(folder)?;
    let plan = YearPlan {
        from: args.from.unwrap_or_else(today),
        days: args.days,
        seed: args.seed,
        agencies: args.agencies as usize,
    };
    let report = play_year(&server, plan, &mut |day| {
        let _ = write!(stderr(), "\r演示县：{day}");
    })?;
    let _ = writeln!(stderr());
    let mut said = format!(
        "模拟 {} 天，其中工作日 {} 天。\n发文：送审 {} 件，办结 {} 件；收文：登记 {} 件，办结或退文 {} 件；在办 {} 件。\n办理 {} 次，退回 {} 次，阅知 {} 次，到期自动催办等 {} 次。编号漏号、重号 {} 个。",
        plan.days,
        report.days_worked,
        report.submitted,
        report.issued,
        report.registered,
        report.closed,
        report.on_the_way,
        report.decided,
        report.sent_back,
        report.read,
        report.reminded,
        report.gaps,
    );
    for (reason, times) in &report.refused {
        let _ = write!(said, "\n  ◐ 未予办理 {times} 次：{reason}");
    }
    let clean = report.gaps == 0;
    let mut done = Done::clean(json!(report), said);
    done.clean = clean;
    Ok(done)
}
