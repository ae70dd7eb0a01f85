// What axe finds on the page, as a line for each element; see axe_rules.py.
explained => axe.run().then(({ violations, incomplete }) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

  function toChannels(colour) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return { channels: [red, green, blue], alpha: alpha / 255 };
  }
  const mix = (above, below) =>
    above.channels.map((value, place) => above.alpha * value + (1 - above.alpha) * below[place]);

  function findGround(element) {
    if (!element) return [255, 255, 255];
    const own = toChannels(getComputedStyle(element).backgroundColor);
    return own.alpha === 1 ? own.channels : mix(own, findGround(element.parentElement));
  }
  function findInk(element, ground) {
    const style = getComputedStyle(element);
    const ink = toChannels(element instanceof SVGElement ? style.fill : style.color);
    for (let each = element; each; each = each.parentElement) {
      ink.alpha *= getComputedStyle(each).opacity;
    }
    return mix(ink, ground);
  }
  function luminance(channels) {
    const linear = channels.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  }
  function isReadable(element) {
    const ground = findGround(element);
    const both = [luminance(ground), luminance(findInk(element, ground))];
    const [dark, light] = both.sort((one, other) => one - other);
    const { fontSize, fontWeight } = getComputedStyle(element);
    const isLarge = parseFloat(fontSize) >= (fontWeight >= 700 ? 18.66 : 24);
    return (light + 0.05) / (dark + 0.05) >= (isLarge ? 3 : 4.5);
  }
  function isOpen(rule, node) {
    const element = document.querySelector(node.target[0]);
    if (rule === "color-contrast") return !isReadable(element);
    return !explained.some(([known, selector]) => known === rule && element.matches(selector));
  }
  const tell = (kind, { id }, node) => `${kind} ${id}: ${node.html}`;
  return [
    ...violations.flatMap((each) => each.nodes.map((node) => tell("violation", each, node))),
    ...incomplete.flatMap((each) =>
      each.nodes
        .filter((node) => isOpen(each.id, node))
        .map((node) => tell("undecided", each, node)),
    ),
  ];
})
