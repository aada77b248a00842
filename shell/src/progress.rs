//! The line below a running statement: how far it is, how fast, what it holds, and how long it may still take.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use lifetracks_engine::{Progress, Snapshot};

use crate::terminal::{self, Theme};
use crate::text::{bytes, clipped, counted, short};

/// How often the line is drawn.
pub(crate) const TICK: Duration = Duration::from_millis(100);

/// A statement that takes no longer shows no line.
const QUIET: Duration = Duration::from_millis(500);

/// An earlier guess of the time that is left would be no more than a guess.
const FIRST_ESTIMATE: Duration = Duration::from_secs(2);

/// So far ahead nothing is known: a join takes its time after its inputs were read.
const LONGEST_ESTIMATE: Duration = Duration::from_mins(20);

/// The weight of the newest speed among those before.
const NEWEST: f64 = 0.2;

/// Cells of the bar.
const BAR: usize = 10;

const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const SPINNER: [char; 8] = ['⣾', '⣽', '⣻', '⢿', '⡿', '⣟', '⣯', '⣷'];

/// The line on standard error. It is drawn on a terminal only, and never left behind.
pub(crate) struct ProgressLine {
    started: Instant,
    running: Option<Progress>,
    speed: Speed,
    ticks: usize,
    /// Columns and styles; `None` where nothing is drawn.
    screen: Option<(usize, Theme)>,
    is_drawn: bool,
}

impl ProgressLine {
    /// A line for a statement that begins now.
    pub(crate) fn new(theme: Theme, is_wanted: bool) -> Self {
        let is_wanted = is_wanted && io::stderr().is_terminal() && !terminal::is_dumb();
        let screen = is_wanted.then(|| (terminal::columns().unwrap_or(80), theme));
        let started = Instant::now();
        Self { started, running: None, speed: Speed::default(), ticks: 0, screen, is_drawn: false }
    }

    /// When the statement began.
    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    /// Another plan of the statement has begun.
    pub(crate) fn begin(&mut self, progress: Progress) {
        self.running = Some(progress);
        self.speed = Speed::default();
    }

    /// The plan that runs or ran last.
    pub(crate) fn running(&self) -> Option<&Progress> {
        self.running.as_ref()
    }

    /// Shows nothing from now on.
    pub(crate) fn hide(&mut self) {
        self.clear();
        self.screen = None;
    }

    /// Draws the line anew.
    pub(crate) fn tick(&mut self) {
        let Some((columns, theme)) = self.screen else { return };
        let elapsed = self.started.elapsed();
        if elapsed < QUIET {
            return;
        }
        self.ticks += 1;
        let snapshot = self.running.as_ref().map(Progress::now);
        if let Some(snapshot) = &snapshot {
            self.speed.see(elapsed, snapshot);
        }
        let text = line(snapshot.as_ref(), elapsed, self.ticks, &self.speed);
        let text = clipped(&text, columns.saturating_sub(1));
        let dim = theme.dim;
        // A line that cannot be drawn is no reason to stop.
        let _ = write!(io::stderr(), "\r\x1b[2K{dim}{text}{dim:#}");
        self.is_drawn = true;
    }

    /// Takes the line away, before anything else is written.
    pub(crate) fn clear(&mut self) {
        if std::mem::take(&mut self.is_drawn) {
            let _ = write!(io::stderr(), "\r\x1b[2K");
        }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.clear();
    }
}

/// How much of the work a second brings, smoothed; a scan that stands still brings the speed down.
#[derive(Debug, Default)]
struct Speed {
    seen: Option<(Duration, f64)>,
    share_per_second: Option<f64>,
}

impl Speed {
    fn see(&mut self, elapsed: Duration, snapshot: &Snapshot) {
        let Some(share) = share(snapshot) else { return };
        if let Some((before, then)) = self.seen
            && let Some(since) = elapsed.checked_sub(before).filter(|since| !since.is_zero())
        {
            let now = (share - then).max(0.0) / since.as_secs_f64();
            let smoothed = self.share_per_second.map_or(now, |old| old + NEWEST * (now - old));
            self.share_per_second = Some(smoothed);
        }
        self.seen = Some((elapsed, share));
    }

    /// The time that is left, where it can be told.
    fn left(&self) -> Option<Duration> {
        let (elapsed, share) = self.seen?;
        let speed = self.share_per_second.filter(|speed| *speed > 1e-6)?;
        let left = Duration::try_from_secs_f64((1.0 - share) / speed).ok()?;
        (elapsed >= FIRST_ESTIMATE && share > 0.02 && left < LONGEST_ESTIMATE).then_some(left)
    }
}

/// Which share of the rows that there are to read has been read.
fn share(snapshot: &Snapshot) -> Option<f64> {
    let total = snapshot.total_rows.filter(|total| *total > 0)?;
    Some((snapshot.rows as f64 / total as f64).min(1.0))
}

