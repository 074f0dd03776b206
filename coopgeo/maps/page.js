"use strict";
// Draws the data of the page with Leaflet: layers, cards, switches, legend, tables. It asks for nothing outside the page, unless a reader wants a background.

const data = JSON.parse(document.getElementById("data").textContent);
const { words, shapes } = data;
const find = (selector) => document.querySelector(selector);

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) name in made ? (made[name] = value) : made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// A picture drawn by coopgeo itself: never a name of the study.
const picture = (svg) => element("span", { className: "picture", innerHTML: svg });

const shown = (value, { digits }) =>
  value === null ? "" : typeof value === "string" ? value : value.toLocaleString(data.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });

// The encoded polyline format, five decimals.
function decode(line) {
  const points = [];
  let at = 0, lat = 0, lon = 0;
  const step = () => {
    let sum = 0, shift = 0, part;
    do { part = line.charCodeAt(at++) - 63; sum |= (part & 31) << shift; shift += 5; } while (part >= 32);
    return sum & 1 ? ~(sum >> 1) : sum >> 1;
  };
  while (at < line.length) points.push([(lat += step()) / 1e5, (lon += step()) / 1e5]);
  return points;
}
const rings = (polygons) => polygons.map((polygon) => polygon.map(decode));

// ---- the map ----

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const map = L.map("map", {
  zoomControl: false, attributionControl: false, zoomSnap: 0.25, minZoom: 8, maxZoom: 16,
  zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still,
});
L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
L.control.scale({ imperial: false }).addTo(map);
const credits = L.control.attribution({ prefix: false });

const renderers = {};
for (const [at, pane] of ["ground", "communes", "areas", "roads", "lines"].entries()) {
  map.createPane(pane).style.zIndex = 210 + 10 * at;
  renderers[pane] = L.svg({ pane, padding: 0.5 });
}
map.createPane("names").style.zIndex = 640; // over the symbols, under the hover
const style = (pane, options) => ({ pane, renderer: renderers[pane], ...options });

function drawGround() {
  const { land, water, outline } = data.ground;
  const silent = { interactive: false };
  L.polygon(land.flatMap((at) => rings(shapes[at])), style("ground", { ...silent, fillColor: "#fbfaf6", fillOpacity: 1, color: "#c9ccc6", weight: 0.5 })).addTo(map);
  for (const shape of water.map((at) => shapes[at])) {
    if (Array.isArray(shape[0])) L.polygon(rings(shape), style("roads", { ...silent, fillColor: "#6fa8c7", fillOpacity: 0.9, stroke: false })).addTo(map);
    else L.polyline(shape.map(decode), style("roads", { ...silent, color: "#6fa8c7", weight: 7, lineCap: "round" })).addTo(map);
  }
  for (const at of outline) L.polyline(shapes[at].map(decode), style("roads", { ...silent, color: "#1b2a33", weight: 2.2, dashArray: "7 4" })).addTo(map);
  for (const [at, name] of data.names) {
    L.marker(at, { icon: L.divIcon({ html: element("span", {}, name), className: "town", iconSize: [0, 0] }), pane: "names", interactive: false, keyboard: false }).addTo(map);
  }
}

const showAll = () => map.invalidateSize({ animate: false }).fitBounds(data.bounds, { animate: false, padding: [24, 24] });

// ---- cards ----

function told(layer, at) {
  const notes = [], list = element("dl");
  layer.columns.forEach((column, i) => {
    const value = shown(layer.rows[at][i], column);
    if (i === 0 || !value) return;
    if (column.aside) notes.push(value);
    else list.append(element("div", {}, element("dt", {}, column.name), element("dd", {}, value)));
  });
  return [element("strong", { className: "title" }, shown(layer.rows[at][0], layer.columns[0])), list, ...(notes.length ? [element("p", {}, notes.join(" – "))] : [])];
}

