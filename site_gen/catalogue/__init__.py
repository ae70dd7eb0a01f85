"""The catalogue's files: TOML → `Catalogue`, and what is wrong in them.

A file holds any of these tables. Every value names its source: the entry's, or one of its own.

    [source.vendor]                  # who says so; known in this file alone
    title = "the vendor's data sheet"
    date = 2026-11-24                # when it was read

    [device."A100 PCIe 80GB"]
    class = "nvidia-dc"
    aliases = ["A100 PCIe"]
    source = "vendor: page 3"        # or several: ["vendor: page 3", "other"]
    bandwidth = "1935 GB/s"          # or by its modules: "12 x DDR5-6000"
    memory = "80 GB"
    link = { is = "32 GB/s", source = "other", note = "PCIe 4 x16" }
    note = "what is worth knowing of all of it"

    [model.Llama-2-7B]               # and [model.Llama-2-7B.computed]: what follows from it
    [quantization.Q4_0]              # and [quantization.Q4_0.files]: models whose file was weighed
    [cache_type.q8_0]

`keys` knows which values each table takes. A name or alias may stand only once, whatever its case,
blanks, hyphens and underscores; a site's entry replaces a built-in one of exactly its name.
"""

from site_gen.catalogue.load import load_catalogue

__all__ = ["load_catalogue"]
