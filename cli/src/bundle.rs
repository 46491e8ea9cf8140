//! `andu bundle`: exchange by disc, at a desk or (with `--data`) at a server. Folders stand for discs.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use andu_api::{
    ApiError,
    bundle::{
        self as api, BundleAcknowledge, BundleBoard, BundleExport, BundleImport, BundleImported,
        BundlePeerDeclare, BundleReport,
    },
    text,
};
use andu_desk::{Desk, bundle as desk, clock, file, open::OpenDesk};
use andu_server::{BundleOrder, Server, Vouched};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::{argument::Profile, named::Named, outcome::Done, output, store};

/// Which desk or server exchanges.
#[derive(Args)]
pub struct Side {
    /// 服务器的数据文件夹；不给出时为本机桌面
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    profile: Profile,
}

#[derive(Args)]
pub struct Bundle {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// 写出本机的交换名片，交给对方登记
    Card {
        /// 写到哪个文件
        file: PathBuf,
        #[command(flatten)]
        side: Side,
    },
    /// 登记交换对象：核对对方名片的指纹后使用（服务器上由安全保密管理员办理）
    Declare {
        /// 对方的名片文件
        card: PathBuf,
        /// 交换对象的名称
        #[arg(long)]
        name: String,
        /// 对方网络的等级
        #[arg(long, value_name = "LEVEL")]
        level: String,
        /// 本网络的等级
        #[arg(long, value_name = "LEVEL")]
        own_level: String,
        /// 允许从高等级网络向它写盘（每次须两人批准）
        #[arg(long)]
        downward: bool,
        /// 每张盘重复携带前几张盘的内容，0 至 32
        #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(0..=32))]
        window: u32,
        #[command(flatten)]
        side: Side,
    },
    /// 写盘：把对方应得而未得的内容写进一个空文件夹
    Export {
        /// 空文件夹
        folder: PathBuf,
        /// 交换对象（名称或编号）
        #[arg(long, value_name = "NAME")]
        to: String,
        /// 介质编号
        #[arg(long, default_value = "")]
        medium: String,
        /// 已批准的写盘申请编号（从高等级网络向低等级网络时）
        #[arg(long, value_name = "ID")]
        request: Option<String>,
        /// 重新编号：前面的盘遗失、接不上时使用
        #[arg(long)]
        restart: bool,
        /// 单个文件最大字节数；不给时超过 4 GB 自动分成几个文件
        #[arg(long, value_name = "BYTES")]
        split: Option<u64>,
        #[command(flatten)]
        side: Side,
    },
    /// 核验：不打开内容，只核对清单、文件和签名（在中间机上使用，不需要密钥）
    Check {
        /// 光盘所在的文件夹
        folder: PathBuf,
        /// 发送方的名片文件；给出时一并核验签名
        #[arg(long, value_name = "FILE")]
        card: Option<PathBuf>,
    },
    /// 读盘：导入一张或几张盘；重复导入没有影响
    Import {
        /// 光盘所在的文件夹
        #[arg(required = true)]
        folders: Vec<PathBuf>,
        /// 盘面上的介质编号
        #[arg(long, default_value = "")]
        medium: String,
        /// 中间机核验给出的核验码
        #[arg(long, value_name = "CODE", default_value = "")]
        check: String,
        /// 批准人姓名（在桌面上导入低等级网络来的盘时）
        #[arg(long, value_name = "NAME", default_value = "")]
        approved_by: String,
        /// 审批单编号（在桌面上导入低等级网络来的盘时）
        #[arg(long, value_name = "NO", default_value = "")]
        form: String,
        #[command(flatten)]
        side: Side,
    },
    /// 登记簿：交换对象、写出和读入的盘、待批准的申请
    List {
        #[command(flatten)]
        side: Side,
    },
    /// 录入对方报来的回执码
    Acknowledge {
        /// 回执码
        code: String,
        #[command(flatten)]
        side: Side,
    },
    /// 申请从高等级网络向低等级网络写盘（服务器上由系统管理员申请）
    Ask {
        /// 交换对象（名称或编号）
        #[arg(long)]
        to: String,
        /// 事由
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        side: Side,
    },
    /// 批准导入（盘的编码）或写盘（申请编号）（服务器上由安全保密管理员批准）
    Approve {
        /// 盘的编码，或申请编号
        subject: String,
        #[command(flatten)]
        side: Side,
    },
    /// 终止与一个对象的交换（服务器上由安全保密管理员办理）
    End {
        /// 交换对象（名称或编号）
        #[arg(long)]
        to: String,
        #[command(flatten)]
        side: Side,
    },
}

