// The page: it shows the rows that were so at one moment of the public record, or what changed between two.
// All text of sources is put in as text, never as markup.
"use strict";

(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { words, moments, tables } = data;
  const last = moments.length - 1;
  const FIRST = 25; // rows of a table that are shown at once
  const MORE = 100; // and so many more at a click
  const MANY_MARKS = 1500; // from so many on, a chart is drawn on a canvas
  const state = { at: last, since: null, day: null, operation: null };
  const $ = (id) => document.getElementById(id);

  // --- rows

  const remembered = new Map();

  /** The rows of a table that were so at a moment, each an object; before the first moment there are none. */
  function rowsAt(name, moment) {
    const key = `${name} ${moment}`;
    if (!remembered.has(key)) {
      const { columns, rows } = tables[name] ?? { columns: [], rows: [] };
      const found = rows.filter(([from, until]) => from <= moment && (until === null || moment < until));
      remembered.set(key, found.map((row) => Object.fromEntries(columns.map((column, n) => [column, row[n + 2]]))));
    }
    return remembered.get(key);
  }

  const rowsNow = (name) => rowsAt(name, state.at);
  const rowsThen = (name) => rowsAt(name, state.since);

  const keyOf = (row, columns) => columns.map((column) => String(row[column])).join(" | ");
  const byKey = (rows, columns) => new Map(rows.map((row) => [keyOf(row, columns), row]));

  /** Compare two values as a reader orders them: what is not known comes last. */
  function compare(a, b) {
    if (a === b) return 0;
    if (a === null || a === undefined) return 1;
    if (b === null || b === undefined) return -1;
    return typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : 1;
  }

  const sorted = (rows, ...columns) =>
    [...rows].sort((a, b) => columns.reduce((so, column) => so || compare(a[column], b[column]), 0));

  const parts = new Map();

  /** An operation and all that are part of it, by what is known in the end. */
  function partsOf(operation) {
    if (!parts.has(operation)) {
      const found = new Set([operation]);
      for (let before = 0; found.size > before;) {
        before = found.size;
        for (const row of rowsAt("operations", last)) if (found.has(row.parent)) found.add(row.operation);
      }
      parts.set(operation, found);
    }
    return parts.get(operation);
  }

  const isShown = (row) => state.operation === null || partsOf(state.operation).has(row.operation);

  // --- words

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const numbers = new Intl.NumberFormat(words.locale);
  const days = new Intl.DateTimeFormat(words.locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const number = (value) => (value === null || value === undefined ? words.not_known : numbers.format(value));
  const worded = (word) => words[word] ?? String(word ?? "").replaceAll("_", " ");

  /** A day in words; one that is not sure says so, and what is no single day is left as it is written (EDTF). */
  function day(text) {
    const [, date, mark] = /^(\d{4}-\d\d-\d\d)([~?%]?)$/.exec(text) ?? [];
    if (date === undefined) return text;
    const said = days.format(new Date(`${date}T00:00:00Z`));
    return mark ? fill(mark === "?" ? words.perhaps_on : words.about_on, { day: said }) : said;
  }

  function interval(row, prefix = "") {
    const [low, best, high] = ["low", "best", "high"].map((bound) => row[prefix + bound]);
    const of = { low: number(low), best: number(best), high: number(high) };
    if (low === null && high === null) return best === null ? words.not_known : fill(words.about, of);
    if (high === null) return fill(words.at_least, of);
    if (low === high) return fill(words.exactly, of);
    return fill(low ? words.between : words.up_to, of);
  }

  function when(row) {
    const { occurred_from: from, occurred_to: to } = row;
    if (from && to) return from === to ? day(from) : fill(words.when_span, { from: day(from), to: day(to) });
    if (to) return fill(words.when_by, { day: day(to) });
    if (from) return fill(words.when_from, { day: day(from) });
    return row.day ? fill(words.when_said, { day: day(row.day) }) : "";
  }

  function dayAt(moment) {
    if (moment < 0) return "";
    return moments[moment] === null ? words.now : day(moments[moment]);
  }

  function dayShown() {
    if (state.day !== null) return day(state.day);
    return dayAt(state.at) + (state.at === last && moments[last] !== null && data.ends_now ? ` ${words.up_to_now}` : "");
  }

  // --- elements

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return made;
  }

  const name = (text) => (text === null || text === undefined ? null : element("bdi", {}, String(text)));
  const names = (texts) => (texts ?? []).flatMap((text, n) => (n ? [words.comma, name(text)] : [name(text)]));
  const english = (tag, text, className) =>
    element(tag, { lang: "en", dir: "ltr", class: className ?? null }, isolated(String(text ?? "")));

  const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+(?:[\s'’.-]+[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+)*/g;

  /** Text whose names in scripts from right to left do not turn the numbers and words beside them. */
  function isolated(text) {
    return text.replace(FROM_THE_RIGHT, "\u2068$&\u2069");
  }

  function link(url) {
    if (!/^https?:\/\//i.test(url ?? "")) return null;
    return element("a", { href: url, rel: "noopener noreferrer nofollow", target: "_blank" }, words.link);
  }

  // --- the figures, and why they are what they are

  const OF_TOLL = ["operation", "category", "victims", "definition"];
  const titleOf = (row) => rowsNow("operations").find((each) => each.operation === row)?.title ?? row;

  function ofWhom(row) {
    const whom = row.victims && row.victims !== "all" ? [" · ", name(row.victims)] : [];
    return [worded(row.category), ...whom, ...(row.definition ? [" (", name(row.definition), ")"] : [])];
  }

  function showTolls() {
    const then = state.since === null ? new Map() : byKey(rowsThen("tolls"), OF_TOLL);
    const shown = [...rowsNow("tolls").filter(isShown)].sort((a, b) =>
      (b.operation === state.operation) - (a.operation === state.operation) || compare(a.operation, b.operation) ||
      compare(a.definition ?? "", b.definition ?? "") || b.reports - a.reports ||
      compare(keyOf(a, OF_TOLL), keyOf(b, OF_TOLL)));
    const operations = new Set(shown.map((row) => row.operation));
    const groups = [...operations].map((operation) => {
      const rows = shown.filter((row) => row.operation === operation);
      return [
        element("h3", {}, name(titleOf(operation))),
        rows.map((row) => english("p", row.in_words, "sentence")),
        element("ul", { class: "cards" }, rows.map((row) => element("li", {}, card(row, then)))),
      ];
    });
    if (data.incident !== null) groups.push(...rowsNow("incidents").map(ofIncident));
    if (!groups.length) groups.push(element("p", { class: "sentence" }, state.at < 0 ? words.nothing_yet : overview()));
    $("tolls").replaceChildren(...groups.flat(2));
  }

  function card(row, then) {
    const before = then.get(keyOf(row, OF_TOLL));
    const now = interval(row);
    const was = before && interval(before) !== now ? fill(words.was, { number: interval(before) }) : null;
    const isNew = state.since !== null && !before;
    const more = [["itemised_low", "itemised"], ["stated_total_low", "stated_total"], ["not_itemised", "not_itemised"]]
      .filter(([column]) => row[column] !== null)
      .map(([column, word]) => fill(words[word], { number: number(row[column]) }));
    return element("button", { class: "card", type: "button", onclick: () => whyToll(row) },
      element("span", { class: "number" }, now),
      element("span", { class: "of" }, ofWhom(row)),
      element("span", { class: "note" }, more.join(" · ")),
      was || isNew ? element("span", { class: "was" }, was ?? words.new) : null,
      element("span", { class: "ask" }, words.why));
  }

  /** What there is, where there is no operation whose figures could be shown. */
  function overview() {
    const incidents = rowsNow("incidents");
    const known = incidents.map((row) => row.occurred_from ?? row.day).filter(Boolean).sort(compare);
    const lastly = incidents.map((row) => row.day).filter(Boolean).sort(compare);
    const counts = { incidents: number(incidents.length), reports: number(rowsNow("reports").length) };
    if (!known.length) return fill(words.overview, counts);
    return fill(words.overview_of_days, { ...counts, from: day(known[0]), to: day(lastly[lastly.length - 1] ?? known[0]) });
  }

  function ofIncident(row) {
    return [
      element("h3", {}, name(row.incident)),
      english("p", row.in_words, "sentence"),
      element("p", {}, element("button", { class: "link", type: "button", onclick: () => whyIncident(row) }, words.why)),
    ];
  }

  function whyToll(row) {
    const of = keyOf(row, OF_TOLL);
    const mine = (table) => rowsNow(table).filter((each) => each.of === of);
    const figures = byKey(rowsNow("figures"), ["fact", "figure"]);
    const found = mine("reasons").map((each) => figures.get(keyOf(each, ["fact", "figure"]))).filter(Boolean);
    explain([interval(row), " ", ofWhom(row), " · ", name(titleOf(row.operation))], row.in_words, {
      items: mine("items"), figures: found, groups: mine("groups"), decisions: mine("decisions"),
    });
  }

  function whyIncident(row) {
    const figures = rowsNow("figures").filter((each) => each.incidents.includes(row.incident));
    const spoken = new Set(figures.map((each) => each.fact));
    const silent = row.facts.filter((fact) => !spoken.has(fact));
    explain([name(row.incident)], row.in_words, { items: [], figures, silent, groups: [], decisions: [] });
  }

  function explain(title, sentence, { items, figures, silent = [], groups, decisions }) {
    const reports = byKey(rowsNow("reports"), ["fact"]);
    const list = (heading, rows, made) =>
      rows.length ? [element("h3", {}, heading), element("ul", { class: "reasons" }, rows.map(made))] : [];
    const counted = [
      ...figures.filter((each) => each.counted),
      ...silent.map((fact) => ({ fact, said: reports.get(fact)?.headline, reason: "counted" })),
    ];
    $("why-title").replaceChildren(...title.flat());
    $("reasons").replaceChildren(...[
      english("p", sentence),
      element("p", { class: "note" }, `${words.known_by} ${dayShown()} · ${words.policy}: ${data.policy}`),
      list(words.made_of, sorted(items, "first_day", "item"), (item) => element("li", {},
        element("strong", {}, interval(item)), " · ", english("span", item.item), ` (${
          when({ occurred_from: item.first_day, occurred_to: item.last_day }) || words.undated})`)),
      list(words.counts, counted, (figure) => ofFigure(figure, reports.get(figure.fact))),
      list(words.does_not_count, figures.filter((each) => !each.counted), (figure) =>
        ofFigure(figure, reports.get(figure.fact))),
      list(words.right_together, groups, (group) => element("li", {}, names(group.speakers), ": ", interval(group), " ",
        english("span", group.item, "note"))),
      list(words.decided, decisions, (entry) => element("li", {}, `${entry.position} · `,
        english("span", entry.entry.replace("fact_", "").replaceAll("_", " ")), " ", name(entry.target), ": ",
        name(entry.reason), entry.before ? english("span", ` (before: ${entry.before})`) : null)),
    ].flat());
    $("why").showModal();
    $("why").scrollTop = 0;
  }

  function ofFigure(figure, report) {
    const by = report && figure.speaker && report.source !== figure.speaker ? report.source : null;
    return element("li", {},
      english("span", figure.said), figure.reason && figure.reason !== "counted" ? [" — ",
        english("span", figure.reason, "reason")] : null,
      element("div", { class: "note" }, name(figure.speaker ?? report?.source),
        by ? [", ", ...fill(words.by_source, { source: "\0" }).split("\0").flatMap((text, n) => (n ? [name(by), text] : text))] : null,
        " · ", report?.published ? day(report.published) : words.undated, " · ", element("code", {}, figure.fact), " ",
        link(report?.url)),
      report?.quote ? element("blockquote", { dir: "auto" }, report.quote) : null);
  }

  // --- tables

  const why = (row) => element("button", { class: "link", type: "button", onclick: () => whyIncident(row) },
    row.in_words ? english("span", row.in_words) : words.why);

  const TABLES = {
    claims: {
      key: ["incident", "actor", "stance"], order: ["day", "incident", "actor"],
      columns: {
        day: (row) => (row.day ? day(row.day) : ""), incident: (row) => name(row.incident), actor: (row) => name(row.actor),
        stance: (row) => [worded(row.stance), " ", row.contested ? element("span", { class: "tag" }, words.contested) : null],
        said_by: (row) => names(row.said_by),
      },
    },
    contradictions: {
      key: ["what", "operation", "incident", "category", "victims", "definition", "says", "against"],
      order: ["operation", "incident", "what"],
      columns: {
        what: (row) => english("span", row.what), incident: (row) => name(row.incident ?? row.operation),
        says: (row) => english("span", row.says), against: (row) => english("span", row.against),
        rule: (row) => english("span", row.rule),
      },
    },
    incidents: {
      key: ["incident"], order: ["day", "incident"],
      columns: {
        day: when, what: (row) => english("span", String(row.kind ?? "").replaceAll("_", " ")), incident: (row) => name(row.incident),
        place: (row) => name(row.place), who: (row) => names(row.perpetrators), casualties: why,
      },
    },
    reports: {
      key: ["fact"], order: ["day", "fact"],
      columns: {
        day: when, what: (row) => [english("span", row.headline), row.quote ? element("blockquote", { dir: "auto" }, row.quote) : null],
        place: (row) => name(row.place),
        source: (row) => [name(row.source), row.speaker && row.speaker !== row.source ? [" (", name(row.speaker), ")"] : null,
          " ", link(row.url)].flat(),
      },
    },
    sources: {
      key: ["name"], order: ["name"],
      columns: {
        source: (row) => [name(row.name), row.title ? [" · ", name(row.title)] : null, " ", link(row.url)].flat(),
        reliability: (row) => row.reliability ?? "", facts: (row) => number(row.fact_count),
      },
    },
  };
  const limits = {};
  const sought = {};

  function showTable(table) {
    const { key, order, columns } = TABLES[table];
    const section = $(table);
    const belongs = (row) => table === "sources" || isShown(row) || (row.operation === null && state.operation === null);
    const now = rowsNow(table).filter(belongs);
    const then = state.since === null ? null : byKey(rowsThen(table).filter(belongs), key);
    const present = new Set(then === null ? [] : now.map((row) => keyOf(row, key)));
    const gone = then === null ? [] : [...then].filter(([of]) => !present.has(of)).map(([, row]) => ({ ...row, gone: true }));
    const words_ = (sought[table] ?? "").toLowerCase();
    const matching = sorted([...now, ...gone], ...order)
      .filter((row) => !words_ || Object.values(row).join(" ").toLowerCase().includes(words_));
    const most = limits[table] ?? FIRST;
    const cells = matching.slice(0, most).map((row) => Object.entries(columns).map(([column, cell]) =>
      element("td", { class: column === "day" ? "when" : null, role: "cell", "data-label": words[column] }, cell(row))));
    const filled = Object.keys(columns).map((_, n) => n === 0 || cells.some((row) => row[n].textContent.trim()));
    const body = matching.slice(0, most).map((row, at) => {
      const isNew = then !== null && !row.gone && !then.has(keyOf(row, key));
      const mark = row.gone ? words.gone : isNew ? words.new : null;
      if (mark) cells[at][0].append(" ", element("span", { class: "tag" }, mark));
      return element("tr", { class: row.gone ? "gone" : isNew ? "new" : null, role: "row" },
        cells[at].filter((_, n) => filled[n]));
    });
    const head = element("tr", { role: "row" }, Object.keys(columns).filter((_, n) => filled[n])
      .map((column) => element("th", { scope: "col", role: "columnheader" }, words[column])));
    section.querySelector("table").replaceChildren(
      element("thead", { role: "rowgroup" }, head), element("tbody", { role: "rowgroup" }, body));
    section.querySelector(".count").textContent = number(matching.length);
    section.hidden = !(tables[table]?.rows.length);
    const more = section.querySelector(".more button");
    more.hidden = matching.length <= most;
    more.textContent = fill(words.more, { count: number(Math.min(MORE, matching.length - most)) });
    more.onclick = () => {
      limits[table] = most + MORE;
      showTable(table);
    };
  }

  // --- charts: drawn when they come into view, and then kept up with the moment

  const DRAWN = {
    toll: { table: "toll", dataset: "toll" },
    toll_known: { table: "tolls", dataset: "series casualties_by_operation", rows: tollsKnown }, voices: { table: "voices", dataset: "voices" },
    timeline: { table: "reports", dataset: "timeline" }, map: { table: "incidents", dataset: "incidents" },
  };
  // What draws comes after this script, so that figures and tables do not wait for it.
  const drawingLibrary = new Promise((found) => {
    addEventListener("load", found, { once: true });
  });
  const views = {};
  const seen = new Set();

  /** The figures of each moment up to the one shown at which they were not those of before. */
  function tollsKnown() {
    const before = new Map();
    const found = [];
    for (let moment = 0; moment <= state.at; moment += 1) {
      if (moments[moment] === null) continue;
      for (const row of rowsAt("tolls", moment)) {
        const figures = keyOf(row, ["low", "best", "high"]);
        if (before.get(keyOf(row, OF_TOLL)) !== figures) found.push({ ...row, known_by: moments[moment] });
        before.set(keyOf(row, OF_TOLL), figures);
      }
    }
    return found;
  }

  const chartRows = (chart) => (DRAWN[chart].rows ?? (() => rowsNow(DRAWN[chart].table)))().filter(isShown)
    .filter((row) => chart !== "map" || (row.latitude !== null && row.longitude !== null))
    .filter((row) => chart !== "timeline" || row.day !== null);

  function theme() {
    const style = getComputedStyle(document.documentElement);
    const [ink, soft, line] = ["--ink", "--soft", "--line"].map((each) => style.getPropertyValue(each).trim());
    const text = { labelColor: ink, titleColor: ink };
    return {
      background: "transparent", aria: false, text: { fill: ink }, title: { color: ink, subtitleColor: soft }, header: text,
      legend: text, axis: { ...text, gridColor: line, domainColor: soft, tickColor: soft }, view: { stroke: line },
      font: "system-ui, sans-serif",
    };
  }

  /** A specification no wider than there is room, where it says a width of its own. */
  function fitted(spec, room) {
    const copy = structuredClone(spec);
    for (const part of [copy, copy.spec]) {
      if (typeof part?.width === "number") part.width = Math.max(220, Math.min(part.width, room));
    }
    return copy;
  }

  const queues = {};

  /** Draw a chart as it is now, once all that was asked of it before is done. */
  function drawChart(chart) {
    $(chart).hidden = !chartRows(chart).length;
    queues[chart] = (queues[chart] ?? drawingLibrary).then(() => redraw(chart));
    return queues[chart];
  }

  async function redraw(chart) {
    const section = $(chart);
    const rows = chartRows(chart);
    if (!rows.length || !seen.has(chart)) return;
    const { dataset } = DRAWN[chart];
    if (views[chart]) {
      views[chart].data(dataset, structuredClone(rows));
      await views[chart].resize().runAsync();
      return;
    }
    const target = section.querySelector(".chart");
    const room = target.clientWidth - (chart === "voices" ? 180 : 70);
    const spec = fitted(data.charts[chart], chart === "timeline" ? Infinity : room);  // its words stand beside it
    delete spec.title;
    spec.datasets = { ...spec.datasets, [dataset]: structuredClone(rows) };
    spec.config = theme();
    const renderer = rows.length > MANY_MARKS ? "canvas" : "svg";
    // The section says what the chart shows, and tables hold all of it: its marks are not read out one by one.
    const drawing = element("div", { "aria-hidden": "true" });
    target.replaceChildren(drawing);
    const { view } = await window.vegaEmbed(drawing, spec, { ast: true, actions: false, renderer, logLevel: 1 });
    views[chart] = view;
  }

  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || seen.has(target.parentElement.parentElement.id)) continue;
      seen.add(target.parentElement.parentElement.id);
      void drawChart(target.parentElement.parentElement.id);
    }
  }, { rootMargin: "400px" });

  function redrawCharts() {
    for (const chart of Object.keys(data.charts)) {
      views[chart]?.finalize();
      delete views[chart];
      void drawChart(chart);
    }
  }

  // --- the moment

  function summarize() {
    const changes = $("changes");
    changes.hidden = state.since === null;
    if (changes.hidden) return;
    const fresh = (table, key) => {
      const before = byKey(rowsThen(table), key);
      return rowsNow(table).filter((row) => isShown(row) && !before.has(keyOf(row, key))).length;
    };
    const before = byKey(rowsThen("tolls"), OF_TOLL);
    const figures = rowsNow("tolls").filter((row) => {
      const was = before.get(keyOf(row, OF_TOLL));
      return isShown(row) && (!was || interval(was) !== interval(row));
    }).length;
    changes.textContent = `${words.since} ${dayAt(state.since)}: ${fill(words.changed_summary, {
      figures: number(figures), incidents: number(fresh("incidents", ["incident"])), reports: number(fresh("reports", ["fact"])),
    })}.`;
  }

  function render() {
    $("known-by").value = Math.max(state.at, 0);
    $("known-by").setAttribute("aria-valuetext", dayShown());
    $("known-by-day").textContent = dayShown();
    $("any-day").value = state.day ?? moments[Math.max(state.at, 0)] ?? "";
    $("compare").checked = state.since !== null;
    $("comparison").classList.toggle("on", state.since !== null);
    $("since").hidden = state.since === null;
    $("since-day").textContent = state.since === null ? "" : dayAt(state.since);
    if (state.since !== null) {
      $("since").value = state.since;
      $("since").setAttribute("aria-valuetext", dayAt(state.since));
    }
    showTolls();
    summarize();
    Object.keys(TABLES).forEach(showTable);
    Object.keys(data.charts).forEach((chart) => void drawChart(chart));
    const address = new URLSearchParams();
    if (state.day ?? (state.at < last ? moments[state.at] : null)) address.set("known_by", state.day ?? moments[state.at]);
    if (state.since !== null && moments[state.since]) address.set("since", moments[state.since]);
    if (state.operation !== null && operations.length > 1) address.set("operation", state.operation);
    try {
      // Without anything to say there is no "#" either: behind a bare one, browsers find no gradient of a chart.
      history.replaceState(null, "", String(address) ? `#${address}` : location.pathname + location.search);
    } catch {
      // A browser may forbid it to a file; then the address is simply not kept.
    }
  }

  /** The last moment that is no later than a day; -1 where all are later. */
  function momentBy(text) {
    let found = -1;
    moments.forEach((moment, n) => {
      if (moment !== null && moment <= text) found = n;
    });
    return found;
  }

  function goTo(moment, text = null) {
    state.at = moment;
    state.day = text;
    if (state.since !== null) state.since = Math.max(Math.min(state.since, state.at - 1), -1);
    if (state.since === -1 && state.at < 1) state.since = null;
    render();
  }

  function compareWith(moment) {
    state.since = moment === null || state.at < 1 ? null : Math.min(moment, state.at - 1);
    render();
  }

  function fromAddress() {
    const address = new URLSearchParams(location.hash.slice(1));
    const [knownBy, since, operation] = ["known_by", "since", "operation"].map((each) => address.get(each));
    if (operation !== null && operations.includes(operation)) state.operation = operation;
    if (/^\d{4}-\d\d-\d\d$/.test(knownBy ?? "")) {
      state.at = momentBy(knownBy);
      state.day = moments[state.at] === knownBy ? null : knownBy;
    }
    if (/^\d{4}-\d\d-\d\d$/.test(since ?? "") && momentBy(since) >= 0 && momentBy(since) < state.at) {
      state.since = momentBy(since);
    }
  }

  // --- to begin with

  // Vega-Lite warns of scales that our charts mean as they are, and takes no other logger; errors are still said.
  console.warn = () => {};

  const inTheEnd = rowsAt("tolls", last);
  const operations = [...new Set(inTheEnd.map((row) => row.operation))].sort(compare);
  const weight = (operation) => inTheEnd.filter((row) => row.operation === operation).reduce((sum, row) => sum + row.reports, 0);
  if (operations.length > 1 && data.operation === null) {
    state.operation = operations.reduce((most, each) => (weight(each) > weight(most) ? each : most));
    $("operation").append(...operations.map((each) => element("option", { value: each }, titleOf(each))));
    $("operation-choice").hidden = false;
  } else if (operations.length === 1) {
    [state.operation] = operations;
  }

  for (const slider of [$("known-by"), $("since")]) slider.max = last;
  $("known-by").addEventListener("input", (event) => goTo(Number(event.target.value)));
  $("since").addEventListener("input", (event) => compareWith(Number(event.target.value)));
  $("compare").addEventListener("change", (event) => compareWith(event.target.checked ? 0 : null));
  $("any-day").addEventListener("change", (event) => {
    if (event.target.value) goTo(momentBy(event.target.value), event.target.value);
  });
  $("operation").addEventListener("change", (event) => {
    state.operation = event.target.value;
    render();
  });
  for (const table of ["incidents", "reports"]) {
    $(table).querySelector("input").addEventListener("input", (event) => {
      sought[table] = event.target.value.trim();
      limits[table] = FIRST;
      showTable(table);
    });
  }
  $("why").addEventListener("click", (event) => {
    if (event.target === $("why")) $("why").close();
  });
  if (last === 0) $("moments").hidden = true;
  if (data.all_days) {
    $("of-days").hidden = false;
    $("of-days").textContent = fill(words.of_days, { shown: number(moments.length), all: number(data.all_days) });
    $("any-day-label").hidden = true;
  }
  fromAddress();
  if (state.operation !== null) $("operation").value = state.operation;
  document.querySelectorAll(".chart").forEach((chart) => watcher.observe(chart));
  addEventListener("hashchange", () => {
    fromAddress();
    render();
  });
  addEventListener("beforeprint", () => Object.keys(data.charts).forEach((chart) => {
    seen.add(chart);
    void drawChart(chart);
  }));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawCharts);
  render();
  document.documentElement.dataset.ready = "true";
})();
