//! The texts that findings cite, embedded. 《党政机关公文处理工作条例》 is carried whole; of national
//! standards, whose text is not ours to copy, only short paraphrases by clause.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{body::chinese_numeral, finding::Citation};

/// An article of 《党政机关公文处理工作条例》.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Article {
    /// From 1 to 42.
    pub number: u32,
    /// Such as 第十五条.
    pub heading: String,
    /// Title of its chapter, such as 行文规则.
    pub chapter: String,
    /// Number of its chapter, from 1.
    pub chapter_number: u32,
    /// Its text, paragraphs and items divided by `\n`.
    pub text: String,
    /// Name and document number of the law.
    #[serde(default)]
    pub source: String,
}

#[derive(Deserialize)]
struct Law {
    name: String,
    issue_number: String,
    articles: Vec<Article>,
}

#[derive(Deserialize)]
struct Standard {
    id: String,
    name: String,
    paraphrase: bool,
    clauses: Vec<Clause>,
}

#[derive(Deserialize)]
struct Clause {
    clause: String,
    text: String,
}

static REGULATION: LazyLock<Vec<Article>> = LazyLock::new(|| {
    let law: Law = embedded(include_str!("../../../assets/law/regulation-2012.json"));
    let source = format!("《{}》（{}）", law.name, law.issue_number);
    let with_source = |article| Article {
        source: source.clone(),
        ..article
    };
    law.articles.into_iter().map(with_source).collect()
});

static STANDARDS: LazyLock<Vec<Standard>> = LazyLock::new(|| {
    vec![
        embedded(include_str!("../../../assets/law/gbt9704-2012.json")),
        embedded(include_str!("../../../assets/law/gbt15834-2011.json")),
        embedded(include_str!("../../../assets/law/gbt15835-2011.json")),
        embedded(include_str!("../../../assets/law/burden-2024.json")),
        embedded(include_str!("../../../assets/law/secrets-2024.json")),
        embedded(include_str!("../../../assets/law/practice.json")),
    ]
});

fn embedded<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("BUG: an embedded law file does not parse")
}

/// All 42 articles of the regulation, in order.
pub fn articles() -> &'static [Article] {
    &REGULATION
}

/// An article of the regulation by its number in Arabic (`15`) or as written (`第十五条`).
pub fn article(number: &str) -> Option<&'static Article> {
    let number = number.trim();
    let plain = number.parse::<u32>().ok();
    REGULATION
        .iter()
        .find(|a| Some(a.number) == plain || a.heading == number)
}

/// The citation behind a reference such as `regulation-2012:15(1)`, `gbt9704-2012:7.2.5` or
/// `practice:contact`; `None` if nothing is carried under it.
pub fn citation(reference: &str) -> Option<Citation> {
    let (id, clause) = reference.split_once(':')?;
    if id == "regulation-2012" {
        return regulation_citation(clause);
    }
    let standard = STANDARDS.iter().find(|standard| standard.id == id)?;
    let found = standard
        .clauses
        .iter()
        .find(|entry| entry.clause == clause)?;
    // A clause that begins with a letter is only a name of ours, such as `practice:contact`.
    let named = clause.starts_with(|c: char| c.is_ascii_lowercase());
    Some(Citation {
        source: standard.name.clone(),
        clause: if named {
            String::new()
        } else {
            clause.to_owned()
        },
        text: found.text.clone(),
        paraphrase: standard.paraphrase,
    })
}

fn regulation_citation(clause: &str) -> Option<Citation> {
    let (number, item) = match clause.split_once('(') {
        Some((number, item)) => (number, item.strip_suffix(')')?.parse::<u32>().ok()),
        None => (clause, None),
    };
    let article = article(number)?;
    let (clause, text) = match item {
        None => (article.heading.clone(), article.text.clone()),
        Some(item) => {
            let mark = format!("（{}）", chinese_numeral(item));
            let line = article.text.lines().find(|line| line.starts_with(&mark))?;
            (format!("{}{mark}", article.heading), line.to_owned())
        }
    };
    Some(Citation {
        source: article.source.clone(),
        clause,
        text,
        paraphrase: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_regulation_is_whole_and_in_order() {
        let numbers: Vec<u32> = articles().iter().map(|article| article.number).collect();
        assert_eq!(numbers, (1..=42).collect::<Vec<_>>());
        for article in articles() {
            assert_eq!(
                article.heading,
                format!("第{}条", chinese_numeral(article.number))
            );
            assert!(article.text.ends_with(['。', '：']), "{}", article.heading);
        }
    }

    #[test]
    fn an_article_is_found_by_either_form_of_its_number() {
        let fifteenth = article("15").expect("there is one");
        assert_eq!(fifteenth.chapter, "行文规则");
        assert!(fifteenth.text.contains("请示应当一文一事"));
        assert_eq!(article("第十五条"), Some(fifteenth));
        assert_eq!(article("43"), None);
        assert_eq!(article(""), None);
    }

    #[test]
    fn an_item_is_cited_alone() {
        let citation = citation("regulation-2012:15(4)").expect("carried");
        assert_eq!(citation.clause, "第十五条（四）");
        assert_eq!(
            citation.text,
            "（四）请示应当一文一事。不得在报告等非请示性公文中夹带请示事项。"
        );
        assert!(super::citation("regulation-2012:15(9)").is_none());
        assert!(super::citation("gbt9704-2012:99").is_none());
    }
}
