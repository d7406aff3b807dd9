//! What the server tells of itself (`GetSqlInfo`). Built by the library that knows the exact form: a tool that is given another
//! one ends its whole process.

use arrow_flight::error::Result;
use arrow_flight::sql::metadata::{SqlInfoData, SqlInfoDataBuilder};
use arrow_flight::sql::{SqlInfo, SqlNullOrdering, SqlSupportedCaseSensitivity, SqlSupportedTransaction};
use coordinator::config::DoorLimits;

const NUMERIC: &[&str] =
    &["abs", "band", "ceil", "exp", "floor", "ln", "log10", "power", "round", "sqrt", "trunc"];
const TEXT: &[&str] = &[
    "btrim",
    "character_length",
    "concat",
    "concat_ws",
    "contains",
    "ends_with",
    "initcap",
    "left",
    "lower",
    "ltrim",
    "replace",
    "right",
    "rtrim",
    "split_part",
    "starts_with",
    "strpos",
    "substr",
    "upper",
];
const DATES: &[&str] =
    &["date_part", "date_trunc", "make_date", "month", "quarter", "to_char", "to_date", "year"];
const SYSTEM: &[&str] = &["coalesce", "greatest", "least", "nullif", "nvl", "status"];

/// Bits of the grammar levels: entry level of ANSI 92, and the minimum.
const ENTRY: i32 = 1;
/// Ordinal of what is not supported, in lists of levels.
const NONE: i32 = 0;

/// Everything that is told.
pub(crate) fn info(limits: &DoorLimits) -> Result<SqlInfoData> {
    use SqlInfo::*;
    let milliseconds = |seconds: u64| i32::try_from(seconds.saturating_mul(1_000)).unwrap_or(i32::MAX);
    let length = |bytes: usize| i64::try_from(bytes).unwrap_or(i64::MAX);
    let mut info = SqlInfoDataBuilder::new();
    info.append(FlightSqlServerName, "Bluelamp");
    info.append(FlightSqlServerVersion, env!("CARGO_PKG_VERSION"));
    info.append(FlightSqlServerArrowVersion, "1.3");
    info.append(FlightSqlServerReadOnly, true);
    info.append(FlightSqlServerSql, true);
    info.append(FlightSqlServerCancel, true);
    for no in [
        FlightSqlServerSubstrait,
        FlightSqlServerBulkIngestion,
        FlightSqlServerIngestTransactionsSupported,
        SqlDdlCatalog,
        SqlDdlSchema,
        SqlDdlTable,
        SqlSupportsLikeEscapeClause,
        SqlSupportsNonNullableColumns,
        SqlSupportsIntegrityEnhancementFacility,
        SqlSelectForUpdateSupported,
        SqlStoredProceduresSupported,
        SqlCorrelatedSubqueriesSupported,
        SqlMaxRowSizeIncludesBlobs,
        SqlTransactionsSupported,
        SqlDataDefinitionCausesTransactionCommit,
        SqlDataDefinitionsInTransactionsIgnored,
        SqlBatchUpdatesSupported,
        SqlSavepointsSupported,
        SqlNamedParametersSupported,
        SqlLocatorsUpdateCopy,
        SqlStoredFunctionsUsingCallSyntaxSupported,
    ] {
        info.append(no, false);
    }
    for yes in [
        SqlAllTablesAreSelectable,
        SqlSupportsColumnAliasing,
        SqlNullPlusNullIsNull,
        SqlSupportsTableCorrelationNames,
        SqlSupportsDifferentTableCorrelationNames,
        SqlSupportsExpressionsInOrderBy,
        SqlSupportsOrderByUnrelated,
        SqlCatalogAtStart,
    ] {
        info.append(yes, true);
    }
    info.append(FlightSqlServerTransaction, SqlSupportedTransaction::None as i32);
    info.append(FlightSqlServerStatementTimeout, milliseconds(limits.prepared_seconds));
    info.append(FlightSqlServerTransactionTimeout, NONE);
    info.append(SqlIdentifierCase, SqlSupportedCaseSensitivity::SqlCaseSensitivityLowercase as i32);
    info.append(
        SqlQuotedIdentifierCase,
        SqlSupportedCaseSensitivity::SqlCaseSensitivityCaseInsensitive as i32,
    );
    info.append(SqlNullOrdering, self::SqlNullOrdering::SqlNullsSortedAtEnd as i32);
    info.append(SqlIdentifierQuoteChar, "\"");
    info.append(SqlSearchStringEscape, "\\");
    info.append(SqlExtraNameCharacters, "");
    info.append(SqlSchemaTerm, "schema");
    info.append(SqlProcedureTerm, "");
    info.append(SqlCatalogTerm, "catalog");
    info.append(SqlKeywords, &[][..]);
    info.append(SqlNumericFunctions, NUMERIC);
    info.append(SqlStringFunctions, TEXT);
    info.append(SqlSystemFunctions, SYSTEM);
    info.append(SqlDatetimeFunctions, DATES);
    for level in [SqlSupportedGroupBy, SqlSupportedGrammar, SqlAnsi92SupportedLevel, SqlSupportedUnions] {
        info.append(level, ENTRY);
    }
    for nothing in [
        SqlOuterJoinsSupportLevel,
        SqlSchemasSupportedActions,
        SqlCatalogsSupportedActions,
        SqlSupportedPositionedCommands,
        SqlSupportedSubqueries,
        SqlDefaultTransactionIsolation,
        SqlSupportedTransactionsIsolationLevels,
        SqlSupportedResultSetTypes,
        SqlSupportedConcurrenciesForResultSetUnspecified,
        SqlSupportedConcurrenciesForResultSetForwardOnly,
        SqlSupportedConcurrenciesForResultSetScrollSensitive,
        SqlSupportedConcurrenciesForResultSetScrollInsensitive,
    ] {
        info.append(nothing, NONE);
    }
    // Of lengths, 0 says that there is no limit or that it is not known.
    for unbounded in [
        SqlMaxBinaryLiteralLength,
        SqlMaxCharLiteralLength,
        SqlMaxColumnNameLength,
        SqlMaxColumnsInGroupBy,
        SqlMaxColumnsInIndex,
        SqlMaxColumnsInOrderBy,
        SqlMaxColumnsInSelect,
        SqlMaxColumnsInTable,
        SqlMaxConnections,
        SqlMaxCursorNameLength,
        SqlMaxIndexLength,
        SqlDbSchemaNameLength,
        SqlMaxProcedureNameLength,
        SqlMaxCatalogNameLength,
        SqlMaxTableNameLength,
        SqlMaxTablesInSelect,
        SqlMaxUsernameLength,
    ] {
        info.append(unbounded, 0_i64);
    }
    info.append(SqlMaxRowSize, length(crate::MESSAGE_BYTES_MAX));
    info.append(SqlMaxStatementLength, length(sql::LENGTH_MAX));
    info.append(SqlMaxStatements, length(limits.statements_per_person));
    info.build()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{DATES, NUMERIC, SYSTEM, TEXT};

    #[test]
    fn tools_are_told_of_every_function_that_a_statement_may_call_and_of_no_other() {
        let told: Vec<&str> = [NUMERIC, TEXT, DATES, SYSTEM].concat();
        let once: BTreeSet<&str> = told.iter().copied().collect();
        assert_eq!(once.len(), told.len(), "each stands in one list");
        assert_eq!(once, sql::scalar_names().collect());
    }
}
