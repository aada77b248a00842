//! How long a large vault takes to open and what memory it needs: `cargo test --workspace large_vault -- --ignored --nocapture`.

use std::fs::read_to_string;
use std::time::{Duration, Instant};

use super::entry::encode;
use super::{ENTRIES_FILE, Vault, namespace_number};

/// State ids, and how many of them another agency knows under an id of its own.
const STUDENTS: u128 = 1_500_000;
const WORKERS: u128 = 500_000;

/// What the process holds now and held at most since `forget_peak`, in MiB.
fn memory() -> (u64, u64) {
    let status = read_to_string("/proc/self/status").unwrap();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    };
    (of("VmRSS:"), of("VmHWM:"))
}

fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

/// A keyed hash looks like this.
fn id(number: u128) -> u128 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
}

#[test]
#[ignore = "takes half a minute and says what it measured"]
#[expect(clippy::print_stdout, reason = "nothing else says what was measured")]
fn a_large_vault_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    drop(Vault::open_or_create(folder.path(), Duration::ZERO).unwrap());
    let [student, worker] = ["MDE", "SSN"].map(namespace_number);
    let person = |number: u128| i64::try_from(id(number) >> 65).unwrap();
    let students = (0..STUDENTS).flat_map(|number| encode(student, id(number), person(number)));
    let workers = (0..WORKERS).flat_map(|number| encode(worker, id(STUDENTS + number), person(number)));
    let entries: Vec<u8> = students.chain(workers).collect();
    std::fs::write(folder.path().join(ENTRIES_FILE), entries).unwrap();

    forget_peak();
    let (before, _) = memory();
    let begun = Instant::now();
    let mut vault = Vault::open_or_create(folder.path(), Duration::ZERO).unwrap();
    let opened = begun.elapsed();
    let (after, peak) = memory();
    println!("{} ids: {opened:.1?}, {} MiB, at most {} MiB", vault.ids(), after - before, peak - before);
    assert_eq!(vault.person(id(7)), Some(person(7)));

    let begun = Instant::now();
    assert_eq!(vault.id_in("SSN", person(8)), Some(id(STUDENTS + 8)));
    assert_eq!(vault.merge(person(7), person(8)), 2);
    let (after, peak) = memory();
    println!("a join: {:.1?}, {} MiB, at most {} MiB", begun.elapsed(), after - before, peak - before);
    assert_eq!(vault.person(id(7)), Some(person(8)));
}
