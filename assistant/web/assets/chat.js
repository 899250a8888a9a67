// Opens cited provisions in the source panel; shows whether the server is ready. No framework.
(() => {
  "use strict";
  let last = null;

  const panel = () => document.getElementById("pa-source");
  const body = () => document.getElementById("pa-source-body");

  async function open(marker) {
    const target = body();
    if (!target) return;
    last = marker;
    document.querySelectorAll(".pa-cite.pa-open").forEach((m) => m.classList.remove("pa-open"));
    marker.classList.add("pa-open");
    target.className = "pa-loading";
    let html;
    try {
      const reply = await fetch("ui/" + marker.getAttribute("href").slice(1), { headers: { Accept: "text/html" } });
      if (!reply.ok) throw new Error((await reply.json()).error.message);
      html = await reply.text();
    } catch (error) {
      const note = document.createElement("p");
      note.textContent = "The source could not be loaded: " + error.message;
      target.replaceChildren(note);
      target.className = "pa-trouble";
      return;
    }
    target.className = "";
    target.innerHTML =
      '<button type="button" class="pa-close" aria-label="Close the source, back to the answer">' +
      "Close</button>" + html;
    panel().classList.add("pa-shown");
    const quote = document.getElementById("pa-quote");
    if (quote) {
      quote.scrollIntoView({ block: "nearest" });
      quote.focus({ preventScroll: true });
    }
  }

  function close() {
    panel()?.classList.remove("pa-shown");
    last?.focus();
  }

  document.addEventListener("click", (event) => {
    const marker = event.target.closest?.(".pa-cite");
    if (marker) {
      event.preventDefault();
      open(marker);
    } else if (event.target.closest?.(".pa-close")) {
      close();
    }
  });
  document.addEventListener("keydown", (event) => {
    const marker = event.target.closest?.(".pa-cite");
    if (marker && (event.key === " " || event.key === "Enter")) {
      event.preventDefault();
      open(marker);
    } else if (event.key === "Escape") {
      close();
    }
  });

  // Keep the latest question in sight: a new turn scrolls to its top, not to the answer's end.
  let turns = 0;
  new MutationObserver(() => {
    const asked = document.querySelectorAll("#pa-chat .message.user, #pa-chat .user-row");
    if (asked.length > turns) {
      asked[asked.length - 1].scrollIntoView({ block: "start", inline: "nearest" });
      if (window.innerWidth > 900) window.scrollTo({ top: 0 });
    }
    turns = asked.length;
  }).observe(document, { childList: true, subtree: true });

  async function watch() {
    const state = document.getElementById("pa-state");
    try {
      const s = await (await fetch("readyz")).json();
      if (state) {
        state.textContent =
          s.status === "ready" ? "" :
          s.status === "broken" ? s.problem + ". " + s.hint :
          "Loading: " + s.stage + ". You can ask already; the answer follows.";
        state.className = s.status;
        if (s.status === "ready") return;
      }
    } catch { /* the server is restarting; look again */ }
    setTimeout(watch, 500);
  }
  watch();
})();
