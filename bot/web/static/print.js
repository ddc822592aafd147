// Without this script the browser's own menu prints as well: the button is shown only with it.
"use strict";

const print = document.getElementById("print");
print.addEventListener("click", () => window.print());
print.hidden = false;
