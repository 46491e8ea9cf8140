//! Verbs on electronic seals: the picture of a test seal, a test seal with its keys, the verdict on any seal or seal
//! signature.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use andu_api::{ApiError, ErrorCode, text};
use andu_crypto::sm::{KeyHolder as _, Sm2Secret, sm3};
use andu_desk::file;
use andu_seal::{
    Certificate, CertificatePlan, CertificateRole, ElectronicSeal, Name, SealError, SealFinding,
    SealKind, SealPlan, SealSignature, SealVersion, TestAuthority, make_test_root, make_test_seal,
    picture::{DrawnSeal, Outlines, RoundSeal, SealDiameter, diameters, draw_signature_seal},
};
use andu_typeset::{FontCategory, FontShelf};
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    argument::Fonts,
    ca::{self, folder},
    document,
    outcome::Done,
    output, password,
};

/// A seal, or a seal signature, is never longer, in bytes.
const LARGEST_SEAL: u64 = 8 << 20;
/// What was sealed is never longer, in bytes.
const LARGEST_CONTENT: u64 = 512 << 20;
/// The password of a demo seal's keys where none is given: they are worth nothing.
const DEMO_PASSWORD: &str = "andu-demo-seal";
const DEMO_YEARS: u16 = 5;

/// 电子印章：画测试印章的印模，做一枚测试印章，查看、核验任何印章和签章
#[derive(Args)]
pub struct Seal {
    #[command(subcommand)]
    pub verb: SealVerb,
}

#[derive(Subcommand)]
pub enum SealVerb {
    /// 按规格画一枚测试印章的印模，按文件名写成图片或矢量图
    Draw {
        #[command(flatten)]
        look: Look,
        /// 输出文件
        #[arg(long, value_name = "OUT")]
        out: PathBuf,
        /// 图片每英寸点数
        #[arg(long, value_name = "DPI", default_value_t = 600, value_parser = clap::value_parser!(u32).range(72..=1200))]
        dpi: u32,
        #[command(flatten)]
        fonts: Fonts,
    },
    /// 做一枚测试印章：印章文件、印模、制章者和保管人的测试证书和私钥
    Demo {
        #[command(flatten)]
        look: Look,
        /// 放进的文件夹：须是空的，或还没有
        #[arg(long, value_name = "FOLDER")]
        out: PathBuf,
        /// 印章数据的格式
        #[arg(long, value_name = "FORMAT", default_value = "v4")]
        format: Format,
        /// 私钥的密码：取文件第一行（- 为标准输入）；不写则用演示密码
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        #[command(flatten)]
        fonts: Fonts,
    },
    /// 查看并核验一枚印章，或一份签章数据：是谁的、谁做的、有效期、有没有改动过
    Show {
        /// 印章文件，或签章数据文件
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// 所签的内容：核对签章以后有没有改动
        #[arg(long, value_name = "FILE")]
        content: Option<PathBuf>,
        /// 把印模写成文件
        #[arg(long, value_name = "OUT")]
        picture: Option<PathBuf>,
    },
    /// 列出各类机关印章的直径和依据
    Sizes,
}

/// What a seal says.
#[derive(Args)]
pub struct Look {
    /// 单位名称，自左而右环行；签名章则为姓名
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// 下面一行，如 合同专用章
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub line: String,
    /// 哪一类机关：决定直径和中央（见 andu seal sizes）；写 person 为签名章
    #[arg(long, value_name = "KIND", default_value = "department")]
    pub kind: String,
}

/// 印章数据的格式
#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    /// 2014 年密码行业标准
    V1,
    /// 2020 年国家标准
    V4,
    /// 2025 年密码行业标准
    V5,
}

/// Does what was typed.
pub fn run(args: &Seal) -> Result<Done, ApiError> {
    match &args.verb {
        SealVerb::Draw {
            look,
            out,
            dpi,
            fonts,
        } => draw(look, out, *dpi, fonts),
        SealVerb::Demo {
            look,
            out,
            format,
            password_file,
            fonts,
        } => demo(look, out, *format, password_file.as_deref(), fonts),
        SealVerb::Show {
            file,
            content,
            picture,
        } => show(file, content.as_deref(), picture.as_deref()),
        SealVerb::Sizes => Ok(sizes()),
    }
}

