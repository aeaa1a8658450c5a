//! The second factor of somebody who is signed in: setting up an authenticator app, recovery codes, and showing it once more before
//! something that asks for it. Refuses to show a recovery code twice, and to send a form on by itself that came here on its way.

use super::carried::Carried;
use super::passkey_form::{ShowPasskey, factor_in};
use super::sign_in::SendAgainPage;
use super::verbatim::{Passing, Verbatim};
use super::ways::{SECOND_FACTOR, by_factor, by_renewal, waiting, way_on};
use super::words::Words;
use super::{Way, cookies, go, oidc, with_cookies};
use crate::domain::Rejection;
use crate::domain::user::User;
use crate::http::me;
use crate::service::{Error, NewApp, Users};
use ::pages::{Errors, Page, Typed};
use askama::Template;
use chassis::http::cookies::ACCESS;
use chassis::http::{Response, network_of};
use chassis::{Call, NoBody, NoQuery, Problem};
use serde::Deserialize;
use std::sync::Arc;

/// The field of what a browser showed.
const PASSKEY: &str = "passkey";

/// The form of each step has the fields that it needs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct FactorForm {
    code: String,
    password: String,
    /// What the browser showed, of the form that takes a passkey in place of a code.
    passkey: Option<String>,
    /// Where the visitor is on the way to.
    then: String,
    /// The body of the form that is sent again afterwards.
    form: String,
}

impl Typed for FactorForm {
    fn is_typed(field: &str) -> bool {
        ["code", "password"].contains(&field)
    }
}

/// A picture that an authenticator app reads.
struct Picture {
    /// Squares on each side, with the quiet zone around.
    side: usize,
    /// The dark ones.
    path: String,
}

#[derive(Template)]
#[template(path = "second_factor.html")]
struct FactorPage {
    page: Page,
    t: &'static Words,
    user: User,
    /// The app that waits for its first code.
    pending: Option<NewApp>,
    picture: Option<Picture>,
    /// Whether the second factor was shown a moment ago.
    is_open: bool,
    passkeys: ShowPasskey,
    then: String,
    carried: Option<Carried>,
    /// What a second factor is needed for.
    notice: Option<String>,
    /// Why nothing was done.
    refusal: Option<String>,
    errors: Errors,
    /// Where a user who signs in by the company's provider may show it as well.
    by_provider: Option<String>,
}

#[derive(Template)]
#[template(path = "recovery_codes.html")]
struct CodesPage {
    page: Page,
    t: &'static Words,
    codes: Vec<String>,
    /// Where the visitor goes on.
    then: String,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, Way>) -> Result<Response, Problem> {
    ::pages::html(200, &FactorPage::load(&app, &call, &call.query.then).await?)
}

/// For a form that needs a second factor first. It waits in the page. Nothing was done yet.
pub(super) async fn show_for_form(app: Arc<Users>, call: Call<Passing, Way>) -> Result<Response, Problem> {
    let mut page = FactorPage::load(&app, &call, &call.query.then).await?;
    page.carried = Carried::of(&call.query.then, call.body.0.clone())?;
    // The form does not come along to the provider, and where it went there may be no page.
    page.by_provider = page.by_provider.map(|_| oidc::way("", true));
    ::pages::html(403, &page)
}

pub(super) async fn act(app: Arc<Users>, call: Call<Verbatim<FactorForm>, NoQuery>) -> Result<Response, Problem> {
    let step: String = call.param("step")?;
    match step.as_str() {
        "shown" => shown(&app, &call).await,
        "app" => begin(&app, &call).await,
        "confirmation" => confirm(&app, &call).await,
        "removal" => remove(&app, &call).await,
        "recovery-codes" => renew_codes(&app, &call).await,
        _ => Err(Problem::not_found()),
    }
}

type Sent = Call<Verbatim<FactorForm>, NoQuery>;

