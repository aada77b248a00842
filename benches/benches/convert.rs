//! Conversion of wage records from CSV in memory to canonical rows, in bytes of CSV per second.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use lifetracks_benches::{Failure, State};
use lifetracks_datasets::{Counts, Definitions, Layout, Part, Request, convert};

fn main() -> Result<(), Failure> {
    let wages = State::simulate()?.wages()?;
    let bytes = wages.len() as u64;
    let wages = Part::from_bytes("wages.csv", wages);
    let definitions = Definitions::builtin();
    let layout = definitions.layout("ms_mdes_wage").ok_or("the layout ms_mdes_wage is not there")?;
    let counts = convert_all(&wages, layout, &definitions, 1)?;
    if counts.loaded == 0 || counts.rejected > 0 {
        return Err(format!("{} rows converted, {} rejected", counts.loaded, counts.rejected).into());
    }
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let mut group = criterion.benchmark_group("convert");
    group.throughput(Throughput::Bytes(bytes));
    for threads in [1, 2] {
        group.bench_function(format!("wages, threads: {threads}"), |bencher| {
            bencher.iter(|| black_box(convert_all(&wages, layout, &definitions, threads).is_ok()));
        });
    }
    group.finish();
    criterion.final_summary();
    Ok(())
}

fn convert_all(
    part: &Part,
    layout: &Layout,
    definitions: &Definitions,
    threads: usize,
) -> Result<Counts, Failure> {
    let request = Request { part, layout, definitions, year: None, threads };
    let conversion = convert(&request, &mut |chunk| {
        black_box(chunk);
        Ok(())
    })?;
    Ok(conversion.counts)
}
