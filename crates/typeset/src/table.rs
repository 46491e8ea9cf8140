//! The table of layout numbers, each with its clause and its strength. The typesetter and the proof
//! read the same table; a test gives the typesetter a shifted one to see the proof catch it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::TypesetError;

/// Millimetres in a typographic point (1/72 inch).
pub(crate) const MM_PER_PT: f64 = 25.4 / 72.0;

/// How binding a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Strength {
    /// 规定
    #[serde(rename = "规定")]
    Required,
    /// 一般
    #[serde(rename = "一般")]
    Normal,
    /// 推荐
    #[serde(rename = "推荐")]
    Recommended,
    /// 可以
    #[serde(rename = "可以")]
    Optional,
    /// 实务: practice, not in the standard
    #[serde(rename = "实务")]
    Practice,
    /// 推算: derived from numbers of the standard
    #[serde(rename = "推算")]
    Derived,
}

/// One number of the layout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayoutNumber {
    /// Its name, such as `red_line.gap`.
    pub id: String,
    /// Its value in `unit`.
    pub value: f64,
    /// `mm`, `pt`, `char`, `line`, `body_char` or `count`.
    pub unit: String,
    /// The clause of GB/T 9704-2012, or another source.
    pub clause: String,
    /// How binding it is.
    pub strength: Strength,
    /// What it is, in Chinese.
    pub what: String,
}

/// Which model of the line grid is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// GB/T 9704-2012: 22 lines fill 版心 from 37 to 262 mm.
    #[default]
    Paper,
    /// GB/T 33476.2-2016, Annex A: a pitch of 10.39 mm, which leaves 1.2 mm of the page unused.
    Electronic,
}

/// All layout numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct LayoutTable {
    numbers: BTreeMap<String, LayoutNumber>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableFile {
    number: Vec<LayoutNumber>,
}

impl LayoutTable {
    /// GB/T 9704-2012 (`assets/layout/gbt9704-2012.toml`).
    pub fn standard() -> Self {
        Self::parse(include_str!("../../../assets/layout/gbt9704-2012.toml"))
            .expect("BUG: the table that is built in is tested")
    }

    /// Reads a table.
    ///
    /// # Errors
    /// `Table` if the text is not TOML of that shape, a number stands twice, is not finite, or one
    /// that the standard table has is missing.
    fn parse(text: &str) -> Result<Self, TypesetError> {
        let wrong = |reason: String| TypesetError::Table { reason };
        let file: TableFile = toml::from_str(text).map_err(|e| wrong(e.message().to_owned()))?;
        let mut numbers = BTreeMap::new();
        for number in file.number {
            if !number.value.is_finite() {
                return Err(wrong(format!("`{}` is not finite", number.id)));
            }
            if let Some(twice) = numbers.insert(number.id.clone(), number) {
                return Err(wrong(format!("`{}` stands twice", twice.id)));
            }
        }
        Ok(Self { numbers })
    }

    /// The same table under `profile`.
    pub fn with_profile(mut self, profile: Profile) -> Self {
        let pitch = match profile {
            Profile::Paper => 0.0,
            Profile::Electronic => self.value("core.pitch_electronic"),
        };
        self.set("core.pitch", pitch);
        self
    }

    /// The same table with `by` (in the number's own unit) added to number `id`; unknown ids change
    /// nothing. For tests that typeset wrongly on purpose.
    pub fn shifted(mut self, id: &str, by: f64) -> Self {
        let pitch = self.pitch();
        if let Some(number) = self.numbers.get_mut(id) {
            let auto = id == "core.pitch" && number.value <= 0.0;
            number.value = by + if auto { pitch } else { number.value };
        }
        self
    }

    /// What a number comes to in its own unit: the pitch that fills 版心, where none is set.
    pub fn shown(&self, number: &LayoutNumber) -> f64 {
        if number.id == "core.pitch" {
            self.pitch()
        } else {
            number.value
        }
    }

    /// The same table with number `id` set to `value` in its own unit; unknown ids change nothing.
    /// For what an office may choose, such as `seal.diameter` and `size.letterhead`.
    pub fn with_value(mut self, id: &str, value: f64) -> Self {
        self.set(id, value);
        self
    }

    fn set(&mut self, id: &str, value: f64) {
        if let Some(number) = self.numbers.get_mut(id) {
            number.value = value;
        }
    }

