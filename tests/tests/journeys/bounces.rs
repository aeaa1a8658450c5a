//! Mails that come back: the mail service tells a topic, the topic the inbox, and the mailbox gets no more until staff say so. An
//! emulator's mail service tells nothing by itself, so the event that SES documents is published in its place.

use crate::buying::{await_order, buy, dispatch};
use crate::cloud;
use crate::goods::stocked;
use crate::people::{Customer, staff};
use crate::shop::Caller;
use crate::waiting::until;
use notifications::domain::NotificationId;
use notifications::domain::feedback::tag_of;
use serde_json::{Value, json};

const BOUNCE: &str = include_str!("../../../functions/notifications/tests/fixtures/ses_bounce_permanent.json");

/// The mail about an order of this kind, once it is known what became of it.
fn mail(order: &str, kind: &str) -> Value {
    until(&format!("a mail {kind} about {order}"), || {
        let mails = staff().get(&format!("/v1/notifications?order_id={order}")).expect(200);
        let items = mails["items"].as_array().unwrap();
        items.iter().find(|mail| mail["kind"] == kind && mail["status"] != "claimed").cloned()
    })
}

/// The documented event about a mail.
fn bounce_of(mail: &Value, to: &str) -> String {
    let id: NotificationId = mail["id"].as_str().unwrap().parse().unwrap();
    let mut event: Value = serde_json::from_str(BOUNCE).unwrap();
    event["mail"]["tags"]["message"] = json!([tag_of(&id)]);
    event["mail"]["destination"] = json!([to]);
    event["bounce"]["bouncedRecipients"][0]["emailAddress"] = json!(to);
    event.to_string()
}

#[test]
fn a_mailbox_that_refuses_a_mail_gets_no_more_until_staff_have_it_get_them_again() {
    let (goods, customer) = (stocked(3), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_visa");
    await_order(&customer.caller, &id, &[("status", "confirmed")]);
    let confirmed = mail(&id, "order_confirmed");
    assert_eq!(confirmed["status"], "sent", "{confirmed}");
    let email = json!({"email": customer.email});
    staff().post("/v1/suppressions/search", &email).refused(404, "not_found");
    if !cloud::publish("mail-feedback", &bounce_of(&confirmed, &customer.email)) {
        return;
    }
    let returned = until("the order's mail came back", || {
        Some(mail(&id, "order_confirmed")).filter(|mail| mail["bounced"].is_object())
    });
    assert_eq!(returned["bounced"]["for_good"], true, "{returned}");
    assert_eq!(staff().post("/v1/suppressions/search", &email).expect(200)["reason"], "bounced");
    staff_see_it(&id, &customer.id);

    let shipment = dispatch(&id);
    assert_eq!(mail(&id, "order_dispatched")["status"], "suppressed");
    assert!(staff().post("/v1/suppressions/lift", &email).expect(200)["lifted_at"].is_string());
    staff().post("/v1/suppressions/lift", &email).refused(409, "not_suppressed");
    let tracking = json!({"carrier": "dhl", "tracking_number": "00340434161094042558"});
    staff().put(&format!("/v1/shipments/{shipment}/tracking"), &tracking).expect(200);
    assert_eq!(mail(&id, "order_tracking_corrected")["status"], "sent");
}

/// On the parts of the order's and the customer's page, and on their start page.
fn staff_see_it(order: &str, customer: &str) {
    let token = staff().token();
    // The first name is that of a shop with TLS.
    let pages = Caller::anyone().with("cookie", &format!("__Host-souk_access={token}; souk_access={token}"));
    let open = |path: &str| pages.with("accept-language", "en").get(path).expect(200).as_str().unwrap().to_owned();
    let of_order = open(&format!("/staff/notifications/of/{order}"));
    assert!(of_order.contains("Came back"), "{of_order}");
    let of_customer = open(&format!("/staff/notifications/of-user/{customer}"));
    assert!(of_customer.contains("Gets no emails"), "{of_customer}");
    let listed = open("/staff/notifications");
    assert!(listed.contains(order), "{listed}");
}
