//! What the command that retires keys believes of the life of tokens is what those who sign give them.

use system_tests::workspace;

/// The seconds of a constant: the text after its name, a number or a product.
fn seconds(path: &str, name: &str) -> u64 {
    let text = workspace::read(path);
    let line =
        text.lines().find(|line| line.contains(&format!("const {name}: "))).unwrap_or_else(|| panic!("{path}: {name}"));
    let (_, value) = line.split_once(" = ").unwrap();
    value.trim_end_matches(';').split('*').map(|factor| factor.trim().parse::<u64>().unwrap()).product()
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
