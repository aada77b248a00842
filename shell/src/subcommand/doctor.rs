//! `lifetracks doctor`

use lifetracks_engine::{Diagnosis, DoctorReport, Engine, Health};
use serde_json::json;

use super::{Around, DEFAULT_LAKE, named_lake, write_result};
use crate::args::DoctorArgs;
use crate::exit::Exit;
use crate::failure::Result;
use crate::text::{counted, visible};

/// Looks at the lake and everything around it, one line for each thing.
pub(super) fn run(args: &DoctorArgs, around: &Around<'_>) -> Result<Exit> {
    let named = args.folder.as_ref().or(args.target.lake.as_ref());
    let lake = named_lake(named).unwrap_or_else(|| DEFAULT_LAKE.to_owned());
    let report = Engine::doctor(&around.engine.options(Some(lake)))?;
    let text = if args.json { as_json(&report) } else { screen(&report) };
    write_result(&text)?;
    if report.health() == Health::Error {
        return Ok(Exit::CHECK);
    }
    Ok(Exit::SUCCESS)
}

fn health_name(health: Health) -> &'static str {
    match health {
        Health::Ok => "ok",
        Health::Warning => "warning",
        Health::Error => "error",
    }
}

fn screen(report: &DoctorReport) -> String {
    let width = report.diagnoses.iter().map(|diagnosis| diagnosis.subject.chars().count()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for Diagnosis { subject, health, found, advice } in &report.diagnoses {
        let subject = visible(subject);
        lines.push(format!("{:<7}  {subject:<width$}  {}", health_name(*health), visible(found)));
        lines.extend(advice.as_ref().map(|advice| format!("{:9}{:width$}  -> {}", "", "", visible(advice))));
    }
    let count =
        |health| report.diagnoses.iter().filter(|diagnosis| diagnosis.health == health).count() as u64;
    lines.push(format!(
        "{}, {}",
        counted(count(Health::Error), "error"),
        counted(count(Health::Warning), "warning")
    ));
    lines.join("\n") + "\n"
}

fn as_json(report: &DoctorReport) -> String {
    let line = |diagnosis: &Diagnosis| {
        json!({
            "subject": diagnosis.subject,
            "health": health_name(diagnosis.health),
            "found": diagnosis.found,
            "advice": diagnosis.advice,
        })
        .to_string()
    };
    let lines: Vec<String> = report.diagnoses.iter().map(line).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> DoctorReport {
        let line = |subject: &str, health, found: &str, advice: Option<&str>| Diagnosis {
            subject: subject.to_owned(),
            health,
            found: found.to_owned(),
            advice: advice.map(str::to_owned),
        };
        DoctorReport {
            diagnoses: vec![
                line("lake", Health::Ok, "/data/lake, lake version 3", None),
                line("coverage", Health::Warning, "ui_wage: 2019Q3 absent", Some("load the period's file")),
            ],
        }
    }

    #[test]
    fn each_thing_has_its_line_and_what_to_do() {
        insta::assert_snapshot!(screen(&report()), @r#"
ok       lake      /data/lake, lake version 3
warning  coverage  ui_wage: 2019Q3 absent
                   -> load the period's file
0 errors, 1 warning
"#);
    }

    #[test]
    fn json_has_the_same_lines() {
        insta::assert_snapshot!(as_json(&report()), @r#"
[
{"advice":null,"found":"/data/lake, lake version 3","health":"ok","subject":"lake"},
{"advice":"load the period's file","found":"ui_wage: 2019Q3 absent","health":"warning","subject":"coverage"}
]
"#);
    }
}