/// The second factor was shown: back to where it was asked for.
async fn shown(app: &Users, call: &Sent) -> Result<Response, Problem> {
    let FactorForm { code, passkey, then, form, .. } = &call.body.fields;
    let field = if passkey.is_some() { PASSKEY } else { "code" };
    let Some(factor) = factor_in(passkey.as_deref(), code) else {
        return refused(app, call, field, Error::Rejected(Rejection::InvalidPasskey)).await;
    };
    match app.step_up(me(call)?, &factor, &network_of(&call.source_ip), &call.context()).await {
        Ok(access) => {
            let kept = [cookies::sent(app, &call.headers).keep(ACCESS, &access, cookies::ACCESS_KEPT_SECONDS)];
            match Carried::of(then, form.clone())? {
                Some(carried) => {
                    let t = Words::of(Page::locale(app, call));
                    let page = Page::new(app, call, t.second_factor.send_again_title.to_string());
                    Ok(with_cookies(::pages::html(200, &SendAgainPage { page, t, carried })?, kept))
                }
                None if then.is_empty() => Ok(go(app, 303, SECOND_FACTOR, kept)),
                None => Ok(go(app, 303, &way_on(then), kept)),
            }
        }
        Err(error) => refused(app, call, field, error).await,
    }
}

async fn begin(app: &Users, call: &Sent) -> Result<Response, Problem> {
    let password = Some(call.body.fields.password.as_str()).filter(|typed| !typed.is_empty());
    match app.begin_totp(me(call)?, password, &network_of(&call.source_ip), &call.context()).await {
        Ok(_) => match ::pages::local_target(&call.body.fields.then) {
            Some(then) => Ok(go(app, 303, &by_factor(&then), [])),
            None => Ok(go(app, 303, SECOND_FACTOR, [])),
        },
        Err(error) => refused(app, call, "password", error).await,
    }
}

async fn confirm(app: &Users, call: &Sent) -> Result<Response, Problem> {
    let code = &call.body.fields.code;
    match app.confirm_totp(me(call)?, code, &network_of(&call.source_ip), &call.context()).await {
        Ok((codes, access)) => {
            Ok(with_access(app, call, codes_page(app, call, (codes, &call.body.fields.then))?, &access))
        }
        Err(error) => refused(app, call, "code", error).await,
    }
}

async fn remove(app: &Users, call: &Sent) -> Result<Response, Problem> {
    match app.remove_totp(me(call)?, &call.context()).await {
        Ok(()) => Ok(go(app, 303, &by_renewal(SECOND_FACTOR), [])),
        Err(error) => refused(app, call, "code", error).await,
    }
}

async fn renew_codes(app: &Users, call: &Sent) -> Result<Response, Problem> {
    match app.renew_recovery_codes(me(call)?, &call.context()).await {
        Ok(codes) => codes_page(app, call, (codes, &call.body.fields.then)),
        Err(error) => refused(app, call, "code", error).await,
    }
}

/// With the access token that says that a second factor was shown.
pub(super) fn with_access<B, Q>(app: &Users, call: &Call<B, Q>, response: Response, access: &str) -> Response {
    let kept = cookies::sent(app, &call.headers).keep(ACCESS, access, cookies::ACCESS_KEPT_SECONDS);
    with_cookies(response, [kept])
}

/// New recovery codes, this once.
pub(super) fn codes_page<B, Q>(
    app: &Users,
    call: &Call<B, Q>,
    (codes, then): (Vec<String>, &str),
) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let mut page = Page::new(app, call, t.second_factor.codes_title.to_string());
    SECOND_FACTOR.clone_into(&mut page.path);
    let then = ::pages::local_target(then).map(|then| way_on(&then));
    let then = then.unwrap_or_else(|| SECOND_FACTOR.to_owned());
    ::pages::html(200, &CodesPage { page, t, codes, then })
}

