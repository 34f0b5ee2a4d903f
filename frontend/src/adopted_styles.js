// Shadow trees without <style> elements; see ../adopted_styles.mjs.

export function furnish(root, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const content = template.content;
  // Trees of inner elements, written for servers: these elements make their own.
  for (const inner of content.querySelectorAll("template[shadowrootmode]")) inner.remove();
  root.adoptedStyleSheets = [...content.querySelectorAll("style")].map(adopt);
  root.append(document.importNode(content, true));
}

// What media-chrome may look through, and add rules to.
export function sheets(root) {
  return root.adoptedStyleSheets.filter((sheet) => !sheet.media.length).map((sheet) => ({ sheet }));
}

function adopt(style) {
  const sheet = new CSSStyleSheet({ media: style.media });
  sheet.replaceSync(style.textContent);
  style.remove();
  return sheet;
}
