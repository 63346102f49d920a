import pathlib

import anywidget
import numpy as np
import traitlets


class LoRaRankExplorer(anywidget.AnyWidget):
    _esm = pathlib.Path("standalone.js")  # from the npm package
    spectrum = traitlets.Dict().tag(sync=True)
    rank = traitlets.Int(1).tag(sync=True)


def explore(w, rank=1):
    values = np.linalg.svd(np.asarray(w), compute_uv=False)
    return LoRaRankExplorer(spectrum={"rows": w.shape[0], "cols": w.shape[1], "singular_values": values.tolist()}, rank=rank)
