// Each block of code gets a button that copies it, without what is not its text: numbers of lines are drawn. The
// button stands within the block, so that nothing around it is another element than was sent.

const TOLD_MS = 2000;

if (navigator.clipboard) {
  addButtons();
  // A page that is patched while it is written gets new blocks.
  new MutationObserver(addButtons).observe(document.body, { childList: true, subtree: true });
}

function addButtons() {
  document.querySelectorAll("pre.highlight:not(:has(.copy))").forEach(addButton);
}

function addButton(block) {
  const frame = document.createElement("span");
  frame.className = "copy";
  // What has come of it is shown over the button, and said by who reads the page aloud.
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "copy";
  button.setAttribute("aria-label", `copy ${titleOf(block)}`);
  let timer;
  button.addEventListener("click", async () => {
    clearTimeout(timer);
    told.textContent = await copy(block.querySelector("code").textContent);
    timer = setTimeout(() => (told.textContent = ""), TOLD_MS);
  });
  frame.append(button, told);
  block.append(frame);
}

function titleOf(block) {
  return block.closest(".listing")?.querySelector("figcaption").textContent ?? "this code";
}

/** Copies a text without its last line break, which would run it where it is pasted into a shell. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text.replace(/\n$/, ""));
    return "copied";
  } catch {
    return "not allowed";
  }
}
