//! The organisation with its history: departments in their places, posts, names, appointments, roles,
//! substitutions, telephones, and the grants that follow from them. Rows are put, never taken out, but
//! telephones.

use andu_base::{AgencyId, Date, PersonId};
use andu_org::{
    Appointment, HeldGrant, Holder, Member, Named, Naming, Organisation, Period, Post, RoleGiven,
    Substitution, Telephone, TelephoneGrade, TelephoneKind, Unit,
};
use rusqlite::{Row, params};

use crate::{Reader, Result, StoreError, Tx, erase::WIPE_DUE, organisation::parse};

fn date(row: &Row<'_>, at: usize, column: &'static str) -> Result<Date> {
    parse(row, at, column)
}

fn period(row: &Row<'_>, at: usize) -> Result<Period> {
    let column = "through_on";
    let through: Option<String> = row.get(at + 1)?;
    Ok(Period {
        from: date(row, at, "from_on")?,
        through: through
            .map(|text| text.parse().map_err(|_| StoreError::Column { column }))
            .transpose()?,
    })
}

fn last(period: &Period) -> Option<String> {
    period.through.map(|day| day.to_string())
}

impl Reader<'_> {
    fn rows<T>(self, sql: &str, id: &str, read: impl Fn(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query([id])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(read(row)?);
        }
        Ok(all)
    }

    /// Everything that was ever entered about an agency.
    ///
    /// # Errors
    /// The engine's own; `Column` for a word this version does not know.
    pub fn organisation(self, agency_id: AgencyId) -> Result<Organisation> {
        let id = agency_id.as_text();
        Ok(Organisation {
            agency_id,
            units: self.rows(UNITS, &id, unit)?,
            posts: self.rows(POSTS, &id, post)?,
            members: self.rows(MEMBERS, &id, member)?,
            appointments: self.rows(APPOINTMENTS, &id, appointment)?,
            roles: self.rows(ROLES, &id, role_given)?,
            substitutions: self.rows(SUBSTITUTIONS, &id, substitution)?,
            namings: self.rows(NAMINGS, &id, naming)?,
        })
    }

    /// The telephones of an agency's people that this store holds.
    ///
    /// # Errors
    /// The engine's own; `Column` for a word this version does not know.
    pub fn telephones(self, agency_id: AgencyId) -> Result<Vec<Telephone>> {
        self.rows(TELEPHONES, &agency_id.as_text(), telephone)
    }

    /// What somebody holds when, in order.
    ///
    /// # Errors
    /// The engine's own; `Column` for a word this version does not know.
    pub fn held_grants(self, person: PersonId) -> Result<Vec<HeldGrant>> {
        let mut statement = self
            .0
            .prepare_cached("select held from held_grant where person_id = ?1")?;
        let mut rows = statement.query([person.as_text()])?;
        let Some(row) = rows.next()? else {
            return Ok(Vec::new());
        };
        let column = StoreError::Column {
            column: "held_grant.held",
        };
        serde_json::from_str(&row.get::<_, String>(0)?).map_err(|_| column)
    }

    /// The posts somebody holds or held, with the department of each; the main ones first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn appointments_of(self, person: PersonId) -> Result<Vec<(Appointment, Post)>> {
        let sql = "select a.id, a.person_id, a.post_id, a.is_main, a.from_on, a.through_on,
                 p.id, p.department_id, p.place, p.from_on, p.through_on
             from appointment a join post p on p.id = a.post_id
             where a.person_id = ?1 order by a.is_main desc, a.from_on, a.id";
        self.rows(sql, &person.as_text(), |row| {
            Ok((
                appointment(row)?,
                Post {
                    id: parse(row, 6, "post.id")?,
                    department_id: parse(row, 7, "post.department_id")?,
                    place: row.get(8)?,
                    period: period(row, 9)?,
                },
            ))
        })
    }

    /// What something was called on a day, if it had a name by then.
    ///
    /// # Errors
    /// The engine's own.
    pub fn name_on(self, kind: Named, subject_id: &str, day: Date) -> Result<Option<String>> {
        let mut statement = self.0.prepare_cached(
            "select name from naming where kind = ?1 and subject_id = ?2 and from_on <= ?3
             order by from_on desc limit 1",
        )?;
        let mut rows = statement.query(params![kind.name(), subject_id, day.to_string()])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }
}

const UNITS: &str = "select id, agency_id, parent_id, place, from_on, through_on from department
     where agency_id = ?1 order by place, id";
const POSTS: &str = "select p.id, p.department_id, p.place, p.from_on, p.through_on from post p
     join department d on d.id = p.department_id where d.agency_id = ?1 order by p.place, p.id";
