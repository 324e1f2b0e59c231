// Where the caret stands in an editable element.

export function caretToEnd(element) {
  const selection = getSelection();
  selection.selectAllChildren(element);
  selection.collapseToEnd();
}

/** Whether the caret stands at the `start` or the `end`. */
export function atEdge(element, edge) {
  const selection = getSelection();
  if (!element.isContentEditable || !selection.isCollapsed) return !element.isContentEditable;
  const before = document.createRange();
  before.selectNodeContents(element);
  before.setEnd(selection.anchorNode, selection.anchorOffset);
  return before.toString().length === (edge === "start" ? 0 : element.textContent.length);
}
