//! One value as JSON: numbers stay exact, dates and times become ISO 8601 text.

use std::io;

use lifetracks_engine::arrow::array::{Array, AsArray};
use lifetracks_engine::arrow::compute::cast;
use lifetracks_engine::arrow::datatypes::{DataType, Float32Type, Float64Type, Schema};
use lifetracks_engine::arrow::record_batch::RecordBatch;
use lifetracks_engine::arrow::util::display::{ArrayFormatter, FormatOptions};

use super::unprintable;

/// The columns of a result as names of JSON object members.
pub(super) struct Members {
    keys: Vec<String>,
}

impl Members {
    /// Every member gets a name of its own: a second `x` becomes `x_2`.
    pub(super) fn new(schema: &Schema) -> Self {
        let mut names: Vec<String> = Vec::new();
        for field in schema.fields() {
            let mut name = field.name().clone();
            let mut copy = 1;
            while names.contains(&name) {
                copy += 1;
                name = format!("{}_{copy}", field.name());
            }
            names.push(name);
        }
        let keys = names.iter().map(|name| text(name)).collect();
        Self { keys }
    }

    /// The rows of a batch as JSON objects, each given to `write`.
    pub(super) fn each_object(
        &self,
        batch: &RecordBatch,
        mut write: impl FnMut(&str) -> io::Result<()>,
    ) -> io::Result<()> {
        let values = batch.columns().iter();
        let values = values.map(|column| Value::try_new(column.as_ref())).collect::<io::Result<Vec<_>>>()?;
        let mut object = String::new();
        for row in 0..batch.num_rows() {
            object.clear();
            for (index, (key, value)) in self.keys.iter().zip(&values).enumerate() {
                object.push(if index == 0 { '{' } else { ',' });
                object.push_str(key);
                object.push(':');
                value.push(row, &mut object)?;
            }
            object.push('}');
            write(&object)?;
        }
        Ok(())
    }
}

/// The values of one array.
struct Value<'a> {
    array: &'a dyn Array,
    formatter: ArrayFormatter<'a>,
}

impl<'a> Value<'a> {
    fn try_new(array: &'a dyn Array) -> io::Result<Self> {
        const OPTIONS: FormatOptions<'static> = FormatOptions::new().with_display_error(false);
        Ok(Self { array, formatter: ArrayFormatter::try_new(array, &OPTIONS).map_err(unprintable)? })
    }

    fn push(&self, row: usize, out: &mut String) -> io::Result<()> {
        if self.array.is_null(row) {
            out.push_str("null");
            return Ok(());
        }
        match self.array.data_type() {
            DataType::Null => out.push_str("null"),
            DataType::Float32 => {
                let finite = self.array.as_primitive::<Float32Type>().value(row).is_finite();
                self.push_number(row, finite, out)?;
            }
            DataType::Float64 => {
                let finite = self.array.as_primitive::<Float64Type>().value(row).is_finite();
                self.push_number(row, finite, out)?;
            }
            DataType::Boolean => self.push_number(row, true, out)?,
            number if number.is_numeric() => self.push_number(row, true, out)?,
            DataType::List(_) => push_list(self.array.as_list::<i32>().value(row).as_ref(), out)?,
            DataType::LargeList(_) => {
                push_list(self.array.as_list::<i64>().value(row).as_ref(), out)?;
            }
            DataType::FixedSizeList(..) => {
                push_list(self.array.as_fixed_size_list().value(row).as_ref(), out)?;
            }
            DataType::Struct(_) => self.push_struct(row, out)?,
            DataType::Dictionary(_, value) => {
                let plain = cast(&self.array.slice(row, 1), value).map_err(unprintable)?;
                Value::try_new(plain.as_ref())?.push(0, out)?;
            }
            _ => {
                let mut plain = String::new();
                self.display(row, &mut plain)?;
                out.push_str(&text(&plain));
            }
        }
        Ok(())
    }

    /// JSON has no infinity and no NaN: they become null.
    fn push_number(&self, row: usize, finite: bool, out: &mut String) -> io::Result<()> {
        if finite {
            return self.display(row, out);
        }
        out.push_str("null");
        Ok(())
    }

    fn push_struct(&self, row: usize, out: &mut String) -> io::Result<()> {
        let members = self.array.as_struct();
        let named = members.column_names().into_iter().zip(members.columns());
        out.push('{');
        for (index, (name, column)) in named.enumerate() {
            if index > 0 {
                out.push(',');
            }
            out.push_str(&text(name));
            out.push(':');
            Value::try_new(column.as_ref())?.push(row, out)?;
        }
        out.push('}');
        Ok(())
    }

    fn display(&self, row: usize, out: &mut String) -> io::Result<()> {
        self.formatter.value(row).write(out).map_err(unprintable)
    }
}

fn push_list(items: &dyn Array, out: &mut String) -> io::Result<()> {
    let values = Value::try_new(items)?;
    out.push('[');
    for row in 0..items.len() {
        if row > 0 {
            out.push(',');
        }
        values.push(row, out)?;
    }
    out.push(']');
    Ok(())
}

/// Text as a JSON string.
fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
