// @ts-check
// Badges that close with Escape, dialogs instead of pages, copy buttons, buttons that act once. Every page works without
// this file; it must never fetch or decide anything.
"use strict";
(() => {
  const COPIED_SHOWN_MS = 1500;
  const WINDOW_EDGE_PX = 8;

  document.documentElement.classList.add("has-js");

  /**
   * The closest ancestor of an event's target that matches the selector.
   * @param {EventTarget | null} target
   * @param {string} selector
   * @returns {HTMLElement | null}
   */
  function around(target, selector) {
    const found = target instanceof Element ? target.closest(selector) : null;
    return found instanceof HTMLElement ? found : null;
  }

  // Hover and focus open a badge by CSS alone; a tap pins it, Escape closes it until the pointer or focus comes back.
  const BADGE = "[data-badge]";
  document.addEventListener("click", ({ target }) => {
    const badge = around(target, BADGE);
    for (const other of document.querySelectorAll(`${BADGE}[data-open]`))
      if (other !== badge) other.removeAttribute("data-open");
    if (badge && around(target, "button.badge")) {
      badge.removeAttribute("data-closed");
      badge.setAttribute("data-open", "");
      keepInView(badge);
    }
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const badge of document.querySelectorAll(BADGE)) {
      badge.removeAttribute("data-open");
      if (badge.matches(":hover, :focus-within")) badge.setAttribute("data-closed", "");
    }
  });
  /** @param {MouseEvent | FocusEvent} event */
  function reopen({ target, relatedTarget }) {
    const badge = around(target, BADGE);
    if (!badge || (relatedTarget instanceof Node && badge.contains(relatedTarget))) return;
    badge.removeAttribute("data-closed");
    keepInView(badge);
  }
  document.addEventListener("mouseover", reopen);
  document.addEventListener("focusin", reopen);

  /**
   * Moves a popup back into the window: sideways, and above its badge where there is no room below.
   * @param {HTMLElement} badge
   */
  function keepInView(badge) {
    const popup = badge.querySelector(".badge-popup");
    if (!(popup instanceof HTMLElement)) return;
    popup.style.translate = "";
    badge.removeAttribute("data-above");
    const box = popup.getBoundingClientRect();
    if (box.height === 0) return;
    const { clientWidth, clientHeight } = document.documentElement;
    const right = box.right - (clientWidth - WINDOW_EDGE_PX);
    const x = right > 0 ? -right : box.left < WINDOW_EDGE_PX ? WINDOW_EDGE_PX - box.left : 0;
    const below = box.bottom - (clientHeight - WINDOW_EDGE_PX);
    const above = badge.getBoundingClientRect().top - box.bottom;
    const fitsAbove = box.top + above >= WINDOW_EDGE_PX;
    // Too tall for either side: as much of it as there is room for.
    const y = below <= 0 ? 0 : fitsAbove ? above : Math.max(-below, WINDOW_EDGE_PX - box.top);
    if (below > 0 && fitsAbove) badge.setAttribute("data-above", "");
    if (x !== 0 || y !== 0) popup.style.translate = `${Math.round(x)}px ${Math.round(y)}px`;
  }

  // What is open stays in the window while the page scrolls, or a refresh changes what it says.
  function keepOpenInView() {
    for (const badge of document.querySelectorAll(`${BADGE}:is([data-open], :hover, :focus-within)`))
      if (badge instanceof HTMLElement) keepInView(badge);
  }
  document.addEventListener("scroll", keepOpenInView, { passive: true });
  document.addEventListener("htmx:after:swap", keepOpenInView);

  // A form that leads to a page with a question opens the same question as a dialog.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const dialog = form.dataset["opens"] ? document.getElementById(form.dataset["opens"]) : null;
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    if (form.method === "post" && !event.defaultPrevented) actOnce(form, event);
  });

  /**
   * The buttons to enable again; others may be disabled for reasons of their own.
   * @type {Set<HTMLElement>}
   */
  const offUntilShown = new Set();

  /**
   * A double click acts once: the button is disabled from the first submit until the page is left or shown again.
   * @param {HTMLFormElement} form
   * @param {SubmitEvent} event
   */
  function actOnce(form, event) {
    if (form.hasAttribute("data-submitted")) {
      event.preventDefault();
      return;
    }
    if (form.hasAttribute("hx-post")) return;
    form.setAttribute("data-submitted", "");
    const button = event.submitter;
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    offUntilShown.add(button);
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-submitted]")) form.removeAttribute("data-submitted");
    for (const button of offUntilShown) button.removeAttribute("aria-disabled");
    offUntilShown.clear();
  });

  document.addEventListener("click", ({ target }) => {
    const button = around(target, "[data-copy]");
    if (button) void copyFrom(button);
  });

  /**
   * Copies, and announces it. If the browser does not allow it, the text is selected.
   * @param {HTMLElement} button
   */
  async function copyFrom(button) {
    const source = document.getElementById(button.dataset["copy"] ?? "");
    if (!source) return;
    try {
      await navigator.clipboard.writeText(
        source instanceof HTMLInputElement ? source.value : (source.textContent ?? ""),
      );
      const label = button.dataset["label"] ?? button.textContent ?? "";
      button.dataset["label"] = label;
      button.textContent = "Copied";
      say(button, "Copied", false);
      setTimeout(() => (button.textContent = label), COPIED_SHOWN_MS);
    } catch {
      source.closest("details")?.setAttribute("open", "");
      source.focus();
      window.getSelection()?.selectAllChildren(source);
      if (source instanceof HTMLInputElement) source.select();
      say(button, "The browser did not allow it. The text is selected: copy it with the keyboard.", true);
    }
  }

  /**
   * Announces a button's result in the live region beside it.
   * @param {HTMLElement} button
   * @param {string} words
   * @param {boolean} isShown if not, they are only read out
   */
  function say(button, words, isShown) {
    const region = button.closest("[data-copies]")?.querySelector("[data-copy-result]");
    if (!region) return;
    region.textContent = words;
    region.classList.toggle("visually-hidden", !isShown);
  }

  // A switch that was turned before htmx was ready sent nothing: it acts now, in a task behind the one htmx starts in.
  setTimeout(() => {
    for (const control of document.querySelectorAll("form[hx-post] input.switch"))
      if (control instanceof HTMLInputElement && control.checked !== control.defaultChecked)
        control.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
