//! From the rows of a statement to the place they go to.

use std::io::{self, IsTerminal, Write};
use std::pin::pin;
use std::sync::Arc;

use futures::StreamExt;
use lifetracks_engine::Rows;
use lifetracks_engine::arrow::record_batch::RecordBatch;

use super::Output;
use crate::failure::Result;
use crate::interrupt::Waiting;
use crate::log::absolute;
use crate::render::{Columns, Ending, Format, View};
use crate::shell::Shell;
use crate::terminal::Theme;

impl Shell {
    /// Writes the rows of a statement to where they go; `keeps` makes them the table `_`.
    pub(crate) async fn write_rows(
        &mut self,
        rows: Rows,
        waiting: &mut Waiting<'_>,
        keeps: bool,
    ) -> Result<()> {
        if !self.is_wanted(keeps) {
            self.pour(rows, waiting, keeps, |_, _| Ok(true)).await?;
            waiting.account.end();
            return Ok(());
        }
        let written = if let Some(path) = self.output.whole_file()? {
            let filled = self.fill(rows, &path, waiting, keeps).await;
            filled.map(|(draft, held)| self.output.hold(draft, held))
        } else {
            waiting.account.file = self.output.file().map(absolute);
            self.output.begin(!self.is_for_programs(), self.settings.safe);
            self.write_to_output(rows, waiting, keeps).await
        };
        let was_paged = self.output.is_paging();
        let ended = self.output.end(written.is_ok());
        if was_paged {
            waiting.forget_presses().await;
        }
        written?;
        self.tell_held(ended?)
    }

    async fn write_to_output(&mut self, rows: Rows, waiting: &mut Waiting<'_>, keeps: bool) -> Result<()> {
        let view = self.view();
        let format = self.format();
        let mut excerpt = self.excerpt(&rows.schema, &rows.roles);
        let mut render = (format.open)(&Columns { schema: &rows.schema, roles: &rows.roles }, &view);
        let stands_behind =
            self.output.stands_behind().unwrap_or_else(|| self.results > 1 && !self.is_prompt());
        if !format.machine && stands_behind {
            self.output.write_all(b"\n")?;
        }
        render.begin(&mut self.output)?;
        let schema = Arc::clone(&rows.schema);
        let written = self.pour(rows, waiting, keeps, |output, batch| {
            if let Some(excerpt) = &mut excerpt {
                excerpt.add(batch);
            }
            render.batch(batch, output)?;
            Ok(!output.is_unread())
        });
        let written = written.await?;
        let is_timed = self.settings.timer;
        let ending = Ending {
            elapsed: is_timed.then(|| waiting.line.started().elapsed()),
            read: waiting.line.running().map(|plan| plan.now().bytes).filter(|bytes| is_timed && *bytes > 0),
            width: self.output.width(),
        };
        if self.output.may_page() {
            // What comes now may wait for the person who reads.
            waiting.account.end();
            render.end(&ending, &mut self.output)?;
        } else {
            render.end(&ending, &mut self.output)?;
            waiting.account.end();
        }
        self.output.count(|held| held.add(written, &schema));
        self.record_rows(excerpt);
        Ok(())
    }

    /// The format of the next result: what the name of its file says, or the mode.
    pub(crate) fn format(&self) -> &'static Format {
        self.output.format().unwrap_or(self.settings.format)
    }

    /// Whether programs read the next result.
    pub(crate) fn is_for_programs(&self) -> bool {
        self.output.is_whole() || self.format().machine
    }

    /// No more results come: gives a file that waits for the end of a run its name, if all went `well`.
    pub(crate) fn finish(&mut self, well: bool) -> Result<()> {
        let held = self.output.finish(well)?;
        self.tell_held(held)
    }

    /// Says what a file holds.
    pub(crate) fn tell_held(&mut self, held: Option<String>) -> Result<()> {
        held.map_or(Ok(()), |sentence| self.say(&sentence))
    }

    /// Gives the rows to `take`, up to the limit and until it wants no more; how many there were.
    pub(crate) async fn pour(
        &mut self,
        rows: Rows,
        waiting: &mut Waiting<'_>,
        keeps: bool,
        mut take: impl FnMut(&mut Output, &RecordBatch) -> Result<bool>,
    ) -> Result<u64> {
        let mut keeper = keeps.then(|| self.engine.keeper(&rows.schema));
        let limit = self.settings.limit.unwrap_or(u64::MAX);
        let mut poured = 0;
        waiting.account.rows = Some(0);
        let mut rows = pin!(rows);
        while poured < limit
            && let Some(batch) = waiting.wait(rows.next()).await?
        {
            waiting.line.clear();
            let batch = batch?;
            let left = usize::try_from(limit - poured).unwrap_or(usize::MAX);
            let batch = batch.slice(0, left.min(batch.num_rows()));
            poured += batch.num_rows() as u64;
            waiting.account.rows = Some(poured);
            if let Some(kept) = &mut keeper
                && let Err(error) = kept.add(&batch)
            {
                // The result itself is well.
                self.report(&error.into(), None);
                keeper = None;
            }
            if !take(&mut self.output, &batch)? {
                // Half a result is none to go on with.
                return Ok(poured);
            }
        }
        waiting.line.clear();
        if let Some(keeper) = keeper {
            self.engine.keep(keeper)?;
            self.last_rows = Some(poured);
        }
        Ok(poured)
    }

    fn view(&mut self) -> View {
        let look = self.output.look_once.take();
        if self.output.format().is_some() {
            return self.document(self.output.title());
        }
        View {
            rows: self.settings.display_rows,
            theme: self.theme(),
            footer: !self.settings.quiet,
            document: None,
            look: look.unwrap_or_else(|| self.output.look.clone()),
        }
    }

    /// The styles of what is written next.
    pub(crate) fn theme(&self) -> Theme {
        if self.output.is_screen() { self.terminal.output } else { Theme::PLAIN }
    }

    fn is_prompt(&self) -> bool {
        self.output.is_screen() && io::stdin().is_terminal() && io::stdout().is_terminal()
    }
}
