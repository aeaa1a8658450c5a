//! The keyboard: keys, and what has the focus. Refuses the mouse.

use super::Browser;

/// A key that moves or presses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Tab,
    Enter,
}

impl Key {
    /// The sign that stands for it in WebDriver.
    const fn sign(self) -> &'static str {
        match self {
            Self::Tab => "\u{E004}",
            Self::Enter => "\u{E007}",
        }
    }
}

impl Browser {
    #[track_caller]
    pub fn press_key(&self, key: Key) {
        self.must(&format!("press {key:?}"), self.session.press_key(key.sign()));
    }

    /// The visible text of what has the focus, or for a field its name in the form.
    #[track_caller]
    pub fn focused(&self) -> String {
        let focused = "(({innerText, name}) => innerText?.trim() || name || '')(document.activeElement)";
        self.value_of(focused).as_str().unwrap_or_default().to_owned()
    }
}
