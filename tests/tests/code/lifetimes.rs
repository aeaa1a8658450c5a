//! Periods that are written twice are the same: what the command that retires keys believes of the life of tokens is what those who sign
//! give them, and what the page about personal data promises is what the functions do.

use system_tests::workspace;

/// The seconds of a constant: the text after its name, a number or a product.
fn seconds(path: &str, name: &str) -> u64 {
    let text = workspace::read(path);
    let line =
        text.lines().find(|line| line.contains(&format!("const {name}: "))).unwrap_or_else(|| panic!("{path}: {name}"));
    let (_, value) = line.split_once(" = ").unwrap();
    let factor = |factor: &str| match factor.trim() {
        "DAY" => 24 * 60 * 60,
        number => number.parse::<u64>().unwrap(),
    };
    value.trim_end_matches(';').split('*').map(factor).product()
}

/// The seconds of the first period that a text says: `400 days after the latest word`, `a day`.
fn said(text: &str) -> Option<u64> {
    let words: Vec<_> = text.split([' ', ',', ';']).collect();
    words.windows(2).find_map(|pair| {
        let count = if matches!(pair[0], "a" | "an") { 1 } else { pair[0].parse().ok()? };
        let unit = match pair[1].trim_end_matches('s') {
            "day" => 24 * 60 * 60,
            "hour" => 60 * 60,
            "minute" => 60,
            _ => return None,
        };
        Some(count * unit)
    })
}

#[test]
fn a_former_key_is_kept_for_as_long_as_anything_that_it_signed_lives() {
    let kept = seconds("infra/cli/src/keys/rotation.rs", "TOKEN_SECONDS");
    assert_eq!(seconds("functions/users/src/domain/session.rs", "ACCESS_SECONDS"), kept);
    assert_eq!(seconds("functions/catalog/src/service/quotes.rs", "QUOTE_SECONDS"), kept);
    let shipping = workspace::read("functions/shipping/src/service/quotes.rs");
    assert!(shipping.contains("exp: quote.exp,"), "a shipping quote ends with its quote");
    let cached = seconds("functions/users/src/http.rs", "KEYS_CACHED_SECONDS");
    assert_eq!(seconds("infra/cli/src/keys/rotation.rs", "KEY_SET_SECONDS"), cached);
}

/// Rows of the page about personal data, the cell with the period, and the constant that it is made of, in units of so many seconds.
const PERIODS: [(&str, usize, &str, &str, u64); 9] = [
    ("| users | sessions", 4, "functions/users/src/domain/session.rs", "MAX_SECONDS", 1),
    ("| users | keys of machines", 4, "functions/users/src/domain/api_key.rs", "KEPT_SECONDS", 1),
    ("| carts | a guest's cart", 4, "functions/carts/src/domain.rs", "GUEST_DAYS", 86_400),
    ("| notifications | text and address", 4, "functions/notifications/src/domain/kept_email.rs", "KEPT_DAYS", 86_400),
    ("| notifications | who waits", 4, "functions/notifications/src/domain/stock_alert.rs", "ALERT_DAYS", 86_400),
    (
        "| notifications | what a guest",
        4,
        "functions/notifications/src/domain/stock_alert.rs",
        "CONFIRMATION_SECONDS",
        1,
    ),
    (
        "| notifications | that a mailbox",
        4,
        "functions/notifications/src/domain/suppression.rs",
        "REMEMBERED_DAYS",
        86_400,
    ),
    ("| all with staff | revoked", 4, "functions/chassis/src/http/revocation.rs", "KEPT_SECONDS", 1),
    ("| access tokens", 3, "functions/users/src/domain/session.rs", "ACCESS_SECONDS", 1),
];

#[test]
fn the_page_about_personal_data_promises_the_periods_that_the_functions_and_templates_have() {
    let page = workspace::read("docs/privacy.md");
    let promised = |row: &str, cell: usize| {
        let found = page.lines().find(|line| line.starts_with(row)).unwrap_or_else(|| panic!("no row {row}"));
        said(found.split('|').nth(cell).unwrap()).unwrap_or_else(|| panic!("no period in {found}"))
    };
    for (row, cell, path, name, unit) in PERIODS {
        assert_eq!(promised(row, cell), seconds(path, name) * unit, "{row}: {name} of {path}");
    }
    let tokens = workspace::read("functions/users/src/domain/credential_token.rs");
    assert!(tokens.contains("Self::EmailVerification => 24 * HOUR") && promised("| users | tokens in", 4) == 86_400);

    let platform = workspace::read("infra/platform.yaml");
    let queues = page.lines().find(|line| line.starts_with("| queues")).unwrap();
    for days in [4, 14] {
        let kept = format!("MessageRetentionPeriod: {} ", days * 86_400);
        assert!(platform.contains(&kept) && queues.contains(&format!(" {days}")), "{days} days");
    }
    assert!(platform.contains("LogRetentionDays: { Type: Number, Default: 30,"));
    assert_eq!(
        page.lines().filter(|line| line.starts_with("| logs") && line.contains("`LogRetentionDays`, 30")).count(),
        2
    );
}
