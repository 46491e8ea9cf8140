//! Where agencies stand: level, system and superiors, the vocabulary of names with general names
//! (统称), and the direction of a document that follows from them (条例 第十四条).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::kind::Direction;

pub(crate) mod name;

/// Which system an agency belongs to, in the order 党、政、军、群 and then those that copies name on a
/// line of their own.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// 党委及其部门
    Party,
    /// 政府及其部门
    #[default]
    Government,
    /// 军队
    Military,
    /// 群团
    MassOrganisation,
    /// 人大
    Congress,
    /// 政协
    Consultative,
    /// 监委
    Supervision,
    /// 法院
    Court,
    /// 检察院
    Procuratorate,
    /// Any other.
    Other,
}

/// Level of an agency; the highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 中央
    Centre,
    /// 省级
    Province,
    /// 市级
    City,
    /// 县级
    County,
    /// 乡级
    Township,
}

/// What an agency is within its system and level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AgencyKind {
    /// The body itself: 党委, 政府, 人大常委会, 法院 …
    Body,
    /// Its 办公厅（室）.
    Office,
    /// A department (部门) of it.
    #[default]
    Department,
    /// 部门内设机构
    Internal,
    /// 事业单位, 企业 and others.
    Institution,
}

/// An agency and its place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct AgencyPlace {
    /// 全称
    pub name: String,
    /// 规范化简称; may be empty.
    pub short_name: String,
    /// 机关代字, such as 望政发; may be empty.
    pub authority_code: String,
    /// `None` if it is not known.
    pub level: Option<Level>,
    /// Its system.
    pub system: System,
    /// What it is.
    pub kind: AgencyKind,
    /// Names of its direct superiors; two where it is under dual leadership (双重领导).
    pub superiors: Vec<String>,
}

/// How an agency stands to the one that issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// 上级机关
    Superior,
    /// 平级机关
    Peer,
    /// 不相隶属机关
    Unrelated,
    /// 下级机关
    Subordinate,
    /// The issuing agency itself.
    Own,
}

/// A name of the vocabulary: one agency, or a general name with its members.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct VocabularyEntry {
    /// The agency; of a general name only `name` counts.
    pub place: AgencyPlace,
    /// How it stands to this desk's agency, where somebody said so; it goes before what follows from
    /// `superiors`.
    pub relation: Option<Relation>,
    /// For a 统称: what it stands for, by name; members may be general names again.
    pub members: Vec<String>,
}

/// The agencies this desk knows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Vocabulary {
    /// Names, in any order.
    pub entries: Vec<VocabularyEntry>,
}

/// The direction that recipients give a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DirectionFinding {
    /// All are superior.
    Upward,
    /// All are subordinate.
    Downward,
    /// All are peers or not related.
    Level,
    /// They lie in different directions.
    Mixed,
    /// At least one is not known, or there is none.
    Unknown,
}

impl AgencyKind {
    /// What a name says of its kind, where that is certain; other names are `None`.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = plain(name);
        let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
        let party = System::of_name(name) == Some(System::Party);
        if ends(&[
            "人民政府",
            "国务院",
            "人大常委会",
            "人民代表大会常务委员会",
            "人民法院",
            "人民检察院",
        ]) || ends(&["人民代表大会", "军分区", "警备区", "省军区"])
            || name.starts_with("中国人民政治协商会议") && name.ends_with("委员会")
            || party && ends(&["委员会", "省委", "市委", "县委", "区委", "党委"])
        {
            return Some(Self::Body);
        }
        let whole = ["办公室", "办公厅"]
            .iter()
            .find_map(|word| name.strip_suffix(word));
        // 办公室 of a 局 is one of its departments, that of a 政府 or 党委 an office of its own.
        if whole.is_some_and(|whole| Self::of_name(whole) == Some(Self::Body)) {
            return Some(Self::Office);
        }
        if name::whole_of_internal(name).is_some() {
            return Some(Self::Internal);
        }
        ends(&["局", "厅", "部", "发展和改革委员会", "卫生健康委员会"]).then_some(Self::Department)
    }
}

impl DirectionFinding {
    /// The direction, where there is one.
    pub const fn direction(self) -> Option<Direction> {
        match self {
            Self::Upward => Some(Direction::Upward),
            Self::Downward => Some(Direction::Downward),
            Self::Level => Some(Direction::Level),
            Self::Mixed | Self::Unknown => None,
        }
    }
}

