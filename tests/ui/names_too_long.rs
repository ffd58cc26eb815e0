use feedstock::Model;

#[derive(Model)]
#[model(table = "a_table_with_a_name_that_is_so_long_that_postgres_would_cut_some_of_it_off")]
struct Image {
    #[model(primary_key)]
    id: i32,
    a_column_with_a_name_that_is_so_long_that_postgres_would_cut_some_of_it_off: i32,
}

fn main() {}
