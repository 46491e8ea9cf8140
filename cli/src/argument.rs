//! What may be typed after `andu`.
#![expect(
    clippy::doc_markdown,
    reason = "the sentences are help on a terminal, not Markdown"
)]

use std::{net::SocketAddr, path::PathBuf};

use andu_server::DEMO_DOCUMENTS;
use clap::{Args, Parser, Subcommand};

use crate::{
    admin::Admin,
    bundle::Bundle,
    ca::Ca,
    form::Form,
    issued::Issued,
    joining::{Join, Joining, Pending},
    named::Named,
    number::Number,
    ofd::Ofd,
    process::Process,
    register::Register,
    seal::Seal,
    supervision::Supervision,
};

/// 案牍：公文的起草、校核、排版与交换。
#[derive(Parser)]
#[command(name = "andu", version)]
pub struct Arguments {
    /// 以 JSON 输出结果
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Subcommand)]
pub enum Verb {
    /// 把公文要素（JSON）排成 PDF 或图片
    Typeset(Typeset),
    /// 版式体检：量取成品页面的墨迹，与 GB/T 9704-2012 逐条比对
    Proof(Proof),
    /// 按《党政机关公文处理工作条例》等检查公文
    Check(Check),
    /// 识别 .docx、.txt、.md 中的公文要素，输出 JSON
    Import(Import),
    /// 输出输入文件的 JSON Schema
    Schema(Schema),
    /// 全文查找文稿
    Search(Search),
    /// 把本机数据备份为一个加密文件，或备份服务器
    Backup(Backup),
    /// 从备份恢复到新的数据文件夹，或恢复服务器
    Restore(Restore),
    /// 核验审计日志
    Audit(Audit),
    /// 启动内网服务器
    Serve(Serve),
    /// 在还没有三员的服务器上登记一份名单，取得各人的登记码
    Invite(Invite),
    /// 管理服务器上的机构、人员、角色和代理；每一项都以具名管理员的身份办理并记入审计
    Admin(Admin),
    /// 光盘交换：在不相连的网络之间写盘、核验、读盘和登记
    Bundle(Bundle),
    /// 独立工作过的本机连同资料并入服务器
    Join(Join),
    /// 在服务器上审核并入申请
    Joining(Joining),
    /// 把旧的收发文登记簿（.xlsx）和原件录入为已办结的文件，可先核对、可撤销
    Register(Register),
    /// 编号：列出序列，查看登记，检查缺号和重号
    Number(Number),
    /// 已印发文件的效力状态和清理目录
    Issued(Issued),
    /// 督办：列出事项，统计一段时间的办结情况，写出督查通报
    Supervision(Supervision),
    /// 流程定义：检查、导入、导出、演练
    Process(Process),
    /// 纸质表单：列出、输出模板、排成空白的或填好的 PDF
    Form(Form),
    /// 测试证书：建一个测试发证机构，签发、吊销、核验证书
    Ca(Ca),
    /// 电子印章：画测试印章的印模，做一枚测试印章，查看、核验任何印章和签章
    Seal(Seal),
    /// OFD 文件：查看文件信息，提取文字
    Ofd(Ofd),
    /// 列出本机办理的事项和它们现在的情况
    Pending(Pending),
    /// 列出或收回登记过的电脑
    Device(Device),
    /// 演示县：把演示数据装进空的服务器文件夹，列出演示人员，为演示桌面取得登记码
    Demo(Demo),
}

