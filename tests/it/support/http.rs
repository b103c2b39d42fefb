//! The JSON door, as a program knocks at it.

use super::{TestApp, email};
use poem::http::{Method, StatusCode};
use poem::{Body, Endpoint, Request};
use serde_json::Value;
use tributary::app::Actor;
use tributary::auth;
use tributary::auth::role::Role;
use tributary::auth::user::NewToken;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: poem::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{} is no JSON: {e}: {}", self.status, self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// The message of one field of a problem.
    pub fn field(&self, pointer: &str) -> String {
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        let found = errors.iter().find(|e| e["pointer"] == pointer);
        found.map(|e| e["message"].as_str().unwrap_or_default().to_string()).unwrap_or_default()
    }
}

/// A form with one file as `multipart/form-data`: its content type and its body.
pub fn multipart(fields: &[(String, String)], file: (&str, &str, &[u8])) -> (String, Vec<u8>) {
    let boundary = "boundary-of-this-test";
    let part = |of: &str| format!("--{boundary}\r\nContent-Disposition: form-data; {of}\r\n");
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!("{}\r\n{value}\r\n", part(&format!("name=\"{name}\""))));
    }
    let (field, name, content) = file;
    body.push_str(&part(&format!("name=\"{field}\"; filename=\"{name}\"")));
    body.push_str("Content-Type: application/octet-stream\r\n\r\n");
    let end = format!("\r\n--{boundary}--\r\n");
    (format!("multipart/form-data; boundary={boundary}"), [body.as_bytes(), content, end.as_bytes()].concat())
}

impl TestApp {
    pub async fn send(&self, request: Request) -> Answer {
        let what = format!("{} {}", request.method(), request.uri().path());
        let response = match self.server().await.call(request).await {
            Ok(response) => response,
            Err(e) => e.into_response(),
        };
        let (parts, body) = response.into_parts();
        if parts.status.is_success() {
            let id = parts.headers.get("x-request-id").and_then(|v| v.to_str().ok()).unwrap_or_default();
            self.answered.lock().expect("no panic before").push((what, id.to_string()));
        }
        Answer { status: parts.status, headers: parts.headers, body: body.into_vec().await.unwrap_or_default() }
    }

    /// A request with headers of its own, and a form's fields if it posts.
    pub async fn raw(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri_str(path);
        if !body.is_empty() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            request = request.content_type("application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.to_string())).await
    }

    /// A role's token: made at the first call, used for all.
    pub async fn held_token(&self, role: Role) -> String {
        let mut held = self.tokens.lock().await;
        match held.get(role.word()) {
            Some(token) => token.clone(),
            None => {
                let token = self.token(role).await;
                held.insert(role.word(), token.clone());
                token
            }
        }
    }

    /// A token of a user; made for this test alone.
    pub async fn token(&self, role: Role) -> String {
        auth::create_token(&self.app, &Actor::operator(), &NewToken { user: email(role).into(), ..Default::default() })
            .await
            .expect("a token")
            .token
    }

    pub async fn call(&self, role: Role, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let token = self.held_token(role).await;
        let mut request = Request::builder().method(method).uri_str(path).header("authorization", format!("Bearer {token}"));
        if body.is_some() {
            request = request.content_type("application/json");
        }
        self.send(request.body(body.map_or_else(Body::empty, |b| Body::from(b.to_string())))).await
    }

    pub async fn get(&self, role: Role, path: &str) -> Answer {
        self.call(role, Method::GET, path, None).await
    }

    pub async fn post(&self, role: Role, path: &str, body: Value) -> Answer {
        self.call(role, Method::POST, path, Some(&body)).await
    }

    pub async fn patch(&self, role: Role, path: &str, body: Value) -> Answer {
        self.call(role, Method::PATCH, path, Some(&body)).await
    }

    /// Posts as the owner and expects it to be done.
    pub async fn done(&self, path: &str, body: Value) -> Value {
        let answer = self.post(Role::Owner, path, body).await;
        assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.text());
        answer.json()
    }

    /// Changes as the owner what stands there now, and expects it to be done.
    pub async fn changed(&self, path: &str, mut more: Value) -> Value {
        more["version"] = self.read(path).await["version"].clone();
        let answer = self.patch(Role::Owner, path, more).await;
        assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.text());
        answer.json()
    }

    /// Reads as the owner.
    pub async fn read(&self, path: &str) -> Value {
        let answer = self.get(Role::Owner, path).await;
        assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.text());
        answer.json()
    }
}
