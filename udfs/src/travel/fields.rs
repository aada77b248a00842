//! Columns in a message: names, types as Arrow writes them, and what is said of each.

use std::collections::BTreeMap;

use datafusion::arrow::datatypes::Field;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

/// A column as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    r#type: String,
    nullable: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
}

impl Written {
    /// Errors: a type that cannot be read again from what is written.
    fn of(field: &Field) -> Result<Self, String> {
        let metadata = field.metadata().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        let written = Self {
            name: field.name().clone(),
            r#type: field.data_type().to_string(),
            nullable: field.is_nullable(),
            metadata,
        };
        if written.read().is_ok_and(|read| read == *field) {
            return Ok(written);
        }
        let Self { name, r#type, .. } = written;
        Err(format!("the column {name} has the type {type}, which does not travel to another machine"))
    }

    fn read(&self) -> Result<Field, String> {
        let Self { name, r#type, nullable, metadata } = self;
        let data_type = r#type
            .parse()
            .map_err(|_| format!("the column {name} has the type {type}, which is no type of Arrow"))?;
        Ok(Field::new(name, data_type, *nullable)
            .with_metadata(metadata.iter().map(|(key, value)| (key.clone(), value.clone())).collect()))
    }
}

/// Writes columns.
pub(crate) fn serialize<S: Serializer>(fields: &[Field], serializer: S) -> Result<S::Ok, S::Error> {
    let written = fields.iter().map(Written::of).collect::<Result<Vec<_>, _>>();
    written.map_err(ser::Error::custom)?.serialize(serializer)
}

/// Reads columns.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Field>, D::Error> {
    let written = Vec::<Written>::deserialize(deserializer)?;
    written.iter().map(Written::read).collect::<Result<_, _>>().map_err(de::Error::custom)
}

/// The same of a schema, of which the columns are all that is used.
pub(crate) mod schema {
    use std::sync::Arc;

    use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
    use serde::{Deserializer, Serializer};

    /// Writes the columns of a schema.
    pub(crate) fn serialize<S: Serializer>(schema: &SchemaRef, serializer: S) -> Result<S::Ok, S::Error> {
        let fields: Vec<Field> = schema.fields().iter().map(|field| field.as_ref().clone()).collect();
        super::serialize(&fields, serializer)
    }

    /// Reads them.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SchemaRef, D::Error> {
        super::deserialize(deserializer).map(|fields| Arc::new(Schema::new(fields)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef, TimeUnit};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Columns(#[serde(with = "schema")] SchemaRef);

    #[test]
    fn columns_come_back_with_types_and_roles() {
        let types = [
            DataType::Int64,
            DataType::Utf8View,
            DataType::Decimal128(12, 2),
            DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into())),
            DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))),
            DataType::Struct(vec![Field::new("from", DataType::Date32, false)].into()),
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        ];
        let field = |(place, of): (usize, DataType)| {
            Field::new(format!("column {place}"), of, place % 2 == 0)
                .with_metadata([("role".to_owned(), "measure".to_owned())].into())
        };
        let columns =
            Columns(Arc::new(Schema::new(types.into_iter().enumerate().map(field).collect::<Vec<_>>())));
        let text = serde_json::to_string(&columns).unwrap();
        assert_eq!(serde_json::from_str::<Columns>(&text).unwrap(), columns, "{text}");
    }

    #[test]
    fn a_type_that_nobody_knows_is_refused() {
        let text = r#"[{"name":"wages","type":"Money","nullable":true}]"#;
        let error = serde_json::from_str::<Columns>(text).unwrap_err().to_string();
        assert!(error.contains("wages has the type Money, which is no type of Arrow"), "{error}");
    }
}
