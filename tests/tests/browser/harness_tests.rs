//! The browser's harness, tried on a site of a few pages. Needs no shop.

use crate::browser::Browser;
use crate::site::{Page, SiteRequest, serve};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'";

const FORM: &str = r#"<form method="post" action="/sent" aria-label="Order">
<label for="name">Name</label> <input id="name" name="name" value="nobody">
<label>Country <select name="country"><option value="">Choose</option><option value="DE">Germany</option></select></label>
<fieldset><legend>Speed</legend>
<label><input type="radio" name="speed" value="slow" checked> Slow</label>
<label><input type="radio" name="speed" value="fast"> Fast, 5 €</label></fieldset>
<button>Order now</button></form>
<p><a href="/second"><span aria-hidden="true">→</span> Second page</a></p>"#;

const STYLE: &str = "main { color: #000; background: #fff }
@media (prefers-color-scheme: dark) { main { color: #fff; background: #000 } }";

/// Puts a button where a page has room for one, a moment after the page is there.
const SCRIPT: &str = "setTimeout(() => {
  const button = document.createElement('button');
  button.textContent = 'Come later';
  button.addEventListener('click', () => button.insertAdjacentText('afterend', ' Clicked.'));
  document.getElementById('late')?.replaceWith(button);
}, 300)";

/// A page that keeps every rule.
fn page(title: &str, main: &str) -> Page {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><title>{title}</title><link rel=\"icon\" href=\"data:,\">\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/style.css\">\
         <script src=\"/script.js\" defer></script></head><body><main><h1>{title}</h1>{main}</main></body></html>"
    );
    Page::html(html).with("content-security-policy", &format!("{POLICY}; img-src data:"))
}

fn answer(request: &SiteRequest) -> Page {
    let plain = |main: &str| page(&request.path, main);
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/form") => page("Form", FORM).with("set-cookie", "visit=1; HttpOnly; SameSite=Lax"),
        ("GET", "/second") => plain("<p>Nothing here.</p>"),
        ("POST", "/sent") => page("Sent", &format!("<section aria-label=\"Received\">{}</section>", request.body)),
        ("GET", "/late") => plain("<p id=\"late\">without</p><noscript><p>No script runs.</p></noscript>"),
        ("GET", "/pushed") => plain(&format!("<div id=\"late\"></div>{}", "<p>Pushed down.</p>".repeat(20))),
        ("GET", "/refused") => plain("<script>document.title = 'taken over'</script>"),
        ("GET", "/broken") => plain("<p>It asks for what is not there.</p><img src=\"/none.png\" alt=\"\">"),
        ("GET", "/bare") => Page::html("<title>Bare</title><link rel=icon href=data:,><p>No language"),
        ("GET", "/style.css") => Page::style(STYLE),
        ("GET", "/script.js") => Page::script(SCRIPT),
        _ => Page::missing(),
    }
}

fn browser() -> Browser {
    Browser::at(&serve(answer))
}

