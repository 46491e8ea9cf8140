//! What the names of agencies say of where these stand, at its certain end: 望溪县人民政府 is above 望溪县水务局 and
//! 望溪县石桥镇人民政府, whatever county that is. 市 and 区 exist at several levels, so a name says a span of ranks.

use super::{AgencyKind, AgencyPlace, Level, System, plain};

/// Longest name that is read; no agency's is longer.
const LONGEST: usize = 60;
/// A department ranks one below the body it belongs to; 乡级 departments are the lowest.
const LOWEST: u8 = 5;

/// Ranks that an agency may have, from the highest to the lowest; 0 is 中央, one more for each 级 down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ranks {
    highest: u8,
    lowest: u8,
}

/// 党委 or 政府 of a territory, such as 青川市望溪县.
#[derive(Debug, Clone, Copy)]
struct Body<'a> {
    territory: &'a str,
    ranks: Ranks,
}

impl Ranks {
    const fn new(highest: u8, lowest: u8) -> Self {
        Self { highest, lowest }
    }

    const fn of_level(level: Level) -> u8 {
        match level {
            Level::Centre => 0,
            Level::Province => 1,
            Level::City => 2,
            Level::County => 3,
            Level::Township => 4,
        }
    }

    /// Of an agency whose level somebody entered; else of its name. `None` where neither tells.
    pub(crate) fn of_place(place: &AgencyPlace) -> Option<Self> {
        let Some(level) = place.level.map(Self::of_level) else {
            return Self::of_name(&place.name);
        };
        let known = System::of_name(&place.name).unwrap_or(place.system);
        let kind = AgencyKind::of_name(&place.name).unwrap_or(place.kind);
        match (kind, known) {
            (AgencyKind::Body, System::Party | System::Government) => Some(Self::new(level, level)),
            (AgencyKind::Office | AgencyKind::Department, System::Party | System::Government) => {
                Some(Self::new(level + 1, level + 1))
            }
            // 法院、检察院、群团 and others issue with bodies and with departments alike.
            (AgencyKind::Body | AgencyKind::Office | AgencyKind::Department, _) => {
                Some(Self::new(level, level + 1))
            }
            (AgencyKind::Internal | AgencyKind::Institution, _) => None,
        }
    }

    /// Of an agency of which only the name is known.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let name = short_enough(name)?;
        if let Some(body) = body(name) {
            return Some(body.ranks);
        }
        if let Some(body) = office(name) {
            return Some(body.ranks.one_below());
        }
        let mut territories = territories_of_department(name).peekable();
        territories.peek()?;
        // A bureau may rank lower than its territory's departments do (垂直管理, 副职级), never higher.
        let highest = territories.map(|ranks| ranks.highest).min()?;
        let of_province = name.ends_with('厅') && highest == 1;
        let lowest = if of_province { 2 } else { LOWEST };
        Some(Self::new(highest + 1, lowest))
    }

    const fn one_below(self) -> Self {
        Self::new(self.highest + 1, self.lowest + 1)
    }

    /// Whether each reading of the one lies below each reading of the other.
    pub(crate) const fn are_below(self, other: Self) -> bool {
        self.highest > other.lowest
    }
}

/// Whether the names alone say that `name` ranks below `upper`: the departments of a 党委 or 政府, its office, the
/// bodies of the territories within its own.
pub(crate) fn is_below(name: &str, upper: &str) -> bool {
    let (Some(name), Some(upper)) = (short_enough(name), short_enough(upper)) else {
        return false;
    };
    let Some(above) = body(upper).filter(|above| !above.territory.is_empty()) else {
        return false;
    };
    let Some(rest) = without_party(name).strip_prefix(above.territory) else {
        return false;
    };
    if let Some(own) = body(name) {
        return own.territory.len() > above.territory.len();
    }
    let is_department = ["局", "厅", "发展和改革委员会", "卫生健康委员会"]
        .iter()
        .any(|word| rest.ends_with(word));
    let is_party_department = rest.starts_with('委') && rest.ends_with('部');
    office(name).is_some() || is_department || is_party_department
}

