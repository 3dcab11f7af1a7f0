//! Modules on disk, and what becomes of those that somebody touched.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::*;

fn url(name: &str) -> Url {
    Url::parse(&format!("https://host.example/{name}.js")).unwrap()
}

fn fixture() -> (tempfile::TempDir, Cache) {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(&folder.path().join("a").join("modules")).unwrap();
    (folder, cache)
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_was_written_is_read() {
    let (_folder, cache) = fixture();
    assert_eq!(cache.read(&url("a")), None);
    assert!(!cache.path.exists(), "reading creates nothing");
    for text in ["export const a = 1;\n", "\n", "two\nlines", "é"] {
        cache.write(&url("a"), text);
        assert_eq!(cache.read(&url("a")).as_deref(), Some(text));
    }
    assert_eq!(cache.read(&url("b")), None);
    assert_eq!(fs::read_dir(&cache.path).unwrap().count(), 1);
    assert_eq!(fs::metadata(&cache.path).unwrap().mode() & 0o777, 0o700);
}

#[test]
fn what_was_touched_is_not_read() {
    let (folder, cache) = fixture();
    cache.write(&url("a"), "export const a = 1;");
    let path = cache.file(&url("a"));
    let whole = fs::read(&path).unwrap();
    let mut damaged = vec![Vec::new(), whole[..whole.len() - 1].to_vec(), b"\xff\n".to_vec()];
    for at in [0, 20, 90, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        damaged.push(bytes);
    }
    for bytes in damaged {
        fs::write(&path, bytes).unwrap();
        assert_eq!(cache.read(&url("a")), None);
    }
    fs::write(&path, &whole).unwrap();
    set_mode(&path, 0o622);
    assert_eq!(cache.read(&url("a")), None, "others may write");
    set_mode(&path, 0o600);
    assert!(cache.read(&url("a")).is_some());
    fs::copy(&path, cache.file(&url("b"))).unwrap();
    assert_eq!(cache.read(&url("b")), None, "of another address");
    let other = folder.path().join("other");
    fs::hard_link(&path, &other).unwrap();
    assert_eq!(cache.read(&url("a")), None, "has two names");
    fs::remove_file(&path).unwrap();
    symlink(&other, &path).unwrap();
    assert_eq!(cache.read(&url("a")), None, "is a link");
    cache.write(&url("a"), "export const a = 2;");
    assert_eq!(cache.read(&url("a")).as_deref(), Some("export const a = 2;"));
}

#[test]
fn folders_of_others_are_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("modules");
    fs::write(&path, "").unwrap();
    assert!(Cache::open(&path).is_none(), "a file");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    set_mode(&path, 0o777);
    assert!(Cache::open(&path).is_none(), "a folder for all");
    set_mode(&path, 0o755);
    assert!(Cache::open(&path).is_some());
}

#[test]
fn the_oldest_goes() {
    let (_folder, mut cache) = fixture();
    let text = "a".repeat(1_000);
    let set_age = |cache: &Cache, name: &str, seconds: u64| {
        let file = File::options().write(true).open(cache.file(&url(name))).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
    };
    for (name, seconds) in [("a", 100), ("b", 200), ("c", 300)] {
        cache.write(&url(name), &text);
        set_age(&cache, name, seconds);
    }
    // Reading is using.
    assert!(cache.read(&url("a")).is_some());
    fs::write(cache.path.join("unrelated"), &text).unwrap();
    cache.bytes_max = 3_500;
    cache.write(&url("d"), &text);
    let there = |name: &str| cache.file(&url(name)).exists();
    assert!(there("a") && !there("b") && there("c") && there("d"));
    assert!(cache.path.join("unrelated").exists());
    cache.write(&url("e"), &"a".repeat(5_000));
    assert!(!there("e"), "more than all may take");
}

#[test]
fn what_dead_runs_left_goes() {
    let (_folder, cache) = fixture();
    cache.write(&url("a"), "1");
    let left = cache.path.join(".new-abc");
    let recent = cache.path.join(".new-def");
    fs::write(&left, "").unwrap();
    fs::write(&recent, "").unwrap();
    let file = File::options().write(true).open(&left).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    cache.write(&url("b"), "2");
    assert!(!left.exists() && recent.exists());
}
