//! The demo county: filling a server's folder with it, and trying its desks.

use std::{fmt::Write as _, io::Write as _};

use andu_api::ApiError;
use andu_server::{DEMO_PASSWORD, Server, demo_code, demo_people, demo_person, fill_demo};
use serde_json::json;

use crate::{argument::DemoVerb, outcome::Done};

/// Does what was typed.
pub fn run(verb: &DemoVerb) -> Result<Done, ApiError> {
    match verb {
        DemoVerb::Fill { data, documents } => {
            let written = fill(&Server::open(data)?, *documents)?;
            let said = format!(
                "演示县已装好（新写入 {written} 份公文）。所有演示人员的密码都是 {DEMO_PASSWORD}。"
            );
            Ok(Done::clean(json!({ "written": written }), said))
        }
        DemoVerb::People => {
            let people = demo_people()?;
            let mut said = String::new();
            for person in &people {
                let (number, name, post) = (person.number, &person.name, &person.post);
                let (agency, department) = (&person.agency, &person.department);
                let _ = writeln!(said, "{number:>2}  {name}  {agency}{department}{post}");
            }
            let _ = write!(said, "登录名即姓名，密码都是 {DEMO_PASSWORD}");
            Ok(Done::clean(json!(people), said))
        }
        DemoVerb::Desk { data, home, person } => {
            let person = demo_person(person)?;
            let profile = person.profile();
            let is_new = !home.join(&profile).exists();
            let code = match is_new {
                true => demo_code(&Server::open_existing(data)?, &person)?,
                false => String::new(),
            };
            // One line for `./dev run`: profile, code, who it is.
            let who = format!("{}{}{}", person.agency, person.department, person.post);
            let said = format!("{profile}|{code}|{} {who}", person.name);
            let all = json!({ "profile": profile, "code": code, "person": person });
            Ok(Done::clean(all, said))
        }
    }
}

/// Fills, and says on the terminal how far it is.
pub fn fill(server: &Server, documents: u32) -> Result<u32, ApiError> {
    fill_demo(server, documents, |done| {
        let _ = write!(std::io::stderr(), "\r演示县：{done} / {documents} 份公文");
        if done >= documents {
            let _ = writeln!(std::io::stderr());
        }
    })
}
