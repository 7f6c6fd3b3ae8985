// reads [{source, flags}] and prints [{status, complexity, attack}], one for each, as recheck judges them
import { readFileSync } from "node:fs";
import { check } from "recheck";

const patterns = JSON.parse(readFileSync(0, "utf-8"));
const found = [];
for (const { source, flags } of patterns) {
  const answer = await check(source, flags, { timeout: 30000 });
  found.push({
    status: answer.status,
    complexity: answer.complexity?.summary ?? answer.error?.kind ?? "",
    attack: answer.attack?.pattern ?? answer.error?.message ?? "",
  });
}
process.stdout.write(JSON.stringify(found));