impl System {
    /// What a name says of its system, where that is certain; other names are `None`.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = plain(name);
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
        if has(&["人大常委会", "人民代表大会"]) {
            Some(Self::Congress)
        } else if has(&["政协", "政治协商会议"]) {
            Some(Self::Consultative)
        } else if has(&["人民检察院"]) || ends(&["检察院"]) {
            Some(Self::Procuratorate)
        } else if has(&["人民法院"]) || ends(&["法院"]) {
            Some(Self::Court)
        } else if has(&["监察委员会"]) {
            Some(Self::Supervision)
        } else if has(&["军分区", "人民武装部", "警备区", "省军区"]) || ends(&["人武部"])
        {
            Some(Self::Military)
        } else if has(&["总工会", "妇女联合会", "人民团体", "工商联"])
            || ends(&["团省委", "团市委", "团县委", "妇联", "文联", "科协"])
        {
            Some(Self::MassOrganisation)
        } else if has(&["中共", "中国共产党"])
            || ["省委", "市委", "县委", "区委", "党委"]
                .iter()
                .any(|word| name.starts_with(word))
        {
            Some(Self::Party)
        } else if has(&["人民政府", "国务院"]) {
            Some(Self::Government)
        } else {
            None
        }
    }

    /// The system by the word of a list, such as 党委 or 政府.
    pub fn of_word(word: &str) -> Self {
        match word.trim() {
            "党委" | "党" => Self::Party,
            "政府" | "政" | "行政" => Self::Government,
            "军队" | "军" => Self::Military,
            "群团" | "群" | "人民团体" => Self::MassOrganisation,
            "人大" => Self::Congress,
            "政协" => Self::Consultative,
            "监委" | "监察委" => Self::Supervision,
            "法院" => Self::Court,
            "检察院" => Self::Procuratorate,
            _ => Self::Other,
        }
    }

    /// 人大、政协、监委、法院、检察院: copies begin a new line with them (实务).
    pub const fn begins_line(self) -> bool {
        match self {
            Self::Congress
            | Self::Consultative
            | Self::Supervision
            | Self::Court
            | Self::Procuratorate => true,
            Self::Party
            | Self::Government
            | Self::Military
            | Self::MassOrganisation
            | Self::Other => false,
        }
    }
}

/// A name without surrounding space and the punctuation that lists put after it.
pub(crate) fn plain(name: &str) -> &str {
    name.trim()
        .trim_end_matches(['，', '。', '、', '：', '；', ',', ':', ';'])
        .trim()
}

impl AgencyPlace {
    /// Whether `name` is its full or short name.
    pub fn is_called(&self, name: &str) -> bool {
        let name = plain(name);
        !name.is_empty() && (self.name == name || self.short_name == name)
    }
}

impl Vocabulary {
    /// The entry of a full or short name.
    pub fn find(&self, name: &str) -> Option<&VocabularyEntry> {
        self.entries
            .iter()
            .find(|entry| entry.place.is_called(name))
    }

    /// What a name stands for: the members of a general name, each once and in order; any other name
    /// is itself, in full where the vocabulary knows it.
    pub fn expand(&self, name: &str) -> Vec<String> {
        let mut names = Vec::new();
        self.expand_into(name, &mut Vec::new(), &mut names);
        names
    }

    fn expand_into(&self, name: &str, above: &mut Vec<String>, names: &mut Vec<String>) {
        let entry = self.find(name);
        let full = entry.map_or_else(|| plain(name).to_owned(), |entry| entry.place.name.clone());
        match entry.filter(|entry| !entry.members.is_empty()) {
            // A general name that contains itself stands for nothing more.
            Some(_) if above.contains(&full) => {}
            Some(entry) => {
                above.push(full);
                for member in &entry.members {
                    self.expand_into(member, above, names);
                }
                above.pop();
            }
            None if names.contains(&full) => {}
            None => names.push(full),
        }
    }

    /// All superiors of an agency, the direct ones first.
    pub fn superiors(&self, place: &AgencyPlace) -> Vec<String> {
        let full = |name: &String| {
            self.find(name)
                .map_or_else(|| plain(name).to_owned(), |entry| entry.place.name.clone())
        };
        let mut found: Vec<String> = place.superiors.iter().map(full).collect();
        let mut at = 0;
        while let Some(name) = found.get(at).cloned() {
            at += 1;
            let above = self
                .find(&name)
                .map_or(&[][..], |entry| entry.place.superiors.as_slice());
            for superior in above.iter().map(full) {
                if !found.contains(&superior) && superior != place.name {
                    found.push(superior);
                }
            }
        }
        found
    }

