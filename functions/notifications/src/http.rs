//! The HTTP API: its routes, and the problem document of each rejection. Refuses decisions: those are the service's.

pub(crate) mod export;
mod notifications;
mod stock_alerts;
mod suppressions;
mod templates;
mod unsubscriptions;

pub(crate) use notifications::{FAILED, is_sort_key, list_of};

use crate::domain::stock_alert::MAX_ALERTS;
use crate::domain::unsubscription::UnsubscribeToken;
use crate::domain::{Kind, NotificationId, Rejection};
use crate::service::Notifications;
use chassis::Access::{Needs, Unauthenticated};
use chassis::{Problem, Route};
use events::Capability;
use events::users::Permission::{NotificationsRead, NotificationsWrite};

pub(crate) fn routes() -> Vec<Route<Notifications>> {
    let of_alerts = stock_alerts::routes();
    [of_emails(), of_templates(), of_mailboxes(), of_alerts, of_readers()].into_iter().flatten().collect()
}

fn of_emails() -> Vec<Route<Notifications>> {
    vec![
        Route::new("GET", "/v1/notifications", Needs(NotificationsRead), 200, "List notifications", notifications::list)
            .named("listNotifications")
            .explained(
                "Either which emails about an order were sent, when, and which failed, oldest first; or with `status=failed` those that \
                 wait for staff, newest first: the mail service refused them in the last 14 days, or staff wanted them again and nobody \
                 knows the outcome. One that was sent again since is not among these.",
            ),
        Route::new("GET", "/v1/notifications/{id}", Needs(NotificationsRead), 200, "Get a notification", notifications::read)
            .named("getNotification")
            .explained("With its text and address, if the mail service refused it: of other emails neither is kept.")
            .variable::<NotificationId>("id"),
        Route::new("POST", "/v1/notifications/{id}/resend", Needs(NotificationsWrite), 200, "Send a refused email again", notifications::resend)
            .named("resendNotification")
            .rechecked()
            .explained(
                "Sends what is kept of an email that the mail service refused, as another email with an id of its own, which is the answer; \
                 its status says what became of it. The same request again sends nothing once that is known. The link in it has no guest's \
                 token.",
            )
            .variable::<NotificationId>("id")
            .refuses(&[
                (409, "address_suppressed"),
                (409, "email_outdated"),
                (409, "not_failed"),
                (409, "not_kept"),
                (409, "resend_pending"),
                (409, "unsubscribed"),
            ]),
        export::route(),
        Route::audit("/v1/notifications/audit", "listNotificationsAudit", Notifications::audit_log),
        Route::openapi(Capability::Notifications, include_str!("../openapi.json")),
    ]
}

fn of_templates() -> Vec<Route<Notifications>> {
    vec![
        Route::new("GET", "/v1/notification-templates", Needs(NotificationsRead), 200, "List the kinds of emails", templates::list)
            .named("listNotificationTemplates")
            .explained("What the shop writes to people, in which languages, and which kinds it does without."),
        Route::new("GET", "/v1/notification-templates/{kind}", Needs(NotificationsRead), 200, "Preview an email", templates::read)
            .named("previewNotificationTemplate")
            .explained("The email of a kind with sample data.")
            .variable::<Kind>("kind"),
        Route::new("POST", "/v1/notification-templates/{kind}/test", Needs(NotificationsWrite), 200, "Send a sample email", templates::test)
            .named("testNotificationTemplate")
            .rechecked()
            .explained(
                "Sends the email of a kind with sample data to an address, which is not kept. Each of the staff may send twenty in an hour.",
            )
            .variable::<Kind>("kind")
            .refuses(&[(409, "address_suppressed"), (422, "invalid_field"), (429, "too_many_tests")]),
    ]
}

