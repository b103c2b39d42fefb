//! What pages and mails hold, read from their templates.

use super::sources::{files, read};

#[test]
fn pages_hold_no_inline_script_or_style() {
    for file in files("src/web/templates", &[""]) {
        let name = file.display().to_string();
        assert!(name.ends_with(".html"), "{name}: only names that end in .html are escaped");
        let text = read(&file);
        let tags = text.split('<').skip(1).map(|t| t.split('>').next().unwrap_or_default());
        for tag in tags {
            assert!(!tag.starts_with("style"), "{name}: <{tag}>");
            assert!(!tag.starts_with("script") || tag.contains("src="), "{name}: <{tag}>");
            for inline in [" style=", " onclick=", " onchange=", " onsubmit=", " oninput=", " onload=", "javascript:"] {
                assert!(!tag.contains(inline), "{name}: <{tag}>");
            }
        }
        assert!(!text.contains("| safe"), "{name} switches escaping off");
    }
}

/// One that was refused is sent again with the version that was read, and not with the one that stands.
#[test]
fn a_form_says_its_version_in_one_way() {
    for file in files("src/web/templates", &[".html"]) {
        let says = read(&file).contains("name=\"version\"");
        assert!(!says || file.ends_with("parts.html"), "{}: write {{{{ <version_read /> }}}}", file.display());
    }
}

#[test]
fn every_form_that_posts_carries_the_token() {
    for file in files("src/web/templates", &[".html"]) {
        let text = read(&file);
        for form in text.split("<form").skip(1).map(|f| f.split("</form>").next().unwrap_or_default()) {
            let posts = form.split('>').next().is_some_and(|tag| tag.contains("method=\"post\""));
            assert!(!posts || form.contains("name=\"csrf\""), "{}: <form{form:.80}", file.display());
        }
    }
}

/// A component sees of the page only what it names with @; without them instants are shown in UTC, and days without their year.
#[test]
fn components_that_show_days_and_instants_take_the_zone_and_today() {
    for file in files("src/web/templates", &[".html"]) {
        let text = read(&file);
        for component in text.split("{% component ").skip(1).map(|c| c.split("{% endcomponent").next().unwrap_or_default()) {
            let head = component.split("%}").next().unwrap_or_default();
            let needs = |filters: &[&str], name: &str| !filters.iter().any(|f| component.contains(f)) || head.contains(name);
            assert!(needs(&["| local_day", "| local_time"], "@zone"), "{}: {head}", file.display());
            assert!(needs(&["| day }", "| day |", "| day_in_week"], "@today"), "{}: {head}", file.display());
        }
    }
}

#[test]
fn mails_are_escaped_by_the_names_of_their_files() {
    for file in files("email_templates", &[""]) {
        let name = file.display().to_string();
        let known = [".txt", ".mjml", ".typ"].iter().any(|e| name.ends_with(e));
        assert!(known, "{name}: .mjml is escaped, .txt is plain text, .typ is a letter; nothing else is known");
        assert!(!read(&file).contains("| safe"), "{name} switches escaping off");
    }
    let mut tera = (*tributary::mail::templates::load().expect("templates")).clone();
    tera.add_raw_template("probe.mjml", "{{ name }}").expect("a probe");
    let mut context = tera::Context::new();
    context.insert("name", "<b>O'Brien</b>");
    assert!(!tera.render("probe.mjml", &context).expect("text").contains("<b>"));
}

/// The product's one ornament stands wherever a referral appears [ux.md, principle 3].
#[test]
fn a_page_that_names_a_referral_shows_its_visit_card() {
    // Who arrived this week, beside the day's visits with theirs; and parts of the referral's own page, whose head shows it.
    let without = ["today/today.html", "referrals/rail.html", "referrals/reports.html"];
    for file in files("src/web/templates", &[".html"]) {
        let name = file.strip_prefix("src/web/templates").expect("under it").display().to_string();
        let text = read(&file);
        let shows = text.contains("<vc ") || name.ends_with("parts.html") || without.contains(&name.as_str());
        assert!(!text.contains("\"/referrals/{{") || shows, "{name} names a referral without its visit card");
    }
}
