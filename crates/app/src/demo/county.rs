//! The demo county: ten agencies with sixty invented people, and as many documents as are asked for. The same
//! number makes the same document; nothing here is random.

use andu_document::OfficialDocument;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Refusal;

const COUNTY: &str = include_str!("../../../../assets/demo/county.json");

/// The county.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct County {
    /// Its name, with 演示.
    pub county: String,
    /// What must be known about it.
    pub note: String,
    /// Its agencies; the first is the county government's office.
    pub agencies: Vec<CountyAgency>,
}

/// An agency of the county.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountyAgency {
    /// 机关全称
    pub agency: String,
    /// 规范化简称
    pub short_name: String,
    /// 机关代字
    pub authority_code: String,
    /// 系统
    pub system: String,
    /// Who works there.
    pub people: Vec<CountyPerson>,
}

/// A person of the county.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountyPerson {
    /// Name.
    pub name: String,
    /// 职务
    pub post: String,
    /// 内设机构
    pub department: String,
    /// Names of roles.
    pub roles: Vec<String>,
}

/// Reads the county.
///
/// # Errors
/// `command.arguments` if the asset does not read; a test sees to it that it does.
pub fn county() -> Result<County, Refusal> {
    Ok(serde_json::from_str(COUNTY)?)
}

/// What the county writes about: the matter, and three things done about it.
const MATTERS: [(&str, [&str; 3]); 16] = [
    (
        "水利工程汛前安全检查",
        [
            "对水库、堤防、水闸逐座建立检查台账",
            "对查出的隐患明确责任单位和整改期限",
            "落实防汛物资储备和抢险队伍",
        ],
    ),
    (
        "农村饮水安全巩固提升",
        [
            "完成供水管网改造任务",
            "加强水源地保护和水质检测",
            "健全工程运行管护制度",
        ],
    ),
    (
        "义务教育优质均衡发展",
        [
            "改善乡村学校办学条件",
            "推进教师交流轮岗",
            "规范学校收费和经费使用",
        ],
    ),
    (
        "校园安全专项整治",
        [
            "开展校舍、校车和食堂安全检查",
            "完善应急预案并组织演练",
            "建立家校联系制度",
        ],
    ),
    (
        "高标准农田建设",
        [
            "做好项目区土地平整和灌排配套",
            "严格工程质量和资金管理",
            "落实建后管护责任",
        ],
    ),
    (
        "秋粮收购和储备管理",
        [
            "备足收购资金和仓容",
            "加强质量检验和价格监测",
            "严禁向售粮农民打白条",
        ],
    ),
    (
        "安全生产隐患排查整治",
        [
            "对重点行业领域开展拉网式检查",
            "对重大隐患实行挂牌督办",
            "公布举报电话并及时核查",
        ],
    ),
    (
        "森林草原防灭火",
        [
            "划定责任区并落实巡护人员",
            "清理林区可燃物",
            "严格执行火情报告制度",
        ],
    ),
    (
        "耕地保护和土地执法",
        [
            "逐图斑核查卫星监测结果",
            "依法查处违法占用耕地行为",
            "加强土地复垦项目验收",
        ],
    ),
    (
        "国土空间规划编制",
        [
            "完成基础数据汇交",
            "广泛征求公众意见",
            "做好与专项规划的衔接",
        ],
    ),
    (
        "县级预算执行和绩效管理",
        ["加快支出进度", "开展重点项目绩效评价", "清理盘活存量资金"],
    ),
    (
        "政府采购领域专项治理",
        [
            "核查采购文件中的不合理条款",
            "规范代理机构执业行为",
            "畅通质疑投诉渠道",
        ],
    ),
    (
        "乡村道路养护",
        [
            "完成日常养护和水毁修复",
            "补齐安全防护设施",
            "落实路长责任制",
        ],
    ),
    (
        "农村人居环境整治",
        [
            "推进生活垃圾分类收运",
            "实施户厕改造和污水治理",
            "发动群众共建共管",
        ],
    ),
    (
        "防汛抗旱应急演练",
        [
            "制定演练方案和脚本",
            "检验预警发布和转移安置流程",
            "做好演练评估和总结",
        ],
    ),
    (
        "机关档案规范化管理",
        [
            "按期完成文件材料归档",
            "推进纸质档案数字化",
            "加强档案安全检查",
        ],
    ),
];

