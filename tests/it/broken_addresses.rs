//! An email address with a line break in it could write a mail's headers: no door takes one.

use crate::support::TestApp;
use serde_json::json;
use tributary::auth::role::Role;

const BROKEN: [&str; 4] = [
    "p.raman@northgate.example\r\nBcc: all@evil.example",
    "p.raman@northgate.example\nBcc: all@evil.example",
    "p.raman\r@northgate.example",
    "p.raman@northgate\u{2028}.example",
];

async fn nothing_is_kept(t: &TestApp) {
    assert_eq!(t.count("select count(*) from provider_email").await, 0);
    assert_eq!(t.count("select count(*) from provider").await, 0);
    assert_eq!(t.count("select count(*) from patient where email is not null").await, 0);
    assert_eq!(t.count("select count(*) from user_account where email like '%evil%'").await, 0);
}

crate::both_databases! {
    async fn an_address_with_a_line_break_is_refused_by_the_api_and_nothing_is_kept(t: &TestApp) {
        for address in BROKEN {
            let provider = json!({ "last_name": "Raman", "emails": [{ "address": address }] });
            let patient = json!({ "first_name": "Dana", "last_name": "Reed", "email": address });
            let user = json!({ "email": address, "name": "Kit", "roles": ["read_only"], "password": "quiet river 17" });
            let office = json!({ "name": "Northgate", "email": address });
            for (path, new, pointer) in [("providers", provider, "/emails/0/address"), ("patients", patient, "/email"), ("users", user, "/email"), ("organizations", office, "/email")] {
                let answer = t.post(Role::Owner, &format!("/api/v1/{path}"), new).await;
                assert!(answer.status == 422 && !answer.field(pointer).is_empty(), "{path} {address:?}: {} {}", answer.status, answer.text());
            }
            let test = t.post(Role::Owner, "/api/v1/mails/test", json!({ "to": address })).await;
            assert_eq!(test.status, 422, "{address:?}: {}", test.text());
        }
        nothing_is_kept(t).await;
        assert!(t.mails().is_empty(), "and nothing left");
    }

    async fn an_address_with_a_line_break_is_refused_by_a_form_that_keeps_what_was_typed(t: &TestApp) {
        let mut browser = t.signed_in(Role::Owner).await;
        for address in BROKEN {
            let form = browser.open("/providers/new").await;
            let page = browser.submit(&form, "/providers/new", &[("last_name", "Raman"), ("emails[0][address]", address)]).await;
            assert!(page.status == 422 && !page.error_at("emails[0][address]").is_empty(), "{address:?}: {} {}", page.status, page.words());
            assert_eq!(page.value("last_name").as_deref(), Some("Raman"));
            let form = browser.open("/patients/new").await;
            let page = browser.submit(&form, "/patients/new", &[("first_name", "Dana"), ("last_name", "Reed"), ("email", address)]).await;
            assert!(page.status == 422 && !page.error_at("email").is_empty(), "{address:?}: {} {}", page.status, page.words());
        }
        nothing_is_kept(t).await;
    }

    async fn what_a_line_break_in_a_file_cuts_off_becomes_no_address_and_stays_readable_in_the_notes(t: &TestApp) {
        for (n, (cell, address, rest)) in [
            ("p.raman@northgate.example\r\nBcc: all@evil.example", Some("p.raman@northgate.example"), "Bcc: all@evil.example"),
            ("m.feld@northgate.example\nBcc: all@evil.example", Some("m.feld@northgate.example"), "Bcc: all@evil.example"),
            ("d.reed\r@northgate.example", None, "@northgate.example"),
        ]
        .into_iter()
        .enumerate()
        {
            let last = ["Raman", "Feld", "Reed"][n];
            let import = t.import(format!("Name,Email\nPriya {last},\"{cell}\"\n")).await;
            assert_eq!(import["created"], 1, "{import}");
            let provider = t.found(last).await;
            let kept: Vec<&str> = provider["emails"].as_array().expect("emails").iter().filter_map(|e| e["address"].as_str()).collect();
            assert_eq!(kept, Vec::from_iter(address), "{provider}");
            assert!(provider["notes"].as_str().is_some_and(|notes| notes.contains(rest)), "{provider}");
        }
        assert_eq!(t.count("select count(*) from provider_email where address like '%evil%'").await, 0);
    }
}
