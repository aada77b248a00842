//! SQL through the engine's door on a small lake: the price of a function, and of planning and scanning without it.

use std::hint::black_box;

use criterion::Criterion;
use lifetracks_benches::{Failure, State, count_rows};

/// What is measured; the first is what the others add to.
const STATEMENTS: [(&str, &str); 4] = [
    ("scan of a date", "select max(entry_date) from k12_enrollment"),
    ("school_year of a date", "select max(school_year(entry_date)) from k12_enrollment"),
    ("school_year in a filter", "select count(*) from k12_enrollment where school_year(entry_date) = 2021"),
    (
        "rate by school and year",
        "select school_id, school_year, rate(economically_disadvantaged, economically_disadvantaged is not null) \
         from k12_enrollment group by school_id, school_year",
    ),
];

fn main() -> Result<(), Failure> {
    let state = State::simulate()?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    for threads in [1, 2] {
        let engine = state.lake(threads)?;
        let mut group = criterion.benchmark_group(format!("sql, threads: {threads}"));
        for (name, sql) in STATEMENTS {
            if count_rows(&engine, &runtime, sql)? == 0 {
                return Err(format!("{name} gives no rows").into());
            }
            group.bench_function(name, |bencher| {
                bencher.iter(|| black_box(count_rows(&engine, &runtime, sql).is_ok()));
            });
        }
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}