const MEMBERS: &str =
    "select id, agency_id, department_id from person where agency_id = ?1 order by id";
const APPOINTMENTS: &str = "select a.id, a.person_id, a.post_id, a.is_main, a.from_on, a.through_on
     from appointment a join person m on m.id = a.person_id where m.agency_id = ?1 order by a.id";
const ROLES: &str =
    "select r.role, r.holder_kind, r.holder_id, r.from_on, r.through_on from role_given r
     where r.holder_id in (select p.id from post p join department d on d.id = p.department_id
             where d.agency_id = ?1)
         or r.holder_id in (select a.id from appointment a join person m on m.id = a.person_id
             where m.agency_id = ?1)
     order by r.role, r.holder_id, r.from_on";
const SUBSTITUTIONS: &str =
    "select s.id, s.principal_id, s.deputy_id, s.grants, s.from_on, s.through_on
     from substitution s join person m on m.id = s.principal_id where m.agency_id = ?1 order by s.id";
const NAMINGS: &str =
    "select kind, subject_id, from_on, name, short_name, authority_code from naming
     where subject_id = ?1
         or subject_id in (select id from department where agency_id = ?1)
         or subject_id in (select id from person where agency_id = ?1)
         or subject_id in (select p.id from post p join department d on d.id = p.department_id
             where d.agency_id = ?1)
     order by kind, subject_id, from_on";
const TELEPHONES: &str = "select t.id, t.person_id, t.kind, t.number, t.grade from telephone t
     join person m on m.id = t.person_id where m.agency_id = ?1 order by t.person_id, t.kind, t.id";

fn unit(row: &Row<'_>) -> Result<Unit> {
    let parent: Option<String> = row.get(2)?;
    let column = "department.parent_id";
    Ok(Unit {
        id: parse(row, 0, "department.id")?,
        agency_id: parse(row, 1, "department.agency_id")?,
        parent_id: parent
            .map(|id| id.parse().map_err(|_| StoreError::Column { column }))
            .transpose()?,
        place: row.get(3)?,
        period: period(row, 4)?,
    })
}

fn post(row: &Row<'_>) -> Result<Post> {
    Ok(Post {
        id: parse(row, 0, "post.id")?,
        department_id: parse(row, 1, "post.department_id")?,
        place: row.get(2)?,
        period: period(row, 3)?,
    })
}

fn member(row: &Row<'_>) -> Result<Member> {
    Ok(Member {
        id: parse(row, 0, "person.id")?,
        agency_id: parse(row, 1, "person.agency_id")?,
        department_id: parse(row, 2, "person.department_id")?,
    })
}

fn appointment(row: &Row<'_>) -> Result<Appointment> {
    Ok(Appointment {
        id: parse(row, 0, "appointment.id")?,
        person_id: parse(row, 1, "appointment.person_id")?,
        post_id: parse(row, 2, "appointment.post_id")?,
        is_main: row.get::<_, i64>(3)? != 0,
        period: period(row, 4)?,
    })
}

fn role_given(row: &Row<'_>) -> Result<RoleGiven> {
    let holder = match row.get::<_, String>(1)?.as_str() {
        "post" => Holder::Post(parse(row, 2, "role_given.holder_id")?),
        "appointment" => Holder::Appointment(parse(row, 2, "role_given.holder_id")?),
        _ => {
            return Err(StoreError::Column {
                column: "role_given.holder_kind",
            });
        }
    };
    Ok(RoleGiven {
        role: parse(row, 0, "role_given.role")?,
        holder,
        period: period(row, 3)?,
    })
}

fn substitution(row: &Row<'_>) -> Result<Substitution> {
    let words: String = row.get(3)?;
    let grants: Result<_, _> = words.split_whitespace().map(str::parse).collect();
    Ok(Substitution {
        id: parse(row, 0, "substitution.id")?,
        principal_id: parse(row, 1, "substitution.principal_id")?,
        deputy_id: parse(row, 2, "substitution.deputy_id")?,
        grants: grants.map_err(|_| StoreError::Column {
            column: "substitution.grants",
        })?,
        period: period(row, 4)?,
    })
}

fn naming(row: &Row<'_>) -> Result<Naming> {
    let word: String = row.get(0)?;
    let kinds = [Named::Agency, Named::Department, Named::Post, Named::Person];
    let kind = kinds.into_iter().find(|kind| kind.name() == word);
    Ok(Naming {
        kind: kind.ok_or(StoreError::Column {
            column: "naming.kind",
        })?,
        subject_id: row.get(1)?,
        from_on: date(row, 2, "naming.from_on")?,
        name: row.get(3)?,
        short_name: row.get(4)?,
        authority_code: row.get(5)?,
    })
}

