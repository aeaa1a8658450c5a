//! What holds for every template of the shop, for the stylesheet and for the script.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

const STYLESHEET: &str = include_str!("../assets/souk.css");
const SCRIPT: &str = include_str!("../assets/souk.js");

fn html_files(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            html_files(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "html") {
            into.push(path);
        }
    }
}

/// Templates of mails. They are no pages: a mail comes without the shop's stylesheet and policy, and mail programs read hardly more than
/// styles within elements. So they may have these and are whole documents by themselves.
const MAILS: &str = "notifications/templates/mails";

/// Those of pages.
fn templates() -> Vec<PathBuf> {
    all_templates().into_iter().filter(|file| !is_of_mails(file)).collect()
}

fn is_of_mails(file: &Path) -> bool {
    let functions = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    file.starts_with(functions.join(MAILS))
}

fn all_templates() -> Vec<PathBuf> {
    let functions = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for capability in fs::read_dir(functions).unwrap() {
        html_files(&capability.unwrap().path().join("templates"), &mut files);
    }
    files
}

/// What the content security policy would refuse in a template.
fn inline_code(template: &str) -> Option<String> {
    let text = template.to_ascii_lowercase();
    if text.contains("<style") || text.contains("javascript:") {
        return Some("a style element or a link of code".to_owned());
    }
    let is_loaded = |tag: &str| {
        tag.split('>').next().is_some_and(|tag| tag.contains(" src=") || tag.contains("application/ld+json"))
    };
    if let Some(tag) = text.split("<script").skip(1).find(|tag| !is_loaded(tag)) {
        return Some(tag.chars().take(40).collect());
    }
    let is_refused = |word: &&str| {
        let name = word.split('=').next().unwrap_or_default();
        let is_handler = name.len() > 2 && name.starts_with("on") && name.bytes().all(|byte| byte.is_ascii_lowercase());
        word.contains("=\"") && (name == "style" || is_handler)
    };
    text.split(|sign: char| sign.is_whitespace() || sign == '}').find(is_refused).map(ToOwned::to_owned)
}

#[test]
fn no_template_of_the_shop_has_code_or_styles_within() {
    let files = templates();
    assert!(files.len() >= 5, "the templates of this crate at least: {files:?}");
    for file in files {
        assert_eq!(inline_code(&fs::read_to_string(&file).unwrap()), None, "{}", file.display());
    }
}

#[test]
fn templates_of_mails_alone_have_styles_within_and_even_they_have_no_code() {
    let mails: Vec<PathBuf> = all_templates().into_iter().filter(|file| is_of_mails(file)).collect();
    assert!(mails.iter().any(|file| file.ends_with("mails/layout.html")), "{mails:?}");
    for file in mails {
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(inline_code(&text.replace(" style=\"", " class=\"")), None, "{}", file.display());
        assert!(!text.to_ascii_lowercase().contains("<script"), "{}", file.display());
    }
}

#[test]
fn code_and_styles_within_a_template_would_be_found() {
    for bad in [
        "<p style=\"color: red\">",
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        "<SCRIPT type=module>",
        "<a\nonclick=\"x()\">",
        "<a{% if x %} OnClick=\"x()\"{% endif %}>",
        "<a{% if x %}onclick=\"x()\"{% endif %}>",
        "<a href=\"javascript:x()\">",
    ] {
        assert!(inline_code(bad).is_some(), "{bad}");
    }
    for fine in ["<script src=\"a.js\" defer></script>", "<p class=\"x\">on = one</p>", "{% call f(once = \"x\") %}"] {
        assert_eq!(inline_code(fine), None, "{fine}");
    }
}

#[test]
fn every_whole_page_takes_language_and_title_from_the_layout() {
    for file in templates() {
        let text = fs::read_to_string(&file).unwrap();
        let is_layout = file.ends_with("pages/templates/layout.html");
        assert_eq!(text.contains("<html"), is_layout, "{}", file.display());
        assert_eq!(text.contains("<title"), is_layout, "{}", file.display());
    }
    let layout = include_str!("../templates/layout.html");
    assert!(layout.contains("<html lang=\"{{ page.locale }}\">") && layout.contains("<title>"));
}

#[test]
fn stylesheet_and_script_are_small() {
    assert!(STYLESHEET.len() <= 20 * 1024, "the stylesheet has {} bytes", STYLESHEET.len());
    assert!(SCRIPT.len() <= 6 * 1024, "the script has {} bytes", SCRIPT.len());
}

#[test]
fn stylesheet_and_script_need_nobody_else_and_nothing_that_the_policy_refuses() {
    for refused in ["@import", "url(", "http:", "https:", "@font-face"] {
        assert!(!STYLESHEET.contains(refused), "{refused} in the stylesheet");
    }
    for refused in ["eval(", "new Function", ".style", "http:", "https:", "import ", "document.cookie", "localStorage"]
    {
        assert!(!SCRIPT.contains(refused), "{refused} in the script");
    }
    assert!(STYLESHEET.contains("prefers-color-scheme: dark") && STYLESHEET.contains("@media print"));
}

#[test]
fn every_class_of_a_part_is_in_the_stylesheet() {
    let unstyled = ["alert-", "badge-", "event-", "tone-", "button-"];
    let parts = concat!(include_str!("../templates/parts.html"), include_str!("../templates/layout.html"));
    let lists = parts.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next());
    for class in lists.flat_map(without_tags) {
        assert!(unstyled.contains(&class.as_str()) || STYLESHEET.contains(&format!(".{class}")), "{class}");
    }
}

/// The classes of a list, without what the template decides.
fn without_tags(list: &str) -> Vec<String> {
    let mut text = String::new();
    for (index, part) in list.split('{').enumerate() {
        text.push_str(if index == 0 { part } else { part.rsplit('}').next().unwrap_or_default() });
    }
    text.split_whitespace().map(ToOwned::to_owned).collect()
}
