//! One statement from its text to its rows; whatever it gives, the query log keeps that it ran.

use std::io::Write as _;
use std::pin::pin;
use std::sync::Arc;

use futures::StreamExt;
use lifetracks_engine::arrow::datatypes::Schema;
use lifetracks_engine::{Outcome, Progress, Run, classification};

use crate::command::Collected;
use crate::failure::{Failure, Result};
use crate::interrupt::{Interrupt, Waiting};
use crate::progress::ProgressLine;
use crate::shell::Shell;
use crate::text::{bytes, counted, seconds};

impl Shell {
    /// Waits for a statement that begins now.
    pub(crate) fn waiting<'a>(&self, interrupt: &'a mut Interrupt) -> Waiting<'a> {
        let is_wanted = self.settings.progress && !self.settings.quiet;
        let line = ProgressLine::new(self.terminal.errors, is_wanted);
        Waiting::new(interrupt, line, self.settings.timeout)
    }

    /// Runs statements; `keeps` makes each result the table `_`.
    pub(crate) async fn run_statement(
        &mut self,
        text: &str,
        interrupt: &mut Interrupt,
        keeps: bool,
    ) -> Result<()> {
        let ended = self.run_logged(text, interrupt, keeps).await;
        // It was for these rows, whether there were any or not.
        self.output.look_once = None;
        ended
    }

    async fn run_logged(&mut self, text: &str, interrupt: &mut Interrupt, keeps: bool) -> Result<()> {
        let entry = self.engine.begin_entry(text);
        let mut waiting = self.waiting(interrupt);
        let mut run = self.engine.run_with(text, &self.parameters)?;
        let ended = self.show(&mut run, &mut waiting, keeps).await;
        waiting.account.tables = run.tables();
        drop(run);
        let stats = self.settings.stats.then(|| stats(&waiting));
        self.log(entry, waiting.account, &ended);
        if let Some(stats) = stats {
            self.output.flush()?;
            writeln!(std::io::stderr(), "{stats}")?;
        }
        ended
    }

    async fn show(&mut self, run: &mut Run, waiting: &mut Waiting<'_>, keeps: bool) -> Result<()> {
        while let Some(outcome) = waiting.wait(run.next()).await? {
            waiting.line.clear();
            match outcome? {
                Outcome::Done(message) => {
                    self.catalogue.forget();
                    self.say(&message)?;
                }
                Outcome::Running(progress) => waiting.line.begin(progress),
                Outcome::Notice(notice) => self.say(&format!("notice: {notice}"))?,
                Outcome::Rows(rows) => self.write_rows(rows, waiting, keeps).await?,
            }
        }
        Ok(())
    }

    /// The rows of one statement, up to a limit.
    pub(crate) async fn collect(
        &mut self,
        sql: &str,
        limit: usize,
        interrupt: &mut Interrupt,
    ) -> Result<Collected> {
        let entry = self.engine.begin_entry(sql);
        let mut waiting = self.waiting(interrupt);
        let mut run = self.engine.run_with(sql, &self.parameters)?;
        let ended = gather(&mut run, limit, &mut waiting).await;
        waiting.account.tables = run.tables();
        drop(run);
        self.log(entry, waiting.account, &ended);
        if let Some(line) = ended.as_ref().ok().and_then(|found| classification(&found.schema)) {
            self.record(|recording| recording.restrict(line));
        }
        ended
    }

    /// The plan of a query that does not run.
    pub(crate) async fn plan(&mut self, sql: &str, interrupt: &mut Interrupt) -> Result<Progress> {
        let mut waiting = self.waiting(interrupt);
        let mut run = self.engine.explain(sql, &self.parameters)?;
        let planned = waiting.wait(run.next()).await?.transpose()?;
        // A plan shows the values that it filters by.
        if let Some(line) = run.classification() {
            self.record(|recording| recording.restrict(line));
        }
        match planned {
            Some(Outcome::Running(progress)) => Ok(progress),
            _ => Err(Failure::usage("only a query has a plan")),
        }
    }
}

/// What a statement gave, read, spilled and took until now.
fn stats(waiting: &Waiting<'_>) -> String {
    let mut parts = vec![seconds(waiting.line.started().elapsed())];
    parts.extend(waiting.account.rows.map(|rows| counted(rows, "row")));
    if let Some(now) = waiting.line.running().map(Progress::now) {
        parts.push(format!("{} read in {}", counted(now.rows, "row"), bytes(now.bytes)));
        parts.push(format!("{} spilled", bytes(now.spilled)));
    }
    format!("stats: {}", parts.join(" · "))
}

async fn gather(run: &mut Run, limit: usize, waiting: &mut Waiting<'_>) -> Result<Collected> {
    let mut collected = Collected {
        schema: Arc::new(Schema::empty()),
        roles: Vec::new(),
        batches: Vec::new(),
        rows: 0,
        progress: None,
    };
    while let Some(outcome) = waiting.wait(run.next()).await? {
        let rows = match outcome? {
            Outcome::Rows(rows) => rows,
            Outcome::Running(progress) => {
                waiting.line.begin(progress);
                continue;
            }
            Outcome::Done(_) | Outcome::Notice(_) => continue,
        };
        collected.schema = Arc::clone(&rows.schema);
        collected.roles.clone_from(&rows.roles);
        waiting.account.rows = Some(0);
        let mut rows = pin!(rows);
        let mut left = limit;
        while let Some(batch) = waiting.wait(rows.next()).await? {
            let batch = batch?;
            collected.rows += batch.num_rows() as u64;
            waiting.account.rows = Some(collected.rows);
            let take = left.min(batch.num_rows());
            left -= take;
            if take > 0 {
                collected.batches.push(batch.slice(0, take));
            }
        }
    }
    collected.progress = waiting.line.running().cloned();
    Ok(collected)
}
