//! Parts of documents that are made from code: between `<!-- name:begin -->` and `<!-- name:end -->`.

use crate::house;

/// Compares a part of a document with what the code makes, or rewrites it when `SOUK_BLESS` is set.
///
/// # Panics
/// If the document has no such part, or it differs.
pub fn assert_block(document: &str, name: &str, made: &str) {
    let path = house::root().join(document);
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
        "part `{name}` of {document} is not what the code makes; SOUK_BLESS=1 rewrites it"
    );
}

/// Compares a file with what the code makes, or rewrites it when `SOUK_BLESS` is set.
///
/// # Panics
/// If it differs.
pub fn assert_file(file: &str, made: &str) {
    let path = house::root().join(file);
    if std::env::var_os("SOUK_BLESS").is_some() {
        std::fs::write(&path, made).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == made, "{file} is not what the code makes; SOUK_BLESS=1 rewrites it");
}
