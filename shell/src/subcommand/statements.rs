//! No subcommand: statements from `-c`, `-f` and standard input, or the prompt.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::Arc;

use lifetracks_engine::{Engine, Options};

use super::{Around, DEFAULT_LAKE, named_lake};
use crate::args::{Args, Script};
use crate::command;
use crate::config::Config;
use crate::editor::EditMode;
use crate::exit::Exit;
use crate::failure::Result;
use crate::repl;
use crate::script::Source;
use crate::shell::{Ran, Settings, Shell, read_source};
use crate::terminal::is_interactive;
use crate::wanted::Wanted;

/// Opens the lake and runs what there is to run.
pub(super) fn run(args: &Args, mut scripts: Vec<Script>, around: &Around<'_>) -> Result<Exit> {
    let interactive = scripts.is_empty() && is_interactive();
    if scripts.is_empty() && !interactive {
        scripts.push(Script::File("-".into()));
    }
    let config = if args.no_init { Config::default() } else { Config::load(args.config.as_deref())? };
    let lake = named_lake(args.lake.as_ref())
        .or_else(|| config.lake.clone())
        .or_else(|| Path::new(DEFAULT_LAKE).is_dir().then(|| DEFAULT_LAKE.to_owned()));
    let options = around.engine.options(lake.clone());
    let options = Options {
        checked_reads: args.checked,
        memory_limit: options.memory_limit.or(config.memory_limit),
        threads: options.threads.or_else(|| config.threads.map(usize::from)),
        ..options
    };
    let engine = Engine::open(&options)?;
    let settings = Settings {
        format: args.results.format(),
        display_rows: args.display_rows,
        limit: args.limit,
        timer: interactive && io::stdout().is_terminal(),
        stats: args.results.stats,
        quiet: around.screen.quiet,
        on_error: args.on_error,
        progress: interactive,
        timeout: args.timeout.or(config.timeout),
        safe: args.safe,
        wanted: if interactive { Wanted::All } else { args.results.wanted },
    };
    let mut shell = Shell::new(engine, settings, around.terminal, args.results.target())?;
    shell.log.is_on = config.log.unwrap_or(true);
    shell.output.look = args.results.look();
    shell.parameters = Arc::new(args.parameters.iter().cloned().collect());
    if interactive {
        shell.output.is_prompt = true;
        prepare(&mut shell, &config);
        let left = repl::run(&mut shell, lake.as_deref(), config.keys.unwrap_or(EditMode::Emacs))?;
        shell.finish(true)?;
        return Ok(left);
    }
    shell.goes_on = scripts.len() > 1 || args.results.wanted != Wanted::All;
    let ran = run_scripts(&mut shell, scripts);
    let finished = shell.finish(ran.as_ref().is_ok_and(|ran| ran.is_whole()));
    let exit = ran?.exit;
    finished?;
    Ok(exit)
}

/// Makes the settings of the configuration and runs its statements. What fails is said and keeps nobody from working.
fn prepare(shell: &mut Shell, config: &Config) {
    // Nobody has just typed them.
    let quiet = std::mem::replace(&mut shell.settings.quiet, true);
    for (name, argument) in &config.settings {
        if let Err(failure) = command::run(shell, &format!(".{name} {argument}")) {
            shell.report(&failure, None);
        }
    }
    shell.settings.quiet = quiet;
    let Some(path) = &config.init else { return };
    match read_source(path) {
        Ok(source) => {
            let mut interrupt = shell.listen();
            shell.run(&source, &mut interrupt);
        }
        Err(failure) => shell.report(&failure, None),
    }
}

/// Runs the scripts in order; ends as the first of them that failed.
fn run_scripts(shell: &mut Shell, scripts: Vec<Script>) -> Result<Ran> {
    let mut interrupt = shell.listen();
    let mut all = Ran::WELL;
    for script in scripts {
        let source = match script {
            Script::Command(text) => Source { name: Some("<command>".to_owned()), text },
            Script::File(path) => read_source(&path)?,
        };
        let ran = shell.run(&source, &mut interrupt);
        if ran.leaves {
            return Ok(ran);
        }
        if all.exit == Exit::SUCCESS {
            all.exit = ran.exit;
        }
        if ran.stopped {
            return Ok(Ran { stopped: true, ..all });
        }
    }
    let written = shell.write_wanted(&mut interrupt)?;
    if written != Exit::SUCCESS {
        all.stopped = true;
    }
    if all.exit == Exit::SUCCESS {
        all.exit = written;
    }
    Ok(all)
}