fn line(snapshot: Option<&Snapshot>, elapsed: Duration, ticks: usize, speed: &Speed) -> String {
    let spinner = SPINNER[ticks % SPINNER.len()];
    let Some(snapshot) = snapshot else {
        return format!("{spinner} planning · {}", whole_seconds(elapsed));
    };
    let mut parts = Vec::new();
    match share(snapshot) {
        // All is read, and something still works on it: the bar would say that it is over.
        Some(share) if share < 1.0 => {
            parts.push(format!("▕{}▏ {:.0}%", bar(share), (share * 100.0).floor()));
            let total = snapshot.total_rows.unwrap_or_default();
            parts.push(format!("{}/{} rows", short(snapshot.rows), short(total)));
        }
        Some(_) => parts.push(format!("{spinner} {} read, working", counted(snapshot.rows, "row"))),
        None => parts.push(format!("{spinner} {} rows", short(snapshot.rows))),
    }
    if snapshot.bytes > 0 {
        let rate = snapshot.bytes as f64 / elapsed.as_secs_f64().max(0.001);
        parts.push(format!("{}/s", bytes(truncated(rate))));
    }
    let limit = snapshot.memory_limit.map(|limit| format!("/{}", bytes(limit))).unwrap_or_default();
    parts.push(format!("mem {}{limit}", bytes(snapshot.memory)));
    if snapshot.spilled > 0 {
        parts.push(format!("spill {}", bytes(snapshot.spilled)));
    }
    parts.push(whole_seconds(elapsed));
    parts.extend(speed.left().map(|left| format!("~{} left", rounded(left))));
    parts.join(" · ")
}

fn bar(share: f64) -> String {
    let eighths = (share * (BAR * 8) as f64).floor();
    let eighths = usize::try_from(truncated(eighths)).unwrap_or(0);
    let mut bar = "█".repeat(eighths / 8);
    if eighths / 8 < BAR {
        bar.push(EIGHTHS[eighths % 8]);
        bar.push_str(&" ".repeat(BAR - eighths / 8 - 1));
    }
    bar
}

fn whole_seconds(elapsed: Duration) -> String {
    match elapsed.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// A time that is guessed is said as roughly as it is known.
fn rounded(left: Duration) -> String {
    let seconds = left.as_secs_f64();
    let to = |step: f64| truncated((seconds / step).ceil() * step);
    match seconds {
        ..10.0 => format!("{} s", to(1.0)),
        ..60.0 => format!("{} s", to(5.0)),
        ..600.0 => format!("{} min", to(60.0) / 60),
        _ => format!("{} min", to(300.0) / 60),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and bytes, never below 0"
)]
fn truncated(number: f64) -> u64 {
    number as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(rows: u64, total_rows: Option<u64>) -> Snapshot {
        Snapshot {
            rows,
            total_rows,
            bytes: 96_000_000,
            memory: 812_000_000,
            memory_limit: Some(4_000_000_000),
            spilled: 0,
        }
    }

    #[test]
    fn a_bar_says_how_far_it_is() {
        let text =
            line(Some(&snapshot(12_300_000, Some(19_500_000))), Duration::from_secs(2), 0, &Speed::default());
        assert_eq!(text, "▕██████▎   ▏ 63% · 12.3 M/19.5 M rows · 48 MB/s · mem 812 MB/4.0 GB · 2 s");
    }

    #[test]
    fn without_a_total_or_past_it_a_wheel_turns() {
        let text = |total| line(Some(&snapshot(5_000, total)), Duration::from_secs(1), 1, &Speed::default());
        assert!(text(None).starts_with("⣽ 5,000 rows · "), "{}", text(None));
        assert!(text(Some(5_000)).starts_with("⣽ 5,000 rows read, working · "));
        assert_eq!(line(None, Duration::from_secs(61), 0, &Speed::default()), "⣾ planning · 1 min 01 s");
    }

    #[test]
    fn the_time_left_is_told_late_and_roughly() {
        let mut speed = Speed::default();
        for tick in 1..=30_u64 {
            speed.see(Duration::from_millis(tick * 100), &snapshot(tick * 10, Some(1_000)));
        }
        let left = speed.left().unwrap().as_secs_f64();
        assert!((6.9..7.1).contains(&left), "{left}");
        assert_eq!(rounded(Duration::from_millis(7_100)), "8 s");
        let early = Speed { seen: Some((Duration::from_secs(1), 0.5)), share_per_second: Some(0.1) };
        assert_eq!(early.left(), None);
        assert_eq!(rounded(Duration::from_secs(23)), "25 s");
        assert_eq!(rounded(Duration::from_secs(100)), "2 min");
    }

    #[test]
    fn a_scan_that_stands_still_takes_longer_and_longer() {
        let mut speed = Speed::default();
        for tick in 1..=30_u64 {
            speed.see(Duration::from_millis(tick * 100), &snapshot(tick * 10, Some(1_000)));
        }
        let before = speed.left().unwrap();
        for tick in 31..=40_u64 {
            speed.see(Duration::from_millis(tick * 100), &snapshot(300, Some(1_000)));
        }
        assert!(speed.left().unwrap() > before * 4);
    }
}
