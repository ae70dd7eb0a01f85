"""`:::{download} file.glb`: a link to a file with its real name, size and SHA-256."""

from __future__ import annotations

from site_gen.markdown.blocks import Call, Directive, Written
from site_gen.markdown.collector import Collector
from site_gen.model import Download


def _run(call: Call, collector: Collector) -> Written:
    if not call.argument.text:
        collector.error("the download names no file", call.place, "`:::{download} file.zip`")
        return Written()
    label = call.options["label"].text if "label" in call.options else ""
    reference = collector.reference(call.argument.text, "download", call.argument.place)
    download = collector.hole(Download(reference, label))
    return Written(f'<div class="download">\n{download}', "</div>\n", download)


DOWNLOAD = Directive("download", _run, options=frozenset({"label"}))
