//! Who is born where, with which traits: sex, race, home, needs, readiness, and the numbers agencies know.

use super::calendar::Day;
use super::chance::Chance;
use super::identity::{Known, Needs, Person, social_security_number};
use super::life::Kind;
use super::places::{District, Places};

/// First year of the trends.
const TREND_START: i32 = 1993;

/// Draws a person who is due in kindergarten in the school year `cohort`.
pub(super) fn born(chance: &mut Chance, places: &Places, number: u64, cohort: i32, kind: Kind) -> Person {
    let district = places.draw_district(chance);
    let home = &places.districts[district];
    let trend = f64::from((cohort - TREND_START).clamp(0, 32));
    let mobile = if matches!(kind, Kind::Joiner | Kind::Newcomer) { 2.2 } else { 1.0 };
    let race = race(chance, home, (0.01 + 0.0016 * trend) * mobile, trend);
    let hispanic = race == "H";
    let female = chance.happens(0.489);
    let needs = needs(chance, home, race, female);
    let social_security =
        (!chance.happens(if hispanic { 0.09 } else { 0.006 })).then(|| social_security_number(number));
    Person {
        number,
        birth: Day::of(cohort - 7, 9, 2).plus(chance.between(0, 364)),
        sex: if female { "F" } else { "M" },
        race,
        social_security,
        known: Known {
            schools: chance.happens(if hispanic { 0.93 } else { 0.971 }),
            community_colleges: chance.happens(0.985),
            universities: chance.happens(0.99),
        },
        ability: ability(chance, &needs, female),
        district,
        needs,
    }
}

fn race(chance: &mut Chance, home: &District, hispanic: f64, trend: f64) -> &'static str {
    let others = [0.011, 0.006 + 0.0011 * trend, 0.002, 0.0006, hispanic];
    let rest = 1.0 - others.iter().sum::<f64>();
    let weights =
        [rest * home.black, rest * (1.0 - home.black), others[0], others[1], others[2], others[3], others[4]];
    ["B", "W", "A", "M", "I", "P", "H"][chance.weighted(&weights)]
}

fn needs(chance: &mut Chance, home: &District, race: &str, female: bool) -> Needs {
    let hispanic = race == "H";
    let shift = match race {
        "B" => 0.14,
        "H" => 0.1,
        "W" => -0.15,
        _ => 0.0,
    };
    let learner = match race {
        "H" => 0.55,
        "A" => 0.25,
        _ => 0.002,
    };
    let disability = chance.happens(if female { 0.12 } else { 0.2 }).then(|| {
        let from = chance.between(0, 4);
        (from, if chance.happens(0.75) { 12 } else { chance.between(5, 9) })
    });
    Needs {
        poor: chance.happens((home.poverty + shift).clamp(0.08, 0.98)),
        english_learner_years: if chance.happens(learner) { chance.between(4, 12) } else { 0 },
        severe: disability.is_some() && chance.happens(0.055),
        disability,
        migrant: chance.happens(if hispanic { 0.08 } else { 0.006 }).then(|| {
            let from = chance.between(0, 10);
            (from, from + chance.between(1, 3))
        }),
    }
}

fn ability(chance: &mut Chance, needs: &Needs, female: bool) -> f64 {
    let mut ability = 0.05 + 0.9 * chance.normal();
    ability += if female { 0.13 } else { -0.13 };
    ability += if needs.poor { -0.17 } else { 0.4 };
    if needs.english_learner_years > 0 {
        ability -= 0.25;
    }
    if needs.disability.is_some() {
        ability -= 0.5;
    }
    if needs.migrant.is_some() {
        ability -= 0.3;
    }
    ability
}
