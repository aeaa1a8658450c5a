//! How large a page is: in bytes, and in the window. Refuses times: machines differ.

use super::Browser;

/// Bytes of a page's HTML, at most.
const MAX_PAGE_BYTES: i64 = 30 * 1024;

impl Browser {
    /// Asserts that the page's HTML is small, and prints how small it is.
    #[track_caller]
    pub fn assert_small(&self, kind: &str) {
        let size = "performance.getEntriesByType('navigation')[0].decodedBodySize";
        let bytes = self.wait_until("the whole page", || self.value_of(size).as_i64().filter(|bytes| *bytes > 0));
        println!("{kind}: {bytes} bytes");
        assert!(bytes <= MAX_PAGE_BYTES, "{kind} ({}) has {bytes} bytes", self.path());
    }

    /// Asserts that nothing of the page that shows this text is beside the window.
    #[track_caller]
    pub fn assert_no_sideways_scrolling(&self, text: &str) {
        self.sees(text);
        let widths = self.value_of("[document.scrollingElement.scrollWidth, innerWidth]");
        assert!(widths[0].as_i64() <= widths[1].as_i64(), "{} is as wide as {widths}", self.path());
    }
}
