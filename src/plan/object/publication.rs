//! Publications.

use crate::plan::context::Context;
use crate::plan::hazard::Hazard;
use crate::schema::Id;

/// A publication is dropped, or publishes a table or schema no longer.
pub(super) fn hazard(context: &Context<'_>, id: &Id) -> Option<Hazard> {
    let message = match id {
        _ if context.is_made_again(id) => return None,
        Id::Other(word, _) if word == "PUBLICATION" => "the subscriptions to it fail",
        Id::Other(word, _) if word == "TABLES IN SCHEMA" => "subscribers get no more changes of its tables",
        Id::On(word, ..) if word == "PUBLICATION" => "subscribers get no more changes of the table",
        _ => return None,
    };
    Some(Hazard::warns("drop-publication", id, message))
}
