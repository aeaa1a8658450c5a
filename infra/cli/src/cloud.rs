//! The few AWS calls an operator's command makes by itself: parameters, queues, stacks' parameters, and a look at tables.
//! Owns the SDK clients and their runtime. Refuses decisions: the caller knows what to store and send.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::types::{AttributeValue, GlobalSecondaryIndexDescription};
use aws_sdk_sqs::types::QueueAttributeName;
use aws_sdk_ssm::operation::describe_parameters::DescribeParametersOutput;
use aws_sdk_ssm::types::{ParameterMetadata, ParameterStringFilter, ParameterType};
use tokio::runtime::Runtime;

use crate::endpoint::Endpoint;
use crate::indexes::Index;

mod stacks;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub value: String,
    /// Counted from 1.
    pub version: i64,
    /// Seconds since the Unix epoch.
    pub modified: i64,
}

/// Numbers of messages in a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Ready to be received.
    pub waiting: u64,
    /// Being handled or backing off.
    pub in_flight: u64,
    /// Not to be received yet.
    pub delayed: u64,
}

/// The attributes of an item that are texts or lists of texts.
pub type Texts = BTreeMap<String, Vec<String>>;

/// AWS, or an emulator of it.
pub struct Cloud {
    runtime: Runtime,
    parameters: aws_sdk_ssm::Client,
    queues: aws_sdk_sqs::Client,
    tables: aws_sdk_dynamodb::Client,
    stacks: aws_sdk_cloudformation::Client,
}

