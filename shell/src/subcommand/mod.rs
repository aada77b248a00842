//! From the command line to what was asked for: statements, the prompt, or one of the subcommands.

mod check;
mod completions;
mod config;
mod demo;
mod doctor;
mod findings;
mod info;
mod layout;
mod load;
mod man;
mod rejects;
mod statements;
mod twin;
mod vacuum;
mod verify;

use std::io;

use crate::args::{Args, EngineArgs, ScreenArgs, Subcommand};
use crate::diagnostic::write_failure;
use crate::exit::Exit;
use crate::failure::Result;
use crate::terminal::Terminal;

/// Parses the command line, does what it says, and shows what stopped it.
pub(crate) fn main() -> Exit {
    let (args, scripts) = match Args::parse_from(std::env::args_os()) {
        Ok(parsed) => parsed,
        Err(error) => {
            // Nobody is left to tell when even this cannot be written.
            let _ = error.print();
            return if error.use_stderr() { Exit::USAGE } else { Exit::SUCCESS };
        }
    };
    let terminal = Terminal::new(args.screen.color);
    let around = Around { engine: &args.engine, screen: args.screen, terminal };
    let done = match &args.subcommand {
        None => statements::run(&args, scripts, &around),
        Some(Subcommand::Load(load)) => load::run(load, &around),
        Some(Subcommand::Check(check)) => check::run(check, &around),
        Some(Subcommand::Layout(layout)) => layout::run(layout, &around),
        Some(Subcommand::Twin(twin)) => twin::run(twin, &around),
        Some(Subcommand::Verify(target)) => verify::run(target, &around),
        Some(Subcommand::Doctor(doctor)) => doctor::run(doctor, &around),
        Some(Subcommand::Vacuum(vacuum)) => vacuum::run(vacuum, &around),
        Some(Subcommand::Config(config)) => config::run(config, &around),
        Some(Subcommand::Demo(demo)) => demo::run(demo, &around),
        Some(Subcommand::Info(target)) => info::run(target, &around),
        Some(Subcommand::Completions(completions)) => completions::run(completions),
        Some(Subcommand::Man) => man::run(),
    };
    done.unwrap_or_else(|failure| {
        let _ = write_failure(&mut io::stderr().lock(), &terminal.errors, &failure, None);
        failure.exit
    })
}

/// What every subcommand is given.
struct Around<'a> {
    engine: &'a EngineArgs,
    screen: ScreenArgs,
    terminal: Terminal,
}

impl Around<'_> {
    /// Tells the person at the terminal something that is no result.
    fn say(&self, message: &str) -> Result<()> {
        use std::io::Write as _;
        if !self.screen.quiet {
            writeln!(io::stderr(), "{message}")?;
        }
        Ok(())
    }
}

/// The lake that was named, or the one of `LIFETRACKS_LAKE`.
fn named_lake(given: Option<&String>) -> Option<String> {
    let from_environment = || std::env::var("LIFETRACKS_LAKE").ok();
    given.cloned().or_else(from_environment).filter(|lake| !lake.is_empty())
}

/// The lake where none is named.
const DEFAULT_LAKE: &str = "lake";

/// Writes a subcommand's result.
fn write_result(text: &str) -> Result<()> {
    use std::io::Write as _;
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}
