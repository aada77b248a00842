//! Our SQL dialect, `GenericDialect` with time travel, and the one place where a statement is parsed.

use std::any::TypeId;
use std::ops::ControlFlow;

use datafusion::common::{Diagnostic, Location, Span};
use datafusion::error::{DataFusionError, Result};
use datafusion::sql::parser::{CopyToSource, CopyToStatement, DFParserBuilder, ExplainStatement, Statement};
use datafusion::sql::sqlparser::ast::{VisitMut as _, VisitorMut};
use datafusion::sql::sqlparser::dialect::{Dialect, GenericDialect};
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use crate::asof;
use crate::catalog::external;
use crate::error::{Error, ErrorKind};

/// How deeply expressions and sub-queries may nest; a pair of parentheses costs two or three steps.
/// `DataFusion`'s own default.
const RECURSION_LIMIT: usize = 50;

/// The most words between two commas. A chain of operators, or of UNIONs, becomes a tree of that depth, and
/// a tree is taken down by a function that calls itself.
const MOST_WORDS: usize = 20_000;

/// Parses exactly one statement; a `;` after it is allowed.
///
/// Nodes keep the lines and columns of their tokens, counted in characters from 1 within `text`; an
/// error carries the place where parsing stopped as a diagnostic.
pub(crate) fn parse(text: &str) -> Result<Statement> {
    let tokens = Tokenizer::new(&LifetracksDialect, text)
        .tokenize_with_location()
        .map_err(|error| locate(ParserError::from(error).into(), text))?;
    check_length(&tokens)?;
    let tokens = asof::read(tokens);
    let mut statements = DFParserBuilder::new(tokens)
        .with_dialect(&LifetracksDialect)
        .with_recursion_limit(RECURSION_LIMIT)
        .build()
        .and_then(|mut parser| parser.parse_statements())
        .map_err(|error| locate(error, text))?;
    match (statements.pop_front(), statements.len()) {
        (Some(statement), 0) => Ok(statement),
        (None, _) => Err(DataFusionError::Plan("there is no statement to run".to_owned())),
        (Some(_), more) => {
            Err(DataFusionError::Plan(format!("one statement is expected here, and {} were found", more + 1)))
        }
    }
}

/// Takes a visitor through every query of a statement.
pub(crate) fn visit<V: VisitorMut>(statement: &mut Statement, visitor: &mut V) -> ControlFlow<V::Break> {
    match statement {
        Statement::Statement(statement) => statement.visit(visitor),
        Statement::Explain(ExplainStatement { statement, .. }) => visit(statement, visitor),
        Statement::CopyTo(CopyToStatement { source: CopyToSource::Query(query), .. }) => query.visit(visitor),
        _ => ControlFlow::Continue(()),
    }
}

fn check_length(tokens: &[TokenWithSpan]) -> Result<()> {
    // One count for every pair of parentheses that is open, and one for what is outside.
    let mut words = vec![0_usize];
    for TokenWithSpan { token, span } in tokens {
        match token {
            Token::Whitespace(_) => continue,
            Token::LParen | Token::LBracket | Token::LBrace => words.push(0),
            Token::RParen | Token::RBracket | Token::RBrace if words.len() > 1 => {
                words.pop();
            }
            _ => {}
        }
        let Some(count) = words.last_mut() else { continue };
        *count = if matches!(token, Token::Comma | Token::SemiColon) { 0 } else { *count + 1 };
        if *count > MOST_WORDS {
            let message = format!("there are more than {MOST_WORDS} words without a comma between them");
            let diagnostic = Diagnostic::new_error(message.clone(), Span::try_from_sqlparser_span(*span));
            let error =
                Error::new(ErrorKind::Refused, message).with_help("put the values in a list or a table");
            return Err(external(error).with_diagnostic(diagnostic));
        }
    }
    Ok(())
}

/// The parser says where it stopped in words only; this makes it a span.
fn locate(error: DataFusionError, text: &str) -> DataFusionError {
    if error.diagnostic().is_some() {
        return error;
    }
    let message = error.strip_backtrace();
    let Some(at) = stopped_at(&message, text) else {
        return error;
    };
    error.with_diagnostic(Diagnostic::new_error(message, Some(Span::new(at, at))))
}