    /// How `name` stands to `issuer`; `None` if the vocabulary does not say.
    pub fn relation(&self, issuer: &AgencyPlace, name: &str) -> Option<Relation> {
        if issuer.is_called(name) {
            return Some(Relation::Own);
        }
        let above = self.superiors(issuer);
        if above.iter().any(|superior| superior == plain(name)) {
            return Some(Relation::Superior);
        }
        let entry = self.find(name)?;
        if entry.relation.is_some() {
            return entry.relation;
        }
        if !entry.members.is_empty() {
            let members = self.expand(name);
            let mut relations = members.iter().map(|member| self.relation(issuer, member));
            let first = relations.next().flatten()?;
            return relations.all(|other| other == Some(first)).then_some(first);
        }
        let other = &entry.place;
        if above.contains(&other.name) {
            return Some(Relation::Superior);
        }
        let below = self.superiors(other);
        if below.contains(&issuer.name) {
            return Some(Relation::Subordinate);
        }
        let siblings = other
            .superiors
            .iter()
            .any(|superior| issuer.superiors.contains(superior));
        let same_level = other.level.is_none() || other.level == issuer.level;
        if siblings && same_level {
            Some(Relation::Peer)
        } else if other.superiors.is_empty() || issuer.superiors.is_empty() {
            None
        } else {
            Some(Relation::Unrelated)
        }
    }
}

