// Asks with HEAD whether the app answers by now, and then loads it. Only the page's own kind keeps it waiting, so an app that answers
// with an error of its own is shown, as is whatever else there is to say meanwhile.
(async () => {
  const line = document.getElementById("waiting");
  line.textContent = "Waiting for the app. This page opens it by itself.";
  line.classList.add("on");
  for (let pause = 800; ; pause = Math.min(pause * 1.2, 3000)) {
    await new Promise(resume => setTimeout(resume, pause));
    if (document.hidden) continue;
    try {
      const answer = await fetch(location.href, { method: "HEAD", cache: "no-store", redirect: "manual", headers: { "Locald-Waiting": "1" } });
      if (answer.headers.get("Locald-Page") !== document.documentElement.dataset.page) return location.reload();
    } catch { }
  }
})();
