//! Names that staff choose and that can be part of a URL. Refuses ids that the shop makes: those are in `events`.

use events::text::{FieldError, is_slug};

/// Declares a type for names of `a–z 0–9 -` with a greatest length.
macro_rules! slugs {
    ($($(#[$doc:meta])* $name:ident <= $max:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = FieldError;
            fn from_str(text: &str) -> Result<Self, FieldError> {
                let text = text.trim();
                if is_slug(text, $max) {
                    Ok(Self(text.to_owned()))
                } else {
                    let requirement = concat!("must be 1 to ", $max, " lower-case letters, digits or hyphens");
                    Err(FieldError::new("id", requirement))
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "pattern": concat!("^[a-z0-9-]{1,", $max, "}$")})
            }
        }
    )*};
}

slugs! {
    /// A product's name in URLs. It never changes, and no two products on sale have the same.
    Slug <= 100;
    CategoryId <= 64;
    TaxRateId <= 64;
}
