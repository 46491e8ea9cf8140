//! Why somebody may do something: the chain from the grant back to the appointment that confers it.

use andu_base::{AppointmentId, DepartmentId, PersonId, PostId, SubstitutionId};

use crate::{Grant, Holder, Period, Role};

/// A grant somebody holds for a time, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// What may be done.
    pub grant: Grant,
    /// In which department.
    pub department_id: DepartmentId,
    /// The days on which every step of the chain holds.
    pub period: Period,
    /// From the person to the grant: at most one substitution, an appointment, a role.
    pub steps: Vec<Step>,
}

/// One link of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Stands in for somebody; the rest of the chain is that person's.
    StandsIn {
        /// The substitution.
        substitution: SubstitutionId,
        /// For whom.
        principal: PersonId,
        /// While.
        period: Period,
    },
    /// Holds a post.
    Holds {
        /// The appointment.
        appointment: AppointmentId,
        /// The post.
        post: PostId,
        /// While.
        period: Period,
    },
    /// The post or the appointment has a role.
    Has {
        /// The role.
        role: Role,
        /// What holds it.
        holder: Holder,
        /// While.
        period: Period,
    },
}

impl Authority {
    /// The role at the end of the chain.
    pub fn role(&self) -> Option<Role> {
        self.steps.iter().find_map(|step| match step {
            Step::Has { role, .. } => Some(*role),
            Step::StandsIn { .. } | Step::Holds { .. } => None,
        })
    }
}
