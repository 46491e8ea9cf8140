//! What is done at the server itself, by somebody named who gave the password: the administrators' commands,
//! enrolment codes for people who are there, the end of a device's use. Sitting at the machine is not enough.

use andu_api::{ApiError, EnrolmentCode, find_row, text};
use andu_app::{
    account::{self, Attempt},
    organisation, setup,
};
use andu_base::PersonId;
use andu_org::Grant;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Administrators, Server, browser, enrolment_code, found, invite,
    people::secret,
    state::{Proof, Visitor, instant, now, today},
};

/// Where attempts at the server's own terminal come from, for their delays.
const TERMINAL: &str = "terminal";

/// Somebody who gave the password a moment ago.
pub struct Vouched {
    /// Who.
    pub person: PersonId,
    /// Names the occasion in the audit log.
    session: String,
}

impl Server {
    /// Takes a person's password.
    ///
    /// # Errors
    /// `account.none_yet`, `account.wait`, `account.wrong_password`.
    pub fn vouch(&self, person: PersonId, password: &str) -> Result<Vouched, ApiError> {
        let session = Uuid::now_v7().hyphenated().to_string();
        let attempt = at_terminal(("", password), "", &session);
        account::vouch(&self.store, &self.pepper, person, &attempt)?;
        Ok(Vouched { person, session })
    }

    /// Chooses login name and password with a one-time code, as a browser would, and signs in nowhere. Where it
    /// is said `whose` the code is, it has to be that person's.
    ///
    /// # Errors
    /// `account.code_of_other`, and those of a first sign-in by a browser.
    pub fn choose_password(
        &self,
        code: &str,
        whose: Option<PersonId>,
        (login, password): (&str, &str),
    ) -> Result<(), ApiError> {
        let code = match EnrolmentCode::is_meant(code) {
            true => EnrolmentCode::parse(code)?.secret_text(),
            false => code.trim().to_owned(),
        };
        let invited = account::invited(&self.store, &code, instant())?;
        if invited.is_some_and(|invited| whose.is_some_and(|whose| whose != invited)) {
            return Err(text::error("account.code_of_other"));
        }
        let (token, session) = (
            secret()? + &secret()?,
            Uuid::now_v7().hyphenated().to_string(),
        );
        let attempt = at_terminal((login, password), &token, &session);
        account::begin(&self.store, &self.pepper, &code, &attempt)?;
        Ok(account::sign_out(&self.store, &token, instant())?)
    }

    /// Calls a command for somebody who gave the password; its audit entry says on which occasion.
    ///
    /// # Errors
    /// `command.unknown`, `command.forbidden`, and the command's own.
    pub fn call_vouched(&self, by: &Vouched, name: &str, args: Value) -> Result<Value, ApiError> {
        let row = find_row(name).ok_or_else(|| text::error("command.unknown"))?;
        let read = |reader: andu_store::Reader<'_>| organisation::actor(reader, by.person, today());
        let visitor = Visitor {
            server: self.clone(),
            person: self.store.read(read)?,
            proof: Proof::Session(by.session.clone()),
        };
        browser::served(&visitor, row, args)
    }

    /// Enters the first three administrators and answers with the one-time code with which each of them chooses
    /// a password: from here on nothing is done without one.
    ///
    /// # Errors
    /// Those of [`found`].
    pub fn found_with_codes(
        &self,
        first: &Administrators,
    ) -> Result<[(PersonId, String); 3], ApiError> {
        let code = |id| Ok::<_, ApiError>((id, self.shown(&invite(self, id)?)?));
        let [system, security, audit] = found(self, first)?.map(code);
        Ok([system?, security?, audit?])
    }

    /// Whether the server has its three administrators. From then on nobody acts here without a name.
    ///
    /// # Errors
    /// The store's own.
    pub fn is_founded(&self) -> Result<bool, ApiError> {
        Ok(self.store.read(organisation::is_founded)?)
    }

    /// A one-time code for somebody of an agency that `by` administers: whole where the server knows its address,
    /// else the secret alone, which is good for choosing a password.
    ///
    /// # Errors
    /// `command.forbidden` for whoever is not 系统管理员 there.
    pub fn invite_vouched(&self, by: &Vouched, person: PersonId) -> Result<String, ApiError> {
        self.store.read(|reader| -> Result<(), ApiError> {
            let agency = reader.person(person)?.agency_id;
            let actor = organisation::actor(reader, by.person, today())?;
            let may = actor.may(Grant::KeepOrganisation)
                && (actor.agency_id == agency || organisation::governs(reader, &actor, today())?);
            may.then_some(())
                .ok_or_else(|| text::error("command.forbidden"))
        })?;
        let code = secret()?;
        let by = by.person.as_text();
        setup::allow_enrolment(&self.store, person, &code, &by, &now())?;
        self.shown(&code)
    }

    /// The code as it is handed over.
    pub(crate) fn shown(&self, secret: &str) -> Result<String, ApiError> {
        match self.address()? {
            Some(_) => enrolment_code(self, secret),
            None => Ok(secret.to_owned()),
        }
    }

    /// Ends the use of a device; says whether it was in use until now.
    ///
    /// # Errors
    /// `command.forbidden` for whoever is neither 系统管理员 nor 安全保密管理员, `device.not_there`.
    pub fn revoke_vouched(
        &self,
        by: &Vouched,
        device: &str,
        reason: &str,
    ) -> Result<bool, ApiError> {
        let actor =
            |reader: andu_store::Reader<'_>| organisation::actor(reader, by.person, today());
        let actor = self.store.read(actor)?;
        if !(actor.may(Grant::KeepOrganisation) || actor.may(Grant::GiveRoles)) {
            return Err(text::error("command.forbidden"));
        }
        let id = device
            .parse()
            .map_err(|_| text::error("device.not_there"))?;
        let by = by.person.as_text();
        Ok(setup::revoke_device(
            &self.store,
            id,
            (&by, reason),
            &now(),
        )?)
    }
}

fn at_terminal<'a>(
    (login, password): (&'a str, &'a str),
    token: &'a str,
    session_id: &'a str,
) -> Attempt<'a> {
    Attempt {
        login,
        password,
        address: TERMINAL,
        token,
        session_id,
        now: instant(),
    }
}
