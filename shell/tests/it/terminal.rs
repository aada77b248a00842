//! A shell session in a pseudo-terminal whose screen is known. Tests wait for what they expect to see, never for time.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Long enough for a busy machine; only a failing test waits this long.
const PATIENCE: Duration = Duration::from_mins(1);

const ROWS: u16 = 24;
const COLUMNS: u16 = 80;

/// A running `lifetracks` and what its screen shows.
pub(crate) struct Session {
    screen: Arc<Mutex<vt100::Parser>>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    terminal: Box<dyn MasterPty + Send>,
}

impl Session {
    /// Starts the binary with its state in `home`, and waits for the prompt.
    pub(crate) fn start(home: &Path) -> Self {
        let mut session = Self::spawn(home, &[]);
        session.wait_for_prompt();
        session
    }

    /// Starts the binary with these environment variables on top of the usual ones.
    pub(crate) fn spawn(home: &Path, environment: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_lifetracks"));
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("HOME", home);
        command.env("XDG_STATE_HOME", home.join("state"));
        for (name, value) in environment {
            command.env(name, value);
        }
        command.cwd(home);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);

        let rows = NonZeroU16::new(ROWS).unwrap();
        let columns = NonZeroU16::new(COLUMNS).unwrap();
        let screen = Arc::new(Mutex::new(vt100::Parser::new(rows, columns, 0)));
        let mut output = pair.master.try_clone_reader().unwrap();
        let written = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                written.lock().unwrap().process(&bytes[..count]);
            }
        });
        Self { screen, keyboard: pair.master.take_writer().unwrap(), child, terminal: pair.master }
    }

    /// Types keys as they are.
    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Types a line and Enter.
    pub(crate) fn enter(&mut self, line: &str) {
        self.press(line);
        self.press("\r");
    }

    /// The screen's text.
    pub(crate) fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Whether no cell of the screen has a colour or a weight of its own.
    pub(crate) fn is_plain(&self) -> bool {
        let parser = self.screen.lock().unwrap();
        let screen = parser.screen();
        let mut cells = (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| (row, column)));
        cells.all(|(row, column)| {
            screen
                .cell(row, column)
                .is_none_or(|cell| cell.fgcolor() == vt100::Color::Default && !cell.bold() && !cell.dim())
        })
    }

    /// Whether the text is dim in the first row, or the last one, where it stands.
    pub(crate) fn is_dim(&self, text: &str, last: bool) -> bool {
        let parser = self.screen.lock().unwrap();
        let screen = parser.screen();
        let rows = screen.rows(0, COLUMNS).zip(0..);
        let mut found: Vec<_> =
            rows.filter_map(|(line, row)| Some((row, line[..line.find(text)?].chars().count()))).collect();
        if last {
            found.reverse();
        }
        let (row, column) = found[0];
        screen.cell(row, u16::try_from(column).unwrap()).unwrap().dim()
    }

    /// In which columns of each row a character stands.
    pub(crate) fn places_of(&self, character: &str) -> Vec<Vec<u16>> {
        let parser = self.screen.lock().unwrap();
        let screen = parser.screen();
        let is_there =
            |row, column| screen.cell(row, column).is_some_and(|cell| cell.contents() == character);
        let places = |row| (0..COLUMNS).filter(|column| is_there(row, *column)).collect();
        (0..ROWS).map(places).collect()
    }

    /// Changes the terminal's size.
    pub(crate) fn resize(&mut self, rows: u16, columns: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let (rows, columns) = (NonZeroU16::new(rows).unwrap(), NonZeroU16::new(columns).unwrap());
        self.screen.lock().unwrap().screen_mut().set_size(rows, columns);
        self.terminal.resize(size).unwrap();
    }

    /// Waits until the screen's text is as wanted.
    pub(crate) fn wait(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        let started = Instant::now();
        loop {
            let text = self.text();
            if wanted(&text) {
                return text;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "this never came:\n{text}\n(the shell: {:?})",
                self.child.try_wait()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until the cursor is in this column, counted from 0.
    pub(crate) fn wait_for_cursor_column(&mut self, column: u16) {
        let screen = Arc::clone(&self.screen);
        self.wait(|_| screen.lock().unwrap().screen().cursor_position().1 == column);
    }

    /// Presses keys again and again until the screen's text is as wanted: what comes in the background shows at a key.
    pub(crate) fn wait_while_pressing(&mut self, keys: &str, wanted: impl Fn(&str) -> bool) -> String {
        let started = Instant::now();
        while !wanted(&self.text()) {
            assert!(started.elapsed() < PATIENCE, "this never came:\n{}", self.text());
            self.press(keys);
            std::thread::sleep(Duration::from_millis(50));
        }
        self.text()
    }

    /// Waits until the screen holds the text.
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        self.wait(|screen| screen.contains(text))
    }

    /// Waits until the last line is an empty prompt.
    pub(crate) fn wait_for_prompt(&mut self) -> String {
        self.wait(|screen| screen.trim_end().ends_with("\nlifetracks>"))
    }

    /// Waits until the editor has given the line away: the cursor then stands at the start of a row.
    pub(crate) fn wait_until_entered(&mut self) {
        let screen = Arc::clone(&self.screen);
        self.wait(|text| {
            let (row, column) = screen.lock().unwrap().screen().cursor_position();
            row > 0 && column == 0 && text.trim_end().ends_with(';')
        });
    }

    /// Waits until the program has ended; its exit code.
    pub(crate) fn wait_for_end(&mut self) -> u32 {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(started.elapsed() < PATIENCE, "it did not leave:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // It may have left by itself.
        let _ = self.child.kill();
    }
}
