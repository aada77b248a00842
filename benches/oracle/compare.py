"""Holds two answers to the same question against each other, row by row."""


def same_row(columns):
    """The condition that two rows are about the same thing; NULL, which is the state, is equal to NULL."""
    return " and ".join(f"ours.{column} is not distinct from theirs.{column}" for column in columns)


def differs(column, tolerance):
    """The condition that a column differs; numbers may by the tolerance when there is one."""
    if tolerance is None:
        return f"ours.{column} is distinct from theirs.{column}"
    unknown = f"(ours.{column} is null) <> (theirs.{column} is null)"
    return f"({unknown} or coalesce(abs(ours.{column} - theirs.{column}) > {tolerance}, false))"


def repeated(connection, relation, key):
    """How many rows of a relation repeat the key of another one."""
    listed = ", ".join(key)
    counted = f"select count(*) as rows from {relation} group by {listed}"
    return connection.execute(f"select coalesce(sum(rows - 1), 0)::bigint from ({counted})").fetchall()[0][0]


def compare(connection, family, ours, theirs, tolerance):
    """Makes the table `difference`: one row for each row that only one side has or on which they do not agree.

    Its column `kind` says how: `missing` (only we have the row), `extra` (only they have it), `place` (both have the
    unit, at other places), or the name of the first column that differs. Values stand in ours_* and theirs_*.
    """
    key = family.unit + family.place
    unit = same_row(family.unit)
    kinds = []
    for present, absent, name in (("ours", "theirs", "missing"), ("theirs", "ours", "extra")):
        if family.place:
            elsewhere = f"exists (select 1 from {absent}_unit as {absent} where {unit})"
            kinds.append(f"when {absent}.present is null and {elsewhere} then 'place'")
        kinds.append(f"when {absent}.present is null then '{name}'")
    kinds += [f"when {differs(column, None)} then '{column}'" for column in family.exact]
    kinds += [f"when {differs(column, tolerance)} then '{column}'" for column in family.close]
    values = family.exact + family.close
    shown = [f"coalesce(ours.{column}, theirs.{column}) as {column}" for column in key]
    shown += [f"ours.{column} as ours_{column}, theirs.{column} as theirs_{column}" for column in values]
    listed = ", ".join(family.columns)
    for name, relation in (("ours", ours), ("theirs", theirs)):
        connection.execute(f"create or replace temp table {name} as select {listed}, true as present from {relation}")
        columns = ", ".join(family.unit)
        connection.execute(f"create or replace temp table {name}_unit as select distinct {columns} from {name}")
    connection.execute(
        f"create or replace temp table difference as select {', '.join(shown)}, case {' '.join(kinds)} end as kind "
        f"from ours full join theirs on {same_row(key)}"
    )
    connection.execute("delete from difference where kind is null")
    return {name: repeated(connection, name, key) for name in ("ours", "theirs")}


def counted(connection, family):
    """Rows of `difference` by the family's group and kind."""
    return connection.execute(
        f"select {family.group}, kind, count(*) from difference group by all order by all"
    ).fetchall()


def examples(connection, family, group, kind, limit):
    """Some rows of a group and kind, as dictionaries without what both sides lack."""
    found = connection.execute(
        f"select * exclude (kind) from difference where {family.group} is not distinct from $1 and kind = $2 "
        "order by all limit $3",
        [group, kind, limit],
    )
    names = [column[0] for column in found.description]
    return [{name: value for name, value in zip(names, row) if value is not None} for row in found.fetchall()]