/// The page once more, with what is wrong at the field.
async fn refused(app: &Users, call: &Sent, field: &'static str, error: Error) -> Result<Response, Problem> {
    let FactorForm { then, form, .. } = &call.body.fields;
    let mut page = FactorPage::load(app, call, then).await?;
    page.carried = Carried::of(then, form.clone())?;
    SECOND_FACTOR.clone_into(&mut page.page.path);
    let words = &page.t.second_factor;
    match error {
        Error::Rejected(Rejection::InvalidPasskey) => page.refusal = Some(page.t.passkeys.needs_script.to_string()),
        Error::Rejected(Rejection::InvalidSecondFactor) if field == PASSKEY => {
            page.refusal = Some(page.t.passkeys.wrong.to_string());
        }
        Error::Rejected(Rejection::InvalidSecondFactor) => page.errors.add(field, &words.code, &words.wrong),
        Error::Rejected(Rejection::WrongPassword) => {
            page.errors.add(field, &page.t.sign_in.password, &words.wrong_password);
        }
        // What was asked for is done, or takes the second factor first: the page says so.
        Error::Rejected(Rejection::StepUpRequired) => page.refusal = Some(words.show_first.to_string()),
        Error::Rejected(Rejection::LastFactorOfStaff) => page.refusal = Some(words.last_of_staff.to_string()),
        Error::Rejected(Rejection::NoEnrollment | Rejection::NoSecondFactor) => {
            page.refusal = Some(words.over.to_string());
        }
        Error::Rejected(Rejection::TooManyAttempts(seconds)) => {
            page.refusal = Some(page.t.errors.wait(seconds));
            return Ok(waiting(::pages::html(429, &page)?, seconds));
        }
        error => return Err(error.into()),
    }
    ::pages::html(422, &page)
}

impl Picture {
    /// `None` if the text is too long for one.
    fn of(text: &str) -> Option<Self> {
        const QUIET: usize = 4;
        let code = qrcode::QrCode::new(text.as_bytes()).ok()?;
        let (width, colors) = (code.width(), code.to_colors());
        let mut path = String::new();
        for (y, row) in colors.chunks(width).enumerate() {
            let mut x = QUIET;
            for run in row.chunk_by(|one, other| one == other) {
                let length = run.len();
                if run.first() == Some(&qrcode::Color::Dark) {
                    path.push_str(&format!("M{x} {}h{length}v1h-{length}z", y + QUIET));
                }
                x += length;
            }
        }
        Some(Self { side: width + 2 * QUIET, path })
    }
}

impl FactorPage {
    async fn load<B, Q>(app: &Users, call: &Call<B, Q>, then: &str) -> Result<Self, Problem> {
        let t = Words::of(Page::locale(app, call));
        let identity = call.caller.identity()?;
        let user = app.user(identity.user).await?;
        let is_tied = app.provider.is_some() && user.identity.is_some();
        let pending = app.pending_totp(&user, identity.session, &call.context()).await?;
        let page = Page::new(app, call, t.second_factor.title.to_string());
        let (then, words) = (::pages::local_target(then).unwrap_or_default(), &t.second_factor);
        let notice = match user.factors.protects() {
            true => None,
            false if app.requires_factor() && user.lacks_factor(identity.permissions) => Some(&words.staff_needed),
            false => Some(&words.needed).filter(|_| !then.is_empty()),
        };
        Ok(Self {
            passkeys: ShowPasskey::of_the_user(&page, "/account/second-factor/shown"),
            page,
            t,
            is_open: !user.factors.protects() || identity.is_stepped_up(call.now),
            picture: pending.as_ref().and_then(|app| Picture::of(&app.address)),
            pending,
            user,
            by_provider: is_tied.then(|| oidc::way(&then, true)),
            then,
            carried: None,
            notice: notice.map(ToString::to_string),
            refusal: None,
            errors: Errors::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_a_quiet_zone_and_the_three_corners_by_which_it_is_found() {
        let picture =
            Picture::of("otpauth://totp/souk:ada%40example%2Ecom?secret=GEZDGNBVGY3TQOJQ&issuer=souk").unwrap();
        let begins = |x: usize, y: usize, length: &str| picture.path.contains(&format!("M{x} {y}h{length}"));
        let side = picture.side;
        for (x, y) in [(4, 4), (side - 11, 4), (4, side - 5)] {
            assert!(begins(x, y, "7v"), "{x} {y}");
        }
        assert!((0..side).all(|at| !begins(at, 3, "") && !begins(3, at, "")));
        assert!(Picture::of(&"x".repeat(5_000)).is_none());
    }
}