/// Where the county works on it.
const PLACES: [&str; 6] = ["石桥镇", "柳湾镇", "云溪乡", "青禾镇", "白鹭镇", "东岭乡"];

/// Document number `n` of an agency, addressed to others of the county.
///
/// # Errors
/// `command.arguments` if what is built here is no document: our mistake.
pub fn document(county: &County, agency: usize, n: usize) -> Result<OfficialDocument, Refusal> {
    let own = &county.agencies[agency % county.agencies.len()];
    let (matter, measures) = MATTERS[(n * 5 + agency * 3) % MATTERS.len()];
    let year = 2024 + n % 3;
    let (month, day) = (n / 3 % 9 + 1, n * 7 % 28 + 1);
    let date = format!("{year}-{month:02}-{day:02}");
    let serial = n / 3 + 1;
    let towards = Towards::of(agency, n);
    let mut body = vec![paragraph(&opening(towards, matter, year, n))];
    for (at, measure) in measures.iter().enumerate() {
        body.push(json!({ "type": "heading", "level": 1, "runs": [{ "text": HEADINGS[at] }] }));
        body.push(paragraph(&passage(measure, n, at, year)));
    }
    body.push(paragraph(towards.ending()));
    let office = own.short_name.clone();
    let whole = json!({
        "format": if towards == Towards::Level { "letter" } else { "document" },
        "document_type": towards.document_type(),
        "direction": towards.direction(),
        "issuers": [{ "name": own.agency }],
        "issue_number": { "authority_code": towards.code(&own.authority_code), "year": year, "serial": serial },
        "signatories": if towards.is_upward() { json!([{ "name": own.people[own.people.len() / 2].name }]) } else { json!([]) },
        "title": format!("{}关于{}的{}", own.agency, towards.subject(matter, n), towards.name()),
        "main_recipients": towards.recipients(county, agency, n),
        "body": body,
        "date_of_issue": date,
        "note": if towards == Towards::Down { String::new() } else {
            format!("联系人：{}，联系电话：0600—62{:05}", own.people[n % own.people.len()].name, 10_000 + n * 37 % 80_000)
        },
        "copy_recipients": [],
        "imprint": if towards == Towards::Level { Value::Null } else { json!({ "name": office_name(own, &office), "date": date }) },
    });
    Ok(serde_json::from_value(whole)?)
}

const HEADINGS: [&str; 3] = ["突出重点任务", "强化工作措施", "健全长效机制"];

fn office_name(own: &CountyAgency, short: &str) -> String {
    if short.ends_with("办公室") {
        own.agency.clone()
    } else {
        format!("{}办公室", own.agency)
    }
}

fn paragraph(text: &str) -> Value {
    json!({ "type": "paragraph", "runs": [{ "text": text }] })
}

/// Where a document goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Towards {
    Down,
    Level,
    Report,
    Request,
}

impl Towards {
    fn of(agency: usize, n: usize) -> Self {
        match (agency, n % 4) {
            (0, 0..=2) => Self::Down,
            (_, 1) => Self::Report,
            (_, 3) => Self::Request,
            _ => Self::Level,
        }
    }

    const fn is_upward(self) -> bool {
        matches!(self, Self::Report | Self::Request)
    }

