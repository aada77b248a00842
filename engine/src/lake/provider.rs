//! A table version as DataFusion sees it: a Parquet scan that declares its ranges, order and statistics.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{Constraints, ScalarValue, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::object_store::ObjectMeta;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{LexOrdering, Partitioning, PhysicalSortExpr, RangePartitioning, SplitPoint};
use datafusion::physical_plan::ExecutionPlan;

use lifetracks_datasets::{Privacy, Role, Table};
use lifetracks_udfs::LifetracksOptions;

use super::checked::CheckedReads;
use super::location::Location;
use super::proof::{Proofs, Written, first_damage};
use super::ranges::Ranges;
use super::scanned::Scanned;
use super::table::{DataFile, Kind, TableVersion};
use super::{Lake, facts};
use crate::catalog::external;
use crate::clock;
use crate::error::Error;
use crate::roles::{privacy_name, role_name};

/// Marks a column of a scan with its role, so that a result knows its columns' roles.
pub(crate) const ROLE: &str = "lifetracks.role";

/// Marks a column of a scan with its privacy class, so that a result knows what is about one person.
pub(crate) const PRIVACY: &str = "lifetracks.privacy";

/// Sort-merge joins want their keys this way, so the files declare it; key columns have no NULLs.
const ORDER: SortOptions = SortOptions { descending: false, nulls_first: true };

/// One table of the lake at one version.
#[derive(Debug)]
pub(crate) struct LakeTable {
    table: TableVersion,
    /// The scan's schema: the table's, with text as views, which the Parquet reader makes without copying.
    schema: SchemaRef,
    location: Location,
    store_url: ObjectStoreUrl,
    ranges: Ranges,
    /// Whether the log was compared with its seal.
    is_checked: bool,
    /// Whether it holds facts about single persons or employers.
    is_confidential: bool,
    proofs: Arc<Proofs>,
}

impl LakeTable {
    /// A table version in a lake. `definition`, where the table has one, gives the columns' roles.
    pub(super) fn new(table: TableVersion, lake: &Lake, definition: Option<&Table>) -> Result<Self, Error> {
        let schema = scan_schema(&table.shape.schema, definition);
        let is_confidential = table.shape.kind != Kind::Reference
            || definition
                .is_none_or(|table| table.columns.iter().any(|column| column.privacy != Privacy::Public));
        Ok(Self {
            table,
            schema,
            location: lake.location.clone(),
            store_url: Lake::store_url()?,
            ranges: lake.ranges,
            is_checked: lake.is_checked(),
            is_confidential,
            proofs: Arc::clone(&lake.proofs),
        })
    }

    /// The table's shape and files.
    pub(crate) fn version(&self) -> &TableVersion {
        &self.table
    }

    /// Whether it holds facts about single persons or employers, which are not for release.
    pub(crate) fn is_confidential(&self) -> bool {
        self.is_confidential
    }

    /// Where its files are.
    pub(crate) fn location(&self) -> &Location {
        &self.location
    }

    /// The first of its files that is not what was written; `None` if all are. Reads every file.
    pub(crate) async fn first_damage(&self) -> Option<Error> {
        first_damage(&self.location, &self.table.shape.name, &self.table.files).await
    }

    /// How the files' bytes are read in a session that wants them checked.
    fn checked_reads(&self) -> Result<Arc<CheckedReads>> {
        if !self.is_checked {
            let error = Error::lake(format!(
                "table {} was opened before lifetracks.checked_reads was set",
                self.table.shape.name
            ))
            .with_help("make the view or the prepared statement that reads it again");
            return Err(external(error));
        }
        Ok(Arc::new(CheckedReads::new(Arc::clone(self.location.store()), Arc::clone(&self.proofs))))
    }

    /// The order of the rows, as far as files of one group can be compared by it: texts have no smallest and largest value
    /// in the statistics, and an order that names one would not be believed.
    fn ordering(&self) -> Option<LexOrdering> {
        let sort = |name: &String| {
            let index = self.schema.index_of(name).ok()?;
            if *self.schema.field(index).data_type() == DataType::Utf8View {
                return None;
            }
            Some(PhysicalSortExpr::new(Arc::new(Column::new(name, index)), ORDER))
        };
        LexOrdering::new(self.table.shape.order.iter().map_while(sort))
    }

    fn partitioned(&self, file: &DataFile, statistics: Statistics) -> Result<PartitionedFile> {
        let written = Written::new(&self.location, &self.table.shape.name, file).map_err(external)?;
        let meta = ObjectMeta {
            location: written.object().clone(),
            last_modified: clock::now(),
            size: file.size,
            e_tag: None,
            version: None,
        };
        let scanned = Scanned::new(&self.table);
        let file = PartitionedFile::new_from_meta(meta).with_extension(written).with_extension(scanned);
        Ok(file.with_statistics(Arc::new(statistics)))
    }

