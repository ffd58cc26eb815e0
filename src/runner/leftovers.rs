//! What a file leaves in its session beside settings: prepared statements, cursors, channels, advisory locks and
//! temporary objects. The next file of the same run would see them, and the same file in a run of its own would not.
//!
//! `DISCARD ALL` would also release the runner's own lock, and drop what the owner of the connection had prepared. So
//! only what is new since the start of the run is removed.

use postgres::Client;

use super::simple;
use crate::ident::literal;
use crate::{Error, Result};

/// The commands that would remove what was in the session before the run.
pub(super) struct Leftovers {
    before: Vec<String>,
}

/// A bound on repetitions: a lock that was taken ten times has to be released ten times.
const ROUNDS: usize = 100;

impl Leftovers {
    /// Reads what the session has now, the runner's lock included.
    pub fn read(client: &mut Client) -> Result<Self> {
        let query = format!("SELECT command FROM ({}) AS c", commands(true));
        let rows = simple::rows(client, &query)
            .map_err(|error| Error::from(error).while_doing("looking at the session"))?;
        Ok(Leftovers { before: rows.into_iter().flatten().flatten().collect() })
    }

    /// A query for one text of the commands that remove what is new: NULL when nothing is.
    fn query(&self) -> String {
        let before: Vec<String> = self.before.iter().map(|command| literal(command)).collect();
        // Where some temporary objects are older than the run, ours are dropped one by one.
        let one_by_one = self.before.iter().any(|command| command == DISCARD);
        format!(
            "SELECT pg_catalog.string_agg(command, '; ' ORDER BY step, command) FROM ({}) AS c \
             WHERE command <> ALL (ARRAY[{}]::text[])",
            commands(one_by_one),
            before.join(", ")
        )
    }

    /// Was the runner's lock the only advisory lock?
    pub fn only_the_lock(&self) -> bool {
        self.locks() == 1
    }

    /// An expression that is false where nothing can be new: it costs a tenth of the query. Where the runner's lock was
    /// the only one, advisory locks are not looked for: all others are released without looking.
    pub fn suspicion(&self) -> String {
        let locks = match self.locks() {
            1 => String::new(),
            locks => format!(
                " OR (SELECT count(*) FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted AND pid = \
                 pg_catalog.pg_backend_pid()) > {locks}"
            ),
        };
        format!("{}{locks}", include_str!("suspicion.sql").trim())
    }

    fn locks(&self) -> usize {
        self.before.iter().filter(|command| command.contains("pg_advisory_unlock")).count()
    }

    /// Is anything new in the session?
    pub fn are_there(&self, client: &mut Client) -> Result<bool, postgres::Error> {
        Ok(simple::row(client, &self.query())?.first().is_some_and(|commands| !commands.is_empty()))
    }

    /// Removes what is new in the session.
    pub fn clear(&self, client: &mut Client) -> Result<(), postgres::Error> {
        for _ in 0..ROUNDS {
            let found = simple::row(client, &self.query())?;
            match found.first() {
                Some(commands) if !commands.is_empty() => client.batch_execute(commands)?,
                _ => break,
            }
        }
        Ok(())
    }
}

/// The command that drops all temporary objects at once.
const DISCARD: &str = "DISCARD TEMP";

fn commands(one_by_one: bool) -> String {
    let commands = include_str!("leftovers.sql").trim().to_owned();
    if one_by_one {
        format!("{commands}\nUNION ALL\n{}", include_str!("temporary.sql").trim())
    } else {
        commands
    }
}
