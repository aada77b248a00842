//! `.sources`

use super::{Action, Argument, Command, Section, matching};

pub(super) const COMMAND: Command = Command {
    name: "sources",
    aliases: &[],
    section: Section::Catalogue,
    usage: ".sources [TABLE]",
    help: "Lists the files that were loaded: layout, rows, refused rows, when, and the hash of the file.",
    argument: Argument::Table,
    run: Action::Ask(sql),
};

fn sql(argument: &str) -> String {
    let filter = matching("s.table_name", argument);
    format!(
        "SELECT s.lake_version, s.table_name, s.file, s.layout, s.rows_in, coalesce(r.refused, 0) AS rejected, \
         s.committed_at, s.hash FROM lifetracks.sources s LEFT JOIN \
         (SELECT lake_version, table_name, file, count(DISTINCT line) AS refused FROM lifetracks.rejects \
          GROUP BY lake_version, table_name, file) r \
         ON r.lake_version = s.lake_version AND r.table_name = s.table_name AND r.file = s.file{filter} \
         ORDER BY s.lake_version, s.table_name, s.file"
    )
}
