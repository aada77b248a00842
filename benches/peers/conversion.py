"""CSV to one Parquet file with zstd, by the plainest way each peer has: typed wage extracts (q10), and any table as text."""

import engines

COLUMNS = {"SSN": "text", "ACCOUNT": "text", "UNIT": "text", "YEAR": "integer", "QUARTER": "integer", "WAGES": "decimal"}


def duckdb_conversion(files, output, threads):
    import duckdb

    types = {"text": "VARCHAR", "integer": "INTEGER", "decimal": "DECIMAL(12,2)"}
    columns = ", ".join(f"'{name}': '{types[kind]}'" for name, kind in COLUMNS.items())
    listed = ", ".join(f"'{path}'" for path in files)
    connection = duckdb.connect()
    connection.execute(f"set threads = {threads}")
    source = f"read_csv([{listed}], header = true, columns = {{{columns}}})"
    return lambda: connection.execute(f"copy (from {source}) to '{output}' (format parquet, compression zstd)")


def polars_conversion(files, output, _threads):
    import polars

    types = {"text": polars.String, "integer": polars.Int32, "decimal": polars.Decimal(12, 2)}
    schema = {name: types[kind] for name, kind in COLUMNS.items()}
    frame = polars.scan_csv(files, schema=schema)
    return lambda: frame.sink_parquet(output, compression="zstd")


def chdb_conversion(files, output, threads):
    from chdb import session

    types = {"text": "String", "integer": "Int32", "decimal": "Decimal(12, 2)"}
    columns = ", ".join(f"{name} {types[kind]}" for name, kind in COLUMNS.items())
    connection = session.Session()
    source = f"file('{engines.clickhouse_files(files)}', CSVWithNames, '{columns}')"
    settings = f"max_threads = {threads}, output_format_parquet_compression_method = 'zstd'"
    text = f"insert into function file('{output}', Parquet) select * from {source} settings {settings}"
    return lambda: connection.query(text)


CONVERSIONS = {"duckdb": duckdb_conversion, "polars": polars_conversion, "chdb": chdb_conversion}


def duckdb_plain(files, output, threads):
    import duckdb

    listed = ", ".join(f"'{path}'" for path in files)
    connection = duckdb.connect()
    connection.execute(f"set threads = {threads}")
    source = f"read_csv([{listed}], header = true, all_varchar = true)"
    return lambda: connection.execute(f"copy (from {source}) to '{output}' (format parquet, compression zstd)")


def polars_plain(files, output, _threads):
    import polars

    frame = polars.scan_csv(files, infer_schema=False)
    return lambda: frame.sink_parquet(output, compression="zstd")


PLAIN = {"duckdb": duckdb_plain, "polars": polars_plain}


def count(file):
    """The rows of one Parquet file."""
    import duckdb

    return duckdb.connect().execute(f"select count(*) from read_parquet('{file}')").fetchone()[0]


def totals(files):
    """What every output must agree on: rows and the sum of wages, whatever the column is called."""
    import duckdb

    listed = ", ".join(f"'{path}'" for path in files)
    return duckdb.connect().execute(f"select count(*), sum(wages) from read_parquet([{listed}])").fetchall()
