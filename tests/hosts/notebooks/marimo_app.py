import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import numpy as np
    from recipe import explore

    explorer = mo.ui.anywidget(explore(np.diag([8.0, 4.0, 2.0, 1.0]), rank=2))
    four = mo.ui.button(label="Rank 4 from Python", on_click=lambda _: setattr(explorer.widget, "rank", 4))
    mo.vstack([explorer, four])
    return explorer, mo


@app.cell
def _(explorer, mo):
    mo.md(f"Python has heard {explorer.value['rank']}")
    return


if __name__ == "__main__":
    app.run()
