"use strict";
// Shows the documents that the page links to. What they say becomes text, never markup.

const byId = (id) => document.getElementById(id);
const present = (value) => value !== undefined && value !== null && value !== "";

function make(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) made.setAttribute(key, value);
  made.append(...children.flat(Infinity).filter(present));
  return made;
}

// Text in which `backticks` mark code, and `* ` the items of a list.
function prose(text) {
  const lines = String(text ?? "").replace(/\n+(?!\* )/g, " ").split("`");
  return make("span", { class: "prose" }, lines.map((part, index) => (index % 2 ? make("code", null, part) : part)));
}

function folded(title, ...content) {
  return make("details", null, make("summary", null, title), content);
}

function pretty(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function example(value) {
  return make("pre", { tabindex: 0, "aria-label": "Example" }, make("code", null, pretty(value)));
}

// What a reference stands for, together with what stands beside it.
function resolved(api, value) {
  let here = value ?? {};
  while (typeof here.$ref === "string" && here.$ref.startsWith("#/")) {
    const { $ref, ...beside } = here;
    const steps = $ref.slice(2).split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    here = { ...(steps.reduce((at, step) => at?.[step], api) ?? {}), ...beside };
  }
  return here;
}

const nameOf = (schema) => schema?.$ref?.split("/").pop();
const isNull = (schema) => schema?.type === "null";

// The alternatives of a schema; whether null is one of them is told apart.
function alternatives(schema) {
  const all = schema.oneOf ?? schema.anyOf ?? [];
  return { some: all.filter((one) => !isNull(one)), orNull: all.some(isNull) };
}

function typeOf(api, schema) {
  const full = resolved(api, schema);
  const { some, orNull } = alternatives(full);
  const types = [full.type ?? []].flat();
  let words = types.filter((type) => type !== "null").join(" or ");
  if (some.length === 1) words = typeOf(api, some[0]);
  else if (some.length > 1) words = "one of";
  else if (full.const !== undefined) words = JSON.stringify(full.const);
  else if (words === "array") words = full.items ? `array of ${typeOf(api, full.items)}` : "array";
  else if (nameOf(schema)) words = words && words !== "object" ? `${words} (${nameOf(schema)})` : nameOf(schema);
  return (words || "any value") + (orNull || types.includes("null") ? " or null" : "");
}

const LIMITS = { format: "format", pattern: "pattern", minimum: "at least", exclusiveMinimum: "more than", maximum: "at most",
  exclusiveMaximum: "less than", minLength: "length at least", maxLength: "length at most", minItems: "items at least",
  maxItems: "items at most", multipleOf: "multiple of", default: "default" };

const MANY = 12;

function valuesOf(schema) {
  return (schema.enum ?? []).map((value, index) => [index ? ", " : "", make("code", null, String(value))]);
}

function limitsOf(schema) {
  const limits = Object.entries(LIMITS).filter(([key]) => present(schema[key]));
  const made = limits.map(([key, words]) => [`, ${words} `, make("code", null, pretty(schema[key]))]);
  const values = valuesOf(schema);
  return values.length && values.length <= MANY ? [...made, ": ", values] : made;
}

// What is inside a schema: its fields, items or alternatives. Of a schema that contains itself, `above` keeps the inside from going
// on for ever; one that was shown before is folded.
function inside(api, schema, { above, shown }) {
  const name = nameOf(schema);
  if (name && above.includes(name)) return "";
  const isRepeated = name && shown.has(name);
  const [full, scope] = [resolved(api, schema), { above: name ? [...above, name] : above, shown: shown.add(name) }];
  const { some } = alternatives(full);
  const required = new Set(full.required ?? []);
  const fields = Object.entries(full.properties ?? {}).map(([key, value]) => field(api, key, value, required.has(key), scope));
  if (typeof full.additionalProperties === "object") fields.push(field(api, "any other name", full.additionalProperties, false, scope));
  if (some.length > 1) fields.push(some.map((one) => make("li", null, described(api, one, scope))));
  const parts = [
    (full.allOf ?? []).map((part) => inside(api, part, scope)),
    some.length === 1 ? inside(api, some[0], scope) : "",
    full.items ? inside(api, full.items, scope) : "",
    fields.length ? make("ul", { class: "fields" }, fields) : "",
  ].flat(Infinity).filter(present);
  return isRepeated && parts.length ? folded(`Inside ${name}`, parts) : parts;
}

function field(api, name, schema, required, scope) {
  const mark = required ? make("span", { class: "required" }, " required") : "";
  return make("li", null, make("code", null, name), mark, " ", described(api, schema, scope));
}

function described(api, schema, scope = { above: [], shown: new Set() }) {
  const full = resolved(api, schema);
  const { some } = alternatives(full);
  const limited = some.length === 1 ? resolved(api, some[0]) : full.type === "array" && full.items ? { ...resolved(api, full.items), ...full } : full;
  const type = make("span", { class: "quiet" }, typeOf(api, schema), limitsOf(limited));
  const says = full.description ?? limited.description;
  const values = valuesOf(limited);
  const many = values.length > MANY ? folded(`${values.length} values`, values) : "";
  return [type, says ? [". ", prose(says)] : "", many, inside(api, schema, scope)];
}

function content(api, contents) {
  return Object.entries(contents ?? {}).map(([mediaType, { schema, example: one, examples }]) => {
    const shown = [one, ...Object.values(examples ?? {}).map((each) => resolved(api, each).value)].filter(present);
    const isProblem = mediaType === "application/problem+json";
    return [
      make("p", null, make("code", null, mediaType), schema && !isProblem ? [" ", described(api, schema)] : ""),
      shown.map((value) => folded("Example", example(value))),
    ];
  });
}

function parameter(api, reference) {
  const { name, in: place, required, description, schema, example: one } = resolved(api, reference);
  const mark = required ? make("span", { class: "required" }, " required") : "";
  const more = present(one) ? [" Example: ", make("code", null, pretty(one))] : "";
  const says = description ? [" ", prose(description)] : "";
  return make("li", null, make("code", null, name), mark, ` in ${place}, `, described(api, schema ?? {}), says, more);
}

function response(api, status, reference) {
  const { description, content: contents, headers, "x-problem-types": problems } = resolved(api, reference);
  const names = Object.keys(headers ?? {}).map((name, index) => [index ? ", " : "Headers: ", make("code", null, name)]);
  const types = (problems ?? []).map((type, index) => [index ? ", " : "Problem types: ", make("code", null, type)]);
  return make("li", null, make("strong", null, status), " ", prose(description),
    types.length ? make("p", null, types) : "", names.length ? make("p", { class: "quiet" }, names) : "", content(api, contents));
}

function operation(api, path, method, says) {
  const { operationId: id, summary, description, parameters = [], requestBody, responses, "x-access": access } = says;
  const body = resolved(api, requestBody);
  const list = (title, items) => (items.length ? [make("h4", null, title), make("ul", { class: "fields" }, items)] : "");
  const heading = make("h3", null, make("span", { class: `method ${method}` }, method.toUpperCase()), make("code", null, path), ` ${summary ?? ""}`);
  return make("details", { id, "data-words": [method, path, id, summary, access].join(" ").toLowerCase() },
    make("summary", null, heading),
    make("div", null,
      make("p", null, make("a", { href: `#${id}` }, make("code", null, id)), access ? make("span", { class: "quiet" }, ` access: ${access}`) : ""),
      description ? make("p", null, prose(description)) : "",
      list("Parameters", parameters.map((each) => parameter(api, each))),
      requestBody ? [make("h4", null, "Request body"), content(api, body.content)] : "",
      list("Responses", Object.entries(responses ?? {}).map(([status, each]) => response(api, status, each)))));
}

const METHODS = ["get", "post", "put", "patch", "delete", "head", "options"];

function section(name, api) {
  const operations = Object.entries(api.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => operation(api, path, method, item[method])));
  const about = (api.tags ?? []).find((tag) => tag.name === name)?.description;
  return make("section", { "aria-labelledby": `of-${name}` }, make("h2", { id: `of-${name}` }, name),
    about ? make("p", null, prose(about)) : "", operations);
}

