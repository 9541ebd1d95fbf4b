// Small manners that HTML alone does not have: badges that close with Escape, dialogs instead of pages, copy buttons,
// 'select all', and buttons that act once. Every page works without this file; it must never fetch or decide anything.
"use strict";
(() => {
  document.documentElement.classList.add("has-js");

  // Badges: hover and focus open them by style alone; a tap pins, Escape closes until the pointer or focus comes back.
  const badgeOf = (target) => (target instanceof Element ? target.closest("[data-badge]") : null);
  const unpinAll = (except) => {
    for (const badge of document.querySelectorAll("[data-badge][data-open]"))
      if (badge !== except) badge.removeAttribute("data-open");
  };
  document.addEventListener("click", (event) => {
    const badge = badgeOf(event.target);
    unpinAll(badge);
    if (badge && event.target.closest("button.badge")) {
      badge.removeAttribute("data-closed");
      badge.setAttribute("data-open", "");
      keepInView(badge);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const badge of document.querySelectorAll("[data-badge]")) {
      badge.removeAttribute("data-open");
      if (badge.matches(":hover, :focus-within")) badge.setAttribute("data-closed", "");
    }
  });
  const reopen = (event) => {
    const badge = badgeOf(event.target);
    if (!badge || badge.contains(event.relatedTarget)) return;
    badge.removeAttribute("data-closed");
    keepInView(badge);
  };
  document.addEventListener("mouseover", reopen);
  document.addEventListener("focusin", reopen);

  // A popup that would leave the window is moved back into it.
  function keepInView(badge) {
    const popup = badge.querySelector(".badge-popup");
    popup.style.translate = "";
    const box = popup.getBoundingClientRect();
    const overRight = box.right - (document.documentElement.clientWidth - 8);
    const shift = overRight > 0 ? -overRight : box.left < 8 ? 8 - box.left : 0;
    if (shift !== 0) popup.style.translate = `${Math.round(shift)}px 0`;
  }

  // A form that leads to a page with a question opens the same question as a dialog.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const dialog = form.dataset.opens ? document.getElementById(form.dataset.opens) : null;
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    if (form.method === "post" && !event.defaultPrevented) actOnce(form, event.submitter, event);
  });

  // A double click acts once: the button is off from the first submit until the page is left or shown again.
  function actOnce(form, button, event) {
    if (form.hasAttribute("data-submitted")) {
      event.preventDefault();
      return;
    }
    if (form.hasAttribute("hx-post")) return;
    form.setAttribute("data-submitted", "");
    button?.setAttribute("aria-disabled", "true");
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-submitted]")) form.removeAttribute("data-submitted");
    for (const button of document.querySelectorAll('button[aria-disabled="true"]'))
      button.removeAttribute("aria-disabled");
  });

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
    if (button) void copyFrom(button);
  });
  async function copyFrom(button) {
    const from = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(from.value ?? from.textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  }

  // Select all: one box for the rows that are shown; the count beside the button follows.
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
    const list = box.closest(".list");
    if (!list) return;
    const rows = [...list.querySelectorAll("[data-select-row]")];
    const all = list.querySelector("[data-select-all]");
    if (box === all) for (const row of rows) row.checked = all.checked;
    const chosen = rows.filter((row) => row.checked).length;
    if (all) {
      all.checked = rows.length > 0 && chosen === rows.length;
      all.indeterminate = chosen > 0 && chosen < rows.length;
    }
    const matching = list.querySelector("[data-all-matching]");
    if (matching && !all?.checked) matching.checked = false;
    const count = list.querySelector("[data-selected-count]");
    if (count)
      count.textContent = matching?.checked
        ? `All ${matching.dataset.allMatching} selected`
        : chosen > 0
          ? `${chosen} selected`
          : "None selected";
  });
})();
