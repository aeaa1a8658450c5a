//! What a person finds in a page: links, buttons and fields by their accessible names, which are also what a screen reader says. A name
//! that ends in `…` is the beginning of one.
//! Refuses ids, classes and positions, which nobody sees.

use super::{Browser, may_succeed_later};
use crate::waiting::until_within;
use crate::webdriver::{Answer, ElementId, Refusal};
use std::time::Instant;

const LINKS: Kind = Kind { name: "link", css: "a[href]" };
const BUTTONS: Kind = Kind { name: "button", css: "button, summary, input[type=submit], input[type=button]" };
const FIELDS: Kind =
    Kind { name: "field", css: "input:not([type=hidden], [type=radio], [type=checkbox], [type=submit]), textarea" };
const CHOICES: Kind = Kind { name: "choice", css: "input[type=radio], input[type=checkbox]" };
const LISTS: Kind = Kind { name: "list", css: "select" };
const REGIONS: Kind =
    Kind { name: "region", css: "section, aside, nav, form, fieldset, table, dialog, article, ol, ul, [role]" };

const ENTER: &str = "\u{E007}";

/// A kind of thing that has a name.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    css: &'static str,
}

impl Browser {
    /// Follows a link.
    #[track_caller]
    pub fn follow(&self, link: &str) {
        self.act(LINKS, link, |element| self.session.to(element, "click"));
    }

    /// Presses a button.
    #[track_caller]
    pub fn press(&self, button: &str) {
        self.act(BUTTONS, button, |element| self.session.to(element, "click"));
    }

    /// Presses a button twice, as impatient people do.
    #[track_caller]
    pub fn press_twice(&self, button: &str) {
        self.act(BUTTONS, button, |element| self.session.double_click(element));
    }

    /// Replaces the text of a field.
    #[track_caller]
    pub fn fill(&self, label: &str, text: &str) {
        self.act(FIELDS, label, |element| {
            self.session.to(element, "clear")?;
            self.session.type_into(element, text)
        });
    }

    /// Sends the form of a field by the Enter key.
    #[track_caller]
    pub fn submit_from(&self, label: &str) {
        self.act(FIELDS, label, |element| self.session.type_into(element, ENTER));
    }

    /// Clicks a radio button or a check box, unless it is chosen already.
    #[track_caller]
    pub fn choose(&self, label: &str) {
        self.act(CHOICES, label, |element| {
            let is_chosen = self.session.of(element, "property/checked")? == true;
            if is_chosen { Ok(()) } else { self.session.to(element, "click") }
        });
    }

    /// Chooses from a list.
    #[track_caller]
    pub fn select(&self, label: &str, option: &str) {
        self.act(LISTS, label, |list| {
            for element in self.session.elements_in(list, "option")? {
                if self.session.of(&element, "text")?.as_str().is_some_and(|text| text.trim() == option) {
                    return self.session.to(&element, "click");
                }
            }
            Err(Refusal { kind: "no such element".to_owned(), message: format!("no option {option:?}") })
        });
    }

    /// What a field holds.
    #[track_caller]
    pub fn field(&self, label: &str) -> String {
        let value = self.act(FIELDS, label, |element| self.session.of(element, "property/value"));
        value.as_str().unwrap_or_default().to_owned()
    }

    /// The visible text of the page.
    #[track_caller]
    pub fn text(&self) -> String {
        // Between two pages there is none.
        self.wait_until("the page has a text", || {
            let text = self.session.run("return document.body?.innerText").ok()?;
            text.as_str().map(str::to_owned)
        })
    }

    /// The visible text of a part that has a name.
    #[track_caller]
    pub fn region(&self, name: &str) -> String {
        let text = self.act(REGIONS, name, |element| self.session.of(element, "text"));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page shows this text.
    #[track_caller]
    pub fn sees(&self, text: &str) {
        self.wait_until(&format!("the page shows {text:?}"), || self.text().contains(text).then_some(()));
    }

    /// Whether there is such a link or button, without waiting for it.
    #[track_caller]
    pub fn offers(&self, name: &str) -> bool {
        [LINKS, BUTTONS].into_iter().any(|kind| matches!(self.look_for(kind, name), Ok(Ok(_))))
    }

    /// Does something with the thing of that name as soon as it is there and lets it be done.
    #[track_caller]
    fn act<T>(&self, kind: Kind, name: &str, action: impl Fn(&ElementId) -> Answer<T>) -> T {
        let attempt = || -> Answer<T> {
            let found = self.look_for(kind, name)?;
            let none = |names: Vec<String>| Refusal {
                kind: "no such element".to_owned(),
                message: format!("there are only {names:?}"),
            };
            action(&found.map_err(none)?)
        };
        // The last attempt says why, so the wait may not end before it.
        let last = Instant::now() + self.patience;
        let done = until_within(self.patience * 2, kind.name, || match attempt() {
            Err(refusal) if may_succeed_later(&refusal) && Instant::now() < last => None,
            ended => Some(ended),
        });
        done.unwrap_or_else(|refusal| panic!("{} {name:?} of {}: {refusal}", kind.name, self.path()))
    }

    /// The first visible thing of that name; if there is none, the names that there are.
    fn look_for(&self, kind: Kind, name: &str) -> Answer<Result<ElementId, Vec<String>>> {
        let mut names = Vec::new();
        for element in self.session.elements(kind.css)? {
            let label = self.session.of(&element, "computedlabel")?;
            let label = label.as_str().unwrap_or_default().trim().to_owned();
            if is_called(&label, name) && self.session.of(&element, "displayed")? == true {
                return Ok(Ok(element));
            }
            names.push(label);
        }
        Ok(Err(names))
    }
}

/// Whether a thing of this label is meant by that name.
fn is_called(label: &str, name: &str) -> bool {
    name.strip_suffix('…').map_or(label == name, |beginning| label.starts_with(beginning))
}
