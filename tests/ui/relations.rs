use feedstock::Model;

type Time = chrono::NaiveDateTime;

/// Nothing is deleted here, and the last one has no such column.
#[derive(Model)]
#[model(has_many(shots: Shot, by = episode_id))]
#[model(has_many(others: Shot, by = no_such))]
struct Episode {
    #[model(primary_key)]
    id: i64,
}

/// A key of another type, rows without soft delete that cannot go, and a column that is never NULL.
#[derive(Model)]
#[model(soft_delete = deleted_at)]
#[model(has_many(images: Image, by = shot_id, on_soft_delete = cascade))]
#[model(has_many(notes: Note, by = shot_id, on_soft_delete = set_null))]
struct Shot {
    #[model(primary_key)]
    id: i32,
    #[model(belongs_to = Episode, restrict_deleted_parent)]
    episode_id: i32,
    deleted_at: Option<Time>,
}

#[derive(Model)]
struct Image {
    #[model(primary_key)]
    id: i32,
    #[model(belongs_to = Shot)]
    shot_id: i32,
}

#[derive(Model)]
struct Note {
    #[model(primary_key)]
    id: i32,
    shot_id: i32,
}

fn main() {}
