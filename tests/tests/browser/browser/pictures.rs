//! Pictures of pages: those that a failure leaves below `target/tmp/browser/<test>`, and those that the README shows, in
//! `docs/pictures`. Refuses to compare pictures: fonts differ from machine to machine.

use super::{Browser, Evidence};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::path::PathBuf;
use system_tests::workspace;

const PICTURE_SIZE: (u32, u32) = (1200, 800);
const PHONE_SIZE: (u32, u32) = (390, 844);
/// Of a hundred; text stays sharp.
const PICTURE_QUALITY: u32 = 80;
const MAX_PICTURE_BYTES: usize = 120_000;

impl Browser {
    /// Keeps what the window shows, in a file of that name beside what a failure leaves.
    #[track_caller]
    pub fn screenshot(&self, name: &str) {
        let encoded = self.text_of("take a picture", self.session.get("/screenshot"));
        let bytes = STANDARD.decode(encoded).unwrap();
        std::fs::write(self.evidence.file(&format!("{name}.png")), bytes).unwrap();
    }

    /// Renews a picture of the documents if `SOUK_BLESS=1` is set.
    #[track_caller]
    pub fn picture(&self, name: &str) {
        if is_blessed() {
            keep(name, &self.page_as_webp());
        }
    }

    /// The same of a page as wide as a phone.
    #[track_caller]
    pub fn picture_on_a_phone(&self, name: &str) {
        if is_blessed() {
            let bytes = self.as_webp(PHONE_SIZE, true);
            self.on_a_phone();
            keep(name, &bytes);
        }
    }

    #[track_caller]
    pub fn page_as_webp(&self) -> Vec<u8> {
        self.as_webp(PICTURE_SIZE, false)
    }

    #[track_caller]
    fn as_webp(&self, (width, height): (u32, u32), is_phone: bool) -> Vec<u8> {
        self.set_size(width, height, is_phone);
        let form = json!({"format": "webp", "quality": PICTURE_QUALITY});
        let taken = self.must("take a picture", self.session.devtools("Page.captureScreenshot", &form));
        self.on_a_desk();
        STANDARD.decode(taken["data"].as_str().unwrap_or_default()).unwrap()
    }

    /// Leaves what the page looked like, its HTML, its address and what the browser complained about. Never panics, as the test may
    /// be failing already.
    pub(super) fn leave_evidence(&self, faults: &[String]) {
        let picture = self.session.get("/screenshot").ok();
        if let Some(bytes) = picture.and_then(|picture| STANDARD.decode(picture.as_str()?).ok()) {
            let _ = std::fs::write(self.evidence.file("failure.png"), bytes);
        }
        let text = |path: &str| {
            let answer = self.session.get(path).unwrap_or_default();
            answer.as_str().unwrap_or_default().to_owned()
        };
        let _ = std::fs::write(self.evidence.file("failure.html"), text("/source"));
        let report = format!("{}\n{}\n", text("/url"), faults.join("\n"));
        let _ = std::fs::write(self.evidence.file("failure.txt"), &report);
        eprintln!("the last page is kept in {}: {report}", self.evidence.folder.display());
    }
}

fn is_blessed() -> bool {
    std::env::var_os("SOUK_BLESS").is_some_and(|value| value == "1")
}

/// Writes a picture of the documents.
#[track_caller]
fn keep(name: &str, bytes: &[u8]) {
    assert!(bytes.len() <= MAX_PICTURE_BYTES, "{name}: {} bytes", bytes.len());
    let folder = workspace::root().join("docs/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.webp")), bytes).unwrap();
}

impl Evidence {
    /// `failure.png`, or `failure-2.png` of a test's second browser.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        self.folder.join(format!("{stem}{}.{ending}", self.suffix))
    }
}
