//! The demo as a process: killed in the middle, started again, begun anew, and refused where it must not write.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The cast alone makes a small year.
const SMALL: &[&str] = &["demo", "--share", "0", "--listen", "127.0.0.1:0"];

fn tributary(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tributary"));
    command
        .args(arguments)
        .current_dir(data.parent().expect("a folder"))
        .env_clear()
        .env("USER", "operator")
        .env("TRIBUTARY_DATA", data)
        .env("TRIBUTARY_NOW", "2026-11-23T10:40:00-08:00")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A demo that serves. It is stopped when the test lets go of it.
struct Served {
    child: Child,
    said: Vec<String>,
    address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(mut command: Command) -> Served {
    let child = command.spawn().expect("it starts");
    let mut served = Served { child, said: Vec::new(), address: String::new() };
    for line in BufReader::new(served.child.stdout.take().expect("stdout")).lines() {
        let line = line.expect("a line");
        let address = line.strip_prefix("listening on http://").map(String::from);
        served.said.push(line);
        if let Some(address) = address {
            served.address = address;
            return served;
        }
    }
    let mut words = String::new();
    let _ = served.child.stderr.take().expect("stderr").read_to_string(&mut words);
    panic!("it never listened: {:?} {words}", served.said);
}

fn status_of(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("asked");
    let mut answer = String::new();
    let _ = BufReader::new(stream).read_line(&mut answer);
    answer.trim().to_string()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[cfg(unix)]
fn inode(file: &Path) -> u64 {
    std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(file).expect("a file"))
}

#[test]
#[cfg(unix)]
fn a_fill_that_was_killed_is_begun_anew_and_a_second_start_serves_it_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("demo-data");
    let (file, filling) = (data.join("tributary.db"), data.join("tributary.filling"));
    let mut child = tributary(SMALL, &data).spawn().expect("it starts");
    let begun = Instant::now();
    while std::fs::metadata(&filling).map_or(0, |m| m.len()) < 600_000 {
        assert!(begun.elapsed() < Duration::from_secs(120) && child.try_wait().expect("a child").is_none(), "it does not fill");
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert!(!file.exists(), "half a year is no demo");

    let first = serve(tributary(SMALL, &data));
    assert!(file.exists() && !filling.exists());
    assert_eq!(first.said.iter().filter(|l| l.starts_with("sign in as ") && l.ends_with(".example / cedar-and-tide")).count(), 6);
    assert_eq!(status_of(&first.address, "/login"), "HTTP/1.1 200 OK");
    let mails = std::fs::read_dir(data.join("mail")).expect("mails").count();
    assert!(mails > 10, "reports went out: {mails}");
    drop(first);

    let made = inode(&file);
    let second = serve(tributary(SMALL, &data));
    assert_eq!((inode(&file), second.said.len()), (made, 13), "a second start fills nothing");
    drop(second);

    // Held by another name, so that its number is not given to the new one.
    std::fs::hard_link(&file, folder.path().join("the-old-one")).expect("a link");
    let fresh = serve(tributary(&[SMALL, &["--fresh"]].concat(), &data));
    assert_ne!(inode(&file), made, "begun anew");
    assert_eq!(std::fs::read_dir(data.join("mail")).expect("mails").count(), mails, "the old mails went with the old year");
    drop(fresh);
}

#[test]
fn the_demo_fills_no_practice_of_somebody_and_listens_to_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let init = ["init", "--practice", "Own", "--timezone", "America/Denver", "--owner", "owner@own.example", "--password-stdin"];
    let mut founding = tributary(&init, &data).stdin(Stdio::piped()).spawn().expect("it starts");
    founding.stdin.take().expect("stdin").write_all(b"quiet river 17\n").expect("written");
    assert!(founding.wait().expect("an end").success());
    let before = std::fs::read(data.join("tributary.db")).expect("a file");

    for more in [&[][..], &["--fresh"][..]] {
        let refused = tributary(&[SMALL, more].concat(), &data).output().expect("it ends");
        assert_eq!(refused.status.code(), Some(1));
        assert!(words(&refused).contains("no demo"), "{}", words(&refused));
    }
    let url = format!("sqlite://{}", data.join("tributary.db").display());
    let named = tributary(SMALL, &folder.path().join("other")).env("DATABASE_URL", url).output().expect("it ends");
    assert!(named.status.code() == Some(1) && words(&named).contains("fills only an empty one"), "{}", words(&named));
    assert_eq!(std::fs::read(data.join("tributary.db")).expect("a file"), before, "not a byte was written");

    let open = tributary(&["demo", "--listen", "0.0.0.0:0"], &data).env("TRIBUTARY_BEHIND_PROXY", "yes").output().expect("it ends");
    assert!(open.status.code() == Some(1) && words(&open).contains("this machine only"), "{}", words(&open));
}

#[test]
fn without_a_word_about_it_the_demo_has_a_data_folder_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = tributary(SMALL, &folder.path().join("unsaid"));
    command.env_remove("TRIBUTARY_DATA");
    let served = serve(command);
    assert_eq!(status_of(&served.address, "/login"), "HTTP/1.1 200 OK");
    drop(served);
    let found: Vec<String> =
        std::fs::read_dir(folder.path()).expect("read").flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(found, ["demo-data"], "and nothing beside it");
    assert!(folder.path().join("demo-data/tributary.db").exists());
}
