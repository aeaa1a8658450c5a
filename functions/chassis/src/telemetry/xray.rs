//! Subsegments for AWS X-Ray: one for each request, message and relayed write. Each carries our trace id, so that traces of
//! X-Ray, which end at a queue's batch or a table's stream, are found together. Lambda's daemon takes them by UDP. Refuses
//! to wait, to fail, and to send what X-Ray does not sample.

use super::invocation::{Current, Running};
use crate::runtime::World;
use events::{Capability, Timestamp};
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::net::{Ipv4Addr, UdpSocket};
use std::sync::Arc;

/// What the daemon expects before each document.
const HEADER: &str = r#"{"format":"json","version":1}"#;

/// The daemon beside the function.
#[derive(Debug, Clone)]
pub struct Daemon(Arc<UdpSocket>);

impl Daemon {
    /// The daemon at an address, as `AWS_XRAY_DAEMON_ADDRESS` gives it.
    ///
    /// # Errors
    /// If it is no address, or there is no socket.
    pub fn at(address: &str) -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        socket.connect(address)?;
        socket.set_nonblocking(true)?;
        Ok(Self(Arc::new(socket)))
    }

    /// Sends what was done for one of our traces since the invocation began. `what` is the name and value of an annotation.
    pub(super) fn record(&self, of: Capability, what: (&str, &str), trace_id: &str, current: &Current, world: &World) {
        let Some(Running { invocation, since }) = current.get() else { return };
        let Some((root, parent)) = invocation.xray_trace_id.as_deref().and_then(sampled) else { return };
        let mut id = String::with_capacity(16);
        for byte in world.random::<8>() {
            // Writing to a String cannot fail.
            let _ = write!(id, "{byte:02x}");
        }
        let (start_time, end_time) = (seconds(since), seconds(world.now()));
        let annotations = [("trace_id", trace_id), what].into_iter().collect();
        let name = of.name();
        let kind = "subsegment";
        let document =
            Subsegment { name, id: &id, trace_id: root, parent_id: parent, start_time, end_time, kind, annotations };
        if let Ok(document) = serde_json::to_string(&document) {
            // A trace that is lost is worth no failed request.
            let _ = self.0.send(format!("{HEADER}\n{document}").as_bytes());
        }
    }
}

/// A subsegment document, sent by itself.
#[derive(Serialize)]
struct Subsegment<'a> {
    name: &'a str,
    id: &'a str,
    trace_id: &'a str,
    parent_id: &'a str,
    start_time: Option<Box<RawValue>>,
    end_time: Option<Box<RawValue>>,
    #[serde(rename = "type")]
    kind: &'a str,
    annotations: BTreeMap<&'a str, &'a str>,
}

/// Seconds since the Unix epoch, with milliseconds.
fn seconds(at: Timestamp) -> Option<Box<RawValue>> {
    let (seconds, millis) = (at.millis().div_euclid(1000), at.millis().rem_euclid(1000));
    RawValue::from_string(format!("{seconds}.{millis:03}")).ok()
}

/// Root and parent of a trace header that X-Ray samples, as in `Root=1-5759e988-…;Parent=53995c3f42cd8ad8;Sampled=1`.
fn sampled(header: &str) -> Option<(&str, &str)> {
    let part = |name: &str| header.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
    (part("Sampled")? == "1").then_some((part("Root")?, part("Parent")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_header_that_is_sampled_counts() {
        assert_eq!(
            sampled("Root=1-5759e988-bd;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0"),
            Some(("1-5759e988-bd", "53995c3f42cd8ad8"))
        );
        for header in
            ["", "Root=1;Parent=2", "Root=1;Parent=2;Sampled=0", "Root=1;Sampled=1", "Parent=2;Sampled=1", "Sampled=1"]
        {
            assert_eq!(sampled(header), None, "{header}");
        }
    }
}