/// A desk that is open, or a server and who works at it and gave the password.
enum Place {
    Desk(Arc<Desk>, Arc<OpenDesk>),
    Server(Box<Server>, Vouched),
}

impl Side {
    fn open(&self) -> Result<Place, ApiError> {
        let Some(data) = &self.data else {
            let desk = store::open(&self.profile)?;
            let open = desk.open_desk().ok_or_else(|| text::error("desk.locked"))?;
            return Ok(Place::Desk(desk, open));
        };
        let server = Server::open_existing(data)?;
        let by = self.named.vouch(&server)?;
        Ok(Place::Server(Box::new(server), by))
    }
}

impl Place {
    /// An act at the server, by the command table.
    fn act(&self, name: &str, args: Value) -> Result<Done, ApiError> {
        let Self::Server(server, by) = self else {
            return Err(text::error("bundle.at_the_server"));
        };
        let done = server.call_vouched(by, name, args)?;
        Ok(Done::clean(done, "已办理，并记入审计日志。".into()))
    }

    fn peer(&self, name: &str) -> Result<String, ApiError> {
        let store = match self {
            Self::Desk(_, open) => &*open.store,
            Self::Server(server, _) => server.store(),
        };
        Ok(store
            .read(|reader| api::peer_named(reader, name))?
            .as_text())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Self::Desk(desk, _) = self {
            desk.lock();
        }
    }
}

/// Does what was typed.
pub fn run(args: &Bundle) -> Result<Done, ApiError> {
    match &args.verb {
        Verb::Card { file, side } => card(file, side),
        Verb::Declare { side, .. } => declare(&args.verb, &side.open()?),
        Verb::Export { side, .. } => export(&args.verb, &side.open()?),
        Verb::Check { folder, card } => check(folder, card.as_deref()),
        Verb::Import { side, .. } => import(&args.verb, &side.open()?),
        Verb::List { side } => list(&side.open()?),
        Verb::Acknowledge { code, side } => acknowledge(code, &side.open()?),
        Verb::Ask { to, reason, side } => {
            let place = side.open()?;
            let to = place.peer(to)?;
            let args = json!({ "id": "", "to": to, "reason": reason });
            let mut done = place.act("bundle_export_ask", args)?;
            let id = done.json["id"].as_str().unwrap_or_default();
            done.text = format!("已申请，并记入审计日志。申请编号：{id}");
            Ok(done)
        }
        Verb::Approve { subject, side } => {
            // A bundle is known by 64 digits, a wish by an id with hyphens.
            let direction = if subject.len() == 64 {
                "import"
            } else {
                "export"
            };
            let args = json!({ "id": subject, "direction": direction });
            side.open()?.act("bundle_approve", args)
        }
        Verb::End { to, side } => {
            let place = side.open()?;
            let id = place.peer(to)?;
            place.act("bundle_peer_end", json!({ "id": id }))
        }
    }
}

fn card(path: &Path, side: &Side) -> Result<Done, ApiError> {
    let data = match &side.data {
        Some(data) => data.clone(),
        None => store::place(&side.profile)?.folder,
    };
    output::keep_out_of(&data, path)?;
    if let Some(password) = &side.named.password_file {
        output::keep_apart(&[password], &[path])?;
    }
    let card = match &side.data {
        // A card says nothing but keys that are public: whoever has the folder may write it.
        Some(data) => {
            let card = andu_server::bundle_card(&Server::open_existing(data)?)?;
            file::write(path, card.text.as_bytes())?;
            card
        }
        None => match &side.open()? {
            Place::Desk(_, open) => desk::write_card_to(open, path)?,
            Place::Server(..) => unreachable!("BUG: without a folder it is a desk"),
        },
    };
    let said = format!(
        "已写出名片 {}\n指纹：{}\n请交给对方，并当面或用电话核对指纹。",
        path.display(),
        card.fingerprint
    );
    Ok(Done::clean(json!(card), said))
}

