// node-ical: `node node_ical.mjs FILE…` prints, as JSON, what it complains of and the instants of each VEVENT.
import { readFileSync } from "node:fs";
import ical from "node-ical";

function read(name) {
  try {
    const components = Object.values(ical.sync.parseICS(readFileSync(name, "utf-8")));
    const vevents = components.filter((component) => component.type === "VEVENT");
    const instants = vevents.map((vevent) => [vevent.start.getTime() / 1000, vevent.end.getTime() / 1000]);
    return { complaints: [], instants };
  } catch (error) {
    return { complaints: [String(error)], instants: [] };
  }
}

console.log(JSON.stringify(process.argv.slice(2).map(read)));
