"""What is asked of a lake: cohorts, and panels of them in every unit."""

from panel_sources import Panel

# Every cohort is SQL of both engines; its columns tell its rows apart. Classes are every fourth one, so that they are few
# and reach from the first files to the last.
COHORTS = {
    "graduates": (
        ("diploma",),
        "SELECT person_id, award_date AS index_date, diploma_type AS credential, school_year AS class FROM diploma "
        "WHERE school_year % 4 = 1 OR school_year >= 2025",
    ),
    "exits": (
        ("wioa_participant",),
        "SELECT person_id, exit_date AS index_date, program AS program_left, entry_date AS entered FROM wioa_participant "
        "WHERE exit_date IS NOT NULL AND exclusion_reason IS NULL",
    ),
    "dropouts": (
        ("k12_enrollment",),
        "SELECT person_id, exit_date AS index_date, school_id AS school_left, entry_date AS entered FROM k12_enrollment "
        "WHERE exit_code LIKE 'D%'",
    ),
    "entrants": (
        ("postsec_enrollment",),
        "SELECT person_id, min(term_start) AS index_date FROM postsec_enrollment WHERE dual_enrollment IS NOT TRUE "
        "AND person_id % 3 = 0 GROUP BY person_id",
    ),
    "anybody": (
        ("person_xwalk",),
        "SELECT DISTINCT person_id, DATE '2016-02-29' AS index_date FROM person_xwalk WHERE person_id % 40 = 0",
    ),
    "strangers": (
        ("k12_enrollment", "person_xwalk"),
        "SELECT person_id, DATE '2016-02-29' AS index_date FROM k12_enrollment "
        "WHERE person_id NOT IN (SELECT person_id FROM person_xwalk WHERE agency = 'SSN') GROUP BY person_id",
    ),
}

# Panel, unit, first and last period, cohorts. Long ranges reach beyond both ends of the files.
ASKED = (
    ("wages", "quarter", -8, 24, ("graduates", "exits", "dropouts")),
    ("wages", "quarter", -48, 48, ("anybody", "strangers")),
    ("wages", "year", -3, 10, ("graduates", "exits")),
    ("wages", "school_year", -12, 12, ("anybody", "dropouts")),
    ("k12_enrollment", "school_year", -4, 3, ("graduates", "dropouts", "anybody")),
    ("k12_enrollment", "month", -6, 6, ("dropouts",)),
    ("k12_enrollment", "quarter", -50, 50, ("anybody",)),
    ("postsec_enrollment", "term", 0, 12, ("graduates", "entrants", "strangers")),
    ("postsec_enrollment", "school_year", 0, 6, ("entrants",)),
    ("postsec_enrollment", "quarter", -48, 48, ("anybody",)),
    ("enrollment", "school_year", -2, 6, ("graduates",)),
    ("enrollment", "term", -3, 8, ("graduates", "dropouts")),
    ("enrollment", "quarter", -4, 8, ("dropouts", "strangers")),
    ("enrollment", "year", -12, 12, ("anybody",)),
    ("awards", "year", -1, 8, ("graduates", "entrants")),
    ("awards", "school_year", -14, 14, ("anybody",)),
    ("benefits", "quarter", -4, 12, ("graduates", "dropouts")),
    ("benefits", "month", -12, 12, ("exits",)),
    ("benefits", "year", -14, 14, ("anybody", "strangers")),
    ("corrections", "quarter", 0, 20, ("dropouts",)),
    ("corrections", "month", -150, 150, ("strangers",)),
    ("corrections", "year", -14, 14, ("anybody",)),
    ("activity", "quarter", -4, 12, ("graduates", "dropouts")),
    ("activity", "school_year", -13, 13, ("anybody",)),
    ("activity", "year", 0, 8, ("dropouts", "strangers")),
)


def questions(tables, base_year):
    """Name and panel of everything that can be asked of a lake with these tables."""
    for of, unit, from_p, to_p, cohorts in ASKED:
        for name in cohorts:
            needed, cohort = COHORTS[name]
            base = base_year if of == "wages" and "cpi" in tables else None
            panel = Panel(cohort, of, unit, from_p, to_p, base)
            if (panel.tables | set(needed)) <= set(tables):
                yield f"{of} by {unit} of {name}", panel