function gap(name, why) {
  return make("section", { "aria-labelledby": `of-${name}` }, make("h2", { id: `of-${name}` }, name),
    make("p", { class: "gap" }, `${name} does not answer now (${why}), so its operations are not shown. The others are complete.`));
}

async function load(link) {
  const name = link.textContent;
  try {
    const answer = await fetch(link.href);
    return answer.ok ? section(name, await answer.json()) : gap(name, answer.status);
  } catch (error) {
    return gap(name, error.message);
  }
}

function contents(sections) {
  const entries = sections.flatMap((each) => {
    const title = each.querySelector("h2");
    const group = make("li", { class: "group" }, make("a", { href: `#${title.id}` }, title.textContent));
    const own = [...each.querySelectorAll("details[id]")].map((one) => make("li", { "data-of": one.id }, make("a", { href: `#${one.id}` }, one.id)));
    return [group, ...own];
  });
  return make("ul", null, entries);
}

function filter() {
  const words = byId("filter").value.toLowerCase().split(/\s+/).filter(present);
  const all = [...document.querySelectorAll("details[data-words]")];
  for (const one of all) one.hidden = !words.every((word) => one.dataset.words.includes(word));
  for (const entry of document.querySelectorAll("[data-of]")) entry.hidden = byId(entry.dataset.of).hidden;
  for (const each of byId("operations").children) each.hidden = words.length > 0 && !each.querySelector("details[id]:not([hidden])");
  byId("count").textContent = `${all.filter((one) => !one.hidden).length} of ${all.length} operations`;
}

function openAddressed() {
  const addressed = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
  if (addressed?.localName === "details") addressed.open = true;
  if (addressed) addressed.scrollIntoView();
}

async function show() {
  byId("operations").setAttribute("aria-busy", "true");
  const sections = await Promise.all([...document.querySelectorAll("#documents a")].map(load));
  byId("operations").append(...sections);
  byId("contents").append(contents(sections));
  byId("contents").hidden = byId("search").hidden = false;
  byId("filter").addEventListener("input", filter);
  addEventListener("hashchange", openAddressed);
  filter();
  openAddressed();
  byId("operations").setAttribute("aria-busy", "false");
}

show();
