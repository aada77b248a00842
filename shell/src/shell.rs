//! Runs text: statements go to the engine and their rows to a renderer; the same way at the prompt,
//! with `-c`, `-f`, standard input and `.read`.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use lifetracks_engine::{Engine, Parameters, PlanNode};
use tokio::runtime::Runtime;

use crate::args::OnError;
use crate::catalogue::Catalogue;
use crate::command::{self, Collect, Next};
use crate::diagnostic::write_failure;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::log::QueryLog;
use crate::output::{Output, Target};
use crate::plan;
use crate::record::Recording;
use crate::render::Format;
use crate::script::{Piece, Source, pieces, refuse_data, refuse_data_file};
use crate::terminal::Terminal;
use crate::text::counted;
use crate::wanted::Wanted;

/// Files that read files end here; deeper is a file that reads itself.
const DEEPEST_READ: usize = 16;

/// Columns of a plan that is not shown on a terminal.
const PLAN_WIDTH: usize = 120;

/// What the user may change while the shell runs.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that a person turns by itself")]
pub(crate) struct Settings {
    /// How results are written.
    pub(crate) format: &'static Format,
    /// Rows shown in a table; 0 shows all.
    pub(crate) display_rows: usize,
    /// Rows written of each result.
    pub(crate) limit: Option<u64>,
    /// Whether tables say how long they took.
    pub(crate) timer: bool,
    /// Whether each statement says what it read, held and took.
    pub(crate) stats: bool,
    /// Results only.
    pub(crate) quiet: bool,
    /// What to do after a statement that failed.
    pub(crate) on_error: OnError,
    /// Whether a statement that takes long says how far it is.
    pub(crate) progress: bool,
    /// How long a statement may take.
    pub(crate) timeout: Option<Duration>,
    /// Whether no other program may be started.
    pub(crate) safe: bool,
    /// Which results are written.
    pub(crate) wanted: Wanted,
}

/// How running a source ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ran {
    /// The code of the first failure, or the one `.quit` was given.
    pub(crate) exit: Exit,
    /// Whether nothing more is to be run: `.quit`, Ctrl-C, a closed output, or a failure where failures stop.
    pub(crate) stopped: bool,
    /// Whether `.quit` was run, or nobody reads the output any more.
    pub(crate) leaves: bool,
}

impl Ran {
    /// Nothing has failed.
    pub(crate) const WELL: Self = Self { exit: Exit::SUCCESS, stopped: false, leaves: false };

    /// Whether everything ran that was to run: no failure ended it.
    pub(crate) fn is_whole(self) -> bool {
        self.leaves || !self.stopped
    }
}

/// The engine, where results go, and how they are written.
pub(crate) struct Shell {
    /// The engine.
    pub(crate) engine: Engine,
    /// What the user may change.
    pub(crate) settings: Settings,
    /// What `$name` stands for.
    pub(crate) parameters: Arc<Parameters>,
    /// Colours.
    pub(crate) terminal: Terminal,
    /// Names for completion.
    pub(crate) catalogue: Catalogue,
    /// The last statement that was entered at the prompt.
    pub(crate) last_statement: Option<String>,
    /// What the next prompt starts with.
    pub(crate) draft: Option<String>,
    /// Where results go.
    pub(crate) output: Output,
    /// Waits for rows, for Ctrl-C and for nothing else: plans run on the engine's own threads.
    runtime: Rc<Runtime>,
    /// Results so far.
    pub(crate) results: u64,
    /// Whether more comes after a source, so that its last result may be asked for too.
    pub(crate) goes_on: bool,
    /// Rows of the last result, where there is one.
    pub(crate) last_rows: Option<u64>,
    /// Whether statements are logged.
    pub(crate) log: QueryLog,
    /// The dot command that runs now, without its dot.
    pub(crate) command: Option<&'static str>,
    /// What is entered and shown, as a file.
    pub(crate) recording: Option<Recording>,
}