/// The direction of a document from `issuer` to `recipients`, general names counted by their members.
pub fn direction(
    issuer: &AgencyPlace,
    recipients: &[String],
    vocabulary: &Vocabulary,
) -> DirectionFinding {
    let mut found: Option<DirectionFinding> = None;
    let mut unknown = false;
    for name in recipients {
        let next = match vocabulary.relation(issuer, name) {
            Some(Relation::Superior) => DirectionFinding::Upward,
            Some(Relation::Subordinate) => DirectionFinding::Downward,
            Some(Relation::Peer | Relation::Unrelated) => DirectionFinding::Level,
            Some(Relation::Own) => continue,
            None => {
                unknown = true;
                continue;
            }
        };
        if found.is_some_and(|found| found != next) {
            return DirectionFinding::Mixed;
        }
        found = Some(next);
    }
    found
        .filter(|_| !unknown)
        .unwrap_or(DirectionFinding::Unknown)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A small invented county with its superiors.
    pub(crate) fn county() -> Vocabulary {
        use AgencyKind::{Body, Department, Office};
        let entry = |name: &str, short: &str, level, kind, superiors: &[&str]| VocabularyEntry {
            place: AgencyPlace {
                name: name.into(),
                short_name: short.into(),
                authority_code: String::new(),
                level: Some(level),
                system: System::of_name(name).unwrap_or_default(),
                kind,
                superiors: superiors.iter().map(|name| (*name).to_owned()).collect(),
            },
            ..VocabularyEntry::default()
        };
        let mut entries = vec![
            entry("云岭省人民政府", "省政府", Level::Province, Body, &[]),
            entry(
                "青川市人民政府",
                "市政府",
                Level::City,
                Body,
                &["云岭省人民政府"],
            ),
            entry(
                "望溪县人民政府",
                "县政府",
                Level::County,
                Body,
                &["青川市人民政府"],
            ),
            entry(
                "南屏县人民政府",
                "",
                Level::County,
                Body,
                &["青川市人民政府"],
            ),
            entry(
                "青川市水务局",
                "市水务局",
                Level::City,
                Department,
                &["青川市人民政府"],
            ),
            entry(
                "望溪县水务局",
                "县水务局",
                Level::County,
                Department,
                &["望溪县人民政府", "青川市水务局"],
            ),
            entry(
                "望溪县财政局",
                "县财政局",
                Level::County,
                Department,
                &["望溪县人民政府"],
            ),
            entry(
                "望溪县人民政府办公室",
                "县政府办",
                Level::County,
                Office,
                &["望溪县人民政府"],
            ),
            entry(
                "石桥镇人民政府",
                "",
                Level::Township,
                Body,
                &["望溪县人民政府"],
            ),
            entry(
                "柳湾乡人民政府",
                "",
                Level::Township,
                Body,
                &["望溪县人民政府"],
            ),
        ];
        let general = |name: &str, members: &[&str]| VocabularyEntry {
            place: AgencyPlace {
                name: name.into(),
                ..AgencyPlace::default()
            },
            members: members.iter().map(|name| (*name).to_owned()).collect(),
            relation: None,
        };
        entries.push(general(
            "各镇、乡人民政府",
            &["石桥镇人民政府", "柳湾乡人民政府"],
        ));
        entries.push(general("县政府各部门", &["县水务局", "县财政局"]));
        entries.push(general(
            "全县各单位",
            &["各镇、乡人民政府", "县政府各部门", "全县各单位"],
        ));
        Vocabulary { entries }
    }

    fn place(vocabulary: &Vocabulary, name: &str) -> AgencyPlace {
        vocabulary
            .find(name)
            .expect("the test knows it")
            .place
            .clone()
    }

    #[test]
    fn a_general_name_stands_for_its_members_each_once() {
        let names = county().expand("全县各单位");
        assert_eq!(
            names,
            [
                "石桥镇人民政府",
                "柳湾乡人民政府",
                "望溪县水务局",
                "望溪县财政局"
            ]
        );
        assert_eq!(county().expand("某某公司："), ["某某公司"]);
    }

    #[test]
    fn direction_follows_from_the_tree() {
        use DirectionFinding as D;
        let vocabulary = county();
        let cases: [(&str, &[&str], D); 10] = [
            ("望溪县人民政府", &["青川市人民政府"], D::Upward),
            ("望溪县人民政府", &["云岭省人民政府"], D::Upward),
            (
                "望溪县人民政府",
                &["各镇、乡人民政府", "县政府各部门"],
                D::Downward,
            ),
            ("望溪县人民政府", &["南屏县人民政府"], D::Level),
            ("望溪县水务局", &["望溪县财政局"], D::Level),
            ("望溪县水务局", &["市水务局"], D::Upward),
            ("望溪县水务局", &["石桥镇人民政府"], D::Level),
            (
                "望溪县人民政府",
                &["青川市人民政府", "石桥镇人民政府"],
                D::Mixed,
            ),
            ("望溪县人民政府", &["某某公司"], D::Unknown),
            ("望溪县人民政府", &[], D::Unknown),
        ];
        for (issuer, recipients, expected) in cases {
            let names: Vec<String> = recipients.iter().map(|name| (*name).to_owned()).collect();
            let found = direction(&place(&vocabulary, issuer), &names, &vocabulary);
            assert_eq!(found, expected, "{issuer} -> {recipients:?}");
        }
    }

    #[test]
    fn what_somebody_said_goes_before_the_tree() {
        let mut vocabulary = county();
        let issuer = place(&vocabulary, "望溪县水务局");
        assert_eq!(
            vocabulary.relation(&issuer, "石桥镇人民政府"),
            Some(Relation::Unrelated)
        );
        let at = vocabulary
            .entries
            .iter()
            .position(|e| e.place.name == "石桥镇人民政府");
        vocabulary.entries[at.expect("there")].relation = Some(Relation::Peer);
        assert_eq!(
            vocabulary.relation(&issuer, "石桥镇人民政府"),
            Some(Relation::Peer)
        );
    }

    #[test]
    fn a_ring_of_superiors_ends() {
        let mut vocabulary = county();
        let at = vocabulary
            .entries
            .iter()
            .position(|e| e.place.name == "云岭省人民政府");
        vocabulary.entries[at.expect("there")].place.superiors = vec!["望溪县人民政府".into()];
        let issuer = place(&vocabulary, "望溪县人民政府");
        assert_eq!(
            vocabulary.superiors(&issuer),
            ["青川市人民政府", "云岭省人民政府"]
        );
    }

    #[test]
    fn names_tell_their_kind_only_where_it_is_certain() {
        use AgencyKind::{Body, Department, Office};
        for (name, kind) in [
            ("望溪县人民政府", Some(Body)),
            ("望溪县人民政府办公室", Some(Office)),
            ("中国共产党望溪县委员会", Some(Body)),
            ("中共望溪县委", Some(Body)),
            ("县委办公室", Some(Office)),
            ("望溪县人大常委会", Some(Body)),
            ("中共望溪县委组织部", Some(Department)),
            ("望溪县水务局", Some(Department)),
            ("青川市发展和改革委员会", Some(Department)),
            ("望溪县水务局规划科", Some(AgencyKind::Internal)),
            ("望溪县水务局办公室", None),
            ("望溪水库管理所", None),
        ] {
            assert_eq!(AgencyKind::of_name(name), kind, "{name}");
        }
    }

    #[test]
    fn names_tell_their_system_only_where_it_is_certain() {
        for (name, system) in [
            ("县委办公室", Some(System::Party)),
            ("中共望溪县委员会", Some(System::Party)),
            ("青川军分区", Some(System::Military)),
            ("各人民团体", Some(System::MassOrganisation)),
            ("县人大常委会办公室", Some(System::Congress)),
            ("县政协办公室", Some(System::Consultative)),
            ("县法院", Some(System::Court)),
            ("县检察院", Some(System::Procuratorate)),
            ("望溪县人民政府办公室", Some(System::Government)),
            ("县水务局", None),
        ] {
            assert_eq!(System::of_name(name), system, "{name}");
        }
    }
}
