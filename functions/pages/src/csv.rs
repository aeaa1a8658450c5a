//! Lines of CSV (RFC 4180). Refuses to let a spreadsheet take a cell for a formula (OWASP, CSV injection): such a cell gets an
//! apostrophe before it, which spreadsheets take for "this is text". A negative number is no formula.

use crate::file::file;
use chassis::Problem;
use chassis::http::Response;

/// A file of lines, to keep.
///
/// # Errors
/// If the name has characters that a header may not have.
pub fn download(name: &str, lines: String) -> Result<Response, Problem> {
    file(name, "text/csv; charset=utf-8", lines)
}

/// A line of these cells, with its line break.
pub fn line(cells: &[&str]) -> String {
    cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",") + "\r\n"
}

fn cell(text: &str) -> String {
    let apostrophe = if is_formula(text) { "'" } else { "" };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{apostrophe}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{apostrophe}{text}")
    }
}

fn is_formula(text: &str) -> bool {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match text.strip_prefix('-') {
        Some(digits) => !is_number(digits),
        None => text.starts_with(['=', '+', '@', '\t', '\r']),
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn cells_with_commas_quotes_and_line_breaks_are_quoted() {
        assert_eq!(line(&["2026-01-31", "cash", "12.34"]), "2026-01-31,cash,12.34\r\n");
        assert_eq!(line(&["a,b", "say \"so\"", "one\ntwo", ""]), "\"a,b\",\"say \"\"so\"\"\",\"one\ntwo\",\r\n");
    }

    #[test]
    fn no_cell_is_a_formula_and_a_negative_number_stays_one() {
        assert_eq!(line(&["=1+1", "+1", "@x", "-x", "\tx"]), "'=1+1,'+1,'@x,'-x,'\tx\r\n");
        assert_eq!(line(&["=a,b", "-12.34", "-1"]), "\"'=a,b\",-12.34,-1\r\n");
    }
}