impl Shell {
    /// A shell on an engine; results go to `output`, or to standard output.
    pub(crate) fn new(
        engine: Engine,
        settings: Settings,
        terminal: Terminal,
        output: Target<'_>,
    ) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::new(Exit::QUERY, format!("could not start: {error}")))?;
        let runtime = Rc::new(runtime);
        Ok(Self {
            catalogue: Catalogue::new(engine.clone()),
            last_statement: None,
            draft: None,
            engine,
            settings,
            parameters: Arc::default(),
            terminal,
            output: Output::open(output)?,
            runtime,
            results: 0,
            goes_on: true,
            last_rows: None,
            log: QueryLog::default(),
            command: None,
            recording: None,
        })
    }

    /// Listens for Ctrl-C from now on.
    pub(crate) fn listen(&self) -> Interrupt {
        Interrupt::listen(&self.runtime)
    }

    /// Runs everything in a source until Ctrl-C. Failures are shown as they happen.
    pub(crate) fn run(&mut self, source: &Source, interrupt: &mut Interrupt) -> Ran {
        let runtime = Rc::clone(&self.runtime);
        runtime.block_on(self.run_source(source, interrupt, 0))
    }

    /// Shows a failure on standard error.
    pub(crate) fn report(&mut self, failure: &Failure, source: Option<&Source>) {
        // Nothing is left to do for output that cannot be written.
        let _ = self.output.flush();
        let mut errors = io::stderr().lock();
        if failure.is_cancelled() && errors.is_terminal() {
            // The terminal has just written ^C.
            let _ = errors.write_all(b"\n");
        }
        let _ = write_failure(&mut errors, &self.terminal.errors, failure, source);
        drop(errors);
        self.record(|recording| recording.failed(failure, source));
    }

    /// Writes text among the results.
    pub(crate) fn print(&mut self, text: &str) -> Result<()> {
        self.output.print(text)?;
        self.record(|recording| recording.text(text));
        Ok(())
    }

    /// Tells the person at the terminal something that is no result.
    pub(crate) fn say(&mut self, message: &str) -> Result<()> {
        self.tell(message)?;
        if !self.settings.quiet {
            self.record(|recording| recording.text(message));
        }
        Ok(())
    }

    /// Tells the person something that no record keeps.
    pub(crate) fn tell(&mut self, message: &str) -> Result<()> {
        self.output.flush()?;
        if !self.settings.quiet {
            writeln!(io::stderr(), "{message}")?;
        }
        Ok(())
    }

    async fn run_source(&mut self, source: &Source, interrupt: &mut Interrupt, depth: usize) -> Ran {
        let mut ran = Ran::WELL;
        let pieces = pieces(&source.text);
        let last = pieces.len().saturating_sub(1);
        for (number, piece) in pieces.into_iter().enumerate() {
            self.record(|recording| recording.entered(&piece));
            self.command = command::name_of(&piece);
            let step = if piece.is_command {
                self.run_command(piece, interrupt, depth).await
            } else {
                self.last_statement = Some(piece.text.to_owned());
                // What has called a file may go on after it.
                let goes_on = self.goes_on || depth > 0 || number < last;
                let run = self.run_statement(piece.text, interrupt, goes_on).await;
                run.map(|()| Ran::WELL).map_err(|failure| failure.shifted(piece.start))
            };
            let step = step.unwrap_or_else(|failure| {
                self.report(&failure, Some(source));
                Ran {
                    exit: failure.exit,
                    stopped: self.settings.on_error == OnError::Stop
                        || failure.is_cancelled()
                        || failure.is_output_closed(),
                    leaves: failure.is_output_closed(),
                }
            });
            if ran.exit == Exit::SUCCESS || step.leaves {
                ran.exit = step.exit;
            }
            if step.stopped {
                if self.output.is_prompt && number < last && step.exit != Exit::SUCCESS {
                    let left = counted((last - number) as u64, "statement");
                    // Whoever reads the error reads this; where nobody can, nothing is lost.
                    let _ = self.say(&format!("what came behind it was not run: {left}"));
                }
                return Ran { exit: ran.exit, ..step };
            }
        }
        ran
    }

    async fn run_command(
        &mut self,
        piece: Piece<'_>,
        interrupt: &mut Interrupt,
        depth: usize,
    ) -> Result<Ran> {
        let at = piece.start..piece.start + piece.text.len();
        let mut next = command::run(self, piece.text).map_err(|failure| failure.with_span(Some(at)))?;
        loop {
            next = match next {
                Next::Done => return Ok(Ran::WELL),
                Next::Leave(exit) => return Ok(Ran { exit, stopped: true, leaves: true }),
                Next::Query(sql) => {
                    let run = self.run_statement(&sql, interrupt, false).await;
                    // The place is in SQL that the user has not written.
                    run.map_err(|failure| failure.with_span(None))?;
                    return Ok(Ran::WELL);
                }
                Next::Collect(Collect { sql, limit, then }) => {
                    let rows = self.collect(&sql, limit, interrupt).await;
                    then(self, rows.map_err(|failure| failure.with_span(None))?)?
                }
                Next::Explain(sql) => {
                    let planned = self.plan(&sql, interrupt).await;
                    let progress = planned.map_err(|failure| failure.with_span(None))?;
                    self.print_plan(&progress.profile())?;
                    return Ok(Ran::WELL);
                }
                Next::Repeat(repeat) => {
                    let ran = Box::pin(self.repeat(&repeat, interrupt)).await;
                    ran.map_err(|failure| failure.with_span(None))?;
                    return Ok(Ran::WELL);
                }
                Next::Run(source, _) if depth == DEEPEST_READ => {
                    return Err(too_deep(&source.name.unwrap_or_default()));
                }
                Next::Run(source, parameters) => {
                    let before = std::mem::replace(&mut self.parameters, parameters);
                    let ran = Box::pin(self.run_source(&source, interrupt, depth + 1)).await;
                    self.parameters = before;
                    return Ok(ran);
                }
                Next::Export(export) => {
                    let exported = self.export(&export, interrupt).await;
                    exported.map_err(|failure| failure.with_span(None))?;
                    return Ok(Ran::WELL);
                }
                Next::Read(path) if depth == DEEPEST_READ => return Err(too_deep(&path.display())),
                Next::Read(path) => {
                    let source = read_source(&path)?;
                    return Ok(Box::pin(self.run_source(&source, interrupt, depth + 1)).await);
                }
            };
        }
    }

    /// Writes a plan as a tree.
    pub(crate) fn print_plan(&mut self, root: &PlanNode) -> Result<()> {
        let width = self.output.width().unwrap_or(PLAN_WIDTH);
        self.print(&plan::tree(root, width, &self.theme()))
    }

    /// A command's statement, or the last one that was run where it names none.
    pub(crate) fn statement_or_last(&self, written: &str) -> Result<String> {
        if !written.is_empty() {
            return Ok(written.to_owned());
        }
        self.last_statement.clone().ok_or_else(|| {
            Failure::usage("no statement has been run yet")
                .with_help("run one, or write it behind the command")
        })
    }
}

/// Files that run each other have no end.
fn too_deep(name: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("{name} is read by files that read each other more than {DEEPEST_READ} deep"))
}

/// The statements in a file; `-` is standard input.
pub(crate) fn read_source(path: &Path) -> Result<Source> {
    refuse_data_file(path)?;
    let (name, bytes) = if path == Path::new("-") {
        let bytes = io::read_to_string(io::stdin()).map(String::into_bytes);
        ("<stdin>".to_owned(), bytes)
    } else {
        (path.display().to_string(), std::fs::read(path))
    };
    let bytes = bytes.map_err(|error| Failure::file("read", &PathBuf::from(&name), &error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let readable = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let line = readable.matches('\n').count() + 1;
        Failure::usage(format!("{name} is no UTF-8 text from line {line} on"))
            .with_help("save the file as UTF-8")
    })?;
    let text = text.trim_start_matches('\u{feff}').to_owned();
    refuse_data(Path::new(&name), &text)?;
    Ok(Source { name: Some(name), text })
}