/// Reads `.. at Line: 3, Column: 14`, and `found: EOF`, which is the end of the text.
fn stopped_at(message: &str, text: &str) -> Option<Location> {
    if message.contains("found: EOF") {
        let last = text.rsplit('\n').next().unwrap_or_default();
        return Some(Location {
            line: text.matches('\n').count() as u64 + 1,
            column: last.chars().count() as u64 + 1,
        });
    }
    let (_, place) = message.rsplit_once("Line: ")?;
    let (line, place) = place.split_once(", Column: ")?;
    let digits = place.find(|c: char| !c.is_ascii_digit()).unwrap_or(place.len());
    Some(Location { line: line.parse().ok()?, column: place[..digits].parse().ok()? })
}

/// `GenericDialect`, but for two things: `FOR SYSTEM_TIME AS OF` and `VERSION AS OF` are read, and a
/// comment is always a comment (`MySQL` runs what stands in `/*! .. */`).
///
/// It says that it is `GenericDialect`, because the parser asks for that type by name in many places.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LifetracksDialect;

/// Every yes-or-no question but our own two is answered as `GenericDialect` answers it.
macro_rules! as_generic {
    ($($question:ident)*) => {
        $(fn $question(&self) -> bool {
            GenericDialect.$question()
        })*
    };
}

impl Dialect for LifetracksDialect {
    fn dialect(&self) -> TypeId {
        TypeId::of::<GenericDialect>()
    }

    fn is_delimited_identifier_start(&self, character: char) -> bool {
        GenericDialect.is_delimited_identifier_start(character)
    }

    fn is_identifier_start(&self, character: char) -> bool {
        GenericDialect.is_identifier_start(character)
    }

    fn is_identifier_part(&self, character: char) -> bool {
        GenericDialect.is_identifier_part(character)
    }

    fn supports_table_versioning(&self) -> bool {
        true
    }

    fn supports_multiline_comment_hints(&self) -> bool {
        false
    }

