//! An agency's organisation with its whole history, and what can be asked of it as of any day.

use std::collections::{BTreeMap, BTreeSet};

use andu_base::{AgencyId, Date, DepartmentId, PersonId, PostId};

use crate::{
    Appointment, Authority, Grant, HeldGrant, Holder, Member, Named, Naming, Period, Post, Role,
    RoleGiven, Step, Substitution, Unit,
};

/// Everything that was ever entered about one agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// The agency.
    pub agency_id: AgencyId,
    /// Departments.
    pub units: Vec<Unit>,
    /// Posts.
    pub posts: Vec<Post>,
    /// People.
    pub members: Vec<Member>,
    /// Who holds which post.
    pub appointments: Vec<Appointment>,
    /// Roles of posts and appointments.
    pub roles: Vec<RoleGiven>,
    /// Who stands in for whom.
    pub substitutions: Vec<Substitution>,
    /// Names, each from a day on.
    pub namings: Vec<Naming>,
}

/// A post that somebody holds on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Title {
    /// The appointment.
    pub appointment: Appointment,
    /// The department of the post.
    pub department_id: DepartmentId,
}

/// Somebody who may do something on a day, with every reason for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Who.
    pub person_id: PersonId,
    /// Why; never empty.
    pub reasons: Vec<Authority>,
}

impl Organisation {
    /// An agency nothing is known about.
    pub const fn new(agency_id: AgencyId) -> Self {
        Self {
            agency_id,
            units: Vec::new(),
            posts: Vec::new(),
            members: Vec::new(),
            appointments: Vec::new(),
            roles: Vec::new(),
            substitutions: Vec::new(),
            namings: Vec::new(),
        }
    }

    /// The naming that holds on `day`; before the first one, the first one.
    pub fn naming_on(&self, kind: Named, subject_id: &str, day: Date) -> Option<&Naming> {
        let all = || {
            self.namings
                .iter()
                .filter(move |naming| naming.kind == kind && naming.subject_id == subject_id)
        };
        all()
            .filter(|naming| naming.from_on <= day)
            .max_by_key(|naming| naming.from_on)
            .or_else(|| all().min_by_key(|naming| naming.from_on))
    }

    /// The name on `day`; empty for what was never named.
    pub fn name_on(&self, kind: Named, subject_id: &str, day: Date) -> &str {
        self.naming_on(kind, subject_id, day)
            .map_or("", |naming| naming.name.as_str())
    }

    /// The department of a post.
    pub fn department_of(&self, post: PostId) -> Option<DepartmentId> {
        let found = self.posts.iter().find(|known| known.id == post);
        found.map(|post| post.department_id)
    }

    /// The posts somebody holds on `day`, the main one first.
    pub fn titles_on(&self, person: PersonId, day: Date) -> Vec<Title> {
        let mut titles: Vec<Title> = self
            .appointments
            .iter()
            .filter(|held| held.person_id == person && held.period.contains(day))
            .filter_map(|held| {
                Some(Title {
                    appointment: *held,
                    department_id: self.department_of(held.post_id)?,
                })
            })
            .collect();
        titles.sort_by_key(|title| (!title.appointment.is_main, title.appointment.period.from));
        titles
    }

    /// Everything somebody was, is or will be allowed, with the reasons.
    pub fn authorities(&self, person: PersonId) -> Vec<Authority> {
        let mut all = self.own_authorities(person);
        for standing in &self.substitutions {
            if standing.deputy_id == person {
                let theirs = self.own_authorities(standing.principal_id);
                all.extend(theirs.iter().filter_map(|why| stand_in(standing, why)));
            }
        }
        all
    }

    /// The same for everybody at once; in time that grows with the organisation, not with its square.
    pub fn all_authorities(&self) -> BTreeMap<PersonId, Vec<Authority>> {
        let departments: BTreeMap<PostId, DepartmentId> = self
            .posts
            .iter()
            .map(|post| (post.id, post.department_id))
            .collect();
        let mut roles: BTreeMap<Holder, Vec<&RoleGiven>> = BTreeMap::new();
        for given in &self.roles {
            roles.entry(given.holder).or_default().push(given);
        }
        let mut own: BTreeMap<PersonId, Vec<Authority>> = self
            .members
            .iter()
            .map(|member| (member.id, Vec::new()))
            .collect();
        for held in &self.appointments {
            let Some(department) = departments.get(&held.post_id) else {
                continue;
            };
            let holders = [Holder::Post(held.post_id), Holder::Appointment(held.id)];
            let given = holders.iter().filter_map(|holder| roles.get(holder));
            let reasons = given
                .flatten()
                .flat_map(|role| conferred(held, *department, role));
            own.entry(held.person_id).or_default().extend(reasons);
        }
        let mut all = own.clone();
        for standing in &self.substitutions {
            let theirs = own.get(&standing.principal_id).into_iter().flatten();
            let handed = theirs.filter_map(|why| stand_in(standing, why));
            all.entry(standing.deputy_id).or_default().extend(handed);
        }
        all
    }

