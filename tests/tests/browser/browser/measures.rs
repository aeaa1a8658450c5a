//! How large a page is, in bytes and in the window, and whether it stays where it was. Refuses times: machines differ.

use super::Browser;
use serde_json::Value;

/// Bytes of a page's HTML, at most.
const MAX_PAGE_BYTES: i64 = 30 * 1024;

/// How far a page moves by itself, in ten-thousandths, of which Web Vitals call 1,000 good (web.dev/articles/cls): one that stays, but
/// for a name that is longer than what stood in its place; and one that grows by its news, or by a part of unknown height.
const MAX_LAYOUT_SHIFTS: [i64; 2] = [20, 1_000];

/// Whether all parts have come that the page asks for at once. One with `data-live` is in its page, and is asked for later.
const HAS_ITS_PARTS: &str = "[...document.querySelectorAll('souk-fragment')].every((part) =>
  part.querySelector('[data-live]') || performance.getEntriesByName(new URL(part.getAttribute('src'), location).href).length > 0)";

/// What moved since the page was opened, but for what its visitor did. What is still to be drawn is drawn first.
const MOVED: &str = "const [, done] = arguments;
const shifts = [];
const observer = new PerformanceObserver((list) => shifts.push(...list.getEntries()));
observer.observe({ type: 'layout-shift', buffered: true });
const named = (node) => (node?.outerHTML ?? node?.textContent ?? 'something that is gone').slice(0, 100);
const at = ({ x, y, width, height }) => `${x},${y} ${width}×${height}`;
requestAnimationFrame(() => requestAnimationFrame(() => {
  shifts.push(...observer.takeRecords());
  const own = shifts.filter((shift) => !shift.hadRecentInput);
  const moved = ({ node, previousRect, currentRect }) => `${named(node)} from ${at(previousRect)} to ${at(currentRect)}`;
  done({
    score: Math.round(own.reduce((sum, shift) => sum + shift.value, 0) * 10_000),
    moved: own.flatMap((shift) => shift.sources.map(moved)),
  });
}))";

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

    /// Waits until everything is there that the page asks for.
    #[track_caller]
    pub fn has_its_parts(&self) {
        self.wait_until("the parts of the page", || (self.value_of(HAS_ITS_PARTS) == true).then_some(()));
    }

    /// Asserts that the page has not moved by itself since it was opened, or not far if it grows, and prints how far it did.
    #[track_caller]
    pub fn assert_still(&self, kind: &str, grows: bool) {
        self.has_its_parts();
        let found = self.must("see what moved", self.session.run_until_called(MOVED, &Value::Null));
        let (score, most) = (found["score"].as_i64().unwrap(), MAX_LAYOUT_SHIFTS[usize::from(grows)]);
        println!("{kind}: a layout shift of {score}/10,000");
        assert!(score <= most, "{kind} ({}) moves by {score}/10,000: {:#}", self.path(), found["moved"]);
    }
}
