//! Which addresses are taken, and that each has one spelling.

use super::*;
use proptest::prelude::*;

fn parsed(text: &str) -> Option<String> {
    text.parse::<Email>().ok().map(|email| email.as_str().to_owned())
}

#[test]
fn case_blanks_and_the_alphabet_of_the_domain_do_not_make_another_address() {
    for (typed, spelling) in [
        ("ada@example.com", "ada@example.com"),
        ("  Ada.Lovelace@Example.COM\t", "ada.lovelace@example.com"),
        ("\u{3000}ada@example.com\u{a0}", "ada@example.com"),
        ("ada@münchen.de", "ada@xn--mnchen-3ya.de"),
        ("ada@MÜNCHEN.de", "ada@xn--mnchen-3ya.de"),
        ("ada@mu\u{308}nchen.de", "ada@xn--mnchen-3ya.de"),
        ("Ada@XN--MNCHEN-3YA.DE", "ada@xn--mnchen-3ya.de"),
        ("ada@faß.de", "ada@xn--fa-hia.de"),
        ("ada@例え。テスト", "ada@xn--r8jz45g.xn--zckzah"),
        ("ada@ｅｘａｍｐｌｅ．com", "ada@example.com"),
        ("ada+shop@sub-domain.example.museum", "ada+shop@sub-domain.example.museum"),
        ("!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"),
        ("1@2.com", "1@2.com"),
        // The sign for a kelvin is the letter, canonically.
        ("\u{212a}ay@example.com", "kay@example.com"),
    ] {
        assert_eq!(parsed(typed).as_deref(), Some(spelling), "{typed:?}");
    }
}

#[test]
fn what_no_mail_server_takes_is_refused() {
    for bad in [
        "",
        " ",
        "@",
        "ada",
        "@example.com",
        "ada@",
        "ada@example",
        "ada@localhost",
        "ada@.com",
        "ada@example.",
        "ada@example.com.",
        "ada@exa..mple.com",
        "ada@-example.com",
        "ada@example-.com",
        "ada@exa_mple.com",
        "ada@exa mple.com",
        "ada@example.com/x",
        "ada@127.0.0.1",
        "ada@[127.0.0.1]",
        "ada@[IPv6:::1]",
        "ada@example.123",
        "ada@1.2.3.0xff",
        "ada@example.0x1",
        "ada@example.1com",
        "ada@xn--a.com",
        "ada@xn--.com",
        "ada@lovelace@example.com",
        "ada lovelace@example.com",
        ".ada@example.com",
        "ada.@example.com",
        "a..da@example.com",
        "\"ada lovelace\"@example.com",
        "\"ada\"@example.com",
        "ada(comment)@example.com",
        "<ada@example.com>",
        "Ada <ada@example.com>",
        "ada@example.com,eve@example.com",
        "ada@example.com;eve@example.com",
        "mailto:ada@example.com",
        "ada\\@example.com",
        "ada\n@example.com",
        "ada@example.com\r\nBcc: eve@example.com",
        "ada\0@example.com",
        "ada＠example.com",
        "a\u{200b}da@example.com",
        "ada@exam\u{ad}ple.com",
        "ada@exam\u{200b}ple.com",
        "ada@example.com\u{202e}",
        "\u{feff}ada@example.com",
    ] {
        assert_eq!(bad.parse::<Email>(), Err(InvalidEmail::Malformed), "{bad:?}");
    }
}

#[test]
fn letters_before_the_at_sign_are_ascii_as_mail_services_send_to_no_others() {
    for text in ["josé@example.com", "jose\u{301}@example.com", "用户@example.com", "ａda@example.com", "д@münchen.de"]
    {
        assert_eq!(text.parse::<Email>(), Err(InvalidEmail::NotAscii), "{text}");
    }
}