const card = find("#card");
const hover = L.tooltip({ opacity: 1, offset: [14, 0] }); // one for all: a tooltip bound to a shape would make it a stop of the Tab key
let marked = null, opener = null;

function closeCard() {
  card.hidden = true;
  marked?.remove();
  opener?.focus();
  marked = opener = null;
}

// A card says what the table says of one row; the shape is outlined, and shown whole if asked.
function openCard(layer, at, { move = false, from = null } = {}) {
  if (!card.hidden) closeCard();
  opener = from;
  card.replaceChildren(element("button", { type: "button", className: "close", ariaLabel: words.close, onclick: closeCard }, "×"), ...told(layer, at));
  card.hidden = false;
  const shape = shapes[layer.shapes[at]];
  if (!shape) return;
  const outline = { color: "#e0007a", weight: 4, fill: false, interactive: false };
  if (layer.form === "places") marked = L.circleMarker(shape, style("lines", { ...outline, radius: 20 }));
  else marked = layer.form === "areas" ? L.polygon(rings(shape), style("lines", outline)) : L.polyline(shape.map(decode), style("lines", { ...outline, weight: 8, opacity: 0.5 }));
  marked.addTo(map);
  if (move) layer.form === "places" ? map.setView(shape, Math.max(map.getZoom(), 12), { animate: !still }) : map.fitBounds(marked.getBounds(), { maxZoom: 12, padding: [60, 60], animate: !still });
}
addEventListener("keydown", ({ key }) => key === "Escape" && !card.hidden && closeCard());

// ---- layers ----

let layers = new Map(data.layers.map((layer) => [layer.id, layer]));
const drawn = new Map();
const visible = new Set(data.layers.filter((layer) => layer.shown).map((layer) => layer.id));

function draw(layer) {
  const group = L.featureGroup();
  layer.shapes.forEach((number, at) => {
    const shape = shapes[number];
    if (!shape) return;
    const look = layer.styles[layer.style[at]];
    let made;
    if (layer.form === "places") {
      const [svg, size] = look;
      const html = picture(svg);
      html.append(element("span", { className: "spoken" }, shown(layer.rows[at][0], layer.columns[0])));
      made = L.marker(shape, { icon: L.divIcon({ html, iconSize: [size, size], className: "symbol" }), keyboard: false, zIndexOffset: 10 * data.layers.findIndex(({ id }) => id === layer.id) });
    } else if (layer.form === "areas") made = L.polygon(rings(shape), style(layer.id === "communes" ? "communes" : "areas", look));
    else made = L.polyline(shape.map(decode), style(layer.form === "ground" ? "roads" : "lines", { ...look, interactive: layer.form !== "ground" }));
    if (layer.form !== "ground") {
      made.on("mouseover", ({ latlng }) => hover.setContent(element("div", { className: "hover" }, ...told(layer, at))).setLatLng(latlng).openOn(map));
      made.on("mousemove", ({ latlng }) => hover.setLatLng(latlng));
      made.on("mouseout", () => hover.remove());
      made.on("click", (event) => { L.DomEvent.stopPropagation(event); openCard(layer, at); }); // by keyboard: from the tables
    }
    made.addTo(group);
  });
  return group;
}

// Puts on the map what should be there, in order.
function show() {
  for (const layer of layers.values()) {
    const is = drawn.get(layer.id);
    if (is && (is.of !== layer || !visible.has(layer.id))) { is.group.remove(); drawn.delete(layer.id); }
    if (visible.has(layer.id) && !drawn.has(layer.id)) drawn.set(layer.id, { of: layer, group: draw(layer).addTo(map) });
  }
  for (const { id, form } of layers.values()) if (form === "lines" && drawn.has(id)) drawn.get(id).group.bringToFront();
  tellLegend();
}

// The legend of a layer stands beside its switch, as long as the layer shows.
function tellLegend() {
  for (const { id, legend } of layers.values()) {
    const row = find(`#switch-${id}`), on = visible.has(id), [only, more] = legend;
    row.classList.toggle("off", !on);
    row.querySelector(".key").replaceChildren(...(only && !more ? [picture(only.picture)] : []));
    row.querySelector("ul").replaceChildren(...(on && more ? legend : []).map(entry));
  }
}

