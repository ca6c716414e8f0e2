"use strict";
// Passkeys: what the server asks goes to the browser, what the browser answers goes into the form (WebAuthn level 2).

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

function answer(credential, parts) {
  const response = {};
  for (const part of parts) if (credential.response[part]) response[part] = text(credential.response[part]);
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function create({ publicKey }, alone) {
  const selection = alone
    ? { residentKey: "required", requireResidentKey: true, userVerification: "required" }
    : { residentKey: "discouraged", requireResidentKey: false };
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: known(publicKey.excludeCredentials),
      authenticatorSelection: { ...publicKey.authenticatorSelection, ...selection },
    },
  });
  return answer(credential, ["clientDataJSON", "attestationObject"]);
}

async function get({ publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      allowCredentials: known(publicKey.allowCredentials),
    },
  });
  return answer(credential, ["clientDataJSON", "authenticatorData", "signature", "userHandle"]);
}

async function asked(form) {
  const given = document.getElementById("js_data");
  if (given) return JSON.parse(given.textContent);
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(response.status);
  return response.json();
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  const problem = form.querySelector("[data-problem]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const { creation_options: creation, request_options: request } = await asked(form);
      const { credential, passwordless } = form.elements;
      credential.value = creation ? await create(creation, passwordless.checked) : await get(request);
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
}
