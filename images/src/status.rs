//! The states of the work, kept as `varchar` with a check.

use feedstock::TextEnum;

/// Progress of a generation: of an image, or of a storyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TextEnum)]
pub enum Status {
    /// Requested, not started.
    Pending,
    /// The provider is working on it; asynchronous work has a task id.
    Processing,
    /// There is a result.
    Completed,
    /// It failed; the error message says why.
    Failed,
}

/// Progress of a drama or an episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TextEnum)]
pub enum DramaStatus {
    /// Being written.
    Draft,
    /// In production.
    InProgress,
    /// Finished.
    Completed,
}
