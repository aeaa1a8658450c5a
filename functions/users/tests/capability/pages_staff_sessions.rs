//! The sessions on a user's page: staff see them, and an admin ends one or all, confirmed and as over the API.

use crate::browser::{Browser, Fields};
use crate::harness::{bench, identity, refresh, refusal, sign_in, somebody};
use crate::pages_staff::signed_in;
use chassis::testing::Bench;
use events::ids::UserId;
use events::users::Role;
use users::Users;

const ACCESS: &str = "__Host-souk_access";
const ADA: &str = "ada@example.com";

async fn boss(bench: &Bench<Users>) -> (UserId, Browser<'_>) {
    signed_in(bench, "boss@example.com", &[Role::Admin]).await
}

fn page_of(id: UserId) -> String {
    format!("/staff/users/{id}")
}

#[tokio::test]
async fn staff_see_the_sessions_of_a_user_and_no_form_to_end_them() {
    let bench = bench();
    let (ada, pair) = somebody(&bench, ADA).await;
    let (own, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
    let shown = staff.get(&page_of(ada)).await;
    let session = identity(&bench, &pair.access).session;
    for part in ["Sessions that have not ended", &format!(">{session}</td>"), "Never", "15 January 2026"] {
        assert!(shown.says(part), "{part} in {}", shown.html);
    }
    assert!(!shown.says("/sign-out-everywhere\"") && !shown.says("Yours"), "{}", shown.html);
    assert!(staff.get(&page_of(own)).await.says("Yours"), "the session in which one reads it");
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200);
    assert!(!staff.get(&page_of(ada)).await.says("Never"), "it was renewed");
    for action in ["sign-out", "sign-out-everywhere"] {
        let fields = [("session", &*session.to_string()), ("confirmed", "yes")];
        let forged = staff.post(&format!("{}/{action}", page_of(ada)), &fields).await;
        assert_eq!(forged.status, 403, "a forged form");
    }
    assert!(staff.get(&page_of(ada)).await.says(&session.to_string()), "nothing ended");
}

#[tokio::test]
async fn an_admin_ends_one_session_or_all_which_the_page_and_the_log_show() {
    let bench = bench();
    let (ada, pair) = somebody(&bench, ADA).await;
    let other = sign_in(&bench, ADA).await;
    let (_, mut boss) = boss(&bench).await;
    let session = identity(&bench, &pair.access).session.to_string();
    let form = boss.get(&page_of(ada)).await;
    assert!(form.says(&format!("name=\"session\" value=\"{session}\"")), "{}", form.html);
    bench.world.pass_seconds(1);
    let fields = [("session", &*session), ("confirmed", "yes")];
    let sent = boss.post(&format!("{}/sign-out", page_of(ada)), &fields).await;
    assert_eq!((sent.status, &*sent.location), (303, &*format!("{}?saved=session", page_of(ada))));
    let (shown, _) = boss.follow(sent, "").await;
    assert!(shown.says("The session has been ended") && !shown.says(&session), "{}", shown.html);
    assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"));
    bench.world.pass_seconds(1);
    let sent = boss.post(&format!("{}/sign-out-everywhere", page_of(ada)), &[("confirmed", "yes")]).await;
    let (shown, _) = boss.follow(sent, "").await;
    assert!(shown.says("All sessions have been ended") && shown.says("No session here"), "{}", shown.html);
    assert_eq!(refusal(&refresh(&bench, &other.refresh).await), (401, "session_revoked"));
    let log = boss.get("/staff/users/audit").await;
    for part in ["Session ended", "All sessions ended", &session] {
        assert!(log.says(part), "{part} in {}", log.html);
    }
    boss.language = "de";
    assert!(boss.get("/staff/users/audit").await.says("Alle Sitzungen beendet"));
}

