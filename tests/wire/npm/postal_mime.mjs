// postal-mime: `node postal_mime.mjs FILE…` prints, as JSON, the addresses, the identifiers and the parts of each message.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import PostalMime from "postal-mime";

const digest = (content) => createHash("sha256").update(Buffer.from(content)).digest("hex");

async function read(name) {
  const message = await PostalMime.parse(readFileSync(name));
  return {
    from: message.from,
    to: message.to,
    subject: message.subject,
    messageId: message.messageId,
    inReplyTo: message.inReplyTo ?? null,
    references: message.references ?? null,
    text: message.text,
    html: message.html,
    attachments: message.attachments.map((part) => [part.mimeType, part.method ?? null, digest(part.content)]),
  };
}

console.log(JSON.stringify(await Promise.all(process.argv.slice(2).map(read))));
