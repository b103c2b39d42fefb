//! Snippets and templates: whose they are, and how they come into a note.

use crate::notes::visits;
use crate::support::chain::id;
use serde_json::{Value, json};
use tributary::auth::role::Role;

const PATH: &str = "/api/v1/note-texts";

fn snippet(name: &str, words: &str, whose: &str) -> Value {
    json!({ "kind": "snippet", "name": name, "words": words, "whose": whose })
}

fn names(texts: &Value) -> Vec<String> {
    let one = |t: &Value| format!("{} {}", t["name"].as_str().unwrap_or_default(), t["whose"].as_str().unwrap_or_default());
    texts["items"].as_array().expect("texts").iter().map(one).collect()
}

crate::both_databases! {
    async fn the_practice_and_each_therapist_have_texts_of_their_own(t: &TestApp) {
        t.therapist("Okafor").await;
        t.done(PATH, snippet("neck", "Neck stiff on both sides.", "practice")).await;
        t.done(PATH, snippet("neck", "Neck stiff, as I find it.", "mine")).await;
        let jo = t.post(Role::Therapist, PATH, snippet(".Back", "Low back guarded.", "")).await;
        assert_eq!((jo.status.as_u16(), jo.json()["name"].as_str(), jo.json()["whose"].as_str()), (201, Some("back"), Some("mine")));
        assert_eq!(names(&t.read(PATH).await), ["neck mine", "neck practice"], "one's own goes first");
        assert_eq!(names(&t.get(Role::Therapist, PATH).await.json()), ["back mine", "neck practice"]);
        // Another's own does not exist, the practice's is the owner's to change.
        let theirs = id(&jo.json());
        assert_eq!(t.get(Role::Owner, &format!("{PATH}/{theirs}")).await.status, 404);
        let practice = id(t.read(PATH).await["items"].as_array().expect("texts").iter().find(|x| x["whose"] == "practice").expect("one"));
        let refused = t.patch(Role::Therapist, &format!("{PATH}/{practice}"), json!({ "words": "Mine.", "version": 1 })).await;
        assert_eq!((refused.status.as_u16(), refused.text().contains("the practice's")), (403, true), "{}", refused.text());
        let refused = t.post(Role::Therapist, PATH, snippet("hip", "Stiff.", "practice")).await;
        assert_eq!((refused.status.as_u16(), refused.field("/whose").contains("owner")), (422, true), "{}", refused.text());
    }

    async fn two_texts_of_one_shelf_have_no_name_in_common_and_what_is_removed_can_be_put_back(t: &TestApp) {
        let first = t.done(PATH, snippet("neck", "Stiff.", "practice")).await;
        let again = t.post(Role::Owner, PATH, snippet("NECK", "Other.", "practice")).await;
        assert_eq!(again.field("/name"), "There is .neck already. Change that one, or take another name");
        t.done(&format!("{PATH}/{}/remove", id(&first)), json!({})).await;
        assert_eq!(t.get(Role::Owner, &format!("{PATH}/{}", id(&first))).await.status, 404);
        let second = t.done(PATH, snippet("neck", "Other.", "practice")).await;
        let back = t.post(Role::Owner, &format!("{PATH}/{}/put-back", id(&first)), json!({})).await;
        assert!(back.status == 409 && back.text().contains("took this name meanwhile"), "{}", back.text());
        t.changed(&format!("{PATH}/{}", id(&second)), json!({ "name": "neck2", "version": 1 })).await;
        t.done(&format!("{PATH}/{}/put-back", id(&first)), json!({})).await;
        assert_eq!(names(&t.read(PATH).await), ["neck practice", "neck2 practice"]);
    }

    async fn a_short_name_typed_in_a_note_becomes_its_words_when_a_person_saves(t: &TestApp) {
        let visit = visits(t, 1).await.remove(0);
        t.done(PATH, snippet("neck", "Neck stiff on both sides.", "practice")).await;
        let path = format!("/visits/{visit}/note");
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&path).await;
        assert!(page.has("[data-snippet=neck]"), "those who type see what they can type");
        let draft = browser.submit(&page, &path, &[("objective", ".neck Turns well."), ("plan", "Go on. .unknown")]).await;
        assert_eq!(draft.value("objective").as_deref(), Some("Neck stiff on both sides. Turns well."), "{}", draft.words());
        assert_eq!(draft.value("plan").as_deref(), Some("Go on. .unknown"));
        let picked = browser.submit(&draft, &path, &[("_snippet", "neck"), ("_into", "assessment"), ("_then", "snippet")]).await;
        assert_eq!(picked.value("assessment").as_deref(), Some("Neck stiff on both sides."), "{}", picked.words());
    }

    async fn a_template_fills_the_parts_of_a_note_after_what_stands_there(t: &TestApp) {
        let visit = visits(t, 1).await.remove(0);
        let template = json!({ "kind": "template", "name": "First visit", "subjective": "Began:", "plan": "Weekly, six times.", "whose": "practice" });
        let template = id(&t.done(PATH, template).await);
        let path = format!("/visits/{visit}/note");
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open(&path).await;
        let filled = browser.submit(&page, &path, &[("subjective", "Neck pain."), ("_template", &template), ("_then", "template")]).await;
        assert_eq!(filled.value("subjective").as_deref(), Some("Neck pain.\n\nBegan:"), "{}", filled.words());
        assert_eq!((filled.value("plan").as_deref(), filled.value("objective").as_deref()), (Some("Weekly, six times."), Some("")));
        let none = browser.submit(&filled, &path, &[("_template", ""), ("_then", "template")]).await;
        assert!(none.status == 409 && none.words().contains("Choose a template from the list first"), "{}", none.words());
    }

    async fn texts_are_made_changed_and_removed_on_their_pages(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        let page = browser.open("/note-texts/new?kind=snippet").await;
        let wrong = browser.submit(&page, "/note-texts", &[("name", "two words"), ("whose", "practice")]).await;
        assert_eq!((wrong.status.as_u16(), wrong.all(".errsum h2")), (422, vec!["2 things to fix".to_string()]), "{}", wrong.words());
        let kept = browser.submit(&wrong, "/note-texts", &[("name", "neck"), ("words", "Stiff."), ("whose", "practice")]).await;
        assert!(kept.words().contains("neck is kept") && kept.words().contains(".neck Stiff. The practice’s"), "{}", kept.words());
        let link = kept.links("/note-texts/").into_iter().find(|l| !l.contains("/new")).expect("its page");
        let page = browser.open(&link).await;
        let saved = browser.submit(&page, &link, &[("words", "Stiff, both sides.")]).await;
        assert!(saved.words().contains("neck is saved") && saved.words().contains("Stiff, both sides."), "{}", saved.words());
        let page = browser.open(&link).await;
        let gone = browser.submit(&page, &format!("{link}/remove"), &[]).await;
        assert!(gone.words().contains("neck is removed") && gone.words().contains("No snippets yet."), "{}", gone.words());
        let back = browser.submit(&gone, &format!("{link}/put-back"), &[]).await;
        assert!(back.words().contains("neck is back"), "{}", back.words());
    }
}
