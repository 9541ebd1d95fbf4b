// @ts-check
// Passkeys: a form with data-passkey asks the browser for one before it is sent, and carries the answer in its field
// `passkey`. The server decides what an answer is worth; this file only passes it on, and never fetches anything.
"use strict";
(() => {
  const FORM = "form[data-passkey]";

  if (!("PublicKeyCredential" in window)) {
    for (const form of document.querySelectorAll(FORM)) form.setAttribute("hidden", "");
    return;
  }

  // Before other listeners, so that a form that is not ready yet does not count as sent.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || !form.matches(FORM)) return;
      const field = form.querySelector("[data-passkey-answer]");
      if (!(field instanceof HTMLInputElement) || field.value !== "") return;
      event.preventDefault();
      void ask(form, field);
    },
    true,
  );

  // Back from the next page: the answer was used up.
  window.addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("[data-passkey-answer]"))
      if (field instanceof HTMLInputElement) field.value = "";
  });

  /**
   * Asks for the passkey and sends the form.
   * @param {HTMLFormElement} form
   * @param {HTMLInputElement} field
   */
  async function ask(form, field) {
    say(form, "");
    try {
      const answer = form.dataset["passkey"] === "create" ? await create(form) : await get(form);
      field.value = JSON.stringify(answer);
      form.requestSubmit();
    } catch (error) {
      const isKnown = error instanceof DOMException && error.name === "InvalidStateError";
      say(form, isKnown ? "This device has a passkey for this account already." : "No passkey was used. Try again.");
    }
  }

  /** @param {HTMLFormElement} form */
  async function create({ dataset }) {
    const made = await navigator.credentials.create({
      publicKey: {
        challenge: utf8(dataset["challenge"]),
        rp: { id: location.hostname, name: "Bookbridge" },
        user: { id: utf8(dataset["userId"]), name: dataset["userName"] ?? "", displayName: dataset["userName"] ?? "" },
        pubKeyCredParams: [
          { type: "public-key", alg: -7 },
          { type: "public-key", alg: -257 },
        ],
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
        excludeCredentials: listed(dataset["passkeys"]),
        attestation: "none",
      },
    });
    if (!(made instanceof PublicKeyCredential) || !(made.response instanceof AuthenticatorAttestationResponse))
      throw new Error("no passkey");
    const { clientDataJSON, attestationObject } = made.response;
    return { clientDataJSON: base64Url(clientDataJSON), attestationObject: base64Url(attestationObject) };
  }

  /** @param {HTMLFormElement} form */
  async function get({ dataset }) {
    const used = await navigator.credentials.get({
      publicKey: {
        challenge: utf8(dataset["challenge"]),
        rpId: location.hostname,
        userVerification: "required",
        allowCredentials: listed(dataset["passkeys"]),
      },
    });
    if (!(used instanceof PublicKeyCredential) || !(used.response instanceof AuthenticatorAssertionResponse))
      throw new Error("no passkey");
    const { clientDataJSON, authenticatorData, signature } = used.response;
    return {
      id: used.id,
      clientDataJSON: base64Url(clientDataJSON),
      authenticatorData: base64Url(authenticatorData),
      signature: base64Url(signature),
    };
  }

  /**
   * @param {string | undefined} ids in base64url, separated by blanks
   * @returns {PublicKeyCredentialDescriptor[]}
   */
  function listed(ids = "") {
    const bytesOf = (/** @type {string} */ id) =>
      Uint8Array.from(atob(id.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    return ids === "" ? [] : ids.split(" ").map((id) => ({ type: "public-key", id: bytesOf(id) }));
  }

  /** @param {string | undefined} text */
  function utf8(text = "") {
    return new TextEncoder().encode(text);
  }

  /** @param {ArrayBuffer} buffer */
  function base64Url(buffer) {
    const base64 = btoa(String.fromCharCode(...new Uint8Array(buffer)));
    return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  /**
   * @param {HTMLFormElement} form
   * @param {string} words
   */
  function say(form, words) {
    const region = form.querySelector("[data-passkey-fault]");
    if (!(region instanceof HTMLElement)) return;
    region.textContent = words;
    region.hidden = words === "";
  }
})();
