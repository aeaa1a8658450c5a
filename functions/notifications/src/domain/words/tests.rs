//! The facts that each email must state, in every language.

use super::*;
use crate::domain::email::{Block, RenderedEmail};
use crate::domain::samples::sample;
use events::Contact;
use events::orders::OrderLine;
use events::{Currency, ids::UserId};
use proptest::prelude::*;

mod orders;

fn shop() -> Branding {
    Branding { name: "Tea & Co".into(), public_url: "https://shop.example".into(), ..Branding::default() }
}

fn ada() -> Contact {
    Contact { email: "ada@example.com".parse().unwrap(), name: Some("Ada".into()) }
}

fn until() -> Timestamp {
    Timestamp::parse("2026-01-31T09:05:00Z").unwrap()
}

fn email_in(language: Language, event: &Event) -> Email {
    // Of a message that names a user alone the name is looked up.
    let name = event.contact().map_or_else(|| ada().name, |contact| contact.name.clone());
    super::email(event, name.as_deref(), None, language, &shop())
}

fn rendered(language: Language, event: &Event) -> RenderedEmail {
    email_in(language, event).render(&shop())
}

/// The sample of each kind, and of each variant of those that have some.
fn every_event(language: Language) -> Vec<Event> {
    let mut all: Vec<Event> =
        Kind::ALL.into_iter().map(|kind| sample(kind, language, &ada(), until()).unwrap()).collect();
    for event in all.clone() {
        match event {
            Event::CredentialsChanged(message) => {
                let changes = [
                    CredentialChange::Email,
                    CredentialChange::SecondFactorAdded,
                    CredentialChange::SecondFactorRemoved,
                    CredentialChange::PasskeyAdded,
                    CredentialChange::PasskeyRemoved,
                    CredentialChange::RecoveryCodesMade,
                ];
                let changed = |change| events::users::CredentialsChanged { change, ..message.clone() };
                all.extend(changes.map(changed).map(Event::CredentialsChanged));
            }
            Event::EmailChangeRequested(message) => {
                let to_present = events::users::EmailChangeRequested { is_new: false, ..message };
                all.push(Event::EmailChangeRequested(to_present));
            }
            Event::Order(order, OrderEvent::PaymentDeclined { pay_until, .. }) => {
                for reason in ["authentication_failed", "unknown_payment_method", "earlier_payment_waits", "new_to_us"]
                {
                    let attempts_left = Some(0);
                    let declined = OrderEvent::PaymentDeclined { reason: reason.into(), pay_until, attempts_left };
                    all.push(Event::Order(order.clone(), declined));
                }
            }
            Event::Order(order, OrderEvent::Canceled { .. }) => {
                all.push(Event::Order(order, OrderEvent::Canceled { by_shop: true }));
            }
            Event::Order(order, OrderEvent::Placed) => {
                let customer = OrderDetails { customer: Some(UserId::from_bits(1)), guest_token: None, ..order };
                all.push(Event::Order(customer, OrderEvent::Placed));
            }
            _ => {}
        }
    }
    all
}

/// The digits of a text, without those of markup.
fn numbers(text: &str) -> Vec<String> {
    let words = text.split(|sign: char| !sign.is_ascii_digit()).filter(|digits| !digits.is_empty());
    words.map(str::to_owned).collect()
}

