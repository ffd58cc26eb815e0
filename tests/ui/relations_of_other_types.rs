use feedstock::{Model, blocking::Run};

#[derive(Model)]
#[model(has_many(shots: Shot, by = episode))]
#[model(has_many(scenes: Scene, by = episode_id))]
struct Episode {
    #[model(primary_key)]
    id: i64,
}

#[derive(Model)]
struct Shot {
    #[model(primary_key)]
    id: i32,
    #[model(belongs_to = Episode)]
    episode_id: String,
}

#[derive(Model)]
struct Scene {
    #[model(primary_key)]
    id: i32,
    episode_id: i32,
}

fn used(episodes: &[Episode], client: &mut postgres::Client) -> feedstock::Result<()> {
    Episode::SHOTS.load(episodes, client)?;
    Episode::SCENES.load(episodes, client)?;
    Ok(())
}

fn main() {}