const entry = (told) => element("li", {}, picture(told.picture), element("span", {}, told.words));

function option(type, name, label, checked, onchange, value = "") {
  return element("label", {}, element("input", { type, name, checked, onchange, value }), element("span", { className: "key" }), element("span", {}, label));
}

const layerRow = ({ id }, ...content) => element("div", { id: `switch-${id}`, className: "layer" }, ...content, element("ul", { className: "legend" }));

function tellSwitches() {
  const form = find("#layers");
  for (const theme of ["answer", "lorries", "resource", "areas", "landmarks"]) {
    const members = data.layers.filter((layer) => layer.theme === theme).reverse();
    const box = element("fieldset", {}, element("legend", {}, words[`theme_${theme}`]));
    if (theme === "areas") box.append(...areaSwitch(members.reverse()));
    else for (const layer of members) {
      const change = ({ target }) => { target.checked ? visible.add(layer.id) : visible.delete(layer.id); show(); };
      box.append(layerRow(layer, option("checkbox", layer.id, layer.name, layer.shown, change)));
    }
    if (members.length) form.append(box);
  }
  form.append(element("ul", { className: "legend" }, ...data.legend.map(entry)), backgroundSwitch());
}

// Areas hide one another: one at a time.
function areaSwitch(members) {
  const change = ({ target }) => { for (const { id } of members) id === target.value ? visible.add(id) : visible.delete(id); show(); };
  const choices = members.map(({ id, name, shown: first }) => element("option", { value: id, selected: first }, name));
  const choice = element("select", { name: "areas", ariaLabel: words.theme_areas, onchange: change, className: "screen" }, ...choices, element("option", { value: "" }, words.no_area));
  return [choice, ...members.map((layer) => layerRow(layer, element("span", { className: "paper" }, layer.name), element("span", { className: "key" })))];
}

function backgroundSwitch() {
  return element("details", { className: "background screen" }, element("summary", {}, words.background), element("p", {}, words.background_note),
    element("fieldset", {}, element("legend", { className: "spoken" }, words.background),
      option("radio", "background", words.background_none, true, () => setBackground(null), "none"),
      ...Object.keys(data.backgrounds).map((key) => option("radio", "background", words[`background_${key}`], false, () => setBackground(key), key))));
}

let tiles = null;
function setBackground(key) {
  tiles?.remove();
  credits.remove();
  map.getPane("ground").hidden = Boolean(key);
  tiles = key && L.tileLayer(data.backgrounds[key], { maxZoom: 18, attribution: words[`credit_${key}`] }).addTo(map);
  if (key) credits.addTo(map);
}

// ---- tables ----

function download(layer) {
  const comma = data.lang === "fr";
  const quoted = (value) => `"${(/^[=+\-@\t\r]/.test(value) ? "'" : "") + value.replaceAll('"', '""')}"`; // no text is taken for a formula
  const cell = (value) => (value === null ? "" : typeof value === "string" ? quoted(value) : comma ? String(value).replace(".", ",") : String(value));
  const lines = [layer.columns.map(({ name }) => name), ...layer.rows].map((row) => row.map(cell).join(comma ? ";" : ","));
  const url = URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv" }));
  element("a", { href: url, download: `${layer.id}.csv` }).click();
  URL.revokeObjectURL(url);
}

