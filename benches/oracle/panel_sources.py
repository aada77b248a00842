"""Panels in DuckDB: from which sources each is made, which columns a source gives, and the SQL that makes a panel."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "panel"
LINK = "SSN"  # the number by which the agencies' files are linked to each other


@dataclass(frozen=True)
class Source:
    """Files of which a panel says something: who can be found in them, and the columns they give."""

    tables: tuple
    spaces: tuple  # name spaces of person_xwalk, beside that of the links
    flag: str  # the column that says whether a spell touches the period
    days: str = None  # the column that counts its days
    spells: str = None  # the column that counts the spells
    carried: tuple = ()  # pairs of column and expression, of the spell with most days
    programs: tuple = ()  # spells of a program have a flag of their own


SOURCES = {
    "wages": Source(("ui_wage", "employer_quarter"), (), "employed"),
    "k12": Source(
        ("k12_enrollment",), ("MDE",), "k12_enrolled", "k12_days",
        carried=(("grade", "grade"), ("district_id", "district_id"), ("school_id", "school_id")),
    ),
    "college": Source(
        ("postsec_enrollment",), ("MCCB", "IHL"), "postsec_enrolled", "postsec_days",
        carried=(("institution_id", "institution_id"), ("institution_level", "institution_level"), ("full_time", "full_time")),
    ),
    "diploma": Source(("diploma",), ("MDE",), "diploma", carried=(("diploma_type", "diploma_type"),)),
    "award": Source(
        ("postsec_award", "postsec_enrollment"), ("MCCB", "IHL"), "awarded", spells="awards",
        carried=(("award_level", "award_level"), ("cip", "cip")),
    ),
    "benefits": Source(
        ("benefit_spell",), ("MDHS",), "received", "benefit_days", carried=(("benefit_program", "program"),),
        programs=("SNAP", "TANF", "MEDICAID", "CCDF"),
    ),
    "corrections": Source(("corrections_spell",), ("MDC",), "incarcerated", "incarcerated_days"),
}
PANELS = {
    "wages": ("wages",),
    "enrollment": ("k12", "college"),
    "k12_enrollment": ("k12",),
    "postsec_enrollment": ("college",),
    "awards": ("diploma", "award"),
    "benefits": ("benefits",),
    "corrections": ("corrections",),
    "activity": ("corrections", "k12", "college", "wages"),
}
STATES = {
    "enrollment": ({"k12": "k12", "college": "postsecondary"}, "not_enrolled"),
    "activity": (
        {"corrections": "incarcerated", "k12": "k12", "college": "postsecondary", "wages": "employed"}, "not_found",
    ),
}


@dataclass(frozen=True)
class Panel:
    """What is asked: the cohort is a query with person_id, index_date and any further columns."""

    cohort: str
    of: str
    unit: str
    from_p: int
    to_p: int
    base_year: int = None

    @property
    def sources(self):
        return PANELS[self.of]

    @property
    def tables(self):
        """Tables of the lake that are read, without those of the cohort."""
        found = {table for source in self.sources for table in SOURCES[source].tables}
        return found | ({"cpi"} if self.base_year is not None else set())

    @property
    def call(self):
        """The same as a relation of LifeTracks."""
        cohort = " ".join(self.cohort.split())
        base = "" if self.base_year is None else f", base_year => {self.base_year}"
        return f"panel(({cohort}), of => '{self.of}', unit => '{self.unit}', from_p => {self.from_p}, to_p => {self.to_p}{base})"


def run(connection, step):
    """Runs a file of SQL."""
    connection.execute((FOLDER / f"{step}.sql").read_text(encoding="utf-8"))


def has(connection, table):
    """Whether there is a table or view."""
    return bool(connection.execute("from duckdb_columns() where table_name = $1 limit 1", [table]).fetchall())


def make(connection, asked):
    """The table `panel` for what is asked, out of the tables of the connection."""
    for name in ("unit", "from_p", "to_p", "base_year"):
        value = getattr(asked, name)
        shown = "null" if value is None else f"'{value}'" if isinstance(value, str) else value
        connection.execute(f"set variable {name} = {shown}")
    connection.execute(
        f"create or replace temp table cohort as select row_number() over () as cohort_row, * from ({asked.cohort})"
    )
    run(connection, "tables")
    run(connection, "calendar")
    if "wages" in asked.sources and not has(connection, "job"):
        run(connection, "jobs")
    for source in asked.sources:
        run(connection, f"source_{source}")
    run(connection, "periods")
    link(connection, asked.sources)
    run(connection, "observed")
    if asked.of == "wages":
        price(connection, asked.base_year)
        run(connection, "wages")
    else:
        run(connection, "spells")
        connection.execute(f"create or replace temp table panel as {spells_query(asked)}")


def link(connection, sources):
    """Who can be found in the sources, as the links say."""
    loaded = has(connection, "person_xwalk")
    connection.execute(f"create or replace temp table xwalk_loaded as select {loaded} as loaded")
    connection.execute("create or replace temp table linked_to (source varchar, person_id bigint)")
    for source in sources if loaded else ():
        spaces = ", ".join(f"'{space}'" for space in (*SOURCES[source].spaces, LINK))
        connection.execute(
            f"insert into linked_to select distinct '{source}', person_id from person_xwalk where agency in ({spaces})"
        )


def price(connection, base_year):
    """What a dollar of a quarter is worth."""
    if base_year is None:
        connection.execute("create or replace temp table price (quarter_index integer, factor double)")
    else:
        run(connection, "price")


def spells_query(asked):
    """The panel of spells: the grid, and for each source its columns."""
    columns, joins, flags = [], [], {}
    for source in asked.sources:
        columns += source_columns(source, asked.of != "activity")
        joins.append(
            f"join (from spell_period where source = '{source}') as {source}_found "
            f"on ({source}_found.cohort_row, {source}_found.rel) = (grid.cohort_row, grid.rel)"
        )
        if source != "wages":
            joins.append(f"left join spell_{source} as {source}_spell on {source}_spell.spell_row = {source}_found.spell_row")
        flags[source] = f"{source}_found.flag"
    if asked.of in STATES:
        columns.append(state(*STATES[asked.of], flags))
    return (
        "select grid.* exclude (cohort_row), observed_all.covered, observed_all.matched, observed_all.observed, "
        f"{', '.join(columns)} from grid "
        "join observed_all on (observed_all.cohort_row, observed_all.rel) = (grid.cohort_row, grid.rel) " + " ".join(joins)
    )


def source_columns(name, all_of_them):
    """The columns of a source, or its flag alone."""
    source = SOURCES[name]
    columns = [f"{name}_found.flag as {source.flag}"]
    if not all_of_them:
        return columns
    if source.days:
        columns.append(f"{name}_found.days as {source.days}")
    if source.spells:
        columns.append(f"{name}_found.spells as {source.spells}")
    columns += [f"{name}_spell.{expression} as {column}" for column, expression in source.carried]
    for program in source.programs:
        columns.append(
            f"case when exists (from spell_{name} as own where own.person_id = grid.person_id and own.program = '{program}' "
            "and own.first_day <= grid.period_end and own.last_day >= grid.period_start) then true "
            f"when observed_all.observed then false end as {program.lower()}"
        )
    return columns


def state(names, otherwise, flags):
    """The first source whose flag is true; otherwise whether all of them say no."""
    cases = " ".join(f"when {flags[source]} then '{name}'" for source, name in names.items())
    no = " and ".join(f"not {flag}" for flag in flags.values())
    return f"case {cases} when {no} then '{otherwise}' else 'not_observed' end as state"