/// Whether `name` is an agency below the 党委 or 政府 that issues, as far as names tell: a general name such as
/// 各乡镇人民政府, whose level is below the issuer's, a body of a territory within its own, or one of its departments.
/// Nothing is certain of a department's own: towns rank with it and are not under it.
pub(crate) fn is_lower(issuer: &AgencyPlace, name: &str) -> bool {
    let (Some(own), Some(name)) = (short_enough(&issuer.name), short_enough(name)) else {
        return false;
    };
    let Some(body) = body(own) else {
        return false;
    };
    let unit = body.territory.chars().last().map(String::from);
    let rest = unit.and_then(|unit| name.strip_prefix(unit.as_str()));
    let is_department = own.ends_with("人民政府")
        && rest.is_some_and(|rest| rest.starts_with("政府各") && rest.contains("部门"));
    let lowest = issuer.level.map_or(body.ranks.lowest, Ranks::of_level);
    is_below(name, own)
        || is_department
        || general(name).is_some_and(|general| general.highest > lowest)
}

/// Whether `name` is 党委 or 政府 below the level of the department or office that issues (下级党委、政府 of
/// 第十六条（二）), by a general name.
pub(crate) fn is_lower_government(issuer: &AgencyPlace, name: &str) -> bool {
    let (Some(own), Some(name)) = (short_enough(&issuer.name), short_enough(name)) else {
        return false;
    };
    let lowest = issuer.level.map(Ranks::of_level).or_else(|| {
        let of_office = office(own).map(|body| body.ranks.lowest);
        let of_department = territories_of_department(own).map(|ranks| ranks.lowest);
        of_office.or_else(|| of_department.max())
    });
    match (general(name), lowest) {
        (Some(general), Some(lowest)) => body(own).is_none() && general.highest > lowest,
        _ => false,
    }
}

/// The agency within which a 科、股、处 or 室 stands, where its name says so: 望溪县水务局 of 望溪县水务局规划科. Its office
/// is none of them (第十七条), and what may as well be an institution of its own is left alone.
pub(crate) fn whole_of_internal(name: &str) -> Option<&str> {
    const WHOLES: [&str; 5] = ["局", "厅", "部", "委员会", "办公室"];
    const OTHERS: [&str; 19] = [
        "办公室",
        "实验室",
        "教研室",
        "研究室",
        "工作室",
        "图书室",
        "监测室",
        "化验室",
        "阅览室",
        "管理处",
        "办事处",
        "工程处",
        "服务处",
        "筹建处",
        "代表处",
        "监理处",
        "养护处",
        "施工处",
        "经营处",
    ];
    let name = short_enough(name)?;
    let ends = name.ends_with(['科', '股', '处', '室']);
    if !ends || OTHERS.iter().any(|word| name.ends_with(word)) {
        return None;
    }
    let cuts = name.char_indices().map(|(at, _)| at).rev();
    let (whole, part) = cuts.map(|at| name.split_at(at)).find(|(whole, _)| {
        WHOLES.iter().any(|word| whole.ends_with(word))
            && matches!(
                AgencyKind::of_name(whole),
                Some(AgencyKind::Department | AgencyKind::Office)
            )
    })?;
    // Outside a 厅 a 处 is as often an institution; 部 is also a part of firms and of 军队.
    let certain = (!part.ends_with('处') || whole.ends_with('厅'))
        && (!whole.ends_with('部') || whole.contains('委'))
        && !matches!(
            System::of_name(whole),
            Some(System::Military | System::Court | System::Procuratorate)
        );
    (certain && (2..=14).contains(&part.chars().count())).then_some(whole)
}

