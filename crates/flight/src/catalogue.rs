//! What tools see of tables: one catalog, one schema, the datasets of the shared schema as tables without rows here, and the
//! types that their columns have.

use arrow::array::RecordBatch;
use arrow_flight::error::Result;
use arrow_flight::sql::metadata::{XdbcTypeInfo, XdbcTypeInfoData, XdbcTypeInfoDataBuilder};
use arrow_flight::sql::{
    CommandGetCatalogs, CommandGetDbSchemas, CommandGetTableTypes, CommandGetTables, Nullable, Searchable,
    XdbcDataType,
};
use model::Dataset;
use sql::{CATALOG, SCHEMA};

const TABLE: &str = "TABLE";

pub(crate) fn catalogs(query: CommandGetCatalogs) -> Result<RecordBatch> {
    let mut builder = query.into_builder();
    builder.append(CATALOG);
    builder.build()
}

pub(crate) fn schemas(query: CommandGetDbSchemas) -> Result<RecordBatch> {
    let mut builder = query.into_builder();
    builder.append(CATALOG, SCHEMA);
    builder.build()
}

pub(crate) fn tables(query: CommandGetTables) -> Result<RecordBatch> {
    let mut builder = query.into_builder();
    for &dataset in Dataset::ALL {
        builder.append(CATALOG, SCHEMA, dataset.as_str(), TABLE, &sql::schema(dataset))?;
    }
    builder.build()
}

pub(crate) fn table_types(query: CommandGetTableTypes) -> Result<RecordBatch> {
    let mut builder = query.into_builder();
    builder.append(TABLE);
    builder.build()
}

/// The types of columns and of what is reckoned from them.
pub(crate) fn types() -> Result<XdbcTypeInfoData> {
    let of = |name: &str, data_type, size, quote: Option<&str>| XdbcTypeInfo {
        type_name: name.to_owned(),
        data_type,
        sql_data_type: data_type,
        column_size: Some(size),
        literal_prefix: quote.map(str::to_owned),
        literal_suffix: quote.map(str::to_owned),
        nullable: Nullable::NullabilityNullable,
        case_sensitive: quote.is_some(),
        searchable: Searchable::Full,
        local_type_name: Some(name.to_owned()),
        ..XdbcTypeInfo::default()
    };
    let mut builder = XdbcTypeInfoDataBuilder::new();
    builder.append(of("VARCHAR", XdbcDataType::XdbcVarchar, i32::MAX, Some("'")));
    builder.append(of("BIGINT", XdbcDataType::XdbcBigint, 19, None));
    builder.append(of("DOUBLE", XdbcDataType::XdbcDouble, 15, None));
    builder.append(of("DATE", XdbcDataType::XdbcDate, 10, Some("'")));
    builder.append(of("BOOLEAN", XdbcDataType::XdbcBit, 1, None));
    builder.build()
}
