//! `andu admin`: the organisation of a server, by those who hold the roles for it. Everything goes through
//! the command table, as a named administrator, and is audited there.

mod argument;
pub mod roster;
mod say;

use std::{collections::BTreeMap, fmt::Write as _};

use andu_api::{ApiError, ErrorCode, text};
use andu_server::{Administrators, Fresh, Server, Vouched, person_named};
use serde_json::{Value, json};

pub use self::argument::Admin;
use self::argument::{
    AdminVerb, Appoint, Choose, Found, Leave, Review, RoleArgs, RoleVerb, Substitute,
};
use self::roster::People;
use crate::{outcome::Done, password};

/// Does what was typed.
pub fn run(args: &Admin) -> Result<Done, ApiError> {
    // Founding is what makes a server, beside starting it; nothing else does.
    if let AdminVerb::Found(first) = &args.verb {
        let fresh = Fresh::watch(&args.data);
        let done = found(&Server::open(&args.data)?, args, first)?;
        fresh.kept().keep();
        return Ok(done);
    }
    if matches!(args.verb, AdminVerb::RenewPepper) {
        return renew_pepper(args);
    }
    let server = Server::open_existing(&args.data)?;
    if let AdminVerb::Password(choice) = &args.verb {
        return choose(&server, args, choice);
    }
    let desk = Desk::open(server, args)?;
    match &args.verb {
        AdminVerb::Found(_) | AdminVerb::Password(_) | AdminVerb::RenewPepper => {
            unreachable!("BUG: done above")
        }
        AdminVerb::Invite(invited) => desk.invite(&invited.people),
        AdminVerb::List(on) => desk.list(on.on.as_deref()),
        AdminVerb::EnterAgency(agency) => desk.act(
            "agency_enter",
            json!({
                "id": "", "name": agency.name, "short_name": agency.short_name,
                "authority_code": agency.authority_code, "from_on": desk.from(agency.from.as_ref()),
            }),
        ),
        AdminVerb::Enter(person) => desk.roster(
            &People::one(json!({
                "name": person.name, "department": person.department, "post": person.post,
                "office": person.office, "mobile": person.mobile,
            })),
            person.from.as_ref(),
            false,
        ),
        AdminVerb::Appoint(args) => desk.appoint(args),
        AdminVerb::Leave(args) => desk.leave(args),
        AdminVerb::Role(RoleVerb::List(on)) => desk.roles(on.on.as_deref()),
        AdminVerb::Role(RoleVerb::Give(args)) => desk.give(args),
        AdminVerb::Role(RoleVerb::Take(args)) => desk.take(args),
        AdminVerb::Substitute(args) => desk.substitute(args),
        AdminVerb::Review(args) => desk.review(args),
        AdminVerb::Import(args) => {
            let people = roster::read(&args.file)?;
            desk.roster(&people, args.from.as_ref(), args.dry_run)
        }
    }
}

fn found(server: &Server, args: &Admin, first: &Found) -> Result<Done, ApiError> {
    let names = [&first.system, &first.security, &first.audit];
    let three = server.found_with_codes(&Administrators {
        agency: first.agency.clone(),
        department: first.department.clone(),
        names: names.map(Clone::clone),
    })?;
    let mut said = String::from("已登记三员。下面的登记码各只能用一次，请当面交给本人：\n");
    let mut all = Vec::new();
    for (name, (id, code)) in names.iter().zip(three) {
        let _ = writeln!(said, "{name}  {code}");
        all.push(json!({ "id": id.as_text(), "name": name, "code": code }));
    }
    let data = args.data.display();
    let _ = write!(
        said,
        "本人先设定密码，再办理其他事项：andu admin --data {data} --as 姓名 password 登记码"
    );
    let [system, security, audit] = [0, 1, 2].map(|at: usize| all[at].clone());
    let all = json!({ "system": system, "security": security, "audit": audit });
    Ok(Done::clean(all, said))
}

fn choose(server: &Server, args: &Admin, choice: &Choose) -> Result<Done, ApiError> {
    let login = choice.login.as_deref().unwrap_or(&args.named.who);
    if login.trim().is_empty() {
        return Err(text::error("organisation.as_whom"));
    }
    let question = text::sentence("admin.ask_new_password", &BTreeMap::new());
    let password = password::read(args.named.password_file.as_deref(), &question)?;
    let who = args.named.who.trim();
    let whose = match who.is_empty() {
        true => None,
        false => Some(person_named(server, who)?),
    };
    server.choose_password(&choice.code, whose, (login, &password))?;
    let said = "密码已设定。在浏览器里登录也用它。".to_owned();
    Ok(Done::clean(json!({ "login": login }), said))
}

