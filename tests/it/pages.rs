//! Pages, as a browser without JavaScript sees them.

use tributary::auth::role::Role;

crate::both_databases! {
    async fn a_page_without_a_login_leads_to_it_and_comes_back(t: &TestApp) {
        let mut browser = t.browser();
        let login = browser.open("/account").await;
        assert!(login.path.starts_with("/login?to=%2Faccount"), "{}", login.path);
        let today = t.signed_in(Role::Owner).await.open("/").await;
        assert_eq!(today.all("h1"), ["Monday, March 2"]);
    }
}
