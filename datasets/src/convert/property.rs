//! Whatever the file and however it is cut and spread over threads, the same rows come out, and every row is counted.

use std::fs;
use std::sync::LazyLock;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use proptest::prelude::*;
use tempfile::TempDir;

use super::split::Limits;
use super::{Counts, Part, Reject, Request, convert_within};
use crate::{Definitions, Layout};

const TABLE: &str = r#"
name = "sample"
description = "d"
kind = "reference"
owner = "o"
key = ["id"]
order = ["id"]
source = "s"
column = [
  { name = "id", type = "utf8", nullable = false, role = "identifier", privacy = "public", description = "d", source = "s" },
  { name = "day", type = "date", nullable = true, role = "date", privacy = "public", description = "d", source = "s" },
  { name = "amount", type = "decimal(9,2)", nullable = true, role = "measure", privacy = "public", description = "d", source = "s" },
]
"#;

const LAYOUT: &str = r#"
name = "samples"
table = "sample"
agency = "a"
description = "d"
source = "s"
column = [{ from = "ID", to = "id" }, { from = "DAY", to = "day" }, { from = "AMOUNT", to = "amount" }]
"#;

/// The longest record of these tests: small, so that some are longer.
const LONGEST: usize = 60;

pub(super) static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("tables")).unwrap();
    fs::write(folder.path().join("tables/sample.toml"), TABLE).unwrap();
    Definitions::builtin().with_folder(folder.path()).unwrap()
});

fn load(bytes: &[u8], threads: usize, block: usize) -> (Counts, RecordBatch, Vec<u64>, Vec<Reject>) {
    let layout = Layout::parse("layouts/samples.toml", LAYOUT).unwrap();
    let (mut batches, mut lines, mut rejects) = (Vec::new(), Vec::new(), Vec::new());
    let limits = Limits { block, record: LONGEST };
    let part = Part::from_bytes("f", bytes.to_vec());
    let request = Request { part: &part, layout: &layout, definitions: &DEFINITIONS, year: None, threads };
    let conversion = convert_within(&request, limits, &mut |chunk| {
        batches.push(chunk.batch);
        lines.extend(chunk.lines);
        rejects.extend(chunk.rejects);
        Ok(())
    });
    let schema = DEFINITIONS.table("sample").unwrap().schema();
    (conversion.unwrap().counts, concat_batches(&schema, &batches).unwrap(), lines, rejects)
}

/// One field as it could stand in a file: plain, quoted, or broken.
fn field() -> impl Strategy<Value = Vec<u8>> {
    let text = "[a-z0-9 \u{f1}]{0,6}".prop_map(String::into_bytes);
    let quoted =
        "[a-z,\n\r\"]{0,8}".prop_map(|text| format!("\"{}\"", text.replace('"', "\"\"")).into_bytes());
    let day = Just(b"2020-02-29".to_vec());
    let amount = "-?[0-9]{1,4}(\\.[0-9]{1,2})?".prop_map(String::into_bytes);
    let broken = prop::collection::vec(prop::sample::select(b"\"\"a,\n\r\0\xF1".to_vec()), 0..5);
    let long = Just(vec![b'x'; LONGEST]);
    prop_oneof![6 => text, 3 => quoted, 6 => day, 6 => amount, 2 => broken, 1 => long]
}

fn file() -> impl Strategy<Value = Vec<u8>> {
    let line_end = prop::sample::select(vec![b"\n".to_vec(), b"\r\n".to_vec()]);
    let record = (prop::collection::vec(field(), 3), line_end);
    prop::collection::vec(record, 0..30).prop_map(|records| {
        let mut bytes = b"ID,DAY,AMOUNT\n".to_vec();
        for (fields, line_end) in records {
            bytes.extend(fields.join(&b','));
            bytes.extend(line_end);
        }
        bytes
    })
}

proptest! {
    #[test]
    fn blocks_and_threads_never_show(bytes in file()) {
        let whole = load(&bytes, 1, 1 << 20);
        prop_assert_eq!(whole.0.rows_in, whole.0.loaded + whole.0.rejected);
        prop_assert_eq!(whole.0.loaded, whole.2.len() as u64);
        prop_assert_eq!(whole.0.rejected, whole.3.len() as u64);
        for (threads, block) in [(2, 7), (1, 13), (2, 64), (3, 200), (2, 1 << 20)] {
            let cut = load(&bytes, threads, block);
            prop_assert_eq!(&whole, &cut, "{} threads, blocks of {} bytes", threads, block);
        }
    }

    #[test]
    fn quoting_changes_no_value(rows in prop::collection::vec(("[a-z0-9,\" ]{1,8}", "-?[0-9]{1,6}\\.[0-9]{2}", any::<bool>()), 1..40)) {
        let mut text = "ID,DAY,AMOUNT\n".to_owned();
        for (id, amount, quote) in &rows {
            let id = format!("\"x{}x\"", id.replace('"', "\"\""));
            let amount = if *quote { format!("\"{amount}\"") } else { amount.clone() };
            text.extend([id.as_str(), ",,", amount.as_str(), "\n"]);
        }
        let (counts, batch, lines, _) = load(text.as_bytes(), 2, 50);
        prop_assert_eq!(counts.loaded, rows.len() as u64);
        prop_assert_eq!(lines, (2..rows.len() as u64 + 2).collect::<Vec<_>>());
        let options = FormatOptions::default();
        let shown = ArrayFormatter::try_new(batch.column(2).as_ref(), &options).unwrap();
        let ids = batch.column(0).as_string::<i32>();
        for (row, (id, amount, _)) in rows.iter().enumerate() {
            prop_assert_eq!(ids.value(row), format!("x{id}x"));
            // The same number: zeros in front are the only difference that a number column may make.
            let normal = |text: &str| {
                let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
                let digits = digits.trim_start_matches('0');
                let digits = if digits.starts_with('.') { format!("0{digits}") } else { digits.to_owned() };
                if digits == "0.00" { digits } else { format!("{sign}{digits}") }
            };
            prop_assert_eq!(shown.value(row).to_string(), normal(amount));
        }
    }
}
