"""`sohoa samples make DIR`: believable dossiers of fictitious persons, with their truth and registry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from scripts.language import text
from scripts.samples.write import make_samples

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def samples() -> None:
    """With a callback `make` stays a name of its own beside `sohoa samples`."""


@app.command(help=text("Tạo hồ sơ mẫu, sự thật và tệp dân cư.", "Make sample dossiers, their truth and registry."))
def make(
    folder: Annotated[Path, typer.Argument(help=text("Thư mục mới.", "A new folder."))],
    dossiers: Annotated[int, typer.Option(min=1, help=text("Số hồ sơ.", "How many dossiers."))] = 12,
    seed: Annotated[int, typer.Option(help=text("Cùng hạt giống, cùng từng byte.", "Same seed, same bytes."))] = 1,
    layouts: Annotated[
        int | None,
        typer.Option(
            metavar="SEED",
            help=text(
                "Biểu mẫu do cơ quan tự soạn, bố cục khác thông tư, theo hạt giống này.",
                "Forms of offices' own making, laid out other than the circulars', drawn by this seed.",
            ),
        ),
    ] = None,
    citizens: Annotated[int, typer.Option(min=1, help=text("Số công dân.", "How many citizens."))] = 2000,
) -> None:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(text("Vẽ hồ sơ mẫu", "Drawing dossiers"), total=dossiers)
        make_samples(
            folder,
            dossiers=dossiers,
            seed=seed,
            citizens=citizens,
            layouts=layouts,
            progress=lambda done, _: progress.update(bar, completed=done),
        )
    print(text(f"{dossiers} hồ sơ ở {folder / 'inbox'}", f"{dossiers} dossiers in {folder / 'inbox'}"))
    print(text(f"Dân cư ở {folder / 'citizens.csv'}", f"The registry is {folder / 'citizens.csv'}"))
    print(text(f"Sự thật ở {folder / 'truth'}", f"The truth is in {folder / 'truth'}"))
