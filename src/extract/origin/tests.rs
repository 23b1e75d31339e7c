use std::path::Path;
use std::{fs, thread};

use tempfile::TempDir;

use super::{Kind, Origin};
use crate::exit::ExitCode;
use crate::extract::reader::{Got, PATIENCE, Reader};

const TEXT: &[u8] = b"id,name\n1,Ann\n2,Bob\n";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("in.csv"), TEXT).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, folder.path().join("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0)
        .unwrap();
    folder
}

fn at(folder: &TempDir, name: &str) -> Origin {
    Origin::File(folder.path().join(name))
}

fn rest(reader: &mut Reader) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while reader.read(&mut bytes, 7, PATIENCE)? != Got::End {}
    Ok(bytes)
}

fn refusal<T>(done: anyhow::Result<T>) -> (ExitCode, String) {
    let error = done.err().expect("an error");
    (ExitCode::of(&error), error.to_string())
}

#[test]
fn a_regular_file_opens_anywhere_and_knows_its_size() {
    let folder = folder();
    let origin = at(&folder, "in.csv");
    assert_eq!((origin.kind().unwrap(), origin.size()), (Kind::File, Some(TEXT.len() as u64)));
    assert!(origin.can_reopen() && !origin.is_piped() && origin.file().is_some());
    assert_eq!(origin.name(), folder.path().join("in.csv").display().to_string());
    for offset in [0, 1, 8, TEXT.len()] {
        let mut reader = origin.open_at(offset as u64).unwrap();
        assert_eq!((reader.offset(), reader.size()), (offset as u64, Some(TEXT.len() as u64)));
        assert_eq!(rest(&mut reader).unwrap(), &TEXT[offset..]);
        assert_eq!(reader.offset(), TEXT.len() as u64);
    }
    let ranged = origin.open_ranged().unwrap().unwrap();
    let mut last = [0; 4];
    ranged.read_exact_at(&mut last, ranged.len() - 4).unwrap();
    assert_eq!(&last, b"Bob\n");
}

#[test]
fn a_file_that_became_shorter_is_no_whole_input_wherever_it_was_opened() {
    let folder = folder();
    let origin = at(&folder, "in.csv");
    for offset in [0, 8] {
        fs::write(folder.path().join("in.csv"), TEXT).unwrap();
        let mut reader = origin.open_at(offset).unwrap();
        fs::write(folder.path().join("in.csv"), &TEXT[..14]).unwrap();
        let (code, message) = refusal(rest(&mut reader));
        assert_eq!(code, ExitCode::Data);
        assert!(message.ends_with("in.csv was truncated while being read: it ends at byte 14 of 20"), "{message}");
    }
    let (code, message) = refusal(origin.open_at(15));
    assert_eq!(code, ExitCode::Data);
    assert!(message.ends_with("was truncated: it ends at byte 14, before byte 15 to read on from"), "{message}");
}

#[test]
fn a_named_pipe_is_read_once_from_its_begin() {
    let folder = folder();
    let origin = at(&folder, "pipe");
    assert_eq!((origin.kind().unwrap(), origin.size()), (Kind::Stream, None));
    assert!(origin.is_piped() && !origin.can_reopen() && origin.file().is_none());
    assert!(origin.open_ranged().unwrap().is_none());
    let (code, message) = refusal(origin.open_at(1));
    assert_eq!(code, ExitCode::NoInput);
    assert!(message.ends_with("pipe from byte 1 on: it is no regular file"), "{message}");
    let mut reader = origin.open_at(0).unwrap();
    assert_eq!(reader.read(&mut Vec::new(), 1, PATIENCE / 10).unwrap(), Got::Nothing);
    let path = folder.path().join("pipe");
    let writer = thread::spawn(move || fs::write(path, TEXT).unwrap());
    assert_eq!((rest(&mut reader).unwrap(), reader.size()), (TEXT.to_vec(), None));
    writer.join().unwrap();
}

#[test]
fn a_device_is_read_once_and_has_no_size() {
    let origin = Origin::File("/dev/null".into());
    assert_eq!((origin.kind().unwrap(), origin.size()), (Kind::Stream, None));
    assert!(origin.is_piped() && !origin.can_reopen() && origin.file().is_none());
    assert_eq!(rest(&mut origin.open().unwrap()).unwrap(), b"");
}

#[test]
fn a_descriptor_is_read_once_whatever_is_behind_it() {
    let folder = folder();
    let file = fs::File::open(folder.path().join("in.csv")).unwrap();
    let origin = Origin::File(format!("/dev/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&file)).into());
    assert!(origin.is_piped() && !origin.can_reopen());
    assert_eq!((origin.kind().unwrap(), origin.size()), (Kind::File, Some(TEXT.len() as u64)));
    assert_eq!(refusal(origin.open_at(8)).0, ExitCode::NoInput);
}

#[test]
fn standard_input_is_read_once_and_named_as_it_is_written() {
    let origin = Origin::Stdin;
    assert_eq!((origin.name(), origin.title()), ("-".to_owned(), "standard input".to_owned()));
    assert_eq!((origin.kind().unwrap(), origin.size()), (Kind::Stream, None));
    assert!(origin.is_piped() && !origin.can_reopen());
    let refused = "cannot read standard input from byte 9 on: it is no regular file";
    assert_eq!(refusal(origin.open_at(9)), (ExitCode::NoInput, refused.to_owned()));
}

#[test]
fn what_is_not_there_and_a_folder_are_refused_in_words() {
    let folder = folder();
    let missing = at(&folder, "no.csv");
    assert!(missing.kind().is_err() && missing.size().is_none() && !missing.is_piped() && !missing.can_reopen());
    let (code, message) = refusal(missing.open());
    assert_eq!(code, ExitCode::NoInput);
    assert!(message.starts_with("cannot open ") && message.contains("no.csv: No such file"), "{message}");
    assert_eq!(refusal(missing.open_ranged()).0, ExitCode::NoInput);

    let origin = Origin::File(folder.path().to_owned());
    assert_eq!((origin.kind().unwrap(), origin.size()), (Kind::Folder, None));
    assert!(!origin.is_piped() && !origin.can_reopen() && origin.open_ranged().unwrap().is_none());
    let (code, message) = refusal(origin.open());
    assert_eq!(code, ExitCode::NoInput);
    assert!(message.ends_with(": it is a folder"), "{message}");
}

#[test]
fn a_name_that_is_no_text_is_shown_with_marks() {
    let odd = std::os::unix::ffi::OsStrExt::from_bytes(b"in\xff.csv");
    assert_eq!(Origin::File(Path::new::<std::ffi::OsStr>(odd).to_owned()).name(), "in\u{fffd}.csv");
}