fn telephone(row: &Row<'_>) -> Result<Telephone> {
    let (kind, grade): (String, String) = (row.get(2)?, row.get(4)?);
    let kinds = [
        TelephoneKind::Office,
        TelephoneKind::Mobile,
        TelephoneKind::Duty,
        TelephoneKind::Fax,
    ];
    let grades = [
        TelephoneGrade::Agency,
        TelephoneGrade::Department,
        TelephoneGrade::Restricted,
    ];
    Ok(Telephone {
        id: parse(row, 0, "telephone.id")?,
        person_id: parse(row, 1, "telephone.person_id")?,
        kind: kinds
            .into_iter()
            .find(|known| known.name() == kind)
            .ok_or(StoreError::Column {
                column: "telephone.kind",
            })?,
        number: row.get(3)?,
        grade: grades
            .into_iter()
            .find(|known| known.name() == grade)
            .ok_or(StoreError::Column {
                column: "telephone.grade",
            })?,
    })
}

impl Tx<'_> {
    fn put(&mut self, sql: &str, values: impl rusqlite::Params) -> Result<()> {
        self.0.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    /// Puts a department in its place; its name comes with a naming.
    ///
    /// # Errors
    /// The engine's own.
    pub fn unit_put(&mut self, unit: &Unit) -> Result<()> {
        self.put(
            "insert into department (id, agency_id, name, parent_id, place, from_on, through_on)
             values (?1, ?2, '', ?3, ?4, ?5, ?6)
             on conflict (id) do update set parent_id = excluded.parent_id, place = excluded.place,
                 from_on = excluded.from_on, through_on = excluded.through_on",
            params![
                unit.id.as_text(),
                unit.agency_id.as_text(),
                unit.parent_id.map(andu_base::DepartmentId::as_text),
                unit.place,
                unit.period.from.to_string(),
                last(&unit.period)
            ],
        )
    }

    /// Puts a post.
    ///
    /// # Errors
    /// The engine's own.
    pub fn post_put(&mut self, post: &Post) -> Result<()> {
        self.put(
            "insert into post (id, department_id, place, from_on, through_on)
             values (?1, ?2, ?3, ?4, ?5)
             on conflict (id) do update set place = excluded.place, from_on = excluded.from_on,
                 through_on = excluded.through_on",
            params![
                post.id.as_text(),
                post.department_id.as_text(),
                post.place,
                post.period.from.to_string(),
                last(&post.period)
            ],
        )
    }

    /// Puts a person of whom nothing else is known; names and posts come with rows of their own.
    ///
    /// # Errors
    /// The engine's own.
    pub fn member_put(&mut self, member: &Member) -> Result<()> {
        self.put(
            "insert into person (id, agency_id, department_id, name, post)
             values (?1, ?2, ?3, '', '')
             on conflict (id) do update set department_id = excluded.department_id",
            params![
                member.id.as_text(),
                member.agency_id.as_text(),
                member.department_id.as_text()
            ],
        )
    }

    /// Puts a name. The thing itself carries the name that was entered last.
    ///
    /// # Errors
    /// The engine's own.
    pub fn naming_put(&mut self, naming: &Naming) -> Result<()> {
        self.put(
            "insert into naming (id, kind, subject_id, from_on, name, short_name, authority_code)
             values (?7, ?1, ?2, ?3, ?4, ?5, ?6)
             on conflict (id) do update set name = excluded.name,
                 short_name = excluded.short_name, authority_code = excluded.authority_code",
            params![
                naming.kind.name(),
                naming.subject_id,
                naming.from_on.to_string(),
                naming.name,
                naming.short_name,
                naming.authority_code,
                naming.key()
            ],
        )?;
        let (id, name) = (&naming.subject_id, &naming.name);
        match naming.kind {
            Named::Agency => self.put(
                "update agency set name = ?2, short_name = ?3, authority_code = ?4 where id = ?1",
                params![id, name, naming.short_name, naming.authority_code],
            ),
            Named::Department => self.put(
                "update department set name = ?2 where id = ?1",
                params![id, name],
            ),
            Named::Person => self.put(
                "update person set name = ?2 where id = ?1",
                params![id, name],
            ),
            Named::Post => Ok(()),
        }
    }

    /// Puts an appointment.
    ///
    /// # Errors
    /// The engine's own.
    pub fn appointment_put(&mut self, held: &Appointment) -> Result<()> {
        self.put(
            "insert into appointment (id, person_id, post_id, is_main, from_on, through_on)
             values (?1, ?2, ?3, ?4, ?5, ?6)
             on conflict (id) do update set through_on = excluded.through_on",
            params![
                held.id.as_text(),
                held.person_id.as_text(),
                held.post_id.as_text(),
                i64::from(held.is_main),
                held.period.from.to_string(),
                last(&held.period)
            ],
        )
    }

    /// Puts a role that is held.
    ///
    /// # Errors
    /// The engine's own.
    pub fn role_given_put(&mut self, given: &RoleGiven) -> Result<()> {
        let (kind, id) = match given.holder {
            Holder::Post(id) => ("post", id.as_text()),
            Holder::Appointment(id) => ("appointment", id.as_text()),
        };
        self.put(
            "insert into role_given (id, role, holder_kind, holder_id, from_on, through_on)
             values (?6, ?1, ?2, ?3, ?4, ?5)
             on conflict (id) do update set through_on = excluded.through_on",
            params![
                given.role.name(),
                kind,
                id,
                given.period.from.to_string(),
                last(&given.period),
                given.key()
            ],
        )
    }

    /// Puts a substitution.
    ///
    /// # Errors
    /// The engine's own.
    pub fn substitution_put(&mut self, standing: &Substitution) -> Result<()> {
        let grants: Vec<&str> = standing.grants.iter().map(|grant| grant.name()).collect();
        self.put(
            "insert into substitution (id, principal_id, deputy_id, grants, from_on, through_on)
             values (?1, ?2, ?3, ?4, ?5, ?6)
             on conflict (id) do update set through_on = excluded.through_on",
            params![
                standing.id.as_text(),
                standing.principal_id.as_text(),
                standing.deputy_id.as_text(),
                grants.join(" "),
                standing.period.from.to_string(),
                last(&standing.period)
            ],
        )
    }

    /// Puts a telephone.
    ///
    /// # Errors
    /// The engine's own.
    pub fn telephone_put(&mut self, telephone: &Telephone) -> Result<()> {
        self.put(
            "insert into telephone (id, person_id, kind, number, grade) values (?1, ?2, ?3, ?4, ?5)
             on conflict (id) do update set kind = excluded.kind, number = excluded.number,
                 grade = excluded.grade",
            params![
                telephone.id.as_text(),
                telephone.person_id.as_text(),
                telephone.kind.name(),
                telephone.number,
                telephone.grade.name()
            ],
        )
    }

    /// Takes a telephone out.
    ///
    /// # Errors
    /// The engine's own.
    pub fn telephone_remove(&mut self, id: &str) -> Result<()> {
        self.put("delete from telephone where id = ?1", [id])
    }

    /// Puts all that somebody holds when, in the place of what was known.
    ///
    /// # Errors
    /// The engine's own.
    pub fn held_grants_put(&mut self, person: PersonId, held: &[HeldGrant]) -> Result<()> {
        let text = serde_json::to_string(held).expect("BUG: what is stored is plain data");
        self.put(
            "insert into held_grant (person_id, held) values (?1, ?2)
             on conflict (person_id) do update set held = excluded.held",
            params![person.as_text(), text],
        )
    }

    /// Takes out a row of the organisation that nobody here may see any more, and nothing of what is one's
    /// own or still named by other rows. Other entities are left alone.
    ///
    /// # Errors
    /// The engine's own.
    pub fn organisation_erase(&mut self, entity: &str, row_id: &str, own_id: &str) -> Result<()> {
        match entity {
            "telephone" => self.put("delete from telephone where id = ?1", [row_id])?,
            "substitution" => self.put("delete from substitution where id = ?1", [row_id])?,
            "role_given" => self.put("delete from role_given where id = ?1", [row_id])?,
            "appointment" => self.put("delete from appointment where id = ?1", [row_id])?,
            "naming" => self.put("delete from naming where id = ?1", [row_id])?,
            "lease_term" => self.put("delete from lease_term where id = ?1", [row_id])?,
            "person" => self.put(include_str!("person_erase.sql"), params![row_id, own_id])?,
            "post" => self.put(
                "delete from post where id = ?1
                 and not exists (select 1 from appointment a where a.post_id = ?1)",
                [row_id],
            )?,
            "department" => self.put(
                "delete from department where id = ?1
                 and not exists (select 1 from person m where m.department_id = ?1)
                 and not exists (select 1 from post p where p.department_id = ?1)",
                [row_id],
            )?,
            _ => return Ok(()),
        }
        self.meta_put(WIPE_DUE, "yes")
    }
}
