// The row of buttons below the panel: hand on the address of what it shows, keep it as a picture, print it.

import { assessment, asset, follow, locale } from "./live.js";
import { HEIGHT, WIDTH, picture } from "./picture.js";
import { address } from "./routes.js";
import { asOf, known } from "./words.js";

/** `tao-conviction-TAO-2026-11-25T1200Z.png`. */
export function fileName(assessment, ending) {
  const time = asOf(assessment);
  const moment = known(time) ? `-${new Date(time).toISOString().slice(0, 16).replace(":", "")}Z` : "";
  return `tao-conviction-${String(assessment.symbol).replace(/[^A-Za-z0-9]/g, "")}${moment}.${ending}`;
}

/** The theme that is worn now. */
function theme() {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Twice the size, so that it is sharp on dense screens. */
async function drawn(svg) {
  const image = new Image();
  // Not as a blob: policies allow images from `data:` more often.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * WIDTH, height: 2 * HEIGHT });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("this browser makes no PNG of it");
  return blob;
}

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  // After the browser has begun to take it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Hands the address to the system's own sheet where there is one for fingers, else to the clipboard; returns what is said of it. */
async function hand(link) {
  if (navigator.share && matchMedia("(pointer: coarse)").matches) {
    try {
      await navigator.share({ title: document.title, url: link });
      return "Shared";
    } catch (error) {
      // Changed their mind.
      if (error.name === "AbortError") return "";
    }
  }
  try {
    await navigator.clipboard.writeText(link);
    return "Copied";
  } catch {
    return `This browser doesn’t let the page copy. The link is ${link}`;
  }
}

async function keep(ending) {
  const now = assessment();
  if (!now) return "";
  const here = new URL(address());
  const svg = picture(now, { theme: theme(), locale: locale(), path: `${here.host}${here.pathname}#/asset/${asset()}` });
  const blob = ending === "png" ? await drawn(svg) : new Blob([svg], { type: "image/svg+xml" });
  save(blob, fileName(now, ending));
  return "Saved";
}

function start() {
  const row = document.querySelector("#share");
  const said = row.querySelector("[role=status]");
  const buttons = [...row.querySelectorAll("button")];
  const actions = { link: () => hand(address()), png: () => keep("png"), svg: () => keep("svg"), print: () => print() };
  let last = 0;
  const say = (words) => {
    said.textContent = words ?? "";
    clearTimeout(last);
    if (words && words.length < 20) last = setTimeout(() => (said.textContent = ""), 4_000);
  };
  for (const button of buttons) {
    button.addEventListener("click", async () => {
      say("");
      try {
        say(await actions[button.value]());
      } catch (error) {
        say(`That did not work: ${error.message}`);
      }
    });
  }
  follow(() => {
    const ready = Boolean(assessment());
    for (const button of buttons) button.disabled = button.value !== "link" && !ready;
  });
}

if (globalThis.document) start();
