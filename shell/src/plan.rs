//! A plan as a tree: what each operator does, how many rows it gave, and which share of the time it took.

use std::fmt::Write as _;
use std::time::Duration;

use lifetracks_engine::PlanNode;

use crate::terminal::Theme;
use crate::text::{bytes, clipped, seconds, short, visible};

/// From this factor on, a guess of rows is said to be wrong.
const WRONG: f64 = 10.0;

/// Draws the tree into lines of that many columns.
pub(crate) fn tree(root: &PlanNode, columns: usize, theme: &Theme) -> String {
    let total = total(root);
    let mut lines = Vec::new();
    collect(root, "", "", total, &mut lines);
    let width = lines.iter().map(|line| line.figures.len()).max().unwrap_or(0);
    let mut text = String::new();
    let dim = theme.dim;
    for line in &lines {
        let room = columns.saturating_sub(width + 2).max(20);
        let figures = &line.figures;
        let share = line.share.unwrap_or(0.0);
        let hot = if share >= 0.3 { theme.error } else { anstyle::Style::new() };
        // Writing to a string cannot fail.
        let _ = write!(text, "{hot}{figures:<width$}{hot:#}  ");
        let label = format!("{}{}", line.branch, line.name);
        let _ = write!(text, "{}", clipped(&label, room));
        let left = room.saturating_sub(label.chars().count() + 1);
        if left > 8 && !line.detail.is_empty() {
            let _ = write!(text, " {dim}{}{dim:#}", clipped(&line.detail, left));
        }
        text.push('\n');
    }
    if let Some(total) = total {
        let _ = writeln!(text, "{dim}{} in operators, of all threads together{dim:#}", seconds(total));
    }
    text
}

struct Line {
    figures: String,
    share: Option<f64>,
    branch: String,
    name: String,
    detail: String,
}

/// The time of all operators; `None` where nothing has run.
fn total(node: &PlanNode) -> Option<Duration> {
    let inputs = node.inputs.iter().filter_map(total);
    inputs.chain(node.time).reduce(|sum, time| sum + time)
}

fn collect(node: &PlanNode, branch: &str, below: &str, total: Option<Duration>, lines: &mut Vec<Line>) {
    let total = total.filter(|total| !total.is_zero());
    let share = node.time.zip(total).map(|(time, total)| time.as_secs_f64() / total.as_secs_f64());
    lines.push(Line {
        figures: figures(node, share, total.is_some()),
        share,
        branch: branch.to_owned(),
        name: node.name.clone(),
        detail: visible(&node.detail).into_owned(),
    });
    let last = node.inputs.len().saturating_sub(1);
    for (number, input) in node.inputs.iter().enumerate() {
        let (corner, line) = if number == last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        collect(input, &format!("{below}{corner}"), &format!("{below}{line}"), total, lines);
    }
}

/// ` 63%   0.42 s  12.3 M rows  ..`
fn figures(node: &PlanNode, share: Option<f64>, has_run: bool) -> String {
    let share = share.map_or_else(String::new, |share| format!("{:.0}%", share * 100.0));
    let mut text = if has_run { format!("{share:>4}") } else { String::new() };
    match (node.rows, node.expected_rows) {
        (Some(rows), expected) => {
            let _ = write!(text, "{:>8} rows", short(rows));
            let wrong = expected.filter(|expected| is_far(*expected, rows));
            text.extend(wrong.map(|expected| format!(" (not {})", short(expected))));
        }
        (None, Some(expected)) => {
            let _ = write!(text, "{:>8} rows", format!("~{}", short(expected)));
        }
        (None, None) => {}
    }
    text.extend(node.bytes_read.filter(|read| *read > 0).map(|read| format!(", {} read", bytes(read))));
    text.extend(node.spilled.map(|spilled| format!(", {} spilled", bytes(spilled))));
    text
}

fn is_far(expected: u64, rows: u64) -> bool {
    let (expected, rows) = (expected.max(1) as f64, rows.max(1) as f64);
    expected / rows > WRONG || rows / expected > WRONG
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, milliseconds: Option<u64>, rows: Option<u64>, inputs: Vec<PlanNode>) -> PlanNode {
        PlanNode {
            name: name.to_owned(),
            detail: "on=[(person_id@0, person_id@0)]".to_owned(),
            expected_rows: Some(1_000),
            rows,
            time: milliseconds.map(Duration::from_millis),
            bytes_read: None,
            spilled: None,
            inputs,
        }
    }

    #[test]
    fn a_profile_says_where_the_time_went() {
        let scan = PlanNode {
            bytes_read: Some(38_000_000),
            ..node("DataSourceExec", Some(700), Some(12_300_000), Vec::new())
        };
        let root =
            node("HashJoinExec", Some(300), Some(900), vec![scan, node("SortExec", None, None, Vec::new())]);
        insta::assert_snapshot!(tree(&root, 100, &Theme::PLAIN), @r"
 30%     900 rows                          HashJoinExec on=[(person_id@0, person_id@0)]
 70%  12.3 M rows (not 1,000), 38 MB read  ├─ DataSourceExec on=[(person_id@0, person_id@0)]
      ~1,000 rows                          └─ SortExec on=[(person_id@0, person_id@0)]
1.00 s in operators, of all threads together
");
    }

    #[test]
    fn a_plan_that_has_not_run_says_what_it_expects() {
        let root = node("SortExec", None, None, vec![node("DataSourceExec", None, None, Vec::new())]);
        insta::assert_snapshot!(tree(&root, 60, &Theme::PLAIN), @r"
  ~1,000 rows  SortExec on=[(person_id@0, person_id@0)]
  ~1,000 rows  └─ DataSourceExec on=[(person_id@0, person_i…
");
    }
}
