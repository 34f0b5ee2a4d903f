// media-chrome writes <style> elements into its shadow trees, which our content security
// policy forbids. Here its few places that do so are turned to src/adopted_styles.js,
// which gives the same rules as constructed style sheets. A new version that writes
// them in another way stops the build.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const FURNISHED = "this.shadowRoot.setHTMLUnsafe ? this.shadowRoot.setHTMLUnsafe(html) : this.shadowRoot.innerHTML = html;";
const REPLACED = [
  [FURNISHED, "__furnish(this.shadowRoot, html);"],
  [/this\.shadowRoot\.innerHTML = (this\.constructor\.getTemplateHTML\([^;]*\));/g, "__furnish(this.shadowRoot, $1);"],
  ['styleParent.querySelectorAll("style:not([media])")', "__sheets(styleParent)"],
];
const LEFT_OVER = /shadowRoot\.(innerHTML|setHTMLUnsafe)|querySelectorAll\("style/;

export const adoptedStyles = {
  name: "adopted-styles",
  setup(build) {
    const ours = join(build.initialOptions.absWorkingDir, "src", "adopted_styles.js");
    build.onLoad({ filter: /media-chrome\/dist\/.*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const changed = REPLACED.reduce((text, [from, to]) => text.replaceAll(from, to), source);
      if (LEFT_OVER.test(changed)) throw new Error(`${path} writes styles in a new way`);
      if (changed === source) return { contents: source };
      const door = `import { furnish as __furnish, sheets as __sheets } from ${JSON.stringify(ours)};\n`;
      return { contents: door + changed };
    });
  },
};