/// The shelf's 小标宋, by its fallbacks for rare characters.
struct Shelf(Arc<FontShelf>);

impl Outlines for Shelf {
    fn outline(
        &self,
        character: char,
        pen: &mut dyn andu_seal::picture::OutlineBuilder,
    ) -> Option<f32> {
        let em = self.0.outline(FontCategory::Biaosong, character, pen)?;
        #[expect(clippy::cast_possible_truncation, reason = "1000 or 2048")]
        Some(em as f32)
    }
}

/// Of the seal of a person, or of a kind of agency.
enum Kind {
    Person,
    Agency(&'static SealDiameter),
}

fn kind(name: &str) -> Result<Kind, ApiError> {
    if name == "person" {
        return Ok(Kind::Person);
    }
    let found = diameters().iter().find(|one| one.kind == name);
    found.map(Kind::Agency).ok_or_else(|| {
        let all: Vec<&str> = diameters().iter().map(|one| one.kind.as_str()).collect();
        let fields = [("kind", name.to_owned()), ("all", all.join("、"))];
        text::error_with(ErrorCode::Invalid, "seal.unknown_kind", &fields)
    })
}

fn drawn(look: &Look, fonts: &Fonts) -> Result<DrawnSeal, ApiError> {
    let shelf = Shelf(document::shelf(fonts));
    let drawn = match kind(&look.kind)? {
        Kind::Person => draw_signature_seal(&look.name, &shelf),
        Kind::Agency(rule) => {
            #[expect(clippy::cast_precision_loss, reason = "at most 60")]
            let diameter_mm = rule.diameter_mm as f32;
            RoundSeal {
                name: &look.name,
                line: &look.line,
                diameter_mm,
                centre: rule.centre,
            }
            .draw(&shelf)
        }
    };
    drawn.map_err(|error| refused(&error))
}

/// What the room of seals refuses, in the user's words.
fn refused(error: &SealError) -> ApiError {
    let SealError::BadField { field, .. } = error else {
        return ca::said(error);
    };
    let key = format!("seal.bad_{field}");
    if text::knows(&key) {
        return text::error_with(ErrorCode::Invalid, &key, &[]);
    }
    ca::said(error)
}

fn draw(look: &Look, out: &Path, dpi: u32, fonts: &Fonts) -> Result<Done, ApiError> {
    let drawn = drawn(look, fonts)?;
    let is_svg = out
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("svg"));
    let bytes = if is_svg {
        drawn.to_svg().into_bytes()
    } else {
        drawn
            .to_picture(dpi)
            .map_err(|error| refused(&error))?
            .bytes
    };
    file::write(out, &bytes)?;
    let said = format!(
        "已画好 {:.1}×{:.1} 毫米的测试印模：{}",
        drawn.width_mm,
        drawn.height_mm,
        file::shown(out)
    );
    let json = json!({
        "width_mm": drawn.width_mm, "height_mm": drawn.height_mm, "written": file::shown(out),
    });
    Ok(Done::clean(json, said))
}

