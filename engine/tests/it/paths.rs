//! Funnels against the answers that `ClickHouse` publishes.

use serde_json::Value;

use crate::support::{Lake, fixtures};

/// A list of events: a moment and what happened.
type Events = Vec<(i64, String)>;

/// The lists of a data set by name; letters happen at 1, 2, 3 and so on.
fn lists(data: &Value) -> Vec<(String, Events)> {
    let event = |event: &Value| {
        let happened = event[1].as_str().map_or_else(|| event[1].to_string(), str::to_owned);
        (event[0].as_i64().unwrap(), happened)
    };
    let one = |list: &Value| match list {
        Value::String(letters) => (1..).zip(letters.chars().map(String::from)).collect(),
        list => list.as_array().unwrap().iter().map(event).collect(),
    };
    match data {
        Value::Object(lists) => lists.iter().map(|(name, list)| (name.clone(), one(list))).collect(),
        list => vec![(String::new(), one(list))],
    }
}

/// A step as a condition: an event, or a comparison with one.
fn condition(step: &str) -> String {
    match step
        .strip_prefix("<=")
        .map(|number| ("<=", number))
        .or_else(|| step.strip_prefix(">=").map(|number| (">=", number)))
    {
        Some((sign, number)) => format!("CAST(e AS BIGINT) {sign} {number}"),
        None => format!("e = '{step}'"),
    }
}

fn steps(steps: &Value) -> Vec<String> {
    match steps {
        Value::String(letters) => letters.chars().map(|letter| condition(&letter.to_string())).collect(),
        steps => steps
            .as_array()
            .unwrap()
            .iter()
            .map(|step| condition(&step.as_str().map_or_else(|| step.to_string(), str::to_owned)))
            .collect(),
    }
}

#[test]
fn all_published_funnels_have_their_level() {
    let Some(folder) = fixtures("all_published_funnels_have_their_level") else { return };
    let text =
        std::fs::read_to_string(folder.join("window_funnel/clickhouse_window_funnel_cases.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let lake = Lake::new();
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 27);
    let mut answers = 0;
    for case in cases {
        let name = case["data"].as_str().unwrap();
        let (data, without_first) = name.split_once(' ').map_or((name, false), |(data, _)| (data, true));
        for (list, events) in lists(&file["datasets"][data]) {
            let expected = if list.is_empty() { &case["expect"] } else { &case["expect"][&list] };
            let Some(expected) = expected.as_i64() else { continue };
            let rows: Vec<String> = events
                .iter()
                .skip(usize::from(without_first))
                .map(|(moment, e)| format!("({moment}, '{e}')"))
                .collect();
            let modes = case["mode"]
                .as_array()
                .map(|modes| modes.iter().map(|mode| mode.as_str().unwrap()).collect::<Vec<_>>().join(","));
            let modes = modes.map(|modes| format!("'{modes}', ")).unwrap_or_default();
            let sql = format!(
                "SELECT window_funnel({}, {modes}ts, {}) FROM (VALUES {}) AS t(ts, e)",
                case["window"],
                steps(&case["steps"]).join(", "),
                rows.join(", ")
            );
            assert_eq!(lake.value(&sql), expected.to_string(), "{sql}");
            answers += 1;
        }
    }
    assert_eq!(answers, 65);
}