/// Whether two names may mean one agency: the same, or one the short form of the other (市发改委 of
/// 青川市发展和改革委员会), unless they say that one is the other's office or part.
pub(crate) fn may_be_same(a: &str, b: &str) -> bool {
    let (a, b) = (plain(a), plain(b));
    if a == b {
        return true;
    }
    let is_short = |short: &str, long: &str| {
        let mut rest = long.chars();
        short.chars().all(|c| rest.any(|d| c == d))
    };
    let kinds = (AgencyKind::of_name(a), AgencyKind::of_name(b));
    let differ = matches!(kinds, (Some(a), Some(b)) if a != b);
    (is_short(a, b) || is_short(b, a)) && !differ
}

fn short_enough(name: &str) -> Option<&str> {
    let name = plain(name);
    (!name.is_empty() && name.chars().count() <= LONGEST).then_some(name)
}

fn without_party(name: &str) -> &str {
    let party = name.strip_prefix("中国共产党");
    party.or_else(|| name.strip_prefix("中共")).unwrap_or(name)
}

/// 党委 or 政府 by its name.
fn body(name: &str) -> Option<Body<'_>> {
    const GOVERNMENTS: [&str; 3] = ["人民政府", "政府", "街道办事处"];
    const COMMITTEES: [&str; 3] = ["委员会", "党委", "委"];
    if matches!(name, "国务院" | "中共中央" | "中国共产党中央委员会") {
        let (territory, ranks) = ("", Ranks::new(0, 0));
        return Some(Body { territory, ranks });
    }
    let bare = without_party(name);
    let territory = GOVERNMENTS
        .iter()
        .find_map(|word| name.strip_suffix(word))
        .or_else(|| {
            COMMITTEES
                .iter()
                // 委员会 alone is many things: of the party only where the name says so.
                .filter(|word| **word != "委员会" || bare.len() < name.len())
                .find_map(|word| bare.strip_suffix(word))
        })?;
    let ranks = if name.ends_with("街道办事处") {
        Ranks::new(4, 4)
    } else {
        of_territory(territory)?
    };
    Some(Body { territory, ranks })
}

/// The body whose 办公厅（室） this is.
fn office(name: &str) -> Option<Body<'_>> {
    let whole = ["办公室", "办公厅"]
        .iter()
        .find_map(|word| name.strip_suffix(word))?;
    body(whole)
}

/// What the last unit of a territory says: 青川市望溪县 is 县.
fn of_territory(territory: &str) -> Option<Ranks> {
    const MUNICIPALITIES: [&str; 4] = ["北京市", "天津市", "上海市", "重庆市"];
    let ends = |words: &[&str]| words.iter().any(|word| territory.ends_with(word));
    let in_province = territory.contains("省") || territory.contains("自治区");
    if ends(&["镇", "乡", "街道", "苏木"]) {
        Some(Ranks::new(4, 4))
    } else if ends(&["自治区", "省"]) || MUNICIPALITIES.contains(&territory) {
        Some(Ranks::new(1, 1))
    } else if ends(&["州", "盟", "地区"]) {
        Some(Ranks::new(2, 2))
    } else if ends(&["新区", "开发区", "高新区", "经开区"]) {
        None
    } else if ends(&["县", "旗", "区"]) {
        // Those of 直辖市 stand a step higher.
        Some(Ranks::new(2, 3))
    } else if ends(&["市"]) {
        Some(Ranks::new(if in_province { 2 } else { 1 }, 3))
    } else {
        None
    }
}

/// Territories that a department's name may begin with, each reading: 青川市 and 青川市望溪县 of 青川市望溪县水务局.
fn territories_of_department(name: &str) -> impl Iterator<Item = Ranks> + '_ {
    const ELSEWHERE: [&str; 4] = ["国家", "中国", "中华", "国务院"];
    let is_department = ["局", "厅", "发展和改革委员会", "卫生健康委员会"]
        .iter()
        .any(|word| name.ends_with(word));
    let reads = is_department && !ELSEWHERE.iter().any(|word| name.starts_with(word));
    let cuts = name.char_indices().skip(1).filter(move |_| reads);
    cuts.filter_map(move |(at, _)| of_territory(&name[..at]))
}

