//! Scans: kept once by their hash, shown safely, and only to those who may see referrals.

use crate::support::TestApp;
use crate::support::http::{Answer, multipart};
use poem::Request;
use poem::http::Method;
use tributary::auth::role::Role;

/// The smallest pictures and pages that say what they are.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n a picture";
pub const PDF: &[u8] = b"%PDF-1.7 a page";

pub async fn send(t: &TestApp, role: Role, name: &str, content: &[u8]) -> Answer {
    let (kind, body) = multipart(&[], ("file", name, content));
    let token = t.token(role).await;
    let request = Request::builder().method(Method::POST).uri_str("/api/v1/documents").header("authorization", format!("Bearer {token}"));
    t.send(request.content_type(&kind).body(body)).await
}

crate::both_databases! {
    async fn an_upload_with_a_path_in_its_name_keeps_only_the_name_and_the_same_content_is_kept_once(t: &TestApp) {
        let first = send(t, Role::FrontDesk, "../../etc/slip.png", PNG).await.json();
        assert_eq!((first["file_name"].as_str(), first["media_type"].as_str()), (Some("slip.png"), Some("image/png")));
        let again = send(t, Role::FrontDesk, "..\\other.png", PNG).await.json();
        assert_eq!((&again["id"], &again["file_name"]), (&first["id"], &first["file_name"]));
        assert_eq!(first["sha256"].as_str().map(str::len), Some(64));
    }

    async fn what_poses_as_a_scan_is_refused_by_its_content(t: &TestApp) {
        for (name, content) in [
            ("slip.png", &b"<html><script>alert(1)</script>"[..]),
            ("slip.pdf", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("slip.jpg", b"MZ\x90\x00 a program"),
            ("slip.png", b""),
        ] {
            let answer = send(t, Role::FrontDesk, name, content).await;
            assert_eq!(answer.status, 422, "{name}");
            assert!(!answer.field("/file").is_empty());
        }
        assert_eq!(send(t, Role::FrontDesk, "page.txt", PDF).await.json()["media_type"], "application/pdf");
    }

    async fn an_upload_over_twenty_megabytes_is_413_and_fifty_too(t: &TestApp) {
        let mut large = PNG.to_vec();
        large.resize(20 * 1024 * 1024 + 1, 0);
        assert_eq!(send(t, Role::FrontDesk, "slip.png", &large).await.status, 413);
        large.resize(50 * 1024 * 1024, 0);
        let answer = send(t, Role::FrontDesk, "slip.png", &large).await;
        assert_eq!(answer.status, 413);
        assert!(answer.text().contains("20 MB"));
    }

    async fn a_scan_is_shown_inline_under_its_own_type_and_a_policy_that_lets_it_do_nothing(t: &TestApp) {
        let id = send(t, Role::FrontDesk, "Año 1.png", PNG).await.json()["id"].as_str().expect("an id").to_string();
        let mut browser = t.signed_in(Role::FrontDesk).await;
        let shown = browser.request(Method::GET, &format!("/documents/{id}"), None).await;
        assert_eq!((shown.status.as_u16(), shown.body.as_slice()), (200, PNG));
        assert_eq!((shown.header("content-type"), shown.header("x-content-type-options")), ("image/png", "nosniff"));
        assert_eq!(shown.header("content-disposition"), "inline; filename*=UTF-8''A%C3%B1o%201.png");
        let policy = shown.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && policy.contains("sandbox") && !policy.contains("script"), "{policy}");
        assert_eq!(shown.header("cache-control"), "no-store");
        let api = t.get(Role::Biller, &format!("/api/v1/documents/{id}/content")).await;
        assert_eq!((api.body.as_slice(), api.header("content-type")), (PNG, "image/png"));
        let tiff = send(t, Role::FrontDesk, "fax.tif", b"II\x2a\x00 a fax").await.json();
        let path = format!("/documents/{}", tiff["id"].as_str().expect("an id"));
        assert!(browser.request(Method::GET, &path, None).await.header("content-disposition").starts_with("attachment"));
    }

    async fn a_scan_does_not_exist_for_those_who_see_no_referrals(t: &TestApp) {
        let id = send(t, Role::FrontDesk, "slip.png", PNG).await.json()["id"].as_str().expect("an id").to_string();
        let mut marketer = t.signed_in(Role::Marketer).await;
        assert_eq!(marketer.request(Method::GET, &format!("/documents/{id}"), None).await.status, 404);
        for path in [format!("/api/v1/documents/{id}"), format!("/api/v1/documents/{id}/content")] {
            assert_eq!(t.get(Role::Marketer, &path).await.status, 404, "{path}");
        }
        assert_eq!(send(t, Role::ReadOnly, "slip.png", PNG).await.status, 403);
        let login = t.browser().open(&format!("/documents/{id}")).await;
        assert!(login.path.starts_with("/login"));
        for wrong in ["/documents/nonsense", "/documents/01890000-0000-7000-8000-000000000000"] {
            assert_eq!(t.signed_in(Role::Owner).await.open(wrong).await.status, 404, "{wrong}");
        }
    }
}
