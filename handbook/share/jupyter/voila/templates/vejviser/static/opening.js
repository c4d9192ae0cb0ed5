// While a page of the handbook is on its way: what stands there meanwhile, and who leaves early.
// A file of its own, since no script may stand in a page (see CONTENT_SECURITY_POLICY).

(function () {
  // Voilà's scripts call this when the looks of the page are there; the page itself, when it is whole.
  window.display_cells = window.voila_finish = function () {
    if (!window.themeLoaded) { window.cellLoaded = true; return; }
    var loading = document.getElementById("loading");
    if (loading) { loading.remove(); }
    var cells = document.getElementById("rendered_cells");
    if (cells) { cells.style.display = ""; }
    document.documentElement.dataset.ready = "true";
  };
  document.addEventListener("DOMContentLoaded", window.voila_finish);
  // JupyterLab hangs its shell on the body; it belongs in the page's main part.
  new MutationObserver(function (_, observer) {
    var shell = document.getElementById("main");
    if (!shell) { return; }
    observer.disconnect();
    document.getElementById("content").append(shell);
  }).observe(document.body, { childList: true });
  // Whoever leaves before Voilà's own script runs ends the kernel here; once it runs, it does.
  window.addEventListener("pagehide", function () {
    var config = document.getElementById("jupyter-config-data");
    if (document.readyState === "loading" || window.themeLoaded || !config) { return; }
    var told = JSON.parse(config.textContent);
    navigator.sendBeacon(told.baseUrl + "voila/api/shutdown/" + told.kernelId);
  });
  setTimeout(function () {
    var slow = document.getElementById("vv-loading-slow");
    if (slow) { slow.hidden = false; document.getElementById("vv-loading-more").hidden = true; }
  }, 20000);
})();
