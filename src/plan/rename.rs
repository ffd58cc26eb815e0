//! A rename as SQL.

use super::hazard::Hazard;
use super::step::{Step, Verb};
use crate::ddl;
use crate::diff::Rename;
use crate::ident::{is_aside, literal, quote_ident};
use crate::schema::{Id, Name};

pub(super) fn steps(rename: &Rename) -> Vec<Step> {
    let verb = match rename {
        Rename::Namespace(_) => Verb::Create,
        Rename::Extension(..) => Verb::Change,
        Rename::Relation(..) | Rename::Part(..) | Rename::Label(..) => Verb::Rename,
    };
    statements(rename).into_iter().map(|step| Step { verb, ..step }).collect()
}

fn statements(rename: &Rename) -> Vec<Step> {
    match rename {
        Rename::Namespace(schema) => {
            vec![Step::new(Id::Namespace(schema.clone()), format!("CREATE SCHEMA {}", quote_ident(schema)))]
        }
        Rename::Relation(id, to) => relation(id, to),
        Rename::Part(id, to) => vec![part(id, to)],
        Rename::Extension(name, to) => {
            let sql = format!("ALTER EXTENSION {} SET SCHEMA {}", quote_ident(name), quote_ident(to));
            vec![Step::new(Id::Extension(name.clone()), sql)]
        }
        Rename::Label(of, from, to) => {
            let sql =
                format!("ALTER TYPE {} RENAME VALUE {} TO {}", ddl::name(of), literal(from), literal(to));
            let hazard = (!is_aside(from)).then(|| Hazard::rename("label", format!("{of}.{from}")));
            vec![Step::new(Id::Enum(of.clone()), sql).with(hazard)]
        }
    }
}

fn relation(id: &Id, to: &Name) -> Vec<Step> {
    let (word, from) = match id {
        Id::Table(name) => ("TABLE", name),
        Id::Index(name) => ("INDEX", name),
        Id::Sequence(name) => ("SEQUENCE", name),
        Id::Enum(name) => ("TYPE", name),
        _ => return Vec::new(),
    };
    let mut steps = Vec::new();
    let mut now = from.clone();
    if from.schema != to.schema {
        let sql = format!("ALTER {word} {} SET SCHEMA {}", ddl::name(from), quote_ident(&to.schema));
        steps.push(Step::new(id, sql));
        now.schema.clone_from(&to.schema);
    }
    if from.name != to.name {
        let sql = format!("ALTER {word} {} RENAME TO {}", ddl::name(&now), quote_ident(&to.name));
        steps.push(Step::new(id, sql));
    }
    if matches!(id, Id::Table(_)) && !is_aside(&from.name) {
        steps = steps.into_iter().map(|step| step.hazard(Hazard::rename("table", from))).collect();
    }
    steps
}

fn part(id: &Id, to: &str) -> Step {
    match id {
        Id::Column(table, from) => {
            let sql = format!(
                "ALTER TABLE {} RENAME COLUMN {} TO {}",
                ddl::name(table),
                quote_ident(from),
                quote_ident(to)
            );
            let step = Step::new(id, sql);
            // A temporary name is used by no program.
            if is_aside(from) {
                step
            } else {
                step.hazard(Hazard::rename("column", format!("{table}.{from}")))
            }
        }
        Id::Constraint(table, from) | Id::ForeignKey(table, from) => {
            let table = ddl::name(table);
            let sql =
                format!("ALTER TABLE {table} RENAME CONSTRAINT {} TO {}", quote_ident(from), quote_ident(to));
            Step::new(id, sql)
        }
        _ => Step::new(id, String::new()),
    }
}
