// Prints what the Podcast Index's own parser reads in a feed, as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [feed, frontend] = process.argv.slice(2);
const { parseFeed } = createRequire(`${frontend}/`)("podcast-partytime");
console.log(JSON.stringify(parseFeed(readFileSync(feed, "utf8"))));
