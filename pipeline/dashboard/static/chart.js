// Shares by week, drawn by uPlot: a mature week is a point with its interval, a young one the band in
// which its rate will lie. A click leads to the cases of the week. The same numbers stand in a table.
"use strict";
(() => {
  const HEIGHT = 250;
  const NARROW = 520;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let shown = null;

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const percent = (value) => `${Math.round(value * 100)}%`;

  const words = (point) => {
    if (!point || !point.n) return "no cases";
    const reach = point.low === null || point.low === point.high ? "" : ` (${percent(point.low)} to ${percent(point.high)})`;
    const value = point.value === null ? "will lie between" : percent(point.value);
    return `${value}${reach}, n = ${point.n}`;
  };

  const drawPoints = (points) => (u) => {
    const { ctx } = u;
    const ratio = devicePixelRatio;
    const step = Math.abs(u.valToPos(1, "x", true) - u.valToPos(0, "x", true)) || 40;
    ctx.save();
    points.forEach((point, index) => {
      if (!point.n || point.low === null) return;
      const x = u.valToPos(index, "x", true);
      const top = u.valToPos(point.high, "y", true);
      const bottom = u.valToPos(point.low, "y", true);
      if (point.value === null) {
        ctx.globalAlpha = 0.25;
        ctx.fillStyle = color("--accent");
        ctx.fillRect(x - step / 2, top, step, Math.max(3 * ratio, bottom - top));
        ctx.globalAlpha = 1;
        return;
      }
      ctx.strokeStyle = ctx.fillStyle = color("--accent");
      ctx.lineWidth = 2 * ratio;
      ctx.beginPath();
      ctx.moveTo(x, top);
      ctx.lineTo(x, bottom);
      ctx.stroke();
      ctx.beginPath();
      ctx.arc(x, u.valToPos(point.value, "y", true), 4 * ratio, 0, 2 * Math.PI);
      ctx.fill();
    });
    ctx.restore();
  };

  const draw = () => {
    const box = document.getElementById("trend");
    if (!box || typeof uPlot === "undefined") return;
    const chosen = document.getElementById("trend-name")?.value;
    const wanted = `${box.dataset.chart}|${chosen}|${dark.matches}|${box.clientWidth}`;
    if (shown && shown.box === box && shown.wanted === wanted) return;
    shown?.plot.destroy();
    const all = JSON.parse(box.dataset.chart);
    const name = chosen || Object.keys(all.figures)[0];
    const titles = all.titles;
    const kept = box.clientWidth < NARROW ? 10 : all.weeks.length;
    const [weeks, links, points] = [all.weeks, all.links, all.figures[name]].map((one) => one.slice(-kept));
    const axis = { stroke: color("--soft"), grid: { stroke: color("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    const last = weeks.length - 1; // what the words below the chart tell of where nobody points
    const label = (index) => (weeks[index] ? weeks[index].slice(5) : "");
    const plot = new uPlot({
      width: box.clientWidth,
      height: HEIGHT,
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      legend: { markers: { show: false } },
      scales: { x: { time: false, range: [-0.6, weeks.length - 0.4] }, y: { range: [0, 1] } },
      axes: [
        { ...axis, grid: { show: false }, splits: () => weeks.map((_, index) => index), values: (_, at) => at.map(label), space: 38, filter: (u, at, _axis, space) => { const every = Math.ceil((38 * at.length) / Math.max(1, u.width - 50)); return at.map((one, index) => ((at.length - 1 - index) % every ? null : one)); } },
        { ...axis, size: 46, values: (_, at) => at.map(percent) },
      ],
      series: [
        { label: "Week", value: (_, at) => weeks[at ?? last] },
        { label: titles[name] || name, stroke: color("--trend"), width: 2, points: { show: false }, spanGaps: true, value: (_u, _v, _s, index) => words(points[index ?? last]) },
      ],
      hooks: { draw: [drawPoints(points)] },
    }, [weeks.map((_, index) => index), points.map((one) => one.value)], box);
    plot.root.dataset.keep = "";
    plot.over.addEventListener("click", () => { if (plot.cursor.idx !== null) location.href = links[plot.cursor.idx]; });
    shown = { box, plot, wanted };
  };

  document.addEventListener("change", (event) => { if (event.target.id === "trend-name") draw(); });
  document.addEventListener("ccm:renewed", draw);
  document.addEventListener("htmx:afterSettle", draw);
  dark.addEventListener("change", draw);
  addEventListener("resize", draw);
  draw();
})();