fn declare(verb: &Verb, place: &Place) -> Result<Done, ApiError> {
    let Verb::Declare {
        card,
        name,
        level,
        own_level,
        downward,
        window,
        ..
    } = verb
    else {
        unreachable!("BUG: another verb")
    };
    let card = String::from_utf8_lossy(&file::read(card, 64 << 10)?).into_owned();
    let args = BundlePeerDeclare {
        card,
        name: name.clone(),
        level: level.clone(),
        own_level: own_level.clone(),
        downward: *downward,
        repeat_window: *window,
    };
    match place {
        Place::Desk(_, open) => {
            let done = desk::declare(open, &args)?;
            Ok(Done::clean(json!(done), "已登记交换对象。".into()))
        }
        Place::Server(..) => place.act("bundle_peer_declare", json!(args)),
    }
}

fn export(verb: &Verb, place: &Place) -> Result<Done, ApiError> {
    let Verb::Export {
        folder,
        to,
        medium,
        request,
        restart,
        split,
        ..
    } = verb
    else {
        unreachable!("BUG: another verb")
    };
    let done = match place {
        Place::Desk(_, open) => {
            let args = BundleExport {
                to: to.clone(),
                token: String::new(),
                medium: medium.clone(),
                restart: *restart,
            };
            desk::export_to(open, &args, folder, split.unwrap_or(u64::MAX))?
        }
        Place::Server(server, by) => {
            let order = BundleOrder {
                to,
                folder,
                medium,
                request: request.as_deref(),
                longest_chunk: split.unwrap_or(0),
                restart: *restart,
            };
            andu_server::bundle_export(server, by.person, &order)?
        }
    };
    let said = format!(
        "已为“{}”写出第 {} 盘：{} 个文件，{} 字节（操作 {}、答复 {}、数据 {} 行；含第 {} 盘以来的内容）。\n盘的编码：{}",
        done.entry.peer,
        done.entry.seq,
        done.files,
        done.total_bytes,
        done.commands,
        done.outcomes,
        done.rows,
        done.covers_from,
        done.entry.hash,
    );
    Ok(Done::clean(json!(done), said))
}

fn check(folder: &Path, card: Option<&Path>) -> Result<Done, ApiError> {
    let report = desk::check_at(folder, card)?;
    let said = report_said(&report);
    Ok(Done {
        clean: report.whole,
        json: json!(report),
        text: said,
        aside: String::new(),
    })
}

/// A level of a network in words.
fn level(word: &str) -> String {
    let key = format!("ui.discs.level_{word}");
    match text::knows(&key) {
        true => text::sentence(&key, &[].into()),
        false => word.to_owned(),
    }
}

fn report_said(report: &BundleReport) -> String {
    let mut said = format!(
        "第 {} 盘  介质编号 {}  {} → {}\n盘的编码：{}\n",
        report.seq,
        report.medium,
        level(&report.from_level),
        level(&report.to_level),
        report.hash
    );
    for file in &report.files {
        let state = match file.state.as_str() {
            "whole" => "完整",
            "missing" => "缺失",
            "cut" => "不完整",
            _ => "与清单不符",
        };
        let _ = writeln!(
            said,
            "{}  {} 字节  {}  {state}",
            file.name, file.bytes, file.hash
        );
    }
    for name in &report.strangers {
        let _ = writeln!(said, "{name}  不属于这张盘");
    }
    match report.signed {
        Some(true) => said.push_str("签名与名片相符\n"),
        Some(false) => said.push_str("签名与名片不符\n"),
        None => said.push_str("没有核验签名：请用 --card 给出发送方的名片\n"),
    }
    let _ = match report.whole {
        true => write!(said, "核验通过。核验码：{}", report.code),
        false => write!(said, "核验没有通过，请勿导入。"),
    };
    said
}

