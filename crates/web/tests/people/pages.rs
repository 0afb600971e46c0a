//! Pages: what they show, to whom, and without script.

use crate::browser::{Browser, administrator, again, invited, start};
use axum::http::{StatusCode, header};

const SETTINGS: &str = "[organisation.\"a & <b>\"]\nrole = \"filer\"\n";

#[tokio::test]
async fn people_are_managed_by_forms_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (router, node) = start(folder.path(), SETTINGS);
    let mut ada = administrator(&router, &node).await;
    let form = "organisation=a+%26+%3Cb%3E&name=Bo+%3Cscript%3E&role=filer";
    let (status, headers, page) = ada.form(&router, "/people", form).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
    assert!(page.contains("Bo &#60;script&#62;") && !page.contains("Bo <script>"), "{page}");
    let link = page.split("code class=\"link\">").nth(1).unwrap().split('<').next().unwrap();
    let link = link.replace("&#35;", "#");
    let mut bo = Browser::default();
    assert_eq!(bo.accept(&router, &link, None).await.0, StatusCode::CREATED);
    let (_, list) = ada.get(&router, "/people").await;
    let list = list.as_str().unwrap();
    assert!(list.contains("a &#38; &#60;b&#62;") && list.contains("Bo &#60;script&#62;"), "{list}");
    let id = list.split("/people/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let (status, headers, _) = ada.form(&router, &format!("/people/{id}/sign-out"), "").await;
    assert_eq!((status, &headers[header::LOCATION]), (StatusCode::SEE_OTHER, &"/people".parse().unwrap()));
    let (status, headers, _) = bo.send_from(&router, None, ("GET", "/passkeys"), ("", String::new())).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(headers[header::LOCATION], "/sign-in?next=%2Fpasskeys");
    bo.sign_in(&router).await;
    let (status, _, page) =
        ada.form(&router, &format!("/people/{id}/roles"), "role=administrator&role=filer").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("roles-apart") && page.starts_with("<!doctype html>"), "{page}");
    let (status, _, _) = ada.form(&router, &format!("/people/{id}/roles"), "role=postal-operator").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, home) = bo.get(&router, "/").await;
    assert!(home.as_str().unwrap().contains("postal operator"), "{home}");
    let (status, page) = bo.get(&router, "/people").await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{page}");
    let (status, _, _) = ada.form(&router, &format!("/people/{id}/remove"), "").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, list) = ada.get(&router, "/people").await;
    assert!(list.as_str().unwrap().contains("state removed"), "{list}");
    let (status, headers, _) = ada.form(&router, "/sign-out", "").await;
    assert_eq!((status, &headers[header::LOCATION]), (StatusCode::SEE_OTHER, &"/sign-in".parse().unwrap()));
    assert!(ada.cookies.is_empty());
}

#[tokio::test]
async fn a_form_that_needs_a_proof_leads_there_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let (router, node) = start(folder.path(), SETTINGS);
    let mut ada = administrator(&router, &node).await;
    let (_, id) = invited(&router, &mut ada, "a & <b>", "Bo", &["filer"]).await;
    drop((router, node));
    let database = rusqlite::Connection::open(folder.path().join("loadgate.db")).unwrap();
    database.execute("UPDATE session SET proved = proved - 360000000000", []).unwrap();
    drop(database);
    let (router, _node) = again(folder.path());
    let (_, list) = ada.get(&router, "/people").await;
    assert!(list.as_str().unwrap().contains("/prove?next=/people"), "{list}");
    let (status, _, page) = ada.form(&router, &format!("/people/{id}/remove"), "").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(page.contains("href=\"/prove?next=/people\""), "{page}");
}