    as_generic! {
        supports_string_literal_backslash_escape ignores_wildcard_escapes supports_unicode_string_literal
        supports_filter_during_aggregation supports_window_clause_named_window_reference
        supports_within_after_array_aggregation supports_partition_by_after_order_by supports_array_join_syntax
        supports_group_by_expr supports_group_by_with_modifier supports_left_associative_joins_without_parens
        supports_outer_join_operator supports_cross_join_constraint supports_connect_by supports_execute_immediate
        supports_match_recognize supports_in_empty_list supports_start_transaction_modifier
        supports_end_transaction_modifier supports_named_fn_args_with_eq_operator
        supports_named_fn_args_with_colon_operator supports_named_fn_args_with_assignment_operator
        supports_named_fn_args_with_rarrow_operator supports_named_fn_args_with_expr_name supports_numeric_prefix
        supports_numeric_literal_underscores supports_window_function_null_treatment_arg supports_dictionary_syntax
        support_map_literal_syntax supports_lambda_functions supports_parenthesized_set_variables
        supports_comma_separated_set_assignments supports_update_order_by supports_select_wildcard_except
        convert_type_before_value supports_triple_quoted_string supports_trailing_commas supports_limit_comma
        supports_string_literal_concatenation supports_string_literal_concatenation_with_newline
        supports_projection_trailing_commas supports_from_trailing_commas supports_column_definition_trailing_commas
        supports_object_name_double_dot_notation supports_struct_literal supports_empty_projections
        supports_select_expr_star supports_from_first_select supports_from_first_insert supports_pipe_operator
        supports_user_host_grantee supports_match_against supports_select_wildcard_exclude
        supports_select_exclude supports_create_table_multi_schema_info_sources
        supports_select_modifiers describe_requires_table_keyword allow_extract_custom
        allow_extract_single_quotes supports_extract_comma_syntax supports_subquery_as_function_arg
        supports_create_view_comment_syntax supports_array_typedef_without_element_type
        supports_parens_around_table_factor supports_values_as_table_factor supports_dollar_placeholder
        supports_dollar_as_money_prefix supports_create_index_with_clause require_interval_qualifier
        supports_explain_with_utility_options supports_asc_desc_in_column_definition
        supports_factorial_operator supports_bitwise_shift_operators supports_nested_comments
        supports_eq_alias_assignment supports_try_convert supports_bang_not_operator supports_listen_notify
        supports_load_data supports_load_extension supports_top_before_distinct supports_boolean_literals
        supports_show_like_before_in supports_comment_on supports_create_table_select supports_partiql
        supports_constraint_keyword_without_name supports_key_column_option supports_table_sample_before_alias
        supports_insert_set supports_insert_table_function supports_insert_table_query supports_insert_format
        supports_insert_table_alias supports_set_stmt_without_operator supports_string_escape_constant
        supports_table_hints requires_single_line_comment_whitespace supports_array_typedef_with_brackets
        supports_geometric_types supports_order_by_all supports_set_names supports_space_separated_column_options
        supports_alter_column_type_using supports_comma_separated_drop_column_list supports_notnull_operator
        supports_data_type_signed_suffix supports_interval_options supports_create_table_like_parenthesized
        supports_semantic_view_table_factor supports_quote_delimited_string supports_comment_optimizer_hint
        supports_double_ampersand_operator supports_binary_kw_as_cast supports_select_wildcard_replace
        supports_select_wildcard_ilike supports_select_wildcard_rename supports_select_wildcard_with_alias
        supports_optimize_table supports_install supports_detach supports_prewhere supports_with_fill
        supports_limit_by supports_interpolate supports_settings supports_select_format supports_comma_separated_trim
        supports_cte_without_as supports_select_item_multi_column_alias supports_xml_expressions
        supports_create_table_using supports_long_type_as_bigint supports_map_literal_with_angle_brackets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::sql::parser::DFParser;
    use proptest::prelude::*;

    /// One statement for each thing that only some dialects read and `GenericDialect` reads too.
    const GENERIC: &[&str] = &[
        "SELECT `a`, \"b\", #x, @y, a$b FROM t",
        "SELECT U&'\\0041', E'a\\nb', N'x', B'01', X'ff', R'raw', q'[it's]'",
        "SELECT * FROM t LEFT ARRAY JOIN u",
        "SELECT a FROM t GROUP BY GROUPING SETS ((a), ()), ROLLUP (b), CUBE (c)",
        "SELECT a FROM t GROUP BY a WITH ROLLUP",
        "SELECT a FROM t START WITH a = 1 CONNECT BY PRIOR a = b",
        "SELECT * FROM t MATCH_RECOGNIZE (ORDER BY a MEASURES a AS b PATTERN (x) DEFINE x AS a > 1)",
        "FROM t |> WHERE a > 1 |> SELECT a",
        "SELECT first_value(a IGNORE NULLS) OVER (ORDER BY b) FROM t",
        "SELECT {'a': 1}, MAP {'x': 1}",
        "SELECT sum(x) OVER w FROM t WINDOW v AS (PARTITION BY a), w AS v",
        "SELECT * EXCEPT (a) FROM t",
        "SELECT * EXCLUDE (a) FROM t",
        "SELECT * REPLACE (1 AS a) FROM t",
        "SELECT * ILIKE '%a' FROM t",
        "SELECT * RENAME (a AS b) FROM t",
        "SELECT EXTRACT(week(monday) FROM d), EXTRACT('year' FROM d), EXTRACT(year, d)",
        "SELECT * FROM (t)",
        "SELECT * FROM VALUES (1), (2) AS v (a)",
        "EXPLAIN (ANALYZE) SELECT 1",
        "SELECT a FROM t LIMIT 1, 2",
        "FROM t",
        "SELECT a, FROM t",
        "SELECT 1 << 2, 8 >> 1",
        "SELECT f(a => 1, b := 2)",
        "SELECT STRUCT(1 AS a)",
        "SELECT /* outer /* inner */ still */ 1",
        "SELECT /*+ broadcast(t) */ a FROM t",
        "SELECT sum(x) FILTER (WHERE y) FROM t",
        "SELECT CAST(a AS INT UNSIGNED) FROM t",
        "SELECT INTERVAL '1' YEAR, INTERVAL '1 year 2 months'",
        "SELECT a FROM t PREWHERE a = 1 WHERE b = 2",
        "SELECT a FROM t ORDER BY a WITH FILL",
        "SELECT a FROM t LIMIT 1 BY a",
        "SELECT a FROM t SETTINGS b = 1",
        "SELECT a FROM t FORMAT JSON",
        "SELECT TRIM('xyz', 'z')",
        "WITH a (SELECT 1) SELECT * FROM a",
        "SELECT f(a) AS (b, c) FROM t",
        "SELECT a FROM t PARTITION (p)",
        "SELECT a FROM t WITH (NOLOCK)",
        "SELECT a FROM t TABLESAMPLE (10 PERCENT)",
        "SELECT * FROM f(1) WITH ORDINALITY",
        "SELECT $1, $name, ?",
        "SELECT $$it's$$, $tag$x$tag$",
        "CREATE VIEW v AS SELECT 1",
        "SET a = 1",
    ];

    #[test]
    fn everything_generic_reads_we_read_the_same() {
        for text in GENERIC {
            let generic = DFParser::parse_sql_with_dialect(text, &GenericDialect).unwrap();
            assert_eq!(generic[0], parse(text).unwrap(), "{text}");
        }
    }

    #[test]
    fn time_travel_is_read() {
        for version in [
            "FOR SYSTEM_TIME AS OF TIMESTAMP '2025-03-01 12:00:00'",
            "FOR SYSTEM_TIME AS OF '2025-03-01' AS t",
            "VERSION AS OF 12",
            "TIMESTAMP AS OF '2025-03-01'",
        ] {
            let text = format!("SELECT * FROM ui_wage {version} WHERE quarter_index = 1");
            parse(&text).unwrap();
        }
    }

    #[test]
    fn a_comment_that_other_databases_run_is_a_comment() {
        let statement = parse("SELECT 1 /*! + 1 */").unwrap();
        assert_eq!(statement.to_string(), "SELECT 1");
    }

    #[test]
    fn an_error_carries_its_place() {
        for (text, line, column) in
            [("SELECT 1\n  FROM (t", 2, 10), ("SELECT 1,\n  FROM t WHERE ) 1", 2, 16), ("SELECT\n'ñ", 2, 1)]
        {
            let error = parse(text).unwrap_err();
            let start = error.diagnostic().unwrap().span.unwrap().start;
            assert_eq!((start.line, start.column), (line, column), "{text}");
        }
    }

    #[test]
    fn one_statement_and_no_more() {
        assert!(parse("SELECT 1;").is_ok());
        for text in ["", "-- nothing", ";", "SELECT 1; SELECT 2"] {
            assert!(matches!(parse(text), Err(DataFusionError::Plan(_))), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_a_crash() {
        let text = format!("SELECT {}1{}", "(".repeat(100_000), ")".repeat(100_000));
        assert!(parse(&text).is_err());
    }

    fn words() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            proptest::sample::select(GENERIC).prop_map(str::to_owned),
            proptest::sample::select(
                &["SELECT", "FROM", "(", ")", ",", "*", "JOIN", "ON", "WITH", "AS", "OF"][..]
            )
            .prop_map(str::to_owned),
            proptest::sample::select(
                &["VERSION", "OVER", "GROUP BY", "UNION", "ALL", "'a'", "1", "t", "[", "|>"][..]
            )
            .prop_map(str::to_owned),
            "[ -~ñ]{0,4}",
        ];
        proptest::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in words(), other in any::<String>()) {
            for text in [text, other] {
                if let Ok(statement) = parse(&text) {
                    let _ = crate::relation::refuse_ignored(&statement);
                }
            }
        }
    }
}
