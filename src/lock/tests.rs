use std::os::unix::fs::{PermissionsExt, chown, symlink};

use super::*;

/// Any user but root, who runs these tests where others can be told from ours.
const SOMEBODY: u32 = 65_534;

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Place {
        Place(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn with(text: &str, mode: u32) -> Place {
        let place = Place::new();
        fs::write(place.path("work"), text).unwrap();
        fs::set_permissions(place.path("work"), fs::Permissions::from_mode(mode)).unwrap();
        place
    }

    fn lock(&self) -> Result<File> {
        lock(&self.path("work"), "the target")
    }

    /// How long what is locked is: a new file is empty.
    fn taken(&self) -> u64 {
        let file = self.lock().unwrap();
        assert!(stands_at(&file, &self.path("work")));
        file.metadata().unwrap().len()
    }

    fn refused(&self, words: &str) {
        let error = self.lock().unwrap_err();
        assert_eq!(ExitCode::of(&error), ExitCode::CannotCreate, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn a_left_over_of_ours_is_taken_over() {
    assert_eq!(Place::new().taken(), 0);
    assert_eq!(Place::with("left", 0o644).taken(), 4);
    assert_eq!(Place::with("left", 0o600).taken(), 4);
}

#[test]
fn one_that_others_could_have_written_is_made_anew() {
    assert_eq!(Place::with("left", 0o666).taken(), 0);
    assert_eq!(Place::with("left", 0o620).taken(), 0);
    assert_eq!(Place::with("left", 0o400).taken(), 0);
    let place = Place::with("left", 0o600);
    fs::hard_link(place.path("work"), place.path("second")).unwrap();
    assert_eq!(place.taken(), 0);
    assert_eq!(fs::read(place.path("second")).unwrap(), b"left");
}

#[test]
fn what_a_planted_link_leads_to_is_not_touched() {
    let place = Place::new();
    fs::write(place.path("precious"), "mine").unwrap();
    symlink("precious", place.path("work")).unwrap();
    assert_eq!(place.taken(), 0);
    assert_eq!(fs::read(place.path("precious")).unwrap(), b"mine");
    let place = Place::new();
    symlink("nowhere", place.path("work")).unwrap();
    assert_eq!(place.taken(), 0);
    assert!(!place.path("nowhere").exists());
}

#[test]
fn a_folder_or_a_pipe_in_the_way() {
    let place = Place::new();
    fs::create_dir(place.path("work")).unwrap();
    place.refused("work stands in its way and is a folder");
    let place = Place::new();
    rustix::fs::mknodat(rustix::fs::CWD, place.path("work"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    assert_eq!(place.taken(), 0);
}

#[test]
fn what_another_user_planted_is_refused() {
    if !geteuid().is_root() {
        return;
    }
    let place = Place::with("left", 0o666);
    chown(place.path("work"), Some(SOMEBODY), None).unwrap();
    place.refused("work stands in its way and is of another user, 65534; have it removed");
    assert_eq!(fs::read(place.path("work")).unwrap(), b"left");
    let place = Place::with("left", 0o600);
    symlink("work", place.path("link")).unwrap();
    std::os::unix::fs::lchown(place.path("link"), Some(SOMEBODY), None).unwrap();
    let error = lock(&place.path("link"), "the target").unwrap_err();
    assert_eq!(ExitCode::of(&error), ExitCode::CannotCreate, "{error}");
}

#[test]
fn a_lock_that_is_held_is_another_run() {
    let place = Place::new();
    let held = place.lock().unwrap();
    let error = place.lock().unwrap_err();
    assert_eq!((ExitCode::of(&error), error.to_string().contains("another run")), (ExitCode::TryAgain, true));
    drop(held);
    place.lock().unwrap();
}

#[test]
fn a_lock_file_goes_only_while_it_is_ours() {
    let place = Place::new();
    let held = LockFile::acquire(place.path("work"), "the target").unwrap();
    fs::remove_file(place.path("work")).unwrap();
    fs::write(place.path("work"), "of somebody else").unwrap();
    drop(held);
    assert!(place.path("work").exists());
}
