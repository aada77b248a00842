//! Writes rows into a file, batch by batch.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::StreamExt;
use lifetracks_engine::{Outcome, Rows, Run};

use super::{Content, Draft, Export, Held, Kept, Sink, Way, refuse_existing, text, way};
use crate::failure::{Failure, Result};
use crate::interrupt::{Interrupt, Waiting};
use crate::log::absolute;
use crate::record::Recording;
use crate::render::{Look, Shape, View};
use crate::shell::Shell;

/// A file that is being filled.
struct Filling {
    path: PathBuf,
    view: View,
    draft: Draft,
    sink: Option<Box<dyn Sink>>,
    held: Held,
}

impl Shell {
    /// Writes results into a file, or each into one of its own, and says what was written.
    pub(crate) async fn export(&mut self, export: &Export, interrupt: &mut Interrupt) -> Result<()> {
        let in_sheets = matches!(way(&export.path)?, Way::Kind(kind) if kind.sheets);
        let files: Vec<(PathBuf, &[Kept])> = if in_sheets {
            vec![(export.path.clone(), export.results.as_slice())]
        } else {
            export.results.chunks(1).map(|kept| (kept[0].path(&export.path), kept)).collect()
        };
        for (path, _) in &files {
            self.refuse_existing(path, export.force)?;
        }
        for (path, results) in files {
            let mut filling = self.filling(&path)?;
            for (place, kept) in results.iter().enumerate() {
                let is_last = place + 1 == results.len();
                self.export_kept(kept, &mut filling, is_last, interrupt).await?;
            }
            filling.draft.finish()?;
            self.say(&filling.held.sentence(&path))?;
        }
        Ok(())
    }

    /// Refuses a file that is there already, unless it may be replaced, and one that is being written.
    pub(crate) fn refuse_existing(&self, path: &Path, force: bool) -> Result<()> {
        let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| absolute(path));
        let is_it = |file: Option<&Path>| file.is_some_and(|file| whole(file) == whole(path));
        let recording = self.recording.as_ref().map(Recording::path);
        let (used, end) = match () {
            () if is_it(self.output.lasting_file()) => ("takes the results now", ".output ends that"),
            () if is_it(recording) => ("is the record", ".record stop ends it"),
            () => return refuse_existing(path, force),
        };
        Err(Failure::usage(format!("{} {used}", path.display())).with_help(end))
    }

    /// Adds a kept result to a file. With the last one the file is whole, which counts as part of it.
    async fn export_kept(
        &mut self,
        kept: &Kept,
        filling: &mut Filling,
        is_last: bool,
        interrupt: &mut Interrupt,
    ) -> Result<()> {
        let sql = format!("FROM {}", kept.table);
        let entry = self.engine.begin_entry(&sql);
        let mut waiting = self.waiting(interrupt);
        waiting.account.file = Some(absolute(&filling.path));
        let mut run = self.engine.run(&sql)?;
        let mut ended = self.run_into(kept, &mut run, filling, &mut waiting).await;
        if is_last && ended.is_ok() {
            ended = filling.finish();
        }
        waiting.account.tables = run.tables();
        drop(run);
        self.log(entry, waiting.account, &ended);
        ended
    }

    async fn run_into(
        &mut self,
        kept: &Kept,
        run: &mut Run,
        filling: &mut Filling,
        waiting: &mut Waiting<'_>,
    ) -> Result<()> {
        while let Some(outcome) = waiting.wait(run.next()).await? {
            match outcome? {
                Outcome::Running(progress) => waiting.line.begin(progress),
                Outcome::Rows(rows) => {
                    filling.begin(&rows, kept.rows, &kept.sheet())?;
                    self.pour_into(filling, rows, waiting, false).await?;
                }
                Outcome::Done(_) | Outcome::Notice(_) => {}
            }
        }
        Ok(())
    }

    /// Writes rows into a file of their own that has not its name yet.
    pub(crate) async fn fill(
        &mut self,
        rows: Rows,
        path: &Path,
        waiting: &mut Waiting<'_>,
        keeps: bool,
    ) -> Result<(Draft, Held)> {
        waiting.account.file = Some(absolute(path));
        let mut filling = self.filling(path)?;
        filling.begin(&rows, None, "")?;
        self.pour_into(&mut filling, rows, waiting, keeps).await?;
        filling.finish()?;
        waiting.account.end();
        Ok((filling.draft, filling.held))
    }

    fn filling(&self, path: &Path) -> Result<Filling> {
        way(path)?;
        Ok(Filling {
            path: path.to_owned(),
            view: self.document(path.file_stem().map(|stem| stem.to_string_lossy().into_owned())),
            draft: Draft::begin(path)?,
            sink: None,
            held: Held::default(),
        })
    }

    async fn pour_into(
        &mut self,
        filling: &mut Filling,
        rows: Rows,
        waiting: &mut Waiting<'_>,
        keeps: bool,
    ) -> Result<()> {
        let schema = Arc::clone(&rows.schema);
        let sink = &mut filling.sink;
        let poured = self.pour(rows, waiting, keeps, |_, batch| {
            sink.as_mut().map_or(Ok(()), |sink| sink.write(batch))?;
            Ok(true)
        });
        let written = poured.await?;
        filling.held.add(written, &schema);
        Ok(())
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

impl Filling {
    /// Begins a result, as the file or in a further sheet of it. `expected` is the number of its rows, where that is
    /// known before.
    fn begin(&mut self, rows: &Rows, expected: Option<u64>, sheet: &str) -> Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let content = Content {
            schema: &rows.schema,
            roles: &rows.roles,
            rows: expected,
            folder: folder.unwrap_or_else(|| Path::new(".")),
            view: &self.view,
        };
        if let Some(sink) = &mut self.sink {
            return sink.begin_sheet(&content, sheet);
        }
        self.sink = Some(match way(&self.path)? {
            Way::Kind(kind) => (kind.open)(self.draft.file()?, &content)?,
            Way::Text(format) => text::open(self.draft.file()?, format, &content)?,
        });
        Ok(())
    }

    /// Writes what is left. The file waits for its name.
    fn finish(&mut self) -> Result<()> {
        self.sink.take().map_or(Ok(()), Sink::finish)
    }
}
