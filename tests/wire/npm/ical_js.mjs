// ical.js: `node ical_js.mjs FILE…` prints, as JSON, what it complains of and the instants of each VEVENT.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

function read(name) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(name));
    const calendar = new ICAL.Component(ICAL.parse(text));
    ICAL.TimezoneService.reset();
    for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
    const vevents = calendar.getAllSubcomponents("vevent").map((vevent) => new ICAL.Event(vevent));
    const instants = vevents.map((vevent) => [vevent.startDate.toUnixTime(), vevent.endDate.toUnixTime()]);
    return { complaints: [], instants };
  } catch (error) {
    return { complaints: [String(error)], instants: [] };
  }
}

console.log(JSON.stringify(process.argv.slice(2).map(read)));
