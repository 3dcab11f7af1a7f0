//! Who may have written what, and making room.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

use super::*;

fn private_folder() -> (tempfile::TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("a/b/squall");
    (parent, path)
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn opening_fails(path: &Path) -> String {
    Folder::open(path).err().unwrap().to_string()
}

fn reading_fails(folder: &Folder, key: &Key) -> String {
    folder.read(key, 1_000).err().unwrap().to_string()
}

#[test]
fn creates_a_private_folder_and_private_entries() {
    let (_parent, path) = private_folder();
    let folder = Folder::open(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o700);
    let key = Key::of([1; 32]);
    assert!(folder.read(&key, 1_000).unwrap().is_none());
    folder.write(&key, &[b"one", b"two"]).unwrap();
    assert_eq!(fs::metadata(folder.entry_path(&key)).unwrap().mode() & 0o777, 0o600);
    assert_eq!(folder.read(&key, 1_000).unwrap().unwrap().bytes, b"onetwo");
    folder.write(&key, &[b"three"]).unwrap();
    assert_eq!(folder.read(&key, 1_000).unwrap().unwrap().bytes, b"three");
    assert_eq!(fs::read_dir(&path).unwrap().count(), 1, "no temporary file stays");
}

#[test]
fn folders_that_others_can_write_to_are_not_used() {
    let (_parent, path) = private_folder();
    Folder::open(&path).unwrap();
    for mode in [0o720, 0o702, 0o777] {
        set_mode(&path, mode);
        let text = opening_fails(&path);
        assert!(text.contains(&format!("can be written by others (mode {mode:03o})")), "{text}");
    }
    set_mode(&path, 0o755);
    assert!(Folder::open(&path).is_ok());
}

#[test]
fn links_and_files_in_the_place_of_the_folder_are_not_used() {
    let (parent, path) = private_folder();
    Folder::open(&path).unwrap();
    let link = parent.path().join("link");
    symlink(&path, &link).unwrap();
    assert!(opening_fails(&link).contains("is a symbolic link"));
    let file = parent.path().join("file");
    fs::write(&file, b"").unwrap();
    assert!(matches!(Folder::open(&file), Err(CacheWarning::Folder { .. })));
    assert!(matches!(Folder::open(&file.join("below")), Err(CacheWarning::Folder { .. })));
}

#[test]
fn folders_of_others_are_not_used() {
    // The root of the file system belongs to the superuser, who may be running this.
    if !rustix::process::geteuid().is_root() {
        let text = opening_fails(Path::new("/"));
        assert!(text.contains("belongs to user 0"), "{text}");
    }
    let mut stranger = rustix::fs::stat("/").unwrap();
    stranger.st_uid = rustix::process::geteuid().as_raw() + 1;
    assert!(distrust(&stranger, FileType::Directory).unwrap().contains("belongs to user"));
}

#[test]
fn entries_that_others_could_have_written_are_not_read() {
    let (parent, path) = private_folder();
    let folder = Folder::open(&path).unwrap();
    let key = Key::of([1; 32]);
    let entry = folder.entry_path(&key);

    folder.write(&key, &[b"x"]).unwrap();
    set_mode(&entry, 0o620);
    assert!(reading_fails(&folder, &key).contains("can be written by others (mode 620)"));

    set_mode(&entry, 0o600);
    fs::hard_link(&entry, parent.path().join("other")).unwrap();
    assert!(reading_fails(&folder, &key).contains("has 2 names"));

    fs::remove_file(&entry).unwrap();
    symlink(parent.path().join("other"), &entry).unwrap();
    assert!(reading_fails(&folder, &key).contains("is a symbolic link"));
    folder.write(&key, &[b"y"]).unwrap();
    assert_eq!(folder.read(&key, 1_000).unwrap().unwrap().bytes, b"y");
    assert_eq!(fs::read(parent.path().join("other")).unwrap(), b"x", "the link was not followed");

    fs::remove_file(&entry).unwrap();
    fs::create_dir(&entry).unwrap();
    assert!(reading_fails(&folder, &key).contains("neither a folder nor a regular file"));

    fs::remove_dir(&entry).unwrap();
    let mode = Mode::RUSR | Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &entry, FileType::Fifo, mode, 0).unwrap();
    assert!(reading_fails(&folder, &key).contains("neither a folder nor a regular file"));
}

#[test]
fn too_large_entries_are_not_read() {
    let (_parent, path) = private_folder();
    let folder = Folder::open(&path).unwrap();
    let key = Key::of([1; 32]);
    folder.write(&key, &[&[0; 1_001]]).unwrap();
    assert!(reading_fails(&folder, &key).contains("more than 1000 bytes"));
}

fn age(path: &Path, seconds: u64) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 - seconds);
    File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

#[test]
fn the_longest_unused_go_first() {
    let (_parent, path) = private_folder();
    let folder = Folder::open(&path).unwrap();
    let keys: Vec<Key> = (0..5).map(|byte| Key::of([byte; 32])).collect();
    for (index, key) in keys.iter().enumerate() {
        folder.write(key, &[&[0; 100]]).unwrap();
        age(&folder.entry_path(key), 50 - 10 * index as u64);
    }
    fs::write(path.join("notes.txt"), [0; 500]).unwrap();
    age(&folder.entry_path(&keys[0]), 5);
    assert_eq!(folder.make_room(&keys[4], 500), 0);
    assert_eq!(folder.make_room(&keys[4], 300), 2);
    let left: Vec<bool> = keys.iter().map(|key| folder.entry_path(key).exists()).collect();
    assert_eq!(left, [true, false, false, true, true]);
    assert!(path.join("notes.txt").exists(), "nothing of others is removed");
    assert_eq!(folder.make_room(&keys[1], 0), 3);
}

#[test]
fn a_hit_counts_as_use() {
    let (_parent, path) = private_folder();
    let folder = Folder::open(&path).unwrap();
    let key = Key::of([1; 32]);
    folder.write(&key, &[b"x"]).unwrap();
    let entry = folder.entry_path(&key);
    age(&entry, 0);
    let before = fs::metadata(&entry).unwrap().modified().unwrap();
    folder.read(&key, 10).unwrap().unwrap().touch();
    assert!(fs::metadata(&entry).unwrap().modified().unwrap() > before);
}

#[test]
fn leftovers_of_dead_runs_go_but_not_those_of_living_ones() {
    let (_parent, path) = private_folder();
    let folder = Folder::open(&path).unwrap();
    let key = Key::of([1; 32]);
    folder.write(&key, &[b"x"]).unwrap();
    age(&folder.entry_path(&key), 0);
    let (dead, living) = (path.join(".new-dead"), path.join(".new-living"));
    fs::write(&dead, b"").unwrap();
    fs::write(&living, b"").unwrap();
    age(&dead, 3_700);
    age(&living, 3_500);
    folder.make_room(&key, 1_000);
    assert!(!dead.exists() && living.exists());
}
