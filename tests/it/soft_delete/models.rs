//! The three tables of `schema.sql` as models, once for each rule of the relation from storyboard to image.

macro_rules! diamond {
    ($($module:ident)*) => {$(
        pub mod $module {
            use chrono::NaiveDateTime;
            use feedstock::Model;

            #[derive(Debug, Clone, PartialEq, Model)]
            #[model(table = "drama", soft_delete = deleted_at)]
            #[model(has_many(storyboards: Storyboard, by = drama_id, on_soft_delete = cascade))]
            #[model(has_many(images: Image, by = drama_id, on_soft_delete = cascade))]
            pub struct Drama {
                #[model(primary_key, identity = none)]
                pub id: i32,
                #[model(default = 0)]
                pub plays: i32,
                pub deleted_at: Option<NaiveDateTime>,
            }

            #[derive(Debug, Clone, PartialEq, Model)]
            #[model(table = "storyboard", soft_delete = deleted_at)]
            #[model(unique(drama_id, number))]
            #[model(has_many(images: Image, by = storyboard_id, on_soft_delete = $module))]
            pub struct Storyboard {
                #[model(primary_key, identity = none)]
                pub id: i32,
                #[model(belongs_to = Drama)]
                pub drama_id: i32,
                pub number: i32,
                pub deleted_at: Option<NaiveDateTime>,
            }

            #[derive(Debug, Clone, PartialEq, Model)]
            #[model(table = "image", soft_delete = deleted_at)]
            pub struct Image {
                #[model(primary_key, identity = none)]
                pub id: i32,
                #[model(belongs_to = Drama, restrict_deleted_parent)]
                pub drama_id: i32,
                #[model(belongs_to = Storyboard, restrict_deleted_parent)]
                pub storyboard_id: Option<i32>,
                pub deleted_at: Option<NaiveDateTime>,
            }
        }
    )*};
}

diamond!(cascade set_null restrict);
