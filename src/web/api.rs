//! What the JSON door stands on: the request as a use case wants it, and the table that is both routes and OpenAPI.

use super::gate::ApiBody;
use super::handler::{Handler, endpoint};
use super::json::Tree;
use super::posted::Posted;
use super::tree;
use crate::app::{Actor, App};
use crate::error::{AppError, FieldErrors, Result};
use poem::endpoint::BoxEndpoint;
use poem::http::{Method, StatusCode};
use poem::{FromRequest, IntoResponse, Request, RequestBody, Response, Route, RouteMethod};
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// One request of a program.
pub struct Api {
    pub app: App,
    pub by: Actor,
}

impl<'a> FromRequest<'a> for Api {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let by = req.extensions().get::<Actor>().cloned().ok_or(AppError::SignedOut)?;
        let app = req.data::<App>().cloned().ok_or(AppError::Unavailable)?;
        Ok(Self { app, by })
    }
}

/// A JSON body. No body at all is an empty object: many verbs need nothing.
pub struct Body<T>(pub T);

impl<'a, T: DeserializeOwned + Send> FromRequest<'a> for Body<T> {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let bytes = json_body(req)?;
        // A list would be read as the fields in their order.
        match bytes.iter().find(|b| !b.is_ascii_whitespace()) {
            Some(b'[') => Err(AppError::BadRequest("send an object".into()).into()),
            _ => Ok(Self(read_json(&bytes)?)),
        }
    }
}

/// The body, where it says that it is JSON or there is none.
fn json_body(req: &Request) -> Result<Vec<u8>> {
    if req.extensions().get::<Posted>().is_some() {
        return Err(AppError::NotJson);
    }
    let bytes = req.extensions().get::<ApiBody>().map(|b| b.0.clone()).unwrap_or_default();
    let kind = req.content_type().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = kind == "application/json" || kind.ends_with("+json");
    if bytes.is_empty() || is_json { Ok(bytes) } else { Err(AppError::NotJson) }
}

/// Reads JSON; what does not fit a field is told with its place.
fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    read_tree(body_tree(bytes)?)
}

fn body_tree(bytes: &[u8]) -> Result<Value> {
    let bytes = if bytes.iter().all(u8::is_ascii_whitespace) { b"{}" } else { bytes };
    let Tree(tree) = serde_json::from_slice(bytes).map_err(|e| AppError::BadRequest(format!("the body cannot be read as JSON: {e}")))?;
    Ok(tree)
}

/// Reads a tree, as forms and queries are read: each type is compiled for one source.
fn read_tree<T: DeserializeOwned>(tree: Value) -> Result<T> {
    serde_path_to_error::deserialize(tree).map_err(|e| {
        let field = e.path().to_string().replace(['[', ']'], ".").replace("..", ".").trim_matches('.').to_string();
        AppError::Invalid(FieldErrors::one(field, e.into_inner().to_string()))
    })
}

/// A change: the fields that were sent, laid over what stands now.
pub struct Patch(pub Value);

impl<'a> FromRequest<'a> for Patch {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let value = body_tree(&json_body(req)?)?;
        if value.is_object() { Ok(Self(value)) } else { Err(AppError::BadRequest("send an object".into()).into()) }
    }
}

impl Patch {
    /// The whole input: what stands now, with the sent fields in its place. The version must be sent.
    pub fn over<T: Serialize + DeserializeOwned>(self, stands: &T) -> Result<T> {
        let mut whole = serde_json::to_value(stands).map_err(|e| anyhow::anyhow!("{e}"))?;
        whole["version"] = Value::Null;
        read_tree(tree::laid_over(whole, self.0))
    }
}

/// The query of a list. An unknown filter is refused with the list of known ones.
pub struct Query<T>(pub T);

impl<'a, T: DeserializeOwned + Send> FromRequest<'a> for Query<T> {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let query = req.uri().query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes()).map(|(name, value)| {
            // `filter[state]=lost` and `state=lost` are the same question.
            let name = name.strip_prefix("filter[").and_then(|n| n.strip_suffix(']')).map_or(name.to_string(), String::from);
            (name, value.into_owned())
        });
        let tree = tree::typed(&pairs.collect::<Vec<_>>());
        let read = serde_path_to_error::deserialize(tree::named(&tree));
        Ok(Self(read.map_err(|e| AppError::BadRequest(e.into_inner().to_string()))?))
    }
}

