//! Passkeys, made and shown by the browser's own authenticator: added, used alone and once more beside an open session, copied, removed.

use crate::browser::Browser;
use crate::people::PASSWORD;

impl Browser {
    #[track_caller]
    fn signs_out(&self) {
        self.open("/account");
        self.press("Sign out");
        self.follow("Sign in");
    }

    /// Signs in with a passkey alone.
    #[track_caller]
    fn shows_a_passkey(&self) {
        self.press("Use a passkey");
    }

    /// The authenticator's passkey opens nothing.
    #[track_caller]
    fn is_refused(&self) {
        self.sees("This passkey was not accepted.");
        self.expect_fault("422");
    }
}

#[test]
fn a_customer_adds_a_passkey_signs_in_with_it_alone_and_neither_a_copy_nor_a_removed_one_is_taken() {
    let (laptop, phone) = (Browser::at_the_shop(), Browser::at_the_shop());
    let (in_laptop, in_phone) = (laptop.has_an_authenticator(), phone.has_an_authenticator());
    let email = laptop.signs_up();
    // Of before the passkey: in this session no second factor was shown.
    phone.open("/account/sign-in");
    phone.signs_in(&email);
    phone.sees("Your account");

    laptop.follow("Passkeys");
    laptop.sees("You have no passkey yet.");
    laptop.fill("Name of the passkey", "My laptop");
    laptop.fill("Password", PASSWORD);
    laptop.press("Create a passkey");
    laptop.sees("These are your recovery codes.");
    laptop.follow("I have kept them");
    laptop.sees("My laptop");
    laptop.sees("Never");
    laptop.fill("Name of the passkey", "My laptop");
    laptop.press("Create a passkey");
    laptop.sees("You have this passkey already.");
    laptop.signs_out();
    laptop.shows_a_passkey();
    laptop.sees("Your account");

    // What changes an open account asks for the second factor, and a passkey is one.
    phone.puts_a_passkey_into(&in_phone, &laptop.passkey_in(&in_laptop));
    phone.follow("Passkeys");
    phone.sees("My laptop");
    assert!(!phone.text().contains("Never"), "it was used: {}", phone.text());
    phone.follow("Go on");
    phone.sees("please show your second factor once more");
    phone.shows_a_passkey();
    phone.wait_for_path("/account/passkeys");
    phone.sees("Name of the passkey");

    // The phone's signature was the third, and the laptop's next one says so, too.
    laptop.signs_out();
    laptop.shows_a_passkey();
    laptop.is_refused();
    laptop.takes_the_passkey_out_of(&in_laptop);
    laptop.shows_a_passkey();
    laptop.sees("No passkey was used");

    phone.press("Remove the passkey My laptop");
    phone.sees("The passkey was removed.");
    phone.signs_out();
    phone.shows_a_passkey();
    phone.is_refused();
    phone.signs_in(&email);
    phone.sees("Your account");
}

#[test]
fn without_a_script_the_page_says_that_passkeys_need_one_and_the_password_signs_in() {
    let browser = Browser::at_the_shop();
    let email = browser.signs_up();
    browser.press("Sign out");
    browser.wait_for_path("/");
    browser.without_scripts();
    browser.open("/account/sign-in");
    browser.sees("Passkeys need JavaScript.");
    browser.shows_a_passkey();
    browser.wait_for_path("/account/sign-in/passkey");
    browser.sees("Passkeys need JavaScript.");
    browser.expect_fault("422");
    browser.signs_in(&email);
    browser.sees("Your account");
}
