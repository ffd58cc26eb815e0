//! How large a table is, and what that says about how long its rows take.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Up to how many bytes a table is small when nothing else is said: 10 MB.
pub const SMALL_TABLE: u64 = 10 << 20;

/// How large a table is, as the statistics of a live database have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Its rows, as last counted or estimated; `None` where nobody has.
    pub rows: Option<u64>,
    /// Its bytes on disk: indexes, long values and partitions included.
    pub bytes: u64,
}

impl fmt::Display for Size {
    /// `about 200,000,000 rows, 41 GB`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(rows) = self.rows {
            write!(f, "about {} {}, ", with_commas(rows), if rows == 1 { "row" } else { "rows" })?;
        }
        f.write_str(&bytes(self.bytes))
    }
}

fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// As `pg_size_pretty` has it: whole units, the next one from 10 on.
fn bytes(bytes: u64) -> String {
    let mut rest = bytes;
    for unit in ["bytes", "kB", "MB", "GB"] {
        if rest < 10 * 1024 {
            return format!("{rest} {unit}");
        }
        rest = (rest + 512) / 1024;
    }
    format!("{rest} TB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_easily() {
        let size = |rows, bytes| Size { rows, bytes }.to_string();
        assert_eq!(size(Some(200), 16 << 10), "about 200 rows, 16 kB");
        assert_eq!(size(Some(1), 8192), "about 1 row, 8192 bytes");
        assert_eq!(size(Some(200_000_000), 41 << 30), "about 200,000,000 rows, 41 GB");
        assert_eq!(size(None, 20 << 40), "20 TB");
    }
}
