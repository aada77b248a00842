//! Conversion of real public files with known answers. `LIFETRACKS_FIXTURES` names the folder that holds them.
#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

use std::env;
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Float64Type, Int64Type};
use lifetracks_datasets::{Chunk, Counts, Definitions, Request, check, convert, parts};

/// The file in the fixtures folder; `None`, with a notice, when no folder is named.
fn fixture(path: &str) -> Option<PathBuf> {
    let folder = env::var_os("LIFETRACKS_FIXTURES");
    if folder.is_none() {
        println!("skipped: LIFETRACKS_FIXTURES names no folder with {path}");
    }
    folder.map(|folder| PathBuf::from(folder).join(path))
}

fn load(path: &Path, layout: &str) -> (Counts, Vec<Chunk>) {
    let definitions = Definitions::builtin();
    let layout = definitions.layout(layout).unwrap();
    let mut chunks = Vec::new();
    let parts = parts(path, layout).unwrap();
    assert_eq!(parts.len(), 1);
    let request = Request { part: &parts[0], layout, definitions: &definitions, year: None, threads: 2 };
    let conversion = convert(&request, &mut |chunk| {
        chunks.push(chunk);
        Ok(())
    });
    let report = check(&request).unwrap();
    let counts = conversion.unwrap().counts;
    assert_eq!(report.counts, counts);
    assert_eq!((report.rejects, report.findings), (Vec::new(), Vec::new()));
    (counts, chunks)
}

fn column<'a>(chunk: &'a Chunk, name: &str) -> &'a ArrayRef {
    chunk.batch.column_by_name(name).unwrap()
}

#[test]
fn north_dakota_rates_follow_from_their_counts() {
    let Some(path) = fixture("nd_graduation/nd_grad_2013_2024.csv") else { return };
    let (counts, chunks) = load(&path, "nd_graduation");
    assert_eq!(counts, Counts { rows_in: 13_232, loaded: 13_232, rejected: 0 });
    for chunk in &chunks {
        let (num, den) = (
            column(chunk, "num").as_primitive::<Int64Type>(),
            column(chunk, "den").as_primitive::<Int64Type>(),
        );
        let low = column(chunk, "low").as_primitive::<Float64Type>();
        assert_eq!(column(chunk, "high"), column(chunk, "low"));
        for row in 0..chunk.lines.len() {
            // Half up to three decimals, in whole numbers.
            let thousandths = (2000 * num.value(row) + den.value(row)) / (2 * den.value(row));
            let nearest: f64 = format!("{thousandths}e-3").parse().unwrap();
            assert_eq!(low.value(row).to_bits(), nearest.to_bits(), "line {}", chunk.lines[row]);
        }
    }
    let of_the_state = chunks.iter().flat_map(|chunk| {
        let (level, subgroup) =
            (column(chunk, "level").as_string::<i32>(), column(chunk, "subgroup").as_string::<i32>());
        let den = column(chunk, "den").as_primitive::<Int64Type>();
        let district = column(chunk, "district_id");
        let rows = (0..chunk.lines.len())
            .filter(move |row| level.value(*row) == "state" && subgroup.value(*row) == "ALL");
        rows.inspect(|row| assert!(district.is_null(*row))).map(|row| den.value(row)).collect::<Vec<_>>()
    });
    let of_the_state: Vec<i64> = of_the_state.collect();
    assert_eq!(
        (of_the_state.len(), of_the_state.first(), of_the_state.last()),
        (12, Some(&7567), Some(&8681))
    );
}

#[test]
fn edfacts_rates_become_bounds() {
    let Some(path) = fixture("edfacts_acgr/acgr-sch-sy2012-13.csv") else { return };
    let (counts, chunks) = load(&path, "edfacts_acgr_2012_13");
    assert_eq!(counts, Counts { rows_in: 22_077, loaded: 22_077, rejected: 0 });
    let (mut cohort, mut schools, mut students, mut low_sum, mut high_sum, mut weight) =
        (0, 0, 0, 0.0, 0.0, 0);
    for chunk in &chunks {
        let (subgroup, district) =
            (column(chunk, "subgroup").as_string::<i32>(), column(chunk, "district_id").as_string::<i32>());
        let school = column(chunk, "school_id").as_string::<i32>();
        let den = column(chunk, "den").as_primitive::<Int64Type>();
        let (low, high) = (
            column(chunk, "low").as_primitive::<Float64Type>(),
            column(chunk, "high").as_primitive::<Float64Type>(),
        );
        for row in (0..chunk.lines.len()).filter(|row| subgroup.value(*row) == "ALL") {
            assert_eq!((district.value(row).len(), school.value(row).len()), (7, 12));
            cohort += den.value(row);
            if !district.value(row).starts_with("28") {
                continue;
            }
            schools += 1;
            students += den.value(row);
            if low.is_valid(row) {
                weight += den.value(row);
                low_sum += low.value(row) * den.value(row) as f64;
                high_sum += high.value(row) * den.value(row) as f64;
            }
        }
    }
    assert_eq!(cohort, 3_625_961);
    assert_eq!((schools, students), (245, 33_866));
    let bounds = (low_sum / weight as f64, high_sum / weight as f64);
    assert_eq!(
        (format!("{:.4}", bounds.0), format!("{:.4}", bounds.1)),
        ("0.7405".to_owned(), "0.7751".to_owned())
    );
}
