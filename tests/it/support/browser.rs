//! The HTML door, as a browser without JavaScript uses it: cookies, links and forms.

use super::http::{Answer, multipart};
use super::{PASSWORD, TestApp, email};
use poem::http::{Method, StatusCode};
use poem::{Body, Request};
use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeMap;
use tributary::auth::role::Role;

pub struct Browser<'a> {
    t: &'a TestApp,
    pub cookies: BTreeMap<String, String>,
    /// Names a block to get alone, as the page's script does.
    pub fragment: Option<String>,
    /// What stands in `X-Forwarded-For`.
    pub forwarded_for: Option<String>,
}

/// A page that was loaded.
pub struct Page {
    pub status: StatusCode,
    pub path: String,
    pub html: String,
}

pub fn css(selector: &str) -> Selector {
    Selector::parse(selector).unwrap_or_else(|e| panic!("{selector}: {e}"))
}

impl TestApp {
    /// A browser that nobody has signed in with.
    pub fn browser(&self) -> Browser<'_> {
        Browser { t: self, cookies: BTreeMap::new(), fragment: None, forwarded_for: None }
    }

    /// A browser in which somebody of a role has signed in, through the form.
    pub async fn signed_in(&self, role: Role) -> Browser<'_> {
        self.signed_in_as(&email(role), PASSWORD).await
    }

    pub async fn signed_in_as(&self, email: &str, password: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let login = browser.open("/login").await;
        let page = browser.submit(&login, "/login", &[("email", email), ("password", password)]).await;
        assert_eq!((page.status, page.path.as_str()), (StatusCode::OK, "/"), "{}", page.words());
        browser
    }
}

impl Browser<'_> {
    /// Opens an address and follows where it leads.
    pub async fn open(&mut self, path: &str) -> Page {
        let answer = self.request(Method::GET, path, None).await;
        self.follow(path, answer).await
    }

    /// Fills in a form of the page, by its action, and sends it. Fields that are not named keep what stands in them.
    pub async fn submit(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let filled = page.filled(action, fields);
        self.post(action, &filled).await
    }

    /// The same for a page that has several forms for one action; the first is 0.
    pub async fn submit_nth(&mut self, page: &Page, action: &str, n: usize, fields: &[(&str, &str)]) -> Page {
        let filled = page.filled_nth(action, n, fields);
        self.post(action, &filled).await
    }

    /// Posts fields as they are.
    pub async fn post(&mut self, path: &str, fields: &[(String, String)]) -> Page {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields {
            body.append_pair(name, value);
        }
        let answer = self.request(Method::POST, path, Some(body.finish())).await;
        self.follow(path, answer).await
    }

    /// Fills in a form and sends it with one file, as `multipart/form-data`.
    pub async fn upload(&mut self, page: &Page, action: &str, fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> Page {
        let (kind, body) = multipart(&page.filled(action, fields), file);
        let request = self.prepared(Method::POST, action).content_type(&kind).body(body);
        let answer = self.t.send(request).await;
        self.keep_cookies(&answer);
        self.follow(action, answer).await
    }

    pub async fn request(&mut self, method: Method, path: &str, form: Option<String>) -> Answer {
        let builder = self.prepared(method, path);
        let request = match form {
            Some(form) => builder.content_type("application/x-www-form-urlencoded").body(form),
            None => builder.body(Body::empty()),
        };
        let answer = self.t.send(request).await;
        self.keep_cookies(&answer);
        answer
    }

    fn prepared(&self, method: Method, path: &str) -> poem::RequestBuilder {
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut builder = Request::builder().method(method).uri_str(path).header("cookie", cookies.join("; "));
        if let Some(block) = &self.fragment {
            builder = builder.header("x-fragment", block.as_str());
        }
        if let Some(addresses) = &self.forwarded_for {
            builder = builder.header("x-forwarded-for", addresses.as_str());
        }
        builder
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let text = cookie.to_str().unwrap_or_default();
            let Some((name, value)) = text.split(';').next().and_then(|c| c.split_once('=')) else { continue };
            self.cookies.insert(name.trim().to_string(), value.trim().to_string());
        }
    }

    async fn follow(&mut self, path: &str, answer: Answer) -> Page {
        let (mut path, mut answer) = (path.to_string(), answer);
        for _ in 0..5 {
            if !answer.status.is_redirection() {
                break;
            }
            path = answer.header("location").to_string();
            answer = self.request(Method::GET, &path, None).await;
        }
        Page { status: answer.status, path, html: answer.text() }
    }
}

impl Page {
    pub fn document(&self) -> Html {
        Html::parse_document(&self.html)
    }

