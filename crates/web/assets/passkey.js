// Speaks with the browser's passkeys. Everything else on the pages works without it.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

class Refused extends Error {}

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = response.status === 204 ? {} : await response.json();
  if (!response.ok) {
    const refused = new Refused(told.detail || told.title);
    refused.code = told.code;
    throw refused;
  }
  return told;
}

async function make(options) {
  const wanted = options.publicKey;
  wanted.challenge = bytes(wanted.challenge);
  wanted.user.id = bytes(wanted.user.id);
  for (const known of wanted.excludeCredentials || []) known.id = bytes(known.id);
  const made = await navigator.credentials.create({ publicKey: wanted });
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    extensions: made.getClientExtensionResults(),
    response: {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
      transports: made.response.getTransports ? made.response.getTransports() : [],
    },
  };
}

async function show(options) {
  const wanted = options.publicKey;
  wanted.challenge = bytes(wanted.challenge);
  for (const known of wanted.allowCredentials || []) known.id = bytes(known.id);
  const shown = await navigator.credentials.get({ publicKey: wanted });
  return {
    id: shown.id,
    rawId: text(shown.rawId),
    type: shown.type,
    extensions: shown.getClientExtensionResults(),
    response: {
      authenticatorData: text(shown.response.authenticatorData),
      clientDataJSON: text(shown.response.clientDataJSON),
      signature: text(shown.response.signature),
      userHandle: shown.response.userHandle ? text(shown.response.userHandle) : null,
    },
  };
}

const link = () => location.hash.slice(1);

const ceremonies = {
  "sign-in": async () => {
    const { ceremony, options } = await post("/v1/session/challenge", {});
    await post("/v1/session", { ceremony, credential: await show(options) });
  },
  prove: async () => {
    const { ceremony, options } = await post("/v1/session/challenge", {});
    await post("/v1/session/proof", { ceremony, credential: await show(options) });
  },
  add: async (form) => {
    const { ceremony, options } = await post("/v1/passkeys/challenge", {});
    const credential = await make(options);
    await post("/v1/passkeys", { ceremony, credential, label: form.elements.label.value });
  },
  invitation: async (form) => {
    const { ceremony, options } = await post("/v1/invitation/challenge", { link: link(), name: form.elements.name.value });
    const credential = await make(options);
    await post("/v1/invitation/passkey", { ceremony, credential, label: form.elements.label.value });
  },
};

function tell(form, words, isBad) {
  const place = form.querySelector("[data-told]");
  place.textContent = words;
  place.classList.toggle("bad", isBad);
}

for (const form of document.querySelectorAll("form[data-ceremony]")) {
  const words = form.querySelector("[data-told]").dataset;
  if (!window.PublicKeyCredential) {
    tell(form, words.lacks, true);
    continue;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    tell(form, words.working, false);
    try {
      await ceremonies[form.dataset.ceremony](form);
      location.assign(form.dataset.next);
    } catch (why) {
      if (why.code === "proof-needed") {
        location.assign("/prove?next=" + encodeURIComponent(location.pathname));
        return;
      }
      tell(form, why instanceof Refused ? why.message : words.refused, true);
      button.disabled = false;
    }
  });
}

async function invited(form) {
  if (!link()) {
    tell(form, form.dataset.noLink, true);
    return;
  }
  try {
    const told = await post("/v1/invitation", { link: link() });
    const place = form.querySelector("[data-invited]");
    place.textContent = told.first
      ? form.dataset.first
      : form.dataset.for.replace("{name}", told.name).replace("{organisation}", told.organisation);
    if (told.first) {
      form.querySelector("[data-only-first]").hidden = false;
      form.elements.name.required = true;
    }
    if (told.provider) {
      const other = document.querySelector("form[data-provider]");
      other.elements.link.value = link();
      other.hidden = false;
    }
    form.querySelector("button").disabled = false;
  } catch (why) {
    tell(form, why.message, true);
  }
}

for (const form of document.querySelectorAll("form[data-ceremony=invitation]")) invited(form);
