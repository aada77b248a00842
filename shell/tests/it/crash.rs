//! A load that is killed at any moment leaves the lake at the old version or the new one, whole.
//!
//! `LIFETRACKS_KILLS` is the number of kills.

use std::time::{Duration, Instant};

use crate::link_load::{BINARY, LOAD, LinkLoad};

const PERSONS: u32 = 1500;
const KILLS: u32 = 50;
/// The last moment of a kill, as a share of the time that a load takes.
const LATEST: f64 = 1.3;

#[test]
fn kills_of_a_load_of_several_tables() {
    let kills = std::env::var("LIFETRACKS_KILLS").map_or(KILLS, |number| number.parse().unwrap());
    let case = LinkLoad::new(PERSONS);
    let begun = Instant::now();
    case.run(&LOAD);
    let whole = begun.elapsed();

    let mut seed = 20_261_121_u64;
    let (mut olds, mut news) = (0, 0);
    for kill in 0..kills {
        case.restore();
        let mut load = case.program(BINARY).args(LOAD).spawn().unwrap();
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = f64::from(u32::try_from(seed >> 40).unwrap()) / f64::from(1 << 24);
        // A busy machine is slower at times: some kills come late.
        std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * share * LATEST));
        load.kill().unwrap();
        load.wait().unwrap();
        let what = format!("kill {kill} after {share:.3} of the load");
        if case.is_new(&what) {
            news += 1;
        } else {
            olds += 1;
        }
        if kill % 10 == 0 {
            case.finish(&what);
        }
    }
    println!("{kills} kills: {olds} at the old version, {news} at the new, in {:.1?}", begun.elapsed());
    assert!(olds > 0, "no kill came before the commit: {olds} old, {news} new");
}
