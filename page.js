// The standalone page inside somebody's iframe (`?embed`): the widget alone, without a ground of its own, and its height
// told to the page around it. Without `?embed` it does nothing. It runs before embed.js looks which part to load.
(() => {
  const query = new URLSearchParams(location.search);
  if (!query.has("embed")) return;
  const root = document.documentElement;
  root.dataset.embed = "";
  // A frame of another colour scheme than its element gets an opaque ground: the one that was asked for counts.
  root.dataset.theme = query.get("theme") ?? "auto";
  document.addEventListener("readystatechange", () => {
    if (document.readyState !== "interactive") return;
    for (const other of document.querySelectorAll("body > :not(main), main > :not(.hero)")) other.remove();
    document.querySelector("#live").setAttribute("layout", query.get("layout") ?? "card");
    if (parent === window) return;
    // A height is no secret, so any page around may hear it; that page checks from whom it comes.
    const tell = () => parent.postMessage({ type: "tao-conviction:height", height: Math.ceil(root.getBoundingClientRect().height) }, "*");
    new ResizeObserver(tell).observe(root);
  });
})();
