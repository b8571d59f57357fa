extension Report {
  /// The page's style: light and dark, from a phone to a wide screen, and on paper.
  static let style = """

    :root{--ground:#fff;--card:#f6f8fa;--ink:#1b1f24;--quiet:#57606a;--rule:#d0d7de;--accent:#0b5cad;--edge:rgba(0,0,0,.35)}
    @media (prefers-color-scheme:dark){:root{--ground:#0f1216;--card:#181c22;--ink:#e8ebef;--quiet:#a3adb8;--rule:#30363d;--accent:#79b8ff;--edge:rgba(255,255,255,.3)}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,"DejaVu Sans",sans-serif}
    header,main,footer{max-width:1120px;margin:0 auto;padding:0 20px}
    header{padding-top:24px}h1{font-size:24px;margin:0;overflow-wrap:anywhere}h2{font-size:18px;margin:0 0 8px}
    header p,.hint{color:var(--quiet);margin:2px 0 14px}footer{color:var(--quiet);font-size:13px;padding-bottom:32px}
    h3{font-size:15px;margin:14px 0 6px;overflow-wrap:anywhere}
    .gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:16px}
    figure{margin:0}figure img{display:block;width:100%;height:180px;object-fit:contain;background:#000;border-radius:6px}
    figcaption{font-size:14px;margin-top:6px;overflow-wrap:anywhere}figcaption ul,.faces{list-style:none;margin:2px 0 0;padding:0}
    section{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:16px;margin:0 0 18px}
    .media{padding:0;overflow:hidden;background:#000;text-align:center}
    .media video,.media img{display:block;max-width:100%;max-height:66vh;margin:0 auto}
    .legend{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:0 0 14px;padding:0;font-size:14px}
    .swatch{display:inline-block;width:12px;height:12px;border-radius:3px;box-shadow:0 0 0 1px var(--edge);vertical-align:-1px}
    .track{display:flex;gap:12px;margin-bottom:10px}
    .name{flex:0 0 128px;font-size:14px;overflow:hidden}.name b,.now{display:block;overflow:hidden;text-overflow:ellipsis}
    .now{color:var(--quiet);min-height:1.5em}
    .lane{position:relative;flex:1;height:74px;cursor:pointer;border-radius:4px;touch-action:none}
    .lane svg{display:block;width:100%;height:100%;border-bottom:1px solid var(--rule)}
    .lane polyline{fill:none;stroke-width:1.8;vector-effect:non-scaling-stroke;stroke-linejoin:round;filter:drop-shadow(0 0 .6px var(--edge))}
    .lane rect{stroke:var(--card);stroke-width:1;vector-effect:non-scaling-stroke}
    .lane rect:hover{opacity:.8}
    .lane:focus-visible,button:focus-visible,video:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
    .head{position:absolute;top:-3px;bottom:-3px;left:0;width:2px;background:var(--ink);pointer-events:none;box-shadow:0 0 0 1px var(--card)}
    .axis{position:relative;height:22px;margin-left:140px;font-size:12px;color:var(--quiet)}
    .axis span{position:absolute;transform:translateX(-50%)}.axis span:first-child{transform:none}
    .scroll{overflow:auto;max-height:70vh}
    table{border-collapse:collapse;width:100%}th{white-space:nowrap}th,td{padding:6px 10px;text-align:left;border-bottom:1px solid var(--rule);vertical-align:top}
    thead th{position:sticky;top:0;background:var(--card);font-size:13px;color:var(--quiet);z-index:1}
    .number{font-variant-numeric:tabular-nums;white-space:nowrap}
    .segments tr{content-visibility:auto}.segments tr.on td{background:color-mix(in srgb,var(--accent) 14%,transparent)}
    .shares{display:flex;height:14px;border-radius:4px;overflow:hidden;min-width:200px}.shares i{display:block}
    small{color:var(--quiet);font-size:13px}
    button{font:inherit;color:var(--accent);background:none;border:0;padding:0;cursor:pointer;text-decoration:underline;font-variant-numeric:tabular-nums}
    @media (max-width:640px){.track{display:block}.axis{margin-left:0}.name{display:flex;gap:10px}.axis span:nth-child(even){display:none}.segments th,.segments td{padding:6px 5px}
    section{padding:12px}.summary thead{display:none}.summary tr{display:grid;grid-template-columns:1fr auto;border-bottom:1px solid var(--rule);padding:6px 0}
    .summary th,.summary td{border:0;padding:2px 4px}.summary th{white-space:normal;overflow-wrap:anywhere}.summary td:nth-child(n+3){grid-column:1/-1}
    .segments td:nth-child(2),.segments th:nth-child(2){display:none}.segments td{overflow-wrap:anywhere}.segments th{white-space:normal}}
    @media print{.scroll{max-height:none}.hint{display:none}section{break-inside:avoid-page}}

    """

  /// Seeking from lanes and buttons, the playhead, and what each face shows now.
  static let script = """

    "use strict";
    (() => {
      const video = document.getElementById("video");
      const line = document.getElementById("timeline");
      if (!line) return;
      const start = +line.dataset.start, end = +line.dataset.end;
      const offset = video ? +video.parentElement.dataset.start : 0;
      let now = start;
      const lanes = [...line.querySelectorAll(".lane")].map(lane => ({
        lane, head: lane.querySelector(".head"), say: lane.parentElement.querySelector(".now"),
        segments: [...lane.querySelectorAll("rect")].map(r => ({ s: +r.dataset.s, e: +r.dataset.e, n: r.dataset.n })),
      }));
      const clock = t => {
        const s = Math.max(t, 0), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60, r = (s % 60).toFixed(1);
        return (h ? h + ":" + String(m).padStart(2, "0") : m) + ":" + r.padStart(4, "0");
      };
      const at = (segments, t) => {
        let low = 0, high = segments.length - 1;
        while (low <= high) {
          const i = (low + high) >> 1;
          if (t < segments[i].s) high = i - 1; else if (t >= segments[i].e) low = i + 1; else return segments[i];
        }
      };
      const show = t => {
        now = Math.min(Math.max(t, start), end);
        for (const l of lanes) {
          const found = at(l.segments, now), text = found ? found.n : "out of sight";
          l.head.style.left = `calc(${100 * (now - start) / Math.max(end - start, 1e-6)}% - 1px)`;
          l.say.textContent = text;
          l.lane.setAttribute("aria-valuenow", now.toFixed(2));
          l.lane.setAttribute("aria-valuetext", clock(now) + ", " + text);
        }
      };
      const seek = t => {
        show(t);
        if (video) video.currentTime = Math.max(now - offset, 0);
      };
      const pointed = (lane, event) => {
        const box = lane.getBoundingClientRect();
        seek(start + (end - start) * (event.clientX - box.left) / box.width);
      };
      const keys = {
        ArrowLeft: () => now - 1, ArrowDown: () => now - 1, ArrowRight: () => now + 1, ArrowUp: () => now + 1,
        PageUp: () => now + 10, PageDown: () => now - 10, Home: () => start, End: () => end,
      };
      for (const { lane } of lanes) {
        lane.addEventListener("pointerdown", e => { lane.setPointerCapture(e.pointerId); pointed(lane, e); });
        lane.addEventListener("pointermove", e => { if (e.buttons & 1) pointed(lane, e); });
        lane.addEventListener("keydown", e => {
          if (e.key === " " && video) video.paused ? video.play() : video.pause();
          else if (keys[e.key]) seek(keys[e.key]());
          else return;
          e.preventDefault();
        });
      }
      document.addEventListener("click", e => {
        const button = e.target.closest("[data-seek]");
        if (!button) return;
        seek(+button.dataset.seek);
        for (const row of document.querySelectorAll("tr.on")) row.classList.remove("on");
        const row = button.closest(".segments tr");
        if (row) row.classList.add("on");
        if (video) video.scrollIntoView({ block: "nearest" });
      });
      if (video) {
        const update = () => show(video.currentTime + offset);
        const follow = () => { update(); if (!video.paused) requestAnimationFrame(follow); };
        video.addEventListener("play", follow);
        for (const name of ["seeked", "timeupdate"]) video.addEventListener(name, update);
      }
      show(start);
    })();

    """
}
