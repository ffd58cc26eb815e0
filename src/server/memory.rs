//! Finds out whether there is enough memory for the files of a scratch server.
//!
//! A file system in memory has a size limit, in a container often 64 MB, and its files count as memory of the process
//! that wrote them: if a machine or a container runs out of memory, the kernel kills processes. So both are checked.

use std::fs;
use std::path::Path;

/// The space that must be free in the file system. A new server takes 40 MB, each database 8 MB, the write-ahead log up
/// to 256 MB; a test run with a dozen databases at a time took 400 MB.
const FREE: u64 = 1 << 30;

/// The memory that must be available to programs; half of it is left to them.
const AVAILABLE: u64 = 2 << 30;

/// Is there enough space for a server in this directory, which is in memory?
pub(super) fn has_room(directory: &Path) -> bool {
    free(directory).is_some_and(|free| free >= FREE)
        && available(Path::new("/")).is_some_and(|available| available >= AVAILABLE)
}

/// Is this directory in memory?
#[cfg(target_os = "linux")]
pub(super) fn is_memory(directory: &Path) -> bool {
    use nix::sys::statfs::{TMPFS_MAGIC, statfs};
    statfs(directory).is_ok_and(|found| found.filesystem_type() == TMPFS_MAGIC)
}

/// Other systems have no standard file system in memory.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_memory(_: &Path) -> bool {
    false
}

/// The free bytes of the file system of a directory.
// The widths of these fields depend on the system.
#[allow(clippy::useless_conversion)]
pub(super) fn free(directory: &Path) -> Option<u64> {
    let found = nix::sys::statvfs::statvfs(directory).ok()?;
    Some(u64::from(found.blocks_available()).saturating_mul(u64::from(found.fragment_size())))
}

/// The bytes that the file system of a directory holds.
#[allow(clippy::useless_conversion)]
pub(super) fn used(directory: &Path) -> Option<u64> {
    let found = nix::sys::statvfs::statvfs(directory).ok()?;
    let blocks = u64::from(found.blocks()).saturating_sub(u64::from(found.blocks_free()));
    Some(blocks.saturating_mul(u64::from(found.fragment_size())))
}

/// The bytes of memory that programs can still allocate: the kernel's estimate, limited by our control groups. `root`
/// is `/`.
fn available(root: &Path) -> Option<u64> {
    let text = fs::read_to_string(root.join("proc/meminfo")).ok()?;
    let kilobytes: u64 = text.lines().find_map(|line| {
        line.strip_prefix("MemAvailable:")?.trim().strip_suffix("kB")?.trim().parse().ok()
    })?;
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let limits = groups.lines().filter_map(|line| limit_of(root, line));
    limits.chain([kilobytes.saturating_mul(1024)]).min()
}

/// The memory left by the control group of a line of `/proc/self/cgroup`: the smallest of its limits and its parents'.
fn limit_of(root: &Path, line: &str) -> Option<u64> {
    let mut fields = line.splitn(3, ':').skip(1);
    let (controllers, path) = (fields.next()?, fields.next()?);
    let (hierarchy, limit, usage) = match controllers {
        "" => ("sys/fs/cgroup", "memory.max", "memory.current"),
        _ if controllers.split(',').any(|name| name == "memory") => {
            ("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes")
        }
        _ => return None,
    };
    let left = |group: &Path| {
        let group = root.join(hierarchy).join(group);
        // `max` is not a number: no limit.
        Some(number(&group.join(limit))?.saturating_sub(number(&group.join(usage))?) + reclaimable(&group))
    };
    // In a container the path may be that of the host, and only the root group can be read.
    Path::new(path.trim_start_matches('/')).ancestors().filter_map(left).min()
}

fn number(file: &Path) -> Option<u64> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// The file cache counts as used, but the kernel drops it when programs need memory.
fn reclaimable(group: &Path) -> u64 {
    let text = fs::read_to_string(group.join("memory.stat")).unwrap_or_default();
    let of =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
    of("total_inactive_file").or_else(|| of("inactive_file")).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The files of a machine of 8 GB.
    fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let memory = ("proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable:    4194304 kB\n");
        for (path, text) in [memory].iter().chain(files) {
            fs::create_dir_all(root.path().join(path).parent().unwrap()).unwrap();
            fs::write(root.path().join(path), text).unwrap();
        }
        root
    }

    fn available_on(files: &[(&str, &str)]) -> Option<u64> {
        available(machine(files).path())
    }

    #[test]
    fn without_limits_it_is_what_the_kernel_estimates() {
        assert_eq!(available_on(&[]), Some(4 << 30));
        assert_eq!(
            available_on(&[("proc/self/cgroup", "0::/\n"), ("sys/fs/cgroup/memory.max", "max\n")]),
            Some(4 << 30)
        );
        assert_eq!(available(Path::new("/there/is/no/such/machine")), None);
    }

    #[test]
    fn a_limit_of_a_group_or_of_one_above_it_counts() {
        let groups = [
            ("proc/self/cgroup", "0::/ci/job\n"),
            ("sys/fs/cgroup/ci/memory.max", "1073741824\n"),
            ("sys/fs/cgroup/ci/memory.current", "805306368\n"),
            ("sys/fs/cgroup/ci/memory.stat", "anon 5\ninactive_file 134217728\n"),
            ("sys/fs/cgroup/ci/job/memory.max", "max\n"),
            ("sys/fs/cgroup/ci/job/memory.current", "805306368\n"),
        ];
        assert_eq!(available_on(&groups), Some(384 << 20));
    }

    #[test]
    fn a_container_that_sees_the_hosts_path_is_held_to_its_own_group() {
        let groups = [
            ("proc/self/cgroup", "5:cpu:/docker/3f\n4:memory:/docker/3f\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n"),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "268435456\n"),
        ];
        assert_eq!(available_on(&groups), Some(256 << 20));
    }

    #[test]
    fn a_directory_without_room_has_none() {
        assert!(!has_room(Path::new("/there/is/no/such/directory")));
        // Memory of the kernel itself, of which nothing is free.
        #[cfg(target_os = "linux")]
        assert!(!has_room(Path::new("/proc")));
    }
}
