// Everything here improves pages that already work without it. No dependency, no build.
import "./draft.js"; // first: a form waits for its draft
import "./once.js";
import "./fragments.js";
import "./palette.js";
import "./keys.js";
import "./session.js";
import "./combobox.js";
import "./echo.js";
import "./minutes.js";
import "./body.js";
import "./snippets.js";
import "./sums.js";
import "./tables.js";
import "./toast.js";
import "./fit.js";
