//! Generated blocks of documents, between `<!-- name:begin -->` and `<!-- name:end -->`, and generated files. A test compares
//! them with what the code makes; `SOUK_BLESS=1` rewrites them.

use crate::workspace;

/// Compares a block of a document with what the code makes, or rewrites it when `SOUK_BLESS` is set.
///
/// # Panics
/// If the document has no such block, or the block differs.
pub fn assert_block(document: &str, name: &str, made: &str) {
    let path = workspace::root().join(document);
    let text = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let start = text.find(&begin).unwrap_or_else(|| panic!("{document} lacks {begin}")) + begin.len();
    let stop = start + text[start..].find(&end).unwrap_or_else(|| panic!("{document} lacks {end}"));
    if std::env::var_os("SOUK_BLESS").is_some() {
        std::fs::write(&path, format!("{}{made}{}", &text[..start], &text[stop..])).unwrap();
        return;
    }
    assert!(
        text[start..stop] == *made,
        "block `{name}` of {document} is not what the code makes; SOUK_BLESS=1 rewrites it"
    );
}

/// Compares a file with what the code makes, or rewrites it when `SOUK_BLESS` is set.
///
/// # Panics
/// If the file differs.
pub fn assert_file(file: &str, made: &str) {
    let path = workspace::root().join(file);
    if std::env::var_os("SOUK_BLESS").is_some() {
        std::fs::write(&path, made).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == made, "{file} is not what the code makes; SOUK_BLESS=1 rewrites it");
}