#[tokio::test]
async fn the_end_of_a_session_is_refused_at_its_field_until_it_is_chosen_and_confirmed() {
    let bench = bench();
    let (ada, pair) = somebody(&bench, ADA).await;
    let (_, mut boss) = boss(&bench).await;
    let session = identity(&bench, &pair.access).session.to_string();
    let unknown = session.replace("ses_0", "ses_1");
    let cases: [(&str, Fields<'_>, &str, &str); 5] = [
        ("sign-out", &[("session", &*session)], "session-confirmed", "confirm that it is to end"),
        ("sign-out", &[("confirmed", "yes")], "session-session", "choose a session"),
        ("sign-out", &[("session", "<b>"), ("confirmed", "yes")], "session-session", "choose a session"),
        ("sign-out", &[("session", &*unknown), ("confirmed", "yes")], "session-session", "no such session"),
        ("sign-out-everywhere", &[], "all-confirmed", "confirm that it is to end"),
    ];
    for (action, fields, field, told) in cases {
        let shown = boss.post(&format!("{}/{action}", page_of(ada)), fields).await;
        assert_eq!(shown.status, 422, "{}", shown.html);
        let start = format!("id=\"{field}-error\">");
        let error = shown.html.split_once(&start).unwrap().1.split('<').next().unwrap();
        assert!(error.contains(told), "{field}: {error}");
        assert!(shown.says(&format!("href=\"#{field}\"")), "the summary leads to the field: {}", shown.html);
        assert!(!shown.says("<b>") && shown.says(&format!("href=\"{}?lang=de\"", page_of(ada))), "{}", shown.html);
        let radio = shown.html.split("<input").find(|input| input.contains(&format!("value=\"{session}\""))).unwrap();
        assert_eq!(radio.contains(" checked"), fields.first() == Some(&("session", &*session)), "{radio}");
    }
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200, "nothing ended");
}

#[tokio::test]
async fn a_form_about_a_session_that_is_gone_is_answered_in_words_also_where_none_is_left() {
    let bench = bench();
    let (ada, pair) = somebody(&bench, ADA).await;
    let (_, mut boss) = boss(&bench).await;
    let gone = identity(&bench, &pair.access).session.to_string().replace("ses_0", "ses_1");
    boss.post(&format!("{}/sign-out-everywhere", page_of(ada)), &[("confirmed", "yes")]).await;
    let fields = [("session", &*gone), ("confirmed", "yes")];
    let shown = boss.post(&format!("{}/sign-out", page_of(ada)), &fields).await;
    assert!(shown.status == 422 && shown.says("No session here"), "{}", shown.html);
    assert!(shown.says("<p>There is no such session any more.</p>"), "{}", shown.html);
}

#[tokio::test]
async fn whoever_ends_the_own_session_signs_in_again_and_with_another_one_reads_on() {
    let bench = bench();
    let (own, mut boss) = boss(&bench).await;
    let other = sign_in(&bench, "boss@example.com").await;
    let elsewhere = identity(&bench, &other.access).session.to_string();
    let end = format!("{}/sign-out", page_of(own));
    let (shown, _) = boss.submit(&end, &[("session", &*elsewhere), ("confirmed", "yes")]).await;
    assert!(shown.status == 200 && shown.says("The session has been ended"), "{}", shown.html);
    let here = identity(&bench, boss.cookie(ACCESS).unwrap()).session.to_string();
    let (_, way) = boss.submit(&end, &[("session", &*here), ("confirmed", "yes")]).await;
    assert!(way.last().unwrap().starts_with("/account/sign-in?then="), "{way:?}");
    assert_eq!(boss.cookie(ACCESS), None);
}

#[tokio::test]
async fn many_sessions_go_page_by_page() {
    let bench = bench();
    let (ada, _) = somebody(&bench, ADA).await;
    for _ in 0..22 {
        bench.world.pass_seconds(1_000);
        sign_in(&bench, ADA).await;
    }
    let (_, mut boss) = boss(&bench).await;
    let (mut rows, mut way) = (0, Some(page_of(ada)));
    while let Some(path) = way {
        let shown = boss.get(&path).await;
        assert!(shown.status == 200 && shown.html.len() < 30_000, "{}", shown.html.len());
        rows += shown.html.matches("<th scope=\"row\">").count();
        let link = shown.html.split_once("\" rel=\"next\"").and_then(|(before, _)| before.rsplit_once("href=\""));
        way = link.map(|(_, link)| link.replace("&#38;", "&"));
    }
    assert_eq!(rows, 23);
    assert_eq!(boss.get(&format!("{}?cursor=x", page_of(ada))).await.status, 400);
}
