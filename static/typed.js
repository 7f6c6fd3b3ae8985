// What was typed on the desk and is not saved: leaving asks, long texts keep a draft. Every page works without this file.
"use strict";
{
  const PREFIX = "draft ";
  const page = document.getElementById("draft"); // the words of a draft, on pages of whoever is signed in

  // Storage may be full or closed to us: then there are no drafts.
  const store = (action) => {
    try {
      return action(window.sessionStorage);
    } catch {
      return null;
    }
  };
  const drafts = () => store((kept) => Object.keys(kept).filter((key) => key.startsWith(PREFIX))) ?? [];
  const read = (key) => store((kept) => JSON.parse(kept.getItem(key)));
  const write = (key, draft) => store((kept) => kept.setItem(key, JSON.stringify(draft)));
  const drop = (key) => store((kept) => kept.removeItem(key));

  const forms = page ? [...document.querySelectorAll("main form[method=post]:not([data-live])")] : [];
  const said = (form) => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.name ?? value]));
  const shown = new Map(forms.map((form) => [form, said(form)]));
  // the server says which form it showed again; one of buttons and files alone holds nothing that was typed
  const isShownAgain = (form) => form.querySelector("[data-unsaved]") && form.querySelector("textarea, select, input:not([type=hidden], [type=file])");
  const isUnsaved = (form) => isShownAgain(form) || said(form) !== shown.get(form);
  let sent = null;

  const keyOf = (text) => `${PREFIX}${page.dataset.account} ${location.pathname} ${text.name}`;

  // A text is saved once the page it was sent from led to another one: refused, or signed out, it led nowhere.
  const settle = () => {
    const [visit] = performance.getEntriesByType("navigation");
    const isSaved = page && visit.redirectCount > 0 && !document.querySelector("[data-unsaved]");
    for (const key of drafts()) {
      const draft = read(key);
      if (draft?.sent && isSaved) drop(key);
      else if (draft?.sent) write(key, { text: draft.text });
    }
  };

  // What was typed here before and not saved, with the choice to take it.
  const offer = (text) => {
    const draft = read(keyOf(text));
    if (!draft || draft.text === text.value) return;
    const box = page.content.firstElementChild.cloneNode(true);
    const [take, leave] = box.querySelectorAll("button");
    box.querySelector("[data-draft-text]").textContent = draft.text;
    take.addEventListener("click", () => {
      text.value = draft.text;
      box.remove();
      text.focus();
    });
    leave.addEventListener("click", () => {
      drop(keyOf(text));
      box.remove();
      text.focus();
    });
    text.before(box);
  };

  const keep = (text) => {
    let timer;
    const writeNow = () => {
      clearTimeout(timer);
      if (text.value === text.defaultValue && !text.form.querySelector("[data-unsaved]")) drop(keyOf(text));
      else write(keyOf(text), { text: text.value, sent: sent === text.form });
    };
    text.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(writeNow, 300);
    });
    text.form.addEventListener("submit", () => {
      if (timer || read(keyOf(text))) writeNow();
    });
  };

  document.addEventListener("submit", (event) => {
    sent = event.target;
    setTimeout(() => { if (event.defaultPrevented) sent = null; }); // another script held it back
  }, true);
  window.addEventListener("pageshow", () => {
    sent = null;
  });
  window.addEventListener("beforeunload", (event) => {
    if (forms.some((form) => form !== sent && isUnsaved(form))) event.preventDefault();
  });

  if (document.querySelector("[data-signed-out]")) drafts().forEach(drop);
  settle();
  for (const text of forms.flatMap((form) => [...form.querySelectorAll("textarea")])) {
    offer(text);
    keep(text);
  }
  document.querySelector("form[data-at-once]")?.requestSubmit();
}
