//! What pages look like, whatever stands on them.

mod gallery;

use super::*;
use crate::locale::Locale;
use gallery::Gallery;
use proptest::prelude::*;
use std::sync::LazyLock;

/// How often each sign that has a meaning in HTML stands in a page.
fn signs(html: &str) -> [usize; 4] {
    ['<', '>', '"', '\''].map(|sign| html.matches(sign).count())
}

fn gallery(text: &str) -> String {
    Gallery::of(text).render().unwrap()
}

/// A text has the same elements around it as any other that is not empty.
fn is_escaped(text: &str) -> bool {
    static PLAIN: LazyLock<[usize; 4]> = LazyLock::new(|| signs(&gallery("x")));
    signs(&gallery(text)) == *PLAIN
}

#[test]
fn tags_quotes_and_marks_of_direction_in_a_text_stay_text_in_every_part() {
    for text in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onfocus='alert(1)' autofocus='",
        "</textarea></title></option><script>",
        "\u{202e}dlrow\u{2066}<b>\u{200f}",
        "&lt;script&gt; &amp; {{ page }} {% block %}",
        "O'Brien & Søns <\"Größe\"> Ⅷ 🧿",
        "\0\u{feff}\r\n\t<",
    ] {
        assert!(is_escaped(text), "{text}");
        assert!(!gallery(text).contains("<script>"));
    }
}

#[test]
fn a_text_of_64_kilobytes_is_escaped_too() {
    let text = "<\"'>&".repeat(64 * 1024 / 5);
    assert!(is_escaped(&text));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_a_person_types_is_escaped_in_every_part(text in "\\PC{1,200}|[<>\"'&/= a-z\u{200f}\u{202e}]{1,300}|.{1,40}") {
        prop_assert!(is_escaped(&text), "{}", text);
    }
}

#[test]
fn a_field_with_an_error_names_it_and_its_hint() {
    let html = gallery("x");
    let input = html.split('<').find(|tag| tag.contains("name=\"full_name\"")).unwrap();
    for attribute in [
        "id=\"field-full_name\"",
        "type=\"text\"",
        "autocomplete=\"name\"",
        "maxlength=\"100\"",
        "required",
        "aria-invalid=\"true\"",
        "aria-describedby=\"field-full_name-error field-full_name-hint\"",
    ] {
        assert!(input.contains(attribute), "{attribute} in {input}");
    }
    assert!(html.contains("id=\"field-full_name-error\"") && html.contains("id=\"field-full_name-hint\""));
}

#[test]
fn the_current_step_is_marked_and_the_ones_before_are_done() {
    let html = gallery("x");
    let steps: Vec<_> = html.split("<ol class=\"steps\"").nth(1).unwrap().split("<li").skip(1).take(4).collect();
    assert!(steps[0].starts_with(" class=\"done\"") && steps[1].starts_with(" class=\"done\""));
    assert!(steps[2].starts_with(" aria-current=\"step\"") && steps[3].starts_with("><span>"));
}

fn render(page: Page) -> String {
    let told = &page.words.problem.not_found;
    ProblemPage { page, told, status: 404, trace_id: "trace-1" }.render().unwrap()
}

fn problem_page(locale: Locale, title: &str) -> String {
    render(Page::sample(locale, title))
}

#[test]
fn a_page_has_a_language_and_a_title_which_on_the_home_page_is_the_shops_name() {
    for (locale, tag) in [(Locale::En, "en"), (Locale::De, "de")] {
        let html = problem_page(locale, "Gone");
        assert!(html.starts_with(&format!("<!doctype html>\n<html lang=\"{tag}\">")));
        assert!(html.contains("<title>Gone – Souk</title>"));
        assert!(problem_page(locale, "").contains("<title>Souk</title>"));
        assert!(html.contains("trace-1"), "the number for support");
    }
}

#[test]
fn links_lead_below_the_path_of_the_shops_address() {
    let html = problem_page(Locale::En, "Gone");
    let targets = html.split([' ', '\n']).filter_map(|part| {
        let (_, target) = part.split_once("=\"").filter(|(name, _)| ["href", "src", "action"].contains(name))?;
        target.split('"').next()
    });
    for target in targets.filter(|target| !target.starts_with('#')) {
        assert!(target.starts_with("/stage/"), "{target}");
    }
    assert!(html.contains("href=\"/stage/gallery?x=1&#38;lang=de\""), "the other language of the page");
}

#[test]
fn search_engines_list_only_pages_that_say_so() {
    let mut page = Page::sample(Locale::En, "A page");
    assert!(render(page.clone()).contains("<meta name=\"robots\" content=\"noindex\">"));
    page.is_indexed = true;
    assert!(!render(page.clone()).contains("noindex"));
    assert!(render(page).contains("<link rel=\"canonical\" href=\"http://shop.example/stage/gallery\">"));
}

#[test]
fn a_shop_that_sells_in_earnest_has_no_banner() {
    let mut page = Page::sample(Locale::En, "A page");
    let banner = page.words.demo_notice.to_string();
    assert!(render(page.clone()).contains(&banner));
    page.is_demo = false;
    assert!(!render(page).contains(&banner));
}

#[test]
fn the_same_name_has_the_same_color_and_its_first_letter() {
    let page = Page::sample(Locale::En, "");
    let tones: std::collections::BTreeSet<_> =
        ["Teapot", "Lamp", "Rug", "Bowl", "Tea", "Dates", "Soap"].map(|name| page.tone(name)).into();
    assert!(tones.len() > 3 && tones.iter().all(|tone| *tone < 8));
    assert_eq!(page.initial("„ölkanne“"), "Ö");
    assert_eq!(page.initial("…"), "");
}

#[test]
fn every_page_shows_the_logo_that_is_called_as_the_shop_is_or_else_the_shops_name() {
    let mut page = Page::sample(Locale::De, "Nein");
    let name = |html: &str| html.split("class=\"shop-name\"").nth(1).unwrap().split("</a>").next().unwrap().to_owned();
    assert_eq!(name(&render(page.clone())), " href=\"/stage/\">Souk");
    page.logo = Some("https://cdn.example/logo.svg?a=1&b=\"2\"".into());
    page.shop = "Tea & <Dates>".into();
    let html = render(page);
    let image = "<img src=\"https://cdn.example/logo.svg?a=1&#38;b=&#34;2&#34;\" alt=\"Tea &#38; &#60;Dates&#62;\">";
    assert_eq!(name(&html), format!(" href=\"/stage/\">{image}"));
}
