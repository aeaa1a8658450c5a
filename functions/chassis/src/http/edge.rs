//! The edge: a CDN before the gateway, as CloudFront is. A secret header says that a request came through it, and another
//! header whose request it is. Refuses requests that came past it, and addresses that anybody else claims.

use super::problem::Problem;
use crate::tokens::digest;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use lambda_http::Request;
use lambda_http::http::HeaderName;
use lambda_http::http::header::HeaderValue;
use lambda_http::request::RequestContext;
use std::net::IpAddr;
use std::sync::Arc;

/// The header that only the edge knows the value of.
const SECRET: HeaderName = HeaderName::from_static("x-origin-secret");
/// The viewer's address and port, which the edge writes over whatever a viewer sent.
const VIEWER_ADDRESS: HeaderName = HeaderName::from_static("cloudfront-viewer-address");

/// The edge before a function, known by the SHA-256 digests of its secrets: several, so that one can be replaced. Without
/// any there is no edge, and every request passes.
#[derive(Debug, Clone, Default)]
pub struct Edge(Arc<[String]>);

/// Not a SHA-256 digest in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a digest is no 64 hexadecimal digits in lower case")]
pub struct InvalidDigest;

impl Edge {
    /// The digests of the current secrets, separated by commas. Empty ones are left out.
    ///
    /// # Errors
    /// If one is malformed.
    pub fn from_digests(list: &str) -> Result<Self, InvalidDigest> {
        let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let digests = list.split(',').filter(|digest| !digest.is_empty());
        digests
            .map(|digest| is_digest(digest).then(|| digest.to_owned()).ok_or(InvalidDigest))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Lets in what came through the edge, with the viewer's address in place of the edge's. What it read does not go on:
    /// nobody else can log the secret, or believe the address.
    pub(super) fn admit(&self, mut request: Request) -> Result<Request, Problem> {
        let secret = request.headers_mut().remove(SECRET);
        let viewer = request.headers_mut().remove(VIEWER_ADDRESS);
        if self.0.is_empty() {
            return Ok(request);
        }
        if !secret.is_some_and(|secret| self.knows(&secret)) {
            return Err(Problem::new(403, "forbidden", "Send requests to the shop's public address."));
        }
        let context = request.extensions_mut().get_mut::<RequestContext>();
        if let (Some(RequestContext::ApiGatewayV2(context)), Some(address)) =
            (context, viewer.as_ref().and_then(address_in))
        {
            context.http.source_ip = Some(address.to_string());
        }
        Ok(request)
    }

    /// Takes as long for a wrong secret as for a right one.
    fn knows(&self, secret: &HeaderValue) -> bool {
        let sent = digest::hex_of_bytes(secret.as_bytes());
        let equals = |digest: &String| verify_slices_are_equal(digest.as_bytes(), sent.as_bytes()).is_ok();
        self.0.iter().map(equals).fold(false, |known, equal| known | equal)
    }
}

/// The address in `<address>:<port>`. An IPv6 address has colons too: the port follows the last one.
fn address_in(header: &HeaderValue) -> Option<IpAddr> {
    let (address, port) = header.to_str().ok()?.rsplit_once(':')?;
    port.parse::<u16>().ok()?;
    let bare = address.strip_prefix('[').and_then(|address| address.strip_suffix(']'));
    bare.unwrap_or(address).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::network_of;
    use proptest::prelude::*;

    fn network(header: &str) -> Option<String> {
        address_in(&HeaderValue::from_str(header).unwrap()).map(|address| network_of(&address.to_string()))
    }

    #[test]
    fn the_port_follows_the_last_colon_whatever_the_address() {
        assert_eq!(network("198.51.100.10:46532").as_deref(), Some("198.51.100.10"));
        assert_eq!(network("2001:db8::1:443").as_deref(), Some("2001:db8:0:0::/64"));
        assert_eq!(network("2001:0db8:85a3:0000:0000:8a2e:0370:7334:443").as_deref(), Some("2001:db8:85a3:0::/64"));
        assert_eq!(network("[2001:db8::1]:443").as_deref(), Some("2001:db8:0:0::/64"));
    }

    #[test]
    fn what_is_no_address_with_a_port_is_none() {
        for header in
            ["", "198.51.100.10", "198.51.100.10:", "198.51.100.10:http", "198.51.100.10:70000", ":443", "x:443"]
        {
            assert_eq!(network(header), None, "{header}");
        }
        assert_eq!(network("198.51.100.10:1, 203.0.113.9:2"), None, "two values");
        assert_eq!(address_in(&HeaderValue::from_bytes(b"\xff:443").unwrap()), None);
    }

    #[test]
    fn a_digest_is_what_sha256sum_prints() {
        let digest = digest::hex_of_bytes(b"abc");
        assert_eq!(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        for list in ["", ",", &digest, &format!("{digest},"), &format!(",{digest}"), &format!("{digest},{digest}")] {
            assert!(Edge::from_digests(list).is_ok(), "{list}");
        }
        for list in ["secret", &digest[1..], &digest.to_uppercase(), &format!("{digest},secret"), &format!(" {digest}")]
        {
            assert_eq!(Edge::from_digests(list).err(), Some(InvalidDigest), "{list}");
        }
    }

    proptest! {
        #[test]
        fn every_address_is_read_back_whatever_its_port(address: IpAddr, port: u16) {
            let written = HeaderValue::from_str(&format!("{address}:{port}")).unwrap();
            prop_assert_eq!(address_in(&written), Some(address));
        }

        #[test]
        fn no_text_makes_it_panic(header in "\\PC*") {
            if let Ok(header) = HeaderValue::from_str(&header) {
                let _ = address_in(&header);
            }
        }
    }
}
