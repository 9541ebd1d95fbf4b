// @ts-check
// Lists: 'Select all', what is selected and its sum, what came in meanwhile. Every list works without this file; it must
// never fetch or decide anything.
"use strict";
(() => {
  document.addEventListener("change", ({ target: box }) => {
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
    const list = box.closest(".list");
    if (!list) return;
    const rows = boxesOf(list, "[data-select-row]");
    const [all] = boxesOf(list, "[data-select-all]");
    if (all && box === all) for (const row of rows) row.checked = all.checked;
    const chosen = rows.filter((row) => row.checked);
    if (all) {
      all.checked = rows.length > 0 && chosen.length === rows.length;
      all.indeterminate = chosen.length > 0 && chosen.length < rows.length;
    }
    const [matching] = boxesOf(list, "[data-all-matching]");
    if (matching && !all?.checked) matching.checked = false;
    const every = matching?.checked ? matching.dataset : null;
    const count = every ? `All ${every["allMatching"]}` : chosen.length || "None";
    say("[data-selected-count]", `${count} selected`);
    say("[data-selected-sum]", every ? (every["allSum"] ?? "") : sumOf(chosen));

    /**
     * @param {string} place
     * @param {string} words
     */
    function say(place, words) {
      const shown = list?.querySelector(place);
      if (shown) shown.textContent = words;
    }
  });

  /**
   * The sum in each currency, added up in the smallest unit.
   * @param {HTMLInputElement[]} chosen
   */
  function sumOf(chosen) {
    /** @type {Map<string, { digits: number; minor: bigint }>} */
    const sums = new Map();
    for (const { dataset } of chosen) {
      const [amount, currency] = dataset["amount"]?.split(" ") ?? [];
      if (!amount || !currency) continue;
      const sum = sums.get(currency) ?? { digits: amount.split(".")[1]?.length ?? 0, minor: 0n };
      sum.minor += BigInt(amount.replace(".", ""));
      sums.set(currency, sum);
    }
    return [...sums].map(([currency, sum]) => moneyText(currency, sum)).join(" + ");
  }

  /**
   * @param {string} currency
   * @param {{ digits: number; minor: bigint }} sum
   */
  function moneyText(currency, { digits, minor }) {
    const text = String(minor).padStart(digits + 1, "0");
    const decimal = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
    const format = new Intl.NumberFormat("en-US", {
      style: "currency",
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    // A text is formatted exactly.
    return format.format(/** @type {`${number}`} */ (decimal));
  }

  // A look of the list by itself is about the rows that are shown. In the address they would weigh as much as they do here.
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = /** @type {CustomEvent} */ (event).detail;
    if (ctx.sourceElement.id !== "rows") return;
    const shown = [...ctx.sourceElement.querySelectorAll("tr[id]")].map(({ id }) => id.slice("row-".length));
    ctx.request.body.set("shown", shown.join("."));
  });

  // What a refresh found beside the rows shown appears while nobody uses the list.
  document.addEventListener("htmx:after:swap", () => {
    setTimeout(() => {
      const link = document.querySelector("[data-unseen]");
      if (link instanceof HTMLElement && !isInUse()) link.click();
    });
  });

  /** Whether somebody has touched the list, or points at it. */
  function isInUse() {
    const results = document.getElementById("results");
    if (!results) return true;
    const isChosen = boxesOf(results, "[type=checkbox]").some((box) => box.checked);
    const isMarked = window.getSelection()?.type === "Range";
    return isChosen || isMarked || window.scrollY > 0 || results.matches(":hover, :focus-within, :has([data-open])");
  }

  // The file holds what the filters say now, even before the list does.
  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest("a[data-filtered]") : null;
    const filters = document.querySelector("form.filters");
    if (!(link instanceof HTMLAnchorElement) || !(filters instanceof HTMLFormElement)) return;
    const query = new URLSearchParams(new URL(link.href).search);
    for (const [name, value] of new FormData(filters)) {
      if (typeof value === "string" && value !== "") query.set(name, value);
      else query.delete(name);
    }
    link.search = query.toString();
  });

  /**
   * @param {ParentNode} list
   * @param {string} selector
   */
  function boxesOf(list, selector) {
    return [...list.querySelectorAll(selector)].filter((box) => box instanceof HTMLInputElement);
  }
})();