/// Makes another secret for a server that lost its own, and hands out the codes to go on with.
fn renew_pepper(args: &Admin) -> Result<Done, ApiError> {
    let (_, codes) = andu_server::renew_pepper(&args.data)?;
    let mut said = String::from(
        "已另做 pepper.key，并记入审计日志。原来的密码都不能再用，每个人都要用新的登记码重新设定密码。\n",
    );
    let mut all = Vec::new();
    for (name, code) in codes {
        let _ = writeln!(said, "{name}  {code}");
        all.push(json!({ "name": name, "code": code }));
    }
    let data = args.data.display();
    let _ = write!(
        said,
        "先由本人设定密码：andu admin --data {data} --as 姓名 password 登记码；其他人员的登记码由系统管理员发给（invite）。"
    );
    Ok(Done::clean(json!(all), said))
}

/// A server, somebody who administers and gave the password, and the agency that is administered.
struct Desk {
    server: Server,
    by: Vouched,
    agency: Value,
    today: String,
}

fn not_found(what: &str) -> ApiError {
    let fields = [("name", what.to_owned())];
    text::error_with(ErrorCode::NotFound, "organisation.no_such_name", &fields)
}

impl Desk {
    fn open(server: Server, args: &Admin) -> Result<Self, ApiError> {
        let by = args.named.vouch(&server)?;
        let agency = match &args.agency {
            None => Value::Null,
            Some(name) => {
                let all = server.agencies()?;
                let found = all.into_iter().find(|(_, known)| known == name);
                json!(found.ok_or_else(|| not_found(name))?.0)
            }
        };
        let mut desk = Self {
            server,
            by,
            agency,
            today: String::new(),
        };
        let tree = desk.tree(None)?;
        desk.today = tree["on"].as_str().unwrap_or_default().to_owned();
        desk.agency = tree["agency_id"].clone();
        Ok(desk)
    }

    fn call(&self, name: &str, args: Value) -> Result<Value, ApiError> {
        self.server.call_vouched(&self.by, name, args)
    }

    fn act(&self, name: &str, args: Value) -> Result<Done, ApiError> {
        let done = self.call(name, args)?;
        Ok(Done::clean(done, "已办理，并记入审计日志。".into()))
    }

    fn invite(&self, names: &[String]) -> Result<Done, ApiError> {
        let found: Vec<_> = names
            .iter()
            .map(|name| (name, person_named(&self.server, name)))
            .collect();
        // Whoever is not known is named, all at once; nobody has got a code by then.
        let unknown: Vec<&str> = found
            .iter()
            .filter(|(_, id)| matches!(id, Err(error) if error.key == "organisation.no_such_name"))
            .map(|(name, _)| name.trim())
            .collect();
        if !unknown.is_empty() {
            return Err(not_found(&unknown.join("、")));
        }
        let ids = found.into_iter().map(|(_, id)| id);
        let ids = ids.collect::<Result<Vec<_>, _>>()?;
        let (mut said, mut all) = (String::new(), Vec::new());
        for (name, id) in names.iter().zip(ids) {
            let code = self.server.invite_vouched(&self.by, id)?;
            let _ = writeln!(said, "{name}  {code}");
            all.push(json!({ "name": name, "code": code }));
        }
        said.push_str("每个登记码只能用一次，14 天内有效；请当面交给本人。");
        Ok(Done::clean(json!(all), said))
    }

    fn from(&self, given: Option<&String>) -> String {
        given.map_or_else(|| self.today.clone(), Clone::clone)
    }

    fn tree(&self, on: Option<&str>) -> Result<Value, ApiError> {
        self.call(
            "organisation_tree",
            json!({ "on": on, "agency_id": self.agency }),
        )
    }

    fn list(&self, on: Option<&str>) -> Result<Done, ApiError> {
        let tree = self.tree(on)?;
        let said = say::tree(&tree);
        Ok(Done::clean(tree, said))
    }

    /// The department of this name, today or on the day given.
    fn department(&self, name: &str, on: Option<&str>) -> Result<Value, ApiError> {
        let tree = self.tree(on)?;
        let mut all = tree["departments"].as_array().into_iter().flatten();
        let found = all.find(|unit| unit["name"] == name).cloned();
        found.ok_or_else(|| not_found(name))
    }

    fn post(&self, department: &str, name: &str, on: Option<&str>) -> Result<Value, ApiError> {
        let unit = self.department(department, on)?;
        let mut posts = unit["posts"].as_array().into_iter().flatten();
        let found = posts.find(|post| post["name"] == name).cloned();
        found.ok_or_else(|| not_found(name))
    }

    fn person_id(&self, name: &str) -> Result<String, ApiError> {
        Ok(person_named(&self.server, name)?.as_text())
    }

