//! `read_parquet('path')`: a Parquet scan by `DataFusion` itself, with pushdown, over files we resolved.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use url::Url;

use super::arguments::Arguments;
use super::folders::SourceFile;
use super::wrong;
use crate::Result;

/// Opens the files as one table; all must have the columns of the first, in the same order and type.
pub(super) fn open(files: &[SourceFile], _: &Arguments) -> Result<Arc<dyn TableProvider>> {
    let mut schema: Option<SchemaRef> = None;
    let mut urls = Vec::with_capacity(files.len());
    for file in files {
        let found = columns(file)?;
        match &schema {
            None => schema = Some(found),
            Some(first) if first.fields() == found.fields() => {}
            Some(_) => {
                let message =
                    format!("{file} does not have the columns of {} in name, order and type", files[0]);
                return Err(wrong(message).with_help("read the files apart"));
            }
        }
        urls.push(url(file)?);
    }
    let Some(schema) = schema else {
        return Err(wrong("there is no file to read"));
    };
    let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension("");
    let config =
        ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options).with_schema(schema);
    let table = ListingTable::try_new(config)
        .map_err(|error| wrong(format!("{} cannot be scanned", files[0])).with_note(error.to_string()))?;
    Ok(Arc::new(table))
}

/// The columns, from the file's footer; no other part of the file is read.
fn columns(file: &SourceFile) -> Result<SchemaRef> {
    let opened = file.open()?;
    let metadata = ArrowReaderMetadata::load(&opened, ArrowReaderOptions::new()).map_err(|error| {
        wrong(format!("{file} is not a readable Parquet file")).with_note(error.to_string())
    })?;
    Ok(Arc::new(Schema::new(metadata.schema().fields().clone())))
}

/// The URL is built from the path, not parsed, so that `%` and `[` in a name mean themselves.
fn url(file: &SourceFile) -> Result<ListingTableUrl> {
    let url = Url::from_file_path(file.path()).map_err(|()| wrong(format!("{file} has no absolute path")))?;
    ListingTableUrl::try_new(url, None)
        .map_err(|error| wrong(format!("{file} cannot be scanned")).with_note(error.to_string()))
}