/// A general name: 各乡镇人民政府, 各县（市、区）委, 各街道办事处.
fn general(name: &str) -> Option<Ranks> {
    const ORGANS: [&str; 7] = [
        "人民政府",
        "政府",
        "党委",
        "党工委",
        "委",
        "办事处",
        "党政办",
    ];
    let rest = name.strip_prefix('各')?;
    let is_unit = |c: &char| "省市州盟县区旗镇乡街道苏木、各（）()自治族及和".contains(*c);
    let end = rest
        .char_indices()
        .find(|(_, c)| !is_unit(c))
        .map_or(rest.len(), |(at, _)| at);
    let (units, organ) = rest.split_at(end);
    if !organ.is_empty() && !ORGANS.iter().any(|word| organ.starts_with(word)) {
        return None;
    }
    let has = |c: char| units.contains(c);
    let counties = has('县') || has('旗') || (has('区') && !units.contains("自治区"));
    let highest = if has('省') || units.contains("自治区") {
        1
    } else if has('州') || has('盟') || (has('市') && !counties) {
        2
    } else if counties {
        3
    } else if has('镇') || has('乡') || has('街') || has('苏') {
        4
    } else {
        return None;
    };
    Some(Ranks::new(highest, 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer(name: &str) -> AgencyPlace {
        AgencyPlace {
            name: name.into(),
            ..AgencyPlace::default()
        }
    }

    #[test]
    fn what_is_lower_is_said_only_where_the_names_are_certain() {
        for (own, name, lower) in [
            ("望溪县人民政府", "各乡镇人民政府", true),
            ("望溪县人民政府", "各乡（镇）人民政府", true),
            ("望溪县人民政府", "各镇、乡人民政府", true),
            ("望溪县人民政府", "各街道办事处", true),
            ("中共望溪县委", "各乡镇党委", true),
            ("望溪县水务局", "各乡镇人民政府", false),
            ("望溪县人民政府办公室", "各乡镇人民政府", false),
            ("青川市人民政府", "各乡镇人民政府", true),
            ("云岭省人民政府", "各市（州）人民政府", true),
            ("云岭省水利厅", "各县（市、区）人民政府", false),
            ("望溪县人民政府", "望溪县石桥镇人民政府", true),
            ("望溪县人民政府", "望溪县水务局", true),
            ("望溪县人民政府", "县政府各部门", true),
            ("县政府", "县财政局", true),
            // A 市 may itself be 县级, a town is no county's for its name alone.
            ("青川市人民政府", "各县（市、区）人民政府", false),
            ("望溪县人民政府", "各县人民政府", false),
            ("望溪县人民政府", "石桥镇人民政府", false),
            ("石桥镇人民政府", "各乡镇人民政府", false),
            ("望溪县人民政府", "各市场监督管理所", false),
            ("望溪县人民政府", "望溪县人民法院", false),
            ("望溪县人民政府", "中共望溪县委员会", false),
            ("望溪县人民政府", "南屏县水务局", false),
            ("望溪县水务局", "望溪县财政局", false),
            ("国家税务总局望溪县税务局", "各县人民政府", false),
            ("望溪水库管理所", "各乡镇人民政府", false),
        ] {
            assert_eq!(is_lower(&issuer(own), name), lower, "{own} -> {name}");
        }
    }

    #[test]
    fn governments_below_the_level_of_a_department_are_told_apart() {
        for (own, name, lower) in [
            ("望溪县水务局", "各乡镇人民政府", true),
            ("望溪县人民政府办公室", "各乡镇党委", true),
            ("云岭省水利厅", "各县（市、区）人民政府", true),
            ("望溪县水务局", "各县人民政府", false),
            ("望溪县人民政府", "各乡镇人民政府", false),
            ("望溪水库管理所", "各乡镇人民政府", false),
        ] {
            assert_eq!(
                is_lower_government(&issuer(own), name),
                lower,
                "{own} -> {name}"
            );
        }
    }

    #[test]
    fn a_level_that_somebody_entered_goes_before_the_name() {
        let city = AgencyPlace {
            level: Some(Level::City),
            ..issuer("青川市人民政府")
        };
        assert!(is_lower(&city, "各县（市、区）人民政府"));
        let county = AgencyPlace {
            level: Some(Level::County),
            ..issuer("青川市人民政府")
        };
        assert!(!is_lower(&county, "各县（市、区）人民政府"));
    }

    #[test]
    fn ranks_lie_apart_only_where_no_reading_makes_them_equal() {
        let below = |name: &str, upper: &str| match (Ranks::of_name(name), Ranks::of_name(upper)) {
            (Some(name), Some(upper)) => name.are_below(upper),
            _ => false,
        };
        for (name, upper, apart) in [
            ("望溪县人民政府", "云岭省人民政府", true),
            ("石桥镇人民政府", "望溪县人民政府", true),
            ("望溪县水务局", "云岭省水利厅", true),
            ("县政府", "国务院", true),
            // 市 is of several levels, and a department of a city ranks with a county.
            ("望溪县人民政府", "青川市人民政府", false),
            ("望溪县人民政府", "青川市水务局", false),
            ("望溪县水务局", "青川市水务局", false),
            ("石桥镇人民政府", "望溪县水务局", false),
            ("青川市公安局", "云岭省公安厅", false),
            ("望溪水库管理所", "云岭省人民政府", false),
        ] {
            assert_eq!(below(name, upper), apart, "{name} below {upper}");
            assert!(!below(upper, name), "{upper} below {name}");
        }
        assert!(is_below("青川市望溪县人民政府", "青川市人民政府"));
        assert!(is_below("中共望溪县委组织部", "中共望溪县委"));
        assert!(!is_below("望溪县人民政府", "望溪县人民政府"));
    }

    #[test]
    fn internal_departments_are_told_from_institutions() {
        for (name, whole) in [
            ("望溪县水务局规划科", Some("望溪县水务局")),
            ("望溪县卫生健康局财务股", Some("望溪县卫生健康局")),
            ("云岭省水利厅农村水利处", Some("云岭省水利厅")),
            ("县发展和改革委员会综合科", Some("县发展和改革委员会")),
            ("望溪县人民政府办公室秘书科", Some("望溪县人民政府办公室")),
            ("望溪县公安局档案室", Some("望溪县公安局")),
            ("望溪县水务局办公室", None),
            ("望溪县水务局河道管理处", None),
            ("望溪县教育局教研室", None),
            ("望溪县水务局监督处", None),
            ("云岭省交通运输厅公路管理处", None),
            ("望溪县人民武装部政工科", None),
            ("县委政策研究室", None),
            ("望溪县水务局", None),
            ("规划科", None),
        ] {
            assert_eq!(whole_of_internal(name), whole, "{name}");
        }
        let long = format!("{}科", "局".repeat(5_000));
        assert_eq!(whole_of_internal(&long), None, "no agency is called that");
    }

    #[test]
    fn a_short_form_may_be_the_same_agency_and_its_office_is_not() {
        for (a, b, same) in [
            ("市发改委", "青川市发展和改革委员会", true),
            ("中共望溪县委", "中国共产党望溪县委员会", true),
            ("县政府办公室", "望溪县人民政府办公室", true),
            ("望溪县人民政府", "望溪县人民政府办公室", false),
            ("望溪县财政局", "望溪县水务局", false),
        ] {
            assert_eq!(may_be_same(a, b), same, "{a} / {b}");
            assert_eq!(may_be_same(b, a), same, "{b} / {a}");
        }
    }
}
