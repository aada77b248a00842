//! Statements that fail over a raw file with the number.

/// Expressions that fail over a row with the number.
pub(super) const EXPRESSIONS: [&str; 30] = [
    "cast(\"DASHED\" as int)",
    "cast(\"DASHED\" as bigint)",
    "cast(\"DASHED\" as smallint)",
    "cast(\"DASHED\" as double)",
    "cast(\"DASHED\" as boolean)",
    "cast(\"DASHED\" as date)",
    "cast(\"DASHED\" as timestamp)",
    "cast(\"DASHED\" as time)",
    "cast(\"DASHED\" as interval)",
    "cast(\"DASHED\" as decimal(9, 2))",
    "cast(\"SSN\" as smallint)",
    "cast(\"SSN\" as tinyint)",
    "cast(\"SSN\" as decimal(5, 2))",
    "cast(\"SSN\" as date)",
    "cast(\"SSN\" as boolean)",
    "cast(\"SSN\" as bigint) / 0",
    "to_date(\"DASHED\")",
    "to_date(\"DASHED\", '%Y/%m')",
    "to_timestamp(\"DASHED\")",
    "arrow_cast(\"DASHED\", 'Int32')",
    "make_date(cast(\"SSN\" as int), 1, 1)",
    "chr(cast(\"SSN\" as bigint) * 10)",
    "repeat(\"SSN\", cast(\"SSN\" as bigint))",
    "factorial(cast(\"SSN\" as bigint))",
    "decode(\"DASHED\", 'hex')",
    "decode(\"DASHED\", 'base64')",
    "regexp_replace(\"SSN\", \"DASHED\" || '[', 'x')",
    "school_year(\"DASHED\")",
    "quarter_index(cast(\"SSN\" as int), cast(\"SSN\" as int))",
    "date_bin(interval '1 day', now(), \"DASHED\")",
];

/// Where they stand.
const STATEMENTS: [&str; 8] = [
    "select {} as x from raw",
    "select count(*) from raw where cast({} as varchar) <> 'x'",
    "select count(*) from raw group by {}",
    "select max(cast({} as varchar)) from raw",
    "select \"NAME\" from raw order by {}, \"NAME\"",
    "create table copy as select {} as x from raw",
    "explain analyze select {} as x from raw",
    "select row_number() over (partition by {} order by \"NAME\") from raw",
];

/// Statements that all fail.
pub(super) fn failing_statements() -> Vec<String> {
    let raw = "read_csv('raw.csv', all_text => true)";
    let over_rows = EXPRESSIONS.iter().flat_map(|expression| {
        STATEMENTS.iter().map(move |statement| statement.replace("{}", expression).replace("raw", raw))
    });
    let others = [
        "select nope from read_csv('bare.csv')",
        "select * from read_csv('twice.csv')",
        "select * from read_csv('open.csv')",
        "select * from read_csv('ragged.csv')",
        "select * from read_csv('{raw,bare}.csv')",
        "select * from read_csv('*.csv')",
        "select * from read_xlsx('raw.csv')",
        "select * from read_parquet('raw.csv')",
        "select * from read_csv('raw.csv', delimiter => '-')",
        "select (select \"SSN\" from read_csv('raw.csv'))",
        "select t.nope from read_csv('raw.csv') as t",
        "select \"SSN\" from read_csv('raw.csv') group by \"NAME\"",
        "select sum(\"DASHED\") from read_csv('raw.csv')",
        "select person_id from ui_wage where person_id = 'x'",
        "select * from ui_wage where cast(employer_account as date) > now()",
        "select cast(agency_key as smallint) from person_xwalk",
        "insert into ui_wage select * from read_csv('raw.csv')",
        "copy (select * from read_csv('raw.csv')) to 'out.csv'",
    ];
    over_rows.chain(others.map(str::to_owned)).collect()
}
