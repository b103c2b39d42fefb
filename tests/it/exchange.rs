//! The folders of clearinghouses: what lies still is taken in by what stands in it, once, whatever happens in between.

use crate::support::TestApp;
use crate::support::acks::{Left, receipt, said, status, wire};
use crate::support::chain;
use crate::support::era::Era;
use crate::support::partners::may_send;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use tributary::app::Actor;
use tributary::auth::role::Role;
use tributary::exchange::look;
use tributary::exchange::view::{FolderRound, Round};
use tributary::inbox::Watch;

/// A clearinghouse with a folder, and a claim that left to it on March 3; it is March 20.
struct Cast {
    folder: PathBuf,
    claim: Value,
    left: Left,
}

async fn cast(t: &TestApp) -> Cast {
    let chain::Cast { referral, payer, .. } = t.cast("2026-03-03").await;
    may_send(t, &payer).await;
    let house = t.house("First House", "HOUSE", json!({ "folder": "house" })).await;
    let claim = t.claim_drafted(&referral, "2026-03-02").await;
    let left = t.left(&house, &[&claim]).await;
    t.at("2026-03-20");
    let folder = t.app.config.exchange.join("house");
    fs::create_dir_all(folder.join("in")).expect("a folder");
    Cast { folder, claim, left }
}

impl Cast {
    fn put(&self, name: &str, content: &str) {
        fs::write(self.folder.join(name), content).expect("written");
    }

    fn accepted(&self) -> String {
        status(&self.left.reference, "2026-03-05", &said(&wire(&self.claim), "A2:20:PR", "2026-03-05", ""))
    }

    fn era(&self) -> String {
        let number = self.claim["number"].as_str().expect("a number");
        Era::new("EFT-1", "2026-03-19").claim(number, "1", 16_000, 9_000, &[("CO", "45", 5_000), ("PR", "3", 2_000)]).file()
    }

    fn has(&self, name: &str) -> bool {
        self.folder.join(name).exists()
    }
}

async fn round(t: &TestApp, watch: &mut Watch) -> FolderRound {
    let Round { folders } = look(&t.app, &Actor::job(), watch).await.expect("a look");
    folders.into_iter().next().expect("a folder")
}

/// Two looks, as the loop has them one after the other.
async fn settled(t: &TestApp, watch: &mut Watch) -> FolderRound {
    round(t, watch).await;
    round(t, watch).await
}

async fn acks(t: &TestApp) -> usize {
    t.read("/api/v1/acknowledgments").await["items"].as_array().map_or(0, Vec::len)
}

async fn eras(t: &TestApp) -> Vec<Value> {
    t.read("/api/v1/remittances").await["items"].as_array().expect("items").clone()
}

