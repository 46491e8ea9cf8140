//! Writing the organisation: each row goes into its table and into the scopes of those who may see it, and
//! the grants that follow are written after it. At a replica the same rows come in.

use std::collections::{BTreeMap, BTreeSet};

use andu_base::{AgencyId, Date, PersonId};
use andu_org::{
    Appointment, Grant, HeldGrant, LeaseTerm, Member, Naming, Organisation, Post, Role, RoleGiven,
    Substitution, Telephone, TelephoneGrade, Unit,
};
use andu_store::Tx;
use andu_sync::{Change, Operation, Reason, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Refusal;

/// A row of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A department in its place.
    Unit(Unit),
    /// A post.
    Post(Post),
    /// A person.
    Member(Member),
    /// A name.
    Naming(Naming),
    /// Somebody holds a post.
    Appointment(Appointment),
    /// A role is held.
    Role(RoleGiven),
    /// Somebody stands in.
    Substitution(Substitution),
    /// A telephone.
    Telephone(Telephone),
    /// How long leases last.
    LeaseTerm(LeaseTerm),
}

/// What writes the organisation, and remembers which scopes it reached.
pub struct Pen<'a, 'tx> {
    /// The transaction.
    pub tx: &'a mut Tx<'tx>,
    /// Whether others pull from this store.
    pub serves: bool,
    /// How far each scope was written.
    pub heads: &'a mut BTreeMap<Scope, u64>,
}

#[derive(Serialize, Deserialize)]
struct HeldRow {
    person_id: PersonId,
    /// JSON, as the table has it.
    held: String,
}

impl Entry {
    const fn entity(&self) -> &'static str {
        match self {
            Self::Unit(_) => "department",
            Self::Post(_) => "post",
            Self::Member(_) => "person",
            Self::Naming(_) => "naming",
            Self::Appointment(_) => "appointment",
            Self::Role(_) => "role_given",
            Self::Substitution(_) => "substitution",
            Self::Telephone(_) => "telephone",
            Self::LeaseTerm(_) => "lease_term",
        }
    }

    fn row_id(&self) -> String {
        match self {
            Self::Unit(unit) => unit.id.as_text(),
            Self::Post(post) => post.id.as_text(),
            Self::Member(member) => member.id.as_text(),
            Self::Naming(naming) => naming.key(),
            Self::Appointment(held) => held.id.as_text(),
            Self::Role(given) => given.key(),
            Self::Substitution(standing) => standing.id.as_text(),
            Self::Telephone(telephone) => telephone.id.as_text(),
            Self::LeaseTerm(term) => term.key(),
        }
    }

    fn row(&self) -> Result<Value, Refusal> {
        Ok(match self {
            Self::Unit(row) => serde_json::to_value(row)?,
            Self::Post(row) => serde_json::to_value(row)?,
            Self::Member(row) => serde_json::to_value(row)?,
            Self::Naming(row) => serde_json::to_value(row)?,
            Self::Appointment(row) => serde_json::to_value(row)?,
            Self::Role(row) => serde_json::to_value(row)?,
            Self::Substitution(row) => serde_json::to_value(row)?,
            Self::Telephone(row) => serde_json::to_value(row)?,
            Self::LeaseTerm(row) => serde_json::to_value(row)?,
        })
    }

    fn read(entity: &str, row: &Value) -> Result<Option<Self>, Refusal> {
        Ok(Some(match entity {
            "department" => Self::Unit(Deserialize::deserialize(row)?),
            "post" => Self::Post(Deserialize::deserialize(row)?),
            "person" => Self::Member(Deserialize::deserialize(row)?),
            "naming" => Self::Naming(Deserialize::deserialize(row)?),
            "appointment" => Self::Appointment(Deserialize::deserialize(row)?),
            "role_given" => Self::Role(Deserialize::deserialize(row)?),
            "substitution" => Self::Substitution(Deserialize::deserialize(row)?),
            "telephone" => Self::Telephone(Deserialize::deserialize(row)?),
            "lease_term" => Self::LeaseTerm(Deserialize::deserialize(row)?),
            _ => return Ok(None),
        }))
    }

    fn store(&self, tx: &mut Tx<'_>) -> Result<(), Refusal> {
        match self {
            Self::Unit(row) => tx.unit_put(row)?,
            Self::Post(row) => tx.post_put(row)?,
            Self::Member(row) => tx.member_put(row)?,
            Self::Naming(row) => tx.naming_put(row)?,
            Self::Appointment(row) => tx.appointment_put(row)?,
            Self::Role(row) => tx.role_given_put(row)?,
            Self::Substitution(row) => tx.substitution_put(row)?,
            Self::Telephone(row) => tx.telephone_put(row)?,
            Self::LeaseTerm(row) => tx.lease_term_put(row)?,
        }
        Ok(())
    }

    /// Who sees it; telephones have scopes of their own.
    fn scope(&self, agency: AgencyId) -> Option<Scope> {
        match self {
            Self::Role(_) | Self::Substitution(_) | Self::LeaseTerm(_) => {
                Some(Scope::roles(agency))
            }
            Self::Telephone(_) => None,
            Self::Unit(_)
            | Self::Post(_)
            | Self::Member(_)
            | Self::Naming(_)
            | Self::Appointment(_) => Some(Scope::agency(agency)),
        }
    }
}

