// A select with data-combobox becomes one field, typed in or chosen from: the ARIA practices' combobox with a list. The select
// stays, hidden, and sends the code; without this file it is what one sees. Nothing is chosen but by Enter or a press.
"use strict";
{
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}|[·.]/gu, "").toLowerCase()
    .replaceAll("œ", "oe").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const wordsOf = (text) => folded(text).split(" ").filter(Boolean);

  const set = (element, attributes) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (value) element.setAttribute(name, value);
      else element.removeAttribute(name);
    }
  };
  const make = (name, attributes, ...content) => {
    const element = document.createElement(name);
    set(element, attributes);
    element.append(...content);
    return element;
  };

  // The text in pieces: where a word begins as one that was typed, that much is marked.
  const marked = (text, typed) => text.split(/([\p{L}\p{N}·]+)/u).flatMap((piece) => {
    const length = Math.max(0, ...typed.filter((one) => folded(piece).startsWith(one)).map((one) => one.length));
    return length ? [make("mark", {}, piece.slice(0, length)), piece.slice(length)] : [piece];
  });

  const become = (select) => {
    const { id, dataset: words } = select;
    const [label] = select.labels;
    label.id ||= `${id}-label`;
    const hint = document.getElementById(`${id}-hint`) ?? make("p", { id: `${id}-hint`, class: "hint" });
    const error = document.getElementById(`${id}-error`) ?? make("p", { id: `${id}-error`, class: "error" });
    const input = make("input", { id, class: "input", role: "combobox", autocomplete: "off", autocapitalize: "none",
      spellcheck: "false", "aria-autocomplete": "list", "aria-controls": `${id}-list`, "aria-expanded": "false" });
    const list = make("div", { id: `${id}-list`, class: "combo-list", role: "listbox", tabindex: "-1", "aria-labelledby": label.id });
    const said = make("p", { class: "visually-hidden", role: "status" });
    const box = make("div", { class: "combo" });

    const choices = [...select.options].slice(1).map((option) => { // the first is what nothing chosen means
      const names = [option.text, ...(option.dataset.also?.split(", ") ?? [])];
      const group = option.parentElement.label ?? "";
      return { option, names, group, known: wordsOf(`${names.join(" ")} ${group}`) };
    });
    const last = choices.at(-1); // « Other » is always offered
    const chosen = () => choices.find(({ option }) => option.selected);
    let offered = []; // the choices the list holds, in its order, and which of them Enter takes
    let at = -1;

    const tell = (sentence) => {
      if (sentence) error.replaceChildren(make("span", {}, sentence));
      if (sentence && !error.isConnected) box.before(error);
      if (!sentence) error.remove();
      set(input, { "aria-invalid": sentence && "true", "aria-describedby": sentence ? `${error.id} ${hint.id}` : hint.id });
    };
    const move = (to) => {
      at = to;
      offered.forEach(({ element }, place) => element.classList.toggle("is-at", place === at));
      set(input, { "aria-activedescendant": offered[at]?.element.id });
      offered[at]?.element.scrollIntoView({ block: "nearest" });
    };
    const close = () => {
      list.hidden = true;
      said.textContent = "";
      set(input, { "aria-expanded": "false" });
      move(-1);
    };
    const choose = ({ option }) => {
      option.selected = true;
      input.value = option.text;
      tell("");
      close();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    };

    const draw = (choice, place, typed) => {
      const others = choice.names.slice(1).filter((name) => wordsOf(name).some((word) => typed.some((one) => word.startsWith(one))));
      choice.element = make("div", { id: `${id}-${place}`, role: "option", "aria-selected": String(choice.option.selected) },
        make("span", {}, ...marked(choice.option.text, typed)), " ",
        make("small", {}, ...(choice === last ? [words.last] : marked(others.join(", "), typed))));
      choice.element.addEventListener("click", () => choose(choice));
      return choice.element;
    };
    // The list holds what the words begin; the only answer, or the only one of just this name, is the one Enter takes.
    const open = () => {
      const typed = chosen() ? [] : wordsOf(input.value);
      const found = choices.filter(({ known }) => typed.every((one) => known.some((word) => word.startsWith(one))));
      offered = [...found.filter((one) => one !== last), last];
      list.replaceChildren();
      offered.forEach((choice, place) => {
        if (choice.group !== offered[place - 1]?.group) {
          const title = make("div", { id: `${id}-of-${place}`, class: "combo-group", role: "presentation" }, found.length ? choice.group : words.none);
          list.append(make("div", { role: "group", "aria-labelledby": title.id }, title));
        }
        list.lastChild.append(draw(choice, place, typed));
      });
      said.textContent = found.length ? words.found.replace("{count}", found.length) : words.none;
      const isNew = list.hidden;
      list.hidden = false;
      if (isNew) list.scrollIntoView({ block: "nearest" });
      set(input, { "aria-expanded": "true" });
      const named = found.filter(({ names }) => names.some((name) => folded(name) === typed.join(" ")));
      const only = [found, named].find((some) => some.length === 1)?.[0] ?? chosen();
      move(offered.indexOf(only));
    };

    const step = (by) => {
      if (list.hidden) open();
      const from = at < 0 && by < 0 ? 0 : at;
      move((from + by + offered.length) % offered.length);
    };
    const keys = { // each says whether the key did something here
      ArrowDown: () => [step(1)],
      ArrowUp: () => [step(-1)],
      Home: () => at >= 0 && [move(0)],
      End: () => at >= 0 && [move(offered.length - 1)],
      Enter: () => !list.hidden && [at >= 0 && choose(offered[at])], // an open list never sends the form
      Escape: () => !list.hidden && [close()],
    };
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (keys[event.key]?.()) event.preventDefault();
    });
    input.addEventListener("input", () => {
      select.selectedIndex = 0;
      if (input.value.trim()) open();
      else close();
    });
    input.addEventListener("click", () => list.hidden && open());
    input.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus

    // What is typed and not chosen would be lost: the form waits for an answer.
    select.form?.addEventListener("submit", (event) => {
      if (!input.value.trim() || chosen() || event.submitter?.formNoValidate) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      tell(words.unchosen);
      input.focus();
      open();
      said.textContent = words.unchosen;
    });

    if (!hint.isConnected) label.after(hint);
    hint.textContent = words.hint;
    input.required = select.required;
    set(select, { id: "", required: "", "aria-invalid": "", "data-combobox": "" }); // once, however often this file is asked for
    select.hidden = list.hidden = true;
    select.replaceWith(box);
    box.append(input, list, said, select);
    tell(error.textContent.trim());
    const show = () => { input.value = chosen()?.option.text ?? input.value; };
    show();
    window.addEventListener("pageshow", show); // a page one came back to
  };

  document.querySelectorAll("select[data-combobox]").forEach(become);
}
