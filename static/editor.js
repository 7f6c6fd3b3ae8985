// Comfort of the editor of a session. The page works without this file.
"use strict";
{
  const form = document.querySelector(".session-form");
  const { start_time: start, end_time: end, timezone: zone } = form.elements;

  // The end follows the start: a session keeps its length, past midnight too.
  const DAY = 24 * 60;
  const minutes = (field) => {
    const [, hour, minute] = /^(\d\d):(\d\d)$/.exec(field.value) ?? [];
    return hour === undefined ? null : hour * 60 + Number(minute);
  };
  const two = (number) => String(number).padStart(2, "0");
  let length = null;
  const measure = () => {
    const [from, to] = [minutes(start), minutes(end)];
    const found = from === null || to === null ? 0 : (to - from + DAY) % DAY;
    length = found && found <= DAY / 2 ? found : null; // an end before its start is a slip
  };
  start.addEventListener("change", () => {
    const from = minutes(start);
    if (from === null) return;
    if (length === null) return measure();
    const to = (from + length) % DAY;
    end.value = `${two(Math.floor(to / 60))}:${two(to % 60)}`;
  });
  end.addEventListener("change", measure);
  measure();

  // The folded line says the zone that was chosen.
  const line = form.querySelector("[data-says=timezone]");
  const [kept, keptWords] = [zone.value, line.textContent];
  form.addEventListener("input", () => { // a search chooses, too
    line.textContent = zone.value === kept ? keptWords : zone.selectedOptions[0].text;
  });

  // The bar says what saving sends as things stand; of a form that is shown again it says the rule.
  const words = form.querySelector("[data-tells]");
  const TOLD = ["title", "day", "start_time", "end_time", "timezone", "format", "place"];
  const ASKED = ["start_turn", "end_turn", "capacity"]; // what these send is not for the page to say
  const rule = words?.textContent;
  const said = (name) => new FormData(form).getAll(name).join();
  const shown = Object.fromEntries([...TOLD, ...ASKED].map((name) => [name, said(name)]));
  const isNew = (name) => said(name) !== shown[name];
  const tell = () => {
    if (ASKED.some(isNew)) words.textContent = rule;
    else words.textContent = TOLD.some(isNew) || said("are_texts_told") ? words.dataset.tells : words.dataset.tellsNobody;
  };
  if (words && !form.querySelector("[data-unsaved]")) {
    form.addEventListener("input", tell);
    form.addEventListener("change", tell);
    tell();
  }
}
