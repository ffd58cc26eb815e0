//! Rows as they were sent, and structs that borrow from them.

use feedstock::Model;
use feedstock::Row;
use images::ImageGeneration as I;

use super::{awaited, dramas};
use crate::support;

mod kinds {
    #[derive(Debug, PartialEq, feedstock::Model)]
    pub struct Blob {
        #[model(primary_key)]
        pub id: i32,
        #[model(sql_type = "varchar")]
        pub name: String,
        pub note: Option<String>,
        pub bytes: Vec<u8>,
        pub more: Option<Vec<u8>>,
    }
}

#[derive(Debug, PartialEq, Row)]
struct BlobRef<'a> {
    id: i32,
    name: &'a str,
    note: Option<&'a str>,
    bytes: &'a [u8],
    more: Option<&'a [u8]>,
}

#[derive(Debug, Row)]
struct Short {
    #[expect(dead_code)]
    id: i32,
}

#[derive(Debug, Row)]
struct Wrong<'a> {
    #[expect(dead_code)]
    id: &'a str,
    #[expect(dead_code)]
    name: &'a str,
    #[expect(dead_code)]
    note: Option<&'a str>,
    #[expect(dead_code)]
    bytes: &'a [u8],
    #[expect(dead_code)]
    more: Option<&'a [u8]>,
}

#[test]
fn texts_and_bytes_are_borrowed() {
    use feedstock::blocking::Run;
    use kinds::{Blob, NewBlob};

    let mut db = support::tables(&feedstock::models![Blob]);
    let rows = [
        NewBlob { note: Some("雨 \\ '".to_owned()), ..NewBlob::new("a".to_owned(), vec![0, 255]) },
        NewBlob { more: Some(vec![1]), ..NewBlob::new(String::new(), vec![]) },
    ];
    Blob::insert_many(rows).execute(&mut db.client).unwrap();
    let expected = || {
        [
            BlobRef { id: 1, name: "a", note: Some("雨 \\ '"), bytes: &[0, 255], more: None },
            BlobRef { id: 2, name: "", note: None, bytes: &[], more: Some(&[1]) },
        ]
    };
    let fetched = Blob::query().order_by(Blob::ID.asc()).fetch(&mut db.client).unwrap();
    assert_eq!(fetched.len(), 2);
    assert_eq!(fetched.all::<BlobRef>().unwrap(), expected());
    let ids: Vec<i32> = fetched.iter::<BlobRef>().map(|row| row.unwrap().id).collect();
    assert_eq!(ids, [1, 2]);
    // The model is read from the same rows.
    assert_eq!(fetched.all::<Blob>().unwrap()[1].more, Some(vec![1]));

    let error = fetched.all::<Short>().unwrap_err();
    assert_eq!(error.message(), "the row has 5 columns, `Short` has 1 field");
    assert_eq!(fetched.iter::<Wrong>().count(), 1, "one error for all rows");
    let error = fetched.all::<Wrong>().unwrap_err();
    assert_eq!(
        error.message(),
        "`Wrong`, column `id` (number 1): the column is `integer`, the field `&'a str`"
    );

    awaited(&db.url, async |client| fetched_async(client, expected()).await);

    let mut copied = Blob::query().order_by(Blob::ID.asc()).copy_out(&mut db.client).unwrap();
    for row in &expected() {
        assert_eq!(copied.next_as::<BlobRef>().unwrap().unwrap(), *row);
    }
    assert!(copied.next_as::<BlobRef>().is_none() && copied.next().is_none());
    drop(copied);
    let mut copied = Blob::query().copy_out(&mut db.client).unwrap();
    assert!(copied.next_as::<Wrong>().unwrap().unwrap_err().is_decode());
}

async fn fetched_async(client: tokio_postgres::Client, expected: [BlobRef<'_>; 2]) {
    use feedstock::tokio::Run;
    use kinds::Blob;
    let fetched = Blob::query().order_by(Blob::ID.asc()).fetch(&client).await.unwrap();
    assert_eq!(fetched.all::<BlobRef>().unwrap(), expected);
    let none = Blob::query().filter(Blob::ID.gt(2)).fetch(&client).await.unwrap();
    assert!(none.is_empty() && none.all::<BlobRef>().unwrap().is_empty());
    let mut copied = Blob::query().order_by(Blob::ID.asc()).copy_out(&client).await.unwrap();
    for row in &expected {
        assert_eq!(copied.next_as::<BlobRef>().await.unwrap().unwrap(), *row);
    }
    assert!(copied.next_as::<BlobRef>().await.is_none());
}

#[test]
fn what_fails_on_the_way_is_an_error() {
    use feedstock::blocking::Run;

    let mut db = dramas("fetch_error");
    let divided =
        || I::query().filter(feedstock::query::sql("1 / (id - 1003) <> 7", ())).order_by(I::ID.asc());
    assert_eq!(divided().fetch(&mut db.client).unwrap_err().sqlstate(), Some("22012"));
    assert_eq!(I::query().fetch(&mut db.client).unwrap().len(), 6);
}

/// Who collects rows makes room for them once.
#[test]
fn the_rows_that_are_left_are_counted() {
    use feedstock::blocking::Run;

    let mut db = dramas("fetch_count");
    let fetched = I::query().fetch(&mut db.client).unwrap();
    let mut rows = fetched.iter::<I>();
    let all = rows.size_hint().0;
    assert!(all > 1 && rows.size_hint() == (all, Some(all)), "{:?}", rows.size_hint());
    rows.next().unwrap().unwrap();
    assert_eq!(rows.size_hint(), (all - 1, Some(all - 1)));
    assert_eq!(rows.count(), all - 1);
}