impl Pen<'_, '_> {
    fn show(
        &mut self,
        scope: &Scope,
        (entity, id): (&str, &str),
        operation: Operation,
        row: &Value,
    ) -> Result<(), Refusal> {
        if self.serves {
            let seq = self.tx.scope_append(scope, entity, id, operation, row)?;
            self.heads.insert(scope.clone(), seq);
        }
        Ok(())
    }

    /// Puts a row. A telephone is put with [`Self::put_telephone`].
    ///
    /// # Errors
    /// The store's own.
    pub fn put(&mut self, agency: AgencyId, entry: &Entry) -> Result<(), Refusal> {
        entry.store(self.tx)?;
        match entry.scope(agency) {
            Some(scope) => {
                let id = entry.row_id();
                self.show(&scope, (entry.entity(), &id), Operation::Put, &entry.row()?)
            }
            None => Ok(()),
        }
    }

    /// Puts a telephone and shows it to those of its grade, and to nobody else any more.
    ///
    /// # Errors
    /// The store's own.
    pub fn put_telephone(
        &mut self,
        organisation: &Organisation,
        telephone: &Telephone,
        today: Date,
    ) -> Result<(), Refusal> {
        let before = self.tx.reader().telephones(organisation.agency_id)?;
        let before = before.iter().find(|known| known.id == telephone.id);
        let seen = scopes_of(organisation, telephone, today);
        let was = before.map(|known| scopes_of(organisation, known, today));
        let entry = Entry::Telephone(telephone.clone());
        entry.store(self.tx)?;
        let id = telephone.id.as_text();
        for gone in was.unwrap_or_default().difference(&seen) {
            self.show(gone, ("telephone", &id), Operation::Remove, &Value::Null)?;
        }
        for scope in &seen {
            self.show(scope, ("telephone", &id), Operation::Put, &entry.row()?)?;
        }
        Ok(())
    }

    /// Takes a telephone out, wherever it was seen.
    ///
    /// # Errors
    /// The store's own.
    pub fn remove_telephone(
        &mut self,
        organisation: &Organisation,
        telephone: &Telephone,
        today: Date,
    ) -> Result<(), Refusal> {
        let id = telephone.id.as_text();
        self.tx.telephone_remove(&id)?;
        for scope in scopes_of(organisation, telephone, today) {
            self.show(&scope, ("telephone", &id), Operation::Remove, &Value::Null)?;
        }
        Ok(())
    }

