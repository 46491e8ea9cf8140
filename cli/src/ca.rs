//! Verbs on certificates: a test authority in a folder, what it issues and revokes, and the verdict on any certificate.

pub mod folder;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use andu_api::{ApiError, ErrorCode, text};
use andu_crypto::sm::{KeyHolder as _, Sm2Secret};
use andu_desk::{clock, file};
use andu_seal::{
    Certificate, CertificateKey, CertificatePlan, CertificateRole, KeyUsage, Name, RevocationList,
    SealError, Trust,
};
use clap::{Args, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use self::folder::{Authority, Issued};
use crate::{outcome::Done, output, password};

/// A certificate or a list of revoked ones is never longer, in bytes.
const LARGEST_FILE: u64 = 4 << 20;

/// 测试证书：建一个测试发证机构，签发、吊销测试证书；查看、核验任何证书
#[derive(Args)]
pub struct Ca {
    #[command(subcommand)]
    pub verb: CaVerb,
}

#[derive(Subcommand)]
pub enum CaVerb {
    /// 在空文件夹里建一个测试发证机构：根证书、发证机构证书和它们的私钥
    Init {
        /// 文件夹：须是空的，或还没有
        #[arg(long, value_name = "FOLDER")]
        out: PathBuf,
        /// 机关或地区名称，写进证书
        #[arg(long, value_name = "NAME")]
        organization: String,
        /// 有效年数
        #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=30))]
        years: u16,
        /// 私钥的密码：取文件第一行（- 为标准输入）；不写则在终端询问
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// 给一个单位或一个人签发一对测试证书：签名的和加密的
    Issue {
        /// 测试发证机构的文件夹
        #[arg(long, value_name = "FOLDER")]
        ca: PathBuf,
        /// 单位或姓名
        #[arg(long, value_name = "NAME")]
        name: String,
        /// 所属机关；不写则与发证机构相同
        #[arg(long, value_name = "NAME")]
        organization: Option<String>,
        /// 有效年数
        #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=10))]
        years: u16,
        /// 证书和私钥放进的文件夹：须是空的，或还没有
        #[arg(long, value_name = "FOLDER")]
        out: PathBuf,
        /// 发证机构私钥的密码，也是新私钥的密码：取文件第一行（- 为标准输入）；不写则在终端询问
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// 吊销一张证书，并重新公布吊销名单
    Revoke {
        /// 测试发证机构的文件夹
        #[arg(long, value_name = "FOLDER")]
        ca: PathBuf,
        /// 证书序列号（见 andu ca list）
        #[arg(long, value_name = "SERIAL")]
        serial: String,
        /// 原因
        #[arg(long, value_name = "REASON", default_value = "unspecified")]
        reason: Reason,
        /// 发证机构私钥的密码：取文件第一行（- 为标准输入）；不写则在终端询问
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// 列出签发过的证书
    List {
        /// 测试发证机构的文件夹
        #[arg(long, value_name = "FOLDER")]
        ca: PathBuf,
    },
    /// 核验一张证书：是谁的，谁签发的，当时是否有效，是否吊销，是否测试证书
    Verify {
        /// 证书文件
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// 信任的根证书，可写多次
        #[arg(long, value_name = "FILE")]
        root: Vec<PathBuf>,
        /// 中间的发证机构证书，可写多次
        #[arg(long, value_name = "FILE")]
        with: Vec<PathBuf>,
        /// 吊销名单，可写多次
        #[arg(long, value_name = "FILE")]
        list: Vec<PathBuf>,
        /// 核验到哪一刻（北京时间），如 2026-11-24 08:00；不写为现在
        #[arg(long, value_name = "TIME", value_parser = time_of)]
        at: Option<Timestamp>,
        /// 用来做什么
        #[arg(long, value_name = "PURPOSE", default_value = "sign")]
        purpose: Purpose,
    },
}

/// 吊销原因
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Reason {
    /// 未说明
    Unspecified,
    /// 私钥泄露
    KeyCompromise,
    /// 单位变动
    AffiliationChanged,
    /// 已换发
    Superseded,
    /// 停用
    CessationOfOperation,
}

/// 用途
#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Purpose {
    /// 签名
    Sign,
    /// 加密
    Encrypt,
    /// 签发证书
    Issue,
}

/// Does what was typed.
pub fn run(args: &Ca) -> Result<Done, ApiError> {
    match &args.verb {
        CaVerb::Init {
            out,
            organization,
            years,
            password_file,
        } => {
            folder::check_empty(out)?;
            let password = new_password(password_file.as_deref())?;
            let now = now();
            let valid = (now, years_later(now, *years));
            let authority = Authority::create(out, organization, valid, &password)?;
            let said = format!(
                "测试发证机构已建在 {}。它签发的证书都标明“测试证书”，不能用于正式公文。",
                file::shown(out)
            );
            Ok(Done::clean(
                json!({ "folder": file::shown(out), "root": authority.root.serial_text() }),
                said,
            ))
        }
        CaVerb::Issue {
            ca,
            name,
            organization,
            years,
            out,
            password_file,
        } => {
            output::keep_out_of(ca, out)?;
            folder::check_empty(out)?;
            let password = password::read(password_file.as_deref(), "发证机构私钥的密码：")?;
            let mut authority = Authority::open(ca)?;
            let now = now();
            let valid = (now, years_later(now, *years));
            let organization = organization
                .clone()
                .unwrap_or_else(|| authority.root.subject().organization().to_owned());
            let subject = Name::for_test(&organization, name).map_err(|error| said(&error))?;
            issue(&mut authority, &subject, valid, out, &password)
        }
        CaVerb::Revoke {
            ca,
            serial,
            reason,
            password_file,
        } => {
            let mut authority = Authority::open(ca)?;
            let password = password::read(password_file.as_deref(), "发证机构私钥的密码：")?;
            let issued = authority.revoke(serial, *reason, now(), &password)?;
            let said = format!(
                "已吊销 {} 的证书 {}，吊销名单 {} 已更新。",
                issued.name,
                issued.serial,
                folder::LIST
            );
            Ok(Done::clean(json!(issued), said))
        }
        CaVerb::List { ca } => list(&Authority::open(ca)?),
        CaVerb::Verify {
            file,
            root,
            with,
            list,
            at,
            purpose,
        } => verify(file, (root, with, list), at.unwrap_or_else(now), *purpose),
    }
}

fn issue(
    authority: &mut Authority,
    subject: &Name,
    (valid_from, valid_to): (Timestamp, Timestamp),
    out: &Path,
    password: &str,
) -> Result<Done, ApiError> {
    let signer = authority.unlock(password)?;
    let mut written = Vec::new();
    for (name, role) in [
        ("sign", CertificateRole::Signing),
        ("encrypt", CertificateRole::Encryption),
    ] {
        let key = Sm2Secret::random().map_err(|error| said(&error.into()))?;
        let plan = CertificatePlan {
            subject,
            key: &key.public(),
            role,
            valid_from,
            valid_to: valid_to.min(authority.certificate.valid_to()),
        };
        let by = andu_seal::TestAuthority {
            certificate: &authority.certificate,
            key: &signer,
        };
        let certificate = by.issue(&plan).map_err(|error| said(&error))?;
        let pem = key
            .to_pem(password.as_bytes())
            .map_err(|error| said(&error.into()))?;
        folder::put(out, &format!("{name}.key"), pem.as_bytes())?;
        folder::put(out, &format!("{name}.pem"), certificate.to_pem().as_bytes())?;
        written.push(Issued::of(&certificate, name));
    }
    let chain = authority.certificate.to_pem() + &authority.root.to_pem();
    folder::put(out, "chain.pem", chain.as_bytes())?;
    authority.note(&written)?;
    let said = format!(
        "已为 {} 签发签名证书 {} 和加密证书 {}，放在 {}。它们是测试证书。",
        subject.common_name(),
        written[0].serial,
        written[1].serial,
        file::shown(out)
    );
    Ok(Done::clean(json!({ "issued": written }), said))
}

fn list(authority: &Authority) -> Result<Done, ApiError> {
    let all = authority.issued()?;
    let mut said = String::new();
    for one in &all {
        let state = match &one.revoked_at {
            Some(at) => format!("已于 {} 吊销", shown_time(*at)),
            None => format!("有效至 {}", shown_time(one.valid_to)),
        };
        let kind = if one.role == "sign" {
            "签名"
        } else {
            "加密"
        };
        let _ = writeln!(said, "{}  {kind}  {}  {state}", one.serial, one.name);
    }
    if all.is_empty() {
        said.push_str("还没有签发过证书。\n");
    }
    Ok(Done::clean(
        json!({ "issued": all }),
        said.trim_end().to_owned(),
    ))
}

fn verify(
    path: &Path,
    (roots, others, lists): (&[PathBuf], &[PathBuf], &[PathBuf]),
    at: Timestamp,
    purpose: Purpose,
) -> Result<Done, ApiError> {
    let certificate = read_certificate(path)?;
    let roots = read_all(roots, read_certificates)?;
    let others = read_all(others, read_certificates)?;
    let lists = read_all(lists, |path| {
        let bytes = file::read(path, LARGEST_FILE)?;
        let list = RevocationList::from_file(&bytes);
        list.map(|list| vec![list])
            .map_err(|error| unreadable(path, &error))
    })?;
    let usage = match purpose {
        Purpose::Sign => KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION),
        Purpose::Encrypt => KeyUsage::KEY_ENCIPHERMENT.and(KeyUsage::DATA_ENCIPHERMENT),
        Purpose::Issue => KeyUsage::CERT_SIGN,
    };
    let trust = Trust {
        roots: &roots,
        others: &others,
        lists: &lists,
    };
    let verdict = trust.judge(&certificate, usage, at);
    let mut said = described(&certificate);
    let mut findings = Vec::new();
    for (place, finding) in &verdict.findings {
        let code = json!(finding);
        let key = format!("certificate.{}", code.as_str().unwrap_or_default());
        let whose = verdict.chain.get(*place).unwrap_or(&certificate);
        let sentence = text::sentence(&key, &BTreeMap::new());
        let mark = if finding.is_fatal() { "✗" } else { "◐" };
        let _ = writeln!(said, "{mark} {}：{sentence}", whose.subject().common_name());
        findings.push(json!({
            "place": place, "subject": whose.subject().to_string(), "code": code,
            "fatal": finding.is_fatal(), "sentence": sentence,
        }));
    }
    said.push_str(
        match (
            verdict.holds(),
            verdict.has(andu_seal::CertificateFinding::Test),
        ) {
            (true, false) => "结论：可以相信。",
            (true, true) => "结论：核验通过。它是测试证书，没有法律效力。",
            (false, _) => "结论：不可相信。",
        },
    );
    let json = json!({
        "subject": certificate.subject().to_string(), "issuer": certificate.issuer().to_string(),
        "serial": certificate.serial_text(), "valid_from": certificate.valid_from(),
        "valid_to": certificate.valid_to(), "test": certificate.is_test(),
        "at": at, "holds": verdict.holds(), "findings": findings,
    });
    Ok(Done {
        json,
        text: said,
        clean: verdict.holds(),
        aside: String::new(),
    })
}

fn described(certificate: &Certificate) -> String {
    let key = match certificate.key() {
        CertificateKey::Sm2(_) => "SM2".to_owned(),
        CertificateKey::Other(kind) => kind.clone(),
    };
    format!(
        "持有者：{}\n签发者：{}\n序列号：{}\n有效期：{} 至 {}\n公钥：{key}\n",
        certificate.subject(),
        certificate.issuer(),
        certificate.serial_text(),
        shown_time(certificate.valid_from()),
        shown_time(certificate.valid_to()),
    )
}

/// In Asia/Shanghai, whatever the system says.
pub fn shown_time(at: Timestamp) -> String {
    let zone = jiff::tz::Offset::constant(8).to_time_zone();
    at.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn read_all<T>(
    paths: &[PathBuf],
    read: impl Fn(&Path) -> Result<Vec<T>, ApiError>,
) -> Result<Vec<T>, ApiError> {
    let mut all = Vec::new();
    for path in paths {
        all.extend(read(path)?);
    }
    Ok(all)
}

fn read_certificate(path: &Path) -> Result<Certificate, ApiError> {
    let bytes = file::read(path, LARGEST_FILE)?;
    Certificate::from_file(&bytes).map_err(|error| unreadable(path, &error))
}

/// All certificates of a file.
fn read_certificates(path: &Path) -> Result<Vec<Certificate>, ApiError> {
    let bytes = file::read(path, LARGEST_FILE)?;
    Certificate::all_of_file(&bytes).map_err(|error| unreadable(path, &error))
}

pub fn unreadable(path: &Path, error: &SealError) -> ApiError {
    let fields = [("name", file::shown(path)), ("cause", said(error).sentence)];
    text::error_with(ErrorCode::Invalid, "certificate.unreadable", &fields)
}

/// What the room of seals says, in the user's words.
pub fn said(error: &SealError) -> ApiError {
    let (key, fields) = match error {
        SealError::BadField { field, .. } => (
            "certificate.bad_field",
            vec![("field", (*field).to_owned())],
        ),
        SealError::NotThat { .. } => ("certificate.not_that", Vec::new()),
        SealError::TooLong { limit, .. } => {
            ("certificate.too_long", vec![("limit", limit.to_string())])
        }
        SealError::Crypto(_) => ("certificate.key", Vec::new()),
    };
    text::error_with(ErrorCode::Invalid, key, &fields)
}

/// A password for keys that are made: not empty.
fn new_password(file: Option<&Path>) -> Result<String, ApiError> {
    let password = password::read(file, "给私钥设一个密码：")?;
    if password.chars().count() < 6 {
        return Err(text::error_with(
            ErrorCode::Invalid,
            "certificate.password_short",
            &[],
        ));
    }
    Ok(password)
}

/// To the second, as certificates say it.
pub fn now() -> Timestamp {
    let now: Timestamp = clock::now().parse().unwrap_or(Timestamp::MIN);
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// A moment with its zone, or a day and hour of Asia/Shanghai.
fn time_of(text: &str) -> Result<Timestamp, jiff::Error> {
    text.parse().or_else(|_| {
        let zone = jiff::tz::Offset::constant(8).to_time_zone();
        let local: jiff::civil::DateTime = text.parse()?;
        Ok(local.to_zoned(zone)?.timestamp())
    })
}

/// Of 365 days, and a day for each fourth.
pub fn years_later(from: Timestamp, years: u16) -> Timestamp {
    let days = i64::from(years) * 365 + i64::from(years / 4);
    from.checked_add(SignedDuration::from_hours(24 * days))
        .unwrap_or(Timestamp::MAX)
}