    /// The appointment by which somebody holds a post.
    fn appointment(&self, post: &Value, person: &str) -> Result<Value, ApiError> {
        let id = self.person_id(person)?;
        let mut holders = post["holders"].as_array().into_iter().flatten();
        let held = holders.find(|held| held["person_id"] == id.as_str());
        let held = held.ok_or_else(|| not_found(person))?;
        Ok(held["appointment_id"].clone())
    }

    fn appoint(&self, args: &Appoint) -> Result<Done, ApiError> {
        let from = self.from(args.from.as_ref());
        let post = self.post(&args.department, &args.post, Some(&from))?;
        self.act(
            "appointment_make",
            json!({
                "id": "", "agency_id": self.agency, "person_id": self.person_id(&args.person)?,
                "post_id": post["id"], "is_main": !args.besides, "from_on": from,
                "through_on": args.through,
            }),
        )
    }

    fn leave(&self, args: &Leave) -> Result<Done, ApiError> {
        let post = self.post(&args.department, &args.post, None)?;
        let id = self.appointment(&post, &args.person)?;
        self.act(
            "appointment_end",
            json!({ "id": id, "agency_id": self.agency, "last_on": args.last }),
        )
    }

    fn holder(&self, args: &RoleArgs) -> Result<Value, ApiError> {
        let post = self.post(&args.department, &args.post, None)?;
        Ok(match &args.person {
            None => json!({ "holder_kind": "post", "holder_id": post["id"] }),
            Some(person) => {
                let id = self.appointment(&post, person)?;
                json!({ "holder_kind": "appointment", "holder_id": id })
            }
        })
    }

    fn roles(&self, on: Option<&str>) -> Result<Done, ApiError> {
        let board = self.call("role_list", json!({ "on": on, "agency_id": self.agency }))?;
        let said = say::roles(&board);
        Ok(Done::clean(board, said))
    }

    fn give(&self, args: &RoleArgs) -> Result<Done, ApiError> {
        self.act(
            "role_give",
            json!({
                "agency_id": self.agency, "role": args.role, "holder": self.holder(args)?,
                "from_on": self.from(args.from.as_ref()), "through_on": args.through,
            }),
        )
    }

    fn take(&self, args: &RoleArgs) -> Result<Done, ApiError> {
        let holder = self.holder(args)?;
        let board = self.call("role_list", json!({ "on": null, "agency_id": self.agency }))?;
        let mut given = board["given"].as_array().into_iter().flatten();
        let held = given.find(|given| {
            given["role"] == args.role.as_str()
                && given["holder_id"] == holder["holder_id"]
                && args
                    .from
                    .as_ref()
                    .is_none_or(|from| given["from_on"] == from.as_str())
        });
        let held = held.ok_or_else(|| not_found(&args.role))?;
        let last = match &args.through {
            Some(day) => day.clone(),
            None => say::day_before(&self.today),
        };
        self.act(
            "role_take",
            json!({
                "agency_id": self.agency, "role": args.role, "holder": holder,
                "from_on": held["from_on"], "last_on": last,
            }),
        )
    }

    fn substitute(&self, args: &Substitute) -> Result<Done, ApiError> {
        self.act(
            "substitute_name",
            json!({
                "id": "", "agency_id": self.agency,
                "principal_id": self.person_id(&args.principal)?,
                "deputy_id": self.person_id(&args.deputy)?,
                "grants": args.grants, "from_on": self.from(args.from.as_ref()),
                "through_on": args.through,
            }),
        )
    }

    fn review(&self, args: &Review) -> Result<Done, ApiError> {
        let on = args.on.on.as_deref();
        let department = match &args.department {
            Some(name) => self.department(name, on)?["id"].clone(),
            None => Value::Null,
        };
        let person = match &args.person {
            Some(name) => json!(self.person_id(name)?),
            None => Value::Null,
        };
        let review = self.call(
            "access_review",
            json!({
                "on": on, "agency_id": self.agency, "department_id": department,
                "person_id": person,
            }),
        )?;
        let said = say::review(&review);
        Ok(Done::clean(review, said))
    }

    fn roster(
        &self,
        list: &People,
        from: Option<&String>,
        dry_run: bool,
    ) -> Result<Done, ApiError> {
        let name = if dry_run {
            "roster_check"
        } else {
            "roster_enter"
        };
        let args = json!({
            "agency_id": self.agency, "from_on": self.from(from), "people": list.people,
        });
        let mut report = self.call(name, args)?;
        list.number_lines(&mut report);
        let problems = report["problems"]
            .as_array()
            .is_some_and(|all| !all.is_empty());
        Ok(Done {
            text: say::report(&report, dry_run, list.is_sheet()),
            clean: !problems,
            json: report,
            aside: String::new(),
        })
    }
}

#[cfg(test)]
mod tests;
