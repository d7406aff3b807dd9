//! Requests under a threat to life: a signed question in a file, which a second analyst approves before it is sent.
//! The file holds what is searched for and is readable by its owner alone.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use api::{answer, question, v1};
use identity::files::{self, Existing};
use identity::{SecretPem, approve_question};
use jiff::Timestamp;
use model::question::LIFETIME_MAX;
use model::{Ask, ForceId, Granularity, Question, Search, SearchAnswer};
use prost::Message;

use super::{Desk, Ground, milliseconds, reading, request, to_wire, within};
use crate::exit::Failure;

/// The first line of the file.
const HEAD: &str = "bluelamp request 1";

/// A request as its file holds it.
pub(crate) struct Request {
    signed: v1::SignedQuestion,
    /// The question, as its bytes say it.
    pub(crate) question: Question,
}

impl Request {
    /// Reads a request's file.
    pub(crate) fn read(file: &Path) -> Result<Self, Failure> {
        let not_one = || {
            Failure::usage(format!("{}: holds no request", file.display()))
                .help("name the file that bluelamp search … --break-glass … --request FILE wrote")
        };
        let text = files::read_secret(file)?;
        let digits = text.reveal().strip_prefix(HEAD).ok_or_else(not_one)?.trim();
        let bytes = hex::decode(digits).map_err(|_| not_one())?;
        let signed = v1::SignedQuestion::decode(bytes.as_slice()).map_err(|_| not_one())?;
        let question = question::decode(&signed.question).map_err(|_| not_one())?;
        Ok(Self { signed, question })
    }

    /// Whether a second analyst approved it.
    pub(crate) fn is_approved(&self) -> bool {
        self.signed.approval.is_some()
    }

    fn write(&self, file: &Path, existing: Existing) -> Result<(), Failure> {
        let digits = hex::encode(self.signed.encode_to_vec());
        Ok(files::write_secret(file, &SecretPem::new(format!("{HEAD}\n{digits}\n")), existing)?)
    }
}

impl Desk {
    /// Signs a search and writes it to `file`, unsent. Returns until when it can be answered.
    pub(crate) fn prepare(
        &self,
        ground: &Ground,
        audience: &BTreeSet<ForceId>,
        search: Search,
        file: &Path,
    ) -> Result<Timestamp, Failure> {
        let (question, signed) = self.sign_for(ground, audience, Ask::Search(search), LIFETIME_MAX)?;
        let expires = question.expires_at;
        Request { signed: to_wire(signed), question }.write(file, Existing::Keep)?;
        Ok(expires)
    }

    /// Approves a request as the analyst of this desk, and writes the approval into its file.
    pub(crate) fn approve(&self, mut request: Request, file: &Path) -> Result<(), Failure> {
        let credentials = self.credentials.current();
        let (approver, asker) = (credentials.name(), &request.question.asker);
        if approver == asker {
            return Err(
                Failure::usage("this is your own request").help("a second analyst of your force approves it")
            );
        }
        if approver.force() != asker.force() {
            return Err(Failure::usage(format!("{asker} is of another force than you"))
                .help("an analyst of the asker's own force approves"));
        }
        let approval = approve_question(&request.signed.question, &credentials)?;
        request.signed.approval = Some(v1::Approval { signature: approval.signature, chain: approval.chain });
        request.write(file, Existing::Replace)
    }

    /// Sends an approved request. Returns the answer and the rung that was asked for.
    pub(crate) async fn send(
        &self,
        prepared: Request,
        deadline: Option<Duration>,
    ) -> Result<(SearchAnswer, Granularity), Failure> {
        let Request { signed, question } = prepared;
        let Ask::Search(search) = &question.ask else {
            return Err(Failure::usage("the request is no search"));
        };
        let message = v1::SearchRequest { question: Some(signed), deadline_ms: milliseconds(deadline) };
        let mut client = self.connect().await?;
        let answered = within(deadline, client.search(request(message, deadline))).await;
        let answer = answer::search_answer_from_wire(question.id, self.accept(answered)?)?;
        reading::covers(&answer.coverage, &question.audience)?;
        Ok((answer, search.granularity))
    }
}
