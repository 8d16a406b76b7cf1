// What a person with a screen reader, weak eyes or a phone would stumble over in this page, a line each.
(() => {
  const found = [];
  const seen = element => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
  const name = element => `${element.tagName.toLowerCase()}${element.id && "#" + element.id}${element.className && "." + element.className} "${element.textContent.trim().slice(0, 30)}"`;

  if (!document.documentElement.lang) found.push("the page names no language");
  if (!document.title) found.push("the page has no title");
  if (document.querySelectorAll("main").length !== 1) found.push("there is not one main landmark");

  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(seen).map(h => +h.tagName[1]);
  if (levels.filter(level => level === 1).length !== 1 || levels[0] !== 1) found.push(`headings do not begin with the only h1: ${levels}`);
  levels.forEach((level, i) => { if (i && level > levels[i - 1] + 1) found.push(`a heading's level is left out: ${levels}`); });

  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  ids.filter((id, i) => ids.indexOf(id) !== i).forEach(id => found.push(`two elements are #${id}`));
  for (const element of document.querySelectorAll("[aria-labelledby]"))
    if (!document.getElementById(element.getAttribute("aria-labelledby"))) found.push(`${name(element)} is labelled by nothing`);
  for (const header of document.querySelectorAll("th")) if (!header.scope) found.push(`${name(header)} heads nothing`);
  for (const list of document.querySelectorAll("ul")) for (const child of list.children) if (child.tagName !== "LI") found.push(`${name(child)} in a list`);

  // Contrast: WCAG 2.2, 1.4.3.
  const parse = color => color.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const under = element => {
    for (; element; element = element.parentElement) {
      const color = parse(getComputedStyle(element).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || ["SCRIPT", "STYLE"].includes(element.tagName) || !seen(element)) continue;
    const style = getComputedStyle(element), [a, b] = [light(parse(style.color)), light(under(element))].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && +style.fontWeight >= 700);
    if ((a + .05) / (b + .05) < (large ? 3 : 4.5)) found.push(`${name(element)} has a contrast of ${((a + .05) / (b + .05)).toFixed(2)}`);
  }

  if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} wide of ${innerWidth}`);
  return found.join("\n");
})()
