//! The states of the work, kept as `varchar` with a check.

use feedstock::TextEnum;

/// How far a piece of generated work is: of an image, or of a storyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TextEnum)]
pub enum Status {
    /// Asked for, and not begun.
    Pending,
    /// The provider is at it; there is a task id when it works asynchronously.
    Processing,
    /// There is a result.
    Completed,
    /// It failed; the error message says why.
    Failed,
}

/// How far a drama or an episode is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TextEnum)]
pub enum DramaStatus {
    /// Being written.
    Draft,
    /// In production.
    InProgress,
    /// Finished.
    Completed,
}
