//! What somebody may see of a store. Every list and every look-up takes it, so that none can leave it out.
//! The rows of scopes are the one truth about it: a row that no scope of the person holds is not there.

use andu_sync::Scope;
use rusqlite::ToSql;

/// What somebody may see of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// All that is in it: a desk's store holds only what its person may see.
    Whole,
    /// At a server: rows that one of these scopes holds.
    Scopes(Vec<Scope>),
}

impl Sight {
    /// The condition that a row of `entity`, known by the column `key`, is seen. Its placeholders follow
    /// the first `taken`; [`Self::bound`] has their values.
    pub(crate) fn condition(&self, entity: &str, key: &str, taken: usize) -> String {
        self.through(entity, key, taken, |_| true)
    }

    /// The condition that more than what was handed over is seen of a draft: its text as it is written, and
    /// its versions. It stands beside [`Self::condition`], whose placeholders it shares.
    pub(crate) fn text_condition(&self, key: &str, taken: usize) -> String {
        self.through("draft", key, taken, Scope::shows_text)
    }

    fn through(
        &self,
        entity: &str,
        key: &str,
        taken: usize,
        counts: impl Fn(&Scope) -> bool,
    ) -> String {
        let Self::Scopes(scopes) = self else {
            return "1 = 1".to_owned();
        };
        let places: Vec<String> = (taken + 1..)
            .zip(scopes)
            .filter(|(_, scope)| counts(scope))
            .map(|(place, _)| format!("?{place}"))
            .collect();
        if places.is_empty() {
            return "1 = 0".to_owned();
        }
        format!(
            "exists (select 1 from scope_row seen where seen.entity = '{entity}'
                 and seen.row_id = {key} and seen.scope in ({}))",
            places.join(", ")
        )
    }

    /// The values of `before`, and after them those of the conditions.
    pub(crate) fn bound<'a>(&'a self, before: &[&'a dyn ToSql]) -> Vec<&'a dyn ToSql> {
        let scopes = match self {
            Self::Whole => &[][..],
            Self::Scopes(scopes) => scopes,
        };
        let scopes = scopes.iter().map(|scope| &scope.0 as &dyn ToSql);
        before.iter().copied().chain(scopes).collect()
    }

    /// Whether a scope is among those that are seen.
    pub fn holds(&self, scope: &Scope) -> bool {
        match self {
            Self::Whole => true,
            Self::Scopes(scopes) => scopes.contains(scope),
        }
    }
}
