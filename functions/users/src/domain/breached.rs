//! Passwords that leaked from other services and are tried first by whoever guesses (NIST SP 800-63B §3.1.1.2, OWASP ASVS 6.2.12), as
//! a binary fuse filter of 16 bits an entry: it refuses every entry, and one other text in 65,536. Refuses the network, and to hold a
//! password in clear.
//!
//! The filter is a part of the binary, so nothing is read or unpacked at start. `breached/tests.rs` says what it is made of, and makes it.

/// The filter of the entries in ASCII and lower case, of 8 characters and more.
const FILTER: &[u8] = include_bytes!("breached-passwords.bin");

/// Whether a text, in lower case, is one of the passwords.
pub fn is_breached(lower: &str) -> bool {
    contains(FILTER, lower)
}

/// Bytes that are no filter contain nothing.
fn contains(filter: &[u8], text: &str) -> bool {
    let Some((header, fingerprints)) = header(filter) else { return false };
    let fingerprint = |place: u32| {
        let start = usize::try_from(place).ok()?.checked_mul(2)?;
        fingerprints.get(start..)?.first_chunk::<2>().map(|bytes| u16::from_le_bytes(*bytes))
    };
    let hash = hash(header.seed, text);
    let kept = header.places(hash).map(fingerprint);
    matches!(kept, [Some(one), Some(two), Some(three)] if one ^ two ^ three == tag(hash))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    seed: u64,
    /// A power of two.
    segment: u32,
    /// Segments in which the first of an entry's three places may be.
    segments: u32,
    entries: u32,
}

impl Header {
    /// Where an entry with this hash keeps its parts: in three segments that follow each other.
    fn places(self, hash: u64) -> [u32; 3] {
        let first = (u128::from(hash) * u128::from(self.segment) * u128::from(self.segments)) >> 64;
        let first = u32::try_from(first).unwrap_or(0);
        let within = |bits: u64| u32::try_from(bits & u64::from(self.segment - 1)).unwrap_or(0);
        [first, (first + self.segment) ^ within(hash >> 18), (first + 2 * self.segment) ^ within(hash)]
    }
}

fn header(filter: &[u8]) -> Option<(Header, &[u8])> {
    let (seed, rest) = filter.split_first_chunk::<8>()?;
    let (segment, rest) = rest.split_first_chunk::<4>()?;
    let (segments, rest) = rest.split_first_chunk::<4>()?;
    let (entries, fingerprints) = rest.split_first_chunk::<4>()?;
    let header = Header {
        seed: u64::from_le_bytes(*seed),
        segment: u32::from_le_bytes(*segment),
        segments: u32::from_le_bytes(*segments),
        entries: u32::from_le_bytes(*entries),
    };
    header.segment.is_power_of_two().then_some((header, fingerprints))
}

/// FNV-1a with the bits mixed at the end (MurmurHash3). Whoever finds a text with the hash of an entry has found one that is refused.
fn hash(seed: u64, text: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed;
    let mut hash = text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// What the three parts of an entry must add up to.
fn tag(hash: u64) -> u16 {
    let [_, _, _, _, _, _, high, low] = (hash ^ (hash >> 32)).to_be_bytes();
    u16::from_be_bytes([high, low])
}

#[cfg(test)]
mod tests;
