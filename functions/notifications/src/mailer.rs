//! The way to the mail service (SES v2). Tells apart what may work later from what never will. Refuses to log addresses,
//! which the service's error texts quote: only its names for errors leave this file.

use crate::domain::letter::Mail;
use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag};

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// The service has it, under this id.
    Sent(String),
    /// Never: what the service calls the reason.
    Refused(String),
    /// Not now, or not known: what the service calls the reason.
    Later(String),
}

/// Sends mails from one address.
#[derive(Debug, Clone)]
pub struct Mailer {
    client: Client,
    from: String,
}

impl Mailer {
    /// Sends from that address, which the service must have verified.
    pub const fn new(client: Client, from: String) -> Self {
        Self { client, from }
    }

    /// Sends a mail. The message's id travels in a header and its kind in a tag, for whoever follows a mail up.
    pub async fn send(&self, to: &str, mail: &Mail, message_id: &str, kind: &str) -> Attempt {
        let (content, tag) = match content(mail, message_id).and_then(|content| Ok((content, tag(kind)?))) {
            Ok(parts) => parts,
            Err(error) => return Attempt::Later(error.to_string()),
        };
        let outcome = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(to).build())
            .content(content)
            .email_tags(tag)
            .send()
            .await;
        match outcome.map_err(SdkError::into_service_error) {
            Ok(answer) => Attempt::Sent(answer.message_id.unwrap_or_default()),
            Err(error) => attempt(error),
        }
    }
}

fn attempt(error: SendEmailError) -> Attempt {
    let name = error.code().unwrap_or("unreachable").to_owned();
    match error {
        // The same name says that the sender's own address is not verified (yet), or the account may write to verified
        // addresses only. That is about all mails, and cured by an operator.
        SendEmailError::MessageRejected(rejected) if rejected.message().is_some_and(is_about_verification) => {
            Attempt::Later(name)
        }
        // About this one mail: another attempt would be refused alike.
        SendEmailError::MessageRejected(_) | SendEmailError::BadRequestException(_) => Attempt::Refused(name),
        // About all mails (an account without leave to send, a quota, a fault): the queue keeps them until that is cured.
        _ => Attempt::Later(name),
    }
}

/// "Email address is not verified. The following identities failed the check in region …" (SES developer guide, sending
/// errors).
fn is_about_verification(text: &str) -> bool {
    text.contains("is not verified")
}

fn content(mail: &Mail, message_id: &str) -> Result<EmailContent, BuildError> {
    let text = |data: &str| Content::builder().data(data).charset("UTF-8").build();
    let header = |name: &str, value: &str| MessageHeader::builder().name(name).value(value).build();
    let message = Message::builder()
        .subject(text(&mail.subject)?)
        .body(Body::builder().text(text(&mail.text)?).html(text(&mail.html)?).build())
        .headers(header("X-Souk-Message-Id", message_id)?)
        // RFC 3834 §5: nobody's holiday notice needs to answer this.
        .headers(header("Auto-Submitted", "auto-generated")?)
        .build();
    Ok(EmailContent::builder().simple(message).build())
}

fn tag(kind: &str) -> Result<MessageTag, BuildError> {
    MessageTag::builder().name("kind").value(kind).build()
}
