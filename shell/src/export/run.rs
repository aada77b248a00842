//! Runs a query into a file, batch by batch.

use std::path::Path;
use std::pin::pin;
use std::sync::Arc;

use futures::StreamExt;
use lifetracks_engine::{Outcome, Rows};

use super::{Content, Draft, Export, Held, Way, refuse_existing, text, way};
use crate::failure::Result;
use crate::interrupt::{Interrupt, Waiting};
use crate::render::{Look, Shape, View};
use crate::shell::Shell;

impl Shell {
    /// Runs a query into a file and says what was written.
    pub(crate) async fn export(&mut self, export: &Export, interrupt: &mut Interrupt) -> Result<()> {
        refuse_existing(&export.path, export.force)?;
        let mut waiting = self.waiting(interrupt);
        let mut run = pin!(self.engine.run(&export.sql)?);
        while let Some(outcome) = waiting.wait(run.next()).await? {
            match outcome? {
                Outcome::Running(progress) => waiting.line.begin(progress),
                Outcome::Rows(rows) => {
                    let filled = self.fill(rows, &export.path, export.rows, &mut waiting, false);
                    let (draft, held) = filled.await?;
                    draft.finish()?;
                    self.say(&held.sentence(&export.path))?;
                }
                Outcome::Done(_) | Outcome::Notice(_) => {}
            }
        }
        Ok(())
    }

    /// Writes rows into a file of their own that has not its name yet. `expected` is their number, where it is known
    /// before.
    pub(crate) async fn fill(
        &mut self,
        rows: Rows,
        path: &Path,
        expected: Option<u64>,
        waiting: &mut Waiting<'_>,
        keeps: bool,
    ) -> Result<(Draft, Held)> {
        let way = way(path)?;
        let view = self.document(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        let draft = Draft::begin(path)?;
        let folder =
            path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let content =
            Content { schema: &rows.schema, roles: &rows.roles, rows: expected, folder, view: &view };
        let mut sink = match way {
            Way::Kind(kind) => (kind.open)(draft.file()?, &content)?,
            Way::Text(format) => text::open(draft.file()?, format, &content)?,
        };
        let schema = Arc::clone(&rows.schema);
        let poured = self.pour(rows, waiting, keeps, |_, batch| sink.write(batch).map(|()| true));
        let mut held = Held::default();
        held.add(poured.await?, &schema);
        sink.finish()?;
        Ok((draft, held))
    }

    /// How text in a file looks: all of it, without colours. `title` is that of a file with one result.
    pub(crate) fn document(&self, title: Option<String>) -> View {
        View {
            rows: 0,
            footer: true,
            document: title,
            look: Look { shape: Shape::Rows, width: 0, ..self.output.look.clone() },
            ..View::default()
        }
    }
}
