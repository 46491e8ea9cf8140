//! In whose name something is done at a server's folder. Sitting at the machine is not enough: everybody gives
//! the password, at every command alike, and each attempt is in the audit log.

use std::path::PathBuf;

use andu_api::{ApiError, text};
use andu_server::{Server, Vouched, person_named};
use clap::Args;

use crate::password;

/// Who does it, and where the password is.
#[derive(Args)]
pub struct Named {
    /// 以谁的身份办理：姓名或人员编号；须输入本人密码
    #[arg(long = "as", value_name = "NAME", default_value = "")]
    pub who: String,
    /// 从文件第一行读取本人密码（“-”为标准输入）；不给出时在终端上询问
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

impl Named {
    /// Takes the password of the one who is named.
    ///
    /// # Errors
    /// `organisation.as_whom` without a name, and those of [`Server::vouch`].
    pub fn vouch(&self, server: &Server) -> Result<Vouched, ApiError> {
        let who = self.who.trim();
        if who.is_empty() {
            return Err(text::error("organisation.as_whom"));
        }
        let person = person_named(server, who)?;
        let name = [("name".to_owned(), who.to_owned())].into();
        let question = text::sentence("admin.ask_password", &name);
        server.vouch(
            person,
            &password::read(self.password_file.as_deref(), &question)?,
        )
    }
}

#[cfg(test)]
mod tests;
