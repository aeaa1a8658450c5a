// The script of every page. It loads and refreshes parts of a page, and makes forms and times kinder. Pages work without it.
"use strict";

const FIRST_WAIT = 2; // seconds
const LAST_WAIT = 60;
const PATIENCE = 20_000; // milliseconds

const get = (address, redirect = "error") =>
  fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" }, redirect, signal: AbortSignal.timeout(PATIENCE) });

let renewals = Promise.resolve();

/** A part by way of the session, which is renewed. One part after the other, so that only the first renews it. */
function getRenewed(part) {
  const [base] = part.split(/\/(?:fragments|staff)\//);
  const then = encodeURIComponent(part.slice(base.length));
  const answer = renewals.then(() => get(`${base}/account/session?then=${then}`, "follow"));
  renewals = answer.catch(() => {});
  return answer;
}

/** `<souk-fragment src>`: a part of a page that its owner renders. What has an element with `data-live` is asked for again. */
class SoukFragment extends HTMLElement {
  #wait = FIRST_WAIT;
  #timer;
  #text;
  #first; // what the page had in its place
  #isAsking = false;
  #hasContent = false;
  #isLive = false;
  #onVisible = () => document.hidden ? clearTimeout(this.#timer) : this.#isLive && this.#ask();

  connectedCallback() {
    document.addEventListener("visibilitychange", this.#onVisible);
    if (this.hasAttribute("announce")) this.setAttribute("aria-live", "polite");
    this.#first ??= this.innerHTML.trim();
    this.#hasContent = this.#containsLive();
    this.#isLive = this.#hasContent || this.hasAttribute("poll");
    if (this.#hasContent) this.#askLater();
    else this.#ask();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.#onVisible);
    clearTimeout(this.#timer);
  }

  async #ask() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    clearTimeout(this.#timer);
    try {
      const part = this.getAttribute("src");
      let answer = await get(part);
      if (answer.status === 401) answer = await getRenewed(part);
      if (answer.status !== 200) throw new Error(`status ${answer.status}`);
      this.#show(await answer.text());
    } catch {
      this.#sayAway();
    }
    this.#isAsking = false;
    this.#askLater();
  }

  #askLater() {
    clearTimeout(this.#timer);
    if (!this.#isLive || !this.isConnected || document.hidden) return;
    this.#timer = setTimeout(() => this.#ask(), this.#wait * 1000);
    this.#wait = Math.min(this.#wait * 2, LAST_WAIT);
  }

  #show(text) {
    if (text !== this.#text) {
      const content = document.createElement("template");
      content.innerHTML = text;
      // The page's own times were put into the reader's zone, too.
      showLocalTimes(content.content);
      const isNew = this.#text !== undefined || content.innerHTML.trim() !== this.#first;
      if (isNew) this.#replace(content.content);
      if (this.#text !== undefined) this.#wait = FIRST_WAIT;
      this.#text = text;
    }
    this.#hasContent = true;
    this.#isLive = this.#containsLive();
  }

  /** What has the focus, is open or is chosen stays so. */
  #replace(content) {
    const focused = this.contains(document.activeElement) && selectorOf(document.activeElement);
    const [open, checked] = ["details[open]", ":checked"].map((css) => [...this.querySelectorAll(css)].map(selectorOf));
    this.replaceChildren(content);
    const set = (selectors, name) => selectors.forEach((one) => this.querySelector(one)?.toggleAttribute(name, true));
    set(open, "open");
    set(checked, "checked");
    if (focused) this.querySelector(focused)?.focus({ preventScroll: true });
  }

  /** Instead of what was in its place, or below it if that is to `keep`. */
  #sayAway() {
    if (this.#hasContent || !this.dataset.away || this.querySelector(":scope > .away")) return;
    const notice = document.createElement("p");
    notice.className = "away";
    notice.textContent = this.dataset.away;
    if (this.hasAttribute("keep")) this.append(notice);
    else this.replaceChildren(notice);
  }

  #containsLive() {
    return this.querySelector("[data-live]") !== null;
  }
}

/** Finds an element again in a part that was rendered anew: by its id, or a choice by its name and value. */
function selectorOf({ id, name, value }) {
  if (id) return `#${CSS.escape(id)}`;
  return name ? `[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]` : ":not(*)";
}

/** Times are rendered in UTC, as the server does not know where its reader is. */
function showLocalTimes(root) {
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const form = { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
  for (const time of root.querySelectorAll("time[data-local]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = time.textContent;
    time.textContent = new Intl.DateTimeFormat(language, form).format(at);
  }
}

const buttonsOf = (form) => [...form.elements].filter((element) => element.type === "submit");

/** A form with `data-once` is sent once, until its page is shown again. */
addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.dataset.once === "sent") return event.preventDefault();
  form.dataset.once = "sent";
  // Later, as the value of the button that was pressed is still to be read.
  setTimeout(() => buttonsOf(form).forEach((button) => { button.disabled = true; }));
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once='sent']")) {
    form.dataset.once = "";
    buttonsOf(form).forEach((button) => { button.disabled = false; });
  }
});

showLocalTimes(document);
customElements.define("souk-fragment", SoukFragment);
document.querySelector(".error-summary")?.focus();