    /// A number with its clause, or `None` if there is none of that name.
    pub fn get(&self, id: &str) -> Option<&LayoutNumber> {
        self.numbers.get(id)
    }

    /// All numbers, by id.
    pub fn numbers(&self) -> impl Iterator<Item = &LayoutNumber> {
        self.numbers.values()
    }

    /// The bare value in the number's own unit.
    pub(crate) fn value(&self, id: &str) -> f64 {
        self.numbers
            .get(id)
            .map(|number| number.value)
            .expect("BUG: a number the table has")
    }

    /// The value in millimetres on the page.
    pub(crate) fn mm(&self, id: &str) -> f64 {
        let number = self.numbers.get(id).expect("BUG: a number the table has");
        let factor = match number.unit.as_str() {
            "pt" => MM_PER_PT,
            "char" => self.advance(),
            "line" => self.pitch(),
            "body_char" => self.body_char(),
            _ => 1.0,
        };
        number.value * factor
    }

    /// Height of a 3号 character in mm (16 pt: 5.644).
    pub(crate) fn body_char(&self) -> f64 {
        self.value("size.body") * MM_PER_PT
    }

    /// Width of a cell of the grid in mm: 156/28.
    pub(crate) fn advance(&self) -> f64 {
        self.value("core.width") / self.value("core.characters").max(1.0)
    }

    /// From one line to the next in mm. Filled: glyph top of line 1 at the top of 版心, glyph bottom
    /// of the last at its bottom, (225 − 5.644)/21 = 10.445.
    pub(crate) fn pitch(&self) -> f64 {
        let fixed = self.value("core.pitch");
        if fixed > 0.0 {
            fixed
        } else {
            self.pitch_of(self.lines())
        }
    }

    /// The pitch that fills 版心 with `lines` lines (7.3.5.5 lets it change).
    pub(crate) fn pitch_of(&self, lines: usize) -> f64 {
        let gaps = lines.saturating_sub(1).max(1) as f64;
        (self.value("core.height") - self.body_char()) / gaps
    }

    /// Lines on a page.
    pub(crate) fn lines(&self) -> usize {
        self.value("core.lines").clamp(2.0, 100.0) as usize
    }

    /// Right edge of 版心 in mm.
    pub(crate) fn right(&self) -> f64 {
        self.value("core.left") + self.value("core.width")
    }

    /// Bottom edge of 版心 in mm.
    pub(crate) fn bottom(&self) -> f64 {
        self.value("core.top") + self.value("core.height")
    }

    /// Where the first line of a turned page (clause 8) begins on the paper, in mm.
    pub(crate) fn turned_origin(&self) -> (f64, f64) {
        (
            self.value("core.left") + self.mm("turned.head"),
            self.bottom() - self.mm("turned.start"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_two_lines_fill_the_page_and_twenty_eight_characters_the_line() {
        let table = LayoutTable::standard();
        assert!(
            (table.pitch() - 10.445).abs() < 0.001,
            "pitch {}",
            table.pitch()
        );
        assert!(
            (table.advance() - 5.5714).abs() < 0.001,
            "advance {}",
            table.advance()
        );
        assert!((37.0 + 21.0 * table.pitch() + table.body_char() - 262.0).abs() < 1e-9);
    }

    #[test]
    fn the_electronic_profile_has_its_own_pitch() {
        let table = LayoutTable::standard().with_profile(Profile::Electronic);
        assert!((table.pitch() - 10.39).abs() < 1e-9);
        assert!((table.with_profile(Profile::Paper).pitch() - 10.445).abs() < 0.001);
    }

    #[test]
    fn every_number_has_a_clause_and_says_what_it_is() {
        for number in LayoutTable::standard().numbers() {
            assert!(
                !number.clause.is_empty() && !number.what.is_empty(),
                "{}",
                number.id
            );
        }
    }

    #[test]
    fn a_number_that_stands_twice_is_refused() {
        let one =
            "[[number]]\nid='a'\nvalue=1.0\nunit='mm'\nclause='1'\nstrength='规定'\nwhat='x'\n";
        assert!(LayoutTable::parse(one).is_ok());
        assert!(matches!(
            LayoutTable::parse(&(one.to_owned() + one)),
            Err(TypesetError::Table { .. })
        ));
    }
}
