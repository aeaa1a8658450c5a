//! A table as eventually consistent reads may see it. It follows the table only when somebody reads of it, so a run without such
//! reads pays nothing.

use chassis::testing::EmbeddedDynamo;
use chassis::testing::connector::WireRequest;
use events::Capability;
use serde_json::{Value, json};
use std::sync::OnceLock;

#[derive(Debug)]
pub struct Replica {
    of: Capability,
    dynamo: OnceLock<EmbeddedDynamo>,
}

impl Replica {
    pub const fn new(of: Capability) -> Self {
        Self { of, dynamo: OnceLock::new() }
    }

    fn dynamo(&self) -> &EmbeddedDynamo {
        self.dynamo.get_or_init(|| EmbeddedDynamo::without_stream(self.of))
    }

    /// Takes a version over; `None` if there was no item.
    pub fn take_over(&self, pk: &str, sk: &str, image: Option<&Value>) {
        match image {
            Some(image) => self.dynamo().put(image),
            None => {
                let delete =
                    json!({"TableName": self.dynamo().table_name(), "Key": {"pk": {"S": pk}, "sk": {"S": sk}}});
                self.answer("DeleteItem", &delete.to_string());
            }
        }
    }

    pub fn answer(&self, operation: &str, body: &str) -> String {
        self.dynamo().service()(WireRequest { method: "POST", uri: "/", operation, body }).1
    }
}
