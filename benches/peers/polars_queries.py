"""The queries in Polars' own words. `tables` maps a table's name to its lazy frame; every answer is a lazy frame."""

import polars as pl

UNIT = ["employer_account", "reporting_unit", "quarter_index"]


def q4(tables, _point):
    regular = tables["diploma"].filter(pl.col("diploma_type").is_in(["00806", "00807"]))
    graduate = regular.group_by("person_id").agg(diploma_date=pl.col("award_date").min(), group=pl.col("school_year").min())
    degrees = {"3": 2, "5": 3, "7": 4, "17": 5, "18": 5, "19": 5}
    award = tables["postsec_award"].select(
        "person_id",
        "award_date",
        degree=pl.col("award_level").replace_strict(degrees, default=1, return_dtype=pl.Int32),
    )
    later = (
        graduate.join(award, on="person_id")
        .filter(pl.col("award_date") >= pl.col("diploma_date"))
        .group_by("person_id")
        .agg(pl.col("degree").max(), pl.col("award_date").max())
    )
    finished = pl.coalesce("award_date", "diploma_date")
    quarter = finished.dt.year() * 4 + finished.dt.quarter().cast(pl.Int32) - 1
    leaver = graduate.join(later, on="person_id", how="left").select(
        "person_id", "group", degree=pl.col("degree").fill_null(0), finish_quarter=quarter
    )
    after = pl.col("quarter_index") - pl.col("finish_quarter")
    earned = (
        tables["ui_wage"]
        .select("person_id", "quarter_index", "wages")
        .join(leaver, on="person_id")
        .filter(after.is_between(1, 20))
        .group_by("group", "degree", after.alias("quarters_after"), "person_id")
        .agg(pl.col("wages").sum().cast(pl.Float64))
    )
    size = leaver.group_by("group", "degree").agg(leavers=pl.len())
    share = (pl.col("employed") / pl.col("leavers")).alias("employed_share")

    def quartile(part):
        return pl.col("wages").quantile(part, "linear")

    return (
        earned.group_by("group", "degree", "quarters_after")
        .agg(employed=pl.len(), lower=quartile(0.25), middle=quartile(0.5), upper=quartile(0.75))
        .join(size, on=["group", "degree"])
        .select("group", "degree", "quarters_after", "leavers", "employed", share, "lower", "middle", "upper")
    )


def q8(tables, _point):
    job = ["person_id", "employer_account"]
    summed = tables["ui_wage"].group_by(*job, "quarter_index").agg(pl.col("wages").sum())
    jobs = summed.filter(pl.col("wages") > 0).sort(*job, "quarter_index")

    def neighbour(step):
        same_job = pl.all_horizontal(pl.col(name).shift(step) == pl.col(name) for name in job)
        return same_job & (pl.col("quarter_index").shift(step) == pl.col("quarter_index") - step)

    full = (neighbour(1) & neighbour(-1)).fill_null(False)
    wages = pl.col("wages").filter(pl.col("full"))
    counted = (
        jobs.with_columns(full=full)
        .group_by("quarter_index")
        .agg(jobs=pl.len(), full_jobs=pl.col("full").sum(), full_wages=pl.when(pl.col("full").any()).then(wages.sum()))
        .sort("quarter_index")
    )
    quarter = pl.col("quarter_index")
    known = (quarter.shift(1) == quarter - 1) & (quarter.shift(-1) == quarter + 1)
    return counted.select(
        quarter, "jobs", pl.when(known).then(pl.col("full_jobs")), pl.when(known).then(pl.col("full_wages"))
    )


def q9a(tables, _point):
    wages = pl.col("wages")
    return (
        tables["ui_wage"]
        .filter(pl.col("quarter_index").is_between(8060, 8079) & (wages >= 2000))
        .join(tables["employer_quarter"], on=UNIT)
        .group_by(sector=pl.col("naics").str.slice(0, 2))
        .agg(records=pl.len(), total=wages.sum(), mean=wages.cast(pl.Float64).mean())
    )


def q9b(tables, _point):
    return (
        tables["ui_wage"]
        .group_by(calendar_year=pl.col("quarter_index") // 4)
        .agg(pl.len(), persons=pl.col("person_id").n_unique(), employers=pl.col("employer_account").n_unique())
    )


def q9c(tables, point):
    history = tables["ui_wage"].filter(pl.col("person_id") == point)
    return history.select("quarter_index", "employer_account", "reporting_unit", "wages")


def q9d(tables, _point):
    return tables["ui_wage"].select(
        records=pl.len(),
        total=pl.col("wages").sum(),
        persons=(pl.col("person_id") % 7).sum(),
        quarters=pl.col("quarter_index").cast(pl.Int64).sum(),
        first_account=pl.col("employer_account").min(),
        last_unit=pl.col("reporting_unit").max(),
    )


QUERIES = {"q4": q4, "q8": q8, "q9a": q9a, "q9b": q9b, "q9c": q9c, "q9d": q9d}