/// A file from a form part named `file`, or the body itself.
pub struct Upload {
    pub name: String,
    pub content: Vec<u8>,
    /// The other fields of the form, if it was one.
    pub fields: Vec<(String, String)>,
}

impl<'a> FromRequest<'a> for Upload {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        if let Some(posted) = req.extensions().get::<Posted>() {
            let file = posted.files.first().ok_or_else(|| AppError::field("file", "Send a file in the part named file"))?;
            return Ok(Self { name: file.name.clone(), content: file.content.clone(), fields: posted.fields.clone() });
        }
        let content = req.extensions().get::<ApiBody>().map(|b| b.0.clone()).unwrap_or_default();
        let name = req.header("x-file-name").unwrap_or("upload").to_string();
        Ok(Self { name, content, fields: Vec::new() })
    }
}

/// 200 with a body.
pub struct Given<T>(pub T);

impl<T: Serialize + Send> IntoResponse for Given<T> {
    fn into_response(self) -> Response {
        json_response(StatusCode::OK, &self.0)
    }
}

/// 201 with what was made.
pub struct Made<T>(pub T);

impl<T: Serialize + Send> IntoResponse for Made<T> {
    fn into_response(self) -> Response {
        json_response(StatusCode::CREATED, &self.0)
    }
}

fn json_response(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => Response::builder().status(status).content_type("application/json").body(body),
        Err(e) => {
            tracing::error!("an answer could not be written: {e}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The operations of one slice: its routes, and their description.
pub struct ApiRoutes {
    tag: &'static str,
    operations: Vec<Operation>,
}

struct Operation {
    method: Method,
    path: &'static str,
    summary: &'static str,
    endpoint: BoxEndpoint<'static, Response>,
    query: Option<Describe>,
    body: Option<Describe>,
    answer: Option<Describe>,
    upload: bool,
    created: bool,
}

type Describe = fn(&mut SchemaGenerator) -> Value;

fn describe<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

impl ApiRoutes {
    pub fn new(tag: &'static str) -> Self {
        Self { tag, operations: Vec::new() }
    }

    pub fn get<A>(self, path: &'static str, summary: &'static str, handler: impl Handler<A>) -> Self {
        self.with(Method::GET, path, summary, endpoint(handler))
    }

    pub fn post<A>(self, path: &'static str, summary: &'static str, handler: impl Handler<A>) -> Self {
        self.with(Method::POST, path, summary, endpoint(handler))
    }

    pub fn patch<A>(self, path: &'static str, summary: &'static str, handler: impl Handler<A>) -> Self {
        self.with(Method::PATCH, path, summary, endpoint(handler))
    }

    fn with(mut self, method: Method, path: &'static str, summary: &'static str, endpoint: BoxEndpoint<'static, Response>) -> Self {
        let operation = Operation { method, path, summary, endpoint, query: None, body: None, answer: None, upload: false, created: false };
        self.operations.push(operation);
        self
    }

    fn last(mut self, set: impl FnOnce(&mut Operation)) -> Self {
        if let Some(operation) = self.operations.last_mut() {
            set(operation);
        }
        self
    }

    /// The filters of the operation before.
    pub fn asks<T: JsonSchema>(self) -> Self {
        self.last(|o| o.query = Some(describe::<T>))
    }

    /// The JSON body of the operation before.
    pub fn takes<T: JsonSchema>(self) -> Self {
        self.last(|o| o.body = Some(describe::<T>))
    }

    /// The operation before takes a file: a part named `file`, or the body itself.
    pub fn takes_file(self) -> Self {
        self.last(|o| o.upload = true)
    }

    /// What the operation before answers.
    pub fn gives<T: JsonSchema>(self) -> Self {
        self.last(|o| o.answer = Some(describe::<T>))
    }

    /// What the operation before makes: 201.
    pub fn makes<T: JsonSchema>(self) -> Self {
        self.last(|o| {
            o.answer = Some(describe::<T>);
            o.created = true;
        })
    }
}

/// All operations of all slices: the routes and the OpenAPI document say the same, because they are one table.
pub fn routes(slices: Vec<ApiRoutes>) -> Route {
    let mut methods: BTreeMap<&'static str, RouteMethod> = BTreeMap::new();
    for operation in slices.into_iter().flat_map(|slice| slice.operations) {
        let so_far = methods.remove(operation.path).unwrap_or_default();
        methods.insert(operation.path, so_far.method(operation.method, operation.endpoint));
    }
    methods.into_iter().fold(Route::new(), |route, (path, method)| route.at(path.replace('{', ":").replace('}', ""), method))
}

/// The OpenAPI document of the same table.
pub fn document(slices: Vec<ApiRoutes>) -> Value {
    let mut generator =
        schemars::generate::SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into()).into_generator();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for slice in slices {
        for operation in slice.operations {
            let described = describe_operation(&operation, slice.tag, &mut generator);
            let verb = operation.method.as_str().to_ascii_lowercase();
            paths.entry(format!("/api/v1{}", operation.path)).or_default().insert(verb, described);
        }
    }
    let schemas = generator.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tributary",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Money is whole cents in fields that end in _cents; days are YYYY-MM-DD in the practice's time zone, instants RFC 3339. \
                            Lists are {items, next_cursor}. Errors are application/problem+json. A POST may carry an Idempotency-Key.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas,
            "responses": { "Problem": { "description": "What went wrong, and how to mend it", "content": { "application/problem+json": { "schema": problem_schema() } } } }
        }
    })
}