/// What a reader of the HTML sees, links included.
fn seen(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let with_links = body.replace("<a href=\"", "").replace("\">", ">");
    let mut text = String::new();
    for part in with_links.split('<') {
        text.push_str(
            part.split_once('>').map_or(part, |(tag, rest)| if tag.starts_with("http") { part } else { rest }),
        );
        text.push(' ');
    }
    [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")]
        .iter()
        .fold(text, |text, (entity, sign)| text.replace(entity, sign))
}

#[test]
fn every_kind_has_a_subject_a_greeting_a_signature_and_a_footer_in_every_language() {
    for language in Language::ALL {
        let (hello, team, sends) = match language {
            Language::En => {
                ("Hello Ada,\n\n", "\n\nYour Tea & Co team\n\n--\n", "Tea & Co sends you this email because")
            }
            Language::De => {
                ("Guten Tag Ada,\n\n", "\n\nIhr Team von Tea & Co\n\n--\n", "Tea & Co sendet Ihnen diese E-Mail, weil")
            }
        };
        for event in every_event(language) {
            let RenderedEmail { subject, text, html, .. } = rendered(language, &event);
            assert!(subject.len() > 5 && !subject.contains('\n') && !subject.starts_with('#'), "{event:?}: {subject}");
            assert!(text.starts_with(hello) && text.contains(team) && text.contains(sends), "{event:?}:\n{text}");
            assert!(html.starts_with("<!doctype html>\n") && html.contains(&format!("<html lang=\"{language}\">")));
            assert!(!text.contains("\n\n\n") && !text.contains(" \n") && !text.contains('\t'), "{event:?}:\n{text}");
            assert!(!text.contains("ada@example.com") && !text.contains("{{") && !text.contains("{%"), "{text}");
        }
    }
}

#[test]
fn text_and_html_of_every_email_state_the_same_numbers_and_the_same_words() {
    for language in Language::ALL {
        for event in every_event(language) {
            let email = email_in(language, &event);
            let RenderedEmail { text, html, .. } = email.render(&shop());
            let html = seen(&html);
            for block in email.blocks.iter().chain(&email.footer) {
                let stated: Vec<&str> = match block {
                    Block::Paragraph(paragraph) => vec![paragraph],
                    Block::Rows(rows) => rows.iter().flat_map(|(label, value)| [label.as_str(), value]).collect(),
                    Block::Link { label, url } => vec![label, url],
                };
                for stated in stated {
                    assert!(text.contains(stated) && html.contains(stated), "{stated}:\n{text}\n{html}");
                }
            }
            let mut shown = numbers(&html);
            shown.sort();
            let mut said = numbers(&text);
            said.sort();
            assert_eq!(said, shown, "{text}\n{html}");
        }
    }
}

#[test]
fn a_german_email_has_no_english_left_and_amounts_and_dates_as_germans_write_them() {
    const ENGLISH: [&str; 22] = [
        "the",
        "your",
        "you",
        "we",
        "is",
        "and",
        "order",
        "hello",
        "team of",
        "goods",
        "delivery",
        "tax",
        "total",
        "email",
        "please",
        "link leads",
        "has",
        "payment",
        "carrier",
        "tracking",
        "thank",
        "welcome",
    ];
    for event in every_event(Language::De) {
        let RenderedEmail { subject, text, .. } = rendered(Language::De, &event);
        let whole = format!("{subject}\n{text}").to_lowercase();
        let without_links: Vec<&str> = whole.split_whitespace().filter(|word| !word.contains("://")).collect();
        let words = format!(" {} ", without_links.join(" ").replace([',', '.', ':', '!', '?', '(', ')'], " "));
        for english in ENGLISH {
            assert!(!words.contains(&format!(" {english} ")), "{english} is English:\n{text}");
        }
    }
    let order = rendered(Language::De, &sample(Kind::OrderRefunded, Language::De, &ada(), until()).unwrap()).text;
    for amount in ["18,67\u{a0}€", "1.261,00\u{a0}€", "5,30\u{a0}€", "Summe: 1.529,12\u{a0}€", "1.500,59\u{a0}€"]
    {
        assert!(order.contains(amount), "{amount}:\n{order}");
    }
    let reset = sample(Kind::PasswordResetRequested, Language::De, &ada(), until()).unwrap();
    let text = rendered(Language::De, &reset).text;
    assert!(text.contains("31. Januar 2026, 10:05 Uhr (UTC)"), "{text}");
}

#[test]
fn an_email_about_credentials_has_its_link_once_and_is_not_kept_for_staff() {
    for (kind, page) in [
        (Kind::EmailVerificationRequested, "email-verifications"),
        (Kind::PasswordResetRequested, "password-resets"),
        (Kind::EmailChangeRequested, "email-changes"),
    ] {
        for language in Language::ALL {
            let event = sample(kind, language, &ada(), until()).unwrap();
            let link = format!("https://shop.example/account/{page}/sample");
            let RenderedEmail { text, html, .. } = rendered(language, &event);
            assert_eq!((text.matches(&link).count(), html.matches(&link).count()), (1, 1), "{text}");
            assert!(!event.is_kept(), "without its link it would help nobody");
            assert_eq!(event.ends_at(), Some(until().plus_seconds(3_600)));
        }
    }
}

#[test]
fn each_change_of_credentials_has_words_of_its_own_and_says_when_it_was() {
    for language in Language::ALL {
        let changes: Vec<Event> =
            every_event(language).into_iter().filter(|event| event.kind() == Kind::CredentialsChanged).collect();
        let subjects: std::collections::BTreeSet<String> =
            changes.iter().map(|event| rendered(language, event).subject).collect();
        assert_eq!((changes.len(), subjects.len()), (7, 7));
        for event in &changes {
            let text = rendered(language, event).text;
            assert!(text.contains("09:05") && text.contains("https://shop.example/account\n"), "{text}");
        }
    }
}

#[test]
fn a_greeting_has_the_name_but_carries_no_strangers_message() {
    let hello = |name: Option<&str>| {
        let contact = Contact { name: name.map(str::to_owned), ..ada() };
        let event = Event::UserRegistered { user: UserId::from_bits(1), contact, language: None };
        rendered(Language::En, &event).text.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(hello(Some("Ada Lovelace")), "Hello Ada Lovelace,");
    assert_eq!(hello(Some("J. R. O’Neill-Müller")), "Hello J. R. O’Neill-Müller,");
    assert_eq!(hello(None), "Hello,");
    for name in ["win money at evil.example", "https://evil.example", "a@b", "<b>", "", &"a".repeat(61), "www evil com"]
    {
        assert_eq!(hello(Some(name)), "Hello,", "{name}");
    }
}

#[test]
fn an_email_that_can_be_refused_has_the_link_for_it_and_no_other_does() {
    let page = "https://shop.example/unsubscribe/a.b.c";
    for (language, label) in
        [(Language::En, "No more emails like this one"), (Language::De, "Keine E-Mails dieser Art mehr")]
    {
        let event = sample(Kind::UserRegistered, language, &ada(), until()).unwrap();
        let with = |link| super::email(&event, None, link, language, &shop()).render(&shop());
        let refusable = with(Some(page));
        assert!(refusable.text.contains(&format!("{label}: {page}\n")), "{}", refusable.text);
        assert!(refusable.html.contains(&format!("<a href=\"{page}\">")), "{}", refusable.html);
        assert!(!with(None).text.contains(label));
    }
}

#[test]
fn an_email_has_the_shops_name_color_and_links() {
    let links = crate::domain::branding::Links {
        help: Some("https://shop.example/help".into()),
        contact: None,
        imprint: Some("https://shop.example/imprint".into()),
    };
    let shop = Branding { color: "#123abc".parse().unwrap(), links, ..shop() };
    for (language, help, imprint) in [(Language::En, "Help", "Legal notice"), (Language::De, "Hilfe", "Impressum")] {
        let event = sample(Kind::UserRegistered, language, &ada(), until()).unwrap();
        let RenderedEmail { subject, text, html, .. } = super::email(&event, None, None, language, &shop).render(&shop);
        assert!(subject.ends_with(" Tea & Co"), "{subject}");
        assert!(html.contains("solid #123abc\"") && html.contains(">Tea &#38; Co</p>"), "{html}");
        let links = format!("{help}: https://shop.example/help\n{imprint}: https://shop.example/imprint\n");
        assert!(text.ends_with(&links), "{text}");
    }
}

#[test]
fn whoever_confirms_an_address_reads_when_the_account_was_opened_and_under_which_name() {
    for (language, told) in [
        (Language::En, "opened on 31 January 2026, 09:05 UTC under the name Ada."),
        (Language::De, "am 31. Januar 2026, 09:05 Uhr (UTC) unter dem Namen Ada er"),
    ] {
        let event = sample(Kind::EmailVerificationRequested, language, &ada(), until()).unwrap();
        let text = rendered(language, &event).text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn whoever_is_told_of_a_factor_that_they_did_not_add_reads_that_a_new_password_leaves_it() {
    for change in [CredentialChange::SecondFactorAdded, CredentialChange::PasskeyAdded] {
        let sample = sample(Kind::CredentialsChanged, Language::En, &ada(), until()).unwrap();
        let Event::CredentialsChanged(mut message) = sample else { panic!("another kind") };
        message.change = change;
        let text = rendered(Language::En, &Event::CredentialsChanged(message)).text;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("remove it in your account: a new password leaves it there"), "{text}");
    }
}
