//! Published figures of a training experiment and of young men's wages, from the files they were published with.

use lifetracks_engine::{Engine, Options};

use crate::support::{fixtures, table};

/// R. J. `LaLonde`'s experiment in the selection of R. H. Dehejia and S. Wahba: covariate, standardised mean difference
/// of the 185 treated and the 260 others before the training, with the variances of samples.
const BALANCE: [&str; 8] = [
    "age 185 260 0.1073",
    "black 185 260 0.0439",
    "earnings 1974 185 260 -0.0022",
    "earnings 1975 185 260 0.0839",
    "education 185 260 0.1412",
    "hispanic 185 260 -0.1746",
    "married 185 260 0.0936",
    "no degree 185 260 -0.304",
];

/// Men by the number of times that their wage was asked for, 1 to 13.
const MEN_BY_WAVES: [u32; 13] = [38, 39, 47, 35, 74, 92, 103, 123, 127, 113, 65, 26, 6];

/// An engine that may read the folder of a file, and the file as SQL reads it.
fn reader(name: &str, file: &str) -> Option<(tempfile::TempDir, Engine, String)> {
    let path = fixtures(name)?.join(file);
    let lake = tempfile::tempdir().unwrap();
    let engine = Engine::create(&Options {
        lake: Some(lake.path().join("lake").display().to_string()),
        allowed_folders: vec![path.parent().unwrap().to_owned()],
        ..Options::default()
    })
    .unwrap();
    Some((lake, engine, format!("read_csv('{}')", path.display())))
}

/// The cells of a result's rows.
fn rows(engine: &Engine, sql: &str) -> Vec<String> {
    let table = table(engine, sql).unwrap_or_else(|error| panic!("{sql}\n{error:?}"));
    let cells = |line: &str| line.split('|').map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned();
    table.lines().skip(3).filter(|line| line.starts_with('|')).map(cells).collect()
}

#[test]
fn the_effect_of_a_training_experiment_is_the_published_one() {
    let name = "the_effect_of_a_training_experiment_is_the_published_one";
    let Some((_lake, engine, men)) = reader(name, "lalonde_nsw/nsw.csv") else { return };
    let means = format!(
        "select count(*) as men, round(avg(re78), 3) as earnings from {men} group by treat order by treat desc"
    );
    assert_eq!(rows(&engine, &means), ["185 6349.144", "260 4554.801"]);
    // The published 1,794.343 is the difference of the rounded means; unrounded it is 1,794.3424.
    let effect = format!(
        "select round(avg(re78) filter (where treat = 1), 3) - round(avg(re78) filter (where treat = 0), 3) as rounded, \
         round(avg(re78) filter (where treat = 1) - avg(re78) filter (where treat = 0), 4) as exact, \
         round(avg(re78 - re75) filter (where treat = 1) - avg(re78 - re75) filter (where treat = 0), 3) as in_differences \
         from {men}"
    );
    let found =
        rows(&engine, &format!("select round(rounded, 3) as rounded, exact, in_differences from ({effect})"));
    assert_eq!(found, ["1794.343 1794.3424 1529.196"]);
}

#[test]
fn chance_did_not_make_the_two_groups_of_the_experiment_alike() {
    let name = "chance_did_not_make_the_two_groups_of_the_experiment_alike";
    let Some((_lake, engine, men)) = reader(name, "lalonde_nsw/nsw.csv") else { return };
    let balance = format!(
        "select covariate, count(*) filter (where treated) as treated, count(*) filter (where not treated) as others, \
         round(smd(value, treated), 4) as smd \
         from (select treat = 1 as treated, \
         unnest(['age', 'education', 'earnings 1974', 'earnings 1975', 'black', 'hispanic', 'married', 'no degree']) \
         as covariate, \
         unnest([cast(age as double), educ, re74, re75, black, hisp, marr, nodegree]) as value from {men}) \
         group by covariate order by covariate"
    );
    assert_eq!(rows(&engine, &balance), BALANCE);
    // A condition has the variance p (1 - p), so that its difference is another one in the last digit.
    let conditions = format!(
        "select round(smd(black = 1, treat = 1), 4) as black, round(smd(nodegree = 1, treat = 1), 4) as no_degree from {men}"
    );
    assert_eq!(rows(&engine, &conditions), ["0.044 -0.3047"]);
}

#[test]
fn the_wages_of_dropouts_are_the_published_ones() {
    let name = "the_wages_of_dropouts_are_the_published_ones";
    let Some((_lake, engine, wages)) = reader(name, "singer_willett/dropout_wages.csv") else { return };
    let mean = format!(
        "select count(*) as waves, count(distinct id) as men, round(avg(log_wages), 6) as mean from {wages}"
    );
    assert_eq!(rows(&engine, &mean), ["6402 888 1.896686"]);
    let by_waves = format!(
        "select waves, count(*) as men from (select id, count(*) as waves from {wages} group by id) \
         group by waves order by waves"
    );
    let expected: Vec<String> =
        MEN_BY_WAVES.iter().enumerate().map(|(index, men)| format!("{} {men}", index + 1)).collect();
    assert_eq!(rows(&engine, &by_waves), expected);
}