crate::both_databases! {
    async fn what_lies_still_is_taken_in_by_its_content_and_put_aside(t: &TestApp) {
        let cast = cast(t).await;
        cast.put("in/a.txt", &cast.accepted());
        cast.put("b.dat", &cast.era());
        cast.put("c.999", &receipt(cast.left.group, "2026-03-04", "AK9*A*1*1*1~"));
        let mut watch = Watch::default();
        let first = round(t, &mut watch).await;
        assert_eq!((first.taken.len(), first.waiting.len(), acks(t).await), (0, 3, 0), "at the first look nothing is taken");
        let second = round(t, &mut watch).await;
        let kinds: Vec<&str> = second.taken.iter().map(|t| t.kind.as_str()).collect();
        assert_eq!((kinds, second.waiting.len()), (vec!["835", "999", "277CA"], 0), "{second:?}");
        assert_eq!((t.claim_state(&cast.claim).await.as_str(), t.batch_state(&cast.left).await.as_str()), ("accepted", "read"));
        let era = eras(t).await.remove(0);
        assert_eq!(era["state"], "staged", "a remittance is shown first, and posted by nobody but a person");
        assert!(cast.has("done/a.txt") && cast.has("done/b.dat") && cast.has("done/c.999") && !cast.has("in/a.txt") && !cast.has("b.dat"));
        assert!(cast.has("out"), "what leaves lies in a folder of its own");
        let third = settled(t, &mut watch).await;
        assert_eq!((third.taken.len(), third.left.len()), (0, 0), "what left is not looked at: {third:?}");
    }

    async fn a_file_that_still_grows_or_is_named_as_unfinished_is_not_touched(t: &TestApp) {
        let cast = cast(t).await;
        let whole = cast.accepted();
        let (mut watch, middle) = (Watch::default(), whole.len() / 2);
        cast.put("in/x.277", &whole[..middle]);
        cast.put("in/y.277.part", &whole);
        cast.put("in/.hidden", &whole);
        round(t, &mut watch).await;
        cast.put("in/x.277", &whole[..middle + 9]);
        let grown = round(t, &mut watch).await;
        assert_eq!((grown.taken.len(), grown.waiting.len()), (0, 2), "{grown:?}");
        // It lies still, and does not end as such a file ends: an upload that hangs, more likely than a file that was cut off.
        for _ in 0..5 {
            assert_eq!(round(t, &mut watch).await.taken.len(), 0);
        }
        cast.put("in/x.277", &whole);
        assert_eq!(round(t, &mut watch).await.taken.len(), 0);
        assert_eq!(round(t, &mut watch).await.taken.len(), 1);
        assert!(cast.has("in/y.277.part") && cast.has("in/.hidden"));
        assert_eq!(t.claim_state(&cast.claim).await, "accepted");
    }

    async fn a_file_that_stays_cut_off_counts_as_far_as_it_goes_in_the_end(t: &TestApp) {
        let cast = cast(t).await;
        let whole = cast.accepted();
        cast.put("in/x.277", &whole[..whole.len() - 40]);
        let mut watch = Watch::default();
        let mut taken = Vec::new();
        for _ in 0..12 {
            taken.extend(round(t, &mut watch).await.taken);
        }
        assert_eq!((taken.len(), taken[0].needs_a_person), (1, true), "{taken:?}");
        assert!(cast.has("done/x.277"));
    }

    async fn what_cannot_be_read_lies_in_unreadable_with_why_and_what_is_none_of_ours_stays(t: &TestApp) {
        let cast = cast(t).await;
        cast.put("in/bad.835", &cast.era().replace("GE*1*1~", ""));
        cast.put("in/report.txt", "EDI STATUS REPORT\n\nClaim 1 was accepted, by the payer.\n");
        cast.put("in/all.zip", "PK\u{3}\u{4}");
        let mut watch = Watch::default();
        let of = settled(t, &mut watch).await;
        let left: Vec<&str> = of.left.iter().map(|l| l.name.as_str()).collect();
        assert_eq!((of.taken.len(), left), (0, vec!["all.zip", "report.txt"]), "{of:?}");
        assert!(of.left[0].what.contains("zip") && of.left[0].what.contains("Unpack it first"));
        assert!(cast.has("in/report.txt") && cast.has("in/all.zip") && cast.has("unreadable/bad.835"), "{of:?}");
        let why = fs::read_to_string(cast.folder.join("unreadable/bad.835.txt")).expect("why");
        assert_eq!(why.trim(), of.unreadable[0].what);
        assert_eq!(settled(t, &mut watch).await.left.len(), 0, "what was looked at is not looked at again");
        let page = t.signed_in(Role::Biller).await.open("/exchange").await;
        let words = page.words();
        assert!(words.contains("bad.835") && words.contains("report.txt") && words.contains(why.trim()), "{words}");
        assert!(!words.contains("bad.835.txt"), "{words}");
    }

    async fn a_file_is_never_taken_twice_also_after_a_crash_between_taking_and_moving(t: &TestApp) {
        let cast = cast(t).await;
        cast.put("in/x.277", &cast.accepted());
        cast.put("in/y.835", &cast.era());
        settled(t, &mut Watch::default()).await;
        // As if the process had died before it moved them.
        fs::rename(cast.folder.join("done/x.277"), cast.folder.join("in/x.277")).expect("moved");
        fs::copy(cast.folder.join("done/y.835"), cast.folder.join("in/other name.835")).expect("copied");
        let again = settled(t, &mut Watch::default()).await;
        assert_eq!((again.taken.len(), again.taken.iter().all(|t| t.again)), (2, true), "{again:?}");
        assert_eq!((acks(t).await, eras(t).await.len()), (1, 1));
        assert!(cast.has("done/x.277") && cast.has("done/other name.835"));
        // The same name with other content is another file, and loses nobody's place.
        cast.put("in/x.277", &cast.accepted().replace("*20260305*", "*20260306*"));
        settled(t, &mut Watch::default()).await;
        let kept = fs::read_dir(cast.folder.join("done")).expect("a folder").filter_map(Result::ok);
        assert_eq!(kept.filter(|e| e.file_name().to_string_lossy().ends_with("x.277")).count(), 2);
    }

    async fn two_processes_that_look_at_the_same_moment_take_a_file_once(t: &TestApp) {
        let cast = cast(t).await;
        cast.put("in/x.277", &cast.accepted());
        let (mut one, mut two) = (Watch::default(), Watch::default());
        round(t, &mut one).await;
        round(t, &mut two).await;
        tokio::join!(round(t, &mut one), round(t, &mut two));
        assert_eq!((acks(t).await, t.claim_state(&cast.claim).await.as_str()), (1, "accepted"));
        assert!(cast.has("done/x.277") && !cast.has("in/x.277"));
    }

    async fn where_nothing_can_be_moved_the_bytes_alone_decide(t: &TestApp) {
        let cast = cast(t).await;
        cast.put("x.277", &cast.accepted());
        // A file stands where the folder for what is done would be, which holds for every user, root too.
        cast.put("done", "in the way");
        let mut watch = Watch::default();
        let of = settled(t, &mut watch).await;
        assert_eq!((of.taken.len(), cast.has("x.277")), (1, true), "{of:?}");
        assert_eq!(settled(t, &mut watch).await.taken.len(), 0, "it is not read at every look");
        let after_a_start = settled(t, &mut Watch::default()).await;
        assert_eq!((after_a_start.taken[0].again, acks(t).await), (true, 1));
    }

    async fn the_command_does_one_round_and_says_by_its_exit_what_a_person_must_see(t: &TestApp) {
        let cast = cast(t).await;
        let run = || {
            let output = t.command(&["exchange", "run", "--pause", "50", "--json"]);
            (output.status.code(), serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default())
        };
        cast.put("in/x.277", &cast.accepted());
        let (code, told) = run();
        assert_eq!((code, &told["folders"][0]["taken"][0]["kind"]), (Some(0), &json!("277CA")), "{told}");
        cast.put("in/notes.txt", "nothing for a program");
        let (code, told) = run();
        assert_eq!((code, &told["folders"][0]["left"][0]["name"]), (Some(3), &json!("notes.txt")), "{told}");
    }

    async fn the_loop_takes_files_in_by_itself(t: &TestApp) {
        let cast = cast(t).await;
        cast.put("in/x.277", &cast.accepted());
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let running = tokio::spawn(tributary::jobs::watch_folders(t.app.clone(), stopped, Duration::from_millis(50)));
        for _ in 0..200 {
            if t.claim_state(&cast.claim).await == "accepted" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        stop.send(true).expect("it runs");
        running.await.expect("it ends");
        assert_eq!(t.claim_state(&cast.claim).await, "accepted");
    }
}
