// Says in one line what is missing, and starts the simulator where nothing is.
(function () {
  'use strict';
  var starting = document.getElementById('starting');
  function refuse(line) {
    starting.textContent = line;
    starting.className = 'refusal';
  }
  var missing = typeof WebAssembly !== 'object' ? 'WebAssembly'
    : typeof BigInt !== 'function' ? 'BigInt'
    : !('noModule' in HTMLScriptElement.prototype) ? 'JavaScript modules'
    : location.protocol === 'file:' ? 'a server (mxact explore)'
    : '';
  if (missing) {
    refuse('This page is the simulator compiled to WebAssembly, and needs ' + missing + ', which is not here.');
    return;
  }
  var script = document.createElement('script');
  script.src = '_framework/blazor.webassembly.js';
  script.onerror = function () { refuse('The file _framework/blazor.webassembly.js is missing: the page was not published whole.'); };
  document.body.appendChild(script);
  window.addEventListener('unhandledrejection', function (event) {
    var still = document.getElementById('starting');
    if (still) { refuse('The simulator did not start: ' + String(event.reason)); }
  });
})();