#[test]
fn no_part_is_longer_than_mail_servers_and_name_servers_allow() {
    let local = |length: usize| parsed(&format!("{}@example.com", "a".repeat(length)));
    assert!(local(64).is_some() && local(65).is_none());
    let label = |length: usize| parsed(&format!("ada@{}.com", "a".repeat(length)));
    assert!(label(63).is_some() && label(64).is_none());
    // Its A-label is longer than 63 bytes, its letters are not.
    assert!(parsed(&format!("ada@{}.de", "ü".repeat(60))).is_none());
    let whole = |length: usize| {
        let domain = format!("{0}.{0}.{1}.com", "d".repeat(60), "e".repeat(length - 64 - 1 - 126));
        parsed(&format!("{}@{domain}", "a".repeat(64))).map(|email| email.len())
    };
    assert_eq!((whole(254), whole(255)), (Some(254), None));
}

#[test]
fn every_address_of_one_mailbox_counts_as_one() {
    let mailbox = |text: &str| text.parse::<Email>().unwrap().mailbox();
    for email in ["ada@example.com", "Ada@Example.com ", "ada+shop@example.com", "ADA+1+2@example.com"] {
        assert_eq!(mailbox(email), "ada@example.com", "{email}");
    }
    assert_eq!(mailbox("ada+1@münchen.de"), mailbox("Ada@xn--mnchen-3ya.de"));
    assert_ne!(mailbox("adam@example.com"), "ada@example.com");
}

#[test]
fn what_an_earlier_version_kept_is_read_and_gets_the_spelling_of_this_one_if_it_has_one() {
    let read = |text: &str| serde_json::from_value::<Email>(text.into()).unwrap().as_str().to_owned();
    assert_eq!(read("ada@münchen.de"), "ada@xn--mnchen-3ya.de");
    assert_eq!(read("Ada@Example.com"), "ada@example.com");
    for old in ["josé@example.com", "no address", ""] {
        assert_eq!(read(old), old);
    }
    let in_unicode = |text: &str| text.parse::<Email>().unwrap().in_unicode();
    assert_eq!(in_unicode("ada@XN--MNCHEN-3YA.de").as_deref(), Some("ada@münchen.de"));
    assert_eq!(in_unicode("ada@example.com"), None);
}

#[test]
fn an_address_does_not_show_in_what_is_written_for_debugging() {
    assert_eq!(format!("{:?}", "ada@example.com".parse::<Email>().unwrap()), "Email(…)");
}

proptest! {
    #[test]
    fn any_text_is_refused_or_has_a_spelling_that_stays(text in "\\PC{0,12}@\\PC{0,12}\\.\\PC{0,4}", other in any::<String>()) {
        for text in [text, other] {
            if let Ok(email) = text.parse::<Email>() {
                prop_assert_eq!(&email.as_str().parse::<Email>().unwrap(), &email);
                prop_assert!(email.as_str().is_ascii() && email.as_str() == email.as_str().to_lowercase());
                prop_assert!(email.as_str().len() <= MAX_EMAIL);
            }
        }
    }

    #[test]
    fn every_spelling_of_an_address_is_that_address(
        local in "[a-z0-9]{1,8}(\\.[a-z0-9+_-]{1,8})?",
        label in "[a-zäöüéßя中]{1,8}",
        blanks in "[ \t\u{a0}\u{3000}]{0,3}",
    ) {
        let email: Email = format!("{local}@{label}.example").parse().unwrap();
        let decomposed = label.replace('ä', "a\u{308}").replace('ö', "o\u{308}").replace('ü', "u\u{308}").replace('é', "e\u{301}");
        let upper = |text: &str| text.replace('ß', "\0").to_uppercase().replace('\0', "ß");
        let unicode = email.in_unicode().unwrap_or_else(|| email.as_str().to_owned());
        for spelling in [
            format!("{blanks}{local}@{label}.example{blanks}"),
            format!("{}@{}.EXAMPLE", upper(&local), upper(&label)),
            format!("{local}@{decomposed}\u{3002}example"),
            email.as_str().to_uppercase(),
            unicode,
        ] {
            prop_assert_eq!(&spelling.parse::<Email>().unwrap(), &email, "{}", spelling);
        }
    }
}
