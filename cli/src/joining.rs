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
    /// 登记码上的机关或姓名与本机的不同，已核对无误，仍然确认
    #[arg(long, requires = "confirm")]
    pub other: bool,
    /// 放弃并入；送到服务器的资料不会被接收
    #[arg(long, conflicts_with_all = ["code", "confirm"])]
    pub abandon: bool,
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
    if args.abandon {
        let state = desk.call("join_abandon", json!({}))?;
        desk.lock();
        return Ok(Done::clean(state, say("command.join_abandoned", &[])));
    }
    let me = desk.call("session_me", json!({}))?;
    let begun = json!({ "code": args.code, "address": args.address });
    let mut state = desk.call("join_begin", begun)?;
    let other = of_other(&me, &state);
    if args.confirm && state["stage"] == "review" && (other.is_none() || args.other) {
        state = desk.call("join_confirm", json!({ "choices": [] }))?;
    }
    desk.lock();
    let stage = state["stage"].as_str().unwrap_or_default();
    let is_joined = stage == "joined";
    let mut said = say(&format!("ui.joining.stage.{stage}"), &[]);
    if !state["review"].is_null() {
        said = format!("{}{said}", reviewed(&state["review"]));
    }
    let other = other.filter(|_| !is_joined);
    if let Some(other) = &other {
        let _ = write!(said, "\n{other}");
    }
    Ok(Done {
        clean: other.is_none() || args.other,
        ..Done::clean(state, said)
    })
}

/// The sentence of `key`.
fn say(key: &str, fields: &[(&str, &str)]) -> String {
    let fields = fields.iter();
    let fields = fields.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    text::sentence(key, &fields.collect())
}

/// Says whose code it is, where that is not whoever works here: what this desk holds becomes theirs.
fn of_other(me: &Value, state: &Value) -> Option<String> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let own = format!("{} {}", word(&me["agency"]), word(&me["person"]));
    let enrolled = word(&state["enrolled_as"]);
    if enrolled.is_empty() || enrolled == own {
        return None;
    }
    let fields = [("enrolled", &*enrolled), ("own", &*own)];
    Some(say("command.code_of_other", &fields))
}

/// Enrols a desk again that its server does not take any more.
fn renew(desk: &Arc<Desk>, args: &Join) -> Result<Done, ApiError> {
    let code = json!({ "code": args.code, "address": args.address });
    let status = desk.call("enrolment_renew", code)?;
    desk.lock();
    let said = text::sentence("ui.server.renewed", &[].into());
    Ok(Done::clean(status, said))
}

/// What would be taken over, in the words of the window.
fn reviewed(review: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let refused = word(&review["refused"]);
    if !refused.is_empty() {
        return format!("{refused}\n");
    }
    let all = |name: &str| review[name].as_array().cloned().unwrap_or_default();
    let (agency, person) = (word(&review["agency"]), word(&review["person"]));
    let from = [("agency", &*agency), ("person", &*person)];
    let mut said = say("ui.joining.from", &from) + "\n";
    for (count, words) in [("drafts", "ui.draft_state"), ("counts", "ui.joining.what")] {
        for one in all(count) {
            // Rows that stand behind others have no name: they go along with what they belong to.
            let key = format!("{words}.{}", word(&one["what"]));
            if text::knows(&key) {
                let count = say("ui.joining.count", &[("count", &one["count"].to_string())]);
                let _ = writeln!(said, "{}  {count}", say(&key, &[]));
            }
        }
    }
    for number in all("numbers") {
        let _ = writeln!(said, "补录  {}", word(&number));
    }
    for taken in all("taken") {
        let word = |name: &str| word(&taken[name]);
        let (number, title, holder) = (word("number"), word("title"), word("holder"));
        let _ = writeln!(said, "重号  {number}《{title}》：已被《{holder}》使用");
    }
    for matched in all("matched") {
        let (name, new) = (word(&matched["name"]), word(&matched["new"]));
        let mut candidates = matched["candidates"].as_array().into_iter().flatten();
        let known = candidates.find(|one| one["id"] == new.as_str());
        let here = known.map_or_else(
            || say("ui.joining.as_new", &[("name", &name)]),
            |one| word(&one["name"]),
        );
        let key = format!("ui.joining.{}", word(&matched["kind"]));
        let _ = writeln!(said, "{} → {here}", say(&key, &[("name", &name)]));
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
