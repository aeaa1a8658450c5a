//! The mail service (SES v2). Tells temporary from permanent errors. Refuses to log addresses, which the service's
//! error texts quote: only error codes leave this file.

use crate::domain::email::RenderedEmail;
use crate::domain::feedback::{MESSAGE_TAG, tag_of};
use crate::domain::{EmailDelivery, NotificationId};
use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag};
use chassis::World;
use chassis::runtime::EndsInTime;
use chassis::time_limit::MAIL_CALL;

/// Error codes that mean for every email that no repeat helps (SES v2, "Common errors" and those of `SendEmail`).
const FORBIDDEN: [&str; 5] =
    ["AccessDeniedException", "AccessDenied", "NotAuthorized", "InvalidClientTokenId", "NotFoundException"];

/// The outcome of an attempt to send an email.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SendOutcome {
    /// The service has accepted the email under this id.
    Sent(String),
    /// The service refuses this email for good. Holds the error code.
    Refused(String),
    /// The service refuses every email of ours until an operator has cured it. Holds the error code.
    Forbidden(String),
    /// The service does not accept it now, or its answer is unknown: none came in time. Holds the error code.
    Deferred(String),
}

/// Sends emails from one address.
#[derive(Debug, Clone)]
pub(crate) struct Mailer {
    client: Client,
    from: String,
    reply_to: Option<String>,
    /// The service's settings by which it tells what became of emails.
    configuration_set: Option<String>,
    world: World,
}

impl Mailer {
    /// `from` must be verified with the service.
    pub(crate) const fn new(client: Client, from: String, world: World) -> Self {
        Self { client, from, reply_to: None, configuration_set: None, world }
    }

    /// The same, whose emails are answered at this address.
    pub(crate) fn answered_at(self, reply_to: Option<String>) -> Self {
        Self { reply_to, ..self }
    }

    /// The same, whose service tells what became of emails.
    pub(crate) fn told_by(self, configuration_set: String) -> Self {
        Self { configuration_set: Some(configuration_set), ..self }
    }

    /// Sends an email that is claimed.
    pub(crate) async fn send_claimed(&self, to: &str, email: &RenderedEmail, claim: &EmailDelivery) -> SendOutcome {
        self.send_tagged(to, email, &claim.message_id, &claim.kind, claim.id()).await
    }

    /// Sends an email about a message of which there may be no record.
    pub(crate) async fn send(&self, to: &str, email: &RenderedEmail, message_id: &str, kind: &str) -> SendOutcome {
        self.send_tagged(to, email, message_id, kind, NotificationId::of_message(message_id)).await
    }

    /// A header carries the message's id and a tag its kind, so that staff can trace the email; another tag brings its id back with what
    /// became of it.
    async fn send_tagged(
        &self,
        to: &str,
        email: &RenderedEmail,
        message_id: &str,
        kind: &str,
        id: Option<NotificationId>,
    ) -> SendOutcome {
        let (content, tags) =
            match content(email, message_id).and_then(|content| Ok((content, tags(id.as_ref(), kind)?))) {
                Ok(parts) => parts,
                Err(error) => return SendOutcome::Refused(error.to_string()),
            };
        let outcome = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .set_reply_to_addresses(self.reply_to.clone().map(|address| vec![address]))
            .destination(Destination::builder().to_addresses(to).build())
            .content(content)
            .set_email_tags(Some(tags))
            .set_configuration_set_name(self.configuration_set.clone())
            .customize()
            .interceptor(EndsInTime::call(&self.world, MAIL_CALL))
            .send()
            .await;
        match outcome.map_err(SdkError::into_service_error) {
            Ok(answer) => SendOutcome::Sent(answer.message_id.unwrap_or_default()),
            Err(error) => outcome_of(error),
        }
    }
}

fn outcome_of(error: SendEmailError) -> SendOutcome {
    let name = error.code().unwrap_or("unreachable").to_owned();
    match error {
        // The same name also means that our own address is not verified, or that the account may write to verified
        // addresses only. This concerns all emails, and an operator can cure it.
        SendEmailError::MessageRejected(rejected) if rejected.message().is_some_and(is_about_verification) => {
            SendOutcome::Deferred(name)
        }
        // This concerns one email: another attempt would be refused as well.
        SendEmailError::MessageRejected(_) | SendEmailError::BadRequestException(_) => SendOutcome::Refused(name),
        _ if FORBIDDEN.contains(&name.as_str()) => SendOutcome::Forbidden(name),
        // This concerns all emails (an account that may not send, a quota, a fault): the queue keeps them until it is
        // cured.
        _ => SendOutcome::Deferred(name),
    }
}

/// "Email address is not verified. The following identities failed the check in region …" (SES developer guide, sending
/// errors).
fn is_about_verification(text: &str) -> bool {
    text.contains("is not verified")
}

fn content(email: &RenderedEmail, message_id: &str) -> Result<EmailContent, BuildError> {
    let text = |data: &str| Content::builder().data(data).charset("UTF-8").build();
    let header = |name: &str, value: &str| MessageHeader::builder().name(name).value(value).build();
    let message = Message::builder()
        .subject(text(&email.subject)?)
        .body(Body::builder().text(text(&email.text)?).html(text(&email.html)?).build())
        .headers(header("X-Souk-Message-Id", message_id)?)
        // RFC 3834 §5: keeps holiday notices from answering.
        .headers(header("Auto-Submitted", "auto-generated")?);
    let message = match &email.unsubscribe {
        // RFC 2369 §3.2, RFC 8058 §3.1.
        Some(address) => message
            .headers(header("List-Unsubscribe", &format!("<{address}>"))?)
            .headers(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?),
        None => message,
    };
    Ok(EmailContent::builder().simple(message.build()).build())
}

fn tags(id: Option<&NotificationId>, kind: &str) -> Result<Vec<MessageTag>, BuildError> {
    let tag = |name: &str, value: &str| MessageTag::builder().name(name).value(value).build();
    let id = id.map(|id| tag(MESSAGE_TAG, &tag_of(id)));
    std::iter::once(tag("kind", kind)).chain(id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(unsubscribe: Option<&str>) -> Vec<(String, String)> {
        let (subject, text, html) = ("Tea".to_owned(), "Tea".to_owned(), "<p>Tea</p>".to_owned());
        let email = RenderedEmail { subject, text, html, unsubscribe: unsubscribe.map(str::to_owned) };
        let content = content(&email, "order_7/1/orders.order_placed.v1").unwrap();
        let named = |header: &MessageHeader| (header.name().to_owned(), header.value().to_owned());
        content.simple().unwrap().headers().iter().map(named).filter(|(name, _)| name.starts_with("List-")).collect()
    }

    #[test]
    fn what_can_be_refused_says_where_one_click_does_it_and_nothing_else_does() {
        assert_eq!(headers(None), []);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let expected = [
            pair("List-Unsubscribe", "<https://shop.example/v1/unsubscriptions/a.b.c>"),
            pair("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ];
        assert_eq!(headers(Some("https://shop.example/v1/unsubscriptions/a.b.c")), expected);
    }
}