    /// The files in contiguous groups of ranges, and where the groups are cut.
    fn groups(&self, target_partitions: usize) -> Result<(Vec<FileGroup>, Vec<i64>)> {
        let ends = match self.table.shape.kind {
            Kind::Person => self.ranges.groups(target_partitions),
            Kind::Reference | Kind::Journal => vec![usize::MAX],
        };
        let mut groups = vec![Vec::new(); ends.len()];
        for file in &self.table.files {
            let group = ends.iter().position(|end| file.range < *end).unwrap_or(ends.len() - 1);
            let statistics = facts::from_json(&self.schema, file.statistics.as_deref(), file.persons);
            groups[group].push(self.partitioned(file, statistics)?);
        }
        let cuts = ends.iter().take(ends.len() - 1).map(|end| self.ranges.first(*end)).collect();
        Ok((groups.into_iter().map(FileGroup::new).collect(), cuts))
    }

    /// Facts of the whole table: the files' added up; ranges are disjoint, so distinct persons add up too.
    fn table_statistics(&self) -> Statistics {
        let of = |file: &DataFile| facts::from_json(&self.schema, file.statistics.as_deref(), file.persons);
        let files: Vec<Statistics> = self.table.files.iter().map(of).collect();
        let Some((first, rest)) = files.split_first() else {
            return Statistics { num_rows: Precision::Exact(0), ..Statistics::new_unknown(&self.schema) };
        };
        rest.iter().fold(first.clone(), |sum, file| add(&sum, file))
    }
}

fn add(left: &Statistics, right: &Statistics) -> Statistics {
    let columns = left.column_statistics.iter().zip(&right.column_statistics).map(|(left, right)| {
        let mut sum = left.clone();
        sum.null_count = left.null_count.add(&right.null_count);
        sum.min_value = left.min_value.min(&right.min_value);
        sum.max_value = left.max_value.max(&right.max_value);
        sum.distinct_count = left.distinct_count.add(&right.distinct_count);
        sum
    });
    Statistics {
        num_rows: left.num_rows.add(&right.num_rows),
        total_byte_size: left.total_byte_size.add(&right.total_byte_size),
        column_statistics: columns.collect(),
    }
}

/// Text as views, and each column marked with its role.
fn scan_schema(schema: &Schema, definition: Option<&Table>) -> SchemaRef {
    let field = |field: &Arc<Field>| {
        let data_type = match field.data_type() {
            DataType::Utf8 => DataType::Utf8View,
            other => other.clone(),
        };
        let defined = definition.and_then(|table| table.column(field.name()));
        let role = defined.map(|column| role_name(column.role));
        // Of a table that is not defined, such as a cohort's, the person is known.
        let role = role.or_else(|| (field.name() == "person_id").then_some(role_name(Role::Identifier)));
        let role = role.map(|role| (ROLE.to_owned(), role.to_owned()));
        let privacy = defined.map(|column| (PRIVACY.to_owned(), privacy_name(column.privacy).to_owned()));
        let metadata = role.into_iter().chain(privacy).collect();
        Field::new(field.name(), data_type, field.is_nullable()).with_metadata(metadata)
    };
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}

#[async_trait]
impl TableProvider for LakeTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn constraints(&self) -> Option<&Constraints> {
        None
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn statistics(&self) -> Option<Statistics> {
        Some(self.table_statistics())
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (groups, cuts) = self.groups(state.config().target_partitions())?;
        let ordering = self.ordering();
        let partitioning = match (&self.table.shape.kind, &ordering) {
            (Kind::Person, Some(ordering)) => {
                let points = cuts.into_iter().map(|cut| SplitPoint::new(vec![ScalarValue::Int64(Some(cut))]));
                let key = LexOrdering::new([ordering.first().clone()]);
                let range = key.map(|key| RangePartitioning::try_new(key, points.collect())).transpose()?;
                range.map(Partitioning::Range)
            }
            _ => None,
        };
        let parquet = state.default_table_options().parquet;
        let mut source = ParquetSource::new(Arc::clone(&self.schema)).with_table_parquet_options(parquet);
        let settings = state.config().options().extensions.get::<LifetracksOptions>();
        if settings.is_some_and(LifetracksOptions::checked_reads) {
            source = source.with_parquet_file_reader_factory(self.checked_reads()?);
        }
        let config = FileScanConfigBuilder::new(self.store_url.clone(), Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(self.table_statistics())
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .with_output_ordering(ordering.into_iter().collect())
            .with_output_partitioning(partitioning)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}
