//! What a reader needs to know of `query_log` and `shell_history`, which the engine plans from what the shell keeps.

use crate::documentation::{FunctionDoc, FunctionKind, TABLES, lines, pairs};

/// The documentation of the functions that show what the shell keeps of its use.
pub(crate) fn documentation() -> Vec<FunctionDoc> {
    vec![query_log(), shell_history()]
}

fn query_log() -> FunctionDoc {
    FunctionDoc {
        name: "query_log".to_owned(),
        kind: FunctionKind::Table,
        family: TABLES.to_owned(),
        syntax: lines(&["query_log()"]),
        description: "The statements that ran, one row each, the oldest first.\n\n\
            The shell adds a row for every statement that runs at the prompt, from the command line, a file or standard \
            input, on any lake of this user, unless `.log off` or `log = false` in the configuration says otherwise. \
            Neither the text of a statement nor a value is kept, because a literal may be confidential: `sql_hash` is the \
            same for the same text and says nothing to those who do not have the log's key. The oldest rows go when the \
            log has grown to 16 MiB. A line of the file that cannot be read is left out, and a notice counts them. \
            Without a log there are no rows."
            .to_owned(),
        arguments: Vec::new(),
        columns: pairs(&[
            ("started_at", "When the statement began, in UTC. Never NULL."),
            ("who", "The user's name in the operating system; unknown where it has none. Never NULL."),
            ("lake", "The lake's folder. NULL without a lake."),
            (
                "lake_version",
                "The newest version of the lake that the program had seen when the statement ended; `VERSION AS OF` may \
                 have read an older one. NULL without a lake.",
            ),
            (
                "sql_hash",
                "blake3 of the statement's text under a random key that stands beside the log, in hexadecimal digits. \
                 Never NULL.",
            ),
            ("command", "The dot command that ran the statement, without its dot. NULL where it was written."),
            (
                "tables",
                "A list of the tables that the statement reads; those beneath a view, not the view. It is empty where \
                 the statement could not be planned. Never NULL.",
            ),
            ("rows", "Rows that the statement gave, as far as it came. NULL where it gave none."),
            ("milliseconds", "How long it took, with the time for writing its rows. Never NULL."),
            ("status", "ok, error, cancelled, timeout or refused. Never NULL."),
            (
                "output_file",
                "The file that took the rows. NULL where they went to the screen or to another program.",
            ),
        ]),
        sql_example: "SELECT count(*) AS failed FROM query_log() WHERE status <> 'ok';".to_owned(),
    }
}

fn shell_history() -> FunctionDoc {
    FunctionDoc {
        name: "shell_history".to_owned(),
        kind: FunctionKind::Table,
        family: TABLES.to_owned(),
        syntax: lines(&["shell_history()"]),
        description: "What was entered at the prompt, one row per entry, the oldest first.\n\n\
            The entries are those of `.history`, under the same numbers. A statement may hold confidential values, so that \
            a result of this function is restricted. When an entry was made is not known. Without a history there are no \
            rows."
            .to_owned(),
        arguments: Vec::new(),
        columns: pairs(&[
            ("number", "The entry's number, from 1. Never NULL."),
            ("statement", "What was entered: a statement, several, or a dot command. Never NULL."),
        ]),
        sql_example: "SELECT count(*) AS entries FROM shell_history() WHERE statement ILIKE '%diploma%';"
            .to_owned(),
    }
}