impl Cloud {
    /// Connects to an endpoint, or to AWS with the machine's own credentials.
    ///
    /// # Errors
    /// If the runtime cannot be started.
    pub fn connect(endpoint: Option<&Endpoint>) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut loader = aws_config::defaults(BehaviorVersion::latest());
        if let Some(endpoint) = endpoint {
            let keys = Credentials::builder()
                .access_key_id(endpoint.access_key())
                .secret_access_key(endpoint.secret_key())
                .provider_name("souk")
                .build();
            loader = loader
                .endpoint_url(endpoint.url())
                .region(Region::new(endpoint.region().to_owned()))
                .credentials_provider(keys);
        }
        let config = runtime.block_on(loader.load());
        Ok(Self {
            runtime,
            parameters: aws_sdk_ssm::Client::new(&config),
            queues: aws_sdk_sqs::Client::new(&config),
            tables: aws_sdk_dynamodb::Client::new(&config),
            stacks: aws_sdk_cloudformation::Client::new(&config),
        })
    }

    /// Reads a plain parameter; `None` when there is none of that name. A secret one stays encrypted.
    ///
    /// # Errors
    /// If the service refuses or cannot be reached.
    pub fn parameter(&self, name: &str) -> Result<Option<Parameter>> {
        let answer = self.runtime.block_on(self.parameters.get_parameter().name(name).with_decryption(false).send());
        match answer {
            Ok(answer) => Ok(answer.parameter.map(|parameter| Parameter {
                value: parameter.value.unwrap_or_default(),
                version: parameter.version,
                modified: parameter.last_modified_date.map_or(0, |date| date.secs()),
            })),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_parameter_not_found()) => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read the parameter {name}")),
        }
    }

    /// Stores a parameter that does not exist yet; `false` if there is one already, which stays as it is. One with a
    /// description is encrypted, and its description is not.
    ///
    /// # Errors
    /// If the service refuses or cannot be reached.
    pub fn create_parameter(&self, name: &str, value: &str, description: Option<&str>) -> Result<bool> {
        let kind = if description.is_some() { ParameterType::SecureString } else { ParameterType::String };
        let request = self.parameters.put_parameter().name(name).value(value).r#type(kind).overwrite(false);
        match self.runtime.block_on(request.set_description(description.map(str::to_owned)).send()) {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_parameter_already_exists()) => {
                Ok(false)
            }
            Err(error) => Err(error).with_context(|| format!("cannot create the parameter {name}")),
        }
    }

    /// Stores a plain parameter, whatever it held; answers its version.
    ///
    /// # Errors
    /// If the service refuses or cannot be reached.
    pub fn replace_parameter(&self, name: &str, value: &str) -> Result<i64> {
        let request = self.parameters.put_parameter().name(name).value(value).r#type(ParameterType::String);
        let answer = self.runtime.block_on(request.overwrite(true).send());
        Ok(answer.with_context(|| format!("cannot store the parameter {name}"))?.version)
    }

    /// Names and descriptions of the parameters below a path. No value is read.
    ///
    /// # Errors
    /// If the service refuses or cannot be reached.
    pub fn descriptions(&self, path: &str) -> Result<Vec<(String, String)>> {
        let below = ParameterStringFilter::builder().key("Path").option("OneLevel").values(path).build()?;
        let pages = self.parameters.describe_parameters().parameter_filters(below).into_paginator().send();
        let pages: Vec<DescribeParametersOutput> =
            self.runtime.block_on(pages.try_collect()).with_context(|| format!("cannot list {path}"))?;
        let found = pages.into_iter().flat_map(|page| page.parameters.unwrap_or_default());
        let pair = |found: ParameterMetadata| Some((found.name?, found.description.unwrap_or_default()));
        Ok(found.filter_map(pair).collect())
    }

    /// Deletes a parameter. One that is gone stays so.
    ///
    /// # Errors
    /// If the service refuses or cannot be reached.
    pub fn delete_parameter(&self, name: &str) -> Result<()> {
        match self.runtime.block_on(self.parameters.delete_parameter().name(name).send()) {
            Ok(_) => Ok(()),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_parameter_not_found()) => Ok(()),
            Err(error) => Err(error).with_context(|| format!("cannot delete the parameter {name}")),
        }
    }

    /// Sends one message to a queue known by its name.
    ///
    /// # Errors
    /// If there is no such queue or the caller may not write to it.
    pub fn send_message(&self, queue: &str, body: &str) -> Result<()> {
        let url = self.queue_url(queue)?;
        let request = self.queues.send_message().queue_url(url).message_body(body);
        self.runtime.block_on(request.send()).with_context(|| format!("cannot send to {queue}"))?;
        Ok(())
    }

    /// The messages in a queue.
    ///
    /// # Errors
    /// If there is no such queue.
    pub fn depth(&self, queue: &str) -> Result<Depth> {
        let url = self.queue_url(queue)?;
        let request = self.queues.get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::All);
        let answer = self.runtime.block_on(request.send()).with_context(|| format!("cannot look at {queue}"))?;
        let attributes = answer.attributes.unwrap_or_default();
        let count = |name| attributes.get(&name).and_then(|text| text.parse().ok()).unwrap_or_default();
        Ok(Depth {
            waiting: count(QueueAttributeName::ApproximateNumberOfMessages),
            in_flight: count(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
            delayed: count(QueueAttributeName::ApproximateNumberOfMessagesDelayed),
        })
    }

    /// The secondary indexes of a table; `None` if there is no such table.
    ///
    /// # Errors
    /// If the service refuses or cannot be reached.
    pub fn indexes(&self, table: &str) -> Result<Option<Vec<Index>>> {
        let answer = match self.runtime.block_on(self.tables.describe_table().table_name(table).send()) {
            Ok(answer) => answer,
            Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) => {
                return Ok(None);
            }
            Err(error) => return Err(error).with_context(|| format!("cannot look at the table {table}")),
        };
        let described = answer.table.and_then(|table| table.global_secondary_indexes).unwrap_or_default();
        let index = |index: GlobalSecondaryIndexDescription| {
            let keys = index.key_schema.unwrap_or_default().into_iter();
            let projection = index.projection.and_then(|projection| projection.projection_type);
            Index {
                name: index.index_name.unwrap_or_default(),
                keys: keys.map(|key| (key.attribute_name, key.key_type.as_str().to_owned())).collect(),
                projection: projection.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
            }
        };
        Ok(Some(described.into_iter().map(index).collect()))
    }

    /// The texts of an item; `None` if it is not there.
    ///
    /// # Errors
    /// If there is no such table or the caller may not read it.
    pub fn item(&self, table: &str, pk: &str, sk: &str) -> Result<Option<Texts>> {
        let key = |text: &str| AttributeValue::S(text.to_owned());
        let request = self.tables.get_item().table_name(table).key("pk", key(pk)).key("sk", key(sk));
        let answer = self.runtime.block_on(request.consistent_read(true).send());
        let answer = answer.with_context(|| format!("cannot read the table {table}"))?;
        let texts = |value: AttributeValue| match value {
            AttributeValue::S(text) => vec![text],
            AttributeValue::L(list) => list.into_iter().filter_map(|value| value.as_s().ok().cloned()).collect(),
            _ => Vec::new(),
        };
        Ok(answer.item.map(|item| item.into_iter().map(|(name, value)| (name, texts(value))).collect()))
    }

    /// The partitions of a table that has one item in each.
    ///
    /// # Errors
    /// If there is no such table or the caller may not read it.
    pub fn partitions(&self, table: &str) -> Result<Vec<String>> {
        let (mut found, mut start) = (Vec::new(), None);
        loop {
            let request = self.tables.scan().table_name(table).projection_expression("pk").consistent_read(true);
            let answer = self.runtime.block_on(request.set_exclusive_start_key(start).send());
            let answer = answer.with_context(|| format!("cannot read the table {table}"))?;
            let items = answer.items.unwrap_or_default();
            found.extend(items.iter().filter_map(|item| item.get("pk")?.as_s().ok().cloned()));
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(found);
            }
        }
    }

    fn queue_url(&self, queue: &str) -> Result<String> {
        let request = self.queues.get_queue_url().queue_name(queue);
        let answer = self.runtime.block_on(request.send()).with_context(|| format!("there is no queue {queue}"))?;
        answer.queue_url.with_context(|| format!("the queue {queue} has no address"))
    }
}
