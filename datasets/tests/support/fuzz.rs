//! Fuzzing by mutation, in stable Rust: seeds are changed at random and read; a panic or a hang is a failure.
//!
//! `LIFETRACKS_FUZZ_SECONDS` is the time for each reader; without it all readers together take half a minute.
//! `LIFETRACKS_FUZZ_SEED` gives other inputs. An input that fails is kept in a file, which the failure names.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::chance::Chance;

/// The readers that share the half minute.
const READERS: u32 = 11;
const ALL: Duration = Duration::from_secs(30);
/// Longer is a hang; without a time of its own a test shares the machine with others, and is given longer.
const LONGEST: Duration = Duration::from_secs(5);
const LONGEST_SHARED: Duration = Duration::from_secs(30);
/// Longer inputs find nothing that shorter ones do not, and take longer.
const LARGEST: usize = 64 * 1024;
/// Inputs of one reader that may fail before it is given up.
const FAILURES: usize = 5;

/// What is being read: when it began, its number, and its bytes.
type Current = Arc<Mutex<Option<(Instant, u64, Vec<u8>)>>>;

/// Reads changed seeds until the time is over. `mutate` makes an input, `read` reads it.
pub(crate) fn fuzz(
    reader: &'static str,
    mutate: impl Fn(&mut Chance) -> Vec<u8> + Send + 'static,
    read: impl Fn(&[u8]) + Send + 'static,
) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let given = number("LIFETRACKS_FUZZ_SECONDS").map(Duration::from_secs);
    let (time, longest) = given.map_or((ALL / READERS, LONGEST_SHARED), |time| (time, LONGEST));
    let seed = number("LIFETRACKS_FUZZ_SEED").unwrap_or(1);
    let current: Current = Arc::default();
    let (failed, failures) = channel();
    let watched = Arc::clone(&current);
    let worker = std::thread::Builder::new().name(format!("fuzz-{reader}")).stack_size(16 << 20);
    let running = folder().join(format!("{reader}.running"));
    let begun = Instant::now();
    let worker = worker
        .spawn(move || {
            let mut number = 0;
            while begun.elapsed() < time {
                let input = mutate(&mut chance_of(reader, seed, number));
                // What ends the whole program is found by the number in this file.
                std::fs::write(&running, format!("seed {seed}, input {number}\n")).unwrap();
                *watched.lock().unwrap_or_else(PoisonError::into_inner) =
                    Some((Instant::now(), number, input.clone()));
                if catch_unwind(AssertUnwindSafe(|| read(&input))).is_err()
                    && failed.send((number, input)).is_err()
                {
                    break;
                }
                number += 1;
            }
            *watched.lock().unwrap_or_else(PoisonError::into_inner) = None;
            std::fs::remove_file(&running).unwrap();
            number
        })
        .unwrap();
    let mut kept = Vec::new();
    loop {
        match failures.recv_timeout(Duration::from_millis(200)) {
            Ok((number, input)) => kept.push(keep(reader, seed, number, &input)),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                let now = current.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if let Some((_, number, input)) = now.filter(|(since, ..)| since.elapsed() > longest) {
                    panic!("{reader} hangs: {}", keep(reader, seed, number, &input));
                }
            }
        }
        if kept.len() == FAILURES {
            break;
        }
    }
    assert!(kept.is_empty(), "{reader} fails:\n{}", kept.join("\n"));
    println!("{reader}: {} inputs in {:.1?}", worker.join().unwrap(), begun.elapsed());
}

/// Where failing inputs are kept.
fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fuzz");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn chance_of(reader: &str, seed: u64, number: u64) -> Chance {
    let name = reader.bytes().fold(0, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    Chance::new(name ^ seed.wrapping_mul(0x9e37_79b9) ^ number.wrapping_mul(0x0100_0000_01b3))
}

fn keep(reader: &str, seed: u64, number: u64, input: &[u8]) -> String {
    let path = folder().join(format!("{reader}-{seed}-{number}.bin"));
    std::fs::write(&path, input).unwrap();
    format!("{} (LIFETRACKS_FUZZ_SEED={seed}, input {number})", path.display())
}

/// Some changes to one of the seeds; `words` are what the reader's grammar is made of.
pub(crate) fn mutated(seeds: &[Vec<u8>], words: &[&str], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = seeds[chance.below(seeds.len())].clone();
    for _ in 0..=chance.below(6) {
        change(&mut bytes, seeds, words, chance);
    }
    bytes.truncate(LARGEST);
    bytes
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], words: &[&str], chance: &mut Chance) {
    const SPECIAL: &[u8] = b"\0\n\r\t\"',;|\\(){}[]<>%$#*.-+/ \x7f\x80\xbf\xc3\xe2\xf0\xff09aZ";
    let at = chance.below(bytes.len() + 1);
    let end = at + chance.below((bytes.len() - at).min(40) + 1);
    match chance.below(10) {
        0 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
        1 if at < bytes.len() => bytes[at] = chance.pick(SPECIAL),
        2 => bytes.insert(at, chance.pick(SPECIAL)),
        3 => drop(bytes.drain(at..end)),
        4 => {
            let part = bytes[at..end].to_vec();
            // Now and then often enough that a reader which recurses goes deep.
            let times = if chance.one_in(8) { 1000 } else { 1 + chance.below(3) };
            let times = times.min(LARGEST / (part.len() + 1));
            drop(bytes.splice(at..at, part.repeat(times)));
        }
        5 => bytes.truncate(at),
        6 => {
            let other = &seeds[chance.below(seeds.len())];
            let from = chance.below(other.len() + 1);
            let to = from + chance.below((other.len() - from).min(200) + 1);
            drop(bytes.splice(at..end, other[from..to].iter().copied()));
        }
        7 => {
            let numbers =
                ["0", "-1", "1", "99999999999999999999", "1e308", "4294967296", "0.1", "65536", "nan"];
            drop(bytes.splice(at..end, chance.pick(&numbers).bytes()));
        }
        8 if !words.is_empty() => drop(bytes.splice(at..at, chance.pick(words).bytes())),
        _ => {
            let random: Vec<u8> = (0..chance.below(9)).map(|_| chance.next().to_le_bytes()[0]).collect();
            drop(bytes.splice(at..end, random));
        }
    }
}