fn import(verb: &Verb, place: &Place) -> Result<Done, ApiError> {
    let Verb::Import {
        folders,
        medium,
        check,
        approved_by,
        form,
        ..
    } = verb
    else {
        unreachable!("BUG: another verb")
    };
    let all = match place {
        Place::Desk(_, open) => {
            let args = BundleImport {
                token: String::new(),
                medium: medium.clone(),
                check: check.clone(),
                approved_by: approved_by.clone(),
                form: form.clone(),
            };
            desk::import_all(open, &args, folders)?
        }
        Place::Server(server, by) => {
            andu_server::bundle_import(server, by.person, folders, (medium, check))?
        }
    };
    let lines: Vec<String> = all.iter().map(imported_said).collect();
    Ok(Done::clean(json!(all), lines.join("\n")))
}

fn imported_said(done: &BundleImported) -> String {
    let (peer, seq) = (&done.entry.peer, done.entry.seq);
    if done.already {
        return format!("“{peer}”发来的第 {seq} 盘已导入过，没有改变任何内容。");
    }
    let mut said = format!(
        "已导入“{peer}”发来的第 {seq} 盘：办理 {} 项，未办 {} 项，收到答复 {} 项，数据 {} 行。",
        done.applied, done.refused, done.answered, done.rows
    );
    if !done.lost.is_empty() {
        let lost: Vec<String> = done.lost.iter().map(u64::to_string).collect();
        let _ = write!(
            said,
            "\n没有收到的第 {} 盘，内容已随这张盘补齐。",
            lost.join("、")
        );
    }
    let _ = write!(said, "\n回执码：{}", done.entry.receipt);
    said
}

fn list(place: &Place) -> Result<Done, ApiError> {
    let board = match place {
        Place::Desk(_, open) => desk::list(open)?,
        Place::Server(server, by) => andu_server::bundle_board(server, by.person)?,
    };
    let said = board_said(&board);
    Ok(Done::clean(json!(board), said))
}

fn board_said(board: &BundleBoard) -> String {
    let mut said = String::new();
    for peer in &board.peers {
        let ended = if peer.ended { "  已终止" } else { "" };
        let _ = writeln!(
            said,
            "{}  {}  {}  写出至第 {} 盘，已知导入至第 {} 盘；读入至第 {} 盘{ended}",
            peer.id,
            peer.name,
            level(&peer.level),
            peer.written,
            peer.acknowledged,
            peer.received
        );
    }
    for entry in &board.entries {
        let way = if entry.direction == "out" {
            "写出"
        } else {
            "读入"
        };
        let note = match (entry.covered, entry.acknowledged_at.is_empty()) {
            (true, _) => "  未收到，内容已补齐",
            (false, false) => "  对方已导入",
            (false, true) => "",
        };
        let _ = writeln!(
            said,
            "{}  {way}  {}  第 {} 盘  {}  {}{note}",
            clock::on_the_wall(&entry.at),
            entry.peer,
            entry.seq,
            entry.medium,
            entry.operator
        );
    }
    for request in &board.requests {
        let (id, peer, reason) = (&request.id, &request.peer, &request.reason);
        let approved = request.approved_by.len();
        let _ = writeln!(
            said,
            "待写盘  {id}  {peer}  {reason}  已有 {approved} 人批准"
        );
    }
    let _ = write!(said, "共 {} 盘", board.entries.len());
    said
}

fn acknowledge(code: &str, place: &Place) -> Result<Done, ApiError> {
    let done = match place {
        Place::Desk(_, open) => {
            let args = BundleAcknowledge {
                code: code.to_owned(),
            };
            desk::acknowledge(open, &args)?
        }
        Place::Server(server, by) => andu_server::bundle_acknowledge(server, by.person, code)?,
    };
    let said = format!("“{}”已导入第 {} 盘。", done.peer, done.seq);
    Ok(Done::clean(json!(done), said))
}