fn describe_operation(operation: &Operation, tag: &str, generator: &mut SchemaGenerator) -> Value {
    let names = operation.path.split('/').filter_map(|s| s.strip_prefix('{').and_then(|s| s.strip_suffix('}')));
    let mut parameters: Vec<Value> =
        names.map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })).collect();
    if let Some(query) = operation.query {
        parameters.extend(query_parameters(&query(generator), generator));
    }
    let (status, meaning) = if operation.created { ("201", "Made") } else { ("200", "Done") };
    let answer = operation.answer.map(|a| json!({ "application/json": { "schema": a(generator) } })).unwrap_or_else(|| json!({}));
    let mut responses = json!({ status: { "description": meaning, "content": answer } });
    for code in ["400", "401", "403", "404", "409", "413", "415", "422", "503"] {
        responses[code] = json!({ "$ref": "#/components/responses/Problem" });
    }
    let id = format!("{}{}", operation.method.as_str().to_ascii_lowercase(), operation.path.replace(['/', '{', '}', '-'], "_"));
    let mut described =
        json!({ "tags": [tag], "summary": operation.summary, "operationId": id, "parameters": parameters, "responses": responses });
    if let Some(body) = operation.body {
        described["requestBody"] = json!({ "content": { "application/json": { "schema": body(generator) } } });
    }
    if operation.upload {
        let file = json!({ "type": "object", "properties": { "file": { "type": "string", "format": "binary" } } });
        let bytes = json!({ "schema": { "type": "string", "format": "binary" } });
        described["requestBody"] = json!({ "content": { "multipart/form-data": { "schema": file }, "application/octet-stream": bytes } });
    }
    described
}

/// One parameter a property of the filter's schema.
fn query_parameters(schema: &Value, generator: &SchemaGenerator) -> Vec<Value> {
    let name = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()).unwrap_or_default();
    let properties =
        generator.definitions().get(name).and_then(|d| d.get("properties")).and_then(Value::as_object).cloned().unwrap_or_default();
    properties.into_iter().map(|(name, schema)| json!({ "name": name, "in": "query", "schema": schema })).collect()
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" }, "detail": { "type": "string" },
            "instance": { "type": "string" }, "request": { "type": "string" },
            "errors": { "type": "array", "items": { "type": "object", "properties": {
                "pointer": { "type": "string" }, "code": { "type": "string" }, "message": { "type": "string" } } } },
            "allowed": { "type": "array", "items": { "type": "string" } },
            "current": {}
        }
    })
}
