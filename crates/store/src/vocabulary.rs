//! The agency's vocabulary: agencies, people, phrases; each can be looked up by its words, its pinyin
//! and its initials.

use pinyin::ToPinyin;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::{Reader, Result, Sight, Tx, listing::like};

/// An agency, or a general name for several. Written as its columns have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyRecord {
    /// Id.
    pub id: String,
    /// 全称
    pub name: String,
    /// 规范化简称
    pub short_name: String,
    /// 机关代字
    pub authority_code: String,
    /// Serde name of the relation.
    pub relation: String,
    /// Its system (党委, 政府 …).
    pub system: String,
    /// For a 统称: the agencies it stands for.
    #[serde(with = "lines")]
    pub members: Vec<String>,
}

/// Several names in one column, one a line.
mod lines {
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(lines: &[String], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&lines.join("\n"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
        let text = String::deserialize(from)?;
        Ok(text.lines().map(str::to_owned).collect())
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRecord {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// 职务
    pub post: String,
    /// 内设机构
    pub department: String,
    /// Office telephone.
    pub telephone: String,
}

/// A phrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhraseRecord {
    /// Id.
    pub id: String,
    /// Where it is used.
    #[serde(rename = "usage_group")]
    pub group: String,
    /// The text.
    #[serde(rename = "phrase")]
    pub text: String,
}

/// Surnames that are read otherwise than the same character elsewhere.
const SURNAMES: [(char, &str); 22] = [
    ('单', "shan"),
    ('仇', "qiu"),
    ('解', "xie"),
    ('曾', "zeng"),
    ('查', "zha"),
    ('区', "ou"),
    ('朴', "piao"),
    ('盖', "ge"),
    ('任', "ren"),
    ('乐', "yue"),
    ('覃', "qin"),
    ('翟', "zhai"),
    ('尉', "yu"),
    ('华', "hua"),
    ('缪', "miao"),
    ('冼', "xian"),
    ('黑', "he"),
    ('员', "yun"),
    ('秘', "bi"),
    ('重', "chong"),
    ('折', "she"),
    ('繁', "po"),
];

/// What a name is looked up by: itself in lower case, its pinyin in one word, its initials. With
/// `surname`, the first character is read as a surname.
pub fn look_up_text(text: &str, surname: bool) -> String {
    let (mut full, mut initials) = (String::new(), String::new());
    for (at, c) in text.chars().enumerate() {
        let special = SURNAMES
            .iter()
            .find(|(name, _)| surname && at == 0 && *name == c);
        let syllable = special.map(|(_, reading)| *reading);
        let syllable = syllable.or_else(|| c.to_pinyin().map(|reading| reading.plain()));
        match syllable {
            Some(syllable) => {
                full.push_str(syllable);
                initials.extend(syllable.chars().next());
            }
            None if c.is_ascii_alphanumeric() => {
                full.push(c.to_ascii_lowercase());
                initials.push(c.to_ascii_lowercase());
            }
            None => {}
        }
    }
    format!("{} {full} {initials}", text.to_lowercase())
}

/// Looks a pattern up without regard to spaces and case, as pinyin is typed.
fn pattern(text: &str) -> String {
    let plain: String = text
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    like(&plain)
}

impl Reader<'_> {
    /// Agencies that are seen and fit `text`, own and superior ones first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn agencies(self, sight: &Sight, text: &str, limit: u32) -> Result<Vec<AgencyRecord>> {
        let seen = sight.condition("vocabulary_agency", "vocabulary_agency.id", 2);
        let pattern = pattern(text);
        let mut statement = self.0.prepare_cached(&format!(
            "select id, name, short_name, authority_code, relation, system, members
             from vocabulary_agency where look_up like ?1 escape '\\' and {seen}
             order by case relation when 'own' then 0 when 'superior' then 1 when 'peer' then 2
                 when 'subordinate' then 3 else 4 end, name limit ?2",
        ))?;
        let agencies = statement.query_map(&*sight.bound(&[&pattern, &limit]), |row| {
            let members: String = row.get(6)?;
            Ok(AgencyRecord {
                id: row.get(0)?,
                name: row.get(1)?,
                short_name: row.get(2)?,
                authority_code: row.get(3)?,
                relation: row.get(4)?,
                system: row.get(5)?,
                members: members.lines().map(str::to_owned).collect(),
            })
        })?;
        Ok(agencies.collect::<Result<_, _>>()?)
    }

    /// Id of another agency of this full name among those that are seen.
    ///
    /// # Errors
    /// The engine's own.
    pub fn other_agency_named(self, sight: &Sight, name: &str, id: &str) -> Result<Option<String>> {
        let seen = sight.condition("vocabulary_agency", "vocabulary_agency.id", 2);
        let mut statement = self.0.prepare_cached(&format!(
            "select id from vocabulary_agency where name = ?1 and id <> ?2 and {seen} limit 1"
        ))?;
        let found = statement.query_row(&*sight.bound(&[&name, &id]), |row| row.get(0));
        Ok(found.optional()?)
    }

