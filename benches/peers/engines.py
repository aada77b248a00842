"""The peers, each opened on Parquet files: `open_<engine>(files, threads)` gives a function from a query to its rows.

What is slow once per process (imports, first use of the Arrow bridge) happens in `open`, outside the measured time.
A measured call plans, runs and collects; turning the result into rows is left to the second function it returns.
"""

import os

import queries


def open_duckdb(files, threads):
    """DuckDB on Parquet."""
    import duckdb
    import pyarrow  # noqa: F401 (the result's own package, loaded before the clock starts)

    connection = duckdb.connect()
    connection.execute(f"set threads = {threads}")
    for table, paths in files.items():
        listed = ", ".join(f"'{path}'" for path in paths)
        connection.execute(f"create view {table} as from read_parquet([{listed}])")
    connection.sql("select 1").to_arrow_table()

    def prepare(query, engine, point):
        text = queries.sql(query, engine, point)
        return lambda: connection.sql(text).to_arrow_table()

    return prepare, rows_of_arrow


def open_polars(files, _threads):
    """Polars' lazy frames; the threads are set through POLARS_MAX_THREADS before the process starts."""
    import polars

    import polars_queries

    tables = {table: polars.scan_parquet(paths) for table, paths in files.items()}

    def prepare(query, _engine, point):
        frame = polars_queries.QUERIES[query](tables, point)
        return lambda: frame.collect()

    return prepare, lambda frame: frame.rows()


def clickhouse_files(paths):
    """Files of one folder as a pattern that ClickHouse understands: its braces may not hold a slash."""
    folders = {os.path.dirname(path) for path in paths}
    if len(folders) != 1:
        raise SystemExit("chdb needs all files of a table in one folder")
    names = ",".join(os.path.basename(path) for path in paths)
    return f"{folders.pop()}/" + (f"{{{names}}}" if len(paths) > 1 else names)


def open_chdb(files, threads):
    """ClickHouse as a library."""
    import pyarrow
    from chdb import session

    connection = session.Session()
    connection.query("create database peers engine = Atomic")
    connection.query("use peers")
    for table, paths in files.items():
        connection.query(f"create view {table} as select * from file('{clickhouse_files(paths)}', Parquet)")
    connection.query("select 1", "Arrow")
    settings = f" settings max_threads = {threads}, join_use_nulls = 1, aggregate_functions_null_for_empty = 1"

    def prepare(query, engine, point):
        text = queries.sql(query, engine, point) + settings
        return lambda: connection.query(text, "Arrow")

    def rows(result):
        return rows_of_arrow(pyarrow.ipc.open_file(pyarrow.BufferReader(result.bytes())).read_all())

    return prepare, rows


def rows_of_arrow(table):
    """The rows of an Arrow table."""
    return list(zip(*(column.to_pylist() for column in table.columns)))


OPENERS = {"duckdb": open_duckdb, "duckdb_ours": open_duckdb, "polars": open_polars, "chdb": open_chdb}
