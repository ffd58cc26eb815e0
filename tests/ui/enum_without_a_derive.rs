use feedstock::{Model, blocking::Run, sql};

enum Status {
    Open,
    Shut,
}

struct Money(i64);

#[derive(Model)]
struct Ticket {
    #[model(primary_key)]
    id: i32,
    status: Status,
    price: Option<Money>,
}

fn used(client: &mut postgres::Client) -> feedstock::Result<()> {
    let ticket = Ticket::find(1).one(client)?;
    ticket.save().one(client)?;
    Ticket::insert(NewTicket::new(Status::Open)).one(client)?;
    Ticket::query().filter(Ticket::STATUS.eq(Status::Shut)).all(client)?;
    Ticket::update().set(Ticket::STATUS.to(Status::Shut)).filter(Ticket::ID.eq(1)).execute(client)?;
    sql!("SELECT {t.*} FROM {Ticket t}").read_as::<Ticket>().all(client)?;
    Ok(())
}

fn main() {}
