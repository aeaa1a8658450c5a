//! The forms of a page as a browser reads them: controls with their values, and what is sent of them. Refuses markup that no template
//! of the shop has.

/// A form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent to.
    pub action: String,
    controls: Vec<Control>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Control {
    name: String,
    value: String,
    /// One of several values, of which the chosen ones are sent: a radio button, a box to tick, an option or a button.
    is_choice: bool,
    is_sent: bool,
}

impl Form {
    /// A page's form that is sent to this path.
    pub fn of(html: &str, action: &str) -> Option<Self> {
        Self::all_of(html).into_iter().find(|form| form.action == action)
    }

    /// Every form of a page.
    pub fn all_of(html: &str) -> Vec<Self> {
        let mut forms: Vec<Self> = Vec::new();
        let (mut is_open, mut select) = (false, String::new());
        for tag in html.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag)) {
            let (element, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
            match (element, forms.last_mut()) {
                ("form", _) => {
                    let action = attribute(attributes, "action").unwrap_or_default();
                    forms.push(Self { action, controls: Vec::new() });
                    is_open = true;
                }
                ("/form", _) => is_open = false,
                ("select", _) => select = attribute(attributes, "name").unwrap_or_default(),
                ("/select", Some(form)) if is_open => form.complete(&select),
                ("input" | "button" | "option", Some(form)) if is_open => {
                    form.controls.extend(control(element, attributes, &select));
                }
                _ => {}
            }
        }
        forms
    }

    /// A select without a chosen option has its first one chosen.
    fn complete(&mut self, select: &str) {
        if self.value(select).is_none()
            && let Some(first) = self.controls.iter_mut().find(|control| control.name == select)
        {
            first.is_sent = true;
        }
    }

    /// Whether there is such a field.
    pub fn has(&self, name: &str) -> bool {
        self.controls.iter().any(|control| control.name == name)
    }

    /// What would be sent of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        let sent = self.controls.iter().find(|control| control.name == name && control.is_sent);
        sent.map(|control| control.value.as_str())
    }

    /// The values of which one can be chosen.
    pub fn choices(&self, name: &str) -> Vec<&str> {
        self.controls.iter().filter(|control| control.name == name).map(|control| control.value.as_str()).collect()
    }

    /// With this in a field: typed, chosen, ticked or pressed.
    ///
    /// # Panics
    /// If the page offers no such thing.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        for control in self.controls.iter_mut().filter(|control| control.name == name) {
            if control.is_choice {
                control.is_sent = control.value == value;
            } else {
                value.clone_into(&mut control.value);
            }
        }
        assert_eq!(self.value(name), Some(value), "the form for {} takes no such {name}", self.action);
        self
    }

    /// What is sent.
    pub fn fields(&self) -> Vec<(String, String)> {
        let sent = self.controls.iter().filter(|control| control.is_sent);
        sent.map(|control| (control.name.clone(), control.value.clone())).collect()
    }
}

/// A control, unless nothing of it is ever sent.
fn control(element: &str, attributes: &str, select: &str) -> Option<Control> {
    let name = if element == "option" { Some(select.to_owned()) } else { attribute(attributes, "name") };
    if attribute(attributes, "disabled").is_some() {
        return None;
    }
    let has = |name| attribute(attributes, name).is_some();
    let (is_choice, is_sent) = match (element, attribute(attributes, "type").as_deref()) {
        ("option", _) => (true, has("selected")),
        ("button", _) => (true, false),
        (_, Some("radio" | "checkbox")) => (true, has("checked")),
        _ => (false, true),
    };
    let value = attribute(attributes, "value").unwrap_or_default();
    Some(Control { name: name?, value, is_choice, is_sent })
}

/// An attribute's value; an attribute without one has an empty one.
fn attribute(mut attributes: &str, wanted: &str) -> Option<String> {
    loop {
        attributes = attributes.trim_start();
        if attributes.is_empty() {
            return None;
        }
        let ends = attributes.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(attributes.len());
        let (name, rest) = attributes.split_at(ends);
        let (value, rest) = match rest.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"')?,
            None => ("", rest.strip_prefix('=').unwrap_or(rest)),
        };
        if name == wanted {
            return Some(unescaped(value));
        }
        attributes = rest;
    }
}

/// The text that a template escaped.
pub fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    // Last what the others begin with.
    let escapes = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    escapes.iter().fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<form method=\"post\" action=\"/cart/lines\" data-once>\
        <input type=\"hidden\" name=\"quote\" value=\"a&#38;b &#34;checked\">\
        <label><input type=\"radio\" name=\"sku\" value=\"tea\" checked required> Tea</label>\
        <input type=\"radio\" name=\"sku\" value=\"cup\"><input type=\"radio\" name=\"sku\" value=\"gone\" disabled>\
        <input id=\"field-terms\" type=\"checkbox\" name=\"terms\" value=\"2\">\
        <select name=\"country\"><option value=\"\"></option>\n<option value=\"DE\" selected>Germany</option></select>\
        <select name=\"currency\"><option value=\"EUR\">Euro</option><option value=\"USD\">Dollar</option></select>\
        <input name=\"quantity\" type=\"number\" value=\"1\">\
        <button type=\"submit\" name=\"result\" value=\"fail\">No</button><button type=\"submit\">Send</button>\
        </form><p><a href=\"/\">Home</a></p><input name=\"stray\"><form action=\"/other\"></form>";

    #[test]
    fn a_form_sends_what_a_browser_would_send_and_what_was_typed_chosen_ticked_and_pressed() {
        let [form, other] = Form::all_of(PAGE).try_into().unwrap();
        assert_eq!((form.action.as_str(), other.action.as_str()), ("/cart/lines", "/other"));
        assert!(other.fields().is_empty());
        let sent = |form: &Form| {
            let fields: Vec<_> = form.fields().iter().map(|(name, value)| format!("{name}={value}")).collect();
            fields.join("|")
        };
        assert_eq!(sent(&form), "quote=a&b \"checked|sku=tea|country=DE|currency=EUR|quantity=1");
        assert_eq!((form.choices("sku"), form.has("stray")), (vec!["tea", "cup"], false));
        let filled = form.with("sku", "cup").with("quantity", "3").with("terms", "2").with("currency", "USD");
        let filled = filled.with("result", "fail");
        assert_eq!(sent(&filled), "quote=a&b \"checked|sku=cup|terms=2|country=DE|currency=USD|quantity=3|result=fail");
    }

    #[test]
    #[should_panic(expected = "the form for /cart/lines takes no such sku")]
    fn what_a_page_does_not_offer_cannot_be_chosen() {
        let form = Form::all_of(PAGE).swap_remove(0);
        let _ = form.with("sku", "gone");
    }
}