#[derive(Args)]
pub struct Fonts {
    /// 字体文件夹（可多次给出；系统字体总会查找）
    #[arg(
        long = "fonts",
        value_name = "DIR",
        env = "ANDU_FONTS",
        value_delimiter = ':'
    )]
    pub fonts: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Typeset {
    /// 公文要素文件
    pub file: PathBuf,
    /// 写出 PDF
    #[arg(long, value_name = "OUT")]
    pub pdf: Option<PathBuf>,
    /// 写出 OFD
    #[arg(long, value_name = "OUT")]
    pub ofd: Option<PathBuf>,
    /// 把每页写成 PNG（001.png 起），放入此文件夹；上次多出的页删去
    #[arg(long, value_name = "DIR")]
    pub png: Option<PathBuf>,
    /// 图片分辨率
    #[arg(long, default_value_t = 150.0)]
    pub dpi: f64,
    /// 写出 Word 文件
    #[arg(long, value_name = "OUT")]
    pub docx: Option<PathBuf>,
    /// 版记不必排在双数页
    #[arg(long)]
    pub any_page: bool,
    /// 使用 GB/T 33476.2 的行距
    #[arg(long)]
    pub electronic: bool,
    /// 排成花脸稿：与这份修改前的公文要素文件相比较，标出增删
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,
    #[command(flatten)]
    pub fonts: Fonts,
}

#[derive(Args)]
pub struct Proof {
    /// 公文要素文件
    #[arg(required_unless_present = "shifts")]
    pub file: Option<PathBuf>,
    /// 排版时把某个数值移动一些（写作 名称=数，单位与该数值相同），用来验证体检能发现
    #[arg(long, value_name = "ID=MM", allow_hyphen_values = true)]
    pub shift: Vec<String>,
    /// 列出全部版式数值的名称、数值、条款，不体检
    #[arg(long)]
    pub shifts: bool,
    #[command(flatten)]
    pub fonts: Fonts,
}

#[derive(Args)]
pub struct Check {
    /// 公文要素文件
    pub file: PathBuf,
    /// 发文机关全称（缺省取文件中的第一个发文机关）
    #[arg(long)]
    pub issuer: Option<String>,
    /// 机关词库（JSON）
    #[arg(long, value_name = "FILE")]
    pub vocabulary: Option<PathBuf>,
    #[command(flatten)]
    pub fonts: Fonts,
}

#[derive(Args)]
pub struct Import {
    /// .docx、.txt、.md，或本机装有 LibreOffice 时的 .doc、.wps
    pub file: PathBuf,
}

#[derive(Args)]
pub struct Schema {
    /// document：公文要素文件；process：流程文件
    #[arg(value_parser = ["document", "process"])]
    pub of: String,
}

#[derive(Args)]
pub struct Profile {
    /// 数据文件夹（缺省为当前用户的）
    #[arg(long, value_name = "DIR", env = "ANDU_HOME")]
    pub home: Option<PathBuf>,
    /// 配置名
    #[arg(long, value_name = "NAME", env = "ANDU_PROFILE", default_value = "")]
    pub profile: String,
    /// 从标准输入读取密码的第一行；不给出时从环境变量 ANDU_PASSWORD 读取
    #[arg(long)]
    pub password_stdin: bool,
}

#[derive(Args)]
pub struct Search {
    /// 要找的字词；两个字即可
    pub text: String,
    /// 也查历史版本
    #[arg(long)]
    pub versions: bool,
    /// 最多给出多少条
    #[arg(long, default_value_t = 20)]
    pub limit: u32,
    #[command(flatten)]
    pub profile: Profile,
}

#[derive(Args)]
pub struct Backup {
    /// 写到哪里；备份服务器时为一个新的文件夹
    pub file: PathBuf,
    /// 覆盖已有的备份文件
    #[arg(long, conflicts_with = "server")]
    pub overwrite: bool,
    /// 备份服务器的数据文件夹（运行时也可以；副本不加密，请妥善保管）
    #[arg(long, value_name = "DIR")]
    pub server: Option<PathBuf>,
    #[command(flatten)]
    pub profile: Profile,
}