    /// People who are seen and fit `text`.
    ///
    /// # Errors
    /// The engine's own.
    pub fn contacts(self, sight: &Sight, text: &str, limit: u32) -> Result<Vec<PersonRecord>> {
        let seen = sight.condition("vocabulary_person", "vocabulary_person.id", 2);
        let pattern = pattern(text);
        let mut statement = self.0.prepare_cached(&format!(
            "select id, name, post, department, telephone from vocabulary_person
             where look_up like ?1 escape '\\' and {seen} order by department, name limit ?2",
        ))?;
        let people = statement.query_map(&*sight.bound(&[&pattern, &limit]), |row| {
            Ok(PersonRecord {
                id: row.get(0)?,
                name: row.get(1)?,
                post: row.get(2)?,
                department: row.get(3)?,
                telephone: row.get(4)?,
            })
        })?;
        Ok(people.collect::<Result<_, _>>()?)
    }

    /// Phrases that are seen and fit `text`.
    ///
    /// # Errors
    /// The engine's own.
    pub fn phrases(self, sight: &Sight, text: &str, limit: u32) -> Result<Vec<PhraseRecord>> {
        let seen = sight.condition("vocabulary_phrase", "vocabulary_phrase.id", 2);
        let pattern = pattern(text);
        let mut statement = self.0.prepare_cached(&format!(
            "select id, usage_group, phrase from vocabulary_phrase
             where look_up like ?1 escape '\\' and {seen} order by usage_group, phrase limit ?2",
        ))?;
        let phrases = statement.query_map(&*sight.bound(&[&pattern, &limit]), |row| {
            Ok(PhraseRecord {
                id: row.get(0)?,
                group: row.get(1)?,
                text: row.get(2)?,
            })
        })?;
        Ok(phrases.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Puts an agency.
    ///
    /// # Errors
    /// The engine's own.
    pub fn agency_record_put(&mut self, agency: &AgencyRecord) -> Result<()> {
        let look_up = [&agency.name, &agency.short_name, &agency.authority_code]
            .map(|text| look_up_text(text, false))
            .join(" ");
        self.0
            .prepare_cached(
                "insert into vocabulary_agency (id, name, short_name, authority_code, relation, system,
                     members, look_up)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 on conflict (id) do update set name = excluded.name, short_name = excluded.short_name,
                     authority_code = excluded.authority_code, relation = excluded.relation,
                     system = excluded.system, members = excluded.members, look_up = excluded.look_up",
            )?
            .execute(params![
                agency.id,
                agency.name,
                agency.short_name,
                agency.authority_code,
                agency.relation,
                agency.system,
                agency.members.join("\n"),
                look_up
            ])?;
        Ok(())
    }

    /// Puts a person.
    ///
    /// # Errors
    /// The engine's own.
    pub fn contact_put(&mut self, person: &PersonRecord) -> Result<()> {
        let look_up = format!(
            "{} {} {}",
            look_up_text(&person.name, true),
            person.post,
            person.department
        );
        self.0
            .prepare_cached(
                "insert into vocabulary_person (id, name, post, department, telephone, look_up)
                 values (?1, ?2, ?3, ?4, ?5, ?6)
                 on conflict (id) do update set name = excluded.name, post = excluded.post,
                     department = excluded.department, telephone = excluded.telephone,
                     look_up = excluded.look_up",
            )?
            .execute(params![
                person.id,
                person.name,
                person.post,
                person.department,
                person.telephone,
                look_up
            ])?;
        Ok(())
    }

    /// Puts a phrase.
    ///
    /// # Errors
    /// The engine's own.
    pub fn phrase_put(&mut self, phrase: &PhraseRecord) -> Result<()> {
        let look_up = format!("{} {}", phrase.group, look_up_text(&phrase.text, false));
        self.0
            .prepare_cached(
                "insert into vocabulary_phrase (id, usage_group, phrase, look_up)
                 values (?1, ?2, ?3, ?4)
                 on conflict (id) do update set usage_group = excluded.usage_group,
                     phrase = excluded.phrase, look_up = excluded.look_up",
            )?
            .execute(params![phrase.id, phrase.group, phrase.text, look_up])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_up_by_pinyin_and_initials() {
        assert_eq!(look_up_text("财政局", false), "财政局 caizhengju czj");
        assert_eq!(look_up_text("单立文", true), "单立文 shanliwen slw");
        assert_eq!(look_up_text("OFD标准", false), "ofd标准 ofdbiaozhun ofdbz");
    }
}
