//! Runs a query into a file, batch by batch.

use std::path::Path;

use futures::StreamExt;
use lifetracks_engine::{Outcome, Rows, Run, classification};

use super::draft::Draft;
use super::{Content, Export, Way, text, way};
use crate::failure::{Failure, Result};
use crate::interrupt::{Interrupt, Waiting};
use crate::render::{Look, Shape, View};
use crate::shell::Shell;
use crate::text::counted;

impl Shell {
    /// Runs a query into a file and says what was written.
    pub(crate) async fn export(&mut self, export: &Export, interrupt: &mut Interrupt) -> Result<()> {
        if !export.force && export.path.exists() {
            let there = Failure::usage(format!("{} is there already", export.path.display()));
            return Err(there.with_help("add --force to replace it"));
        }
        let entry = self.engine.begin_entry(&export.sql);
        let mut waiting = self.waiting(interrupt);
        let mut run = self.engine.run(&export.sql)?;
        let ended = self.run_into(export, &mut run, &mut waiting).await;
        waiting.account.tables = run.tables();
        drop(run);
        self.log(entry, waiting.account, &ended);
        ended
    }

    async fn run_into(&mut self, export: &Export, run: &mut Run, waiting: &mut Waiting<'_>) -> Result<()> {
        while let Some(outcome) = waiting.wait(run.next()).await? {
            match outcome? {
                Outcome::Running(progress) => waiting.line.begin(progress),
                Outcome::Rows(rows) => {
                    self.export_rows(rows, &export.path, export.rows, waiting, false).await?;
                }
                Outcome::Done(_) | Outcome::Notice(_) => {}
            }
        }
        Ok(())
    }

    /// Writes rows into a file of their own. `expected` is their number, where it is known before.
    pub(crate) async fn export_rows(
        &mut self,
        rows: Rows,
        path: &Path,
        expected: Option<u64>,
        waiting: &mut Waiting<'_>,
        keeps: bool,
    ) -> Result<()> {
        let way = way(path)?;
        waiting.account.file = Some(path.to_owned());
        let view = self.document(path);
        let draft = Draft::begin(path)?;
        let folder =
            path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let content =
            Content { schema: &rows.schema, roles: &rows.roles, rows: expected, folder, view: &view };
        let mut sink = match way {
            Way::Kind(kind) => (kind.open)(draft.file()?, &content)?,
            Way::Text(format) => text::open(draft.file()?, format, &content)?,
        };
        let warning = classification(&rows.schema).map(|line| format!(" ({line})")).unwrap_or_default();
        let poured = self.pour(rows, waiting, keeps, |_, batch| sink.write(batch).map(|()| true));
        let written = poured.await?;
        sink.finish()?;
        draft.finish()?;
        self.say(&format!("{} written to {}{warning}", counted(written, "row"), path.display()))
    }

    /// How text in a file looks: all of it, without colours.
    fn document(&self, path: &Path) -> View {
        View {
            rows: 0,
            footer: true,
            document: path.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
            look: Look { shape: Shape::Rows, width: 0, ..self.output.look.clone() },
            ..View::default()
        }
    }
}
