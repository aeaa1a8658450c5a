// The script of pages on which a passkey is made or shown. Without it passwords and codes go on to work.
"use strict";

{
  const PATIENCE = 20_000; // milliseconds

  /** Base64url, as the shop writes bytes. */
  const text = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

  /** What the shop wants signed. A session that expired is renewed on the way. */
  async function asked(address) {
    const headers = { Accept: "application/json" };
    const answer = await fetch(address, { method: "POST", headers, signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const { challenge, expires_in, passkeys, ...rest } = await answer.json();
    const known = passkeys.map((id) => ({ type: "public-key", id: bytes(id) }));
    return { ...rest, known, common: { challenge: bytes(challenge), timeout: expires_in * 1000 } };
  }

  async function made(form) {
    const { common, known, algorithms, relying_party_id, user } = await asked(form.dataset.challenge);
    const { id, response } = await navigator.credentials.create({
      publicKey: {
        ...common,
        rp: { id: relying_party_id, name: form.dataset.shop },
        user: { id: bytes(user.handle), name: user.name, displayName: user.display_name },
        pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: known,
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
      },
    });
    return {
      id,
      client_data: text(response.clientDataJSON),
      authenticator_data: text(response.getAuthenticatorData()),
      public_key: text(response.getPublicKey()),
      algorithm: response.getPublicKeyAlgorithm(),
    };
  }

  async function shown(form) {
    const { common, known, relying_party_id } = await asked(form.dataset.challenge);
    const { id, response } = await navigator.credentials.get({
      publicKey: { ...common, rpId: relying_party_id, allowCredentials: known, userVerification: "required" },
    });
    return {
      id,
      client_data: text(response.clientDataJSON),
      authenticator_data: text(response.authenticatorData),
      signature: text(response.signature),
      user_handle: response.userHandle && text(response.userHandle),
    };
  }

  /** Why there is none, in the words of the page. */
  function why(name, { canceled, failed, known = failed }) {
    if (name === "NotAllowedError") return canceled;
    return name === "InvalidStateError" ? known : failed;
  }

  function tell(form, words) {
    let line = form.querySelector("[data-told]");
    if (!line) {
      line = document.createElement("p");
      line.className = "error";
      line.dataset.told = "";
      line.setAttribute("role", "alert");
      form.append(line);
    }
    line.textContent = words;
  }

  /** A form with `data-passkey` is sent once its field `passkey` has what the browser made or showed. */
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button");
    let isReady = false;
    form.addEventListener("submit", async (event) => {
      if (isReady) {
        isReady = false;
        return;
      }
      event.preventDefault();
      // It is not sent yet, so nobody else is to count it as sent.
      event.stopPropagation();
      if (!window.PublicKeyCredential) return tell(form, form.dataset.unsupported);
      button.disabled = true;
      try {
        const credential = await (form.dataset.passkey === "create" ? made(form) : shown(form));
        form.elements.passkey.value = JSON.stringify(credential);
        isReady = true;
      } catch (error) {
        tell(form, why(error.name, form.dataset));
      }
      button.disabled = false;
      if (isReady) form.requestSubmit();
    });
  }
}
