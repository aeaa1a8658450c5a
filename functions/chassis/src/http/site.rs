//! The shop as its visitors see it: what every page and email calls it, its logo, and what its pages may load. Refuses to know what
//! it sells.

use super::origin::origin_of;
use super::target::base_path;
use lambda_http::http::HeaderValue;
use std::sync::Arc;

/// What all pages of a shop share.
#[derive(Debug, Clone)]
pub struct Site {
    /// The shop's name, as its visitors read it.
    pub name: Arc<str>,
    /// The picture that stands for the name.
    pub logo: Option<Logo>,
    /// Whether the shop has pages. Without them it is an API alone.
    pub has_pages: bool,
    /// Whether the shop is one to try out, which shows how it works.
    pub is_demo: bool,
}

/// A picture that stands for the shop's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    src: Arc<str>,
    /// Where the picture is, if not in the shop itself.
    origin: Option<Arc<str>>,
}

/// A text names no picture that pages can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "neither an address with https nor a path of the shop, as https://cdn.example/logo.svg or /logo.svg: letters, digits and \
     /._~%?=&+@:- alone"
)]
pub struct InvalidLogo;

impl Logo {
    /// Reads the address of a picture, or its path below the shop's public address.
    ///
    /// # Errors
    /// If it is neither, or has signs that mean something in HTML or in a policy.
    pub fn parse(text: &str, address: &str) -> Result<Self, InvalidLogo> {
        let (origin, path) = match text.strip_prefix("https://") {
            Some(rest) if is_host(rest.split('/').next().unwrap_or_default()) => {
                let origin = origin_of(text);
                (Some(origin), text.strip_prefix(origin).unwrap_or_default())
            }
            Some(_) => return Err(InvalidLogo),
            None => (None, text),
        };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._~%?=&+@:-".contains(&byte);
        let names_file = |rest: &str| !rest.is_empty() && !rest.starts_with('/') && rest.bytes().all(is_plain);
        if !path.strip_prefix('/').is_some_and(names_file) {
            return Err(InvalidLogo);
        }
        let src = if origin.is_some() { text.into() } else { format!("{}{path}", base_path(address)).into() };
        let is_elsewhere = |origin: &&str| !origin.eq_ignore_ascii_case(origin_of(address));
        Ok(Self { src, origin: origin.filter(is_elsewhere).map(Into::into) })
    }

    /// What a page links to.
    pub fn src(&self) -> &Arc<str> {
        &self.src
    }
}

/// A host name with or without a port.
fn is_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    !name.is_empty() && name.bytes().all(is_name) && port.is_none_or(is_port)
}

/// No inline code, nothing from elsewhere but the logo, no frame, no form to anybody else (OWASP ASVS 5.0, V3.4.3).
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'; img-src 'self'";

impl Site {
    /// What a browser may load and do for a page of the shop.
    pub(super) fn policy(&self) -> HeaderValue {
        let origin = self.logo.as_ref().and_then(|logo| logo.origin.as_deref());
        let with_logo = origin.and_then(|origin| HeaderValue::from_str(&format!("{POLICY} {origin}")).ok());
        with_logo.unwrap_or(HeaderValue::from_static(POLICY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "https://shop.example/tea";

    fn site(logo: Option<&str>) -> Site {
        let logo = logo.map(|logo| Logo::parse(logo, SHOP).unwrap());
        Site { name: "Tea".into(), logo, has_pages: true, is_demo: false }
    }

    #[test]
    fn a_logo_is_a_picture_of_the_shop_or_one_with_tls() {
        for (text, src) in [
            ("/logo.svg", "/tea/logo.svg"),
            ("/a/logo.png?v=2", "/tea/a/logo.png?v=2"),
            ("https://cdn.example/logo.svg", "https://cdn.example/logo.svg"),
            ("https://cdn.example:8443/a/b%20c.webp?w=1&h=2", "https://cdn.example:8443/a/b%20c.webp?w=1&h=2"),
        ] {
            assert_eq!(Logo::parse(text, SHOP).map(|logo| logo.src().to_string()).as_deref(), Ok(src));
        }
    }

    #[test]
    fn what_is_no_plain_address_of_a_picture_is_no_logo() {
        for text in [
            "",
            "/",
            "logo.svg",
            "//cdn.example/logo.svg",
            "http://cdn.example/logo.svg",
            "HTTPS://cdn.example/logo.svg",
            "data:image/png;base64,AAAA",
            "javascript:alert(1)",
            "https://",
            "https:///logo.svg",
            "https://cdn.example",
            "https://cdn.example/",
            "https://cdn.example:/logo.svg",
            "https://cdn.example:x/logo.svg",
            "https://user@cdn.example/logo.svg",
            "https://cdn.example;script-src/logo.svg",
            "https://*/logo.svg",
            "https://cdn.example /logo.svg",
            "https://cdn.example/lo go.svg",
            "https://cdn.example/\"onerror=\"x",
            "https://cdn.example/'><script>",
            "https://cdn.example\\logo.svg",
            "/\\cdn.example/logo.svg",
            "/logo.svg\n",
            "/lögo.svg",
        ] {
            assert_eq!(Logo::parse(text, SHOP), Err(InvalidLogo), "{text}");
        }
    }

    #[test]
    fn pages_load_pictures_of_the_shop_and_of_the_logos_origin_alone() {
        let pictures = |logo: Option<&str>| {
            let policy = site(logo).policy().to_str().unwrap().to_owned();
            policy.split("; ").find_map(|rule| rule.strip_prefix("img-src ").map(str::to_owned)).unwrap()
        };
        assert_eq!(pictures(None), "'self'");
        assert_eq!(pictures(Some("/logo.svg")), "'self'");
        assert_eq!(pictures(Some("https://Shop.example/logo.svg")), "'self'");
        assert_eq!(pictures(Some("https://cdn.example:8443/a/logo.svg")), "'self' https://cdn.example:8443");
        assert_eq!(pictures(Some("https://shop.example:444/logo.svg")), "'self' https://shop.example:444");
    }
}
