//! Where a command of the table is called: at a server's folder in the name of somebody who gives the password,
//! or at the desk of this machine.

use std::path::PathBuf;

use andu_api::{ApiError, text};
use andu_server::Server;
use clap::Args;
use serde_json::Value;

use crate::{argument::Profile, named::Named, store::open};

#[derive(Args)]
pub struct Place {
    /// 服务器的数据文件夹（由业务管理员办理）；缺省为本机
    #[arg(long, alias = "server", value_name = "DIR")]
    pub data: Option<PathBuf>,
    #[command(flatten)]
    pub named: Named,
    #[command(flatten)]
    pub profile: Profile,
}

/// Calls a command by its name.
pub type Call = Box<dyn Fn(&str, Value) -> Result<Value, ApiError>>;

impl Place {
    /// What calls commands there.
    ///
    /// # Errors
    /// Those of opening it, and of the password.
    pub fn caller(&self) -> Result<Call, ApiError> {
        if let Some(data) = &self.data {
            let server = Server::open_existing(data)?;
            let by = self.named.vouch(&server)?;
            return Ok(Box::new(move |name, args| {
                server.call_vouched(&by, name, args)
            }));
        }
        let desk = open(&self.profile)?;
        Ok(Box::new(move |name, args| desk.call(name, args)))
    }
}

/// An answer as the type that the table gives it.
///
/// # Errors
/// Our mistake: the answer has another form.
pub fn read<T: serde::de::DeserializeOwned>(answer: Value) -> Result<T, ApiError> {
    serde_json::from_value(answer).map_err(|error| text::bad_arguments(&error))
}
