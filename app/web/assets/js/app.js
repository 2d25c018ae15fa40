// Starts the small modules; each looks for its own elements and does nothing on other pages.
import "./requests.js";
import "./toasts.js";
import "./shell.js";
import "./menus.js";
import "./dialogs.js";
import "./palette.js";
import "./keys.js";
import "./lists.js";
import "./forms.js";
import "./times.js";
import "./frames.js";
import "./conversation.js";
import "./composer.js";
import "./live.js";
