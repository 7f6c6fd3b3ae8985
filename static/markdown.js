// Texts that take Markdown: tools above the field, lists and links kept when pasted, the preview as one types. Every page works without this file.
"use strict";
{
  // As if it were typed: the browser's own undo takes it back.
  const put = (text, start, end, words, from = start + words.length, to = from) => {
    text.focus();
    text.setSelectionRange(start, end);
    const isTyped = words ? document.execCommand("insertText", false, words) : start === end || document.execCommand("delete");
    if (!isTyped) {
      text.setRangeText(words, start, end, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    text.setSelectionRange(from, to);
  };

  // The selection without the blanks around it.
  const chosen = (text) => {
    const { selectionStart: start, selectionEnd: end, value } = text;
    const words = value.slice(start, end);
    const from = start + words.length - words.trimStart().length;
    return words.trim() ? [from, from + words.trim().length] : [start, start];
  };

  const bold = (text) => {
    const [start, end] = chosen(text);
    const words = text.value.slice(start, end) || text.dataset.words;
    const isBold = text.value.slice(start - 2, start) === "**" && text.value.slice(end, end + 2) === "**" && end > start;
    if (isBold) put(text, start - 2, end + 2, words, start - 2, end - 2);
    else put(text, start, end, `**${words}**`, start + 2, start + 2 + words.length);
  };

  const ADDRESS = /^(https?:\/\/|mailto:)\S+$/i;
  const link = (text) => {
    const [start, end] = chosen(text);
    const words = text.value.slice(start, end);
    const [label, address] = ADDRESS.test(words) ? [text.dataset.words, words] : [words || text.dataset.words, "https://"];
    const at = start + (address === words ? 1 : label.length + 3); // what is still to be written is selected
    put(text, start, end, `[${label}](${address})`, at, at + (address === words ? label : address).length);
  };

  // Begins whole lines with a mark; takes it away where all have it.
  const begin = (mark) => (text) => {
    const { value } = text;
    const [first, last] = chosen(text);
    const start = value.lastIndexOf("\n", first - 1) + 1;
    const end = (value.indexOf("\n", last) + 1 || value.length + 1) - 1;
    const lines = value.slice(start, end).split("\n");
    const isMarked = lines.every((line) => line.startsWith(mark) || !line) && lines.some(Boolean);
    const bare = (line) => line.replace(/^(#{1,6} |[-*+] |\d+[.)] )/, "");
    const made = lines.map((line) => (isMarked ? line.slice(mark.length) : line || lines.length === 1 ? mark + bare(line) : line)).join("\n");
    put(text, start, end, made, first === last ? start + made.length : start, start + made.length);
  };
  const TOOLS = { bold, heading: begin("### "), list: begin("- "), link };

  // What was copied from a page or from Word, as Markdown: paragraphs, headings, lists, links, bold; anything else is text.
  const SKIPPED = "style, script, title, meta, link, template";
  const APART = "address, article, aside, blockquote, div, dd, dl, dt, footer, header, h1, h2, h3, h4, h5, h6, hr, li, main, ol, p, pre, section, table, tbody, thead, tr, ul";
  const plain = (words) => words.replace(/[\\`*[\]<]/g, "\\$&").replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_");
  const around = (words, before, after) => {
    const [, left, inner, right] = /^(\s*)([^]*?)(\s*)$/.exec(words);
    return inner ? left + before + inner + after + right : words;
  };
  const styleOf = (node) => node.getAttribute?.("data-style") ?? "";
  const isBold = (node) => {
    const [, weight] = /font-weight:\s*(\w+)/i.exec(styleOf(node)) ?? [];
    return weight ? /^bold|^[6-9]00/.test(weight) : ["B", "STRONG"].includes(node.tagName);
  };
  const inside = (node, is = {}) => [...node.childNodes].map((one) => inline(one, is)).join("");
  const inline = (node, is) => {
    if (node.nodeType === Node.TEXT_NODE) return plain(node.data.replace(/[ \t\r\n]+/g, " "));
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(SKIPPED) || isMark(node)) return "";
    if (node.tagName === "BR") return "\n";
    const address = node.tagName === "A" && (node.getAttribute("href") ?? "").trim();
    if (ADDRESS.test(address) && !is.linked) {
      const href = address.replace(/[()<>\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
      return around(inside(node, { ...is, linked: true }).replace(/\n/g, " "), "[", `](${href})`);
    }
    if (isBold(node) && !is.bold) return around(inside(node, { ...is, bold: true }), "**", "**");
    return inside(node, is);
  };

  // Word writes the items of a list as paragraphs, each with its mark and its level.
  const isMark = (node) => /mso-list:\s*Ignore/i.test(styleOf(node));
  const wordItem = (node) => {
    const [, level] = /mso-list:[^;]*level(\d)/i.exec(styleOf(node)) ?? [];
    const mark = [...node.querySelectorAll("[data-style]")].find(isMark)?.textContent.trim() ?? "";
    return level ? { depth: level - 1, mark: /^\d+[.)]$/.test(mark) ? `${parseInt(mark, 10)}.` : "-" } : null;
  };

  const item = (words, { depth, mark }) => ({ isItem: true, words: `${"   ".repeat(depth)}${mark} ${words.replace(/\s*\n\s*/g, " ")}` });
  const blocks = (node, list = null) => {
    const found = [];
    let run = "";
    const add = (words, made = (one) => ({ words: one })) => words.trim() && found.push(made(words.replace(/ *\n */g, "\n").trim()));
    const flush = () => { add(run, list ? (words) => item(words, list) : undefined); run = ""; };
    let count = 0;
    for (const one of node.childNodes) {
      const isApart = one.nodeType === Node.ELEMENT_NODE && !one.matches(SKIPPED) && (one.matches(APART) || one.querySelector(APART));
      if (!isApart) run += inline(one, {});
      else {
        flush();
        const word = wordItem(one);
        const mark = node.tagName === "OL" ? `${count += 1}.` : "-";
        if (word) add(inside(one), (words) => item(words, word));
        else if (/^H[1-6]$/.test(one.tagName)) add(inside(one).replace(/\*\*|\n/g, ""), (words) => ({ words: `### ${words}` }));
        else if (one.tagName === "TR") add([...one.children].map((cell) => inside(cell).trim()).join(" – "));
        else if (one.matches("ul, ol")) found.push(...blocks(one, { depth: list ? list.depth + 1 : 0, mark: "-" }));
        else if (one.tagName === "LI") found.push(...blocks(one, { depth: list?.depth ?? 0, mark }));
        else found.push(...blocks(one, list));
      }
    }
    flush();
    return found;
  };
  const fromPage = (html) => {
    const unstyled = html.replace(/<style\b[^]*?<\/style>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle=/gi, " data-style="));
    const { body } = new DOMParser().parseFromString(unstyled, "text/html"); // nothing of it runs or loads
    return blocks(body).reduce((made, one, place, all) => `${made}${place ? (one.isItem && all[place - 1].isItem ? "\n" : "\n\n") : ""}${one.words}`, "");
  };
  const fromText = (words) => words.replace(/\r\n?/g, "\n").replace(/^([ \t]*)(?:[•·▪◦●–—]|o(?=\t))[ \t\u00a0]+/gm, (_, left) => `${left ? "   " : ""}- `);

  const paste = (event) => {
    const html = event.clipboardData.getData("text/html");
    const words = event.clipboardData.getData("text/plain");
    const made = html ? fromPage(html) : fromText(words);
    if (!made || made === words) return; // as the browser does it
    event.preventDefault();
    const { selectionStart: start, selectionEnd: end } = event.target;
    put(event.target, start, end, made);
  };

  // A toolbar as the ARIA practices have it: one stop, arrows inside.
  const tools = (text) => {
    const bar = document.createElement("div");
    bar.className = "tools";
    for (const [name, value] of [["role", "toolbar"], ["aria-label", text.dataset.tools], ["aria-controls", text.id]]) bar.setAttribute(name, value);
    const buttons = Object.entries(TOOLS).map(([name, act], place) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "tool", textContent: text.dataset[name], tabIndex: place ? -1 : 0 });
      const key = { bold: "B", link: "K" }[name];
      if (key) button.setAttribute("aria-keyshortcuts", `Control+${key}`);
      button.addEventListener("click", () => act(text));
      return button;
    });
    bar.append(...buttons);
    bar.addEventListener("keydown", (event) => {
      const at = buttons.indexOf(document.activeElement);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      buttons.forEach((one) => { one.tabIndex = -1; });
      const next = buttons.at(to % buttons.length);
      next.tabIndex = 0;
      next.focus();
    });
    text.before(bar);
  };

  // The preview is the server's: the form answers as if its button were pressed, and the part is taken from the answer.
  const preview = (text) => {
    const box = document.getElementById(text.dataset.markdown);
    const button = box.parentElement.querySelector("button");
    let turn = 0;
    let timer;
    const ask = async () => {
      const mine = turn += 1;
      const typed = new FormData(text.form, button);
      for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
      const answer = await fetch(text.form.action, { method: "POST", body: typed });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = page.getElementById(box.id);
      if (!part) throw new Error(String(answer.status));
      if (mine === turn) box.replaceChildren(...document.adoptNode(part).childNodes);
    };
    text.addEventListener("input", () => {
      clearTimeout(timer);
      if (box.offsetParent) timer = setTimeout(() => ask().catch(() => {}), 700); // the next one asks again
    });
    button.addEventListener("click", async (event) => {
      if (button.dataset.plain) return;
      event.preventDefault();
      try {
        await ask();
        box.parentElement.classList.add("is-asked");
      } catch {
        button.dataset.plain = "yes"; // the ordinary way says what is wrong
        button.click();
      }
    });
  };

  for (const text of document.querySelectorAll("textarea[data-tools]")) {
    tools(text);
    if (text.dataset.markdown) preview(text);
    text.addEventListener("paste", paste);
    text.addEventListener("keydown", (event) => {
      const act = { b: bold, k: link }[event.key.toLowerCase()];
      if (!act || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      act(text);
    });
  }
}
