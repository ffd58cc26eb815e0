//! Files of two branches in one directory: two of one version, or two that follow the same file.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::write::Draft;
use super::wrong::{Wrong, none_or_all};
use super::{Migration, Migrations, Parent, sha256, sql_files};
use crate::text_file;
use crate::{Error, Result};

/// A directory in which some files are taken apart from the others.
#[derive(Debug, Clone)]
pub struct Branch {
    /// The files that stay.
    pub others: Migrations,
    /// The files that move behind them, in order.
    pub moving: Vec<Migration>,
}

/// A moved file.
#[derive(Debug, Clone)]
pub struct Moved {
    /// Its path before.
    pub from: String,
    /// Its name after.
    pub name: String,
    /// Its text after.
    pub text: String,
}

/// The first two files of a directory that are in each other's way.
///
/// # Errors
/// A file cannot be read.
pub fn conflict(dir: &Path) -> Result<Option<[Migration; 2]>> {
    let all = all_of(dir)?;
    let pairs = all.windows(2).filter_map(|pair| match pair {
        [one, two] => Some([one, two]),
        _ => None,
    });
    for [one, two] in pairs {
        let other_parent = two.header.parent.as_ref().is_some_and(|parent| {
            parent.version != one.version && all.iter().any(|file| file.version == parent.version)
        });
        if one.version == two.version || other_parent {
            return Ok(Some([one.clone(), two.clone()]));
        }
    }
    Ok(None)
}

/// Every file, also two of one version, in the order of versions and names.
fn all_of(dir: &Path) -> Result<Vec<Migration>> {
    let (paths, mut wrong) = sql_files(dir)?;
    let mut all = Vec::new();
    for path in paths {
        let read = text_file::read(&path).map_err(|error| vec![Wrong::new(&path, error)]);
        match read.and_then(|text| Migration::parse(path.display().to_string(), text)) {
            Ok(migration) => all.push(migration),
            Err(errors) => wrong.extend(errors),
        }
    }
    none_or_all(wrong)?;
    all.sort_by(|a, b| (a.version, &a.name).cmp(&(b.version, &b.name)));
    Ok(all)
}

impl Migrations {
    /// These, and one more.
    pub(crate) fn and(mut self, migration: &Migration) -> Self {
        self.list.push(migration.clone());
        self.list.sort_by_key(|migration| migration.version);
        self
    }
}

impl Branch {
    /// Takes a file apart, with the other parts of its change and all that follow them.
    ///
    /// # Errors
    /// There is no such file; or the others are wrong by themselves.
    pub fn of(dir: &Path, file: &Path) -> Result<Self> {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let all = all_of(dir)?;
        let Some(first) = all.iter().find(|migration| migration.file_name() == name) else {
            return Err(Error::usage(format!("there is no file {name} in {}", dir.display()))
                .help("name a migration of this directory"));
        };
        let mut moving = vec![first.clone()];
        // The parts before it, then what follows from any of them.
        while let Some(before) = moving.first().and_then(|first| before_part(first, &all)) {
            moving.insert(0, before.clone());
        }
        loop {
            let is_moving = |file: &Migration| moving.iter().any(|it| it.file == file.file);
            let follows = |file: &Migration| {
                let parent = file.header.parent.as_ref();
                parent.is_some_and(|parent| moving.iter().any(|it| it.as_parent() == *parent))
            };
            let Some(next) = all.iter().find(|file| !is_moving(file) && follows(file)) else { break };
            moving.push(next.clone());
        }
        moving.sort_by_key(|file| file.version);
        let names: BTreeSet<&String> = moving.iter().map(|file| &file.file).collect();
        let stay = all.iter().filter(|file| !names.contains(&file.file));
        let others = Migrations::from_files(stay.map(|file| (file.file.clone(), file.sql.clone())))?;
        others.verify_chain()?;
        Ok(Branch { others, moving })
    }

    /// The version after which the files that move were written.
    fn fork(&self) -> i64 {
        let first = self.moving.first();
        let parent = first.and_then(|first| first.header.parent.as_ref()).map(|parent| parent.version);
        parent.or_else(|| first.map(|first| first.version - 1)).unwrap_or_default()
    }

    /// The files behind all others: their new names, and their texts with the new parents.
    pub fn moved(&self) -> Vec<Moved> {
        let digits = self.others.digits();
        let mut parent = self.others.last().map(Migration::as_parent);
        let mut moved = Vec::new();
        for (version, file) in (self.others.next_version()..).zip(&self.moving) {
            let text = match &parent {
                Some(parent) => with_parent(&file.sql, parent),
                None => file.sql.clone(),
            };
            parent = Some(Parent { version, sha256: sha256(&text) });
            let name = format!("V{version:0digits$}__{}.sql", file.name);
            moved.push(Moved { from: file.file.clone(), name, text });
        }
        moved
    }

    /// Both orders: the files that move behind all others, and before those that were added beside them.
    ///
    /// # Errors
    /// None that reading them did not have.
    pub fn both_orders(&self) -> Result<[Migrations; 2]> {
        let texts = |files: &[Migration]| -> Vec<(String, String)> {
            files.iter().map(|file| (file.file.clone(), file.sql.clone())).collect()
        };
        let (before, beside): (Vec<Migration>, Vec<Migration>) =
            self.others.iter().cloned().partition(|file| file.version <= self.fork());
        let last = self.others.clone().with_loose(texts(&self.moving))?;
        let first =
            Migrations { list: before }.with_loose(texts(&self.moving))?.with_loose(texts(&beside))?;
        Ok([last, first])
    }

    /// Writes the moved files, and removes those under the old names.
    ///
    /// # Errors
    /// A file cannot be written, or there is one of its name. Then all is as it was, or both names are there.
    pub fn write(&self, dir: &Path) -> Result<Vec<Moved>> {
        let moved = self.moved();
        let failed = |path: &Path, error: std::io::Error| {
            Error::file(format!("{} cannot be written", path.display())).because(error)
        };
        let mut drafts = Vec::new();
        for file in &moved {
            let draft = Draft::write(dir, &file.name, &file.text);
            drafts.push(draft.map_err(|error| failed(&dir.join(&file.name), error))?);
        }
        // The last one first, so that no name is taken by one that has still to move.
        for (file, draft) in moved.iter().zip(&drafts).rev() {
            let (old, new) = (Path::new(&file.from), dir.join(&file.name));
            if old.file_name() == new.file_name() {
                draft.replace().map_err(|error| failed(&new, error))?;
            } else {
                draft.put_into_place().map_err(|error| failed(&new, error))?;
                fs::remove_file(old).map_err(|error| failed(old, error))?;
            }
        }
        Ok(moved)
    }
}

fn before_part<'a>(file: &Migration, all: &'a [Migration]) -> Option<&'a Migration> {
    let part = file.header.part.filter(|part| part.number > 1)?;
    let parent = file.header.parent.as_ref()?;
    all.iter().find(|it| it.as_parent() == *parent && it.header.part.is_some_and(|it| it.of == part.of))
}

/// A text with another line about its parent. One that has none gets none: people need not write it.
fn with_parent(text: &str, parent: &Parent) -> String {
    let mut is_done = false;
    let lines = text.split_inclusive('\n').map(|line| {
        let is_it = line.trim_start().starts_with("--")
            && line.trim_start().trim_start_matches('-').trim().starts_with("parent:");
        if is_it && !std::mem::replace(&mut is_done, true) {
            format!("-- parent: V{} sha256:{}\n", parent.version, parent.sha256)
        } else {
            line.to_owned()
        }
    });
    lines.collect()
}