fn demo(
    look: &Look,
    out: &Path,
    format: Format,
    password_file: Option<&Path>,
    fonts: &Fonts,
) -> Result<Done, ApiError> {
    folder::check_empty(out)?;
    let password = match password_file {
        Some(_) => password::read(password_file, "")?,
        None => DEMO_PASSWORD.to_owned(),
    };
    let drawn = drawn(look, fonts)?;
    let picture = drawn.to_picture(600).map_err(|error| refused(&error))?;
    let now = ca::now();
    let demo = Demo::new(&look.name, (now, ca::years_later(now, DEMO_YEARS)))
        .map_err(|error| refused(&error))?;
    let id = demo.keeper.serial_text();
    let plan = SealPlan {
        version: match format {
            Format::V1 => SealVersion::V1,
            Format::V4 => SealVersion::V4,
            Format::V5 => SealVersion::V5,
        },
        id: &id,
        kind: match kind(&look.kind)? {
            Kind::Person => SealKind::Person,
            Kind::Agency(_) => SealKind::Unit,
        },
        name: &format!("{}（测试印章）", look.name),
        signers: &[&demo.keeper],
        created_at: now,
        valid_from: now,
        valid_to: demo.keeper.valid_to(),
        picture: &picture,
    };
    let seal =
        make_test_seal(&plan, &demo.maker, &demo.maker_key).map_err(|error| refused(&error))?;
    for (name, key) in [
        ("keeper.key", &demo.keeper_key),
        ("maker.key", &demo.maker_key),
    ] {
        let pem = key.to_pem(password.as_bytes());
        let pem = pem.map_err(|error| ca::said(&error.into()))?;
        folder::put(out, name, pem.as_bytes())?;
    }
    for (name, certificate) in [
        ("keeper.pem", &demo.keeper),
        ("maker.pem", &demo.maker),
        ("root.pem", &demo.root),
    ] {
        folder::put(out, name, certificate.to_pem().as_bytes())?;
    }
    folder::put(out, "seal.png", &picture.bytes)?;
    folder::put(out, "seal.svg", drawn.to_svg().as_bytes())?;
    folder::put(out, "seal.esl", seal.bytes())?;
    let mut said = format!(
        "测试印章已做好，放在 {}：印章 seal.esl，印模 seal.png、seal.svg，保管人证书 keeper.pem 和私钥 keeper.key。",
        file::shown(out)
    );
    if password_file.is_none() {
        let _ = write!(said, "\n私钥的演示密码：{DEMO_PASSWORD}");
    }
    said.push_str("\n它没有法律效力。");
    let json = json!({ "folder": file::shown(out), "id": id, "name": seal.name });
    Ok(Done::clean(json, said))
}

/// The keys and certificates behind a demo seal.
struct Demo {
    root: Certificate,
    maker: Certificate,
    maker_key: Sm2Secret,
    keeper: Certificate,
    keeper_key: Sm2Secret,
}

impl Demo {
    fn new(name: &str, (valid_from, valid_to): (Timestamp, Timestamp)) -> Result<Self, SealError> {
        let (root_key, maker_key, keeper_key) = (
            Sm2Secret::random()?,
            Sm2Secret::random()?,
            Sm2Secret::random()?,
        );
        let root = Name::for_test("测试机构", "测试根")?;
        let root = make_test_root(&root, &root_key, valid_from, valid_to)?;
        let by = TestAuthority {
            certificate: &root,
            key: &root_key,
        };
        let issue = |name: &str, key: &Sm2Secret| {
            by.issue(&CertificatePlan {
                subject: &Name::for_test("测试机构", name)?,
                key: &key.public(),
                role: CertificateRole::Signing,
                valid_from,
                valid_to,
            })
        };
        Ok(Self {
            maker: issue("测试制章机构", &maker_key)?,
            keeper: issue(name, &keeper_key)?,
            root,
            maker_key,
            keeper_key,
        })
    }
}

