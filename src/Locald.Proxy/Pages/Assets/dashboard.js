// Keeps the dashboard up to date by server-sent events. What comes is other people's text: it is put in as text, never as markup.
(() => {
  const MOST = 200;
  const at = id => document.getElementById(id);
  const make = (tag, kind, text) => {
    const element = document.createElement(tag);
    if (kind) element.className = kind;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  // Requests.
  const rows = at("requests"), filter = at("filter"), failed = at("failed"), pause = at("pause"), shown = at("shown");
  const held = [];

  const clock = time => new Date(time).toLocaleTimeString("en-GB");
  const duration = ms => ms < 100 ? ms.toFixed(1) + " ms" : ms < 10000 ? ms.toFixed(0) + " ms" : (ms / 1000).toFixed(1) + " s";
  const size = n => n < 1000 ? n + " B" : n < 999950 ? (n / 1e3).toFixed(1) + " kB" : n < 999950000 ? (n / 1e6).toFixed(1) + " MB" : (n / 1e9).toFixed(1) + " GB";

  function row(r) {
    const line = make("tr");
    const time = make("time", "", clock(r.time));
    time.dateTime = r.time;
    line.insertCell().append(time);
    line.cells[0].className = "time soft";
    line.append(make("td", "s" + Math.floor(r.status / 100), r.status || "none"), make("td", "", r.method));
    const where = make("td", "where");
    where.append(make("span", "host", r.host), make("span", "", r.path));
    if (r.fault) where.append(make("span", "fault", r.fault));
    line.append(where, make("td", "number", duration(r.duration_ms)), make("td", "number size", size(r.response_bytes)));
    return line;
  }

  const words = line => line.textContent.toLowerCase();
  const isFailed = line => /^([45]..|none)$/.test(line.cells[1].textContent);
  function choose(line) {
    const wanted = filter.value.toLowerCase().split(/\s+/).filter(w => w);
    const text = [...line.cells].slice(1, 4).map(words).join(" ");
    line.hidden = (failed.checked && !isFailed(line)) || !wanted.every(w => text.includes(w));
  }

  function count() {
    const all = rows.rows.length, some = [...rows.rows].filter(line => !line.hidden).length;
    shown.textContent = all === 0 ? "" : some === all ? `${all} shown` : `${some} of ${all} shown`;
    at("empty").hidden = all > 0;
    at("table").hidden = all === 0;
  }

  function add(lines) {
    for (const line of lines) {
      choose(line);
      rows.prepend(line);
    }
    while (rows.rows.length > MOST) rows.deleteRow(-1);
    count();
  }

  function take(lines) {
    if (pause.getAttribute("aria-pressed") === "true") {
      held.push(...lines);
      held.splice(0, held.length - MOST);
    } else {
      add(lines);
    }
  }

  // Only what a person asked for is said to a screen reader, not each request.
  function refilter() {
    for (const line of rows.rows) choose(line);
    count();
    at("said").textContent = shown.textContent;
  }

  filter.addEventListener("input", refilter);
  failed.addEventListener("change", refilter);
  pause.addEventListener("click", () => {
    const paused = pause.getAttribute("aria-pressed") !== "true";
    pause.setAttribute("aria-pressed", paused);
    if (!paused) add(held.splice(0));
  });
  at("clear").addEventListener("click", () => {
    held.splice(0);
    rows.replaceChildren();
    count();
  });
  at("tools").hidden = false;
  for (const time of rows.querySelectorAll("time")) time.textContent = clock(time.dateTime);
  count();

  // Routes, stores and what to do next.
  function item(mood, word, name, url, details) {
    const line = make("li");
    const title = make(url ? "a" : "span", "name", name);
    if (url) title.href = url;
    line.append(make("span", "state " + mood, word), title);
    for (const detail of details) if (detail) line.append(make("span", "detail", detail));
    return line;
  }

  function show(state) {
    at("routes").replaceChildren(...state.routes.map(r => item({ up: "good", down: "bad", starting: "odd" }[r.health] || "none", r.health, r.name, r.url, [r.target, r.detail, r.holder && "held by " + r.holder])));
    at("routes").hidden = state.routes.length === 0;
    at("no-routes").hidden = state.routes.length > 0;
    if (state.stores) at("stores").replaceChildren(...state.stores.map(s => item(s.state === "TRUSTED" ? "good" : s.counts ? "bad" : "none", s.state.toLowerCase(), s.title, null, [s.detail])));
    at("steps").replaceChildren(...state.next.flatMap(step => {
      const command = make("pre");
      command.append(make("code", "", step.command));
      return [make("p", "", step.why), command];
    }));
  }

  // The stream. The browser opens it again by itself.
  const live = at("live");
  const say = (text, on) => {
    live.textContent = text;
    live.classList.toggle("on", on);
  };
  const events = new EventSource("events");
  events.addEventListener("open", () => say("Live", true));
  events.addEventListener("error", () => say(events.readyState === EventSource.CLOSED ? "Reload this page to see what is new" : "Waiting for locald", false));
  events.addEventListener("latest", e => {
    held.splice(0);
    rows.replaceChildren();
    add(JSON.parse(e.data).map(row));
  });
  events.addEventListener("requests", e => take(JSON.parse(e.data).filter(r => !r.event).map(row)));
  events.addEventListener("state", e => show(JSON.parse(e.data)));
})();
