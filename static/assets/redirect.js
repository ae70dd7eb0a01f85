// Goes on to the same place of the page: without script it is the page's beginning.
location.replace(document.querySelector("main a").href + location.hash);
