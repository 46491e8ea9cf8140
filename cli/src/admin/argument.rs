//! What may be typed after `andu admin`.

use std::path::PathBuf;

use clap::{
    Args, Subcommand,
    builder::{PossibleValue, PossibleValuesParser},
};

use crate::{named::Named, usage::day};

fn words(all: Vec<(&'static str, String)>) -> PossibleValuesParser {
    let all = all.into_iter();
    let values = all.map(|(name, title)| PossibleValue::new(name).help(title));
    PossibleValuesParser::new(values)
}

/// Roles by their words.
fn role() -> PossibleValuesParser {
    words(andu_api::organisation::role_words())
}

/// Grants by their words.
fn grant() -> PossibleValuesParser {
    words(andu_api::organisation::grant_words())
}

#[derive(Args)]
pub struct Admin {
    /// 服务器的数据文件夹；服务器运行时也可以
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    #[command(flatten)]
    pub named: Named,
    /// 管理哪个机关（全称；缺省为管理员所在机关）
    #[arg(long, value_name = "NAME")]
    pub agency: Option<String>,
    #[command(subcommand)]
    pub verb: AdminVerb,
}

#[derive(Subcommand)]
pub enum AdminVerb {
    /// 初始化：登记三员（只能做一次）
    Found(Found),
    /// 用一次性登记码设定登录名和密码；三员办理其他事项前各做一次，忘记密码时也这样办
    Password(Choose),
    /// 只在 pepper.key 丢失、备份里也没有时使用：另做一个，所有人重新设定密码；先停下服务器
    RenewPepper,
    /// 为已登记的人员发登记码（系统管理员）
    Invite(Invite),
    /// 列出机构、岗位和人员
    List(On),
    /// 登记机关（服务器上的另一个机关）
    EnterAgency(EnterAgency),
    /// 登记一名人员；部门和岗位没有时一并登记
    Enter(Enter),
    /// 登记任职
    Appoint(Appoint),
    /// 登记离任
    Leave(Leave),
    /// 授予、收回或列出角色
    #[command(subcommand)]
    Role(RoleVerb),
    /// 指定代理
    Substitute(Substitute),
    /// 访问核查：谁能做什么，为什么
    Review(Review),
    /// 从 .xlsx 或 .json 导入人员名单
    Import(Import),
}

#[derive(Args)]
pub struct Found {
    /// 运行服务器的机关（全称）
    pub agency: String,
    /// 三员所在部门
    #[arg(long, default_value = "办公室")]
    pub department: String,
    /// 系统管理员
    #[arg(long, value_name = "NAME")]
    pub system: String,
    /// 安全保密管理员
    #[arg(long, value_name = "NAME")]
    pub security: String,
    /// 安全审计员
    #[arg(long, value_name = "NAME")]
    pub audit: String,
}

#[derive(Args)]
pub struct Choose {
    /// 登记码（初始化时给出，或由系统管理员发给）
    pub code: String,
    /// 登录名（缺省为姓名）
    #[arg(long, value_name = "NAME")]
    pub login: Option<String>,
}

#[derive(Args)]
pub struct Invite {
    /// 姓名或人员编号，可以给出多个
    #[arg(required = true)]
    pub people: Vec<String>,
}

#[derive(Args)]
pub struct On {
    /// 截至哪一天（如 2026-03-05；缺省为今天）
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub on: Option<String>,
}

#[derive(Args)]
pub struct EnterAgency {
    /// 机关全称
    pub name: String,
    /// 规范化简称
    #[arg(long, default_value = "")]
    pub short_name: String,
    /// 机关代字
    #[arg(long, default_value = "")]
    pub authority_code: String,
    /// 起始日期（缺省为今天）
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub from: Option<String>,
}

#[derive(Args)]
pub struct Enter {
    /// 姓名
    pub name: String,
    /// 部门
    pub department: String,
    /// 职务
    pub post: String,
    /// 办公电话
    #[arg(long, default_value = "")]
    pub office: String,
    /// 手机
    #[arg(long, default_value = "")]
    pub mobile: String,
    /// 起始日期（缺省为今天）
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub from: Option<String>,
}

#[derive(Args)]
pub struct Appoint {
    /// 姓名或人员编号
    pub person: String,
    /// 部门
    pub department: String,
    /// 岗位
    pub post: String,
    /// 登记为兼任
    #[arg(long)]
    pub besides: bool,
    /// 起始日期（缺省为今天）
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub from: Option<String>,
    /// 最后一天
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub through: Option<String>,
}

#[derive(Args)]
pub struct Leave {
    /// 姓名或人员编号
    pub person: String,
    /// 部门
    pub department: String,
    /// 岗位
    pub post: String,
    /// 最后一天
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub last: String,
}

#[derive(Subcommand)]
pub enum RoleVerb {
    /// 列出角色及其持有者
    List(On),
    /// 授予
    Give(RoleArgs),
    /// 收回
    Take(RoleArgs),
}

#[derive(Args)]
pub struct RoleArgs {
    /// 角色
    #[arg(value_parser = role())]
    pub role: String,
    /// 部门
    pub department: String,
    /// 岗位
    pub post: String,
    /// 只给担任该岗位的这一个人（姓名或人员编号）；不给出时给该岗位
    #[arg(long, value_name = "NAME")]
    pub person: Option<String>,
    /// 授予：起始日期（缺省为今天）
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub from: Option<String>,
    /// 授予：最后一天；收回：最后一天（缺省为昨天，即今天起不再持有）
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub through: Option<String>,
}

#[derive(Args)]
pub struct Substitute {
    /// 被代理人：姓名或人员编号
    pub principal: String,
    /// 代理人：姓名或人员编号
    pub deputy: String,
    /// 移交的权限，可多次给出
    #[arg(long = "grant", value_name = "GRANT", required = true, value_parser = grant())]
    pub grants: Vec<String>,
    /// 起始日期（缺省为今天）
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub from: Option<String>,
    /// 最后一天
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub through: String,
}

#[derive(Args)]
pub struct Review {
    /// 只看谁能阅读送交这个部门的文稿
    #[arg(long, value_name = "NAME")]
    pub department: Option<String>,
    /// 只看这个人
    #[arg(long, value_name = "NAME")]
    pub person: Option<String>,
    #[command(flatten)]
    pub on: On,
}

#[derive(Args)]
pub struct Import {
    /// 名单：.xlsx（列：姓名、部门、职务、办公电话、手机）或 .json
    pub file: PathBuf,
    /// 起始日期（缺省为今天）
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub from: Option<String>,
    /// 只说明会做什么，不改动数据
    #[arg(long)]
    pub dry_run: bool,
}