function tellTable(box, layer, sorted = null) {
  const { columns, rows } = layer;
  const order = rows.map((_, at) => at);
  const numeric = columns.map((_, i) => rows.some((row) => typeof row[i] === "number"));
  if (sorted) {
    const { by, down } = sorted;
    const compare = (a, b) => (numeric[by] ? a - b : String(a).localeCompare(String(b), data.lang));
    order.sort((a, b) => {
      const [x, y] = [rows[a][by], rows[b][by]];
      return x === null || y === null ? (x === null) - (y === null) : down ? compare(y, x) : compare(x, y);
    });
  }
  const head = columns.map(({ name }, by) => {
    const mine = sorted?.by === by;
    const sort = () => { tellTable(box, layer, { by, down: mine ? !sorted.down : numeric[by] }); box.querySelectorAll("th button")[by].focus(); };
    return element("th", { scope: "col", className: numeric[by] ? "number" : "", ariaSort: mine ? (sorted.down ? "descending" : "ascending") : "none" },
      element("button", { type: "button", onclick: sort, title: words.sort }, name, element("span", { ariaHidden: "true" }, mine ? (sorted.down ? " ▼" : " ▲") : " ↕")));
  });
  const body = order.map((at) => element("tr", {}, ...columns.map((column, i) => {
    const value = shown(rows[at][i], column);
    if (i > 0) return element("td", { className: numeric[i] ? "number" : "" }, value);
    if (layer.form === "ground") return element("th", { scope: "row" }, value);
    const point = ({ currentTarget }) => { find("#map").scrollIntoView({ block: "center" }); openCard(layer, at, { move: true, from: currentTarget }); card.querySelector("button").focus(); };
    return element("th", { scope: "row" }, element("button", { type: "button", onclick: point, title: words.point }, value));
  })));
  const table = element("table", {}, element("caption", { className: "spoken" }, layer.name), element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
  box.replaceChildren(
    element("button", { type: "button", className: "csv", onclick: () => download(layer) }, words.csv),
    element("div", { className: "wide", tabIndex: 0, role: "region", ariaLabel: layer.name }, table));
}

function tellTables() {
  const place = find("#layer-tables");
  for (const { id, name } of place ? data.layers : []) {
    const box = element("div");
    const open = () => details.open && tellTable(box, layers.get(id));
    const details = element("details", { ontoggle: open, id: `table-${id}` }, element("summary", {}, name), box);
    details.refresh = open;
    place.append(details);
  }
}

// ---- cases and communes ----

function setCase(at) {
  closeCard();
  layers = new Map(data.layers.map((layer) => [layer.id, data.cases[at][layer.id] ?? layer]));
  const told = document.querySelectorAll("template.case")[at]?.content;
  for (const slot of told?.querySelectorAll("[data-slot]") ?? []) find(`[data-slot=${slot.dataset.slot}]`).replaceChildren(...slot.cloneNode(true).childNodes);
  show();
  for (const details of document.querySelectorAll("#layer-tables details")) details.refresh();
}

const plain = (name) => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, " ").trim();

function seek(wanted) {
  const layer = layers.get("communes"), names = layer.rows.map(([name]) => plain(name));
  const sought = plain(wanted);
  const at = [names.indexOf(sought), names.findIndex((name) => name.startsWith(sought)), names.findIndex((name) => name.includes(sought))].find((i) => i >= 0);
  const known = sought && at !== undefined;
  find("#found").textContent = known ? "" : words.commune_unknown;
  if (!known) return;
  openCard(layer, at, { move: true, from: find("#commune") });
  find("#map").scrollIntoView({ block: "nearest" });
}

function listen() {
  for (const input of document.querySelectorAll("input[name=case]")) input.addEventListener("change", () => setCase(Number(input.value)));
  find("#communes").append(...layers.get("communes").rows.map(([name]) => element("option", { value: name })));
  find("#search").addEventListener("submit", (event) => { event.preventDefault(); seek(find("#commune").value); });
  find("#commune").addEventListener("change", ({ target }) => target.value && seek(target.value));
  find("#layers").addEventListener("submit", (event) => event.preventDefault());
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(find("#map"));
  matchMedia("print").addEventListener("change", showAll); // on paper the whole territory, whatever the screen shows
}

showAll();
drawGround();
tellSwitches();
show();
tellTables();
listen();
document.documentElement.dataset.drawnMs = Math.round(performance.now());
