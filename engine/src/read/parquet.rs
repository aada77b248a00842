//! `read_parquet('path')`: a Parquet scan by `DataFusion` itself, with pushdown, over files we resolved.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::error::Result;
use datafusion::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use url::Url;

use super::arguments::Arguments;
use super::folders::SourceFile;
use super::FileError;

/// Opens the files as one table; all must have the columns of the first, in the same order and type.
pub(super) fn open(files: Vec<SourceFile>, _: &Arguments) -> Result<Arc<dyn TableProvider>> {
    let mut schema: Option<SchemaRef> = None;
    let mut urls = Vec::with_capacity(files.len());
    for file in &files {
        let found = columns(file)?;
        match &schema {
            None => schema = Some(found),
            Some(first) if first.fields() == found.fields() => {}
            Some(_) => {
                return Err(FileError(format!(
                    "{file} does not have the same columns, in name, order and type, as {}: read them apart.",
                    files[0]
                ))
                .into());
            }
        }
        urls.push(url(file)?);
    }
    let Some(schema) = schema else {
        return Err(FileError("There is no file to read.".to_owned()).into());
    };
    let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension("");
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(schema);
    Ok(Arc::new(ListingTable::try_new(config)?))
}

/// The columns, from the file's footer; no other part of the file is read.
fn columns(file: &SourceFile) -> Result<SchemaRef, FileError> {
    let opened = file.open()?;
    let metadata = ArrowReaderMetadata::load(&opened, ArrowReaderOptions::new())
        .map_err(|error| FileError(format!("{file} is not a readable Parquet file: {error}.")))?;
    Ok(Arc::new(Schema::new(metadata.schema().fields().clone())))
}

/// The URL is built from the path, not parsed, so that `%` and `[` in a name mean themselves.
fn url(file: &SourceFile) -> Result<ListingTableUrl> {
    let url = Url::from_file_path(file.path())
        .map_err(|()| FileError(format!("{file} has no absolute path.")))?;
    ListingTableUrl::try_new(url, None)
}
