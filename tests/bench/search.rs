//! Find over 50,000 drafts: our encrypted store, conditions, count and records, against a plain SQLite
//! file with an FTS5 table over the same pairs of characters and the same twenty texts fetched.

use std::{path::Path, time::Instant};

use andu_store::{FindFilter, FindRecord, Key, Store, terms};
use rusqlite::{Connection, params};

use crate::report::{Goal, Measured};

const DRAFTS: usize = 50_000;
const ROUNDS: usize = 10;
const SHOWN: u32 = 20;
const KEY: &str = "5f1d7c2a9b3e4f60718293a4b5c6d7e8f90112233445566778899aabbccddeef";

const PLACES: &[&str] = &[
    "青河县",
    "云岭市",
    "临水区",
    "白石镇",
    "东屏县",
    "沙洲市",
    "长堤区",
    "南坪县",
];
const MATTERS: &[&str] = &[
    "水利工程建设",
    "义务教育均衡发展",
    "安全生产检查",
    "乡村道路养护",
    "公共卫生服务",
    "历史档案整理",
    "粮食收购",
    "森林防火",
    "电子政务建设",
    "老旧小区改造",
    "农村饮水安全",
    "防汛抗旱",
    "就业培训",
    "预算执行",
    "干部教育培训",
    "信访工作",
    "环境整治",
    "人才引进",
    "招商引资",
    "公务用车管理",
];
const TYPES: &[(&str, &str)] = &[
    ("notice", "通知"),
    ("report", "报告"),
    ("letter", "函"),
    ("opinion", "意见"),
];
const OPENINGS: &[&str] = &[
    "各乡镇要全面推进",
    "要统筹安排",
    "上半年着力抓好",
    "经研究决定加强",
    "按照年度计划开展",
    "对照清单检查",
    "会同有关部门落实",
    "在前期调研基础上完善",
    "认真总结",
    "继续深化",
    "及时报告",
    "分阶段实施",
    "逐村核实",
    "建立台账管理",
    "适时通报",
    "专题研究",
    "依法规范",
    "抓紧部署",
    "如期完成",
    "妥善处理",
];
const ENDINGS: &[&str] = &[
    "确保任务落实到位",
    "不得挤占挪用经费",
    "请于月底前书面报送办公室",
    "依规依纪严肃处理",
    "避免多头报送",
    "联系人和电话附后",
    "接受群众监督",
    "列入年度考核",
    "做到账实相符",
    "形成长效机制",
    "重大情况即时上报",
    "所需资金由财政安排",
    "严禁弄虚作假",
    "做好应急值守",
    "保留原始凭证",
    "明确时间节点",
    "加强业务培训",
    "完善应急预案",
    "公开办理结果",
    "按季度调度进展",
];
const NAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任";
const QUERIES: &[&str] = &[
    "水利",
    "预算执行",
    "青河县",
    "防汛抗旱",
    "老旧小区改造",
    "公务用车管理",
    "南坪县 粮食",
    "信访工作",
    "书面报送办公室",
    "档案整理",
    "2026",
    "云岭市 环境整治",
    "教育",
    "道路养护 报告",
    "人才引进",
    "安全",
    "第4217号",
    "沙洲市 就业培训",
    "依规依纪严肃处理",
    "电子政务",
];

/// The twenty queries ten times over, ours and theirs in turns.
pub fn run() -> Result<Vec<Measured>, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let store =
        ours(&folder.path().join("andu.db")).map_err(|error| format!("our store: {error}"))?;
    let peer =
        theirs(&folder.path().join("peer.db")).map_err(|error| format!("SQLite: {error}"))?;
    let (mut our_runs, mut peer_runs) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        for query in QUERIES {
            let begin = Instant::now();
            let found = find_ours(&store, query)?;
            let our_time = begin.elapsed().as_secs_f64() * 1000.0;
            let begin = Instant::now();
            let expected = find_theirs(&peer, query).map_err(|error| format!("SQLite: {error}"))?;
            let peer_time = begin.elapsed().as_secs_f64() * 1000.0;
            if found != expected {
                return Err(format!("`{query}`: ours found {found}, theirs {expected}"));
            }
            // The first round warms both caches.
            if round > 0 {
                our_runs.push(our_time);
                peer_runs.push(peer_time);
            }
        }
    }
    let figure = |name: &str, goal, quantile| Measured {
        name: name.to_owned(),
        unit: "ms",
        quantile,
        ours: our_runs.clone(),
        peer: peer_runs.clone(),
        peer_name: "plain SQLite FTS5",
        goal,
    };
    Ok(vec![
        figure("find in 50,000 drafts, p95", Goal::TimesTheirs(1.5), 0.95),
        Measured {
            peer: Vec::new(),
            peer_name: "",
            ..figure("find in 50,000 drafts, slowest", Goal::Budget(100.0), 1.0)
        },
    ])
}

