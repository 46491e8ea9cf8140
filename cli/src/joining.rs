//! `andu join`, at a desk that worked alone; `andu joining`, at the server, for the agency's records keeper;
//! `andu pending`, what a desk did and where it stands.

use std::{fmt::Write as _, path::PathBuf, sync::Arc};

use andu_api::{ApiError, ErrorCode, text};
use andu_desk::Desk;
use andu_server::Server;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::{argument::Profile, named::Named, outcome::Done, store::open};

#[derive(Args)]
pub struct Join {
    /// 登记码；不给出时接着上次的办；本机的登记失效时，用新的登记码重新登记
    #[arg(long, default_value = "")]
    pub code: String,
    /// 服务器地址（一般不填，登记码里有）
    #[arg(long, default_value = "")]
    pub address: String,
    /// 核对后直接确认并入
    #[arg(long)]
    pub confirm: bool,
    #[command(flatten)]
    pub profile: Profile,
}

#[derive(Args)]
pub struct Pending {
    #[command(flatten)]
    pub profile: Profile,
}

#[derive(Args)]
pub struct Joining {
    /// 服务器的数据文件夹；服务器运行时也可以
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    #[command(flatten)]
    pub named: Named,
    #[command(subcommand)]
    pub verb: JoiningVerb,
}

#[derive(Subcommand)]
pub enum JoiningVerb {
    /// 列出并入申请
    List,
    /// 核对一项申请
    Show {
        /// 申请编号
        id: String,
    },
    /// 接收
    Accept {
        /// 申请编号
        id: String,
    },
    /// 退回
    Refuse {
        /// 申请编号
        id: String,
        /// 原因，对方会看到
        #[arg(long)]
        reason: String,
    },
}

/// Joins a server with everything this desk holds.
pub fn join(args: &Join) -> Result<Done, ApiError> {
    let desk = open(&args.profile)?;
    if !args.code.trim().is_empty() && desk.call("join_state", json!({}))?["stage"] == "joined" {
        return renew(&desk, args);
    }
    let begun = json!({ "code": args.code, "address": args.address });
    let mut state = desk.call("join_begin", begun)?;
    if args.confirm && state["stage"] == "review" {
        state = desk.call("join_confirm", json!({ "choices": [] }))?;
    }
    desk.lock();
    let stage = state["stage"].as_str().unwrap_or_default();
    let mut said = text::sentence(&format!("ui.joining.stage.{stage}"), &[].into());
    if !state["review"].is_null() {
        said = format!("{}{said}", reviewed(&state["review"]));
    }
    Ok(Done::clean(state, said))
}

/// Enrols a desk again that its server does not take any more.
fn renew(desk: &Arc<Desk>, args: &Join) -> Result<Done, ApiError> {
    let code = json!({ "code": args.code, "address": args.address });
    let status = desk.call("enrolment_renew", code)?;
    desk.lock();
    let said = text::sentence("ui.server.renewed", &[].into());
    Ok(Done::clean(status, said))
}

fn reviewed(review: &Value) -> String {
    let mut said = String::new();
    for count in ["drafts", "counts"] {
        for one in review[count].as_array().into_iter().flatten() {
            let what = one["what"].as_str().unwrap_or_default();
            let _ = writeln!(said, "{what}  {}", one["count"]);
        }
    }
    for number in review["numbers"].as_array().into_iter().flatten() {
        let _ = writeln!(said, "补录  {}", number.as_str().unwrap_or_default());
    }
    for taken in review["taken"].as_array().into_iter().flatten() {
        let word = |name: &str| taken[name].as_str().unwrap_or_default();
        let (number, title, holder) = (word("number"), word("title"), word("holder"));
        let _ = writeln!(said, "重号  {number}《{title}》：已被《{holder}》使用");
    }
    let refused = review["refused"].as_str().unwrap_or_default();
    if !refused.is_empty() {
        let _ = writeln!(said, "{refused}");
    }
    said
}

/// What this desk did and where it stands.
pub fn pending(args: &Pending) -> Result<Done, ApiError> {
    let desk = open(&args.profile)?;
    let items = desk.call("sync_items", json!({}))?;
    desk.lock();
    let mut said = String::new();
    let word = |key: String| text::sentence(&key, &[].into());
    for item in items.as_array().into_iter().flatten() {
        let part = |name: &str| item[name].as_str().unwrap_or_default();
        let kind = match part("kind") {
            "" => "last",
            kind => kind,
        };
        let state = word(format!("ui.sync.state.{}", part("state")));
        let act = word(format!("ui.act.{kind}"));
        let (title, reason) = (part("title"), part("reason"));
        let _ = writeln!(said, "{state}  {act}  {title}  {reason}");
    }
    if said.is_empty() {
        said = word("ui.sync.nothing".into());
    }
    Ok(Done::clean(items, said.trim_end().to_owned()))
}

/// Reviews and decides what desks offer.
pub fn decide(args: &Joining) -> Result<Done, ApiError> {
    let server = Server::open_existing(&args.data)?;
    let by = args.named.vouch(&server)?;
    let call = |name: &str, args: Value| server.call_vouched(&by, name, args);
    let done = |answer| Done::clean(answer, "已办理，并记入审计日志。".into());
    match &args.verb {
        JoiningVerb::List => {
            let offers = call("joining_list", json!({}))?;
            let mut said = String::new();
            for offer in offers.as_array().into_iter().flatten() {
                let word = |name: &str| offer[name].as_str().unwrap_or_default();
                let state = format!("ui.joining.state.{}", word("state"));
                let state = text::sentence(&state, &[].into());
                let _ = writeln!(said, "{}  {}  {state}", word("id"), word("person"));
            }
            if said.is_empty() {
                said = text::sentence("ui.joining.none", &[].into());
            }
            Ok(Done::clean(offers, said.trim_end().to_owned()))
        }
        JoiningVerb::Show { id } => {
            let review = call("joining_review", json!({ "id": id, "choices": [] }))?;
            let said = reviewed(&review);
            Ok(Done::clean(review, said.trim_end().to_owned()))
        }
        JoiningVerb::Accept { id } => {
            let args = json!({ "id": id, "accept": true, "reason": "", "choices": [] });
            Ok(done(call("joining_decide", args)?))
        }
        JoiningVerb::Refuse { id, reason } if reason.trim().is_empty() => {
            let fields = [("id", id.clone())];
            let key = "joining.reason_needed";
            Err(text::error_with(ErrorCode::Invalid, key, &fields))
        }
        JoiningVerb::Refuse { id, reason } => {
            let args = json!({ "id": id, "accept": false, "reason": reason, "choices": [] });
            Ok(done(call("joining_decide", args)?))
        }
    }
}