#[derive(Args)]
pub struct Restore {
    /// 备份文件；密码处也可以给恢复码；恢复服务器时为备份的文件夹
    pub file: PathBuf,
    /// 替换已有的桌面数据；原有的改名保留，不会删除
    #[arg(long, conflicts_with = "server")]
    pub replace: bool,
    /// 恢复成服务器的数据文件夹（必须不存在或为空）
    #[arg(long, value_name = "DIR")]
    pub server: Option<PathBuf>,
    #[command(flatten)]
    pub profile: Profile,
}

#[derive(Args)]
pub struct Audit {
    /// verify
    #[arg(value_parser = ["verify"])]
    pub verb: String,
    /// 核验服务器的数据文件夹（缺省核验本机桌面）
    #[arg(long, value_name = "DIR")]
    pub server: Option<PathBuf>,
    #[command(flatten)]
    pub profile: Profile,
}

#[derive(Args)]
pub struct Serve {
    /// 服务器的数据文件夹
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// 监听地址；0.0.0.0 为本机所有网卡
    #[arg(long, default_value = "127.0.0.1:8640")]
    pub listen: SocketAddr,
    /// 各电脑访问服务器所用的主机名或 IP（可多次给出，第一个写进登记码；缺省为监听地址）
    #[arg(long = "address", value_name = "HOST")]
    pub addresses: Vec<String>,
    /// 不加密；只允许监听本机回环地址
    #[arg(long)]
    pub plain: bool,
    /// 演示：空的数据文件夹先装入演示县，已有的不改动；密码人人皆知，只允许监听本机回环地址
    #[arg(long)]
    pub demo: bool,
    /// 演示县有多少份公文（缺省：新装的为 2000 份，已装好的不再增加）
    #[arg(long, value_name = "N", requires = "demo")]
    pub documents: Option<u32>,
    /// 另做一套签发机构（CA）：原来的改名保留，登记过的电脑都要用新的登记码重新登记
    #[arg(long, conflicts_with = "plain")]
    pub new_authority: bool,
    /// 浏览器页面所在的文件夹（缺省依次为程序旁的 ui、/usr/share/andu/ui）
    #[arg(long, value_name = "DIR", env = "ANDU_UI")]
    pub ui: Option<PathBuf>,
}

#[derive(Args)]
pub struct Device {
    #[command(subcommand)]
    pub verb: DeviceVerb,
}

#[derive(Subcommand)]
pub enum DeviceVerb {
    /// 列出登记过的电脑
    List {
        /// 服务器的数据文件夹
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// 收回一台电脑的使用资格；服务器运行时也可以
    Revoke {
        /// 服务器的数据文件夹
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// 电脑的编号（见 andu device list）
        device: String,
        /// 原因，会显示给使用这台电脑的人
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        named: Named,
    },
}

#[derive(Args)]
pub struct Invite {
    /// 服务器的数据文件夹
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// 名单：.json（agency、short_name、authority_code、people[name, post, department]），
    /// 或 .xlsx（列：姓名、部门、职务；另用 --agency 给出机关全称）
    pub roster: PathBuf,
    /// 机关全称（名单为 .xlsx 时）
    #[arg(long, value_name = "AGENCY")]
    pub agency: Option<String>,
}

#[derive(Args)]
pub struct Demo {
    #[command(subcommand)]
    pub verb: DemoVerb,
}

#[derive(Subcommand)]
pub enum DemoVerb {
    /// 把演示县装进空的服务器文件夹；已有真实数据的文件夹不会改动
    Fill {
        /// 服务器的数据文件夹
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// 公文份数
        #[arg(long, value_name = "N", default_value_t = DEMO_DOCUMENTS)]
        documents: u32,
    },
    /// 列出演示县的人员
    People,
    /// 一个演示人员的桌面：给出配置名；桌面文件夹还没有时一并给出登记码
    Desk {
        /// 服务器的数据文件夹
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// 各桌面的数据文件夹
        #[arg(long, value_name = "DIR")]
        home: PathBuf,
        /// 姓名或序号（见 andu demo people）
        person: String,
    },
}
