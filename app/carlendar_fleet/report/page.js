"use strict";
const FIGURES = JSON.parse(document.getElementById("figures").textContent);
const COLOURS = {
  light: {
    brands: ["#0b6bcb", "#c2610c", "#128a6a", "#a23b8f", "#5d6f82", "#8a7300"],
    lines: ["#3b7dd8", "#e0952f", "#2a9d76", "#b452a0", "#7b8794", "#a38b12"],
    shades: ["#8ab8ea", "#3b7dd8", "#1b4f9c", "#0c2a5c"],
    ink: "#16202c", soft: "#566474", grid: "#e3e8ee", good: "#2a9d76", bad: "#c94a41", muted: "#9aa7b4",
    heat: [[0, "#f6c9c3"], [0.6, "#fbeed3"], [1, "#bfe5cf"]],
  },
  dark: {
    brands: ["#6cb2ff", "#ffb066", "#5fd3ae", "#e79bd8", "#a9b8c8", "#e3cd5c"],
    lines: ["#6cb2ff", "#ffb066", "#5fd3ae", "#e79bd8", "#a9b8c8", "#e3cd5c"],
    shades: ["#2f5f96", "#4f8fd6", "#8fc2ff", "#d6e9ff"],
    ink: "#e8edf3", soft: "#9fb0c2", grid: "#2b3643", good: "#63d08d", bad: "#ff8a80", muted: "#6b7c8d",
    heat: [[0, "#6b2a26"], [0.6, "#5a4a1f"], [1, "#1f5a3c"]],
  },
};
const OPTIONS = { responsive: true, displaylogo: false, displayModeBar: false };

function resolved(value, colours) {
  if (Array.isArray(value)) return value.map((each) => resolved(each, colours));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, each]) =>
      [key, key === "color" || key === "colorscale" ? colour(each, colours) : resolved(each, colours)]));
  }
  return value;
}

function colour(name, colours) {
  const [kind, place] = String(name).split(":");
  if (kind === "brand") return colours.brands[place % colours.brands.length];
  if (kind === "line") return colours.lines[place % colours.lines.length];
  if (kind === "shade") return colours.shades[place % colours.shades.length];
  return colours[kind] ?? name;
}

function layout(own, colours) {
  const axis = { gridcolor: colours.grid, zerolinecolor: colours.grid, linecolor: colours.grid, color: colours.soft };
  const given = resolved(own, colours);
  return {
    margin: { l: 50, r: 12, t: 10, b: 40 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: colours.ink, family: "system-ui, 'Segoe UI', Roboto, sans-serif", size: 12 },
    legend: { orientation: "h", y: -0.16, font: { color: colours.soft } }, hovermode: "closest", dragmode: false,
    colorway: colours.lines, ...given,
    xaxis: { ...axis, fixedrange: true, ...given.xaxis }, yaxis: { ...axis, fixedrange: true, ...given.yaxis },
  };
}

function draw(theme) {
  document.documentElement.dataset.theme = theme;
  document.getElementById("theme").textContent = theme === "dark" ? "Light" : "Dark";
  for (const [name, figure] of Object.entries(FIGURES)) {
    Plotly.react(name, resolved(figure.data, COLOURS[theme]), layout(figure.layout, COLOURS[theme]), OPTIONS);
  }
}

const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
prefersDark.addEventListener("change", (event) => draw(event.matches ? "dark" : "light"));
document.getElementById("theme").addEventListener("click", () =>
  draw(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
draw(prefersDark.matches ? "dark" : "light");
