//! JSON pointers (RFC 6901): the place in a body that a problem is about. Refuses to know what is there.

/// The pointer of what `inner` points at within the member or item `name`.
pub(super) fn within(name: &str, inner: &str) -> String {
    format!("/{}{inner}", name.replace('~', "~0").replace('/', "~1"))
}

/// The pointer of a field that code names by its path: `lines[0].quantity` is at `/lines/0/quantity`.
pub(super) fn of_path(path: &str) -> String {
    let names = path.split(['.', '[', ']']).filter(|name| !name.is_empty());
    names.map(|name| within(name, "")).collect()
}

/// The names on the way to a place, from the outside.
pub(super) fn names(pointer: &str) -> impl Iterator<Item = String> + '_ {
    pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~"))
}

/// A place in the words of a sentence: `/lines/0/quantity` is `lines[0].quantity`, the whole is the body, and an empty name is `""`.
pub(super) fn in_words(pointer: &str) -> String {
    let shown = names(pointer).map(|name| if name.is_empty() { "\"\"".to_owned() } else { name });
    let words = shown.fold(String::new(), |before, name| match name.parse::<u32>() {
        Ok(index) => format!("{before}[{index}]"),
        Err(_) if before.is_empty() => name,
        Err(_) => format!("{before}.{name}"),
    });
    if words.is_empty() { "The body".to_owned() } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_becomes_the_pointer_of_its_field() {
        let paths = ["", "email", "ship_to.line2", "lines[0].quantity", "services[1].rates[0].base"];
        let pointers = ["", "/email", "/ship_to/line2", "/lines/0/quantity", "/services/1/rates/0/base"];
        assert_eq!(paths.map(of_path), pointers);
        assert_eq!(pointers.map(in_words)[1..], paths[1..]);
        assert_eq!(in_words(""), "The body");
        assert_eq!(["/", "/lines/0/"].map(in_words), ["\"\"", "lines[0].\"\""]);
    }

    proptest! {
        #[test]
        fn every_name_is_read_back_from_its_pointer(outer in ".*", inner in "[a-z~/]*") {
            let pointer = within(&outer, &within(&inner, ""));
            prop_assert_eq!(names(&pointer).collect::<Vec<_>>(), [outer, inner]);
        }
    }
}