    /// The visible words, with single spaces.
    pub fn words(&self) -> String {
        let document = self.document();
        let mut words = Vec::new();
        for element in document.select(&css("body")) {
            words.extend(element.text().flat_map(str::split_whitespace).map(String::from));
        }
        words.join(" ")
    }

    /// The words of everything that fits a selector.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let tidy = |e: ElementRef<'_>| e.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
        self.document().select(&css(selector)).map(tidy).collect()
    }

    pub fn has(&self, selector: &str) -> bool {
        self.document().select(&css(selector)).next().is_some()
    }

    /// The addresses of all links that begin with `prefix`.
    pub fn links(&self, prefix: &str) -> Vec<String> {
        let document = self.document();
        let links = css("a[href]");
        let hrefs = document.select(&links).filter_map(|a| a.value().attr("href").map(String::from));
        hrefs.filter(|h| h.starts_with(prefix)).collect()
    }

    /// The value that stands in a form's field.
    pub fn value(&self, name: &str) -> Option<String> {
        let document = self.document();
        document.select(&css("form")).flat_map(fields_of).find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// The words that stand by a field.
    pub fn error_at(&self, field: &str) -> String {
        let plain: String = field.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        self.all(&format!("#f-{}-e", plain.trim_matches('-'))).join(" ")
    }

    /// What a form would send with these fields filled in, for a button that sends it elsewhere.
    #[track_caller]
    pub fn filled_in(&self, action: &str, given: &[(&str, &str)]) -> Vec<(String, String)> {
        self.filled(action, given)
    }

    /// Where the forms of the page's own part send to.
    pub fn form_actions(&self) -> Vec<String> {
        let document = self.document();
        document.select(&css("main form[action]")).filter_map(|f| f.value().attr("action").map(String::from)).collect()
    }

    /// Whether a form or one of its buttons sends there.
    pub fn sends_to(&self, action: &str) -> bool {
        !forms_to(&self.document(), action).is_empty()
    }

    #[track_caller]
    fn filled(&self, action: &str, given: &[(&str, &str)]) -> Vec<(String, String)> {
        self.filled_nth(action, 0, given)
    }

    #[track_caller]
    fn filled_nth(&self, action: &str, n: usize, given: &[(&str, &str)]) -> Vec<(String, String)> {
        let document = self.document();
        let forms = forms_to(&document, action);
        let form = forms.get(n).unwrap_or_else(|| panic!("{} has no form for {action}: {}", self.path, self.words()));
        let mut fields = fields_of(*form);
        for (name, value) in given {
            fields.retain(|(n, _)| n != name);
            fields.push((name.to_string(), value.to_string()));
        }
        fields
    }
}

/// The forms that are sent there, by themselves or by a button with an address of its own.
fn forms_to<'a>(document: &'a Html, action: &str) -> Vec<ElementRef<'a>> {
    let sends = |e: &ElementRef<'_>| [e.value().attr("action"), e.value().attr("formaction")].contains(&Some(action));
    let form = |e: ElementRef<'a>| match e.value().attr("form") {
        Some(id) => document.select(&css(&format!("form[id='{id}']"))).next(),
        None => std::iter::once(e).chain(e.ancestors().filter_map(ElementRef::wrap)).find(|e| e.value().name() == "form"),
    };
    document.select(&css("form[action], button[formaction]")).filter(sends).filter_map(form).collect()
}

/// What a form would send untouched.
fn fields_of(form: ElementRef<'_>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let root = form.ancestors().filter_map(ElementRef::wrap).last().unwrap_or(form);
    let elsewhere = form.value().attr("id").map(|id| css(&format!("[form='{id}'][name]")));
    let outside = elsewhere.iter().flat_map(|own| root.select(own)).filter(|e| e.value().name() != "button");
    for element in form.select(&css("input[name], select[name], textarea[name]")).chain(outside) {
        let value = element.value();
        let Some(name) = value.attr("name").filter(|_| value.attr("disabled").is_none()) else { continue };
        match value.name() {
            "select" => {
                let chosen = element.select(&css("option[selected]")).next().or_else(|| element.select(&css("option")).next());
                let chosen = chosen.map(|o| o.value().attr("value").map_or_else(|| o.text().collect(), String::from));
                fields.push((name.to_string(), chosen.unwrap_or_default()));
            }
            "textarea" => fields.push((name.to_string(), element.text().collect::<String>().trim_start_matches('\n').to_string())),
            _ => match value.attr("type").unwrap_or("text") {
                "checkbox" | "radio" if value.attr("checked").is_none() => {}
                "file" | "submit" | "button" => {}
                _ => fields.push((name.to_string(), value.attr("value").unwrap_or_default().to_string())),
            },
        }
    }
    fields
}
