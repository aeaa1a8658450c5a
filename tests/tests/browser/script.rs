//! The script of every page, on a site of a few pages: what it keeps when a part changes, and what it says of a part that is away.
//! Needs no shop.

use crate::browser::{Browser, Key};
use crate::site::{Page, SiteRequest, serve};
use std::sync::atomic::{AtomicU32, Ordering};
use system_tests::workspace;

const AWAY: &str = "Away at the moment.";

/// Counts how often the part is replaced.
const COUNT_CHANGES: &str = "void (window.changes = 0,
new MutationObserver(() => window.changes++).observe(document.querySelector('souk-fragment'), { childList: true }))";

/// A part that changes at each look, until it rests.
fn live_part(looks: u32) -> String {
    let live = if looks < 1 { " data-live" } else { "" };
    format!(
        "<section{live}><p>Look {looks}. <time datetime=\"2026-11-30T12:00:00.000Z\" data-local>noon</time></p>\
         <details id=\"more\"><summary id=\"open-more\">More</summary>\
         <label><input type=\"radio\" name=\"card\" value=\"one\"> One</label>\
         <label><input type=\"radio\" name=\"card\" value=\"two\"> Two</label></details></section>"
    )
}

fn page(main: &str) -> Page {
    Page::html(format!(
        "<!doctype html><html lang=\"en\"><head><title>Script</title><link rel=\"icon\" href=\"data:,\">\
         <script src=\"/souk.js\" defer></script></head><body><main>{main}</main></body></html>"
    ))
}

fn part(src: &str, attributes: &str) -> String {
    format!(
        "<souk-fragment src=\"{src}\" data-away=\"{AWAY}\" {attributes}><a href=\"/there\">There</a></souk-fragment>"
    )
}

fn site() -> Browser {
    let script = std::fs::read_to_string(workspace::root().join("functions/pages/assets/souk.js")).unwrap();
    let (looks, sent) = (AtomicU32::new(0), AtomicU32::new(0));
    let answer = move |request: &SiteRequest| match request.path.as_str() {
        "/souk.js" => Page::script(&script),
        "/live" => page(&format!("<souk-fragment src=\"/live/part\">{}</souk-fragment>", live_part(0))),
        "/live/part" => Page::html(live_part(looks.fetch_add(1, Ordering::SeqCst))),
        "/parts" => page(&(part("/none", "") + &part("/none/either", "keep") + &part("/there", ""))),
        "/there" => Page::html("<p>Here I am.</p>"),
        "/form" => page(
            "<form method=\"post\" action=\"/sent\" data-once><button name=\"way\" value=\"up\">Send</button></form>",
        ),
        "/sent" => {
            let count = sent.fetch_add(1, Ordering::SeqCst) + 1;
            page(&format!("<p>{} came as number {count}.</p>", request.body))
        }
        "/wrong" => page("<div class=\"error-summary\" tabindex=\"-1\">Please check.</div><input aria-label=\"Name\">"),
        _ => Page::missing(),
    };
    Browser::at(&serve(answer))
}

#[test]
fn a_part_that_changes_keeps_the_focus_what_is_open_and_what_is_chosen() {
    let browser = site();
    browser.open("/live");
    assert!(!browser.text().contains("noon"), "times are the reader's");
    browser.value_of(COUNT_CHANGES);
    browser.press("More");
    browser.choose("Two");
    browser.value_of("document.querySelector('summary').focus()");
    browser.sees("Look 1.");
    assert_eq!(browser.value_of("window.changes"), 1, "the first look found what the page had");
    assert_eq!(browser.focused(), "More");
    let chosen = "document.querySelector('details').open && document.querySelector('input:checked').value";
    assert_eq!(browser.value_of(chosen), "two");
    browser.choose("One");
    assert_eq!(browser.value_of("document.querySelectorAll('input:checked').length"), 1);
}

#[test]
fn a_part_that_is_away_says_so_in_its_place_and_keeps_what_it_is_told_to_keep() {
    let browser = site();
    browser.open("/parts");
    browser.sees("Here I am.");
    browser.wait_until("both say so", || (browser.text().matches(AWAY).count() == 2).then_some(()));
    assert_eq!(browser.text().matches("There").count(), 1, "one keeps its link: {}", browser.text());
    browser.expect_fault("404");
}

#[test]
fn a_form_that_is_sent_once_disables_its_button_and_sends_its_value() {
    let browser = site();
    browser.open("/form");
    browser.press_twice("Send");
    browser.sees("way=up came as number 1.");
    browser.go_back();
    browser.press("Send");
    browser.sees("way=up came as number 2.");
}

#[test]
fn the_focus_is_on_what_is_wrong_and_the_next_key_goes_on_from_there() {
    let browser = site();
    browser.open("/wrong");
    assert_eq!(browser.focused(), "Please check.");
    browser.press_key(Key::Tab);
    assert_eq!(browser.value_of("document.activeElement.ariaLabel"), "Name");
}