    /// What the person's own posts confer.
    fn own_authorities(&self, person: PersonId) -> Vec<Authority> {
        let held = self
            .appointments
            .iter()
            .filter(|held| held.person_id == person);
        held.filter_map(|held| Some((held, self.department_of(held.post_id)?)))
            .flat_map(|(held, department)| {
                let roles = self.roles.iter().filter(|given| holds(held, given));
                roles.flat_map(move |given| conferred(held, department, given))
            })
            .collect()
    }

    /// What somebody holds when, without the reasons; in order, nothing twice.
    pub fn held(&self, person: PersonId) -> Vec<HeldGrant> {
        without_reasons(&self.authorities(person))
    }

    /// The same for everybody at once.
    pub fn all_held(&self) -> BTreeMap<PersonId, Vec<HeldGrant>> {
        let all = self.all_authorities();
        all.iter()
            .map(|(person, why)| (*person, without_reasons(why)))
            .collect()
    }

    /// Who may do `grant` on `day`, in one department or anywhere, and why.
    pub fn who_may(
        &self,
        grant: Grant,
        department: Option<DepartmentId>,
        day: Date,
    ) -> Vec<Access> {
        let mut all = self.all_authorities();
        let fits = |why: &Authority| {
            why.grant == grant
                && why.period.contains(day)
                && department.is_none_or(|wanted| why.department_id == wanted)
        };
        self.members
            .iter()
            .map(|member| Access {
                person_id: member.id,
                reasons: all.remove(&member.id).unwrap_or_default(),
            })
            .map(|mut access| {
                access.reasons.retain(fits);
                access
            })
            .filter(|access| !access.reasons.is_empty())
            .collect()
    }

    /// The first two roles that meet in one person and may not, and from which day on.
    pub fn clash(&self) -> Option<(PersonId, Role, Role, Date)> {
        self.all_authorities().iter().find_map(|(person, why)| {
            let spans: Vec<(Role, Period)> = why
                .iter()
                .filter_map(|why| Some((why.role()?, why.period)))
                .collect();
            spans.iter().enumerate().find_map(|(at, (one, when))| {
                spans[at + 1..].iter().find_map(|(two, then)| {
                    let meet = (!one.goes_with(*two))
                        .then(|| when.shared(then))
                        .flatten()?;
                    Some((*person, *one, *two, meet.from))
                })
            })
        })
    }

    /// Whether somebody holds `grant` by a post and will go on holding it.
    pub fn stays_held(&self, grant: Grant) -> bool {
        let lasting = self
            .roles
            .iter()
            .filter(|given| given.period.through.is_none() && given.role.grants().contains(&grant));
        lasting.into_iter().any(|given| {
            self.appointments
                .iter()
                .any(|held| held.period.through.is_none() && holds(held, given))
        })
    }
}

/// Whether the role is held by whoever has this appointment.
fn holds(held: &Appointment, given: &RoleGiven) -> bool {
    given.holder == Holder::Post(held.post_id) || given.holder == Holder::Appointment(held.id)
}

/// What an appointment allows by a role, while both last.
fn conferred(held: &Appointment, department_id: DepartmentId, given: &RoleGiven) -> Vec<Authority> {
    let Some(period) = held.period.shared(&given.period) else {
        return Vec::new();
    };
    let steps = vec![
        Step::Holds {
            appointment: held.id,
            post: held.post_id,
            period: held.period,
        },
        Step::Has {
            role: given.role,
            holder: given.holder,
            period: given.period,
        },
    ];
    let grants = given.role.grants().iter();
    grants
        .map(|grant| Authority {
            grant: *grant,
            department_id,
            period,
            steps: steps.clone(),
        })
        .collect()
}

fn without_reasons(why: &[Authority]) -> Vec<HeldGrant> {
    let held = why.iter().map(|authority| HeldGrant {
        grant: authority.grant,
        department_id: authority.department_id,
        period: authority.period,
    });
    joined(held.collect())
}

/// What a substitute may, of what the principal may.
fn stand_in(standing: &Substitution, theirs: &Authority) -> Option<Authority> {
    if !standing.grants.contains(&theirs.grant) {
        return None;
    }
    let period = standing.period.shared(&theirs.period)?;
    let mut steps = vec![Step::StandsIn {
        substitution: standing.id,
        principal: standing.principal_id,
        period: standing.period,
    }];
    steps.extend(&theirs.steps);
    Some(Authority {
        grant: theirs.grant,
        department_id: theirs.department_id,
        period,
        steps,
    })
}

/// Periods of one grant that meet are one.
fn joined(held: BTreeSet<HeldGrant>) -> Vec<HeldGrant> {
    let mut all: Vec<HeldGrant> = Vec::new();
    for next in held {
        if let Some(last) = all.last_mut()
            && (last.grant, last.department_id) == (next.grant, next.department_id)
            && meets(&last.period, next.period.from)
        {
            last.period.through = match (last.period.through, next.period.through) {
                (Some(one), Some(two)) => Some(one.max(two)),
                _ => None,
            };
        } else {
            all.push(next);
        }
    }
    all
}

/// Whether a period reaches the day before `from`, or further.
fn meets(period: &Period, from: Date) -> bool {
    period
        .through
        .is_none_or(|last| last.tomorrow().is_ok_and(|next| from <= next))
}

#[cfg(test)]
mod tests;