fn of_mailboxes() -> Vec<Route<Notifications>> {
    vec![
        Route::new("POST", "/v1/suppressions/search", Needs(NotificationsRead), 200, "Ask whether a mailbox gets emails", suppressions::search)
            .named("searchSuppressions")
            .rechecked()
            .explained(
                "A mailbox gets no emails after it refused one for good, or its owner complained. 404 of one of which nothing like that \
                 was heard.",
            )
            .refuses(&[(404, "not_found"), (422, "invalid_field")]),
        Route::new("POST", "/v1/suppressions/lift", Needs(NotificationsWrite), 200, "Have a mailbox get emails again", suppressions::lift)
            .named("liftSuppression")
            .rechecked()
            .explained(
                "For staff who know that the mailbox works, or that its owner wants emails. What the mail service heard before \
                 then does not bring the suppression back, however late it is told; what it hears later does.",
            )
            .refuses(&[(404, "not_found"), (409, "not_suppressed"), (422, "invalid_field")]),
    ]
}

/// What the links in emails that can be refused lead to.
fn of_readers() -> Vec<Route<Notifications>> {
    const PATH: &str = "/v1/unsubscriptions/{token}";
    vec![
        Route::new("GET", PATH, Unauthenticated, 200, "Ask whether somebody gets a kind of emails", unsubscriptions::read)
            .named("getUnsubscription")
            .explained("By the token of the link in one. Changes nothing, as scanners of mail open links. A browser is sent to the page.")
            .variable::<UnsubscribeToken>("token")
            .refuses(&[(404, "invalid_token")]),
        Route::new("POST", PATH, Unauthenticated, 200, "Unsubscribe from a kind of emails", unsubscriptions::unsubscribe)
            .named("unsubscribe")
            .explained(
                "The single click of a mail program (RFC 8058): takes the form `List-Unsubscribe=One-Click` or no body, and no cookie. Once \
                 or any number of times; a token that was not made here is answered alike, and changes nothing.",
            )
            .variable::<UnsubscribeToken>("token")
            .refuses(&[(404, "invalid_token")]),
        Route::new("DELETE", PATH, Unauthenticated, 204, "Subscribe to a kind of emails again", unsubscriptions::subscribe_again)
            .named("subscribeAgain")
            .explained("For who clicked by mistake. Once or any number of times.")
            .variable::<UnsubscribeToken>("token")
            .refuses(&[(404, "invalid_token")]),
    ]
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::NotFailed => Self::new(
                409,
                "not_failed",
                "Only an email that the mail service refused can be sent again: of others neither text nor address is kept.",
            ),
            Rejection::NotKept => {
                Self::new(409, "not_kept", "Text and address of the email are not kept, or not any more.")
            }
            Rejection::Outdated => {
                Self::new(409, "email_outdated", "The email asks for a payment, and the time to pay has ended.")
            }
            Rejection::TooManyTests => {
                Self::new(429, "too_many_tests", "Twenty samples were sent in an hour. Send the next one later.")
            }
            Rejection::Claimed => Self::new(
                409,
                "resend_pending",
                "The email may be being sent at this moment. Look again in half a minute.",
            ),
            Rejection::Suppressed => Self::new(
                409,
                "address_suppressed",
                "The mailbox refused an email for good, or its owner complained. Have it get emails again first.",
            ),
            Rejection::TooManyAlerts => {
                Self::new(409, "too_many_alerts", format!("A person waits for at most {MAX_ALERTS} SKUs."))
                    .with("limit", MAX_ALERTS)
            }
            Rejection::Unverified => {
                Self::new(409, "email_unverified", "Confirm your email address first: no other gets such emails.")
            }
            Rejection::UnknownLink => Self::new(404, "invalid_token", "The link is not known, or it is over."),
            Rejection::TooManyRequests(seconds) => {
                Self::new(429, "too_many_requests", "Too many requests. Wait before trying again.")
                    .with("retry_after", seconds)
                    .with_retry_after(seconds)
            }
            Rejection::SwitchedOff => Self::new(409, "stock_alerts_off", "This shop tells nobody when a SKU is back."),
            Rejection::Unsubscribed => Self::new(409, "unsubscribed", "The reader wants no emails of this kind."),
            Rejection::InvalidToken => Self::new(
                404,
                "invalid_token",
                "This link does not count: it is not whole. Take it from the email once more.",
            ),
            Rejection::NotSuppressed => Self::new(409, "not_suppressed", "The mailbox gets emails."),
            Rejection::AddressUnknown(_) => Self::unavailable().because("the user's address is not known yet"),
            Rejection::Deferred(code) | Rejection::Forbidden(code) => {
                Self::unavailable().because(format!("mail service: {code}"))
            }
        }
    }
}