    const fn document_type(self) -> &'static str {
        match self {
            Self::Down => "notice",
            Self::Level => "letter",
            Self::Report => "report",
            Self::Request => "request_for_instructions",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Down => "通知",
            Self::Level => "函",
            Self::Report => "报告",
            Self::Request => "请示",
        }
    }

    const fn direction(self) -> &'static str {
        match self {
            Self::Down => "downward",
            Self::Level => "level",
            Self::Report | Self::Request => "upward",
        }
    }

    fn code(self, authority: &str) -> String {
        let end = match self {
            Self::Down => "发",
            Self::Level => "函",
            Self::Report => "报",
            Self::Request => "请",
        };
        format!("{authority}{end}")
    }

    fn subject(self, matter: &str, n: usize) -> String {
        let place = PLACES[n / 4 % PLACES.len()];
        match self {
            Self::Down => format!("做好{matter}工作"),
            Self::Level => format!("商请协助做好{place}{matter}工作"),
            Self::Report => format!("{place}{matter}工作情况"),
            Self::Request => format!("解决{place}{matter}工作经费"),
        }
    }

    fn recipients(self, county: &County, agency: usize, n: usize) -> Vec<String> {
        match self {
            Self::Down => vec!["各镇、乡人民政府".into(), "县政府有关部门".into()],
            Self::Report | Self::Request => vec!["望溪县人民政府".into()],
            Self::Level => {
                let others = county.agencies.len() - 1;
                let other = (agency + 1 + n / 4 % others) % county.agencies.len();
                vec![county.agencies[other].agency.clone()]
            }
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Down => "工作中遇到的重要情况，请及时报告县人民政府办公室。",
            Self::Level => "专此函达，请予支持并函复。",
            Self::Report => "特此报告。",
            Self::Request => "妥否，请批示。",
        }
    }
}

fn opening(towards: Towards, matter: &str, year: usize, n: usize) -> String {
    let place = PLACES[n / 4 % PLACES.len()];
    match towards {
        Towards::Down => {
            format!("为切实做好{year}年{matter}工作，经县人民政府同意，现就有关事项通知如下：")
        }
        Towards::Level => format!(
            "根据县人民政府{year}年工作安排，我单位正在{place}开展{matter}工作，现就有关事项商请如下："
        ),
        Towards::Report => {
            format!("按照县人民政府工作部署，现将{year}年{place}{matter}工作情况报告如下：")
        }
        Towards::Request => format!(
            "为保证{place}{matter}工作按期完成，拟申请{year}年专项工作经费{}万元。有关情况请示如下：",
            20 + n % 60
        ),
    }
}

fn passage(measure: &str, n: usize, at: usize, year: usize) -> String {
    let place = PLACES[(n + at) % PLACES.len()];
    let (done, month) = (12 + (n * 7 + at * 5) % 180, (n + at) % 9 + 1);
    format!(
        "{measure}。以{place}为重点，到{year}年{}月底完成{done}处，做到任务到岗、责任到人、督促到位，结果向社会公开并接受群众监督。",
        month + 3
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use andu_base::Date;
    use andu_document::{AgencyPlace, CheckContext, Stage, Strength, Vocabulary, check};

    use super::*;

    #[test]
    fn the_county_has_ten_agencies_and_sixty_people_of_different_names() {
        let county = county().expect("the county reads");
        let names: BTreeSet<_> = county
            .agencies
            .iter()
            .flat_map(|agency| &agency.people)
            .map(|person| &person.name)
            .collect();
        assert_eq!((county.agencies.len(), names.len()), (10, 60));
    }

    #[test]
    fn two_thousand_documents_break_no_provision_and_no_two_have_one_number() {
        let county = county().expect("the county reads");
        let mut numbers = BTreeSet::new();
        for n in 0..2_000 {
            let document = document(&county, n % 10, n / 10).expect("a document");
            let context = CheckContext {
                issuer: &AgencyPlace::default(),
                vocabulary: &Vocabulary::default(),
                today: Date::constant(2026, 11, 22),
                ceiling: None,
                pages: None,
                stage: Stage::Finished,
            };
            let broken: Vec<_> = check(&document, &context)
                .into_iter()
                .filter(|finding| finding.strength == Strength::Required)
                .collect();
            assert!(broken.is_empty(), "document {n}: {broken:?}");
            let number = document.issue_number.clone().expect("a number");
            assert!(numbers.insert(format!("{number:?}")), "{number:?} twice");
        }
    }
}
