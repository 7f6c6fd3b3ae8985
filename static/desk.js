// What only the team's pages do: a file dropped, what a form will do, words put into a text. Every page works without this file.
"use strict";
{
  // A file dropped in the frame of its form is sent as one that was chosen.
  const takeDrops = (form) => {
    const input = form.querySelector("input[type=file]");
    const said = document.createElement("p");
    said.className = "hint";
    said.setAttribute("role", "status");
    said.textContent = form.dataset.drop;
    input.before(said);
    const isFile = (event) => event.dataTransfer.types.includes("Files");
    for (const [kind, isOver] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
      form.addEventListener(kind, (event) => {
        if (!isFile(event)) return;
        event.preventDefault();
        form.classList.toggle("is-over", isOver);
      });
    }
    form.addEventListener("drop", (event) => {
      const { files } = event.dataTransfer;
      if (files.length > 1) said.textContent = form.dataset.dropOne;
      if (files.length !== 1) return;
      input.files = files;
      form.requestSubmit();
    });
  };

  // What a form will do is said anew as one types and chooses: the server answers with the parts it names, and keeps nothing.
  const showAsOneTypes = (form) => {
    let turn = 0;
    let timer;
    const ask = async () => {
      const mine = ++turn;
      const typed = new FormData(form);
      typed.append("preview", "yes");
      try {
        const answer = await fetch(form.action, { method: "POST", body: typed });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (mine !== turn) return;
        for (const id of form.dataset.shows.split(" ")) {
          const part = page.getElementById(id);
          if (part) document.getElementById(id).replaceChildren(...document.adoptNode(part).childNodes);
        }
      } catch {
        // what is said stays as it was; the buttons ask the ordinary way
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 400);
    });
    form.addEventListener("submit", () => clearTimeout(timer));
  };

  // Words put where one writes, in the field one was in last; undo takes them out again.
  const offerInserts = (group) => {
    const fields = group.dataset.inserts.split(" ").map((id) => document.getElementById(id));
    let last = fields.at(-1);
    for (const field of fields) field.addEventListener("focus", () => { last = field; });
    group.hidden = false;
    group.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const field = button.hasAttribute("data-text-only") ? fields.at(-1) : last;
      field.focus();
      if (document.execCommand("insertText", false, button.value)) return;
      field.setRangeText(button.value, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  };

  document.querySelectorAll("form[data-drop]").forEach(takeDrops);
  document.querySelectorAll("form[data-shows]").forEach(showAsOneTypes);
  document.querySelectorAll("[data-inserts]").forEach(offerInserts);
}