    /// Shows a person's telephones to the colleagues of new posts, and no longer to those of ended ones.
    ///
    /// # Errors
    /// The store's own.
    pub fn move_telephones(
        &mut self,
        (before, after): (&Organisation, &Organisation),
        person: PersonId,
        today: Date,
    ) -> Result<(), Refusal> {
        let all = self.tx.reader().telephones(after.agency_id)?;
        for telephone in all.iter().filter(|known| known.person_id == person) {
            let (was, is) = (
                scopes_of(before, telephone, today),
                scopes_of(after, telephone, today),
            );
            let id = telephone.id.as_text();
            for gone in was.difference(&is) {
                self.show(gone, ("telephone", &id), Operation::Remove, &Value::Null)?;
            }
            let row = serde_json::to_value(telephone)?;
            for new in is.difference(&was) {
                self.show(new, ("telephone", &id), Operation::Put, &row)?;
            }
        }
        Ok(())
    }

    /// Writes the grants that follow from what stands now, and tells each person's desks about theirs.
    ///
    /// # Errors
    /// `organisation.roles_apart` if one person would hold roles that do not go together,
    /// `organisation.last_holder` if nobody would go on being one of 三员 who somebody is now.
    pub fn settle(&mut self, before: &Organisation) -> Result<Organisation, Refusal> {
        let after = self.tx.reader().organisation(before.agency_id)?;
        if let Some((person, one, two, from)) = after.clash() {
            let name = after.name_on(andu_org::Named::Person, &person.as_text(), from);
            return Err(Refusal::Rejected(
                Reason::new("organisation.roles_apart")
                    .with("name", name)
                    .with("one", one.title())
                    .with("two", two.title())
                    .with("from", from),
            ));
        }
        for role in Role::TRUSTED {
            let lost = |grant: &Grant| before.stays_held(*grant) && !after.stays_held(*grant);
            if role.grants().iter().any(lost) {
                return Err(Refusal::Rejected(
                    Reason::new("organisation.last_holder").with("role", role.title()),
                ));
            }
        }
        for (person_id, held) in after.all_held() {
            if held != self.tx.reader().held_grants(person_id)? {
                self.tx.held_grants_put(person_id, &held)?;
                let id = person_id.as_text();
                let held = serde_json::to_string(&held)?;
                let row = json!(HeldRow { person_id, held });
                self.show(
                    &Scope::person(person_id),
                    ("held_grant", &id),
                    Operation::Put,
                    &row,
                )?;
            }
        }
        Ok(after)
    }
}

/// The scopes in which a telephone is seen: with the grade of a department, those of every post that the
/// person holds or is going to hold.
fn scopes_of(organisation: &Organisation, telephone: &Telephone, today: Date) -> BTreeSet<Scope> {
    match telephone.grade {
        TelephoneGrade::Agency => [Scope::agency(organisation.agency_id)].into(),
        TelephoneGrade::Restricted => [Scope::restricted(organisation.agency_id)].into(),
        TelephoneGrade::Department => organisation
            .appointments
            .iter()
            .filter(|held| held.person_id == telephone.person_id)
            .filter(|held| held.period.through.is_none_or(|last| today <= last))
            .filter_map(|held| organisation.department_of(held.post_id))
            .map(Scope::colleagues)
            .collect(),
    }
}

/// Takes in a row that was pulled; what does not belong to the organisation is left alone.
///
/// # Errors
/// `command.arguments` for a row that does not read; the store's own.
pub fn receive(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    if change.entity == "held_grant" {
        let row: HeldRow = Deserialize::deserialize(&change.row)?;
        let held: Vec<HeldGrant> = serde_json::from_str(&row.held)?;
        tx.held_grants_put(row.person_id, &held)?;
    } else if let Some(entry) = Entry::read(&change.entity, &change.row)? {
        entry.store(tx)?;
    }
    Ok(())
}
