//! Where something happens: in whose name, in which work, about what. Places name draws and faults. They are made of names that
//! stay the same when something elsewhere in the run goes otherwise: of ids and of how often a message was received, and not
//! of times or of what else is in a batch.

use std::collections::BTreeSet;

/// What the state of a generator grows by.
pub(super) const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Characters of an id behind its prefix. Sibling ids share them.
const BITS: usize = 26;

/// A place, as a hash of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place(u64);

tokio::task_local! {
    /// In whose name a task asks the shop for something.
    static WHO: String;
}

/// Does the work in somebody's name.
pub async fn in_the_name_of<T>(who: String, work: impl Future<Output = T>) -> T {
    WHO.scope(who, work).await
}

/// In whose name this task works.
pub fn who() -> String {
    WHO.try_with(Clone::clone).unwrap_or_default()
}

impl Place {
    pub fn named(name: &str) -> Self {
        Self(0xcbf2_9ce4_8422_2325).and(name)
    }

    #[must_use]
    pub fn and(self, name: &str) -> Self {
        // FNV-1a, and a mark behind each name.
        let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(fold(name.bytes().fold(self.0, fold), 0xff))
    }

    #[must_use]
    pub const fn number(self, number: u64) -> Self {
        Self(mixed(self.0, number))
    }

    pub const fn bits(self) -> u64 {
        self.0
    }
}

/// The ids in a text, without their prefixes.
pub fn ids(text: &str) -> BTreeSet<&str> {
    let ends = |c: char| !c.is_ascii_alphanumeric();
    let after = text.match_indices('_').map(|(at, _)| &text[at + 1..]);
    after.map(|rest| &rest[..rest.find(ends).unwrap_or(rest.len())]).filter(|id| id.len() == BITS).collect()
}

/// Two numbers as one.
pub const fn mixed(one: u64, other: u64) -> u64 {
    mix(one ^ other.wrapping_mul(0xd6e8_feb8_6659_fd93).wrapping_add(STEP))
}

pub(super) const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
