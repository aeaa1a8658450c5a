//! What the shop writes: the kinds of emails, each with sample data in a language, and a sample sent to an address. Refuses to keep the
//! address.

use crate::domain::Kind;
use crate::service::Notifications;
use chassis::http::Listing;
use chassis::{Call, Json, NoBody, Problem};
use events::{Email, Language};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A kind of email.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct NotificationTemplate {
    kind: Kind,
    /// In which it is written.
    languages: Vec<Language>,
    /// Whether the shop sends emails of this kind.
    sent: bool,
    /// Whether the shop may do without it, by `MailKindsOff`.
    optional: bool,
}

/// An email with sample data.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct NotificationPreview {
    kind: Kind,
    language: Language,
    subject: String,
    text: String,
    /// The same words as in its text.
    html: String,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadPreview {
    /// The shop's own by default.
    #[serde(default)]
    language: Option<Language>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateNotificationTest {
    /// Where the sample goes. It is not kept.
    email: String,
    /// The shop's own by default.
    #[serde(default)]
    language: Option<Language>,
}

/// What became of a sample.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct NotificationTest {
    kind: Kind,
    language: Language,
    /// Whether the mail service has accepted it.
    sent: bool,
    /// The mail service's code, if it refused the email.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

/// `GET /v1/notification-templates`
pub(super) async fn list(app: Arc<Notifications>, _: Call) -> Result<Listing<NotificationTemplate>, Problem> {
    let shown = |kind: Kind| NotificationTemplate {
        kind,
        languages: Language::ALL.to_vec(),
        sent: !app.branding.off.contains(kind),
        optional: kind.is_optional(),
    };
    Ok(Listing::whole(Kind::ALL.into_iter().map(shown).collect()))
}

/// `GET /v1/notification-templates/{kind}`
pub(super) async fn read(
    app: Arc<Notifications>,
    call: Call<NoBody, ReadPreview>,
) -> Result<NotificationPreview, Problem> {
    let (kind, language) = (call.param("kind")?, call.query.language.unwrap_or(app.branding.language));
    let email = app.preview(kind, language, call.now)?;
    Ok(NotificationPreview { kind, language, subject: email.subject, text: email.text, html: email.html })
}

/// `POST /v1/notification-templates/{kind}/test`
pub(super) async fn test(
    app: Arc<Notifications>,
    call: Call<Json<CreateNotificationTest>>,
) -> Result<NotificationTest, Problem> {
    let CreateNotificationTest { email, language } = &call.body.0;
    let email: Email = email.parse().map_err(|error| Problem::invalid("email", format!("email {error}.")))?;
    let (kind, language) = (call.param("kind")?, language.unwrap_or(app.branding.language));
    let failure = app.send_test(kind, language, &email, &call.context()).await?;
    Ok(NotificationTest { kind, language, sent: failure.is_none(), failure })
}
