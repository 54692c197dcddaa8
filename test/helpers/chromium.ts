// The browser that tests of pages use.
import { execFile, execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** The command that starts Chromium; undefined where it is not installed. */
export const chromium = ["chromium", "chromium-browser", "google-chrome"].find((name) => {
  try {
    execFileSync("which", [name], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

/**
 * Options for a browser without a window. Shared memory is kept small in many containers, and a page whose browser finds it
 * full dies without a word, so files in the temporary directory take its place.
 * @param profile an empty folder for the browser's files
 */
export const headless = (profile: string): readonly string[] => [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--no-first-run",
  `--user-data-dir=${profile}`,
];

/**
 * What a script sees on a page that Chromium has opened.
 * @param script acts as the reader and sets properties of the object `seen`
 * @param folder an empty folder for the page and the browser's files
 */
export async function seenInChromium(html: string, script: string, folder: string, width = 1280): Promise<unknown> {
  const reader = `<script>
const seen = {};
${script}
const result = document.createElement("pre");
result.id = "seen";
result.textContent = JSON.stringify(seen);
document.body.append(result);
</script>`;
  const file = join(folder, "page.html");
  writeFileSync(
    file,
    html.replace("</body>", () => `${reader}</body>`),
  );
  const { stdout } = await promisify(execFile)(
    chromium ?? "",
    [...headless(join(folder, "profile")), `--window-size=${width},900`, "--dump-dom", `file://${file}`],
    { maxBuffer: 2 ** 26 },
  );
  const seen = /<pre id="seen">(.*)<\/pre>/.exec(stdout)?.[1] ?? "{}";
  return JSON.parse(seen.replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll("&amp;", "&"));
}