fn show(path: &Path, content: Option<&Path>, picture: Option<&Path>) -> Result<Done, ApiError> {
    if let Some(out) = picture {
        let inputs: Vec<&Path> = [Some(path), content].into_iter().flatten().collect();
        output::keep_apart(&inputs, &[out])?;
    }
    let bytes = file::read(path, LARGEST_SEAL)?;
    let (seal, signature) = match SealSignature::read(&bytes) {
        Ok(signature) => (signature.seal.clone(), Some(signature)),
        Err(_) => {
            let seal = ElectronicSeal::read(&bytes);
            let seal = seal.map_err(|_| {
                let fields = [("name", file::shown(path))];
                text::error_with(ErrorCode::Invalid, "seal.unreadable", &fields)
            })?;
            (seal, None)
        }
    };
    let mut said = described(&seal);
    let mut json = facts(&seal);
    let findings = match &signature {
        None => seal.judge(),
        Some(signature) => {
            let digest = match content {
                Some(content) => Some(sm3(&file::read(content, LARGEST_CONTENT)?)),
                None => None,
            };
            said.push_str(&signed(signature));
            json["signed_at"] = json!(signature.at);
            json["about"] = json!(signature.about);
            json["signer"] = json!(holder(&signature.signer));
            let held = <[u8; 32]>::try_from(signature.data_hash.as_slice());
            let digest = digest.or(held.ok()).unwrap_or([0; 32]);
            signature.judge(&digest, None)
        }
    };
    for finding in &findings {
        let _ = writeln!(said, "✗ {}", sentence(*finding));
    }
    if signature.is_some() && content.is_none() {
        said.push_str("◐ 没有给出所签的内容（--content），没有核对内容有没有改动。\n");
    }
    said.push_str("◐ 没有核验证书是谁签发的；请用 andu ca verify。\n");
    said.push_str(if findings.is_empty() {
        "结论：印章数据完整，没有改动过。"
    } else {
        "结论：不可相信。"
    });
    json["findings"] = findings
        .iter()
        .map(|one| json!({ "code": one, "sentence": sentence(*one) }))
        .collect();
    if let Some(out) = picture {
        file::write(out, &seal.picture.bytes)?;
    }
    Ok(Done {
        json,
        text: said,
        clean: findings.is_empty(),
        aside: String::new(),
    })
}

fn sentence(finding: SealFinding) -> String {
    let code = json!(finding);
    let key = format!("seal.{}", code.as_str().unwrap_or_default());
    text::sentence(&key, &BTreeMap::new())
}

fn holder(certificate: &[u8]) -> String {
    Certificate::from_der(certificate)
        .map_or_else(|_| "不能读出".to_owned(), |one| one.subject().to_string())
}

fn version(seal: &ElectronicSeal) -> &'static str {
    match seal.version {
        SealVersion::V1 => "GM/T 0031-2014",
        SealVersion::V4 => "GB/T 38540-2020",
        SealVersion::V5 => "GM/T 0031-2025",
    }
}

fn described(seal: &ElectronicSeal) -> String {
    let kind = match seal.kind {
        SealKind::Unit => "单位章",
        SealKind::Person => "个人章",
        SealKind::Other(_) => "其他",
    };
    format!(
        "印章：{}\n类型：{kind}，参照 {} 的格式\n编码：{}\n制章者：{}\n有效期：{} 至 {}\n印模：{}，{}×{} 毫米\n",
        seal.name,
        version(seal),
        seal.id,
        holder(&seal.maker),
        ca::shown_time(seal.valid_from),
        ca::shown_time(seal.valid_to),
        seal.picture.format,
        seal.picture.width_mm,
        seal.picture.height_mm,
    )
}

fn signed(signature: &SealSignature) -> String {
    let at = signature
        .at
        .map_or_else(|| "不能读出".to_owned(), ca::shown_time);
    format!(
        "签章者：{}\n签章时间：{at}\n所签：{}\n",
        holder(&signature.signer),
        signature.about
    )
}

fn facts(seal: &ElectronicSeal) -> Value {
    json!({
        "name": seal.name, "id": seal.id, "format": version(seal), "vendor": seal.vendor,
        "maker": holder(&seal.maker), "valid_from": seal.valid_from, "valid_to": seal.valid_to,
        "picture": {
            "format": seal.picture.format, "bytes": seal.picture.bytes.len(),
            "width_mm": seal.picture.width_mm, "height_mm": seal.picture.height_mm,
        },
    })
}

fn sizes() -> Done {
    let mut said = String::new();
    for one in diameters() {
        let limit = if one.is_limit { "不大于" } else { "" };
        let _ = writeln!(
            said,
            "{}  {limit}{} 毫米  {}  {}",
            one.kind, one.diameter_mm, one.name, one.clause
        );
    }
    said.push_str("参照《国务院关于国家行政机关和企业事业单位社会团体印章管理的规定》（国发〔1999〕25号）。国徽不在这里画，真实印章从制章机关的文件导入。");
    Done::clean(json!({ "kinds": diameters() }), said)
}
