#![deny(unused_must_use)]

use feedstock::{Cached, Model, sql};

#[derive(Model)]
#[model(has_many(assets: Asset, by = image_id))]
struct Image {
    #[model(primary_key)]
    id: i32,
    width: i32,
}

#[derive(Model)]
struct Asset {
    #[model(primary_key)]
    id: i32,
    #[model(belongs_to = Image)]
    image_id: i32,
}

mod blocking {
    use super::{Cached, Image, Model, NewImage, sql};
    use feedstock::blocking::Run;

    fn nothing_is_sent(image: &Image) {
        image.save();
        image.itself();
        Image::find(1);
        Image::query().filter(Image::WIDTH.gt(1));
        Image::update().set(Image::WIDTH.to(1));
        Image::insert(NewImage::new(1));
        Image::insert_many([NewImage::new(1)]).on_conflict(Image::ID);
        Image::insert(NewImage::new(1)).on_conflict(Image::ID).do_nothing();
        Image::copy_in([NewImage::new(1)]);
        Image::ASSETS.with_deleted();
        Image::ASSETS.of(image);
        Image::WIDTH.eq(1);
        Image::WIDTH.asc();
        sql!("DELETE FROM image");
        sql!("SELECT {i.*} FROM {Image i}").read_as::<Image>();
    }

    fn nobody_looks(client: postgres::Client) {
        let mut client = Cached::new(client);
        Image::find(1).delete(&mut client);
        Image::query().all(&mut client);
    }
}

mod awaited {
    use super::{Image, Model};
    use feedstock::tokio::Run;

    async fn nothing_is_sent(image: &Image, client: &tokio_postgres::Client) {
        image.save();
        image.save().one(client);
        Image::find(1).delete(client);
        Image::ASSETS.load(std::slice::from_ref(image), client);
    }
}

fn main() {}