/// What a test that fails says, after its browser is gone.
fn failure(test: impl FnOnce()) -> String {
    let failed = catch_unwind(AssertUnwindSafe(test)).unwrap_err();
    failed.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
fn a_form_is_filled_by_the_names_that_people_read() {
    let browser = browser();
    browser.open("/form");
    assert_eq!(browser.field("Name"), "nobody");
    browser.fill("Name", "Zoë");
    browser.select("Country", "Germany");
    browser.choose("Fast, 5 €");
    assert!(browser.region("Order").contains("Slow"));
    browser.press("Order now");
    browser.wait_for_path("/sent");
    assert_eq!(browser.title(), "Sent");
    assert_eq!(browser.region("Received"), "name=Zo%C3%AB&country=DE&speed=fast");
    browser.go_back();
    browser.fill("Name", "again");
    browser.submit_from("Name");
    browser.sees("name=again");
    browser.go_back();
    browser.follow("Second page");
    assert_eq!(browser.path(), "/second");
    assert!(browser.text().contains("Nothing here.") && !browser.offers("Order now"));
}

#[test]
fn each_browser_has_a_profile_of_its_own() {
    let site = serve(answer);
    let (one, other) = (Browser::at(&site), Browser::at(&site));
    one.open("/form");
    other.open("/second");
    let cookie = one.cookie("visit").unwrap();
    assert_eq!((&*cookie.value, &*cookie.path, &*cookie.same_site, cookie.http_only), ("1", "/", "Lax", true));
    assert_eq!(other.cookies(), []);
    one.forget_cookie("visit");
    assert_eq!(one.cookie("visit"), None);
    one.reload();
    assert!(one.cookie("visit").is_some());
}

#[test]
fn what_comes_late_is_awaited_and_without_scripts_it_never_comes() {
    let browser = browser();
    browser.open("/late");
    browser.press("Come later");
    browser.sees("Clicked.");
    browser.reload();
    browser.press_twice("Come later");
    browser.sees("Clicked. Clicked.");
    browser.without_scripts();
    browser.reload();
    browser.sees("No script runs.");
    assert!(browser.text().contains("without") && !browser.offers("Come later"));
    browser.open("/form");
    browser.fill("Name", "plain");
    browser.press("Order now");
    browser.sees("name=plain");
}

#[test]
fn a_page_is_looked_at_in_the_dark_on_a_phone_and_on_paper() {
    let browser = browser();
    let color = || browser.value_of("getComputedStyle(document.querySelector('main')).backgroundColor");
    browser.open("/second");
    assert_eq!((color(), browser.value_of("innerWidth")), ("rgb(255, 255, 255)".into(), 1280.into()));
    browser.in_the_dark();
    browser.on_a_phone();
    assert_eq!((color(), browser.value_of("innerWidth")), ("rgb(0, 0, 0)".into(), 390.into()));
    browser.on_paper();
    assert_eq!(browser.value_of("matchMedia('print').matches"), true);
}

#[test]
fn a_test_fails_by_what_the_policy_refused_and_leaves_the_page() {
    let browser = browser();
    let folder = browser.folder().to_owned();
    let said = failure(|| {
        browser.open("/refused");
        browser.screenshot("seen");
        drop(browser);
    });
    assert!(said.contains("the browser complained") && said.contains("Content Security Policy"), "{said}");
    let html = std::fs::read_to_string(folder.join("failure.html")).unwrap();
    assert!(html.contains("taken over"), "{html}");
    assert!(std::fs::read_to_string(folder.join("failure.txt")).unwrap().contains("/refused"));
    for picture in ["failure.png", "seen.png"] {
        assert!(std::fs::read(folder.join(picture)).unwrap().starts_with(b"\x89PNG"), "{picture}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_failure_that_a_test_provokes_is_expected_by_its_text() {
    let browser = browser();
    browser.open("/broken");
    browser.expect_fault("Content Security Policy");
    browser.open("/nowhere");
    browser.expect_fault("404");
}

#[test]
fn a_failing_test_says_what_there_was_instead() {
    let browser = browser().with_patience(Duration::from_millis(300));
    browser.open("/form");
    let said = failure(|| browser.press("Order later"));
    assert!(said.contains("button \"Order later\" of /form") && said.contains("[\"Order now\"]"), "{said}");
    let said = failure(|| browser.sees("Thank you"));
    assert!(said.contains("the page shows \"Thank you\""), "{said}");
}

#[test]
fn axe_finds_what_keeps_people_out_and_nothing_in_a_good_page() {
    let browser = browser();
    browser.open("/form");
    browser.assert_accessible();
    browser.open("/bare");
    let found = browser.axe();
    let language = found.iter().find(|violation| violation.rule == "html-has-lang").unwrap();
    assert_eq!(language.impact, "serious");
    let said = failure(|| browser.assert_accessible());
    assert!(said.contains("html-has-lang (serious): ") && said.contains("<html"), "{said}");
}

#[test]
fn what_comes_late_and_pushes_the_rest_down_is_told() {
    let browser = browser();
    browser.open("/second");
    browser.assert_still("a page", false);
    browser.open("/pushed");
    browser.sees("Come later");
    let said = failure(|| browser.assert_still("a page", false));
    assert!(said.contains("a page (/pushed) moves by") && said.contains("<p>Pushed down.</p>"), "{said}");
}

#[test]
fn a_picture_for_the_documents_is_small() {
    let browser = browser();
    browser.open("/form");
    let picture = browser.page_as_webp();
    assert!(picture.starts_with(b"RIFF") && picture.len() < 20_000, "{} bytes", picture.len());
    assert_eq!(browser.value_of("innerWidth"), 1280);
}
