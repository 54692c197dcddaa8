// The syntax of `watch`.
import { define } from "./definition.ts";
import { flag, orElse, parsed } from "./option.ts";
import { experimentsText, results } from "./shared.ts";

export const watch = define({
  group: "Look",
  summary: "Serve the report's pages on this machine; open pages update while runs train",
  argument: "[experiment...]",
  argumentText: `${experimentsText}, including future ones`,
  argumentCompletes: "experiment",
  options: {
    port: orElse(
      parsed(
        "<n>",
        "port of 127.0.0.1; 0 takes a free one",
        (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
        () => "a port, a whole number from 0 to 65535",
      ),
      8015,
    ),
    ...results,
    json: flag("print the address as JSON"),
  },
  examples: [
    { command: "watch", does: "serve the pages of every study" },
    { command: "watch plain-vs-res --port 0", does: "serve one study on a free port" },
  ],
});