/// Draft number `n`, always the same: its place and matter throughout, a fifth of the stock sentences,
/// and names that few others have.
fn draft(n: usize) -> FindRecord {
    let place = PLACES[n % PLACES.len()];
    let matter = MATTERS[n / 3 % MATTERS.len()];
    let (document_type, type_name) = TYPES[n / 7 % TYPES.len()];
    let sentences = (0..10).map(|i| {
        let opening = OPENINGS[(n * 13 + i * 5) % OPENINGS.len()];
        let ending = ENDINGS[(n * 7 + i * 11 + n / 97) % ENDINGS.len()];
        let name = |part: usize| {
            let sign = |at: usize| {
                NAMES
                    .chars()
                    .nth((n * 31 + i * 17 + at * 7 + part) % 59)
                    .unwrap_or('一')
            };
            (0..3).map(sign).collect::<String>()
        };
        format!(
            "{opening}{matter}，由{}、{}负责，{ending}。",
            name(0),
            name(23)
        )
    });
    let (month, day) = (n / 28 % 12 + 1, n % 28 + 1);
    FindRecord {
        draft_id: format!("draft-{n:06}"),
        version_id: String::new(),
        title: format!("{place}关于做好{matter}有关工作的{type_name}（第{n}号）"),
        issue_number: format!("青政发〔2026〕{n}号"),
        document_type: document_type.to_owned(),
        changed_at: format!("2026-{month:02}-{day:02}T08:00:00.000Z"),
        changed_on: format!("2026-{month:02}-{day:02}"),
        text: sentences.collect::<Vec<_>>().join("\n"),
    }
}

fn ours(path: &Path) -> Result<Store, andu_store::StoreError> {
    let store = Store::open(path, Key::Raw(KEY))?;
    store.write(|tx| (0..DRAFTS).try_for_each(|n| tx.find_put(&draft(n))))?;
    Ok(store)
}

fn find_ours(store: &Store, query: &str) -> Result<usize, String> {
    let filter = FindFilter {
        limit: SHOWN,
        ..FindFilter::default()
    };
    store
        .read(|reader| reader.find(&andu_store::Sight::Whole, query, &filter))
        .map(|(_, found)| found.len())
        .map_err(|error: andu_store::StoreError| format!("our store: {error}"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the peer is a database of its own"
)]
fn theirs(path: &Path) -> rusqlite::Result<Connection> {
    let mut peer = Connection::open(path)?;
    peer.pragma_update(None, "journal_mode", "wal")?;
    peer.pragma_update(None, "cache_size", -16_000)?;
    peer.execute_batch(
        "create table draft (id integer primary key, title text, text text);
         create virtual table pairs using fts5(title, body, content = '',
             tokenize = 'unicode61 remove_diacritics 0');",
    )?;
    let all = peer.transaction()?;
    {
        let mut row = all.prepare("insert into draft (id, title, text) values (?1, ?2, ?3)")?;
        let mut pairs =
            all.prepare("insert into pairs (rowid, title, body) values (?1, ?2, ?3)")?;
        for n in 0..DRAFTS {
            let draft = draft(n);
            let title = format!("{} {}", terms(&draft.title), terms(&draft.issue_number));
            row.execute(params![n as i64, draft.title, draft.text])?;
            pairs.execute(params![n as i64, title, terms(&draft.text)])?;
        }
    }
    all.commit()?;
    Ok(peer)
}

fn find_theirs(peer: &Connection, query: &str) -> rusqlite::Result<usize> {
    let mut statement = peer.prepare_cached(
        "select draft.title, draft.text from pairs join draft on draft.id = pairs.rowid
         where pairs match ?1 order by bm25(pairs, 8.0, 1.0) limit ?2",
    )?;
    let rows = statement.query_map(params![match_of(query), SHOWN], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    rows.collect::<Result<Vec<_>, _>>().map(|found| found.len())
}

/// The query that finds the same as ours: pairs that overlap are a phrase, what stands alone is the
/// beginning of a term, all of them must be there.
fn match_of(query: &str) -> String {
    let mut phrases: Vec<String> = Vec::new();
    let mut end = None;
    for term in terms(query).split(' ') {
        let characters: Vec<char> = term.chars().collect();
        match characters.as_slice() {
            [only] if end == Some(*only) => end = None,
            [first, second] if !first.is_ascii() => {
                match phrases.last_mut() {
                    Some(phrase) if end == Some(*first) => {
                        phrase.pop();
                        phrase.push_str(&format!(" {term}\""));
                    }
                    _ => phrases.push(format!("\"{term}\"")),
                }
                end = Some(*second);
            }
            _ => {
                phrases.push(format!("\"{term}\"*"));
                end = None;
            }
        }
    }
    phrases.join(" AND ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peer_asks_for_the_same() {
        assert_eq!(match_of("水利局"), "\"水利 利局\"");
        assert_eq!(match_of("第4217号"), "\"第\"* AND \"4217\"* AND \"号\"*");
        assert_eq!(match_of("南坪县 粮食"), "\"南坪 坪县\" AND \"粮食\"");
    }
}
